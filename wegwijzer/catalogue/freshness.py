"""How long ago a source confirmed a record. Today is always given, so that the same question has the same answer."""

from __future__ import annotations

from calendar import monthrange
from datetime import date
from functools import lru_cache

from wegwijzer.catalogue.models import Initiative


def is_stale(initiative: Initiative, today: date, months: int) -> bool:
    """Whether nobody confirmed this initiative within so many months.

    A year or month counts from its first day: only what is certainly recent is recent. A record without a date is stale,
    and so is one with a date that is still to come, which confirms nothing.

    Args:
        initiative: the record.
        today: the day on which the question is asked.
        months: after how many months a confirmation is too old (setting ``VERIFIED_WITHIN_MONTHS``).
    """
    return freshness(initiative.verified_on, today, months) < 1


@lru_cache(maxsize=4096)
def freshness(verified_on: str, today: date, months: int) -> float:
    """How much a confirmation of that date is worth, from 1 (within so many months) down to 0 (never confirmed).

    Past the limit it falls as the age grows: twice as old as allowed is worth half. A date that is still to come confirms
    nothing. Arguments as of :func:`is_stale`, and of :func:`confirmed_from`.
    """
    confirmed = confirmed_from(verified_on)
    if confirmed is None or confirmed > today:
        return 0.0
    age, allowed = (today - confirmed).days, (today - months_before(today, months)).days
    return 1.0 if age <= allowed else allowed / age


def confirmed_from(verified_on: str) -> date | None:
    """The first day that ``verified_on`` (a year, month or day) may mean; ``None`` when it means no day.

    Raises ``ValueError`` for text that the catalogue check refuses.
    """
    year, month, day = (*(int(part) for part in verified_on.split("-") if part), 0, 0, 0)[:3]
    return date(year, month or 1, day or 1) if year else None


def months_before(today: date, months: int) -> date:
    """The same day so many months ago, or the last day of that month when it is shorter; never before the year 1."""
    count = max(today.year * 12 + today.month - 1 - months, 12)
    year, month = count // 12, count % 12 + 1
    return date(year, month, min(today.day, monthrange(year, month)[1]))
