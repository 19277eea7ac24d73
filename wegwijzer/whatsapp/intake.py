"""Writes down what comes in before it is called received, and for many at the same moment in one go.

A hundred transactions of one message take a hundred times as long as one of a hundred: what arrives while one is being written
goes together in the next. On its own thread, so that it waits for nobody who answers.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

from wegwijzer.whatsapp.inbox import Inbox
from wegwijzer.whatsapp.incoming import Incoming, Webhook
from wegwijzer.whatsapp.outgoing import Outgoing
from wegwijzer.whatsapp.store import StoreUnavailable

log = logging.getLogger(__name__)

MOST_TOGETHER = 50
"""Webhooks that are written in one go: all of them wait for the last."""


@dataclass(frozen=True)
class News:
    """What changed.

    Attributes:
        fresh: new messages that wait for an answer, with the name of who sent each.
        people: people of whom it is known now what became of something that we sent.
    """

    fresh: tuple[tuple[str, Incoming], ...] = ()
    people: frozenset[str] = frozenset()


@dataclass(eq=False)
class _Job:
    webhook: Webhook
    done: asyncio.Future[None] = field(default_factory=lambda: asyncio.get_running_loop().create_future())


class Intake:
    """One line of webhooks.

    Args:
        inbox: takes messages.
        outgoing: hears what became of ours.
        tell: called after each go, with what changed.
    """

    def __init__(self, inbox: Inbox, outgoing: Outgoing, tell: Callable[[News], None]) -> None:
        self._inbox, self._outgoing, self._tell = inbox, outgoing, tell
        self._jobs: list[_Job] = []
        self._busy: asyncio.Task[None] | None = None
        self._thread = ThreadPoolExecutor(1, "whatsapp-intake")

    async def put(self, webhook: Webhook) -> None:
        """Write it down. When this returns it is on disk.

        Raises:
            wegwijzer.whatsapp.store.StoreUnavailable: it is not; the provider has to deliver it again.
        """
        job = _Job(webhook)
        self._jobs.append(job)
        if self._busy is None:
            self._busy = asyncio.get_running_loop().create_task(self._work())
        # Who goes away halfway changes nothing for the others.
        await asyncio.shield(job.done)

    def close(self) -> None:
        """End the thread."""
        self._thread.shutdown(wait=False)

    async def _work(self) -> None:
        try:
            while self._jobs:
                # By turns: nobody who writes waits for many statuses, and these do not wait for ever.
                await self._some(lambda job: bool(job.webhook.messages))
                await self._some(lambda job: not job.webhook.messages)
        finally:
            self._busy = None

    async def _some(self, which: Callable[[_Job], bool]) -> None:
        jobs = [job for job in self._jobs if which(job)][:MOST_TOGETHER]
        if jobs:
            self._jobs = [job for job in self._jobs if job not in jobs]
            await self._together(jobs)

    async def _together(self, jobs: Sequence[_Job]) -> None:
        loop = asyncio.get_running_loop()
        try:
            news = await loop.run_in_executor(self._thread, self._write, [job.webhook for job in jobs])
        except Exception as error:
            if len(jobs) > 1 and not isinstance(error, StoreUnavailable):
                # One of them is what breaks it: the others must not suffer from that.
                for job in jobs:
                    await self._together([job])
                return
            for job in jobs:
                if not job.done.done():
                    job.done.set_exception(error)
            return
        for job in jobs:
            if not job.done.done():
                job.done.set_result(None)
        self._tell(news)

    def _write(self, webhooks: Sequence[Webhook]) -> News:
        messages = [message for webhook in webhooks for message in webhook.messages]
        deliveries = [delivery for webhook in webhooks for delivery in webhook.deliveries]
        taken = self._inbox.take(messages) if messages else None
        people, failed = self._outgoing.delivered(deliveries) if deliveries else (set(), [])
        for code in failed:
            log.warning("whatsapp: something that was sent did not arrive: code %s", code)
        if taken is not None and taken.late:
            log.warning("whatsapp: %s messages came too late to be heard", taken.late)
        return News(taken.fresh if taken is not None else (), frozenset(people))
