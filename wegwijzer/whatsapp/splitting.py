"""A long text in parts that each fit in one message: between paragraphs or sentences, never inside a number or an address."""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_right
from collections.abc import Iterator, Sequence

from wegwijzer.whatsapp.limits import units

_WHOLE = re.compile(r"(?:https?://|www\.)\S+|(?<!\S)[^\s@]+@\S+|\+?\(?\d(?:[\d .()/‑–-]*\d)?", re.IGNORECASE)
"""A web address, a mail address, or digits as people write a telephone number: not to be cut."""

_ENDS = (
    re.compile(r"\n[^\S\n]*\n\s*"),
    re.compile(r"\n\s*|[.!?…][\"'”’)]*\s+"),
    re.compile(r"[,;:]\s+|\s[–-]\s+"),
    re.compile(r"\s+"),
)
"""Where a text may be cut, best first: paragraphs, lines and sentences, clauses, words."""

_JOINED = frozenset({"\u200d", "\ufe0f"})
"""Between the parts of one emoji, and after it."""


def split(text: str, limit: int) -> list[str]:
    """The text in parts of at most ``limit`` characters (:func:`~wegwijzer.whatsapp.limits.units`), each as long as is sensible.

    Only spaces and line ends between two parts are left out. A telephone number or an address stays whole, unless it is longer
    than ``limit`` by itself.
    """
    parts = []
    rest = text.strip()
    while units(rest) > limit:
        cut = _last_cut(rest, limit)
        parts.append(rest[:cut].rstrip())
        rest = rest[cut:].lstrip()
    return [part for part in [*parts, rest] if part]


def split_before(text: str, last: int, limit: int) -> list[str]:
    """As :func:`split`, but the last part is at most ``last`` characters: the question that goes with buttons.

    A text that is too long keeps its last paragraph together when that fits, so that the buttons stand under their question.
    """
    text = text.strip()
    if units(text) <= last:
        return [text] if text else []
    cut = _tail_cut(text, last)
    return [*split(text[:cut], limit), text[cut:].lstrip()]


def _last_cut(text: str, limit: int) -> int:
    """The best place to cut off a first part that fits; later is better among equals."""
    most = _longest_head(text, limit)
    places = _places(text)
    for rank, found in enumerate(places):
        fitting = bisect_right(found, most)
        # A paragraph that ends early would leave a small part: then rather a sentence further on.
        if fitting and (rank > 0 or found[fitting - 1] > most // 2):
            return found[fitting - 1]
    inside = _whole_around(text, most)
    return inside[0] if inside and inside[0] > 0 else _hard(text, most)


def _tail_cut(text: str, last: int) -> int:
    """Where the last part begins: its paragraph when that fits, else the earliest sentence, clause or word that does."""
    least = len(text) - _longest_head(text[::-1], last)
    paragraphs, *others = _places(text)
    if paragraphs and paragraphs[-1] >= least:
        return paragraphs[-1]
    for found in others:
        fitting = bisect_right(found, least - 1)
        if fitting < len(found):
            return found[fitting]
    inside = _whole_around(text, least)
    return inside[1] if inside and inside[1] < len(text) else _hard(text, least, step=1)


def _whole_around(text: str, place: int) -> tuple[int, int] | None:
    """What may not be cut and would be, here."""
    return next((found.span() for found in _WHOLE.finditer(text) if found.start() < place < found.end()), None)


def _places(text: str) -> tuple[Sequence[int], ...]:
    """By rank, in order, where a new part may begin."""
    whole = [found.span() for found in _WHOLE.finditer(text)]
    return tuple(list(_outside(pattern, text, whole)) for pattern in _ENDS)


def _outside(pattern: re.Pattern[str], text: str, whole: Sequence[tuple[int, int]]) -> Iterator[int]:
    starts = [start for start, _ in whole]
    for found in pattern.finditer(text):
        before = bisect_right(starts, found.end() - 1) - 1
        inside = before >= 0 and found.end() < whole[before][1] and found.end() > whole[before][0]
        if 0 < found.end() < len(text) and not inside:
            yield found.end()


def _longest_head(text: str, limit: int) -> int:
    """How many letters at the beginning fit."""
    size = 0
    for place, letter in enumerate(text):
        size += 2 if letter > "\uffff" else 1
        if size > limit:
            return place
    return len(text)


def _hard(text: str, place: int, step: int = -1) -> int:
    """A place in a run without spaces, not between a letter and its accent or within one emoji, as far as that can be."""
    moved = place
    while 1 < moved < len(text) and abs(moved - place) < 32 and _clings(text, moved):
        moved += step
    return moved if 0 < moved < len(text) and not _clings(text, moved) else max(1, place)


def _clings(text: str, place: int) -> bool:
    return bool(unicodedata.combining(text[place])) or text[place] in _JOINED or text[place - 1] == "\u200d"
