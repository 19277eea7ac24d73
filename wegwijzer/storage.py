"""What every database of ours has in common: opening it by URL, making its tables, and one exception for what goes wrong.

SQLite is the default and PostgreSQL needs only another URL: whoever uses this writes portable SQL.
"""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Callable, Hashable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from weakref import WeakSet

import sqlalchemy as sa

from wegwijzer.shared_services import schema_of
from wegwijzer.watching.metrics import database_failed

STAYS_GOOD = frozenset(
    {sqlite3.SQLITE_ERROR, sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED, sqlite3.SQLITE_INTERRUPT, sqlite3.SQLITE_CONSTRAINT}
)
"""Kinds of errors of SQLite (https://www.sqlite.org/rescode.html) after which a connection is as good as before."""

SETTLED = 0.1
"""Seconds after which a file that was written at one moment of its clock is surely written no more at that moment."""

CATCH_UP_WITHIN = 50
"""Milliseconds that :meth:`Database.catch_up` waits for who reads."""


ALIVE: Mapping[str, Any] = {"keepalives_idle": 10, "keepalives_interval": 5, "keepalives_count": 3, "tcp_user_timeout": 20_000}
"""So that a machine that is gone is noticed within half a minute. See https://www.postgresql.org/docs/current/libpq-connect.html."""


class Conflict(Exception):
    """A row with this key is there already: somebody else was first."""


class Database:
    """One database with its tables.

    Args:
        url: an SQLAlchemy URL. The folder of an SQLite file is made when it does not exist.
        metadata: the tables; what is missing is created at once.
        setting: the name of the setting that holds the URL, for the message when it is wrong.
        failure: the exception that callers know. Its message names the database, and nothing that anybody said.
        timeout: seconds to wait for a database that is busy or silent.
        ahead: SQLite writes ahead (WAL): readers hold up no writer, and a transaction waits for the disk once. What is deleted
            stays in the file beside it until :meth:`catch_up`, or until nobody has it open: connections are not kept.
        vital: a process that cannot use it is not ready.

    Everything that goes wrong becomes ``failure``, except a key that exists already: that is :class:`Conflict`.

    Attributes:
        name: what an operator calls it: ``web`` for ``WEB_DATABASE_URL``.
    """

    def __init__(
        self,
        url: str,
        metadata: sa.MetaData,
        *,
        setting: str,
        failure: type[Exception],
        timeout: float = 10.0,
        ahead: bool = False,
        vital: bool = True,
    ) -> None:
        self._failure = failure
        self.name = short_name(setting)
        self._ahead = ahead
        try:
            self._url = sa.engine.make_url(url)
            self.engine = open_engine(self._url, timeout, kept=not ahead)
        except (sa.exc.ArgumentError, ValueError, ImportError, OSError):
            # The cause is left out on purpose: it repeats the URL, password and all.
            raise failure(f"{setting} is wrong; write for example sqlite:///var/name.db") from None
        if self.engine.dialect.name == "sqlite":
            sa.event.listen(self.engine, "connect", _overwrite_deleted)
            sa.event.listen(self.engine, "connect", _write_ahead if ahead else commit_quickly)
        with self._guard():
            if schema := schema_of(self._url):
                create_schema(self.engine, schema)
            create_tables(self.engine, metadata)
        if vital:
            _OPEN.add(self)

    @contextmanager
    def reading(self) -> Iterator[sa.engine.Connection]:
        """A connection to read with."""
        with self._guard(), self.engine.connect() as connection:
            yield connection

    @contextmanager
    def writing(self) -> Iterator[sa.engine.Connection]:
        """One transaction: everything in it is kept, or nothing is."""
        with self._guard(), self.engine.begin() as connection:
            yield connection

    def catch_up(self) -> None:
        """Bring what SQLite wrote ahead over into the database and empty that file. When somebody is reading: the next time."""
        if self.engine.dialect.name != "sqlite":
            return
        with self._guard(), self.engine.connect() as connection:
            waits = connection.exec_driver_sql("PRAGMA busy_timeout").scalar_one()
            try:
                connection.exec_driver_sql(f"PRAGMA busy_timeout = {CATCH_UP_WITHIN}")
                connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
            finally:
                connection.exec_driver_sql(f"PRAGMA busy_timeout = {int(waits)}")

    def stamp(self) -> Hashable | None:
        """See :func:`stamp_of`; ``None`` also for a database that writes ahead."""
        return None if self._ahead else stamp_of(self._url)

    def answers(self) -> None:
        """Ask for something small. Raises ``failure`` when the database does not do its work."""
        with self.reading() as connection:
            ask_something(connection)

    def close(self) -> None:
        """Give back the connections."""
        _OPEN.discard(self)
        self.engine.dispose()

    @contextmanager
    def _guard(self) -> Iterator[None]:
        try:
            yield
        except sa.exc.IntegrityError:
            raise Conflict from None
        except (sa.exc.DBAPIError, sa.exc.TimeoutError) as error:
            name = self._url.render_as_string(hide_password=True)
            kind = type(getattr(error, "orig", None) or error).__name__
            database_failed(self.name)
            raise self._failure(f"the database {name} gave an error: {kind}") from None


def stamp_of(url: sa.engine.URL) -> Hashable | None:
    """What is another thing after every change of a database, whoever made it. Looks at the file only, and so waits for nobody.

    ``None`` when that cannot be told: for another database than SQLite, and within :data:`SETTLED` seconds of a change, since two
    changes at one moment of the clock look the same.
    """
    file = _sqlite_file(url)
    try:
        found = file.stat() if file is not None else None
    except OSError:
        return None
    if found is None or time.time() - found.st_mtime <= SETTLED:
        return None
    return found.st_dev, found.st_ino, found.st_mtime_ns, found.st_size


