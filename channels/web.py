"""The web chat on Rasa's server: routes below ``/web`` around ``wegwijzer/web/``. The contract is in docs/web.md."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping
from functools import wraps
from typing import Any
from urllib.parse import urlsplit

from rasa.core.channels.channel import InputChannel, OutputChannel, UserMessage
from sanic import Blueprint, response
from sanic.request import Request
from sanic.response import HTTPResponse

from wegwijzer.domain_texts import response_text
from wegwijzer.understanding.cleaning import clean
from wegwijzer.web.contract import (
    LARGEST_BODY,
    Answer,
    Entry,
    Page,
    Refused,
    Who,
    bot_body,
    last_event_id,
    read_said,
    server_event,
)
from wegwijzer.web.cookie import COOKIE, Signer, public_name
from wegwijzer.web.limits import RateLimit
from wegwijzer.web.outbox import Outbox, OutboxUnavailable
from wegwijzer.web.turns import Bell, Turns

log = logging.getLogger(__name__)

FORGETTING = frozenset({"utter_gewist", "utter_opnieuw"})
"""When one of these is said, the tracker store erases the conversation, and so do we."""

ANSWER_WITHIN = 120.0
"""Seconds a turn may take; then the person gets a kind sentence and the next message its turn."""

LOOK_EVERY, HEARTBEAT = 1.0, 15.0
"""Seconds between two looks for what another process wrote, and between two signs of life on a quiet line."""

RETRY_AFTER = 5
MOST_STREAMS = 10
"""Open streams of one conversation: tabs."""

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


class WebOutput(OutputChannel):
    """Where Rasa's messages go that answer nothing: reminders, and what staff say through the API."""

    def __init__(self, outbox: Outbox, bell: Bell) -> None:
        self._outbox, self._bell = outbox, bell

    @classmethod
    def name(cls) -> str:
        """As the input channel."""
        return "web"

    async def send_response(self, recipient_id: str, message: dict[str, Any]) -> None:
        """Keep one message whole: text, buttons and card together."""
        if body := bot_body(message):
            who = Who.COLLEAGUE if message.get("who") == Who.COLLEAGUE else Who.BOT
            await asyncio.to_thread(self._outbox.push, recipient_id, who, [body])
            self._bell.ring(recipient_id)


class _Collector(OutputChannel):
    """Keeps what one turn says until the turn is over, so that it is written in one go."""

    def __init__(self) -> None:
        self.replies: list[dict[str, Any]] = []
        self.forget = False

    @classmethod
    def name(cls) -> str:
        return "web"

    async def send_response(self, recipient_id: str, message: dict[str, Any]) -> None:
        self.forget = self.forget or message.get("utter_action") in FORGETTING
        if body := bot_body(message):
            self.replies.append(body)


