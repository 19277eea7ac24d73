"""Every setting in one place, read from the environment. ``docs/operators.md`` lists them; a test keeps that true."""

from __future__ import annotations

import logging
import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from wegwijzer.guarding.security_txt import read_contacts
from wegwijzer.guarding.strength import check_strong
from wegwijzer.guarding.traces import FORMS, TEXT
from wegwijzer.handover.config import HandoverSettings
from wegwijzer.paths import MODELS, VAR
from wegwijzer.shared_services import database_of, plain_url, redis_url, shared_database
from wegwijzer.staff.config import ConsoleSettings
from wegwijzer.watching.parts import PARTS
from wegwijzer.web.cookie import FEWEST_CHARACTERS, SHORTEST_SECRET
from wegwijzer.web.origins import read_origins
from wegwijzer.whatsapp.config import WhatsAppSettings

SHORTEST_TOKEN, FEWEST_IN_TOKEN = 16, 8
"""Characters of a given token, and how many of them must be different."""

MOST_PROXIES = 9
LOOPBACK = ("127.0.0.1", "::1", "localhost")
LAST_PORT = 65_535
KEY_LENGTH = 43
"""Characters of a key of 32 bytes."""


@dataclass(frozen=True)
class Settings:
    """What can be set.

    Attributes:
        host: address both servers bind to (``WEGWIJZER_HOST``).
        rasa_port: port of the Rasa server (``RASA_PORT``).
        action_port: port of the action server (``ACTION_PORT``).
        token: guards Rasa's HTTP API (``RASA_TOKEN``); made at first start when not given.
        action_secret: what Rasa shows to the action server (``ACTION_SECRET``); made at first start when not given.
        proxies: how many proxies stand in front of the Rasa server, for the address of who asks (``PROXIES_COUNT``).
        security_contacts: whom to tell of a weak spot, for ``security.txt`` (``SECURITY_CONTACT``).
        database: URL of the PostgreSQL database that machines share (``DATABASE_URL``); empty when every part has a file.
        redis: where Redis is (``REDIS_URL``); empty when there is none.
        tracker_db: path of the embedded conversation database (``WEGWIJZER_TRACKER_DB``).
        tracker_database: URL of the conversation database: that file, or the shared one.
        catalogue_database: URL of the copy of the catalogue (``CATALOGUE_DATABASE_URL``).
        aftercare_database: URL of the database with who may be asked later whether it worked (``AFTERCARE_DATABASE_URL``).
        insight_database: URL of the database with counts and with what may be learned from (``INSIGHT_DATABASE_URL``).
        action_url: where the action servers are, when not on this machine (``ACTION_URL``).
        rasa_url: where the Rasa servers are, when not on this machine (``RASA_URL``).
        web_secret: signs the sessions of the web chat (``WEB_SECRET``); made at first start when not given.
        web_database: URL of the database of the web chat (``WEB_DATABASE_URL``).
        web_origins: pages of other hosts that may embed the web chat (``WEB_ORIGINS``).
        learning_days: a message that may be learned from is kept so many days (``LEARNING_DAYS``).
        model: the trained model (``WEGWIJZER_MODEL``).
        encoder: the sentence encoder, by name or folder (``WEGWIJZER_ENCODER``); another one asks for training again.
        spacy_model: the Dutch spaCy model, by package name or folder (``SPACY_NL``); without it tables are used.
        retention_hours: a conversation is deleted this long after its last message (``RETENTION_HOURS``).
        log_days: a line of a log is deleted after so many days (``LOG_DAYS``).
        verified_within_months: a record that no source confirmed within so many months is stale (``VERIFIED_WITHIN_MONTHS``).
        handover: everything about a human who takes over, see ``wegwijzer.handover.config``.
        console: the console of colleagues, see ``wegwijzer.staff.config``.
        whatsapp: the channel of WhatsApp, see ``wegwijzer.whatsapp.config``.
        log_level: of our own loggers (``LOG_LEVEL``); what people say is never logged at any level.
        log_format: lines for people or for programs (``LOG_FORMAT``), see :data:`wegwijzer.guarding.traces.FORMS`.
        metrics_port: the first of the ports with figures, one per process (``METRICS_PORT``); 0: there are none.
        metrics_token: who asks for figures shows this (``METRICS_TOKEN``); may be empty on loopback.
    """

    host: str
    rasa_port: int
    action_port: int
    token: str = field(repr=False)
    action_secret: str = field(repr=False)
    proxies: int
    security_contacts: tuple[str, ...]
    database: str = field(repr=False)
    redis: str = field(repr=False)
    tracker_db: Path
    tracker_database: str = field(repr=False)
    catalogue_database: str = field(repr=False)
    aftercare_database: str = field(repr=False)
    insight_database: str = field(repr=False)
    action_url: str
    rasa_url: str
    web_secret: str = field(repr=False)
    web_database: str = field(repr=False)
    web_origins: tuple[str, ...]
    learning_days: int
    model: Path
    encoder: str
    spacy_model: str
    retention_hours: int
    log_days: int
    verified_within_months: int
    handover: HandoverSettings
    console: ConsoleSettings
    whatsapp: WhatsAppSettings
    log_level: str
    log_format: str
    metrics_port: int
    metrics_token: str = field(repr=False)

    @classmethod
    def from_environment(cls, environment: Mapping[str, str] = os.environ) -> Settings:
        """Read the settings. Raises ``ValueError`` with one plain sentence when one is wrong."""
        handover = HandoverSettings.from_environment(environment, VAR, lambda: _kept_secret("handover_key", KEY_LENGTH), _number)
        host = environment.get("WEGWIJZER_HOST") or "127.0.0.1"
        rasa_port = _number(environment, "RASA_PORT", 5005, LAST_PORT)
        action_port = _number(environment, "ACTION_PORT", 5055, LAST_PORT)
        tracker_db = Path(environment.get("WEGWIJZER_TRACKER_DB") or VAR / "tracker.db")
        shared = "" if environment.get("WEGWIJZER_TRACKER_DB") else shared_database(environment)
        return cls(
            host=host,
            rasa_port=rasa_port,
            action_port=action_port,
            token=_secret(environment, "RASA_TOKEN", SHORTEST_TOKEN, FEWEST_IN_TOKEN),
            action_secret=_secret(environment, "ACTION_SECRET", SHORTEST_SECRET, FEWEST_CHARACTERS),
            proxies=_proxies(environment),
            security_contacts=read_contacts(environment.get("SECURITY_CONTACT", "")),
            database=shared_database(environment),
            redis=redis_url(environment),
            tracker_db=tracker_db,
            tracker_database=shared or f"sqlite:///{tracker_db}",
            catalogue_database=database_of("CATALOGUE_DATABASE_URL", environment, f"sqlite:///{VAR / 'catalogue.db'}"),
            aftercare_database=database_of("AFTERCARE_DATABASE_URL", environment, f"sqlite:///{VAR / 'aftercare.db'}"),
            insight_database=database_of("INSIGHT_DATABASE_URL", environment, f"sqlite:///{VAR / 'insight.db'}"),
            action_url=_address("ACTION_URL", environment) or f"http://{host}:{action_port}",
            rasa_url=_address("RASA_URL", environment) or f"http://{host}:{rasa_port}",
            web_secret=_secret(environment, "WEB_SECRET", SHORTEST_SECRET, FEWEST_CHARACTERS),
            web_database=database_of("WEB_DATABASE_URL", environment, f"sqlite:///{VAR / 'web.db'}"),
            web_origins=read_origins(environment.get("WEB_ORIGINS", "")),
            learning_days=_number(environment, "LEARNING_DAYS", 180),
            model=Path(environment.get("WEGWIJZER_MODEL") or MODELS),
            encoder=environment.get("WEGWIJZER_ENCODER") or "auto",
            spacy_model=environment.get("SPACY_NL") or "nl_core_news_sm",
            retention_hours=_number(environment, "RETENTION_HOURS", 24),
            log_days=_number(environment, "LOG_DAYS", 14),
            verified_within_months=_number(environment, "VERIFIED_WITHIN_MONTHS", 12),
            handover=handover,
            console=ConsoleSettings.from_environment(environment, _number, handover.console_url),
            whatsapp=WhatsAppSettings.from_environment(
                environment, VAR, lambda: _kept_secret("whatsapp_hash_key", SHORTEST_SECRET)
            ),
            log_level=_log_level(environment),
            log_format=_log_format(environment),
            metrics_port=_number(environment, "METRICS_PORT", 0, LAST_PORT - len(PARTS)),
            metrics_token=_metrics_token(environment),
        )

    def as_environment(self) -> dict[str, str]:
        """The variables that child processes and ``endpoints.yml`` read."""
        return {
            "WEGWIJZER_HOST": self.host,
            "RASA_PORT": str(self.rasa_port),
            "ACTION_PORT": str(self.action_port),
            "RASA_TOKEN": self.token,
            "ACTION_SECRET": self.action_secret,
            "PROXIES_COUNT": str(self.proxies),
            "SECURITY_CONTACT": ",".join(self.security_contacts),
            "DATABASE_URL": self.database,
            "REDIS_URL": self.redis,
            "WEGWIJZER_TRACKER_DB": str(self.tracker_db) if self.tracker_database.startswith("sqlite:") else "",
            "TRACKER_DATABASE_URL": self.tracker_database,
            "CATALOGUE_DATABASE_URL": self.catalogue_database,
            "AFTERCARE_DATABASE_URL": self.aftercare_database,
            "INSIGHT_DATABASE_URL": self.insight_database,
            "ACTION_URL": self.action_url if self.action_url != f"http://{self.host}:{self.action_port}" else "",
            "RASA_URL": self.rasa_url if self.rasa_url != f"http://{self.host}:{self.rasa_port}" else "",
            "WEB_SECRET": self.web_secret,
            "WEB_DATABASE_URL": self.web_database,
            "WEB_ORIGINS": ",".join(self.web_origins),
            "LEARNING_DAYS": str(self.learning_days),
            "WEGWIJZER_MODEL": str(self.model),
            "WEGWIJZER_ENCODER": self.encoder,
            "SPACY_NL": self.spacy_model,
            "RETENTION_HOURS": str(self.retention_hours),
            "LOG_DAYS": str(self.log_days),
            "LOG_FORMAT": self.log_format,
            "METRICS_PORT": str(self.metrics_port or ""),
            "METRICS_TOKEN": self.metrics_token,
            "VERIFIED_WITHIN_MONTHS": str(self.verified_within_months),
            **self.handover.as_environment(),
            **self.whatsapp.as_environment(),
            "CONSOLE_PORT": str(self.console.port),
            "LOG_LEVEL": self.log_level,
            "ACTION_ENDPOINT_URL": f"{self.action_url}/webhook",
            "RASA_TELEMETRY_ENABLED": "false",
            "SQLALCHEMY_SILENCE_UBER_WARNING": "1",
            "TF_CPP_MIN_LOG_LEVEL": "3",
            "PYTHONWARNINGS": "ignore",
        }


