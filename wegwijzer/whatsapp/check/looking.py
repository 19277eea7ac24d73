"""All of it, in the order in which one sets it up."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

import httpx

from wegwijzer.whatsapp.check import given, kept, webhook
from wegwijzer.whatsapp.check.cloud import Cloud
from wegwijzer.whatsapp.check.findings import Finding, good, is_wrong
from wegwijzer.whatsapp.check.twilio import TwilioAccount
from wegwijzer.whatsapp.config import NEEDED as CLOUD_NEEDED
from wegwijzer.whatsapp.config import WhatsAppSettings
from wegwijzer.whatsapp.twilio.config import NEEDED as TWILIO_NEEDED

ACCOUNT = "WHATSAPP_BUSINESS_ID"
"""The setting with Meta's id of the WhatsApp account; only this check reads it."""

ADDRESS = "WHATSAPP_WEBHOOK_URL"
"""The setting with the address from outside; only this check reads it: Meta does not sign it."""


class Check:
    """What is set here, and whether it works.

    Args:
        environment: the settings.
        var: folder of the default databases.
        hash_key, keys: as the product uses them, also when they are made by itself.
        client: to ask others with; ``None``: nobody is asked.
    """

    def __init__(self, environment: Mapping[str, str], var: Path, hash_key: str, keys: str, client: httpx.Client | None) -> None:
        self._environment, self._var, self._hash_key, self._keys, self._client = environment, var, hash_key, keys, client

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
            yield from Cloud(settings.cloud, self._id(), self._client).findings()
            yield from webhook.cloud_findings(settings.cloud, self._environment.get(ADDRESS, "").strip(), self._client)

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

    def _id(self) -> str:
        """The account, when it can be a part of an address."""
        account = self._environment.get(ACCOUNT, "").strip()
        return account if account.isascii() and account.isdigit() else ""
