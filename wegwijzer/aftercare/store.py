"""Who may be asked later whether it worked: one row for each, from their yes until they answered.

SQLite is the default and PostgreSQL needs only another URL: every statement is portable SQL.
"""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable, Iterable

import sqlalchemy as sa

from wegwijzer.aftercare.models import AftercareUnavailable, Later, State
from wegwijzer.storage import Database

SETTING = "AFTERCARE_DATABASE_URL"

HOUR = 3600.0

RETRY_WITHIN = HOUR
"""Seconds in which a question of which nobody knows whether it arrived may be sent again: for so long the channels surely know
its id and say it once. After that it counts as sent: better none than two."""

PATIENCE = 7 * 24 * HOUR
"""Seconds after which nobody is waited for any more: an answer, or a moment to ask."""

METADATA = sa.MetaData()

_LATER = sa.Table(
    "aftercare",
    METADATA,
    sa.Column("conversation", sa.String(255), primary_key=True),
    sa.Column("id", sa.String(32), nullable=False),
    sa.Column("channel", sa.String(32), nullable=False),
    sa.Column("record", sa.String(128), nullable=False),
    sa.Column("halte", sa.String(64), nullable=False),
    sa.Column("due", sa.Float, nullable=False, index=True),
    sa.Column("state", sa.String(16), nullable=False),
    sa.Column("moved", sa.Float, nullable=False),
)

_LEARNED = sa.Table(
    "aftercare_learned",
    METADATA,
    sa.Column("message", sa.String(64), primary_key=True),
    sa.Column("conversation", sa.String(255), nullable=False, index=True),
    sa.Column("at", sa.Float, nullable=False, index=True),
)
"""Which messages a conversation gave to learn from, as long as it is kept: so that *wis mijn gesprek* takes them back."""


