"""What goes over the line to Graph, and what each way of failing means. Against a real server on this machine."""

from __future__ import annotations

import asyncio
import io
import logging
from collections.abc import Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any, TypeVar

import aiohttp
import pytest
from aiohttp import web
from PIL import Image

from wegwijzer.whatsapp import exchange, graph
from wegwijzer.whatsapp.exchange import GaveUp, TryLater, WindowClosed
from wegwijzer.whatsapp.graph import GraphClient
from wegwijzer.whatsapp.payloads import to_payloads

T = TypeVar("T")
Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]
TOKEN, NUMBER, WORDS = "not-a-real-token", "31612345678", "Ik voel me alleen"
SENT = {"messaging_product": "whatsapp", "contacts": [{"wa_id": NUMBER}], "messages": [{"id": "wamid.A"}]}
TEXT = {"type": "text", "text": {"body": WORDS, "preview_url": False}}


@asynccontextmanager
async def client(handler: Handler) -> Any:
    """A client of a server that answers everything with ``handler``."""
    app = web.Application(client_max_size=16 * 1024 * 1024)
    app.router.add_route("*", "/{path:.*}", handler)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    host, port = runner.addresses[0]
    try:
        async with aiohttp.ClientSession(trust_env=False) as session:
            yield GraphClient(f"http://{host}:{port}/v23.0/", "1234", TOKEN, session, clock=lambda: 1_000_000_000.0)
    finally:
        await runner.cleanup()


def ask(handler: Handler, do: Callable[[GraphClient], Awaitable[T]]) -> T:
    async def run() -> T:
        async with client(handler) as made:
            result: T = await do(made)
            return result

    return asyncio.run(run())


def answers(body: object, status: int = 200, headers: dict[str, str] | None = None) -> Handler:
    async def handler(request: web.Request) -> web.Response:
        await request.read()
        return web.json_response(body, status=status, headers=headers)

    return handler


def error(code: int, **more: object) -> dict[str, object]:
    """An error as Graph words it, with what it may repeat of ours."""
    return {
        "error": {"message": f"(#{code}) {WORDS} {NUMBER}", "type": "OAuthException", "code": code, "fbtrace_id": "A", **more}
    }


def send(made: GraphClient) -> Awaitable[str]:
    return made.send(NUMBER, TEXT, "row-7")


def test_a_message_goes_as_documented() -> None:
    seen: list[tuple[str, str, str | None, dict[str, Any]]] = []

    async def handler(request: web.Request) -> web.Response:
        seen.append((request.method, request.path_qs, request.headers.get("Authorization"), await request.json()))
        return web.json_response(SENT)

    assert ask(handler, send) == "wamid.A"
    expected = {
        "messaging_product": "whatsapp", "recipient_type": "individual", "to": NUMBER, "biz_opaque_callback_data": "row-7", **TEXT,
    }  # fmt: skip
    assert seen == [("POST", "/v23.0/1234/messages", f"Bearer {TOKEN}", expected)]


@pytest.mark.parametrize("typing", [True, False])
def test_reading_is_told_with_or_without_typing(typing: bool) -> None:
    seen: list[dict[str, Any]] = []

    async def handler(request: web.Request) -> web.Response:
        seen.append(await request.json())
        return web.json_response({"success": True})

    ask(handler, lambda made: made.seen("wamid.IN", typing))
    told = {"messaging_product": "whatsapp", "status": "read", "message_id": "wamid.IN"}
    assert seen == [{**told, "typing_indicator": {"type": "text"}} if typing else told]


def test_the_route_is_drawn_and_uploaded_before_its_message() -> None:
    seen: list[tuple[str, Any]] = []

    async def handler(request: web.Request) -> web.Response:
        if request.path.endswith("/media"):
            form = await request.post()
            file = form["file"]
            assert isinstance(file, web.FileField)
            picture = Image.open(io.BytesIO(file.file.read()))
            seen.append(("media", (form["messaging_product"], form["type"], file.content_type, picture.format)))
            return web.json_response({"id": "media-1"})
        seen.append(("message", await request.json()))
        return web.json_response(SENT)

    card = {"type": "bewaar", "naam": "Koffie in de buurt", "haltes": [{"id": "x", "label": "Iemand missen"}]}
    picture = to_payloads({"text": "Schrijf op:", "card": card})[0]
    assert ask(handler, lambda made: made.send(NUMBER, picture)) == "wamid.A"
    (_, media), (_, message) = seen
    assert media == ("whatsapp", "image/png", "image/png", "PNG")
    assert message["image"] == {"caption": picture["image"]["caption"], "id": "media-1"}
    assert set(message) == {"messaging_product", "recipient_type", "to", "type", "image"}


def test_a_route_that_cannot_be_uploaded_is_not_perhaps_sent() -> None:
    async def handler(request: web.Request) -> web.Response:
        await request.read()
        assert request.transport is not None
        request.transport.close()
        return web.Response()

    payload = {
        "type": "image",
        "image": {"caption": "x"},
        "picture": {"title": "a", "stops": ["b"], "step": "c", "name": "d", "ways": []},
    }
    with pytest.raises(TryLater) as raised:
        ask(handler, lambda made: made.send(NUMBER, payload))
    assert not raised.value.perhaps_done


def test_a_route_that_cannot_be_drawn_is_given_up(caplog: pytest.LogCaptureFixture) -> None:
    payload = {"type": "image", "image": {"caption": "x"}, "picture": {"title": WORDS}}
    with pytest.raises(GaveUp):
        ask(answers(SENT), lambda made: made.send(NUMBER, payload))
    assert "KeyError" in caplog.text and WORDS not in caplog.text


