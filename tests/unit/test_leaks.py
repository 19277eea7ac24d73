"""The leaks we tried hardest to cause. Each test tries one; docs/security.md tells how each is stopped."""

from __future__ import annotations

import csv
import json
import re
import time
import uuid
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import httpx
import pytest
from openpyxl import load_workbook

from tests.desk import Browser, Desk, running_desk
from tests.handover import taken
from wegwijzer.catalogue.loading import Catalogue, load_catalogue
from wegwijzer.catalogue.page import catalogue_page
from wegwijzer.catalogue.sheet_export import export_csv, export_xlsx
from wegwijzer.evaluation.echo_server import EchoServer
from wegwijzer.guarding.advisories import CannotAsk, look_up
from wegwijzer.guarding.inside import Package
from wegwijzer.handover.models import Said, Who
from wegwijzer.paths import CATALOGUE
from wegwijzer.settings import Settings
from wegwijzer.staff.passwords import Passwords
from wegwijzer.understanding.cleaning import clean
from wegwijzer.understanding.crisis import find_danger
from wegwijzer.web.cookie import COOKIE, Signer

SECRET = "een-heel-lang-geheim-van-deze-test-0123"
SAID = "kanarievogel zingt over verdriet"
MARKUP = '<script>alert(1)</script><img src=x onerror="alert(2)">\'"&'


@pytest.fixture(scope="module")
def web(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, Path]]:
    folder = tmp_path_factory.mktemp("web")
    log = folder / "server.log"
    server = EchoServer(f"sqlite:///{folder / 'web.db'}", SECRET, rest=True, log=str(log))
    server.start()
    yield server.address, log
    server.kill()


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    with running_desk(tmp_path_factory.mktemp("desk")) as desk:
        yield desk


def with_first(**fields: str) -> Catalogue:
    """The catalogue with other words in its first record."""
    catalogue = load_catalogue(CATALOGUE)
    name, first = next(iter(catalogue.initiatives.items()))
    return replace(catalogue, initiatives={**catalogue.initiatives, name: first.model_copy(update=fields)})


def browser(address: str) -> httpx.Client:
    return httpx.Client(base_url=address, trust_env=False, timeout=20)


# --------------------------------------------------------------------------- 1. words in a log


def test_what_is_said_is_in_no_log_at_debug_level_whether_it_works_or_breaks(web: tuple[str, Path]) -> None:
    address, log = web
    with browser(address) as client:
        for text in (SAID, f"stuk {SAID}"):
            client.post("/webhooks/rest/webhook", json={"sender": SAID, "message": text})
            client.post("/web/session", json={})
            client.post("/web/messages", json={"id": str(uuid.uuid4()), "text": text})
        client.post(
            "/webhooks/rest/webhook", content=f'{{"sender": "{SAID}'.encode(), headers={"Content-Type": "application/json"}
        )
        client.get("/nergens", params={"q": SAID})
        deadline = time.monotonic() + 20
        while client.get("/web/history").json()["waiting"] and time.monotonic() < deadline:
            time.sleep(0.02)
    logged = log.read_text(encoding="utf-8")
    assert "RuntimeError" in logged, "the broken turn was logged, and by its kind only"
    assert SAID not in logged and SAID.replace(" ", "%20") not in logged and "kanarievogel" not in logged


# --------------------------------------------------------------------------- 2. somebody else's conversation


@pytest.mark.parametrize(
    "forged", ["", "x", "A" * 43, "A" * 43 + "." + "0" * 64, Signer("a-wholly-different-secret-0123456789").cookie("A" * 43)]
)
def test_a_made_up_or_planted_session_is_never_taken_over(web: tuple[str, Path], forged: str) -> None:
    """Session fixation: an id that somebody else chose is not used; the server makes another."""
    with browser(web[0]) as client:
        client.cookies.set(COOKIE, forged, path="/web")
        assert client.get("/web/history").status_code == 401
        answer = client.post("/web/session", json={})
        assert answer.status_code == 200
        new = re.search(rf"{COOKIE}=([^;]+)", answer.headers["set-cookie"])
        assert new and new.group(1) != forged and not forged.startswith(new.group(1).partition(".")[0] + ".")


