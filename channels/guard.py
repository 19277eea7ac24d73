"""What stands before every route of Rasa's server: nothing but the channels without the token, and strict headers on all.

Rasa guards each route of its API by itself, compares the token with ``==`` and takes it from the address only, where proxies and
logs see it. Here every route is closed that is not listed as open, the token may come in a header, and it is compared in constant
time. What Rasa checks after that still holds.
"""

from __future__ import annotations

import hmac
import logging

from sanic import Sanic, response
from sanic.exceptions import SanicException
from sanic.handlers import ErrorHandler
from sanic.request import Request
from sanic.response import BaseHTTPResponse, HTTPResponse

from channels.sizes import only_sized
from wegwijzer.guarding.headers import complete
from wegwijzer.guarding.traces import where
from wegwijzer.web.limits import RateLimit

log = logging.getLogger(__name__)

OPEN = ("", "health", "ready")
OPEN_BELOW = ("chat/", "web/", "webhooks/", ".well-known/")
"""Routes without the token, as the router knows them: the page, and what a channel guards by itself. Another channel below
``/webhooks`` is open too, and must know by itself who sends."""

LARGEST = 4 * 1024 * 1024
"""Bytes of a request that is kept in memory, or is still read to its end after it was refused: so far a client hears why."""

REFUSALS_LOGGED = (20, 60.0)
"""So many lines about refused requests, with the seconds in which that is whole again: nobody fills the disk by knocking."""


def guard(app: Sanic, token: str, proxies: int = 0) -> None:
    """Stand before all routes of an app.

    Args:
        app: before it runs.
        token: of the API.
        proxies: how many proxies to trust for the address of who asks; none means that no header is believed.
    """
    app.config.REQUEST_MAX_SIZE = LARGEST
    only_sized(app)
    app.config.FALLBACK_ERROR_FORMAT = "json"
    if proxies:
        app.config.PROXIES_COUNT = proxies
    logged = RateLimit(*REFUSALS_LOGGED)

    async def only_with_the_token(request: Request) -> HTTPResponse | None:
        route = request.route.path if request.route else None
        if route is None or is_open(route):
            return None
        if not has_token(request, token):
            if logged.allows(""):
                log.warning("api: refused %s /%s without the token", request.method, route)
            return response.json({"error": "the token is missing or wrong"}, 401, {"WWW-Authenticate": "Bearer"})
        # Rasa looks for it here and nowhere else.
        request.args["token"] = [token]
        return None

    async def strict(request: Request, answer: BaseHTTPResponse) -> None:
        complete(answer.headers, request.scheme, request.headers.get("x-forwarded-proto"))

    app.register_middleware(only_with_the_token, "request")
    app.register_middleware(strict, "response")
    handle_errors(app)


def is_open(route: str) -> bool:
    """Whether a route, as the router knows it, needs no token."""
    return route in OPEN or route.startswith(OPEN_BELOW)


def has_token(request: Request, token: str) -> bool:
    """Whether a request brought the token: ``Authorization: Bearer ...``, or ``?token=...`` as Rasa has it."""
    kind, _, bearer = str(request.headers.get("authorization") or "").partition(" ")
    given = bearer.strip() if kind.lower() == "bearer" else str(request.args.get("token") or "")
    return hmac.compare_digest(given.encode("utf-8", "surrogateescape"), token.encode())


def handle_errors(app: Sanic) -> None:
    """Say what is wrong without a word of what was sent, to who asks and to the log alike."""
    app.error_handler = ErrorHandler()

    async def refused(request: Request | None, error: SanicException) -> HTTPResponse:
        status = error.status_code or 500
        return response.json({"error": _WORDS.get(status, "the request cannot be handled")}, status)

    async def broken(request: Request | None, error: Exception) -> HTTPResponse:
        # Where in the code, and not the message of the error nor the address: those may repeat what somebody said.
        log.error("server: %s", where(error))
        return response.json({"error": "something went wrong here"}, 500)

    app.exception(SanicException)(refused)
    app.exception(Exception)(broken)


_WORDS = {
    400: "the request cannot be read",
    404: "there is nothing here",
    405: "this cannot be done here",
    408: "the request took too long",
    413: "the request is too large",
    431: "the request is too large",
    503: "the server cannot answer now",
}
