"""The settings of WhatsApp, read from the environment. Without them there is no WhatsApp; with half of them nothing starts."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from wegwijzer.guarding.addresses import check_address
from wegwijzer.guarding.strength import check_no_example, check_strong
from wegwijzer.shared_services import database_of
from wegwijzer.whatsapp.people import SHORTEST_KEY
from wegwijzer.whatsapp.twilio.config import TwilioSettings

GRAPH_URL = "https://graph.facebook.com/v24.0"
"""Where Meta's Graph API is, with the version that this was written for."""

SHORTEST_VERIFY_TOKEN, FEWEST_IN_TOKEN = 16, 8
"""Characters of the word that Meta says when it verifies the address, and how many of them must be different."""

FEWEST_IN_KEY = 10
"""Different characters of the key that makes names."""

NEEDED = ("WHATSAPP_PHONE_ID", "WHATSAPP_TOKEN", "WHATSAPP_APP_SECRET", "WHATSAPP_VERIFY_TOKEN")
"""All of these, or none."""

TEMPLATES = ("WHATSAPP_TEMPLATE_LATE_REPLY", "WHATSAPP_TEMPLATE_AFTERCARE")
"""What may be sent after a day: that a colleague answered, and the question whether it worked. Each may be empty."""

LAST_PORT = 65_535

TWILIO_SCHEMA = "twilio"
"""Both ways to WhatsApp have the same tables, and one shared database."""

_DIGITS = re.compile(r"[0-9]{5,32}")
_APP_SECRET = re.compile(r"[0-9a-f]{32}")
_TEMPLATE = re.compile(r"[a-z0-9_]{1,512}")
_LANGUAGE = re.compile(r"[a-z]{2,3}(?:_[A-Z]{2})?")


@dataclass(frozen=True)
class CloudSettings:
    """Meta's Cloud API.

    Attributes:
        phone_id: our number, as Meta identifies it (``WHATSAPP_PHONE_ID``).
        token: lets us send (``WHATSAPP_TOKEN``).
        app_secret: signs what Meta sends (``WHATSAPP_APP_SECRET``).
        verify_token: what Meta says when it verifies the address (``WHATSAPP_VERIFY_TOKEN``).
        graph_url: where the Graph API is (``WHATSAPP_GRAPH_URL``).
        template: the approved template that says that a colleague answered (``WHATSAPP_TEMPLATE_LATE_REPLY``).
        aftercare: the approved template that asks whether it worked (``WHATSAPP_TEMPLATE_AFTERCARE``).
        template_language: their language (``WHATSAPP_TEMPLATE_LANGUAGE``).
        host: address that the door for Meta binds to (``WEGWIJZER_HOST``).
        port: of that door (``WHATSAPP_PORT``).
    """

    phone_id: str
    token: str = field(repr=False)
    app_secret: str = field(repr=False)
    verify_token: str = field(repr=False)
    graph_url: str = GRAPH_URL
    template: str = ""
    aftercare: str = ""
    template_language: str = "nl"
    host: str = "127.0.0.1"
    port: int = 5006

    def as_environment(self) -> dict[str, str]:
        """The variables that say the same."""
        return {
            "WHATSAPP_PHONE_ID": self.phone_id,
            "WHATSAPP_TOKEN": self.token,
            "WHATSAPP_APP_SECRET": self.app_secret,
            "WHATSAPP_VERIFY_TOKEN": self.verify_token,
            "WHATSAPP_GRAPH_URL": self.graph_url,
            "WHATSAPP_TEMPLATE_LATE_REPLY": self.template,
            "WHATSAPP_TEMPLATE_AFTERCARE": self.aftercare,
            "WHATSAPP_TEMPLATE_LANGUAGE": self.template_language,
            "WHATSAPP_PORT": str(self.port),
        }


