"""Which question is worth asking next, if any.

For each open question we look at every answer it can have and how likely that answer is, and ask: how much would this
answer change the ranking of what is left? The ranking is read as a choice: the better an offer scores, the larger its
share. The change is the share of that choice that moves (total variation distance, 0 to 1), averaged over the answers.

A question none of whose answers changes the suggestion or the two offers behind it cannot change the outcome, and is
never asked, however much it shuffles what comes after.

Two answers change the outcome altogether: living outside the municipality and being under 18 lead elsewhere. They are
unlikely, but sending such a person to the wrong door costs more than a lesser match does (:data:`DECISIVE`).
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from wegwijzer.catalogue.loading import Catalogue
from wegwijzer.catalogue.models import Initiative
from wegwijzer.matching.moment import Moment
from wegwijzer.matching.profile import Profile
from wegwijzer.matching.ranking import Match, rank
from wegwijzer.vocabulary import Drempel, Gemis, Vorm

SHARPNESS = 0.03
"""Difference in score that makes one offer e times as likely to be the right choice as another."""

WORTH_ASKING = 0.08
"""A question must be expected to move at least this share of the choice."""

MOST_QUESTIONS = 5
"""Never more than this many questions in one conversation (design, section 1, step 3)."""

OUTCOME = 3
"""The suggestion and the two behind it ("iets anders") are the outcome."""

ANSWERS: Mapping[str, Mapping[Any, float]] = {
    "gemis": {Gemis.MENSEN: 0.4, Gemis.IEMAND: 0.35, Gemis.BEIDE: 0.25},
    "leeftijd": {24: 0.25, 45: 0.35, 70: 0.25, 82: 0.15},
    "vorm": {Vorm.EEN_OP_EEN: 0.3, Vorm.GROEP: 0.35, Vorm.BELLEN: 0.1, Vorm.ONLINE: 0.05, Vorm.EROPUIT: 0.2},
    "drempel": {
        None: 0.35,
        Drempel.ALLEEN_GAAN: 0.2,
        Drempel.GELD: 0.2,
        Drempel.LOPEN: 0.1,
        Drempel.INTERNET: 0.05,
        Drempel.NEDERLANDS: 0.05,
        Drempel.OVERDAG: 0.05,
    },
}
"""The answers each question can have, with a rough guess how often each is given. Every wijk counts the same.

A guess, not a measurement: it only decides the order of questions, never what is suggested."""


DECISIVE: Mapping[str, float] = {"wijk": 0.2, "leeftijd": 0.12}
"""Weight of the chance that the answer leads to another kind of help: outside Utrecht, or under 18. Also a guess."""


@dataclass(frozen=True)
class Question:
    """A question and the share of the choice it is expected to move (0 to 1)."""

    slot: str
    change: float


def next_question(
    profile: Profile,
    catalogue: Catalogue,
    candidates: Iterable[Initiative],
    asked: int = 0,
    shown: Iterable[str] = (),
    moment: Moment | None = None,
) -> Question | None:
    """The open question that changes the ranking most, or ``None`` when none is worth asking.

    Args:
        profile: what is known.
        candidates: the offers that could be suggested.
        asked: how many questions were asked already in this conversation.
        shown: ids already suggested.
        moment: when it is, for offers that depend on the time.
    """
    if asked >= MOST_QUESTIONS:
        return None
    seen = set(shown)
    pool = [initiative for initiative in candidates if initiative.id not in seen]
    now = rank(profile, catalogue, pool, moment=moment)
    questions = [_question(slot, profile, catalogue, pool, now, moment) for slot in profile.open_slots()]
    worthwhile = [question for question in questions if question.change >= WORTH_ASKING]
    return max(worthwhile, key=lambda question: question.change, default=None)


def _question(
    slot: str,
    profile: Profile,
    catalogue: Catalogue,
    pool: Sequence[Initiative],
    now: Sequence[Match],
    moment: Moment | None,
) -> Question:
    before, top = _shares(now), _top(now)
    change = DECISIVE.get(slot, 0.0)
    matters = change > 0
    for value, likelihood in _answers(slot, catalogue).items():
        ranked = rank(profile.with_answer(slot, value), catalogue, pool, moment=moment)
        after = _shares(ranked)
        change += likelihood * sum(abs(before.get(key, 0.0) - after.get(key, 0.0)) for key in before.keys() | after.keys()) / 2
        matters = matters or _top(ranked) != top
    return Question(slot, change if matters else 0.0)


def _shares(ranked: Sequence[Match]) -> dict[str, float]:
    """How likely each offer is the right choice, if a better score means a better fit; sums to 1."""
    if not ranked:
        return {}
    best = ranked[0].score
    weights = {match.initiative.id: math.exp((match.score - best) / SHARPNESS) for match in ranked}
    total = sum(weights.values())
    return {key: weight / total for key, weight in weights.items()}


def _top(ranked: Sequence[Match]) -> list[str]:
    return [match.initiative.id for match in ranked[:OUTCOME]]


def _answers(slot: str, catalogue: Catalogue) -> Mapping[Any, float]:
    if slot == "wijk":
        ids = [wijk.id for wijk in catalogue.wijken.wijken]
        return dict.fromkeys(ids, 1 / len(ids))
    return ANSWERS[slot]
