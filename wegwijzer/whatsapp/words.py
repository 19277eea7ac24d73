"""The few Dutch words that stand around a message on WhatsApp. They are kept in ``catalogue/zinnen.yml``."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from wegwijzer.catalogue.reading import Reader
from wegwijzer.catalogue.remedies import CatalogueError
from wegwijzer.catalogue.sentences import Sentences
from wegwijzer.paths import CATALOGUE
from wegwijzer.web.contract import Wording


@dataclass(frozen=True)
class Words:
    """Sentences to fill in.

    Attributes:
        contact: how to reach something (``contact`` of the file).
        card: headings of a step and its route map (``kaart``).
        choose: asks to choose, on the button that opens a list (``whatsapp.kies``).
        number: asks to choose by number, above numbered answers (``whatsapp.nummer``).
        only: names the only answer, where a number could be an answer too (``whatsapp.enig``).
    """

    contact: Mapping[str, str]
    card: Mapping[str, str]
    choose: str
    number: str
    only: str

    def worded(self, wording: Wording) -> Words:
        """The same, in the form that the person chose."""
        contact = {name: wording(text) for name, text in self.contact.items()}
        card = {name: wording(text) for name, text in self.card.items()}
        return Words(contact, card, wording(self.choose), wording(self.number), wording(self.only))


def words_of(sentences: Sentences) -> Words:
    """Those of a catalogue. Raises ``KeyError`` when a sentence is missing, which ``wegwijzer catalogue check`` tells."""
    whatsapp = sentences.whatsapp
    return Words(sentences.contact, sentences.kaart, whatsapp["kies"], whatsapp["nummer"], whatsapp["enig"])


@lru_cache(maxsize=1)
def own_words() -> Words:
    """Those of the catalogue in this checkout, read once.

    Raises:
        CatalogueError: the file cannot be used; it says why.
    """
    reader = Reader(CATALOGUE)
    sentences = reader.whole("zinnen.yml", "zinnen", Sentences, Sentences, ())
    if sentences is None or reader.problems:
        raise CatalogueError(reader.problems)
    return words_of(sentences)
