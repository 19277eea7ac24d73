"""Settings come from the environment; a wrong one is refused with one plain sentence; the API is never without a token."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest

from wegwijzer import settings as module
from wegwijzer.settings import SHORTEST_TOKEN, Settings


@pytest.fixture(autouse=True)
def var(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The runtime folder of these tests: not the one of the checkout."""
    monkeypatch.setattr(module, "VAR", tmp_path / "var")
    return tmp_path / "var"


def read(**environment: str) -> Settings:
    return Settings.from_environment(environment)


def test_without_any_setting_it_listens_on_this_machine_only_and_keeps_a_day(var: Path) -> None:
    settings = read()
    assert settings.host == "127.0.0.1"
    assert (settings.rasa_port, settings.action_port, settings.retention_hours) == (5005, 5055, 24)
    assert settings.tracker_db == var / "tracker.db"
    assert len(settings.token) >= SHORTEST_TOKEN


def test_every_setting_can_be_set() -> None:
    given = {
        "WEGWIJZER_HOST": "127.0.0.2",
        "RASA_PORT": "6005",
        "ACTION_PORT": "6055",
        "RASA_TOKEN": "een-heel-lang-geheim",
        "WEGWIJZER_TRACKER_DB": "/tmp/x.db",  # noqa: S108 - only a name
        "WEGWIJZER_MODEL": "/tmp/model.tar.gz",  # noqa: S108 - only a name
        "RETENTION_HOURS": "12",
        "VERIFIED_WITHIN_MONTHS": "18",
        "LOG_LEVEL": "warning",
    }
    settings = read(**given)
    assert (settings.host, settings.rasa_port, settings.action_port) == ("127.0.0.2", 6005, 6055)
    assert settings.token == "een-heel-lang-geheim"
    assert (str(settings.tracker_db), str(settings.model)) == (given["WEGWIJZER_TRACKER_DB"], given["WEGWIJZER_MODEL"])
    assert (settings.retention_hours, settings.verified_within_months) == (12, 18)
    assert settings.log_level == "WARNING"


@pytest.mark.parametrize("name", ["RASA_PORT", "ACTION_PORT", "RETENTION_HOURS", "VERIFIED_WITHIN_MONTHS"])
@pytest.mark.parametrize("value", ["0", "-1", "x", "1.5", " ", "24u", "²"])
def test_a_wrong_number_is_refused_by_name(name: str, value: str) -> None:
    with pytest.raises(ValueError, match=name) as caught:
        read(**{name: value})
    assert len(str(caught.value).splitlines()) == 1


@pytest.mark.parametrize("name", ["RASA_PORT", "ACTION_PORT"])
def test_a_port_that_does_not_exist_is_refused_by_name(name: str) -> None:
    with pytest.raises(ValueError, match=name):
        read(**{name: "70000"})


def test_a_log_level_that_does_not_exist_is_refused_by_name() -> None:
    with pytest.raises(ValueError, match="LOG_LEVEL"):
        read(LOG_LEVEL="luid")


@pytest.mark.parametrize("name", ["RASA_PORT", "RETENTION_HOURS", "WEGWIJZER_TRACKER_DB", "RASA_TOKEN"])
def test_an_empty_setting_is_no_setting(name: str) -> None:
    assert read(**{name: ""}) == read()


def test_what_child_processes_get_gives_the_same_settings() -> None:
    settings = read(RASA_PORT="6005", RETENTION_HOURS="5", VERIFIED_WITHIN_MONTHS="6", LOG_LEVEL="debug")
    assert Settings.from_environment(settings.as_environment()) == settings


def test_child_processes_send_nothing_home_and_find_the_action_server() -> None:
    environment = read(ACTION_PORT="6055").as_environment()
    assert environment["RASA_TELEMETRY_ENABLED"] == "false"
    assert environment["ACTION_ENDPOINT_URL"] == "http://127.0.0.1:6055/webhook"
    assert all(isinstance(value, str) for value in environment.values())


# --- the token --------------------------------------------------------------------------------------------------------


def test_the_own_token_is_made_once_and_for_the_owner_only(var: Path) -> None:
    first = read().token
    assert read().token == first
    assert stat.S_IMODE((var / "rasa_token").stat().st_mode) == 0o600
    (var / "rasa_token").unlink()
    assert read().token != first


def test_a_given_token_is_written_nowhere(var: Path) -> None:
    read(RASA_TOKEN="een-heel-lang-geheim", WEB_SECRET="een-heel-lang-geheim-voor-de-chat-0123")
    assert not (var / "rasa_token").exists()
    assert not (var / "web_secret").exists()


@pytest.mark.parametrize("kept", ["", "kort", "   \n"])
def test_a_token_file_that_is_too_short_is_replaced_for_the_owner_only(var: Path, kept: str) -> None:
    var.mkdir()
    (var / "rasa_token").write_text(kept, encoding="utf-8")
    (var / "rasa_token").chmod(0o644)
    assert len(read().token) >= SHORTEST_TOKEN
    assert stat.S_IMODE((var / "rasa_token").stat().st_mode) == 0o600


@pytest.mark.parametrize("token", [" ", "\t\n"])
def test_a_token_of_nothing_is_no_token(token: str) -> None:
    assert len(read(RASA_TOKEN=token).token.strip()) >= SHORTEST_TOKEN


# --- the web chat -----------------------------------------------------------------------------------------------------


def test_the_web_chat_has_a_database_and_a_secret_of_its_own_and_no_other_hosts(var: Path) -> None:
    settings = read()
    assert settings.web_database == f"sqlite:///{var / 'web.db'}"
    assert settings.web_origins == ()
    assert settings.web_secret != settings.token
    assert read().web_secret == settings.web_secret
    assert stat.S_IMODE((var / "web_secret").stat().st_mode) == 0o600


def test_the_settings_of_the_web_chat_can_be_set() -> None:
    settings = read(
        WEB_SECRET="een-heel-lang-geheim-voor-de-chat-0123",
        WEB_DATABASE_URL="postgresql://db/chat",
        WEB_ORIGINS=" https://www.example.org, HTTPS://Chat.Example.org:8443 ,,https://www.example.org",
    )
    assert settings.web_secret == "een-heel-lang-geheim-voor-de-chat-0123"
    assert settings.web_database == "postgresql://db/chat"
    assert settings.web_origins == ("https://www.example.org", "https://chat.example.org:8443")
    assert Settings.from_environment(settings.as_environment()) == settings


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("WEB_SECRET", "kort"),
        ("WEB_SECRET", "a" * 60),
        ("WEB_SECRET", "een-heel-lang-geheim-met-een-$DOLLAR-er-in"),
        ("WEB_DATABASE_URL", "postgresql://u:pa$word@db/chat"),
        ("WEB_ORIGINS", "*"),
        ("WEB_ORIGINS", "www.example.org"),
        ("WEB_ORIGINS", "https://www.example.org/"),
        ("WEB_ORIGINS", "https://www.example.org https://a.example.org"),
        ("WEB_ORIGINS", "ftp://www.example.org"),
        ("WEB_ORIGINS", "https://user@www.example.org"),
    ],
)
def test_a_wrong_setting_of_the_web_chat_is_refused_by_name(name: str, value: str) -> None:
    with pytest.raises(ValueError, match=name) as caught:
        read(**{name: value})
    assert len(str(caught.value).splitlines()) == 1
    assert "pa$word" not in str(caught.value)
