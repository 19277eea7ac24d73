"""Whatever the bot says becomes messages that WhatsApp takes, with every word, number and address in them."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from string import Formatter
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from wegwijzer.catalogue.loading import Catalogue, load_catalogue
from wegwijzer.dialogue.state import State
from wegwijzer.dialogue.wording import card, step_parts
from wegwijzer.matching.moment import Moment
from wegwijzer.matching.ranking import score
from wegwijzer.paths import CATALOGUE, DOMAIN
from wegwijzer.web.contract import bot_body
from wegwijzer.whatsapp import limits
from wegwijzer.whatsapp.buttons import Shape, buttons_of, shape_of
from wegwijzer.whatsapp.choices import offered
from wegwijzer.whatsapp.limits import units
from wegwijzer.whatsapp.payloads import to_payloads, to_texts, without_repeats
from wegwijzer.whatsapp.route_words import PICTURE
from wegwijzer.whatsapp.splitting import split, split_before

PHONE, URL, MAIL = "030 123 45 67", "https://example.org/een/lange_weg?naar=daar&en=terug", "balie@example.org"
SENTENCE = f"Dit is een zin over iets in de buurt. Bel {PHONE}. Kijk op {URL}. Of mail {MAIL}, dat mag ook!\n\n"


def responses() -> Iterator[tuple[str, dict[str, Any]]]:
    """Every variation of every response, as Rasa would send it, with nothing filled in yet."""
    for name, variations in yaml.safe_load(DOMAIN.read_text(encoding="utf-8"))["responses"].items():
        for place, variation in enumerate(variations):
            yield f"{name}[{place}]", variation


RESPONSES = dict(responses())


@pytest.fixture(scope="module")
def city() -> Catalogue:
    """The catalogue of this checkout."""
    return load_catalogue(CATALOGUE)


def filled(variation: Mapping[str, Any], value: str) -> dict[str, Any]:
    """A response as the channel gets it, with ``value`` in every place."""
    text = str(variation.get("text", ""))
    names = {name for _, name, _, _ in Formatter().parse(text) if name}
    return bot_body({**variation, "text": text.format(**dict.fromkeys(names, value))})


def check(payload: Mapping[str, Any]) -> None:
    """The limits, written out once more from the documentation and not from the code."""
    assert "to" not in payload and "/" not in json.dumps([one["id"] for one in _answers(payload)])
    kind = payload["type"]
    assert set(payload) <= {"type", kind, PICTURE}
    if kind == "text":
        assert payload["text"]["preview_url"] is False
        assert payload["text"]["body"].strip() == payload["text"]["body"] and 1 <= units(payload["text"]["body"]) <= 4096
        return
    if kind == "image":
        assert 1 <= units(payload["image"]["caption"]) <= 1024
        return
    interactive = payload["interactive"]
    assert kind == "interactive" and 1 <= units(interactive["body"]["text"]) <= 1024
    answers = _answers(payload)
    assert len({one["id"] for one in answers}) == len({one["title"] for one in answers}) == len(answers) > 0
    if interactive["type"] == "button":
        assert len(answers) <= 3
        assert all(1 <= units(one["title"]) <= 20 and 1 <= len(one["id"]) <= 256 for one in answers)
        return
    assert interactive["type"] == "list" and len(answers) <= 10 and 1 <= units(interactive["action"]["button"]) <= 20
    assert all(units(section["title"]) <= 24 for section in interactive["action"]["sections"])
    for one in answers:
        assert 1 <= units(one["title"]) <= 24 and 1 <= len(one["id"]) <= 200
        assert "description" not in one or 1 <= units(one["description"]) <= 72


def _answers(payload: Mapping[str, Any]) -> list[dict[str, Any]]:
    action = payload.get("interactive", {}).get("action", {})
    return [one["reply"] for one in action.get("buttons", ())] + [
        row for section in action.get("sections", ()) for row in section["rows"]
    ]


def read(payloads: Sequence[Mapping[str, Any]]) -> str:
    """Everything that a person can read in the messages."""
    said = []
    for one in payloads:
        said += [one.get("text", {}).get("body", ""), one.get("interactive", {}).get("body", {}).get("text", "")]
        for answer in _answers(one):
            said.append(answer.get("description", answer["title"]))
    return "\n".join(said)


def words(text: str) -> list[str]:
    return text.split()


@pytest.mark.parametrize(
    "value", ["", "Buurtcirkel", SENTENCE.strip(), SENTENCE * 30], ids=["empty", "short", "sentence", "long"]
)
@pytest.mark.parametrize("name", RESPONSES)
def test_every_response_is_within_the_limits_and_complete(name: str, value: str) -> None:
    body = filled(RESPONSES[name], value)
    payloads = to_payloads(body)
    for payload in payloads:
        check(payload)
    said = words(read(payloads))
    assert set(words(body["text"])) <= set(said), "no word is lost"
    assert said.count(URL + ".") == body["text"].count(URL), "no address is cut"
    for button in body.get("buttons", ()):
        assert button["title"] in read(payloads)
    if body.get("buttons"):
        assert payloads[-1]["type"] == "interactive", "the buttons of the product never need numbers"


TEXTS = st.one_of(
    st.text(max_size=300),
    st.lists(
        st.sampled_from(["Dit is een zin. ", "En dan?", "\n\n", "\n", " ", URL, PHONE, MAIL, "woord ", "é👍🏽", "a" * 50, "; "]),
        max_size=400,
    ).map("".join),
)
TITLES = st.one_of(
    st.text(max_size=30), st.text(max_size=200), st.sampled_from(["Ja", "Nee", "Sla over", "Ik maak me zorgen om iemand"])
)
BUTTONS = st.lists(st.fixed_dictionaries({"title": TITLES, "payload": st.text(max_size=20)}), max_size=14)


@settings(deadline=None)
@given(TEXTS, BUTTONS)
def test_any_message_is_within_the_limits_and_complete(text: str, buttons: list[dict[str, str]]) -> None:
    body = bot_body({"text": text, "buttons": buttons})
    payloads = to_payloads(body)
    for payload in payloads:
        check(payload)
    said = read(payloads)
    if any(letter.isprintable() and not letter.isspace() for letter in text):
        assert "".join(words(text)) in "".join(words(said)) or "\0" in text, "every letter, in order"
    for button in buttons_of(body):
        assert "".join(words(button.title)) in "".join(words(said))
        assert len(button.id) <= 16 and button.payload not in (button.id,)


@settings(deadline=None)
@given(TEXTS, st.integers(min_value=60, max_value=400))
def test_parts_fit_and_hold_everything(text: str, limit: int) -> None:
    for parts in (split(text, limit), split_before(text, limit, 2 * limit)):
        assert all(part and units(part) <= 2 * limit for part in parts)
        assert not parts or units(parts[-1]) <= limit
        assert "".join(words("".join(parts))) == "".join(words(text))
    assert all(units(part) <= limit for part in split(text, limit))


@settings(deadline=None)
@given(
    st.lists(
        st.sampled_from([PHONE, URL, MAIL, "0800-0113", "113", "+31 6 12345678", "woord", "Een zin."]), min_size=1, max_size=60
    )
)
def test_no_number_or_address_is_cut(pieces: list[str]) -> None:
    text = " en ".join(pieces)
    for parts in (split(text, 70), split_before(text, 70, 100)):
        for whole in (PHONE, URL, MAIL, "0800-0113", "+31 6 12345678"):
            assert sum(part.count(whole) for part in parts) == text.count(whole)


@pytest.mark.parametrize("size", [1023, 1024, 1025, 4095, 4096, 4097, 8192, 8193])
@pytest.mark.parametrize("count", [0, 2, 4, 12])
@pytest.mark.parametrize("letter", ["a", "😀", "ab "])
def test_texts_around_the_limits_are_within_them(size: int, count: int, letter: str) -> None:
    text = (letter * size)[:size].strip()
    payloads = to_payloads({"text": text, "buttons": [{"title": f"Antwoord {number}"} for number in range(count)]})
    for payload in payloads:
        check(payload)
    fits = units(text) <= (1024 if 0 < count < 12 else 4096 if count == 0 else 0)
    assert not fits or len(payloads) == 1, "not cut without need"


@pytest.mark.parametrize("size", [19, 20, 21, 23, 24, 25, 71, 72, 73])
@pytest.mark.parametrize("count", [1, 3, 4, 10, 11])
def test_titles_around_the_limits_are_within_them(size: int, count: int) -> None:
    titles = [f"{number:02} {'lang ' * 20}"[: size - 1] + "." for number in range(count)]
    [payload] = to_payloads({"text": "Vraag?", "buttons": [{"title": title} for title in titles]})
    check(payload)
    shape = "button" if size <= 20 and count <= 3 else "list" if size <= 72 and count <= 10 else None
    assert payload.get("interactive", {}).get("type") == shape


def test_a_long_text_is_cut_between_sentences() -> None:
    sentences = [f"Dit is zin nummer {number} van een lang verhaal dat door blijft gaan." for number in range(100)]
    parts = split(" ".join(sentences), limits.TEXT)
    assert len(parts) == 2 and all(part.startswith("Dit is") and part.endswith("gaan.") for part in parts)


def test_buttons_stand_under_their_question() -> None:
    *before, last = to_payloads({"text": f"{SENTENCE * 12}Wil je dat?", "buttons": [{"title": "Ja"}, {"title": "Nee"}]})
    assert [one["type"] for one in before] == ["text"]
    assert last["interactive"]["body"]["text"] == "Wil je dat?"


@pytest.mark.parametrize(
    ("titles", "shape"),
    [
        (["Ja", "Nee", "Weet ik niet"], Shape.BUTTONS),
        (["Ja", "Nee", "Soms", "Nooit"], Shape.LIST),
        (["Ja", "Nee, het is iets anders"], Shape.LIST),
        (["Ik maak me zorgen om iemand", "Ik zoek iets om te doen"], Shape.LIST),
        ([f"Antwoord {number}" for number in range(11)], Shape.NUMBERS),
        (["Ik maak me zorgen om mijn moeder", "Ik maak me zorgen om mijn vader"], Shape.NUMBERS),
        (["Ja", f"Nee, want {'dat is heel anders ' * 5}"], Shape.NUMBERS),
    ],
)
def test_the_shape_shows_every_answer_in_full(titles: list[str], shape: Shape) -> None:
    assert shape_of(buttons_of({"buttons": [{"title": title} for title in titles]})) is shape


def test_a_long_title_keeps_its_words_on_the_row() -> None:
    [payload] = to_payloads(
        {"text": "Waar gaat het over?", "buttons": [{"title": "Ik maak me zorgen om iemand"}, {"title": "Sla over"}]}
    )
    first, second = payload["interactive"]["action"]["sections"][0]["rows"]
    assert first["title"] == "Ik maak me zorgen om…" and first["description"] == "Ik maak me zorgen om iemand"
    assert second["title"] == "Sla over" and "description" not in second


def test_numbers_are_shown_when_nothing_else_fits() -> None:
    titles = [f"Antwoord {number}" for number in range(1, 13)]
    [payload] = to_payloads({"text": "Wat kies je?", "buttons": [{"title": title} for title in titles]})
    lines = payload["text"]["body"].splitlines()
    assert lines[0] == "Wat kies je?" and lines[-12:] == [f"{number}. Antwoord {number}" for number in range(1, 13)]


def test_a_line_without_buttons_gets_numbers() -> None:
    body = {"text": f"{SENTENCE * 20}Mag dat?", "buttons": [{"title": "Ja, dat mag"}, {"title": "Nee, liever niet"}]}
    texts = to_texts(body)
    assert all(1 <= units(text) <= limits.TWILIO_TEXT for text in texts)
    assert texts[-1].endswith("1. Ja, dat mag\n2. Nee, liever niet")


def test_what_the_bot_understands_is_never_shown() -> None:
    body = {"text": "Kies", "buttons": [{"title": f"Titel {n}", "payload": f'/kies{{"wat":"{n}"}}'} for n in range(4)]}
    for buttons in (
        body["buttons"][:2],
        body["buttons"],
        [*body["buttons"], *({"title": f"Nog {n}", "payload": "/geheim"} for n in range(9))],
    ):
        shown = json.dumps(to_payloads({**body, "buttons": buttons}))
        assert "/kies" not in shown and "/geheim" not in shown


@pytest.mark.parametrize(
    "body",
    [{}, {"text": ""}, {"text": " \n"}, {"buttons": []}, {"text": "\u200b"}, {"buttons": [{"title": " ", "payload": "x"}]}],
)
def test_what_says_nothing_is_not_sent(body: dict[str, Any]) -> None:
    assert to_payloads(body) == [] and to_texts(body) == [] and offered(body) == []


def test_buttons_without_a_text_get_one() -> None:
    [payload] = to_payloads({"buttons": [{"title": "Ja"}, {"title": "Nee"}]})
    check(payload)


# --- the card ---------------------------------------------------------------------------------------------------------

CARD = {
    "type": "suggestie", "id": "koffie", "naam": "Koffie in de buurt", "wat": "Je drinkt koffie met buren.",
    "waarom": "het is in Overvecht en het kost niets", "hoe": "Bel en vraag wanneer je kunt komen.", "telefoon": PHONE, "email": MAIL,
    "url": URL, "adres": "Voorbeeldstraat 1", "via": "Je komt er via het buurtteam. Bel 030 765 43 21.", "kosten": "Gratis.",
    "open": "Ze zijn nu open.", "op": "2026-03-01T10:00+01:00", "zin": "Hallo, mag ik een keer komen?",
    "let_op": "Neem mee: je pas. Bel of mail even voordat je gaat.", "haltes": [{"id": "verlies", "label": "Iemand missen (rouw)"}],
}  # fmt: skip
TEXT = (
    f"Dit zou bij je kunnen passen: {CARD['naam']}.\n{CARD['wat']}\nDit past, want {CARD['waarom']}.\n\nJe eerste stap: {CARD['hoe']}\n"
    f"Bel {PHONE}.\nMail naar {MAIL}.\nKijk op {URL}.\nHet adres is {CARD['adres']}.\n{CARD['via']}\nKosten: Gratis.\nZe zijn nu open.\n"
    "Neem mee: je pas.\nBel of mail even voordat je gaat."
)


def test_a_step_is_said_once_in_the_order_of_the_card() -> None:
    [payload] = to_payloads({"text": TEXT, "card": CARD})
    said = payload["text"]["body"]
    order = ["naam", "wat", "waarom", "hoe", "telefoon", "email", "url", "adres", "via", "open", "kosten", "zin", "let_op"]
    places = [said.index(str(CARD[name])) for name in order]
    assert places == sorted(places)
    assert all(said.count(str(CARD[name])) == 1 for name in order)
    assert said.startswith("Dit zou bij je kunnen passen: *Koffie in de buurt*.")


@pytest.mark.parametrize(
    ("voor_wie", "response"), [("zelf", "utter_stap"), ("helpen", "utter_stap_vrijwilliger"), ("ander", "utter_signaal_wie")]
)
def test_every_step_of_the_city_is_said_once(city: Catalogue, voor_wie: str, response: str) -> None:
    when = Moment(datetime(2026, 11, 23, 11, tzinfo=ZoneInfo("Europe/Amsterdam")), months=12)
    for initiative in city.suggestable:
        state = State(voor_wie=voor_wie, haltes=tuple(initiative.haltes[:2]))
        match = score(initiative, state.profile(), city, when)
        parts = step_parts(match, voor_wie, city, when)
        text = str(RESPONSES[f"{response}[0]"]["text"]).format(**parts)
        payloads = to_payloads({"text": text, "card": card(match, state, city, when)})
        for payload in payloads:
            check(payload)
        lines = [line for line in read(payloads).splitlines() if line]
        assert len(set(lines)) == len(lines), initiative.id
        said = " ".join(lines)
        assert all(line in said for line in (parts["wat"], parts["hoe"], *parts["contact"].splitlines())), initiative.id


def test_numbers_and_addresses_of_a_step_stay_plain() -> None:
    [payload] = to_payloads({"text": TEXT, "card": {**CARD, "naam": f"Koffie, bel {PHONE}"}})
    said = payload["text"]["body"]
    for plain in (PHONE, URL, MAIL):
        assert re.search(rf"(?<![*_~`]){re.escape(plain)}(?![*_~`])", said)


def test_a_line_that_the_card_does_not_say_stays() -> None:
    [payload] = to_payloads({"text": f"{TEXT}\nIs er nu gevaar? Bel 112.\nJe pas.", "card": CARD})
    assert payload["text"]["body"].endswith("Is er nu gevaar? Bel 112.\nJe pas.")


def test_what_the_next_message_says_is_not_in_the_step_too() -> None:
    step, words_to_say = {"text": TEXT, "card": CARD}, {"text": f'Je kunt zeggen: "{CARD["zin"]}"'}
    said = "".join(read(to_payloads(body)) for body in without_repeats([step, words_to_say]))
    assert said.count(str(CARD["zin"])) == 1
    assert without_repeats([step]) == [step] and step["card"] is CARD


def test_what_is_kept_comes_with_a_picture_that_is_described() -> None:
    picture, text = to_payloads({"text": "Schrijf dit op:", "card": {**CARD, "type": "bewaar"}})
    check(picture)
    assert text["type"] == "text"
    assert CARD["naam"] in picture["image"]["caption"] and "Iemand missen (rouw)" in picture["image"]["caption"]


@pytest.mark.parametrize(
    "found",
    [
        None,
        "x",
        3,
        {},
        {"type": "bewaar"},
        {"naam": 3, "haltes": "x"},
        {"type": "bewaar", "naam": "A", "haltes": [1, {"label": 2}]},
    ],
)
def test_a_card_that_is_none_breaks_nothing(found: object) -> None:
    payloads = to_payloads({"text": "Hallo", "card": found})
    assert "Hallo" in read(payloads)
    for payload in payloads:
        check(payload)


@settings(deadline=None)
@given(st.fixed_dictionaries({}, optional={name: TEXTS for name in CARD if name != "haltes"}), TEXTS, BUTTONS)
def test_any_card_is_within_the_limits_and_complete(made: dict[str, str], text: str, buttons: list[dict[str, str]]) -> None:
    body = bot_body({"text": text, "buttons": buttons, "custom": made})
    payloads = to_payloads(body)
    for payload in payloads:
        check(payload)
    said = "".join(words(read(payloads).replace("*", "")))
    for name in ("naam", "wat", "hoe", "telefoon", "url", "via", "let_op"):
        assert "\0" in (made.get(name) or "") or "".join(words(made.get(name, "").replace("*", ""))) in said
