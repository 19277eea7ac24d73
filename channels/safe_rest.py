"""The REST channel, hardened: bad input gets a clear answer, a failure a kind sentence, and no log holds what was said.

Contract: ``POST /webhooks/rest/webhook {"sender", "message"}`` answers a list of messages. Nothing can be said here that answers
nothing, so what a colleague said comes first in the next answer, or to who asks: ``GET /webhooks/rest/messages?sender=...``.
"""

from __future__ import annotations

import logging
from asyncio import CancelledError
from collections.abc import Awaitable, Callable
from typing import Any

from rasa.core.channels.channel import CollectingOutputChannel, UserMessage
from rasa.core.channels.rest import RestInput
from sanic import Blueprint, response
from sanic.request import Request
from sanic.response import HTTPResponse

from channels.handover import catch_up
from wegwijzer.domain_texts import response_text
from wegwijzer.understanding.cleaning import clean

log = logging.getLogger(__name__)

LONGEST_SENDER = 200


class SafeRestInput(RestInput):
    """Rasa's REST channel with checks in front and a safety net behind."""

    def blueprint(self, on_new_message: Callable[[UserMessage], Awaitable[None]]) -> Blueprint:
        """``GET /`` says ok, ``POST /webhook`` talks, ``GET /messages`` gives what a colleague said in the meantime."""
        webhook = Blueprint("wegwijzer_rest", __name__)

        @webhook.route("/", methods=["GET"])
        async def health(_: Request) -> HTTPResponse:
            return response.json({"status": "ok"})

        @webhook.route("/webhook", methods=["POST"])
        async def receive(request: Request) -> HTTPResponse:
            try:
                body = request.json
            except Exception:
                return _refuse("the body is not JSON")
            problem = _problem(body)
            if problem:
                return _refuse(problem)
            return response.json(await _talk(on_new_message, body, self.name()))

        @webhook.route("/messages", methods=["GET"])
        async def messages(request: Request) -> HTTPResponse:
            sender = request.args.get("sender")
            problem = _problem({"sender": sender, "message": "-"})
            if problem:
                return _refuse(problem)
            agent = getattr(request.app.ctx, "agent", None)
            if agent is None or agent.processor is None:
                return response.json({"error": "the bot is still starting"}, status=503)
            collector = CollectingOutputChannel()
            async with agent.lock_store.lock(sender):
                await catch_up(agent.processor, sender, collector)
            return response.json(collector.messages)

        return webhook


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
        log.error("rest: handling a message failed: %s", type(error).__name__, exc_info=log.isEnabledFor(logging.DEBUG))
        if not collector.messages:
            return [{"recipient_id": body["sender"], "text": response_text("utter_storing")}]
    messages: list[dict[str, Any]] = collector.messages
    return messages


def _problem(body: object) -> str:
    if not isinstance(body, dict):
        return "the body must be an object with sender and message"
    sender, message = body.get("sender"), body.get("message")
    if not isinstance(sender, str) or not sender.strip() or len(sender) > LONGEST_SENDER:
        return f"sender must be text of 1 to {LONGEST_SENDER} characters"
    if not isinstance(message, str) or not message.strip():
        return "message must be text that is not empty"
    return ""


def _refuse(problem: str) -> HTTPResponse:
    return response.json({"error": problem}, status=400)
