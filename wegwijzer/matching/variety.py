"""Something else, when someone asks for something else: not nearly the same once more.

Maximal marginal relevance (Carbonell and Goldstein, SIGIR 1998): what is named next is the offer whose score, less how much
it is like the most similar one already shown, is highest. Only among offers that are good enough by themselves: for variety
nothing is named that does not fit, and a twin still gets its turn when nothing else is left.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence

from wegwijzer.catalogue.models import Initiative
from wegwijzer.matching.ranking import GOOD_ENOUGH, Match

VARIETY = 0.15
"""What a perfect twin of something shown loses of its score: as much as when it were of another form and a little more.

Chosen by hand; with 0 the next best is named whatever it is like."""

ALIKE = {"organisation": 0.4, "forms": 0.3, "haltes": 0.2, "gemis": 0.1}
"""What makes two offers alike, adding up to 1. The same people in the same form is most of it."""


def likeness(one: Initiative, other: Initiative) -> float:
    """How much two offers are alike, from 0 (nothing in common) to 1, the same in both directions."""
    shared = {
        "organisation": float(one.organisation.casefold() == other.organisation.casefold()),
        "forms": _overlap(one.forms, other.forms),
        "haltes": _overlap(one.haltes, other.haltes),
        "gemis": _overlap(one.gemis, other.gemis),
    }
    return sum(ALIKE[name] * value for name, value in shared.items())


def choose(ranked: Iterable[Match], shown: Sequence[Initiative]) -> Match | None:
    """The offer to name now, or ``None`` when none is good enough.

    Args:
        ranked: suitable offers that were not shown, best first.
        shown: the offers that were named before in this conversation.
    """
    best, most = None, 0.0
    for match in ranked:
        if match.score < GOOD_ENOUGH or (best is not None and match.score <= most):
            # The rest scores no better than this, and likeness only takes away.
            break
        worth = match.score - VARIETY * max((likeness(match.initiative, before) for before in shown), default=0.0)
        if best is None or worth > most:
            best, most = match, worth
    return best


def _overlap(one: Collection[str], other: Collection[str]) -> float:
    """Shared of all (Jaccard); nothing said about either is nothing in common."""
    both = set(one) | set(other)
    return len(set(one) & set(other)) / len(both) if both else 0.0
