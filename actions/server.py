"""Starts the action server on loopback only (Rasa's own binds every interface). ``python -m actions.server``.

Only who shows ``ACTION_SECRET`` is heard: a call holds a whole conversation, and its answer sets slots.
"""

from __future__ import annotations

import hmac
import logging

from sanic import Sanic, response
from sanic.exceptions import SanicException
from sanic.handlers import ErrorHandler
from sanic.request import Request
from sanic.response import BaseHTTPResponse, HTTPResponse

from channels.probes import answer
from channels.sizes import only_sized
from channels.tidy_memory import tidy_seldom
from channels.timing import time_requests
from wegwijzer.guarding.headers import complete
from wegwijzer.guarding.traces import where
from wegwijzer.settings import Settings
from wegwijzer.watching import metrics
from wegwijzer.watching.beginning import be_seen, log_as
from wegwijzer.watching.parts import ACTIONS
from wegwijzer.watching.readiness import NotThere, Readiness, own_databases

log = logging.getLogger(__name__)

LARGEST = 16 * 1024 * 1024
"""Bytes of a call: a whole conversation with the domain beside it."""

KEEP_OPEN = 75
"""Seconds that a line stays open for the next call: longer than Rasa leaves it so (``channels/quick_actions.py``)."""

OPEN = ("health", "ready")
"""The routes that say that it runs and whether it can work, and nothing else."""


def main() -> None:
    """Load the catalogue first, so that a broken one is reported at start and not to a resident; then serve."""
    settings = Settings.from_environment()
    log_as(ACTIONS, settings)
    # These say at debug level what a person wrote.
    for name in ("rasa_sdk", "sanic.access"):
        logging.getLogger(name).setLevel(logging.WARNING)
    import rasa_sdk.endpoint

    from actions.adapter import core

    core()
    # No page asks here: without it no answer names a page that may read it.
    rasa_sdk.endpoint.configure_cors = lambda app, origins: None
    app = rasa_sdk.endpoint.create_app("actions")
    app.register_listener(lambda *_: tidy_seldom(), "after_server_start")
    time_requests(app, metrics.ACTIONS, metrics.ACTION_CALLS)
    guard(app, settings.action_secret)
    probe(app)
    be_seen(ACTIONS, settings)
    app.run(host=settings.host, port=settings.action_port)


def guard(app: Sanic, secret: str) -> None:
    """Let nobody in without the secret, and say nothing of a conversation when something goes wrong."""
    app.config.REQUEST_MAX_SIZE = LARGEST
    app.config.KEEP_ALIVE_TIMEOUT = KEEP_OPEN
    only_sized(app)
    expected = f"Bearer {secret}".encode()
    app.error_handler = ErrorHandler()

    async def only_rasa(request: Request) -> HTTPResponse | None:
        if request.route is not None and request.route.path in OPEN:
            return None
        given = str(request.headers.get("authorization") or "").encode("utf-8", "surrogateescape")
        if hmac.compare_digest(given, expected):
            return None
        return response.json({"error": "the secret is missing or wrong"}, 401, {"WWW-Authenticate": "Bearer"})

    async def strict(request: Request, answer: BaseHTTPResponse) -> None:
        complete(answer.headers, request.scheme, None)

    async def refused(request: Request | None, error: SanicException) -> HTTPResponse:
        return response.json({"error": "the request cannot be handled"}, error.status_code or 500)

    async def broken(request: Request | None, error: Exception) -> HTTPResponse:
        # Where in the code, and not the message of the error: that may repeat what somebody said.
        log.error("an action failed: %s", where(error))
        return response.json({"error": "the action failed"}, 500)

    app.register_middleware(only_rasa, "request")
    app.register_middleware(strict, "response")
    app.exception(SanicException)(refused)
    app.exception(Exception)(broken)


def probe(app: Sanic) -> None:
    """Add ``/ready``: the catalogue is loaded, and what was opened of databases answers. That of the catalogue itself does not
    count: when it is away the files are used."""
    from actions.adapter import core

    def loaded() -> None:
        if not core.cache_info().currsize:
            raise NotThere("not loaded")

    readiness = Readiness({"catalogue": lambda: {"": loaded}, "database": own_databases})

    async def ready(request: Request) -> HTTPResponse:
        return await answer(readiness, request)

    app.add_route(ready, "/ready", methods=["GET"], name="ready")


if __name__ == "__main__":
    main()
