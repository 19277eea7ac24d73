"""A message as words with what stands between them, and the phrases in it: what finding names and addresses is built on."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from wegwijzer.privacy.name_list import bare

_WORD = re.compile(r"[^\W_]+(?:[-'’‘`´‐‑][^\W_]+)*|['’‘`´][^\W\d_]{1,2}\b")
_QUOTES = str.maketrans(dict.fromkeys("’‘`´", "'") | dict.fromkeys("‐‑", "-"))
_STOP = re.compile(r"[.!?;\n:()\[\]\"“”•|/]")
_MOSTLY = 0.6


@dataclass(frozen=True, slots=True)
class Token:
    """One word.

    Attributes:
        start, end: where it stands in the text.
        typed: as it was typed.
        bare: as it is looked up.
        gap: what stands between the word before it and this one.
        first: a sentence begins here.
        capital: it begins with a capital that tells something: not at the start, nor where every word has one.
        upper: it begins with any capital.
    """

    start: int
    end: int
    typed: str
    bare: str
    gap: str
    first: bool
    capital: bool
    upper: bool

    @property
    def joined(self) -> bool:
        """Whether only a little space stands before it."""
        return self.gap != "" and len(self.gap) <= 2 and self.gap.isspace() and "\n" not in self.gap

    @property
    def digits(self) -> bool:
        """Whether it is a number."""
        return self.typed.isdigit()


def read_tokens(text: str) -> list[Token]:
    """The words of a text."""
    found = list(_WORD.finditer(text))
    letters = [match for match in found if match[0][0].isalpha()]
    upper = sum(match[0][0].isupper() for match in letters)
    telling = len(letters) < 3 or upper <= _MOSTLY * len(letters)
    tokens = []
    before = 0
    for match in found:
        typed, gap = match[0], text[before : match.start()]
        first = before == 0 or bool(_STOP.search(gap))
        capital = typed[0].isupper()
        tokens.append(
            Token(
                match.start(),
                match.end(),
                typed,
                bare(typed.translate(_QUOTES)),
                gap,
                first,
                capital and telling and not first,
                capital,
            )
        )
        before = match.end()
    return tokens


class Phrases:
    """Finds phrases, given once, in tokens: the longest at each place.

    Args:
        phrases: one or more words each; only letters and digits count.
    """

    def __init__(self, phrases: Iterable[str]) -> None:
        self._by_first: dict[str, list[tuple[str, ...]]] = {}
        self._all: set[tuple[str, ...]] = set()
        for phrase in phrases:
            words = tuple(token.bare for token in read_tokens(phrase))
            if words and words not in self._all:
                self._all.add(words)
                self._by_first.setdefault(words[0], []).append(words)
        for known in self._by_first.values():
            known.sort(key=len, reverse=True)
        self._longest = max((len(words) for words in self._all), default=0)

    def at(self, tokens: Sequence[Token], at: int) -> int:
        """How many words the longest phrase that begins at ``at`` has; 0 when none does."""
        for words in self._by_first.get(tokens[at].bare, ()):
            if len(words) <= len(tokens) - at and all(tokens[at + step].bare == word for step, word in enumerate(words)):
                return len(words)
        return 0

    def before(self, tokens: Sequence[Token], at: int) -> int:
        """How many words the longest phrase that ends just before ``at`` has; 0 when none does."""
        for count in range(min(self._longest, at), 0, -1):
            if tuple(token.bare for token in tokens[at - count : at]) in self._all:
                return count
        return 0

    def spans(self, tokens: Sequence[Token]) -> list[tuple[int, int]]:
        """All places of phrases, as positions in the tokens."""
        found = []
        at = 0
        while at < len(tokens):
            count = self.at(tokens, at)
            if count:
                found.append((at, at + count))
            at += count or 1
        return found
