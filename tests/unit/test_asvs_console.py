"""Points of OWASP ASVS about coming in, sessions and rights, on a console that runs. Most of them stand with the feature."""

from __future__ import annotations

import base64
import json
import logging
import re
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from joserfc import jwt
from joserfc.jwk import OctKey

from console.app import ROUTES
from console.doors import Door
from tests.desk import PASSWORD, Browser, Desk, running_desk
from tests.handover import in_queue
from tests.oidc_provider import CLIENT_SECRET, Provider, running_provider
from tests.unit.test_console_oidc import at_the_municipality
from wegwijzer.staff import oidc
from wegwijzer.staff.config import ConsoleSettings
from wegwijzer.staff.models import Role, Unusable
from wegwijzer.staff.passwords import LONGEST, SHORTEST, Passwords


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    with running_desk(tmp_path_factory.mktemp("desk")) as desk:
        yield desk


# --------------------------------------------------------------------------- passwords

LONG = "zeven gele fietsen bij de brug, "


def test_a_password_has_twelve_characters_or_more_and_no_more_than_128() -> None:
    assert (SHORTEST, LONGEST) == (12, 128)
    passwords = Passwords()
    for wrong in ("zeven gele f"[: SHORTEST - 1], (LONG * 9)[: LONGEST + 1]):
        with pytest.raises(Unusable):
            passwords.hash(wrong)
    for right in ("zeven gele f"[:SHORTEST], (LONG * 9)[:64], (LONG * 9)[:LONGEST]):
        assert passwords.right(passwords.hash(right), right)


def test_a_password_is_judged_whole_and_never_cut() -> None:
    passwords = Passwords()
    whole = (LONG * 9)[:LONGEST]
    known = passwords.hash(whole)
    assert passwords.right(known, whole)
    assert not passwords.right(known, whole + "x")
    assert not passwords.right(known, whole[:-1])


@pytest.mark.parametrize(
    "password", ["zeven gele fïetsen", "七台黄色自行车在桥边上呢吧", "🚲🚲🧓🌉🟡 op de brug", "ZEVENGELEFIETSEN", "730184629573"]
)
def test_a_password_may_have_any_characters_and_needs_no_kind_of_them(desk: Desk, password: str) -> None:
    name = f"Kees {abs(hash(password))}"
    desk.parts.users.add(name, Role.COLLEAGUE, password=password)
    assert Browser(desk.address).enter(name, password).status_code == 303
    assert Browser(desk.address).enter(name, password[:-1]).status_code == 401


def test_a_manager_of_passwords_and_pasting_work(desk: Desk) -> None:
    page = Browser(desk.address).get("/inloggen").text
    assert re.search(r'<input[^>]* type="password" autocomplete="current-password"', page)
    assert 'autocomplete="username"' in page
    assert not re.search(r"onpaste|oncopy|autocomplete=\"off\"|maxlength", page)


def test_there_is_nobody_until_somebody_is_added(tmp_path: Path) -> None:
    with running_desk(tmp_path) as empty:
        assert empty.parts.users.all() == []
        for name, password in (("admin", "admin"), ("wegwijzer", "wegwijzer"), ("", "")):
            assert Browser(empty.address).enter(name, password).status_code == 401


def test_who_forgot_a_password_gets_another_by_an_operator_and_the_old_one_is_gone(desk: Desk) -> None:
    desk.colleague("Vergeet")
    desk.parts.users.set_password("Vergeet", "elf blauwe boten vandaag")
    assert Browser(desk.address).enter("Vergeet").status_code == 401
    assert Browser(desk.address).enter("Vergeet", "elf blauwe boten vandaag").status_code == 303


# --------------------------------------------------------------------------- sessions


def test_without_a_setting_a_session_ends_within_the_times_of_asvs() -> None:
    assert ConsoleSettings().idle_minutes <= 30
    assert ConsoleSettings().session_hours <= 12


def test_over_tls_the_cookie_of_a_session_belongs_to_this_host_only(tmp_path: Path) -> None:
    with running_desk(tmp_path, {"CONSOLE_URL": "https://balie.example.org"}) as secure:
        secure.parts.users.add("Fatma", Role.COLLEAGUE, password=PASSWORD)
        # A browser would send the cookie over TLS; what stands in front of this console gives it on as it is.
        first = httpx.get(f"{secure.address}/inloggen", trust_env=False)
        before = first.headers["set-cookie"].partition(";")[0]
        proof = re.search(r'name="bewijs" value="([^"]*)"', first.text)
        assert proof
        form = {"bewijs": proof[1], "naam": "Fatma", "wachtwoord": PASSWORD}
        entered = httpx.post(f"{secure.address}/inloggen", data=form, headers={"Cookie": before}, trust_env=False)
        given = [one for one in entered.headers.get_list("set-cookie") if one.startswith("__Host-balie=")]
    assert len(given) == 1
    parts = {part.strip().lower() for part in given[0].split(";")[1:]}
    assert {"secure", "httponly", "path=/", "samesite=lax"} <= parts
    assert not any(part.startswith("domain") for part in parts)


def test_every_token_of_a_session_is_another_and_long_enough(desk: Desk) -> None:
    desk.colleague("Vaak")
    tokens = {desk.parts.sessions.begin("vaak") for _ in range(20)}
    assert len(tokens) == 20
    assert min(len(token) for token in tokens) >= 43, "32 bytes in base64"


# --------------------------------------------------------------------------- the sign-in of the municipality


