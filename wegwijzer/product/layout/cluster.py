"""Starts a layout, keeps it, and takes parts of it away."""

from __future__ import annotations

import os
import secrets
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import replace
from pathlib import Path

from wegwijzer.paths import ROOT
from wegwijzer.product.layout.addresses import Addresses
from wegwijzer.product.layout.programs import Program, program_of, wait_for
from wegwijzer.product.layout.reading import Service, fill_in, read_compose, without
from wegwijzer.product.processes import STOP_WITHIN, CannotStart
from wegwijzer.product.serving import new_secrets

COMPOSE = ROOT / "deploy" / "compose.yml"

READY_WITHIN = 240.0
"""Seconds that a service may take: two Rasa servers load their models at the same time."""


def layout_secrets() -> dict[str, str]:
    """What ``secrets.env`` would hold, new for each time."""
    database, redis = secrets.token_urlsafe(24), secrets.token_urlsafe(24)
    return {
        **new_secrets(),
        "POSTGRES_PASSWORD": database,
        "REDIS_PASSWORD": redis,
        "DATABASE_URL": f"postgresql://wegwijzer:{database}@postgres:5432/wegwijzer",
        "REDIS_URL": f"redis://:{redis}@redis:6379/0",
    }


class Cluster:
    """Services that run as processes.

    Args:
        services: in the order in which they start.
        folder: for their files; each writes to ``NAME.log`` in there.

    Attributes:
        addresses: where they are.
        folder: see above.
    """

    def __init__(self, services: Mapping[str, Service], folder: Path) -> None:
        self.services, self.folder = dict(services), folder
        self.addresses = Addresses(services)
        self._programs: dict[str, Program] = {}
        self._processes: dict[str, subprocess.Popen[bytes]] = {}

    def start(self) -> None:
        """Start each when what it needs is there; those that need the same start together.

        Raises:
            CannotStart: one stopped or took too long; says which, and where its log is.
        """
        for name, one in self.services.items():
            for needed in one.needs:
                self.wait(needed)
            folder = self.folder / name
            folder.mkdir(mode=0o755, parents=True)
            self._programs[name] = program_of(one, self.addresses, folder)
            self.begin(name)
        for name in self.services:
            self.wait(name)

    def begin(self, name: str) -> None:
        """Start one, also again after it was taken away."""
        program = self._programs[name]
        with self.log(name).open("ab") as log:
            self._processes[name] = subprocess.Popen(
                program.command,
                cwd=ROOT if self.services[name].program == "wegwijzer" else self.folder / name,
                env=dict(program.environment),
                user=program.user,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    def wait(self, name: str, within: float = READY_WITHIN) -> None:
        """Wait until one answers. Raises :class:`CannotStart`."""
        if not wait_for(self._programs[name].ready, lambda: self.runs(name), within):
            raise CannotStart(f"{name} did not get ready; its last words are in {self.log(name)}")

    def runs(self, name: str) -> bool:
        """Whether its process is alive."""
        return name in self._processes and self._processes[name].poll() is None

    def log(self, name: str) -> Path:
        """What it wrote."""
        return self.folder / f"{name}.log"

    def kill(self, name: str) -> None:
        """End it in the middle of whatever it does."""
        self._signal(name, signal.SIGKILL)
        self._processes[name].wait()

    def stop(self, name: str) -> None:
        """Ask it to stop; kill it when it does not."""
        process = self._processes.get(name)
        if process is None:
            return
        # PostgreSQL waits for everybody to go unless it is asked like this.
        self._signal(name, signal.SIGINT if self.services[name].program == "postgres" else signal.SIGTERM)
        try:
            process.wait(STOP_WITHIN)
        except subprocess.TimeoutExpired:
            self.kill(name)

    def stop_all(self) -> None:
        """Stop everything, the last one first."""
        for name in reversed(self.services):
            self.stop(name)

    def _signal(self, name: str, number: int) -> None:
        with suppress(ProcessLookupError):
            os.killpg(self._processes[name].pid, number)


def prepared(
    file: Path = COMPOSE, away: Iterable[str] = (), more: Mapping[str, str] | None = None, given: Mapping[str, str] | None = None
) -> dict[str, Service]:
    """The services of a compose file, ready for this machine.

    Args:
        away: services to leave out.
        more: further settings for every process of ours; ``${NAME}`` is filled in from the secrets.
        given: the secrets; new ones when left out.

    Raises:
        CannotRead: see :func:`wegwijzer.product.layout.reading.read_compose`.
    """
    known = dict(given or layout_secrets())
    added = {name: fill_in(value, known) for name, value in (more or {}).items()}
    services = without(read_compose(file, known), away)
    return {
        name: replace(one, environment={**one.environment, **added}) if one.program == "wegwijzer" else one
        for name, one in services.items()
    }


@contextmanager
def running(services: Mapping[str, Service], keep: bool = False) -> Iterator[Cluster]:
    """The layout, ready; everything is stopped at the end.

    Args:
        keep: whether the folder with the logs stays. It stays anyhow when something goes wrong.
    """
    folder = Path(tempfile.mkdtemp(prefix="wegwijzer-cluster-"))
    folder.chmod(0o755)  # PostgreSQL and nginx run as others
    cluster = Cluster(services, folder)
    try:
        cluster.start()
        yield cluster
    finally:
        cluster.stop_all()
    if not keep:
        shutil.rmtree(folder, ignore_errors=True)
