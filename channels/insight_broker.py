"""Rasa's event broker for insight: notes what happened in a turn (:mod:`wegwijzer.insight.marks`) once the turn is stored.

Beside the conversation, on a thread of its own: a database that is slow or away costs a count and never an answer.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections import defaultdict, deque
from collections.abc import Callable, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from typing import Any

from rasa.core.brokers.broker import EventBroker
from rasa.utils.endpoints import EndpointConfig

from wegwijzer.insight.marks import MEANT, SAID, Mark, marks_of
from wegwijzer.insight.store import InsightStore, InsightUnavailable

log = logging.getLogger(__name__)

MOST_WAITING = 2_000
"""Turns that may wait for the database; more are not counted."""

TRIES, PAUSE = 60, 1.0
"""How often erasing is tried at a database that does not do its work, and the seconds between."""

END_WITHIN = 5.0
"""Seconds that a server that stops waits for what is not written yet."""


class InsightBroker(EventBroker):
    """Gathers the marks of each turn, and writes them together.

    Args:
        open_store: opens the database; when that fails it is tried again with the next turn.
        pause: seconds between two tries to erase.
    """

    def __init__(self, open_store: Callable[[], InsightStore], pause: float = PAUSE) -> None:
        self._open, self._pause = open_store, pause
        self._store: InsightStore | None = None
        self._gathered: defaultdict[str, list[Mark]] = defaultdict(list)
        self._writer = ThreadPoolExecutor(1, "insight")
        self._ready: deque[tuple[str, list[Mark]]] = deque()
        self._away = False
        self._ending = False

    @classmethod
    async def from_endpoint_config(
        cls, broker_config: EndpointConfig, event_loop: asyncio.AbstractEventLoop | None = None
    ) -> InsightBroker | None:
        """What ``endpoints.yml`` says; without a URL nothing is noted."""
        url = broker_config.url if broker_config else None
        return cls(lambda: InsightStore(url)) if url else None

    def publish(self, event: Mapping[str, Any]) -> None:
        """Take the marks of one event; they are written by :meth:`end_turn`."""
        if marks := marks_of(event):
            self._gathered[str(event.get("sender_id"))] += marks

    def end_turn(self, conversation: str) -> None:
        """Write what was gathered of a conversation, soon.

        Not what the bot says by itself, as when it asks later whether it worked: a conversation ends with the person's last word.
        """
        marks = self._gathered.pop(conversation, [])
        if all(mark.kind != MEANT for mark in marks):
            marks = [mark for mark in marks if mark.kind != SAID]
        if not marks or self._ending:
            return
        if len(self._ready) >= MOST_WAITING:
            self._say_away("too many turns wait")
            return
        self._ready.append((conversation, marks))
        self._writer.submit(self._write)

    def erase(self, conversation: str) -> Future[None]:
        """Erase a conversation, after what is on its way of it; when it cannot be done now it is tried for a while."""
        self._gathered.pop(conversation, None)
        return self._writer.submit(self._erase, conversation)

    async def close(self) -> None:
        """Write what waits, and close; what takes too long is not counted."""
        self._ending = True
        with suppress(TimeoutError):
            async with asyncio.timeout(END_WITHIN):
                await asyncio.wrap_future(self._writer.submit(self._close))
        self._writer.shutdown(wait=False, cancel_futures=True)

    def _write(self) -> None:
        """All that is ready, in one transaction: when many people talk, one wait for the database does for all of them."""
        turns = []
        with suppress(IndexError):
            while True:
                turns.append(self._ready.popleft())
        if not turns:
            return
        try:
            self._opened().add_all(turns)
        except InsightUnavailable as error:
            self._say_away(str(error))
        except Exception as error:  # what was noted is not worth an answer; the message of an error may repeat what it met
            self._say_away(type(error).__name__)
        else:
            self._away = False

    def _erase(self, conversation: str) -> None:
        for tries in range(TRIES):
            try:
                self._opened().erase(conversation)
            except InsightUnavailable as error:
                self._say_away(str(error))
                if self._ending or tries + 1 == TRIES:
                    raise
                time.sleep(self._pause)
            else:
                return

    def _opened(self) -> InsightStore:
        if self._store is None:
            self._store = self._open()
        return self._store

    def _close(self) -> None:
        if self._store is not None:
            self._store.close()

    def _say_away(self, why: str) -> None:
        """Once, until it works again."""
        if not self._away:
            log.error("insight: turns are not counted now: %s", why)
        self._away = True
