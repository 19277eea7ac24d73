"""Looking up initiatives and helplines by what somebody types: a small full-text index, ranked by BM25F.

Method: Robertson and Zaragoza, "The Probabilistic Relevance Framework: BM25 and Beyond" (2009), section 3.6, with the
fields below. The ranking only says what is best; whether the best is good enough is :attr:`Hit.coverage`, the share of
what the question names that the record has. A record without the word that matters is no answer, however high it ranks.
"""

from __future__ import annotations

import math
import re
from collections import defaultdict
from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from rapidfuzz import process
from rapidfuzz.distance import OSA

from wegwijzer.catalogue.loading import Catalogue
from wegwijzer.catalogue.models import Helpline, Initiative
from wegwijzer.catalogue.terms import Concept, Terms, stem, tokens
from wegwijzer.understanding.words import word_list
from wegwijzer.vocabulary import CITYWIDE, Certainty

Found = Initiative | Helpline

SATURATION = 4.0
"""BM25's k1: how soon having a word in yet another field adds nothing."""

SPELLED_RIGHT = 3.0
"""A word at least this common (Zipf) is never a misspelled name."""

SHORTEST_MISSPELLED, LONG = 5, 8
"""Words from the first length on may have one wrong letter, from the second on two."""

LONGEST = 60
"""Of a question with more words only the first so many are looked up."""

MOST_HITS = 20

ASIDE = 0.02
"""What a word weighs that only helps to choose; next to nothing, but not nothing when it is all there is."""

SHORTEST_NAME = 3
"""A name of so many words counts although each of them is ordinary ("Doe mee in Utrecht")."""


@dataclass(frozen=True)
class Field:
    """How a field counts.

    Attributes:
        weight: in the ranking.
        evidence: how far (0 to 1) a word in this field alone shows that the record is what was asked.
        shortening: BM25's b: how much a long field loses.
        names: whether it is how the record is called.
    """

    weight: float
    evidence: float
    shortening: float = 0.6
    names: bool = False


FIELDS: Mapping[str, Field] = {
    "name": Field(6.0, 1.0, names=True),
    "organisation": Field(3.0, 1.0, names=True),
    "summary": Field(2.0, 0.9),
    "place": Field(1.5, 0.5),
    "audience": Field(1.0, 0.7),
    "themes": Field(0.5, 0.4),
    "forms": Field(0.3, 0.2),
}


@dataclass(frozen=True)
class Hit:
    """One record that was found.

    Attributes:
        score: BM25F, only for putting hits in order.
        coverage: share (0 to 1) of what the question names that this record has.
        named: the same, counting only how it is called.
        exact: how many words of the question are its whole name, 0 when it was not named so.
    """

    record: Found
    score: float
    coverage: float
    named: float
    exact: int = 0

    @property
    def usable(self) -> bool:
        """Whether the bot may tell where it is: an offer that may be suggested, or a helpline that may be shown."""
        return usable(self.record)


@dataclass(frozen=True)
class _Match:
    """How one record matches one concept: towards :class:`Hit`'s ``score``, ``coverage`` and ``named``."""

    score: float
    evidence: float
    named: float

    def better_of(self, other: _Match) -> _Match:
        """The best of both, each part by itself."""
        return _Match(max(self.score, other.score), max(self.evidence, other.evidence), max(self.named, other.named))


def usable(record: Found) -> bool:
    """See :attr:`Hit.usable`."""
    if isinstance(record, Initiative):
        return record.suggestable
    return record.show != "no" and record.certainty is not Certainty.LOW


