"""``DELETE /conversations/<sender>``, behind the token: erases while nothing of it is on its way to the database."""

from __future__ import annotations

import asyncio
import logging
import os
from collections.abc import Awaitable, Callable
from urllib.parse import unquote

from rasa.core.channels.channel import InputChannel, UserMessage
from sanic import Blueprint, response
from sanic.request import Request
from sanic.response import HTTPResponse

from channels.guard import has_token
from channels.web_replies import erase_tracker

log = logging.getLogger(__name__)


class ForgettingInput(InputChannel):
    """A channel nobody talks through: the way to add a route to Rasa's server without changing it.

    Args:
        token: who has it may erase: the token of Rasa's API.
    """

    def __init__(self, token: str) -> None:
        self._token = token

    @classmethod
    def name(cls) -> str:
        """The key in ``credentials.yml``."""
        return "forgetting"

    @classmethod
    def from_credentials(cls, credentials: dict[str, object] | None) -> ForgettingInput:
        """The token comes from the environment, as for the rest of the API."""
        return cls(os.environ.get("RASA_TOKEN", ""))

    def url_prefix(self) -> str:
        """The root: ``urljoin("/webhooks/", "/")`` is ``/``."""
        return "/"

    def blueprint(self, on_new_message: Callable[[UserMessage], Awaitable[None]]) -> Blueprint:
        """One route."""
        root = Blueprint("wegwijzer_forgetting", __name__)

        @root.route("/conversations/<sender:str>", methods=["DELETE"])
        async def forget(request: Request, sender: str) -> HTTPResponse:
            # The guard stands before it too; whoever starts Rasa in another way has no guard.
            if not self._token or not has_token(request, self._token):
                return response.json({"error": "not allowed"}, status=401)
            agent = getattr(request.app.ctx, "agent", None)
            if agent is None or agent.processor is None:
                return response.json({"error": "the bot is still starting"}, status=503)
            sender = unquote(sender)
            try:
                async with agent.lock_store.lock(sender):
                    await asyncio.to_thread(erase_tracker, agent, sender)
            except Exception as error:
                log.error("forgetting: a conversation was not erased: %s", type(error).__name__)
                return response.json({"error": "not erased; try again"}, status=503)
            return response.empty()

        return root
