"""A real PostgreSQL and a real Redis (Valkey) of one's own, that can be killed and started again."""

from __future__ import annotations

import shutil
import signal
import subprocess
import tempfile
import time
from contextlib import suppress
from pathlib import Path

import sqlalchemy as sa

from wegwijzer.product.installed import find, listens, other_user, redis_server
from wegwijzer.product.processes import CannotStart, free_ports

START_WITHIN = 60.0
"""Seconds."""

PAUSE = 0.1
"""Seconds between two looks whether a server answers."""


class Postgres:
    """One PostgreSQL, reached by a socket in its folder. As root it runs as another user: it refuses to run as root.

    Args:
        folder: for its files, which must be there and empty.
        socket_folder: for the socket, when the disk of ``folder`` may be taken away; otherwise there too. With a short path:
            the system allows a socket some 100 characters.

    Raises:
        CannotStart: it is not installed, or ``initdb`` fails.
    """

    def __init__(self, folder: Path, socket_folder: Path | None = None) -> None:
        self._folder, self._socket = folder, socket_folder or folder
        self._user = other_user()
        if self._user is not None:
            for path in {self._folder, self._socket}:
                shutil.chown(path, self._user)
        command = [find("initdb"), "-D", str(folder / "data"), "-U", "test", "-A", "trust", "--no-sync", "-E", "UTF8"]
        done = subprocess.run(command, user=self._user, cwd=folder, capture_output=True, text=True, check=False)
        if done.returncode:
            raise CannotStart(f"initdb failed: {done.stderr.strip()[-300:]}")
        self._server: subprocess.Popen[bytes] | None = None

    def start(self, options: tuple[str, ...] = ("fsync=off", "max_connections=200")) -> None:
        """Start it and wait until it answers. After a kill the old one may still be ending: then it is tried again.

        Raises:
            CannotStart: it does not answer in time.
        """
        command = [find("postgres"), "-D", str(self._folder / "data"), "-k", str(self._socket), "-c", "listen_addresses="]
        command += [word for option in options for word in ("-c", option)]
        until = time.monotonic() + START_WITHIN
        with (self._socket / "postgres.log").open("ab") as log:
            while not self.answers():
                if not self.running():
                    self._server = subprocess.Popen(command, stdout=log, stderr=log, user=self._user, cwd=self._socket)
                if time.monotonic() > until:
                    raise CannotStart(f"PostgreSQL does not start: {(self._socket / 'postgres.log').read_text()[-500:]}")
                time.sleep(PAUSE)

    def running(self) -> bool:
        """Whether the process is there."""
        return self._server is not None and self._server.poll() is None

    def answers(self) -> bool:
        """Whether it answers."""
        if not self.running():
            return False
        with suppress(sa.exc.OperationalError):
            self.execute("SELECT 1")
            return True
        return False

    def stop(self, how: signal.Signals = signal.SIGQUIT) -> None:
        """End it: at once with ``SIGQUIT``, as a crash of the machine with ``SIGKILL``."""
        if self._server is not None:
            self._server.send_signal(how)
            self._server.wait()
            self._server = None

    def url(self, database: str = "postgres") -> str:
        """The URL of a database."""
        return f"postgresql://test@/{database}?host={self._socket}"

    def execute(self, statement: str) -> None:
        """Run a statement outside any transaction. Raises ``sqlalchemy.exc.DBAPIError``."""
        engine = sa.create_engine(self.url(), future=True, isolation_level="AUTOCOMMIT", poolclass=sa.pool.NullPool)
        with engine.connect() as connection:
            connection.exec_driver_sql(statement)
        engine.dispose()


class Redis:
    """One Redis or Valkey on a port of its own, which keeps nothing."""

    def __init__(self) -> None:
        self._port = free_ports(1)[0]
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        """Where it is."""
        return f"redis://127.0.0.1:{self._port}/0"

    def start(self) -> None:
        """Start it and wait until it listens. Raises :class:`CannotStart`."""
        command = [redis_server(), "--port", str(self._port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no"]
        self._process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, cwd=tempfile.gettempdir())
        until = time.monotonic() + START_WITHIN
        while not listens(self._port):
            if time.monotonic() > until:
                raise CannotStart("Redis does not start")
            time.sleep(PAUSE / 5)

    def kill(self) -> None:
        """End it in the middle of whatever it does."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._process = None