def _number(environment: Mapping[str, str], name: str, default: int, highest: int | None = None) -> int:
    value = environment.get(name, "")
    if not value:
        return default
    if not (value.isascii() and value.isdigit()) or int(value) == 0:
        raise ValueError(f"{name} is {value!r}, but must be a whole number above 0")
    if highest is not None and int(value) > highest:
        raise ValueError(f"{name} is {value!r}, but must be at most {highest}")
    return int(value)


def _log_level(environment: Mapping[str, str]) -> str:
    value = (environment.get("LOG_LEVEL") or "INFO").upper()
    levels = logging.getLevelNamesMapping()
    if value not in levels:
        raise ValueError(f"LOG_LEVEL is {value!r}, but must be one of {', '.join(levels)}")
    return value


def _log_format(environment: Mapping[str, str]) -> str:
    value = (environment.get("LOG_FORMAT") or TEXT).lower()
    if value not in FORMS:
        raise ValueError(f"LOG_FORMAT is {value!r}, but must be one of {', '.join(FORMS)}")
    return value


def _metrics_token(environment: Mapping[str, str]) -> str:
    """May be left out where only this machine can ask."""
    given = environment.get("METRICS_TOKEN", "").strip()
    if given:
        check_strong("METRICS_TOKEN", given, SHORTEST_TOKEN, FEWEST_IN_TOKEN, made=False)
    elif environment.get("METRICS_PORT") and (environment.get("WEGWIJZER_HOST") or LOOPBACK[0]) not in LOOPBACK:
        raise ValueError("METRICS_TOKEN is needed with METRICS_PORT when WEGWIJZER_HOST is open to the network")
    return given


