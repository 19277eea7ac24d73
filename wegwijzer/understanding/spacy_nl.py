"""spaCy for Dutch: sentences, lemmas and names, from a trained model when there is one and from tables when there is not.

The trained model ``nl_core_news_sm`` is not on the package index, so a fresh checkout works without it. Who has it (an
installed package, or a folder) names it in the setting ``SPACY_NL``; both give the same interface. What each buys is measured by
``make evaluate ARGS=--compare``.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from spacy.language import Language

log = logging.getLogger(__name__)

MODEL = "nl_core_news_sm"
"""The model that is looked for when nothing else is set."""

BLANK = "blank"
"""The name of what is there without a model."""

LONGEST = 20_000
"""Characters that are read; trained models need memory in proportion."""


@dataclass(frozen=True)
class Name:
    """A name in a text: from ``start`` up to ``end``, and what kind (``PER``, ``LOC``, ``ORG``, ...)."""

    start: int
    end: int
    kind: str


class DutchReader:
    """What spaCy sees in a text. It is loaded when it is first asked: that takes seconds, and most messages do without.

    Args:
        model: package name or folder; when it is not there, tables are used.
        known_names: pairs of kind and name that are recognised with either.
    """

    def __init__(self, model: str, known_names: Iterable[tuple[str, str]]) -> None:
        self._model, self._known_names = model, tuple(known_names)

    @property
    def name(self) -> str:
        """The model, or :data:`BLANK`."""
        return self._loaded[1]

    @property
    def _nlp(self) -> Language:
        return self._loaded[0]

    @cached_property
    def _lemmatizer(self) -> Language:
        """Its tables are large, and whoever only wants sentences does without."""
        return _with_tables() if self.name == BLANK else self._nlp

    @cached_property
    def _loaded(self) -> tuple[Language, str]:
        return _load(self._model, self._known_names)

    def sentences(self, text: str) -> list[str]:
        """The sentences of a text, without the space around them."""
        return [sentence.text.strip() for sentence in self._nlp(text[:LONGEST]).sents if sentence.text.strip()]

    def lemmas(self, text: str) -> list[str]:
        """The dictionary form of each word, lower case; the word itself where it is not known."""
        return [(token.lemma_ or token.text).lower() for token in self._lemmatizer(text[:LONGEST]) if not token.is_space]

    def names(self, text: str) -> list[Name]:
        """The names that are recognised. The fall-back only knows the names it was given."""
        return [Name(entity.start_char, entity.end_char, entity.label_) for entity in self._nlp(text[:LONGEST]).ents]


@lru_cache(maxsize=2)
def load_reader(model: str = MODEL, known_names: tuple[tuple[str, str], ...] = ()) -> DutchReader:
    """The reader of this process; see :class:`DutchReader`."""
    return DutchReader(model, known_names)


def _load(model: str, known_names: tuple[tuple[str, str], ...]) -> tuple[Language, str]:
    """spaCy with the trained model when it can be had, otherwise with the fall-back; and which it was."""
    import spacy

    try:
        nlp, name = spacy.load(model), model
    except OSError:
        if model != MODEL:
            log.warning("%s is not a spaCy model that can be loaded here; going on without", model)
        nlp, name = spacy.blank("nl"), BLANK
    if not nlp.has_pipe("parser") and not nlp.has_pipe("senter") and not nlp.has_pipe("sentencizer"):
        nlp.add_pipe("sentencizer", first=True)
    if known_names:
        _recognise(nlp, known_names)
    return nlp, name


def _with_tables() -> Language:
    """Lemmas from the tables of spacy-lookups-data."""
    import spacy

    nlp = spacy.blank("nl")
    nlp.add_pipe("lemmatizer", config={"mode": "lookup"})
    nlp.initialize()
    return nlp


def _recognise(nlp: Language, known_names: Iterable[tuple[str, str]]) -> None:
    ruler = nlp.add_pipe("entity_ruler", config={"phrase_matcher_attr": "LOWER", "overwrite_ents": True})
    ruler.add_patterns([{"label": kind, "pattern": name} for kind, name in known_names])  # type: ignore[attr-defined]
