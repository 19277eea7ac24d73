"""The database of WhatsApp: who talks with us, what waits for an answer, what must still be sent. See ``tables.py``.

SQLite is the default and PostgreSQL needs only another URL: every statement is portable SQL.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager, nullcontext

import sqlalchemy as sa

from wegwijzer.storage import Database
from wegwijzer.web.outbox import OutboxUnavailable
from wegwijzer.whatsapp.people import People
from wegwijzer.whatsapp.tables import MESSAGE, METADATA, PERSON, REPLY, SEEN

DAY = 86_400.0

RETRIED_FOR = 7 * DAY
"""Seconds in which Meta delivers a message again that we did not take; what is older is not heard any more."""

SEEN_FOR = RETRIED_FOR + DAY
"""Seconds that it is known that a message was heard: longer than it can come again."""


_SOME = 500
"""People who are deleted in one statement: databases have a limit."""


class StoreUnavailable(OutboxUnavailable):
    """The database does not do its work now. The message names it, and nothing that was said."""


class State:
    """How far something that we say is."""

    WAITS = "waits"
    SENDING = "sending"
    """Somebody is at it, or died while being at it. After ``due`` it is tried again, unless we heard that it arrived."""
    HELD = "held"
    """The person wrote too long ago; it is sent when they write again."""
    SENT = "sent"
    DELIVERED = "delivered"
    DEAD = "dead"


OPEN = (State.WAITS, State.SENDING, State.HELD)


class Store:
    """What the parts that receive and send have in common.

    Args:
        url: an SQLAlchemy URL. The folder of an SQLite file is made when it does not exist.
        people: names and numbers.
        clock: seconds since 1970.
        timeout: seconds to wait for a database that is busy or silent.

    Every method raises :class:`StoreUnavailable` when the database does not do its work. All may be called from threads.
    """

    def __init__(self, url: str, people: People, clock: Callable[[], float] = time.time, timeout: float = 10.0) -> None:
        self.people, self.clock = people, clock
        self.database = Database(
            url, METADATA, setting="WHATSAPP_DATABASE_URL", failure=StoreUnavailable, timeout=timeout, ahead=True
        )
        # SQLite has one writer. Who waits for it there looks again after a while; here they stand in line.
        self._turn = threading.Lock() if self.database.engine.dialect.name == "sqlite" else None

    @contextmanager
    def writing(self) -> Iterator[sa.engine.Connection]:
        """One transaction: everything in it is kept, or nothing is."""
        if self._turn is None:
            with self.database.writing() as connection:
                yield connection
        else:
            with self._turn, self.database.writing() as connection:
                yield connection

    def knows(self, person: str) -> bool:
        """Whether something can be said to this person."""
        query = sa.select(PERSON.c.id).where(PERSON.c.id == person, PERSON.c.leaving.is_(sa.false()))
        with self.database.reading() as connection:
            return connection.scalar(query) is not None

    def unfinished(self) -> tuple[list[str], list[str]]:
        """People with something that waits for an answer, and people with something that waits to be sent."""
        waiting = sa.select(MESSAGE.c.person_id).distinct()
        sending = sa.select(REPLY.c.person_id).where(REPLY.c.state.in_((State.WAITS, State.SENDING))).distinct()
        with self.database.reading() as connection:
            return list(connection.scalars(waiting)), list(connection.scalars(sending))

    def erase(self, person: str) -> bool:
        """Delete everything of a person, whatever still waits. Returns whether there was anything."""
        with self.writing() as connection:
            erased = erase_in(connection, person)
        self.catch_up()
        return erased

    def purge(self, hours: float, kept: Collection[str] = ()) -> int:
        """Delete people who heard and said nothing for so many hours, and what is known of messages too long ago to come again.

        Args:
            kept: of these only what was said goes; their number stays, to ask them one thing later.

        Returns:
            How many people.
        """
        before = self.clock() - hours * 3600
        with self.writing() as connection:
            connection.execute(SEEN.delete().where(SEEN.c.at < self.clock() - SEEN_FOR))
            old = list(connection.scalars(sa.select(PERSON.c.id).where(PERSON.c.last_seen < before)))
            gone = [person for person in old if person not in kept]
            for some in (old[at : at + _SOME] for at in range(0, len(old), _SOME)):
                still = sa.select(PERSON.c.id).where(PERSON.c.id.in_(some), PERSON.c.last_seen < before)
                for table in (MESSAGE, REPLY):
                    connection.execute(table.delete().where(table.c.person_id.in_(still)))
                connection.execute(PERSON.update().where(PERSON.c.id.in_(still)).values(choices=None))
            for some in (gone[at : at + _SOME] for at in range(0, len(gone), _SOME)):
                connection.execute(PERSON.delete().where(PERSON.c.id.in_(some), PERSON.c.last_seen < before))
        self.catch_up()
        return len(gone)

    def heard_at(self, person: str) -> float | None:
        """When this person last wrote, in seconds since 1970; ``None`` when nothing can be said to them."""
        query = sa.select(PERSON.c.heard_at).where(PERSON.c.id == person, PERSON.c.leaving.is_(sa.false()))
        with self.database.reading() as connection:
            found: float | None = connection.scalar(query)
        return found

    def catch_up(self) -> None:
        """Let nothing that was deleted stay behind beside the database, see :meth:`wegwijzer.storage.Database.catch_up`."""
        with self._turn or nullcontext():
            self.database.catch_up()

    def close(self) -> None:
        """Give back the connections."""
        self.database.close()


def erase_in(connection: sa.engine.Connection, person: str) -> bool:
    """Delete everything of a person within a transaction. Returns whether there was anything."""
    for table in (MESSAGE, REPLY):
        connection.execute(table.delete().where(table.c.person_id == person))
    return bool(connection.execute(PERSON.delete().where(PERSON.c.id == person)).rowcount)


def erase_who_left(connection: sa.engine.Connection, person: str) -> None:
    """Delete everything of a person who said goodbye, once nothing is left to say or to hear."""
    still = (
        sa.select(table.c.person_id).where(table.c.person_id == person, *more).limit(1)
        for table, more in ((MESSAGE, ()), (REPLY, (REPLY.c.state.in_(OPEN),)))
    )
    left = sa.select(PERSON.c.id).where(PERSON.c.id == person, PERSON.c.leaving.is_(sa.true()))
    if connection.scalar(left) is not None and all(connection.scalar(query) is None for query in still):
        erase_in(connection, person)
