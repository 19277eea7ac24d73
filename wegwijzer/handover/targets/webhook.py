"""Telling a desk over HTTP, signed, so that it knows that it was us. ``docs/handover.md`` is the contract for who receives it."""

from __future__ import annotations

import hashlib
import hmac
import json
import time
from collections.abc import Callable
from dataclasses import dataclass, field

import httpx

from wegwijzer.handover.targets.contract import DeliveryFailed, Notice, Undeliverable

SIGNATURE = "Wegwijzer-Signature"
TIMESTAMP = "Wegwijzer-Timestamp"
KEY = "Idempotency-Key"

TOLERANCE = 300.0
"""Seconds that a signature is good for."""

SHORTEST_SECRET, FEWEST_CHARACTERS = 32, 10
"""Characters of a secret, and how many of them must be different."""

_TEMPORARY = frozenset({408, 425, 429})


@dataclass(frozen=True)
class WebhookTarget:
    """An address that gets every notice as JSON.

    Attributes:
        url: where.
        secret: what both sides know; it signs.
        timeout: seconds to wait.
        clock: seconds since 1970.
    """

    url: str
    secret: str = field(repr=False)
    timeout: float = 15.0
    clock: Callable[[], float] = time.time

    def deliver(self, notice: Notice) -> None:
        """Post it. Any answer from 200 to 299 means that it arrived."""
        body = json.dumps(notice.as_json(), ensure_ascii=False, separators=(",", ":")).encode()
        self._post(body, notice.key)

    def probe(self) -> None:
        """Post an event ``ping``, with a signature and without a request."""
        self._post(b'{"event":"ping"}', "ping")

    def _post(self, body: bytes, key: str) -> None:
        timestamp = str(int(self.clock()))
        headers = {
            "Content-Type": "application/json", KEY: key, TIMESTAMP: timestamp, SIGNATURE: sign(self.secret, timestamp, body),
        }  # fmt: skip
        try:
            answer = httpx.post(self.url, content=body, headers=headers, timeout=self.timeout, follow_redirects=False)
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            raise DeliveryFailed(f"the webhook cannot be reached: {type(error).__name__}") from None
        check_status(answer.status_code, "the webhook")


def check_status(status: int, who: str) -> None:
    """Raise when an HTTP status says that something did not arrive: :class:`Undeliverable` when it never will."""
    if 200 <= status < 300:
        return
    temporary = status >= 500 or status in _TEMPORARY
    raise (DeliveryFailed if temporary else Undeliverable)(f"{who} answers {status}")


def sign(secret: str, timestamp: str, body: bytes) -> str:
    """The signature: HMAC-SHA256 (RFC 2104) over the timestamp, a full stop and the body."""
    digest = hmac.new(secret.encode(), timestamp.encode() + b"." + body, hashlib.sha256).hexdigest()
    return f"sha256={digest}"


def is_ours(secret: str, timestamp: str, body: bytes, signature: str, now: float) -> bool:
    """What a receiver checks: the signature is right, and not so old that somebody may be repeating it."""
    if not (timestamp.isascii() and timestamp.isdigit()) or abs(now - int(timestamp)) > TOLERANCE:
        return False
    return hmac.compare_digest(sign(secret, timestamp, body), signature)
