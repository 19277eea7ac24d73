"""What people send: kept before we say that we have it, heard once, in order, and answered in the same breath as called heard."""

from __future__ import annotations

import json
import secrets
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import sqlalchemy as sa

from wegwijzer.storage import Conflict
from wegwijzer.web.contract import Refused
from wegwijzer.whatsapp.incoming import Incoming, Kind
from wegwijzer.whatsapp.store import RETRIED_FOR, State, Store, erase_who_left
from wegwijzer.whatsapp.tables import MESSAGE, PERSON, REPLY, SEEN

MOST_WAITING = 20
"""Messages of one person that may wait for an answer; what comes above that is answered once, and kindly, and not heard."""

SETTLE = 0.3
"""Seconds that a message lies before it is heard, so that one that was written earlier and arrives a little later goes first."""

FUTURE = 300.0
"""Seconds that a message may come from the future: clocks differ. Further away its time says nothing."""

_TRIES = 5

Redact = Callable[[str], str]


@dataclass(frozen=True)
class Waiting:
    """A message that waits for an answer.

    Attributes:
        person: whose.
        seq: its number among what this person and we said.
        mark: names it for ever.
        kind: what it is.
        text: its words; after a restart without names and numbers.
        choice: the id of the button that was tapped.
        choices: what was last offered to tap, as it was given to :meth:`Inbox.finish`.
        greeted: who told this person that a computer speaks: ``us``, ``bot`` or nobody yet.
    """

    person: str
    seq: int
    mark: str
    kind: Kind
    text: str = field(default="", repr=False)
    choice: str = ""
    choices: Any = None
    greeted: str = ""


@dataclass(frozen=True)
class Turn:
    """What a message led to.

    Attributes:
        payloads: what is sent for it, in order, as the gateway wants it.
        choices: what is offered to tap now, anything that JSON holds; ``None`` leaves what there was.
        forget: everything that was said before goes.
        leave: the person goes too, once this is sent.
        greeted: who told this person now that a computer speaks.
    """

    payloads: tuple[Mapping[str, Any], ...] = ()
    choices: Any = None
    forget: bool = False
    leave: bool = False
    greeted: str = ""


@dataclass(frozen=True)
class Taken:
    """What became of a batch.

    Attributes:
        fresh: what was new and is kept, with the name of who sent it.
        known: how many were there already.
        late: how many came too late to be heard.
    """

    fresh: tuple[tuple[str, Incoming], ...] = ()
    known: int = 0
    late: int = 0


