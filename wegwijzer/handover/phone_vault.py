"""Telephone numbers for calling back: apart from everything else, encrypted, and gone after use or after some days."""

from __future__ import annotations

import re
from collections.abc import Sequence

import phonenumbers
import sqlalchemy as sa
from cryptography.fernet import Fernet, InvalidToken, MultiFernet

from wegwijzer.catalogue.phone_numbers import COUNTRY, PhoneKind, phone_kind
from wegwijzer.handover.journal import add_audit
from wegwijzer.handover.models import Refused
from wegwijzer.handover.states import OPEN
from wegwijzer.handover.store import HandoverStore
from wegwijzer.handover.tables import PHONE, REQUEST

CALLABLE = frozenset({PhoneKind.LANDLINE, PhoneKind.MOBILE, PhoneKind.OTHER})
"""Kinds of numbers at which a resident can be called."""

_KEY = re.compile(r"[A-Za-z0-9_-]{43}=?")
"""32 bytes in URL-safe base64, as Fernet wants them; the last character may be left out."""

LONGEST = 40
"""Characters of what may be a telephone number."""


class NotCallable(ValueError):
    """Nobody can be called at this.

    Attributes:
        kind: what it is instead; the channel has a kind sentence for it.
    """

    def __init__(self, kind: PhoneKind) -> None:
        super().__init__(kind.value)
        self.kind = kind


class VaultClosed(Exception):
    """A number cannot be read with the keys that are set. The message says what to do, and never the number."""


class PhoneVault:
    """The telephone numbers of open requests.

    Args:
        store: the requests they belong to.
        keys: see :func:`read_keys`; new numbers are encrypted with the first, the others only read (key rotation).
    """

    def __init__(self, store: HandoverStore, keys: Sequence[bytes]) -> None:
        self._store = store
        self._fernet = MultiFernet([Fernet(key) for key in keys])

    def keep(self, request_id: str, number: str) -> str:
        """Keep the number of a person who wants to be called.

        Returns:
            The number as it will be called, in international form.

        Raises:
            NotCallable: when it is no Dutch number at which a person can be called.
            Refused: ``no_request``, or ``not_allowed`` when the request has ended.
        """
        callable_number = read_number(number)
        row = {"number": self._fernet.encrypt(callable_number.encode()), "at": self._store.clock()}
        with self._store.database.writing() as connection:
            here = REQUEST.c.id == request_id
            connection.execute(REQUEST.update().where(here).values(version=REQUEST.c.version))
            state = connection.scalar(sa.select(REQUEST.c.state).where(here))
            if state not in OPEN:
                raise Refused("no_request" if state is None else "not_allowed")
            connection.execute(PHONE.delete().where(PHONE.c.request_id == request_id))
            connection.execute(PHONE.insert().values(request_id=request_id, **row))
        return callable_number

    def has(self, request_id: str) -> bool:
        """Whether there is a number."""
        query = sa.select(PHONE.c.request_id).where(PHONE.c.request_id == request_id)
        with self._store.database.reading() as connection:
            return connection.scalar(query) is not None

    def show(self, request_id: str, colleague: str) -> str | None:
        """The number, to a colleague who is going to call; that is written in the audit log. ``None`` when there is none.

        Raises:
            VaultClosed: when it was encrypted with another key.
        """
        query = sa.select(PHONE.c.number).where(PHONE.c.request_id == request_id)
        with self._store.database.writing() as connection:
            add_audit(connection, self._store.clock(), colleague, "saw_phone", request_id)
            secret = connection.scalar(query)
        if secret is None:
            return None
        try:
            return self._fernet.decrypt(bytes(secret)).decode()
        except InvalidToken:
            raise VaultClosed("a telephone number was kept with a key that is no longer in HANDOVER_KEY; add that key") from None

    def forget(self, request_id: str) -> None:
        """The call was made, or is not wanted any more: the number goes."""
        with self._store.database.writing() as connection:
            connection.execute(PHONE.delete().where(PHONE.c.request_id == request_id))

    def purge(self, days: float) -> int:
        """Delete numbers that are so many days old, and those of requests that have ended. Returns how many."""
        ended = sa.select(REQUEST.c.id).where(REQUEST.c.ended_at.isnot(None))
        gone = sa.or_(PHONE.c.at < self._store.clock() - days * 86_400, PHONE.c.request_id.in_(ended))
        with self._store.database.writing() as connection:
            return int(connection.execute(PHONE.delete().where(gone)).rowcount)

    def rotate(self) -> int:
        """Encrypt every number again with the first key, so that the others may go. Returns how many.

        Raises:
            VaultClosed: when one was encrypted with a key that is not set; nothing is changed then.
        """
        with self._store.database.writing() as connection:
            rows = connection.execute(sa.select(PHONE.c.request_id, PHONE.c.number)).all()
            for row in rows:
                try:
                    secret = self._fernet.rotate(bytes(row.number))
                except InvalidToken:
                    raise VaultClosed("a telephone number was kept with a key that is not in HANDOVER_KEY; add it") from None
                connection.execute(PHONE.update().where(PHONE.c.request_id == row.request_id).values(number=secret))
            return len(rows)


def read_number(text: str) -> str:
    """A Dutch number at which a person can be called, in international form (E.164).

    Raises:
        NotCallable: otherwise.
    """
    if len(text) > LONGEST:
        raise NotCallable(PhoneKind.UNREADABLE)
    kind = phone_kind(text)
    if kind not in CALLABLE:
        raise NotCallable(kind)
    number = phonenumbers.parse(text, COUNTRY)
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def read_keys(text: str) -> tuple[bytes, ...]:
    """The keys in a setting: 32 bytes each in URL-safe base64, with commas between; the first encrypts.

    Raises:
        ValueError: when there is none, or one is no key.
    """
    keys = tuple(_key(one.strip()) for one in text.split(",") if one.strip())
    if not keys:
        raise ValueError("HANDOVER_KEY is empty; leave it out, or give a key")
    return keys


def _key(text: str) -> bytes:
    if not _KEY.fullmatch(text):
        raise ValueError(
            "HANDOVER_KEY has something that is no key; make one with: "
            "python3 -c 'import secrets; print(secrets.token_urlsafe(32))'"
        )
    return text.rstrip("=").encode() + b"="
