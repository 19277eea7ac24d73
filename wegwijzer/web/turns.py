"""One message of a conversation at a time, in the order in which they came, each answered also after a stop."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable

from wegwijzer.web.contract import Answer, Entry
from wegwijzer.web.outbox import Outbox, OutboxUnavailable

log = logging.getLogger(__name__)

KEEP_TRIES, KEEP_PAUSE = 60, 1.0
"""How often an answer is offered to a database that does not do its work, and the seconds between. The bot must not hear a
message twice because of a hiccup."""

Answering = Callable[[str, Entry], Awaitable[Answer]]
"""From a session and what was said to the answer. Raises nothing: a failure is an answer too."""


class Bell:
    """Tells who listens to a conversation that there is something new."""

    def __init__(self) -> None:
        self._listeners: dict[str, set[asyncio.Event]] = {}

    def listen(self, session: str) -> asyncio.Event:
        """A new listener, for :meth:`stop` when it goes."""
        event = asyncio.Event()
        self._listeners.setdefault(session, set()).add(event)
        return event

    def stop(self, session: str, event: asyncio.Event) -> None:
        """This one listens no more."""
        listeners = self._listeners.get(session, set())
        listeners.discard(event)
        if not listeners:
            self._listeners.pop(session, None)

    def count(self, session: str) -> int:
        """How many listen to this conversation."""
        return len(self._listeners.get(session, ()))

    def ring(self, session: str) -> None:
        """Wake who listens to this conversation."""
        for event in self._listeners.get(session, ()):
            event.set()

    def ring_all(self) -> None:
        """Wake everybody: the server stops."""
        for session in list(self._listeners):
            self.ring(session)


class Turns:
    """Answers what waits, one conversation beside the other, within a conversation one after the other.

    Args:
        outbox: where messages wait and answers go.
        answer: how a message is answered.
        bell: rung after each answer.
        keep_pause: seconds between two tries to keep an answer.
    """

    def __init__(self, outbox: Outbox, answer: Answering, bell: Bell, keep_pause: float = KEEP_PAUSE) -> None:
        self._outbox, self._answer, self._bell, self._keep_pause = outbox, answer, bell, keep_pause
        self._running: dict[str, asyncio.Task[None]] = {}

    def wake(self, session: str) -> None:
        """There is something to answer, or there may be."""
        busy = self._running.get(session)
        if busy is None or busy.done():
            self._running[session] = asyncio.get_running_loop().create_task(self._work(session))
        else:
            # It may just have seen that nothing waits: look once more when it is done.
            busy.add_done_callback(lambda _: self._look_again(session, busy))

    def busy(self, session: str) -> bool:
        """Whether something of this conversation is being answered."""
        task = self._running.get(session)
        return task is not None and not task.done()

    async def idle(self, session: str) -> None:
        """Wait until nothing of this conversation is being answered."""
        while (busy := self._running.get(session)) is not None and not busy.done():
            await asyncio.wait([busy])

    async def stop(self) -> None:
        """Stop answering; what was not answered waits for the next start."""
        running, self._running = list(self._running.values()), {}
        for task in running:
            task.cancel()
        await asyncio.gather(*running, return_exceptions=True)

    def _look_again(self, session: str, done: asyncio.Task[None]) -> None:
        if not done.cancelled() and self._running.get(session, done) is done:
            self._running.pop(session, None)
            self.wake(session)

    async def _work(self, session: str) -> None:
        try:
            while (entry := await asyncio.to_thread(self._outbox.next_waiting, session)) is not None:
                self._bell.ring(session)
                answer = await self._answer(session, entry)
                await self._keep(session, entry.seq, answer)
                self._bell.ring(session)
        except OutboxUnavailable as error:
            log.error("web: a message waits: %s", error)
        finally:
            if self._running.get(session) is asyncio.current_task():
                del self._running[session]

    async def _keep(self, session: str, seq: int, answer: Answer) -> None:
        """Write the answer, also when the database is away for a moment."""
        for left in reversed(range(KEEP_TRIES)):
            try:
                await asyncio.to_thread(self._outbox.finish, session, seq, answer)
                return
            except OutboxUnavailable:
                if not left:
                    raise
                await asyncio.sleep(self._keep_pause)
