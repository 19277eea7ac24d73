"""WhatsApp by Meta's Cloud API on Rasa's server: two routes around ``wegwijzer/whatsapp/``. See docs/whatsapp.md."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Coroutine
from contextlib import suppress
from typing import Any

import aiohttp
from rasa.core.channels.channel import InputChannel, OutputChannel, UserMessage
from sanic import Blueprint, response
from sanic.request import Request
from sanic.response import HTTPResponse

from channels.whatsapp_replies import NAME, Line, WhatsAppOutput, answering
from wegwijzer.handover.assembly import own_store
from wegwijzer.handover.models import HandoverUnavailable
from wegwijzer.handover.phone_vault import read_keys
from wegwijzer.settings import Settings
from wegwijzer.whatsapp.config import CloudSettings, WhatsAppSettings
from wegwijzer.whatsapp.graph import GaveUp, GraphClient, TryLater
from wegwijzer.whatsapp.inbox import SETTLE, Redact
from wegwijzer.whatsapp.incoming import Incoming, Unreadable, Webhook, read_webhook
from wegwijzer.whatsapp.intake import Intake, News
from wegwijzer.whatsapp.outgoing import PROOF
from wegwijzer.whatsapp.sending import Provider, late_reply
from wegwijzer.whatsapp.signature import SIGNATURE, challenge_of, is_signed
from wegwijzer.whatsapp.store import StoreUnavailable

log = logging.getLogger(__name__)

LARGEST_BODY = 3 * 1024 * 1024
"""Bytes of one webhook, as Meta documents."""

RETRY_AFTER = 5
"""Seconds after which it is worth delivering again."""

RECEIPTS_AT_ONCE = 10
"""Messages of which it is told at the same moment that they were read."""


def as_it_is(text: str) -> str:
    """For who redacts nothing."""
    return text


class WhatsAppInput(InputChannel):
    """The channel. Without settings of Meta it has no routes.

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
        redact: Redact = as_it_is,
        silent: Callable[[str], bool] = lambda person: False,
        settle: float = SETTLE,
        proof: float = PROOF,
    ) -> None:
        self._cloud = settings.cloud
        self._silent = silent
        self._line = None if self._cloud is None else Line(settings, keys, redact, settle, proof)
        self._graph: Provider | None = None
        self._receipts = asyncio.Semaphore(RECEIPTS_AT_ONCE)
        self._unfinished: set[asyncio.Task[Any]] = set()

    @classmethod
    def name(cls) -> str:
        """What Rasa calls the channel, and the folder of the routes."""
        return NAME

    @classmethod
    def from_credentials(cls, credentials: dict[str, Any] | None) -> WhatsAppInput:
        """With the settings of the environment: what is secret stands in no file."""
        settings = Settings.from_environment()
        return cls(settings.whatsapp, read_keys(settings.handover.key), silent=colleague_talks)

    def get_output_channel(self) -> OutputChannel | None:
        """For what Rasa says by itself, and what colleagues say."""
        return None if self._line is None else WhatsAppOutput(self._line)

    def blueprint(self, on_new_message: Callable[[UserMessage], Awaitable[None]]) -> Blueprint:
        """``GET /webhook`` for Meta's verification, ``POST /webhook`` for what happens."""
        whatsapp = Blueprint("wegwijzer_whatsapp", __name__)
        if self._line is None or self._cloud is None:
            return whatsapp
        line, cloud = self._line, self._cloud
        intake = Intake(line.inbox, line.outgoing, self._tell)

        @whatsapp.listener("after_server_start")
        async def start(app: Any, loop: Any) -> None:
            app.ctx.whatsapp_session = aiohttp.ClientSession(trust_env=True)
            self._graph = GraphClient(cloud.graph_url, cloud.phone_id, cloud.token, app.ctx.whatsapp_session)
            template = late_reply(cloud.template, cloud.template_language) if cloud.template else None
            await line.start(self._graph, answering(on_new_message, line, app), template)

        @whatsapp.listener("before_server_stop")
        async def stop(app: Any, loop: Any) -> None:
            await line.stop()
            for task in list(self._unfinished):
                task.cancel()
            await app.ctx.whatsapp_session.close()
            intake.close()

        async def verify(request: Request) -> HTTPResponse:
            challenge = challenge_of({name: request.args.get(name) for name in _ASKED}, cloud.verify_token)
            if challenge is None:
                log.warning("whatsapp: a verification was refused")
                return response.text("", status=403)
            return response.text(challenge)

        async def receive(request: Request) -> HTTPResponse:
            body = await read_body(request, LARGEST_BODY)
            if body is None:
                log.warning("whatsapp: a body was refused: too large")
                return response.text("", status=413)
            if not is_signed(cloud.app_secret, body, request.headers.get(SIGNATURE)):
                log.warning("whatsapp: a body was refused: the signature is wrong")
                return response.text("", status=401)
            return await self._received(intake, body, cloud)

        whatsapp.add_route(verify, "/webhook", methods=["GET"], name="verify")
        # With stream=True the body is read here, up to a limit of our own; Sanic would keep all of it in memory.
        whatsapp.add_route(receive, "/webhook", methods=["POST"], stream=True, name="receive")
        return whatsapp

    async def _received(self, intake: Intake, body: bytes, cloud: CloudSettings) -> HTTPResponse:
        try:
            webhook = read_webhook(body, cloud.phone_id)
        except Unreadable as error:
            # Signed, so from Meta, which would deliver it for days: it is not going to be readable.
            log.error("whatsapp: a signed body cannot be read: %s", error)
            return response.text("")
        if webhook.strange:
            log.warning("whatsapp: %s pieces of a body are not for us or not understood", webhook.strange)
        return await self._keep(intake, webhook)

    async def _keep(self, intake: Intake, webhook: Webhook) -> HTTPResponse:
        """Write down what came in; without that it is left with who brings it."""
        try:
            if webhook.messages or webhook.deliveries:
                await intake.put(webhook)
        except StoreUnavailable as error:
            log.error("whatsapp: a message is left with Meta: %s", error)
            return response.text("", status=503, headers={"Retry-After": str(RETRY_AFTER)})
        except Exception as error:
            # Only the kind of error: its text may hold what somebody wrote.
            log.error("whatsapp: a message is left with Meta: %s", type(error).__name__, exc_info=log.isEnabledFor(logging.DEBUG))
            return response.text("", status=503, headers={"Retry-After": str(RETRY_AFTER)})
        return response.text("")

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


_ASKED = ("hub.mode", "hub.verify_token", "hub.challenge")


def colleague_talks(person: str) -> bool:
    """Whether this person waits for a colleague, or talks with one: then the bot writes nothing."""
    try:
        return own_store().open_request(person) is not None
    except HandoverUnavailable:
        return False


async def read_body(request: Request, most: int) -> bytes | None:
    """The body; ``None`` when it has more bytes than ``most``."""
    body = bytearray()
    async for piece in request.stream:
        body += piece
        if len(body) > most:
            return None
    return bytes(body)
