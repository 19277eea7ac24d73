"""The states of a request for a human being, and who may move it where. ``docs/handover.md`` shows the table of moves."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum


class RequestState(StrEnum):
    """Where a request is."""

    ASKED = "asked"
    """The person said yes; whether the desk is open, or who will call, is still being settled."""
    WAITING = "waiting"
    """In the queue of colleagues."""
    CALL_BACK = "call_back"
    """The person left a telephone number and waits for a call. The bot goes on talking."""
    TAKEN = "taken"
    """A colleague talks; the bot is silent."""
    GIVEN_BACK = "given_back"
    """The bot talks again."""
    CLOSED = "closed"
    """Done, with an outcome."""
    EXPIRED = "expired"
    """Nobody came in time; the person was told so."""


class Actor(StrEnum):
    """Who moves a request."""

    RESIDENT = "resident"
    BOT = "bot"
    COLLEAGUE = "colleague"
    CLOCK = "clock"
    """Time that went by, see ``wegwijzer.handover.due``."""


_RESIDENT, _BOT, _COLLEAGUE, _CLOCK = Actor.RESIDENT, Actor.BOT, Actor.COLLEAGUE, Actor.CLOCK

MOVES: Mapping[tuple[RequestState, RequestState], frozenset[Actor]] = {
    (RequestState.ASKED, RequestState.WAITING): frozenset({_BOT}),
    (RequestState.ASKED, RequestState.CALL_BACK): frozenset({_RESIDENT, _BOT}),
    (RequestState.ASKED, RequestState.CLOSED): frozenset({_RESIDENT, _BOT}),
    (RequestState.ASKED, RequestState.EXPIRED): frozenset({_CLOCK}),
    (RequestState.WAITING, RequestState.TAKEN): frozenset({_COLLEAGUE}),
    (RequestState.WAITING, RequestState.CALL_BACK): frozenset({_RESIDENT, _BOT}),
    (RequestState.WAITING, RequestState.CLOSED): frozenset({_RESIDENT, _COLLEAGUE}),
    (RequestState.WAITING, RequestState.EXPIRED): frozenset({_CLOCK}),
    (RequestState.CALL_BACK, RequestState.WAITING): frozenset({_RESIDENT, _BOT}),
    (RequestState.CALL_BACK, RequestState.CLOSED): frozenset({_RESIDENT, _COLLEAGUE}),
    (RequestState.CALL_BACK, RequestState.EXPIRED): frozenset({_CLOCK}),
    (RequestState.TAKEN, RequestState.WAITING): frozenset({_COLLEAGUE}),
    (RequestState.TAKEN, RequestState.CALL_BACK): frozenset({_COLLEAGUE}),
    (RequestState.TAKEN, RequestState.GIVEN_BACK): frozenset({_RESIDENT, _COLLEAGUE, _CLOCK}),
    (RequestState.TAKEN, RequestState.CLOSED): frozenset({_RESIDENT, _COLLEAGUE}),
}
"""Every move there is, with who may make it. What is not here cannot happen."""

ENDS = frozenset(RequestState) - {start for start, _ in MOVES}
"""States that nothing leaves."""

OPEN = frozenset(RequestState) - ENDS
"""States in which somebody still has to do something."""


def may_move(start: RequestState, to: RequestState, actor: Actor) -> bool:
    """Whether ``actor`` may move a request from ``start`` to ``to``."""
    return actor in MOVES.get((start, to), frozenset())
