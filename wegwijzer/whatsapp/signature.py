"""Whether it is Meta that speaks: the signature on what it sends, and the secret word when it asks who we are."""

from __future__ import annotations

import hashlib
import hmac
import re
from collections.abc import Mapping

SIGNATURE = "X-Hub-Signature-256"

_PREFIX = "sha256="
_CHALLENGE = re.compile(r"[A-Za-z0-9._~-]{1,256}")
"""What may come back to who asks: nothing that a browser could take for a page."""


def is_signed(secret: str, body: bytes, signature: str | None) -> bool:
    """Whether a body was signed with the secret of the app: HMAC-SHA256 (RFC 2104) over its bytes, compared in constant time.

    Args:
        signature: the header, ``sha256=`` and the digest in hexadecimal.
    """
    given = signature or ""
    if not given.startswith(_PREFIX) or not given.isascii():
        return False
    return hmac.compare_digest(given.removeprefix(_PREFIX).lower(), sign(secret, body).removeprefix(_PREFIX))


def sign(secret: str, body: bytes) -> str:
    """The header for a body."""
    return _PREFIX + hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()


def challenge_of(query: Mapping[str, str | None], verify_token: str) -> str | None:
    """What Meta wants to hear back when it verifies the address; ``None`` when it is not Meta, or not well asked.

    Args:
        query: ``hub.mode``, ``hub.verify_token`` and ``hub.challenge``.
        verify_token: what was typed in Meta's form.
    """
    given, challenge = query.get("hub.verify_token") or "", query.get("hub.challenge") or ""
    same = hmac.compare_digest(given.encode("utf-8", "replace"), verify_token.encode())
    return challenge if same and query.get("hub.mode") == "subscribe" and _CHALLENGE.fullmatch(challenge) else None
