"""The web chat over HTTP, on a really running server with somebody behind it who repeats. The contract is in docs/web.md."""

from __future__ import annotations

import json
import sqlite3
import time
import uuid
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing, contextmanager, suppress
from pathlib import Path
from typing import Any

import httpx
import pytest

from wegwijzer.domain_texts import response_text
from wegwijzer.evaluation.echo_server import EchoServer
from wegwijzer.product.processes import CannotStart
from wegwijzer.web.contract import LARGEST_BODY, Who
from wegwijzer.web.cookie import COOKIE
from wegwijzer.web.outbox import Outbox

SECRET = "een-heel-lang-geheim-van-deze-test-0123"
OTHER_SITE = "https://www.example.org"
LISTED = "https://chat.example.org"
PATIENCE = 20.0
"""Seconds to wait for something that is going to happen; only so that a failing test ends."""


def database(folder: Path) -> str:
    return f"sqlite:///{folder / 'web.db'}"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("web")


@pytest.fixture(scope="module")
def server(folder: Path) -> Iterator[EchoServer]:
    """The server that most tests share."""
    with running(EchoServer(database(folder), SECRET, origins=(LISTED,))) as server:
        yield server


@contextmanager
def running(server: EchoServer) -> Iterator[EchoServer]:
    server.start()
    try:
        yield server
    finally:
        server.kill()


OPEN: list[httpx.Client] = []


@pytest.fixture(autouse=True)
def _close_browsers() -> Iterator[None]:
    yield
    while OPEN:
        OPEN.pop().close()


class Browser:
    """A browser with a conversation."""

    def __init__(self, server: EchoServer, begin: bool = True) -> None:
        self.client = httpx.Client(base_url=server.address, timeout=PATIENCE, trust_env=False)
        OPEN.append(self.client)
        if begin:
            self.begin()

    def begin(self) -> dict[str, Any]:
        answer = self.client.post("/web/session", json={})
        assert answer.status_code == 200, answer.text
        found: dict[str, Any] = answer.json()
        return found

    @property
    def session(self) -> str:
        return str(self.client.cookies[COOKIE]).partition(".")[0]

    def post(self, text: str, name: str | None = None, **more: Any) -> httpx.Response:
        return self.client.post("/web/messages", json={"id": name or str(uuid.uuid4()), "text": text, **more})

    def history(self) -> dict[str, Any]:
        found: dict[str, Any] = self.client.get("/web/history").json()
        return found

    def texts(self) -> list[str]:
        return [entry["text"] for entry in self.history()["messages"]]

    def says(self, text: str, **more: Any) -> list[dict[str, Any]]:
        """Say it and wait for the answer; what came after it."""
        seq = self.post(text, **more).json()["seq"]
        self.until(lambda: not self.history()["waiting"])
        return [entry for entry in self.history()["messages"] if entry["seq"] > seq]

    def hear(self, number: int, last: int | None = None, query: str = "") -> list[dict[str, Any]]:
        """So many messages from the stream; ``last`` as a browser that comes back says it."""
        headers = {} if last is None else {"Last-Event-ID": str(last)}
        return [json.loads(data) for _, data in self.events(number, headers, query)]

    def events(
        self, number: int, headers: dict[str, str] | None = None, query: str = "", kind: str = "message"
    ) -> list[tuple[str, str]]:
        found: list[tuple[str, str]] = []
        with self.client.stream("GET", f"/web/events{query}", headers=headers or {}) as line:
            assert line.status_code == 200
            assert line.headers["content-type"].startswith("text/event-stream")
            event = ""
            for text in line.iter_lines():
                if text.startswith("event: "):
                    event = text.removeprefix("event: ")
                elif text.startswith("data: ") and event == kind:
                    found.append((event, text.removeprefix("data: ")))
                    if len(found) == number:
                        break
        return found

    @staticmethod
    def until(true: Callable[[], bool]) -> None:
        deadline = time.monotonic() + PATIENCE
        while not true():
            assert time.monotonic() < deadline, "it never came true"
            time.sleep(0.02)


@pytest.fixture
def browser(server: EchoServer) -> Browser:
    return Browser(server)


def echoes(*texts: str) -> list[str]:
    return [f"{when} {text}" for text in texts for when in ("eerst", "dan")]


# --------------------------------------------------------------------------- once, in order, on every page


