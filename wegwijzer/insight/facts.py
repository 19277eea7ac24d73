"""What happened in one conversation, read from its marks."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from wegwijzer.insight.marks import ASKED, BEGUN, CHANNEL, DID, MEANT, SAID, Mark

STAFF_CHANNELS = frozenset({"cmdline", "shell"})
"""Colleagues who try the bot in a terminal (``make shell``)."""

LOOKED_FURTHER = frozenset({"action_hoe_begin", "action_bewaar"})
REFUSED = "action_anders"

NO_WISH = frozenset({"drempel", "gemis"})
"""Questions that are closed by an answer we have no word for, such as *nee, niks*, as they are by skipping them."""

SKIPS = frozenset({"verder", "weetniet", "iets_anders"})
"""What somebody means who skips such a question."""

LET_GO = "utter_geeft_niet"
"""Said when a question was not understood twice, just before it is closed."""


LATER_ANSWER, LATER_QUESTION = "nazorg_antwoord", "utter_gelukt_vraag"
ABOUT_LATER = "utter_gelukt_"
"""How the names begin of what the bot says about *is het gelukt?*. Who only answers that was counted when the step was named; the
answer is counted by itself (``gelukt_stap``)."""


@dataclass
class Facts:
    """One conversation. What is not known is empty.

    Attributes:
        slots: the last value of each slot that is noted.
        steps: what was last done with each record that was named, in the order in which they were named.
        asked: questions that were put, with what came of them so far: an answer, a skip, or nothing.
        said: names of responses; ``let_go``: whether the last one of this turn closed a question.
        meant: the last intent.
        judged: the record that was named last when *was dit goed?* was answered.
        turns: how often the person said something, and ``later`` of those only about *is het gelukt?*.
        about_later: whether the last time was.
    """

    slots: dict[str, str] = field(default_factory=dict)
    steps: dict[str, str] = field(default_factory=dict)
    asked: dict[str, str] = field(default_factory=dict)
    said: set[str] = field(default_factory=set)
    channel: str = ""
    meant: str = ""
    judged: str = ""
    let_go: bool = False
    turns: int = 0
    later: int = 0
    about_later: bool = False

    @property
    def heard(self) -> bool:
        """Whether the person said anything that makes this a conversation."""
        return self.turns > self.later

    @property
    def halte(self) -> str:
        """The first theme."""
        return self.slots.get("haltes", "").partition(",")[0]

    @property
    def wijk(self) -> str:
        """The wijk."""
        return self.slots.get("wijk", "")

    @property
    def form(self) -> str:
        """How they like to meet."""
        return self.slots.get("vorm", "")

    @property
    def hurdles(self) -> tuple[str, ...]:
        """What makes the step hard."""
        return _list(self.slots.get("drempel", ""))

    @property
    def suggested(self) -> str:
        """The record that was named last."""
        return self.slots.get("suggestie", "")

    @property
    def named(self) -> tuple[str, ...]:
        """Every record that was named."""
        return tuple(self.steps)

    @property
    def of_staff(self) -> bool:
        """Whether a colleague tried the bot."""
        return self.channel in STAFF_CHANNELS


def facts_of(marks: Iterable[Mark]) -> Facts:
    """Read the marks of one conversation, oldest first. When it began anew after a day, only the last time counts."""
    facts = Facts()
    for mark in marks:
        if mark.kind == BEGUN:
            facts = Facts(channel=facts.channel)
        else:
            _take(facts, mark)
    return facts


def _take(facts: Facts, mark: Mark) -> None:
    kind, value = mark.kind, mark.value
    if kind == SAID:
        facts.said.add(value)
        facts.let_go = facts.let_go or value == LET_GO
        if value.startswith(ABOUT_LATER) and value != LATER_QUESTION:
            _only_later(facts)
    elif kind == MEANT:
        facts.meant, facts.let_go, facts.about_later = value, False, False
        facts.turns += 1
    elif kind == CHANNEL:
        facts.channel = value
    elif kind == DID:
        _did(facts, value)
    elif kind == ASKED:
        facts.asked.setdefault(value, "")
    else:
        _set(facts, kind, value)


def _only_later(facts: Facts) -> None:
    facts.later += not facts.about_later and facts.turns > 0
    facts.about_later = True


def _did(facts: Facts, action: str) -> None:
    if facts.suggested in facts.steps:
        facts.steps[facts.suggested] = "geweigerd" if action == REFUSED else "verder_gekeken"


def _set(facts: Facts, slot: str, value: str) -> None:
    before = facts.slots.get(slot, "")
    facts.slots[slot] = value
    if slot == LATER_ANSWER and value:
        _only_later(facts)
    elif slot == "suggestie" and value and not facts.about_later:
        facts.steps[value] = "gezien"
    elif slot == "mening" and value:
        facts.judged = facts.suggested
    elif slot == "overgeslagen":
        for question in set(_list(value)) - set(_list(before)):
            facts.asked[question] = "overgeslagen" if _skipped(facts, question) else "beantwoord"
    if slot in facts.asked and value:
        facts.asked[slot] = "beantwoord"
    elif slot == "haltes" and value and "situatie" in facts.asked:
        facts.asked["situatie"] = "beantwoord"


def _skipped(facts: Facts, question: str) -> bool:
    return question not in NO_WISH or facts.let_go or facts.meant in SKIPS


def _list(value: str) -> tuple[str, ...]:
    return tuple(one for one in value.split(",") if one)
