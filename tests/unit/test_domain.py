"""What a resident reads: every response the code says exists, fits on a small screen, and its buttons are plain words."""

from __future__ import annotations

import re
from collections.abc import Iterator
from string import Formatter
from typing import Any

import pytest
import yaml

from tests.builders import DOMAIN, ROOT, read_yaml, responses
from wegwijzer.dialogue.state import State
from wegwijzer.domain_texts import response_text
from wegwijzer.understanding.crisis_patterns import Danger

PACKAGES = ("wegwijzer", "nlu", "actions", "channels")
LONGEST_TEXT, LONGEST_TITLE, MOST_BUTTONS = 600, 40, 6

LOADED = read_yaml(DOMAIN)
VARIANTS = [(name, variant) for name, variants in responses().items() for variant in variants]
BUTTONS = [(name, button) for name, variant in VARIANTS for button in variant.get("buttons", [])]


def names_in_code() -> Iterator[tuple[str, str]]:
    """Every response name in our code, rules and stories, with where it stands. A name ending in ``_`` is a beginning."""
    for package in PACKAGES:
        for path in (ROOT / package).rglob("*.py"):
            for name in re.findall(r"utter_[a-z_]*[a-z](?![a-z])_?", path.read_text(encoding="utf-8")):
                if name not in ("utter_message", "utter_action", "utter_ask_"):
                    yield str(path.relative_to(ROOT)), name
    for path in (ROOT / "data").rglob("*.yml"):
        for name in re.findall(r"action: (utter_\w+)", path.read_text(encoding="utf-8")):
            yield str(path.relative_to(ROOT)), name


def test_every_response_that_is_said_exists() -> None:
    said = set(names_in_code())
    assert len({name for _, name in said}) > 30, "the test must see the names"
    missing = {
        (where, name)
        for where, name in said
        if name not in responses() and not any(known.startswith(f"{name.rstrip('_')}_") for known in responses())
    }
    assert missing == set()


@pytest.mark.parametrize("kind", [kind.value for kind in Danger])
@pytest.mark.parametrize("stem", ["utter_crisis_", "utter_zorgvraag_"])
def test_every_kind_of_danger_has_its_responses(stem: str, kind: str) -> None:
    assert f"{stem}{kind}" in responses()


def test_every_question_has_words() -> None:
    for slot in ("situatie", "voor_wie", "gemis", "leeftijd", "vorm", "drempel"):
        assert f"utter_ask_{slot}" in responses()
    for slot in ("klopt", "halte_keuze", "wijk"):
        assert f"action_ask_{slot}" in LOADED["actions"]


def test_every_action_of_the_domain_is_made_and_the_other_way_round() -> None:
    from rasa_sdk import Action

    import actions

    made = {action().name() for action in vars(actions).values() if isinstance(action, type) and issubclass(action, Action)}
    assert made == set(LOADED["actions"])


def test_every_slot_of_the_state_is_a_slot_of_the_domain() -> None:
    assert set(State.__dataclass_fields__) <= set(LOADED["slots"])


def test_the_contract_slots_are_there() -> None:
    contract = {"voor_wie", "haltes", "gemis", "wijk", "leeftijd", "vorm", "drempel", "taal", "suggestie", "uitkomst"}
    assert contract <= set(LOADED["slots"])


# --- what fits on a screen --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("name", "variant"), VARIANTS, ids=[name for name, _ in VARIANTS])
def test_a_text_is_there_and_not_too_long(name: str, variant: dict[str, Any]) -> None:
    text = variant["text"]
    assert text.strip()
    assert len(text) <= LONGEST_TEXT
    assert len(variant.get("buttons", [])) <= MOST_BUTTONS


@pytest.mark.parametrize(("name", "button"), BUTTONS, ids=[f"{name}: {button['title']}" for name, button in BUTTONS])
def test_a_button_sends_its_own_short_words(name: str, button: dict[str, str]) -> None:
    assert 0 < len(button["title"]) <= LONGEST_TITLE
    assert button["payload"] == button["title"], "pressing is the same as typing"
    assert not button["payload"].lstrip().startswith("/"), "a command could be typed by anybody"
    assert set(button) == {"title", "payload"}


def test_no_response_shows_the_same_button_twice() -> None:
    for name, variant in VARIANTS:
        titles = [button["title"] for button in variant.get("buttons", [])]
        assert len(titles) == len(set(titles)), name


