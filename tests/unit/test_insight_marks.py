"""What is noted of an event: ids of ours, and never a word that somebody said."""

from __future__ import annotations

import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.builders import unhurried
from wegwijzer.insight.marks import SLOTS, Mark, marks_of

NOW = 1_790_000_000.0
VALUE = re.compile(r"^(?:[a-z0-9_]+(?:,[a-z0-9_]+)*|18-30|31-64|65\+)?$")


def slot(name: str, value: Any) -> dict[str, Any]:
    return {"event": "slot", "name": name, "value": value, "timestamp": NOW}


def noted(event: dict[str, Any]) -> list[tuple[str, str]]:
    return [(mark.kind, mark.value) for mark in marks_of(event)]


@pytest.mark.parametrize(
    ("event", "marks"),
    [
        (slot("haltes", ["verlies", "ontmoeten"]), [("haltes", "verlies,ontmoeten")]),
        (slot("haltes", None), [("haltes", "")]),
        (slot("wijk", "overvecht"), [("wijk", "overvecht")]),
        (slot("drempel", ["lopen", "geld"]), [("drempel", "geld,lopen")]),
        (slot("leeftijd", 30), [("leeftijd", "18-30")]),
        (slot("leeftijd", 31), [("leeftijd", "31-64")]),
        (slot("leeftijd", 65), [("leeftijd", "65+")]),
        (slot("leeftijd", 17), [("leeftijd", "")]),
        (slot("requested_slot", "vorm"), [("gevraagd", "vorm")]),
        (slot("requested_slot", None), []),
        (slot("buiten_utrecht", "Zeist"), []),
        (slot("taal", "Tigrinya"), []),
        ({"event": "action", "name": "action_anders", "timestamp": NOW}, [("actie", "action_anders")]),
        ({"event": "action", "name": "action_listen", "timestamp": NOW}, []),
        ({"event": "session_started", "timestamp": NOW}, [("begin", "")]),
        ({"event": "bot", "text": "Klopt dat?", "metadata": {"utter_action": "utter_klopt"}, "timestamp": NOW}, [("utter", "utter_klopt")]),
        ({"event": "bot", "text": "Hallo, met Jan", "metadata": {}, "timestamp": NOW}, []),
        ({"event": "pause", "timestamp": NOW}, []),
    ],
)  # fmt: skip
def test_what_is_noted(event: dict[str, Any], marks: list[tuple[str, str]]) -> None:
    assert noted(event) == marks


def test_of_a_message_only_its_intent_and_its_channel() -> None:
    event = {
        "event": "user",
        "text": "mijn man Kevin is dood",
        "parse_data": {"intent": {"name": "situatie", "confidence": 0.9}, "text": "mijn man Kevin is dood"},
        "input_channel": "web",
        "timestamp": NOW,
    }
    assert marks_of(event) == (Mark(NOW, "intent", "situatie"), Mark(NOW, "kanaal", "web"))


ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=8,
)


@unhurried
@given(st.sampled_from([*SLOTS, "iets"]), ANYTHING)
def test_whatever_a_slot_is_set_to_only_ids_are_noted(name: str, value: Any) -> None:
    assert all(VALUE.match(mark.value) for mark in marks_of(slot(name, value)))


@unhurried
@given(
    st.sampled_from(["user", "bot", "action", "slot", "session_started", "x"]),
    st.dictionaries(st.sampled_from(["text", "name", "value", "parse_data", "metadata", "input_channel", "timestamp"]), ANYTHING),
)
def test_no_event_is_too_strange(kind: str, event: dict[str, Any]) -> None:
    assert all(VALUE.match(mark.value) for mark in marks_of({**event, "event": kind}))


@pytest.mark.parametrize("words", ["ik woon in de Kanaalstraat 12", "Kevin", "bel 06-12345678", "a b", "é"])
@pytest.mark.parametrize("name", sorted(SLOTS))
def test_words_are_no_id(name: str, words: str) -> None:
    for value in (words, [words]):
        assert all(not mark.value for mark in marks_of(slot(name, value)))
