"""When colleagues are there, and what may be promised to a resident at a moment.

The usual hours stand in ``catalogue/balie.yml``; colleagues may give a day other hours in the console. Public holidays are
closed, as everywhere (``wegwijzer.matching.opening_hours``).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from datetime import time as clock_time
from enum import StrEnum

from wegwijzer.catalogue.loading import Catalogue
from wegwijzer.catalogue.models import Balie, Helpline
from wegwijzer.catalogue.sentences import Sentences
from wegwijzer.handover.journal import OtherHours
from wegwijzer.matching.opening_hours import AMSTERDAM, HORIZON, OpeningHours, when

_WORKING_DAYS = "Mo-Fr 00:00-24:00"
_NOON = clock_time(12)
_DAY = timedelta(days=1)


class PromiseKind(StrEnum):
    """What may be promised."""

    NOW = "now"
    """Somebody takes over."""
    CALL_BACK = "call_back"
    """Somebody calls back; a telephone number is needed."""
    NUMBER = "number"
    """Nobody comes; there is a number to call."""


@dataclass(frozen=True)
class Promise:
    """What may be promised at a moment.

    Attributes:
        kind: what.
        opens: when somebody is there again, in Dutch words ("morgen om 9.00 uur"); empty when it is open or not known.
        line: the number to call, always.
    """

    kind: PromiseKind
    opens: str
    line: Helpline


@dataclass(frozen=True)
class Desk:
    """The colleagues who take over.

    Attributes:
        hours: their usual hours; ``None`` when nobody said: then it is closed.
        call_back: whether they call back who asked while it was closed.
        line: the number that is named when nobody can come.
        others: days with other hours than usual.
    """

    hours: OpeningHours | None
    call_back: bool
    line: Helpline
    others: Mapping[date, OtherHours] = field(default_factory=dict)

    @classmethod
    def of(cls, catalogue: Catalogue, setting: str = "", others: Mapping[date, OtherHours] | None = None) -> Desk:
        """The desk of the catalogue.

        Args:
            setting: hours instead of those of the catalogue (``DESK_HOURS``), for a demonstration.
            others: days with other hours, from the store.

        Raises:
            ValueError: with a remedy in Dutch, when the hours cannot be used.
        """
        balie: Balie = catalogue.balie
        text = setting.strip() or balie.opening_hours
        hours = OpeningHours.parse(text) if text else None
        return cls(hours, balie.call_back, catalogue.helpline(balie.line), others or {})

    def is_open(self, moment: datetime) -> bool:
        """Whether somebody is there at ``moment`` (timezone-aware)."""
        hours = self._hours_of(moment.astimezone(AMSTERDAM).date())
        return hours is not None and hours.is_open(moment)

    def next_opening(self, moment: datetime) -> datetime | None:
        """The first time at or after ``moment`` at which somebody is there, in Amsterdam time; ``None`` when not known."""
        now = moment.astimezone(AMSTERDAM)
        return next(self._openings(now), None)

    def promise(self, moment: datetime, sentences: Sentences) -> Promise:
        """What may be promised at ``moment`` (timezone-aware)."""
        if self.is_open(moment):
            return Promise(PromiseKind.NOW, "", self.line)
        opens = self.next_opening(moment)
        if opens is None:
            return Promise(PromiseKind.NUMBER, "", self.line)
        kind = PromiseKind.CALL_BACK if self.call_back else PromiseKind.NUMBER
        return Promise(kind, when(opens, moment, sentences), self.line)

    def _openings(self, now: datetime) -> Iterator[datetime]:
        """Day by day: who is open at the start of a day opens then; otherwise the first opening that falls on that day."""
        for ahead in range(HORIZON.days + 1):
            day = now.date() + ahead * _DAY
            start = max(now, datetime.combine(day, clock_time(), AMSTERDAM))
            hours = self._hours_of(day)
            if hours is None:
                continue
            if hours.is_open(start):
                yield start
                continue
            opens = hours.next_opening(start)
            if opens is not None and opens.date() == day:
                yield opens

    def _hours_of(self, day: date) -> OpeningHours | None:
        other = self.others.get(day)
        if other is None:
            return self.hours
        # Who gives a day its own hours means that day, holiday or not.
        return OpeningHours.parse(f"Mo-Su,PH {other.hours}") if other.hours else None


def a_working_day_later(moment: datetime) -> datetime:
    """The same time a working day later: Friday 15.00 becomes Monday 15.00, and what comes in the weekend counts from Monday.

    Args:
        moment: timezone-aware.
    """
    start = moment.astimezone(AMSTERDAM)
    if not _is_working_day(start.date()):
        start = datetime.combine(_next_working_day(start.date()), clock_time(), AMSTERDAM)
    return datetime.combine(_next_working_day(start.date()), start.timetz())


def _next_working_day(day: date) -> date:
    day += _DAY
    while not _is_working_day(day):
        day += _DAY
    return day


def _is_working_day(day: date) -> bool:
    return OpeningHours.parse(_WORKING_DAYS).is_open(datetime.combine(day, _NOON, AMSTERDAM))