def open_engine(
    url: sa.engine.URL, timeout: float, poolclass: type[sa.pool.Pool] | None = None, kept: bool = True
) -> sa.engine.Engine:
    """An engine that waits no longer than ``timeout`` seconds and never shows parameters: they are what residents told.

    A time in the URL itself goes before ``timeout``. Without ``poolclass`` connections are kept, with ``kept`` also those to a
    file of SQLite: opening one takes longer than asking it something.
    """
    file = _sqlite_file(url)
    if file is not None:
        file.parent.mkdir(parents=True, exist_ok=True)
    waiting: Mapping[str, Mapping[str, Any]] = {
        "sqlite": {"timeout": timeout},
        "postgresql": {"connect_timeout": max(2, round(timeout)), **ALIVE},
    }
    connect_args = {name: value for name, value in waiting.get(url.get_backend_name(), {}).items() if name not in url.query}
    kept = kept and file is not None and poolclass is None
    if kept:
        poolclass = sa.pool.QueuePool
        connect_args = {**connect_args, "check_same_thread": False}
    pool: Mapping[str, Any] = {"pool_pre_ping": True} if poolclass is None else {"poolclass": poolclass}
    engine = sa.create_engine(url, future=True, connect_args=connect_args, hide_parameters=True, **pool)
    if kept and file is not None:
        _stay_with(engine, file)
    return engine


def _sqlite_file(url: sa.engine.URL) -> Path | None:
    """The file of a database of SQLite; ``None`` for another database, and for one in memory."""
    name = url.database or ""
    named = url.get_backend_name() == "sqlite" and name and name != ":memory:" and not name.startswith("file:")
    return Path(name) if named else None


def _stay_with(engine: sa.engine.Engine, file: Path) -> None:
    """Open the file again when it was taken away or another was put in its place: a connection that is kept would go on with
    what is no longer there."""

    def which() -> tuple[int, int] | None:
        try:
            found = file.stat()
        except OSError:
            return None
        return found.st_dev, found.st_ino

    def opened(_: object, record: Any) -> None:
        record.info["file"] = which()

    def used(_: object, record: Any, __: object) -> None:
        if record.info.get("file") != which():
            raise sa.exc.DisconnectionError("the file of the database is another one now")

    def failed(context: Any) -> None:
        """One that is opened while nobody may write is only for reading, also when others may write again."""
        error = context.original_exception
        code = getattr(error, "sqlite_errorcode", sqlite3.SQLITE_ERROR) & 0xFF
        if isinstance(error, sqlite3.DatabaseError) and code not in STAYS_GOOD:
            context.is_disconnect = True

    sa.event.listen(engine, "connect", opened)
    sa.event.listen(engine, "checkout", used)
    sa.event.listen(engine, "handle_error", failed)


def create_schema(engine: sa.engine.Engine, schema: str) -> None:
    """Make a schema of PostgreSQL when it is not there. Another process may be doing the same."""
    try:
        with engine.begin() as connection:
            if schema not in sa.inspect(connection).get_schema_names():
                connection.execute(sa.schema.CreateSchema(schema))
    except sa.exc.DBAPIError as error:
        if not isinstance(error, sa.exc.IntegrityError) and "already exists" not in str(error.orig):
            raise


def create_tables(engine: sa.engine.Engine, metadata: sa.MetaData, afterwards: Callable[[], None] = lambda: None) -> None:
    """Create what is missing. Another process may be doing the same, and then each may find the other's work.

    Args:
        afterwards: puts in the first rows; tried again with the tables when another process was just before it.
    """
    for _ in range(2 * len(metadata.tables)):
        try:
            metadata.create_all(engine)
            afterwards()
            return
        except sa.exc.DBAPIError as error:
            if not isinstance(error, sa.exc.IntegrityError) and "already exists" not in str(error.orig):
                raise


_CONVERSATIONS = ("WEGWIJZER_TRACKER_DB", "TRACKER_DATABASE_URL")

_OPEN: WeakSet[Database] = WeakSet()


def open_databases() -> list[Database]:
    """The databases that this process works with now and cannot do without."""
    return list(_OPEN)


def short_name(setting: str) -> str:
    """What an operator calls the database of a setting, such as ``web`` for ``WEB_DATABASE_URL``."""
    if setting in _CONVERSATIONS:
        return "conversations"
    return setting.removesuffix("DATABASE_URL").rstrip("_").lower() or "main"


def ask_something(connection: sa.engine.Connection) -> None:
    """Something small that only a database that works can answer: for a file of SQLite its contents must be read."""
    sqlite = connection.dialect.name == "sqlite"
    connection.exec_driver_sql("SELECT count(*) FROM sqlite_master" if sqlite else "SELECT 1").scalar_one()


def _overwrite_deleted(connection: Any, _: object) -> None:
    """So that no words stay behind in free pages of an SQLite file."""
    connection.execute("PRAGMA secure_delete = ON")


def _write_ahead(connection: Any, _: object) -> None:
    """Each transaction is on disk when it ends, as without it: ``synchronous`` stays ``FULL``. See https://www.sqlite.org/wal.html."""
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = FULL")


def commit_quickly(connection: Any, _: object) -> None:
    """Empty the journal instead of deleting it: as safe, and one wait for the disk less. See https://www.sqlite.org/pragma.html.

    What must go on whatever happens does not write ahead (WAL): for that SQLite maps a file into memory, and who writes there
    while the disk can only be read is ended by the system (``SIGBUS``). The soak test found it. A file that does write ahead is
    left as it is: how a file is written is said by who it belongs to, and others only look in it.
    """
    if connection.execute("PRAGMA journal_mode").fetchone() == ("delete",):
        connection.execute("PRAGMA journal_mode = TRUNCATE")
