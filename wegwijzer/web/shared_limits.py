"""Limits that count for all servers together, in Redis; while it is away each server counts for itself."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import logging
import time
from collections.abc import Callable
from typing import Any, Protocol

from redis import asyncio as redis
from redis.exceptions import RedisError

from wegwijzer.web.limits import RateLimit

log = logging.getLogger(__name__)

WITHIN = 0.25
"""Seconds that a person may wait for Redis; then it is counted here."""

LEFT_ALONE = 3.0
"""Seconds in which Redis is not asked again after it did not answer."""

_BUCKET = """
local now = redis.call('TIME')
local at = tonumber(now[1]) + tonumber(now[2]) / 1e6
local most, rate = tonumber(ARGV[1]), tonumber(ARGV[2])
local known = redis.call('HMGET', KEYS[1], 'left', 'at')
local left = math.min(most, (tonumber(known[1]) or most) + math.max(0, at - (tonumber(known[2]) or at)) * rate)
local fine = left >= 1
if fine then left = left - 1 end
redis.call('HSET', KEYS[1], 'left', tostring(left), 'at', tostring(at))
redis.call('PEXPIRE', KEYS[1], math.ceil(1000 * most / rate) + 1000)
return fine and 1 or 0
"""
"""The token bucket of :class:`wegwijzer.web.limits.RateLimit`, by the clock of Redis, forgotten once it is full again."""


class Limit(Protocol):
    """How much one may ask."""

    async def admits(self, key: str) -> bool:
        """Whether one more is fine now; counts it when it is."""

    def forget(self, key: str) -> None:
        """Keep nothing about this one."""

    async def close(self) -> None:
        """Give back the connections."""


class SharedLimit:
    """A token bucket per key for all servers.

    Args:
        url: of Redis.
        secret: the same on every server. Redis sees keys only as marks made with it: no address and no conversation.
        name: tells limits apart.
        most: how many at once.
        per_seconds: in how many seconds an empty bucket is full again.
        clock: seconds that only go up.
    """

    def __init__(
        self, url: str, secret: str, name: str, most: int, per_seconds: float, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._url, self._secret, self._name = url, secret.encode(), name
        self._here = RateLimit(most, per_seconds, clock)
        self._size, self._clock = (most, most / per_seconds), clock
        self._away_until = float("-inf")
        self._client: Any = None

    async def admits(self, key: str) -> bool:
        """Whether one more is fine now; counts it when it is."""
        if self._clock() >= self._away_until:
            try:
                async with asyncio.timeout(WITHIN):
                    return bool(await self._bucket()(keys=[self._mark(key)], args=self._size))
            except (RedisError, OSError, TimeoutError) as error:
                self._away_until = self._clock() + LEFT_ALONE
                log.warning("limits: Redis does not answer, counting here: %s", type(error).__name__)
        return self._here.allows(key)

    def forget(self, key: str) -> None:
        """Keep nothing about this one. In Redis its mark goes by itself within the time of the limit."""
        self._here.forget(key)

    async def close(self) -> None:
        """Give back the connections."""
        client, self._client = self._client, None
        if client is not None:
            await client.close(close_connection_pool=True)

    def _bucket(self) -> Any:
        if self._client is None:
            self._client = redis.from_url(self._url, socket_connect_timeout=WITHIN)
        return self._client.register_script(_BUCKET)

    def _mark(self, key: str) -> str:
        mark = hmac.new(self._secret, f"limit {self._name} {key}".encode(), hashlib.sha256).hexdigest()[:32]
        return f"wegwijzer:limit:{mark}"


def limit_of(redis_url: str, secret: str, name: str, most: int, per_seconds: float) -> Limit:
    """The limit: for all servers when there is a Redis, otherwise of this one."""
    return SharedLimit(redis_url, secret, name, most, per_seconds) if redis_url else RateLimit(most, per_seconds)
