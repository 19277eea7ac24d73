"""When something is open, in OpenStreetMap's ``opening_hours`` syntax, and how to say so to a resident.

The syntax itself (weekdays, ``Tu[1]``, seasons, midnight) is read by the library ``opening-hours-py``. Here stand the
choices of this project: everything is Amsterdam time; on a Dutch public holiday a place is closed unless its hours are
``24/7`` or say something about ``PH``; and syntax that would make us say "open" on a guess is refused.
"""

from __future__ import annotations

import logging
import re
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from functools import lru_cache
from zoneinfo import ZoneInfo

import opening_hours as osm

from wegwijzer.catalogue.sentences import Sentences

AMSTERDAM = ZoneInfo("Europe/Amsterdam")

UTRECHT = (52.09, 5.12)
"""Latitude and longitude, only for hours such as ``sunrise-sunset``."""

HORIZON = timedelta(days=366)
"""How far ahead to look for the next opening."""

CLOSED_ON_HOLIDAYS = "; PH off; 2000-2100/5 May 05 off"
"""Added to hours that do not mention holidays. Liberation Day, a day off once in five years, is not in the library."""

MONTHS = (
    *("januari", "februari", "maart", "april", "mei", "juni"),
    *("juli", "augustus", "september", "oktober", "november", "december"),
)

_EXAMPLE = 'schrijf het als "Mo-Fr 09:00-17:00", "Tu,Th 10:00-12:00; We 14:00-16:00" of "24/7"'

_log = logging.getLogger(__name__)


class Opening(StrEnum):
    """How soon one can go somewhere."""

    NU = "nu"
    VANDAAG = "vandaag"
    MORGEN = "morgen"
    WEEK = "week"
    LATER = "later"
    ONBEKEND = "onbekend"


@dataclass(frozen=True)
class OpeningHours:
    """The hours of one place. Make one with :meth:`parse`."""

    text: str
    _rules: osm.OpeningHours = field(repr=False, compare=False)

    @classmethod
    def parse(cls, text: str) -> OpeningHours:
        """Read an ``opening_hours`` text. Raises ``ValueError`` with a remedy in Dutch when it cannot be used."""
        return _parse(text.strip())

    def is_open(self, moment: datetime) -> bool:
        """Whether it is certainly open at ``moment`` (timezone-aware)."""
        return self._rules.is_open(_local(moment))

    def is_unknown(self, moment: datetime) -> bool:
        """Whether the hours themselves say that nobody knows at ``moment`` (``unknown`` in the syntax)."""
        return self._rules.is_unknown(_local(moment))

    def next_opening(self, moment: datetime) -> datetime | None:
        """The first time after ``moment`` at which it goes from not open to open, in Amsterdam time.

        When it is open at ``moment`` this is the opening after the next closing. ``None`` when there is none within
        :data:`HORIZON`, so also for ``24/7``.
        """
        start = _local(moment)
        was_open = True
        # Counted in UTC: a year later the clock may just skip that hour, and such a time does not exist.
        until = _local(start.astimezone(UTC) + HORIZON)
        for begin, end, state, _ in self._rules.intervals(start, until):
            now_open = state == osm.State.OPEN
            # An interval of no length is an hour that the clock skips in March.
            if now_open and not was_open and end > begin:
                return begin
            was_open = now_open
        return None


def opening(opening_hours: str, moment: datetime) -> Opening:
    """How soon one can go there.

    Args:
        opening_hours: the text as in the catalogue; empty when not known.
        moment: timezone-aware.

    ``WEEK`` is within six days, so before the same weekday comes again; ``LATER`` is after that, or not within a year.
    Hours that are not known, cannot be used, or say themselves that nobody knows are ``ONBEKEND``.
    """
    # No hours end within a minute: every second of it has the same answer, which is kept.
    return _opening(opening_hours.strip(), _local(moment).replace(second=0, microsecond=0)) if opening_hours else Opening.ONBEKEND


