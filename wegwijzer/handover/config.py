"""The settings of the hand-over, read from the environment, and the desks made of them."""

from __future__ import annotations

import re
from base64 import urlsafe_b64decode
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from wegwijzer.guarding.addresses import LOCAL, check_address
from wegwijzer.guarding.strength import WeakSecret, check_no_example, check_strong
from wegwijzer.handover.limits import Limits
from wegwijzer.handover.phone_vault import read_keys
from wegwijzer.handover.targets.chatwoot import ChatwootTarget
from wegwijzer.handover.targets.contract import Target
from wegwijzer.handover.targets.email import EmailTarget, Security
from wegwijzer.handover.targets.webhook import FEWEST_CHARACTERS, SHORTEST_SECRET, WebhookTarget
from wegwijzer.matching.opening_hours import OpeningHours
from wegwijzer.shared_services import database_of

CONSOLE = "console"
"""The target that needs nothing: colleagues see the queue there."""

FEWEST_BYTES = 16
"""Different bytes among the 32 of a key: fewer come about by hand, hardly ever by chance."""

TARGETS = (CONSOLE, "email", "webhook", "chatwoot")

Number = Callable[[Mapping[str, str], str, int, int | None], int]
"""Reads a whole number above 0: environment, name, default, highest."""

_ADDRESS = re.compile(r"[^@\s,<>]+@[^@\s,<>]+\.[^@\s,<>]+")


@dataclass(frozen=True)
class HandoverSettings:
    """What can be set.

    Attributes:
        database: URL of the database (``HANDOVER_DATABASE_URL``).
        key: encrypts telephone numbers (``HANDOVER_KEY``); made at first start when not given.
        desk_hours: hours instead of those of ``catalogue/balie.yml`` (``DESK_HOURS``).
        limits: how long a resident waits (``HANDOVER_NOBODY_MINUTES`` and so on).
        audit_days: how long it is kept who did what (``HANDOVER_AUDIT_DAYS``).
        console_url: where colleagues find the console, for links (``CONSOLE_URL``).
        targets: the desks outside the console, by name (``HANDOVER_TARGETS``).
    """

    database: str = field(repr=False)
    key: str = field(repr=False)
    desk_hours: str = ""
    limits: Limits = field(default_factory=Limits)
    audit_days: int = 365
    console_url: str = ""
    targets: Mapping[str, Target] = field(default_factory=dict)

    @classmethod
    def from_environment(
        cls, environment: Mapping[str, str], var: Path, own_key: Callable[[], str], number: Number
    ) -> HandoverSettings:
        """Read the settings.

        Args:
            var: folder of the default database.
            own_key: gives the key that is used when none is set.

        Raises:
            ValueError: with one plain sentence when one is wrong.
        """
        usual = Limits()
        limits = Limits(
            nobody_minutes=_minutes(environment, "HANDOVER_NOBODY_MINUTES", usual.nobody_minutes),
            silent_minutes=_minutes(environment, "HANDOVER_SILENT_MINUTES", usual.silent_minutes),
            crisis_minutes=_minutes(environment, "HANDOVER_CRISIS_MINUTES", usual.crisis_minutes),
            phone_days=number(environment, "HANDOVER_PHONE_DAYS", usual.phone_days, None),
        )
        return cls(
            database=database_of("HANDOVER_DATABASE_URL", environment, f"sqlite:///{var / 'handover.db'}"),
            key=_key(environment, own_key),
            desk_hours=_hours(environment),
            limits=limits,
            audit_days=number(environment, "HANDOVER_AUDIT_DAYS", 365, None),
            console_url=_url(environment, "CONSOLE_URL", needed=False),
            targets=_targets(environment, number),
        )

    def as_environment(self) -> dict[str, str]:
        """What child processes need and the environment may not hold yet."""
        return {
            "HANDOVER_DATABASE_URL": self.database,
            "HANDOVER_KEY": self.key,
            "DESK_HOURS": self.desk_hours,
            "HANDOVER_NOBODY_MINUTES": f"{self.limits.nobody_minutes:.10g}",
            "HANDOVER_SILENT_MINUTES": f"{self.limits.silent_minutes:.10g}",
            "HANDOVER_CRISIS_MINUTES": f"{self.limits.crisis_minutes:.10g}",
            "HANDOVER_PHONE_DAYS": str(self.limits.phone_days),
            "HANDOVER_AUDIT_DAYS": str(self.audit_days),
            "CONSOLE_URL": self.console_url,
        }