def _proxies(environment: Mapping[str, str]) -> int:
    """None unless it is said: who can reach us without the proxy would make up an address otherwise."""
    given = environment.get("PROXIES_COUNT", "").strip()
    return 0 if given in ("", "0") else _number(environment, "PROXIES_COUNT", 1, MOST_PROXIES)


def _address(name: str, environment: Mapping[str, str]) -> str:
    """Of other servers of ours: ``http`` is fine, for it is for a network that nobody else is on."""
    given = plain_url(name, environment).rstrip("/")
    if given and not (urlsplit(given).scheme in ("http", "https") and urlsplit(given).hostname):
        raise ValueError(f"{name} must be an address such as http://10.0.0.5:5055")
    return given


def _secret(environment: Mapping[str, str], name: str, shortest: int, different: int) -> str:
    """The given secret when it is strong; otherwise one of our own, made once."""
    given = plain_url(name, environment)
    if given:
        check_strong(name, given, shortest, different)
    return given or _kept_secret(name.lower(), shortest)


def _kept_secret(name: str, shortest: int) -> str:
    """A secret made once and kept in ``var/``, readable by the owner only."""
    path = VAR / name
    if path.exists():
        path.chmod(0o600)  # also one that a copy or a backup opened to others
    if path.exists() and len(known := path.read_text(encoding="utf-8").strip()) >= shortest:
        return known
    path.parent.mkdir(parents=True, exist_ok=True)
    secret = secrets.token_urlsafe(32)
    path.touch(mode=0o600)
    path.chmod(0o600)
    path.write_text(secret, encoding="utf-8")
    return secret