@lru_cache(maxsize=2048)
def _opening(text: str, moment: datetime) -> Opening:
    try:
        hours = OpeningHours.parse(text)
    except ValueError:
        return Opening.ONBEKEND
    if hours.is_open(moment):
        return Opening.NU
    if hours.is_unknown(moment):
        return Opening.ONBEKEND
    opens = hours.next_opening(moment)
    if opens is None:
        return Opening.LATER
    days = (opens.date() - moment.date()).days
    return {0: Opening.VANDAAG, 1: Opening.MORGEN}.get(days, Opening.WEEK if days <= 6 else Opening.LATER)


def describe(opening_hours: str, moment: datetime, sentences: Sentences) -> str:
    """The sentence that says whether it is open at ``moment``, and otherwise when it opens.

    Args:
        opening_hours: the text as in the catalogue; empty when not known.
        moment: timezone-aware.
        sentences: ``catalogue/zinnen.yml``; used are ``contact`` and ``answers.weekday``.

    Returns an empty string when the hours are unknown or unusable, or when it does not open within a year: a resident
    is told nothing rather than something wrong. The catalogue check is where an editor hears about unusable hours.
    """
    if not opening_hours.strip():
        return ""
    try:
        hours = OpeningHours.parse(opening_hours)
    except ValueError as error:
        _log.warning("openingstijden overgeslagen: %s", error)
        return ""
    if hours.is_open(moment):
        return sentences.contact["open_now"]
    opens = hours.next_opening(moment)
    if opens is None or hours.is_unknown(moment):
        return ""
    return sentences.contact["closed_now"].format(wanneer=when(opens, moment, sentences))


@lru_cache(maxsize=2048)
def _parse(text: str) -> OpeningHours:
    _check(text)
    rules = _rules(text)
    if not _speaks_of_holidays(text, rules):
        rules = _rules(text + CLOSED_ON_HOLIDAYS)
    return OpeningHours(text, rules)


def _rules(text: str) -> osm.OpeningHours:
    return osm.OpeningHours(text, timezone=AMSTERDAM, country="NL", coords=UTRECHT)


def _check(text: str) -> None:
    """Refuse what is malformed, and what the library accepts but cannot decide: it would call that open."""
    if not text:
        raise ValueError(f"de openingstijden zijn leeg; {_EXAMPLE}, of laat het veld weg")
    if '"' in text:
        raise ValueError(f"'{text}': tussen aanhalingstekens kan hier geen uitleg staan; zet die bij opening_note (of bij hours)")
    if re.search(r"\bSH\b", text, re.IGNORECASE):
        raise ValueError(
            f"'{text}': schoolvakanties (SH) kennen we niet; schrijf de maanden, zoals 'Jul-Aug off', of laat SH weg"
        )
    if not osm.validate(text):
        raise ValueError(f"'{text}': deze openingstijden kunnen we niet lezen; {_EXAMPLE}")


def _speaks_of_holidays(text: str, rules: osm.OpeningHours) -> bool:
    always = "24/7" in text or str(rules.normalize()) == "24/7"
    return always or bool(re.search(r"\bPH\b", text, re.IGNORECASE))


def _local(moment: datetime) -> datetime:
    if moment.utcoffset() is None:
        raise ValueError("a moment needs a timezone; use datetime.now(AMSTERDAM)")
    return moment.astimezone(AMSTERDAM)


def when(opens: datetime, moment: datetime, sentences: Sentences) -> str:
    """A time in words, seen from ``moment`` (both timezone-aware).

    "vandaag om 9.00 uur", "vrijdag om ...", and from a week ahead "vrijdag 3 april om ...".
    """
    opens, now = _local(opens), _local(moment)
    days = (opens.date() - now.date()).days
    time = f"{opens.hour}.{opens.minute:02d} uur"
    if days < 2:
        return sentences.contact["tomorrow" if days else "today"].format(tijd=time)
    day = sentences.answers["weekday"][str(opens.weekday())]
    if days > 6:
        day = f"{day} {opens.day} {MONTHS[opens.month - 1]}"
    return sentences.contact["weekday"].format(dag=day, tijd=time)
