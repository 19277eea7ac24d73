"""Linear classifiers on :class:`TextFeatures`: one that picks one label, one that may give several.

Training uses scikit-learn; what is stored is a matrix and a list of labels, so that loading a model runs no code.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
import scipy.sparse as sparse
from joblib import Parallel, delayed
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression

from wegwijzer.understanding.calibration import Calibration
from wegwijzer.understanding.encoder import Matrix, SentenceEncoder
from wegwijzer.understanding.features import TextFeatures

Scores = dict[str, float]

KEPT_APART = 0.2
"""Share of the messages that calibrate the confidences; afterwards the classifier learns from them too."""

SEED = 14

ROUNDS = 60
"""Rounds of learning; more made training longer and nothing better."""


@dataclass(frozen=True)
class Recipe:
    """How a classifier is made; the keys are those of ``config.yml``.

    Attributes:
        weight, words, letters: see :class:`TextFeatures`.
        strictness: inverse regularisation of the regression (scikit-learn's ``C``).
        balanced: whether rare labels count as heavily as frequent ones.
    """

    weight: float = 1.5
    words: float = 0.7
    letters: float = 1.0
    strictness: float = 3.0
    balanced: bool = False


class LinearTextClassifier:
    """Logistic regression over text features, with confidences that were calibrated on messages kept apart.

    Args:
        encoder: sentence encoder; ``None`` for words and letters only.
        several: ``True`` for independent labels (a message may have none, one or more), ``False`` for exactly one.
        recipe: the numbers to train with.
    """

    def __init__(self, encoder: SentenceEncoder | None, several: bool, recipe: Recipe = Recipe()) -> None:
        self._features = TextFeatures(encoder, recipe.weight, recipe.words, recipe.letters)
        self._several, self._recipe = several, recipe
        self.labels: tuple[str, ...] = ()
        self._coefficients: NDArray[np.float32] = np.zeros((0, 0), dtype=np.float32)
        self._intercepts: NDArray[np.float32] = np.zeros(0, dtype=np.float32)
        self._calibration = Calibration()

    def train(self, texts: Sequence[str], labels: Sequence[Sequence[str]], vectors: Matrix | None = None) -> None:
        """Learn from texts, each with its labels (exactly one each when ``several`` is false)."""
        rows = self._features.fit_transform(texts, vectors).astype(np.float32)
        self.labels = tuple(sorted({label for given in labels for label in given}))
        target = np.array([[label in given for label in self.labels] for given in labels])
        kept_apart = np.random.default_rng(SEED).random(len(texts)) < KEPT_APART
        if target[~kept_apart].any(axis=0).all() and kept_apart.any():
            logits = _logits(rows[kept_apart], *self._fit(rows[~kept_apart], target[~kept_apart]))
            self._calibration = Calibration.fit(logits, target[kept_apart], self._several)
        self._coefficients, self._intercepts = self._fit(rows, target)

    def _fit(self, rows: sparse.csr_matrix, target: NDArray[np.bool_]) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        """Coefficients of shape (labels, features) and intercepts of shape (labels,)."""
        if self._several:
            jobs = (delayed(_regression)(rows, target[:, column], self._recipe, "liblinear") for column in range(target.shape[1]))
            fitted = Parallel(n_jobs=-1)(jobs)
        else:
            fitted = [_regression(rows, target.argmax(axis=1), self._recipe, "lbfgs")]
        coefficients = np.vstack([model.coef_ for model in fitted]).astype(np.float32)
        intercepts = np.concatenate([model.intercept_ for model in fitted]).astype(np.float32)
        if len(intercepts) == 1 and not self._several:
            # Between two labels scikit-learn keeps one row, for the second; the first is then the zero point.
            return np.vstack([0 * coefficients, coefficients]), np.append(np.float32(0), intercepts)
        return coefficients, intercepts

    def predict(self, text: str) -> Scores:
        """Every label with its confidence (0 to 1), best first. Confidences sum to 1 only when one label is given."""
        logits = _logits(self._features.transform([text]), self._coefficients, self._intercepts)
        confidences = self._calibration.apply(logits, self._several)[0]
        order = np.argsort(-confidences)
        return {self.labels[index]: float(confidences[index]) for index in order}

    def save(self, folder: Path) -> None:
        """Write to a folder; see :meth:`TextFeatures.save`."""
        self._features.save(folder)
        settings = {"labels": self.labels, "several": self._several, "calibration": asdict(self._calibration)}
        (folder / "classifier.json").write_text(json.dumps(settings), encoding="utf-8")
        np.savez_compressed(folder / "classifier.npz", coefficients=self._coefficients, intercepts=self._intercepts)

    @classmethod
    def load(cls, folder: Path, encoder: SentenceEncoder | None) -> LinearTextClassifier:
        """Read back what :meth:`save` wrote."""
        settings = json.loads((folder / "classifier.json").read_text(encoding="utf-8"))
        arrays = np.load(folder / "classifier.npz", allow_pickle=False)
        classifier = cls(encoder, several=settings["several"])
        classifier._features = TextFeatures.load(folder, encoder)
        classifier.labels = tuple(settings["labels"])
        classifier._calibration = Calibration(**settings["calibration"])
        classifier._coefficients, classifier._intercepts = arrays["coefficients"], arrays["intercepts"]
        return classifier


def _regression(rows: sparse.csr_matrix, target: NDArray[Any], recipe: Recipe, solver: str) -> LogisticRegression:
    weights = "balanced" if recipe.balanced else None
    return LogisticRegression(C=recipe.strictness, class_weight=weights, solver=solver, max_iter=ROUNDS).fit(rows, target)


def _logits(rows: sparse.csr_matrix, coefficients: NDArray[np.float32], intercepts: NDArray[np.float32]) -> NDArray[np.float64]:
    """Log-odds of shape (texts, labels)."""
    if rows.shape[0] == 1:
        # One message touches a few hundred of the features; multiplying whole matrices would copy them all.
        logits: NDArray[np.float64] = (coefficients[:, rows.indices] @ rows.data + intercepts)[np.newaxis, :].astype(np.float64)
        return logits
    return np.asarray(rows @ coefficients.T + intercepts, dtype=np.float64)