class WebInput(InputChannel):
    """The channel of the page.

    Args:
        secret: signs the sessions.
        database: URL of the database with the conversations.
        begin: how many conversations one address may begin, with the seconds in which that is whole again.
        say: the same for the messages of one conversation.

    Raises:
        wegwijzer.web.cookie.WeakSecret: the secret is too easy to guess.
        wegwijzer.web.outbox.OutboxUnavailable: the database cannot be used.
    """

    def __init__(
        self, secret: str, database: str, begin: tuple[int, float] = (60, 60.0), say: tuple[int, float] = (20, 30.0)
    ) -> None:
        self._signer = Signer(secret)
        self._outbox = Outbox(database)
        self._bell = Bell()
        self._begin, self._say = RateLimit(*begin), RateLimit(*say)
        self._stopping = False

    @classmethod
    def name(cls) -> str:
        """The key in ``credentials.yml``, and the folder of the routes."""
        return "web"

    def url_prefix(self) -> str:
        """Beside ``/webhooks``, not below it."""
        return "/web"

    @classmethod
    def from_credentials(cls, credentials: dict[str, Any] | None) -> WebInput:
        """With ``secret`` and ``database`` of ``credentials.yml``."""
        if not credentials:
            cls.raise_missing_credentials_exception()
        return cls(str(credentials["secret"]), str(credentials["database"]))

    def get_output_channel(self) -> OutputChannel:
        """For what Rasa says by itself."""
        return WebOutput(self._outbox, self._bell)

    def blueprint(self, on_new_message: Callable[[UserMessage], Awaitable[None]]) -> Blueprint:
        """The routes of docs/web.md."""
        web = Blueprint("wegwijzer_web", __name__)
        turns = Turns(self._outbox, _answering(on_new_message), self._bell)

        @web.listener("after_server_start")
        async def resume(app: Any, loop: Any) -> None:
            self._stopping = False
            waiting, ended = await asyncio.to_thread(self._outbox.unfinished)
            for session in ended:
                await self._erase(app, turns, session)
            for session in waiting:
                turns.wake(session)

        @web.listener("before_server_stop")
        async def stop(app: Any, loop: Any) -> None:
            self._stopping = True
            self._bell.ring_all()
            await turns.stop()

        @web.route("/session", methods=["POST"])
        @_kindly
        async def begin(request: Request) -> HTTPResponse:
            _only_from_here(request)
            session = self._signer.session(request.cookies.get(COOKIE))
            if session is None or not await asyncio.to_thread(self._outbox.knows, session):
                if not self._begin.allows(request.remote_addr or request.ip):
                    raise Refused("too_fast")
                session = self._signer.new_session()
                await asyncio.to_thread(self._outbox.begin, session)
            answer = _conversation(session, await asyncio.to_thread(self._outbox.after, session))
            _set_cookie(request, answer, self._signer.cookie(session))
            return answer

        @web.route("/messages", methods=["POST"])
        @_kindly
        async def receive(request: Request) -> HTTPResponse:
            _only_from_here(request)
            session = self._session(request)
            said = read_said(request.body)
            if not self._say.allows(session):
                raise Refused("too_fast")
            seq, new = await asyncio.to_thread(self._outbox.accept, session, said)
            self._bell.ring(session)
            turns.wake(session)
            return response.json({"id": said.client_id, "seq": seq}, status=202 if new else 200)

        @web.route("/history", methods=["GET"])
        @_kindly
        async def history(request: Request) -> HTTPResponse:
            session = self._session(request)
            return _conversation(
                session, await asyncio.to_thread(self._outbox.after, session, last_event_id(request.args.get("after")))
            )

        @web.route("/events", methods=["GET"])
        @_kindly
        async def events(request: Request) -> None:
            session = self._session(request)
            if not await asyncio.to_thread(self._outbox.knows, session):
                raise Refused("no_session")
            if self._bell.count(session) >= MOST_STREAMS:
                raise Refused("too_fast")
            await self._stream(request, session)

        @web.route("/session", methods=["DELETE"])
        @_kindly
        async def erase(request: Request) -> HTTPResponse:
            _only_from_here(request)
            session = self._session(request)
            if await asyncio.to_thread(self._outbox.end, session):
                await self._erase(request.app, turns, session)
            answer = response.empty()
            _set_cookie(request, answer, "", max_age=0)
            return answer

        return web

    def _session(self, request: Request) -> str:
        session = self._signer.session(request.cookies.get(COOKIE))
        if session is None:
            raise Refused("no_session")
        return session

    async def _erase(self, app: Any, turns: Turns, session: str) -> None:
        """After what is being said now has been said, so that nothing is written behind our back."""
        self._bell.ring(session)
        await turns.idle(session)
        await asyncio.to_thread(_erase_tracker, getattr(app.ctx, "agent", None), session)
        await asyncio.to_thread(self._outbox.erase, session)
        self._say.forget(session)

    async def _stream(self, request: Request, session: str) -> None:
        """Say what is new until the page goes, the conversation ends or the server stops."""
        seq = last_event_id(request.headers.get("last-event-id") or request.args.get("after"))
        headers = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
        listener = self._bell.listen(session)
        typing: bool | None = None
        loop = asyncio.get_running_loop()
        try:
            line = await request.respond(content_type="text/event-stream; charset=utf-8", headers=headers)
            await line.send(f"retry: {round(LOOK_EVERY * 1000)}\n\n")
            spoke = loop.time()
            while not self._stopping:
                listener.clear()
                try:
                    page = await asyncio.to_thread(self._outbox.after, session, seq)
                except Refused:
                    await line.send(server_event("ended", {}))
                    break
                except OutboxUnavailable:
                    break  # the page comes back by itself, with the last number it has
                news = [server_event("message", entry.as_json(), entry.seq) for entry in page.entries]
                seq = page.entries[-1].seq if page.entries else seq
                if page.waiting != typing:
                    typing = page.waiting
                    news.append(server_event("typing", {"typing": typing}))
                if not news and loop.time() - spoke > HEARTBEAT:
                    news.append(": \n\n")
                if news:
                    await line.send("".join(news))
                    spoke = loop.time()
                await _heard_within(listener, LOOK_EVERY)
            await line.eof()
        finally:
            self._bell.stop(session, listener)