def test_a_message_is_taken_and_answered(browser: Browser) -> None:
    answer = browser.post("hallo", "mijn-id-1")
    assert (answer.status_code, answer.json()) == (202, {"id": "mijn-id-1", "seq": 1})
    heard = browser.hear(3)
    assert [(entry["seq"], entry["who"], entry["text"]) for entry in heard] == [
        (1, "you", "hallo"), (2, "bot", "eerst hallo"), (3, "bot", "dan hallo")
    ]  # fmt: skip
    assert heard[0]["id"] == "mijn-id-1"


def test_the_same_id_is_handled_once_also_at_the_same_time(browser: Browser) -> None:
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda _: browser.post("dubbelklik", "dubbel-id"), range(8)))
    assert sorted(answer.status_code for answer in answers) == [200] * 7 + [202]
    assert {answer.json()["seq"] for answer in answers} == {1}
    browser.until(lambda: not browser.history()["waiting"])
    assert browser.post("dubbelklik", "dubbel-id").status_code == 200
    assert browser.texts() == ["dubbelklik", *echoes("dubbelklik")]


def test_two_quick_messages_keep_their_order(browser: Browser) -> None:
    browser.post("langzaam eerste")
    browser.post("tweede")
    browser.until(lambda: not browser.history()["waiting"])
    replies = [entry["text"] for entry in browser.history()["messages"] if entry["who"] == "bot"]
    assert replies == echoes("langzaam eerste", "tweede")


def test_a_page_that_comes_back_goes_on_where_it_was(browser: Browser) -> None:
    browser.says("een")
    browser.says("twee")
    everything = browser.hear(6)
    assert browser.hear(4, last=2) == everything[2:]
    assert browser.hear(1, query="?after=5") == everything[5:]
    assert browser.hear(1, last=5, query="?after=1") == everything[5:], "the browser knows better than the address"
    assert browser.history()["messages"] == everything
    assert browser.client.get("/web/history?after=4").json()["messages"] == everything[4:]


def test_a_second_tab_sees_the_same_while_it_happens(browser: Browser) -> None:
    with ThreadPoolExecutor(2) as pool:
        tabs = [pool.submit(browser.hear, 6) for _ in range(2)]
        browser.post("een")
        browser.post("twee")
        assert tabs[0].result() == tabs[1].result() == browser.hear(6)


def test_a_page_sees_that_an_answer_is_coming_and_came(browser: Browser) -> None:
    browser.post("langzaam")
    assert [json.loads(data) for _, data in browser.events(2, kind="typing")] == [{"typing": True}, {"typing": False}]


def test_what_another_process_says_arrives(browser: Browser, folder: Path) -> None:
    outbox = Outbox(database(folder))
    with ThreadPoolExecutor(1) as pool:
        heard = pool.submit(browser.hear, 1)
        outbox.push(browser.session, Who.COLLEAGUE, [{"text": "Dag, met Samira van het buurtteam."}])
        assert heard.result()[0]["who"] == "colleague"
    outbox.close()


def test_a_reload_finds_the_conversation_of_this_browser(browser: Browser) -> None:
    first = browser.begin()
    browser.says("hallo")
    again = browser.begin()
    assert again["conversation"] == first["conversation"]
    assert [entry["text"] for entry in again["messages"]] == ["hallo", *echoes("hallo")]


def test_another_browser_sees_nothing_of_it(server: EchoServer, browser: Browser) -> None:
    browser.says("geheim")
    other = Browser(server)
    assert other.texts() == []
    assert other.begin()["conversation"] != browser.begin()["conversation"]


@pytest.mark.parametrize(
    "text", ["<script>alert(1)</script> & <b>vet</b>", "👩‍👧 blij é", "regel\nregel\r\n\u2028einde", "/restart"]
)
def test_what_is_said_stays_text(browser: Browser, text: str) -> None:
    browser.says(text)
    (mine,) = (entry for entry in browser.hear(3) if entry["who"] == "you")
    assert mine["text"] == text
    assert browser.history()["messages"][0]["text"] == text


def test_the_bot_hears_no_command(browser: Browser) -> None:
    assert not any(entry["text"].endswith(" /restart") for entry in browser.says("/restart"))


def test_who_wants_u_gets_it_and_the_choice_is_kept(browser: Browser) -> None:
    assert [entry["text"] for entry in browser.says("hallo", address="u")] == ["EERST HALLO", "DAN HALLO"]
    assert [entry["text"] for entry in browser.says("hallo", address="je")] == echoes("hallo")
    assert [entry.get("address") for entry in browser.history()["messages"] if entry["who"] == "you"] == ["u", "je"]


