"""Which wijk someone lives in, from the way residents name it: wijk, buurt, nickname or postcode, misspelled or not.

Names are compared as letters only, so "kanalen eiland", "Kanaleneiland" and "kanalen-eiland" are one. Text is read in
runs of one to five words, the longest run first; what is not a name may still be a misspelled one.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from enum import Enum
from itertools import pairwise

from rapidfuzz import process
from rapidfuzz.distance import OSA

from wegwijzer.catalogue.models import Wijk, Wijken
from wegwijzer.understanding.phrases import Plain, plain


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


PLAIN_WORDS = _words(
    "stad oost west zuid noord centrum hetcentrum hetzand tzand teiland straatweg halvemaan welgelegen hogeweide"
    " merwede eiland lr"
)
"""Names that are ordinary words too: they count only when asked, or after "in" or "woon" or the name of the city."""

NO_MISSPELLING = _words(
    """aan abstract afstand aldoor allerlei andere balie beetje begeleiding beide bestede besteden besteed bezwijk
    buiten buurt buurten buurtje centra centrum dat de deze dichterbij doen doorgaan dorp duren een eigen
    eindelijk ernaast fluiten gedaan geleden gelegen gewijd gewijde gezellig halen halve het hier hoge hoger
    hogere hoofden hoofdje hoogte hoogtepunt hoopvol huidige huilen huis huizen in is komen kruid kuilen kwijt
    lang langdurig langer langere langs langzaam lauwer ledige leiden lekker lepels let letten leuke leven lever
    lieve lijn lompe lonkt loopt lopen lukken lunch lunchen lunches maan mee meedoen meen meer meerdere
    meerderen meest meeste menen met meter mijn moeder moeren naar neem nemen neus neuzen nieuw nieuwe nieuws
    ochtend om omdat ondanks onder onderop ondertussen onderweg ondiepe ondier oogmerk oorlog oost op open
    opende oud oude ouder oudere ouderen ouders ouderwets oudjes oudste over overal overdag overkant overleden
    overleeft overleg overlegd overnacht overtocht overweegt overweg overweldigd overwicht pakken parkeren
    parkje parkwachter rijden rok rokend rokende rondje rondom rookte rozen ruilen ruim ruimte ruiter rust ruzie
    schaak schaakt schaken schapen schilder schilders schildert school sloten sluiten spuiten stad stadje steden
    steeg stegen sterk sterke sterven stil straat straatje straten tegen terugweg terwijl terwille thuis
    tijdelijk toen toestel tolk tolken tuin tuinder tuindeur tuinen tuinieren tuintje tussen uit uiteindelijk
    uitgaan uithoek uithouden uithuilen van vandaag veel veld velden veldje verder verdere verhuisd verhuisden
    verhuist verhuizen verhuizing verhuizingen verlangen verslaving vertellen verwend verwijderd verwijderen
    verwijt vleugel vleugels vloeken vlucht vluchteling vluchtelingen vluchten vluchtig vluchtte voetbal voeten
    vogel vogels voor vooral voordat voordeel voordeur voorkomen voorop vrede vuilen vuilnis waar wat wedden
    weerden weg wel werken werven westen westers weten wetend wezen wie wijk wijken wijkt willen woensdag wonden
    wonen woord woorden worden zand zeggen zeilen ziek zijn zitten zuid zuiden zuigen zuinig zuipen zuiver zulk
    zulke zullen zullie"""
)
"""Ordinary Dutch words that look like a misspelled name; they never are one."""

_SOUNDS = str.maketrans("fscyqp", "vzkikb")
_ARTICLES = ("de", "het", "t")
_RUN = 5
_FUZZY_RUN = 3
_SHORT, _LONG, _VERY_LONG = 5, 7, 9
"""Names from ``_SHORT`` letters on may have one wrong letter, from ``_LONG`` on two; places elsewhere (of which there
are many like ordinary words) one from ``_LONG`` and two from ``_VERY_LONG`` on."""

_WORD = re.compile(r"[^\W_]+")
_POSTCODE = re.compile(r"(?<![\w€,.])(\d{4})(?:\s?[a-z]{2})?(?![\w%]|[.,]\d)")
_SENTENCE_END = re.compile(r"[.!?;\n]")
_CLAUSE = re.compile(r"[.!?;,\n()]|\b(?:maar|en|terwijl)\b")

_LIVES = re.compile(
    r"\b(?:ik|k|'k|we|wij)\b[^.!?;,]{0,25}\b(?:woon|wonen|woonachtig|zit|zitten|verblijf|huur)\b|^\W*(?:woon|"
    r"wonende?|woonachtig|zit|te)\b"
    r"|\b(?:woon|woonachtig|wonend)\b|\bwonen (?:we|wij)\b|\b(?:mijn|m'n|onze) (?:wijk|buurt|huis|flat|straat)\b|"
    r"\b(?:hier|nu|thans|tegenwoordig)\b|\bverhuisd?\b[^.!?;]*\bnaar\b|\bhier in\b|\bgaan wonen\b"
)
_ELSEWHERE = re.compile(
    r"\b(?:woonde|woonden|vroeger|geboren|opgegroeid|getogen|gewoond|werk|werkte|werkt|gewerkt|vandaan|"
    r"verhuisd? (?:van|uit)|weg uit|vertrokken uit)\b"
    r"|\b(?:mijn|m'n|mn|me|onze|een|haar|zijn) (?:zoon|dochter|kinderen|kleinkinderen|broer|zus|zusje|vriendin|"
    r"vriend|familie|nicht|neef|collega|collega's|werk)\b[^.!?;]*$"
)
_BETWEEN_TWO = re.compile(r"\btussen\b[^.,;!?]*$")
_NOT_THERE = re.compile(r"\b(?:niet|nie|geen)(?: (?:meer|echt|helemaal))?(?: (?:in|uit|op|van|bij))?(?: de| het)?\s*$")
_PLACE_WORD = re.compile(
    r"\b(?:in|uit|woon|woont|wonen|woonachtig|wijk|buurt|op|te|vanuit|naar|omgeving|bij|hier)(?:\W+(?:de|het|'t|t|"
    r"wijk|buurt|hier|oude|nieuwe|helemaal))*\W*$"
)
_LIVE = re.compile(r"\bwoon\w*\b[^.,!?;]{0,15}$")
_IN_OR_LIVE = re.compile(r"\b(?:in|op|woon|woont|wonen|te|uit|wijk)(?:\W+(?:de|het|'t|t|wijk|utrecht|hier|oude))*\W*$")
_OUTSIDE_LIVES = re.compile(
    r"\b(?:ik|we|wij)\b[^.!?;,]{0,25}\b(?:woon|wonen|woonachtig)\b|^\W*(?:woon|wonend|wonende|woonachtig)\b|"
    r"\bwonen (?:we|wij)\b|\b(?:nu|tegenwoordig) (?:in|te)\W*$|\b(?:ik )?verhuisd naar\b"
)


@dataclass(frozen=True)
class WijkFound:
    """What a text says about where someone lives.

    Attributes:
        wijk: the id, when it is clear.
        candidates: ids it may be, when it is not clear; one candidate means: ask "klopt dat?".
        outside: a place outside the municipality where the person lives.
        start, end: where in the text it stands.
    """

    wijk: str | None = None
    candidates: tuple[str, ...] = ()
    outside: str | None = None
    start: int = 0
    end: int = 0


class _Kind(Enum):
    SURE = 1
    UNSURE = 2
    CITY = 3
    OUTSIDE = 4


@dataclass(frozen=True)
class _Place:
    """What one name stands for: one or more wijken, the city, or a place elsewhere (``label``)."""

    kind: _Kind
    wijken: tuple[str, ...] = ()
    label: str = ""


@dataclass(frozen=True)
class _Named:
    """A name found in the text (positions in the plain text) and how much it sounds like where the person lives."""

    place: _Place
    start: int
    end: int
    weight: int = 0


class WijkFinder:
    """Finds the wijk in what a resident types. Compile once, use for every message.

    Args:
        wijken: the wijken and the ways they are named.
        plain_words: names (letters only) that are ordinary words too; see :data:`PLAIN_WORDS`.
        no_misspelling: ordinary words that are never a misspelled name; see :data:`NO_MISSPELLING`.
    """

    def __init__(
        self,
        wijken: Wijken,
        plain_words: Iterable[str] = PLAIN_WORDS,
        no_misspelling: Iterable[str] = NO_MISSPELLING,
    ) -> None:
        self._places = _all_names(wijken)
        self._starts = {name[:length] for name in self._places for length in range(1, len(name) + 1)}
        self._postcodes = _all_postcodes(wijken)
        self._plain_words = frozenset(plain_words)
        self._no_misspelling = frozenset(no_misspelling)
        self._sounding = _by_sound(self._places, self._plain_words)

    def find(self, text: str, asked: bool = False) -> WijkFound:
        """What the text says about where someone lives.

        Args:
            text: as it was typed.
            asked: whether this answers "In welke wijk woon je?"; plain words such as "oost" then count by themselves.
        """
        typed = plain(text)
        named = [*self._by_postcode(typed, asked), *self._by_name(typed, asked)]
        named = [replace(name, weight=_weight(typed.text, name)) for name in named if not _denied(typed.text, name)]
        return self._decide(named, typed, asked)

    def _by_postcode(self, typed: Plain, asked: bool) -> Iterable[_Named]:
        for found in _POSTCODE.finditer(typed.text):
            if place := self._postcodes.get(found[1]):
                yield _Named(place, *found.span())
            elif asked and found[1][:2] != "35" and not found[1].startswith(("19", "20", "0")):
                yield _Named(_Place(_Kind.OUTSIDE, label=found[1]), *found.span())

    def _by_name(self, typed: Plain, asked: bool) -> Iterable[_Named]:
        words = list(_WORD.finditer(typed.text))
        after_city = False
        at = 0
        while at < len(words):
            found = self._exact(typed, words, at, asked or after_city) or self._misspelled(typed, words, at, asked)
            after_city = found is not None and found[0].kind is _Kind.CITY
            if found is None:
                at += 1
                continue
            place, length = found
            yield _Named(place, words[at].start(), words[at + length - 1].end())
            at += length

    def _exact(self, typed: Plain, words: Sequence[re.Match[str]], at: int, free: bool) -> tuple[_Place, int] | None:
        """The longest run of words from ``at`` that is a name, and its length. ``free``: plain words count as well."""
        for length, letters in reversed(self._beginnings([word[0] for word in words[at : at + _RUN]])):
            run = words[at : at + length]
            if (place := self._places.get(letters)) is None or not _one_name(typed.text, run):
                continue
            before = typed.text[max(0, run[0].start() - 40) : run[0].start()]
            if free or letters not in self._plain_words or (_LIVE if letters == "stad" else _IN_OR_LIVE).search(before):
                return place, length
        return None

    def _beginnings(self, run: Sequence[str]) -> list[tuple[int, str]]:
        """The runs with which some name begins, shortest first: how many words, and their letters."""
        runs: list[tuple[int, str]] = []
        letters = ""
        for length, word in enumerate(run, start=1):
            letters += word
            if letters not in self._starts:
                break
            runs.append((length, letters))
        return runs

    def _misspelled(self, typed: Plain, words: Sequence[re.Match[str]], at: int, asked: bool) -> tuple[_Place, int] | None:
        """The run of words from ``at`` that is most like a name, when a place may be expected here."""
        for length in range(min(_FUZZY_RUN, len(words) - at), 0, -1):
            run = words[at : at + length]
            if (name := self._closest([word[0] for word in run])) is None or not _one_name(typed.text, run):
                continue
            before = typed.text[max(0, run[0].start() - 40) : run[0].start()]
            return (self._places[name], length) if asked or len(words) <= _FUZZY_RUN or _PLACE_WORD.search(before) else None
        return None

    def _closest(self, run: Sequence[str]) -> str | None:
        """The name that these words are a misspelling of."""
        letters = "".join(run)
        if letters.isdigit() or letters in self._no_misspelling or run[-1] in self._no_misspelling:
            return None
        name = None
        for wrong in (1, 2) if len(run) == 1 else (1,):
            if name is None and (names := self._sounding.get((wrong, len(letters), _sound(letters)))):
                found = process.extractOne(letters, names, scorer=OSA.distance, score_cutoff=wrong)
                name = found[0] if found else None
        if name is None or len(run) == 1:
            return name
        return name if len(name) >= _LONG and (run[0] not in _ARTICLES or name.startswith(run[0])) else None

    def _decide(self, named: Sequence[_Named], typed: Plain, asked: bool) -> WijkFound:
        wijken = [name for name in named if name.place.wijken]
        if any(name.place.kind is _Kind.SURE and not self._is_plain(typed, name) for name in wijken):
            wijken = [name for name in wijken if not self._is_plain(typed, name)]
        if not wijken:
            return self._outside(named, typed, asked)
        best = max(name.weight for name in wijken)
        sure = [name for name in wijken if name.place.kind is _Kind.SURE]
        favoured = [name for name in wijken if name.weight == best]
        return _settle(favoured, sure, typed, past=best < 0 and not asked)

    def _is_plain(self, typed: Plain, name: _Named) -> bool:
        return _letters(typed.text[name.start : name.end]) in self._plain_words

    def _outside(self, named: Sequence[_Named], typed: Plain, asked: bool) -> WijkFound:
        places = [name for name in named if name.place.kind is _Kind.OUTSIDE]
        city = any(name.place.kind is _Kind.CITY for name in named)
        for name in places:
            lives = bool(_OUTSIDE_LIVES.search(_clause_before(typed.text, name.start))) and name.weight >= 0
            bare = not _WORD.search(typed.text[: name.start] + typed.text[name.end :])
            if lives or bare or (asked and not city and name.weight >= 0):
                return WijkFound(None, (), name.place.label, *typed.span(name.start, name.end))
        return WijkFound()


def _settle(favoured: Sequence[_Named], sure: Sequence[_Named], typed: Plain, past: bool) -> WijkFound:
    """One wijk when the names agree on one, otherwise the candidates."""
    first = favoured[0]
    span = typed.span(first.start, first.end)
    certain = [name for name in favoured if name.place.kind is _Kind.SURE]
    ids = _unique(wijk for name in certain or favoured for wijk in name.place.wijken)
    if not certain:
        shared = [wijk for wijk in ids if all(wijk in name.place.wijken for name in favoured)]
        helped = [wijk for name in sure for wijk in name.place.wijken if wijk in ids]
        if len(favoured) > 1 and len(shared) == 1 and not _unverified(favoured):
            return WijkFound(shared[0], (), None, *span)
        if helped:
            return WijkFound(helped[0], (), None, *span)
        return WijkFound(None, tuple(shared or ids), None, *span)
    if len(ids) == 1 and not past:
        return WijkFound(ids[0], (), None, *typed.span(certain[0].start, certain[0].end))
    return WijkFound(None, tuple(ids), None, *span)


def _unverified(names: Sequence[_Named]) -> bool:
    return all(len(name.place.wijken) == 1 for name in names)


def _unique(ids: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(ids))


def _clause_before(text: str, position: int) -> str:
    """What stands before a position in the same clause, and the clause before that when it has no verb of its own."""
    return _CLAUSE.split(text[max(0, position - 120) : position])[-1]


def _denied(text: str, name: _Named) -> bool:
    return bool(_NOT_THERE.search(text[max(0, name.start - 40) : name.start]))


def _weight(text: str, name: _Named) -> int:
    """1 when the person says to live there, -1 when it is about the past or someone else's place, otherwise 0."""
    if _BETWEEN_TWO.search(text[max(0, name.start - 40) : name.start]):
        return 1
    before = _clause_before(text, name.start)
    elsewhere = list(_ELSEWHERE.finditer(before))
    lives = list(_LIVES.finditer(before))
    if elsewhere and (not lives or lives[-1].end() < elsewhere[-1].start()):
        return -1
    if re.match(r"\W*(?:vandaan|gewoond|geboren|opgegroeid|werk)\b", text[name.end : name.end + 20]):
        return -1
    return 1 if lives else 0


