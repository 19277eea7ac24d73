"""A real PostgreSQL server of its own for tests: made in a new folder, reached by a socket in it, gone afterwards."""

from __future__ import annotations

import shutil
import tempfile
import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest

from wegwijzer.evaluation.soak import servers
from wegwijzer.product.installed import find
from wegwijzer.product.processes import CannotStart


class Postgres(servers.Postgres):
    """One server, with a database for each test."""

    def new_database(self) -> str:
        """The URL of a new, empty database."""
        name = f"test_{uuid.uuid4().hex}"
        self.execute(f"CREATE DATABASE {name}")
        return self.url(name)


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    """A server that runs; the test is skipped where PostgreSQL is not installed."""
    try:
        find("initdb")
    except CannotStart:
        pytest.skip("PostgreSQL is not installed here")
    folder = Path(tempfile.mkdtemp(prefix="wegwijzer-pg-"))
    server = Postgres(folder)
    try:
        server.start()
        yield server
    finally:
        server.stop()
        shutil.rmtree(folder, ignore_errors=True)
