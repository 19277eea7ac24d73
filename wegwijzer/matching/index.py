"""Finding the best of ten thousand offers within a few milliseconds, by the same rules and factors as ``ranking.py``.

Each rule and factor sees only a few facts of an offer, and many offers share those facts: there are far fewer different lists
of forms than there are offers. So every set of facts is stored once, offers refer to it by number (dictionary encoding, as in
column stores), each different set is judged once per question, and numpy spreads the verdicts over the offers. The judging is
done by the functions of ``suitability.py`` and ``factors.py`` themselves: there is no second version of them to keep equal.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from typing import Any

import numpy as np
import numpy.typing as npt

from wegwijzer.catalogue.loading import Catalogue
from wegwijzer.catalogue.models import Initiative
from wegwijzer.matching.factors import FACTORS, TOTAL_WEIGHT, Factor
from wegwijzer.matching.moment import Moment
from wegwijzer.matching.profile import Profile
from wegwijzer.matching.situation import Situation
from wegwijzer.matching.suitability import RULES, Rule


class _Column:
    """One group of facts: every different value once, and for each offer which of them it has."""

    def __init__(self, values: Iterable[Any]) -> None:
        numbers: dict[Any, int] = {}
        self._codes = np.array([numbers.setdefault(value, len(numbers)) for value in values], dtype=np.intp)
        self._different = tuple(numbers)

    def fitting(self, fits: Callable[[Any], bool]) -> npt.NDArray[np.bool_]:
        """For each offer whether its facts fit."""
        return self._spread([fits(facts) for facts in self._different])

    def kept_out(self, rule: Rule, situation: Situation) -> npt.NDArray[np.bool_]:
        """For each offer whether the rule forbids it."""
        return self._spread([rule.forbids(facts, situation) for facts in self._different])

    def values(self, factor: Factor, situation: Situation, places: npt.NDArray[np.intp]) -> npt.NDArray[np.float64]:
        """The value of the factor for the offers at these places."""
        judged = np.array([factor.judge(facts, situation).value for facts in self._different])
        values: npt.NDArray[np.float64] = judged[self._codes[places]]
        return values

    def _spread(self, judged: list[bool]) -> npt.NDArray[np.bool_]:
        spread: npt.NDArray[np.bool_] = np.array(judged, dtype=np.bool_)[self._codes]
        return spread


class OfferIndex:
    """A fixed set of offers, ready to be searched.

    Args:
        catalogue: where the ids in the offers are explained.
        offers: what may be found; their order makes no difference.
    """

    def __init__(self, catalogue: Catalogue, offers: Iterable[Initiative]) -> None:
        # By id, so that a stable sort by score keeps equal scores in the order that ``rank`` gives them.
        self._offers = sorted(offers, key=lambda offer: offer.id)
        self._place = {offer.id: place for place, offer in enumerate(self._offers)}
        self._catalogue = catalogue
        self._haltes = _Column(offer.haltes for offer in self._offers)
        self._rules = _columns({name: rule.reads for name, rule in RULES.items()}, self._offers)
        self._factors = _columns({name: factor.reads for name, factor in FACTORS.items()}, self._offers)

    def best(
        self, profile: Profile, most: int, moment: Moment | None = None, shown: Iterable[str] = (), haltes: Collection[str] = ()
    ) -> tuple[Initiative, ...]:
        """The suitable offers that score highest, best first: the first of what ``rank`` gives on the same offers.

        Args:
            most: so many at most.
            moment, shown: as for ``rank``.
            haltes: only offers on at least one of these; empty: on any.
        """
        situation = Situation(profile, self._catalogue, moment)
        allowed = self._allowed(situation, shown, haltes)
        if not allowed.any():
            return ()
        places = np.flatnonzero(allowed)
        order = np.argsort(-self._scores(situation, places), kind="stable")[:most]
        return tuple(self._offers[place] for place in places[order])

    def _allowed(self, situation: Situation, shown: Iterable[str], haltes: Collection[str]) -> npt.NDArray[np.bool_]:
        wanted = frozenset(haltes)
        allowed: npt.NDArray[np.bool_] = np.ones(len(self._offers), dtype=np.bool_)
        if wanted:
            allowed &= self._haltes.fitting(lambda haltes: not wanted.isdisjoint(haltes))
        for name, rule in RULES.items():
            allowed &= ~self._rules[name].kept_out(rule, situation)
        allowed[[self._place[one] for one in shown if one in self._place]] = False
        return allowed

    def _scores(self, situation: Situation, places: npt.NDArray[np.intp]) -> npt.NDArray[np.float64]:
        """The scores of the offers at these places, added up in the order of ``ranking.py``, so that equal stays equal."""
        total: npt.NDArray[np.float64] = np.zeros(len(places))
        for name, factor in FACTORS.items():
            total += factor.weight * self._factors[name].values(factor, situation, places)
        return total / TOTAL_WEIGHT


def _columns(reads: Mapping[str, Callable[[Initiative], Any]], offers: Iterable[Initiative]) -> dict[str, _Column]:
    everything = tuple(offers)
    return {name: _Column(read(offer) for offer in everything) for name, read in reads.items()}
