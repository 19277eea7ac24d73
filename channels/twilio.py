"""WhatsApp through Twilio on Rasa's server: another lock and another messenger on the channel of ``channels/whatsapp.py``.

Rasa brings a channel for Twilio too, which is not used: it checks no signature, hears a message as often as it comes, waits with
its answer until the bot has answered, and shows what stands behind buttons.
"""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

import aiohttp
from rasa.core.channels.channel import OutputChannel, UserMessage
from sanic import Blueprint, response
from sanic.request import Request
from sanic.response import HTTPResponse

from channels.whatsapp import WhatsAppInput
from channels.whatsapp_replies import Line, WhatsAppOutput, answering
from wegwijzer.guarding.bodies import read_at_most
from wegwijzer.whatsapp.config import WhatsAppSettings
from wegwijzer.whatsapp.inbox import Redact
from wegwijzer.whatsapp.intake import Intake
from wegwijzer.whatsapp.payloads import to_texts
from wegwijzer.whatsapp.reception import keep
from wegwijzer.whatsapp.twilio.client import TwilioClient
from wegwijzer.whatsapp.twilio.config import TwilioSettings
from wegwijzer.whatsapp.twilio.reading import REPLY, read_form
from wegwijzer.whatsapp.twilio.signature import HEADER, Form, is_signed

log = logging.getLogger(__name__)

NAME = "twilio"
"""What Rasa calls the channel, and the folder of the routes. Its sentences are those of ``whatsapp``."""

LARGEST_BODY = 256 * 1024
"""Bytes of one form. Twilio cuts a text off after 1600 characters; the rest is fields of a line."""


class TwilioInput(WhatsAppInput):
    """The channel. Without settings of Twilio it has no routes.

    Args:
        settings, keys, redact, silent, settle, proof: as for :class:`channels.whatsapp.WhatsAppInput`.

    Raises:
        wegwijzer.whatsapp.store.StoreUnavailable: the database cannot be used.
    """

    def _open(
        self, settings: WhatsAppSettings, keys: tuple[bytes, ...], redact: Redact, settle: float, proof: float
    ) -> Line | None:
        self._twilio = settings.twilio
        if self._twilio is None:
            return None
        return Line(settings.through_twilio(), keys, redact, settle, proof, payloads=_messages, numbered=True, channel=NAME)

    @classmethod
    def name(cls) -> str:
        """What Rasa calls the channel, and the folder of the routes."""
        return NAME

    def get_output_channel(self) -> OutputChannel | None:
        """For what Rasa says by itself, and what colleagues say."""
        return None if self._line is None else _TwilioOutput(self._line)

    def blueprint(self, on_new_message: Callable[[UserMessage], Awaitable[None]]) -> Blueprint:
        """``POST /webhook`` for messages of people and for what became of ours."""
        routes = Blueprint("wegwijzer_twilio", __name__)
        if self._line is None or self._twilio is None:
            return routes
        line, settings = self._line, self._twilio
        intake = Intake(line.inbox, line.outgoing, self._tell)

        @routes.listener("after_server_start")
        async def start(app: Any, loop: Any) -> None:
            app.ctx.twilio_session = aiohttp.ClientSession(trust_env=True)
            self._graph = TwilioClient(settings, app.ctx.twilio_session)
            template = {"content": settings.late_reply} if settings.late_reply else None
            aftercare = {"content": settings.aftercare} if settings.aftercare else None
            await line.start(self._graph, answering(on_new_message, line, app), template, aftercare)

        @routes.listener("before_server_stop")
        async def stop(app: Any, loop: Any) -> None:
            await line.stop()
            for task in list(self._unfinished):
                task.cancel()
            await app.ctx.twilio_session.close()
            intake.close()

        async def receive(request: Request) -> HTTPResponse:
            body = await read_at_most(request.stream, LARGEST_BODY)
            if body is None:
                log.warning("twilio: a body was refused: too large")
                return response.empty(status=413)
            form = _signed_form(settings, body, request.query_string, request.headers.get(HEADER) or "")
            if form is None:
                log.warning("twilio: a body was refused: the signature is wrong")
                return response.empty(status=401)
            webhook = read_form(form, settings.account, settings.sender, request.args.get(REPLY) or "")
            if webhook.strange:
                log.warning("twilio: a form is not for us or not understood")
            kept = await keep(intake, webhook)
            # Twilio would read a text in the answer as something to say.
            return response.empty(204 if kept.status == 200 else kept.status, dict(kept.headers))

        # With stream=True the body is read here, up to a limit of our own; Sanic would keep all of it in memory.
        routes.add_route(receive, "/webhook", methods=["POST"], stream=True, name="receive")
        return routes


class _TwilioOutput(WhatsAppOutput):
    @classmethod
    def name(cls) -> str:
        """As the input channel."""
        return NAME


def _messages(body: Mapping[str, Any]) -> list[dict[str, Any]]:
    """What the bot says, with numbered answers: buttons would take a template at Twilio for each set of answers."""
    return [{"text": text} for text in to_texts(body)]


def _signed_form(settings: TwilioSettings, body: bytes, query: str, signature: str) -> Form | None:
    """The form, when Twilio signed it for our public address; a proxy may have changed what the server sees of that."""
    try:
        form = Form(body)
    except ValueError:
        return None
    address = settings.webhook_url.partition("#")[0].partition("?")[0]
    url = f"{address}?{query}" if query else address
    return form if is_signed(settings.token, url, form, signature) else None
