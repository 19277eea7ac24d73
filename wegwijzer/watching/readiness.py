"""Whether a process can do its work now: every part that it needs is asked, and named when it does not answer.

Asking costs little however often it is done: an answer counts for :data:`FRESH` seconds, and what is silent is not asked again
until it spoke, so that nobody ties up this process by knocking.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import Future, ThreadPoolExecutor, wait
from dataclasses import dataclass

from wegwijzer.storage import open_databases

PATIENCE = 2.0
"""Seconds that a part has to answer."""

FRESH = 1.0
"""Seconds that an answer counts."""

THREADS = 8
"""Things that are asked at the same moment."""

OK, SILENT = "ok", "no answer"

Ask = Callable[[], None]
"""Asks one thing, in a thread, and raises whatever when it does not answer well; of the error nothing is shown but the words of
:class:`NotThere`."""

Part = Callable[[], Mapping[str, Ask]]
"""What a part consists of at this moment: each thing by its name, which is shown; empty for a part that is one thing."""


class NotThere(Exception):
    """Something is not there. The message is for everybody: no address, no password, nothing that anybody said."""


class UnknownPart(ValueError):
    """There is no such part."""


@dataclass(frozen=True)
class Report:
    """What was found.

    Attributes:
        parts: per part :data:`OK`, or what is wrong with it.
    """

    parts: Mapping[str, str]

    @property
    def ready(self) -> bool:
        """Whether every part answered well."""
        return all(said == OK for said in self.parts.values())

    @property
    def status(self) -> int:
        """The status of HTTP that says the same."""
        return 200 if self.ready else 503

    def as_json(self) -> dict[str, object]:
        """For who asks over HTTP."""
        return {"status": "ready" if self.ready else "not ready", "parts": dict(self.parts)}


class Readiness:
    """Asks the parts.

    Args:
        parts: by their names.
        patience: see :data:`PATIENCE`.
        fresh: see :data:`FRESH`.
        clock: seconds, never going back.
    """

    def __init__(
        self,
        parts: Mapping[str, Part],
        patience: float = PATIENCE,
        fresh: float = FRESH,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._parts, self._patience, self._fresh, self._clock = dict(parts), patience, fresh, clock
        self._threads = ThreadPoolExecutor(THREADS, thread_name_prefix="ready")
        self._asked: dict[tuple[str, str], tuple[float, Future[None]]] = {}

    def look(self, only: Iterable[str] = ()) -> Report:
        """Ask, and wait for the answers: not on an event loop.

        Args:
            only: some parts; all of them when empty.

        Raises:
            UnknownPart: when one of them is none of ours.
        """
        asked = self._ask(only)
        wait([future for things in asked.values() for future in things.values()], self._patience)
        return _report(asked)

    async def look_soon(self, only: Iterable[str] = ()) -> Report:
        """The same on an event loop, which goes on meanwhile."""
        asked = self._ask(only)
        waited = [asyncio.wrap_future(future) for things in asked.values() for future in things.values()]
        if waited:
            await asyncio.wait(waited, timeout=self._patience)
            for one in waited:
                # What is still asked goes on without us; what failed was looked at.
                if one.done() and not one.cancelled():
                    one.exception()
        return _report(asked)

    def _ask(self, only: Iterable[str]) -> dict[str, dict[str, Future[None]]]:
        names = tuple(only) or tuple(self._parts)
        if not set(names) <= set(self._parts):
            raise UnknownPart(f"there are the parts {', '.join(sorted(self._parts))}")
        return {part: {name: self._future(part, name, ask) for name, ask in self._parts[part]().items()} for part in names}

    def _future(self, part: str, name: str, ask: Ask) -> Future[None]:
        now = self._clock()
        since, future = self._asked.get((part, name), (0.0, None))
        if future is None or (future.done() and now - since > self._fresh):
            since, future = now, self._threads.submit(ask)
            self._asked[part, name] = since, future
        return future


def own_databases() -> dict[str, Ask]:
    """Every database that this process works with now."""
    return {one.name: one.answers for one in open_databases()}


def _report(asked: Mapping[str, Mapping[str, Future[None]]]) -> Report:
    return Report({part: _said(things) for part, things in asked.items()})


def _said(things: Mapping[str, Future[None]]) -> str:
    wrong: dict[str, list[str]] = {}
    for name, future in things.items():
        if (trouble := _trouble(future)) != OK:
            wrong.setdefault(trouble, []).append(name)
    said = (f"{trouble}: {', '.join(sorted(names))}" if any(names) else trouble for trouble, names in sorted(wrong.items()))
    return "; ".join(said) or OK


def _trouble(future: Future[None]) -> str:
    if not future.done():
        return SILENT
    error = future.exception()
    if error is None:
        return OK
    return str(error) if isinstance(error, NotThere) else SILENT
