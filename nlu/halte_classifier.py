"""Which haltes a message is about: several at once, each with its confidence, under ``haltes`` in the parse data."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.shared.nlu.constants import TEXT
from rasa.shared.nlu.training_data.message import Message

from nlu.linear_component import LinearComponent
from wegwijzer.understanding.training_data import Example

HALTES = "haltes"

SHOWN = 6
"""How many haltes are passed on: enough for the answer and its next-best guesses."""


@DefaultV1Recipe.register([DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER], is_trainable=True)
class HalteClassifier(LinearComponent):
    """Multi-label: independent confidences, best first."""

    several = True

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """Rare haltes count in full (balanced); see ``docs/understanding.md``."""
        return LinearComponent.get_default_config() | {"strictness": 6.0, "balanced": True}

    def labels(self, example: Example) -> Sequence[str] | None:
        """The example's haltes; danger belongs to the crisis detector."""
        return None if example.intent.startswith("crisis_") else example.haltes

    def process(self, messages: list[Message]) -> list[Message]:
        """Add ``haltes``: a list of ``{"id", "confidence"}``."""
        for message in messages:
            text = message.get(TEXT)
            scores = self._classifier.predict(text) if text and self._classifier else {}
            best = [{"id": halte, "confidence": round(score, 4)} for halte, score in scores.items()][:SHOWN]
            message.set(HALTES, best, add_to_output=True)
        return messages
