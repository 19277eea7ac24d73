"""Sites are asked politely, by a real server in this test: what is fine, moved, gone or silent is told apart."""

from __future__ import annotations

import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from wegwijzer.catalogue.web_addresses import AT_ONCE, USER_AGENT, Answer, Outcome, check_online, well_formed

PROXIES = ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY")


class Site(ThreadingHTTPServer):
    """A site, or many behind one proxy, that remembers who asked what and how many asked at the same time."""

    daemon_threads = True
    block_on_close = False

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Page)
        self.lock = threading.Lock()
        self.asked: list[tuple[str, str]] = []
        self.agents: set[str] = set()
        self.busy: Counter[str] = Counter()
        self.most_per_host = 0
        self.most = 0

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"

    def methods(self, path: str) -> list[str]:
        return [method for method, asked in self.asked if asked.endswith(path)]


class Page(BaseHTTPRequestHandler):
    """The path says what the page does, as ``/HEAD status/GET status``, or a name."""

    server: Site

    def do_HEAD(self) -> None:
        self._answer()

    def do_GET(self) -> None:
        self._answer()

    def log_message(self, format: str, *arguments: object) -> None:
        """Says nothing."""

    def _answer(self) -> None:
        host = self.headers["Host"]
        with self.server.lock:
            self.server.asked.append((self.command, self.path))
            self.server.agents.add(self.headers["User-Agent"])
            self.server.busy[host] += 1
            self.server.most_per_host = max(self.server.most_per_host, self.server.busy[host])
            self.server.most = max(self.server.most, sum(self.server.busy.values()))
        try:
            self._page(self.path.removeprefix(f"http://{host}"))
        finally:
            with self.server.lock:
                self.server.busy[host] -= 1

    def _page(self, path: str) -> None:
        if path == "/hangs":
            time.sleep(1.5)
        if path.startswith("/slow"):
            time.sleep(0.1)
        if path == "/drips":
            self._drip()
            return
        if path == "/breaks":
            self.close_connection = True
            return
        _, head, get, *_ = (*path.split("/"), "", "")
        status = head if self.command == "HEAD" else get
        self.send_response(int(status) if status.isdigit() else 200)
        if (location := self.headers_for(path)) is not None:
            self.send_header("Location", location)
        if path == "/endless" and self.command == "GET":
            self.send_header("Content-Length", "1000000")
        self.end_headers()
        if path == "/endless" and self.command == "GET":
            self.wfile.flush()
            time.sleep(1.5)

    def _drip(self) -> None:
        """A line of the head now and then, so that something always comes and the head never ends."""
        self.wfile.write(b"HTTP/1.0 200 OK\r\n")
        with suppress(OSError):
            for number in range(15):
                self.wfile.write(f"X-{number}: x\r\n".encode())
                time.sleep(0.1)

    def headers_for(self, path: str) -> str | None:
        """Where a page that moved is now: the last part of its path."""
        return {"new": "/nieuw", "self": path, "mail": "mailto:x@example.nl", "other": "https://elders.nl/x"}.get(
            path.rsplit("/", 1)[-1]
        )


@pytest.fixture(autouse=True)
def no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in PROXIES:
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.lower(), raising=False)


@pytest.fixture
def site() -> Iterator[Site]:
    with Site() as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
        thread.start()
        yield server
        server.shutdown()
        thread.join()


def ask(site: Site, path: str, timeout: float = 5.0) -> Answer:
    address = site.address + path
    return check_online([address], timeout=timeout)[address]


# --- what became of a page --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", ["/", "/200/200", "/204/204", "/302/302/new", "/307/307/new", "/303/303/other"])
def test_a_page_that_answers_is_fine_and_asked_once(site: Site, path: str) -> None:
    assert ask(site, path).outcome is Outcome.FINE
    assert site.methods(path) == ["HEAD"]


@pytest.mark.parametrize("status", [301, 308])
def test_a_page_that_moved_for_good_says_where_and_is_not_followed(site: Site, status: int) -> None:
    path = f"/{status}/{status}/new"
    assert ask(site, path) == Answer(Outcome.MOVED, f"{site.address}/nieuw", status)
    assert site.asked == [("HEAD", path)]
    assert ask(site, f"/{status}/{status}/other").new_address == "https://elders.nl/x"


@pytest.mark.parametrize("path", ["/301/301", "/301/301/self", "/301/301/mail"])
def test_a_page_that_moved_to_nowhere_cannot_be_reached(site: Site, path: str) -> None:
    assert ask(site, path).outcome is Outcome.UNREACHABLE


@pytest.mark.parametrize("status", [404, 410])
def test_a_page_that_is_not_there_any_more_is_gone_when_both_tries_say_so(site: Site, status: int) -> None:
    assert ask(site, f"/{status}/{status}") == Answer(Outcome.GONE, status=status)
    assert site.methods(f"/{status}/{status}") == ["HEAD", "GET"]


