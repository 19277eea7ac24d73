"""Which question is worth asking next, if any.

A question is worth what it adds to the suggestion. We do not know yet what somebody will answer, but we know which answers
there are, about how often each is given (:data:`ANSWERS`) and what each does to every offer (``effects.py``). So we look at
many ways in which all open questions could be answered (:data:`WAYS`). For each *set* of questions we see what would be
suggested with only those answered, and how well that suggestion fits with everything answered. The best set is the one
whose suggestions fit best, less the :data:`PRICE` of every question in it. When that set is empty we stop asking: the
suggestion is as sure as it will get. Otherwise we ask the question of the set that helps most by itself, and look again when
it is answered.

Looking at sets, and not at one question at a time, matters: two answers can change the suggestion together while neither
does alone. This is value of information (Howard 1966), looked ahead to the end; there are so few questions that all sets can
be tried. How well it does, and at what price, is measured by ``wegwijzer simulate``, see ``docs/questions.md``.

Two answers lead to another kind of help altogether: living outside the municipality and being under 18. To such a person
any suggestion of ours is worth nothing, so these questions are worth asking even when no offer depends on them
(:data:`ELSEWHERE`).
"""

from __future__ import annotations

import itertools
from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

import numpy as np

from wegwijzer.catalogue.loading import Catalogue
from wegwijzer.catalogue.models import Initiative
from wegwijzer.matching.effects import Floats, effects_of
from wegwijzer.matching.moment import Moment
from wegwijzer.matching.profile import Profile
from wegwijzer.matching.ranking import GOOD_ENOUGH, Match, rank
from wegwijzer.vocabulary import Drempel, Gemis, Vorm

PRICE = 0.001
"""How much better (in score, 0 to 1) a suggestion must be expected to fit before one more question is worth the asking.

Chosen with ``wegwijzer simulate``: the price that spares questions and still costs hardly any good suggestions."""

MOST_QUESTIONS = 5
"""Never more than this many questions in one conversation (design, section 1, step 3)."""

OUTCOME = 3
"""The suggestion and the two behind it ("iets anders") are the outcome."""

WAYS = 256
"""How many ways of answering all open questions are looked at. More changes little and costs time."""

CONTENDERS = 60
"""How many offers are looked at: those that score best, and could still do so. A large catalogue stays quick that way."""