def test_a_turn_that_breaks_is_said_kindly_and_the_next_goes_on(browser: Browser) -> None:
    assert [entry["text"] for entry in browser.says("stuk")] == [response_text("utter_storing")]
    assert [entry["text"] for entry in browser.says("en nu")] == echoes("en nu")


# --------------------------------------------------------------------------- stopping halfway


@pytest.mark.parametrize("end", ["kill", "stop"])
def test_what_was_taken_is_answered_after_a_stop_once(tmp_path: Path, end: str) -> None:
    with running(EchoServer(database(tmp_path), SECRET)) as server:
        browser = Browser(server)
        browser.says("voor")
        assert browser.post("langzaam midden", "midden-id").status_code == 202
        getattr(server, end)()
        server.start()
        assert browser.post("langzaam midden", "midden-id").status_code == 200
        assert browser.post("na").status_code == 202
        browser.until(lambda: not browser.history()["waiting"])
        assert [entry["text"] for entry in browser.history()["messages"] if entry["who"] == "bot"] == echoes(
            "voor", "langzaam midden", "na"
        )
        assert [entry["seq"] for entry in browser.history()["messages"]] == list(range(1, 10))


def test_an_open_line_ends_when_the_server_stops_and_goes_on_after_it(tmp_path: Path) -> None:
    with running(EchoServer(database(tmp_path), SECRET)) as server:
        browser = Browser(server)
        browser.says("een")
        with browser.client.stream("GET", "/web/events") as line, ThreadPoolExecutor(1) as pool:
            assert line.status_code == 200, "it is open before the server stops"
            stopping = pool.submit(server.stop)
            heard = [text for text in line.iter_lines() if text.startswith("id: ")]
            stopping.result()
        assert heard == ["id: 1", "id: 2", "id: 3"]
        server.start()
        browser.post("twee")
        assert [entry["text"] for entry in browser.hear(3, last=3)] == ["twee", *echoes("twee")]


def test_a_page_that_goes_before_it_hears_that_its_message_was_taken_is_answered(browser: Browser) -> None:
    """The server must not stop halfway because nobody listens any more."""
    for number in range(5):
        with suppress(httpx.TimeoutException):
            browser.client.post("/web/messages", json={"id": f"weg-{number:04}", "text": "weg"}, timeout=0.002 + number / 500)

    def each_has_its_answer() -> bool:
        # Until all are: the server may take one in after we looked.
        messages = browser.history()["messages"]
        who = [entry["who"] for entry in messages]
        return 2 * who.count("you") == who.count("bot")

    browser.until(each_has_its_answer)


# --------------------------------------------------------------------------- forgetting


def test_erasing_leaves_nothing_and_the_other_tab_hears_it(browser: Browser, folder: Path) -> None:
    browser.says("xylofoonkwartet")
    session = browser.session
    cookie = browser.client.cookies[COOKIE]
    with ThreadPoolExecutor(1) as pool:
        tab = pool.submit(browser.events, 1, kind="ended")
        time.sleep(0.1)
        answer = browser.client.delete("/web/session")
        assert answer.status_code == 204
        assert "Max-Age=0" in answer.headers["set-cookie"]
        assert tab.result()
    assert COOKIE not in browser.client.cookies
    stale = browser.client.get("/web/history", headers={"Cookie": f"{COOKIE}={cookie}"})
    assert (stale.status_code, stale.json()["error"]["code"]) == (401, "no_session")
    with closing(sqlite3.connect(folder / "web.db")) as connection:
        for table, column in (("web_session", "id"), ("web_entry", "session_id")):
            assert connection.execute(f"SELECT count(*) FROM {table} WHERE {column} = ?", (session,)).fetchone() == (0,)
    assert b"xylofoonkwartet" not in (folder / "web.db").read_bytes()
    assert browser.begin()["messages"] == []


def test_erasing_while_an_answer_is_coming_leaves_nothing(browser: Browser, folder: Path) -> None:
    browser.post("langzaam luchtkasteel")
    assert browser.client.delete("/web/session").status_code == 204
    assert b"luchtkasteel" not in (folder / "web.db").read_bytes()


def test_wiping_in_the_talk_clears_the_pages_and_goes_on(browser: Browser, folder: Path) -> None:
    browser.says("xylofoonkwintet")
    name = str(uuid.uuid4())
    browser.says("wis mijn gesprek", name=name)
    heard = browser.hear(3)
    assert heard[0] == {"seq": heard[0]["seq"], "who": "system", "cleared_up_to": heard[0]["seq"] - 1}
    assert [entry["text"] for entry in heard[1:]] == echoes("wis mijn gesprek")
    assert b"xylofoonkwintet" not in (folder / "web.db").read_bytes()
    assert browser.post("wis mijn gesprek", name).status_code == 200, "sent again it wipes nothing more"
    assert [entry["text"] for entry in browser.says("verder")] == echoes("verder")


