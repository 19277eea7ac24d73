"""A real PostgreSQL server of its own for tests: made in a new folder, reached by a socket in it, gone afterwards."""

from __future__ import annotations

import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa

START_WITHIN = 60.0
"""Seconds."""


class Postgres:
    """One server. PostgreSQL refuses to run as root: then it runs as the user ``postgres`` or ``nobody``."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._user = _other_user() if os.geteuid() == 0 else None
        if self._user is not None:
            shutil.chown(folder, self._user)
        self._call([_program("initdb"), "-D", str(folder / "data"), "-U", "test", "-A", "trust", "--no-sync", "-E", "UTF8"])
        self._server: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start it and wait until it answers."""
        command = [_program("postgres"), "-D", str(self._folder / "data"), "-k", str(self._folder)]
        command += ["-c", "listen_addresses=", "-c", "fsync=off", "-c", "max_connections=200"]
        with (self._folder / "log").open("ab") as log:
            self._server = subprocess.Popen(command, stdout=log, stderr=log, user=self._user, cwd=self._folder)
        until = time.monotonic() + START_WITHIN
        while True:
            try:
                _execute(self.url(), "SELECT 1")
                return
            except sa.exc.OperationalError:
                if self._server.poll() is not None or time.monotonic() > until:
                    raise RuntimeError((self._folder / "log").read_text(encoding="utf-8")) from None
                time.sleep(0.1)

    def stop(self) -> None:
        """Stop it at once, as a crash of the machine would."""
        if self._server is not None:
            self._server.send_signal(signal.SIGQUIT)
            self._server.wait()
            self._server = None

    def url(self, database: str = "postgres") -> str:
        """The URL of a database."""
        return f"postgresql://test@/{database}?host={self._folder}"

    def new_database(self) -> str:
        """The URL of a new, empty database."""
        name = f"test_{uuid.uuid4().hex}"
        _execute(self.url(), f"CREATE DATABASE {name}")
        return self.url(name)

    def _call(self, command: list[str]) -> None:
        done = subprocess.run(command, user=self._user, cwd=self._folder, capture_output=True, text=True, check=False)
        if done.returncode:
            raise RuntimeError(done.stderr)


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    """A server that runs; the test is skipped where PostgreSQL is not installed."""
    try:
        _program("initdb")
    except FileNotFoundError:
        pytest.skip("PostgreSQL is not installed here")
    folder = Path(tempfile.mkdtemp(prefix="wegwijzer-pg-"))
    server = Postgres(folder)
    try:
        server.start()
        yield server
    finally:
        server.stop()
        shutil.rmtree(folder, ignore_errors=True)


def _program(name: str) -> str:
    installed = sorted(Path("/usr/lib/postgresql").glob(f"*/bin/{name}"), key=lambda path: int(path.parts[-3]))
    found = shutil.which(name) or (str(installed[-1]) if installed else None)
    if found is None:
        raise FileNotFoundError(name)
    return found


def _other_user() -> str:
    known = {entry.pw_name for entry in pwd.getpwall()}
    return "postgres" if "postgres" in known else "nobody"


def _execute(url: str, statement: str) -> None:
    engine = sa.create_engine(url, future=True, isolation_level="AUTOCOMMIT", poolclass=sa.pool.NullPool)
    with engine.connect() as connection:
        connection.execute(sa.text(statement))
    engine.dispose()
