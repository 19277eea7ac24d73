"""Finding an initiative by the name a resident or editor types."""

from __future__ import annotations

import re

from rapidfuzz import fuzz

from wegwijzer.catalogue.loading import Catalogue
from wegwijzer.catalogue.models import Initiative

ALIKE = 90.0
"""How alike (0 to 100) a part of the text and a name must be."""

SHORTEST = 4
"""Names shorter than this must be typed as a whole word."""

_SPLIT = re.compile(r"[(:,]| via | van | en ")


def find_by_name(catalogue: Catalogue, text: str) -> Initiative | None:
    """The initiative whose name is in the text, the longest name first; ones that may be suggested go before others.

    A name also counts by its first part ("Repair Cafés" of "Repair Cafés in Utrecht") and by its organisation.
    """
    wanted = text.lower()
    best: tuple[int, int, Initiative] | None = None
    for initiative in catalogue.initiatives.values():
        for rank, name in enumerate(_names(initiative)):
            if _in(name, wanted):
                # Exact before alike, what may be shown before what may not, then the longest name, then the whole name.
                worth = int(name in wanted) * 1000 + int(initiative.suggestable) * 100 + len(name)
                found = (worth, -rank, initiative)
                best = max(best, found, key=lambda item: item[:2]) if best else found
    return best[2] if best else None


def search_names(catalogue: Catalogue, text: str) -> list[Initiative]:
    """Every initiative whose id, name or organisation holds this text, for editors; in catalogue order."""
    wanted = text.lower().strip()
    return [
        initiative
        for initiative in catalogue.initiatives.values()
        if any(wanted in name.lower() for name in (initiative.id, initiative.name, initiative.organisation))
    ]


def _names(initiative: Initiative) -> list[str]:
    whole = initiative.name.lower()
    organisation = initiative.organisation.lower()
    parts = [whole, _SPLIT.split(whole)[0].strip(), organisation, organisation.removesuffix(" utrecht")]
    return [name for name in dict.fromkeys(parts) if len(name) >= SHORTEST - 1 and name not in _TOO_COMMON]


_TOO_COMMON = frozenset({"diverse", "bewoners", "gemeente utrecht", "maatje", "werkwijze", "humanitas", "politie", "gemeente"})


def _in(name: str, text: str) -> bool:
    if len(name) <= SHORTEST:
        return bool(re.search(rf"\b{re.escape(name)}\b", text))
    return len(text) >= len(name) - 1 and fuzz.partial_ratio(name, text) >= ALIKE
