"""Typed Dutch as it was meant: chat language, typing errors, words glued together or split, letters too many.

What to put in place of what comes from two sources. ``catalogue/spelling.yml`` is what editors know and goes first; the
word list (:mod:`wegwijzer.understanding.words`) mends the rest, by these rules:

- a word that is common stays, and so does every name, number, address, emoji and foreign word;
- a word we do not know becomes a common one only when that one sounds the same or differs in one or two letters, and no
  other word is about as near;
- a message of which most words are not Dutch stays as it is.

The words are compared with rapidfuzz, first letter and length being nearly right. An index of deletions (symspellpy)
finds the same words about as fast, but needs more memory and a longer start.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache
from itertools import pairwise, product

from rapidfuzz import process
from rapidfuzz.distance import OSA

from wegwijzer.catalogue.loading import Catalogue
from wegwijzer.catalogue.models import Spelling
from wegwijzer.understanding.words import COMMON, WordList, word_list

KNOWN = 3.0
"""A word at least this common (Zipf: once in a million words) is spelled right, whatever looks like it."""

TARGET = 3.2
"""A word must be this common to be what somebody meant; below it are too many words that nobody says."""

DOMAIN = 3.6
"""How common the words of the catalogue ("rollator", "inloophuis") are at least to people who talk to us."""

MOST_UNKNOWN = 300
"""A message with more different words that we do not know than this is not typed by a resident: it stays as it is."""

MOST_ROUNDS = 4
"""How often a message is mended before we give up on it; one that never comes to rest stays as it was typed."""

LONGEST_WORD = 40
"""A longer word only loses letters that are typed too often."""

_FEWEST_WORDS = 4
"""Fewer words are taken for Dutch."""

_TOKEN = re.compile(r"[\w'’‘`´-]+")
_ADDRESS = re.compile(r"(?:://|www\.|[^\s@]@[^\s@])|\w\.(?:nl|com|org|net|eu|be|de|info|app|io)\b", re.IGNORECASE)
_QUOTES = str.maketrans(dict.fromkeys("’‘`´", "'"))
_RUN = re.compile(r"([^\W\d_])\1{2,}")
_ANY_RUN = re.compile(r"([^\W\d_])\1+")
_ENDS = re.compile(r"[.!?\n:;(\"“•]")
_JOINED_BY = re.compile(r"[^\S\n]{1,3}")
_VOWELS = frozenset("aeiouyé")
_ENDINGS = (
    "s",
    "t",
    "en",
    "st",
    "ste",
    "er",
    "ers",
    "ere",
    "heid",
    "je",
    "jes",
    "tje",
    "tjes",
    "pje",
    "pjes",
    "etje",
    "etjes",
    "achtig",
)
_CLITICS = frozenset({"'s", "'t", "'n", "'k", "'m", "'r", "'ns"})


@dataclass(frozen=True)
class _Word:
    """One word as it was typed, and where.

    Attributes:
        plain: lower case, straight quotes; what everything is looked up by.
        fixed: it stays as it is, because of what it is or what stands around it.
        first: a sentence begins here, so that a capital says nothing.
    """

    start: int
    end: int
    typed: str
    plain: str
    fixed: bool
    first: bool


class Speller:
    """Normalises messages. Cheap to make; the word list is read at the first message that needs it, once for all.

    Args:
        spelling: what editors wrote down.
        names: names that stay as they are: wijken, streets, organisations. A misspelled name stays too.
        vocabulary: texts with words of our subject, which count as common words.
        words: the word list; the one kept with the code when not given.
    """

    def __init__(
        self, spelling: Spelling, names: Iterable[str] = (), vocabulary: Iterable[str] = (), words: WordList | None = None
    ) -> None:
        self._spelling, self._names, self._vocabulary, self._given = spelling, tuple(names), tuple(vocabulary), words
        self._written = _by_first(spelling.written())
        self._split = _by_first({phrase: phrase.removesuffix("*").replace(" ", "") for phrase in spelling.los})
        self._stay = frozenset(spelling.laten_staan)
        self._before_name = frozenset(spelling.voor_naam)

    @classmethod
    def of(cls, catalogue: Catalogue) -> Speller:
        """The speller that knows the names and words of this catalogue."""
        return cls(catalogue.spelling, _names(catalogue), _vocabulary(catalogue))

    def normalise(self, text: str) -> str:
        """The text as it was meant; as it was typed wherever that is not sure. Normalising again changes nothing."""
        before = text
        for _ in range(MOST_ROUNDS):
            after = self._once(before)
            if after == before:
                return after
            before = after
        return text

    def _once(self, text: str) -> str:
        words = list(_read(text))
        words = list(self._keep_names(words, text))
        if not self._is_dutch(words):
            return text
        pieces: list[str] = []
        done = position = 0
        while position < len(words):
            count, meant = self._meant(words, position, text)
            if meant is not None:
                pieces += [text[done : words[position].start], _shaped(words[position : position + count], meant)]
                done = words[position + count - 1].end
            position += count
        return "".join([*pieces, text[done:]])

    def _meant(self, words: Sequence[_Word], position: int, text: str) -> tuple[int, str | None]:
        """How many words from here belong together, and what they should be; ``None``: as they are."""
        for phrases in (self._written, self._split):
            for phrase, meant in phrases.get(words[position].plain, ()):
                found = words[position : position + len(phrase)]
                if ending := _matches(found, phrase, text):
                    return len(phrase), meant + ending.ending
        word = words[position]
        if word.fixed:
            return 1, None
        if position + 1 < len(words) and (joined := self._index.joined(word, words[position + 1], text)):
            return 2, joined
        return 1, self._index.mend(word.plain, sure=word.first and word.typed[0].isupper())

    def _keep_names(self, words: Sequence[_Word], text: str) -> Iterator[_Word]:
        """The same words, with those fixed that are (part of) a name or that editors want to keep."""
        keep = {position for position, word in enumerate(words) if word.plain in self._stay}
        for position, (word, follows) in enumerate(pairwise(words), start=1):
            if word.plain in self._before_name and follows.plain not in self._written:
                keep.add(position)
        for position, word in enumerate(words):
            for name in self._index.by_first.get(word.plain, ()):
                found = words[position : position + len(name)]
                if len(found) == len(name) and all(one.plain == part for one, part in zip(found, name, strict=True)):
                    keep.update(range(position, position + len(name)))
        for position, word in enumerate(words):
            yield replace(word, fixed=True) if position in keep else word

    def _is_dutch(self, words: Sequence[_Word]) -> bool:
        """Whether at least half of the words are Dutch or nearly so, and not too many are strange to us."""
        spoken = [word.plain for word in words if any(letter.isalpha() for letter in word.plain)]
        known = sum(word in self._written or word in self._stay or self._index.is_dutch(word) for word in spoken)
        strange = {word for word in spoken if not self._index.knows(word)}
        return (len(spoken) < _FEWEST_WORDS or 2 * known >= len(spoken)) and len(strange) <= MOST_UNKNOWN

    @cached_property
    def _index(self) -> _Index:
        words = self._given or word_list()
        domain = {word for text in self._vocabulary for word in _plain_words(text)}
        return _Index(words, domain, self._names, self._spelling)


class _Index:
    """The words that are known, and which of them one typed word may stand for."""

    def __init__(self, words: WordList, domain: Iterable[str], names: Iterable[str], spelling: Spelling) -> None:
        self._words = words
        own = {word for phrase in spelling.written().values() for word in phrase.split()} | set(domain)
        self._own = {word: max(DOMAIN, words.zipf.get(word, 0.0)) for word in own}
        self._sticky = frozenset(spelling.plakwoorden)
        self.by_first = _by_name(names)
        self._names = {part for found in self.by_first.values() for name in found for part in (*name, "".join(name))}
        self._strange = {name for name in self._names if self.zipf(name) < TARGET}
        self._near: dict[tuple[str, int], list[str]] = {}
        self._alike: dict[str, list[str]] = {}
        for word in {**dict.fromkeys(self._targets()), **dict.fromkeys(sorted(self._strange))}:
            self._near.setdefault((_first_sound(word), len(word)), []).append(word)
            self._alike.setdefault(_sound(word), []).append(word)
        self._mended = lru_cache(maxsize=4096)(self._mend)

    def _targets(self) -> Iterator[str]:
        """Every word that can be meant, most common first."""
        yield from sorted(self._own)
        for word, common in self._words.zipf.items():
            if common < TARGET:
                break
            if len(word) > 1 and word not in self._words.foreign:
                yield word

    def zipf(self, word: str) -> float:
        """How common a word is; 0 when we do not know it."""
        return self._own.get(word) or self._words.zipf.get(word, 0.0)

    def knows(self, word: str) -> bool:
        """Whether this is a word of any language, or a name."""
        return self.zipf(word) > 0 or word in self._words.rare or word in self._words.foreign or word in self._names

    def is_dutch(self, word: str) -> bool:
        """Whether this is a Dutch word, a name, or sounds exactly like a Dutch word."""
        if word in self._names or word in self._own:
            return True
        if word in self._words.foreign:
            return False
        return self.zipf(word) >= KNOWN or (len(word) > 3 and self.mend(word, sure=True) is not None)

    def mend(self, word: str, sure: bool) -> str | None:
        """What a single typed word should be, or ``None`` when it is right or we cannot say.

        Args:
            sure: take only what sounds the same; for a word that may be a name.
        """
        if not word.replace("'", "").isalpha():
            return None
        return self._mended(word, sure) if len(word) <= LONGEST_WORD else self._mend(word, sure)

    def _mend(self, word: str, sure: bool) -> str | None:
        if word in self._names or word in self._own:
            return None
        common = self.zipf(word)
        if meant := self._apostrophe(word, common) or self._without_accents(word, common):
            return meant
        if not word.isalpha():
            return None
        if meant := self._spoken_ending(word, common):
            return meant
        if word in self._words.foreign:
            return None
        if common < KNOWN and (meant := self._fewer_letters(word, common)):
            return meant
        if len(word) > LONGEST_WORD:
            return None
        if meant := self._same_sound(word, common):
            return meant
        if sure or common >= KNOWN:
            return None
        return self._unglued(word, common) or self._nearest(word, common)

    def _apostrophe(self, word: str, common: float) -> str | None:
        """ "fotos" is "foto's"."""
        if len(word) < 4 or word[-1] != "s" or word[-2] not in _VOWELS:
            return None
        meant = f"{word[:-1]}'s"
        return meant if self.zipf(meant) >= max(KNOWN, common + 0.5) and self.zipf(word[:-1]) >= KNOWN else None

    def _without_accents(self, word: str, common: float) -> str | None:
        """ "gáát" is "gaat", said with stress."""
        meant = _without_marks(word)
        if not word.isalpha() or meant == word or common >= KNOWN or meant in self._words.foreign:
            return None
        return meant if self.zipf(meant) >= max(TARGET, common + 2.0) else None

    def _fewer_letters(self, word: str, common: float) -> str | None:
        """The most common word that remains when letters typed twice or more are taken once or twice ("hoiiii")."""
        runs, many = list(_ANY_RUN.finditer(word)), bool(_RUN.search(word))
        if not runs or len(runs) > 4 or not (many or (len(word) < 5 and common < 2.3)):
            return None
        spellings = set()
        for counts in product((1, 2), repeat=len(runs)):
            spelled, done = "", 0
            for run, count in zip(runs, counts, strict=True):
                spelled += word[done : run.start()] + run[1] * count
                done = run.end()
            spellings.add(spelled + word[done:])
        best = max(sorted(spellings - {word}), key=self.zipf, default="")
        if len(best) < 2 or not _VOWELS.intersection(best):
            return None
        least = max(TARGET, common + 1.5) if many else 4.8
        return best if self.zipf(best) >= least and best not in self._words.foreign else None

    def _same_sound(self, word: str, common: float) -> str | None:
        """The common word that is said the same way ("depresief", "mischien")."""
        if len(word) < 4 or common >= (KNOWN if len(word) > 5 else 2.3) or self._is_verb(word) or not _VOWELS.intersection(word):
            return None
        alike = [other for other in self._alike.get(_sound(word), ()) if other != word]
        if not alike or any(other in self._strange for other in alike):
            return None
        best = max(alike, key=lambda other: self.zipf(other) - 0.7 * OSA.distance(word, other))
        return best if self.zipf(best) >= max(TARGET, common + (2.0 if common < 2.5 else 2.6)) else None

    def _spoken_ending(self, word: str, common: float) -> str | None:
        """ "lope" and "lopn" are "lopen", when they are hardly words themselves."""
        if len(word) < 4 or word[-2:].strip("e") in _VOWELS or common >= (KNOWN if word in self._words.foreign else 3.5):
            return None
        meant = f"{word}n" if word[-1] == "e" else f"{word[:-1]}en" if word[-1] == "n" and common < COMMON else ""
        if word in self._words.foreign:
            least = max(4.5, common + 2.5)
        elif common >= KNOWN:
            least = max(5.4, common + 2.0)
        else:
            least = max(3.4, common + 1.8) if common or word in self._words.rare else 2.5
        return meant if meant and self.zipf(meant) >= least else None

    def _unglued(self, word: str, common: float) -> str | None:
        """ "ikfiets" is "ik fiets": a small word that sticks to a common one."""
        if len(word) < 5 or common >= 2.3 or self._is_inflected(word):
            return None
        for cut in range(2, len(word) - 1):
            left, right = word[:cut], word[cut:]
            if left in self._sticky or right in self._sticky:
                other = right if left in self._sticky else left
                if len(other) > 1 and self.zipf(other) >= (4.8 if len(other) > 3 else 6.0) and other not in self._words.foreign:
                    return f"{left} {right}"
        return None

    def _nearest(self, word: str, common: float) -> str | None:
        """The common word that differs in one letter, or two in a long word, when no other is about as near."""
        if len(word) < 5 or (common and len(word) < 7) or self._is_built(word):
            return None
        rare = common > 0 or word in self._words.rare
        wrong = 1 if len(word) < 8 or rare else 2
        near = [
            other for length in range(-wrong, wrong + 1) for other in self._near.get((_first_sound(word), len(word) + length), ())
        ]
        found = process.extract(word, near, scorer=OSA.distance, score_cutoff=wrong, limit=None, processor=None)
        ranked = sorted(((self._score(word, other, int(distance)), other) for other, distance, _ in found), reverse=True)
        if not ranked or any(other in self._strange for _, other in ranked):
            return None
        score, best = ranked[0]
        second = ranked[1][0] if len(ranked) > 1 else 0.0
        least = max(5.0, common + 3.2) if rare else TARGET
        return best if score - second >= 0.3 and self.zipf(best) >= least else None

    def _is_built(self, word: str) -> bool:
        """Whether a word that we do not know is made of words that we know, as Dutch words are: then it is right."""
        return self._is_compound(word) or self._is_inflected(word) or self._is_verb(word)

    def _is_compound(self, word: str) -> bool:
        """ "wandelmaatje" is "wandel" and "maatje", "opendoe" is "open" and "doe"."""
        for cut in range(2, len(word) - 2):
            left, right = word[:cut], word[cut:]
            if self.zipf(right) < (KNOWN if len(right) > 3 else 4.5):
                continue
            least = {2: 6.0, 3: 4.5}.get(cut, KNOWN)
            if self.zipf(left) >= least or (cut > 4 and left[-1] == "s" and self.zipf(left[:-1]) >= least):
                return True
        return False

    def _is_inflected(self, word: str) -> bool:
        """ "zwaars", "tolkt", "schakeltje", "vragend": a word we know with an ending."""
        if word.endswith("end") and self.zipf(word[:-1]) >= 2.5:
            return True
        return any(
            word.endswith(ending) and len(word) - len(ending) > 2 and self.zipf(word.removesuffix(ending)) >= 2.5
            for ending in _ENDINGS
        )

    def _is_verb(self, word: str) -> bool:
        """ "bijdraag", "optil": what is left of a verb when its ending goes, spelled as it should be."""
        if word[-1] == "t" and self._is_verb(word[:-1]):
            return True
        if len(word) < 4 or word[-1] in _VOWELS:
            return False
        if word[-3:-2] and word[-3] == word[-2] and word[-2] in "aeou":
            return self._is_word(f"{word[:-2]}{word[-1]}en")
        if word[-2] in "aeiou" and word[-3] not in _VOWELS and not word.endswith(("el", "er", "en", "ig")):
            return self._is_word(f"{word}{word[-1]}en")
        return self._is_word(f"{word}en")

    def _is_word(self, word: str) -> bool:
        return self.zipf(word) >= 2.0 and word not in self._words.foreign

    def _score(self, word: str, other: str, distance: int) -> float:
        """The higher, the likelier that this was meant: common, few letters wrong, and about the same sound."""
        return self.zipf(other) - 1.5 * distance - 0.8 * OSA.distance(_sound(word), _sound(other))

    def joined(self, word: _Word, follows: _Word, text: str) -> str | None:
        """One word that was typed as two, when one of the halves is hardly a word itself ("vrij williger")."""
        if follows.fixed or not _JOINED_BY.fullmatch(text[word.end : follows.start]):
            return None
        whole, halves = word.plain + follows.plain, (word.plain, follows.plain)
        if min(map(len, halves)) < 3 or self.zipf(whole) < TARGET or whole in self._words.foreign:
            return None
        return whole if min(map(self.zipf, halves)) < 2.5 and not any(half in self._names for half in halves) else None


# --- reading and writing ----------------------------------------------------------------------------------------------


def _read(text: str) -> Iterator[_Word]:
    """The words of a text in order. Addresses, words with digits, hyphens or capitals inside are there, but fixed."""
    shouted = _is_shouted(text)
    end = 0
    for chunk in re.finditer(r"\S+", text):
        address = bool(_ADDRESS.search(chunk[0])) or any(unicodedata.combining(letter) for letter in chunk[0])
        for found in _TOKEN.finditer(text, *chunk.span()):
            typed = _bare(found[0])
            if typed:
                start = found.start() + found[0].index(typed)
                first = not end or bool(_ENDS.search(text, end, start))
                plain = typed.translate(_QUOTES).lower()
                yield _Word(
                    start, start + len(typed), typed, plain, address or _is_fixed(text, start, typed, first, shouted), first
                )
                end = start + len(typed)


def _bare(token: str) -> str:
    """A word without the quotes and dashes around it; the apostrophe of "'s" belongs to the word."""
    typed = token.rstrip("-'’‘`´").lstrip("-")
    bare = typed.lstrip("'’‘`´")
    return typed[-2:] if typed[-2:].translate(_QUOTES).lower() in _CLITICS and len(bare) == 1 else bare


def _is_shouted(text: str) -> bool:
    """Whether most of the message is in capitals, so that they say nothing."""
    upper = sum(map(str.isupper, text))
    return upper > 5 and upper > 2 * sum(map(str.islower, text))


def _is_fixed(text: str, start: int, typed: str, first: bool, shouted: bool) -> bool:
    if text[start - 1 : start] in ("#", "@") and start:
        return True
    if "-" in typed or "_" in typed or len(typed.lower()) != len(typed) or len(typed.upper()) != len(typed):
        return True
    if shouted and typed.isupper():
        return False
    if (typed.isupper() and len(typed) > 1) or any(map(str.isupper, typed[1:])):
        return True
    return typed[0].isupper() and not first


def _shaped(typed: Sequence[_Word], meant: str) -> str:
    """What is meant, with capitals where the person put them."""
    whole = "".join(word.typed for word in typed)
    if whole.isupper() and sum(map(str.isalpha, whole)) > 1:
        return meant.upper()
    if whole[0].isupper():
        position = 1 if meant[0] == "'" else 0
        return meant[:position] + meant[position].upper() + meant[position + 1 :]
    return meant


@dataclass(frozen=True)
class _Match:
    """A phrase that was found, with the letters that follow its last word where any ending is allowed."""

    ending: str


def _matches(words: Sequence[_Word], phrase: Sequence[str], text: str) -> _Match | None:
    """Whether these words, none of them fixed and with nothing but a space between them, are this phrase."""
    if len(words) < len(phrase) or any(word.fixed for word in words):
        return None
    for left, right in pairwise(words):
        if not _JOINED_BY.fullmatch(text[left.end : right.start]):
            return None
    *before, last = phrase
    if any(word.plain != part for word, part in zip(words, before, strict=False)):
        return None
    if last.endswith("*"):
        return _Match(words[-1].plain[len(last) - 1 :]) if words[-1].plain.startswith(last[:-1]) else None
    return _Match("") if words[-1].plain == last else None


# --- names and words of the catalogue ---------------------------------------------------------------------------------

_Phrases = Mapping[str, Sequence[tuple[tuple[str, ...], str]]]


def _by_first(written: Mapping[str, str]) -> _Phrases:
    """Phrases by their first word, longest first."""
    found: dict[str, list[tuple[tuple[str, ...], str]]] = {}
    for phrase in sorted(written, key=lambda phrase: (-len(phrase.split()), -len(phrase), phrase)):
        parts = tuple(phrase.split())
        found.setdefault(parts[0], []).append((parts, written[phrase]))
    return found


def _by_name(names: Iterable[str]) -> Mapping[str, Sequence[tuple[str, ...]]]:
    """Names as words, by their first word."""
    found: dict[str, list[tuple[str, ...]]] = {}
    for name in sorted({tuple(_plain_words(name)) for name in names} - {()}):
        found.setdefault(name[0], []).append(name)
    return found


def _plain_words(text: str) -> Iterator[str]:
    for word in _read(text):
        yield word.plain


def _names(catalogue: Catalogue) -> Iterator[str]:
    """Everything in the catalogue that has a name of its own."""
    places = catalogue.wijken
    yield from (*places.city_aliases, *places.outside, *(term.term for term in places.ambiguous))
    for wijk in places.wijken:
        yield from (wijk.name, *wijk.buurten, *wijk.main_names, *wijk.aliases)
    for line in catalogue.helplines.all():
        yield line.name
    for initiative in catalogue.initiatives.values():
        yield from (initiative.name, initiative.organisation, initiative.place)


def _vocabulary(catalogue: Catalogue) -> Iterator[str]:
    """What the catalogue says about our subject, in ordinary words."""
    for halte in catalogue.haltes.values():
        yield from (halte.label, halte.covers, halte.reflection)
    for groep in catalogue.groepen.values():
        yield from (word for word in groep.words if "*" not in word)


# --- sound ------------------------------------------------------------------------------------------------------------

_SOUNDS = (
    (re.compile(r"sch(?=[aeiouyr])"), "sg"),
    (re.compile(r"sch"), "s"),
    (re.compile(r"ch"), "g"),
    (re.compile(r"ph"), "f"),
    (re.compile(r"(?<=[tzg])h"), ""),
    (re.compile(r"lijk|luk"), "lik"),
    (re.compile(r"ij|ei|y"), "Y"),
    (re.compile(r"auw|ouw|ou|au"), "O"),
    (re.compile(r"oe"), "U"),
    (re.compile(r"ie"), "i"),
    (re.compile(r"eu"), "E"),
    (re.compile(r"c(?=[eiY])"), "s"),
    (re.compile(r"[cq]"), "k"),
    (re.compile(r"x"), "ks"),
    (re.compile(r"z"), "s"),
    (re.compile(r"v"), "f"),
    (re.compile(r"dt$|d$"), "t"),
    (re.compile(r"b$"), "p"),
    (re.compile(r"(.)\1+"), r"\1"),
)


def _sound(word: str) -> str:
    """Roughly how a word is said, so that words that are said the same are equal."""
    sound = _without_marks(word)
    for pattern, said in _SOUNDS:
        sound = pattern.sub(said, sound)
    return sound


def _without_marks(word: str) -> str:
    return "".join(part for part in unicodedata.normalize("NFKD", word) if part.isalpha())


_FIRST = str.maketrans("zvcqyé", "sfkkie")


def _first_sound(word: str) -> str:
    """The first letter, such that letters that sound alike are one: almost nobody gets the first sound wrong."""
    return word[0].translate(_FIRST)
