"""Looks at each message once and hands what it saw to all classifiers: meaning, letters and words as Rasa features.

When this fails, on one message or as a whole, the message goes on without features: patterns, buttons and known messages
keep working, and danger is still found.
"""

from __future__ import annotations

import logging
from functools import lru_cache
from typing import Any

import scipy.sparse as sparse
from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.shared.nlu.constants import FEATURE_TYPE_SENTENCE, TEXT
from rasa.shared.nlu.training_data.features import Features
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from wegwijzer.catalogue.loading import load_catalogue
from wegwijzer.paths import CATALOGUE, VAR
from wegwijzer.settings import Settings
from wegwijzer.understanding.encoder import SentenceEncoder, StoredEncoder, load_encoder
from wegwijzer.understanding.features import TextFeatures
from wegwijzer.understanding.spacy_nl import load_reader
from wegwijzer.understanding.spelling import Speller
from wegwijzer.understanding.windows import windows

log = logging.getLogger(__name__)

ORIGIN = "TextFeaturizer"
PARTS = "parts"
"""Key of a message during training: which columns are meaning, letters and words."""

PIECES = "pieces"
"""Key of a long message: one row of features per piece."""

MEANT = "meant"
"""Key of a message: its text with the spelling mended."""


@DefaultV1Recipe.register([DefaultV1Recipe.ComponentType.MESSAGE_FEATURIZER], is_trainable=True)
class TextFeaturizer(GraphComponent):
    """See :class:`TextFeatures`."""

    def __init__(
        self,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        features: TextFeatures | None = None,
    ) -> None:
        self._config, self._storage, self._resource, self._features = config, model_storage, resource, features
        self._reader = load_reader(Settings.from_environment().spacy_model)

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """``encoder``: see :func:`load_encoder`; by default what the settings say."""
        return {"encoder": None}

    @classmethod
    def create(
        cls, config: dict[str, Any], model_storage: ModelStorage, resource: Resource, execution_context: ExecutionContext
    ) -> TextFeaturizer:
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
    ) -> TextFeaturizer:
        """Load what :meth:`train` stored; when that fails, say so in the log and go on without features."""
        try:
            with model_storage.read_from(resource) as folder:
                features = TextFeatures.load(folder, _encoder(config), speller().normalise)
        except (OSError, ValueError, KeyError, RuntimeError):
            log.exception("the classifiers cannot work: patterns and buttons only")
            return cls(config, model_storage, resource)
        return cls(config, model_storage, resource, features)

    def train(self, training_data: TrainingData) -> Resource:
        """Learn letters and words from all messages."""
        features = TextFeatures(self._encoder_with_store(), speller().normalise)
        features.fit([message.get(TEXT) for message in training_data.intent_examples])
        with self._storage.write_to(self._resource) as folder:
            features.save(folder)
        return self._resource

    def process_training_data(self, training_data: TrainingData) -> TrainingData:
        """Give each training message its features, for the classifiers that learn after this."""
        with self._storage.read_from(self._resource) as folder:
            features = TextFeatures.load(folder, self._encoder_with_store(), speller().normalise)
        messages = training_data.intent_examples
        for message, row in zip(messages, features.transform([message.get(TEXT) for message in messages]), strict=True):
            _add(message, row)
            message.set(PARTS, features.parts)
        return training_data

    def _encoder_with_store(self) -> StoredEncoder:
        """Encoding is most of the training time: vectors of training messages are kept. Never those of residents."""
        encoder = _encoder(self._config)
        return StoredEncoder(encoder, VAR / "cache" / f"vectors-{encoder.name}.npz")

    def process(self, messages: list[Message]) -> list[Message]:
        """Give each message its features, the text that was meant, and the rows of its pieces when it is long."""
        for message in messages:
            text = message.get(TEXT)
            if not text or self._features is None:
                continue
            try:
                meant = speller().normalise(text)
                message.set(MEANT, meant)
                _add(message, self._features.transform_meant(meant))
                if pieces := windows(text, self._reader.sentences):
                    message.set(PIECES, list(self._features.transform(pieces)))
            except Exception:
                # Whatever breaks here, the message must go on to the patterns; no text in the log.
                log.exception("a message gets no features; patterns only")
        return messages


@lru_cache(maxsize=1)
def speller() -> Speller:
    """The speller of the catalogue; it is read once."""
    return Speller.of(load_catalogue(CATALOGUE))


def row_of(message: Message) -> sparse.csr_matrix | None:
    """The features of a message as one row, or ``None`` when it has none."""
    found = [features.features for features in message.features if features.origin == ORIGIN]
    return found[0] if found else None


def _encoder(config: dict[str, Any]) -> SentenceEncoder:
    return load_encoder(config["encoder"] or Settings.from_environment().encoder)


def _add(message: Message, row: sparse.csr_matrix) -> None:
    message.add_features(Features(row, FEATURE_TYPE_SENTENCE, TEXT, ORIGIN))
