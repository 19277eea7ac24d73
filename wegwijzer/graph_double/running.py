"""The double in a thread of its own, for who starts the bot in processes of its own and does not await."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Coroutine, Iterator
from contextlib import contextmanager
from typing import Any, TypeVar

from aiohttp import web

from wegwijzer.graph_double.server import Double

Result = TypeVar("Result")


class DoubleThread:
    """Does what it is asked on the loop of the double.

    Args:
        double: what runs.
        loop: where.
    """

    def __init__(self, double: Double, loop: asyncio.AbstractEventLoop) -> None:
        self.double, self._loop = double, loop

    def do(self, work: Coroutine[Any, Any, Result], within: float = 60.0) -> Result:
        """Do it there and wait, so many seconds at most."""
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(within)


@contextmanager
def running(double: Double, app: web.Application | None = None) -> Iterator[DoubleThread]:
    """Serve in a thread until the end of the block.

    Args:
        double: what to serve.
        app: with more routes around those of the double; its own without.
    """
    ready: threading.Event = threading.Event()
    started: list[tuple[asyncio.AbstractEventLoop, asyncio.Event]] = []
    trouble: list[BaseException] = []

    async def serve() -> None:
        enough = asyncio.Event()
        async with double.serving(app):
            started.append((asyncio.get_running_loop(), enough))
            ready.set()
            await enough.wait()

    def work() -> None:
        try:
            asyncio.run(serve())
        except BaseException as error:
            trouble.append(error)
        finally:
            ready.set()

    thread = threading.Thread(target=work, name="graph double", daemon=True)
    thread.start()
    ready.wait()
    if trouble:
        raise trouble[0]
    loop, enough = started[0]
    try:
        yield DoubleThread(double, loop)
    finally:
        loop.call_soon_threadsafe(enough.set)
        thread.join()
