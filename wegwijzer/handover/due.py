"""What time alone makes happen: an apology when nobody comes, the helplines when danger is not answered, an alert for a call.

:func:`due` is a pure function; :func:`settle_due` does what it says, once, however many processes do the same.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

from wegwijzer.handover.desk import a_working_day_later
from wegwijzer.handover.limits import Limits
from wegwijzer.handover.models import Request, SystemLine
from wegwijzer.handover.notices import Event
from wegwijzer.handover.states import RequestState
from wegwijzer.handover.store import HandoverStore, crisis_key

MINUTE = 60.0
DAY = 86_400.0


@dataclass(frozen=True)
class Due:
    """Something that must happen to a request, once.

    Attributes:
        request: to which.
        key: what, and since when: the same thing in a later episode is another one.
        says: what the resident is told.
        to: where the request goes.
        event: what other desks hear.
    """

    request: Request
    key: str
    says: SystemLine | None = None
    to: RequestState | None = None
    event: Event | None = None


Deadline = Callable[[float], float]
"""From when somebody asked for a call to when it must have been made; seconds since 1970."""


def working_day(asked: float) -> float:
    """A working day later."""
    return a_working_day_later(datetime.fromtimestamp(asked, UTC)).timestamp()


def due(request: Request, now: float, limits: Limits, call_deadline: Deadline = working_day) -> list[Due]:
    """What must happen to a request at ``now``, most important first. It may have happened already: see :func:`settle_due`."""
    return list(_due(request, now, limits, call_deadline))


def settle_due(store: HandoverStore, limits: Limits, call_deadline: Deadline = working_day) -> list[Due]:
    """Do everything that is due now. Returns what happened, for the log; nothing happens twice.

    Raises:
        HandoverUnavailable: when the database does not do its work; what was done stays done.
    """
    happened = []
    for request in store.queue():
        for one in due(request, store.clock(), limits, call_deadline):

            def still(now: Request, key: str = one.key) -> bool:
                return key in {again.key for again in due(now, store.clock(), limits, call_deadline)}

            if store.settle(request.id, one.key, to=one.to, says=one.says, event=one.event, still=still):
                happened.append(one)
    return happened


def _due(request: Request, now: float, limits: Limits, call_deadline: Deadline) -> Iterator[Due]:
    if request.open and request.crisis_at is not None and now - request.crisis_at >= limits.crisis_minutes * MINUTE:
        yield Due(request, crisis_key(request), SystemLine.CRISIS_UNANSWERED, event=Event.CRISIS_UNANSWERED)
    match request.state:
        case RequestState.ASKED | RequestState.WAITING:
            if now - request.moved_at >= limits.nobody_minutes * MINUTE:
                event = Event.NOBODY_CAME if request.state is RequestState.WAITING else None
                yield Due(request, "nobody_came", SystemLine.NOBODY_CAME, RequestState.EXPIRED, event)
        case RequestState.TAKEN:
            since = request.unanswered_since
            if since is not None and now - since >= limits.silent_minutes * MINUTE:
                yield Due(
                    request, "colleague_silent", SystemLine.COLLEAGUE_SILENT, RequestState.GIVEN_BACK, Event.COLLEAGUE_SILENT
                )
        case RequestState.CALL_BACK:
            if now - request.moved_at >= limits.phone_days * DAY:
                yield Due(request, "call_expired", SystemLine.CALL_EXPIRED, RequestState.EXPIRED, Event.CALL_LATE)
            elif now >= call_deadline(request.moved_at):
                yield Due(request, f"call_late.{request.moved_at}", event=Event.CALL_LATE)
