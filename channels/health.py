"""``GET /health``: the bot is there to talk. ``GET /ready``: whether every part that it needs answers, and which does not.

At the root, outside ``/webhooks``. Two questions, because something else follows: a server that is not healthy is started again;
one that is not ready only gets no new visitors for a while. With ``?part=...``, once or more, only those parts count: a server
whose action server is away still shows the helplines to somebody in danger, and had better go on getting messages.
"""

from __future__ import annotations

import os
from collections.abc import Awaitable, Callable
from typing import Any

import httpx
from rasa.core.channels.channel import InputChannel, UserMessage
from sanic import Blueprint, response
from sanic.request import Request
from sanic.response import HTTPResponse

from channels.probes import answer
from wegwijzer.storage import ask_something
from wegwijzer.watching.readiness import FRESH, PATIENCE, Ask, NotThere, Readiness, own_databases


class HealthInput(InputChannel):
    """A channel nobody talks through: the way to add a route to Rasa's server without changing it.

    Args:
        fresh: see :data:`wegwijzer.watching.readiness.FRESH`.
    """

    def __init__(self, fresh: float = FRESH) -> None:
        self._fresh = fresh

    @classmethod
    def name(cls) -> str:
        """The key in ``credentials.yml``."""
        return "health"

    def url_prefix(self) -> str:
        """The root: ``urljoin("/webhooks/", "/")`` is ``/``."""
        return "/"

    def blueprint(self, on_new_message: Callable[[UserMessage], Awaitable[None]]) -> Blueprint:
        """Two routes."""
        root = Blueprint("wegwijzer_health", __name__)
        parts = Parts()
        readiness = Readiness({"model": parts.model, "database": parts.databases, "actions": parts.actions}, fresh=self._fresh)

        @root.route("/health", methods=["GET"])
        async def health(request: Request) -> HTTPResponse:
            there = _has_model(getattr(request.app.ctx, "agent", None))
            return response.json({"status": "ok" if there else "starting"}, status=200 if there else 503)

        @root.route("/ready", methods=["GET"])
        async def ready(request: Request) -> HTTPResponse:
            parts.agent = getattr(request.app.ctx, "agent", None)
            return await answer(readiness, request)

        return root


class Parts:
    """What Rasa's server needs.

    Attributes:
        agent: of Rasa, as it is now; another one comes when a model is loaded.
    """

    def __init__(self) -> None:
        self.agent: Any = None

    def model(self) -> dict[str, Ask]:
        """What understands and chooses."""
        return {"": self._model}

    def databases(self) -> dict[str, Ask]:
        """Those of our own, and that of Rasa's conversations when it has one."""
        engine = _engine(self.agent)

        def answers() -> None:
            with engine.connect() as connection:
                ask_something(connection)

        return own_databases() | ({} if engine is None else {"conversations": answers})

    def actions(self) -> dict[str, Ask]:
        """The server that listens to answers and picks steps."""
        return {"": lambda: _action_server(os.environ.get("ACTION_ENDPOINT_URL", ""))}

    def _model(self) -> None:
        if not _has_model(self.agent):
            raise NotThere("not loaded")


def _has_model(agent: Any) -> bool:
    return agent is not None and bool(agent.is_ready())


def _engine(agent: Any) -> Any:
    """Of the tracker store, which Rasa wraps in one or more layers; ``None`` when it keeps conversations elsewhere."""
    store = getattr(agent, "tracker_store", None)
    while store is not None and not hasattr(store, "engine"):
        store = getattr(store, "_tracker_store", None)
    return None if store is None else store.engine


def _action_server(webhook: str) -> None:
    """Ask whether it is there.

    Args:
        webhook: where it hears Rasa, ending in ``/webhook``.
    """
    if not webhook:
        raise NotThere("not set")
    address = f"{webhook.removesuffix('/webhook')}/health"
    httpx.get(address, timeout=PATIENCE / 2, trust_env=False).raise_for_status()
