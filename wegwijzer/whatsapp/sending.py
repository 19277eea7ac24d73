"""Sends what waits: one person beside the other, to one person one thing after the other."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable, Mapping
from typing import Any, Protocol

from wegwijzer.aftercare.models import LINE
from wegwijzer.whatsapp.exchange import GaveUp, TryLater, WindowClosed
from wegwijzer.whatsapp.outgoing import Outgoing, Reply
from wegwijzer.whatsapp.people import NumberLost, People
from wegwijzer.whatsapp.store import State, StoreUnavailable

log = logging.getLogger(__name__)

AT_ONCE = 20
"""People to whom something is being sent at the same moment."""

GRACE = 5.0
"""Seconds that what is being sent gets when everything stops: broken off, nobody would know whether it arrived."""

PAUSE = 1.0
"""Seconds before a database that does not do its work is tried again."""


class Gateway(Protocol):
    """A provider that brings messages. Raises what :mod:`wegwijzer.whatsapp.exchange` names."""

    async def send(self, to: str, payload: Mapping[str, Any], opaque: str = "") -> str:
        """Send one thing; returns the provider's id of it."""


class Provider(Gateway, Protocol):
    """A gateway that can tell a person that their message is being answered."""

    async def seen(self, identifier: str, /, typing: bool = True) -> None:
        """Say that a message was read, and that an answer is coming."""


class Sending:
    """The loop of every person who has something coming.

    Args:
        outgoing: what there is to send.
        people: tells the number.
        gateway: brings it.
        template: what is sent instead to who wrote too long ago and has a colleague's answer waiting; ``None`` sends nothing.
        clock: seconds since 1970.
    """

    def __init__(
        self,
        outgoing: Outgoing,
        people: People,
        gateway: Gateway,
        template: Mapping[str, Any] | None = None,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._outgoing, self._people, self._gateway, self._template, self._clock = outgoing, people, gateway, template, clock
        self._running: dict[str, asyncio.Task[None]] = {}
        self._bells: dict[str, asyncio.Event] = {}
        self._room = asyncio.Semaphore(AT_ONCE)
        self._stopping = False

    def wake(self, person: str) -> None:
        """There is something to send to this person, or there may be, or it arrived after all."""
        if (bell := self._bells.get(person)) is not None:
            bell.set()
            return
        bell = self._bells[person] = asyncio.Event()
        self._running[person] = asyncio.get_running_loop().create_task(self._work(person, bell))

    def busy(self, person: str) -> bool:
        """Whether something waits to be sent to this person here."""
        return person in self._bells

    async def stop(self) -> None:
        """Stop; what was not sent waits for the next start."""
        self._stopping = True
        running = list(self._running.values())
        for bell in self._bells.values():
            bell.set()
        if running:
            await asyncio.wait(running, timeout=GRACE)
        for task in running:
            task.cancel()
        await asyncio.gather(*running, return_exceptions=True)

    async def _work(self, person: str, bell: asyncio.Event) -> None:
        try:
            while not self._stopping:
                bell.clear()
                wait = await self._step(person)
                if wait is None and not bell.is_set():
                    return
                if wait and not self._stopping:
                    await _until(bell, wait)
        finally:
            if self._bells.get(person) is bell:
                del self._bells[person]
                self._running.pop(person, None)

    async def _step(self, person: str) -> float | None:
        """One thing. Returns the seconds to wait for the next, or ``None`` when there is nothing more to do now."""
        try:
            reply = await asyncio.to_thread(self._outgoing.next, person)
            if reply is None or reply.state == State.HELD:
                return None
            if (wait := reply.due - self._clock()) > 0:
                return wait
            if not await asyncio.to_thread(self._outgoing.claim, reply):
                return PAUSE
            async with self._room:
                await self._send(reply)
            return 0.0
        except StoreUnavailable as error:
            log.error("whatsapp: something to send waits: %s", error)
            return PAUSE

    async def _send(self, reply: Reply) -> None:
        if not is_approved(reply.payload) and not self._outgoing.window_open(reply):
            await self._hold(reply)
            return
        try:
            identifier = await self._gateway.send(self._people.show(reply.number), reply.payload, reply.id)
        except WindowClosed:
            await self._hold(reply)
        except TryLater as error:
            again = await asyncio.to_thread(self._outgoing.later, reply, error.after_seconds, error.perhaps_done)
            log.warning("whatsapp: sending failed (%s); %s", error.code or "no answer", "trying later" if again else "given up")
        except GaveUp as error:
            await self._give_up(reply, f"refused with code {error.code}")
        except NumberLost as error:
            await self._give_up(reply, str(error))
        except StoreUnavailable:
            raise
        except Exception as error:
            # Only the kind of error: its text may hold what is said. One thing that breaks must not hold up the rest for ever.
            await self._give_up(reply, f"it broke ({type(error).__name__})")
        else:
            await self._surely_sent(reply, identifier)

    async def _surely_sent(self, reply: Reply, identifier: str) -> None:
        """Write it down until it is written down: what is not known to be sent is sent again one day."""
        while True:
            try:
                await asyncio.to_thread(self._outgoing.sent, reply, identifier)
                return
            except StoreUnavailable as error:
                log.error("whatsapp: that something was sent is not written down yet: %s", error)
                await asyncio.sleep(PAUSE)

    async def _give_up(self, reply: Reply, why: str) -> None:
        log.error("whatsapp: something could not be sent and is given up: %s", why)
        await asyncio.to_thread(self._outgoing.dead, reply)

    async def _hold(self, reply: Reply) -> None:
        """The person wrote too long ago: what a colleague says is announced, when that is possible, and all waits."""
        if (reply.line or "").startswith(LINE):
            # A question that they said yes to for then: later it would come out of nowhere.
            await self._give_up(reply, "it is too late for it")
            return
        await asyncio.to_thread(self._outgoing.hold, reply)
        if reply.line is None or self._template is None:
            log.warning("whatsapp: something waits until a person writes again: they last wrote more than a day ago")
            return
        if not await asyncio.to_thread(self._outgoing.nudge, reply.person):
            return
        try:
            await self._gateway.send(self._people.show(reply.number), self._template)
            log.info("whatsapp: a person was told that an answer waits")
        except (TryLater, GaveUp, NumberLost) as error:
            log.warning("whatsapp: a person could not be told that an answer waits (%s)", getattr(error, "code", 0))


def approved(name: str, language: str) -> dict[str, Any]:
    """The message that sends a template without anything to fill in: what was said is not for a notification."""
    return {"type": "template", "template": {"name": name, "language": {"code": language}}}


def is_approved(payload: Mapping[str, Any]) -> bool:
    """Whether the provider approved this, so that it may be sent at any time: a template at Meta, content at Twilio."""
    return payload.get("type") == "template" or "content" in payload


async def _until(bell: asyncio.Event, seconds: float) -> None:
    try:
        await asyncio.wait_for(bell.wait(), seconds)
    except TimeoutError:
        return
