"""The door for Meta: open while the rest computes, closed for everybody else, and silent about what was sent."""

from __future__ import annotations

import asyncio
import logging
import socket
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import httpx
import pytest

from tests.unit.test_whatsapp_incoming import PHONE_ID, SECRET, message, webhook
from wegwijzer.guarding.headers import STRICT
from wegwijzer.product.processes import free_ports
from wegwijzer.whatsapp import door as doors
from wegwijzer.whatsapp.config import CloudSettings
from wegwijzer.whatsapp.door import PATH, Door
from wegwijzer.whatsapp.inbox import Taken
from wegwijzer.whatsapp.incoming import Delivery, Incoming
from wegwijzer.whatsapp.intake import Intake, News
from wegwijzer.whatsapp.reception import LARGEST_BODY, Reception
from wegwijzer.whatsapp.signature import SIGNATURE, sign
from wegwijzer.whatsapp.store import StoreUnavailable

WORD = "het-woord-dat-meta-zegt"
SAID = "mijn geheim van gisteren"


class Kept:
    """What is written down, in the place of both tables."""

    def __init__(self) -> None:
        self.texts: list[str] = []
        self.trouble: Exception | None = None
        self.writing, self.may_write = threading.Event(), threading.Event()
        self.may_write.set()

    def take(self, messages: Sequence[Incoming]) -> Taken:
        self.writing.set()
        self.may_write.wait(20)
        if self.trouble is not None:
            raise self.trouble
        self.texts += [one.text for one in messages]
        return Taken(tuple(("iemand", one) for one in messages))

    def delivered(self, deliveries: Sequence[Delivery]) -> tuple[set[str], list[int]]:
        return {"iemand"}, []


class Opened:
    """An open door and what stands behind it."""

    def __init__(self, kept: Kept, port: int) -> None:
        self.kept, self.port = kept, port
        self.news: list[tuple[str, News]] = []
        cloud = CloudSettings(PHONE_ID, "token-van-de-test", SECRET, WORD, port=port)
        self.intake = Intake(kept, kept, lambda news: self.news.append((threading.current_thread().name, news)))  # type: ignore[arg-type]
        self.door = Door(Reception(cloud, self.intake), cloud.host, cloud.port)
        self.client = httpx.Client(base_url=f"http://127.0.0.1:{port}", trust_env=False, timeout=20)

    def post(self, body: bytes, **more: Any) -> httpx.Response:
        return self.client.post(PATH, content=body, headers={SIGNATURE: sign(SECRET, body)}, **more)


@contextmanager
def opened(kept: Kept | None = None, port: int = 0) -> Iterator[Opened]:
    one = Opened(kept or Kept(), port or free_ports(1)[0])
    one.door.start()
    try:
        yield one
    finally:
        one.door.stop()
        one.intake.close()
        one.client.close()


@pytest.fixture
def meta() -> Iterator[Opened]:
    with opened() as one:
        yield one


def said(text: str = SAID, wamid: str = "wamid.een") -> bytes:
    return webhook(message("text", wamid=wamid, at=str(int(time.time())), body=text))


def raw(port: int, sent: bytes) -> bytes:
    """How the answer to these bytes begins."""
    with socket.create_connection(("127.0.0.1", port), timeout=20) as line:
        line.sendall(sent)
        return line.recv(65536)


def test_a_message_is_taken_while_the_loop_of_rasa_is_busy(meta: Opened) -> None:
    async def computing() -> int:
        # Nothing else can run on this loop until the answer is there.
        return meta.post(said()).status_code

    assert asyncio.run(computing()) == 200
    assert meta.kept.texts == [SAID]
    thread, news = meta.news[0]
    assert thread == "whatsapp-door" and [person for person, _ in news.fresh] == ["iemand"]


def test_meta_gets_its_challenge_and_nobody_else_does(meta: Opened) -> None:
    query = {"hub.mode": "subscribe", "hub.verify_token": WORD, "hub.challenge": "1158201444"}
    right, wrong = meta.client.get(PATH, params=query), meta.client.get(PATH, params=query | {"hub.verify_token": "raad"})
    assert (right.status_code, right.text, wrong.status_code, wrong.text) == (200, "1158201444", 403, "")


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [("GET", "/", 404), ("POST", "/webhooks/rest/webhook", 404), ("GET", "/conversations/iemand/tracker", 404),
     ("PUT", PATH, 405), ("DELETE", PATH, 405), ("HEAD", PATH, 405), ("OPTIONS", PATH, 405)],
)  # fmt: skip
def test_there_is_one_path_and_it_says_nothing_about_itself(meta: Opened, method: str, path: str, status: int) -> None:
    answer = meta.client.request(method, path)
    assert (answer.status_code, answer.text) == (status, "")
    assert "server" not in answer.headers
    assert {name: answer.headers[name] for name in STRICT} == STRICT