@dataclass(frozen=True)
class WhatsAppSettings:
    """What can be set.

    Attributes:
        database: URL of the database (``WHATSAPP_DATABASE_URL``).
        hash_key: makes the names of people (``WHATSAPP_HASH_KEY``); made at first start when not given.
        cloud: Meta's Cloud API; ``None`` when it is not used.
        twilio: the same through Twilio; ``None`` when it is not used.
        twilio_database: URL of the database for that (``TWILIO_DATABASE_URL``).
    """

    database: str = field(repr=False)
    hash_key: str = field(repr=False)
    cloud: CloudSettings | None = None
    twilio: TwilioSettings | None = None
    twilio_database: str = field(default="", repr=False)

    @classmethod
    def from_environment(cls, environment: Mapping[str, str], var: Path, own_key: Callable[[], str]) -> WhatsAppSettings:
        """Read the settings.

        Args:
            var: folder of the default database.
            own_key: gives the key that is used when none is set.

        Raises:
            ValueError: with one plain sentence when one is wrong, or when some of :data:`NEEDED` are there and others not.
        """
        return cls(
            database=database_of("WHATSAPP_DATABASE_URL", environment, f"sqlite:///{var / 'whatsapp.db'}"),
            hash_key=_hash_key(environment, own_key),
            cloud=_cloud(environment),
            twilio=TwilioSettings.from_environment(environment),
            twilio_database=database_of("TWILIO_DATABASE_URL", environment, f"sqlite:///{var / 'twilio.db'}", TWILIO_SCHEMA),
        )

    def through_twilio(self) -> WhatsAppSettings:
        """What the part that keeps needs for Twilio: a database of its own, and for everybody another name than at Meta.

        Who writes to both numbers has two conversations: one answer must not come along the other way.
        """
        return WhatsAppSettings(self.twilio_database, f"twilio:{self.hash_key}")

    def as_environment(self) -> dict[str, str]:
        """What child processes need and the environment may not hold yet."""
        cloud = self.cloud
        return {
            "WHATSAPP_DATABASE_URL": self.database,
            "WHATSAPP_HASH_KEY": self.hash_key,
            "TWILIO_DATABASE_URL": self.twilio_database,
            **({} if cloud is None else cloud.as_environment()),
        }


def _hash_key(environment: Mapping[str, str], own_key: Callable[[], str]) -> str:
    given = environment.get("WHATSAPP_HASH_KEY", "").strip()
    if given:
        check_strong("WHATSAPP_HASH_KEY", given, SHORTEST_KEY, FEWEST_IN_KEY)
    return given or own_key()


def _cloud(environment: Mapping[str, str]) -> CloudSettings | None:
    given = {name: environment.get(name, "").strip() for name in NEEDED}
    graph_url = environment.get("WHATSAPP_GRAPH_URL", "").strip().rstrip("/")
    port = environment.get("WHATSAPP_PORT", "").strip()
    template, aftercare = (environment.get(name, "").strip() for name in TEMPLATES)
    language = environment.get("WHATSAPP_TEMPLATE_LANGUAGE", "").strip()
    there = next((name for name, value in given.items() if value), None)
    if there is None:
        return None
    for name, value in given.items():
        if not value:
            raise ValueError(f"{name} is empty, but is needed because {there} is set")
    _check(given)
    for name, value in zip(TEMPLATES, (template, aftercare), strict=True):
        if value and not _TEMPLATE.fullmatch(value):
            raise ValueError(f"{name} must be the name of a template: small letters, digits and _")
    if language and not _LANGUAGE.fullmatch(language):
        raise ValueError("WHATSAPP_TEMPLATE_LANGUAGE must be the code of a language, such as nl")
    phone_id, token, app_secret, verify_token = (given[name] for name in NEEDED)
    return CloudSettings(
        phone_id,
        token,
        app_secret,
        verify_token,
        check_address("WHATSAPP_GRAPH_URL", graph_url) if graph_url else GRAPH_URL,
        template,
        aftercare,
        language or CloudSettings.template_language,
        environment.get("WEGWIJZER_HOST") or CloudSettings.host,
        _port(port),
    )


def _check(given: Mapping[str, str]) -> None:
    """Refuse what cannot be right. No message repeats a secret."""
    if not _DIGITS.fullmatch(given["WHATSAPP_PHONE_ID"]):
        raise ValueError("WHATSAPP_PHONE_ID must be the number that Meta gives the telephone number: digits only")
    if not given["WHATSAPP_TOKEN"].isascii() or len(given["WHATSAPP_TOKEN"].split()) != 1:
        raise ValueError("WHATSAPP_TOKEN must be one token, without spaces")
    if not _APP_SECRET.fullmatch(given["WHATSAPP_APP_SECRET"]):
        raise ValueError("WHATSAPP_APP_SECRET must be the app secret of Meta: 32 characters 0 to 9 and a to f")
    check_strong("WHATSAPP_VERIFY_TOKEN", given["WHATSAPP_VERIFY_TOKEN"], SHORTEST_VERIFY_TOKEN, FEWEST_IN_TOKEN, made=False)
    # What Meta gave out is random; only what was never filled in can be seen.
    for name in ("WHATSAPP_TOKEN", "WHATSAPP_APP_SECRET"):
        check_no_example(name, given[name])


def _port(value: str) -> int:
    if not value:
        return CloudSettings.port
    if not (value.isascii() and value.isdigit() and len(value) <= len(str(LAST_PORT)) and 0 < int(value) <= LAST_PORT):
        raise ValueError(f"WHATSAPP_PORT must be a port: a whole number from 1 to {LAST_PORT}")
    return int(value)
