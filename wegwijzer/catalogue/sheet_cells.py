"""The text of one cell of a spreadsheet: how a value is written, how it is read, and what spreadsheets do to it by themselves.

Excel makes numbers of telephone numbers and dates of opening hours, runs what begins with ``=``, and leaves out characters
that XML cannot hold. Everything here is written so that what goes out comes back the same, and what a spreadsheet spoiled
is a mistake with a remedy and never a fact.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from wegwijzer.catalogue.models import PHONE

BLANKS = " \t\r\n\xa0"
"""What people leave behind at the begin or the end of a cell without seeing it."""

YES, NO = "ja", "nee"
EMPTY_ITEM, EMPTY_LIST = r"\leeg", r"\geen"
"""An empty text within a list, and a list that is empty where leaving the cell empty would mean something else."""

SEPARATOR = "; "

_YES = frozenset({"ja", "j", "true", "waar", "yes", "1"})
_NO = frozenset({"nee", "n", "false", "onwaar", "no", "0"})
_ITEM = re.compile(r"(?:\\[\\;]|[^;])+")
_FORMULA = re.compile(r"^'*[=+\-@\t\r]")
_GUARDED = re.compile(r"^'+[=+\-@\t\r]")
# XML 1.0 cannot hold these, and makes a line feed of a carriage return.
_NOT_IN_XML = re.compile("[\x00-\x08\x0b-\x1f\ufffe\uffff]")
_LOOKS_ESCAPED = re.compile(r"_(?=x[0-9A-Fa-f]{4})")
_ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")
_DUTCH_DAY = re.compile(r"^(\d{1,2})[-/](\d{1,2})[-/](\d{4})$")
_SHORT_DATE = re.compile(r"^(?:\d{1,2}-)?(?:jan|feb|mrt|mar|apr|mei|may|jun|jul|aug|sep|okt|oct|nov|dec)\.?(?:-\d{2,4})?$")
_EXACT = 10**15
"""Excel keeps fifteen digits of a number."""


class CellMistake(ValueError):
    """A cell that cannot be used. The message says in Dutch what to do."""


@dataclass(frozen=True)
class Formula:
    """A cell with a formula: what it would give is not known here."""

    text: str


@dataclass(frozen=True)
class Day:
    """A cell that a spreadsheet made a date of.

    Attributes:
        day: the date.
        with_day: whether the spreadsheet shows the day of the month; of ``2021-03`` it makes the first of March and shows the
            month.
    """

    day: date
    with_day: bool


@dataclass(frozen=True)
class Failed:
    """A cell that shows an error such as ``#N/A``."""

    text: str


Raw = str | int | float | bool | time | timedelta | Formula | Day | Failed | None
"""What a spreadsheet may hold in one cell."""


def join_items(items: Iterable[str]) -> str:
    """A list as the text of a cell: ``a; b``. :func:`split_items` gives the same list back."""
    return SEPARATOR.join(item.replace("\\", r"\\").replace(";", r"\;") if item else EMPTY_ITEM for item in items)


def split_items(text: str) -> list[str]:
    """The list in a cell. Empty places are left out: a semicolon too many is no mistake."""
    raw = (found.strip(BLANKS) for found in _ITEM.findall(text))
    return ["" if item == EMPTY_ITEM else re.sub(r"\\([\\;])", r"\1", item) for item in raw if item]


def yes_or_no(text: str) -> bool:
    """Read a yes or a no, however it is written. Raises :class:`CellMistake` for anything else."""
    if text.lower() in _YES | _NO:
        return text.lower() in _YES
    raise CellMistake(f"'{text}' kan hier niet; kies {YES} of {NO}")


def guard(text: str) -> str:
    """Make text harmless in a CSV file: a spreadsheet runs a cell that begins with ``=``, ``+``, ``-`` or ``@`` as a formula.

    An apostrophe in front stops that (https://owasp.org/www-community/attacks/CSV_Injection). Text that has one already gets
    one more, so that :func:`unguard` always gives back what was there.
    """
    return f"'{text}" if _FORMULA.match(text) else text


