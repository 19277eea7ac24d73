"""The process that keeps the hand-over going: ``python -m wegwijzer.handover.runner``; settings come from the environment.

Every moment it brings what colleagues said to residents who can be told at once, through Rasa's tracker events API with side
effects; every few seconds it does what time asks for (:mod:`wegwijzer.handover.rounds`). A database that is locked, a Rasa
server that is away and a stop halfway cost only time: the next round goes on where this one was.
"""

from __future__ import annotations

import asyncio
import logging
import signal
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Any
from urllib.parse import quote

import httpx

from wegwijzer.aftercare.assembly import asker_of
from wegwijzer.aftercare.models import AftercareUnavailable
from wegwijzer.aftercare.rounds import EVERY as ASK_EVERY
from wegwijzer.aftercare.rounds import Asker
from wegwijzer.guarding.traces import where
from wegwijzer.handover.assembly import bringer_of, rounds_of, store_of
from wegwijzer.handover.bringing import Bringer
from wegwijzer.handover.crossing import PUSHED, crossed
from wegwijzer.handover.models import HandoverUnavailable, Request
from wegwijzer.handover.rounds import EVERY, Rounds
from wegwijzer.handover.store import HandoverStore
from wegwijzer.settings import Settings
from wegwijzer.watching import metrics
from wegwijzer.watching.beginning import be_seen, log_as
from wegwijzer.watching.parts import HANDOVER
from wegwijzer.watching.queues import queues_of
from wegwijzer.watching.readiness import Readiness, own_databases

log = logging.getLogger(__name__)

LOOK_EVERY = 0.5
"""Seconds between two looks for something to bring over."""

PATIENCE = 30.0
"""Seconds to wait for Rasa."""


class Conversations:
    """The conversations of a Rasa server, over its HTTP API.

    Args:
        address: such as ``http://127.0.0.1:5005``.
        token: guards the API.
        client: for the connections.
    """

    def __init__(self, address: str, token: str, client: httpx.AsyncClient) -> None:
        self._address, self._client = address, client
        self._headers = {"Authorization": f"Bearer {token}"}

    async def known(self, conversation: str) -> frozenset[str]:
        """The ids of the lines that are in a conversation. Raises ``httpx.HTTPError``."""
        return crossed((await self.tracker(conversation)).get("events") or ())

    async def tracker(self, conversation: str) -> dict[str, Any]:
        """A conversation as Rasa shows it, with all its events. Raises ``httpx.HTTPError``."""
        answer = await self._client.get(
            self._url(conversation, "tracker"), params={"include_events": "ALL"}, headers=self._headers
        )
        answer.raise_for_status()
        found: dict[str, Any] = answer.json()
        return found

    async def post(self, conversation: str, channel: str, events: list[dict[str, Any]]) -> None:
        """Put events into a conversation, and say on its channel what is in them. Raises ``httpx.HTTPError``."""
        side_effects = {"execute_side_effects": "true", "output_channel": channel, "include_events": "NONE"}
        url = self._url(conversation, "tracker/events")
        (await self._client.post(url, params=side_effects, json=events, headers=self._headers)).raise_for_status()

    def _url(self, conversation: str, what: str) -> str:
        return f"{self._address}/conversations/{quote(conversation, safe='')}/{what}"


async def bring_all(bringer: Bringer, conversations: Conversations) -> int:
    """Bring over all that waits, one conversation after the other; one that fails does not hold up the others.

    Returns:
        How many lines went over.

    Raises:
        HandoverUnavailable: when the database does not do its work.
    """
    went = 0
    for request in await bringer.waiting():
        if request.channel not in PUSHED:
            continue
        try:
            went += await _bring(bringer, conversations, request)
        except httpx.HTTPError as error:
            # Only the kind: the address has the conversation in it.
            log.warning("handover: Rasa did not take something that was said: %s", type(error).__name__)
    return went


