"""Starts a part of the product again when it ends by itself, at once the first time and ever more slowly when it keeps ending."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from wegwijzer.product.processes import Part, last_words, log_name
from wegwijzer.settings import Settings

STEADY = 30.0
"""Seconds after which a part that runs has proven itself: when it ends later, it is started again at once."""

FIRST_PAUSE, LONGEST_PAUSE = 1.0, 30.0
"""Seconds before a part is started that ended sooner than that, at first and at most; each time twice as long."""

LOOK_EVERY = 0.2
"""Seconds between two looks, for :func:`supervised`."""


@dataclass
class _Watched:
    part: Part
    started: float
    pause: float = 0.0
    again_at: float | None = None


class Supervisor:
    """Keeps parts running.

    Args:
        parts: that run.
        settings: to start them with.
        log: folder of their logs.
        say: told in a plain sentence what ended and what is done about it.
        clock: seconds, of any beginning.
    """

    def __init__(
        self,
        parts: Sequence[Part],
        settings: Settings,
        log: Path,
        say: Callable[[str], None] = lambda _: None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._settings, self._log, self._say, self._clock = settings, log, say, clock
        self._watched = [_Watched(part, clock()) for part in parts]
        self._left: set[str] = set()

    def leave(self, name: str) -> None:
        """Do not start a part again for now."""
        self._left.add(name)

    def keep(self, name: str) -> None:
        """Start it again from now on."""
        self._left.discard(name)

    def look(self) -> list[str]:
        """Start again what ended and has waited long enough. To be called again and again.

        Returns:
            The names of the parts that were started.
        """
        return [one.part.name for one in self._watched if self._may_start(one) and self._again(one)]

    def _may_start(self, one: _Watched) -> bool:
        return one.part.name not in self._left and not one.part.running()

    def _again(self, one: _Watched) -> bool:
        now = self._clock()
        if one.again_at is None:
            self._ended(one, now)
        if one.again_at is None or now < one.again_at:
            return False
        one.again_at, one.started = None, now
        try:
            one.part.start(self._settings, self._log / log_name(one.part))
        except OSError as error:  # no room for its log, or for another process
            one.pause = min(max(FIRST_PAUSE, 2 * one.pause), LONGEST_PAUSE)
            one.again_at = now + one.pause
            self._say(f"The {one.part.name} cannot be started ({error.strerror}); trying again in {one.pause:.0f} s.")
            return False
        return True

    def _ended(self, one: _Watched, now: float) -> None:
        soon = now - one.started < STEADY
        one.pause = min(max(FIRST_PAUSE, 2 * one.pause), LONGEST_PAUSE) if soon else 0.0
        one.again_at = now + one.pause
        when = f"in {one.pause:.0f} s" if one.pause else "now"
        self._say(
            f"The {one.part.name} stopped by itself and is started again {when}: {last_words(self._log / log_name(one.part))}"
        )


@contextmanager
def supervised(
    parts: Sequence[Part], settings: Settings, log: Path, say: Callable[[str], None] = lambda _: None
) -> Iterator[Supervisor]:
    """Keep parts running beside what is done meanwhile; see :class:`Supervisor`."""
    supervisor, enough = Supervisor(parts, settings, log, say), threading.Event()

    def watch() -> None:
        while not enough.wait(LOOK_EVERY):
            supervisor.look()

    watching = threading.Thread(target=watch, name="supervisor", daemon=True)
    watching.start()
    try:
        yield supervisor
    finally:
        enough.set()
        watching.join()
