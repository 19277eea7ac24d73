"""The periods that are told of: ISO weeks (``2026-W47``) and fixed blocks of four of them (``2026-P12`` is W45 up to W48).

They overlap with none of their kind and nobody can choose them: two periods that differ in one day would tell of that day.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

Kind = Literal["week", "vierweken"]

WEEK: Kind = "week"
FOUR_WEEKS: Kind = "vierweken"

LAST_BLOCK = 13
"""Of a year: W49 up to W52, and W53 in the years that have one."""

_AMSTERDAM = ZoneInfo("Europe/Amsterdam")
_FORM = re.compile(r"^(\d{4})-(W|P)(\d{2})$")


def week_of(at: float) -> str:
    """The week of a moment (seconds since 1970), as it is in Utrecht."""
    year, week, _ = datetime.fromtimestamp(at, _AMSTERDAM).isocalendar()
    return f"{year}-W{week:02}"


def block_of(week: str) -> str:
    """The four weeks in which a week lies."""
    year, _, number = _parts(week)
    return f"{year}-P{min((number - 1) // 4 + 1, LAST_BLOCK):02}"


def period_of(at: float, kind: Kind) -> str:
    """The period of a kind in which a moment lies."""
    return week_of(at) if kind == WEEK else block_of(week_of(at))


def weeks_of(block: str) -> tuple[str, ...]:
    """The weeks of a block: four, and sometimes five in the last one of a year."""
    first, end = _first_day(block), _day_after(block)
    return tuple(week_of(_midnight(first + timedelta(weeks=number))) for number in range((end - first).days // 7))


def kind_of(period: str) -> Kind:
    """Which kind of period this is. Raises ``ValueError`` when it is none."""
    return WEEK if _parts(period)[1] == "W" else FOUR_WEEKS


def start_of(period: str) -> float:
    """Its first moment, in seconds since 1970."""
    return _midnight(_first_day(period))


def end_of(period: str) -> float:
    """The first moment after it, in seconds since 1970."""
    return _midnight(_day_after(period))


def days_of(period: str) -> tuple[date, date]:
    """Its first and its last day."""
    return _first_day(period), _day_after(period) - timedelta(days=1)


def over(first: float, now: float, kind: Kind) -> Iterator[str]:
    """The periods of a kind that are over now, from the one of a first moment on, oldest first."""
    period = period_of(first, kind)
    while (end := end_of(period)) <= now:
        yield period
        period = period_of(end, kind)


def _first_day(period: str) -> date:
    year, letter, number = _parts(period)
    return date.fromisocalendar(year, number if letter == "W" else 4 * number - 3, 1)


def _day_after(period: str) -> date:
    year, letter, number = _parts(period)
    if letter == "W":
        return _first_day(period) + timedelta(weeks=1)
    return date.fromisocalendar(year + 1, 1, 1) if number == LAST_BLOCK else _first_day(period) + timedelta(weeks=4)


def _parts(period: str) -> tuple[int, str, int]:
    found = _FORM.match(period)
    if found is None:
        raise ValueError(f"{period!r} is no period; write for example 2026-W47 or 2026-P12")
    year, letter, number = int(found[1]), found[2], int(found[3])
    try:
        date.fromisocalendar(year, number if letter == "W" else 4 * number - 3, 1)
        if letter == "P" and number > LAST_BLOCK:
            raise ValueError(period)
    except ValueError:
        raise ValueError(f"{period!r} is no period: there is no such week in that year") from None
    return year, letter, number


def _midnight(day: date) -> float:
    return datetime.combine(day, time(), _AMSTERDAM).timestamp()