async def _bring(bringer: Bringer, conversations: Conversations, request: Request) -> int:
    async def known() -> frozenset[str]:
        return await conversations.known(request.conversation)

    async def post(events: list[dict[str, Any]]) -> None:
        await conversations.post(request.conversation, request.channel, events)

    return await bringer.bring(request, known, post)


async def run(settings: Settings, stopping: asyncio.Event) -> None:
    """Go on until stopped."""
    store = await _opened(settings, stopping)
    if store is None:
        return
    try:
        bringer, rounds = bringer_of(settings, store), rounds_of(settings, store)
        async with httpx.AsyncClient(timeout=PATIENCE, trust_env=False) as client:
            conversations = Conversations(settings.rasa_url, settings.token, client)
            await asyncio.gather(
                keep_doing(lambda: bring_all(bringer, conversations), LOOK_EVERY, stopping, "bring"),
                keep_doing(lambda: _round(rounds), EVERY, stopping, "rounds"),
                keep_asking(settings, conversations, stopping),
            )
    finally:
        store.close()


async def _opened(settings: Settings, stopping: asyncio.Event) -> HandoverStore | None:
    while not stopping.is_set():
        try:
            return await asyncio.to_thread(store_of, settings)
        except HandoverUnavailable as error:
            log.error("handover: %s", error)
            await _pause(EVERY, stopping)
    return None


async def _round(rounds: Rounds) -> None:
    happened, _ = await asyncio.to_thread(rounds.run_once)
    if happened:
        log.info("handover: %s", ", ".join(due.key.partition(".")[0] for due in happened))


async def keep_doing(work: Callable[[], Awaitable[Any]], every: float, stopping: asyncio.Event, job: str = "rounds") -> None:
    """Do the work, pause, and again, whatever went wrong, until stopped.

    Args:
        every: seconds between two times.
        job: what it is counted as, one of :data:`wegwijzer.watching.metrics.JOBS`.
    """
    while not stopping.is_set():
        try:
            await work()
            metrics.ROUNDS.labels(job).inc()
            metrics.LAST_ROUND.labels(job).set_to_current_time()
        except Exception as error:
            metrics.ROUND_FAILURES.labels(job).inc()
            _say_why(error)
        await _pause(every, stopping)


def _say_why(error: Exception) -> None:
    if isinstance(error, (HandoverUnavailable, AftercareUnavailable)):
        log.error("handover: %s", error)
        return
    # Only the kind of error: its text may hold what somebody said. The next round must come, whatever it was.
    log.error("handover: a round failed: %s", where(error) if log.isEnabledFor(logging.DEBUG) else type(error).__name__)


async def _pause(seconds: float, stopping: asyncio.Event) -> None:
    with suppress(TimeoutError):
        await asyncio.wait_for(stopping.wait(), seconds)


async def keep_asking(settings: Settings, conversations: Conversations, stopping: asyncio.Event) -> None:
    """Ask whoever is due whether it worked; a database that is away is opened later."""
    opened: list[Asker] = []

    async def round_of_asking() -> None:
        if not opened:
            opened.append(await asyncio.to_thread(asker_of, settings, conversations))
        if asked := await opened[0].run_once():
            log.info("aftercare: %s people were asked whether it worked", asked)

    await keep_doing(round_of_asking, ASK_EVERY, stopping, "aftercare")


async def _until_stopped(settings: Settings) -> None:
    stopping = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stopping.set)
    await run(settings, stopping)


def main() -> None:
    """Run until stopped."""
    settings = Settings.from_environment()
    log_as(HANDOVER, settings)
    # The addresses that httpx would log have conversations in them.
    logging.getLogger("httpx").setLevel(logging.WARNING)
    metrics.REGISTRY.register(queues_of(settings))
    be_seen(HANDOVER, settings, readiness=Readiness({"database": own_databases}))
    asyncio.run(_until_stopped(settings))


if __name__ == "__main__":
    main()