def test_a_response_with_conditions_has_one_for_everybody_else() -> None:
    for name, variants in responses().items():
        assert any(not variant.get("condition") for variant in variants), name


def test_the_last_variant_is_the_one_without_a_condition() -> None:
    for name, variants in responses().items():
        assert not variants[-1].get("condition"), name


@pytest.mark.parametrize(
    "name", sorted(name for name in responses() if name.startswith("utter_ask_") or name == "utter_vraag_wijk")
)
def test_a_question_asks_and_may_be_skipped(name: str) -> None:
    for variant in responses()[name]:
        titles = {button["title"] for button in variant["buttons"]}
        assert "?" in variant["text"]
        assert titles & {"Sla over", "Maakt niet uit"} or name == "utter_ask_voor_wie"


FILLED = {
    "utter_klopt": {"reflectie"},
    "utter_info": {"naam", "wat", "contact"},
    "utter_info_feit": {"naam", "antwoord"},
    "utter_info_vraag_daar": {"naam", "contact"},
    "utter_info_gestopt": {"naam"},
    "utter_info_onzeker": {"naam"},
    "utter_zoek_elders": {"wijk"},
    "utter_voorbeeld": {"verhaal"},
    "utter_stap": {"naam", "wat", "waarom", "hoe", "contact"},
    "utter_stap_vrijwilliger": {"naam", "wat", "waarom", "hoe", "contact"},
    "utter_stap_zin": {"zin"},
    "utter_geen_match": {"lijnen", "nu"},
    "utter_hoe_begin": {"naam", "hoe", "contact", "zin"},
    "utter_bewaar": {"naam", "contact"},
    "utter_signaal": {"zin", "gebaar"},
    "utter_signaal_wie": {"naam", "wat", "hoe", "contact"},
    "utter_buiten_utrecht": {"plaats"},
    "utter_mens": {"lijnen"},
    "utter_collega_gevraagd": {"minuten"},
    "utter_collega_nee": {"lijnen"},
    "utter_collega_nummer": {"wanneer"},
    "utter_collega_belt": {"wanneer"},
    "utter_collega_belt_al": {"lijnen"},
    "utter_collega_lukt_niet": {"lijnen"},
    "utter_collega_niemand": {"lijn"},
    "utter_collega_stil": {"lijn"},
    "utter_collega_niet_gebeld": {"lijn"},
    "utter_mens_na_gok": {"lijnen"},
    "utter_nazorg_ja": {"wanneer"},
    "utter_leren_vraag": {"zinnen"},
    "utter_gelukt_vraag": {"naam"},
}
"""What the actions fill in; every other response is said as it stands."""


@pytest.mark.parametrize(("name", "variant"), VARIANTS, ids=[name for name, _ in VARIANTS])
def test_a_text_waits_only_for_what_is_filled_in(name: str, variant: dict[str, Any]) -> None:
    waits = {field for _, field, _, _ in Formatter().parse(variant["text"]) if field is not None}
    assert waits <= FILLED.get(name, set())


def test_the_first_words_say_that_this_is_a_computer_how_long_it_keeps_and_how_to_get_a_human() -> None:
    for name in ("utter_hallo", "utter_kennismaking"):
        text = response_text(name).lower()
        for word in ("computer", "24 uur", "mens"):
            assert word in text, name


def test_who_cannot_be_helped_by_the_bot_is_given_a_number() -> None:
    for name in ("utter_storing", "utter_kindertelefoon", "utter_buiten_utrecht", "utter_andere_taal", "utter_vraag_later"):
        assert re.search(r"\d{3}", response_text(name)), name


def test_a_response_that_is_not_there_is_a_key_error() -> None:
    with pytest.raises(KeyError):
        response_text("utter_bestaat_niet")


def test_no_key_stands_twice_in_the_domain() -> None:
    """YAML keeps the last silently: words would disappear."""
    top = [
        line.split(":")[0]
        for line in DOMAIN.read_text(encoding="utf-8").splitlines()
        if re.match(r"  (?:utter_\w+|\w+): ?", line)
    ]
    responses_only = [name.strip() for name in top if name.strip().startswith("utter_")]
    assert len(responses_only) == len(set(responses_only))
    assert isinstance(yaml.safe_load(DOMAIN.read_text(encoding="utf-8")), dict)
