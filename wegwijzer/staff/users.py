"""The colleagues who may come in."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import sqlalchemy as sa

from wegwijzer.staff.attempts import Attempts
from wegwijzer.staff.models import Role, Unusable, User
from wegwijzer.staff.passwords import Passwords
from wegwijzer.staff.tables import SESSION, USER
from wegwijzer.storage import Conflict, Database

NAME = re.compile(r"[^\W\d_][\w .'-]{0,62}[\w.]", re.UNICODE)
"""What a name looks like: it begins with a letter and has two or more characters."""

TAKEN = frozenset({"bot", "resident", "clock", "terminal"})
"""Names that the audit log uses itself."""


class Users:
    """The colleagues.

    Args:
        database: with the tables of ``wegwijzer.staff.tables``.
        clock: seconds since 1970.
        passwords: makes and judges hashes.
    """

    def __init__(self, database: Database, clock: Callable[[], float], passwords: Passwords | None = None) -> None:
        self._database, self._clock = database, clock
        self._passwords = passwords or Passwords()
        self._attempts = Attempts(database, clock)

    def add(self, name: str, role: Role = Role.COLLEAGUE, *, password: str | None = None, sign_in: str = "") -> User:
        """A new colleague, with a password, a sign-in at the municipality, or both.

        Raises:
            Unusable: when one of them cannot be used, or the name or sign-in is somebody's already.
        """
        name = " ".join(name.split())
        if not NAME.fullmatch(name) or name.casefold() in TAKEN:
            raise Unusable(f"{name!r} is no name that can be used: letters, digits, spaces and . ' - and at most 64 characters")
        if password is None and not sign_in:
            raise Unusable("somebody needs a password or a sign-in of the municipality")
        row = {
            "key": name.casefold(), "name": name, "role": role.value, "sign_in": _sign_in(sign_in) or None, "active": True,
            "password": "" if password is None else self._passwords.hash(password, name), "made_at": self._clock(),
        }  # fmt: skip
        try:
            with self._database.writing() as connection:
                connection.execute(USER.insert().values(**row))
        except Conflict:
            raise Unusable("there is somebody with this name or this sign-in already") from None
        return _user(row)

    def get(self, name: str) -> User | None:
        """The colleague with this name, who may not be allowed in any more."""
        with self._database.reading() as connection:
            row = connection.execute(sa.select(USER).where(USER.c.key == name.strip().casefold())).mappings().first()
        return None if row is None else _user(row)

    def all(self) -> list[User]:
        """Everybody, by name."""
        with self._database.reading() as connection:
            return [_user(row) for row in connection.execute(sa.select(USER).order_by(USER.c.key)).mappings()]

    def enter(self, name: str, password: str, address: str) -> User | None:
        """Somebody comes in with a password.

        Args:
            address: where from, for counting attempts.

        Returns:
            Who, or ``None`` when name and password do not belong together, or the person may not come in any more.

        Raises:
            Locked: after too many attempts.
        """
        attempt = self._attempts.begin(name, address)
        with self._database.reading() as connection:
            row = connection.execute(sa.select(USER).where(USER.c.key == name.strip().casefold())).mappings().first()
        known = str(row["password"]) if row is not None and row["active"] else ""
        if not self._passwords.right(known, password) or row is None:
            return None
        self._attempts.succeed(attempt, name)
        if self._passwords.old(known):
            self._change(str(row["key"]), password=self._passwords.hash(password))
        return _user(row)

    def signed_in(self, sign_in: str) -> User | None:
        """The colleague whom the municipality's sign-in names so, when that person may come in."""
        with self._database.reading() as connection:
            row = connection.execute(sa.select(USER).where(USER.c.sign_in == _sign_in(sign_in))).mappings().first()
        return _user(row) if row is not None and row["active"] else None

    def set_password(self, name: str, password: str) -> None:
        """Another password; who is in with the old one has to come in again. Raises :class:`Unusable`."""
        self._change(name.strip().casefold(), password=self._passwords.hash(password, name.strip()))

    def set_active(self, name: str, active: bool) -> None:
        """Whether somebody may come in; who may not is out at once. Raises :class:`Unusable` when there is nobody so called."""
        self._change(name.strip().casefold(), active=active)

    def _change(self, key: str, **values: Any) -> None:
        with self._database.writing() as connection:
            if connection.execute(USER.update().where(USER.c.key == key).values(**values)).rowcount == 0:
                raise Unusable("there is nobody with this name; see: wegwijzer console user list")
            connection.execute(SESSION.delete().where(SESSION.c.user == key))


def _sign_in(text: str) -> str:
    return text.strip().casefold()


def _user(row: Any) -> User:
    return User(row["name"], Role(row["role"]), row["sign_in"] or "", bool(row["active"]), bool(row["password"]))
