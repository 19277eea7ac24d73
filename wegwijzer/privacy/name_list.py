"""Which words are names of people, and which of those are ordinary words too: a list that is made once and kept with the code.

The list is made by ``wegwijzer names`` from packages that only who makes it again needs: ``filenthropist`` (first names and
surnames as they occur in the Netherlands, places), ``deduce`` (the same, smaller and cleaner, and streets), and the word tables
of ``spacy-lookups-data`` that tell a name from a word. What runs reads one small file.
"""

from __future__ import annotations

import gzip
import json
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import Flag, auto
from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path
from types import MappingProxyType
from typing import Any

from wegwijzer.understanding.words import WordList, word_list

NAMES = Path(__file__).parent / "data" / "namen.txt.gz"

POPULAR = 1000
"""How ``filenthropist`` marks a common first name; one that it only saw has 1, and between stand words of documents."""

FEWEST_WITH_SURNAME = 100
"""A surname of fewer people in the Netherlands is left out, unless ``deduce`` has it too."""

SURE_SURNAME = 500
"""A surname of at least so many people counts by itself; a rarer one needs something that tells of a name."""

MANY = 2000
"""A surname of at least so many people is one also when it is an ordinary word right after a first name."""

UNCOMMON = 3.8
"""A surname that is written more often (Zipf) than this is probably a word too."""

EVERYDAY = 5.0
"""A word this common (Zipf) is an ordinary word, whoever is called so, unless it is a common first name."""

SEEN = 3.3
"""A word written more often (Zipf) than this that is in no dictionary may still be one of slang, or a brand."""

_COMMON = 3.0
_SHORTEST_SURE = 3
_SHORTEST_RARE = 5
_GEO_PREFIXES = (
    "31",
    "32",
    "33",
    "34",
    "39",
    "48",
    "49",
    "90",
    "212",
    "213",
    "216",
    "251",
    "252",
    "351",
    "380",
    "597",
    "963",
    "964",
)
_STREET_ENDS = (
    "straat",
    "laan",
    "weg",
    "plein",
    "gracht",
    "kade",
    "dijk",
    "pad",
    "singel",
    "hof",
    "park",
    "steeg",
    "dreef",
    "baan",
)
_HEAD = """\
# Names of people: word, tab, what is known of it; see NameFlag in wegwijzer/privacy/name_list.py. All lower case, no accents.
# Made by "wegwijzer names" from filenthropist (LokaalHub, MIT licence) and deduce (Vincent Menger, UMC Utrecht,
# LGPL-3.0-or-later, https://github.com/vmenger/deduce). This file is a selection of their data; it is under
# LGPL-3.0-or-later, apart from the code around it.
"""


class NameFlag(Flag):
    """What is known of a word."""

    NONE = 0
    FIRST = auto()
    """A first name, and hardly ever anything else."""
    MAYBE_FIRST = auto()
    """A first name that is an ordinary word, a place or a foreign word too."""
    THING_FIRST = auto()
    """Besides, that word is only a noun: "roos", "bas"; without an article before it, it is probably somebody."""
    RARE_FIRST = auto()
    """A rare first name that looks like another word."""
    LAST = auto()
    """A surname, and hardly ever anything else."""
    MAYBE_LAST = auto()
    """A surname that is an ordinary word or a place too, or that few people have."""
    AFTER_PARTICLE = auto()
    """A surname that stands after "van", "de" and the like."""
    STREET = auto()
    """A street whose name does not end in a word for a street."""
    PLACE = auto()
    """A town, city or country."""
    MANY_LAST = auto()
    """Of the surnames: one that many people have."""
    VERB = auto()
    """A form of a verb, or another word that names nothing."""
    NO_WORD = auto()
    """Of the rare first names: one that is in no dictionary; it only looks like a word somebody may have misspelled."""


_LETTERS = {
    "v": NameFlag.FIRST,
    "w": NameFlag.MAYBE_FIRST,
    "n": NameFlag.THING_FIRST,
    "x": NameFlag.RARE_FIRST,
    "a": NameFlag.LAST,
    "b": NameFlag.MAYBE_LAST,
    "t": NameFlag.AFTER_PARTICLE,
    "s": NameFlag.STREET,
    "p": NameFlag.PLACE,
    "c": NameFlag.MANY_LAST,
    "q": NameFlag.VERB,
    "d": NameFlag.NO_WORD,
}


def bare(word: str) -> str:
    """The word as it is looked up: lower case, without accents, straight hyphens."""
    if word.isascii():
        return word.lower()
    decomposed = unicodedata.normalize("NFKD", word.lower().replace("ı", "i").replace("ø", "o").replace("ł", "l"))
    return "".join(letter for letter in decomposed if not unicodedata.combining(letter))


