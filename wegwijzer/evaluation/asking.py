"""How good our questions are: made-up residents, several ways of choosing what to ask, and where each way brings them.

What somebody answers does not depend on what was asked before, so where they end depends only on *which* questions were
asked. Each set of questions is therefore ranked once per resident and shared by all ways of asking: they are compared on the
same residents, who skip the same questions.
"""

from __future__ import annotations

import itertools
import random
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from wegwijzer.catalogue.loading import Catalogue
from wegwijzer.catalogue.models import Initiative
from wegwijzer.dialogue.planning import MOST_REFUSALS
from wegwijzer.evaluation.residents import Resident
from wegwijzer.matching.profile import ASKABLE, Profile
from wegwijzer.matching.questions import MOST_QUESTIONS, OUTCOME, Rule, next_question
from wegwijzer.matching.ranking import GOOD_ENOUGH, rank, score, unsuitable
from wegwijzer.vocabulary import VoorWie

ROUNDS = 2000
"""How often the residents are drawn again for an interval."""

HUMAN = "mens"
"""The outcome when no offer is good enough: a human who knows more."""

FIXED = ASKABLE[VoorWie.ZELF]
"""The order a form with set questions would have: the order in which the design names them."""

Asked = Sequence[str]
"""The questions that one resident got, in order."""

MEASURES: Mapping[str, Callable[[Place], float]] = {
    "first": lambda place: place.first,
    "among_three": lambda place: place.among_three,
    "regret": lambda place: place.regret,
    "unsuitable": lambda place: place.unsuitable,
}
"""What is measured of the places where residents end."""


@dataclass(frozen=True)
class Place:
    """Where a resident is after some questions, measured by everything that is true about them.

    Attributes:
        first: the best record of their whole profile is the one that would be suggested.
        among_three: it is the suggestion or one of the two behind it.
        regret: how much better the best is (difference in score, 0 to 1). A human counts as :data:`GOOD_ENOUGH`, what does
            not suit them as 0.
        unsuitable: what would be suggested must not be shown to them.
    """

    first: bool
    among_three: bool
    regret: float
    unsuitable: bool


class Case:
    """One resident and where every set of questions brings them."""

    def __init__(self, resident: Resident, catalogue: Catalogue, candidates: Sequence[Initiative]) -> None:
        self.resident = resident
        self.slots = resident.told.open_slots()
        self._catalogue, self._candidates = catalogue, candidates
        self._places: dict[frozenset[str], Place] = {}
        self.best = self._outcome(resident.truth)[0]
        self._best_worth = self._worth(self.best)[0]

    def profile(self, asked: Iterable[str]) -> Profile:
        """What is known after these questions."""
        profile = self.resident.told
        for slot in asked:
            profile = self.resident.answered(profile, slot)
        return profile

    def place(self, asked: Iterable[str]) -> Place:
        """Where these questions bring the resident, in whatever order."""
        key = frozenset(asked)
        if key not in self._places:
            self._places[key] = self._place(self._outcome(self.profile(sorted(key))))
        return self._places[key]

    def ask(self, asked: Asked, rule: Rule) -> str | None:
        """What our rule asks after these questions."""
        question = next_question(self.profile(asked), self._catalogue, self._candidates, len(asked), rule=rule)
        return question.slot if question else None

    def fewest(self) -> tuple[str, ...]:
        """The smallest set of questions that reaches the best record; all of them when none does."""
        sets = (some for count in range(len(self.slots)) for some in itertools.combinations(self.slots, count))
        return next((some for some in sets if self.place(some).first), self.slots)

    def _place(self, outcome: Sequence[str]) -> Place:
        worth, fits = self._worth(outcome[0])
        return Place(outcome[0] == self.best, self.best in outcome, self._best_worth - worth, not fits)

    def _outcome(self, profile: Profile) -> list[str]:
        """Ids of the suggestion and the two behind it, or :data:`HUMAN` when nothing is good enough."""
        ranked = rank(profile, self._catalogue, self._candidates)
        return [match.initiative.id for match in ranked[:OUTCOME] if match.score >= GOOD_ENOUGH] or [HUMAN]

    def _worth(self, found: str) -> tuple[float, bool]:
        """What this outcome is worth to them, and whether it may be shown to them at all."""
        if found == HUMAN:
            return GOOD_ENOUGH, True
        offer = next(candidate for candidate in self._candidates if candidate.id == found)
        truth = self.resident.truth
        if unsuitable(offer, truth, self._catalogue) is not None:
            return 0.0, False
        return score(offer, truth, self._catalogue).score, True


