"""The REST channel, hardened: bad input gets a clear answer, a failure a kind sentence, and no log holds what was said.

Contract: ``POST /webhooks/rest/webhook {"sender", "message"}`` answers a list of messages. Nothing can be said here that answers
nothing, so what a colleague said comes first in the next answer, or to who asks: ``GET /webhooks/rest/messages?sender=...``.
"""

from __future__ import annotations

import logging
import os
from asyncio import CancelledError
from collections.abc import Awaitable, Callable
from typing import Any

from rasa.core.channels.channel import CollectingOutputChannel, UserMessage
from rasa.core.channels.rest import RestInput
from sanic import Blueprint, response
from sanic.request import Request
from sanic.response import HTTPResponse

from channels.careful import NotKept
from channels.guard import has_token
from channels.handover import catch_up
from wegwijzer.domain_texts import response_text
from wegwijzer.guarding.traces import where
from wegwijzer.shared_services import redis_url
from wegwijzer.understanding.cleaning import clean
from wegwijzer.web.contract import storable
from wegwijzer.web.limits import RETRY_AFTER
from wegwijzer.web.shared_limits import limit_of

log = logging.getLogger(__name__)

LONGEST_SENDER = 200

LARGEST_BODY = 1024 * 1024
"""Bytes of one request: far more than the longest message of which anything is read."""

PER_SENDER, PER_ADDRESS = (300, 60.0), (1200, 60.0)
"""How many requests of one conversation and of one address, with the seconds in which that is whole again. Far more than a person
types, and for an address about what one server can answer: programs that talk for many people show the token instead."""


class SafeRestInput(RestInput):
    """Rasa's REST channel with checks in front and a safety net behind.

    Args:
        token: of the API; who shows it is not held back by the limits. Empty: there is none.
        per_sender: how many requests of one conversation, with the seconds in which that is whole again.
        per_address: the same for one address.
        redis: URL of Redis, when the limits are to count for several servers.
    """

    def __init__(
        self,
        token: str = "",
        per_sender: tuple[int, float] = PER_SENDER,
        per_address: tuple[int, float] = PER_ADDRESS,
        redis: str = "",
    ) -> None:
        self._token = token
        self._senders = limit_of(redis, token, "rest sender", *per_sender)
        self._addresses = limit_of(redis, token, "rest address", *per_address)

    @classmethod
    def from_credentials(cls, credentials: dict[str, Any] | None) -> SafeRestInput:
        """With ``token`` of ``credentials.yml``; it may be left out."""
        return cls(str((credentials or {}).get("token") or ""), redis=redis_url(os.environ))

    def blueprint(self, on_new_message: Callable[[UserMessage], Awaitable[None]]) -> Blueprint:
        """``GET /`` says ok, ``POST /webhook`` talks, ``GET /messages`` gives what a colleague said in the meantime."""
        webhook = Blueprint("wegwijzer_rest", __name__)

        @webhook.listener("before_server_stop")
        async def stop(app: Any, loop: Any) -> None:
            for limit in (self._senders, self._addresses):
                await limit.close()

        @webhook.route("/", methods=["GET"])
        async def health(_: Request) -> HTTPResponse:
            return response.json({"status": "ok"})

        @webhook.route("/webhook", methods=["POST"])
        async def receive(request: Request) -> HTTPResponse:
            if request.body and not str(request.headers.get("content-type") or "").startswith("application/json"):
                # A page of another site can make a browser send anything else without asking first.
                return _refuse("the body must be application/json", 415)
            if not await self._address_may(request):
                return _too_fast()
            if len(request.body) > LARGEST_BODY:
                return _refuse("the body is too large", 413)
            try:
                body = request.json
            except Exception:
                return _refuse("the body is not JSON")
            problem = _problem(body)
            if problem:
                return _refuse(problem)
            if not await self._sender_may(request, body["sender"]):
                return _too_fast()
            return response.json(await _talk(on_new_message, body, self.name()))

        @webhook.route("/messages", methods=["GET"])
        async def messages(request: Request) -> HTTPResponse:
            sender = request.args.get("sender")
            problem = _problem({"sender": sender, "message": "-"})
            if problem:
                return _refuse(problem)
            if not await self._address_may(request) or not await self._sender_may(request, sender):
                return _too_fast()
            agent = getattr(request.app.ctx, "agent", None)
            if agent is None or agent.processor is None:
                return response.json({"error": "the bot is still starting"}, status=503)
            collector = CollectingOutputChannel()
            async with agent.lock_store.lock(sender):
                await catch_up(agent.processor, sender, collector)
            return response.json(collector.messages)

        return webhook

    async def _address_may(self, request: Request) -> bool:
        return self._trusted(request) or await self._addresses.admits(str(request.remote_addr or request.ip))

    async def _sender_may(self, request: Request, sender: str) -> bool:
        return self._trusted(request) or await self._senders.admits(sender)

    def _trusted(self, request: Request) -> bool:
        return bool(self._token) and has_token(request, self._token)


async def _talk(
    on_new_message: Callable[[UserMessage], Awaitable[None]], body: dict[str, Any], channel: str
) -> list[dict[str, Any]]:
    collector = CollectingOutputChannel()
    message = UserMessage(clean(body["message"]), collector, body["sender"], input_channel=channel)
    try:
        await on_new_message(message)
    except CancelledError:
        log.error("rest: handling a message was cancelled")
    except Exception as error:
        # Only the kind of error: its text may hold what the person wrote.
        log.error(
            "rest: handling a message failed: %s",
            where(error) if log.isEnabledFor(logging.DEBUG) else type(error).__name__,
            extra={"conversation": body["sender"]},
        )
        if not collector.messages or isinstance(error, NotKept):
            # Also after an answer: the bot does not know that it gave it.
            return [*collector.messages, {"recipient_id": body["sender"], "text": response_text("utter_storing")}]
    messages: list[dict[str, Any]] = collector.messages
    return messages


def _problem(body: object) -> str:
    if not isinstance(body, dict):
        return "the body must be an object with sender and message"
    sender, message = body.get("sender"), body.get("message")
    if not isinstance(sender, str) or not sender.strip() or len(sender) > LONGEST_SENDER:
        return f"sender must be text of 1 to {LONGEST_SENDER} characters"
    if not sender.isprintable():
        return "sender must be without control characters"
    if not isinstance(message, str) or not message.strip():
        return "message must be text that is not empty"
    if not storable(message):
        return "message must be text in Unicode, without half characters"
    return ""


def _refuse(problem: str, status: int = 400) -> HTTPResponse:
    return response.json({"error": problem}, status=status)


def _too_fast() -> HTTPResponse:
    return response.json({"error": "too many requests, try again later"}, status=429, headers={"Retry-After": str(RETRY_AFTER)})
