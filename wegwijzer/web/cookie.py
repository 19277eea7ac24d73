"""The signed cookie that binds a conversation to one browser. The server makes the id; nobody can guess or make one."""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets

from wegwijzer.guarding.strength import check_strong

COOKIE = "wegwijzer_gesprek"

SHORTEST_SECRET = 32
FEWEST_CHARACTERS = 10
"""How many different characters a secret must have: ``aaaa...`` is long, and no secret."""

_ID_BYTES = 32
_ID = re.compile(r"[A-Za-z0-9_-]{43}")
_PURPOSE = b"wegwijzer web session v1:"


class Signer:
    """Makes session ids and signs them.

    Args:
        secret: what only this server (or all servers together) knows.

    Raises:
        wegwijzer.guarding.strength.WeakSecret: the secret is too easy to guess.
    """

    def __init__(self, secret: str) -> None:
        check_secret(secret)
        self._key = secret.encode()

    def new_session(self) -> str:
        """A session id of 256 random bits."""
        return secrets.token_urlsafe(_ID_BYTES)

    def cookie(self, session: str) -> str:
        """The value of the cookie: the id and its signature (HMAC-SHA256)."""
        return f"{session}.{self._signature(session)}"

    def session(self, cookie: str | None) -> str | None:
        """The id in a cookie of ours; ``None`` for anything else."""
        session, _, signature = (cookie or "").partition(".")
        if not _ID.fullmatch(session) or not signature.isascii():
            return None
        return session if hmac.compare_digest(signature, self._signature(session)) else None

    def _signature(self, session: str) -> str:
        return hmac.new(self._key, _PURPOSE + session.encode(), hashlib.sha256).hexdigest()


def check_secret(secret: str) -> None:
    """Raise :class:`wegwijzer.guarding.strength.WeakSecret` when the secret is too easy to guess."""
    check_strong("WEB_SECRET", secret, SHORTEST_SECRET, FEWEST_CHARACTERS)


def public_name(session: str) -> str:
    """What a page may know of its session: tells two apart, and leads nowhere."""
    return hashlib.sha256(_PURPOSE + session.encode()).hexdigest()[:16]
