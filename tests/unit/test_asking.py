"""A question about what there is gets the fact it asked for, a choice, or an honest "I do not know"."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from functools import lru_cache
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.builders import FAR, HERE, ROOT, catalogue, few, helpline, initiative, read_yaml, real_catalogue
from wegwijzer.catalogue.loading import Catalogue
from wegwijzer.dialogue.asking import MOST_CHOICES, Answer, Answerer
from wegwijzer.matching.moment import Moment
from wegwijzer.matching.opening_hours import AMSTERDAM
from wegwijzer.understanding.wijk import WijkFinder

NOW = Moment(datetime(2026, 11, 23, 11, 0, tzinfo=AMSTERDAM), months=12)
"""A Monday morning."""

FRESH = {"verified_on": "2026-10-01"}
CITY = catalogue(
    initiative(
        "soep",
        name="Soep en Verhalen",
        summary="Samen soep eten.",
        contact={"phone": "030-111 22 33", "address": "Straat 1", "url": "https://soep.example.nl"},
        opening_hours="Mo 10:00-12:00",
        cost={"kind": "klein_bedrag", "text": "2 euro."},
        **FRESH,
    ),
    initiative("kaal", name="Breihuis", summary="Samen breien.", area=[FAR], **FRESH),
    initiative("oud", name="Oude Toren", summary="Samen schaken.", verified_on="2019"),
    initiative("koor1", name="Zangkoor Merel", summary="Samen zingen.", **FRESH),
    initiative("koor2", name="Zangkoor Lijster", summary="Samen zingen.", **FRESH),
    initiative("koor3", name="Zangkoor Spreeuw", summary="Samen zingen.", **FRESH),
    initiative("koor4", name="Zangkoor Mees", summary="Samen zingen.", **FRESH),
    initiative("weg", name="Bingohal", status="ended", status_reason="gestopt"),
    initiative("vaag", name="Kaartclub Aas", status="unknown", status_reason="niet gevonden"),
    initiative(
        "hulplijn", name="Hulplijn", summary="Een lijn om te bellen.", contact={"url": "https://lijn.example.nl"}, **FRESH
    ),
    lines=(
        helpline("lijn", name="De Hulplijn", use="Iemand luistert.", phone="030-999 88 77", opening_hours="24/7"),
        helpline("nood", name="Noodlijn", use="Bij gevaar.", show="crisis", certainty="high"),
        helpline("geheim", name="Twijfellijn", use="Praten.", certainty="low"),
    ),
)


@lru_cache(maxsize=2)
def answerer(real: bool = False) -> Answerer:
    city = real_catalogue() if real else CITY
    return Answerer.of(city, _places(city))


def _places(city: Catalogue) -> WijkFinder:
    return WijkFinder(city.wijken)


def ask(text: str, about: str | None = None) -> Answer:
    return answerer().answer(text, NOW, about)


# --- what was asked ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "fact", "others"),
    [
        ("wat is het telefoonnummer van soep en verhalen", "030-111 22 33", "Straat 1"),
        ("adres soep en verhalen", "Straat 1", "030-111 22 33"),
        ("wat kost soep en verhalen", "2 euro", "Straat 1"),
        ("hoe laat is soep en verhalen open", "nu open", "2 euro"),
        ("heeft soep en verhalen een website", "https://soep.example.nl", "2 euro"),
    ],
)
def test_the_fact_that_was_asked_and_no_other(text: str, fact: str, others: str) -> None:
    answer = ask(text)
    assert (answer.response, answer.record) == ("utter_info_feit", "soep")
    assert fact in answer.fill["antwoord"] and others not in answer.fill["antwoord"]


@pytest.mark.parametrize("text", ["wat is soep en verhalen", "Soep en Verhalen", "vertel eens over soep & verhalen"])
def test_what_it_is_comes_with_how_to_get_there(text: str) -> None:
    answer = ask(text)
    assert (answer.response, answer.fill["wat"]) == ("utter_info", "Samen soep eten.")
    assert "030-111 22 33" in answer.fill["contact"]


def test_a_fact_that_is_not_known_is_said_to_be_unknown_with_what_is() -> None:
    answer = ask("wat is het adres van het breihuis")
    assert answer.response == "utter_info_feit"
    assert CITY.sentences.contact["no_address"] in answer.fill["antwoord"] and "030-123 45 67" in answer.fill["antwoord"]


def test_what_only_the_place_knows_is_to_be_asked_there() -> None:
    answer = ask("is er een lift bij het breihuis")
    assert (answer.response, answer.fill["naam"]) == ("utter_info_vraag_daar", "Breihuis")


def test_what_was_confirmed_long_ago_must_be_checked() -> None:
    stale = CITY.sentences.contact["stale"]
    assert stale in ask("wat is de oude toren").fill["contact"]
    assert stale in ask("telefoonnummer van de oude toren").fill["antwoord"]
    assert stale not in ask("wat is het breihuis").fill["contact"]


def test_for_a_number_the_line_that_has_one_and_for_what_it_is_the_offer() -> None:
    assert ask("wat is de hulplijn").record == "hulplijn"
    answer = ask("telefoonnummer hulplijn")
    assert answer.record == "lijn" and "030-999 88 77" in answer.fill["antwoord"]


# --- a choice, elsewhere, or no ---------------------------------------------------------------------------------------


def test_several_that_fit_are_a_choice_of_three() -> None:
    answer = ask("is er een zangkoor")
    assert (answer.response, len(answer.choices)) == ("utter_zoek_keuze", MOST_CHOICES)
    assert all(ask(name).record for name in answer.choices), "a button answers"


def test_what_is_only_elsewhere_is_said_to_be_elsewhere() -> None:
    answer = ask(f"is er een breiclub in {HERE.capitalize()}")
    assert (answer.response, answer.fill["wijk"], answer.choices) == ("utter_zoek_elders", HERE.capitalize(), ("Breihuis",))
    assert ask(f"is er een breiclub in {FAR.capitalize()}").record == "kaal"


@pytest.mark.parametrize("text", ["is er een bridgeclub", "zijn er sauna's", "bestaat er een vogelclub hier"])
def test_what_we_do_not_have_is_said_not_to_be_there(text: str) -> None:
    assert ask(text) == Answer("utter_zoek_niets", sure=False)


@pytest.mark.parametrize(
    "text", ["wat is stichting wiebelkruk", "is het gratis?", "telefoonnummer van de tandarts", "twijfellijn", ""]
)
def test_what_is_not_known_is_not_answered(text: str) -> None:
    assert ask(text) == Answer("utter_vraag_later", sure=False)


def test_what_ended_or_is_not_sure_is_named_without_a_way_there() -> None:
    assert ask("hoe laat begint de bingohal") == Answer("utter_info_gestopt", {"naam": "Bingohal"}, sure=False)
    assert ask("waar is kaartclub aas") == Answer("utter_info_onzeker", {"naam": "Kaartclub Aas"}, sure=False)


# --- what the conversation is about -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "fact"), [("en wat kost het?", "2 euro"), ("waar is dat", "Straat 1"), ("hoe laat?", "nu open")]
)
def test_a_question_that_names_nothing_is_about_the_record_at_hand(text: str, fact: str) -> None:
    assert fact in ask(text, about="soep").fill["antwoord"]


def test_a_question_that_names_something_else_is_not_about_the_record_at_hand() -> None:
    assert ask("wat is stichting wiebelkruk", about="soep").response == "utter_vraag_later"
    assert ask("is er een bridgeclub", about="soep").response == "utter_zoek_niets"
    assert ask("telefoonnummer breihuis", about="soep").record == "kaal"
    assert ask("mag mijn hond mee", about="soep").response == "utter_info_vraag_daar"
    assert ask("en wat kost het?", about="weg").response == "utter_vraag_later"


# --- in the middle of a story -----------------------------------------------------------------------------------------


def test_a_wish_put_as_a_question_is_answered_and_a_story_is_not() -> None:
    found = answerer().direct("is er een breiclub?", NOW)
    assert found is not None and found.record == "kaal"
    nothing = answerer().direct("is er een bridgeclub?", NOW)
    assert nothing is not None and nothing.response == "utter_zoek_niets_verder"
    assert answerer().direct("ik voel me zo alleen sinds mijn man er niet meer is", NOW) is None
    assert answerer().direct(f"is er een breiclub, {'want ik wil zo graag weer eens iets doen ' * 3}", NOW) is None
    assert answerer().direct("is er een plek met voetbal, zwemmen en tennis", NOW) is None


@pytest.mark.parametrize(
    ("text", "asks"),
    [
        ("Breihuis", True),
        ("het breihuis", True),
        ("telefoonnummer breihuis", True),
        ("wat is het breihuis", True),
        ("ik ga graag naar het breihuis", False),
        ("Bingohal", False),
        ("noodlijn", False),
        ("telefoonnummer noodlijn", False),
        ("telefoonnummer", False),
        ("ik wil niet meer", False),
        ("", False),
    ],
)
def test_a_bare_name_or_a_fact_of_a_name_is_a_question_and_danger_is_not_looked_up(text: str, asks: bool) -> None:
    assert answerer().asks_after_a_name(text) is asks


@few
@given(st.text(max_size=200))
def test_any_text_gets_an_answer_that_can_be_said(text: str) -> None:
    answer = answerer(real=True).answer(text, NOW)
    assert answer.response.startswith("utter_")
    if answer.record:
        city = real_catalogue()
        one = city.initiatives.get(answer.record)
        assert one is None or one.suggestable or answer.record in {line.id for line in city.helplines.all()}


# --- a set of questions -----------------------------------------------------------------------------------------------

SETS = [ROOT / "tests" / "search" / name for name in ("questions.yml", "fresh.yml")]


def questions(path: Any) -> Iterator[tuple[str, list[str], list[str]]]:
    """Every question with the ids that are right and the ids that were given, best first."""
    city = real_catalogue()
    ids = {line.name: line.id for line in city.helplines.all()} | {one.name: one.id for one in city.initiatives.values()}
    for row in read_yaml(path)["questions"]:
        answer = answerer(real=True).answer(row["text"], NOW)
        yield row["text"], row["records"], [answer.record] if answer.record else [ids[name] for name in answer.choices]


@pytest.mark.parametrize("path", SETS, ids=lambda path: path.stem)
def test_the_right_record_comes_first_or_among_three_and_what_is_not_there_is_refused(path: Any) -> None:
    asked = list(questions(path))
    there = [(right, given) for _, right, given in asked if right]
    absent = {text: given for text, right, given in asked if not right}
    first = sum(bool(given) and given[0] in right for right, given in there) / len(there)
    among = sum(bool(set(given) & set(right)) for right, given in there) / len(there)
    assert first >= 0.93 and among >= 0.95, (first, among)
    assert {text: given for text, given in absent.items() if given} == {}


def test_the_sets_are_large_enough_and_name_records_that_exist() -> None:
    rows = [row for path in SETS for row in read_yaml(path)["questions"]]
    city = real_catalogue()
    known = set(city.initiatives) | {line.id for line in city.helplines.all()}
    assert len(rows) >= 80 and sum(not row["records"] for row in rows) >= 30
    assert len({row["text"] for row in rows}) == len(rows)
    assert {record for row in rows for record in row["records"]} <= known
