"""Who comes into the console, and who does not: over HTTP, on a console that runs."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import closing
from http.client import HTTPConnection
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import pytest
import sqlalchemy as sa
from typer.testing import CliRunner

from tests.desk import PASSWORD, Browser, Desk, proof, running_desk
from tests.handover import Clock, in_queue
from wegwijzer.cli import app
from wegwijzer.staff.attempts import FOR_NAME, WINDOW, Attempts
from wegwijzer.staff.models import Locked, Role, StaffUnavailable, Unusable
from wegwijzer.staff.tables import ATTEMPT, METADATA, SESSION, USER
from wegwijzer.storage import Database


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    with running_desk(tmp_path_factory.mktemp("desk")) as desk:
        yield desk


# --------------------------------------------------------------------------- coming in


def test_somebody_comes_in_and_goes_out(desk: Desk) -> None:
    browser = desk.colleague("Fatma")
    assert "Fatma" in browser.get("/").text
    assert "Fatma" in desk.parts.store.presence.here()
    assert browser.post("/uitloggen").status_code == 303
    assert browser.get("/").headers["location"].startswith("/inloggen")
    assert "Fatma" not in desk.parts.store.presence.here()


def test_who_goes_out_cannot_be_followed_with_the_old_cookie(desk: Desk) -> None:
    browser = desk.colleague("Omar")
    kept = dict(browser.client.cookies)
    browser.post("/uitloggen")
    assert httpx.get(desk.address + "/", cookies=kept, trust_env=False).status_code == 303


def test_capitals_in_a_name_make_no_difference_and_in_a_password_they_do(desk: Desk) -> None:
    desk.colleague("Anna")
    assert Browser(desk.address).enter("aNNA").status_code == 303
    assert Browser(desk.address).enter("Anna", PASSWORD.upper()).status_code == 401


def test_a_wrong_name_and_a_wrong_password_sound_the_same(desk: Desk) -> None:
    desk.colleague("Bram")
    wrong = [Browser(desk.address).enter(name, "niet het wachtwoord") for name in ("Bram", "Niemand")]
    assert [one.status_code for one in wrong] == [401, 401]
    assert "horen niet bij elkaar" in wrong[0].text
    assert len({one.text.replace("Bram", "X").replace("Niemand", "X").count("X") for one in wrong}) == 1


def test_after_too_many_wrong_passwords_the_right_one_has_to_wait_too(desk: Desk) -> None:
    desk.colleague("Carla")
    for _ in range(FOR_NAME):
        assert Browser(desk.address).enter("Carla", "niet het wachtwoord").status_code == 401
    locked = Browser(desk.address).enter("Carla")
    assert (locked.status_code, "Wacht" in locked.text) == (429, True)
    assert Browser(desk.address).enter("Anna").status_code in (303, 401), "somebody else is not locked out"
    desk.clock.now += WINDOW + 1
    assert Browser(desk.address).enter("Carla").status_code == 303


def test_many_attempts_at_once_are_no_way_around_the_limit(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path / 'x.db'}", METADATA, setting="X", failure=StaffUnavailable)
    attempts, passed = Attempts(database, Clock()), []

    def attempt() -> None:
        try:
            attempts.begin("Carla", "127.0.0.1")
            passed.append(1)
        except Locked:
            pass

    threads = [threading.Thread(target=attempt) for _ in range(4 * FOR_NAME)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(passed) <= FOR_NAME


def test_a_right_password_forgets_the_wrong_ones(desk: Desk) -> None:
    desk.colleague("Dirk")
    for _ in range(3):
        for _ in range(FOR_NAME - 1):
            Browser(desk.address).enter("Dirk", "niet het wachtwoord")
        assert Browser(desk.address).enter("Dirk").status_code == 303


def test_the_database_has_no_password_no_token_and_no_address(desk: Desk) -> None:
    browser = desk.colleague("Eva")
    Browser(desk.address).enter("Eva", "niet het wachtwoord")
    with desk.parts.staff.reading() as connection:
        rows = [str(row) for table in (USER, SESSION, ATTEMPT) for row in connection.execute(sa.select(table))]
    kept = "\n".join(rows)
    assert "$argon2id$" in kept
    for secret in (PASSWORD, browser.client.cookies["balie"], "127.0.0.1", "niet het wachtwoord"):
        assert secret not in kept


# --------------------------------------------------------------------------- staying in


def test_who_does_nothing_for_long_has_to_come_in_again(desk: Desk) -> None:
    browser = desk.colleague("Gijs")
    desk.clock.now += 29 * 60
    assert browser.get("/").status_code == 200
    desk.clock.now += 29 * 60
    assert browser.get("/").status_code == 200, "doing something makes it longer"
    desk.clock.now += 31 * 60
    assert browser.get("/").status_code == 303


def test_a_page_that_asks_for_news_by_itself_is_nobody_who_does_something(desk: Desk) -> None:
    browser = desk.colleague("Hanna")
    for _ in range(3):
        desk.clock.now += 9 * 60
        assert browser.news()["over"] <= 30 * 60
    assert browser.news()["over"] <= 3 * 60
    assert browser.post("/blijven").status_code == 303
    assert browser.news()["over"] > 29 * 60
    desk.clock.now += 30 * 60 + 1
    assert browser.get("/nieuws", headers={"accept": "application/json"}).status_code == 401


def test_nobody_stays_in_for_ever(desk: Desk) -> None:
    browser = desk.colleague("Ilse")
    for _ in range(23):
        desk.clock.now += 25 * 60
        assert browser.get("/").status_code == 200
    assert browser.news()["mag_blijven"] is False
    desk.clock.now += 31 * 60
    assert browser.get("/").status_code == 303


def test_who_may_no_longer_come_in_is_out_at_once(desk: Desk) -> None:
    browser = desk.colleague("Joost")
    desk.parts.users.set_active("Joost", False)
    assert browser.get("/").status_code == 303
    assert browser.enter("Joost").status_code == 401


def test_another_password_ends_what_was_open(desk: Desk) -> None:
    browser = desk.colleague("Karin")
    desk.parts.users.set_password("Karin", "een heel ander lang woord")
    assert browser.get("/").status_code == 303
    assert browser.enter("Karin", "een heel ander lang woord").status_code == 303


def test_coming_in_gives_another_token_than_before(desk: Desk) -> None:
    browser = desk.colleague("Lotte")
    first = browser.client.cookies["balie"]
    page = Browser(desk.address).get("/inloggen")
    browser.client.cookies.update(page.cookies)
    browser.client.post("/inloggen", data={"bewijs": proof(page), "naam": "Lotte", "wachtwoord": PASSWORD})
    assert browser.client.cookies["balie"] != first
    assert httpx.get(desk.address + "/", cookies={"balie": first}, trust_env=False).status_code == 303


# --------------------------------------------------------------------------- forms and headers


@pytest.mark.parametrize("given", ["", "x", "é", "0" * 64])
def test_a_form_that_is_not_ours_does_nothing(desk: Desk, given: str) -> None:
    browser = desk.colleague("Mia")
    request = in_queue(desk.parts.store, f"vorm {given}")
    assert browser.client.post(f"/verzoek/{request.id}/neem", data={"bewijs": given}).status_code == 403
    assert desk.parts.store.get(request.id).taken_by == ""


def test_the_proof_of_somebody_else_does_nothing(desk: Desk) -> None:
    mia, fatma = desk.colleague("Mia"), desk.colleague("Fatma")
    assert mia.client.post("/uitloggen", data={"bewijs": proof(fatma.get("/"))}).status_code == 403


def test_coming_in_needs_our_own_form_too(desk: Desk) -> None:
    desk.colleague("Mia")
    sent = httpx.post(desk.address + "/inloggen", data={"naam": "Mia", "wachtwoord": PASSWORD}, trust_env=False)
    assert (sent.status_code, "balie" in sent.cookies) == (403, False)


@pytest.mark.parametrize("header", [{"origin": "https://example.org"}, {"origin": "null"}, {"sec-fetch-site": "cross-site"},
                                    {"sec-fetch-site": "same-site"}], ids=str)  # fmt: skip
def test_a_form_of_another_site_is_refused(desk: Desk, header: dict[str, str]) -> None:
    browser = desk.colleague("Mia")
    assert browser.post("/uitloggen", headers=header).status_code == 403
    assert browser.get("/").status_code == 200


def test_every_page_has_strict_headers_and_a_nonce_of_its_own(desk: Desk) -> None:
    browser = desk.colleague("Mia")
    policies = [
        browser.get(path).headers["content-security-policy"] for path in ("/", "/", "/uren", "/nergens", "/inloggen?x")[:4]
    ]
    assert len({policy.split("'nonce-")[1] for policy in policies}) == len(policies)
    assert all(
        "unsafe" not in policy and "default-src 'none'" in policy and "frame-ancestors 'none'" in policy for policy in policies
    )
    page = browser.get("/")
    assert page.headers["cache-control"] == "no-store"
    assert " style=" not in page.text and "onclick" not in page.text


def test_cookies_are_out_of_reach(desk: Desk, tmp_path: Path) -> None:
    page = Browser(desk.address).get("/inloggen")
    assert {"httponly", "samesite=lax", "path=/"} <= {part.strip().lower() for part in page.headers["set-cookie"].split(";")}
    with running_desk(tmp_path, {"CONSOLE_URL": "https://balie.example.org"}) as secure:
        given = Browser(secure.address).get("/inloggen").headers["set-cookie"]
    assert given.startswith("__Host-vooraf=")
    assert "secure" in given.lower()


@pytest.mark.parametrize(
    "wanted", ["//example.org", "https://example.org", "/\\example.org", "javascript:alert(1)", "/x\r\ny: z", ""]
)
def test_coming_in_never_leads_to_another_site(desk: Desk, wanted: str) -> None:
    desk.colleague("Mia")
    assert Browser(desk.address).enter("Mia", naar=wanted).headers["location"] == "/"


def test_coming_in_leads_to_where_one_wanted_to_be(desk: Desk) -> None:
    desk.colleague("Mia")
    browser = Browser(desk.address)
    assert browser.get("/uren").headers["location"] == "/inloggen?naar=%2Furen"
    assert browser.enter("Mia", naar="/uren").headers["location"] == "/uren"


def test_the_log_is_for_administrators(desk: Desk) -> None:
    assert desk.colleague("Mia").get("/logboek").status_code == 403
    page = desk.colleague("Baas", Role.ADMIN).get("/logboek").text
    assert "kwam binnen" in page and "verkeerd wachtwoord" in page


def test_a_password_typed_as_a_name_is_kept_nowhere(desk: Desk) -> None:
    desk.colleague("Mia")
    Browser(desk.address).enter("mijn geheime wachtwoord", "x")
    assert "mijn geheime wachtwoord" not in " ".join(deed.who + deed.detail for deed in desk.parts.store.audit.all())


def test_a_request_that_is_far_too_large_is_refused(desk: Desk) -> None:
    browser = desk.colleague("Mia")
    assert browser.post("/uren", {"reden": "x" * 200_000}).status_code == 413


@pytest.mark.parametrize("path", ["/uren", "/bestaat_niet"])
def test_who_sends_far_too_much_gets_an_answer_and_can_go_on_over_the_same_line(desk: Desk, path: str) -> None:
    address = urlsplit(desk.address)
    with closing(HTTPConnection(address.hostname or "", address.port, timeout=20)) as line:
        line.request("POST", path, body=b"x" * 500_000, headers={"Content-Type": "application/x-www-form-urlencoded"})
        answer = line.getresponse()
        answer.read()
        assert answer.status == (413 if path == "/uren" else 404)
        assert answer.getheader("connection") != "close"
        line.request("GET", "/health")
        assert line.getresponse().status == 200


# --------------------------------------------------------------------------- from the command line


def run(folder: Path, *arguments: str, typed: str = "") -> tuple[int, str]:
    environment = {"HANDOVER_DATABASE_URL": f"sqlite:///{folder / 'x.db'}", "RASA_TOKEN": "not-a-real-token", "HANDOVER_KEY": ""}
    result = CliRunner().invoke(app, ["console", "user", *arguments], input=typed, env=environment)
    return result.exit_code, result.output


def test_an_operator_lets_people_in_and_out(tmp_path: Path) -> None:
    assert run(tmp_path, "add", "Fatma", "--role", "admin", typed=f"{PASSWORD}\n{PASSWORD}\n")[0] == 0
    assert run(tmp_path, "add", "Jan", "--sign-in", "jan@example.org")[0] == 0
    assert run(tmp_path, "off", "jan")[0] == 0
    code, output = run(tmp_path, "list")
    assert code == 0
    assert "Fatma\tadmin\tpassword" in output
    assert "Jan\tcolleague\tsign-in jan@example.org\tmay not come in" in output
    assert PASSWORD not in output
    assert run(tmp_path, "on", "jan")[0] == 0
    assert run(tmp_path, "password", "fatma", typed="een heel ander woord\neen heel ander woord\n")[0] == 0


@pytest.mark.parametrize(
    ("name", "password"),
    [
        ("Fatma", "kort"),
        ("Fatma", "aaaaaaaaaaaaaaaa"),
        ("Fatma", "ik ben fatma 123"),
        ("<b>", PASSWORD),
        ("bot", PASSWORD),
        ("A" * 65, PASSWORD),
    ],
)
def test_a_name_or_password_that_cannot_be_used_is_said(tmp_path: Path, name: str, password: str) -> None:
    code, output = run(tmp_path, "add", name, typed=f"{password}\n{password}\n")
    assert code == 1
    assert "Traceback" not in output


def test_the_same_name_twice_and_a_name_nobody_has_are_said(desk: Desk) -> None:
    desk.colleague("Mia")
    with pytest.raises(Unusable, match="already"):
        desk.parts.users.add("MIA", password=PASSWORD)
    with pytest.raises(Unusable, match="nobody"):
        desk.parts.users.set_password("Niemand", PASSWORD)
