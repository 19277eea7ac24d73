"""One at a time: who works on a conversation has claimed it, also when several servers share one database.

Within a process the claims of a key are given in the order in which they were asked for, without polling. Between processes the
truth is in PostgreSQL: a session-level advisory lock, which PostgreSQL itself frees when the process that has it dies, however it
dies. See https://www.postgresql.org/docs/current/explicit-locking.html#ADVISORY-LOCKS.
"""

from __future__ import annotations

import asyncio
import hashlib
import logging
import threading
from collections.abc import AsyncIterator, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import AsyncExitStack, ExitStack, asynccontextmanager, contextmanager, suppress
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

import sqlalchemy as sa

from wegwijzer.storage import open_engine

log = logging.getLogger(__name__)

TIMEOUT = 5.0
"""Seconds to wait for a database that is silent."""

FIRST_PAUSE, LONGEST_PAUSE = 0.1, 2.0
"""Seconds between two tries when the database is away, at first and at most."""

WAITING = 8
"""Connections that may wait at the same moment for what another process has."""

LONGEST_WAIT = 150
"""Seconds that one connection waits; longer than any turn may take. Then it is asked again."""

_HEARTBEAT = "-c tcp_keepalives_idle=10 -c tcp_keepalives_interval=5 -c tcp_keepalives_count=3"
"""So that PostgreSQL notices within half a minute that the machine of who has a claim is gone; not on a local socket."""


class Busy(Exception):
    """It could not be claimed in time."""


class ClaimsUnavailable(Busy):
    """It could not be claimed in time because the database did not do its work."""


@dataclass
class _Line:
    lock: asyncio.Lock = field(default_factory=asyncio.Lock)
    users: int = 0


class Claims:
    """Claims within this process.

    Attributes:
        shared: whether other processes are kept out too.
    """

    shared = False

    def __init__(self) -> None:
        self._lines: dict[str, _Line] = {}

    @asynccontextmanager
    async def hold(self, key: str, within: float | None = None) -> AsyncIterator[None]:
        """Have a key to ourselves.

        Args:
            key: of what.
            within: seconds to wait for it at most; ``None`` waits for ever.

        Raises:
            Busy: it took longer.
        """
        line = self._lines.setdefault(key, _Line())
        line.users += 1
        try:
            async with AsyncExitStack() as held:
                try:
                    async with asyncio.timeout(within):
                        await line.lock.acquire()
                        held.callback(line.lock.release)
                        await self._others_out(key, held)
                except TimeoutError:
                    raise self._too_late() from None
                yield
        finally:
            line.users -= 1
            if not line.users:
                del self._lines[key]

    async def _others_out(self, key: str, held: AsyncExitStack) -> None:
        """Keep other processes out until ``held`` ends."""

    def _too_late(self) -> Busy:
        return Busy()


class PostgresClaims(Claims):
    """Claims among all processes that use a database.

    One connection has the claims of the whole process, so that a hundred conversations do not take a hundred connections. Only
    who has to wait for another process does so on a connection of its own, in PostgreSQL's own line. When PostgreSQL is away it
    is waited for.

    Args:
        url: an SQLAlchemy URL of a PostgreSQL database; a pooler in between must keep sessions.
    """

    shared = True

    def __init__(self, url: str) -> None:
        super().__init__()
        self._engine = _engine(url)
        self._session = _Session(self._engine)
        # One thread, so that a key is freed before it is asked for again.
        self._asking = ThreadPoolExecutor(1, "claims")
        self._waiting = ThreadPoolExecutor(WAITING, "claims-waiting")
        # Not those: all of them may be waiting for what is given back here.
        self._breaking = ThreadPoolExecutor(1, "claims-closing")
        self._away = False

    def _too_late(self) -> Busy:
        return ClaimsUnavailable() if self._away else Busy()

    async def _others_out(self, key: str, held: AsyncExitStack) -> None:
        number, pause = number_of(key), FIRST_PAUSE
        while True:
            try:
                await self._claim(number, held)
                self._away = False
                return
            except sa.exc.DBAPIError as error:
                if not self._away:
                    log.error("claims: the database is away: %s", type(error.orig).__name__)
                self._away = True
                await asyncio.sleep(pause)
                pause = min(2 * pause, LONGEST_PAUSE)

    async def _claim(self, number: int, held: AsyncExitStack) -> None:
        asked = asyncio.get_running_loop().run_in_executor(self._asking, self._session.claim, number)
        try:
            connection = await asyncio.shield(asked)
        except asyncio.CancelledError:
            # It may be given after all, to nobody.
            self._asking.submit(self._session.free, number, None)
            raise
        if connection is not None:
            held.callback(self._asking.submit, self._session.free, number, connection)
            return
        await self._stand_in_line(_Waiter(self._engine, number), held)

    async def _stand_in_line(self, waiter: _Waiter, held: AsyncExitStack) -> None:
        loop = asyncio.get_running_loop()
        waiting = loop.run_in_executor(self._waiting, waiter.wait)
        try:
            await asyncio.shield(waiting)
        except BaseException:
            self._breaking.submit(waiter.break_off)
            waiting.add_done_callback(lambda done: (done.cancelled() or done.exception(), self._breaking.submit(waiter.close)))
            raise
        held.callback(self._breaking.submit, waiter.close)


