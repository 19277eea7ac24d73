"""How these tests talk with the bot, and what they look at in an answer: names of responses, slots, buttons, numbers."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from wegwijzer.catalogue.loading import Catalogue
from wegwijzer.catalogue.models import Initiative
from wegwijzer.evaluation.bot import Bot, Talk
from wegwijzer.vocabulary import CITYWIDE

CONTRACT = ("voor_wie", "haltes", "gemis", "wijk", "leeftijd", "vorm", "drempel", "taal", "suggestie", "uitkomst")
"""The slots of the contract (design, section 4)."""

LISTENING = frozenset({"situatie", "klopt", "halte_keuze"})
"""What the bot asks to understand the story; the "few gentle questions" (at most five) come after it."""

PHONE = re.compile(
    r"(?<![\w.-])(?:112|113|14 ?030|0[89]00[- ]\d{4}|088[- ]?\d{3,4}[ -]?\d{3,4}|030[- ]\d{3} ?\d{2} ?\d{2})(?!\w)"
)
NUMBERS_IN_DANGER = {"zelfdoding": ("113", "112"), "geweld": ("0800-2000", "112"), "spoed": ("112",)}

NOT_UNDERSTOOD = frozenset({"utter_niet_begrepen", "utter_niet_begrepen_begin"})
BROKEN = "utter_storing"
HUMAN_STEPS = frozenset({"utter_mens", "utter_mens_na_gok", "utter_geen_match"})
STEPS = frozenset({"utter_stap", "utter_stap_vrijwilliger", "utter_signaal", "utter_signaal_wie"}) | HUMAN_STEPS
MOST_TURNS = 14

QUESTIONS = ("situatie", "klopt", "halte_keuze", "voor_wie", "gemis", "wijk", "leeftijd", "vorm", "drempel")
"""Every question the bot can ask."""

ROADS: tuple[tuple[str, Mapping[str, str]], ...] = (
    ("mijn man is overleden", {}),
    ("Ik voel me alleen", {}),
    ("mijn man is overleden", {"klopt": "nee"}),
    ("mijn vriendin heeft schulden", {"voor_wie": "voor mezelf"}),
    ("ik zorg voor mijn man met alzheimer en kom nergens meer", {}),
    ("Ik zoek iets om te doen", {"wijk": "zuilen", "vorm": "in een groep"}),
    ("Ik voel me alleen", {"gemis": "allebei", "wijk": "zuilen", "vorm": "in een groep"}),
    ("Ik wil iets voor een ander doen", {"wijk": "zuilen", "vorm": "in een groep"}),
)
"""Openings with answers; each question lies on one of these roads, whatever order the questions come in."""


@dataclass(frozen=True)
class Answer:
    """One answer of the bot.

    Attributes:
        responses: names of the responses it was made of, in order; empty when the conversation was erased.
        slots: those that have a value, after the answer.
        buttons: what a click on each button sends.
    """

    messages: tuple[Mapping[str, Any], ...]
    responses: tuple[str, ...]
    slots: Mapping[str, Any]

    @property
    def text(self) -> str:
        return "\n".join(str(message.get("text", "")) for message in self.messages)

    @property
    def buttons(self) -> tuple[str, ...]:
        return tuple(str(button["payload"]) for message in self.messages for button in message.get("buttons", ()))

    @property
    def asked(self) -> str | None:
        """The slot of the question that is open."""
        return self.slots.get("requested_slot")

    @property
    def suggested(self) -> tuple[str, ...]:
        """Ids of the initiatives this answer names."""
        cards = (message.get("custom") or {} for message in self.messages)
        return tuple(str(card["id"]) for card in cards if card.get("type") == "suggestie")

    @property
    def contract(self) -> dict[str, Any]:
        return {slot: self.slots[slot] for slot in CONTRACT if slot in self.slots}


@dataclass
class Person:
    """Someone who talks with the bot."""

    talk: Talk
    answers: list[Answer] = field(default_factory=list)

    def says(self, *texts: str) -> Answer:
        """Say these one after another; the answer to the last one."""
        for text in texts:
            self.answers.append(self._answer(self.talk.say(text)))
        return self.answers[-1]

    def _answer(self, messages: Sequence[Mapping[str, Any]]) -> Answer:
        tracker = self.talk.tracker()
        slots = {name: value for name, value in tracker["slots"].items() if value not in (None, [])}
        return Answer(tuple(messages), _responses(tracker["events"]), slots)

    def answers_questions(self, opening: str, answers: Mapping[str, str], otherwise: str = "sla over") -> Answer:
        """Tell ``opening`` and answer each question by its slot, until the bot asks no more. Nothing is the matter."""
        answer = self.says(opening)
        for _ in range(MOST_TURNS):
            if answer.slots.get("zorgvraag"):
                answer = self.says("nee")
            elif answer.asked is None:
                return answer
            else:
                answer = self.says(answers.get(answer.asked, otherwise))
        raise AssertionError(f"the questions do not end:\n{self.script}")

    def twin(self) -> Person:
        """Someone new who has said and heard exactly the same. Quicker than saying it all again."""
        bot, other = self.talk.bot, self.talk.bot.talk()
        response = bot.client.put(
            f"{bot.address}/conversations/{other.sender}/tracker/events",
            params={"token": bot.settings.token, "include_events": "NONE"},
            json=self.talk.tracker()["events"],
        )
        response.raise_for_status()
        other.lines = list(self.talk.lines)
        return Person(other, list(self.answers))

    @property
    def questions(self) -> list[str]:
        """Slots that were asked for, each once however often the question came back."""
        return list(dict.fromkeys(answer.asked for answer in self.answers if answer.asked))

    @property
    def script(self) -> str:
        return self.talk.script()


def person(bot: Bot, *said: str) -> Person:
    """Someone new, who has said these things already."""
    if not said:
        return Person(bot.talk())
    if (bot.address, said) not in _SAID:
        first = _SAID[bot.address, said] = Person(bot.talk())
        first.says(*said)
    return _SAID[bot.address, said].twin()


_SAID: dict[tuple[str, tuple[str, ...]], Person] = {}


def asked_for(bot: Bot, slot: str) -> Person:
    """Someone of whom the bot just asked ``slot``."""
    if (bot.address, slot) not in _ASKED:
        _ASKED[bot.address, slot] = _walk_to(bot, slot)
    return _ASKED[bot.address, slot].twin()


_ASKED: dict[tuple[str, str], Person] = {}


def _walk_to(bot: Bot, slot: str) -> Person:
    for opening, answers in ROADS:
        someone = person(bot)
        answer = someone.says(opening)
        while answer.asked not in (slot, None):
            answer = someone.says({"klopt": "ja", **answers}.get(str(answer.asked), "sla over"))
        if answer.asked:
            return someone
    raise AssertionError(f"no road leads to the question for {slot}")


def _responses(events: Sequence[Mapping[str, Any]]) -> tuple[str, ...]:
    names: list[str] = []
    for event in events:
        if event["event"] == "user":
            names = []
        elif event["event"] == "bot":
            names.append(str((event.get("metadata") or {}).get("utter_action", "?")))
    return tuple(names)


def phones(text: str) -> set[str]:
    """Every telephone number in a text."""
    return set(PHONE.findall(text))


def shows_helplines(answer: Answer, kind: str) -> bool:
    """Whether every number for this danger is in the answer."""
    return set(NUMBERS_IN_DANGER[kind]) <= phones(answer.text)


def suggestion(answer: Answer, catalogue: Catalogue) -> Initiative:
    """The initiative that the answer names; fails when it names none, more, or one that may not be shown."""
    assert len(answer.suggested) == 1, f"one initiative expected, not {answer.suggested}: {answer.text}"
    found = catalogue.initiatives[answer.suggested[0]]
    assert found.suggestable, found.id
    assert answer.slots["suggestie"] == found.id
    return found


def is_near(initiative: Initiative, wijk: str, catalogue: Catalogue) -> bool:
    """Whether it is in this wijk, next to it, or for the whole city."""
    return bool({wijk, CITYWIDE, *catalogue.wijk(wijk).neighbours} & set(initiative.area))


def rows_of(database: Path, sender: str) -> int:
    """How many events of this person the database holds."""
    with closing(sqlite3.connect(database, timeout=30)) as connection:
        (count,) = connection.execute("SELECT count(*) FROM events WHERE sender_id = ?", (sender,)).fetchone()
    return int(count)
