"""Rings on every server at once, through Redis: what one server wrote reaches the page that listens on another without delay.

Nothing depends on it. What is said is in the database, and who listens looks there by itself, more often while Redis is away.
What goes through Redis is a mark per conversation, made with the secret of the sessions, and no word.
"""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import logging
import secrets
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from redis import asyncio as redis
from redis.exceptions import RedisError

from wegwijzer.web.turns import Bell

log = logging.getLogger(__name__)

CHANNEL = "wegwijzer:rings"

LOOK_EVERY_WITH_REDIS = 5.0
"""Seconds after which who listens looks in the database all the same."""

ALIVE_WITHIN = 5.0
"""Seconds in which Redis must give a sign of life when it is asked for one."""

FIRST_PAUSE, LONGEST_PAUSE = 0.2, 3.0
"""Seconds before Redis is tried again, at first and at most."""

GONE = (RedisError, OSError, TimeoutError)


class SharedBell(Bell):
    """A bell that rings on every server.

    Args:
        url: of Redis.
        secret: the same on every server; makes the marks.
    """

    def __init__(self, url: str, secret: str) -> None:
        super().__init__()
        self._url, self._secret = url, secret.encode()
        self._server = secrets.token_hex(8)
        self._sessions: dict[str, str] = {}
        self._to_say: set[str] = set()
        self._something = asyncio.Event()
        self.connected = False

    @property
    def look_every(self) -> float:  # type: ignore[override]
        """Seconds after which who listens looks by itself."""
        return LOOK_EVERY_WITH_REDIS if self.connected else super().look_every

    def listen(self, session: str) -> asyncio.Event:
        """See parent."""
        self._sessions[self.mark(session)] = session
        return super().listen(session)

    def stop(self, session: str, event: asyncio.Event) -> None:
        """See parent."""
        super().stop(session, event)
        if not self.count(session):
            self._sessions.pop(self.mark(session), None)

    def ring(self, session: str) -> None:
        """Wake who listens to this conversation, here and, when Redis is there, everywhere."""
        super().ring(session)
        if self.connected:
            self._to_say.add(self.mark(session))
            self._something.set()

    def mark(self, session: str) -> str:
        """What goes through Redis instead of the name of a conversation."""
        return hmac.new(self._secret, f"ring {session}".encode(), hashlib.sha256).hexdigest()[:32]

    async def run(self) -> None:
        """Hear and tell, until cancelled; again and again when Redis goes away."""
        pause, said = FIRST_PAUSE, False
        while True:
            try:
                async with self._client() as client, client.pubsub() as heard:
                    await heard.subscribe(CHANNEL)
                    async with asyncio.TaskGroup() as tasks:
                        tasks.create_task(self._hear(heard))
                        tasks.create_task(self._tell(client))
                        pause, said = FIRST_PAUSE, False
            except* GONE as errors:
                if not said:
                    log.error("web: Redis is away, pages hear a little later: %s", type(errors.exceptions[0]).__name__)
                said = True
            finally:
                self._lost()
            await asyncio.sleep(pause)
            pause = min(2 * pause, LONGEST_PAUSE)

    @asynccontextmanager
    async def _client(self) -> AsyncIterator[Any]:
        client = redis.from_url(self._url, socket_connect_timeout=ALIVE_WITHIN, socket_keepalive=True)
        try:
            yield client
        finally:
            await client.close(close_connection_pool=True)  # it keeps its connections otherwise

    async def _hear(self, heard: Any) -> None:
        asked = False
        while True:
            message = await heard.get_message(timeout=ALIVE_WITHIN)
            if message is None:
                if asked:
                    raise TimeoutError
                await heard.ping()
                asked = True
                continue
            asked = False
            if message["type"] == "subscribe":
                # Whatever rang while nobody heard it.
                self.connected = True
                self.ring_all()
            elif message["type"] == "message":
                self._ring_for(message["data"].decode("ascii", "replace"))

    def _ring_for(self, said: str) -> None:
        server, _, mark = said.partition(" ")
        if server != self._server and (session := self._sessions.get(mark)) is not None:
            self.ring_here(session)

    async def _tell(self, client: Any) -> None:
        while True:
            await self._something.wait()
            self._something.clear()
            marks, self._to_say = self._to_say, set()
            async with client.pipeline(transaction=False) as pipe:
                for mark in marks:
                    pipe.publish(CHANNEL, f"{self._server} {mark}")
                async with asyncio.timeout(ALIVE_WITHIN):
                    await pipe.execute()

    def _lost(self) -> None:
        """From now on everybody looks by themselves, beginning now."""
        self.connected = False
        self._to_say.clear()
        self.ring_all()