def test_a_page_of_another_site_can_read_no_history_with_the_cookie_of_a_visitor(web: tuple[str, Path]) -> None:
    with browser(web[0]) as client:
        client.post("/web/session", json={})
        for headers in (
            {"Origin": "https://www.example.org"},
            {"Sec-Fetch-Site": "cross-site"},
            {"Sec-Fetch-Site": "same-site"},
            {"Origin": "null"},
        ):
            answer = client.get("/web/history", headers=headers)
            assert (answer.status_code, "messages" in answer.text) == (403, False)
            assert "access-control-allow-origin" not in answer.headers


def test_a_private_answer_is_kept_in_no_cache_and_the_session_in_no_address(web: tuple[str, Path]) -> None:
    with browser(web[0]) as client:
        answers = [client.post("/web/session", json={}), client.get("/web/history"), client.delete("/web/history"),
                   client.post("/webhooks/rest/webhook", json={"sender": "x", "message": "hallo"})]  # fmt: skip
        session = client.cookies[COOKIE].partition(".")[0]
    for answer in answers:
        assert answer.headers["cache-control"] == "no-store"
        assert answer.headers["referrer-policy"] == "no-referrer"
        assert session not in answer.text
        assert session not in str(answer.url)


# --------------------------------------------------------------------------- 3. markup that runs in a colleague's browser


def test_markup_of_a_resident_a_colleague_or_an_answer_is_text_in_the_console(desk: Desk) -> None:
    store = desk.parts.store
    colleague = desk.colleague("Mirjam")
    request = taken(store, "iemand", "Mirjam")
    store.append(request.id, Said(Who.RESIDENT, MARKUP, client_id="een-12345"))
    store.append(request.id, Said(Who.NOTE, MARKUP, client_id="twee-12345", author="Mirjam"))
    for path in (f"/verzoek/{request.id}", f"/verzoek/{request.id}?zoek={MARKUP}", "/", f"/inloggen?naar={MARKUP}"):
        page = colleague.get(path) if not path.startswith("/inloggen") else Browser(desk.address).get(path)
        assert "<script>alert" not in page.text and "<img src=x" not in page.text, path
        assert "unsafe" not in page.headers["content-security-policy"]
    answer = colleague.get("/nieuws", params={"verzoek": request.id, "na": "0"}, headers={"accept": "application/json"})
    assert "<script>alert" not in answer.json()["gesprek"]["regels"][-1]["html"]


def test_markup_in_a_record_is_text_on_the_page_of_the_catalogue() -> None:
    html = catalogue_page(with_first(name=MARKUP, summary=MARKUP), date(2026, 11, 22), 12)
    assert "<script>alert(1)" not in html and "<img src=x" not in html


# --------------------------------------------------------------------------- 4. formulas in the spreadsheet of an editor


@pytest.mark.parametrize(
    "formula", ["=1+1", "+31 6 12345678", "-2", "@SUM(A1)", '=HYPERLINK("https://www.example.org")', "\t=1", "'=1"]
)
def test_no_cell_of_an_export_runs(tmp_path: Path, formula: str) -> None:
    changed = with_first(summary=formula)
    export_csv(changed, tmp_path / "csv")
    for path in (tmp_path / "csv").glob("*.csv"):
        with path.open(encoding="utf-8-sig", newline="") as file:
            cells = [cell for row in csv.reader(file, delimiter=";") for cell in row]
        assert not [cell for cell in cells if re.match(r"[=+@\t\r]|-(?!\d+$)", cell)]
    book = load_workbook(export_xlsx(changed, tmp_path / "book.xlsx"))
    assert not [cell.coordinate for sheet in book for row in sheet.iter_rows() for cell in row if cell.data_type == "f"]


# --------------------------------------------------------------------------- 5. files and servers that are nobody's business


