"""What is kept of somebody who may be asked later whether it worked."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class AftercareUnavailable(Exception):
    """The database does not do its work now. The message names it, and nothing of anybody."""


class State(StrEnum):
    """How far the one question is."""

    WAITS = "waits"
    SENDING = "sending"
    """Claimed by a round, which is at it or died in the middle."""
    ASKED = "asked"


@dataclass(frozen=True)
class Later:
    """Somebody who may be asked, once.

    Attributes:
        conversation: Rasa's sender id.
        id: names the question for ever: in the conversation and in its channel it is said once.
        channel: where it is asked.
        record: id of the initiative it is about.
        halte: what the conversation was about, or ``onbekend``.
        due: when, in seconds since 1970.
        state: see :class:`State`.
        moved: since when, in seconds since 1970.
    """

    conversation: str
    id: str
    channel: str
    record: str
    halte: str
    due: float
    state: State
    moved: float

    @property
    def line(self) -> str:
        """Its id in the conversation and in its channel; see :mod:`wegwijzer.handover.crossing`."""
        return f"{LINE}{self.id}"

    @property
    def was_sent(self) -> bool:
        """Whether it was asked, or may have been."""
        return self.state is not State.WAITS


LINE = "nazorg."
"""What such an id begins with."""

UNKNOWN = "onbekend"
"""The halte of a conversation in which none was heard."""

MARK = "nazorg"
"""In the metadata of the question: how it goes to the person."""

TEXT, TEMPLATE = "text", "template"
"""As it is written, or as what the provider approved."""
