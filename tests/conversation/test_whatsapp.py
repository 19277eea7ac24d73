"""A resident on WhatsApp: the whole running product on one side, a double of Meta that refuses what Meta refuses on the other."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest

from wegwijzer.evaluation.bot import Bot
from wegwijzer.graph_double.running import DoubleThread
from wegwijzer.graph_double.settings import webhook
from wegwijzer.graph_double.webhooks import Person
from wegwijzer.graph_double.world import Sent

ANSWER_WITHIN = 60.0

QUIET = 1.0
"""Seconds without anything new after which an answer is taken to be whole."""


@pytest.fixture(scope="module")
def whatsapp(bot: Bot, meta: DoubleThread) -> Iterator[DoubleThread]:
    """Meta's double, connected with the running product."""
    meta.double.connect(webhook(bot.settings))
    yield meta
    log = (bot.settings.tracker_db.parent / "log" / "rasa_server.log").read_text(encoding="utf-8")
    for secret in ("3161234560", "612345601", "dre.in.utrecht", meta.double.account.token):
        assert secret not in log


@dataclass
class Telephone:
    """Somebody with a telephone."""

    meta: DoubleThread
    person: Person

    def say(self, text: str) -> list[Sent]:
        """Write, and wait for all of the answer."""
        return self._after(self.meta.double.say(self.person, text))

    def tap(self, title: str) -> list[Sent]:
        """Tap what stands on the newest message with something to tap."""
        for sent in reversed(self.got):
            for name, shown in choices(sent).items():
                if shown == title:
                    return self._after(self.meta.double.tap(self.person, sent.wamid, name))
        raise AssertionError(f"nothing to tap says {title!r}: {[choices(sent) for sent in self.got]}")

    @property
    def got(self) -> list[Sent]:
        """Everything that arrived."""
        return self.meta.double.world.phone(self.person).got

    def _after(self, work: Any) -> list[Sent]:
        had = len(self.got)
        self.meta.do(work)
        deadline, seen, since = time.monotonic() + ANSWER_WITHIN, had, time.monotonic()
        while time.monotonic() < deadline:
            if len(self.got) != seen:
                seen, since = len(self.got), time.monotonic()
            if seen > had and time.monotonic() - since > QUIET:
                return self.got[had:]
            time.sleep(0.05)
        raise AssertionError("no answer came")


def choices(sent: Sent) -> dict[str, str]:
    """What can be tapped, by id."""
    action = sent.body.get("interactive", {}).get("action", {})
    rows = [row for section in action.get("sections", ()) for row in section["rows"]]
    buttons = {button["reply"]["id"]: button["reply"]["title"] for button in action.get("buttons", ())}
    return buttons | {row["id"]: row.get("description") or row["title"] for row in rows}


def words(messages: list[Sent]) -> str:
    """Everything that is read."""
    return "\n".join(_words(sent.body) for sent in messages)


def _words(body: Any) -> str:
    interactive = body.get("interactive", {}).get("body", {}).get("text", "")
    return str(body.get("text", {}).get("body") or interactive or body.get("image", {}).get("caption", ""))


def test_a_story_leads_to_a_step_with_buttons_tapped_and_typed(whatsapp: DoubleThread) -> None:
    anna = Telephone(whatsapp, Person("31612345601", "Anna"))
    hello = anna.say("hallo")
    assert "computer" in words(hello) and "wis" in words(hello).lower()
    first = anna.tap("Ik voel me alleen")
    assert words(first)
    anna.say("mijn man is vorig jaar overleden en het is zo stil in huis, ik zou graag weer mensen zien")
    for answer in ("ja", "sla over", "overvecht", "74", "met een klein groepje", "nee niets", "sla over", "sla over"):
        if any("Hoe begin ik?" in choices(sent).values() for sent in anna.got):
            break
        anna.say(answer)
    titles = {title for sent in anna.got for title in choices(sent).values()}
    assert {"Iets anders", "Hoe begin ik?"} <= titles, "a step came, with what can be done with it"
    assert words(anna.tap("Hoe begin ik?"))
    everything = words(anna.got)
    assert "/" + "inform" not in everything and "payload" not in everything
    assert all(name not in everything for sent in anna.got for name in choices(sent)), "what is behind a button is never seen"
    assert whatsapp.double.refusals == [], "Meta refused nothing"
    assert all(read for read in whatsapp.double.world.phone(anna.person).wrote.values()), "everything was marked as read"


def test_danger_shows_the_numbers_at_once_and_a_slash_does_nothing(whatsapp: DoubleThread) -> None:
    karim = Telephone(whatsapp, Person("31612345602", "Karim"))
    assert "113" in words(karim.say("ik wil niet meer leven"))
    bo = Telephone(whatsapp, Person("31612345603", "Bo"))
    bo.say("hallo")
    assert "herstart" not in words(bo.say("/restart")).lower()
    assert bo.got


def test_voice_is_answered_kindly_and_says_who_is_talking(whatsapp: DoubleThread) -> None:
    cato = Telephone(whatsapp, Person("31612345604", "Cato"))
    answered = words(cato._after(whatsapp.double.send_file(cato.person, "audio")))
    assert "typen" in answered and "computer" in answered


def test_who_shows_no_number_is_answered_as_well(whatsapp: DoubleThread) -> None:
    dre = Telephone(whatsapp, Person("31612345605", "Dre", username="dre.in.utrecht"))
    assert "computer" in words(dre.say("hallo"))


def test_stop_says_goodbye_once_and_then_is_silent(whatsapp: DoubleThread) -> None:
    els = Telephone(whatsapp, Person("31612345606", "Els"))
    els.say("hallo")
    assert "ik stop" in words(els.say("STOP")).lower()
    had = len(els.got)
    time.sleep(QUIET)
    assert len(els.got) == had
    assert "computer" in words(els.say("hallo")), "who writes again begins anew"
