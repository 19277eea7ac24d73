"""Every request for a human being, and what is said in it, in a database that survives restarts of every process.

A request is moved by compare-and-swap on its version, so of many colleagues who take it at once exactly one has it. A line
gets its number while the row of its request is locked, so whoever sees number 7 can see 1 to 6 too.
"""

from __future__ import annotations

import json
import secrets
import time
from collections.abc import Callable, Hashable, Iterable, Mapping
from typing import Any

import sqlalchemy as sa

from wegwijzer.handover.journal import Audit, Hours, Presence, add_audit
from wegwijzer.handover.models import (
    PRIVATE,
    SHOWN_NEVER,
    HandoverUnavailable,
    Line,
    Outcome,
    Reason,
    Refused,
    Request,
    Said,
    SystemLine,
    Urgency,
    Who,
)
from wegwijzer.handover.notices import Event, announce
from wegwijzer.handover.states import OPEN, Actor, RequestState, may_move
from wegwijzer.handover.tables import AUDIT, CURSOR, DONE, LINE, METADATA, OF_ONE_REQUEST, REQUEST, TYPING
from wegwijzer.storage import Conflict, Database

DEFAULT_URL = "sqlite:///var/handover.db"

TYPING_FOR = 6.0
"""Seconds that somebody counts as typing after the last key."""

_SAYS: Mapping[tuple[RequestState, RequestState], SystemLine] = {
    (RequestState.WAITING, RequestState.TAKEN): SystemLine.TAKEN,
    (RequestState.WAITING, RequestState.CLOSED): SystemLine.CLOSED,
    (RequestState.TAKEN, RequestState.WAITING): SystemLine.PASSED_ON,
    (RequestState.TAKEN, RequestState.CALL_BACK): SystemLine.CALL_BACK,
    (RequestState.TAKEN, RequestState.GIVEN_BACK): SystemLine.GIVEN_BACK,
    (RequestState.TAKEN, RequestState.CLOSED): SystemLine.CLOSED,
}
"""The line that a move leaves in the conversation, so that the resident hears of it."""

_TRIES = 5
"""How often asking is tried again when the open request that was in the way has just ended."""

_ANNOUNCED = {RequestState.WAITING: Event.WAITING, RequestState.CALL_BACK: Event.CALL_BACK}
"""The states that desks outside the console hear of."""


