"""Starting and stopping the parts of the product as child processes, with plain words when it cannot be done."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

import httpx

from wegwijzer.paths import ROOT, VAR
from wegwijzer.settings import Settings
from wegwijzer.watching.parts import PARTS

READY_WITHIN = 180.0
"""Seconds a part may take to get ready."""

STOP_WITHIN = 10.0
"""Seconds a part may take to stop before it is killed."""

ENOUGH_DISK = 200 * 1024 * 1024
"""Bytes that must be free: a model and a day of conversations."""


QUICKER: Mapping[str, str] = {"SETUPTOOLS_USE_DISTUTILS": "stdlib"}
"""For every process: Sanic asks distutils what a word means, and setuptools, when it is asked instead, loads itself for it."""


class CannotStart(Exception):
    """The product cannot start. The message is one plain sentence for the person at the keyboard."""


@dataclass
class Part:
    """One process: what to run, and the address that answers 200 when it is ready; none when it is ready once it runs.

    ``more`` are settings for this one only.
    """

    name: str
    module: str
    health: str = ""
    process: subprocess.Popen[bytes] | None = field(default=None)
    more: dict[str, str] = field(default_factory=dict)

    def start(self, settings: Settings, log: Path) -> None:
        """Start it, writing its output to ``log``, which only the owner reads."""
        log.parent.mkdir(parents=True, exist_ok=True)
        with log.open("ab") as output:
            os.fchmod(output.fileno(), 0o600)
            self.process = subprocess.Popen(
                [sys.executable, "-m", self.module],
                cwd=ROOT,
                env={**QUICKER, **os.environ, **settings.as_environment(), **self.more},
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    def running(self) -> bool:
        """Whether the process is alive."""
        return self.process is not None and self.process.poll() is None

    def ready(self) -> bool:
        """Whether it answers."""
        if not self.health:
            return self.running()
        with suppress(httpx.HTTPError):
            return httpx.get(self.health, timeout=2, trust_env=False).status_code == 200
        return False

    def stop(self) -> None:
        """Ask it to stop; kill it when it does not."""
        if self.process is None or self.process.poll() is not None:
            return
        with suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGTERM)
        try:
            self.process.wait(STOP_WITHIN)
        except subprocess.TimeoutExpired:
            with suppress(ProcessLookupError):
                os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()


def action_server(settings: Settings) -> Part:
    """The action server."""
    return Part("action server", "actions.server", f"http://{settings.host}:{settings.action_port}/health")


def rasa_server(settings: Settings) -> Part:
    """The Rasa server."""
    return Part("Rasa server", "channels.server", f"http://{settings.host}:{settings.rasa_port}/health")


def handover_rounds() -> Part:
    """What brings colleagues' words over, and does what time asks for."""
    return Part("hand-over", "wegwijzer.handover.runner")


def staff_console(settings: Settings) -> Part:
    """The pages of colleagues."""
    return Part("console", "console.server", f"http://{settings.host}:{settings.console.port}/health")


def check_machine(settings: Settings, folder: Path = VAR) -> None:
    """Raise :class:`CannotStart` when a port is taken or there is no room to write."""
    ports = {"RASA_PORT": settings.rasa_port, "ACTION_PORT": settings.action_port, "CONSOLE_PORT": settings.console.port}
    if settings.whatsapp.cloud is not None:
        ports["WHATSAPP_PORT"] = settings.whatsapp.cloud.port
    if settings.metrics_port:
        ports |= {f"METRICS_PORT ({part})": settings.metrics_port + number for number, part in enumerate(PARTS)}
    for setting, port in ports.items():
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((settings.host, port))
            except OSError as error:
                raise CannotStart(
                    f"Port {port} is taken: stop what runs there, or choose another with {setting.split()[0]}=..."
                ) from error
    try:
        folder.mkdir(parents=True, exist_ok=True)
        probe_file = folder / ".write_test"
        probe_file.write_bytes(b"x")
        probe_file.unlink()
        space = os.statvfs(folder)
    except OSError as error:
        raise CannotStart(f"Cannot write in {folder}: {error.strerror}; make room or change its permissions") from error
    if space.f_bavail * space.f_frsize < ENOUGH_DISK:
        raise CannotStart(f"The disk is nearly full: at least {ENOUGH_DISK // 1024 // 1024} MB is needed in {folder}")


def wait_until_ready(parts: list[Part], log: Path, within: float = READY_WITHIN) -> None:
    """Wait until all parts answer. Raises :class:`CannotStart` when one stops or takes too long."""
    deadline = time.monotonic() + within
    waiting = list(parts)
    while waiting:
        for part in waiting:
            if not part.running():
                raise CannotStart(f"The {part.name} stopped while starting: {last_words(log / log_name(part))}")
        waiting = [part for part in waiting if not part.ready()]
        if waiting and time.monotonic() > deadline:
            raise CannotStart(
                f"The {waiting[0].name} was not ready within {within:.0f} seconds; see {log / log_name(waiting[0])}"
            )
        if waiting:
            time.sleep(0.1)


@contextmanager
def running(settings: Settings, log: Path = VAR / "log", more: Mapping[str, str] | None = None) -> Iterator[list[Part]]:
    """The whole product, ready to talk; everything is stopped at the end.

    Args:
        more: further variables for each part.
    """
    check_machine(settings)
    parts = [action_server(settings), rasa_server(settings), handover_rounds(), staff_console(settings)]
    for part in parts:
        part.more.update(more or {})
    try:
        # The Rasa server takes longest: on two cores it has one for itself when the others come one after the other.
        first, later = parts[:2], parts[2:]
        for part in first:
            part.start(settings, log / log_name(part))
        wait_until_ready(first[:1], log)
        for part in later:
            part.start(settings, log / log_name(part))
        wait_until_ready(parts, log)
        yield parts
    finally:
        for part in reversed(parts):
            part.stop()


def children_of(pid: int) -> list[int]:
    """The processes that a process made and that are still there; none when it is gone (Linux)."""
    try:
        return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="ascii").split()]
    except OSError:
        return []


def free_ports(count: int) -> list[int]:
    """Ports nobody uses at this moment, for tests and evaluation next to a running product."""
    probes = [socket.socket() for _ in range(count)]
    for probe in probes:
        probe.bind(("127.0.0.1", 0))
    ports = [int(probe.getsockname()[1]) for probe in probes]
    for probe in probes:
        probe.close()
    return ports


def log_name(part: Part) -> str:
    """The file that a part writes to."""
    return part.name.lower().replace(" ", "_") + ".log"


def last_words(log: Path) -> str:
    """The last line that says something, for the one sentence a person gets."""
    with suppress(OSError):
        lines = [line.strip() for line in log.read_text(encoding="utf-8", errors="replace").splitlines() if line.strip()]
        if lines:
            return f"{lines[-1][:300]} (all of it in {log})"
    return f"see {log}"