def _one_name(text: str, run: Sequence[re.Match[str]]) -> bool:
    """Whether the words stand together: a name does not run on over a full stop, comma or a long gap."""
    return len(run) == 1 or all(
        re.fullmatch(r"\.?[\s'/-]{0,3}", text[left.end() : right.start()]) for left, right in pairwise(run)
    )


def _letters(name: str) -> str:
    return "".join(_WORD.findall(plain(name).text))


def _all_names(wijken: Wijken) -> dict[str, _Place]:
    """Every name, letters only, and what it stands for. Ambiguous terms win; the city and places elsewhere yield."""
    places: dict[str, _Place] = {_letters(name): _Place(_Kind.OUTSIDE, label=name) for name in wijken.outside}
    places |= {_letters(name): _Place(_Kind.CITY) for name in wijken.city_aliases}
    for wijk in wijken.wijken:
        for name in _names_of(wijk):
            if letters := _letters(name):
                places[letters] = _Place(_Kind.SURE, (wijk.id,))
    for term in wijken.ambiguous:
        kind = _Kind.SURE if len(term.wijken) == 1 else _Kind.UNSURE
        places[_letters(term.term)] = _Place(kind, term.wijken)
        if (with_article := _letters(f"het {term.term}")) in places:
            places[with_article] = _Place(kind, term.wijken)
    for wijk in wijken.wijken:
        exact = _letters(wijk.id)
        if exact not in places:
            places[exact] = _Place(_Kind.SURE, (wijk.id,))
    return places


