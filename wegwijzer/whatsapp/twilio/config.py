"""What can be set about WhatsApp through Twilio. ``docs/operators.md`` lists it, ``docs/whatsapp.md`` says where to find it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from wegwijzer.guarding.addresses import check_address
from wegwijzer.guarding.strength import check_no_example

API_URL = "https://api.twilio.com"
"""Twilio's own API. Source: https://www.twilio.com/docs/messaging/api/message-resource"""

WEBHOOK_PATH = "/webhooks/twilio/webhook"
"""Where this channel listens on Rasa's server; the public address ends with it unless a proxy renames it."""

NEEDED = ("TWILIO_ACCOUNT_SID", "TWILIO_AUTH_TOKEN", "TWILIO_FROM", "TWILIO_WEBHOOK_URL")
"""With none of these the channel is off; with some of them nothing starts."""

CONTENTS = ("TWILIO_CONTENT_LATE_REPLY", "TWILIO_CONTENT_AFTERCARE")
"""What may be sent after a day; each may be empty."""

_ACCOUNT = re.compile(r"AC[0-9a-fA-F]{32}")
_TOKEN = re.compile(r"[0-9a-fA-F]{32}")
_NUMBER = re.compile(r"(?:whatsapp:)?(\+[1-9][0-9]{6,14})")
_CONTENT = re.compile(r"HX[0-9a-fA-F]{32}")


@dataclass(frozen=True)
class TwilioSettings:
    """What can be set.

    Attributes:
        account: the account (``TWILIO_ACCOUNT_SID``).
        token: its auth token, which also signs (``TWILIO_AUTH_TOKEN``).
        sender: our number in international form, without ``whatsapp:`` (``TWILIO_FROM``).
        webhook_url: the public address as it is set at Twilio (``TWILIO_WEBHOOK_URL``).
        late_reply: the approved content with which a colleague's late line goes (``TWILIO_CONTENT_LATE_REPLY``); empty: it waits.
        aftercare: the approved content that asks whether it worked (``TWILIO_CONTENT_AFTERCARE``); empty: it is not asked then.
        api_url: where Twilio's API is (``TWILIO_API_URL``); another one for a region, or for a test.
    """

    account: str
    token: str = field(repr=False)
    sender: str
    webhook_url: str
    late_reply: str = ""
    aftercare: str = ""
    api_url: str = API_URL

    @classmethod
    def from_environment(cls, environment: Mapping[str, str]) -> TwilioSettings | None:
        """Read the settings; ``None`` when the channel is off.

        Raises:
            ValueError: with one plain sentence when one is missing or wrong. It never shows a secret.
        """
        given = {name: environment.get(name, "").strip() for name in NEEDED}
        late_reply, aftercare, api = (environment.get(name, "").strip() for name in (*CONTENTS, "TWILIO_API_URL"))
        if not any(given.values()):
            return None
        missing = [name for name, value in given.items() if not value]
        if missing:
            raise ValueError(f"WhatsApp through Twilio is only half set: {', '.join(missing)} is empty (see docs/whatsapp.md)")
        check_no_example("TWILIO_AUTH_TOKEN", given["TWILIO_AUTH_TOKEN"])
        return cls(
            account=_like(given, "TWILIO_ACCOUNT_SID", _ACCOUNT, "AC and 32 hexadecimal characters"),
            token=_like(given, "TWILIO_AUTH_TOKEN", _TOKEN, "32 hexadecimal characters"),
            sender=_number(given["TWILIO_FROM"]),
            webhook_url=check_address("TWILIO_WEBHOOK_URL", given["TWILIO_WEBHOOK_URL"]),
            late_reply=_content(CONTENTS[0], late_reply),
            aftercare=_content(CONTENTS[1], aftercare),
            api_url=check_address("TWILIO_API_URL", api or API_URL).rstrip("/"),
        )


def _like(given: Mapping[str, str], name: str, shape: re.Pattern[str], words: str) -> str:
    if not shape.fullmatch(given[name]):
        raise ValueError(f"{name} must be {words}, as the console of Twilio shows it")
    return given[name]


def _number(text: str) -> str:
    found = _NUMBER.fullmatch(text.replace(" ", ""))
    if found is None:
        raise ValueError("TWILIO_FROM must be a number in international form, such as whatsapp:+31612345678")
    return found[1]


def _content(name: str, text: str) -> str:
    if text and not _CONTENT.fullmatch(text):
        raise ValueError(f"{name} must be HX and 32 hexadecimal characters, as the console of Twilio shows it")
    return text
