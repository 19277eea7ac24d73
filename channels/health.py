"""``GET /health``: 200 when the bot is ready to talk, 503 while it is not. At the root, outside ``/webhooks``."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from rasa.core.channels.channel import InputChannel, UserMessage
from sanic import Blueprint, response
from sanic.request import Request
from sanic.response import HTTPResponse


class HealthInput(InputChannel):
    """A channel nobody talks through: the way to add a route to Rasa's server without changing it."""

    @classmethod
    def name(cls) -> str:
        """The key in ``credentials.yml``."""
        return "health"

    def url_prefix(self) -> str:
        """The root: ``urljoin("/webhooks/", "/")`` is ``/``."""
        return "/"

    def blueprint(self, on_new_message: Callable[[UserMessage], Awaitable[None]]) -> Blueprint:
        """One route."""
        root = Blueprint("wegwijzer_health", __name__)

        @root.route("/health", methods=["GET"])
        async def health(request: Request) -> HTTPResponse:
            agent = getattr(request.app.ctx, "agent", None)
            ready = agent is not None and agent.is_ready()
            return response.json({"status": "ok" if ready else "starting"}, status=200 if ready else 503)

        return root
