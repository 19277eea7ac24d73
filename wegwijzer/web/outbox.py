"""Every conversation of the web chat, in a database: what was said stays until it was heard, and is in order.

Each thing said gets the next number of its conversation while the conversation's row is locked, so whoever sees number 7 can
see 1 to 6 too. SQLite is the default and PostgreSQL needs only another URL: every statement here is portable SQL.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

import sqlalchemy as sa

from wegwijzer.privacy.redaction import own_redactor
from wegwijzer.storage import Database
from wegwijzer.web.contract import PRIVATE, Answer, Entry, Refused, Said, Who

MOST_WAITING = 20
"""Messages of one person that may wait for an answer."""

_SOME = 500
"""Conversations that are deleted in one statement: databases have a limit."""

METADATA = sa.MetaData()

_SESSION = sa.Table(
    "web_session",
    METADATA,
    sa.Column("id", sa.String(64), primary_key=True),
    sa.Column("last_seq", sa.Integer, nullable=False),
    sa.Column("last_seen", sa.Float, nullable=False, index=True),
    sa.Column("ended", sa.Boolean, nullable=False),
)
"""``ended``: to be erased; the row stays until everything else about the person is gone, also after a crash."""

_ENTRY = sa.Table(
    "web_entry",
    METADATA,
    sa.Column("session_id", sa.String(64), primary_key=True),
    sa.Column("seq", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("who", sa.String(16), nullable=False),
    sa.Column("client_id", sa.String(64)),
    sa.Column("waiting", sa.Boolean, nullable=False, index=True),
    sa.Column("body", sa.Text),
    sa.UniqueConstraint("session_id", "client_id"),
)
"""No ``body``: forgotten; the client id stays, so that the message that asked for it is not handled twice. What another process
says has an id too, so that it is said once."""


class OutboxUnavailable(Exception):
    """The database does not do its work now. The message names it, and nothing that was said."""


@dataclass(frozen=True)
class Page:
    """A piece of a conversation.

    Attributes:
        entries: in order.
        last_seq: the last number that was given out when this was read.
        waiting: whether an answer is still to come.
    """

    entries: tuple[Entry, ...]
    last_seq: int
    waiting: bool


class Outbox:
    """The conversations of the web chat.

    Args:
        url: an SQLAlchemy URL. The folder of an SQLite file is made when it does not exist.
        clock: seconds since 1970.
        timeout: seconds to wait for a database that is busy or silent.
        hidden: what stands in the place of an answer to a private question.
        redact: takes out of the words of a person what says who they are; see :mod:`wegwijzer.privacy.redaction`.

    What a person typed is redacted before it is written. As it was typed it is only in memory, for the server that answers it;
    after a stop the redacted words are answered.

    Every method raises :class:`OutboxUnavailable` when the database does not do its work. All may be called from threads.
    """

    def __init__(
        self,
        url: str,
        clock: Callable[[], float] = time.time,
        timeout: float = 10.0,
        hidden: str = "",
        redact: Callable[[str], str] | None = None,
    ) -> None:
        self._clock, self._hidden, self._given_redact = clock, hidden, redact
        self._typed: dict[tuple[str, int], str] = {}
        self._database = Database(url, METADATA, setting="WEB_DATABASE_URL", failure=OutboxUnavailable, timeout=timeout)

    def begin(self, session: str) -> None:
        """A new conversation."""
        with self._database.writing() as connection:
            connection.execute(_SESSION.insert().values(id=session, last_seq=0, last_seen=self._clock(), ended=False))

    def knows(self, session: str) -> bool:
        """Whether there is such a conversation."""
        query = sa.select(_SESSION.c.id).where(_SESSION.c.id == session, _SESSION.c.ended.is_(sa.false()))
        with self._database.reading() as connection:
            return connection.scalar(query) is not None

    def accept(self, session: str, said: Said) -> tuple[int, bool]:
        """Keep what the person said, once.

        Returns:
            Its number, and whether it is new: the same client id again gives the number it had.

        Raises:
            Refused: ``no_session``, or ``too_fast`` when too many wait for an answer.
        """
        with self._database.writing() as connection:
            last = self._lock(connection, session)
            known = sa.select(_ENTRY.c.seq).where(_ENTRY.c.session_id == session, _ENTRY.c.client_id == said.client_id)
            seq: int | None = connection.scalar(known)
            if seq is not None:
                return seq, False
            waiting = sa.select(sa.func.count()).select_from(_ENTRY).where(_waits(session))
            if connection.scalar(waiting) >= MOST_WAITING:
                raise Refused("too_fast")
            kept = self._hidden if _asked_privately(connection, session, last + 1) else self._redact(said.text)
            self._write(connection, session, last, [(Who.YOU, said.body(kept))], client_id=said.client_id)
            # Before others can see that it waits.
            self._typed[session, last + 1] = said.text
            return last + 1, True

    def next_waiting(self, session: str) -> Entry | None:
        """The first message that was not answered yet."""
        query = sa.select(_ENTRY).where(_waits(session)).order_by(_ENTRY.c.seq).limit(1)
        with self._database.reading() as connection:
            row = connection.execute(query).first()
        if row is None:
            return None
        entry = _entry(row)
        typed = self._typed.get((session, entry.seq))
        return entry if typed is None else replace(entry, body={**entry.body, "text": typed})

    def took(self, session: str, heard: Entry) -> bool:
        """Whether this process took this message in, and knows it as it was typed."""
        return (session, heard.seq) in self._typed

    def finish(self, session: str, seq: int, answer: Answer) -> bool:
        """Keep the answer to a message and call the message handled, both or neither.

        Returns:
            Whether this was the first answer to it; a second one, or one to a conversation that was erased, is dropped.
        """
        self._typed.pop((session, seq), None)
        handled = _ENTRY.update().where(
            _ENTRY.c.session_id == session, _ENTRY.c.seq == seq, _ENTRY.c.waiting.is_(sa.true())
        )  # fmt: skip
        with self._database.writing() as connection:
            try:
                last = self._lock(connection, session)
            except Refused:
                return False
            if connection.execute(handled.values(waiting=False)).rowcount == 0:
                return False
            if _asked_privately(connection, session, seq):
                self._hide(connection, session, seq)
            said: list[tuple[Who, Mapping[str, Any]]] = [(Who.BOT, reply) for reply in answer.replies]
            if answer.forget:
                _forget(connection, session, seq)
                said.insert(0, (Who.SYSTEM, {"cleared_up_to": seq}))
            self._write(connection, session, last, said)
            return True

    def push(self, session: str, who: Who, bodies: Iterable[Mapping[str, Any]], client_id: str | None = None) -> bool:
        """Say something that answers no message: a colleague, a reminder. From any process that shares the database.

        Args:
            client_id: an id of the sender, with only one body; the same id again says nothing more. One with a dot in it can
                be no id of a page.

        Returns:
            Whether it is new.

        Raises:
            Refused: ``no_session``.
        """
        with self._database.writing() as connection:
            last = self._lock(connection, session)
            known = sa.select(_ENTRY.c.seq).where(_ENTRY.c.session_id == session, _ENTRY.c.client_id == client_id)
            if client_id is not None and connection.scalar(known) is not None:
                return False
            self._write(connection, session, last, [(who, body) for body in bodies], client_id=client_id)
            return True

    def address(self, session: str) -> str | None:
        """How the person wanted to be spoken to in the last message: ``je`` or ``u``, when they chose."""
        with self._database.reading() as connection:
            return _address(connection, session)

    def after(self, session: str, seq: int = 0) -> Page:
        """What was said after a number.

        Raises:
            Refused: ``no_session``.
        """
        alive = sa.select(_SESSION.c.last_seq).where(_SESSION.c.id == session, _SESSION.c.ended.is_(sa.false()))
        rows = sa.select(_ENTRY).where(_ENTRY.c.session_id == session, _ENTRY.c.seq > seq, _ENTRY.c.body.isnot(None))
        waits = sa.select(_ENTRY.c.seq).where(_waits(session)).limit(1)
        with self._database.reading() as connection:
            # Others write between these three. In this order a page is never told that all is said while it is not.
            waiting = connection.scalar(waits) is not None
            last = connection.scalar(alive)
            if last is None:
                raise Refused("no_session")
            found = tuple(_entry(row) for row in connection.execute(rows.order_by(_ENTRY.c.seq)))
            return Page(found, max(last, found[-1].seq) if found else last, waiting)

    def end(self, session: str) -> bool:
        """Delete everything that was said; only that the conversation has ended stays, until :meth:`erase`."""
        with self._database.writing() as connection:
            found = connection.execute(_SESSION.update().where(_SESSION.c.id == session).values(ended=True)).rowcount
            connection.execute(_ENTRY.delete().where(_ENTRY.c.session_id == session))
        for key in [key for key in tuple(self._typed) if key[0] == session]:
            self._typed.pop(key, None)
        return bool(found)

    def erase(self, session: str) -> None:
        """Delete the conversation without a trace."""
        with self._database.writing() as connection:
            connection.execute(_SESSION.delete().where(_SESSION.c.id == session))
            connection.execute(_ENTRY.delete().where(_ENTRY.c.session_id == session))

    def purge(self, hours: float, kept: Collection[str] = ()) -> int:
        """Delete conversations in which nothing was said for so many hours.

        Args:
            kept: of these only what was said goes. A page that is open is told so, and can still be told something.

        Returns:
            How many conversations were deleted.
        """
        before = self._clock() - hours * 3600
        with self._database.writing() as connection:
            old = list(connection.scalars(sa.select(_SESSION.c.id).where(_SESSION.c.last_seen < before)))
            for session in old:
                if session in kept:
                    self._empty(connection, session, before)
            gone = [session for session in old if session not in kept]
            for some in (gone[at : at + _SOME] for at in range(0, len(gone), _SOME)):
                # Judged again: on PostgreSQL somebody may have said something since.
                still = sa.and_(_SESSION.c.id.in_(some), _SESSION.c.last_seen < before)
                connection.execute(_ENTRY.delete().where(_ENTRY.c.session_id.in_(sa.select(_SESSION.c.id).where(still))))
                connection.execute(_SESSION.delete().where(still))
            return len(gone)

    def _empty(self, connection: sa.engine.Connection, session: str, before: float) -> None:
        """Take out everything that was said, once; only how the person wants to be spoken to stays with it."""
        mine = sa.and_(_SESSION.c.id == session, _SESSION.c.last_seen < before)
        # Locked, so that nobody says something in between.
        if not connection.execute(_SESSION.update().where(mine).values(last_seen=_SESSION.c.last_seen)).rowcount:
            return
        words = sa.select(_ENTRY.c.seq).where(_ENTRY.c.session_id == session, _ENTRY.c.who != Who.SYSTEM.value).limit(1)
        if connection.scalar(words) is None:
            return
        address = _address(connection, session)
        last = int(connection.scalar(sa.select(_SESSION.c.last_seq).where(mine)))
        connection.execute(_ENTRY.delete().where(_ENTRY.c.session_id == session))
        said = {"cleared_up_to": last, **({"address": address} if address else {})}
        self._write(connection, session, last, [(Who.SYSTEM, said)])

    def unfinished(self) -> tuple[list[str], list[str]]:
        """What a stop left behind: the conversations with a message that waits, and those that still have to be erased."""
        waiting = sa.select(_ENTRY.c.session_id).where(_ENTRY.c.waiting.is_(sa.true())).distinct()
        ended = sa.select(_SESSION.c.id).where(_SESSION.c.ended.is_(sa.true()))
        with self._database.reading() as connection:
            return list(connection.scalars(waiting)), list(connection.scalars(ended))

    def close(self) -> None:
        """Give back the connections."""
        self._database.close()

    def _redact(self, text: str) -> str:
        return (self._given_redact or own_redactor().redact)(text)

    def _lock(self, connection: sa.engine.Connection, session: str) -> int:
        """Make other writers of this conversation wait. Returns the last number given out."""
        mine = sa.and_(_SESSION.c.id == session, _SESSION.c.ended.is_(sa.false()))
        if connection.execute(_SESSION.update().where(mine).values(last_seen=self._clock())).rowcount == 0:
            raise Refused("no_session")
        return int(connection.scalar(sa.select(_SESSION.c.last_seq).where(mine)))

    def _hide(self, connection: sa.engine.Connection, session: str, seq: int) -> None:
        """Take the words out of something the person said."""
        here = sa.and_(_ENTRY.c.session_id == session, _ENTRY.c.seq == seq)
        body = json.loads(connection.scalar(sa.select(_ENTRY.c.body).where(here)) or "{}")
        hidden = json.dumps({**body, "text": self._hidden}, ensure_ascii=False)
        connection.execute(_ENTRY.update().where(here).values(body=hidden))

    def _write(
        self,
        connection: sa.engine.Connection,
        session: str,
        last: int,
        said: Iterable[tuple[Who, Mapping[str, Any]]],
        client_id: str | None = None,
    ) -> None:
        rows = [
            {
                "session_id": session, "seq": seq, "who": who.value, "client_id": client_id, "waiting": who is Who.YOU,
                "body": json.dumps(body, ensure_ascii=False),
            }
            for seq, (who, body) in enumerate(said, start=last + 1)
        ]  # fmt: skip
        if rows:
            connection.execute(_ENTRY.insert(), rows)
            connection.execute(_SESSION.update().where(_SESSION.c.id == session).values(last_seq=last + len(rows)))


def _address(connection: sa.engine.Connection, session: str) -> str | None:
    """As it was last said; of words that are gone it is kept in what says that they are."""
    told = sa.select(_ENTRY.c.body).where(
        _ENTRY.c.session_id == session, _ENTRY.c.who.in_((Who.YOU.value, Who.SYSTEM.value)), _ENTRY.c.body.isnot(None)
    )
    body = connection.scalar(told.order_by(_ENTRY.c.seq.desc()).limit(1))
    return json.loads(body).get("address") if body else None


def _asked_privately(connection: sa.engine.Connection, session: str, seq: int) -> bool:
    """Whether the last thing the bot said before this was a private question."""
    said = sa.select(_ENTRY.c.body).where(
        _ENTRY.c.session_id == session, _ENTRY.c.seq < seq, _ENTRY.c.who == Who.BOT.value, _ENTRY.c.body.isnot(None)
    )
    body = connection.scalar(said.order_by(_ENTRY.c.seq.desc()).limit(1))
    return bool(body and json.loads(body).get(PRIVATE))


def _waits(session: str) -> sa.sql.ColumnElement:
    return sa.and_(_ENTRY.c.session_id == session, _ENTRY.c.waiting.is_(sa.true()))


def _forget(connection: sa.engine.Connection, session: str, seq: int) -> None:
    """Everything up to a message goes; of the message itself only its id stays."""
    connection.execute(_ENTRY.delete().where(_ENTRY.c.session_id == session, _ENTRY.c.seq < seq))
    connection.execute(_ENTRY.update().where(_ENTRY.c.session_id == session, _ENTRY.c.seq == seq).values(body=None))


def _entry(row: Any) -> Entry:
    return Entry(seq=row.seq, who=Who(row.who), body=json.loads(row.body), client_id=row.client_id)