class Inbox:
    """What people send. An ``outbox`` for :class:`wegwijzer.web.turns.Turns`.

    Args:
        store: where it is kept.
        redact: takes out names and numbers; nothing that was not given to it is written down.
        settle: see :data:`SETTLE`.
    """

    def __init__(self, store: Store, redact: Redact, settle: float = SETTLE) -> None:
        self._store, self._redact, self.settle = store, redact, settle
        # As it was written, for as long as it waits and this process lives: understanding needs what redaction takes out.
        self._words: dict[str, dict[str, str]] = {}

    # ------------------------------------------------------------------ taking

    def take(self, messages: Sequence[Incoming]) -> Taken:
        """Keep messages, each once. When this returns they are on disk."""
        named = [_Named(self._store.people.name(one.sender), self._store.people.mark(one.id), one) for one in messages]
        rows = [replace(one, redacted=self._redact(one.message.text) if one.message.text else "") for one in named]
        taken = self._take_surely(rows)
        for person, message in taken.fresh:
            if message.kind is Kind.STOP:
                self._words.pop(person, None)
        return taken

    def _take_surely(self, rows: Sequence[_Named]) -> Taken:
        for _ in range(_TRIES - 1):
            try:
                return self._take(rows)
            except Conflict:
                continue  # another process took the same at the same moment
        return self._take(rows)

    def _take(self, rows: Sequence[_Named]) -> Taken:
        now = self._store.clock()
        with self._store.writing() as connection:
            new, known = _unseen(connection, rows)
            if not new:
                return Taken(known=known)
            connection.execute(SEEN.insert(), [{"mark": one.mark, "at": now} for one in new])
            heard = [one.at(now) for one in new if one.message.kind is not Kind.SILENT]
            stopped = self._stopped(connection, heard)
            timely = [one for one in heard if now - RETRIED_FOR <= one.moment and one.moment >= stopped.get(one.person, 0.0)]
            people = _by_person(timely)
            kept = self._write(connection, people, now) if people else ()
            # Within the transaction: who reads the row must find its words.
            for one in kept:
                self._words.setdefault(one.person, {})[one.mark] = one.message.text
        return Taken(tuple((one.person, one.message) for one in timely), known, len(heard) - len(timely))

    def _write(self, connection: sa.engine.Connection, people: Mapping[str, Sequence[_Named]], now: float) -> list[_Named]:
        """Lock the people, give out numbers and insert. In one order, so that two processes do not wait for each other.

        Returns:
            What is kept with its words.
        """
        ids = sorted(people)
        known = set(connection.scalars(sa.select(PERSON.c.id).where(PERSON.c.id.in_(ids))))
        if fresh := [self._person(name, people[name][0].message.sender, now) for name in ids if name not in known]:
            connection.execute(PERSON.insert(), fresh)
        for name in ids:
            latest = max(one.moment for one in people[name])
            later = sa.case((PERSON.c.heard_at < latest, latest), else_=PERSON.c.heard_at)
            leaving = people[name][-1].message.kind is Kind.STOP
            connection.execute(
                PERSON.update()
                .where(PERSON.c.id == name)
                .values(
                    last_seen=now, heard_at=later, nudged=False, leaving=leaving, last_seq=PERSON.c.last_seq + len(people[name])
                )
            )
        self._drop_before_stop(connection, people)
        held = sa.and_(REPLY.c.person_id.in_(ids), REPLY.c.state == State.HELD)
        connection.execute(REPLY.update().where(held).values(state=State.WAITS, due=0.0))
        last = {
            row.id: row.last_seq
            for row in connection.execute(sa.select(PERSON.c.id, PERSON.c.last_seq).where(PERSON.c.id.in_(ids)))
        }
        count = sa.select(MESSAGE.c.person_id, sa.func.count()).where(MESSAGE.c.person_id.in_(ids)).group_by(MESSAGE.c.person_id)
        waiting: dict[str, int] = {row[0]: row[1] for row in connection.execute(count)}
        rows = [row for name in ids for row in _rows(people[name], last[name], waiting.get(name, 0), now)]
        if rows:
            connection.execute(MESSAGE.insert(), rows)
        marks = {row["mark"] for row in rows if row["kind"] != Kind.TOO_MANY}
        return [one for name in ids for one in people[name] if one.mark in marks and one.message.text]

    def _person(self, name: str, sender: str, now: float) -> dict[str, Any]:
        return {
            "id": name, "number": self._store.people.hide(sender), "last_seq": 0, "last_seen": now, "heard_at": 0.0,
            "nudged": False, "leaving": False, "greeted": "", "choices": None,
        }  # fmt: skip

    def _drop_before_stop(self, connection: sa.engine.Connection, people: Mapping[str, Sequence[_Named]]) -> None:
        """Who says stop hears nothing more of what came before it."""
        for name, said in people.items():
            if said[0].message.kind is Kind.STOP:
                before = sa.and_(MESSAGE.c.person_id == name, MESSAGE.c.at <= said[0].moment)
                connection.execute(MESSAGE.delete().where(before))
                _drop_unsent(connection, name)

    # ------------------------------------------------------------------ answering

    def next_waiting(self, person: str) -> Waiting | None:
        """The first message that was not answered yet: by when it was written, as far as that is known when it is asked.

        ``None`` also when all that waits came a moment ago (:data:`SETTLE`).
        """
        mine = MESSAGE.c.person_id == person
        query = (
            sa.select(MESSAGE, PERSON.c.choices, PERSON.c.greeted)
            .join(PERSON, PERSON.c.id == MESSAGE.c.person_id)
            .where(
                mine, sa.select(sa.func.min(MESSAGE.c.arrived)).where(mine).scalar_subquery() <= self._store.clock() - self.settle
            )
            .order_by(MESSAGE.c.at, MESSAGE.c.seq)
            .limit(1)
        )
        with self._store.database.reading() as connection:
            row = connection.execute(query).first()
        if row is None:
            return None
        choices = json.loads(row.choices) if row.choices else None
        text = self._words.get(person, {}).get(row.mark, row.text)
        return Waiting(person, row.seq, row.mark, Kind(row.kind), text, row.choice, choices, row.greeted)

    def took(self, person: str, heard: Waiting) -> bool:
        """Whether this process took this message in and knows it as it was written, or there are no words to know."""
        return not heard.text or heard.mark in self._words.get(person, {})

    def finish(self, person: str, seq: int, turn: Turn) -> bool:
        """Keep the answer to a message and call the message heard, both or neither.

        Returns:
            Whether this was the first answer to it; a second one, or one to somebody who said stop in the meantime, is dropped.
        """
        here = sa.and_(MESSAGE.c.person_id == person, MESSAGE.c.seq == seq)
        with self._store.writing() as connection:
            last = self._lock(connection, person)
            mark = connection.scalar(sa.select(MESSAGE.c.mark).where(here))
            at = connection.scalar(sa.select(MESSAGE.c.at).where(here))
            if last is None or not connection.execute(MESSAGE.delete().where(here)).rowcount:
                return False
            changes: dict[str, Any] = {"greeted": turn.greeted} if turn.greeted else {}
            if turn.forget or turn.leave:
                _drop_unsent(connection, person)
                connection.execute(
                    REPLY.update().where(REPLY.c.person_id == person, REPLY.c.state != State.SENDING).values(payload=None)
                )
                changes |= {"choices": None, "greeted": turn.greeted}
            if turn.leave:
                changes["leaving"] = (
                    connection.scalar(sa.select(MESSAGE.c.mark).where(MESSAGE.c.person_id == person).limit(1)) is None
                )
                _remember_stop(connection, self._stop_mark(person), float(at or 0.0))
            if turn.choices is not None:
                changes["choices"] = json.dumps(turn.choices, ensure_ascii=False)
            _say(connection, person, last, turn.payloads)
            connection.execute(PERSON.update().where(PERSON.c.id == person).values(last_seq=last + len(turn.payloads), **changes))
            erase_who_left(connection, person)
        self._unword(person, str(mark))
        return True

    def erase(self, person: str) -> bool:
        """Delete everything of a person. Returns whether there was anything."""
        self._words.pop(person, None)
        return self._store.erase(person)

    def _unword(self, person: str, mark: str) -> None:
        words = self._words.get(person, {})
        words.pop(mark, None)
        if not words:
            self._words.pop(person, None)

    def push(self, person: str, payloads: Sequence[Mapping[str, Any]], choices: Any = None, line: str | None = None) -> bool:
        """Say something that answers no message: a colleague, a reminder. From any process that shares the database.

        Args:
            choices: as in :class:`Turn`.
            line: an id of its own; the same id again says nothing more.

        Returns:
            Whether it is new.

        Raises:
            wegwijzer.web.contract.Refused: ``no_session``: the conversation is gone, or the person said stop.
        """
        with self._store.writing() as connection:
            last = self._lock(connection, person)
            leaving = connection.scalar(sa.select(PERSON.c.leaving).where(PERSON.c.id == person))
            if last is None or leaving:
                raise Refused("no_session")
            known = sa.select(REPLY.c.id).where(REPLY.c.person_id == person, REPLY.c.line == line)
            if line is not None and connection.scalar(known) is not None:
                return False
            _say(connection, person, last, payloads, line)
            changes = {} if choices is None else {"choices": json.dumps(choices, ensure_ascii=False)}
            connection.execute(PERSON.update().where(PERSON.c.id == person).values(last_seq=last + len(payloads), **changes))
            return True

    def _lock(self, connection: sa.engine.Connection, person: str) -> int | None:
        """Make other writers to this person wait. Returns the last number given out; ``None`` when there is no such person."""
        here = PERSON.c.id == person
        if not connection.execute(PERSON.update().where(here).values(last_seen=self._store.clock())).rowcount:
            return None
        return int(connection.scalar(sa.select(PERSON.c.last_seq).where(here)))

    def _stop_mark(self, person: str) -> str:
        """Under this it is known when somebody last said stop, without the rest: what they wrote before that is not heard."""
        return self._store.people.mark(f"stop:{person}")

    def _stopped(self, connection: sa.engine.Connection, rows: Iterable[_Named]) -> dict[str, float]:
        marks = {self._stop_mark(one.person): one.person for one in rows}
        found = connection.execute(sa.select(SEEN).where(SEEN.c.mark.in_(list(marks))))
        return {marks[row.mark]: row.at for row in found}


