"""Recognises a message that is only a name from the catalogue, or that asks a plain fact of one.

No classifier can know the names editors add tomorrow; without this "Luisterlijn" is a story and "waar zit de
Alexandertuin" is about something else.
"""

from __future__ import annotations

from typing import Any

from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.shared.nlu.constants import INTENT, INTENT_NAME_KEY, INTENT_RANKING_KEY, PREDICTED_CONFIDENCE_KEY, TEXT
from rasa.shared.nlu.training_data.message import Message

from wegwijzer.catalogue.loading import load_catalogue
from wegwijzer.dialogue.asking import Answerer
from wegwijzer.paths import CATALOGUE
from wegwijzer.understanding.wijk import WijkFinder

QUESTION = "vraag_info"

PROBABLY = 0.55
"""Enough to be the intent, and too little to make the danger check less watchful (``SURELY`` in nlu/crisis_detector.py)."""


@DefaultV1Recipe.register([DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER], is_trainable=False)
class NameFinder(GraphComponent):
    """Makes such a message a question about a place. Stands before the danger check, which keeps the last word."""

    def __init__(self) -> None:
        catalogue = load_catalogue(CATALOGUE)
        self._answerer = Answerer.of(catalogue, WijkFinder(catalogue.wijken))

    @classmethod
    def create(
        cls, config: dict[str, Any], model_storage: ModelStorage, resource: Resource, execution_context: ExecutionContext
    ) -> NameFinder:
        """See parent."""
        return cls()

    def process(self, messages: list[Message]) -> list[Message]:
        """Set the intent of messages that ask after a name."""
        for message in messages:
            if not self._answerer.asks_after_a_name(message.get(TEXT) or ""):
                continue
            ranking = message.get(INTENT_RANKING_KEY) or []
            own = next((one[PREDICTED_CONFIDENCE_KEY] for one in ranking if one[INTENT_NAME_KEY] == QUESTION), 0.0)
            asked = {INTENT_NAME_KEY: QUESTION, PREDICTED_CONFIDENCE_KEY: max(own, PROBABLY)}
            others = [one for one in ranking if one[INTENT_NAME_KEY] != QUESTION]
            message.set(INTENT, asked, add_to_output=True)
            message.set(INTENT_RANKING_KEY, [asked, *others], add_to_output=True)
            message.set("soort", QUESTION, add_to_output=True)
        return messages
