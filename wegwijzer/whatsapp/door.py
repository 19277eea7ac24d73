"""Where Meta knocks: a small server in a thread of its own, so that nobody waits for a turn that Rasa computes.

Rasa computes on the event loop of its server. Whoever knocks there while a turn is computed waits until it is done; here the wait
is for the interpreter's lock only, which a computing thread gives up every :data:`SWITCH`. The door is in the same process as
Rasa because what people typed is in memory only until it is answered (:class:`wegwijzer.whatsapp.inbox.Inbox`).
"""

from __future__ import annotations

import asyncio
import logging
import sys
import threading
from collections.abc import Awaitable, Callable
from functools import partial
from typing import Any

from aiohttp import hdrs, web

from wegwijzer.guarding.bodies import read_at_most
from wegwijzer.guarding.headers import complete
from wegwijzer.guarding.traces import where
from wegwijzer.whatsapp.reception import LARGEST_BODY, Answer, Reception
from wegwijzer.whatsapp.signature import SIGNATURE

log = logging.getLogger(__name__)

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]

PATH = "/webhooks/whatsapp/webhook"
"""What Meta asks for. The same as on Rasa's server, for who has a proxy that lets it through."""

READ_WITHIN = 30.0
"""Seconds in which a body must be there: nobody holds the door by sending slowly."""

STOP_WITHIN = 5.0
"""Seconds for what is being taken at a stop. What is not done then was not called taken, and Meta brings it again."""

SWITCH = 0.001
"""Seconds after which a computing thread lets another go first; Python's own 0.005 is passed several times per message."""

_CONTINUE = "100-continue"
"""The only expectation of RFC 9110, section 10.1.1. An empty one is none."""

_QUIET = logging.getLogger(f"{__name__}.http")
_QUIET.disabled = True
# aiohttp would log what cannot be read as HTTP, which may be a line of what somebody wrote.


class _Line(web.RequestHandler):
    """One connection, on which what cannot be read as HTTP is not said back."""

    def handle_error(
        self, request: web.BaseRequest, status: int = 500, exc: BaseException | None = None, message: str | None = None
    ) -> web.StreamResponse:
        """See parent; without its words, and without its version."""
        return _bare(request, super().handle_error(request, status, exc, message).status)


class Door:
    """The server.

    Args:
        reception: answers.
        host: address to listen on.
        port: where.
    """

    def __init__(self, reception: Reception, host: str, port: int) -> None:
        self._reception, self._host, self._port = reception, host, port
        self._thread: threading.Thread | None = None
        self._loop: asyncio.AbstractEventLoop
        self._enough: asyncio.Event

    def start(self) -> None:
        """Open, and return when it is open. Waits: not for an event loop.

        Raises:
            OSError: the port cannot be used.
        """
        ready, trouble = threading.Event(), list[BaseException]()
        thread = threading.Thread(target=self._run, args=(ready, trouble), name="whatsapp-door", daemon=True)
        thread.start()
        ready.wait()
        if trouble:
            thread.join()
            raise trouble[0]
        self._thread = thread

    def stop(self) -> None:
        """Close, after what is being taken. Waits: not for an event loop. Closing what is not open does nothing."""
        if self._thread is not None:
            self._loop.call_soon_threadsafe(self._enough.set)
            self._thread.join()
            self._thread = None

    def _run(self, ready: threading.Event, trouble: list[BaseException]) -> None:
        try:
            asyncio.run(self._serve(ready))
        except BaseException as error:
            if ready.is_set():
                log.error("whatsapp: the door closed: %s", where(error))
            trouble.append(error)
        finally:
            ready.set()

    async def _serve(self, ready: threading.Event) -> None:
        self._loop, self._enough = asyncio.get_running_loop(), asyncio.Event()
        runner = web.AppRunner(self._app(), shutdown_timeout=STOP_WITHIN)
        await runner.setup()
        server = runner.server
        assert server is not None, "an AppRunner has a server once it is set up"  # noqa: S101 - for the type checker
        server.request_handler = _without_expectations(server.request_handler)
        line = partial(_Line, server, loop=self._loop, access_log=_QUIET, logger=_QUIET)
        try:
            listening = await self._loop.create_server(line, self._host, self._port, reuse_address=True)
            ready.set()
            await self._enough.wait()
            listening.close()
        finally:
            await runner.cleanup()

    def _app(self) -> web.Application:
        app = web.Application(middlewares=[_without_echo])
        app.router.add_get(PATH, self._verify, allow_head=False)
        app.router.add_post(PATH, self._receive)
        app.on_response_prepare.append(_strict)
        return app

    async def _verify(self, request: web.Request) -> web.Response:
        return _response(self._reception.verify(request.query))

    async def _receive(self, request: web.Request) -> web.Response:
        try:
            async with asyncio.timeout(READ_WITHIN):
                body = await read_at_most(request.content.iter_any(), LARGEST_BODY)
        except TimeoutError:
            log.warning("whatsapp: a body was refused: too slow")
            return _response(Answer(408))
        return _response(await self._reception.receive(body, request.headers.get(SIGNATURE)))


def let_others_go_first() -> None:
    """Make every thread of this process give way as often as the door needs."""
    sys.setswitchinterval(SWITCH)


def _response(answer: Answer) -> web.Response:
    return web.Response(text=answer.text, status=answer.status, headers=answer.headers)


@web.middleware
async def _without_echo(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Say what is wrong in a status only, without a word of what was sent."""
    try:
        return await handler(request)
    except web.HTTPException as error:
        return web.Response(status=error.status)
    except ConnectionError:
        raise
    except Exception as error:
        log.error("whatsapp: the door broke: %s", where(error))
        return web.Response(status=500)


def _without_expectations(handler: Callable[[web.BaseRequest], Awaitable[web.StreamResponse]]) -> Any:
    """Refuse an ``Expect`` that is none of HTTP before aiohttp does, which says it back, and breaks where it is no UTF-8."""

    async def handle(request: web.BaseRequest) -> web.StreamResponse:
        if (request.headers.get(hdrs.EXPECT) or _CONTINUE).lower() != _CONTINUE:
            return _bare(request, 417)
        return await handler(request)

    return handle


def _bare(request: web.BaseRequest, status: int) -> web.Response:
    """What is said to who was not let in: a status, and nothing else."""
    said = web.Response(status=status, headers={hdrs.SERVER: ""})
    complete(said.headers, request.scheme, None)
    said.force_close()
    return said


async def _strict(request: web.Request, answer: web.StreamResponse) -> None:
    answer.headers.popall(hdrs.SERVER, None)
    complete(answer.headers, request.scheme, request.headers.get("X-Forwarded-Proto"))
