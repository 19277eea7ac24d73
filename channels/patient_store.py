"""Rasa's SQL store with the connections of all our databases, and patience with a database that is away for a moment.

A turn that cannot be stored is said to have gone wrong (:mod:`channels.careful`): so a moment of absence is waited out here.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Any, TypeVar

import sqlalchemy as sa
from rasa.core.tracker_store import SQLTrackerStore
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import Event
from rasa.shared.core.trackers import DialogueStateTracker
from sqlalchemy.orm import Session, sessionmaker

from channels.together import Together
from channels.written import keep_written, written
from wegwijzer.storage import commit_quickly, create_tables, open_engine

log = logging.getLogger(__name__)

TIMEOUT = 10.0
"""Seconds to wait for a database that is busy or silent."""

PATIENCE, FIRST_PAUSE, LONGEST_PAUSE = 30.0, 0.1, 2.0
"""Seconds in which a database may come back, and between two tries, at first and at most."""

TROUBLE = (sa.exc.OperationalError, sa.exc.InternalError)
"""What passes: a database that is away or locked, a full disk, a disk or a PostgreSQL that can only be read for a while."""

EVENTS = SQLTrackerStore.SQLEvent.__table__

INSERT = sa.insert(EVENTS)
NEWEST = sa.select(sa.func.max(EVENTS.c.id)).where(EVENTS.c.sender_id == sa.bindparam("sender"))
"""Made once, and past the bookkeeping of a session: they are said with every message."""

Done = TypeVar("Done")


class PatientTrackerStore(SQLTrackerStore):
    """The store.

    Args:
        domain: of the bot.
        settings: those of Rasa's store; ``host`` may be a whole URL.
    """

    engine: sa.engine.Engine

    def __init__(self, domain: Domain | None = None, **settings: Any) -> None:
        known = ("dialect", "host", "port", "db", "username", "password", "login_db", "query")
        url = sa.engine.make_url(self.get_db_url(**{name: settings[name] for name in known if name in settings}))
        engine = open_engine(url, TIMEOUT)
        if engine.dialect.name == "sqlite":
            sa.event.listen(engine, "connect", commit_quickly)
        # Before Rasa does: of two servers that start at once on an empty database one of Rasa's waits five seconds.
        with suppress(sa.exc.OperationalError):  # Rasa waits for a database that is still starting
            create_tables(engine, self.Base.metadata)
        super().__init__(domain, **settings)
        self.engine.dispose()
        self.engine = engine
        self.sessionmaker = sessionmaker(bind=engine)
        self._together = Together(engine)

    async def save(self, tracker: DialogueStateTracker) -> None:
        """See parent."""
        await self.store(tracker)

    async def store(self, tracker: DialogueStateTracker) -> int | None:
        """Write what is new. Doing it twice is fine: only what is not there yet is written.

        Returns:
            The number of the newest event of this conversation; ``None`` when there is none.
        """
        return await self.patiently(lambda: self._store(tracker))

    async def _store(self, tracker: DialogueStateTracker) -> int | None:
        """All new events at once: an object for each, as Rasa does it, takes longer than writing them."""
        await self.stream_events(tracker)
        newest: int | None = await self._together.write(lambda connection: self._write(connection, tracker))
        return newest

    def _write(self, connection: sa.engine.Connection, tracker: DialogueStateTracker) -> int | None:
        new = list(self._additional_events(Session(bind=connection), tracker))
        if new:
            connection.execute(INSERT, [_row(tracker.sender_id, event) for event in new])
        newest: int | None = connection.execute(NEWEST, {"sender": tracker.sender_id}).scalar()
        return newest

    async def newest(self, sender_id: str) -> int | None:
        """The number of the newest event of a conversation."""
        found: int | None = await self._together.write(
            lambda connection: connection.execute(NEWEST, {"sender": sender_id}).scalar()
        )
        return found

    async def _retrieve(self, sender_id: str, fetch_events_from_all_sessions: bool) -> DialogueStateTracker | None:
        read = super()._retrieve
        return await self.patiently(lambda: read(sender_id, fetch_events_from_all_sessions))

    async def patiently(self, work: Callable[[], Awaitable[Done]]) -> Done:
        """Do it until it works, or until it took too long."""
        until, pause = time.monotonic() + PATIENCE, FIRST_PAUSE
        while True:
            try:
                return await work()
            except TROUBLE as error:
                if time.monotonic() > until:
                    raise
                log.warning("conversations: the database does not do its work, trying again: %s", type(error.orig).__name__)
                await asyncio.sleep(pause)
                pause = min(2 * pause, LONGEST_PAUSE)


def _row(sender_id: str, event: Event) -> dict[str, Any]:
    """As Rasa writes it: beside the event itself what its table is looked through by."""
    data = event.as_dict()
    keep_written(event, text := written(data))
    return {
        "sender_id": sender_id,
        "type_name": event.type_name,
        "timestamp": data.get("timestamp"),
        "intent_name": data.get("parse_data", {}).get("intent", {}).get("name"),
        "action_name": data.get("name"),
        "data": text.decode(),
    }