ANSWERS: Mapping[str, Mapping[Hashable, float]] = {
    "gemis": {Gemis.MENSEN: 0.4, Gemis.IEMAND: 0.35, Gemis.BEIDE: 0.25},
    "leeftijd": {
        **dict.fromkeys((18, 21, 24, 27, 30), 0.05),
        **dict.fromkeys((33, 39, 45, 51, 57), 0.07),
        **dict.fromkeys((61, 64, 67, 70, 74), 0.05),
        **dict.fromkeys((77, 80, 83, 87, 92), 0.03),
    },
    "vorm": {Vorm.EEN_OP_EEN: 0.25, Vorm.GROEP: 0.29, Vorm.BELLEN: 0.08, Vorm.ONLINE: 0.04, Vorm.EROPUIT: 0.17, None: 0.17},
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
"""The answers each question can have, with a rough guess how often each is given; ``None`` is "maakt niet uit" or "niets".
Every wijk counts the same.

A guess, not a measurement: it only decides which questions are asked, never what is suggested."""

ELSEWHERE: Mapping[str, float] = {"wijk": 0.05, "leeftijd": 0.03}
"""Chance that the answer leads to another kind of help: outside Utrecht, or under 18. Also a guess."""


@dataclass(frozen=True)
class Rule:
    """What the rule may be told otherwise, to measure what it makes of it.

    Attributes:
        price: as :data:`PRICE`.
        elsewhere: as :data:`ELSEWHERE`.
    """

    price: float = PRICE
    elsewhere: Mapping[str, float] = field(default_factory=lambda: ELSEWHERE)


OURS = Rule()


@dataclass(frozen=True)
class Question:
    """A question and how much better the suggestion is expected to fit after asking only this (in score, 0 to 1)."""

    slot: str
    gain: float


def next_question(
    profile: Profile,
    catalogue: Catalogue,
    candidates: Iterable[Initiative],
    asked: int = 0,
    shown: Iterable[str] = (),
    moment: Moment | None = None,
    rule: Rule = OURS,
) -> Question | None:
    """The open question that helps the suggestion most, or ``None`` when none is worth asking.

    Args:
        profile: what is known.
        candidates: the offers that could be suggested.
        asked: how many questions were asked already in this conversation.
        shown: ids already suggested.
        moment: when it is, for offers that depend on the time.
        rule: other values than ours, to measure them.
    """
    left, open_slots = MOST_QUESTIONS - asked, profile.open_slots()
    if left <= 0 or not open_slots:
        return None
    seen = set(shown)
    pool = [initiative for initiative in candidates if initiative.id not in seen]
    now = rank(profile, catalogue, pool, moment=moment)
    ahead = _Ahead(profile, catalogue, now, rule)
    for slot in ahead.worth_asking(open_slots, left):
        if slot in rule.elsewhere or _can_change(slot, profile, catalogue, now, ahead, moment):
            return Question(slot, ahead.gain((slot,)))
    return None


class _Ahead:
    """What could be suggested once some or all of the open questions are answered.

    A column per offer, and a last one for the human who is named when no offer is good enough; a row per way of answering.
    """

    def __init__(self, profile: Profile, catalogue: Catalogue, now: Sequence[Match], rule: Rule) -> None:
        self._rule = rule
        self._answers = {slot: _answers(slot, catalogue) for slot in profile.open_slots()}
        self.offers = [match.initiative for match in now]
        effects, whom = effects_of(catalogue), profile.voor_wie
        self.tables = {slot: effects.table(self.offers, whom, slot, answers) for slot, answers in self._answers.items()}
        self.scores = np.array([match.score for match in now])
        self._keep_contenders()
        self._now = np.append(self.scores, GOOD_ENOUGH)
        self._moves = {slot: self._drawn(slot, table) for slot, table in self.tables.items()}
        self._known = self._now + sum(self._moves.values())
        self._best = float(self._known.max(axis=1).mean())
        self._kept: dict[tuple[str, ...], float] = {}

    def worth_asking(self, slots: Sequence[str], most: int) -> list[str]:
        """The best set of at most ``most`` questions to ask, the one that helps most first."""
        sets = (some for count in range(most + 1) for some in itertools.combinations(slots, count))
        # A tie goes to the smaller set, since those come first.
        best = max(sets, key=lambda some: self.gain(some) - self._rule.price * len(some))
        return sorted(best, key=lambda slot: (-self._fit((slot,)), -self._rule.elsewhere.get(slot, 0.0)))

    def gain(self, slots: tuple[str, ...]) -> float:
        """How much more the suggestion is expected to be worth after these questions than now."""
        elsewhere = sum(self._rule.elsewhere.get(slot, 0.0) for slot in slots)
        return self._fit(slots) - self._fit(()) + elsewhere * self._best

    def answers(self, slot: str) -> Iterator[tuple[Hashable, Floats]]:
        """Each answer to a question, with the scores of :attr:`offers` after it."""
        return ((answer, self.scores + row) for answer, row in zip(self._answers[slot], self.tables[slot], strict=True))

    def _fit(self, slots: tuple[str, ...]) -> float:
        """How well, with everything known, what we would suggest after these questions fits. Unsuitable is 0."""
        if slots not in self._kept:
            after = np.broadcast_to(self._now + sum(self._moves[slot] for slot in slots), self._known.shape)
            fits = self._known[np.arange(len(self._known)), after.argmax(axis=1)]
            self._kept[slots] = float(np.maximum(fits, 0.0).mean())
        return self._kept[slots]

    def _keep_contenders(self) -> None:
        """Leave out the offers that come last even when every answer is in their favour."""
        if len(self.offers) <= CONTENDERS:
            return
        hoped = self.scores + sum(table.max(axis=0) for table in self.tables.values())
        kept = np.sort(np.argsort(-hoped, kind="stable")[:CONTENDERS])
        self.offers = [self.offers[index] for index in kept]
        self.scores = self.scores[kept]
        self.tables = {slot: table[:, kept] for slot, table in self.tables.items()}

    def _drawn(self, slot: str, table: Floats) -> Floats:
        """What the answers drawn for this question do: a row per way of answering; nothing to the human."""
        rows = table[list(_draws(slot, tuple(self._answers[slot].values())))]
        return np.hstack([rows, np.zeros((WAYS, 1))])


def _can_change(
    slot: str, profile: Profile, catalogue: Catalogue, now: Sequence[Match], ahead: _Ahead, moment: Moment | None
) -> bool:
    """Whether some answer really changes the outcome, by the ranking and not by the estimate of ``effects.py``.

    It is enough to rank what is on top now together with what the estimate puts on top: when that changes, the outcome
    among all offers changes too.
    """
    outcome, top = _outcome(now), [match.initiative for match in now[:OUTCOME]]
    for answer, scores in ahead.answers(slot):
        risen = [ahead.offers[index] for index in np.argsort(-scores, kind="stable")[:OUTCOME]]
        rivals = top + [offer for offer in risen if offer not in top]
        if _outcome(rank(profile.with_answer(slot, answer), catalogue, rivals, moment=moment)) != outcome:
            return True
    return False


def _outcome(ranked: Sequence[Match]) -> list[str]:
    """Ids of the suggestion and the two behind it, as far as they are good enough to be named."""
    return [match.initiative.id for match in ranked[:OUTCOME] if match.score >= GOOD_ENOUGH]


def _answers(slot: str, catalogue: Catalogue) -> Mapping[Hashable, float]:
    if slot == "wijk":
        ids = [wijk.id for wijk in catalogue.wijken.wijken]
        return dict.fromkeys(ids, 1 / len(ids))
    return ANSWERS[slot]


@lru_cache(maxsize=64)
def _draws(slot: str, likelihoods: tuple[float, ...]) -> tuple[int, ...]:
    """Which answer is given in each of the ways, by its index; always the same, so that the same profile gets the same question.

    Every answer comes as often as it is likely (systematic sampling), in an order that differs per question.
    """
    shares = np.cumsum(likelihoods) / sum(likelihoods)
    indices = np.searchsorted(shares, (np.arange(WAYS) + 0.5) / WAYS)
    order = np.random.default_rng(list(slot.encode())).permutation(WAYS)
    return tuple(int(index) for index in np.minimum(indices, len(likelihoods) - 1)[order])
