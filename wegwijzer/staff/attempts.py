"""Attempts to come in are counted: too many, and a name or an address has to wait for a while."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Mapping

import sqlalchemy as sa

from wegwijzer.staff.models import Locked
from wegwijzer.staff.tables import ATTEMPT
from wegwijzer.storage import Database

FOR_NAME = 5
"""Wrong passwords for one name within :data:`WINDOW`."""

FOR_ADDRESS = 30
"""The same from one address: a whole office may share it."""

WINDOW = 15 * 60.0
"""Seconds that an attempt counts."""


class Attempts:
    """The attempts of the last while. An attempt counts from before the password is looked at, so that many at once count too."""

    def __init__(self, database: Database, clock: Callable[[], float]) -> None:
        self._database, self._clock = database, clock

    def begin(self, name: str, address: str) -> list[int]:
        """An attempt begins.

        Returns:
            What to give to :meth:`succeed`.

        Raises:
            Locked: when there were too many.
        """
        limits: Mapping[str, int] = {_key("name", name): FOR_NAME, _key("address", address): FOR_ADDRESS}
        now = self._clock()
        with self._database.writing() as connection:
            connection.execute(ATTEMPT.delete().where(ATTEMPT.c.at <= now - WINDOW))
            rows = [connection.execute(ATTEMPT.insert().values(key=key, at=now)).inserted_primary_key[0] for key in limits]
        # Counted only after all could see it: of many attempts at once no more than the limit go on.
        with self._database.writing() as connection:
            waits = [self._wait(connection, key, limit, now) for key, limit in limits.items()]
            if max(waits) > 0:
                # Who is locked out makes it no longer by trying again.
                connection.execute(ATTEMPT.delete().where(ATTEMPT.c.id.in_(rows)))
        if max(waits) > 0:
            raise Locked(max(waits))
        return rows

    def succeed(self, attempt: Iterable[int], name: str) -> None:
        """The attempt was right: it does not count, and neither do the earlier ones for this name."""
        with self._database.writing() as connection:
            gone = sa.or_(ATTEMPT.c.id.in_(list(attempt)), ATTEMPT.c.key == _key("name", name))
            connection.execute(ATTEMPT.delete().where(gone))

    def _wait(self, connection: sa.engine.Connection, key: str, limit: int, now: float) -> float:
        """Seconds until one more may be made; the one just written is among those that count."""
        query = sa.select(ATTEMPT.c.at).where(ATTEMPT.c.key == key).order_by(ATTEMPT.c.at.desc())
        times = list(connection.scalars(query.limit(limit + 1)))
        return times[-1] + WINDOW - now if len(times) > limit else 0.0


def _key(kind: str, value: str) -> str:
    return hashlib.sha256(f"{kind}:{value.strip().casefold()}".encode()).hexdigest()