# --------------------------------------------------------------------------- who may talk


def refused(answer: httpx.Response) -> tuple[int, str]:
    error = answer.json()["error"]
    assert error["text"] and "Traceback" not in answer.text
    assert answer.headers["cache-control"] == "no-store"
    return answer.status_code, error["code"]


@pytest.mark.parametrize("cookie", ["", "x", f"{'a' * 43}.{'0' * 64}"])
@pytest.mark.parametrize(("method", "path"), [("GET", "history"), ("GET", "events"), ("POST", "messages"), ("DELETE", "session")])
def test_without_a_session_of_ours_nothing_is_said(server: EchoServer, method: str, path: str, cookie: str) -> None:
    body = {"id": "12345678", "text": "hoi"} if method == "POST" else None
    answer = httpx.request(
        method, f"{server.address}/web/{path}", json=body, headers={"Cookie": f"{COOKIE}={cookie}"}, trust_env=False
    )
    assert refused(answer) == (401, "no_session")


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": OTHER_SITE},
        {"Origin": "null"},
        {"Origin": "http://["},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site", "Origin": OTHER_SITE},
        {"Sec-Fetch-Site": "cross-site", "Origin": f"{LISTED}.evil.example"},
    ],
)
@pytest.mark.parametrize(
    ("method", "path"), [("GET", "events"), ("POST", "messages"), ("POST", "session"), ("DELETE", "session")]
)
def test_a_page_of_another_site_is_refused(browser: Browser, method: str, path: str, headers: dict[str, str]) -> None:
    body = {"id": "12345678", "text": "hoi"} if method == "POST" else None
    answer = browser.client.request(method, f"/web/{path}", json=body, headers=headers)
    assert refused(answer) == (403, "elsewhere")
    assert "access-control-allow-origin" not in answer.headers
    assert browser.texts() == []


@pytest.mark.parametrize("site", ["same-site", "cross-site", None])
def test_a_listed_page_may_talk_and_hear(browser: Browser, site: str | None) -> None:
    headers = {"Origin": LISTED, **({"Sec-Fetch-Site": site} if site else {})}
    answer = browser.client.post("/web/messages", json={"id": "12345678", "text": "hoi"}, headers=headers)
    assert answer.status_code == 202
    with browser.client.stream("GET", "/web/events", headers=headers) as line:
        for found in (answer, line):
            assert found.headers["access-control-allow-origin"] == LISTED
            assert found.headers["access-control-allow-credentials"] == "true"
            assert "Origin" in found.headers["vary"]


def test_an_error_reaches_a_listed_page_too(browser: Browser) -> None:
    answer = browser.client.post("/web/messages", json={}, headers={"Origin": LISTED})
    assert refused(answer) == (400, "not_understood")
    assert answer.headers["access-control-allow-origin"] == LISTED


@pytest.mark.parametrize(("origin", "allowed"), [(LISTED, True), (OTHER_SITE, False), ("null", False)])
@pytest.mark.parametrize("path", ["session", "messages", "history", "events"])
def test_a_browser_that_asks_beforehand_hears_who_may(server: EchoServer, path: str, origin: str, allowed: bool) -> None:
    asking = {"Origin": origin, "Access-Control-Request-Method": "POST", "Access-Control-Request-Headers": "content-type"}
    answer = httpx.options(f"{server.address}/web/{path}", headers=asking, trust_env=False)
    assert answer.status_code == 204
    assert ("access-control-allow-origin" in answer.headers) is allowed
    if allowed:
        assert "POST" in answer.headers["access-control-allow-methods"]
        assert "Content-Type" in answer.headers["access-control-allow-headers"]


def test_the_cookie_is_out_of_reach_of_scripts_and_other_sites(server: EchoServer) -> None:
    plain = httpx.post(f"{server.address}/web/session", json={}, trust_env=False).headers["set-cookie"]
    assert all(part in plain for part in ("HttpOnly", "SameSite=Strict", "Path=/web"))
    assert "Secure" not in plain and "Max-Age" not in plain and "Expires" not in plain
    behind_tls = httpx.post(f"{server.address}/web/session", json={}, headers={"X-Forwarded-Proto": "https"}, trust_env=False)
    assert "Secure" in behind_tls.headers["set-cookie"]


