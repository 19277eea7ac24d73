"""What each answer does to each offer: how far it moves the score, or that it rules the offer out.

Asking the ranking itself what every answer would change takes as many rankings as there are answers, at every turn of
every conversation. But in a weighted mean an answer moves an offer by the same amount whoever gives it, so it is measured
once, with the ranking, on somebody of whom nothing else is known; after that it is a table.

Where two answers work on each other (walking badly, and in which wijk one lives; speaking English, and little Dutch) the table
is an estimate. It serves to choose questions; what is suggested never comes from here.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from wegwijzer.catalogue.loading import Catalogue
from wegwijzer.catalogue.models import Initiative
from wegwijzer.matching.profile import Profile
from wegwijzer.matching.ranking import score, unsuitable
from wegwijzer.vocabulary import VoorWie

Floats = NDArray[np.float64]

RULED_OUT = -np.inf
"""The effect of an answer with which an offer must not be shown."""


class Effects:
    """The table of one catalogue; a row is measured when it is first needed."""

    def __init__(self, catalogue: Catalogue) -> None:
        self.catalogue = catalogue
        self._rows: dict[tuple[Initiative, VoorWie, str, tuple[Hashable, ...]], Floats] = {}

    def table(self, offers: Sequence[Initiative], voor_wie: VoorWie, slot: str, answers: Mapping[Hashable, float]) -> Floats:
        """What the answers to ``slot`` do to the offers.

        Args:
            voor_wie: who the person asks for.
            slot: a name of :data:`wegwijzer.matching.profile.ASKABLE`.
            answers: the answers that are possible, as its keys.

        Returns:
            One row per answer and one column per offer: what the answer adds to the score (a difference between 0 and 1, or
            below 0), or :data:`RULED_OUT`.
        """
        keys = tuple(answers)
        return np.array([self._row(offer, voor_wie, slot, keys) for offer in offers]).reshape(len(offers), len(keys)).T

    def _row(self, offer: Initiative, voor_wie: VoorWie, slot: str, answers: tuple[Hashable, ...]) -> Floats:
        key = (offer, voor_wie, slot, answers)
        row = self._rows.get(key)
        if row is None:
            row = self._rows[key] = self._measured(*key)
        return row

    def _measured(self, offer: Initiative, voor_wie: VoorWie, slot: str, answers: tuple[Hashable, ...]) -> Floats:
        somebody = self._welcome(offer, voor_wie)
        before = score(offer, somebody, self.catalogue).score
        return np.array([self._effect(offer, somebody.with_answer(slot, answer), before) for answer in answers])

    def _effect(self, offer: Initiative, profile: Profile, before: float) -> float:
        if unsuitable(offer, profile, self.catalogue) is not None:
            return float(RULED_OUT)
        return score(offer, profile, self.catalogue).score - before

    def _welcome(self, offer: Initiative, voor_wie: VoorWie) -> Profile:
        """Somebody whom only an answer can shut out: in the groups, with the language and the words that it waits for."""
        # Of whose language nothing is known is taken to speak Dutch; only where that shuts out, another one is spoken.
        others = () if "nl" in offer.audience.languages else offer.audience.languages
        return Profile(
            voor_wie=voor_wie,
            groepen=frozenset(offer.audience.groups),
            mentions=frozenset(offer.mention_only),
            taal=others[0] if others else None,
        )


_latest: Effects | None = None


def effects_of(catalogue: Catalogue) -> Effects:
    """The table of this catalogue. Only the latest is kept: a process has one catalogue, and a new one replaces it."""
    # A catalogue cannot be hashed, so lru_cache cannot do this.
    global _latest
    if _latest is None or _latest.catalogue is not catalogue:
        _latest = Effects(catalogue)
    return _latest
