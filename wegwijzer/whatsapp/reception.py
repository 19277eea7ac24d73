"""What is answered to Meta, on whatever server it knocks: whether it is known, and that a message was taken."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import dataclass, field

from wegwijzer.whatsapp.config import CloudSettings
from wegwijzer.whatsapp.incoming import Unreadable, Webhook, read_webhook
from wegwijzer.whatsapp.intake import Intake
from wegwijzer.whatsapp.signature import challenge_of, is_signed
from wegwijzer.whatsapp.store import StoreUnavailable

log = logging.getLogger(__name__)

LARGEST_BODY = 3 * 1024 * 1024
"""Bytes of one webhook, as Meta documents."""

RETRY_AFTER = 5
"""Seconds after which it is worth delivering again."""


@dataclass(frozen=True)
class Answer:
    """To one request.

    Attributes:
        status: of HTTP.
        text: the whole body, plain.
        headers: beside the usual ones.
    """

    status: int = 200
    text: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)


class Reception:
    """Knows Meta by its word and its signature, and says what was taken.

    Args:
        cloud: the settings of Meta.
        intake: writes down what came in.
    """

    def __init__(self, cloud: CloudSettings, intake: Intake) -> None:
        self._cloud, self._intake = cloud, intake

    def verify(self, query: Mapping[str, str | None]) -> Answer:
        """Answer Meta's verification of the address.

        Args:
            query: of the request.
        """
        challenge = challenge_of(query, self._cloud.verify_token)
        if challenge is None:
            log.warning("whatsapp: a verification was refused")
            return Answer(403)
        return Answer(text=challenge)

    async def receive(self, body: bytes | None, signature: str | None) -> Answer:
        """Take a webhook: with 200 what is in it is on disk.

        Args:
            body: the raw bytes; ``None`` for more than :data:`LARGEST_BODY` of them.
            signature: as the header says it.
        """
        if body is None:
            log.warning("whatsapp: a body was refused: too large")
            return Answer(413)
        if not is_signed(self._cloud.app_secret, body, signature):
            log.warning("whatsapp: a body was refused: the signature is wrong")
            return Answer(401)
        try:
            webhook = read_webhook(body, self._cloud.phone_id)
        except Unreadable as error:
            # Signed, so from Meta, which would deliver it for days: it is not going to be readable.
            log.error("whatsapp: a signed body cannot be read: %s", error)
            return Answer()
        if webhook.strange:
            log.warning("whatsapp: %s pieces of a body are not for us or not understood", webhook.strange)
        return await keep(self._intake, webhook)


async def keep(intake: Intake, webhook: Webhook) -> Answer:
    """Write down what came in; without that it is left with who brings it, and the answer says so."""
    try:
        if webhook.messages or webhook.deliveries:
            await intake.put(webhook)
    except StoreUnavailable as error:
        log.error("whatsapp: a message is left with Meta: %s", error)
    except Exception as error:
        # Only the kind of error: its text may hold what somebody wrote.
        log.error("whatsapp: a message is left with Meta: %s", type(error).__name__, exc_info=log.isEnabledFor(logging.DEBUG))
    else:
        return Answer()
    return Answer(503, headers={"Retry-After": str(RETRY_AFTER)})
