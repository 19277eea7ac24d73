"""Which haltes a message is about: several at once, each with its confidence, under ``haltes`` in the parse data."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.shared.nlu.training_data.message import Message

from nlu.linear_component import LinearComponent
from wegwijzer.understanding.recipes import HALTE
from wegwijzer.understanding.training_data import NONE, Example

HALTES = "haltes"

SHOWN = 6
"""How many haltes are passed on: enough for the answer and its next-best guesses."""


@DefaultV1Recipe.register([DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER], is_trainable=True)
class HalteClassifier(LinearComponent):
    """Multi-label: independent confidences, best first."""

    several = True

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """See :mod:`wegwijzer.understanding.recipes`."""
        return asdict(HALTE)

    def labels(self, example: Example) -> Sequence[str] | None:
        """The example's haltes; danger belongs to the crisis detector."""
        return None if example.danger != NONE else example.haltes

    def process(self, messages: list[Message]) -> list[Message]:
        """Add ``haltes``: a list of ``{"id", "confidence"}``."""
        for message in messages:
            best = [{"id": halte, "confidence": round(score, 4)} for halte, score in self.predict(message).items()][:SHOWN]
            message.set(HALTES, best, add_to_output=True)
        return messages
