"""Recognising words and phrases that editors wrote down, in text as residents type it.

A phrase is lower-case words. ``*`` at the end of a word stands for any ending, ``...`` between words for up to four
other words, and ``<name>`` for any entry of the word list with that name. A phrase never runs on into a next sentence.
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_left
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

GAP = "..."
"""In a phrase: up to :data:`GAP_WORDS` other words may stand here, but none that turns it round ("niet", "maar")."""

GAP_WORDS = 4

_BETWEEN = r"[^\w.!?;:\n]+"
"""What may stand between two words of one phrase."""

_WORD_ENDS = r"(?!\w)"
_SKIP = rf"(?:{_BETWEEN}(?!(?:niet|nie|geen|nooit|zonder|maar|dan)\b)[\w']+){{0,{GAP_WORDS}}}?"
_LIST = re.compile(r"<([a-z_]+)>")
_WORD = re.compile(r"^(?:'?[^\W_A-Z][\w'’/+-]*|\d[\w+-]*)$")
_PLAIN_ASCII = re.compile(r"([a-zA-Z])\1\1")
_PLAIN_MARKS = str.maketrans({**dict.fromkeys("‘’‛`´ʼ′", "'"), **dict.fromkeys("“”„‟«»", '"'), **dict.fromkeys("‐‑‒–—−", "-")})


class Hit(NamedTuple):
    """One place where a value was recognised; ``start`` and ``end`` count in the text as it was typed."""

    value: str
    start: int
    end: int


def blank(text: str, hits: Iterable[Hit]) -> str:
    """The text with dashes where the hits are, so that what follows keeps its place and distance."""
    for hit in hits:
        text = text[: hit.start] + "-" * (hit.end - hit.start) + text[hit.end :]
    return text


@dataclass(frozen=True)
class Plain:
    """Text made plain for comparing, and where each of its characters came from.

    Attributes:
        text: lower case, no accents, straight quotes, at most two equal letters in a row.
        origin: for every position in ``text``, and the position after it, the position in what was typed.
    """

    text: str
    origin: Sequence[int]

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Translate a span of ``text`` to a span of what was typed."""
        return self.origin[start], self.origin[end]


def plain(text: str) -> Plain:
    """Make text plain; see :class:`Plain`."""
    if text.isascii() and not _PLAIN_ASCII.search(text) and "`" not in text:
        return Plain(text.lower(), range(len(text) + 1))
    letters: list[str] = []
    origin: list[int] = []
    for position, typed in enumerate(text):
        for letter in _plain_letter(typed):
            if letter.isalpha() and letters[-2:] == [letter, letter]:
                continue
            letters.append(letter)
            origin.append(position)
    return Plain("".join(letters), [*origin, len(text)])


@lru_cache(maxsize=2048)
def _plain_letter(typed: str) -> str:
    decomposed = unicodedata.normalize("NFKD", typed.translate(_PLAIN_MARKS).lower())
    return "".join(part for part in decomposed if not unicodedata.combining(part))


def phrase_problem(phrase: str, lists: Iterable[str] = ()) -> str | None:
    """What is wrong with a phrase, in Dutch, or ``None``.

    Args:
        phrase: as an editor wrote it.
        lists: names of the word lists that exist.
    """
    words = phrase.split()
    known = set(lists)
    if not words:
        return "hier staat een lege regel; haal hem weg"
    if GAP in (words[0], words[-1]):
        return f"'{phrase}': zet ... alleen tussen twee woorden"
    if phrase != phrase.lower():
        return f"'{phrase}': schrijf kleine letters"
    for word in words:
        if (named := _LIST.fullmatch(word)) and named[1] not in known:
            return f"'{phrase}': de lijst {word} bestaat niet; kies uit: {', '.join(sorted(known)) or 'geen'}"
        if not named and word != GAP and not _WORD.match(word.removesuffix("*")):
            return f"'{phrase}': '{word}' kan niet; gebruik letters en cijfers, een * alleen aan het eind, of ..."
    return None


class PhraseMatcher:
    """Finds values by their phrases. Compile once, use for every message.

    Args:
        phrases: for every value, the phrases by which it is recognised.
        lists: for every ``<name>`` used in a phrase, what may stand there.

    Raises:
        ValueError: a phrase is not well-formed (in Dutch; see :func:`phrase_problem`).
    """

    def __init__(self, phrases: Mapping[str, Iterable[str]], lists: Mapping[str, Iterable[str]] | None = None) -> None:
        spelled = {name: _alternation(entries) for name, entries in (lists or {}).items()}
        self._patterns = {
            value: re.compile(rf"(?<!\w){pattern}")
            for value, entries in phrases.items()
            if (pattern := _compile(tuple(entries), spelled))
        }

    def find(self, text: str | Plain) -> list[Hit]:
        """Every place where a value was recognised, in reading order; of phrases of one value the longest counts."""
        typed = text if isinstance(text, Plain) else plain(text)
        hits = [
            Hit(value, *typed.span(*found.span()))
            for value, pattern in self._patterns.items()
            for found in pattern.finditer(typed.text)
        ]
        return sorted(hits, key=lambda hit: (hit.start, -hit.end))

    def values(self, text: str | Plain) -> frozenset[str]:
        """The values that occur in the text at all."""
        typed = text if isinstance(text, Plain) else plain(text)
        return frozenset(value for value, pattern in self._patterns.items() if pattern.search(typed.text))

    def covers(self, text: str | Plain) -> str | None:
        """The value whose phrase is the whole text, or ``None``."""
        typed = (text if isinstance(text, Plain) else plain(text)).text.strip()
        return next((value for value, pattern in self._patterns.items() if pattern.fullmatch(typed)), None)


