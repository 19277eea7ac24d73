"""What the three trainable components share: examples in, a linear text classifier trained, stored and loaded."""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Sequence
from dataclasses import asdict, fields
from typing import Any, ClassVar

import numpy as np
from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.shared.nlu.constants import INTENT, TEXT
from rasa.shared.nlu.training_data.training_data import TrainingData

from wegwijzer.paths import VAR
from wegwijzer.understanding.classifier import LinearTextClassifier, Recipe
from wegwijzer.understanding.encoder import Matrix, SentenceEncoder, load_encoder
from wegwijzer.understanding.training_data import Example

log = logging.getLogger(__name__)

RECIPE = tuple(field.name for field in fields(Recipe))


class LinearComponent(GraphComponent):
    """A Rasa component around one :class:`LinearTextClassifier`.

    Subclasses say which examples carry which labels (:meth:`labels`) and what to do with a prediction (``process``).
    """

    several: ClassVar[bool]

    def __init__(
        self,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        classifier: LinearTextClassifier | None = None,
    ) -> None:
        self._config, self._storage, self._resource = config, model_storage, resource
        self._encoder = load_encoder(config["encoder"])
        self._classifier = classifier

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """``encoder``: see :func:`load_encoder`; the rest: see :class:`Recipe`."""
        return {"encoder": "auto", **asdict(Recipe())}

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
        encoder = load_encoder(config["encoder"])
        with model_storage.read_from(resource) as folder:
            return cls(config, model_storage, resource, LinearTextClassifier.load(folder, encoder))

    def labels(self, example: Example) -> Sequence[str] | None:
        """The labels of one example, or ``None`` to leave it out."""
        raise NotImplementedError

    def train(self, training_data: TrainingData) -> Resource:
        """Train on the labelled examples and store the classifier."""
        labelled = [(example.text, labels) for example in examples(training_data) if (labels := self.labels(example)) is not None]
        texts = [text for text, _ in labelled]
        recipe = Recipe(**{name: self._config[name] for name in RECIPE})
        classifier = LinearTextClassifier(self._encoder, self.several, recipe)
        classifier.train(texts, [labels for _, labels in labelled], cached_vectors(texts, self._encoder))
        self._classifier = classifier
        with self._storage.write_to(self._resource) as folder:
            classifier.save(folder)
        return self._resource

    def process_training_data(self, training_data: TrainingData) -> TrainingData:
        """Nothing is added to the training data."""
        return training_data


def examples(training_data: TrainingData) -> list[Example]:
    """Rasa's training messages as our own examples."""
    found = []
    for message in training_data.intent_examples:
        metadata = (message.get("metadata") or {}).get("intent") or {}
        found.append(Example(message.get(TEXT), message.get(INTENT), tuple(metadata.get("haltes", ()))))
    return found


def cached_vectors(texts: Sequence[str], encoder: SentenceEncoder) -> Matrix:
    """Sentence vectors of training messages, kept in ``var/`` because encoding is most of the training time."""
    store = VAR / "cache" / f"vectors-{encoder.name}.npz"
    known: dict[str, Matrix] = {}
    try:
        with np.load(store, allow_pickle=False) as arrays:
            known = dict(zip(arrays["keys"].tolist(), arrays["vectors"], strict=True))
    except (OSError, ValueError, KeyError):
        log.debug("no usable vector cache")
    keys = [hashlib.sha256(text.encode()).hexdigest() for text in texts]
    missing = [index for index, key in enumerate(keys) if key not in known]
    if missing:
        for index, vector in zip(missing, encoder.encode([texts[index] for index in missing]), strict=True):
            known[keys[index]] = vector
        store.parent.mkdir(parents=True, exist_ok=True)
        np.savez(store, keys=np.array(list(known)), vectors=np.stack(list(known.values())))
    return np.stack([known[key] for key in keys])