def unguard(text: str) -> str:
    """Undo :func:`guard`. An apostrophe before anything else stays: ``'s avonds``."""
    return text[1:] if _GUARDED.match(text) else text


def xml_text(text: str) -> str:
    """Text as a workbook can hold it: characters that XML has no place for as ``_x000D_`` (ECMA-376, ST_Xstring)."""
    escaped = _LOOKS_ESCAPED.sub("_x005F_", text)
    return _NOT_IN_XML.sub(lambda found: f"_x{ord(found[0]):04X}_", escaped)


def plain_text(text: str) -> str:
    """Undo :func:`xml_text`."""
    return _ESCAPED.sub(lambda found: chr(int(found[1], 16)), text)


def tidy(text: str) -> str:
    """Text for comparing: without blanks around it, and with one kind of line end, because spreadsheets change those."""
    return text.strip(BLANKS).replace("\r\n", "\n").replace("\r", "\n")


def cell_text(raw: Raw, *, is_date: bool = False, is_phone: bool = False) -> str:
    """The text of a cell, whatever the spreadsheet made of it.

    Args:
        raw: what is in the cell.
        is_date: whether the column holds dates.
        is_phone: whether the column holds telephone numbers.

    Raises:
        CellMistake: the spreadsheet made something of it that cannot be undone for sure.
    """
    match raw:
        case None:
            return ""
        case str():
            return _typed(raw.strip(BLANKS), is_date, is_phone)
        case bool():
            return YES if raw else NO
        case int() | float():
            return _number(raw)
        case Day() if is_date:
            return raw.day.isoformat() if raw.with_day else f"{raw.day:%Y-%m}"
        case Formula():
            raise CellMistake(f"hier staat een formule ({raw.text}); plak alleen de waarde")
        case Failed():
            raise CellMistake(f"hier staat een fout van het rekenblad ({raw.text}); typ de waarde opnieuw")
        case _:
            return _not_a_time(raw)


def spoiled_date(text: str) -> bool:
    """Whether a text looks like what Excel makes of a date: ``mrt-21``."""
    return bool(_SHORT_DATE.match(text.lower()))


def lost_characters(text: str, before: str) -> bool:
    """Whether a text is the one of before, with question marks for what an old kind of text file cannot hold."""
    return text != before and text == tidy(before.encode("cp1252", "replace").decode("cp1252"))


def _typed(text: str, is_date: bool, is_phone: bool) -> str:
    found = _DUTCH_DAY.match(text) if is_date else None
    if found:
        day, month, year = found.groups()
        return f"{year}-{month:>02}-{day:>02}"
    if is_phone and _lost_zero(text):
        raise CellMistake(_zero(text))
    return text


def _number(raw: float) -> str:
    if isinstance(raw, float) and not raw.is_integer():
        raise CellMistake(f"het rekenblad maakte hier een getal van ({raw}); zet de cel op Tekst en typ het opnieuw")
    if abs(raw) >= _EXACT:
        raise CellMistake("dit getal is te lang voor een rekenblad; zet de cel op Tekst en typ het opnieuw")
    text = str(int(raw))
    if _lost_zero(text):
        raise CellMistake(_zero(text))
    return text


def _lost_zero(digits: str) -> bool:
    """Whether this is a telephone number without the 0 it began with."""
    return digits.isdecimal() and not PHONE.match(digits) and bool(PHONE.match(f"0{digits}"))


def _zero(digits: str) -> str:
    return f"'{digits}': de 0 vooraan is weg; zet de cel op Tekst en typ het nummer opnieuw, met een streepje: 030-123 45 67"


def _not_a_time(raw: Day | time | timedelta | datetime) -> str:
    shown = raw.day.isoformat() if isinstance(raw, Day) else str(raw)
    raise CellMistake(f"het rekenblad maakte hier een datum of tijd van ({shown}); zet de cel op Tekst en typ het opnieuw")