@lru_cache(maxsize=1)
def name_list() -> Mapping[str, NameFlag]:
    """The list that is kept with the code; read once."""
    return read_names(NAMES)


def read_names(path: Path) -> Mapping[str, NameFlag]:
    """Read a list. Raises ``OSError`` when it is not there."""
    known: dict[str, NameFlag] = {}
    meaning: dict[str, NameFlag] = {}
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        for line in lines:
            if line.startswith("#"):
                continue
            word, letters = line.rstrip("\n").split("\t")
            if letters not in meaning:
                meaning[letters] = _flags(letters)
            known[word] = meaning[letters]
    return MappingProxyType(known)


def _flags(letters: str) -> NameFlag:
    flags = NameFlag.NONE
    for letter in letters:
        flags |= _LETTERS[letter]
    return flags


# --- making the list --------------------------------------------------------------------------------------------------


def write_names(path: Path = NAMES) -> int:
    """Make the list again; returns how many words it has. Same packages in, same file out.

    Raises:
        ModuleNotFoundError: a package it is made from is not installed (``uv pip install filenthropist deduce``).
    """
    rows = dict(sorted(_rows(_Sources.read())))
    text = _HEAD + "".join(f"{word}\t{letters}\n" for word, letters in rows.items())
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(gzip.compress(text.encode(), compresslevel=9, mtime=0))
    return len(rows)


@dataclass(frozen=True)
class _Sources:
    """What the packages say, all in the form of :func:`bare`.

    Attributes:
        first: first names, and the mark ``filenthropist`` gives them.
        clean_first: the first names of ``deduce``.
        last: surnames, and how many people have them.
        clean_last, after_particle: the surnames of ``deduce``, and those that stand after "van", "de" and the like.
        words: Dutch words that are inflected, so ordinary words; ``things`` are nouns, ``dictionary`` all, ``verbs``
            those that are forms of a verb or small words.
        english: English words.
        places: towns, cities and countries.
        streets: streets whose name does not end in a word for a street.
        near: everything one letter away from a common word that begins with the same letter: who misspells a word
            hardly ever has its first letter wrong.
    """

    first: Mapping[str, int]
    clean_first: frozenset[str]
    last: Mapping[str, int]
    clean_last: frozenset[str]
    after_particle: frozenset[str]
    words: frozenset[str]
    things: frozenset[str]
    dictionary: frozenset[str]
    verbs: frozenset[str]
    english: frozenset[str]
    places: frozenset[str]
    streets: frozenset[str]
    near: frozenset[str]
    list: WordList

    @classmethod
    def read(cls) -> _Sources:
        """Read all packages."""
        tables = _folder("spacy_lookups_data") / "data"
        names = _folder("filenthropist") / "pii_interface" / "data" / "gazetteers"
        clean = _folder("deduce") / "data" / "lookup" / "src"
        lookup: dict[str, str] = _json(tables / "nl_lemma_lookup.json.gz")
        index: dict[str, list[str]] = _json(tables / "nl_lemma_index.json.gz")
        english: dict[str, list[str]] = _json(tables / "en_lemma_index.json.gz")
        inflected = {form for pair in lookup.items() for form in pair if pair[0] != pair[1]}
        nouns = set(index["noun"])
        actions = {word for kind in ("verb", "adp", "det") for word in index[kind]}
        others = {word for kind in index if kind != "noun" for word in index[kind]}
        cities: dict[str, list[str]] = _json(names / "city_gazetteer.json")
        words = word_list()
        return cls(
            first=_counted(_json(names / "dutch_first_names.json")),
            clean_first=_lines(clean / "names" / "lst_first_name" / "items.txt"),
            last=_counted(_json(names / "dutch_last_names.json")),
            clean_last=_lines(clean / "names" / "lst_surname" / "items.txt"),
            after_particle=_lines(clean / "names" / "lst_interfix_surname" / "items.txt"),
            words=frozenset(map(bare, inflected | others)),
            dictionary=frozenset(map(bare, inflected | others | nouns)),
            things=frozenset(map(bare, nouns)),
            verbs=frozenset(bare(form) for form, of in lookup.items() if of in actions and form not in nouns)
            | frozenset(map(bare, actions - nouns)),
            english=frozenset(bare(word) for kind in english for word in english[kind]),
            places=frozenset(bare(name) for group in cities.values() for name in group) | _places_elsewhere(),
            streets=frozenset(
                name
                for name in _lines(clean / "locations" / "lst_street" / "items.txt")
                if name.isalpha() and len(name) >= _SHORTEST_RARE and not name.endswith(_STREET_ENDS)
            ),
            near=frozenset(part for word, common in words.zipf.items() if common >= _COMMON for part in _begun(bare(word))),
            list=words,
        )

    def common(self, word: str) -> float:
        """How common the word is, on Zipf's scale; 0 when it is in no list."""
        return self.list.zipf.get(word, 0.0)

    def ordinary(self, word: str) -> bool:
        """Whether the word is something else than a name as well."""
        if word in self.words or word in self.places or len(word) < _SHORTEST_SURE:
            return True
        return self.common(word) >= EVERYDAY or (word in self.list.foreign and word in self.english)

    def no_word(self, word: str) -> bool:
        """Whether the word is in no dictionary; that it is seldom written tells nothing, for names are written too."""
        known = word in self.dictionary or word in self.english or word in self.list.foreign
        return not known and self.common(word) < SEEN

    def looks_like_another(self, word: str) -> bool:
        """Whether somebody who types this may well mean an ordinary word."""
        return not self.no_word(word) or len(word) < _SHORTEST_RARE or any(part in self.near for part in _begun(word))


