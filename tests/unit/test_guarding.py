"""What stands at every door: strong secrets, whom to tell of a weak spot, and headers that nobody forgot."""

from __future__ import annotations

import base64
import secrets
import stat
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wegwijzer import settings as module
from wegwijzer.guarding.headers import STRICT, complete, frame_ancestors
from wegwijzer.guarding.security_txt import read_contacts, security_txt
from wegwijzer.guarding.strength import WeakSecret, check_no_example, check_strong
from wegwijzer.settings import Settings


@pytest.fixture(autouse=True)
def var(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(module, "VAR", tmp_path / "var")
    return tmp_path / "var"


WEAK = {
    "empty": " ",
    "short": "k9#fQ2",
    "one character": "x" * 64,
    "one piece again and again": "k9fQ2zLp7w" * 6,
    "the alphabet": "abcdefghijklmnopqrstuvwxyz0123456789",
    "backwards": "zyxwvutsrqponmlkjihgfedcba9876543210",
    "the example of a manual": "change-me-change_me-changeme-secret-token",
    "in Dutch": "verander-mij-geheim-wachtwoord-voorbeeld",
    "names of the product": "wegwijzer-utrecht-rasa-secret-token-1234567890",
}
SETTINGS = {"RASA_TOKEN": {}, "WEB_SECRET": {}, "ACTION_SECRET": {}, "HANDOVER_WEBHOOK_SECRET": {
    "HANDOVER_TARGETS": "webhook", "HANDOVER_WEBHOOK_URL": "https://desk.example.org/in"}}  # fmt: skip


@pytest.mark.parametrize(
    "weak", [weak for weak in WEAK.values() if weak.strip()], ids=[name for name in WEAK if WEAK[name].strip()]
)
@pytest.mark.parametrize("name", SETTINGS)
def test_a_weak_secret_stops_the_start_in_one_sentence_that_does_not_repeat_it(name: str, weak: str) -> None:
    with pytest.raises(ValueError, match=name) as caught:
        Settings.from_environment({**SETTINGS[name], name: weak})
    assert len(str(caught.value).splitlines()) == 1
    assert weak not in str(caught.value)


@pytest.mark.parametrize("raw", [b"\0" * 32, b"ab" * 16, bytes(range(8)) * 4])
def test_a_key_made_by_hand_is_refused(raw: bytes) -> None:
    with pytest.raises(ValueError, match="HANDOVER_KEY"):
        Settings.from_environment({"HANDOVER_KEY": base64.urlsafe_b64encode(raw).decode()})


@given(st.integers(min_value=0, max_value=999))
def test_what_is_made_at_random_is_never_refused(_: int) -> None:
    for secret in (secrets.token_urlsafe(32), secrets.token_hex(32)):
        check_strong("X", secret, 32, 10)


@pytest.mark.parametrize("name", ["CHATWOOT_TOKEN", "OIDC_CLIENT_SECRET"])
@pytest.mark.parametrize("example", ["changeme", "your-token", "secret123", "test"])
def test_the_example_of_another_program_is_refused_too(name: str, example: str) -> None:
    with pytest.raises(WeakSecret, match=name):
        check_no_example(name, example)
    check_no_example(name, "k9fQ2zLp7w")


@pytest.mark.parametrize("name", ["rasa_token", "action_secret", "web_secret", "handover_key"])
def test_a_made_secret_is_kept_for_the_owner_only_also_when_it_was_opened(var: Path, name: str) -> None:
    first = Settings.from_environment({})
    (var / name).chmod(0o644)
    assert Settings.from_environment({}) == first
    assert stat.S_IMODE((var / name).stat().st_mode) == 0o600


def test_settings_show_no_secret() -> None:
    settings = Settings.from_environment({})
    shown = repr(settings)
    for secret in (settings.token, settings.action_secret, settings.web_secret, settings.handover.key):
        assert secret not in shown


@pytest.mark.parametrize("given_count", ["-1", "veel", "1.5", "100"])
def test_a_wrong_number_of_proxies_is_named(given_count: str) -> None:
    with pytest.raises(ValueError, match="PROXIES_COUNT"):
        Settings.from_environment({"PROXIES_COUNT": given_count})


def test_no_proxy_is_trusted_unless_it_is_said() -> None:
    assert Settings.from_environment({}).proxies == 0
    assert Settings.from_environment({"PROXIES_COUNT": "2"}).proxies == 2


# --------------------------------------------------------------------------- whom to tell


NOW = datetime(2026, 3, 1, 12, 30, 15, 999, tzinfo=UTC)


def fields(text: str) -> list[tuple[str, str]]:
    return [(name, value) for name, _, value in (line.partition(": ") for line in text.splitlines())]


def test_without_a_contact_there_is_no_security_txt() -> None:
    assert security_txt(()) is None


def test_it_names_the_contacts_in_order_and_one_moment_within_a_year() -> None:
    text = security_txt(read_contacts("mailto:meld@example.org, https://www.example.org/meld"), NOW)
    assert text is not None
    found = fields(text)
    assert [value for name, value in found if name == "Contact"] == ["mailto:meld@example.org", "https://www.example.org/meld"]
    (expires,) = (datetime.fromisoformat(value.replace("Z", "+00:00")) for name, value in found if name == "Expires")
    assert NOW < expires < NOW + timedelta(days=365)
    assert text.endswith("\n")


@pytest.mark.parametrize(
    "wrong", ["meld@example.org", "http://www.example.org", "javascript:alert(1)", "mailto:a@b.nl\nX: y", "tel:06"]
)
def test_what_is_no_contact_is_refused(wrong: str) -> None:
    with pytest.raises(ValueError, match="SECURITY_CONTACT"):
        Settings.from_environment({"SECURITY_CONTACT": wrong})


# --------------------------------------------------------------------------- headers


def answered(headers: Mapping[str, str], scheme: str = "http", forwarded: str | None = None) -> dict[str, str]:
    new = dict(headers)
    complete(new, scheme, forwarded)
    return new


def test_an_answer_that_says_nothing_gets_the_strictest_of_all() -> None:
    assert answered({}) == STRICT


def test_what_an_answer_says_itself_stays() -> None:
    assert answered({"Cache-Control": "public"})["Cache-Control"] == "public"


@pytest.mark.parametrize(
    ("scheme", "forwarded", "there"),
    [("http", None, False), ("http", "https", True), ("https", None, True), ("http", "x", False)],
)
def test_only_over_tls_a_browser_is_told_to_stay_there(scheme: str, forwarded: str | None, there: bool) -> None:
    assert ("Strict-Transport-Security" in answered({}, scheme, forwarded)) is there


def test_who_may_frame_the_page_is_us_and_who_was_listed() -> None:
    assert frame_ancestors(()) == "frame-ancestors 'self'"
    assert frame_ancestors(("https://www.example.org",)) == "frame-ancestors 'self' https://www.example.org"
