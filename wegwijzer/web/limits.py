"""How much one browser or address may ask in a while, so that one cannot keep the bot from the others."""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Callable

MOST_KEYS = 10_000

RETRY_AFTER = 5
"""Seconds after which it is worth trying again."""


class RateLimit:
    """A token bucket per key, in memory; the keys that were quiet longest are forgotten first.

    Args:
        most: how many at once.
        per_seconds: in how many seconds an empty bucket is full again.
        clock: seconds that only go up.
    """

    def __init__(self, most: int, per_seconds: float, clock: Callable[[], float] = time.monotonic) -> None:
        self._most, self._rate, self._clock = most, most / per_seconds, clock
        self._buckets: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def allows(self, key: str) -> bool:
        """Whether one more is fine now; counts it when it is."""
        now = self._clock()
        left, at = self._buckets.pop(key, (float(self._most), now))
        left = min(float(self._most), left + (now - at) * self._rate)
        fine = left >= 1
        self._buckets[key] = (left - 1 if fine else left, now)
        if len(self._buckets) > MOST_KEYS:
            self._buckets.popitem(last=False)
        return fine

    async def admits(self, key: str) -> bool:
        """The same as :meth:`allows`, for who cannot know whether the count is kept in this process."""
        return self.allows(key)

    async def close(self) -> None:
        """Nothing to give back."""

    def forget(self, key: str) -> None:
        """Keep nothing about this one."""
        self._buckets.pop(key, None)
