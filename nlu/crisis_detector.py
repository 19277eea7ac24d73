"""The danger check as a pipeline component: last word on the intent, on every message. See design section 5."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from rasa.engine.graph import ExecutionContext
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.shared.nlu.constants import INTENT, INTENT_NAME_KEY, PREDICTED_CONFIDENCE_KEY, TEXT
from rasa.shared.nlu.training_data.message import Message

from nlu.halte_classifier import HALTES
from nlu.linear_component import Classifier, LinearComponent
from nlu.text_featurizer import MEANT, PIECES, row_of
from wegwijzer.understanding.classifier import Recipe, Scores
from wegwijzer.understanding.crisis import find_danger
from wegwijzer.understanding.crisis_patterns import Tier
from wegwijzer.understanding.danger_classifier import DangerClassifier
from wegwijzer.understanding.recipes import DANGER as RECIPE
from wegwijzer.understanding.training_data import Example

log = logging.getLogger(__name__)

DANGER = "gevaar"
"""Key in the parse data: ``{"soort", "trap", "bron", "zeker"}``, absent when there is no danger."""

PLAIN_ANSWERS = frozenset(
    {
        "groet",
        "dank",
        "bevestigen",
        "ontkennen",
        "weetniet",
        "mens",
        "privacy",
        "bot",
        "waarom",
        "wat_kun_je",
        "vraag_info",
        "iets_anders",
    }
)
"""Kinds of message that tell no story; when one is sure, a mere guess at danger is not enough to ask."""

SURELY = 0.6

INTENT_PREFIX = {Tier.ALERT: "crisis_", Tier.CHECK: "zorg_"}


@DefaultV1Recipe.register([DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER], is_trainable=True)
class CrisisDetector(LinearComponent):
    """Patterns first, classifier second; a broken classifier leaves the patterns standing."""

    @classmethod
    def load(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
        **kwargs: Any,
    ) -> LinearComponent:
        """Load the classifier; when that fails, go on with the patterns alone."""
        try:
            return super().load(config, model_storage, resource, execution_context, **kwargs)
        except (OSError, ValueError, KeyError):
            return cls(config, model_storage, resource)

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """See :mod:`wegwijzer.understanding.recipes`."""
        return asdict(RECIPE)

    @classmethod
    def new(cls, recipe: Recipe) -> Classifier:
        """See parent."""
        return DangerClassifier(recipe)

    @classmethod
    def read(cls, folder: Path) -> Classifier:
        """See parent."""
        return DangerClassifier.load(folder)

    def labels(self, example: Example) -> Sequence[str] | None:
        """The danger, or ``geen``."""
        return (example.danger,)

    def process(self, messages: list[Message]) -> list[Message]:
        """Set ``gevaar`` and, when there is danger, the intent."""
        for message in messages:
            alarm = find_danger(
                message.get(TEXT) or "",
                self._guesses(message),
                message.get(MEANT),
                theme=max((halte["confidence"] for halte in message.get(HALTES) or ()), default=0.0),
                tells_story=not _plain_answer(message),
            )
            if alarm is None:
                continue
            seen = {
                "soort": alarm.kind.value,
                "trap": alarm.tier.value,
                "bron": alarm.source,
                "zeker": round(alarm.confidence, 2),
            }
            message.set(DANGER, seen, add_to_output=True)
            name = INTENT_PREFIX[alarm.tier] + alarm.kind.value
            message.set(INTENT, {INTENT_NAME_KEY: name, PREDICTED_CONFIDENCE_KEY: 1.0}, add_to_output=True)
        return messages

    def _guesses(self, message: Message) -> list[Scores]:
        """What the classifier makes of the message and of its pieces; nothing when it fails."""
        row, classifier = row_of(message), self._classifier
        if row is None or classifier is None:
            return []
        try:
            return [classifier.predict(one) for one in (row, *(message.get(PIECES) or ()))]
        except Exception:
            # Whatever breaks in the classifier, the patterns must go on guarding; no text in the log.
            log.exception("crisis classifier failed; patterns only")
            return []


def _plain_answer(message: Message) -> bool:
    """Whether the soort classifier is sure that this is an answer or a request, not a story."""
    intent = message.get(INTENT) or {}
    return intent.get(INTENT_NAME_KEY) in PLAIN_ANSWERS and intent.get(PREDICTED_CONFIDENCE_KEY, 0.0) >= SURELY
