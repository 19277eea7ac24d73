"""The web chat on Rasa's server: routes below ``/web`` around ``wegwijzer/web/``. The contract is in docs/web.md."""

from __future__ import annotations

import asyncio
import logging
import os
from collections import Counter
from collections.abc import Awaitable, Callable, Coroutine, Mapping
from functools import wraps
from typing import Any, TypeVar

from rasa.core.channels.channel import InputChannel, OutputChannel, UserMessage
from sanic import Blueprint, response
from sanic.request import Request
from sanic.response import HTTPResponse

from channels.web_replies import ANSWER_WITHIN, NAME, WebOutput, answering, as_it_is, erase_tracker
from channels.web_stream import Stream
from wegwijzer.claims import claims_of
from wegwijzer.dialogue.formal import Formal
from wegwijzer.domain_texts import response_text
from wegwijzer.guarding.bodies import read_at_most
from wegwijzer.shared_services import redis_url
from wegwijzer.web.contract import LARGEST_BODY, Refused, Said, Wording, last_event_id, read_said
from wegwijzer.web.cookie import COOKIE, Signer, public_name
from wegwijzer.web.limits import RETRY_AFTER
from wegwijzer.web.origins import Origins, read_origins
from wegwijzer.web.outbox import Outbox, OutboxUnavailable, Page
from wegwijzer.web.ringing import SharedBell
from wegwijzer.web.shared_limits import limit_of
from wegwijzer.web.turns import Bell, Turns

log = logging.getLogger(__name__)

MOST_STREAMS = 10
"""Open streams of one conversation: tabs."""

MOST_STREAMS_OF_ADDRESS = 500
"""Open streams of one address: everybody in a library or an office."""

ERRORS: Mapping[str, tuple[int, str]] = {
    "not_understood": (400, "utter_web_niet_gelezen"),
    "no_session": (401, "utter_web_gesprek_weg"),
    "elsewhere": (403, "utter_web_andere_site"),
    "too_long": (413, "utter_web_te_lang"),
    "too_fast": (429, "utter_web_te_snel"),
    "unavailable": (503, "utter_storing"),
}
"""Per code of the contract: the status, and the response that says it kindly."""

Handler = Callable[[Request], Awaitable[HTTPResponse | None]]
Done = TypeVar("Done")


