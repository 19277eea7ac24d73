"""A request for a human being, and what is said in it: plain values that cannot change behind your back.

All times are seconds since 1970. What was said, and the key to a conversation, stay out of every log: they are not in ``repr``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from wegwijzer.handover.states import OPEN, RequestState


class Urgency(StrEnum):
    """How soon a colleague is needed."""

    NORMAL = "normal"
    CRISIS = "crisis"


class Reason(StrEnum):
    """Why there is a request."""

    ASKED = "asked"
    """The person wants a human being."""
    STUCK = "stuck"
    """The bot could not help further."""
    COMPLAINT = "complaint"
    """The person is not content with the bot."""
    CRISIS = "crisis"
    """The danger check saw danger."""


class Outcome(StrEnum):
    """How a request ended."""

    HELPED = "helped"
    REFERRED = "referred"
    CALLED = "called"
    NOT_REACHED = "not_reached"
    LEFT = "left"
    """The person went away or wanted it no longer."""
    NOBODY = "nobody"
    """No colleague came, or the one who came fell silent."""
    OTHER = "other"


class Who(StrEnum):
    """Who speaks."""

    RESIDENT = "resident"
    BOT = "bot"
    COLLEAGUE = "colleague"
    NOTE = "note"
    """A colleague, to colleagues only."""
    SYSTEM = "system"
    """Something that happened: the text is one of :class:`SystemLine`, never Dutch. The channel says it in its own words."""


class SystemLine(StrEnum):
    """The texts of a line of :attr:`Who.SYSTEM`."""

    TAKEN = "taken"
    PASSED_ON = "passed_on"
    CALL_BACK = "call_back"
    GIVEN_BACK = "given_back"
    CLOSED = "closed"
    NOBODY_CAME = "nobody_came"
    COLLEAGUE_SILENT = "colleague_silent"
    CRISIS = "crisis"
    CRISIS_UNANSWERED = "crisis_unanswered"
    CALL_EXPIRED = "call_expired"


PRIVATE = frozenset({Who.NOTE})
"""Lines that a resident never sees."""

SHOWN_NEVER = frozenset({SystemLine.CRISIS})
"""System lines that only warn a colleague."""


@dataclass(frozen=True)
class Request:
    """A request for a human being.

    Attributes:
        id: unguessable.
        conversation: the sender id of the conversation it belongs to.
        channel: where the person talks (``web``, ``rest``, ``whatsapp`` ...).
        state: where it is.
        urgency: how soon a colleague is needed.
        reason: why it is there.
        summary: what a colleague must know at once, made by ``wegwijzer.handover.summary``.
        asked_at: when the person asked.
        moved_at: when it came into its present state.
        crisis_at: when danger was seen that no colleague answered yet; empty when there is none.
        unanswered_since: while taken, the first thing the person said, or the taking, that no colleague answered yet.
        ended_at: when it ended; empty while it is open.
        taken_by: the colleague who has it, also for a call.
        outcome: how it ended.
        last_seq: the number of its last line.
        version: goes up with every move; for compare-and-swap.
    """

    id: str
    conversation: str = field(repr=False)
    channel: str
    state: RequestState
    urgency: Urgency
    reason: Reason
    summary: Mapping[str, Any] = field(repr=False)
    asked_at: float
    moved_at: float
    crisis_at: float | None = None
    unanswered_since: float | None = None
    ended_at: float | None = None
    taken_by: str = ""
    outcome: Outcome | None = None
    last_seq: int = 0
    version: int = 1

    @property
    def open(self) -> bool:
        """Whether somebody still has to do something."""
        return self.state in OPEN

    @property
    def bot_is_silent(self) -> bool:
        """Whether a colleague talks, so that the bot says nothing."""
        return self.state is RequestState.TAKEN


@dataclass(frozen=True)
class Said:
    """Something to write down.

    Attributes:
        who: who speaks.
        text: redacted when a resident said it.
        client_id: an id of the sender; the same id in one request is written once.
        author: which colleague.
        at: when it was said; now when left out.
    """

    who: Who
    text: str = field(repr=False)
    client_id: str | None = None
    author: str = ""
    at: float | None = None


@dataclass(frozen=True)
class Line:
    """Something that was said in a request.

    Attributes:
        request_id: in which request.
        seq: its place: 1, 2, 3 ... without gaps.
        who, text, client_id, author, at: as in :class:`Said`.
    """

    request_id: str
    seq: int
    who: Who
    text: str = field(repr=False)
    at: float
    client_id: str | None = None
    author: str = ""


class HandoverUnavailable(Exception):
    """The database of the hand-over does not do its work now. The message names it, and nothing that was said."""


class Refused(Exception):
    """Something asked for cannot be done.

    Attributes:
        code: ``no_request`` (it does not exist, or was erased), ``not_allowed`` (no such move, or not by you), ``too_late``
            (somebody else was first) or ``not_yours`` (another colleague has it).
        now: the request as it is, when there is one.
    """

    def __init__(self, code: str, now: Request | None = None) -> None:
        super().__init__(code)
        self.code = code
        self.now = now
