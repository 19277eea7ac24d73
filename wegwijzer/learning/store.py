"""Messages that the bot did not understand, kept only with consent, without who, when or in which conversation.

Only the ISO week is known of a message, its id is random and so is the order in which those of one conversation are written:
nothing in the table says which belong together. They are crossed out once more, and danger is never kept.
"""

from __future__ import annotations

import json
import secrets
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

import sqlalchemy as sa

from wegwijzer.insight.periods import end_of, week_of
from wegwijzer.privacy.redaction import own_redactor
from wegwijzer.storage import Database
from wegwijzer.understanding.cleaning import clean
from wegwijzer.understanding.crisis import find_danger

SETTING = "INSIGHT_DATABASE_URL"

DAYS = 180
"""Days that a message is kept unless ``LEARNING_DAYS`` says otherwise."""

LONGEST = 1_500
"""Characters of a message that is kept. A longer one is a life story, which is too much of one person to keep, and far less than
what the guard of messages lets through (``wegwijzer/understanding/cleaning.py``)."""

MOST_AT_ONCE = 3
"""Messages of one conversation."""

MOST_GUESSES = 5

MOST_WAITING = 1_000
"""Messages that wait for an editor. When there are as many nothing more is kept: nobody reads so much, and nobody can fill the
database."""

DAY = 86_400.0

METADATA = sa.MetaData()

MESSAGE = sa.Table(
    "learning_message",
    METADATA,
    sa.Column("id", sa.String(32), primary_key=True),
    sa.Column("week", sa.String(8), nullable=False),
    sa.Column("text", sa.Text, nullable=False),
    sa.Column("guesses", sa.Text, nullable=False),
    sa.Column("intent", sa.String(64), nullable=False, index=True),
    sa.Column("haltes", sa.Text, nullable=False),
    sa.Column("labelled_by", sa.String(64), nullable=False),
    sa.Column("gone_at", sa.Float, nullable=False, index=True),
    sqlite_with_rowid=False,
)
"""``intent`` is empty while the message waits for an editor. ``gone_at`` is counted from the end of a week, so that it tells no
moment. Without row numbers, which would tell what was written together."""


class LearningUnavailable(Exception):
    """The database does not do its work now. The message names it, and nothing that was said."""


class Unfit(ValueError):
    """This text may not be kept. The message is one word, the reason: ``empty``, ``long``, ``danger``."""


class NotThere(LookupError):
    """There is no such message that waits: another editor was first, or it is gone."""


@dataclass(frozen=True)
class Waiting:
    """A message that waits for an editor.

    Attributes:
        week: the ISO week it was said in, such as ``2026-W47``.
        text: what was said, crossed out.
        guesses: what the bot made of it, likeliest first: names of intents and ids of haltes.
    """

    id: str
    week: str
    text: str
    guesses: tuple[str, ...]


@dataclass(frozen=True)
class Taught:
    """A message that an editor labelled.

    Attributes:
        intent: what kind of message it is.
        haltes: what it is about, most important first.
        by: the editor.
    """

    id: str
    text: str
    intent: str
    haltes: tuple[str, ...]
    by: str