class WebInput(InputChannel):
    """The channel of the page.

    Args:
        secret: signs the sessions.
        database: URL of the database with the conversations.
        origins: pages of other hosts that may talk, see :func:`wegwijzer.web.origins.read_origins`.
        begin: how many conversations one address may begin, with the seconds in which that is whole again.
        say: the same for the messages of one conversation.
        say_address: the same for the messages of one address.
        formal: how a sentence is put for who chose ``u``.
        redis: URL of Redis, when servers share one: what is new is heard on all of them at once, and limits count for all.

    Raises:
        wegwijzer.web.cookie.WeakSecret: the secret is too easy to guess.
        wegwijzer.web.outbox.OutboxUnavailable: the database cannot be used.
    """

    def __init__(
        self,
        secret: str,
        database: str,
        origins: tuple[str, ...] = (),
        begin: tuple[int, float] = (60, 60.0),
        say: tuple[int, float] = (20, 30.0),
        say_address: tuple[int, float] = (600, 60.0),
        formal: Wording = as_it_is,
        redis: str = "",
    ) -> None:
        self._signer = Signer(secret)
        self._outbox = Outbox(database, hidden=response_text("utter_collega_verborgen"))
        self._origins = Origins(origins)
        self._claims = claims_of(database)
        self._bell = SharedBell(redis, secret) if redis else Bell()
        self._begin_limit, self._say_limit, self._address_limit = (
            limit_of(redis, secret, name, *size) for name, size in (("begin", begin), ("say", say), ("address", say_address))
        )
        self._streams: Counter[str] = Counter()
        self._formal = formal
        self._stopping = False
        self._unfinished: set[asyncio.Task[Any]] = set()
        self._beside: list[asyncio.Task[None]] = []

    @classmethod
    def name(cls) -> str:
        """The key in ``credentials.yml``, and the folder of the routes."""
        return NAME

    def url_prefix(self) -> str:
        """Beside ``/webhooks``, not below it."""
        return f"/{NAME}"

    @classmethod
    def from_credentials(cls, credentials: dict[str, Any] | None) -> WebInput:
        """With ``secret``, ``database`` and ``origins`` of ``credentials.yml``, and the u-form of the catalogue's lists."""
        if not credentials:
            cls.raise_missing_credentials_exception()
        given = credentials or {}
        origins = read_origins(str(given.get("origins") or ""))
        redis = redis_url(os.environ)
        return cls(str(given["secret"]), str(given["database"]), origins, formal=Formal().text, redis=redis)

    def get_output_channel(self) -> OutputChannel:
        """For what Rasa says by itself."""
        return WebOutput(self._outbox, self._bell, self._formal)

    def blueprint(self, on_new_message: Callable[[UserMessage], Awaitable[None]]) -> Blueprint:
        """The routes of docs/web.md."""
        web = Blueprint("wegwijzer_web", __name__)
        answer = answering(on_new_message, self._formal, self.get_output_channel(), self._outbox.took)
        turns = self._turns = Turns(self._outbox, answer, self._bell, claims=self._claims)

        @web.listener("after_server_start")
        async def resume(app: Any, loop: Any) -> None:
            self._stopping = False
            turns.start()
            self._work_beside(self._bell.run())
            self._work_beside(turns.sweep(lambda: self._outbox.unfinished()[0]))
            try:
                waiting, ended = await asyncio.to_thread(self._outbox.unfinished)
                for session in ended:
                    await self._forget(app, session)
            except OutboxUnavailable as error:
                log.error("web: what waits is left for later: %s", error)
                return
            for session in waiting:
                turns.wake(session)

        @web.listener("before_server_stop")
        async def stop(app: Any, loop: Any) -> None:
            self._stopping = True
            self._bell.ring_all()
            await turns.stop()
            for task in self._beside:
                task.cancel()
            await asyncio.gather(*self._beside, return_exceptions=True)
            self._beside.clear()
            for limit in (self._begin_limit, self._say_limit, self._address_limit):
                await limit.close()

        for path, method, handler in (
            ("/session", "POST", self._begin),
            ("/session", "DELETE", self._erase),
            ("/messages", "POST", self._receive),
            ("/history", "GET", self._history),
            ("/events", "GET", self._events),
        ):
            # With stream=True the body is read here, up to a limit of our own; Sanic would keep all of it in memory.
            name = handler.__name__.strip("_")
            web.add_route(self._kindly(handler), path, methods=[method], stream=method != "GET", name=name)

        async def preflight(request: Request) -> HTTPResponse:
            return response.empty(headers=self._origins.preflight(request.headers.get("origin")))

        for path in ("/session", "/messages", "/history", "/events"):
            web.add_route(preflight, path, methods=["OPTIONS"], name=f"ask_{path.strip('/')}")
        return web

    def _work_beside(self, work: Coroutine[Any, Any, None]) -> None:
        """For as long as the server runs."""
        self._beside.append(asyncio.get_running_loop().create_task(work))

    async def _begin(self, request: Request) -> HTTPResponse:
        await _read(request)
        session = self._signer.session(request.cookies.get(COOKIE))
        if session is None or not await asyncio.to_thread(self._outbox.knows, session):
            if not await self._begin_limit.admits(_address(request)):
                raise Refused("too_fast")
            session = self._signer.new_session()
            await asyncio.to_thread(self._outbox.begin, session)
        answer = _conversation(session, await asyncio.to_thread(self._outbox.after, session))
        _set_cookie(request, answer, self._signer.cookie(session))
        return answer

    async def _receive(self, request: Request) -> HTTPResponse:
        session = self._session(request)
        said = read_said(await _read(request))
        if self._stopping and self._claims.shared:
            raise OutboxUnavailable("a message goes to another server: this one stops")  # the proxy brings it there
        if not await self._say_limit.admits(session) or not await self._address_limit.admits(_address(request)):
            raise Refused("too_fast")
        seq, new = await self._to_the_end(self._take(session, said))
        return response.json({"id": said.client_id, "seq": seq}, status=202 if new else 200)

    async def _take(self, session: str, said: Said) -> tuple[int, bool]:
        taken = await asyncio.to_thread(self._outbox.accept, session, said)
        self._bell.ring(session)
        self._turns.wake(session)
        return taken

    async def _history(self, request: Request) -> HTTPResponse:
        session = self._session(request)
        return _conversation(
            session, await asyncio.to_thread(self._outbox.after, session, last_event_id(request.args.get("after")))
        )

    async def _events(self, request: Request) -> None:
        session = self._session(request)
        if not await asyncio.to_thread(self._outbox.knows, session):
            raise Refused("no_session")
        address = _address(request)
        if self._bell.count(session) >= MOST_STREAMS or self._streams[address] >= MOST_STREAMS_OF_ADDRESS:
            raise Refused("too_fast")
        seq = last_event_id(request.headers.get("last-event-id") or request.args.get("after"))
        headers = {"Cache-Control": "no-store", "X-Accel-Buffering": "no", **self._cors(request)}
        # A line is used once: kept open for a next request it would hold up a server that stops.
        request.stream.keep_alive = False
        self._streams[address] += 1
        try:
            line = await request.respond(content_type="text/event-stream; charset=utf-8", headers=headers)
            await Stream(self._outbox, self._bell, self._turns, lambda: self._stopping).run(line, session, seq)
        finally:
            self._streams[address] -= 1
            if not self._streams[address]:
                del self._streams[address]

    async def _erase(self, request: Request) -> HTTPResponse:
        await _read(request)
        session = self._session(request)
        if await asyncio.to_thread(self._outbox.end, session):
            await self._to_the_end(self._forget(request.app, session))
        answer = response.empty()
        _set_cookie(request, answer, "", max_age=0)
        return answer

    async def _forget(self, app: Any, session: str) -> None:
        """After what is being said now has been said, on whichever server, so that nothing is written behind our back."""
        self._bell.ring(session)
        try:
            async with self._turns.alone(session, ANSWER_WITHIN):
                await asyncio.to_thread(erase_tracker, getattr(app.ctx, "agent", None), session)
                await asyncio.to_thread(self._outbox.erase, session)
        except OutboxUnavailable:
            raise
        except Exception as error:
            raise OutboxUnavailable(f"a conversation waits to be erased: {type(error).__name__}") from None
        self._say_limit.forget(session)

    async def _to_the_end(self, work: Coroutine[Any, Any, Done]) -> Done:
        """Do the whole of it, also when the page that asked for it goes away halfway."""
        task = asyncio.get_running_loop().create_task(work)
        self._unfinished.add(task)
        task.add_done_callback(self._unfinished.discard)
        return await asyncio.shield(task)

    def _session(self, request: Request) -> str:
        session = self._signer.session(request.cookies.get(COOKIE))
        if session is None:
            raise Refused("no_session")
        return session

    def _kindly(self, handler: Handler) -> Handler:
        """Only for pages that may talk; what cannot be done is said as the contract says."""

        @wraps(handler)
        async def kind(request: Request) -> HTTPResponse | None:
            try:
                self._only_from_here(request)
                answer = await handler(request)
            except Refused as refused:
                answer = _error(refused.code)
            except OutboxUnavailable as error:
                log.error("web: %s", error)
                answer = _error("unavailable")
            if answer is not None:
                answer.headers.update({"Cache-Control": "no-store", **self._cors(request)})
            return answer

        return kind

    def _only_from_here(self, request: Request) -> None:
        """Refuse what another site makes a browser send, besides what ``SameSite`` already holds back."""
        headers = request.headers
        if not self._origins.allows(headers.get("origin"), headers.get("sec-fetch-site"), headers.get("host")):
            raise Refused("elsewhere")
        if request.method == "POST" and not (headers.get("content-type") or "").startswith("application/json"):
            raise Refused("not_understood")

    def _cors(self, request: Request) -> dict[str, str]:
        return self._origins.headers(request.headers.get("origin"))


