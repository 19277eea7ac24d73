"""When a suggestion is made. Passed down from the edge of the program, so that nothing here reads a clock by itself."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime


@dataclass(frozen=True)
class Moment:
    """The time of a suggestion, and how old a confirmation may be by then.

    Attributes:
        time: timezone-aware.
        months: a record that no source confirmed within so many months is stale (setting ``VERIFIED_WITHIN_MONTHS``).
    """

    time: datetime
    months: int

    @property
    def day(self) -> date:
        """The day it is, as the time's own timezone has it."""
        return self.time.date()
