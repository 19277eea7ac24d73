"""What colleagues leave behind besides requests: that they are there, other hours on a day, and who saw and did what."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa

from wegwijzer.handover.tables import AUDIT, HOURS, PRESENCE
from wegwijzer.storage import Conflict, Database

PRESENT_FOR = 60.0
"""Seconds that a colleague counts as there after the last sign of life."""

_TIME = r"(?:[01]\d|2[0-3]):[0-5]\d"
_TIMES = re.compile(rf"{_TIME}-(?:{_TIME}|24:00)(?:,{_TIME}-(?:{_TIME}|24:00))*")


@dataclass(frozen=True)
class OtherHours:
    """The hours of one day that differ from the usual.

    Attributes:
        hours: ``10:00-12:00`` or ``10:00-12:00,14:00-16:00``; empty for closed.
        note: why, for colleagues.
    """

    hours: str
    note: str = ""


@dataclass(frozen=True)
class Deed:
    """One row of the audit log.

    Attributes:
        at: seconds since 1970.
        who: the colleague, or ``resident``, ``bot``, ``clock``.
        what: ``saw``, ``taken``, ``closed`` and so on; never what was said.
        request_id: empty when the request was erased.
        detail: one word more, such as the outcome.
    """

    at: float
    who: str
    what: str
    request_id: str
    detail: str = ""


class Presence:
    """Which colleagues are there, by a sign of life now and then."""

    def __init__(self, database: Database, clock: Callable[[], float]) -> None:
        self._database, self._clock = database, clock

    def beat(self, colleague: str) -> None:
        """A sign of life."""
        change = PRESENCE.update().where(PRESENCE.c.colleague == colleague).values(at=self._clock())
        try:
            with self._database.writing() as connection:
                if connection.execute(change).rowcount == 0:
                    connection.execute(PRESENCE.insert().values(colleague=colleague, at=self._clock()))
        except Conflict:
            return  # the same colleague, in another window, this very moment

    def leave(self, colleague: str) -> None:
        """The colleague goes."""
        with self._database.writing() as connection:
            connection.execute(PRESENCE.delete().where(PRESENCE.c.colleague == colleague))

    def here(self) -> list[str]:
        """Who is there, by name."""
        query = sa.select(PRESENCE.c.colleague).where(PRESENCE.c.at > self._clock() - PRESENT_FOR)
        with self._database.reading() as connection:
            return list(connection.scalars(query.order_by(PRESENCE.c.colleague)))


class Hours:
    """Days with other hours than usual; colleagues keep them in the console."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def set(self, day: date, hours: str, note: str = "") -> None:
        """Other hours on a day.

        Args:
            hours: see :class:`OtherHours`.

        Raises:
            ValueError: with a remedy in Dutch, when the hours cannot be used.
        """
        hours = hours.replace(" ", "")
        if hours and not _TIMES.fullmatch(hours):
            raise ValueError(f"'{hours}': schrijf tijden als 10:00-12:00 of 10:00-12:00,14:00-16:00; laat leeg voor dicht")
        row = {"day": day.isoformat(), "hours": hours, "note": note}
        with self._database.writing() as connection:
            connection.execute(HOURS.delete().where(HOURS.c.day == row["day"]))
            connection.execute(HOURS.insert().values(**row))

    def clear(self, day: date) -> None:
        """The usual hours again on a day."""
        with self._database.writing() as connection:
            connection.execute(HOURS.delete().where(HOURS.c.day == day.isoformat()))

    def all(self) -> Mapping[date, OtherHours]:
        """Every day with other hours, in order."""
        with self._database.reading() as connection:
            rows = connection.execute(sa.select(HOURS).order_by(HOURS.c.day)).all()
        return {date.fromisoformat(row.day): OtherHours(row.hours, row.note) for row in rows}


class Audit:
    """Who saw and did what. Rows are only added."""

    def __init__(self, database: Database, clock: Callable[[], float]) -> None:
        self._database, self._clock = database, clock

    def add(self, who: str, what: str, request_id: str = "", detail: str = "") -> None:
        """Something that was seen or done. Never what was said."""
        with self._database.writing() as connection:
            add_audit(connection, self._clock(), who, what, request_id, detail)

    def all(self, request_id: str | None = None, since: float = 0.0) -> list[Deed]:
        """The rows, of one request when it is given, oldest first."""
        query = sa.select(AUDIT).where(AUDIT.c.at >= since)
        if request_id is not None:
            query = query.where(AUDIT.c.request_id == request_id)
        with self._database.reading() as connection:
            rows = connection.execute(query.order_by(AUDIT.c.id)).all()
        return [Deed(row.at, row.who, row.what, row.request_id, row.detail) for row in rows]


def add_audit(connection: sa.engine.Connection, at: float, who: str, what: str, request_id: str, detail: str = "") -> None:
    """Add a row within a transaction, so that nothing is done without it."""
    connection.execute(AUDIT.insert().values(at=at, who=who, what=what, request_id=request_id, detail=detail))
