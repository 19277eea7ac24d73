"""The settings of WhatsApp through Twilio."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.service.twilio_double import ACCOUNT, CONTENT, SENDER, TOKEN, WEBHOOK
from wegwijzer.whatsapp.config import WhatsAppSettings
from wegwijzer.whatsapp.people import People
from wegwijzer.whatsapp.twilio.config import API_URL, NEEDED, TwilioSettings

GIVEN = {
    "TWILIO_ACCOUNT_SID": ACCOUNT,
    "TWILIO_AUTH_TOKEN": TOKEN,
    "TWILIO_FROM": f"whatsapp:{SENDER}",
    "TWILIO_WEBHOOK_URL": WEBHOOK,
}


def read(**other: str) -> TwilioSettings | None:
    return TwilioSettings.from_environment({**GIVEN, **other})


def test_without_settings_the_channel_is_off() -> None:
    assert TwilioSettings.from_environment({}) is None
    assert TwilioSettings.from_environment(dict.fromkeys(NEEDED, " ")) is None


def test_all_that_is_needed() -> None:
    settings = read()
    assert settings is not None
    assert (settings.account, settings.sender, settings.webhook_url) == (ACCOUNT, SENDER, WEBHOOK)
    assert settings.api_url == API_URL and not settings.late_reply


def test_a_secret_is_never_shown() -> None:
    assert TOKEN not in repr(read())


@pytest.mark.parametrize("missing", NEEDED)
def test_half_of_it_is_one_sentence_that_names_what_is_missing(missing: str) -> None:
    with pytest.raises(ValueError, match=missing):
        read(**{missing: ""})


@pytest.mark.parametrize(
    ("name", "wrong"),
    [
        ("TWILIO_ACCOUNT_SID", "SK" + "0" * 32),
        ("TWILIO_ACCOUNT_SID", "AC12"),
        ("TWILIO_AUTH_TOKEN", "kort"),
        ("TWILIO_AUTH_TOKEN", "0" * 32),
        ("TWILIO_FROM", "0612345678"),
        ("TWILIO_FROM", "sms:+31612345678"),
        ("TWILIO_WEBHOOK_URL", "http://bot.example.org/webhooks/twilio/webhook"),
        ("TWILIO_WEBHOOK_URL", "https://[bot/x"),
        ("TWILIO_WEBHOOK_URL", "https://bot.example.org:x/"),
        ("TWILIO_API_URL", "api.example.org"),
        ("TWILIO_CONTENT_LATE_REPLY", "late_reply"),
    ],
)
def test_a_wrong_value_is_one_sentence_without_the_value(name: str, wrong: str) -> None:
    with pytest.raises(ValueError, match=name) as caught:
        read(**{name: wrong})
    assert wrong not in str(caught.value)


@pytest.mark.parametrize("number", [SENDER, f"whatsapp:{SENDER}", "+31 6 12 34 56 78"])
def test_the_number_may_be_written_in_more_ways(number: str) -> None:
    settings = read(TWILIO_FROM=number)
    assert settings is not None and settings.sender == SENDER


def test_what_may_be_left_out() -> None:
    settings = read(TWILIO_CONTENT_LATE_REPLY=CONTENT, TWILIO_API_URL="http://127.0.0.1:9/")
    assert settings is not None
    assert (settings.late_reply, settings.api_url) == (CONTENT, "http://127.0.0.1:9")


def test_its_database_is_its_own_and_everybody_has_another_name_there() -> None:
    whole = WhatsAppSettings.from_environment(GIVEN, Path("var"), lambda: "k" * 32)
    kept = whole.through_twilio()
    assert kept.database == "sqlite:///var/twilio.db" != whole.database
    keys = [b"A" * 43 + b"="]
    assert People(kept.hash_key, keys).name(SENDER) != People(whole.hash_key, keys).name(SENDER)
    given = WhatsAppSettings.from_environment(GIVEN | {"TWILIO_DATABASE_URL": "sqlite:///x.db"}, Path("var"), lambda: "k" * 32)
    assert given.through_twilio().database == "sqlite:///x.db"
