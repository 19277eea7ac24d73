"""WhatsApp by Meta's Cloud API beside Rasa's server: a door of its own before ``wegwijzer/whatsapp/``. See docs/whatsapp.md."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Coroutine
from contextlib import suppress
from typing import Any

import aiohttp
from rasa.core.channels.channel import InputChannel, OutputChannel, UserMessage
from sanic import Blueprint

from channels.whatsapp_replies import NAME, Line, WhatsAppOutput, answering
from wegwijzer.handover.assembly import own_store
from wegwijzer.handover.models import HandoverUnavailable
from wegwijzer.handover.phone_vault import read_keys
from wegwijzer.privacy.redaction import own_redactor
from wegwijzer.settings import Settings
from wegwijzer.whatsapp.config import WhatsAppSettings
from wegwijzer.whatsapp.door import Door
from wegwijzer.whatsapp.exchange import GaveUp, TryLater
from wegwijzer.whatsapp.graph import GraphClient
from wegwijzer.whatsapp.inbox import SETTLE, Redact
from wegwijzer.whatsapp.incoming import Incoming
from wegwijzer.whatsapp.intake import Intake, News
from wegwijzer.whatsapp.outgoing import PROOF
from wegwijzer.whatsapp.reception import Reception
from wegwijzer.whatsapp.sending import Provider, approved

RECEIPTS_AT_ONCE = 10
"""Messages of which it is told at the same moment that they were read."""


class WhatsAppInput(InputChannel):
    """The channel. It has no routes on Rasa's server; without settings of Meta no door either.

    Args:
        settings: of WhatsApp.
        keys: encrypt telephone numbers, see :func:`wegwijzer.handover.phone_vault.read_keys`.
        redact: takes names and numbers out of what is written down.
        silent: whether somebody else than the bot talks with this person now.
        settle: see :data:`wegwijzer.whatsapp.inbox.SETTLE`.
        proof: see :data:`wegwijzer.whatsapp.outgoing.PROOF`.

    Raises:
        wegwijzer.whatsapp.store.StoreUnavailable: the database cannot be used.
    """

    def __init__(
        self,
        settings: WhatsAppSettings,
        keys: tuple[bytes, ...],
        redact: Redact,
        silent: Callable[[str], bool] = lambda person: False,
        settle: float = SETTLE,
        proof: float = PROOF,
    ) -> None:
        self._cloud = settings.cloud
        self._silent = silent
        self._line = self._open(settings, keys, redact, settle, proof)
        self._graph: Provider | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._receipts = asyncio.Semaphore(RECEIPTS_AT_ONCE)
        self._unfinished: set[asyncio.Task[Any]] = set()

    def _open(
        self, settings: WhatsAppSettings, keys: tuple[bytes, ...], redact: Redact, settle: float, proof: float
    ) -> Line | None:
        """The line of this provider; ``None`` without settings for it."""
        return None if settings.cloud is None else Line(settings, keys, redact, settle, proof)

    @classmethod
    def name(cls) -> str:
        """What Rasa calls the channel, and the folder of the routes."""
        return NAME

    @classmethod
    def from_credentials(cls, credentials: dict[str, Any] | None) -> WhatsAppInput:
        """With the settings of the environment: what is secret stands in no file."""
        settings = Settings.from_environment()
        return cls(settings.whatsapp, read_keys(settings.handover.key), own_redactor().redact, colleague_talks)

    def get_output_channel(self) -> OutputChannel | None:
        """For what Rasa says by itself, and what colleagues say."""
        return None if self._line is None else WhatsAppOutput(self._line)

    def blueprint(self, on_new_message: Callable[[UserMessage], Awaitable[None]]) -> Blueprint:
        """No routes: what starts and stops with Rasa's server, see :class:`wegwijzer.whatsapp.door.Door`."""
        whatsapp = Blueprint("wegwijzer_whatsapp", __name__)
        if self._line is None or self._cloud is None:
            return whatsapp
        line, cloud = self._line, self._cloud
        intake = Intake(line.inbox, line.outgoing, self._tell_rasa)
        door = Door(Reception(cloud, intake), cloud.host, cloud.port)

        @whatsapp.listener("after_server_start")
        async def start(app: Any, loop: Any) -> None:
            self._loop = asyncio.get_running_loop()
            app.ctx.whatsapp_session = aiohttp.ClientSession(trust_env=True)
            self._graph = GraphClient(cloud.graph_url, cloud.phone_id, cloud.token, app.ctx.whatsapp_session)
            template = approved(cloud.template, cloud.template_language) if cloud.template else None
            aftercare = approved(cloud.aftercare, cloud.template_language) if cloud.aftercare else None
            await line.start(self._graph, answering(on_new_message, line, app), template, aftercare)
            await asyncio.to_thread(door.start)

        @whatsapp.listener("before_server_stop")
        async def stop(app: Any, loop: Any) -> None:
            await asyncio.to_thread(door.stop)
            await line.stop()
            for task in list(self._unfinished):
                task.cancel()
            await app.ctx.whatsapp_session.close()
            intake.close()

        return whatsapp

    def _tell_rasa(self, news: News) -> None:
        """From the door's thread: turns are begun on Rasa's loop."""
        if self._loop is not None:
            self._loop.call_soon_threadsafe(self._tell, news)

    def _tell(self, news: News) -> None:
        if self._line is None:
            return
        self._line.heard([person for person, _ in news.fresh])
        for person in news.people:
            self._line.sending.wake(person)
        for person, message in news.fresh:
            self._beside(self._seen(person, message))

    async def _seen(self, person: str, message: Incoming) -> None:
        """Two blue ticks, and that an answer is coming. It is a kindness: when it fails nothing is lost."""
        if self._graph is None:
            return
        async with self._receipts:
            silent = await asyncio.to_thread(self._silent, person)
            with suppress(TryLater, GaveUp):
                await self._graph.seen(message.id, typing=not silent)

    def _beside(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.get_running_loop().create_task(work)
        self._unfinished.add(task)
        task.add_done_callback(self._unfinished.discard)


def colleague_talks(person: str) -> bool:
    """Whether this person waits for a colleague, or talks with one: then the bot writes nothing."""
    try:
        return own_store().open_request(person) is not None
    except HandoverUnavailable:
        return False
