"""``wegwijzer whatsapp check`` as it is typed, and what the rest of the product does with the settings of Twilio."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
from typer.testing import CliRunner

from tests.desk import KEY
from tests.running import settings_in
from tests.service.twilio_double import ACCOUNT, SENDER, TOKEN, WEBHOOK
from wegwijzer.cli import app
from wegwijzer.commands import whatsapp
from wegwijzer.handover.phone_vault import read_keys
from wegwijzer.privacy import retention
from wegwijzer.settings import Settings
from wegwijzer.whatsapp.inbox import Inbox
from wegwijzer.whatsapp.incoming import Incoming, Kind
from wegwijzer.whatsapp.payloads import to_texts
from wegwijzer.whatsapp.people import People
from wegwijzer.whatsapp.store import Store

TWILIO = {
    "TWILIO_ACCOUNT_SID": ACCOUNT, "TWILIO_AUTH_TOKEN": TOKEN, "TWILIO_FROM": SENDER, "TWILIO_WEBHOOK_URL": WEBHOOK,
    "TWILIO_API_URL": "http://127.0.0.1:9",
}  # fmt: skip

HASH_KEY = "7Hq2-rX9vLmZ0tBw4KcYs1NfPe6JdUoAg8Ti"


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(whatsapp, "VAR", tmp_path)
    monkeypatch.setenv("HANDOVER_KEY", KEY)
    monkeypatch.setenv("WHATSAPP_HASH_KEY", HASH_KEY)
    return tmp_path


def check(monkeypatch: pytest.MonkeyPatch, *options: str, **environment: str) -> tuple[int, str]:
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    done = CliRunner().invoke(app, ["whatsapp", "check", *options])
    assert done.exception is None or isinstance(done.exception, SystemExit), done.exception
    return done.exit_code, done.output


def test_off_is_fine(monkeypatch: pytest.MonkeyPatch) -> None:
    code, said = check(monkeypatch)
    assert code == 0 and "WhatsApp staat uit" in said


def test_good_settings_end_with_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    code, said = check(monkeypatch, "--offline", **TWILIO)
    assert code == 0, said
    assert "goed   TWILIO_FROM" in said and "goed   database van Twilio: kan gelezen en beschreven worden" in said


def test_something_wrong_ends_with_one_and_shows_no_secret(monkeypatch: pytest.MonkeyPatch) -> None:
    code, said = check(monkeypatch, **TWILIO)
    assert code == 1
    assert "FOUT   Twilio is niet te bereiken: er is geen verbinding" in said and TOKEN not in said


def test_half_of_it_is_said_whole_and_stops_everything_else(monkeypatch: pytest.MonkeyPatch) -> None:
    code, said = check(monkeypatch, TWILIO_FROM=SENDER, WHATSAPP_TOKEN="EAAx")
    assert code == 1
    for name in ("TWILIO_AUTH_TOKEN", "TWILIO_ACCOUNT_SID", "TWILIO_WEBHOOK_URL", "WHATSAPP_PHONE_ID", "WHATSAPP_APP_SECRET"):
        assert f"FOUT   {name} ontbreekt" in said
    with pytest.raises(ValueError, match="half set"):
        Settings.from_environment({"TWILIO_FROM": SENDER, "RASA_TOKEN": HASH_KEY})


def test_a_wrong_setting_of_something_else_is_one_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    code, said = check(monkeypatch, RASA_PORT="poort")
    assert code == 1 and "RASA_PORT" in said and "Traceback" not in said


@pytest.mark.parametrize("on", [True, False])
def test_people_of_twilio_are_deleted_after_the_period_also_when_it_is_off_by_now(here: Path, on: bool) -> None:
    settings = settings_in(here, here / "model", **(TWILIO if on else {}))
    way = settings.whatsapp.through_twilio()
    people = People(way.hash_key, read_keys(settings.handover.key))
    long_ago = time.time() - 3 * 86_400
    store = Store(way.database, people, clock=lambda: long_ago)
    Inbox(store, str).take([Incoming("SM1", "31687654321", None, Kind.TEXT, "Hoi")])
    store.close()
    assert retention.purge_whatsapp(settings) == 1
    assert retention.purge_whatsapp(settings) == 0


def test_an_only_answer_has_no_number_because_a_number_may_be_the_answer() -> None:
    assert to_texts({"text": "Hoe oud ben je?", "buttons": [{"title": "Sla over", "payload": "sla over"}]}) == [
        "Hoe oud ben je?\n\nOf typ: Sla over"
    ]