_PARTS = re.compile(r",|\ben\b|[()]")
_SHORTEST_PART = 5


def _names_of(wijk: Wijk) -> Iterable[str]:
    """Every way to name this wijk; of composed buurten ("Tolsteeg en Rotsoord") also the parts."""
    yield wijk.name
    for buurt in wijk.buurten:
        yield buurt.split("(")[0]
        for part in _PARTS.split(buurt):
            word = part.strip()
            if len(_letters(word)) >= _SHORTEST_PART and not word.endswith("-") and not word[0].islower():
                yield word
        yield from (half for half in buurt.split("-") if "-" in buurt and len(half) > 8 and " " not in half.strip())
    for name in (*wijk.main_names, *wijk.aliases):
        yield name
        if name.startswith("'t "):
            yield "het " + name.removeprefix("'t ")
        if name.startswith("De "):
            yield name.removeprefix("De ") if len(name) > _LONG + 1 else name


def _all_postcodes(wijken: Wijken) -> dict[str, _Place]:
    places = {code: _Place(_Kind.UNSURE, (wijk.id,)) for wijk in wijken.wijken for code in wijk.postcodes_unverified}
    places |= {code: _Place(_Kind.SURE, (wijk.id,)) for wijk in wijken.wijken for code in wijk.postcodes}
    return places | {term.term: _Place(_Kind.UNSURE, term.wijken) for term in wijken.ambiguous_postcodes}


def _by_sound(places: dict[str, _Place], plain_words: frozenset[str]) -> dict[tuple[int, int, str], list[str]]:
    """The names to compare a word with, by how many letters may be wrong, the word's length and its first sound."""
    names: dict[tuple[int, int, str], list[str]] = {}
    for name, place in places.items():
        shortest = _LONG if place.kind is _Kind.OUTSIDE else _SHORT
        if len(name) < shortest or name in plain_words or not name.isalpha() or place.kind is _Kind.CITY:
            continue
        for wrong in (1, 2) if len(name) >= (_LONG if place.kind is not _Kind.OUTSIDE else _VERY_LONG) else (1,):
            for length in range(len(name) - wrong, len(name) + wrong + 1):
                names.setdefault((wrong, length, _sound(name)), []).append(name)
    return names


def _sound(letters: str) -> str:
    """The first letter, such that letters that sound alike are one: almost nobody gets the first sound wrong."""
    return letters[0].translate(_SOUNDS)