def by_rule(case: Case, rule: Rule, seconds: list[float] | None = None) -> list[str]:
    """What the bot asks this resident: until nothing is worth asking, or they skipped too often.

    Args:
        seconds: gets the processor time of every choice, which says the same on a busy machine.
    """
    asked: list[str] = []
    while sum(slot in case.resident.skips for slot in asked) < MOST_REFUSALS:
        begin = time.process_time()
        question = case.ask(asked, rule)
        if seconds is not None:
            seconds.append(time.process_time() - begin)
        if question is None:
            break
        asked.append(question)
    return asked


def in_order(case: Case, order: Asked) -> list[str]:
    """All open questions of this resident, in a fixed order."""
    return [slot for slot in order if slot in case.slots]


def at_random(case: Case, chance: random.Random) -> list[str]:
    """All open questions of this resident, in any order."""
    return chance.sample(case.slots, len(case.slots))


def best_order(cases: Sequence[Case]) -> list[str]:
    """The fixed order that suggests the best record to most of these residents, after any number of questions alike."""
    orders = (list(order) for order in itertools.permutations(FIXED))
    return max(orders, key=lambda order: sum(curve(cases, [in_order(case, order) for case in cases], "first")))


def ways(cases: Sequence[Case], learned: Asked, chance: random.Random) -> dict[str, list[list[str]]]:
    """What the ways of asking that do not listen would ask each resident, in full.

    Args:
        learned: the best fixed order, found with other residents.
    """
    return {
        "fixed": [in_order(case, FIXED) for case in cases],
        "best_fixed": [in_order(case, learned) for case in cases],
        "random": [at_random(case, chance) for case in cases],
    }


def as_many(asked: Sequence[Asked], as_these: Sequence[Asked]) -> list[Asked]:
    """The same questions, but of each resident no more than in ``as_these``."""
    return [some[: len(these)] for some, these in zip(asked, as_these, strict=True)]


@dataclass(frozen=True)
class Figure:
    """A mean over residents and its 95 % interval."""

    mean: float
    low: float
    high: float


def measure(cases: Sequence[Case], asked: Sequence[Asked], seed: int) -> dict[str, Figure]:
    """Every figure of one way of asking.

    ``asked`` (questions per resident) and :data:`MEASURES` are over the residents for whom we have something; ``elsewhere``
    is the share of the others of whom it came out that they need another door (absent when there are none).

    Raises:
        ValueError: when there is no resident for whom we have something.
    """
    ends = [(some, case.place(some)) for case, some in _here(cases, asked)]
    values = {"asked": [float(len(some)) for some, _ in ends]}
    values |= {name: [float(of(place)) for _, place in ends] for name, of in MEASURES.items()}
    lost = [(case.resident, some) for case, some in zip(cases, asked, strict=True) if case.resident.elsewhere]
    if lost:
        values["elsewhere"] = [float(resident.leads_elsewhere(some)) for resident, some in lost]
    return {name: with_interval(some, seed) for name, some in values.items()}


def difference(cases: Sequence[Case], one: Sequence[Asked], other: Sequence[Asked], name: str, seed: int) -> Figure:
    """How much more of a measure ``one`` way gives than the ``other``, resident by resident."""
    of = MEASURES[name]
    each = [
        float(of(case.place(a))) - float(of(case.place(b)))
        for case, a, b in zip(cases, one, other, strict=True)
        if not case.resident.elsewhere
    ]
    return with_interval(each, seed)


def curve(cases: Sequence[Case], asked: Sequence[Asked], name: str) -> list[float]:
    """The mean of a measure when nobody is asked more than 0, 1, ... :data:`MOST_QUESTIONS` questions.

    Raises:
        ValueError: as :func:`measure`.
    """
    of, mine = MEASURES[name], _here(cases, asked)
    return [float(np.mean([of(case.place(some[:most])) for case, some in mine])) for most in range(MOST_QUESTIONS + 1)]


def _here(cases: Sequence[Case], asked: Sequence[Asked]) -> list[tuple[Case, Asked]]:
    """The residents for whom we have something, with what they were asked."""
    found = [(case, some) for case, some in zip(cases, asked, strict=True) if not case.resident.elsewhere]
    if not found:
        raise ValueError("no resident for whom we have something; draw more")
    return found


def with_interval(values: Sequence[float], seed: int) -> Figure:
    """The mean and its 95 % interval: percentile bootstrap over the residents (Efron 1979)."""
    array = np.asarray(values)
    drawn = np.random.default_rng(seed).integers(len(array), size=(ROUNDS, len(array)))
    low, high = np.percentile(array[drawn].mean(axis=1), [2.5, 97.5])
    return Figure(float(array.mean()), float(low), float(high))
