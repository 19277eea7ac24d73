"""What the classifiers look at: the meaning of a message (sentence vector) next to its letters (character n-grams).

The two mend each other's faults: the vector knows that "mijn vrouw is er niet meer" is about a death, the letters know
"overlden" and "weduwnaar, 77". Measured in the lab notes: together they beat each alone.
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import scipy.sparse as sparse
from sklearn.feature_extraction.text import TfidfVectorizer

from wegwijzer.understanding.encoder import Matrix, SentenceEncoder

_NOISE = re.compile(r"(\w)\1{2,}")


def tidy(text: str) -> str:
    """Lower-case, straight quotes, at most two of the same letter in a row, single spaces."""
    text = text.lower().replace("’", "'").replace("`", "'")
    return " ".join(_NOISE.sub(r"\1\1", text).split())


class TextFeatures:
    """Turns texts into one sparse row each: weighted sentence vector, then character n-grams.

    Args:
        encoder: gives the sentence vectors.
        weight: how heavily the vector counts against the letters.
    """

    def __init__(self, encoder: SentenceEncoder, weight: float = 3.0) -> None:
        self._encoder, self._weight = encoder, weight
        self._mean: Matrix = np.zeros(0, dtype=np.float32)
        self._letters = _vectorizer()

    def fit_transform(self, texts: Sequence[str], vectors: Matrix | None = None) -> sparse.csr_matrix:
        """Learn the vocabulary and return the rows of shape (texts, features). ``vectors`` may be given when known."""
        vectors = self._encoder.encode(texts) if vectors is None else vectors
        self._mean = vectors.mean(axis=0)
        return self._stack(vectors, self._letters.fit_transform(texts))

    def transform(self, texts: Sequence[str]) -> sparse.csr_matrix:
        """The rows of new texts."""
        return self._stack(self._encoder.encode(texts), self._letters.transform(texts))

    def _stack(self, vectors: Matrix, letters: sparse.csr_matrix) -> sparse.csr_matrix:
        return sparse.hstack([sparse.csr_matrix((vectors - self._mean) * self._weight), letters]).tocsr()

    def save(self, folder: Path) -> None:
        """Write to a folder as JSON and plain arrays: nothing that can run code when read back."""
        folder.mkdir(parents=True, exist_ok=True)
        vocabulary = {term: int(index) for term, index in self._letters.vocabulary_.items()}
        settings = {"encoder": self._encoder.name, "weight": self._weight, "vocabulary": vocabulary}
        (folder / "features.json").write_text(json.dumps(settings, ensure_ascii=False), encoding="utf-8")
        np.savez(folder / "features.npz", mean=self._mean, idf=self._letters.idf_)

    @classmethod
    def load(cls, folder: Path, encoder: SentenceEncoder) -> TextFeatures:
        """Read back. Raises ``ValueError`` when the features were made with another encoder."""
        settings = json.loads((folder / "features.json").read_text(encoding="utf-8"))
        if settings["encoder"] != encoder.name:
            raise ValueError(f"model was trained with encoder {settings['encoder']}, not {encoder.name}: train again")
        arrays = np.load(folder / "features.npz", allow_pickle=False)
        features = cls(encoder, settings["weight"])
        features._mean = arrays["mean"]
        features._letters = _vectorizer(vocabulary=settings["vocabulary"])
        features._letters.idf_ = arrays["idf"]
        return features


def _vectorizer(**more: Any) -> TfidfVectorizer:
    return TfidfVectorizer(
        analyzer="char_wb", ngram_range=(2, 5), min_df=2, max_features=40_000, sublinear_tf=True, preprocessor=tidy, **more
    )
