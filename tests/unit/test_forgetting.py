"""Erasing one conversation by its name, or by the telephone number of who wrote over WhatsApp; no server runs here."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import CliRunner

from tests.running import settings_in
from wegwijzer.cli import app
from wegwijzer.commands import keeping
from wegwijzer.handover.phone_vault import read_keys
from wegwijzer.privacy.forgetting import PLACES, NotForgotten, forget
from wegwijzer.settings import Settings
from wegwijzer.whatsapp.config import WhatsAppSettings
from wegwijzer.whatsapp.inbox import Inbox
from wegwijzer.whatsapp.incoming import Incoming, Kind
from wegwijzer.whatsapp.kept import names_of
from wegwijzer.whatsapp.people import People
from wegwijzer.whatsapp.store import Store

NUMBER, OTHER = "31612345678", "31687654321"
NOW = 4_000_000_000.0

Way = Callable[[Settings], WhatsAppSettings]
WAYS: dict[str, Way] = {"Meta": lambda settings: settings.whatsapp, "Twilio": lambda settings: settings.whatsapp.through_twilio()}


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return settings_in(tmp_path, tmp_path)


def wrote(settings: Settings, way: Way, *numbers: str) -> Store:
    """People who wrote over WhatsApp."""
    kept = way(settings)
    store = Store(kept.database, People(kept.hash_key, read_keys(settings.handover.key)), lambda: NOW)
    Inbox(store, str).take([Incoming(f"wamid.{number}", number, NOW, Kind.TEXT, "hallo") for number in numbers])
    return store


@pytest.mark.parametrize("way", WAYS.values(), ids=WAYS)
@pytest.mark.parametrize("typed", ["06-12345678", "+31 6 12345678", "0031612345678"])
def test_who_wrote_over_whatsapp_is_forgotten_by_the_number_and_nobody_else(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, way: Way, typed: str
) -> None:
    store = wrote(settings, way, NUMBER, OTHER)
    monkeypatch.setattr(keeping, "read_settings", lambda: settings)
    result = CliRunner().invoke(app, ["forget", "--number", typed])
    assert result.exit_code == 0, result.output
    assert "WhatsApp: 1" in result.output
    assert not store.knows(store.people.name(NUMBER)) and store.knows(store.people.name(OTHER))
    store.close()


def test_by_name_too(settings: Settings) -> None:
    store = wrote(settings, WAYS["Meta"], NUMBER)
    name, _ = names_of(settings, f"+{NUMBER}")
    assert forget(settings, name) == {**dict.fromkeys(PLACES, 0), "WhatsApp": 1}
    assert forget(settings, name) == dict.fromkeys(PLACES, 0)
    store.close()


def test_where_there_never_was_whatsapp_nothing_is_made_for_it(settings: Settings, tmp_path: Path) -> None:
    forget(settings, "iemand")
    assert not (tmp_path / "whatsapp.db").exists() and not (tmp_path / "twilio.db").exists()


def test_a_place_that_fails_is_named(settings: Settings, tmp_path: Path) -> None:
    (tmp_path / "handover.db").write_bytes(b"no database" * 100)
    with pytest.raises(NotForgotten, match="requests for a human being"):
        forget(settings, "iemand")


@pytest.mark.parametrize(
    ("typed", "said"), [([], "Say whom"), (["x", "--number", "06-12345678"], "Say whom"), (["--number", "geen"], "no telephone")]
)
def test_who_is_not_said_is_asked(settings: Settings, monkeypatch: pytest.MonkeyPatch, typed: list[str], said: str) -> None:
    monkeypatch.setattr(keeping, "read_settings", lambda: settings)
    result = CliRunner().invoke(app, ["forget", *typed])
    assert result.exit_code == 1
    assert said in result.output
