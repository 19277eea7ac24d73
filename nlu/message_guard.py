"""First in the pipeline: nothing a resident types is ever a command. See :mod:`wegwijzer.understanding.cleaning`."""

from __future__ import annotations

from typing import Any

from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.shared.nlu.constants import TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from wegwijzer.understanding.cleaning import clean


@DefaultV1Recipe.register([DefaultV1Recipe.ComponentType.MESSAGE_FEATURIZER], is_trainable=False)
class MessageGuard(GraphComponent):
    """Cleans the text of every message before anything else sees it, in every channel."""

    @classmethod
    def create(
        cls, config: dict[str, Any], model_storage: ModelStorage, resource: Resource, execution_context: ExecutionContext
    ) -> MessageGuard:
        """See parent."""
        return cls()

    def process(self, messages: list[Message]) -> list[Message]:
        """Replace the text by its clean form."""
        for message in messages:
            if message.get(TEXT):
                message.set(TEXT, clean(message.get(TEXT)), add_to_output=True)
        return messages

    def process_training_data(self, training_data: TrainingData) -> TrainingData:
        """Training messages are ours and stay as they are."""
        return training_data
