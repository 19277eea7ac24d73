"""One message of a conversation at a time, in the order in which they came, each answered also after a stop."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from typing import Any, Generic, Protocol, TypeVar

from wegwijzer.web.outbox import OutboxUnavailable

log = logging.getLogger(__name__)

FIRST_PAUSE, LONGEST_PAUSE = 0.5, 30.0
"""Seconds before a database that does not do its work is tried again, at first and at most. It is tried until it works or the
server stops: nobody should have to write again to get an answer, and the bot must not hear a message twice for a hiccup."""

Result = TypeVar("Result")


class Waits(Protocol):
    """Something that waits for an answer."""

    @property
    def seq(self) -> int:
        """Its number in the conversation."""


Heard = TypeVar("Heard", bound=Waits)
Said = TypeVar("Said")
Said_in = TypeVar("Said_in", contravariant=True)
Heard_out = TypeVar("Heard_out", bound=Waits, covariant=True)

Answering = Callable[[str, Heard], Awaitable[Said]]
"""From a session and what was said to the answer. Raises nothing: a failure is an answer too."""


class Keeps(Protocol[Heard_out, Said_in]):
    """Where messages wait and answers go, such as :class:`wegwijzer.web.outbox.Outbox`. Both raise ``OutboxUnavailable``."""

    def next_waiting(self, session: str, /) -> Heard_out | None:
        """The first message that was not answered yet."""

    def finish(self, session: str, seq: int, answer: Said_in, /) -> bool:
        """Keep the answer to a message and call the message handled, both or neither."""


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


class Turns(Generic[Heard, Said]):
    """Answers what waits, one conversation beside the other, within a conversation one after the other.

    Args:
        outbox: where messages wait and answers go.
        answer: how a message is answered.
        bell: rung after each answer.
        pause: seconds before a database that does not do its work is tried again, the first time.
        channel: its name, for the log.
    """

    def __init__(
        self,
        outbox: Keeps[Heard, Said],
        answer: Answering[Heard, Said],
        bell: Bell,
        pause: float = FIRST_PAUSE,
        channel: str = "web",
    ) -> None:
        self._outbox, self._answer, self._bell, self._pause, self._channel = outbox, answer, bell, pause, channel
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
            while (entry := await self._sure(self._outbox.next_waiting, session)) is not None:
                self._bell.ring(session)
                answer = await self._answer(session, entry)
                await self._sure(self._outbox.finish, session, entry.seq, answer)
                self._bell.ring(session)
        finally:
            if self._running.get(session) is asyncio.current_task():
                del self._running[session]

    async def _sure(self, ask: Callable[..., Result], *arguments: Any) -> Result:
        """Ask the database until it answers."""
        pause = self._pause
        while True:
            try:
                return await asyncio.to_thread(ask, *arguments)
            except OutboxUnavailable as error:
                log.error("%s: a message waits: %s", self._channel, error)
                await asyncio.sleep(pause)
                pause = min(2 * pause, LONGEST_PAUSE)
