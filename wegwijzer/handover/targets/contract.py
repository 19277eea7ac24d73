"""The contract of a desk outside the console, and what it is told: never what was said, only the summary and a link."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Protocol

from wegwijzer.handover.models import Request
from wegwijzer.handover.notices import Event, is_urgent
from wegwijzer.handover.summary import summary_lines

_WHAT: Mapping[Event, str] = {
    Event.WAITING: "Iemand wacht op een collega",
    Event.CALL_BACK: "Iemand wil gebeld worden",
    Event.CRISIS: "Mogelijk gevaar in een gesprek",
    Event.CRISIS_UNANSWERED: "Mogelijk gevaar, en niemand heeft geantwoord",
    Event.CALL_LATE: "Iemand is nog niet gebeld",
    Event.NOBODY_CAME: "Iemand heeft voor niets gewacht",
    Event.COLLEAGUE_SILENT: "Een collega gaf geen antwoord meer",
}
"""What colleagues read above a message."""


class DeliveryFailed(Exception):
    """It did not arrive; worth trying again. The message says why in a few words, and nothing about the request."""


class Undeliverable(DeliveryFailed):
    """It will not arrive however often it is tried."""


@dataclass(frozen=True)
class Notice:
    """One thing to tell a desk.

    Attributes:
        key: the same for ever, so that a desk that gets it twice can know.
        event: what happened.
        request: the request as it is now.
        link: the request in the console; empty when the console has no address.
    """

    key: str
    event: Event
    request: Request
    link: str = ""

    @property
    def urgent(self) -> bool:
        """Whether somebody must look up."""
        return is_urgent(self.event, self.request)

    @property
    def title(self) -> str:
        """What happened, in Dutch for colleagues."""
        return ("SPOED: " if self.urgent else "") + _WHAT[self.event]

    @property
    def text(self) -> str:
        """The whole message in Dutch for colleagues."""
        lines = [f"{self.title}.", "", *summary_lines(self.request.summary)]
        return "\n".join([*lines, *(["", f"Openen: {self.link}"] if self.link else [])]).strip()

    def as_json(self) -> dict[str, Any]:
        """For a program. Without the conversation's id: that is the resident's key to it."""
        request = self.request
        return {
            "key": self.key,
            "event": self.event.value,
            "urgent": self.urgent,
            "title": self.title,
            "link": self.link,
            "request": {
                "id": request.id,
                "channel": request.channel,
                "state": request.state.value,
                "urgency": request.urgency.value,
                "reason": request.reason.value,
                "asked_at": datetime.fromtimestamp(request.asked_at, UTC).isoformat(timespec="seconds"),
                "summary": dict(request.summary),
            },
        }


class Target(Protocol):
    """A desk outside the console."""

    def deliver(self, notice: Notice) -> None:
        """Tell it, once: telling again with the same key must not become two messages there, as far as it can be prevented.

        Raises:
            DeliveryFailed: when it did not arrive.
        """

    def probe(self) -> None:
        """See whether it can be reached as it is set, without telling it anything.

        Raises:
            DeliveryFailed: when it cannot.
        """