def _address(request: Request) -> str:
    """Where a request comes from; behind proxies only when ``PROXIES_COUNT`` says how many."""
    return str(request.remote_addr or request.ip)


def _error(code: str) -> HTTPResponse:
    status, name = ERRORS[code]
    headers = {"Retry-After": str(RETRY_AFTER)} if status in (429, 503) else {}
    return response.json({"error": {"code": code, "text": response_text(name)}}, status=status, headers=headers)


async def _read(request: Request) -> bytes:
    """The body, when it is not too long."""
    body = await read_at_most(request.stream, LARGEST_BODY)
    if body is None:
        raise Refused("too_long")
    return body


def _set_cookie(request: Request, answer: HTTPResponse, value: str, max_age: int | None = None) -> None:
    """A cookie for as long as the browser is open: nothing stays on a shared computer."""
    answer.cookies[COOKIE] = value
    cookie = answer.cookies[COOKIE]
    cookie["path"], cookie["httponly"], cookie["samesite"] = f"/{NAME}", True, "Strict"
    if "https" in (request.scheme, request.headers.get("x-forwarded-proto")):
        cookie["secure"] = True
    if max_age is not None:
        cookie["max-age"] = max_age


def _conversation(session: str, page: Page) -> HTTPResponse:
    messages = [entry.as_json() for entry in page.entries]
    return response.json(
        {"conversation": public_name(session), "last_seq": page.last_seq, "waiting": page.waiting, "messages": messages}
    )