def _rows(sources: _Sources) -> Iterator[tuple[str, str]]:
    everything = (
        set(sources.first)
        | sources.clean_first
        | {word for word, people in sources.last.items() if people >= FEWEST_WITH_SURNAME}
        | sources.clean_last
        | sources.after_particle
        | sources.streets
        | sources.places
    )
    for word in everything:
        if word and all(letter.isalpha() or letter in "-'" for letter in word):
            letters = _first(word, sources) + _last(word, sources)
            letters += "s" * (word in sources.streets and sources.common(word) < _COMMON) + "p" * (word in sources.places)
            if letters:
                yield word, letters + "q" * (word in sources.verbs)


def _first(word: str, sources: _Sources) -> str:
    mark = sources.first.get(word, 0)
    clean = word in sources.clean_first
    if mark >= POPULAR or clean:
        if not sources.ordinary(word):
            return "v"
        thing = word in sources.things and word not in sources.verbs and sources.common(word) < EVERYDAY
        return "wn" if thing else "w"
    if mark != 1:
        return ""
    if not (sources.ordinary(word) or sources.looks_like_another(word)):
        return "v"
    return "x" + "d" * (sources.no_word(word) and word not in sources.places and word not in sources.words)


def _last(word: str, sources: _Sources) -> str:
    people = sources.last.get(word, 0)
    letters = "t" if word in sources.after_particle else ""
    if people < FEWEST_WITH_SURNAME and word not in sources.clean_last:
        return letters
    sure = people >= SURE_SURNAME and not sources.ordinary(word) and word not in sources.english | sources.dictionary
    sure = sure and sources.common(word) < UNCOMMON
    return ("a" if sure else "b") + letters + "c" * (people >= MANY)


def _folder(package: str) -> Path:
    """Where a package is; it is not imported, since only its files are read."""
    found = find_spec(package)
    if found is None or not found.submodule_search_locations:
        raise ModuleNotFoundError(f"The list of names is made from the package {package}; first: uv pip install {package}")
    return Path(next(iter(found.submodule_search_locations)))


def _json(path: Path) -> Any:
    text = gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()
    return json.loads(text)


def _counted(names: Mapping[str, int]) -> dict[str, int]:
    counted: dict[str, int] = {}
    for name, count in names.items():
        counted[bare(name)] = max(count, counted.get(bare(name), 0))
    return counted


def _lines(path: Path) -> frozenset[str]:
    return frozenset(bare(line.strip()) for line in path.read_text(encoding="utf-8").splitlines())


def _places_elsewhere() -> frozenset[str]:
    """Countries in Dutch, and the cities that telephone numbers of some countries name."""
    from babel import Locale
    from phonenumbers.geodata import GEOCODE_DATA

    countries = (str(name) for name in Locale("nl").territories.values())
    cities = (
        part.strip()
        for prefix, names in GEOCODE_DATA.items()
        if prefix.startswith(_GEO_PREFIXES)
        for name in names.values()
        for part in name.replace("/", ",").split(",")
    )
    return frozenset(bare(name) for group in (countries, cities) for name in group)


def shorter(word: str) -> Iterable[str]:
    """The word and what is left without one of its letters: two words that share one of these are about one letter apart."""
    return (word, *(word[:at] + word[at + 1 :] for at in range(len(word))))


def _begun(word: str) -> Iterable[str]:
    """The same, each with the first letter of the word before it."""
    return (word[:1] + part for part in shorter(word))