class _Session:
    """The connection that has the claims of this process. All its methods are called from one thread."""

    def __init__(self, engine: sa.engine.Engine) -> None:
        self._engine = engine
        self._connection: sa.engine.Connection | None = None

    def claim(self, number: int) -> sa.engine.Connection | None:
        """Claim it. Returns the connection that has it; ``None`` when another has it."""
        known = self._connection
        try:
            return self._try(number)
        except sa.exc.DBAPIError:
            self._drop()
            if known is None:
                raise
            # It broke since it was last used, and what it had is free: once more with a new one.
            return self._try(number)

    def free(self, number: int, connection: sa.engine.Connection | None) -> None:
        """Give it back, when it was had through this connection: what another had, went with it."""
        if self._connection is None or connection not in (None, self._connection):
            return
        try:
            self._connection.exec_driver_sql("SELECT pg_advisory_unlock(%s)", (number,))
        except sa.exc.DBAPIError:
            self._drop()

    def _try(self, number: int) -> sa.engine.Connection | None:
        if self._connection is None:
            self._connection = self._engine.connect()
        got = self._connection.exec_driver_sql("SELECT pg_try_advisory_lock(%s)", (number,)).scalar()
        return self._connection if got else None

    def _drop(self) -> None:
        connection, self._connection = self._connection, None
        if connection is not None:
            with suppress(sa.exc.DBAPIError):
                connection.invalidate()
                connection.close()


class _Waiter:
    """A connection that waits for one key, and has it."""

    def __init__(self, engine: sa.engine.Engine, number: int) -> None:
        self._engine, self._number = engine, number
        self._connection: sa.engine.Connection | None = None
        self._gone = False
        self._guard = threading.Lock()

    def wait(self) -> None:
        """Wait until it is ours."""
        connection = self._engine.connect()
        with self._guard:
            self._connection = connection
            if self._gone:
                return
        connection.exec_driver_sql(f"SET lock_timeout = '{LONGEST_WAIT}s'")
        connection.exec_driver_sql("SELECT pg_advisory_lock(%s)", (self._number,))

    def break_off(self) -> None:
        """Make :meth:`wait`, which hangs in another thread, end."""
        with self._guard:
            self._gone = True
            if self._connection is not None:
                raw: Any = self._connection.connection.dbapi_connection
                with suppress(Exception):  # it ended by itself, or the database is away
                    raw.cancel()

    def close(self) -> None:
        """Give it back. Only after :meth:`wait` came back: psycopg2 would make us wait for that."""
        connection, self._connection = self._connection, None
        if connection is not None:
            with suppress(sa.exc.DBAPIError):
                connection.close()


@lru_cache(maxsize=8)
def claims_of(url: str) -> Claims:
    """The claims of this process on a database: among all that use it when that is PostgreSQL, otherwise within this process."""
    return PostgresClaims(url) if is_shared(url) else Claims()


@contextmanager
def alone(url: str, what: str) -> Iterator[bool]:
    """Do something that one process at a time has to do.

    Args:
        url: of the database that the processes share.
        what: its name.

    Yields:
        Whether it is ours to do; otherwise another is at it.

    Raises:
        ClaimsUnavailable: the database does not do its work.
    """
    if not is_shared(url):
        yield True
        return
    with ExitStack() as stack:
        try:
            connection = stack.enter_context(_engine(url).connect())
            mine = bool(connection.exec_driver_sql("SELECT pg_try_advisory_lock(%s)", (number_of(what),)).scalar())
        except sa.exc.DBAPIError as error:
            raise ClaimsUnavailable(f"the database is away: {type(error.orig).__name__}") from None
        yield mine


def is_shared(url: str) -> bool:
    """Whether several machines can use this database."""
    return bool(sa.engine.make_url(url).get_backend_name() == "postgresql")


def number_of(key: str) -> int:
    """The number of an advisory lock: 64 bits of a hash. Two keys with the same one would only wait for each other."""
    return int.from_bytes(hashlib.sha256(f"wegwijzer {key}".encode()).digest()[:8], "big", signed=True)


def _engine(url: str) -> sa.engine.Engine:
    """Connections that are closed when they are given back: a session has its claims until its end."""
    parsed = sa.engine.make_url(url)
    known = parsed.query.get("options", "")
    options = f"{known if isinstance(known, str) else ' '.join(known)} {_HEARTBEAT}".strip()
    engine = open_engine(parsed.update_query_dict({"options": options}), TIMEOUT, poolclass=sa.pool.NullPool)
    return engine.execution_options(isolation_level="AUTOCOMMIT")
