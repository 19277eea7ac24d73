"""Whether a message tells of danger, and of which: two ways of looking added up, then calibrated.

A linear classifier sees the words of danger, a kernel machine the meaning of a sentence that names none of them. On training
messages of authors they had not read the two together found clearly more than either alone. Which danger it is, is decided
apart, by a classifier that has only read danger.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path

import numpy as np
import scipy.sparse as sparse
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression

from wegwijzer.understanding.calibration import Calibration
from wegwijzer.understanding.classifier import ROUNDS, LinearTextClassifier, Recipe, Scores, kept_apart
from wegwijzer.understanding.features import MEANING
from wegwijzer.understanding.kernel import KernelMachine
from wegwijzer.understanding.recipes import DANGER
from wegwijzer.understanding.training_data import NONE

KERNEL = 2.0
"""How heavily the kernel machine counts against the linear classifier."""

_Decide = NDArray[np.float64]


class DangerClassifier:
    """One label a message: a danger, or :data:`NONE`.

    Args:
        recipe: the numbers to train the linear parts with.
    """

    def __init__(self, recipe: Recipe = DANGER) -> None:
        self._recipe = recipe
        self._which = LinearTextClassifier(several=False, recipe=recipe)
        self._kernel = KernelMachine()
        self._meaning = slice(0, 0)
        self._coefficients: NDArray[np.float32] = np.zeros(0, dtype=np.float32)
        self._intercept = 0.0
        self._calibration = Calibration()

    def train(self, rows: sparse.csr_matrix, parts: Mapping[str, slice], labels: Sequence[Sequence[str]]) -> None:
        """Learn from rows of :class:`TextFeatures`, each with its one label."""
        danger = np.array([given[0] != NONE for given in labels])
        self._meaning = parts.get(MEANING, slice(0, 0))
        apart = kept_apart(len(danger))
        if danger[~apart].any() and danger[apart].any() and not danger[apart].all():
            self._fit(rows[~apart], parts, danger[~apart])
            decided = self._decide(rows[apart])[:, np.newaxis]
            self._calibration = Calibration.fit(decided, danger[apart][:, np.newaxis], several=True)
        self._fit(rows, parts, danger)
        told = np.flatnonzero(danger)
        self._which.train(rows[told], parts, [labels[index] for index in told])

    def _fit(self, rows: sparse.csr_matrix, parts: Mapping[str, slice], danger: NDArray[np.bool_]) -> None:
        scales = self._recipe.scales(parts)
        scaled = (rows @ sparse.diags(scales)).astype(np.float32)
        linear = LogisticRegression(C=self._recipe.strictness, solver="liblinear", max_iter=ROUNDS).fit(scaled, danger)
        self._coefficients = (linear.coef_[0] * scales).astype(np.float32)
        self._intercept = float(linear.intercept_[0])
        if self._meaning.stop:
            self._kernel.train(rows[:, self._meaning].toarray(), danger)

    def _decide(self, rows: sparse.csr_matrix) -> _Decide:
        """Log-odds of danger before calibration, of shape (texts,)."""
        if rows.shape[0] == 1:
            # One message touches a few hundred of the features.
            linear = self._coefficients[rows.indices] @ rows.data + self._intercept
            decided = np.array([linear], dtype=np.float64)
        else:
            decided = np.asarray(rows @ self._coefficients + self._intercept, dtype=np.float64)
        if self._kernel.arrays:
            decided += KERNEL * self._kernel.decide(self._meanings(rows))
        return decided

    def _meanings(self, rows: sparse.csr_matrix) -> NDArray[np.float32]:
        """The sentence vectors among the features, of shape (texts, dimension)."""
        if rows.shape[0] != 1:
            return np.asarray(rows[:, self._meaning].toarray())
        vector = np.zeros((1, self._meaning.stop - self._meaning.start), dtype=rows.dtype)
        there = (rows.indices >= self._meaning.start) & (rows.indices < self._meaning.stop)
        vector[0, rows.indices[there] - self._meaning.start] = rows.data[there]
        return vector

    def predict(self, row: sparse.csr_matrix) -> Scores:
        """Every danger and :data:`NONE` with its confidence, for one row of features; they sum to 1."""
        danger = float(self._calibration.apply(self._decide(row)[:, np.newaxis], several=True)[0, 0])
        return {NONE: 1 - danger} | {kind: danger * share for kind, share in self._which.predict(row).items()}

    def save(self, folder: Path) -> None:
        """Write to a folder as JSON and plain arrays: nothing that can run code when read back."""
        self._which.save(folder / "which")
        settings = {
            "meaning": [self._meaning.start, self._meaning.stop],
            "intercept": self._intercept,
            "calibration": asdict(self._calibration),
        }
        (folder / "danger.json").write_text(json.dumps(settings), encoding="utf-8")
        np.savez_compressed(folder / "danger.npz", coefficients=self._coefficients)
        np.savez_compressed(folder / "kernel.npz", **self._kernel.arrays)

    @classmethod
    def load(cls, folder: Path) -> DangerClassifier:
        """Read back what :meth:`save` wrote."""
        settings = json.loads((folder / "danger.json").read_text(encoding="utf-8"))
        classifier = cls()
        classifier._which = LinearTextClassifier.load(folder / "which")
        classifier._meaning = slice(*settings["meaning"])
        classifier._intercept = settings["intercept"]
        classifier._calibration = Calibration(**settings["calibration"])
        classifier._coefficients = np.load(folder / "danger.npz", allow_pickle=False)["coefficients"]
        with np.load(folder / "kernel.npz", allow_pickle=False) as arrays:
            classifier._kernel = KernelMachine({name: arrays[name] for name in arrays.files})
        return classifier
