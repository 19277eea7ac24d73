"""Looking up what there is, and the words with which a colleague can send it; every word comes from the catalogue."""

from __future__ import annotations

from wegwijzer.catalogue.loading import Catalogue
from wegwijzer.catalogue.models import Initiative
from wegwijzer.catalogue.search import CatalogueIndex, Found
from wegwijzer.dialogue.wording import contact_text, people_text
from wegwijzer.matching.moment import Moment

MOST = 6
"""Offers shown at once."""


def found(index: CatalogueIndex, catalogue: Catalogue, query: str, moment: Moment) -> list[dict[str, str]]:
    """What may be named, best first: ``id``, ``naam``, ``wat`` and ``tekst``, the message a colleague can send."""
    usable = [hit.record for hit in index.search(query) if hit.usable]
    return [
        {"id": record.id, "naam": record.name, "wat": _what(record), "tekst": _message(record, catalogue, moment)}
        for record in usable[:MOST]
    ]


def _what(record: Found) -> str:
    return record.summary if isinstance(record, Initiative) else record.use


def _message(record: Found, catalogue: Catalogue, moment: Moment) -> str:
    if isinstance(record, Initiative):
        return f"{record.name}. {record.summary}\n{contact_text(record, catalogue, moment)}".strip()
    return people_text([record], catalogue, moment.time)
