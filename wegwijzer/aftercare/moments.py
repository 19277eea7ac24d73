"""When somebody is asked whether it worked: at the time they chose, by day, and only where that can be kept. Pure functions."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, time, timedelta

from wegwijzer.catalogue.nazorg import Nazorg, NazorgKeuze

WINDOW = timedelta(hours=24)
"""After somebody's message, in which WhatsApp lets us write freely."""

MARGIN = timedelta(minutes=15)
"""Of that window is not used: a round may come late, and clocks differ."""

SMALL_HOURS = time(5)
"""Until then "tomorrow" is the day that has begun already."""


@dataclass(frozen=True)
class Way:
    """What a channel can do.

    Attributes:
        pushes: something can be said on it that answers nothing.
        window: only within a day of the person's last message.
    """

    pushes: bool
    window: bool = False


def way_of(channel: str, template: str) -> Way:
    """What a channel can do.

    Args:
        channel: as Rasa calls it.
        template: what may be sent on WhatsApp after a day; empty when nothing.
    """
    if channel == "web":
        return Way(pushes=True)
    return Way(pushes=True, window=not template) if channel in ("whatsapp", "twilio") else Way(pushes=False)


def due_at(choice: NazorgKeuze, kept: Nazorg, said: datetime, way: Way) -> datetime | None:
    """When somebody is asked who chose this at ``said`` (with its timezone); ``None`` when that cannot be kept."""
    if not way.pushes:
        return None
    begins, ends = kept.day
    wanted = said + timedelta(hours=choice.uren)
    due = wanted
    if not begins <= wanted.time() <= ends:
        morning = _at(wanted, begins)
        due = morning if wanted.time() < begins else _at(wanted + timedelta(days=1), begins)
    if not way.window or due <= said + WINDOW - MARGIN:
        return due
    return _before_the_window_closes(said, begins, ends)


def choices_now(kept: Nazorg, said: datetime, way: Way) -> list[NazorgKeuze]:
    """The moments that can be kept, soonest first."""
    return [choice for choice in kept.keuzes if due_at(choice, kept, said, way) is not None and _fits(choice, way)]


def words_of(choices: Iterable[NazorgKeuze]) -> dict[str, tuple[str, ...]]:
    """The words that mean each choice."""
    return {choice.id: choice.woorden for choice in choices}


def _fits(choice: NazorgKeuze, way: Way) -> bool:
    return not way.window or timedelta(hours=choice.uren) < WINDOW


def _before_the_window_closes(said: datetime, begins: time, ends: time) -> datetime | None:
    """The last moment by day at which WhatsApp still lets us; it must be tomorrow, as people count."""
    closes = said + WINDOW - MARGIN
    last = min(closes, _at(closes, ends)) if closes.time() >= begins else _at(closes - timedelta(days=1), ends)
    tomorrow = last.date() > said.date() or said.time() < SMALL_HOURS
    return last if tomorrow and last > said else None


def _at(day: datetime, moment: time) -> datetime:
    return day.replace(hour=moment.hour, minute=moment.minute, second=0, microsecond=0)
