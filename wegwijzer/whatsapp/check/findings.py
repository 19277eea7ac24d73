"""What a check finds, and how it is said."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum


class Mark(StrEnum):
    """How bad it is."""

    GOOD = "goed"
    LOOK = "let op"
    WRONG = "FOUT"


@dataclass(frozen=True)
class Finding:
    """One thing that was looked at.

    Attributes:
        mark: how it is.
        what: what was seen, in Dutch; never a secret, never anybody's number but our own.
        remedy: what to do about it.
    """

    mark: Mark
    what: str
    remedy: str = ""

    def lines(self) -> str:
        """As it is printed."""
        doing = f"\n       {self.remedy}" if self.remedy else ""
        return f"{self.mark.value:<6} {self.what}{doing}"


def good(what: str) -> Finding:
    """All is well."""
    return Finding(Mark.GOOD, what)


def look(what: str, remedy: str) -> Finding:
    """It works, but somebody should know."""
    return Finding(Mark.LOOK, what, remedy)


def wrong(what: str, remedy: str) -> Finding:
    """It does not work like this."""
    return Finding(Mark.WRONG, what, remedy)


def is_wrong(findings: Iterable[Finding]) -> bool:
    """Whether anything does not work."""
    return any(finding.mark is Mark.WRONG for finding in findings)
