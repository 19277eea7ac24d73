"""The web app: which address leads to which page."""

from __future__ import annotations

import logging
from concurrent.futures import ThreadPoolExecutor

from sanic import Sanic, response
from sanic.exceptions import SanicException
from sanic.request import Request
from sanic.response import BaseHTTPResponse, HTTPResponse

from channels.probes import answer
from channels.sizes import only_sized
from channels.timing import time_requests
from console import files
from console.doors import Door, Handler, through
from console.pages import calls, coming_in, hours, insight, journal, learning, queue, talk
from console.parts import Parts
from console.visit import FOR_ALL, Visit
from wegwijzer.guarding.headers import complete
from wegwijzer.guarding.security_txt import PATH
from wegwijzer.guarding.traces import where
from wegwijzer.staff.config import RETURN
from wegwijzer.watching import metrics
from wegwijzer.watching.readiness import Readiness
from wegwijzer.web.limits import RETRY_AFTER, RateLimit

log = logging.getLogger(__name__)

THREADS = 16
"""Pages made at the same time."""

LARGEST = 64 * 1024
"""Bytes of a request."""

READ_AWAY = 1024 * 1024
"""Bytes of a request that is too large and still gets its answer. After more Sanic hangs up, often before that has arrived."""

PER_ADDRESS = (1800, 60.0)
"""How many requests of one address, with the seconds in which that is whole again: a whole office, whose pages ask for news."""

PROBES = ("/health", "/ready")
"""What watches over us asks these, from one address and as often as it likes."""

ROUTES: tuple[tuple[str, str, Door, Handler], ...] = (
    ("GET", "/health", Door.EVERYBODY, files.health),
    ("GET", PATH, Door.EVERYBODY, files.whom_to_tell),
    ("GET", "/deel/<name:str>", Door.EVERYBODY, files.file),
    ("GET", "/inloggen", Door.EVERYBODY, coming_in.form),
    ("POST", "/inloggen", Door.EVERYBODY, coming_in.enter),
    ("POST", "/uitloggen", Door.SIGNED_IN, coming_in.leave),
    ("POST", "/blijven", Door.SIGNED_IN, coming_in.stay),
    ("GET", "/aanmelden", Door.EVERYBODY, coming_in.to_municipality),
    ("GET", RETURN, Door.EVERYBODY, coming_in.from_municipality),
    ("GET", "/", Door.COLLEAGUES, queue.page),
    ("GET", "/nieuws", Door.SCRIPT, queue.news),
    ("GET", "/verzoek/<verzoek:str>", Door.COLLEAGUES, talk.page),
    *(("POST", f"/verzoek/<verzoek:str>/{name}", Door.COLLEAGUES, action) for name, action in talk.ACTIONS.items()),
    ("GET", "/terugbellen", Door.COLLEAGUES, calls.page),
    ("POST", "/terugbellen/<verzoek:str>/nummer", Door.COLLEAGUES, calls.show),
    ("POST", "/terugbellen/<verzoek:str>/loslaten", Door.COLLEAGUES, calls.release),
    ("POST", "/terugbellen/<verzoek:str>/klaar", Door.COLLEAGUES, calls.done),
    ("GET", "/uren", Door.COLLEAGUES, hours.page),
    ("POST", "/uren", Door.COLLEAGUES, hours.change),
    ("GET", "/inzicht", Door.COLLEAGUES, insight.page),
    ("GET", "/inzicht/<bestand:str>", Door.COLLEAGUES, insight.download),
    ("GET", "/gaten", Door.COLLEAGUES, insight.gaps),
    ("GET", "/leren", Door.EDITORS, learning.page),
    *(("POST", f"/leren/<bericht:str>/{name}", Door.EDITORS, action) for name, action in learning.ACTIONS.items()),
    ("GET", "/logboek", Door.ADMINS, journal.page),
)


def make_app(parts: Parts, name: str = "wegwijzer_console", per_address: tuple[int, float] = PER_ADDRESS) -> Sanic:
    """The app, ready to run.

    Args:
        name: another one for each app in the same process.
        per_address: how many requests of one address, with the seconds in which that is whole again.
    """
    app = Sanic(name, configure_logging=False)
    app.config.REQUEST_MAX_SIZE = READ_AWAY
    only_sized(app)
    app.config.FALLBACK_ERROR_FORMAT = "text"
    if parts.settings.console.proxies:
        app.config.PROXIES_COUNT = parts.settings.console.proxies
    threads = ThreadPoolExecutor(THREADS, thread_name_prefix="console")
    for method, path, door, handler in ROUTES:
        handle = through(door, parts, handler, threads)
        app.add_route(handle, path, methods=[method], name=f"{method}_{handler.__module__}_{handler.__name__}".replace(".", "_"))

    time_requests(app, metrics.PAGES, metrics.PAGE_REQUESTS)
    limit = RateLimit(*per_address)
    readiness = Readiness({"database": lambda: {one.name: one.answers for one in (parts.store.database, parts.staff)}})

    async def ready(request: Request) -> HTTPResponse:
        return await answer(readiness, request)

    app.add_route(ready, "/ready", methods=["GET"], name="GET_ready")

    async def not_too_much(request: Request) -> HTTPResponse | None:
        if len(request.body) > LARGEST:
            return _notice(parts, request, "raar", 413)
        if request.path in PROBES or limit.allows(request.remote_addr or request.ip):
            return None
        answer = _notice(parts, request, "te_snel", 429)
        answer.headers["Retry-After"] = str(RETRY_AFTER)
        return answer

    async def strict(request: Request, answer: BaseHTTPResponse) -> None:
        complete(answer.headers, request.scheme, request.headers.get("x-forwarded-proto"))

    app.register_middleware(not_too_much, "request")
    app.register_middleware(strict, "response")

    @app.exception(SanicException)
    def refused(request: Request | None, error: SanicException) -> HTTPResponse:
        return _notice(parts, request, "bestaat_niet" if error.status_code == 404 else "raar", error.status_code)

    @app.exception(Exception)
    def broken(request: Request | None, error: Exception) -> HTTPResponse:
        # Where in our code, and not the message of the error: that may repeat what somebody typed.
        log.error("console: at %s: %s", request.uri_template if request else "?", where(error))
        return _notice(parts, request, "stuk", 500)

    return app


def _notice(parts: Parts, request: Request | None, name: str, status: int) -> HTTPResponse:
    if request is None:
        return response.text("", status, dict(FOR_ALL))
    return Visit(request, parts).notice(name, status)
