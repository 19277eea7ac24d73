"""Finds quickly which patterns can possibly match, so that a long message costs little.

Every pattern has groups of needles (:func:`~wegwijzer.understanding.crisis_patterns.model.needles`). Each group is one
bit; three letters of a needle set the bits of the groups it belongs to.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

from wegwijzer.understanding.crisis_patterns.model import Pattern, may_match

_LETTERS = 3


class Index:
    """The patterns by the letters they need.

    Args:
        patterns: in the order in which :meth:`candidates` numbers them.
    """

    def __init__(self, patterns: Sequence[Pattern]) -> None:
        usable = [[group for group in pattern.needles if min(map(len, group)) >= _LETTERS] for pattern in patterns]
        common = Counter(part for groups in usable for group in groups for piece in group for part in _parts(piece))
        bits: dict[tuple[str, ...], int] = {}
        self._patterns = patterns
        self._needed = []
        for groups in usable:
            needed = 0
            for group in groups:
                needed |= bits.setdefault(group, 1 << len(bits))
            self._needed.append(needed)
        self._sets: dict[str, int] = {}
        for group, bit in bits.items():
            for piece in group:
                rarest = min(sorted(_parts(piece)), key=lambda part: common[part])
                self._sets[rarest] = self._sets.get(rarest, 0) | bit

    def candidates(self, text: str) -> Iterator[int]:
        """Numbers of the patterns that may match, in order."""
        present = 0
        for part in _parts(text):
            present |= self._sets.get(part, 0)
        for number, needed in enumerate(self._needed):
            if needed & present == needed and may_match(text, self._patterns[number].needles):
                yield number


def _parts(text: str) -> set[str]:
    return {text[start : start + _LETTERS] for start in range(len(text) - _LETTERS + 1)}
