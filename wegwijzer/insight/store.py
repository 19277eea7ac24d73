"""The database of insight: marks of conversations that go on, counts of those that are over, and what was released of them.

Nothing of it says who somebody is: a conversation is known here by a keyed hash, as long as it is kept and no longer. SQLite is
the default and PostgreSQL needs only another URL.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from secrets import SystemRandom
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from wegwijzer.catalogue.loading import Catalogue, load_catalogue
from wegwijzer.insight.folding import cells_of
from wegwijzer.insight.marks import Mark
from wegwijzer.insight.periods import FOUR_WEEKS, WEEK, Kind, end_of, kind_of, over, period_of, start_of, weeks_of
from wegwijzer.insight.releases import release
from wegwijzer.insight.small_cells import Chance
from wegwijzer.insight.tables import TABLES, Cell, Table, tables_of
from wegwijzer.paths import CATALOGUE
from wegwijzer.settings import Settings
from wegwijzer.storage import Conflict, Database

METADATA = sa.MetaData()

_TURN = sa.Table(
    "insight_turn",
    METADATA,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("conversation", sa.String(64), nullable=False, index=True),
    sa.Column("at", sa.Float, nullable=False),
    sa.Column("marks", sa.Text, nullable=False),
)
"""``marks``: kinds and values of one turn, see :mod:`wegwijzer.insight.marks`; only added to, never changed."""

_ERASED = sa.Table(
    "insight_erased",
    METADATA,
    sa.Column("conversation", sa.String(64), primary_key=True),
    sa.Column("at", sa.Float, nullable=False, index=True),
)
"""For some minutes: what was on its way from another server when a conversation was erased must not arrive after all."""

_COUNT = sa.Table(
    "insight_count",
    METADATA,
    sa.Column("period", sa.String(16), primary_key=True),
    sa.Column("table", sa.String(32), primary_key=True),
    sa.Column("cell", sa.String(400), primary_key=True),
    sa.Column("count", sa.Integer, nullable=False),
)
"""Of periods that are not released; nobody is shown this."""

_RELEASE = sa.Table(
    "insight_release",
    METADATA,
    sa.Column("period", sa.String(16), primary_key=True),
    sa.Column("table", sa.String(32), primary_key=True),
    sa.Column("cells", sa.Text),
)
"""Made once, never changed. No ``cells``: the table is left out, for it would tell too much."""

AT_ONCE = 500
"""Conversations that are counted in one transaction."""

ON_ITS_WAY = 600.0
"""Seconds in which what another server noted arrives for sure."""

AFTER = 3600.0
"""Seconds after its end before a period is released: clocks of machines differ."""

_LENGTH = 40
"""Hexadecimal digits kept of a hash: 160 bits."""

_ADD = _TURN.insert().from_select(
    ["conversation", "at", "marks"],
    sa.select(
        sa.bindparam("conversation_", type_=sa.String),
        sa.bindparam("at_", type_=sa.Float),
        sa.bindparam("marks_", type_=sa.Text),
    ).where(
        ~sa.exists().where(
            _ERASED.c.conversation == sa.bindparam("conversation_", type_=sa.String),
            _ERASED.c.at >= sa.bindparam("at_", type_=sa.Float),
        )
    ),
)


class InsightUnavailable(Exception):
    """The database does not do its work now. The message names it, and nothing that anybody did."""


class InsightStore:
    """The store.

    Args:
        url: an SQLAlchemy URL. The folder of an SQLite file is made when it does not exist.
        clock: seconds since 1970.
        key: makes the names of conversations; without one that of this installation, see :func:`store_of`.
        random: for rounding; tests may want to draw the same again, nobody else may.
        timeout: seconds to wait for a database that is busy or silent.

    Every method raises :class:`InsightUnavailable` when the database does not do its work. All may be called from threads.
    """

    def __init__(
        self,
        url: str,
        clock: Callable[[], float] = time.time,
        *,
        key: str = "",
        random: Chance | None = None,
        timeout: float = 10.0,
    ) -> None:
        self._clock, self._random = clock, random or SystemRandom()
        self._key = (key or Settings.from_environment().web_secret).encode()
        self._database = Database(
            url,
            METADATA,
            setting="INSIGHT_DATABASE_URL",
            failure=InsightUnavailable,
            timeout=timeout,
            vital=False,
        )
        dialects: dict[str, Any] = {"sqlite": sqlite, "postgresql": postgresql}
        self._insert = dialects[self._database.engine.dialect.name].insert

    # --- conversations that go on

    def add(self, conversation: str, marks: Iterable[Mark]) -> None:
        """Note what happened in one turn; see :meth:`add_all`."""
        self.add_all([(conversation, list(marks))])

    def add_all(self, turns: Iterable[tuple[str, Sequence[Mark]]]) -> None:
        """Note what happened in turns, all of them or none.

        Args:
            turns: the conversation, Rasa's sender id, of which only a keyed hash is written; and its marks, oldest first. Of the
                moment only that of the last one is kept.
        """
        rows = [
            {
                "conversation_": self._name(conversation),
                "at_": max(mark.at for mark in marks),
                "marks_": json.dumps([[mark.kind, mark.value] for mark in marks], separators=(",", ":")),
            }
            for conversation, marks in turns
            if marks
        ]
        if not rows:
            return
        with self._database.writing() as connection:
            connection.execute(_ADD, rows)

    def erase(self, conversation: str) -> int:
        """Delete what is noted of a conversation, and what still comes from before now: it is counted nowhere.

        Returns:
            How many turns were noted.
        """
        name = self._name(conversation)
        note = self._insert(_ERASED).values(conversation=name, at=self._clock())
        with self._database.writing() as connection:
            connection.execute(note.on_conflict_do_update(index_elements=["conversation"], set_={"at": note.excluded.at}))
            deleted = int(connection.execute(_TURN.delete().where(_TURN.c.conversation == name)).rowcount)
        if deleted:
            self._database.catch_up()
        return deleted

    def move(self, conversation: str, seconds: float) -> int:
        """Put a conversation at another moment, as a whole: for simulations, which cannot wait a month.

        Returns:
            How many turns were noted.
        """
        turns = _TURN.update().where(_TURN.c.conversation == self._name(conversation))
        with self._database.writing() as connection:
            return int(connection.execute(turns.values(at=_TURN.c.at + seconds)).rowcount)

    def noted(self, conversation: str) -> list[Mark]:
        """What is noted of a conversation now, oldest first: for who asks what is kept of them."""
        turns = sa.select(_TURN).where(_TURN.c.conversation == self._name(conversation)).order_by(_TURN.c.at, _TURN.c.id)
        with self._database.reading() as connection:
            return [mark for row in connection.execute(turns) for mark in _marks(row)]

    # --- conversations that are over

    def fold(self, older_than: float, catalogue: Catalogue) -> int:
        """Count every conversation in which nothing happened since a moment, and delete its marks: both, or neither.

        Args:
            older_than: seconds since 1970.
            catalogue: what ids are held against.

        Returns:
            How many conversations were counted. Those that another process counts at the same time are left to it.
        """
        folded = 0
        while batch := self._quiet_since(older_than, AT_ONCE):
            try:
                self._fold(batch, catalogue)
            except _TakenElsewhere:
                break
            folded += len(batch)
        with self._database.writing() as connection:
            connection.execute(_ERASED.delete().where(_ERASED.c.at < self._clock() - ON_ITS_WAY))
        self._database.catch_up()
        return folded

    def count(self, table: str, cell: tuple[str, ...], n: int = 1) -> None:
        """Count something that is not part of a conversation, in the period that it is now.

        Args:
            table: one of :data:`wegwijzer.insight.tables.TABLES`.
            cell: one value for each of its dimensions.
            n: how many people.
        """
        definition = TABLES[table]
        if len(cell) != len(definition.dimensions):
            raise ValueError(f"{table} has the dimensions {', '.join(definition.dimensions)}")
        with self._database.writing() as connection:
            self._add_up(connection, {(period_of(self._clock(), definition.kind), table, cell): n})

    # --- what is released

    def release_due(self, catalogue: Catalogue | None = None) -> list[str]:
        """Release every period that is over and of which every conversation is counted, and delete its counts.

        Args:
            catalogue: says which cells there can be; without it the one of this installation is read.

        Returns:
            The periods that were released now.

        Raises:
            wegwijzer.catalogue.remedies.CatalogueError: it cannot be read.
        """
        made: list[str] = []
        for kind in (WEEK, FOUR_WEEKS):
            for period in self._due(kind):
                catalogue = catalogue or load_catalogue(CATALOGUE)
                if self._release(period, catalogue):
                    made.append(period)
        with self._database.writing() as connection:
            # What was counted while its period was being released elsewhere.
            connection.execute(_COUNT.delete().where(_COUNT.c.period.in_(sa.select(_RELEASE.c.period))))
        return made

    def periods(self, kind: Kind) -> list[str]:
        """What was released of ``week`` or ``vierweken``, oldest first."""
        with self._database.reading() as connection:
            known = connection.scalars(sa.select(_RELEASE.c.period).distinct()).all()
        return sorted((period for period in known if kind_of(period) == kind), key=start_of)

    def released(self, table: str, period: str) -> Table | None:
        """A table of a period; ``None`` when it was not released, or left out because it would tell too much."""
        query = sa.select(_RELEASE.c.cells).where(_RELEASE.c.period == period, _RELEASE.c.table == table)
        with self._database.reading() as connection:
            body = connection.scalar(query)
        return None if body is None else _read(table, period, body)

    def close(self) -> None:
        """Give back the connections."""
        self._database.close()

    # --- how

    def _name(self, conversation: str) -> str:
        said = f"wegwijzer insight conversation v1:{conversation}".encode("utf-8", "surrogateescape")
        return hmac.new(self._key, said, hashlib.sha256).hexdigest()[:_LENGTH]

    def _quiet_since(self, moment: float, most: int) -> dict[str, float]:
        """Conversations without anything since a moment, and when each ended."""
        last = sa.func.max(_TURN.c.at)
        query = sa.select(_TURN.c.conversation, last).group_by(_TURN.c.conversation).having(last < moment).limit(most)
        with self._database.reading() as connection:
            return {name: float(at) for name, at in connection.execute(query)}

    def _fold(self, ended: dict[str, float], catalogue: Catalogue) -> None:
        turns = sa.select(_TURN).where(_TURN.c.conversation.in_(list(ended))).order_by(_TURN.c.at, _TURN.c.id)
        done = set(self.periods(WEEK)) | set(self.periods(FOUR_WEEKS))
        with self._database.writing() as connection:
            rows = connection.execute(turns).all()
            marks: dict[str, list[Mark]] = defaultdict(list)
            for row in rows:
                marks[row.conversation] += _marks(row)
            counts: Counter[tuple[str, str, tuple[str, ...]]] = Counter()
            for name, noted in marks.items():
                for table, cell in cells_of(noted, catalogue):
                    counts[self._open_period(ended[name], TABLES[table].kind, done), table, cell] += 1
            deleted = connection.execute(_TURN.delete().where(_TURN.c.id.in_([row.id for row in rows]))).rowcount
            if deleted != len(rows) or len(marks) != len(ended):
                raise _TakenElsewhere
            self._add_up(connection, counts)

    def _open_period(self, at: float, kind: Kind, done: set[str]) -> str:
        """The period of a moment; the one of now when that was released already."""
        period = period_of(at, kind)
        return period_of(self._clock(), kind) if period in done else period

    def _add_up(self, connection: sa.engine.Connection, counts: Mapping[tuple[str, str, tuple[str, ...]], int]) -> None:
        rows = [
            {"period": period, "table": table, "cell": json.dumps(cell), "count": count}
            for (period, table, cell), count in sorted(counts.items())
        ]
        if rows:
            add = self._insert(_COUNT)
            more = {"count": _COUNT.c.count + add.excluded["count"]}
            connection.execute(add.on_conflict_do_update(index_elements=["period", "table", "cell"], set_=more), rows)

    def _due(self, kind: Kind) -> list[str]:
        """Periods that are over and not released yet, since the first one of which anything is known."""
        periods = sa.union(*(sa.select(table.c.period) for table in (_COUNT, _RELEASE)))
        with self._database.reading() as connection:
            known = connection.scalars(periods).all()
            first = connection.scalar(sa.select(sa.func.min(_TURN.c.at)))
        begun = min([*map(start_of, known), *([first] if first is not None else [])], default=None)
        if begun is None:
            return []
        done = self.periods(kind)
        late = [period for period in over(begun, self._clock() - AFTER, kind) if period not in done]
        return [period for period in late if not self._quiet_since(end_of(period), 1)]

    def _release(self, period: str, catalogue: Catalogue) -> bool:
        """Returns whether it was us who released it."""
        counts: dict[str, dict[tuple[str, ...], int]] = defaultdict(dict)
        with self._database.reading() as connection:
            for row in connection.execute(sa.select(_COUNT).where(_COUNT.c.period == period)):
                counts[row.table][tuple(json.loads(row.cell))] = row.count
        # Not within the transaction: it may take seconds.
        made = release(period, counts, catalogue, self._random, self._weeks_of(period))
        rows = [_row(table) for table in made.tables]
        rows += [{"period": period, "table": name, "cells": None} for name in sorted(made.left_out)]
        try:
            with self._database.writing() as connection:
                connection.execute(_RELEASE.insert(), rows)
                connection.execute(_COUNT.delete().where(_COUNT.c.period == period))
        except Conflict:
            return False
        self._database.catch_up()
        return True

    def _weeks_of(self, period: str) -> list[Table]:
        """Of four weeks, what was released of its weeks."""
        weeks = weeks_of(period) if kind_of(period) == FOUR_WEEKS else ()
        found = (self.released(name, week) for week in weeks for name in tables_of(WEEK))
        return [table for table in found if table is not None]


class _TakenElsewhere(Exception):
    """Another process counted some of these."""


def store_of(settings: Settings) -> InsightStore:
    """The store of an installation. Raises :class:`InsightUnavailable` when its database cannot be used."""
    return InsightStore(settings.insight_database, key=settings.web_secret)


def _marks(turn: Any) -> list[Mark]:
    return [Mark(turn.at, kind, value) for kind, value in json.loads(turn.marks)]


def _row(table: Table) -> dict[str, str | None]:
    cells: Sequence[object] = [[*cell.values, cell.shown] for cell in table.cells]
    return {"period": table.period, "table": table.name, "cells": json.dumps(cells)}


def _read(name: str, period: str, body: str) -> Table:
    cells = tuple(Cell(tuple(values), shown) for *values, shown in json.loads(body))
    return Table(name, period, TABLES[name].dimensions, cells)
