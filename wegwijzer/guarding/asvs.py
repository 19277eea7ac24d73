"""The table of OWASP ASVS in ``docs/security.md``, counted: what a test shows, what only in part, and what is not there yet."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

BLOCK = "asvs"
HEAD = ("Chapter", "Rows", "Shown by a test", "In part: tested, and said what is missing", "Not yet", "Not applicable")

_ROW = re.compile(r"^\| (\d+\.\d+\.\d+) \| ([^|]+) \| ([^|]+) \| ([^|]+) \|$", re.MULTILINE)
_CHAPTER = re.compile(r"^### V(\d+) (.+)$", re.MULTILINE)
_TESTS = r"`tests/[\w/.]+(?:::\w+)?`(?:, `tests/[\w/.]+(?:::\w+)?`)*"


class Status(StrEnum):
    """How a row is shown. The value is the form its last cell must have."""

    TESTED = _TESTS
    IN_PART = rf"{_TESTS}; \*\*not yet\*\*: .+"
    NOT_YET = r"\*\*not yet\*\*: .+"
    NOT_APPLICABLE = r"n\.a\.: .+"


@dataclass(frozen=True)
class Requirement:
    """One row.

    Attributes:
        number: as ASVS has it, such as (2, 1, 1).
        asks, here, shown: the cells.
    """

    number: tuple[int, ...]
    asks: str
    here: str
    shown: str

    @property
    def status(self) -> Status:
        """How it is shown. Raises ``ValueError`` when the last cell claims something in another form."""
        for status in Status:
            if re.fullmatch(status.value, self.shown):
                return status
        raise ValueError(f"{'.'.join(map(str, self.number))} is shown by neither a test nor an honest 'not yet': {self.shown}")


def read_rows(page: str) -> list[Requirement]:
    """The rows of the page, in its order."""
    return [Requirement(tuple(map(int, number.split("."))), *cells) for number, *cells in _ROW.findall(page)]


def counted(page: str) -> list[list[str]]:
    """Per chapter, and at the end for all, the counts under :data:`HEAD`. Raises ``ValueError`` as :attr:`Requirement.status`."""
    rows = read_rows(page)
    names = {int(number): name for number, name in _CHAPTER.findall(page)}
    body = [_line(f"V{chapter} {name}", [one for one in rows if one.number[0] == chapter]) for chapter, name in names.items()]
    return [*body, _line("All", rows)]


def _line(name: str, rows: Iterable[Requirement]) -> list[str]:
    counts = Counter(one.status for one in rows)
    return [name, str(counts.total()), *(str(counts[status]) for status in Status)]