@dataclass(frozen=True)
class _Named:
    """A message with its names."""

    person: str
    mark: str
    message: Incoming
    redacted: str = ""
    moment: float = 0.0

    def at(self, now: float) -> _Named:
        """With the time at which it was written, as far as that can be so."""
        said = self.message.at
        return replace(self, moment=now if said is None or said > now + FUTURE else said)


def _unseen(connection: sa.engine.Connection, rows: Sequence[_Named]) -> tuple[list[_Named], int]:
    """What is new, each once, and how many are not."""
    there = set(connection.scalars(sa.select(SEEN.c.mark).where(SEEN.c.mark.in_([one.mark for one in rows]))))
    new = {one.mark: one for one in reversed(rows) if one.mark not in there}
    return [one for one in rows if new.get(one.mark) is one], len(rows) - len(new)


def _remember_stop(connection: sa.engine.Connection, mark: str, at: float) -> None:
    connection.execute(SEEN.delete().where(SEEN.c.mark == mark))
    connection.execute(SEEN.insert().values(mark=mark, at=at))


def _by_person(rows: Iterable[_Named]) -> dict[str, list[_Named]]:
    """Per person in the order in which it was written; what came before the last stop is gone."""
    found: dict[str, list[_Named]] = {}
    for one in sorted(rows, key=lambda one: one.moment):
        said = found.setdefault(one.person, [])
        if one.message.kind is Kind.STOP:
            said.clear()
        said.append(one)
    return found


