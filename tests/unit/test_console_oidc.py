"""Coming in by the municipality's own sign-in, against a provider that runs and signs; and every token that must be refused."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from joserfc.jwk import RSAKey

from tests.desk import Browser, Desk, running_desk
from tests.oidc_provider import Provider, code_of, running_provider
from wegwijzer.product.processes import free_ports
from wegwijzer.settings import Settings
from wegwijzer.staff.oidc import FLOW_FOR

Claims = dict[str, Any]


@pytest.fixture
def provider() -> Iterator[Provider]:
    with running_provider() as provider:
        yield provider


@pytest.fixture
def desk(tmp_path: Path, provider: Provider) -> Iterator[Desk]:
    with running_desk(tmp_path, {**provider.settings, "CONSOLE_URL": "http://127.0.0.1:1"}) as desk:
        desk.clock.now = provider.clock.now
        desk.parts.users.add("Fatma", sign_in="Fatma@example.org")
        yield desk


def at_the_municipality(desk: Desk) -> tuple[Browser, str]:
    """A browser that was sent to the provider; and where that sends it back to, on our host."""
    browser = Browser(desk.address)
    there = browser.get("/aanmelden").headers["location"]
    back = httpx.get(there, trust_env=False).headers["location"]
    assert back.startswith("http://127.0.0.1:1/aanmelden/terug?")
    return browser, back.removeprefix("http://127.0.0.1:1")


def test_a_colleague_comes_in_without_a_password(desk: Desk) -> None:
    browser, back = at_the_municipality(desk)
    assert browser.get(back).headers["location"] == "/"
    assert "Fatma" in browser.get("/").text


def test_who_is_not_known_here_stays_out(desk: Desk, provider: Provider) -> None:
    provider.person["email"] = "iemand@example.org"
    browser, back = at_the_municipality(desk)
    refused = browser.get(back)
    assert (refused.status_code, "nog geen toegang" in refused.text) == (403, True)
    assert browser.get("/").status_code == 303


def test_who_was_shut_out_stays_out(desk: Desk) -> None:
    desk.parts.users.set_active("Fatma", False)
    browser, back = at_the_municipality(desk)
    assert browser.get(back).status_code == 403


FORGED: dict[str, Callable[[Claims], Claims]] = {
    "another nonce": lambda claims: claims | {"nonce": "van een ander"},
    "no nonce": lambda claims: {name: value for name, value in claims.items() if name != "nonce"},
    "another audience": lambda claims: claims | {"aud": "een-andere-toepassing"},
    "two audiences without saying for whom": lambda claims: claims | {"aud": [claims["aud"], "een-ander"]},
    "made for another": lambda claims: claims | {"azp": "een-ander"},
    "another issuer": lambda claims: claims | {"iss": "https://example.org"},
    "expired": lambda claims: claims | {"iat": claims["iat"] - 900, "exp": claims["iat"] - 600},
    "never expires": lambda claims: {name: value for name, value in claims.items() if name != "exp"},
    "from the future": lambda claims: claims | {"iat": claims["iat"] + 900},
    "an address that was not verified": lambda claims: claims | {"email_verified": False},
    "no address": lambda claims: claims | {"email": ""},
}


@pytest.mark.parametrize("forge", FORGED.values(), ids=FORGED)
def test_a_token_that_is_not_for_us_now_lets_nobody_in(desk: Desk, provider: Provider, forge: Callable[[Claims], Claims]) -> None:
    provider.forge = forge
    browser, back = at_the_municipality(desk)
    refused = browser.get(back)
    assert (refused.status_code, "klopt" in refused.text) == (403, True)
    assert browser.get("/").status_code == 303


def test_a_signature_of_another_lets_nobody_in(desk: Desk, provider: Provider) -> None:
    provider.published = RSAKey.generate_key(2048, {"kid": "one"})
    browser, back = at_the_municipality(desk)
    assert browser.get(back).status_code == 403


def test_an_answer_works_once(desk: Desk) -> None:
    browser, back = at_the_municipality(desk)
    assert browser.get(back).status_code == 303
    assert Browser(desk.address).get(back).status_code == 400
    assert browser.get(back).status_code == 400


def test_an_answer_for_another_browser_does_not_work(desk: Desk) -> None:
    """Otherwise somebody could have a colleague work in an account that is not theirs."""
    _, back = at_the_municipality(desk)
    other, _ = at_the_municipality(desk)
    assert other.get(back).status_code == 400


def test_who_stays_away_too_long_begins_anew(desk: Desk) -> None:
    browser, back = at_the_municipality(desk)
    desk.clock.now += FLOW_FOR + 1
    assert "Begin opnieuw" in browser.get(back).text


def test_a_made_up_code_and_a_refusal_let_nobody_in(desk: Desk) -> None:
    browser, back = at_the_municipality(desk)
    assert browser.get("/aanmelden/terug", params={"state": code_of(back)["state"], "code": "verzonnen"}).status_code == 403
    browser, back = at_the_municipality(desk)
    refusal = {"state": code_of(back)["state"], "error": "access_denied"}
    assert browser.get("/aanmelden/terug", params=refusal).status_code == 403


def test_another_provider_that_answers_is_not_believed(desk: Desk) -> None:
    browser, back = at_the_municipality(desk)
    assert browser.get("/aanmelden/terug", params=code_of(back) | {"iss": "https://example.org"}).status_code == 403


def test_a_provider_that_is_away_is_said_kindly(tmp_path: Path) -> None:
    settings = {"OIDC_ISSUER": f"http://127.0.0.1:{free_ports(1)[0]}", "OIDC_CLIENT_ID": "x", "OIDC_CLIENT_SECRET": "y"}
    with running_desk(tmp_path, {**settings, "CONSOLE_URL": "http://127.0.0.1:1"}) as desk:
        answer = Browser(desk.address).get("/aanmelden")
    assert (answer.status_code, "niet bereikbaar" in answer.text) == (502, True)


def test_without_the_setting_there_is_no_such_door(tmp_path: Path) -> None:
    with running_desk(tmp_path) as desk:
        assert "van de gemeente" not in Browser(desk.address).get("/inloggen").text
        assert Browser(desk.address).get("/aanmelden").status_code == 404


@pytest.mark.parametrize(
    ("given", "named"),
    [
        ({"OIDC_ISSUER": "https://example.org"}, "OIDC_CLIENT_ID"),
        ({"OIDC_ISSUER": "https://example.org", "OIDC_CLIENT_ID": "x", "OIDC_CLIENT_SECRET": "y"}, "CONSOLE_URL"),
        (
            {
                "OIDC_ISSUER": "http://example.org",
                "OIDC_CLIENT_ID": "x",
                "OIDC_CLIENT_SECRET": "y",
                "CONSOLE_URL": "https://a.nl",
            },
            "https",
        ),
        ({"CONSOLE_PROXIES": "many"}, "CONSOLE_PROXIES"),
        ({"CONSOLE_PORT": "0"}, "CONSOLE_PORT"),
    ],
    ids=str,
)
def test_a_wrong_setting_is_said_in_one_sentence(given: dict[str, str], named: str) -> None:
    with pytest.raises(ValueError, match=named):
        Settings.from_environment({"RASA_TOKEN": "not-a-real-token", **given})