class CatalogueIndex:
    """Everything of a catalogue that can be asked after. Make a new one when the catalogue changes.

    Args:
        catalogue: its ``fingerprint`` tells which one the index was made of.
    """

    def __init__(self, catalogue: Catalogue) -> None:
        self.fingerprint = catalogue.fingerprint
        self._catalogue = catalogue
        self._terms = Terms(catalogue.zoekwoorden)
        self._records: tuple[Found, ...] = (*catalogue.initiatives.values(), *catalogue.helplines.all())
        self._names: dict[str, list[tuple[tuple[str, ...], int]]] = defaultdict(list)
        self._postings: dict[str, list[tuple[int, str, float]]] = defaultdict(list)
        self._surfaces: dict[tuple[str, int], list[str]] = defaultdict(list)
        self._name_words: set[str] = set()
        self._zipf = word_list().zipf  # read now, so that no resident waits for it
        self._build()
        self._known = frozenset(self._postings)

    def _build(self) -> None:
        texts = [dict(_texts(record, self._catalogue)) for record in self._records]
        mean = {name: _mean(len(tokens(text[name])) for text in texts) for name in FIELDS}
        surfaces: set[str] = set()
        for number, (record, fields) in enumerate(zip(self._records, texts, strict=True)):
            for name, text in fields.items():
                kind, length = FIELDS[name], len(tokens(text))
                norm = 1 - kind.shortening + kind.shortening * length / mean[name] if length else 1.0
                for term, quality in self._terms.of_field(text).items():
                    self._postings[term].append((number, name, kind.weight * quality / norm))
                if kind.names:
                    words = tokens(text)
                    self._name_words.update(words, ("".join(tokens(word)) for word in text.split() if "-" in word))
                    surfaces.update(words, (first + second for first, second in pairwise(words)))
            for variant in self._variants(record):
                self._names[variant[0]].append((variant, number))
        for word in surfaces:
            if len(word) >= SHORTEST_MISSPELLED:
                self._surfaces[word[0], len(word)].append(word)

    def search(self, text: str, aside: Container[str] = ()) -> list[Hit]:
        """What the text may ask after, best first; records that may not be shown are among them.

        Never more than :data:`MOST_HITS`. Empty when the text names nothing, or nothing we have.

        Args:
            text: the question as it was typed.
            aside: words that only help to choose between records, such as the name of a wijk.
        """
        words = [self._mended(word) for word in tokens(text)[:LONGEST]]
        exact = self._exact(words)
        concepts = [_weighed(concept, aside) for concept in self._terms.of_question(words, self._known, self._name_words)]
        scores = self._scored(concepts)
        hits = [
            replace(scores.get(number, Hit(self._records[number], 0.0, 0.0, 0.0)), coverage=1.0, named=1.0, exact=length)
            for number, length in exact.items()
        ]
        hits += [hit for number, hit in scores.items() if number not in exact]
        hits.sort(key=lambda hit: (-hit.exact, -hit.score, hit.record.id))
        return hits[:MOST_HITS]

    def named_things(self, text: str, aside: Container[str] = ()) -> int:
        """How many things the text names, not counting words put aside; see :meth:`search`."""
        concepts = self._terms.of_question(tokens(text)[:LONGEST], self._known, self._name_words)
        return sum(concept.word not in aside for concept in concepts)

    def called(self, text: str) -> Found | None:
        """The record that may be shown of which this text is the whole name, and nothing else."""
        words = _without_article(tokens(text))
        named = self._names.get(words[0], ()) if words else ()
        return next(
            (self._records[number] for variant, number in named if variant == words and usable(self._records[number])), None
        )

    def _exact(self, words: Sequence[str]) -> dict[int, int]:
        """Records whose whole name stands in the question; only the longest names."""
        found: dict[int, int] = {}
        for start, word in enumerate(words):
            for variant, number in self._names.get(word, ()):
                if tuple(words[start : start + len(variant)]) == variant:
                    found[number] = max(len(variant), found.get(number, 0))
        longest = max(found.values(), default=0)
        return {number: length for number, length in found.items() if length == longest}

    def _scored(self, concepts: Sequence[Concept]) -> dict[int, Hit]:
        """BM25F and coverage of every record that has anything of what was asked."""
        asked = sum(concept.weight for concept in concepts)
        scores: dict[int, float] = defaultdict(float)
        covered: dict[int, float] = defaultdict(float)
        named: dict[int, float] = defaultdict(float)
        for concept in concepts:
            for number, match in self._matches(concept).items():
                scores[number] += concept.weight * match.score
                covered[number] += concept.weight * match.evidence
                named[number] += concept.weight * match.named
        return {
            number: Hit(self._records[number], score, covered[number] / asked, named[number] / asked)
            for number, score in scores.items()
        }

    def _matches(self, concept: Concept) -> dict[int, _Match]:
        """How every record matches one concept, by whichever of its terms does so best."""
        found: dict[int, _Match] = {}
        for term, quality in concept.terms.items():
            rows = self._postings.get(term, ())
            by_record: dict[int, list[tuple[str, float]]] = defaultdict(list)
            for number, name, weight in rows:
                by_record[number].append((name, weight))
            telling = math.log(1 + len(self._records) / (1 + len(by_record)))
            for number, fields in by_record.items():
                strength = sum(weight for _, weight in fields)
                match = _Match(
                    score=quality * telling * strength * (SATURATION + 1) / (strength + SATURATION),
                    evidence=quality * max(FIELDS[name].evidence for name, _ in fields),
                    named=quality if any(FIELDS[name].names for name, _ in fields) else 0.0,
                )
                found[number] = match.better_of(found[number]) if number in found else match
        return found

    def _mended(self, word: str) -> str:
        """A word that we do not have and that is no Dutch word may be a misspelled name."""
        if stem(word) in self._known or self._terms.is_ordinary(word) or self._zipf.get(word, 0.0) >= SPELLED_RIGHT:
            return word
        # Compounds that nobody wrote before are often right ("breiclub"), so they may differ less.
        return self._nearest(word, 1 if len(word) < LONG or self._terms.is_compound(word) else 2) or word

    def _nearest(self, word: str, wrong: int) -> str | None:
        """The word of a name that differs in at most so many letters."""
        if len(word) < SHORTEST_MISSPELLED:
            return None
        near = [
            name
            for length in range(len(word) - wrong, len(word) + wrong + 1)
            for name in self._surfaces.get((word[0], length), ())
        ]
        found = process.extractOne(word, near, scorer=OSA.distance, score_cutoff=wrong)
        return str(found[0]) if found else None

    def _variants(self, record: Found) -> Iterator[tuple[str, ...]]:
        """The ways a record is called: its whole name, its first part, and letters it is known by ("NIZU")."""
        for spelled in dict.fromkeys((record.name, _FIRST_PART.split(record.name)[0], *_LETTERS.findall(record.name))):
            whole = _without_article(tokens(spelled))
            shorter = whole[:-1] if whole[-1:] == ("utrecht",) else ()
            for words in (whole, shorter):
                content = [word for word in words if not self._terms.is_ordinary(word)]
                if content or (len(words) >= SHORTEST_NAME and words == whole):
                    yield words


