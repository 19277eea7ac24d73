"""Days and hours as people write them in Dutch, read into the fixed forms that the catalogue keeps."""

from __future__ import annotations

import re
from datetime import date

from wegwijzer.catalogue.freshness import confirmed_from
from wegwijzer.matching.opening_hours import MONTHS, OpeningHours

DAYS = {
    "maandag": "Mo",
    "dinsdag": "Tu",
    "woensdag": "We",
    "donderdag": "Th",
    "vrijdag": "Fr",
    "zaterdag": "Sa",
    "zondag": "Su",
}
"""The days by their code in ``opening_hours``. Their first two letters are the short form: ma, di, wo."""

_DATE_HELP = "schrijf een dag (21-11-2026), een maand (november 2026) of een jaar (2026), of typ: vandaag"
_HOURS_HELP = "schrijf bijvoorbeeld: ma-vr 9.00-17.00, of: di en do 10-12; wo 14-16, of: dag en nacht"

_DAY = re.compile(rf"\b(?:{'|'.join(f'{name[:2]}(?:{name[2:]}(?:en|s)?)?' for name in DAYS)})\b")
_CODE = "|".join(DAYS.values())
_TIME = re.compile(r"(?<![\d:.])(\d{1,2})(?:[.:](\d{2}))?(?![\d:.])")


def read_date(text: str, today: date) -> str:
    """A day, month or year as ``2026-11-21``, ``2026-11`` or ``2026``.

    Args:
        text: ``vandaag``, ``21-11-2026``, ``21 november 2026``, ``november 2026``, ``2026``, or the fixed form itself.
        today: what ``vandaag`` means; a day after it is refused, because nobody can have looked then.

    Raises:
        ValueError: with a remedy in Dutch.
    """
    written = " ".join(text.lower().split())
    if written == "vandaag":
        return today.isoformat()
    parts = written.split("-" if "-" in written else None) or [""]
    parts = parts if len(parts[0]) == 4 else parts[::-1]
    try:
        numbers = [_month(part) if place == 1 else int(part) for place, part in enumerate(parts)]
        if not 1 <= len(numbers) <= 3 or len(parts[0]) != 4:
            raise ValueError
        fixed = "-".join([f"{numbers[0]:04d}", *(f"{number:02d}" for number in numbers[1:])])
        day = confirmed_from(fixed)
    except ValueError:
        raise ValueError(f"'{text}': deze datum kunnen we niet lezen; {_DATE_HELP}") from None
    if day is None or day > today:
        raise ValueError(f"'{text}': die dag komt nog; kijk de datum na")
    return fixed


def _month(word: str) -> int:
    if word.isdigit():
        return int(word)
    found = [place for place, name in enumerate(MONTHS, 1) if len(word) >= 3 and name.startswith(word.rstrip("."))]
    if len(found) != 1:
        raise ValueError
    return found[0]


def read_hours(text: str) -> str:
    """Opening hours in OpenStreetMap's form: ``ma-vr 9-17 uur`` becomes ``Mo-Fr 09:00-17:00``.

    What is already in that form stays as it is.

    Raises:
        ValueError: with a remedy in Dutch.
    """
    try:
        return OpeningHours.parse(text).text
    except ValueError:
        pass
    try:
        return OpeningHours.parse(_translated(text.lower())).text
    except ValueError:
        raise ValueError(f"'{text}': deze openingstijden kunnen we niet lezen; {_HOURS_HELP}") from None


def hours_in_dutch(hours: str) -> str:
    """The same hours with Dutch days, to show what was understood: ``ma-vr 09:00-17:00``."""
    short = {code: name[:2] for name, code in DAYS.items()}
    return re.sub(rf"\b(?:{_CODE})\b", lambda found: short[found[0]], hours).replace("24/7", "dag en nacht")


def _translated(text: str) -> str:
    if text.strip() in ("dag en nacht", "altijd", "altijd open"):
        return "24/7"
    codes = {name[:2]: code for name, code in DAYS.items()}
    text = re.sub(r"\b(?:elke|iedere) dag\b", "maandag-zondag", text)
    text = re.sub(r"\b(?:elke|iedere|op|van|tussen|uur|open)\b", " ", text)
    text = _DAY.sub(lambda found: codes[found[0][:2]], text)
    text = re.sub(r"\s*(?:tot en met|t/m|tot|[-–—])\s*", "-", text)
    text = _TIME.sub(lambda found: f"{int(found[1]):02d}:{found[2] or '00'}", text)
    text = re.sub(r"\s*(?:,|\ben\b)\s*", ",", text)
    text = re.sub(rf"(\d),(?={_CODE})", r"\1; ", text)
    return re.sub(rf"\b({_CODE})[: ]+(?=\d)", r"\1 ", " ".join(text.split()))
