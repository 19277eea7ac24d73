"""Which offers are looked at for this person: from the store, narrowed before the careful ranking."""

from __future__ import annotations

import logging
from collections.abc import Iterable

from wegwijzer.catalogue.loading import Catalogue
from wegwijzer.catalogue.models import Initiative
from wegwijzer.catalogue.store import CatalogueStore, StoreUnavailable
from wegwijzer.matching.index import OfferIndex
from wegwijzer.matching.moment import Moment
from wegwijzer.matching.profile import Profile
from wegwijzer.vocabulary import VoorWie

RELATED = 2
"""So many haltes next to each of the person's are looked at too: a theme is never understood for sure."""

TO_ASK = 200
"""So many offers are weighed when choosing a question. What scores lower than these is not going to be suggested."""

TO_NAME = 20
"""So many of the best are ranked for the step itself, and variety is sought among these."""

log = logging.getLogger(__name__)


class Offers:
    """The offers of the store, indexed again when they changed; those of the files when the store is away."""

    def __init__(self, catalogue: Catalogue, store: CatalogueStore) -> None:
        self._catalogue = catalogue
        self._store = store
        self._indexed: tuple[Initiative, ...] | None = None
        self._index = OfferIndex(catalogue, ())

    def to_ask(self, profile: Profile, moment: Moment | None = None) -> tuple[Initiative, ...]:
        """Offers that an answer to a question could still make the best."""
        return self._best(profile, TO_ASK, moment, ())

    def to_name(self, profile: Profile, moment: Moment | None = None, shown: Iterable[str] = ()) -> tuple[Initiative, ...]:
        """Offers that could be named now; ``shown`` are ids that were."""
        return self._best(profile, TO_NAME, moment, shown)

    def _best(self, profile: Profile, most: int, moment: Moment | None, shown: Iterable[str]) -> tuple[Initiative, ...]:
        return self._current().best(profile, most, moment, shown, self._themes(profile))

    def _themes(self, profile: Profile) -> set[str]:
        """The person's haltes and those next to them; none, so everything, for a volunteer."""
        if profile.voor_wie is VoorWie.HELPEN:
            return set()
        haltes = self._catalogue.haltes
        return set(profile.haltes) | {other for halte in profile.haltes for other in haltes[halte].related[:RELATED]}

    def _current(self) -> OfferIndex:
        try:
            offers = self._store.offers()
        except StoreUnavailable as error:
            log.error("catalogue store unavailable, using the files: %s", error)
            offers = self._catalogue.suggestable
        if self._indexed is None or (offers is not self._indexed and offers != self._indexed):
            self._index, self._indexed = OfferIndex(self._catalogue, offers), offers
        return self._index
