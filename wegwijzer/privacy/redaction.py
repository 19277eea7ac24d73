"""Crossing out personal data before anything is kept: names, numbers, addresses, in Dutch as it is typed in a chat.

What the conversation needs stays: wijk and buurt, age, how long somebody lives somewhere, streets without a number, names and
numbers of the catalogue. What is looked for how stands in :mod:`~wegwijzer.privacy.numbers`,
:mod:`~wegwijzer.privacy.addresses` and :mod:`~wegwijzer.privacy.names`; the words of it, which editors may add to, in
``catalogue/wegstrepen.yml``. How well it works is measured by ``wegwijzer evaluate-redaction``.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import lru_cache

from wegwijzer.catalogue.loading import Catalogue, load_catalogue
from wegwijzer.catalogue.wegstrepen import Kind, Wegstrepen
from wegwijzer.paths import CATALOGUE
from wegwijzer.privacy.addresses import AddressFinder, known_addresses, letters_of
from wegwijzer.privacy.names import NameFinder
from wegwijzer.privacy.numbers import Found, NumberFinder, flat
from wegwijzer.privacy.tokens import Phrases, Token, read_tokens

__all__ = ["Found", "Kind", "Redactor", "own_redactor"]

MOST_ROUNDS = 8
"""How often a text is gone over: what was crossed out may show something else. Two rounds are the rule."""

LONGEST_ROUND = 4_000
"""Characters that are gone over at once; a longer text is cut at a space, so that the work grows with its length only."""


class Redactor:
    """Finds and crosses out personal data. Make once, use for every message, also from several threads.

    Args:
        catalogue: whose names and numbers stay.

    Raises:
        ValueError: the catalogue has no words for it (``wegstrepen.yml``).
    """

    def __init__(self, catalogue: Catalogue) -> None:
        if catalogue.wegstrepen is None:
            raise ValueError("the catalogue has no wegstrepen.yml: without it nothing can be crossed out")
        words = catalogue.wegstrepen
        self._words: Wegstrepen = words
        self._holders = tuple(dict.fromkeys(words.plaatshouders.values()))
        self._numbers = NumberFinder(words, _phone_numbers(catalogue), _internet_addresses(catalogue))
        self._addresses = AddressFinder(words)
        self._names = NameFinder(words)
        self._never = Phrases(words.nooit_namen)
        self._known = Phrases(_known_names(catalogue))
        self._known_addresses = known_addresses(_street_addresses(catalogue))

    def find(self, text: str) -> tuple[Found, ...]:
        """What is personal in a text, in order and without overlap. A placeholder that stands there already is not."""
        found: list[Found] = []
        for start, piece in _pieces(self._without_holders(text)):
            found += [Found(one.start + start, one.end + start, one.kind) for one in self._find(piece)]
        return tuple(found)

    def redact(self, text: str) -> str:
        """The text with a placeholder for each thing that is personal. Doing it again changes nothing."""
        for _ in range(MOST_ROUNDS):
            found = self.find(text)
            if not found:
                return text
            pieces, done = [], 0
            for one in found:
                pieces += [text[done : one.start], self._words.plaatshouders[one.kind]]
                done = one.end
            text = "".join([*pieces, text[done:]])
        return text

    def _find(self, text: str) -> list[Found]:
        plain = flat(text)
        taken = bytearray(len(text) + 1)
        found: list[Found] = []

        def take(start: int, end: int, kind: Kind) -> None:
            if start < end and not any(taken[start:end]):
                taken[start:end] = b"\1" * (end - start)
                found.append(Found(start, end, kind))

        for one in self._numbers.find(plain):
            take(one.start, one.end, one.kind)
        for start, end in self._addresses.postcodes(plain):
            take(start, end, Kind.ADRES)
        tokens = read_tokens(plain)
        for start, end in self._addresses.streets(tokens, plain, _taken(tokens, taken)):
            if letters_of(text[start:end]) not in self._known_addresses:
                take(start, end, Kind.ADRES)
        for start, end in self._addresses.house_numbers(plain):
            take(start, end, Kind.ADRES)
        blocked = _taken(tokens, taken)
        for begin, end in self._addresses.named_streets(tokens):
            blocked[begin:end] = [True] * (end - begin)
        weak = [False] * len(tokens)
        for begin, end in self._never.spans(tokens):
            blocked[begin:end] = [True] * (end - begin)
        for begin, end in self._known.spans(tokens):
            marks = weak if end - begin == 1 else blocked
            marks[begin:end] = [True] * (end - begin)
        for begin, end in self._names.find(tokens, blocked, weak):
            last = tokens[end - 1]
            initial = (
                len(last.typed) == 1
                and (last.upper or end == len(tokens) or end - begin > 2)
                and plain[last.end : last.end + 1] == "."
            )
            take(tokens[begin].start, last.end + initial, Kind.NAAM)
        return sorted(found, key=lambda one: one.start)

    def _without_holders(self, text: str) -> str:
        """The text with dots where placeholders stand: nothing in them is looked at, and nothing goes on over them."""
        if "[" in text:
            for holder in self._holders:
                text = text.replace(holder, "." * len(holder))
        return text


@lru_cache(maxsize=1)
def own_redactor() -> Redactor:
    """The redactor of the project's own catalogue; made once per process.

    Raises:
        CatalogueError: the catalogue cannot be used.
    """
    return Redactor(load_catalogue(CATALOGUE))


def _taken(tokens: Sequence[Token], taken: bytearray) -> list[bool]:
    return [any(taken[token.start : token.end]) for token in tokens]


def _pieces(text: str) -> Iterator[tuple[int, str]]:
    """A text in pieces of at most :data:`LONGEST_ROUND` characters, cut at a space where there is one."""
    start = 0
    while start < len(text):
        end = start + LONGEST_ROUND
        if end < len(text):
            space = text.rfind(" ", start + LONGEST_ROUND // 2, end)
            end = space if space > 0 else end
        yield start, text[start:end]
        start = end


def _known_names(catalogue: Catalogue) -> Iterator[str]:
    """Everything in the catalogue that has a name of its own."""
    places = catalogue.wijken
    yield from (*places.city_aliases, *places.outside, *(term.term for term in places.ambiguous))
    for wijk in places.wijken:
        yield from (wijk.name, *wijk.buurten, *wijk.main_names, *wijk.aliases)
    for line in catalogue.helplines.all():
        yield line.name
    for initiative in catalogue.initiatives.values():
        yield from (initiative.name, initiative.organisation, initiative.place)
    for halte in catalogue.haltes.values():
        yield halte.label


def _phone_numbers(catalogue: Catalogue) -> Iterator[str]:
    for line in catalogue.helplines.all():
        yield from filter(None, (line.phone, line.phone_alt, line.whatsapp))
    for initiative in catalogue.initiatives.values():
        yield from filter(None, (initiative.contact.phone,))
    for wijk in catalogue.wijken.wijken:
        yield from filter(None, (wijk.phone,))


def _internet_addresses(catalogue: Catalogue) -> Iterator[str]:
    for line in catalogue.helplines.all():
        yield from filter(None, (line.email, line.website, line.chat))
    for initiative in catalogue.initiatives.values():
        yield from filter(None, (initiative.contact.email, initiative.contact.url))
    for wijk in catalogue.wijken.wijken:
        yield from filter(None, (wijk.email,))


def _street_addresses(catalogue: Catalogue) -> Iterator[str]:
    for line in catalogue.helplines.all():
        yield from filter(None, (line.address,))
    for initiative in catalogue.initiatives.values():
        yield from filter(None, (initiative.contact.address,))
    for wijk in catalogue.wijken.wijken:
        yield from filter(None, (wijk.address,))
