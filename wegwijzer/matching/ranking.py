"""Which initiative fits this person best, and why.

Two steps. What must never be shown to this person is removed (``suitability.py``). Then every factor gives a value from 0 to
1; the score is the weighted mean (``factors.py``, where the weights are). Which of the good ones is named after another was
turned down is up to ``variety.py``.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from wegwijzer.catalogue.loading import Catalogue
from wegwijzer.catalogue.models import Initiative
from wegwijzer.matching.factors import FACTORS, TOTAL_WEIGHT, WEIGHTS, Reason
from wegwijzer.matching.moment import Moment
from wegwijzer.matching.profile import Profile
from wegwijzer.matching.situation import Situation
from wegwijzer.matching.suitability import broken_rule

__all__ = ["GOOD_ENOUGH", "WEIGHTS", "Match", "Moment", "Reason", "rank", "score", "unsuitable"]

GOOD_ENOUGH = 0.5
"""Below this score the bot names no initiative but a human who knows more."""


@dataclass(frozen=True)
class Match:
    """One offer with its score (0 to 1), the value of every factor, and the reasons, strongest first."""

    initiative: Initiative
    score: float
    factors: Mapping[str, float]
    reasons: tuple[Reason, ...]


def unsuitable(initiative: Initiative, profile: Profile, catalogue: Catalogue) -> str | None:
    """Why this must not be shown to this person, or ``None`` when it may be.

    An unknown answer never excludes: it lowers the score instead, so that asking is worth it.
    """
    return broken_rule(initiative, Situation(profile, catalogue))


def score(initiative: Initiative, profile: Profile, catalogue: Catalogue, moment: Moment | None = None) -> Match:
    """Score one offer for one profile, whatever :func:`unsuitable` says about it."""
    return _score(initiative, Situation(profile, catalogue, moment))


def rank(
    profile: Profile,
    catalogue: Catalogue,
    candidates: Iterable[Initiative],
    shown: Iterable[str] = (),
    moment: Moment | None = None,
) -> list[Match]:
    """All suitable offers, best first. Equal scores keep a stable order by id.

    Args:
        shown: ids that are left out.
        moment: when it is; without it, what depends on the time counts neither for nor against an offer.
    """
    seen, situation = set(shown), Situation(profile, catalogue, moment)
    matches = [
        _score(initiative, situation)
        for initiative in candidates
        if initiative.id not in seen and broken_rule(initiative, situation) is None
    ]
    return sorted(matches, key=lambda match: (-match.score, match.initiative.id))


def _score(initiative: Initiative, situation: Situation) -> Match:
    values: dict[str, float] = {}
    given: list[tuple[float, Reason]] = []
    total = 0.0
    for name, factor in FACTORS.items():
        verdict = factor.judge(factor.reads(initiative), situation)
        values[name] = verdict.value
        total += (share := factor.weight * verdict.value)
        if verdict.reason is not None:
            given.append((share, verdict.reason))
    given.sort(key=lambda one: -one[0])
    return Match(initiative, total / TOTAL_WEIGHT, values, tuple(reason for _, reason in given))
