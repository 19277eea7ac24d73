"""What the three trainable classifiers share: features and labels in, a linear classifier trained, stored and loaded."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, fields
from pathlib import Path
from typing import Any, ClassVar, Protocol

import scipy.sparse as sparse
from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.shared.nlu.constants import INTENT, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from nlu.text_featurizer import PARTS, row_of
from wegwijzer.understanding.classifier import LinearTextClassifier, Recipe, Scores
from wegwijzer.understanding.training_data import Example


class Classifier(Protocol):
    """What learns from rows of features and gives confidences."""

    def train(self, rows: sparse.csr_matrix, parts: Mapping[str, slice], labels: Sequence[Sequence[str]]) -> None:
        """Learn from rows, each with its labels."""
        ...

    def predict(self, row: sparse.csr_matrix) -> Scores:
        """Confidences for one row."""
        ...

    def save(self, folder: Path) -> None:
        """Write to a folder."""
        ...


RECIPE_KEYS = tuple(field.name for field in fields(Recipe))


class LinearComponent(GraphComponent):
    """A Rasa component around one classifier, on the features of the text featurizer.

    Subclasses say which classifier (:meth:`new`, :meth:`read`), which examples carry which labels (:meth:`labels`) and what
    to do with a prediction (``process``).
    """

    several: ClassVar[bool]

    def __init__(
        self,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        classifier: Classifier | None = None,
    ) -> None:
        self._config, self._storage, self._resource = config, model_storage, resource
        self._classifier = classifier

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """See :class:`Recipe`."""
        return asdict(Recipe())

    @classmethod
    def create(
        cls, config: dict[str, Any], model_storage: ModelStorage, resource: Resource, execution_context: ExecutionContext
    ) -> LinearComponent:
        """See parent."""
        return cls(config, model_storage, resource)

    @classmethod
    def load(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
        **kwargs: Any,
    ) -> LinearComponent:
        """Load what :meth:`train` stored."""
        with model_storage.read_from(resource) as folder:
            return cls(config, model_storage, resource, cls.read(folder))

    @classmethod
    def new(cls, recipe: Recipe) -> Classifier:
        """A classifier that has learned nothing yet."""
        return LinearTextClassifier(cls.several, recipe)

    @classmethod
    def read(cls, folder: Path) -> Classifier:
        """A classifier that was saved."""
        return LinearTextClassifier.load(folder)

    def labels(self, example: Example) -> Sequence[str] | None:
        """The labels of one example, or ``None`` to leave it out."""
        raise NotImplementedError

    def train(self, training_data: TrainingData) -> Resource:
        """Train on the labelled examples and store the classifier."""
        rows, labels, parts = [], [], {}
        for message in training_data.intent_examples:
            given, row = self.labels(example_of(message)), row_of(message)
            if given is not None and row is not None:
                rows.append(row)
                labels.append(given)
                parts = message.get(PARTS)
        if not rows:
            raise ValueError(f"{type(self).__name__} has nothing to learn from: is the TextFeaturizer in front of it?")
        classifier = self.new(Recipe(**{name: self._config[name] for name in RECIPE_KEYS}))
        classifier.train(sparse.vstack(rows).tocsr(), parts, labels)
        self._classifier = classifier
        with self._storage.write_to(self._resource) as folder:
            classifier.save(folder)
        return self._resource

    def predict(self, message: Message) -> Scores:
        """The classifier's confidences; none when the message has no features."""
        row = row_of(message)
        return {} if row is None or self._classifier is None else self._classifier.predict(row)


def example_of(message: Message) -> Example:
    """A training message of Rasa as our own example."""
    metadata = (message.get("metadata") or {}).get("intent") or {}
    return Example(message.get(TEXT), message.get(INTENT), tuple(metadata.get("haltes", ())))
