"""spaCy for Dutch: sentences, lemmas and names, from a trained model when there is one and from tables when there is not.

The trained model ``nl_core_news_sm`` is not on the package index, so a fresh checkout works without it. Who has it (an
installed package, or a folder) names it in the setting ``SPACY_NL``; both give the same interface. What each buys is measured by
``make evaluate ARGS=--compare``.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from spacy.language import Language

log = logging.getLogger(__name__)

MODEL = "nl_core_news_sm"
"""The model that is looked for when nothing else is set."""

LONGEST = 20_000
"""Characters that are read; trained models need memory in proportion."""


@dataclass(frozen=True)
class Name:
    """A name in a text: from ``start`` up to ``end``, and what kind (``PER``, ``LOC``, ``ORG``, ...)."""

    start: int
    end: int
    kind: str


class DutchReader:
    """What spaCy sees in a text.

    Args:
        nlp: a spaCy pipeline that sets sentence boundaries.
        name: of the model, or ``blank`` for the fall-back.
    """

    def __init__(self, nlp: Language, name: str) -> None:
        self._nlp, self.name = nlp, name

    def sentences(self, text: str) -> list[str]:
        """The sentences of a text, without the space around them."""
        return [sentence.text.strip() for sentence in self._nlp(text[:LONGEST]).sents if sentence.text.strip()]

    def lemmas(self, text: str) -> list[str]:
        """The dictionary form of each word, lower case; the word itself where it is not known."""
        return [(token.lemma_ or token.text).lower() for token in self._nlp(text[:LONGEST]) if not token.is_space]

    def names(self, text: str) -> list[Name]:
        """The names that are recognised. The fall-back only knows the names it was given."""
        return [Name(entity.start_char, entity.end_char, entity.label_) for entity in self._nlp(text[:LONGEST]).ents]


@lru_cache(maxsize=2)
def load_reader(model: str = MODEL, known_names: tuple[tuple[str, str], ...] = ()) -> DutchReader:
    """Load spaCy once per process: the trained model when it can be had, otherwise the fall-back.

    Args:
        model: package name or folder.
        known_names: pairs of kind and name that are recognised with either.
    """
    import spacy

    try:
        nlp, name = spacy.load(model), model
    except OSError:
        if model != MODEL:
            log.warning("%s is not a spaCy model that can be loaded here; going on without", model)
        nlp, name = _without_model(), "blank"
    if not nlp.has_pipe("parser") and not nlp.has_pipe("senter") and not nlp.has_pipe("sentencizer"):
        nlp.add_pipe("sentencizer", first=True)
    if known_names:
        _recognise(nlp, known_names)
    return DutchReader(nlp, name)


def _without_model() -> Language:
    """Sentences by punctuation and lemmas from the tables of spacy-lookups-data."""
    import spacy

    nlp = spacy.blank("nl")
    nlp.add_pipe("sentencizer")
    nlp.add_pipe("lemmatizer", config={"mode": "lookup"})
    nlp.initialize()
    return nlp


def _recognise(nlp: Language, known_names: Iterable[tuple[str, str]]) -> None:
    ruler = nlp.add_pipe("entity_ruler", config={"phrase_matcher_attr": "LOWER", "overwrite_ents": True})
    ruler.add_patterns([{"label": kind, "pattern": name} for kind, name in known_names])  # type: ignore[attr-defined]