class Negation:
    """Decides whether something that was recognised is in fact refused ("geen groep", "bellen vind ik niks").

    Args:
        before: phrases that refuse what follows them.
        after: phrases that refuse what stands before them.
        breaks: words with which a new thought begins, so that an earlier "niet" no longer reaches
            ("niet bellen maar een groep").
        harmless: phrases in which a refusing word refuses nothing ("niet erg"), unless they refuse themselves.
        lists: for every ``<name>`` used in a phrase, what may stand there.
        reach: how many words a refusal reaches.
    """

    def __init__(
        self,
        before: Iterable[str],
        after: Iterable[str] = (),
        breaks: Iterable[str] = (),
        harmless: Iterable[str] = (),
        lists: Mapping[str, Iterable[str]] | None = None,
        reach: int = 5,
    ) -> None:
        before, after = tuple(before), tuple(after)
        harmless = [phrase for phrase in harmless if phrase not in before + after]
        self._before, self._after, self._breaks, self._harmless = (
            PhraseMatcher({"": phrases}, lists) for phrases in (before, after, breaks, harmless)
        )
        self._reach = reach

    def refuses(self, typed: Plain, hit: Hit) -> bool:
        """Whether what was recognised in this text is refused."""
        left, right = _position(typed, hit.start), _position(typed, hit.end)
        return self._refused_before(typed.text[max(0, left - _LOOK) : left]) or self._refused_after(
            typed.text[right : right + _LOOK]
        )

    def _refused_before(self, text: str) -> bool:
        thought = _last_words(self._only_refusals(_SENTENCE.split(text)[-1]), self._reach)
        breaks = self._breaks.find(thought)
        return bool(self._before.values(thought[breaks[-1].start :] if breaks else thought))

    def _refused_after(self, text: str) -> bool:
        thought = self._only_refusals(_first_words(_SENTENCE.split(text, maxsplit=1)[0], self._reach))
        breaks = self._breaks.find(thought)
        reach = breaks[0].start if breaks else len(thought)
        return any(hit.start <= reach for hit in self._after.find(thought))

    def _only_refusals(self, text: str) -> str:
        return blank(text, self._harmless.find(text))


_SENTENCE = re.compile(r"[.,!?;:\n()]+")
_LOOK = 120
"""A thought is never looked at further than this many characters away."""


def _last_words(text: str, count: int) -> str:
    words = list(re.finditer(r"\S+", text))
    return text[words[-count].start() :] if len(words) > count else text


def _first_words(text: str, count: int) -> str:
    words = list(re.finditer(r"\S+", text))
    return text[: words[count - 1].end()] if len(words) > count else text


def _position(typed: Plain, position: int) -> int:
    """The first place in the plain text that came from this position in what was typed."""
    if isinstance(typed.origin, range):
        return position
    return bisect_left(typed.origin, position)


def _compile(phrases: Sequence[str], lists: Mapping[str, str]) -> str:
    """One pattern for all phrases of a value, grouped by first word so that most are never tried."""
    rests: dict[str, list[str]] = {}
    for phrase in sorted(phrases, key=lambda entry: (-len(entry.split()), -len(entry))):
        if problem := phrase_problem(phrase, lists):
            raise ValueError(problem)
        first, *words = plain(phrase).text.split()
        rests.setdefault(_word(first, lists), []).append(_join(words, lists))
    groups = [f"{first}(?:{'|'.join(tails)})" if any(tails) else first for first, tails in rests.items()]
    return "(?:" + "|".join(group + _WORD_ENDS for group in groups) + ")" if groups else ""


def _alternation(entries: Iterable[str]) -> str:
    phrases = sorted({plain(entry).text for entry in entries}, key=lambda entry: -len(entry))
    return "(?:" + "|".join(_word(words[0], {}) + _join(words[1:], {}) for phrase in phrases if (words := phrase.split())) + ")"


def _join(words: Sequence[str], lists: Mapping[str, str]) -> str:
    """The pattern of the words that follow the first word of a phrase."""
    pieces: list[str] = []
    for word in words:
        pieces.append(_SKIP if word == GAP else _BETWEEN + _word(word, lists))
    return "".join(pieces)


def _word(word: str, lists: Mapping[str, str]) -> str:
    if named := _LIST.fullmatch(word):
        return lists[named[1]]
    stem = re.escape(word.removesuffix("*")).replace("'", "'?").replace(r"\-", r"[-\s]?")
    return stem + (r"[\w'-]*" if word.endswith("*") else "")
