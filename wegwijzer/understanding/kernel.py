"""A support vector machine on sentence vectors: says how near a meaning is to meanings that were labelled.

A linear classifier cannot draw a line around "wishes to be dead" in a space of a few hundred directions; this can. Training
uses scikit-learn; what is stored are plain arrays.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray
from sklearn.svm import SVC

from wegwijzer.understanding.encoder import Matrix

STRICTNESS = 3.0
"""scikit-learn's ``C``."""

NEARNESS = 1.0
"""How quickly likeness fades with distance (``gamma``), for vectors of about length 1."""

CACHE_MB = 1500
"""Memory for training; with less it takes longer."""


class KernelMachine:
    """Radial kernel over vectors whose directions are brought to the same spread."""

    def __init__(self, arrays: Mapping[str, NDArray[np.float32]] | None = None) -> None:
        self._arrays = dict(arrays or {})

    def train(self, vectors: Matrix, target: NDArray[np.bool_]) -> None:
        """Learn from vectors of shape (texts, dimension) and whether each is what we look for."""
        scale = (vectors.std(axis=0) + 1e-6) * np.sqrt(vectors.shape[1])
        machine = SVC(C=STRICTNESS, gamma=NEARNESS, cache_size=CACHE_MB).fit(vectors / scale, target)
        support = machine.support_vectors_.astype(np.float32)
        self._arrays = {
            "scale": scale.astype(np.float32),
            "support": support,
            "lengths": (support**2).sum(axis=1),
            "weights": machine.dual_coef_[0].astype(np.float32),
            "intercept": machine.intercept_.astype(np.float32),
        }

    def decide(self, vectors: Matrix) -> NDArray[np.float32]:
        """How much each vector is what we look for, of shape (texts,); above zero it rather is."""
        scaled = vectors / self._arrays["scale"]
        squares = (scaled**2).sum(axis=1)[:, np.newaxis] + self._arrays["lengths"] - 2 * scaled @ self._arrays["support"].T
        decided: NDArray[np.float32] = np.exp(-NEARNESS * squares) @ self._arrays["weights"] + self._arrays["intercept"]
        return decided

    @property
    def arrays(self) -> dict[str, NDArray[np.float32]]:
        """What must be stored; empty before training."""
        return self._arrays
