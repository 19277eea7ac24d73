"""One message of a conversation at a time, in the order in which they came, each answered also after a stop."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Iterable
from contextlib import AbstractAsyncContextManager, suppress
from typing import Any, Generic, Protocol, TypeVar

from wegwijzer.claims import Claims
from wegwijzer.web.outbox import OutboxUnavailable

log = logging.getLogger(__name__)

FIRST_PAUSE, LONGEST_PAUSE = 0.5, 30.0
"""Seconds before a database that does not do its work is tried again, at first and at most. It is tried until it works or the
server stops: nobody should have to write again to get an answer, and the bot must not hear a message twice for a hiccup."""

LEFT_FOR, LOOK_EVERY, SWEEP_EVERY, GRACE = 2.0, 0.25, 2.0, 6.0
"""Where servers share a database, in seconds: how long a message is left to the server that took it, which alone knows the words
as they were typed; between two looks whether it did its work; between two looks for what a server left that is gone; and what a
server that stops still gets for its own."""

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

    def took(self, session: str, heard: Any, /) -> bool:
        """Whether this process knows all that another would know of what :meth:`next_waiting` gave, or more: it took it in."""


class Bell:
    """Tells who listens to a conversation that there is something new.

    Attributes:
        look_every: seconds after which who listens looks by itself for what another process wrote.
    """

    look_every = 1.0

    def __init__(self) -> None:
        self._listeners: dict[str, set[asyncio.Event]] = {}

    async def run(self) -> None:
        """Hear what rings on other servers, until cancelled. Here there are none."""

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
        self.ring_here(session)

    def ring_here(self, session: str) -> None:
        """Wake who listens to it in this process."""
        for event in self._listeners.get(session, ()):
            event.set()

    def ring_all(self) -> None:
        """Wake everybody here: the server stops."""
        for session in list(self._listeners):
            self.ring_here(session)


class Turns(Generic[Heard, Said]):
    """Answers what waits, one conversation beside the other, within a conversation one after the other.

    Args:
        outbox: where messages wait and answers go.
        answer: how a message is answered.
        bell: rung after each answer.
        pause: seconds before a database that does not do its work is tried again, the first time.
        channel: its name, for the log, and apart from other channels in the claims.
        claims: keeps every other out of a conversation, also on other servers that share the database.
        left_for: see :data:`LEFT_FOR`.
    """

    def __init__(
        self,
        outbox: Keeps[Heard, Said],
        answer: Answering[Heard, Said],
        bell: Bell,
        pause: float = FIRST_PAUSE,
        channel: str = "web",
        claims: Claims | None = None,
        left_for: float = LEFT_FOR,
    ) -> None:
        self._outbox, self._answer, self._bell, self._pause, self._channel = outbox, answer, bell, pause, channel
        self._claims, self._left_for = claims or Claims(), left_for
        self._running: dict[str, asyncio.Task[None]] = {}
        self._leaving: dict[str, asyncio.Event] = {}
        self._stopping = False

    def start(self) -> None:
        """Begin, again after :meth:`stop`."""
        self._stopping = False

    def wake(self, session: str) -> None:
        """There is something to answer, or there may be. Once we stop nothing is begun: broken off it would be heard twice."""
        if self._stopping:
            return
        if (leaving := self._leaving.get(session)) is not None:
            leaving.set()
            return
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

    def alone(self, session: str, within: float | None = None) -> AbstractAsyncContextManager[None]:
        """Have a conversation while nobody answers in it, on no server.

        Raises:
            wegwijzer.claims.Busy: it took longer than ``within`` seconds.
        """
        return self._claims.hold(f"{self._channel} {session}", within)

    async def sweep(self, unfinished: Callable[[], Iterable[str]]) -> None:
        """Again and again wake what a server left that is gone; nothing to do when there are no others.

        Args:
            unfinished: gives the conversations in which something waits. May raise ``OutboxUnavailable``.
        """
        while self._claims.shared:
            await asyncio.sleep(SWEEP_EVERY)
            try:
                waiting = await asyncio.to_thread(unfinished)
            except OutboxUnavailable as error:
                log.error("%s: what waits is left for later: %s", self._channel, error)
                continue
            for session in waiting:
                if not self.busy(session):
                    self.wake(session)

    async def stop(self) -> None:
        """Stop answering; what was not answered waits for the next start, or for another server.

        Where there are others this one first ends what it took, for it alone knows all of it.
        """
        self._stopping = True
        for leaving in self._leaving.values():
            leaving.set()
        running = list(self._running.values())
        if self._claims.shared and running:
            await asyncio.wait(running, timeout=GRACE)
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
            left: int | None = None
            while (first := await self._first(session)) is not None:
                if first.seq == left or self._ours(session, first):
                    await self._answer_all(session, left)
                elif await self._left_to_others(session, first.seq):
                    left = first.seq
                if self._stopping:
                    return
        finally:
            if self._running.get(session) is asyncio.current_task():
                del self._running[session]

    async def _first(self, session: str) -> Heard | None:
        """The first thing that waits."""
        return await self._sure(self._outbox.next_waiting, session)

    async def _answer_all(self, session: str, left: int | None) -> None:
        """Answer what is ours, and what was left long enough; judged again once nobody else answers here."""
        async with self.alone(session):
            while (entry := await self._first(session)) is not None:
                if entry.seq != left and not self._ours(session, entry):
                    return
                self._bell.ring(session)
                answer = await self._answer(session, entry)
                await self._sure(self._outbox.finish, session, entry.seq, answer)
                self._bell.ring(session)

    def _ours(self, session: str, entry: Heard) -> bool:
        return not self._claims.shared or self._outbox.took(session, entry)

    async def _left_to_others(self, session: str, seq: int) -> bool:
        """Leave a message for a while to the server that took it. Returns whether it still waits after that."""
        until = asyncio.get_running_loop().time() + self._left_for
        woken = self._leaving[session] = self._bell.listen(session)
        try:
            while not self._stopping and asyncio.get_running_loop().time() < until:
                woken.clear()
                first = await self._first(session)
                if first is None or first.seq != seq:
                    return False
                with suppress(TimeoutError):
                    async with asyncio.timeout(LOOK_EVERY):
                        await woken.wait()
        finally:
            self._bell.stop(session, self._leaving.pop(session))
        return not self._stopping

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
