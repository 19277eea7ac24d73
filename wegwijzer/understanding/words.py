"""How common a Dutch word is: a word list that is made once and kept with the code.

The list is made from the package wordfreq with ``wegwijzer words``. That package is heavy, so only who makes the list
again needs it; what runs reads one small file.
"""

from __future__ import annotations

import gzip
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType

WORDS = Path(__file__).parent / "data" / "woorden.txt.gz"

COMMON = 2.0
"""Below this (once in ten million words) a word is rare: perhaps a good word, perhaps a misspelled one."""

OTHER_LANGUAGES = {"en": 3.5, "de": 4.5, "fr": 4.5, "es": 4.5, "it": 4.5, "pt": 4.5, "tr": 4.0, "pl": 4.5}
"""The languages whose words we know as foreign, and how common such a word must be there."""

CLEARLY_FOREIGN = 1.0
"""A word that is this much more common elsewhere is no Dutch word, although Dutch people write it ("the", "feel")."""

_SHARED = 3.5
_COMMON_ENOUGH = str(round(COMMON * 10))
_SHORTEST_FOREIGN = 3
_HEAD = """\
# Dutch words and how common they are: word, tab, ten times its Zipf frequency; 0 is not a Dutch word.
# "v" in a third column: a word of another language.
# Made by "wegwijzer words" from wordfreq (Robyn Speer, https://github.com/rspeer/wordfreq), whose data may be used under
# CC BY-SA 4.0 (https://creativecommons.org/licenses/by-sa/4.0/). This file is a selection of that data, under the same licence.
"""


@dataclass(frozen=True)
class WordList:
    """The words we know.

    Attributes:
        zipf: how common each Dutch word is: 7 for "de", 5 for "slapen", 3 for "pantoffels"; most common first.
        rare: Dutch words that are hardly ever written, and misspelled ones.
        foreign: words of other languages, whether or not they also stand in ``zipf``.
    """

    zipf: Mapping[str, float]
    rare: frozenset[str]
    foreign: frozenset[str]


@lru_cache(maxsize=1)
def word_list() -> WordList:
    """The list that is kept with the code; read once."""
    return read_words(WORDS)


def read_words(path: Path) -> WordList:
    """Read a word list. Raises ``OSError`` when it is not there."""
    zipf: dict[str, float] = {}
    rare: set[str] = set()
    foreign: set[str] = set()
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        for line in lines:
            if line.startswith("#"):
                continue
            word, common, *other = line.rstrip("\n").split("\t")
            if len(common) > 1 and common >= _COMMON_ENOUGH:
                zipf[word] = int(common) / 10
            elif common != "0":
                rare.add(word)
            if other:
                foreign.add(word)
    return WordList(MappingProxyType(zipf), frozenset(rare), frozenset(foreign))


def write_words(path: Path = WORDS) -> int:
    """Make the list again from wordfreq (a package for developers); returns how many words it has. Same in, same out."""
    from wordfreq import get_frequency_dict, zipf_frequency

    other = {name: get_frequency_dict(name, wordlist="best") for name in OTHER_LANGUAGES}
    rows = list(_rows(get_frequency_dict("nl", wordlist="best"), other, lambda word, name: zipf_frequency(word, name)))
    text = _HEAD + "".join(f"{word}\t{common}{mark}\n" for word, common, mark in rows)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(gzip.compress(text.encode(), compresslevel=9, mtime=0))
    return len(rows)


def _rows(
    dutch: Mapping[str, float], other: Mapping[str, Mapping[str, float]], zipf: Callable[[str, str], float]
) -> Iterator[tuple[str, int, str]]:
    """Dutch words, most common first, then the words of other languages: word, ten times its frequency, mark."""
    known: set[str] = set()
    for word in sorted(dutch, key=lambda word: (-dutch[word], word)):
        common = zipf(word, "nl")
        if _is_word(word):
            known.add(word)
            yield word, round(common * 10), "\tv" if _is_foreign(word, common, zipf) else ""
    for word in sorted({word for name in other for word in other[name]} - known):
        common_there = any(word in other[name] and zipf(word, name) >= least for name, least in OTHER_LANGUAGES.items())
        if len(word) >= _SHORTEST_FOREIGN and _is_word(word) and common_there:
            yield word, 0, "\tv"


def _is_foreign(word: str, common: float, zipf: Callable[[str, str], float]) -> bool:
    """English words count also when they are common here; of other languages we often have the same word ("bak", "viel")."""
    languages = OTHER_LANGUAGES if common < _SHARED else {"en": OTHER_LANGUAGES["en"]}
    return len(word) > 1 and any(zipf(word, name) >= max(common + CLEARLY_FOREIGN, least) for name, least in languages.items())


def _is_word(word: str) -> bool:
    """Letters of our alphabet, perhaps with accents, and apostrophes inside."""
    letters = word.replace("'", "")
    return bool(letters) and letters.isalpha() and all(ord(letter) < 0x250 for letter in letters)
