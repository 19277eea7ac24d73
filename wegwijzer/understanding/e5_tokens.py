"""Cuts a text into the pieces that multilingual-e5 knows: the most likely row of pieces (unigram model, Kudo 2018)."""

from __future__ import annotations

import re

from wegwijzer.understanding.e5_weights import Pieces

SPACE = "\u2581"
"""How a space is written within pieces."""

_SPACES = re.compile(" {2,}")


class Tokenizer:
    """See the module.

    Args:
        pieces: what it knows.
    """

    def __init__(self, pieces: Pieces) -> None:
        self._numbers = {text: number for number, text in enumerate(pieces.texts) if number != pieces.unknown}
        self._scores = pieces.scores
        self._rewrite = str.maketrans(pieces.rewritten)
        self._longest = max(map(len, pieces.texts))
        self._unknown = pieces.unknown
        # As SentencePiece does: a character that no piece holds is far less likely than any piece.
        self._unknown_score = min(pieces.scores) - 10.0
        self._begin, self._end = pieces.begin, pieces.end

    def numbers(self, text: str, longest: int) -> list[int]:
        """The pieces of a text by number, between those for begin and end; at most ``longest`` in all."""
        text = _SPACES.sub(" ", text.translate(self._rewrite))
        text = text if text.startswith(" ") else f" {text}"
        return [self._begin, *self._best_row(text.replace(" ", SPACE))[: longest - 2], self._end]

    def _best_row(self, text: str) -> list[int]:
        """The row with the highest sum of scores (Viterbi)."""
        best = [0.0] + [float("-inf")] * len(text)
        came: list[tuple[int, int]] = [(0, 0)] * (len(text) + 1)
        for begin in range(len(text)):
            so_far = best[begin]
            if so_far + self._unknown_score > best[begin + 1]:
                best[begin + 1], came[begin + 1] = so_far + self._unknown_score, (begin, self._unknown)
            for end in range(begin + 1, min(len(text), begin + self._longest) + 1):
                number = self._numbers.get(text[begin:end])
                if number is not None and so_far + self._scores[number] > best[end]:
                    best[end], came[end] = so_far + self._scores[number], (begin, number)
        row, at = [], len(text)
        while at > 0:
            at, number = came[at]
            row.append(number)
        return row[::-1]