class HandoverStore:
    """The requests.

    Args:
        url: an SQLAlchemy URL. The folder of an SQLite file is made when it does not exist.
        clock: seconds since 1970.
        targets: names of the desks outside the console that hear of requests; see ``wegwijzer.handover.delivery``.
        timeout: seconds to wait for a database that is busy or silent.

    Attributes:
        presence: which colleagues are there.
        hours: days with other hours than usual.
        audit: who saw and did what.

    Every method raises :class:`HandoverUnavailable` when the database does not do its work. All may be called from threads.
    """

    def __init__(
        self,
        url: str = DEFAULT_URL,
        clock: Callable[[], float] = time.time,
        targets: Iterable[str] = (),
        timeout: float = 10.0,
    ) -> None:
        self.clock = clock
        self.targets = tuple(targets)
        self.database = Database(url, METADATA, setting="HANDOVER_DATABASE_URL", failure=HandoverUnavailable, timeout=timeout)
        self.presence = Presence(self.database, clock)
        self.hours = Hours(self.database)
        self._behind: dict[str, tuple[Hashable, frozenset[str]]] = {}
        self.audit = Audit(self.database, clock)

    # ------------------------------------------------------------------ asking and finding

    def ask(
        self,
        conversation: str,
        channel: str,
        *,
        reason: Reason = Reason.ASKED,
        urgency: Urgency = Urgency.NORMAL,
        summary: Mapping[str, Any] | None = None,
        so_far: Iterable[Said] = (),
    ) -> tuple[Request, bool]:
        """A new request, in state *asked*.

        Args:
            urgency: when it is a crisis and the conversation has an open request, that one becomes urgent.
            so_far: the conversation until now, redacted.

        Returns:
            The request, and whether it is new: a conversation has one open request, and asking again gives that one.
        """
        now = self.clock()
        crisis_at = now if urgency is Urgency.CRISIS else None
        new_id = secrets.token_urlsafe(16)
        values = {
            "id": new_id, "conversation": conversation, "open_for": conversation, "channel": channel,
            "state": RequestState.ASKED.value, "urgency": urgency.value, "reason": reason.value,
            "summary": _clean(json.dumps(dict(summary or {}), ensure_ascii=False)), "asked_at": now, "moved_at": now,
            "crisis_at": crisis_at, "taken_by": "", "last_seq": 0, "version": 1,
        }  # fmt: skip
        said = list(so_far)
        for _ in range(_TRIES):
            try:
                with self.database.writing() as connection:
                    connection.execute(REQUEST.insert().values(**values))
                    self._write(connection, _get(connection, new_id), said)
                    add_audit(connection, now, Actor.RESIDENT.value, "asked", new_id)
                    return _get(connection, new_id), True
            except Conflict:
                # Another process was first; when that one just ended, there is room for this one.
                known = self.open_request(conversation)
                if known is not None:
                    return self._as_urgent(known, urgency), False
        raise HandoverUnavailable("the database of the hand-over takes no new request")

    def get(self, request_id: str) -> Request:
        """One request. Raises :class:`Refused` (``no_request``)."""
        with self.database.reading() as connection:
            return _get(connection, request_id)

    def open_request(self, conversation: str) -> Request | None:
        """The open request of a conversation."""
        with self.database.reading() as connection:
            row = connection.execute(sa.select(REQUEST).where(REQUEST.c.open_for == conversation)).first()
        return None if row is None else _request(row)

    def queue(self, *states: RequestState) -> list[Request]:
        """The requests in these states, every open one when none is named: crisis first, then who waits longest."""
        wanted = [state.value for state in (states or OPEN)]
        crisis_first = sa.case((REQUEST.c.urgency == Urgency.CRISIS.value, 0), else_=1)
        query = sa.select(REQUEST).where(REQUEST.c.state.in_(wanted)).order_by(crisis_first, REQUEST.c.asked_at, REQUEST.c.id)
        with self.database.reading() as connection:
            return [_request(row) for row in connection.execute(query)]

    def behind(self, reader: str, conversation: str | None = None) -> list[Request]:
        """The requests with something that a reader has not looked at yet, oldest first; of one conversation when it is given."""
        seen = sa.and_(CURSOR.c.request_id == REQUEST.c.id, CURSOR.c.reader == reader)
        query = sa.select(REQUEST).select_from(REQUEST.outerjoin(CURSOR, seen))
        query = query.where(REQUEST.c.last_seq > sa.func.coalesce(CURSOR.c.seq, 0))
        as_it_is = self.database.stamp()
        if conversation is not None and as_it_is is None:
            query = query.where(REQUEST.c.conversation == conversation)
        with self.database.reading() as connection:
            found = [_request(row) for row in connection.execute(query.order_by(REQUEST.c.asked_at, REQUEST.c.id))]
        if as_it_is is not None:
            self._behind[reader] = as_it_is, frozenset(one.conversation for one in found)
        return [one for one in found if conversation is None or one.conversation == conversation]

    def may_be_behind(self, reader: str, conversation: str) -> bool:
        """Whether :meth:`behind` would perhaps find something, without asking the database: this may be asked with every message.

        False when the database did not change since it was last asked, and had nothing for this conversation then.
        """
        as_it_was, conversations = self._behind.get(reader, (None, frozenset()))
        return as_it_was is None or conversation in conversations or self.database.stamp() != as_it_was

    def of_conversation(self, conversation: str) -> list[Request]:
        """Every request of a conversation that is still kept, oldest first."""
        query = sa.select(REQUEST).where(REQUEST.c.conversation == conversation)
        with self.database.reading() as connection:
            return [_request(row) for row in connection.execute(query.order_by(REQUEST.c.asked_at, REQUEST.c.id))]

    def ended_since(self, moment: float) -> list[Request]:
        """The requests that ended after ``moment``, newest first."""
        query = sa.select(REQUEST).where(REQUEST.c.ended_at > moment).order_by(REQUEST.c.ended_at.desc())
        with self.database.reading() as connection:
            return [_request(row) for row in connection.execute(query)]

    # ------------------------------------------------------------------ moving

    def move(
        self,
        request_id: str,
        to: RequestState,
        actor: Actor,
        by: str = "",
        *,
        version: int | None = None,
        outcome: Outcome | None = None,
    ) -> Request:
        """Move a request, once.

        Args:
            by: which colleague; needed when the actor is one.
            version: the version that ``by`` saw; when left out the request as it is now.
            outcome: how it ended, for a move to an end.

        Returns:
            The request after the move.

        Raises:
            Refused: ``no_request``, ``too_late`` (it was moved in the meantime), ``not_yours`` or ``not_allowed``.
        """
        with self.database.writing() as connection:
            return self._move(connection, request_id, to, actor, by, version, outcome)

    def take(self, request_id: str, colleague: str) -> Request:
        """A colleague takes a request from the queue.

        Raises:
            Refused: ``too_late`` when it is no longer in the queue; ``now`` says who has it.
        """
        try:
            return self.move(request_id, RequestState.TAKEN, Actor.COLLEAGUE, colleague)
        except Refused as refused:
            if refused.code == "not_allowed":
                raise Refused("too_late", refused.now) from None
            raise

    def claim_call(self, request_id: str, colleague: str) -> Request:
        """A colleague is going to make the call, so that two do not. Claiming again is fine.

        Raises:
            Refused: ``no_request``, ``not_allowed`` (nobody waits for a call here) or ``too_late`` (another is calling).
        """
        mine = sa.and_(REQUEST.c.id == request_id, REQUEST.c.state == RequestState.CALL_BACK.value)
        free = REQUEST.c.taken_by.in_(["", colleague])
        with self.database.writing() as connection:
            values = {"taken_by": colleague, "version": REQUEST.c.version + 1}
            won = connection.execute(REQUEST.update().where(mine, free).values(**values)).rowcount
            now = _get(connection, request_id)
            if not won:
                raise Refused("too_late" if now.state is RequestState.CALL_BACK else "not_allowed", now)
            add_audit(connection, self.clock(), colleague, "claimed_call", request_id)
            return now

    def release_call(self, request_id: str, colleague: str) -> Request:
        """Somebody else may make the call after all; any colleague may say so, for who claimed it may have gone home.

        Raises:
            Refused: ``no_request``, or ``not_allowed`` when nobody waits for a call here.
        """
        mine = sa.and_(REQUEST.c.id == request_id, REQUEST.c.state == RequestState.CALL_BACK.value)
        with self.database.writing() as connection:
            values = {"taken_by": "", "version": REQUEST.c.version + 1}
            won = connection.execute(REQUEST.update().where(mine).values(**values)).rowcount
            now = _get(connection, request_id)
            if not won:
                raise Refused("not_allowed", now)
            add_audit(connection, self.clock(), colleague, "released_call", request_id)
            return now

    def raise_alarm(self, request_id: str) -> Request:
        """The danger check saw danger: the request comes first from now on, and colleagues are warned.

        The time to answer runs from the first danger that nobody answered: who says it again every minute does not wait longer.

        Raises:
            Refused: ``no_request``, or ``not_allowed`` when it has ended.
        """
        now = self.clock()
        with self.database.writing() as connection:
            request = _lock(connection, request_id)
            if not request.open:
                raise Refused("not_allowed", request)
            since = request.crisis_at if self._still_in_danger(connection, request) else now
            values = {"urgency": Urgency.CRISIS.value, "crisis_at": since, "version": request.version + 1}
            connection.execute(REQUEST.update().where(REQUEST.c.id == request_id).values(**values))
            request = self._write(connection, _get(connection, request_id), [Said(Who.SYSTEM, SystemLine.CRISIS)])
            announce(connection, self.targets, request, Event.CRISIS, now)
            add_audit(connection, now, Actor.BOT.value, "crisis", request_id)
            return request

    def _still_in_danger(self, connection: sa.engine.Connection, request: Request) -> bool:
        """Whether there was danger before that nobody answered, and about which nothing was done yet."""
        done = sa.select(DONE.c.key).where(DONE.c.request_id == request.id, DONE.c.key == crisis_key(request))
        return request.crisis_at is not None and connection.scalar(done) is None

    def _as_urgent(self, request: Request, urgency: Urgency) -> Request:
        if urgency is not Urgency.CRISIS or request.urgency is Urgency.CRISIS:
            return request
        return self.raise_alarm(request.id)

    def settle(
        self,
        request_id: str,
        key: str,
        *,
        to: RequestState | None = None,
        says: SystemLine | None = None,
        event: Event | None = None,
        still: Callable[[Request], bool] = lambda request: True,
    ) -> bool:
        """Do what became due, once, also when two processes try: move, say and announce it, all or nothing.

        Args:
            key: what became due, see ``wegwijzer.handover.due``.
            still: whether it is due, judged again while nobody else can change the request: the colleague may just have
                answered.

        Returns:
            Whether it happened now.
        """
        now = self.clock()
        try:
            with self.database.writing() as connection:
                request = _lock(connection, request_id)
                if not still(request):
                    return False
                connection.execute(DONE.insert().values(request_id=request_id, key=key, at=now))
                if to is not None:
                    outcome = None if to in OPEN else Outcome.NOBODY
                    request = self._move(connection, request_id, to, Actor.CLOCK, outcome=outcome, says=says)
                elif says is not None:
                    request = self._write(connection, request, [Said(Who.SYSTEM, says)])
                if event is not None:
                    announce(connection, self.targets, request, event, now)
                return True
        except Conflict:
            return False
        except Refused as refused:
            if refused.code == "no_request":
                return False
            raise

    def done(self, request_id: str) -> frozenset[str]:
        """The keys of what became due in a request and was done."""
        with self.database.reading() as connection:
            return frozenset(connection.scalars(sa.select(DONE.c.key).where(DONE.c.request_id == request_id)))

    def _move(
        self,
        connection: sa.engine.Connection,
        request_id: str,
        to: RequestState,
        actor: Actor,
        by: str = "",
        version: int | None = None,
        outcome: Outcome | None = None,
        says: SystemLine | None = None,
    ) -> Request:
        request = _lock(connection, request_id)
        if version is not None and request.version != version:
            raise Refused("too_late", request)
        if not may_move(request.state, to, actor) or (actor is Actor.COLLEAGUE and not by):
            raise Refused("not_allowed", request)
        if actor is Actor.COLLEAGUE and request.taken_by not in ("", by):
            raise Refused("not_yours", request)
        now = self.clock()
        ends = to not in OPEN
        taken = to is RequestState.TAKEN
        values: dict[str, Any] = {
            "state": to.value, "moved_at": now, "version": request.version + 1,
            "unanswered_since": now if taken else None,
            "taken_by": by if taken else (request.taken_by if ends else ""),
        }  # fmt: skip
        if ends:
            values |= {"open_for": None, "ended_at": now, "outcome": (outcome or Outcome.OTHER).value}
        swap = REQUEST.update().where(REQUEST.c.id == request_id, REQUEST.c.version == request.version)
        if connection.execute(swap.values(**values)).rowcount == 0:
            raise Refused("too_late", request)
        said = says or _SAYS.get((request.state, to))
        moved = _get(connection, request_id)
        if said is not None:
            moved = self._write(connection, moved, [Said(Who.SYSTEM, said, author=by)])
        if to in _ANNOUNCED:
            announce(connection, self.targets, moved, _ANNOUNCED[to], now)
        if ends:
            connection.execute(TYPING.delete().where(TYPING.c.request_id == request_id))
        add_audit(connection, now, by or actor.value, to.value, request_id, detail=outcome.value if outcome else "")
        return moved

    # ------------------------------------------------------------------ talking

    def append(self, request_id: str, said: Said) -> tuple[Line, bool]:
        """Write down one thing, once.

        Returns:
            The line, and whether it is new: the same client id again gives the line that was written.

        Raises:
            Refused: ``no_request``; ``not_allowed`` when a resident or colleague talks in a request that has ended, or a
                colleague before taking it; ``not_yours`` when another colleague has it.
        """
        with self.database.writing() as connection:
            request = _lock(connection, request_id)
            known = self._known(connection, said, request_id)
            if known is not None:
                return known, False
            _check_may_talk(request, said)
            after = self._write(connection, request, [said])
            query = sa.select(LINE).where(LINE.c.request_id == request_id, LINE.c.seq == after.last_seq)
            return _line(connection.execute(query).one()), True

    def lines(self, request_id: str, after: int = 0, *, private: bool = False) -> list[Line]:
        """What was said after a number, in order.

        Args:
            private: also the notes and warnings that are for colleagues only. Never show those to a resident.
        """
        query = sa.select(LINE).where(LINE.c.request_id == request_id, LINE.c.seq > after)
        if not private:
            query = query.where(LINE.c.who.notin_([who.value for who in PRIVATE]))
            query = query.where(sa.not_(_warning()))
        with self.database.reading() as connection:
            return [_line(row) for row in connection.execute(query.order_by(LINE.c.seq))]

    def cursor(self, request_id: str, reader: str) -> int:
        """Up to which line a reader has passed things on; 0 when nothing yet."""
        query = sa.select(CURSOR.c.seq).where(CURSOR.c.request_id == request_id, CURSOR.c.reader == reader)
        with self.database.reading() as connection:
            return int(connection.scalar(query) or 0)

    def advance(self, request_id: str, reader: str, before: int, to: int) -> bool:
        """A reader has passed on the lines after ``before`` up to ``to``.

        Returns:
            Whether the cursor was still at ``before``: of two processes that do the same work, one hears *yes*.
        """
        here = sa.and_(CURSOR.c.request_id == request_id, CURSOR.c.reader == reader, CURSOR.c.seq == before)
        try:
            with self.database.writing() as connection:
                _lock(connection, request_id)
                if before == 0:
                    connection.execute(CURSOR.insert().values(request_id=request_id, reader=reader, seq=to))
                    return True
                return bool(connection.execute(CURSOR.update().where(here).values(seq=to)).rowcount)
        except Conflict:
            return False

    def types(self, request_id: str, who: Who) -> None:
        """Somebody is typing."""
        now = self.clock()
        here = sa.and_(TYPING.c.request_id == request_id, TYPING.c.who == who.value)
        with self.database.writing() as connection:
            _lock(connection, request_id)
            if connection.execute(TYPING.update().where(here).values(at=now)).rowcount == 0:
                connection.execute(TYPING.insert().values(request_id=request_id, who=who.value, at=now))

    def typing(self, request_id: str) -> frozenset[Who]:
        """Who is typing now."""
        query = sa.select(TYPING.c.who).where(TYPING.c.request_id == request_id, TYPING.c.at > self.clock() - TYPING_FOR)
        with self.database.reading() as connection:
            return frozenset(Who(who) for who in connection.scalars(query))

    def _known(self, connection: sa.engine.Connection, said: Said, request_id: str) -> Line | None:
        if said.client_id is None:
            return None
        query = sa.select(LINE).where(LINE.c.request_id == request_id, LINE.c.client_id == said.client_id)
        row = connection.execute(query).first()
        return None if row is None else _line(row)

    def _write(self, connection: sa.engine.Connection, request: Request, said: Iterable[Said]) -> Request:
        """Add lines to a locked request, and remember since when the person waits for an answer."""
        now = self.clock()
        rows = [
            {
                "request_id": request.id, "seq": seq, "who": one.who.value, "text": _clean(one.text),
                "client_id": one.client_id, "author": one.author, "at": now if one.at is None else one.at,
            }
            for seq, one in enumerate(said, start=request.last_seq + 1)
        ]  # fmt: skip
        if not rows:
            return request
        since: Any = request.unanswered_since
        crisis_at = request.crisis_at
        if request.state is RequestState.TAKEN:
            for row in rows:
                if row["who"] == Who.COLLEAGUE.value:
                    since = crisis_at = None
                elif row["who"] == Who.RESIDENT.value and since is None:
                    since = row["at"]
        connection.execute(LINE.insert(), rows)
        values = {"last_seq": request.last_seq + len(rows), "unanswered_since": since, "crisis_at": crisis_at}
        connection.execute(REQUEST.update().where(REQUEST.c.id == request.id).values(**values))
        return _get(connection, request.id)

    # ------------------------------------------------------------------ forgetting

    def erase(self, conversation: str) -> int:
        """Delete every request of a conversation without a trace; in the audit log only what colleagues did stays.

        Returns:
            How many requests there were.
        """
        with self.database.writing() as connection:
            # The order of every other writer: first the request, then what belongs to it.
            connection.execute(
                REQUEST.update().where(REQUEST.c.conversation == conversation).values(version=REQUEST.c.version + 1)
            )
            ids = list(connection.scalars(sa.select(REQUEST.c.id).where(REQUEST.c.conversation == conversation)))
            _delete(connection, ids)
            anonymous = AUDIT.update().where(AUDIT.c.request_id.in_(ids))
            connection.execute(anonymous.values(request_id="", detail=""))
            if ids:
                add_audit(connection, self.clock(), Actor.RESIDENT.value, "erased", "")
            return len(ids)

    def purge(self, hours: float, audit_days: float) -> int:
        """Delete requests that ended so many hours ago, and audit rows of so many days ago. Returns how many requests."""
        now = self.clock()
        with self.database.writing() as connection:
            connection.execute(AUDIT.delete().where(AUDIT.c.at < now - audit_days * 86_400))
            old = REQUEST.c.ended_at < now - hours * 3600
            connection.execute(REQUEST.update().where(old).values(version=REQUEST.c.version))  # as in erase
            ids = list(connection.scalars(sa.select(REQUEST.c.id).where(old)))
            _delete(connection, ids)
            return len(ids)

    def close(self) -> None:
        """Give back the connections."""
        self.database.close()