@pytest.mark.parametrize("secret", ["", "kort", "a" * 40])
def test_a_weak_secret_does_not_start(tmp_path: Path, secret: str) -> None:
    with pytest.raises(CannotStart):
        EchoServer(database(tmp_path), secret).start()


# --------------------------------------------------------------------------- what cannot be done


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (b"geen json", (400, "not_understood")),
        (b"", (400, "not_understood")),
        (b'{"id": "12345678"}', (400, "not_understood")),
        (b'{"id": "12345678", "text": "hoi", "address": "jullie"}', (400, "not_understood")),
        (json.dumps({"id": "12345678", "text": "a" * 20_001}).encode(), (413, "too_long")),
        (b" " * (LARGEST_BODY + 1), (413, "too_long")),
        (b"x" * 3_000_000, (413, "too_long")),
    ],
)
def test_what_is_no_message_is_refused_kindly(browser: Browser, body: bytes, code: tuple[int, str]) -> None:
    def pieces() -> Iterator[bytes]:
        yield body

    for content in (body, pieces()):
        answer = browser.client.post("/web/messages", content=content, headers={"Content-Type": "application/json"})
        assert refused(answer) == code
    assert browser.texts() == []


def test_only_json_is_taken(browser: Browser) -> None:
    """A form of another site can be sent without asking beforehand; JSON cannot."""
    answer = browser.client.post(
        "/web/messages", content=b'{"id": "12345678", "text": "hoi"}', headers={"Content-Type": "text/plain"}
    )
    assert refused(answer) == (400, "not_understood")


def test_who_is_too_fast_hears_how_long_to_wait(tmp_path: Path) -> None:
    with running(EchoServer(database(tmp_path), SECRET, say=(3, 3600.0), begin=(2, 3600.0))) as server:
        browser, other = Browser(server), Browser(server)
        for _ in range(3):
            assert browser.post("hoi").status_code == 202
        answer = browser.post("hoi")
        assert refused(answer) == (429, "too_fast")
        assert int(answer.headers["retry-after"]) > 0
        assert other.post("hoi").status_code == 202, "another conversation has a limit of its own"
        assert browser.begin(), "who has a conversation keeps it"
        assert refused(Browser(server, begin=False).client.post("/web/session", json={})) == (429, "too_fast")


def test_a_locked_database_is_said_kindly_and_then_it_goes_on(tmp_path: Path) -> None:
    with running(EchoServer(f"{database(tmp_path)}?timeout=0.2", SECRET)) as server:
        browser = Browser(server)
        with closing(sqlite3.connect(tmp_path / "web.db")) as other:
            other.execute("BEGIN EXCLUSIVE")
            answer = browser.post("hoi", "zelfde-id")
            assert refused(answer) == (503, "unavailable")
            assert int(answer.headers["retry-after"]) > 0
            assert refused(browser.client.get("/web/history")) == (503, "unavailable")
            other.rollback()
        assert browser.post("hoi", "zelfde-id").status_code == 202
        browser.until(lambda: not browser.history()["waiting"])
        assert browser.texts() == ["hoi", *echoes("hoi")]


def test_an_answer_that_cannot_be_kept_at_once_is_kept_later(tmp_path: Path) -> None:
    with running(EchoServer(f"{database(tmp_path)}?timeout=0.2", SECRET)) as server:
        browser = Browser(server)
        browser.post("langzaam")
        with closing(sqlite3.connect(tmp_path / "web.db")) as other:
            other.execute("BEGIN EXCLUSIVE")
            time.sleep(3)
            other.rollback()
        browser.until(lambda: not browser.history()["waiting"])
        assert browser.texts() == ["langzaam", *echoes("langzaam")]


def test_a_broken_database_is_said_kindly(tmp_path: Path) -> None:
    with running(EchoServer(database(tmp_path), SECRET)) as server:
        browser = Browser(server)
        (tmp_path / "web.db").write_bytes(b"geen database" * 1000)
        assert refused(browser.post("hoi")) == (503, "unavailable")


def test_too_many_open_lines_of_one_conversation_are_refused(browser: Browser) -> None:
    with ExitStack() as tabs:
        for _ in range(10):
            assert tabs.enter_context(browser.client.stream("GET", "/web/events")).status_code == 200
        assert refused(browser.client.get("/web/events")) == (429, "too_fast")

    def one_more() -> bool:
        with browser.client.stream("GET", "/web/events") as line:
            return line.status_code == 200

    browser.until(one_more)
