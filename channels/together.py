"""What several conversations write at one moment, in one transaction: one wait for the disk does for all of them.

On a thread of its own, so that who talks meanwhile does not wait for the disk either.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import sqlalchemy as sa

Work = Callable[[sa.engine.Connection], Any]
"""Writes something. When another one of the same transaction fails it is done again: then nothing of it was kept."""

_Outcome = tuple[Any, Exception | None]


class Together:
    """Writes what it is given, in the order in which it was given.

    Args:
        engine: of the database. Whoever has it may close its connections: they are opened again.
    """

    def __init__(self, engine: sa.engine.Engine) -> None:
        self._engine = engine
        self._thread = ThreadPoolExecutor(1, "together")
        self._waiting: list[tuple[Work, asyncio.Future[Any]]] = []
        self._going: asyncio.Future[list[_Outcome]] | None = None

    async def write(self, work: Work) -> Any:
        """Do it with what others write at this moment. It is kept when this returns.

        Returns:
            What it returned.

        Raises:
            Exception: what it raised, or what the database said to it when it was alone.
        """
        kept: asyncio.Future[Any] = asyncio.get_running_loop().create_future()
        self._waiting.append((work, kept))
        if self._going is None or self._going.done():
            self._begin()
        return await kept

    def _begin(self) -> None:
        now, self._waiting = self._waiting, []
        self._going = asyncio.get_running_loop().run_in_executor(self._thread, self._write, [work for work, _ in now])
        self._going.add_done_callback(lambda done: self._tell([kept for _, kept in now], done))

    def _tell(self, who: Sequence[asyncio.Future[Any]], done: asyncio.Future[list[_Outcome]]) -> None:
        for kept, (value, error) in zip(who, done.result(), strict=True):
            if kept.done():
                continue  # nobody waits for it any more
            if error is None:
                kept.set_result(value)
            else:
                kept.set_exception(error)
        if self._waiting:
            self._begin()

    def _write(self, works: Sequence[Work]) -> list[_Outcome]:
        try:
            with self._engine.begin() as connection:
                return [(work(connection), None) for work in works]
        except Exception as error:
            if len(works) == 1:
                return [(None, error)]
        # One of them cannot be written, or the line broke: each for itself, so that nobody fails for another.
        return [outcome for work in works for outcome in self._write([work])]