def crisis_key(request: Request) -> str:
    """The key of what becomes due when nobody answers this danger."""
    return f"crisis_unanswered.{request.crisis_at}"


def _lock(connection: sa.engine.Connection, request_id: str) -> Request:
    """Make other writers of this request wait. An update that changes nothing does so in every database."""
    connection.execute(REQUEST.update().where(REQUEST.c.id == request_id).values(version=REQUEST.c.version))
    return _get(connection, request_id)


def _get(connection: sa.engine.Connection, request_id: str) -> Request:
    row = connection.execute(sa.select(REQUEST).where(REQUEST.c.id == request_id)).first()
    if row is None:
        raise Refused("no_request")
    return _request(row)


def _delete(connection: sa.engine.Connection, ids: list[str]) -> None:
    for table in OF_ONE_REQUEST:
        connection.execute(table.delete().where(table.c.request_id.in_(ids)))
    connection.execute(REQUEST.delete().where(REQUEST.c.id.in_(ids)))


def _check_may_talk(request: Request, said: Said) -> None:
    if said.who is Who.COLLEAGUE:
        if request.state is not RequestState.TAKEN:
            raise Refused("not_allowed", request)
        if request.taken_by != said.author:
            raise Refused("not_yours", request)
    if said.who is Who.RESIDENT and not request.open:
        raise Refused("not_allowed", request)


def _warning() -> sa.sql.ColumnElement:
    return sa.and_(LINE.c.who == Who.SYSTEM.value, LINE.c.text.in_([text.value for text in SHOWN_NEVER]))


def _clean(text: str) -> str:
    """Without what a database cannot hold: NUL, and half a surrogate pair."""
    return text.replace("\x00", "").encode("utf-8", "replace").decode("utf-8")


def _request(row: Any) -> Request:
    return Request(
        id=row.id,
        conversation=row.conversation,
        channel=row.channel,
        state=RequestState(row.state),
        urgency=Urgency(row.urgency),
        reason=Reason(row.reason),
        summary=json.loads(row.summary),
        asked_at=row.asked_at,
        moved_at=row.moved_at,
        crisis_at=row.crisis_at,
        unanswered_since=row.unanswered_since,
        ended_at=row.ended_at,
        taken_by=row.taken_by,
        outcome=Outcome(row.outcome) if row.outcome else None,
        last_seq=row.last_seq,
        version=row.version,
    )


def _line(row: Any) -> Line:
    return Line(row.request_id, row.seq, Who(row.who), row.text, row.at, row.client_id, row.author)
