"""What desks outside the console hear of: written down in the same transaction as what happened, sent later by the delivery."""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum

import sqlalchemy as sa

from wegwijzer.handover.models import Request, Urgency
from wegwijzer.handover.tables import DELIVERY


class Event(StrEnum):
    """What happened."""

    WAITING = "waiting"
    """Somebody waits in the queue."""
    CALL_BACK = "call_back"
    """Somebody waits for a call."""
    CRISIS = "crisis"
    """Danger was seen in a conversation that waits or is taken."""
    CRISIS_UNANSWERED = "crisis_unanswered"
    """Nobody answered a request with danger in time."""
    CALL_LATE = "call_late"
    """A call was not made in time."""
    NOBODY_CAME = "nobody_came"
    """Somebody waited for nothing."""
    COLLEAGUE_SILENT = "colleague_silent"
    """A colleague took a request and fell silent."""


URGENT = frozenset({Event.CRISIS, Event.CRISIS_UNANSWERED})
"""Events for which somebody must look up."""


def is_urgent(event: Event, request: Request) -> bool:
    """Whether somebody must look up."""
    return event in URGENT or request.urgency is Urgency.CRISIS


def announce(connection: sa.engine.Connection, targets: Iterable[str], request: Request, event: Event, now: float) -> None:
    """Put one delivery for every target in the outbox. The key names request, version and event, so it is the same for ever."""
    rows = [
        {
            "key": f"{request.id}.{request.version}.{event}.{target}", "request_id": request.id, "target": target,
            "event": event.value, "state": "waits", "attempts": 0, "next_at": now, "problem": "", "made_at": now,
        }
        for target in targets
    ]  # fmt: skip
    if rows:
        connection.execute(DELIVERY.insert(), rows)
