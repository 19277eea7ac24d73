"""WhatsApp is there when all of its settings are, not when none is, and with half of them nothing starts."""

from __future__ import annotations

from pathlib import Path

import pytest

from wegwijzer.whatsapp.config import GRAPH_URL, NEEDED, WhatsAppSettings

ALL = {
    "WHATSAPP_PHONE_ID": "106540352242922",
    "WHATSAPP_TOKEN": "not-a-real-token",
    "WHATSAPP_APP_SECRET": "0123456789abcdef0123456789abcdef",
    "WHATSAPP_VERIFY_TOKEN": "een-woord-van-ons",
}

KEY = "7Hq2-rX9vLmZ0tBw4KcYs1NfPe6JdUoAg8Ti"


def read(**environment: str) -> WhatsAppSettings:
    return WhatsAppSettings.from_environment(environment, Path("var"), lambda: "k" * 43)


def test_without_settings_there_is_no_whatsapp() -> None:
    settings = read()
    assert settings.cloud is None
    expected = {"WHATSAPP_DATABASE_URL": "sqlite:///var/whatsapp.db", "WHATSAPP_HASH_KEY": "k" * 43}
    assert expected.items() <= settings.as_environment().items()


def test_with_all_of_them_there_is() -> None:
    cloud = read(**ALL, WHATSAPP_TEMPLATE_LATE_REPLY="collega_antwoordt").cloud
    assert cloud is not None
    assert (cloud.phone_id, cloud.graph_url) == (ALL["WHATSAPP_PHONE_ID"], GRAPH_URL)
    assert (cloud.template, cloud.template_language) == ("collega_antwoordt", "nl")
    assert (cloud.host, cloud.port) == ("127.0.0.1", 5006)


def test_the_door_is_where_it_is_said_to_be_in_a_child_process_too() -> None:
    settings = read(**ALL, WHATSAPP_PORT="6006", WEGWIJZER_HOST="127.0.0.2", WHATSAPP_HASH_KEY=KEY)
    again = read(**settings.as_environment(), WEGWIJZER_HOST="127.0.0.2")
    assert again.cloud == settings.cloud
    assert again.cloud is not None and (again.cloud.host, again.cloud.port) == ("127.0.0.2", 6006)


@pytest.mark.parametrize("missing", NEEDED)
def test_half_of_them_is_refused_with_what_is_missing(missing: str) -> None:
    with pytest.raises(ValueError, match=f"{missing} is empty, but is needed because WHATSAPP_"):
        read(**{**ALL, missing: " "})


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("WHATSAPP_PHONE_ID", "+31 6 12345678"),
        ("WHATSAPP_TOKEN", "twee woorden"),
        ("WHATSAPP_APP_SECRET", "kort"),
        ("WHATSAPP_VERIFY_TOKEN", "kort"),
        ("WHATSAPP_GRAPH_URL", "http://graph.example.org"),
        ("WHATSAPP_GRAPH_URL", "https://[kapot"),
        ("WHATSAPP_TEMPLATE_LATE_REPLY", "Met Spaties"),
        ("WHATSAPP_TEMPLATE_LANGUAGE", "Nederlands"),
        ("WHATSAPP_PORT", "poort"),
        ("WHATSAPP_PORT", "70000"),
        ("WHATSAPP_PORT", "-1"),
        ("WHATSAPP_PORT", "٥٠٠٦"),
        ("WHATSAPP_HASH_KEY", "kort"),
        ("WHATSAPP_HASH_KEY", "h" * 43),
        ("WHATSAPP_HASH_KEY", "abcdefghijklmnopqrstuvwxyz0123456789"),
        ("WHATSAPP_VERIFY_TOKEN", "aaaaaaaaaaaaaaaabb"),
        ("WHATSAPP_VERIFY_TOKEN", "geheim-wachtwoord-wegwijzer"),
        ("WHATSAPP_APP_SECRET", "0" * 32),
        ("WHATSAPP_TOKEN", "changeme"),
    ],
)
def test_what_cannot_be_right_is_refused_by_name_and_not_repeated(name: str, value: str) -> None:
    with pytest.raises(ValueError, match=name) as caught:
        read(**{**ALL, name: value})
    assert value not in str(caught.value)


def test_no_secret_shows_when_settings_are_shown() -> None:
    shown = repr(read(**ALL, WHATSAPP_HASH_KEY=KEY))
    assert all(
        secret not in shown for secret in (ALL["WHATSAPP_TOKEN"], ALL["WHATSAPP_APP_SECRET"], ALL["WHATSAPP_VERIFY_TOKEN"], KEY)
    )