_FIRST_PART = re.compile(r"\s*[(:,]| via ")
_LETTERS = re.compile(r"\(([A-Z]{3,})\)")
_ARTICLES = frozenset({"de", "het", "een", "stichting", "t"})


def _without_article(words: Sequence[str]) -> tuple[str, ...]:
    start = next((place for place, word in enumerate(words) if word not in _ARTICLES), len(words))
    return tuple(words[start:]) or tuple(words)


def _weighed(concept: Concept, aside: Container[str]) -> Concept:
    return replace(concept, weight=ASIDE) if concept.word in aside else concept


def _texts(record: Found, catalogue: Catalogue) -> Iterator[tuple[str, str]]:
    """The text of every field."""
    labels = " ".join(catalogue.haltes[halte].label for halte in record.haltes)
    if isinstance(record, Helpline):
        yield from (("name", record.name), ("organisation", ""), ("summary", record.use), ("place", record.address))
        yield from (("audience", ""), ("themes", labels), ("forms", "bellen"))
        return
    wijken = [catalogue.wijk(wijk) for wijk in record.area if wijk != CITYWIDE]
    groups = " ".join(catalogue.groepen[group].label for group in record.audience.groups)
    yield "name", record.name
    yield "organisation", record.organisation
    yield "summary", record.summary
    yield "place", " ".join((record.place, *(wijk.name for wijk in wijken)))
    yield "audience", f"{record.audience.text} {groups}"
    yield "themes", labels
    yield "forms", " ".join(form.replace("_", " ") for form in record.forms)


def _mean(lengths: Iterable[int]) -> float:
    known = list(lengths)
    return max(1.0, sum(known) / len(known)) if known else 1.0


def search_names(catalogue: Catalogue, text: str) -> list[Initiative]:
    """Every initiative whose id, name or organisation holds this text, for editors; in catalogue order."""
    wanted = text.lower().strip()
    return [
        initiative
        for initiative in catalogue.initiatives.values()
        if any(wanted in name.lower() for name in (initiative.id, initiative.name, initiative.organisation))
    ]