def test_the_number_is_asked_for() -> None:
    async def handler(request: web.Request) -> web.Response:
        assert request.method == "GET" and request.path == "/v23.0/1234" and "quality_rating" in request.query["fields"]
        return web.json_response({"verified_name": "Gemeente", "id": "1234"})

    assert ask(handler, lambda made: made.phone())["verified_name"] == "Gemeente"


@pytest.mark.parametrize(
    ("status", "body"),
    [
        (429, {}),
        (429, error(130429)),
        (500, error(131000)),
        (500, error(1)),
        (503, error(2)),
        (502, "<html>"),
        (400, error(4)),
        (400, error(80007)),
        (400, error(130429)),
        (400, error(131056)),
        (400, error(131016)),
        (400, error(133016)),
        (400, error(999999, is_transient=True)),
        (408, {}),
    ],
)
def test_what_passes_is_tried_later(status: int, body: object) -> None:
    with pytest.raises(TryLater) as raised:
        ask(answers(body, status), send)
    assert raised.value.after_seconds is None


@pytest.mark.parametrize(
    ("status", "body", "code"),
    [
        (400, error(100), 100),
        (400, error(131026), 131026),
        (400, error(131048), 131048),
        (401, error(190), 190),
        (403, error(368), 368),
        (404, {}, 404),
        (400, {"error": "x"}, 400),
        (400, {"error": {"code": "131056"}}, 400),
        (400, [], 400),
        (302, {}, 302),
    ],
)
def test_what_does_not_pass_is_given_up(status: int, body: object, code: int) -> None:
    with pytest.raises(GaveUp) as raised:
        ask(answers(body, status, {"Location": "/elsewhere"} if status == 302 else None), send)
    assert raised.value.code == code and not isinstance(raised.value, WindowClosed)


def test_a_closed_window_is_told_apart() -> None:
    with pytest.raises(WindowClosed):
        ask(answers(error(131047), 400), send)


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        ("7", 7.0),
        ("0", 0.0),
        ("Sun, 09 Sep 2001 01:47:10 GMT", 30.0),
        ("Sun, 09 Sep 2001 01:46:00 GMT", 0.0),
        ("999999999", 3600.0),
        ("soon", None),
        ("-5", None),
        ("²", None),
    ],
)
def test_the_server_says_how_long_to_wait(header: str, seconds: float | None) -> None:
    if not header.isascii():
        assert graph._seconds(header, 0) is seconds
        return
    with pytest.raises(TryLater) as raised:
        ask(answers({}, 429, {"Retry-After": header}), send)
    assert raised.value.after_seconds == seconds


@pytest.mark.parametrize(
    "body", [{}, [], "x", {"messages": []}, {"messages": [{}]}, {"messages": [{"id": 3}]}, {"messages": {"0": 1}}]
)
def test_an_answer_without_an_id_was_perhaps_done(body: object) -> None:
    with pytest.raises(TryLater) as raised:
        ask(answers(body), send)
    assert raised.value.perhaps_done


@pytest.mark.parametrize(
    ("status", "body", "perhaps"), [(429, {}, False), (500, error(131000), False), (502, {}, True), (400, error(131056), False)]
)
def test_what_graph_refused_itself_was_not_done(status: int, body: object, perhaps: bool) -> None:
    with pytest.raises(TryLater) as raised:
        ask(answers(body, status), send)
    assert raised.value.perhaps_done is perhaps


def test_a_broken_line_was_perhaps_done() -> None:
    async def handler(request: web.Request) -> web.Response:
        await request.read()
        assert request.transport is not None
        request.transport.close()
        return web.Response()

    with pytest.raises(TryLater) as raised:
        ask(handler, send)
    assert raised.value.perhaps_done


def test_a_slow_answer_was_perhaps_done(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(exchange, "TIMEOUT", aiohttp.ClientTimeout(total=0.3))

    async def handler(request: web.Request) -> web.Response:
        await asyncio.sleep(5)
        return web.json_response(SENT)

    with pytest.raises(TryLater) as raised:
        ask(handler, send)
    assert raised.value.perhaps_done


def test_without_a_line_nothing_was_done() -> None:
    async def run() -> None:
        server = await asyncio.start_server(lambda reader, writer: None, "127.0.0.1", 0)
        port = server.sockets[0].getsockname()[1]
        server.close()
        await server.wait_closed()
        async with aiohttp.ClientSession(trust_env=False) as session:
            await send(GraphClient(f"http://127.0.0.1:{port}", "1234", TOKEN, session))

    with pytest.raises(TryLater) as raised:
        asyncio.run(run())
    assert not raised.value.perhaps_done


@pytest.mark.parametrize(
    "handler", [answers(error(100), 400), answers(error(131000), 500), answers(error(131047), 400), answers({"x": WORDS}, 404)]
)
def test_nothing_of_the_person_or_the_token_is_told(handler: Handler, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    with pytest.raises((TryLater, GaveUp)) as raised:
        ask(handler, send)
    told = f"{raised.value!r} {raised.value} {raised.value.__cause__!r} {vars(raised.value)} {caplog.text}"
    for secret in (TOKEN, NUMBER, WORDS):
        assert secret not in told


def test_what_cannot_be_right_is_refused_before_it_goes() -> None:
    with pytest.raises(ValueError, match="id of the telephone number"):
        ask(answers(SENT), lambda made: _made_with("1/../2"))
    with pytest.raises(ValueError, match="too long"):
        ask(answers(SENT), lambda made: made.send(NUMBER, TEXT, "x" * 513))


async def _made_with(phone_id: str) -> None:
    async with aiohttp.ClientSession() as session:
        GraphClient("http://127.0.0.1", phone_id, TOKEN, session)
