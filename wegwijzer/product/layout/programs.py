"""How each kind of service runs as a process here: our own parts, PostgreSQL, Valkey or Redis, and nginx."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import sqlalchemy as sa

from wegwijzer.paths import ROOT
from wegwijzer.product.installed import find, listens, other_user, redis_server
from wegwijzer.product.layout.addresses import HOST, LISTENS, OF_OTHERS, Addresses
from wegwijzer.product.layout.reading import Service
from wegwijzer.product.processes import CannotStart
from wegwijzer.watching.door import port_of
from wegwijzer.watching.parts import PARTS

TEMPLATES = ROOT / "deploy" / "nginx"


@dataclass(frozen=True)
class Program:
    """What to run.

    Attributes:
        command: with its arguments.
        ready: whether it answers.
        environment: all of it.
        user: another user to run as.
    """

    command: list[str]
    ready: Callable[[], bool]
    environment: Mapping[str, str]
    user: str | None = None


def program_of(one: Service, addresses: Addresses, folder: Path) -> Program:
    """How a service runs here.

    Args:
        folder: for its files.

    Raises:
        CannotStart: the program is not on this machine.
    """
    makers = {"wegwijzer": _ours, "postgres": _postgres, "valkey": _redis, "redis": _redis, "nginx": _nginx}
    if one.program not in makers:
        raise CannotStart(f"{one.name}: nobody knows how to run {one.program} here")
    return makers[one.program](one, addresses, folder)


def _ours(one: Service, addresses: Addresses, folder: Path) -> Program:
    settings = {name: addresses.here(value) for name, value in one.environment.items()}
    settings |= {**addresses.own(one.name), "WEGWIJZER_HOST": HOST}
    for setting, port in (("ACTION_URL", "ACTION_PORT"), ("RASA_URL", "RASA_PORT")):
        # Where the other part is, also for a version that knows only the port of it on the same machine.
        if settings.get(setting) and port not in addresses.own(one.name):
            settings[port] = settings[setting].rpartition(":")[2]
    environment = {**os.environ, **settings}
    part = one.command[1] if len(one.command) > 1 else ""
    return Program([sys.executable, "-m", "wegwijzer.cli", *one.command], lambda: _answers(one, part, addresses), environment)


def _answers(one: Service, part: str, addresses: Addresses) -> bool:
    if part in LISTENS:
        return there(f"http://{addresses.of(one.name, next(iter(LISTENS[part].values())))}/health")
    if part in PARTS and one.environment.get("METRICS_PORT"):
        return there(f"http://{addresses.of(one.name, port_of(int(one.environment['METRICS_PORT']), part))}/health")
    return True


def _postgres(one: Service, addresses: Addresses, folder: Path) -> Program:
    """A new cluster in the folder, with the user and the database that the image would make."""
    user, password = one.environment["POSTGRES_USER"], one.environment["POSTGRES_PASSWORD"]
    port = addresses.port(one.name, OF_OTHERS["postgres"])
    other = other_user()
    file = folder / "password"
    file.touch(mode=0o600)
    file.write_text(password, encoding="utf-8")
    if other is not None:
        for path in (folder, file):
            shutil.chown(path, other)
    made = [find("initdb"), "-D", str(folder / "data"), "-U", user, f"--pwfile={file}", "-A", "scram-sha-256", "-E", "UTF8"]
    done = subprocess.run(made, user=other, cwd=folder, capture_output=True, text=True, check=False)
    file.unlink()
    if done.returncode:
        raise CannotStart(f"{one.name}: initdb failed: {done.stderr.strip().splitlines()[-1:]}")
    command = [find("postgres"), "-D", str(folder / "data"), "-k", str(folder), "-p", str(port)]
    command += ["-c", f"listen_addresses={HOST}", "-c", "max_connections=400"]
    database = one.environment["POSTGRES_DB"]
    url = sa.engine.URL.create("postgresql", user, password, HOST, port)
    return Program(command, lambda: _has_database(url, database), os.environ, other)


def _has_database(url: sa.engine.URL, database: str) -> bool:
    """Whether the server answers and has the database, which is made when it is not there."""
    engine = sa.create_engine(url.set(database="postgres"), future=True, isolation_level="AUTOCOMMIT", poolclass=sa.pool.NullPool)
    try:
        with engine.connect() as connection:
            known = sa.text("SELECT 1 FROM pg_database WHERE datname = :name")
            if connection.scalar(known, {"name": database}) is None:
                connection.exec_driver_sql(f"CREATE DATABASE {engine.dialect.identifier_preparer.quote(database)}")
        return True
    except sa.exc.DBAPIError:
        return False
    finally:
        engine.dispose()


def _redis(one: Service, addresses: Addresses, folder: Path) -> Program:
    port = addresses.port(one.name, OF_OTHERS[one.program])
    command = [redis_server(), *one.command[1:], "--port", str(port), "--bind", HOST, "--dir", str(folder)]
    return Program(command, lambda: listens(port), os.environ)


def _nginx(one: Service, addresses: Addresses, folder: Path) -> Program:
    """With the templates of ``deploy/nginx`` filled in as the image does, in a frame for this machine."""
    values = {name: _only_here(addresses.here(value)) for name, value in one.environment.items()}
    values |= {name: f"{HOST}:{port}" for name, port in addresses.own(one.name).items()}
    for template in sorted(TEMPLATES.glob("*.template")):
        text = re.sub(r"\$\{([A-Z_]+)\}", lambda found: values[found[1]], template.read_text(encoding="utf-8"))
        (folder / template.name.removesuffix(".template")).write_text(text, encoding="utf-8")
    files = "".join(f"{kind}_temp_path {folder}/{kind};\n" for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi"))
    frame = (
        f"pid {folder}/pid;\nerror_log stderr warn;\ndaemon off;\nworker_processes 1;\nevents {{ worker_connections 2048; }}\n"
        f"http {{\n{files}include {folder}/wegwijzer.conf;\n}}\n"
    )
    (folder / "nginx.conf").write_text(frame, encoding="utf-8")
    ports = [int(port) for port in addresses.own(one.name).values()]
    command = [find("nginx"), "-p", str(folder), "-e", "stderr", "-c", str(folder / "nginx.conf")]
    return Program(command, lambda: all(listens(port) for port in ports), os.environ)


def _only_here(servers: str) -> str:
    """The servers of an upstream without those that were left out; an upstream must have one."""
    left = re.sub(rf"server (?!{re.escape(HOST)})[\w.-]+:\d+[^;]*; ?", "", servers)
    return left if left or not servers else f"server {HOST}:9 down;"


def there(url: str) -> bool:
    """Whether an address answers with 200."""
    with suppress(urllib.error.URLError, OSError), urllib.request.urlopen(url, timeout=5) as answer:  # noqa: S310 - our own
        return bool(answer.status == 200)
    return False


def wait_for(ready: Callable[[], bool], alive: Callable[[], bool], within: float) -> bool:
    """Look until it is ready; ``False`` when it ended or took too long."""
    deadline = time.monotonic() + within
    while alive() and time.monotonic() < deadline:
        if ready():
            return True
        time.sleep(0.1)
    return False
