"""All of it, in the order in which one sets it up."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import httpx

from wegwijzer.whatsapp.check import given, kept, webhook
from wegwijzer.whatsapp.check.cloud import Cloud
from wegwijzer.whatsapp.check.findings import Finding, good, is_wrong
from wegwijzer.whatsapp.check.twilio import TwilioAccount
from wegwijzer.whatsapp.config import NEEDED as CLOUD_NEEDED
from wegwijzer.whatsapp.config import WhatsAppSettings
from wegwijzer.whatsapp.twilio.config import NEEDED as TWILIO_NEEDED


@dataclass(frozen=True)
class Outside:
    """What only a check has to know; empty: what needs it is not looked at.

    Attributes:
        account: Meta's id of the WhatsApp account.
        address: of the webhook of the Cloud API, from outside. Meta does not sign it, so the product needs it not.
    """

    account: str = ""
    address: str = ""


class Check:
    """What is set here, and whether it works.

    Args:
        environment: the settings.
        var: folder of the default databases.
        hash_key, keys: as the product uses them, also when they are made by itself.
        outside: what is not a setting of the product.
        client: to ask others with; ``None``: nobody is asked.
    """

    def __init__(
        self, environment: Mapping[str, str], var: Path, hash_key: str, keys: str, outside: Outside, client: httpx.Client | None
    ) -> None:
        self._environment, self._var, self._hash_key, self._keys = environment, var, hash_key, keys
        self._outside, self._client = outside, client

    def findings(self) -> Iterator[Finding]:
        """Everything, as it is found."""
        cloud, twilio = (given.is_asked(self._environment, needed) for needed in (CLOUD_NEEDED, TWILIO_NEEDED))
        if not cloud and not twilio:
            yield good("WhatsApp staat uit: er is niets ingesteld. Hoe het aan gaat, staat in docs/whatsapp.md")
            return
        if cloud:
            yield from self._cloud()
        if twilio:
            yield from self._twilio()

    def _cloud(self) -> Iterator[Finding]:
        found = given.judged(self._environment, self._read, CLOUD_NEEDED)
        yield from found
        if is_wrong(found):
            return
        settings = self._alone(CLOUD_NEEDED)
        yield from kept.findings("database", settings.database, settings.hash_key, self._keys)
        if self._client is not None and settings.cloud is not None:
            yield from Cloud(settings.cloud, self._account(), self._client).findings()
            yield from webhook.cloud_findings(settings.cloud, self._outside.address, self._client)

    def _twilio(self) -> Iterator[Finding]:
        found = given.judged(self._environment, self._read, TWILIO_NEEDED)
        yield from found
        if is_wrong(found):
            return
        settings = self._alone(TWILIO_NEEDED)
        keeping = settings.through_twilio()
        yield from kept.findings("database van Twilio", keeping.database, keeping.hash_key, self._keys)
        if self._client is not None and settings.twilio is not None:
            yield from TwilioAccount(settings.twilio, self._client).findings()
            yield from webhook.twilio_findings(settings.twilio, self._client)

    def _read(self, environment: Mapping[str, str]) -> WhatsAppSettings:
        return WhatsAppSettings.from_environment(environment, self._var, lambda: self._hash_key)

    def _alone(self, needed: tuple[str, ...]) -> WhatsAppSettings:
        """The settings of one way, whatever is wrong with the other."""
        others = {*CLOUD_NEEDED, *TWILIO_NEEDED} - set(needed)
        return self._read({name: value for name, value in self._environment.items() if name not in others})

    def _account(self) -> str:
        """The account, when it can be a part of an address."""
        account = self._outside.account
        return account if account.isascii() and account.isdigit() else ""
