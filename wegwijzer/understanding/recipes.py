"""The numbers our three classifiers are trained with. Chosen on the development set; ``make evaluate`` says what they give."""

from __future__ import annotations

from wegwijzer.understanding.classifier import Recipe

HALTE = Recipe(strictness=6.0, balanced=True)
"""Rare haltes count in full."""

SOORT = Recipe(meaning=3.0)
"""What kind of message it is shows in its meaning more than in its words."""

DANGER = Recipe(meaning=3.0, letters=2.0, words=3.0, strictness=10.0)
"""The words of danger are few and telling; what is not in the words is left to the kernel machine beside it."""
