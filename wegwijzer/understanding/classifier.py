"""Linear classifiers on :class:`TextFeatures`: one that picks one label, one that may give several.

Training uses scikit-learn; what is stored is a matrix and a list of labels, so that loading a model runs no code.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import scipy.sparse as sparse
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression

from wegwijzer.understanding.encoder import Matrix, SentenceEncoder
from wegwijzer.understanding.features import TextFeatures

Scores = dict[str, float]


class LinearTextClassifier:
    """Logistic regression over text features.

    Args:
        encoder: sentence encoder.
        several: ``True`` for independent labels (a message may have none, one or more), ``False`` for exactly one.
        weight: weight of the sentence vector in the features.
        strictness: inverse regularisation of the regression (scikit-learn's ``C``).
        balanced: whether rare labels count as heavily as frequent ones.
    """

    def __init__(
        self, encoder: SentenceEncoder, several: bool, weight: float = 3.0, strictness: float = 3.0, balanced: bool = True
    ) -> None:
        self._features = TextFeatures(encoder, weight)
        self._several, self._strictness, self._balanced = several, strictness, balanced
        self.labels: tuple[str, ...] = ()
        self._coefficients: NDArray[np.float32] = np.zeros((0, 0), dtype=np.float32)
        self._intercepts: NDArray[np.float32] = np.zeros(0, dtype=np.float32)

    def train(self, texts: Sequence[str], labels: Sequence[Sequence[str]], vectors: Matrix | None = None) -> None:
        """Learn from texts, each with its labels (exactly one each when ``several`` is false)."""
        rows = self._features.fit_transform(texts, vectors)
        self.labels = tuple(sorted({label for given in labels for label in given}))
        if self._several:
            fitted = [self._fit(rows, [label in given for given in labels]) for label in self.labels]
            self._coefficients = np.vstack([model.coef_[0] for model in fitted]).astype(np.float32)
            self._intercepts = np.array([model.intercept_[0] for model in fitted], dtype=np.float32)
        else:
            model = self._fit(rows, [given[0] for given in labels])
            self.labels = tuple(str(label) for label in model.classes_)
            self._coefficients = model.coef_.astype(np.float32)
            self._intercepts = model.intercept_.astype(np.float32)

    def _fit(self, rows: sparse.csr_matrix, target: Sequence[str] | Sequence[bool]) -> LogisticRegression:
        weights = "balanced" if self._balanced else None
        solver = "liblinear" if self._several else "lbfgs"
        return LogisticRegression(C=self._strictness, class_weight=weights, solver=solver, max_iter=400).fit(rows, target)

    def predict(self, text: str) -> Scores:
        """Every label with its confidence (0 to 1), best first. Confidences sum to 1 only when one label is given."""
        logits = (self._features.transform([text]) @ self._coefficients.T + self._intercepts)[0]
        confidences = 1 / (1 + np.exp(-logits)) if self._several else _softmax(logits)
        order = np.argsort(-confidences)
        return {self.labels[index]: float(confidences[index]) for index in order}

    def save(self, folder: Path) -> None:
        """Write to a folder; see :meth:`TextFeatures.save`."""
        self._features.save(folder)
        settings = {"labels": self.labels, "several": self._several}
        (folder / "classifier.json").write_text(json.dumps(settings), encoding="utf-8")
        np.savez_compressed(folder / "classifier.npz", coefficients=self._coefficients, intercepts=self._intercepts)

    @classmethod
    def load(cls, folder: Path, encoder: SentenceEncoder) -> LinearTextClassifier:
        """Read back what :meth:`save` wrote."""
        settings = json.loads((folder / "classifier.json").read_text(encoding="utf-8"))
        arrays = np.load(folder / "classifier.npz", allow_pickle=False)
        classifier = cls(encoder, several=settings["several"])
        classifier._features = TextFeatures.load(folder, encoder)
        classifier.labels = tuple(settings["labels"])
        classifier._coefficients, classifier._intercepts = arrays["coefficients"], arrays["intercepts"]
        return classifier


def _softmax(logits: NDArray[np.float32]) -> NDArray[np.float32]:
    shifted = np.exp(logits - logits.max())
    result: NDArray[np.float32] = shifted / shifted.sum()
    return result
