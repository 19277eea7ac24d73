"""Who somebody is, without knowing their telephone number: a keyed hash for names, encryption for answering."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Sequence

from cryptography.fernet import Fernet, InvalidToken, MultiFernet

PREFIX = "wa-"
"""Of every sender id of WhatsApp."""

SHORTEST_KEY = 32
"""Characters of the key of the hash. Telephone numbers are few: without a key everybody could hash them all."""

_LENGTH = 40
"""Hexadecimal digits kept of a hash: 160 bits."""


class NumberLost(Exception):
    """A number was encrypted with a key that is no longer set. The message says what to do, and never the number."""


class People:
    """Names for people and messages.

    Args:
        hash_key: makes the names; with another one everybody is somebody else.
        keys: encrypt the numbers, see :func:`wegwijzer.handover.phone_vault.read_keys`; the first encrypts.
    """

    def __init__(self, hash_key: str, keys: Sequence[bytes]) -> None:
        self._key = hash_key.encode()
        self._fernet = MultiFernet([Fernet(key) for key in keys])

    def name(self, number: str) -> str:
        """The sender id of a person: the same for ever, and of no use to who has not the key."""
        return PREFIX + self._hash("person", number)

    def mark(self, identifier: str) -> str:
        """What is kept of a provider's id of a message, in which the number may be read."""
        return self._hash("message", identifier)

    def hide(self, number: str) -> bytes:
        """A number as it is kept."""
        return self._fernet.encrypt(number.encode())

    def show(self, secret: bytes) -> str:
        """The number again, to send something to it.

        Raises:
            NumberLost: the key is no longer there.
        """
        try:
            return self._fernet.decrypt(bytes(secret)).decode()
        except InvalidToken:
            raise NumberLost("a number was kept with a key that is no longer in HANDOVER_KEY; add that key") from None

    def _hash(self, purpose: str, text: str) -> str:
        return hmac.new(self._key, f"wegwijzer whatsapp {purpose} v1:{text}".encode(), hashlib.sha256).hexdigest()[:_LENGTH]
