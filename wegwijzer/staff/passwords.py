"""Passwords: hashed with Argon2id (RFC 9106) by argon2-cffi, with its parameters."""

from __future__ import annotations

import threading

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from wegwijzer.staff.models import Unusable

SHORTEST, LONGEST = 12, 128
"""Characters; NIST SP 800-63B asks for length, and for no rules about kinds of characters, ASVS for no more than 128."""

_AT_ONCE = 2
"""Hashes made at the same time: each takes 64 MiB."""


class Passwords:
    """Makes and judges hashes; a few at a time, so that many attempts at once cannot fill the memory."""

    def __init__(self, hasher: PasswordHasher | None = None) -> None:
        self._hasher = hasher or PasswordHasher()
        self._room = threading.BoundedSemaphore(_AT_ONCE)
        self._nobody = self._hasher.hash("nobody has this password")

    def hash(self, password: str, name: str = "") -> str:
        """The hash of a new password.

        Raises:
            Unusable: when it is too short, too long, one character again and again, or the name.
        """
        if not SHORTEST <= len(password) <= LONGEST:
            raise Unusable(f"a password has {SHORTEST} to {LONGEST} characters")
        if len(set(password)) < SHORTEST // 2 or (name and name.casefold() in password.casefold()):
            raise Unusable(
                "choose a password that is harder to guess: no name in it, and not the same characters again and again"
            )
        with self._room:
            return self._hasher.hash(password)

    def right(self, known: str, password: str) -> bool:
        """Whether this is the password, all of it. Takes as long when there is none, so that nobody learns which names exist."""
        with self._room:
            try:
                right = self._hasher.verify(known or self._nobody, password[:LONGEST])
                return right and bool(known) and len(password) <= LONGEST
            except (VerificationError, InvalidHashError):
                return False

    def old(self, known: str) -> bool:
        """Whether a hash was made with weaker parameters than those of now."""
        return self._hasher.check_needs_rehash(known)
