"""The settings of the hand-over: safe without any, and one plain sentence for what is wrong, without a secret in it."""

from __future__ import annotations

from pathlib import Path

import pytest

from wegwijzer import settings as module
from wegwijzer.handover.config import HandoverSettings
from wegwijzer.handover.limits import Limits
from wegwijzer.handover.phone_vault import read_keys
from wegwijzer.handover.targets.email import EmailTarget, Security
from wegwijzer.settings import Settings

EMAIL = {
    "HANDOVER_TARGETS": "email", "HANDOVER_EMAIL_TO": "balie@example.nl", "HANDOVER_EMAIL_FROM": "bot@example.nl",
    "SMTP_HOST": "mail.example.nl",
}  # fmt: skip
WEBHOOK = {
    "HANDOVER_TARGETS": "webhook", "HANDOVER_WEBHOOK_URL": "https://desk.example.nl/in", "HANDOVER_WEBHOOK_SECRET": "niet-echt-8f2c5e9b1d7a4063-kvzp-qm",
}  # fmt: skip
CHATWOOT = {
    "HANDOVER_TARGETS": "chatwoot", "CHATWOOT_URL": "https://chat.example.nl", "CHATWOOT_ACCOUNT": "1", "CHATWOOT_INBOX": "2",
    "CHATWOOT_TOKEN": "niet-echt-8f2c5e9b",
}  # fmt: skip


@pytest.fixture(autouse=True)
def var(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(module, "VAR", tmp_path / "var")
    return tmp_path / "var"


def read(**environment: str) -> HandoverSettings:
    return Settings.from_environment(environment).handover


def test_without_any_setting_nothing_is_sent_and_times_are_safe(var: Path) -> None:
    settings = read()
    assert (settings.targets, settings.console_url, settings.desk_hours, settings.limits) == ({}, "", "", Limits())
    assert settings.database == f"sqlite:///{var / 'handover.db'}"


def test_the_key_is_made_once_and_is_for_the_owner_only(var: Path) -> None:
    first = read().key
    assert len(read_keys(first)) == 1
    assert read().key == first
    assert (var / "handover_key").stat().st_mode & 0o777 == 0o600
    assert first not in repr(read())


def test_child_processes_get_the_same_database_and_key() -> None:
    settings = Settings.from_environment({})
    again = Settings.from_environment(settings.as_environment())
    assert (again.handover.key, again.handover.database) == (settings.handover.key, settings.handover.database)


def test_everything_can_be_set() -> None:
    settings = read(
        HANDOVER_NOBODY_MINUTES="3", HANDOVER_SILENT_MINUTES="4", HANDOVER_CRISIS_MINUTES="1", HANDOVER_PHONE_DAYS="2",
        HANDOVER_AUDIT_DAYS="30", DESK_HOURS="Mo-Fr 09:00-17:00", CONSOLE_URL="https://console.example.nl",
        HANDOVER_DATABASE_URL="postgresql://x@y/z",
    )  # fmt: skip
    assert settings.limits == Limits(3, 4, 1, 2)
    assert (settings.audit_days, settings.desk_hours) == (30, "Mo-Fr 09:00-17:00")
    assert (settings.console_url, settings.database) == ("https://console.example.nl", "postgresql://x@y/z")


@pytest.mark.parametrize("given", [EMAIL, WEBHOOK, CHATWOOT], ids=["email", "webhook", "chatwoot"])
def test_a_desk_is_made_of_its_settings_and_shows_no_secret(given: dict[str, str]) -> None:
    targets = read(**given).targets
    assert list(targets) == [given["HANDOVER_TARGETS"]]
    assert "niet-echt" not in repr(targets)


def test_several_desks_and_the_console_which_needs_nothing() -> None:
    both = EMAIL | WEBHOOK | {"HANDOVER_TARGETS": "console, email ,webhook,email"}
    assert list(read(**both).targets) == ["email", "webhook"]


def test_e_mail_is_encrypted_unless_the_server_is_on_this_machine() -> None:
    usual, tls = read(**EMAIL).targets["email"], read(**EMAIL, SMTP_SECURITY="TLS").targets["email"]
    assert isinstance(usual, EmailTarget) and isinstance(tls, EmailTarget)
    assert (usual.security, usual.port, tls.security, tls.port) == (Security.STARTTLS, 587, Security.TLS, 465)
    with pytest.raises(ValueError, match="SMTP_SECURITY"):
        read(**EMAIL, SMTP_SECURITY="none")
    assert read(**(EMAIL | {"SMTP_HOST": "127.0.0.1"}), SMTP_SECURITY="none").targets


@pytest.mark.parametrize(
    ("given", "name"),
    [
        ({"HANDOVER_TARGETS": "fax"}, "HANDOVER_TARGETS"),
        ({"HANDOVER_KEY": "te kort"}, "HANDOVER_KEY"),
        ({"DESK_HOURS": "negen tot vijf"}, "DESK_HOURS"),
        ({"CONSOLE_URL": "http://console.example.nl"}, "CONSOLE_URL"),
        ({"HANDOVER_NOBODY_MINUTES": "0"}, "HANDOVER_NOBODY_MINUTES"),
        *[({**EMAIL, name: value}, name) for name, value in (
            ("HANDOVER_EMAIL_TO", ""), ("HANDOVER_EMAIL_TO", "balie"), ("HANDOVER_EMAIL_TO", "a@b.nl,c"), ("SMTP_PORT", "0"),
            ("HANDOVER_EMAIL_FROM", "a@b.nl\nBcc: c@d.nl"), ("SMTP_HOST", ""), ("SMTP_SECURITY", "een beetje"),
        )],
        *[({**WEBHOOK, name: value}, name) for name, value in (
            ("HANDOVER_WEBHOOK_URL", "http://desk.example.nl"), ("HANDOVER_WEBHOOK_URL", "http://[x"), ("HANDOVER_WEBHOOK_SECRET", "kort"),
        )],
        *[({**CHATWOOT, name: ""}, name) for name in CHATWOOT if name != "HANDOVER_TARGETS"],
    ],
)  # fmt: skip
def test_a_mistake_is_named_in_one_sentence(given: dict[str, str], name: str) -> None:
    with pytest.raises(ValueError, match=name) as caught:
        read(**given)
    assert len(str(caught.value).splitlines()) == 1
    assert "niet-echt" not in str(caught.value)