class LearningStore:
    """The messages.

    Args:
        url: an SQLAlchemy URL. The folder of an SQLite file is made when it does not exist.
        clock: seconds since 1970.
        days: how long a message waits, and how long it is kept after it was labelled.
        redact: crosses out what is personal; that of the catalogue unless said otherwise.
        timeout: seconds to wait for a database that is busy or silent.

    Every method raises :class:`LearningUnavailable` when the database does not do its work. All may be called from threads.
    """

    def __init__(
        self,
        url: str,
        clock: Callable[[], float] = time.time,
        days: int = DAYS,
        redact: Callable[[str], str] | None = None,
        timeout: float = 10.0,
    ) -> None:
        self._clock, self._days = clock, days
        self._redact = redact or (lambda text: own_redactor().redact(text))
        self.database = Database(url, METADATA, setting=SETTING, failure=LearningUnavailable, timeout=timeout, vital=False)

    # ------------------------------------------------------------------ what residents let us keep

    def keep(self, texts: Sequence[str], guesses: Sequence[Sequence[str]] = ()) -> tuple[str, ...]:
        """Keep messages of somebody who said yes to that.

        Crossed out once more here. Left out are what is about danger, what is too long, and what says nothing when it is crossed
        out.

        Args:
            texts: at most :data:`MOST_AT_ONCE` count.
            guesses: for each what the bot made of it, likeliest first: ids of haltes and names of intents.

        Returns:
            An id for each message that was kept, in the order of the texts: for :meth:`withdraw`, as long as the conversation
            lasts. Whoever keeps it longer makes a bond between messages and a person that should not be there.
        """
        rows = []
        for number, text in enumerate(texts[:MOST_AT_ONCE]):
            try:
                tidy = fit_to_keep(text, self._redact)
            except Unfit:
                continue
            made = list(guesses[number][:MOST_GUESSES]) if number < len(guesses) else []
            rows.append(
                {
                    "id": secrets.token_hex(16), "week": week_of(self._clock()), "text": tidy, "guesses": json.dumps(made),
                    "intent": "", "haltes": "[]", "labelled_by": "", "gone_at": self._gone_at(),
                }
            )  # fmt: skip
        if not rows:
            return ()
        with self.database.writing() as connection:
            if self._count(connection) + len(rows) > MOST_WAITING:
                return ()
            # By id, which is random: in the order of the conversation they would tell what was said after what.
            connection.execute(MESSAGE.insert(), sorted(rows, key=lambda row: str(row["id"])))
        return tuple(str(row["id"]) for row in rows)

    def withdraw(self, ids: Iterable[str]) -> int:
        """The person takes the yes back, while the conversation is there. Returns how many messages went."""
        return self._delete(MESSAGE.c.id.in_(list(ids)))

    # ------------------------------------------------------------------ what editors do

    def waiting(self) -> list[Waiting]:
        """What waits for an editor, oldest week first."""
        query = sa.select(MESSAGE).where(self._open()).order_by(MESSAGE.c.week, MESSAGE.c.id)
        with self.database.reading() as connection:
            return [Waiting(row.id, row.week, row.text, tuple(json.loads(row.guesses))) for row in connection.execute(query)]

    def label(self, id: str, intent: str, haltes: Sequence[str], by: str, text: str | None = None) -> None:
        """An editor says what a message means.

        Args:
            intent: see :mod:`wegwijzer.learning.labels`.
            haltes: what it is about, most important first.
            by: the editor.
            text: the message with more crossed out; crossed out by rule once more. Without, as it was.

        Raises:
            NotThere: it does not wait any more.
            Unfit: the text says nothing, is too long or is about danger.
        """
        row = {"intent": intent, "haltes": json.dumps(list(haltes)), "labelled_by": by}
        gone_at = self._gone_at()
        if text is not None:
            row["text"] = fit_to_keep(text, self._redact)
        with self.database.writing() as connection:
            change = MESSAGE.update().where(MESSAGE.c.id == id, self._open()).values(**row, gone_at=gone_at)
            if connection.execute(change).rowcount == 0:
                raise NotThere(id)
        self.database.catch_up()

    def discard(self, id: str, by: str = "") -> None:
        """Nothing to learn from, or not to be kept: it is gone. Who did that stands in the journal of the console, not here.

        Raises:
            NotThere: it does not wait any more.
        """
        if not self._delete(sa.and_(MESSAGE.c.id == id, self._open())):
            raise NotThere(id)

    def labelled(self) -> list[Taught]:
        """What editors labelled, in an order that stays the same when more is added."""
        query = sa.select(MESSAGE).where(MESSAGE.c.intent != "", MESSAGE.c.gone_at > self._clock()).order_by(MESSAGE.c.id)
        with self.database.reading() as connection:
            return [
                Taught(row.id, row.text, row.intent, tuple(json.loads(row.haltes)), row.labelled_by)
                for row in connection.execute(query)
            ]

    def reopen(self, id: str) -> bool:
        """The label was wrong: the message waits again, with what was crossed out. Returns whether there was such a message."""
        here = sa.and_(MESSAGE.c.id == id, MESSAGE.c.intent != "")
        with self.database.writing() as connection:
            return bool(connection.execute(MESSAGE.update().where(here).values(intent="", haltes="[]", labelled_by="")).rowcount)

    # ------------------------------------------------------------------ keeping house

    def purge(self) -> int:
        """Delete what was kept long enough. Returns how much."""
        return self._delete(MESSAGE.c.gone_at <= self._clock())

    def close(self) -> None:
        """Give back the connections."""
        self.database.close()

    def _open(self) -> sa.sql.ColumnElement:
        return sa.and_(MESSAGE.c.intent == "", MESSAGE.c.gone_at > self._clock())

    def _count(self, connection: sa.engine.Connection) -> int:
        return int(connection.execute(sa.select(sa.func.count()).select_from(MESSAGE).where(self._open())).scalar_one())

    def _delete(self, which: sa.sql.ColumnElement) -> int:
        with self.database.writing() as connection:
            gone = int(connection.execute(MESSAGE.delete().where(which)).rowcount)
        if gone:
            self.database.catch_up()
        return gone

    def _gone_at(self) -> float:
        """Seconds since 1970 at which something that is written now goes: so many days after the end of this week."""
        return end_of(week_of(self._clock())) + self._days * DAY


def fit_to_keep(text: str, redact: Callable[[str], str]) -> str:
    """The message on one line as it may be kept.

    Raises:
        Unfit: it may not be kept.
    """
    plain = " ".join(clean(text).split())
    if len(plain) > LONGEST:
        raise Unfit("long")
    if find_danger(plain) is not None:
        raise Unfit("danger")
    tidy = " ".join(redact(plain).split())
    if len(tidy) > LONGEST:
        raise Unfit("long")
    if not says_something(tidy):
        raise Unfit("empty")
    return tidy


def says_something(text: str) -> bool:
    """Whether there is a letter outside the placeholders of what was crossed out."""
    depth = 0
    for letter in text:
        depth += (letter == "[") - (letter == "]" and depth > 0)
        if not depth and letter.isalpha():
            return True
    return False