def _answering(on_new_message: Callable[[UserMessage], Awaitable[None]]) -> Callable[[str, Entry], Awaitable[Answer]]:
    """How a message is answered: by Rasa, or kindly when that fails."""

    async def answer(session: str, entry: Entry) -> Answer:
        said = _Collector()
        text = clean(str(entry.body["text"]))
        message = UserMessage(text, said, session, input_channel="web", message_id=entry.client_id)
        try:
            await asyncio.wait_for(on_new_message(message), ANSWER_WITHIN)
        except Exception as error:
            # Only the kind of error: its text may hold what the person wrote.
            log.error("web: handling a message failed: %s", type(error).__name__, exc_info=log.isEnabledFor(logging.DEBUG))
            if not said.replies:
                said.replies.append({"text": response_text("utter_storing")})
        return Answer(tuple(said.replies), said.forget)

    return answer


def _kindly(handler: Handler) -> Handler:
    """What cannot be done is said as the contract says."""

    @wraps(handler)
    async def kind(request: Request) -> HTTPResponse | None:
        try:
            answer = await handler(request)
        except Refused as refused:
            return _error(refused.code)
        except OutboxUnavailable as error:
            log.error("web: %s", error)
            return _error("unavailable")
        if answer is not None:
            answer.headers["Cache-Control"] = "no-store"
        return answer

    return kind


def _error(code: str) -> HTTPResponse:
    status, name = ERRORS[code]
    headers = {"Cache-Control": "no-store", **({"Retry-After": str(RETRY_AFTER)} if status in (429, 503) else {})}
    return response.json({"error": {"code": code, "text": response_text(name)}}, status=status, headers=headers)


def _only_from_here(request: Request) -> None:
    """Refuse what another site makes a browser send, besides what ``SameSite`` already holds back.

    Browsers of today say where a request comes from (``Sec-Fetch-Site``), older ones at least from which page (``Origin``).
    """
    if int(request.headers.get("content-length") or 0) > LARGEST_BODY:
        raise Refused("too_long")
    site, origin = request.headers.get("sec-fetch-site"), request.headers.get("origin")
    here = site in ("same-origin", "none") if site else not origin or urlsplit(origin).netloc == request.headers.get("host")
    if not here:
        raise Refused("elsewhere")
    if request.method == "POST" and not (request.headers.get("content-type") or "").startswith("application/json"):
        raise Refused("not_understood")


def _set_cookie(request: Request, answer: HTTPResponse, value: str, max_age: int | None = None) -> None:
    """A cookie for as long as the browser is open: nothing stays on a shared computer."""
    answer.cookies[COOKIE] = value
    cookie = answer.cookies[COOKIE]
    cookie["path"], cookie["httponly"], cookie["samesite"] = "/web", True, "Strict"
    if "https" in (request.scheme, request.headers.get("x-forwarded-proto")):
        cookie["secure"] = True
    if max_age is not None:
        cookie["max-age"] = max_age


def _conversation(session: str, page: Page) -> HTTPResponse:
    messages = [entry.as_json() for entry in page.entries]
    return response.json(
        {"conversation": public_name(session), "last_seq": page.last_seq, "waiting": page.waiting, "messages": messages}
    )


def _erase_tracker(agent: Any, session: str) -> None:
    """Rasa wraps the store we configured, in one or more layers."""
    store = getattr(agent, "tracker_store", None)
    while store is not None and not hasattr(store, "erase"):
        store = getattr(store, "_tracker_store", None)
    if store is not None:
        store.erase(session)


async def _heard_within(listener: asyncio.Event, seconds: float) -> None:
    try:
        await asyncio.wait_for(listener.wait(), seconds)
    except TimeoutError:
        return
