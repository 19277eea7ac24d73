"""What the classifiers look at: the meaning of a message (sentence vector), its letters (2 to 5) and its words (one to two).

They mend each other's faults: the vector knows that "mijn vrouw is er niet meer" is about a death, the words know
"niemand meer", the letters know "overlden" and "weduwnaar, 77".
"""

from __future__ import annotations

import json
import math
import re
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import numpy as np
import scipy.sparse as sparse
from numpy.typing import NDArray
from sklearn.feature_extraction.text import TfidfVectorizer

from wegwijzer.understanding.encoder import Matrix, SentenceEncoder

MEANING, LETTERS, WORDS = "meaning", "letters", "words"

Normalise = Callable[[str], str]
"""Gives a text as it was meant; see :mod:`wegwijzer.understanding.spelling`."""

_WORD = r"(?u)\b\w+'?\w*\b"
_NOISE = re.compile(r"(\w)\1{2,}")


def tidy(text: str) -> str:
    """Lower-case, straight quotes, at most two of the same letter in a row, single spaces."""
    text = text.lower().replace("’", "'").replace("`", "'")
    return " ".join(_NOISE.sub(r"\1\1", text).split())


def as_typed(text: str) -> str:
    """Leaves a text as it is: for features that look at what was typed."""
    return text


class TextFeatures:
    """Turns texts into one sparse row each, in parts that each classifier weighs for itself.

    Args:
        encoder: gives the sentence vectors; ``None`` leaves them out.
        normalise: mends the spelling of what is looked at.
        counted: which of letters and words are counted.
    """

    def __init__(
        self,
        encoder: SentenceEncoder | None,
        normalise: Normalise = as_typed,
        counted: Sequence[str] = (LETTERS, WORDS),
    ) -> None:
        self._encoder, self._normalise = encoder, normalise
        self._mean: Matrix = np.zeros(0, dtype=np.float32)
        self._counted = {name: _VECTORIZERS[name]() for name in counted}
        self._quick: list[_QuickCounts] = []

    @property
    def parts(self) -> Mapping[str, slice]:
        """The columns of each part. Known after fitting or loading."""
        sizes = {MEANING: len(self._mean), **{name: len(counts.vocabulary_) for name, counts in self._counted.items()}}
        found, begin = {}, 0
        for name, size in sizes.items():
            found[name] = slice(begin, begin + size)
            begin += size
        return found

    def fit(self, texts: Sequence[str]) -> sparse.csr_matrix:
        """Learn from texts and return their rows, of shape (texts, features)."""
        self._quick = []
        meant = [self._normalise(text) for text in texts]
        rows = [vectorizer.fit_transform(meant) for vectorizer in self._counted.values()]
        if self._encoder is not None:
            vectors = self._encoder.encode(meant)
            self._mean = vectors.mean(axis=0)
            rows.insert(0, sparse.csr_matrix(vectors - self._mean))
        return _side_by_side(rows)

    def transform(self, texts: Sequence[str]) -> sparse.csr_matrix:
        """The rows of new texts, of shape (texts, features)."""
        if len(texts) == 1:
            return self.transform_meant(self._normalise(texts[0]))
        meant = [self._normalise(text) for text in texts]
        rows = [vectorizer.transform(meant) for vectorizer in self._counted.values()]
        if self._encoder is not None:
            rows.insert(0, sparse.csr_matrix(self._encoder.encode(meant) - self._mean))
        return _side_by_side(rows)

    def transform_meant(self, meant: str) -> sparse.csr_matrix:
        """The row of one text of which the spelling is mended already, of shape (1, features).

        scikit-learn checks and copies the vocabulary's whole width for it, which took a tenth of a whole answer.
        """
        counts = self._quick or [_QuickCounts(vectorizer) for vectorizer in self._counted.values()]
        self._quick = counts
        parts = [one.row(meant) for one in counts]
        widths = [one.width for one in counts]
        if self._encoder is not None:
            vector = (self._encoder.encode([meant]) - self._mean)[0]
            there = np.flatnonzero(vector)
            parts, widths = [(there, vector[there]), *parts], [len(vector), *widths]
        begins = np.cumsum([0, *widths])
        columns = np.concatenate([columns + begin for (columns, _), begin in zip(parts, begins, strict=False)])
        values = np.concatenate([values for _, values in parts]).astype(np.float32)
        return sparse.csr_matrix((values, columns, [0, len(columns)]), shape=(1, begins[-1]))

    def save(self, folder: Path) -> None:
        """Write to a folder as JSON and plain arrays: nothing that can run code when read back."""
        folder.mkdir(parents=True, exist_ok=True)
        vocabularies = {
            name: {term: int(index) for term, index in vectorizer.vocabulary_.items()}
            for name, vectorizer in self._counted.items()
        }
        settings = {"encoder": self._encoder.name if self._encoder else None, "vocabularies": vocabularies}
        (folder / "features.json").write_text(json.dumps(settings, ensure_ascii=False), encoding="utf-8")
        rarity = {name: vectorizer.idf_ for name, vectorizer in self._counted.items()}
        np.savez(folder / "features.npz", mean=self._mean, **rarity)

    @classmethod
    def load(cls, folder: Path, encoder: SentenceEncoder | None, normalise: Normalise = as_typed) -> TextFeatures:
        """Read back. Raises ``ValueError`` when the features were made with another encoder."""
        settings = json.loads((folder / "features.json").read_text(encoding="utf-8"))
        if settings["encoder"] != (encoder.name if encoder else None):
            raise ValueError(f"model was trained with encoder {settings['encoder']}, not {encoder and encoder.name}: train again")
        arrays = np.load(folder / "features.npz", allow_pickle=False)
        features = cls(encoder, normalise, tuple(settings["vocabularies"]))
        features._mean = arrays["mean"]
        for name, vectorizer in features._counted.items():
            vectorizer.vocabulary = settings["vocabularies"][name]
            vectorizer.idf_ = arrays[name]
        return features


