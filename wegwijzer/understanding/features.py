"""What the classifiers look at: the meaning of a message (sentence vector), its words (one to two) and its letters (2 to 5).

They mend each other's faults: the vector knows that "mijn vrouw is er niet meer" is about a death, the words know
"niemand meer", the letters know "overlden" and "weduwnaar, 77".
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import scipy.sparse as sparse
from sklearn.feature_extraction.text import TfidfVectorizer

from wegwijzer.understanding.encoder import Matrix, SentenceEncoder

_WORD = r"(?u)\b\w+'?\w*\b"
_NOISE = re.compile(r"(\w)\1{2,}")


def tidy(text: str) -> str:
    """Lower-case, straight quotes, at most two of the same letter in a row, single spaces."""
    text = text.lower().replace("’", "'").replace("`", "'")
    return " ".join(_NOISE.sub(r"\1\1", text).split())


class TextFeatures:
    """Turns texts into one sparse row each: weighted sentence vector, then letters, then weighted words.

    Args:
        encoder: gives the sentence vectors; ``None`` leaves them out.
        weight: how heavily the vector counts against the letters.
        words: how heavily the words count against the letters.
        letters: how heavily the letters count; zero leaves them out.
    """

    def __init__(self, encoder: SentenceEncoder | None, weight: float = 1.5, words: float = 0.7, letters: float = 1.0) -> None:
        self._encoder, self._weight = encoder, weight
        self._mean: Matrix = np.zeros(0, dtype=np.float32)
        self._counted = [(_VECTORIZERS[name](), scale) for name, scale in (("letters", letters), ("words", words)) if scale]
        self._scales = {"letters": letters, "words": words}

    def fit_transform(self, texts: Sequence[str], vectors: Matrix | None = None) -> sparse.csr_matrix:
        """Learn the vocabulary and return the rows of shape (texts, features). ``vectors`` may be given when known."""
        for vectorizer, _ in self._counted:
            vectorizer.fit(texts)
        if self._encoder is not None:
            vectors = self._encoder.encode(texts) if vectors is None else vectors
            self._mean = vectors.mean(axis=0)
        return self.transform(texts, vectors)

    def transform(self, texts: Sequence[str], vectors: Matrix | None = None) -> sparse.csr_matrix:
        """The rows of new texts. ``vectors`` may be given when known."""
        parts = [vectorizer.transform(texts) * scale for vectorizer, scale in self._counted]
        if self._encoder is not None:
            vectors = self._encoder.encode(texts) if vectors is None else vectors
            parts.insert(0, sparse.csr_matrix((vectors - self._mean) * self._weight))
        return sparse.hstack(parts).tocsr()

    def save(self, folder: Path) -> None:
        """Write to a folder as JSON and plain arrays: nothing that can run code when read back."""
        folder.mkdir(parents=True, exist_ok=True)
        vocabularies = [{term: int(index) for term, index in vectorizer.vocabulary_.items()} for vectorizer, _ in self._counted]
        settings = {
            "encoder": self._encoder.name if self._encoder else None,
            "weight": self._weight,
            **self._scales,
            "vocabularies": vocabularies,
        }
        (folder / "features.json").write_text(json.dumps(settings, ensure_ascii=False), encoding="utf-8")
        rarity = {f"idf{number}": vectorizer.idf_ for number, (vectorizer, _) in enumerate(self._counted)}
        np.savez(folder / "features.npz", mean=self._mean, **rarity)

    @classmethod
    def load(cls, folder: Path, encoder: SentenceEncoder | None) -> TextFeatures:
        """Read back. Raises ``ValueError`` when the features were made with another encoder."""
        settings = json.loads((folder / "features.json").read_text(encoding="utf-8"))
        if settings["encoder"] != (encoder.name if encoder else None):
            raise ValueError(f"model was trained with encoder {settings['encoder']}, not {encoder and encoder.name}: train again")
        arrays = np.load(folder / "features.npz", allow_pickle=False)
        features = cls(encoder, settings["weight"], settings["words"], settings["letters"])
        features._mean = arrays["mean"]
        for number, ((vectorizer, _), vocabulary) in enumerate(zip(features._counted, settings["vocabularies"], strict=True)):
            vectorizer.vocabulary = vocabulary
            vectorizer.idf_ = arrays[f"idf{number}"]
        return features


def _letters() -> TfidfVectorizer:
    return TfidfVectorizer(
        analyzer="char_wb", ngram_range=(2, 5), min_df=2, max_features=40_000, sublinear_tf=True, preprocessor=tidy
    )


def _words() -> TfidfVectorizer:
    return TfidfVectorizer(
        ngram_range=(1, 2), min_df=2, max_features=30_000, sublinear_tf=True, preprocessor=tidy, token_pattern=_WORD
    )


_VECTORIZERS = {"letters": _letters, "words": _words}
