"""What is noted of a conversation with the really running bot is what happened in it, and no word that was said."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator

import pytest

from tests.builders import real_catalogue
from wegwijzer.evaluation.bot import Bot, Talk
from wegwijzer.insight.folding import cells_of
from wegwijzer.insight.marks import Mark
from wegwijzer.insight.store import InsightStore, store_of

CANARY = "klarinettenkring"
"""A word of this module only: others search the same files for theirs."""
SOON = 20.0
"""Seconds within which what was said is noted; it is noted beside the conversation."""


@pytest.fixture
def insight(bot: Bot) -> Iterator[InsightStore]:
    store = store_of(bot.settings)
    yield store
    store.close()


def noted(insight: InsightStore, talk: Talk, until: Callable[[list[Mark]], bool]) -> list[Mark]:
    """What is noted, once that is so."""
    end = time.monotonic() + SOON
    while not until(marks := insight.noted(talk.sender)) and time.monotonic() < end:
        time.sleep(0.05)
    return marks


def turns(count: int) -> Callable[[list[Mark]], bool]:
    return lambda marks: sum(mark.kind == "intent" for mark in marks) >= count


def cells(marks: list[Mark]) -> dict[str, set[tuple[str, ...]]]:
    found: dict[str, set[tuple[str, ...]]] = {}
    for table, cell in cells_of(marks, real_catalogue()):
        found.setdefault(table, set()).add(cell)
    return found


def test_what_is_counted_is_what_happened(bot: Bot, insight: InsightStore) -> None:
    talk = bot.talk()
    texts = ["Ik zoek iets om te doen", "Overvecht", "Sla over"]
    for text in texts:
        talk.say(text)
    while "suggestie" not in (slots := talk.slots()):
        assert len(texts) < 10, f"no step was named:\n{talk.script()}"
        texts.append("Sla over")
        talk.say("Sla over")
    first = slots["suggestie"]
    for text in ("Iets anders", "Hoe begin ik?"):
        texts.append(text)
        talk.say(text)
    second, skipped = talk.slots()["suggestie"], set(talk.slots()["overgeslagen"])

    marks = noted(insight, talk, turns(len(texts)))
    found = cells(marks)
    assert found["gesprekken"] == {("zelf",)}
    assert found["halte_wijk"] == {("ontmoeten", "overvecht")}
    assert found["uitkomst"] == {("initiatief",)}
    assert first != second and found["stap"] == {(first, "geweigerd"), (second, "verder_gekeken")}
    assert {cell[0] for cell in found["vraag"] if cell[1] == "overgeslagen"} == skipped
    assert ("wijk", "beantwoord") in found["vraag"]
    assert [mark.value for mark in marks if mark.kind == "kanaal"] == ["rest"] * len(texts)


def test_no_word_is_noted_and_no_name(bot: Bot, insight: InsightStore) -> None:
    talk = bot.talk()
    talk.say(f"mijn man is overleden, hij speelde in een {CANARY}, ik ben 72 en woon in Overvecht")
    marks = noted(insight, talk, turns(1))
    values = {value for mark in marks for value in mark.value.split(",")}
    assert {"verlies", "overvecht", "65+"} <= values, "there was something to note"
    assert "72" not in values
    files = b"".join(path.read_bytes() for path in bot.settings.tracker_db.parent.glob("insight.db*"))
    assert b"overvecht" in files
    assert [said for said in (CANARY, "overleden", "speelde", talk.sender) if said.encode() in files] == []


def test_danger_is_an_outcome(bot: Bot, insight: InsightStore) -> None:
    talk = bot.talk()
    talk.say("ik wil niet meer leven")
    assert cells(noted(insight, talk, turns(1)))["uitkomst"] == {("crisis",)}


def test_who_erases_is_counted_nowhere(bot: Bot, insight: InsightStore) -> None:
    talk = bot.talk()
    talk.say("ik voel me alleen")
    assert noted(insight, talk, turns(1))
    talk.say("Wis mijn gesprek")
    assert insight.noted(talk.sender) == []