@pytest.mark.parametrize(
    "url",
    ["file:///etc/passwd", "http://169.254.169.254/latest", "http://10.0.0.1/", "gopher://127.0.0.1/", "https://", "ftp://x.nl"],
)
@pytest.mark.parametrize("name", ["CHATWOOT_URL", "HANDOVER_WEBHOOK_URL", "CONSOLE_URL", "OIDC_ISSUER"])
def test_no_setting_makes_the_server_ask_where_it_should_not(name: str, url: str) -> None:
    target = {"CHATWOOT_URL": "chatwoot", "HANDOVER_WEBHOOK_URL": "webhook"}.get(name, "console")
    more = {"CHATWOOT_ACCOUNT": "1", "CHATWOOT_INBOX": "1", "CHATWOOT_TOKEN": "niet-echt-8f2c5e9b",
            "HANDOVER_WEBHOOK_SECRET": "niet-echt-8f2c5e9b1d7a4063-kvzp-qm"}  # fmt: skip
    more |= (
        {"OIDC_CLIENT_ID": "a", "OIDC_CLIENT_SECRET": "niet-echt-8f2c5e9b", "CONSOLE_URL": "https://x.example.org"}
        if name == "OIDC_ISSUER"
        else {}
    )
    with pytest.raises(ValueError, match=name):
        Settings.from_environment({**more, "HANDOVER_TARGETS": target, name: url})


@pytest.mark.parametrize(
    "path", ["/deel/../server.py", "/deel/..%2f..%2fvar%2fhandover_key", "/deel/%2e%2e/app.py", "/deel/console.css%00.py"]
)
def test_no_path_leads_out_of_the_files_of_the_console(desk: Desk, path: str) -> None:
    with browser(desk.address) as client:
        url = httpx.URL(desk.address).copy_with(raw_path=path.encode())
        answer = client.send(client.build_request("GET", url))
    assert answer.status_code in (400, 404)
    assert "import" not in answer.text


# --------------------------------------------------------------------------- 6. what time and memory give away


def test_a_name_that_nobody_has_costs_a_hash_too() -> None:
    """No time is measured: the same work is done, and that is what makes the times alike."""
    passwords, done = Passwords(), []
    verify = passwords._hasher.verify

    class Counting:
        def verify(self, known: str, password: str) -> bool:
            done.append(known)
            return verify(known, password)

    known = passwords.hash("zeven gele fietsen")
    passwords._hasher = Counting()  # type: ignore[assignment]
    assert not passwords.right(known, "niet goed")
    assert not passwords.right("", "niet goed")
    assert len(done) == 2
    assert done[0].split("$")[1:4] == done[1].split("$")[1:4], "of the same kind and cost"


@pytest.mark.parametrize("text", ["a" * 20_000, "ik wil " * 3_000, "niet " * 4_000, ("ik wil dood " * 1_700)[:20_000], "<" * 20_000, "&#" * 10_000,
                                  "\u200b" * 20_000, " " * 20_000, "x. " * 6_000])  # fmt: skip
def test_no_text_keeps_the_patterns_busy(text: str) -> None:
    """ReDoS: work that grows with the square of the length would not end within the patience of the whole test run."""
    cleaned = clean(text)
    find_danger(cleaned)


# --------------------------------------------------------------------------- the audit says when it could not ask


def test_an_audit_that_cannot_ask_says_so() -> None:
    with pytest.raises(CannotAsk, match="cannot be reached"):
        look_up([Package("PyPI", "x", "1")], "http://127.0.0.1:9", {})


def test_a_known_weak_spot_is_told_with_what_was_judged(monkeypatch: pytest.MonkeyPatch) -> None:
    spot = {
        "id": "GHSA-x",
        "aliases": ["CVE-1"],
        "affected": [{"package": {"name": "x"}, "ranges": [{"events": [{"introduced": "0"}, {"fixed": "2"}]}]}],
    }

    def answer(request: httpx.Request) -> httpx.Response:
        if request.method == "POST":
            count = len(json.loads(request.content)["queries"])
            return httpx.Response(200, json={"results": [{"vulns": [{"id": "GHSA-x"}]}] + [{}] * (count - 1)})
        return httpx.Response(200, json=spot)

    real = httpx.Client
    monkeypatch.setattr(
        httpx, "Client", lambda **options: real(transport=httpx.MockTransport(answer), base_url=options["base_url"])
    )
    (found,) = look_up(
        [Package("PyPI", "x", "1"), Package("npm", "y", "1")], "https://osv.example.org", {"CVE-1": "cannot be reached"}
    )
    assert (found.package.name, found.names, found.mended, found.judged) == (
        "x",
        ("GHSA-x", "CVE-1"),
        ("2",),
        "cannot be reached",
    )