def _key(environment: Mapping[str, str], own_key: Callable[[], str]) -> str:
    key = environment.get("HANDOVER_KEY", "").strip() or own_key()
    for one in read_keys(key):
        if len(set(urlsafe_b64decode(one))) < FEWEST_BYTES:
            raise WeakSecret("HANDOVER_KEY is too regular to be a key; leave it out to have one made, or make one at random")
    return key


def _hours(environment: Mapping[str, str]) -> str:
    hours = environment.get("DESK_HOURS", "").strip()
    if hours:
        try:
            OpeningHours.parse(hours)
        except ValueError as error:
            raise ValueError(f"DESK_HOURS: {error}") from None
    return hours


_MINUTES = re.compile(r"[0-9]{1,6}(?:\.[0-9]{1,6})?")


def _minutes(environment: Mapping[str, str], name: str, default: float) -> float:
    """A time of waiting; a part of a minute is possible, such as ``0.5``."""
    value = environment.get(name, "").strip()
    if not value:
        return default
    if not _MINUTES.fullmatch(value) or float(value) == 0:
        raise ValueError(f"{name} is {value!r}, but must be a number of minutes above 0, such as 5 or 0.5")
    return float(value)


def _targets(environment: Mapping[str, str], number: Number) -> dict[str, Target]:
    asked = [name.strip().lower() for name in environment.get("HANDOVER_TARGETS", "").split(",") if name.strip()]
    for name in asked:
        if name not in TARGETS:
            raise ValueError(f"HANDOVER_TARGETS has {name!r}, but must be some of {', '.join(TARGETS)}")
    makers: dict[str, Callable[[], Target]] = {
        "email": lambda: _email(environment, number),
        "webhook": lambda: _webhook(environment),
        "chatwoot": lambda: _chatwoot(environment, number),
    }
    return {name: makers[name]() for name in dict.fromkeys(asked) if name != CONSOLE}


def _email(environment: Mapping[str, str], number: Number) -> EmailTarget:
    to = tuple(one.strip() for one in environment.get("HANDOVER_EMAIL_TO", "").split(",") if one.strip())
    sender = environment.get("HANDOVER_EMAIL_FROM", "").strip()
    for name, addresses in (("HANDOVER_EMAIL_TO", to), ("HANDOVER_EMAIL_FROM", (sender,))):
        if not addresses or not all(_ADDRESS.fullmatch(one) for one in addresses):
            raise ValueError(f"{name} must be an e-mail address, because HANDOVER_TARGETS has email")
    host = _needed(environment, "SMTP_HOST", "email")
    security = (environment.get("SMTP_SECURITY") or Security.STARTTLS).lower()
    if security not in set(Security):
        raise ValueError(f"SMTP_SECURITY is {security!r}, but must be one of {', '.join(Security)}")
    if security == Security.NONE and host not in LOCAL:
        raise ValueError("SMTP_SECURITY is 'none', which is only possible with a mail server on this machine")
    usual_port = 465 if security == Security.TLS else 587
    return EmailTarget(
        to=to,
        sender=sender,
        host=host,
        port=number(environment, "SMTP_PORT", usual_port, 65_535),
        security=Security(security),
        user=environment.get("SMTP_USER", "").strip(),
        password=environment.get("SMTP_PASSWORD", ""),
    )


def _webhook(environment: Mapping[str, str]) -> WebhookTarget:
    secret = _needed(environment, "HANDOVER_WEBHOOK_SECRET", "webhook")
    check_strong("HANDOVER_WEBHOOK_SECRET", secret, SHORTEST_SECRET, FEWEST_CHARACTERS, made=False)
    return WebhookTarget(_url(environment, "HANDOVER_WEBHOOK_URL"), secret)


def _chatwoot(environment: Mapping[str, str], number: Number) -> ChatwootTarget:
    for name in ("CHATWOOT_ACCOUNT", "CHATWOOT_INBOX"):
        _needed(environment, name, "chatwoot")
    check_no_example("CHATWOOT_TOKEN", environment.get("CHATWOOT_TOKEN", "").strip())
    return ChatwootTarget(
        url=_url(environment, "CHATWOOT_URL"),
        account=number(environment, "CHATWOOT_ACCOUNT", 1, None),
        inbox=number(environment, "CHATWOOT_INBOX", 1, None),
        token=_needed(environment, "CHATWOOT_TOKEN", "chatwoot"),
    )


def _needed(environment: Mapping[str, str], name: str, target: str) -> str:
    value = environment.get(name, "").strip()
    if not value:
        raise ValueError(f"{name} is empty, but is needed because HANDOVER_TARGETS has {target}")
    return value


def _url(environment: Mapping[str, str], name: str, needed: bool = True) -> str:
    value = environment.get(name, "").strip()
    if not value and not needed:
        return ""
    return check_address(name, value)