@pytest.mark.parametrize("status", [401, 403, 429, 500, 503])
def test_a_page_that_refuses_or_fails_cannot_be_reached_and_is_left_alone_after_two_tries(site: Site, status: int) -> None:
    assert ask(site, f"/{status}/{status}") == Answer(Outcome.UNREACHABLE, status=status)
    assert site.methods(f"/{status}/{status}") == ["HEAD", "GET"]


@pytest.mark.parametrize("head", [403, 404, 405, 500, 501])
def test_a_server_that_does_not_know_head_is_asked_for_the_page(site: Site, head: int) -> None:
    assert ask(site, f"/{head}/200") == Answer(Outcome.FINE, status=200)
    assert ask(site, f"/{head}/301/new").outcome is Outcome.MOVED


def test_a_site_that_breaks_off_cannot_be_reached_after_two_tries(site: Site) -> None:
    assert ask(site, "/breaks") == Answer(Outcome.UNREACHABLE)
    assert site.methods("/breaks") == ["HEAD", "GET"]


@pytest.mark.parametrize("path", ["/hangs", "/drips"])
def test_a_site_that_takes_too_long_is_not_waited_for(site: Site, path: str) -> None:
    begin = time.monotonic()
    assert ask(site, path, timeout=0.2) == Answer(Outcome.UNREACHABLE)
    assert time.monotonic() - begin < 1.2
    assert len(site.methods(path)) == 2


def test_only_the_head_of_an_answer_is_read(site: Site) -> None:
    begin = time.monotonic()
    assert ask(site, "/endless").outcome is Outcome.FINE
    assert ask(site, "/405/endless").outcome is Outcome.FINE
    assert time.monotonic() - begin < 1.2


def test_a_server_that_is_not_there_cannot_be_reached(site: Site) -> None:
    with Site() as gone:
        address = gone.address
    assert check_online([address], timeout=2.0) == {address: Answer(Outcome.UNREACHABLE)}


# --- politely ---------------------------------------------------------------------------------------------------------


def test_it_says_who_asks(site: Site) -> None:
    ask(site, "/404/404")
    assert site.agents == {USER_AGENT}


def test_the_same_address_is_asked_once(site: Site) -> None:
    assert len(check_online([f"{site.address}/x", f"{site.address}/x"])) == 1
    assert len(site.asked) == 1


def test_one_host_gets_one_request_at_a_time(site: Site) -> None:
    addresses = [f"{site.address}/slow{number}" for number in range(5)]
    assert list(check_online(addresses)) == addresses
    assert len(site.asked) == 5
    assert site.most_per_host == 1


def test_a_few_hosts_are_asked_at_once_and_no_more(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTP_PROXY", site.address)
    addresses = [f"http://site{number}.example.nl/slow{page}" for number in range(3 * AT_ONCE) for page in range(2)]
    answers = check_online(addresses)
    assert {answer.outcome for answer in answers.values()} == {Outcome.FINE}
    assert len(site.asked) == len(addresses)
    assert 1 < site.most <= AT_ONCE
    assert site.most_per_host == 1


def test_it_tells_how_far_it_is(site: Site) -> None:
    told: list[tuple[int, int]] = []
    check_online([f"{site.address}/{name}" for name in "abc"], lambda done, total: told.append((done, total)))
    assert told == [(1, 3), (2, 3), (3, 3)]


def test_nothing_to_ask_asks_nothing() -> None:
    assert check_online([]) == {}


# --- form, without a request ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "address",
    [
        "https://www.utrecht.nl",
        "http://denieuwejutter.nl",
        "https://www.dock.nl/aanbod/welzijn-op-recept-2/",
        "https://a.b.example.nl/x?y=z#deel",
        "https://WWW.Example.NL",
        "https://café.example.nl",
        "https://example.nl/(haakjes)/x",
    ],
)
def test_an_address_that_can_be_right_passes(address: str) -> None:
    assert well_formed(address)


@pytest.mark.parametrize(
    "address",
    [
        "",
        "www.example.nl",
        "ftp://example.nl",
        "https://",
        "https://localhost",
        "https://127.0.0.1/x",
        "https://a..nl",
        "https://-a.nl",
        "https://a_b.nl",
        "https://a.n",
        "https://a.nl:poort",
        "https://user@a.nl",
        "https://https://a.nl",
        "https://a.nl/x y",
        "https://a.nl/x.",
        "https://a.nl/x)",
        "http://[x",
        "javascript:alert(1)",
        "chat op onze site",
    ],
)
def test_an_address_that_cannot_be_right_is_refused(address: str) -> None:
    assert not well_formed(address)


def test_form_is_looked_at_without_any_request(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise AssertionError("a request was made")

    monkeypatch.setattr("httpx.AsyncClient", refuse)
    monkeypatch.setattr("socket.getaddrinfo", refuse)
    assert well_formed("https://www.utrecht.nl")
