"""What the bot kept of conversations, for who deletes and who needs all of one: Rasa's table of events, wherever it is."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from wegwijzer.storage import Database
from wegwijzer.web.outbox import OutboxUnavailable

_EVENT = sa.table("events", *map(sa.column, ("id", "sender_id", "timestamp", "type_name", "data")))
"""The columns of ``rasa.core.tracker_store.SQLTrackerStore.SQLEvent`` that are needed. Rasa makes the table."""


class Conversations:
    """The conversation database from outside Rasa's server.

    Args:
        url: an SQLAlchemy URL. A file that is not there holds nothing, and is not made.

    Every method raises :class:`wegwijzer.web.outbox.OutboxUnavailable` when the database does not do its work.
    """

    def __init__(self, url: str) -> None:
        self._url = url

    def count(self, sender: str) -> int:
        """How many events there are of one conversation."""
        with self._events() as connection:
            mine = sa.select(sa.func.count()).select_from(_EVENT).where(_EVENT.c.sender_id == sender)
            return int(connection.scalar(mine)) if connection is not None else 0

    def events(self, sender: str, *kinds: str) -> list[dict[str, Any]]:
        """The events of one conversation as Rasa writes them, oldest first.

        Args:
            kinds: only these, such as ``user``.
        """
        asked = sa.select(_EVENT.c.data).where(_EVENT.c.sender_id == sender, _EVENT.c.type_name.in_(kinds)).order_by(_EVENT.c.id)
        with self._events() as connection:
            return [json.loads(data) for data in connection.scalars(asked)] if connection is not None else []

    def erase(self, sender: str) -> None:
        """Delete every event of one conversation."""
        with self._events() as connection:
            if connection is not None:
                connection.execute(sa.delete(_EVENT).where(_EVENT.c.sender_id == sender))

    def purge(self, before: float) -> int:
        """Delete conversations in which nothing happened since a moment.

        Args:
            before: seconds since 1970.

        Returns:
            How many conversations.
        """
        last = sa.func.max(_EVENT.c.timestamp)
        with self._events() as connection:
            if connection is None:
                return 0
            old = connection.scalars(sa.select(_EVENT.c.sender_id).group_by(_EVENT.c.sender_id).having(last < before)).all()
            newer = _EVENT.alias()
            for sender in old:
                # Judged again: on PostgreSQL somebody may have said something since.
                back = sa.exists().where(newer.c.sender_id == sender, newer.c.timestamp >= before)
                connection.execute(sa.delete(_EVENT).where(_EVENT.c.sender_id == sender, ~back))
            return len(old)

    @contextmanager
    def _events(self) -> Iterator[sa.engine.Connection | None]:
        """One transaction; ``None`` when there is no such table yet. A file has nothing of it left afterwards."""
        url = sa.engine.make_url(self._url)
        if url.get_backend_name() == "sqlite" and not Path(url.database or "").exists():
            yield None
            return
        database = Database(self._url, sa.MetaData(), setting="WEGWIJZER_TRACKER_DB", failure=OutboxUnavailable)
        try:
            with database.writing() as connection:
                yield connection if sa.inspect(connection).has_table(_EVENT.name) else None
            database.catch_up()
        finally:
            database.close()
