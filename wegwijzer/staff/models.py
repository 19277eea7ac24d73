"""Colleagues as plain values, and what can be wrong when one comes in."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Role(StrEnum):
    """What somebody may do."""

    COLLEAGUE = "colleague"
    """Everything at the desk."""
    EDITOR = "editor"
    """Nothing at the desk: reads messages that were not understood, of people who let us learn from them."""
    ADMIN = "admin"
    """All of that, and reading who saw and did what."""

    @property
    def at_desk(self) -> bool:
        """Whether this role talks with residents."""
        return self is not Role.EDITOR

    @property
    def edits(self) -> bool:
        """Whether this role teaches the bot."""
        return self in (Role.EDITOR, Role.ADMIN)


@dataclass(frozen=True)
class User:
    """Somebody who works at the desk.

    Attributes:
        name: what colleagues and residents read, and what is typed to come in; capitals make no difference there.
        role: what the person may do.
        sign_in: how the municipality's own sign-in names the person; empty when it does not.
        active: whether the person may come in.
        has_password: whether the person can come in with one.
    """

    name: str
    role: Role
    sign_in: str = ""
    active: bool = True
    has_password: bool = True


class StaffUnavailable(Exception):
    """The database of colleagues does not do its work now. The message names it, and nobody."""


class Unusable(ValueError):
    """A name, a password or a sign-in that cannot be used. The message is one plain sentence."""


class Locked(Exception):
    """Too many attempts.

    Attributes:
        seconds: how long until the next may be made.
    """

    def __init__(self, seconds: float) -> None:
        super().__init__("too many attempts")
        self.seconds = seconds