def _rows(said: Sequence[_Named], last: int, waiting: int, now: float) -> Iterable[dict[str, Any]]:
    """The rows of one person's messages; above :data:`MOST_WAITING` one that says so, and no more."""
    for index, one in enumerate(said):
        kind = one.message.kind
        if kind is not Kind.STOP and waiting > MOST_WAITING:
            return
        if kind is not Kind.STOP and waiting == MOST_WAITING:
            kind = Kind.TOO_MANY
        waiting += 1
        full = kind is Kind.TOO_MANY
        yield {
            "mark": one.mark, "person_id": one.person, "seq": last - len(said) + index + 1, "at": one.moment, "arrived": now,
            "kind": kind.value, "choice": "" if full else one.message.choice, "text": "" if full else one.redacted,
        }  # fmt: skip


def _drop_unsent(connection: sa.engine.Connection, person: str) -> None:
    unsent = sa.and_(REPLY.c.person_id == person, REPLY.c.state.in_((State.WAITS, State.HELD)))
    connection.execute(REPLY.delete().where(unsent))


def _say(
    connection: sa.engine.Connection, person: str, last: int, payloads: Sequence[Mapping[str, Any]], line: str | None = None
) -> None:
    rows = [
        {
            "id": secrets.token_urlsafe(24), "person_id": person, "seq": last + 1 + index, "state": State.WAITS, "attempts": 0,
            "due": 0.0, "payload": json.dumps(payload, ensure_ascii=False), "mark": None,
            "line": line if line is None or index == 0 else f"{line}#{index}",
        }
        for index, payload in enumerate(payloads)
    ]  # fmt: skip
    if rows:
        connection.execute(REPLY.insert(), rows)
