"""What stands around several servers: a real Redis (Valkey) and a real nginx, each of a test's own, that can be taken away."""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from pathlib import Path

import pytest

from wegwijzer.evaluation.soak.servers import Redis
from wegwijzer.paths import ROOT
from wegwijzer.product.installed import listens
from wegwijzer.product.processes import free_ports

__all__ = ["Nginx", "Redis", "nginx_program", "redis", "until"]

TEMPLATE = ROOT / "deploy" / "nginx" / "wegwijzer.conf.template"

WITHIN = 20.0
"""Seconds."""


def until(there: Callable[[], bool], what: str) -> None:
    """Look until it is there."""
    deadline = time.monotonic() + WITHIN
    while not there():
        assert time.monotonic() < deadline, what
        time.sleep(0.02)


class Nginx:
    """nginx with our own configuration, filled in for servers of this machine.

    Args:
        folder: for its files.
        rasa: addresses of Rasa servers, such as ``127.0.0.1:5005``; for the others the same.
    """

    def __init__(
        self,
        folder: Path,
        rasa: Sequence[str],
        actions: Sequence[str] = (),
        consoles: Sequence[str] = (),
        doors: Sequence[str] = (),
    ) -> None:
        self._folder = folder
        chat, console, action = free_ports(3)
        self.chat, self.console, self.actions = (f"http://127.0.0.1:{port}" for port in (chat, console, action))
        self._ports = (chat, console, action)
        values = {
            "RASA_SERVERS": _servers(rasa), "ACTION_SERVERS": _servers(actions), "CONSOLE_SERVERS": _servers(consoles),
            "DOOR_SERVERS": _servers(doors), "CHAT_LISTEN": f"127.0.0.1:{chat}", "CHAT_HOST": "_",
            "CONSOLE_LISTEN": f"127.0.0.1:{console}", "CONSOLE_HOST": "_", "ACTIONS_LISTEN": f"127.0.0.1:{action}",
            "TLS_SETTINGS": "",
        }  # fmt: skip
        text = "".join(line for line in TEMPLATE.read_text(encoding="utf-8").splitlines(True) if not line.startswith("#"))
        ours = re.sub(r"\$\{([A-Z_]+)\}", lambda found: values[found[1]], text)
        temporary = "".join(f"{kind}_temp_path {folder}/{kind};" for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi"))
        self._file = folder / "nginx.conf"
        self._file.write_text(
            f"pid {folder}/pid; error_log {folder}/error.log; daemon off; worker_processes 1;\n"
            f"events {{ worker_connections 2000; }}\nhttp {{ {temporary}\n{ours}\n}}\n",
            encoding="utf-8",
        )
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start it and wait until it listens."""
        self._process = subprocess.Popen(
            [str(nginx_program()), "-e", str(self._folder / "error.log"), "-c", str(self._file)], start_new_session=True
        )
        until(lambda: all(listens(port) for port in self._ports), "nginx does not start")

    def stop(self) -> None:
        """Stop it, with its workers."""
        if self._process is not None:
            with suppress(ProcessLookupError):
                os.killpg(self._process.pid, signal.SIGTERM)
            self._process.wait()
            self._process = None


def nginx_program() -> str | None:
    """Where nginx is; ``/usr/sbin`` is in nobody's path but root's."""
    return shutil.which("nginx", path=f"{os.environ.get('PATH', '')}:/usr/sbin:/usr/local/sbin")


@pytest.fixture
def redis() -> Iterator[Redis]:
    """A Redis that runs."""
    server = Redis()
    server.start()
    yield server
    server.kill()


def _servers(addresses: Sequence[str]) -> str:
    return " ".join(f"server {address} max_fails=1 fail_timeout=1s;" for address in addresses or ("127.0.0.1:9",))