@pytest.fixture
def provider() -> Iterator[Provider]:
    with running_provider() as provider:
        yield provider


@pytest.fixture
def municipal(tmp_path: Path, provider: Provider) -> Iterator[Desk]:
    with running_desk(tmp_path, {**provider.settings, "CONSOLE_URL": "http://127.0.0.1:1"}) as desk:
        desk.clock.now = provider.clock.now
        desk.parts.users.add("Fatma", sign_in="Fatma@example.org")
        yield desk


@pytest.mark.parametrize("algorithm", ["HS256", "none"])
def test_a_token_signed_with_what_others_know_lets_nobody_in(
    municipal: Desk, provider: Provider, monkeypatch: pytest.MonkeyPatch, algorithm: str
) -> None:
    """The oldest trick with these tokens: signed with a secret that more people have, or not at all."""
    real = jwt.encode

    def other(header: dict[str, object], claims: dict[str, object], key: object) -> str:
        if algorithm == "HS256":
            return real({"alg": algorithm}, claims, OctKey.import_key(CLIENT_SECRET), algorithms=[algorithm])
        parts = (base64.urlsafe_b64encode(json.dumps(one).encode()).rstrip(b"=").decode() for one in ({"alg": "none"}, claims))
        return ".".join([*parts, ""])

    monkeypatch.setattr("tests.oidc_provider.jwt.encode", other)
    browser, back = at_the_municipality(municipal)
    assert browser.get(back).status_code == 403
    assert browser.get("/").status_code == 303
    assert not {"HS256", "none"} & set(oidc.SIGNED_WITH)


def test_state_and_nonce_are_new_and_long_each_time(municipal: Desk) -> None:
    seen: dict[str, set[str]] = {"state": set(), "nonce": set()}
    for _ in range(5):
        there = httpx.URL(Browser(municipal.address).get("/aanmelden").headers["location"])
        for name, values in seen.items():
            values.add(there.params[name])
    assert all(len(values) == 5 and min(map(len, values)) >= 43 for values in seen.values())


# --------------------------------------------------------------------------- rights


def test_every_page_but_the_ways_in_asks_who_somebody_is(desk: Desk) -> None:
    """Nothing is open because it was forgotten: who is not signed in gets no page and no data of any route."""
    public = {("GET", "/health"), ("GET", "/inloggen"), ("POST", "/inloggen"), ("GET", "/deel/<name:str>")}
    open_to_all = {(method, path) for method, path, door, _ in ROUTES if door is Door.EVERYBODY}
    assert {one for one in open_to_all if "aanmelden" not in one[1] and "security" not in one[1]} == public
    client = httpx.Client(base_url=desk.address, trust_env=False)
    for method, path, door, _ in ROUTES:
        if door is not Door.EVERYBODY:
            answer = client.request(method, re.sub(r"<\w+:\w+>", "x", path))
            assert answer.status_code in (303, 401, 403), (method, path)
            assert answer.status_code != 303 or answer.headers["location"].startswith("/inloggen")
    client.close()


def test_nobody_gives_themselves_another_role_or_name(desk: Desk) -> None:
    browser = desk.colleague("Gewoon")
    more = {"rol": "admin", "role": "admin", "naam": "Baas", "user": "Baas"}
    for path in ("/blijven", "/uren"):
        browser.post(path, {"dag": "", "tijden": "", **more})
    user = desk.parts.users.get("Gewoon")
    assert user is not None and user.role is Role.COLLEAGUE
    assert browser.get("/logboek").status_code == 403
    assert "Gewoon" in browser.get("/").text


def test_a_number_is_shown_to_who_is_signed_in_by_a_form_of_ours_only(desk: Desk) -> None:
    request = in_queue(desk.parts.store, "met nummer")
    browser = desk.colleague("Bel")
    path = f"/terugbellen/{request.id}/nummer"
    assert browser.client.get(path).status_code == 405
    assert Browser(desk.address).client.post(path, data={"bewijs": "x"}).status_code == 401
    assert browser.client.post(path, data={"bewijs": "x"}).status_code == 403


# --------------------------------------------------------------------------- what is written down of it


def test_coming_in_failing_and_going_out_are_in_the_journal(desk: Desk) -> None:
    browser = desk.colleague("Journaal")
    Browser(desk.address).enter("Journaal", "helemaal verkeerd dit")
    browser.post("/uitloggen")
    deeds = {deed.what for deed in desk.parts.store.audit.all() if deed.who.casefold() == "journaal"}
    assert {"login", "login_failed", "logout"} <= deeds, deeds


def test_a_refusal_is_in_the_log_with_its_route_and_without_who_or_what(desk: Desk, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    request = in_queue(desk.parts.store, "geheim verzoek")
    desk.colleague("Nieuwsgierig").get("/logboek")
    Browser(desk.address).client.post(f"/verzoek/{request.id}/zeg", data={"tekst": "mijn geheim"})
    desk.colleague("Nieuwsgierig").client.post(f"/verzoek/{request.id}/zeg", headers={"Sec-Fetch-Site": "cross-site"})
    lines = [record.getMessage() for record in caplog.records if "refused" in record.getMessage()]
    assert [line.partition(": refused at ")[2] for line in lines] == [
        "/logboek: niet_voor_jou", "/verzoek/<verzoek:str>/zeg: uitgelogd", "/verzoek/<verzoek:str>/zeg: andere_site",
    ]  # fmt: skip
    assert not any(word in " ".join(lines) for word in (request.id, "mijn geheim", "Nieuwsgierig", "127.0.0.1"))
