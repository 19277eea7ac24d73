"""What kind of message this is (a situation, a question, a greeting, ...): Rasa's intent, chosen by our classifier."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from rasa.engine.graph import ExecutionContext
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.shared.nlu.constants import ENTITIES, INTENT, INTENT_NAME_KEY, INTENT_RANKING_KEY, PREDICTED_CONFIDENCE_KEY, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from nlu.linear_component import LinearComponent, example_of
from wegwijzer.understanding.classifier import Scores
from wegwijzer.understanding.cleaning import looks_like_command
from wegwijzer.understanding.features import tidy
from wegwijzer.understanding.language import foreign_language
from wegwijzer.understanding.recipes import SOORT
from wegwijzer.understanding.training_data import NONE, Example

FALLBACK = "nlu_fallback"
OTHER_LANGUAGE = "andere_taal"
LANGUAGE = "taal"

UNSURE = 0.25
"""Below this confidence we say that we did not understand, rather than guess."""

ENDINGS = frozenset({"stop", "wissen", "opnieuw"})
SURE_ENDING = 0.55
"""Ending or erasing a conversation needs at least this confidence: "ik schaam me kapot" is no goodbye."""

_DENIED_ENDING = re.compile(
    r"\b(?:niet|nie|geen|nooit)\b[^.!?]{0,20}\b(?:wis|wissen|gewist|verwijder\w*|stop|stoppen|opnieuw)\b", re.IGNORECASE
)

RANKED = 5


@DefaultV1Recipe.register([DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER], is_trainable=True)
class SoortClassifier(LinearComponent):
    """One label per message. A message equal to a training message (a button, say) is known for certain."""

    several = False

    def __init__(self, *args: Any, known: dict[str, str] | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._known = known or {}

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """See :mod:`wegwijzer.understanding.recipes`."""
        return asdict(SOORT)

    @classmethod
    def load(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
        **kwargs: Any,
    ) -> SoortClassifier:
        """Load the classifier and the table of known messages."""
        with model_storage.read_from(resource) as folder:
            known = json.loads((folder / "known.json").read_text(encoding="utf-8"))
            return cls(config, model_storage, resource, cls.read(folder), known=known)

    def labels(self, example: Example) -> Sequence[str] | None:
        """The intent; danger belongs to the crisis detector."""
        return None if example.danger != NONE else (example.intent,)

    def train(self, training_data: TrainingData) -> Resource:
        """Train, and remember every message that has one meaning only."""
        resource = super().train(training_data)
        meanings: dict[str, set[str]] = {}
        for example in map(example_of, training_data.intent_examples):
            meanings.setdefault(tidy(example.text), set()).add(example.intent)
        self._known = {
            text: intents.pop()
            for text, intents in meanings.items()
            if len(intents) == 1 and not any(intent.startswith("crisis_") for intent in intents)
        }
        with self._storage.write_to(self._resource) as folder:
            if self._classifier is not None:
                self._classifier.save(folder)
            (folder / "known.json").write_text(json.dumps(self._known, ensure_ascii=False), encoding="utf-8")
        return resource

    def process(self, messages: list[Message]) -> list[Message]:
        """Set the intent, its ranking, and the language when it is not Dutch."""
        for message in messages:
            text = message.get(TEXT) or ""
            language = foreign_language(text)
            scores = self._scores(message, text, language)
            ranking = [{INTENT_NAME_KEY: name, PREDICTED_CONFIDENCE_KEY: round(score, 4)} for name, score in scores.items()]
            message.set(INTENT, ranking[0], add_to_output=True)
            message.set(INTENT_RANKING_KEY, ranking[:RANKED], add_to_output=True)
            message.set("soort", ranking[0][INTENT_NAME_KEY], add_to_output=True)
            if language:
                entity = {"entity": LANGUAGE, "value": language, "start": 0, "end": len(text), "extractor": "SoortClassifier"}
                message.set(ENTITIES, [*message.get(ENTITIES, []), entity], add_to_output=True)
        return messages

    def _scores(self, message: Message, text: str, language: str | None) -> Scores:
        if not any(letter.isalnum() for letter in text) and not text.strip():
            return {FALLBACK: 1.0}
        known = self._known.get(tidy(text))
        if known:
            return {known: 1.0}
        if looks_like_command(text):
            return {FALLBACK: 1.0}
        if language:
            return {OTHER_LANGUAGE: 1.0}
        scores = _only_sure_endings(text, self.predict(message))
        if not scores:
            return {FALLBACK: 1.0}
        best = next(iter(scores.values()))
        return scores if best >= UNSURE else {FALLBACK: 1 - best, **scores}


def _only_sure_endings(text: str, scores: Scores) -> Scores:
    """Move a doubtful ending behind the rest: one that is not sure, or that is denied ("ik wil dit niet wissen")."""
    denied = bool(_DENIED_ENDING.search(text))
    doubtful = {name: score for name, score in scores.items() if name in ENDINGS and (denied or score < SURE_ENDING)}
    return {**{name: score for name, score in scores.items() if name not in doubtful}, **doubtful}