def test_who_does_not_sign_is_not_read(meta: Opened) -> None:
    assert meta.client.post(PATH, content=said()).status_code == 401
    assert meta.client.post(PATH, content=said(), headers={SIGNATURE: sign("f" * 32, said())}).status_code == 401
    assert meta.kept.texts == []


def test_what_never_ends_is_refused_before_it_fills_the_memory(meta: Opened) -> None:
    pieces = iter(lambda: b"x" * 65536, b"")
    count = LARGEST_BODY // 65536 + 2
    answer = meta.client.post(PATH, content=(next(pieces) for _ in range(count)), headers={SIGNATURE: "sha256=" + "0" * 64})
    assert (answer.status_code, meta.kept.texts) == (413, [])


def test_who_sends_slowly_does_not_hold_the_door(meta: Opened, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(doors, "READ_WITHIN", 0.05)
    half = f"POST {PATH} HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\nx".encode()
    assert raw(meta.port, half).startswith(b"HTTP/1.1 408")
    assert meta.post(said()).status_code == 200


@pytest.mark.parametrize("expected", [SAID.encode(), b"\xc3\xa9\xff\xfe", b"200-ok"])
@pytest.mark.parametrize("line", ["GET / HTTP/1.1", f"POST {PATH} HTTP/1.1", "CONNECT /x HTTP/1.1"])
def test_what_is_expected_of_us_is_not_said_back_and_breaks_nothing(meta: Opened, line: str, expected: bytes) -> None:
    answer = raw(meta.port, line.encode() + b"\r\nHost: x\r\nExpect: " + expected + b"\r\nContent-Length: 0\r\n\r\n")
    assert answer.startswith(b"HTTP/1.1 417")
    assert expected not in answer and b"aiohttp" not in answer and b"nosniff" in answer


def test_who_asks_whether_to_go_on_may_go_on(meta: Opened) -> None:
    body = said()
    head = f"POST {PATH} HTTP/1.1\r\nHost: x\r\nExpect: 100-Continue\r\n{SIGNATURE}: {sign(SECRET, body)}\r\n"
    answer = raw(meta.port, f"{head}Content-Length: {len(body)}\r\n\r\n".encode() + body)
    assert answer.startswith(b"HTTP/1.1 100")
    wait = time.monotonic() + 20
    while not meta.kept.texts and time.monotonic() < wait:
        time.sleep(0.01)
    assert meta.kept.texts == [SAID]


def test_what_is_no_http_is_refused_and_is_in_no_log(meta: Opened, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    answer = raw(meta.port, f"{SAID} 0612345678\r\n\r\n".encode())
    assert b" 400 " in answer.split(b"\r\n")[0], answer
    assert b"geheim" not in answer and b"aiohttp" not in answer
    assert "geheim" not in caplog.text and "0612345678" not in caplog.text
    assert meta.post(said()).status_code == 200


def test_what_is_not_on_disk_is_left_with_meta(meta: Opened, caplog: pytest.LogCaptureFixture) -> None:
    for trouble in (StoreUnavailable("the database x gave an error: y"), RuntimeError(SAID)):
        meta.kept.trouble = trouble
        answer = meta.post(said())
        assert (answer.status_code, int(answer.headers["Retry-After"]) > 0, answer.text) == (503, True, "")
    assert "the database x" in caplog.text and SAID not in caplog.text
    assert meta.news == []


def test_a_fault_of_ours_is_told_without_a_word(
    meta: Opened, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(*given: object) -> bool:
        raise RuntimeError(SAID)

    monkeypatch.setattr("wegwijzer.whatsapp.reception.is_signed", broken)
    answer = meta.post(said())
    assert (answer.status_code, answer.text) == (500, "")
    assert "RuntimeError" in caplog.text and SAID not in caplog.text


def test_what_is_being_taken_when_it_closes_is_answered_and_the_port_is_free_at_once() -> None:
    kept, answers = Kept(), list[int]()
    kept.may_write.clear()
    with opened(kept) as one:
        posting = threading.Thread(target=lambda: answers.append(one.post(said()).status_code))
        posting.start()
        assert kept.writing.wait(20)
        closing = threading.Thread(target=one.door.stop)
        closing.start()
        kept.may_write.set()
        closing.join(20)
        posting.join(20)
    assert (answers, kept.texts) == ([200], [SAID])
    with opened(port=one.port) as again:
        assert again.post(said()).status_code == 200


def test_a_port_that_is_taken_is_said_and_nothing_stays_behind(meta: Opened) -> None:
    with pytest.raises(OSError), opened(port=meta.port):
        pass
    assert sum(thread.name == "whatsapp-door" for thread in threading.enumerate()) == 1
    assert meta.post(said()).status_code == 200


def test_closing_what_is_not_open_does_nothing() -> None:
    Opened(Kept(), free_ports(1)[0]).door.stop()
