"""A PostgreSQL of our own: on a free port, in a temporary folder, gone afterwards."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa

from wegwijzer.product.processes import free_ports

READY_WITHIN = 30.0
"""Seconds."""

USER = "wegwijzer"


def _program(name: str) -> str | None:
    """Debian keeps the programs of the server outside the path."""
    found = shutil.which(name)
    return found or next((str(path) for path in sorted(Path("/usr/lib/postgresql").glob(f"*/bin/{name}"), reverse=True)), None)


def _as_somebody_else(folder: Path) -> list[str]:
    """PostgreSQL refuses to run as root: then a user without rights runs it, who gets the folder."""
    if os.geteuid() != 0:
        return []
    shutil.chown(folder, "nobody")
    return ["runuser", "-u", "nobody", "--"]


@pytest.fixture(scope="session")
def postgres() -> Iterator[str]:
    """The URL of an empty database."""
    initdb, server = _program("initdb"), _program("postgres")
    if initdb is None or server is None:
        pytest.skip("PostgreSQL is not installed: no initdb and postgres")
    if os.geteuid() == 0 and shutil.which("runuser") is None:
        pytest.skip("PostgreSQL does not run as root, and there is no runuser to become another")
    (port,) = free_ports(1)
    # Not below pytest's own folder: that is closed to other users.
    with tempfile.TemporaryDirectory(prefix="pg", ignore_cleanup_errors=True) as name:
        folder = Path(name)
        prefix = _as_somebody_else(folder)
        data = folder / "data"
        made = subprocess.run(
            [*prefix, initdb, "-D", str(data), "-U", USER, "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync"],
            cwd="/", capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert made.returncode == 0, made.stderr
        process = subprocess.Popen(
            [*prefix, server, "-D", str(data), "-p", str(port), "-c", "listen_addresses=127.0.0.1", "-k", str(folder), "-F"],
            cwd="/", stdout=subprocess.DEVNULL, stderr=subprocess.STDOUT,
        )  # fmt: skip
        url = f"postgresql://{USER}@127.0.0.1:{port}/postgres"
        try:
            _wait(url, process)
            yield url
        finally:
            process.terminate()
            process.wait(READY_WITHIN)


def _wait(url: str, process: subprocess.Popen[bytes]) -> None:
    engine = sa.create_engine(url, future=True)
    deadline = time.monotonic() + READY_WITHIN
    while True:
        try:
            engine.connect().close()
            engine.dispose()
            return
        except sa.exc.OperationalError:
            assert process.poll() is None, "PostgreSQL stopped while starting"
            assert time.monotonic() < deadline, "PostgreSQL is not ready"
            time.sleep(0.05)
