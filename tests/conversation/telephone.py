"""Somebody with WhatsApp on a telephone, at a double of Meta that the running product is connected with."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import Any

from wegwijzer.graph_double.running import DoubleThread
from wegwijzer.graph_double.webhooks import Person
from wegwijzer.graph_double.world import Sent

ANSWER_WITHIN = 60.0

QUIET = 1.0
"""Seconds without anything new after which an answer is taken to be whole."""


@dataclass
class Telephone:
    """Somebody with a telephone."""

    meta: DoubleThread
    person: Person

    def say(self, text: str) -> list[Sent]:
        """Write, and wait for all of the answer."""
        return self.after(self.meta.double.say(self.person, text))

    def tells(self, text: str) -> None:
        """Write what answers nothing: a colleague reads it."""
        self.meta.do(self.meta.double.say(self.person, text))

    def tap(self, title: str) -> list[Sent]:
        """Tap what stands on the newest message with something to tap."""
        for sent in reversed(self.got):
            for name, shown in choices(sent).items():
                if shown == title:
                    return self.after(self.meta.double.tap(self.person, sent.wamid, name))
        raise AssertionError(f"nothing to tap says {title!r}: {[choices(sent) for sent in self.got]}")

    @property
    def got(self) -> list[Sent]:
        """Everything that arrived."""
        return self.meta.double.world.phone(self.person).got

    def after(self, work: Any) -> list[Sent]:
        """Do something, and wait for all of the answer."""
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
