"""A really running server of a channel to break: it can be killed and started again within a second, on the same port."""

from __future__ import annotations

import multiprocessing
import time
from contextlib import suppress
from importlib import import_module
from multiprocessing.process import BaseProcess
from typing import Any

import httpx

from wegwijzer.product.processes import READY_WITHIN, STOP_WITHIN, CannotStart, free_ports

MODULE, WHATSAPP, TWILIO = "channels.echo", "channels.whatsapp_echo", "channels.twilio_echo"
"""Have ``serve(port, secret, database, ...)``. Named and not imported: the core knows no channel."""

_CONTEXT = multiprocessing.get_context("forkserver")
_CONTEXT.set_forkserver_preload([MODULE, WHATSAPP, TWILIO])
# Importing Rasa takes seconds. The fork server does it once; every start after that is a fork of it.


class EchoServer:
    """One server process at a time, on a port of its own.

    Args:
        database: URL of the database of the conversations.
        secret: signs the sessions; the same after each start.
        module: another module with such a ``serve``: of another channel, or for tests that break it.
        ready: a path that needs something a stranger does not have, and the status that says so.
        options: further arguments of ``serve``.
    """

    def __init__(
        self, database: str, secret: str, module: str = MODULE, ready: tuple[str, int] = ("/web/history", 401), **options: Any
    ) -> None:
        self._arguments = {"secret": secret, "database": database, **options}
        self._module, self._ready = module, ready
        self._port = free_ports(1)[0]
        self._process: BaseProcess | None = None

    @property
    def address(self) -> str:
        """Where it listens."""
        return f"http://127.0.0.1:{self._port}"

    def start(self) -> None:
        """Start it and wait until it answers.

        Raises:
            CannotStart: it stopped or did not answer in time.
        """
        process = self._process = _CONTEXT.Process(
            target=_serve, args=(self._module, {"port": self._port, **self._arguments}), daemon=True
        )
        process.start()
        deadline = time.monotonic() + READY_WITHIN
        while not self._answers():
            if not process.is_alive() or time.monotonic() > deadline:
                self.kill()
                raise CannotStart(f"The echo server does not start on {self.address}")
            time.sleep(0.02)

    def stop(self) -> None:
        """Ask it to stop, as an operator does (SIGTERM)."""
        if self._process is not None:
            self._process.terminate()
            self._process.join(STOP_WITHIN)
            self.kill()

    def kill(self) -> None:
        """End it in the middle of whatever it does (SIGKILL)."""
        if self._process is not None:
            self._process.kill()
            self._process.join()
            self._process = None

    def _answers(self) -> bool:
        with suppress(httpx.HTTPError):
            path, status = self._ready
            return httpx.get(f"{self.address}{path}", timeout=2, trust_env=False).status_code == status
        return False


def _serve(module: str, arguments: dict[str, Any]) -> None:
    import_module(module).serve(**arguments)
