"""Conversations while things break: nothing lost, doubled or swapped; and the run that says so can say the opposite."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from wegwijzer.evaluation.faults import run, wrong

SENT = [("a", "een"), ("b", "twee")]


def heard(*said: tuple[str, str]) -> list[dict[str, Any]]:
    ids = {text: name for name, text in SENT}
    return [{"seq": seq, "who": who, "text": text, "id": ids.get(text)} for seq, (who, text) in enumerate(said, start=1)]


GOOD = heard(
    ("you", "een"), ("you", "twee"), ("bot", "eerst een"), ("bot", "dan een"), ("bot", "eerst twee"), ("bot", "dan twee")
)


def test_what_is_as_promised_is_no_problem() -> None:
    assert wrong(GOOD, SENT, echo=True) == []
    assert wrong(GOOD, SENT, echo=False) == []


@pytest.mark.parametrize("place", range(len(GOOD)))
def test_each_lost_doubled_or_swapped_thing_is_one(place: int) -> None:
    assert wrong([*GOOD[:place], *GOOD[place + 1 :]], SENT, echo=True)
    assert wrong([*GOOD[:place], GOOD[place], *GOOD[place:]], SENT, echo=True)
    if place:
        assert wrong([*GOOD[: place - 1], GOOD[place], GOOD[place - 1], *GOOD[place + 1 :]], SENT, echo=True)


def test_a_doubled_message_with_a_number_of_its_own_is_one() -> None:
    twice = heard(*((entry["who"], entry["text"]) for entry in GOOD), ("you", "een"))
    assert wrong(twice, SENT, echo=True) == ["message double: a: een"]


def test_no_answer_at_the_end_is_one() -> None:
    assert wrong(GOOD[:2], SENT, echo=False) == ["the last message has no answer"]


def test_nothing_gets_lost_doubled_or_swapped_while_things_break() -> None:
    report = asyncio.run(run(8, 3, lambda *_: None))
    assert report.problems == []
    assert report.counts["conversations"] == 8
    assert report.counts["messages"] * 2 == report.counts["replies"]
    assert report.counts["lines_cut"] and report.counts["sent_twice"]
    assert report.counts["kills"] + report.counts["restarts"]


@pytest.mark.parametrize("module", ["tests.unit.web_server_without_memory", "tests.unit.web_server_without_order"])
def test_a_server_that_breaks_its_promise_is_found_out(module: str) -> None:
    assert asyncio.run(run(8, 3, lambda *_: None, module=module)).problems
