"""From text to what can be looked up: stems, halves of compounds, words for the same, and how much each word says.

Stems are those of Snowball's Dutch stemmer (package ``snowballstemmer``, https://snowballstem.org/algorithms/dutch).
Records and questions go through the same steps, so that "schaken" finds "schaakclub".
"""

from __future__ import annotations

import re
import runpy
from collections.abc import Container, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib.util import find_spec
from itertools import pairwise
from pathlib import Path

import snowballstemmer

from wegwijzer.catalogue.zoekwoorden import Zoekwoorden
from wegwijzer.understanding.phrases import GAP, plain
from wegwijzer.understanding.words import word_list

SAME, MEANT, HEAD, TAIL = 1.0, 0.85, 0.75, 0.3
"""How well a word is matched by itself, by another word for it, and by the first or last half of a compound."""

SHORTEST_COMPOUND, SHORTEST_HEAD = 6, 3

MOST_TELLING, LEAST_TELLING = 1.2, 0.15
"""Bounds on how much a word says: a word we never saw says most, "mensen" hardly anything."""

_COMMONEST, _SCALE = 6.5, 3.5
"""A word this common (Zipf) says nothing; one so much less common says 1."""

_WORD = re.compile(r"[^\W_]+")


@dataclass(frozen=True)
class Concept:
    """One thing a question names.

    Attributes:
        word: as it was typed, in plain letters.
        terms: what it may be found by, and how well that would match (0 to 1).
        weight: how much the word says (:data:`LEAST_TELLING` to :data:`MOST_TELLING`).
    """

    word: str
    terms: Mapping[str, float]
    weight: float


class Terms:
    """Splits texts of records and questions in the same way.

    Args:
        words: ``catalogue/zoekwoorden.yml``.
    """

    def __init__(self, words: Zoekwoorden) -> None:
        self._tails = tuple(sorted({plain(tail).text for tail in words.staarten}, key=len, reverse=True))
        cues = {part for phrases in words.vragen.values() for phrase in phrases for part in phrase.split() if part != GAP}
        self._stop = frozenset(
            letters
            for word in (*_stop_words(), *words.gewone_woorden, *(cue for cue in cues if not cue.endswith("*")))
            for letters in tokens(word)
        )
        self._stop_starts = tuple(plain(cue).text.removesuffix("*") for cue in cues if cue.endswith("*"))
        self._same: dict[str, list[tuple[tuple[str, ...], str]]] = {}
        for number, group in enumerate(words.synoniemen):
            for phrase in group:
                stems = tuple(stem(word) for word in tokens(phrase))
                self._same.setdefault(stems[0], []).append((stems, f"={number}"))

    def is_ordinary(self, word: str) -> bool:
        """Whether a word names nothing in a question."""
        return len(word) < 2 or word in self._stop or word.startswith(self._stop_starts)

    def is_compound(self, word: str) -> bool:
        """Whether a word ends in one of the known last halves."""
        return len(dict(self._alternatives(word))) > 1

    def of_field(self, text: str) -> dict[str, float]:
        """What a field of a record can be found by, and how well."""
        found: dict[str, float] = {}
        words = tokens(text)
        for word in words:
            for term, quality in self._alternatives(word):
                found[term] = max(quality, found.get(term, 0.0))
        for first, second in pairwise(words):
            found.setdefault(stem(first + second), SAME)
        for _, _, term in self._meanings(words):
            found.setdefault(term, MEANT)
        return {term: quality for term, quality in found.items() if quality > TAIL}

    def of_question(self, words: Sequence[str], known: Container[str], names: Container[str]) -> list[Concept]:
        """What a question names, in order; empty when it names nothing.

        Args:
            words: the tokens of the question.
            known: every term of the index; two words of the question may be one there ("repaircafé").
            names: every single word of a name; of these the halves may be ordinary words too ("van harte", "u pas").
        """
        concepts: list[Concept] = []
        meanings = {start: (length, term) for start, length, term in self._meanings(words)}
        at = 0
        while at < len(words):
            word, length = words[at], 1
            terms = dict(self._alternatives(word))
            if at in meanings:
                length, meaning = meanings[at]
                terms = {**terms, meaning: MEANT} if length == 1 else {meaning: SAME}
            elif at + 1 < len(words) and self._is_one(word, words[at + 1], known, names):
                length, word = 2, word + words[at + 1]
                terms = {stem(word): SAME}
            if length > 1 or not self.is_ordinary(word):
                concepts.append(Concept(word, terms, telling(word)))
            at += length
        return concepts

    def _is_one(self, word: str, following: str, known: Container[str], names: Container[str]) -> bool:
        """Whether two words are one that was typed apart: "buurt buik", but not "in Lunetten"."""
        if word + following in names:
            return True
        return stem(word + following) in known and not (self.is_ordinary(word) or self.is_ordinary(following))

    def _alternatives(self, word: str) -> Iterator[tuple[str, float]]:
        """The stem of a word, and those of its halves; the best way to find it first."""
        yield stem(word), SAME
        if len(word) < SHORTEST_COMPOUND:
            return
        for tail in self._tails:
            ending = next((form for form in (tail, f"{tail}s", f"{tail}en") if word.endswith(form)), None)
            if ending is not None and len(word) - len(ending) >= SHORTEST_HEAD:
                head = word[: -len(ending)]
                yield stem(head), HEAD
                if head.endswith("s") and len(head) > SHORTEST_HEAD:
                    yield stem(head[:-1]), HEAD
                yield stem(tail), TAIL
                return

    def _meanings(self, words: Sequence[str]) -> Iterator[tuple[int, int, str]]:
        """Where a word or phrase of the synonyms stands: first word, how many words, and the term of its meaning."""
        stems = [stem(word) for word in words]
        for start, first in enumerate(stems):
            fitting = [
                (phrase, term)
                for phrase, term in self._same.get(first, ())
                if tuple(stems[start : start + len(phrase)]) == phrase
            ]
            if fitting:
                phrase, term = max(fitting, key=lambda item: len(item[0]))
                yield start, len(phrase), term


def tokens(text: str) -> list[str]:
    """The words of a text: lower case, no accents, split at every mark."""
    return _WORD.findall(plain(text).text)


@lru_cache(maxsize=65536)
def stem(word: str) -> str:
    """The stem of a Dutch word."""
    return str(_STEMMER.stemWord(word))


_STEMMER = snowballstemmer.stemmer("dutch")


def telling(word: str) -> float:
    """How much a word says, from how seldom it is written in Dutch (see :mod:`wegwijzer.understanding.words`)."""
    zipf = word_list().zipf.get(word)
    if zipf is None:
        return MOST_TELLING
    return min(MOST_TELLING, max(LEAST_TELLING, (_COMMONEST - zipf) / _SCALE))


def _stop_words() -> frozenset[str]:
    """The small words of Dutch, as spaCy lists them; read from its file, since importing spaCy takes long."""
    package = find_spec("spacy")
    if package is None or not package.submodule_search_locations:
        raise ImportError("spacy is not installed: uv sync")
    file = Path(package.submodule_search_locations[0]) / "lang" / "nl" / "stop_words.py"
    return frozenset(runpy.run_path(str(file))["STOP_WORDS"])
