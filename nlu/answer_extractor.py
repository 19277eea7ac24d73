"""Wijk, age, form and hurdles as Rasa entities: a thin coat over the core's recognisers."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.shared.nlu.constants import ENTITIES, TEXT
from rasa.shared.nlu.training_data.message import Message

from wegwijzer.catalogue.loading import load_catalogue
from wegwijzer.paths import CATALOGUE
from wegwijzer.understanding.antwoorden import AnswerFinder
from wegwijzer.understanding.cues import load_cues
from wegwijzer.understanding.leeftijd import find_leeftijd
from wegwijzer.understanding.wijk import WijkFinder


@DefaultV1Recipe.register([DefaultV1Recipe.ComponentType.ENTITY_EXTRACTOR], is_trainable=False)
class AnswerExtractor(GraphComponent):
    """Finds what the catalogue has words for. Needs no training: editors change the words, not the model."""

    def __init__(self) -> None:
        catalogue = load_catalogue(CATALOGUE)
        self._places = WijkFinder(catalogue.wijken)
        self._answers = AnswerFinder(load_cues(CATALOGUE / "herkennen.yml"), catalogue.groepen)

    @classmethod
    def create(
        cls, config: dict[str, Any], model_storage: ModelStorage, resource: Resource, execution_context: ExecutionContext
    ) -> AnswerExtractor:
        """See parent."""
        return cls()

    def process(self, messages: list[Message]) -> list[Message]:
        """Add the entities of each message."""
        for message in messages:
            text = message.get(TEXT) or ""
            found = [self._entity(text, name, value) for name, value in self._found(text)]
            message.set(ENTITIES, message.get(ENTITIES, []) + found, add_to_output=True)
        return messages

    def _found(self, text: str) -> Iterator[tuple[str, Any]]:
        place = self._places.find(text)
        if place.wijk:
            yield "wijk", place.wijk
        elif place.outside:
            yield "buiten_utrecht", place.outside
        if (age := find_leeftijd(text)) is not None:
            yield "leeftijd", age
        if vorm := self._answers.vorm(text):
            yield "vorm", vorm.value
        for drempel in self._answers.drempels(text):
            yield "drempel", drempel.value

    @staticmethod
    def _entity(text: str, name: str, value: Any) -> dict[str, Any]:
        return {"entity": name, "value": value, "start": 0, "end": len(text), "extractor": "AnswerExtractor"}
