"""Linear classifiers on rows of text features: one that picks one label, one that may give several.

Training uses scikit-learn; what is stored is a matrix and a list of labels, so that loading a model runs no code.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
import scipy.sparse as sparse
from joblib import Parallel, delayed
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression

from wegwijzer.understanding.calibration import Calibration

Scores = dict[str, float]

KEPT_APART = 0.2
"""Share of the messages that calibrate the confidences; afterwards the classifier learns from them too."""

SEED = 14

ROUNDS = 60
"""Rounds of learning; more made training longer and nothing better."""

ROUNDS_MORE = 25
"""Rounds of learning from all messages, after :data:`ROUNDS` on those that were not kept apart."""

_Learned = tuple[NDArray[np.float32], NDArray[np.float32]]


@dataclass(frozen=True)
class Recipe:
    """How a classifier is made; the keys are those of ``config.yml``.

    Attributes:
        meaning, letters, words: how heavily each part of the features counts; zero leaves it out.
        strictness: inverse regularisation of the regression (scikit-learn's ``C``).
        balanced: whether rare labels count as heavily as frequent ones.
    """

    meaning: float = 1.5
    letters: float = 1.0
    words: float = 0.7
    strictness: float = 3.0
    balanced: bool = False

    def scales(self, parts: Mapping[str, slice]) -> NDArray[np.float32]:
        """How heavily each feature counts, of shape (features,)."""
        weights = asdict(self)
        return np.concatenate([np.full(part.stop - part.start, weights[name], dtype=np.float32) for name, part in parts.items()])


class LinearTextClassifier:
    """Logistic regression over text features, with confidences that were calibrated on messages kept apart.

    Args:
        several: ``True`` for independent labels (a message may have none, one or more), ``False`` for exactly one.
        recipe: the numbers to train with.
    """

    def __init__(self, several: bool, recipe: Recipe = Recipe()) -> None:
        self._several, self._recipe = several, recipe
        self.labels: tuple[str, ...] = ()
        self._by_feature: NDArray[np.float32] = np.zeros((0, 0), dtype=np.float32)
        """Coefficients of shape (features, labels): one message touches a few hundred rows, which then lie together."""
        self._intercepts: NDArray[np.float32] = np.zeros(0, dtype=np.float32)
        self._calibration = Calibration()

    def train(self, rows: sparse.csr_matrix, parts: Mapping[str, slice], labels: Sequence[Sequence[str]]) -> None:
        """Learn from rows of :class:`TextFeatures`, each with its labels (exactly one each when ``several`` is false)."""
        scales = self._recipe.scales(parts)
        rows = (rows @ sparse.diags(scales)).astype(np.float32)
        self.labels = tuple(sorted({label for given in labels for label in given}))
        target = np.array([[label in given for label in self.labels] for given in labels])
        apart, begun = kept_apart(len(target)), None
        if target[~apart].any(axis=0).all() and apart.any():
            begun = self._fit(rows[~apart], target[~apart])
            self._calibration = Calibration.fit(
                _logits(rows[apart], np.ascontiguousarray(begun[0].T), begun[1]), target[apart], self._several
            )
        coefficients, self._intercepts = self._fit(rows, target, begun)
        self._by_feature = np.ascontiguousarray((coefficients * scales).T)

    def _fit(self, rows: sparse.csr_matrix, target: NDArray[np.bool_], begun: _Learned | None = None) -> _Learned:
        """Coefficients of shape (labels, features) and intercepts of shape (labels,), going on from what was learned before."""
        if self._several:
            jobs = (delayed(_regression)(rows, target[:, column], self._recipe, "liblinear") for column in range(target.shape[1]))
            fitted = Parallel(n_jobs=-1)(jobs)
        else:
            fitted = [_regression(rows, target.argmax(axis=1), self._recipe, "lbfgs", begun)]
        coefficients = np.vstack([model.coef_ for model in fitted]).astype(np.float32)
        intercepts = np.concatenate([model.intercept_ for model in fitted]).astype(np.float32)
        if len(intercepts) == 1 and not self._several:
            # Between two labels scikit-learn keeps one row, for the second; the first is then the zero point.
            return np.vstack([0 * coefficients, coefficients]), np.append(np.float32(0), intercepts)
        return coefficients, intercepts

    def predict(self, row: sparse.csr_matrix) -> Scores:
        """Every label with its confidence (0 to 1), best first, for one row of features.

        Confidences sum to 1 only when exactly one label is given.
        """
        logits = _logits(row, self._by_feature, self._intercepts)
        confidences = self._calibration.apply(logits, self._several)[0]
        order = np.argsort(-confidences)
        return {self.labels[index]: float(confidences[index]) for index in order}

    def save(self, folder: Path) -> None:
        """Write to a folder as JSON and plain arrays: nothing that can run code when read back."""
        folder.mkdir(parents=True, exist_ok=True)
        settings = {"labels": self.labels, "several": self._several, "calibration": asdict(self._calibration)}
        (folder / "classifier.json").write_text(json.dumps(settings), encoding="utf-8")
        np.savez_compressed(
            folder / "classifier.npz", coefficients=np.ascontiguousarray(self._by_feature.T), intercepts=self._intercepts
        )

    @classmethod
    def load(cls, folder: Path) -> LinearTextClassifier:
        """Read back what :meth:`save` wrote."""
        settings = json.loads((folder / "classifier.json").read_text(encoding="utf-8"))
        arrays = np.load(folder / "classifier.npz", allow_pickle=False)
        classifier = cls(several=settings["several"])
        classifier.labels = tuple(settings["labels"])
        classifier._calibration = Calibration(**settings["calibration"])
        classifier._by_feature = np.ascontiguousarray(arrays["coefficients"].T)
        classifier._intercepts = arrays["intercepts"]
        return classifier


def kept_apart(count: int) -> NDArray[np.bool_]:
    """Which of ``count`` messages calibrate the confidences: the same ones every time."""
    return np.random.default_rng(SEED).random(count) < KEPT_APART


def _regression(
    rows: sparse.csr_matrix, target: NDArray[Any], recipe: Recipe, solver: str, begun: _Learned | None = None
) -> LogisticRegression:
    weights = "balanced" if recipe.balanced else None
    model = LogisticRegression(C=recipe.strictness, class_weight=weights, solver=solver, max_iter=ROUNDS)
    if begun is not None and len(begun[1]) > 2:
        model.set_params(warm_start=True, max_iter=ROUNDS_MORE)
        model.coef_, model.intercept_ = begun
    return model.fit(rows, target)


def _logits(rows: sparse.csr_matrix, by_feature: NDArray[np.float32], intercepts: NDArray[np.float32]) -> NDArray[np.float64]:
    """Log-odds of shape (texts, labels)."""
    if rows.shape[0] == 1:
        # One message touches a few hundred of the features; multiplying whole matrices would copy them all.
        logits: NDArray[np.float64] = (rows.data @ by_feature[rows.indices] + intercepts)[np.newaxis, :].astype(np.float64)
        return logits
    return np.asarray(rows @ by_feature + intercepts, dtype=np.float64)
