"""Confidences that mean what they say: of the messages that get 0.7, about seven in ten should be right.

Platt scaling (Platt 1999) for independent labels, temperature scaling (Guo et al. 2017) for exactly one label; both fit
one or two numbers on messages the classifier did not learn from.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize

Logits = NDArray[np.float64]


@dataclass(frozen=True)
class Calibration:
    """Stretches log-odds by ``slope`` and shifts them by ``shift``; changes no order."""

    slope: float = 1.0
    shift: float = 0.0

    @classmethod
    def fit(cls, logits: Logits, target: NDArray[np.bool_], several: bool) -> Calibration:
        """The calibration under which the labels are most likely.

        Args:
            logits: of shape (texts, labels).
            target: which labels are right, of the same shape.
            several: whether labels are independent.
        """

        def unlikely(numbers: NDArray[np.float64]) -> float:
            confidences = cls(float(np.exp(numbers[0])), float(numbers[1])).apply(logits, several)
            right = np.where(target, confidences, 1 - confidences) if several else confidences[target]
            return float(-np.log(np.clip(right, 1e-9, 1)).mean())

        found = minimize(unlikely, np.zeros(2), method="Nelder-Mead").x
        return cls(float(np.exp(found[0])), float(found[1]) if several else 0.0)

    def apply(self, logits: Logits, several: bool) -> Logits:
        """Confidences (0 to 1) of the same shape."""
        moved = logits * self.slope + self.shift
        if several:
            result: Logits = 1 / (1 + np.exp(-np.clip(moved, -60, 60)))
            return result
        powers = np.exp(moved - moved.max(axis=1, keepdims=True))
        shares: Logits = powers / powers.sum(axis=1, keepdims=True)
        return shares
