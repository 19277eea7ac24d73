"""What we say, until it is sent: in order, and each thing once.

Before something is sent it is written down that we are at it. A process that dies in the middle leaves it like that; whoever
comes after waits for word from the provider that it arrived (a status with our id), and sends it again only when none comes. So a
reply is never lost, and said twice only when both the process and the provider's word were lost.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa

from wegwijzer.aftercare.models import LINE
from wegwijzer.whatsapp.graph import LATER, WINDOW_CLOSED
from wegwijzer.whatsapp.incoming import Delivery, DeliveryState
from wegwijzer.whatsapp.store import DAY, OPEN, State, Store, erase_who_left
from wegwijzer.whatsapp.tables import PERSON, REPLY

LEASE = 120.0
"""Seconds after which who is sending something is taken for dead; longer than sending with a picture takes."""

PROOF = 30.0
"""Seconds in which the provider's word is waited for that something arrived that perhaps did."""

MOST_ATTEMPTS = 20
"""After so many tries it is given up."""

FIRST_WAIT, LONGEST_WAIT = 1.0, 300.0
"""Seconds before the second try, each next wait twice as long, and at most."""

WINDOW = DAY
"""Seconds after somebody's message in which WhatsApp lets us write freely."""

CLOSING = 60.0
"""Seconds before that in which we do not begin any more: clocks differ."""


@dataclass(frozen=True)
class Reply:
    """Something to send.

    Attributes:
        id: ours; goes along and comes back with every status.
        person: to whom.
        seq: its place.
        state: see :class:`wegwijzer.whatsapp.store.State`.
        attempts: how often it was tried.
        due: not before this, in seconds since 1970.
        payload: what is sent.
        number: where to, encrypted.
        heard_at: when the person last wrote.
        nudged: whether they were told that something waits.
        line: its own id, when a colleague or another process said it.
    """

    id: str
    person: str
    seq: int
    state: str
    attempts: int
    due: float
    payload: Mapping[str, Any] = field(repr=False)
    number: bytes = field(repr=False)
    heard_at: float
    nudged: bool
    line: str | None = None


