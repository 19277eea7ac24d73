"""Being signed in: an unguessable token in a cookie, of which the database has only a hash, that ends after a while."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from collections.abc import Callable
from dataclasses import dataclass

import sqlalchemy as sa

from wegwijzer.staff.models import Role, User
from wegwijzer.staff.tables import SESSION, USER
from wegwijzer.storage import Database

TOKEN_BYTES = 32


@dataclass(frozen=True)
class Session:
    """Somebody who is signed in.

    Attributes:
        user: who.
        token: what stands in the cookie.
        left: seconds until it ends when nothing is done.
        may_stay: whether doing something makes it longer; not near the end of the longest time.
    """

    user: User
    token: str
    left: float
    may_stay: bool = True

    @property
    def proof(self) -> str:
        """What a form must bring along, so that no other site can send one (CSRF)."""
        return proof_of(self.token)


class Sessions:
    """Who is signed in.

    Args:
        database: with the tables of ``wegwijzer.staff.tables``.
        clock: seconds since 1970.
        idle: seconds without doing anything after which a session ends.
        longest: seconds after which it ends anyhow.
    """

    def __init__(self, database: Database, clock: Callable[[], float], idle: float, longest: float) -> None:
        self._database, self._clock = database, clock
        self._idle, self._longest = idle, longest

    def begin(self, name: str, instead_of: str = "") -> str:
        """Somebody has come in. Returns a new token: one from before coming in is never used on.

        Args:
            instead_of: the token of an earlier session in this browser, which ends.
        """
        token, now = secrets.token_urlsafe(TOKEN_BYTES), self._clock()
        with self._database.writing() as connection:
            connection.execute(SESSION.delete().where(SESSION.c.hash == _hash(instead_of)))
            connection.execute(SESSION.delete().where(self._over(now)))
            connection.execute(SESSION.insert().values(hash=_hash(token), user=name.casefold(), made_at=now, seen_at=now))
        return token

    def of(self, token: str, *, active: bool) -> Session | None:
        """The session of a token, when it has not ended and the person may still come in.

        Args:
            active: whether the person does something now. A page that asks for news by itself does not count.
        """
        now, here = self._clock(), SESSION.c.hash == _hash(token)
        query = sa.select(SESSION.c.made_at, SESSION.c.seen_at, USER).join(USER, USER.c.key == SESSION.c.user)
        with self._database.reading() as connection:
            row = connection.execute(query.where(here, USER.c.active, sa.not_(self._over(now)))).mappings().first()
        if row is None:
            return None
        if active and now - row["seen_at"] > self._idle / 60:
            with self._database.writing() as connection:
                connection.execute(SESSION.update().where(here).values(seen_at=now))
        seen = now if active else float(row["seen_at"])
        user = User(row["name"], Role(row["role"]), row["sign_in"] or "", True, bool(row["password"]))
        ends = float(row["made_at"]) + self._longest
        return Session(user, token, min(seen + self._idle, ends) - now, may_stay=now + self._idle < ends)

    def end(self, token: str) -> None:
        """Signed out."""
        with self._database.writing() as connection:
            connection.execute(SESSION.delete().where(SESSION.c.hash == _hash(token)))

    def _over(self, now: float) -> sa.sql.ColumnElement:
        return sa.or_(SESSION.c.seen_at <= now - self._idle, SESSION.c.made_at <= now - self._longest)


def proof_of(token: str) -> str:
    """What belongs to a token and does not give it away."""
    return hmac.new(token.encode(), b"a form of the console", hashlib.sha256).hexdigest()


def proves(token: str, given: str) -> bool:
    """Whether a form brought what belongs to a token."""
    return bool(token) and hmac.compare_digest(proof_of(token).encode(), given.encode())


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
