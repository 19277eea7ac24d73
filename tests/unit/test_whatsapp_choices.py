"""A number, "ja" or the words of a label choose an answer; whatever says more is free text and keeps every word."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

import pytest
import yaml
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from wegwijzer.paths import DOMAIN
from wegwijzer.whatsapp.choices import Choice, by_id, chosen, offered
from wegwijzer.whatsapp.payloads import to_payloads

OFFERS: list[list[dict[str, str]]] = [
    variation["buttons"]
    for variations in yaml.safe_load(DOMAIN.read_text(encoding="utf-8"))["responses"].values()
    for variation in variations
    if variation.get("buttons")
]
"""The buttons of every response."""

OPENERS = ["Ik voel me alleen", "Ik zoek iets om te doen", "Ik maak me zorgen om iemand", "Ik wil iets voor een ander doen"]
RIGHT = ["Ja, dat klopt", "Nee, het is iets anders", "Sla over"]
HURDLES = ["Ik durf niet alleen", "Het mag niets kosten", "Ik loop slecht", "Ik kan niet overdag", "Nee, niets", "Sla over"]
FORMS = ["Met één iemand", "In een groep", "Bellen", "Online", "Samen eropuit", "Maakt niet uit", "Geen van deze"]


def body(titles: Sequence[str]) -> dict[str, Any]:
    return {"text": "Vraag?", "buttons": [{"title": title, "payload": f"-> {title}"} for title in titles]}


def choose(text: str, titles: Sequence[str], numbered: bool = False, expects_number: bool = False) -> str | None:
    payload = chosen(text, offered(body(titles), numbered), expects_number)
    return payload.removeprefix("-> ") if payload else None


@pytest.mark.parametrize(
    ("text", "titles", "expected"),
    [
        ("ja", RIGHT, "Ja, dat klopt"),
        ("JA!!", RIGHT, "Ja, dat klopt"),
        ("Nee.", RIGHT, "Nee, het is iets anders"),
        ("ja dat klopt", RIGHT, "Ja, dat klopt"),
        ("sla  over", RIGHT, "Sla over"),
        ("Slaover", RIGHT, "Sla over"),
        ("sla ovr", RIGHT, "Sla over"),
        ("met een iemand", FORMS, "Met één iemand"),
        ("onlnie", FORMS, "Online"),
        ("in een groepp", FORMS, "In een groep"),
        ("ik maak me zorgen", OPENERS, "Ik maak me zorgen om iemand"),
        ("ik voel me aleen", OPENERS, "Ik voel me alleen"),
        ("nee", HURDLES, "Nee, niets"),
        ("het mag niets kosten", HURDLES, "Het mag niets kosten"),
        ("iemand missen", ["Iemand missen (rouw)", "Iemand om mee te praten"], "Iemand missen (rouw)"),
        ("Weet ik niet", ["Ja", "Nee", "Weet ik niet"], "Weet ik niet"),
    ],
)
def test_words_of_a_label_choose_it(text: str, titles: list[str], expected: str) -> None:
    assert choose(text, titles) == expected


@pytest.mark.parametrize(
    ("text", "titles"),
    [
        ("ja maar ik wil niet meer leven", RIGHT),
        ("ja, en hij slaat me", RIGHT),
        ("nee ik wil dood", RIGHT),
        ("sla over want ik ga er een eind aan maken", RIGHT),
        ("ja 😢", RIGHT),
        ("ik voel me alleen en ik heb pillen klaarliggen", OPENERS),
        ("ik voel me niet alleen", OPENERS),
        ("ik wil", OPENERS),
        ("ik", OPENERS),
        ("iemand", ["Iemand missen (rouw)", "Iemand om mee te praten"]),
        ("een van deze", FORMS),
        ("ik durf alleen", HURDLES),
        ("ik kan wel overdag", HURDLES),
        ("ik", HURDLES),
        ("", RIGHT),
        ("?", RIGHT),
        ("x" * 5000, RIGHT),
        ("hulp", ["Help"]),
    ],
)
def test_what_says_more_or_less_is_free_text(text: str, titles: list[str]) -> None:
    assert choose(text, titles) is None


@pytest.mark.parametrize("text", ["2", "2.", " 2) ", "nummer 2", "Nr. 2", "optie 2", "twee", "Twee!", "nummer twee"])
def test_a_number_chooses_only_where_numbers_were_shown(text: str) -> None:
    assert choose(text, RIGHT, numbered=True) == RIGHT[1]
    assert choose(text, RIGHT) is None
    many = [f"Antwoord {letter}" for letter in "abcdefghijkl"]
    assert choose(text, many) == "Antwoord b"


@pytest.mark.parametrize("text", ["0", "4", "99", "2 3", "twee keer", "222", "200000000", "½", "1,5", "een twee"])
def test_another_number_chooses_nothing(text: str) -> None:
    assert choose(text, RIGHT, numbered=True) is None


def test_an_age_is_no_choice() -> None:
    assert choose("1", ["Sla over"], numbered=True, expects_number=True) is None
    assert choose("een", ["Sla over"], numbered=True, expects_number=True) is None
    assert choose("nummer 1", ["Sla over"], numbered=True, expects_number=True) == "Sla over"
    assert choose("sla over", ["Sla over"], numbered=True, expects_number=True) == "Sla over"


def test_the_same_words_with_two_meanings_choose_nothing() -> None:
    two = {"buttons": [{"title": "Bellen", "payload": "a"}, {"title": "bellen!", "payload": "b"}]}
    assert chosen("bellen?", offered(two)) is None
    assert chosen("Bellen", offered(two)) == "a"


def test_of_two_questions_the_last_one_is_meant_by_a_number() -> None:
    both = offered([body(["A een", "A twee"]), body(["B een", "B twee"])], numbered=True)
    assert chosen("1", both) == "-> B een" and chosen("a een", both) == "-> A een"


def test_choices_survive_being_kept_and_are_found_by_what_is_tapped() -> None:
    for titles in (RIGHT, OPENERS):
        [message] = to_payloads(body(titles))
        action = message["interactive"]["action"]
        rows = [one["reply"] for one in action.get("buttons", ())] or action["sections"][0]["rows"]
        kept = [Choice.from_json(one) for one in json.loads(json.dumps([one.as_json() for one in offered(body(titles))]))]
        assert [by_id(row["id"], kept) for row in rows] == [f"-> {title}" for title in titles]
    assert by_id("x", kept) is None


@pytest.mark.parametrize("buttons", OFFERS, ids=lambda buttons: buttons[0]["title"])
@pytest.mark.parametrize("numbered", [False, True])
def test_every_answer_of_the_product_can_be_typed(buttons: list[dict[str, str]], numbered: bool) -> None:
    choices = offered({"buttons": buttons}, numbered)
    for number, one in enumerate(buttons, 1):
        for typed in (one["title"], one["title"].upper(), f"{one['title'].lower()}.", f" {one['title']}\n"):
            assert chosen(typed, choices) == one["payload"]
        assert chosen(str(number), choices) == (one["payload"] if numbered else None)


WORDS = st.lists(st.from_regex(r"[a-z]{2,9}", fullmatch=True), min_size=1, max_size=4)
TITLES = st.lists(
    WORDS.map(lambda words: " ".join(words).capitalize()), min_size=1, max_size=14, unique_by=lambda one: one.replace(" ", "")
)


@settings(deadline=None)
@given(TITLES, st.data())
def test_any_answer_can_be_chosen_by_its_title_and_its_number(titles: list[str], data: st.DataObject) -> None:
    choices = offered(body(titles), numbered=True)
    assert [one.number for one in choices] == list(range(1, len(titles) + 1))
    place = data.draw(st.integers(0, len(titles) - 1))
    assert chosen(titles[place].upper(), choices) == f"-> {titles[place]}"
    assert chosen(f"{place + 1}.", choices) == f"-> {titles[place]}"


@settings(deadline=None)
@given(TITLES, WORDS, st.booleans(), st.data())
def test_a_title_with_more_words_is_never_a_choice(titles: list[str], more: list[str], before: bool, data: st.DataObject) -> None:
    title = data.draw(st.sampled_from(titles))
    text = " ".join([*more, title] if before else [title, *more])
    # Unless the longer text is the beginning of another title, or nearly that title.
    assume(not any(one != title and len(one.split()) >= len(text.split()) for one in titles))
    assume(text.replace(" ", "").lower() not in {one.replace(" ", "").lower() for one in titles})
    assert choose(text, titles, numbered=True) is None


@settings(deadline=None)
@given(st.text(max_size=60), st.sampled_from([RIGHT, OPENERS, HURDLES, FORMS]))
def test_whatever_is_typed_breaks_nothing(text: str, titles: list[str]) -> None:
    assert choose(text, titles, numbered=True) in {*titles, None}