class AftercareStore:
    """The database of looking back.

    Args:
        url: an SQLAlchemy URL. The folder of an SQLite file is made when it does not exist.
        clock: seconds since 1970.
        timeout: seconds to wait for a database that is busy or silent.

    Every method raises :class:`AftercareUnavailable` when the database does not do its work. All may be called from threads.
    """

    def __init__(self, url: str, clock: Callable[[], float] = time.time, timeout: float = 10.0) -> None:
        self.clock = clock
        self._database = Database(url, METADATA, setting=SETTING, failure=AftercareUnavailable, timeout=timeout, vital=False)

    # ------------------------------------------------------------------ from the yes to the question

    def plan(self, conversation: str, channel: str, record: str, halte: str, due: float) -> None:
        """The person said yes. A yes of before, with what was not asked yet, is replaced: nobody is asked twice."""
        row = {
            "conversation": conversation, "id": secrets.token_hex(16), "channel": channel, "record": record, "halte": halte,
            "due": due, "state": State.WAITS.value, "moved": self.clock(),
        }  # fmt: skip
        with self._database.writing() as connection:
            connection.execute(_LATER.delete().where(_LATER.c.conversation == conversation))
            connection.execute(_LATER.insert().values(**row))

    def of(self, conversation: str) -> Later | None:
        """What is kept of this conversation."""
        with self._database.reading() as connection:
            row = connection.execute(sa.select(_LATER).where(_LATER.c.conversation == conversation)).first()
        return None if row is None else _later(row)

    def due(self) -> list[Later]:
        """What it is time for, soonest first; and what a round died over a short while ago."""
        now = self.clock()
        waits = sa.and_(_LATER.c.state == State.WAITS.value, _LATER.c.due <= now)
        broken = sa.and_(_LATER.c.state == State.SENDING.value, _LATER.c.moved > now - RETRY_WITHIN)
        with self._database.reading() as connection:
            rows = connection.execute(sa.select(_LATER).where(sa.or_(waits, broken)).order_by(_LATER.c.due, _LATER.c.id)).all()
        return [_later(row) for row in rows]

    def claim(self, later: Later) -> bool:
        """Write down that it is being sent, before it is. Returns whether it is ours to send: of two processes one may."""
        return self._move(later, state=State.SENDING.value, moved=self.clock())

    def postpone(self, later: Later, until: float) -> bool:
        """It is no moment to ask now."""
        return self._move(later, due=until)

    def asked(self, later: Later) -> bool:
        """It was sent."""
        mine = sa.and_(_LATER.c.id == later.id, _LATER.c.state == State.SENDING.value)
        with self._database.writing() as connection:
            moved = _LATER.update().where(mine).values(state=State.ASKED.value, moved=self.clock())
            return bool(connection.execute(moved).rowcount)

    def drop(self, later: Later) -> bool:
        """It is not asked at all. Returns whether it was still there."""
        return self._delete(_LATER.c.id == later.id)

    # ------------------------------------------------------------------ from the question to the answer

    def answered(self, conversation: str) -> Later | None:
        """The person answered: what it was about, once, and then it is gone; ``None`` when nothing was asked (any more)."""
        later = self.of(conversation)
        if later is None or not later.was_sent:
            return None
        return later if self._delete(_LATER.c.id == later.id) else None

    def unanswered(self) -> list[Later]:
        """What was asked so long ago that nobody is waited for: each is gone, and given to one process only."""
        old = sa.and_(_LATER.c.state != State.WAITS.value, _LATER.c.moved <= self.clock() - PATIENCE)
        with self._database.reading() as connection:
            rows = [_later(row) for row in connection.execute(sa.select(_LATER).where(old))]
        return [later for later in rows if self._delete(_LATER.c.id == later.id)]

    # ------------------------------------------------------------------ who must stay reachable, and who must not

    def conversations(self, channel: str | None = None) -> frozenset[str]:
        """Who waits for a question or was asked one: their address is kept as long.

        Args:
            channel: only of this one.
        """
        query = sa.select(_LATER.c.conversation)
        if channel is not None:
            query = query.where(_LATER.c.channel == channel)
        with self._database.reading() as connection:
            return frozenset(connection.scalars(query))

    def cancel(self, conversation: str) -> int:
        """Ask nothing. Returns how many questions there were."""
        return int(self._delete(_LATER.c.conversation == conversation))

    def gave(self, conversation: str, messages: Iterable[str]) -> None:
        """These messages were given to learn from, by this conversation."""
        rows = [{"message": one, "conversation": conversation, "at": self.clock()} for one in messages]
        if rows:
            with self._database.writing() as connection:
                connection.execute(_LEARNED.insert(), rows)

    def given(self, conversation: str) -> tuple[str, ...]:
        """The messages that this conversation gave to learn from."""
        with self._database.reading() as connection:
            return tuple(connection.scalars(sa.select(_LEARNED.c.message).where(_LEARNED.c.conversation == conversation)))

    def erase(self, conversation: str) -> int:
        """Delete everything of a conversation. Returns how much there was."""
        with self._database.writing() as connection:
            tables = (_LATER, _LEARNED)
            return sum(
                connection.execute(table.delete().where(table.c.conversation == conversation)).rowcount for table in tables
            )

    def purge(self, hours: float) -> int:
        """Forget which conversation gave what, after so many hours. Returns how many messages."""
        with self._database.writing() as connection:
            old = _LEARNED.c.at < self.clock() - hours * HOUR
            return int(connection.execute(_LEARNED.delete().where(old)).rowcount)

    def close(self) -> None:
        """Give back the connections."""
        self._database.close()

    def _move(self, later: Later, **values: object) -> bool:
        same = sa.and_(_LATER.c.id == later.id, _LATER.c.state == later.state.value, _LATER.c.moved == later.moved)
        with self._database.writing() as connection:
            return bool(connection.execute(_LATER.update().where(same).values(**values)).rowcount)

    def _delete(self, which: sa.sql.ColumnElement) -> bool:
        with self._database.writing() as connection:
            return bool(connection.execute(_LATER.delete().where(which)).rowcount)


def _later(row: sa.engine.Row) -> Later:
    return Later(row.conversation, row.id, row.channel, row.record, row.halte, row.due, State(row.state), row.moved)