class Outgoing:
    """What is to be sent.

    Args:
        store: where it is kept.
        proof: see :data:`PROOF`.
        lease: see :data:`LEASE`.
    """

    def __init__(self, store: Store, proof: float = PROOF, lease: float = LEASE) -> None:
        self._store, self._proof, self._lease = store, proof, lease

    def next(self, person: str) -> Reply | None:
        """The first thing that was not sent yet; what comes after it waits for it."""
        query = (
            sa.select(REPLY, PERSON.c.number, PERSON.c.heard_at, PERSON.c.nudged)
            .join(PERSON, PERSON.c.id == REPLY.c.person_id)
            .where(REPLY.c.person_id == person, REPLY.c.state.in_(OPEN))
            .order_by(REPLY.c.seq)
            .limit(1)
        )
        with self._store.database.reading() as connection:
            row = connection.execute(query).first()
        if row is None:
            return None
        payload = json.loads(row.payload) if row.payload else {}
        return Reply(
            row.id, person, row.seq, row.state, row.attempts, row.due, payload, row.number, row.heard_at, row.nudged, row.line
        )

    def window_open(self, reply: Reply) -> bool:
        """Whether we may write freely to this person now."""
        return self._store.clock() < reply.heard_at + WINDOW - CLOSING

    def claim(self, reply: Reply) -> bool:
        """Write down that it is being sent. Returns whether it is ours to send: of two processes one may."""
        same = sa.and_(REPLY.c.id == reply.id, REPLY.c.state == reply.state, REPLY.c.attempts == reply.attempts)
        values = {"state": State.SENDING, "attempts": reply.attempts + 1, "due": self._store.clock() + self._lease}
        with self._store.writing() as connection:
            return bool(connection.execute(REPLY.update().where(same, REPLY.c.due == reply.due).values(**values)).rowcount)

    def sent(self, reply: Reply, identifier: str) -> None:
        """The provider has it, under this id."""
        self._settle(reply, state=State.SENT, mark=self._store.people.mark(identifier))

    def later(self, reply: Reply, after: float | None, perhaps_done: bool) -> bool:
        """It did not work now.

        Args:
            after: seconds that the provider asks to wait.
            perhaps_done: nobody knows whether it arrived: wait for the provider's word first.

        Returns:
            Whether it is tried again; otherwise it is given up.
        """
        if reply.attempts + 1 >= MOST_ATTEMPTS:
            self.dead(reply)
            return False
        wait = max(after or 0.0, _back_off(reply.attempts))
        state, due = (State.SENDING, max(wait, self._proof)) if perhaps_done else (State.WAITS, wait)
        self._settle(reply, state=state, due=self._store.clock() + due)
        return True

    def hold(self, reply: Reply) -> None:
        """The person wrote too long ago; it waits until they write again. When they just did, it is sent after all."""
        ours = sa.and_(REPLY.c.id == reply.id, REPLY.c.state == State.SENDING)
        with self._store.writing() as connection:
            # Locked, so that who takes a message of this person now does it before or after this, and never in between.
            here = sa.and_(PERSON.c.id == reply.person, PERSON.c.heard_at == reply.heard_at)
            same = connection.execute(PERSON.update().where(here).values(heard_at=PERSON.c.heard_at)).rowcount
            state = State.HELD if same else State.WAITS
            connection.execute(REPLY.update().where(ours).values(state=state, attempts=0, due=0.0))

    def dead(self, reply: Reply) -> None:
        """It will never arrive. Its words go, that it was there stays."""
        self._settle(reply, state=State.DEAD, payload=None)

    def nudge(self, person: str) -> bool:
        """Whether this person still has to be told that something waits; once each time they stay away."""
        first = sa.and_(PERSON.c.id == person, PERSON.c.nudged.is_(sa.false()))
        with self._store.writing() as connection:
            return bool(connection.execute(PERSON.update().where(first).values(nudged=True)).rowcount)

    def delivered(self, deliveries: Iterable[Delivery]) -> tuple[set[str], list[int]]:
        """Keep what became of things that were sent.

        Returns:
            The people it was about, and the codes of what failed.
        """
        people: set[str] = set()
        failed: list[int] = []
        with self._store.writing() as connection:
            for one in deliveries:
                mark = self._store.people.mark(one.id)
                query = sa.select(REPLY).where(sa.or_(REPLY.c.id == one.reply, REPLY.c.mark == mark))
                row = connection.execute(query.limit(1)).first()
                if row is None or row.state in (State.DELIVERED, State.DEAD):
                    continue
                if one.state is DeliveryState.FAILED:
                    if row.mark in (None, mark) and row.state in (State.SENT, State.SENDING):
                        connection.execute(
                            REPLY.update().where(REPLY.c.id == row.id).values(**self._after_failure(row, one.code))
                        )
                        failed.append(one.code or 0)
                else:
                    connection.execute(REPLY.update().where(REPLY.c.id == row.id).values(mark=mark, **_PROVEN[one.state]))
                people.add(str(row.person_id))
                erase_who_left(connection, row.person_id)
        return people, failed

    def wake_the_dead(self) -> None:
        """At start: with SQLite nobody else can be sending, so what is being sent was broken off."""
        if self._store.database.engine.dialect.name != "sqlite":
            return
        soon = self._store.clock() + self._proof
        with self._store.writing() as connection:
            connection.execute(REPLY.update().where(REPLY.c.state == State.SENDING, REPLY.c.due > soon).values(due=soon))

    def dead_letters(self) -> int:
        """How many things could not be sent, of the conversations that are still kept."""
        query = sa.select(sa.func.count()).select_from(REPLY).where(REPLY.c.state == State.DEAD)
        with self._store.database.reading() as connection:
            return int(connection.scalar(query))

    def _after_failure(self, row: sa.engine.Row, code: int | None) -> dict[str, Any]:
        if code == WINDOW_CLOSED and row.payload is not None and not (row.line or "").startswith(LINE):
            return {"state": State.HELD, "attempts": 0, "due": 0.0, "mark": None}
        if code in LATER and row.attempts < MOST_ATTEMPTS and row.payload is not None:
            return {"state": State.WAITS, "due": self._store.clock() + _back_off(row.attempts), "mark": None}
        return {"state": State.DEAD, "payload": None}

    def _settle(self, reply: Reply, **values: Any) -> None:
        """Only what is still ours: the provider's word may have come in the meantime."""
        ours = sa.and_(REPLY.c.id == reply.id, REPLY.c.state == State.SENDING)
        with self._store.writing() as connection:
            connection.execute(REPLY.update().where(ours).values(**values))
            erase_who_left(connection, reply.person)


_PROVEN: Mapping[DeliveryState, Mapping[str, Any]] = {
    DeliveryState.SENT: {"state": State.SENT},
    DeliveryState.DELIVERED: {"state": State.DELIVERED, "payload": None},
}
"""What arrived needs its words no more."""


def _back_off(attempts: int) -> float:
    return float(min(FIRST_WAIT * 2 ** min(attempts, 16), LONGEST_WAIT))