class _QuickCounts:
    """Counts and weighs as a ``TfidfVectorizer`` that has learned, for one text at a time.

    Args:
        vectorizer: with sublinear counts, brought to length 1; it stays as it is.
    """

    def __init__(self, vectorizer: TfidfVectorizer) -> None:
        self._analyse = vectorizer.build_analyzer()
        self._places: Mapping[str, int] = getattr(vectorizer, "vocabulary_", None) or vectorizer.vocabulary
        self._rarity = np.asarray(vectorizer.idf_, dtype=np.float64)
        self.width = len(self._places)

    def row(self, text: str) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
        """Which features a text has, in order, and how heavily each counts."""
        counted = Counter(place for term in self._analyse(text) if (place := self._places.get(term)) is not None)
        places = np.array(sorted(counted), dtype=np.int64)
        weights = (np.log(np.array([counted[place] for place in places.tolist()], dtype=np.float64)) + 1) * self._rarity[places]
        # Added up one by one, as scikit-learn does it: any other order may round the last digit otherwise.
        length = math.sqrt(sum(weight * weight for weight in weights.tolist()))
        return places, weights / length if length else weights


def _side_by_side(parts: Sequence[sparse.csr_matrix]) -> sparse.csr_matrix:
    return sparse.hstack(parts).tocsr().astype(np.float32)


def _letters() -> TfidfVectorizer:
    return TfidfVectorizer(
        analyzer="char_wb", ngram_range=(2, 5), min_df=2, max_features=40_000, sublinear_tf=True, preprocessor=tidy
    )


def _words() -> TfidfVectorizer:
    return TfidfVectorizer(
        ngram_range=(1, 2), min_df=2, max_features=30_000, sublinear_tf=True, preprocessor=tidy, token_pattern=_WORD
    )


_VECTORIZERS = {LETTERS: _letters, WORDS: _words}
