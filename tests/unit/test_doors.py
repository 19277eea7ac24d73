"""Every door of a really running server: closed without the token, deaf to other sites, with strict headers, and only so often."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from urllib.parse import quote

import httpx
import pytest
import yaml
from hypothesis import HealthCheck, given, seed, settings
from hypothesis import strategies as st
from sanic import Sanic, response

from actions.server import guard, probe
from tests.desk import serving
from wegwijzer.evaluation.echo_server import EchoServer
from wegwijzer.evaluation.fuzz.http import BELOW, LENGTHS, OPENAPI, Target, sized
from wegwijzer.evaluation.fuzz.report import CANARY, Entrance
from wegwijzer.guarding.headers import STRICT
from wegwijzer.product.processes import free_ports

TOKEN = "een-heel-lang-geheim-van-deze-test-0123"
ELSEWHERE, LISTED = "https://www.example.org", "https://chat.example.org"
SAID = "wat iemand zei"
CHANNELS = ("", "health", "ready", "chat/", "web/", "webhooks/rest", "webhooks/twilio/webhook",
            ".well-known/security.txt")  # fmt: skip
"""Routes that are meant for everybody, by how they begin. Somebody who adds one adds it here too, on purpose."""


class Server:
    """A server and what it wrote down.

    Attributes:
        address: where it is.
        routes: methods and paths, with a name in the place of each variable.
    """

    def __init__(self, address: str, routes: list[tuple[str, str]], log: Path) -> None:
        self.address, self.routes, self._log = address, routes, log
        self.client = httpx.Client(base_url=address, timeout=30, trust_env=False)

    @property
    def log(self) -> str:
        return self._log.read_text(encoding="utf-8")


@contextmanager
def running(folder: Path, **options: Any) -> Iterator[Server]:
    routes, log = folder / "routes.json", folder / "server.log"
    server = EchoServer(
        f"sqlite:///{folder / 'web.db'}", TOKEN, module="tests.unit.rasa_api_server", routes=str(routes), log=str(log), **options
    )
    server.start()
    try:
        found = [(method, re.sub(r"<[^>]+>", "iemand", path)) for method, path in json.loads(routes.read_text(encoding="utf-8"))]
        one = Server(server.address, found, log)
        yield one
        one.client.close()
    finally:
        server.kill()


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with running(tmp_path_factory.mktemp("rasa"), origins=LISTED, contact="mailto:meld@example.org") as server:
        yield server


def is_ours(path: str) -> bool:
    return path in CHANNELS or path.startswith(tuple(start for start in CHANNELS if start))


def api(server: Server) -> list[tuple[str, str]]:
    found = [(method, path) for method, path in server.routes if not is_ours(path)]
    assert len(found) > 15, "this test lost sight of Rasa's API"
    return found


# --------------------------------------------------------------------------- the API


@pytest.mark.parametrize("shown", [{}, {"Authorization": "Bearer fout"}, {"Authorization": f"Basic {TOKEN}"}, {"Authorization": "Bearer é"},
                                   {"Cookie": f"token={TOKEN}"}], ids=["nothing", "wrong", "other kind", "no ASCII", "cookie"])  # fmt: skip
def test_no_route_of_the_api_answers_without_the_token(server: Server, shown: dict[str, str]) -> None:
    headers = httpx.Headers({name.encode(): value.encode() for name, value in shown.items()})
    for method, path in api(server):
        answer = server.client.request(method, f"/{path}", headers=headers)
        assert answer.status_code == 401, (method, path)
        assert answer.json() == {"error": "the token is missing or wrong"}


@pytest.mark.parametrize(
    "query", ["?token=", "?token=fout", f"?token=fout&token={TOKEN}", f"?Token={TOKEN}", f"?token={TOKEN[:-1]}"]
)
def test_a_wrong_token_in_the_address_opens_nothing(server: Server, query: str) -> None:
    for method, path in api(server):
        assert server.client.request(method, f"/{path}{query}").status_code == 401, (method, path)


def test_the_token_opens_the_api_in_a_header_and_in_the_address(server: Server) -> None:
    bearer = {"Authorization": f"Bearer {TOKEN}"}
    for method, path in api(server):
        if (method, path) in {("POST", "model/train"), ("POST", "model/test/intents"), ("PUT", "model"), ("DELETE", "model")}:
            continue  # these would begin to work
        assert server.client.request(method, f"/{path}", headers=bearer).status_code not in (401, 403), (method, path)
        assert server.client.request(method, f"/{path}?token={TOKEN}").status_code not in (401, 403), (method, path)


@pytest.mark.parametrize(
    "path",
    ["/web/../status", "/web/%2e%2e/status", "//status", "/STATUS", "/status/", "/status%00", "/health/../status", "/chat/../status",
     "/webhooks/../conversations/x/tracker", "/conversations/web/tracker", "/conversations/..%2fweb%2fhistory/tracker"],
)  # fmt: skip
def test_no_detour_leads_into_the_api(server: Server, path: str) -> None:
    url = httpx.URL(server.address).copy_with(raw_path=path.encode())
    answer = server.client.send(server.client.build_request("GET", url))
    assert answer.status_code in (400, 401, 404)


def test_a_refusal_is_logged_without_what_was_asked_for(server: Server) -> None:
    server.client.get("/conversations/kenmerk-van-iemand/tracker?token=geraden-token")
    assert "kenmerk-van-iemand" not in server.log
    assert "geraden-token" not in server.log
    assert TOKEN not in server.log


# --------------------------------------------------------------------------- other sites


def test_no_route_lets_a_page_of_another_site_read_or_ask(server: Server) -> None:
    for method, path in server.routes:
        for asked in ({}, {"Access-Control-Request-Method": method, "Access-Control-Request-Headers": "authorization"}):
            for origin in (ELSEWHERE, "null", f"{LISTED}.example.org", LISTED.replace("https", "http")):
                verb = "OPTIONS" if asked else method
                answer = server.client.request(verb, f"/{path}", headers={"Origin": origin, **asked})
                allowed = {name for name in answer.headers if name.startswith("access-control-allow")}
                everybody = path.startswith("chat/") and answer.headers.get("access-control-allow-origin") == "*"
                assert not allowed or (everybody and allowed == {"access-control-allow-origin"}), (verb, path, origin)


def test_a_listed_page_may_talk_and_not_more(server: Server) -> None:
    for _, path in server.routes:
        answer = server.client.options(f"/{path}", headers={"Origin": LISTED, "Access-Control-Request-Method": "POST"})
        allowed = answer.headers.get("access-control-allow-origin")
        assert (allowed == LISTED) is path.startswith("web/"), path


def test_a_mistake_is_readable_for_a_listed_page_and_for_no_other(server: Server) -> None:
    for origin, readable in ((LISTED, True), (ELSEWHERE, False)):
        answer = server.client.post("/web/messages", headers={"Origin": origin}, json={"id": "geen-gesprek", "text": "x"})
        assert answer.status_code in (401, 403)
        assert ("access-control-allow-origin" in answer.headers) is readable


@pytest.mark.parametrize("kind", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data", None])
def test_the_rest_channel_takes_nothing_that_a_page_sends_without_asking(server: Server, kind: str | None) -> None:
    headers = {"Content-Type": kind} if kind else {}
    answer = server.client.post("/webhooks/rest/webhook", content=b'{"sender": "x", "message": "y"}', headers=headers)
    assert answer.status_code == 415


@pytest.mark.parametrize("name", ["X-Hub-Signature-256", "X-Twilio-Signature", "Authorization"])
def test_nobody_writes_by_twilio_without_the_signature(server: Server, name: str) -> None:
    """For Meta, whose messages come to a door of their own, see test_whatsapp_door.py."""
    for shown in ("", "sha256=" + "0" * 64, f"Bearer {TOKEN}", TOKEN):
        answer = server.client.post(
            "/webhooks/twilio/webhook", content=f"Body={SAID}&From=whatsapp:+31612345678".encode(), headers={name: shown}
        )
        assert (answer.status_code, answer.content) == (401, b"")
    assert SAID not in server.log
    assert "31612345678" not in server.log


# --------------------------------------------------------------------------- sizes


@pytest.mark.parametrize("line", ["POST /webhooks/rest/webhook", "POST /nowhere", "GET /status", "POST /webhooks/twilio/webhook"])
def test_a_request_that_lies_about_its_size_stops_nobody_else(server: Server, line: str) -> None:
    entrance = Entrance("sizes")
    target = Target(entrance, server.address, lambda request: request)
    for length in LENGTHS:
        target.send(sized(line, {}, b"{}", length))
        assert not entrance.problems, length
        assert server.client.get("/.well-known/security.txt").status_code == 200, length
    target.close()


# --------------------------------------------------------------------------- erasing one conversation


class Forgetful:
    """What stands in the place of the bot: a store that only erases.

    Attributes:
        erased: the names, in order.
    """

    def __init__(self) -> None:
        self.erased: list[str] = []

    def erase(self, sender: str) -> None:
        if BROKEN in sender:
            raise RuntimeError(sender)
        self.erased.append(sender)


BROKEN = "gaat stuk"


@pytest.fixture(scope="module")
def erasing() -> Iterator[tuple[httpx.Client, Forgetful]]:
    from channels.absent import stand_in

    stand_in()
    from rasa.core.lock_store import InMemoryLockStore

    from channels.forgetting import ForgettingInput
    from channels.guard import guard as guard_all

    async def nobody(message: object) -> None:
        raise AssertionError

    store = Forgetful()
    app = Sanic("erasing_for_a_test", configure_logging=False)
    app.ctx.agent = SimpleNamespace(processor=object(), tracker_store=store, lock_store=InMemoryLockStore())
    guard_all(app, TOKEN)
    app.blueprint(ForgettingInput(TOKEN).blueprint(nobody), url_prefix="/")
    port = free_ports(1)[0]
    with serving(app, port), httpx.Client(base_url=f"http://127.0.0.1:{port}", trust_env=False, timeout=30) as client:
        yield client, store


@seed(20)
@settings(max_examples=25, deadline=None, database=None, suppress_health_check=list(HealthCheck))
@given(sender=st.text(min_size=1, max_size=60) | st.sampled_from(["a/b", "../x", "%2e%2e", "' OR 1=1 --", "x%00y", BROKEN, "é"]))
def test_whatever_the_name_only_that_conversation_is_erased_and_only_with_the_token(
    erasing: tuple[httpx.Client, Forgetful], caplog: pytest.LogCaptureFixture, sender: str
) -> None:
    client, store = erasing
    store.erased.clear()
    caplog.clear()
    path = f"/conversations/{quote(f'{CANARY} {sender}', safe='')}"
    for headers in ({}, {"Authorization": "Bearer fout"}, {"Authorization": f"Basic {TOKEN}"}):
        assert client.delete(path, headers=headers).status_code == 401
    assert not store.erased
    answer = client.delete(path, headers={"Authorization": f"Bearer {TOKEN}"})
    if BROKEN in sender:
        assert (answer.status_code, answer.json()) == (503, {"error": "not erased; try again"})
    else:
        assert (answer.status_code, store.erased) == (204, [f"{CANARY} {sender}"])
    assert CANARY not in caplog.text


# --------------------------------------------------------------------------- headers


def test_every_answer_of_every_route_has_the_strict_headers(server: Server) -> None:
    answers = [server.client.request(method, f"/{path}") for method, path in server.routes if path != "web/events"]
    answers += [server.client.get("/bestaat/niet"), server.client.put("/health"), server.client.post("/webhooks/rest/webhook", content=b"{"),
                server.client.post("/webhooks/rest/webhook", content=b"x" * 2_000_000, headers={"Content-Type": "application/json"})]  # fmt: skip
    for answer in answers:
        where = (answer.request.method, answer.request.url.path, answer.status_code)
        assert set(STRICT) <= {name for name in STRICT if name in answer.headers}, where
        policy = answer.headers["content-security-policy"]
        assert "unsafe" not in policy and "default-src 'none'" in policy, where
        assert "server" not in answer.headers and "x-powered-by" not in answer.headers, where
        assert "strict-transport-security" not in answer.headers


def test_every_answer_with_words_says_its_kind_and_its_characters(server: Server) -> None:
    answers = [server.client.request(method, f"/{path}") for method, path in server.routes if path != "web/events"]
    answers += [
        server.client.get("/bestaat/niet"),
        server.client.put("/health"),
        server.client.post("/webhooks/rest/webhook", content=b"{"),
    ]
    spoken = [answer for answer in answers if answer.content]
    assert len(spoken) > 20
    for answer in spoken:
        kind = answer.headers.get("content-type", "")
        where = (answer.request.method, answer.request.url.path, answer.status_code, kind)
        assert kind.startswith("application/json") or kind.lower().endswith("; charset=utf-8"), where


def test_over_tls_every_answer_keeps_browsers_there(server: Server) -> None:
    for method, path in server.routes:
        if path != "web/events":
            answer = server.client.request(method, f"/{path}", headers={"X-Forwarded-Proto": "https"})
            assert answer.headers["strict-transport-security"].startswith("max-age=")


def test_only_listed_pages_may_frame_the_page(server: Server) -> None:
    page = server.client.get("/")
    if page.status_code == 503:
        pytest.skip("the chat is not built")
    assert f"frame-ancestors 'self' {LISTED}" in page.headers["content-security-policy"]


def test_security_txt_names_the_contact(server: Server) -> None:
    answer = server.client.get("/.well-known/security.txt")
    assert answer.headers["content-type"].startswith("text/plain")
    assert "Contact: mailto:meld@example.org\n" in answer.text
    assert "Expires: " in answer.text


# --------------------------------------------------------------------------- how much


def test_a_body_that_is_too_large_is_refused(server: Server) -> None:
    large = json.dumps({"sender": "x", "message": "y" * 2_000_000})
    answer = server.client.post("/webhooks/rest/webhook", content=large, headers={"Content-Type": "application/json"})
    assert answer.status_code == 413
    assert "y" * 10 not in answer.text


def test_errors_show_no_traceback_no_version_and_no_echo(server: Server) -> None:
    for answer in (
        server.client.get("/geheim-pad"), server.client.put("/geheim-pad"), server.client.get("/web/history?after=geheim"),
        server.client.post("/webhooks/rest/webhook", content=b'{"geheim', headers={"Content-Type": "application/json"}),
    ):  # fmt: skip
        assert answer.status_code >= 400
        for word in ("Traceback", "File ", "sanic", "Sanic", "rasa", "Rasa", "geheim", "3.6", "21.12"):
            assert word not in answer.text


def many(server: Server, count: int, sender: str | None = None, headers: dict[str, str] | None = None) -> list[int]:
    """Ask so often for what a colleague said; without a model that is answered with 503 when it is allowed."""
    path = "/webhooks/rest/messages"
    return [
        server.client.get(path, params={"sender": sender or f"mens-{number}"}, headers=headers).status_code
        for number in range(count)
    ]


def test_one_conversation_over_rest_has_a_limit_and_others_go_on(server: Server) -> None:
    assert many(server, 250, "druk") == [503] * 250
    assert refused_at_last(lambda _: many(server, 1, "druk")[0])
    assert many(server, 3, "rustig") == [503] * 3
    assert many(server, 3, "druk", {"Authorization": f"Bearer {TOKEN}"}) == [503] * 3, "a program with the token goes on"


def test_an_address_that_is_made_up_does_not_get_around_a_limit(server: Server) -> None:
    def begin(number: int) -> int:
        server.client.cookies.clear()
        made_up = {"X-Forwarded-For": f"10.0.0.{number}", "Forwarded": f"for=10.0.0.{number}", "X-Real-IP": f"10.0.0.{number}"}
        return server.client.post("/web/session", json={}, headers=made_up).status_code

    assert refused_at_last(begin)


def refused_at_last(ask: Callable[[int], int]) -> bool:
    """Whether asking again and again is refused some time. On a slow machine a limit fills up again meanwhile."""
    return any(ask(number) == 429 for number in range(1000))


def test_behind_one_proxy_only_the_address_that_it_saw_counts(tmp_path: Path) -> None:
    def begin(server: Server, forwarded: str) -> int:
        with httpx.Client(base_url=server.address, trust_env=False) as new:
            return new.post("/web/session", json={}, headers={"X-Forwarded-For": forwarded}).status_code

    with running(tmp_path, proxies=1) as server:
        made_up = "what the visitor puts in front makes no other address of it"
        assert refused_at_last(lambda number: begin(server, f"10.0.{number % 250}.1, 192.0.2.7")), made_up
        assert begin(server, "10.0.0.1, 192.0.2.8") == 200, "another visitor is not held back"


# --------------------------------------------------------------------------- the action server


@pytest.fixture(scope="module")
def actions() -> Iterator[httpx.Client]:
    app = Sanic("actions_for_a_test", configure_logging=False)

    async def webhook(request: object) -> response.HTTPResponse:
        raise RuntimeError(SAID)

    async def fine(request: object) -> response.HTTPResponse:
        return response.json({"status": "ok"})

    app.add_route(webhook, "/webhook", methods=["POST"])
    app.add_route(fine, "/health")
    app.add_route(fine, "/actions")
    guard(app, TOKEN)
    probe(app)
    port = free_ports(1)[0]
    with serving(app, port), httpx.Client(base_url=f"http://127.0.0.1:{port}", trust_env=False) as client:
        yield client


@pytest.mark.parametrize("shown", ["", "Bearer", "Bearer fout", f"Bearer {TOKEN}x", f"bearer{TOKEN}", TOKEN])
def test_the_action_server_hears_nobody_without_the_secret(actions: httpx.Client, shown: str) -> None:
    headers = {"Authorization": shown} if shown else {}
    for method, path in (("POST", "/webhook"), ("GET", "/actions")):
        assert actions.request(method, path, headers=headers).status_code == 401
    assert actions.get("/health").status_code == 200
    assert actions.get("/ready").status_code in (200, 503)


def test_an_action_that_breaks_says_nothing_of_the_conversation(actions: httpx.Client, caplog: pytest.LogCaptureFixture) -> None:
    answer = actions.post("/webhook", headers={"Authorization": f"Bearer {TOKEN}"}, json={"tracker": SAID})
    assert (answer.status_code, answer.json()) == (500, {"error": "the action failed"})
    assert "RuntimeError" in caplog.text
    assert SAID not in caplog.text


def test_the_action_server_is_told_the_secret_by_the_endpoints() -> None:

    from wegwijzer.paths import ROOT

    endpoint = yaml.safe_load((ROOT / "endpoints.yml").read_text(encoding="utf-8"))["action_endpoint"]
    assert endpoint["headers"] == {"Authorization": "Bearer ${ACTION_SECRET}"}


def test_the_description_has_every_open_route_and_no_other(server: Server) -> None:
    raw = yaml.safe_load(OPENAPI.read_text(encoding="utf-8"))
    said = {(method.upper(), path) for path, item in raw["paths"].items() for method in item if not path.startswith(BELOW)}
    real = {(method, f"/{path}".replace("iemand", "{name}")) for method, path in server.routes if is_ours(path)}
    door = {
        (method, "/webhooks/whatsapp/webhook") for method in ("GET", "POST")
    }  # on a port of its own, see test_whatsapp_door.py
    assert {one for one in real if one[0] not in ("HEAD", "OPTIONS")} | door == said
