"""Made-up residents for measuring which questions are worth asking: a whole truth, and what of it they tell.

Every distribution stands in a :class:`Population`. None of them is measured: nobody knows yet who will talk to the bot.
That is why there are several, and why one of them differs on purpose from what the question rule believes
(:data:`wegwijzer.matching.questions.ANSWERS`): a rule that only works when its guesses are right is not worth much.
"""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from wegwijzer.catalogue.loading import Catalogue
from wegwijzer.matching.profile import ASKABLE, Profile
from wegwijzer.matching.questions import ANSWERS
from wegwijzer.vocabulary import Drempel, Gemis, VoorWie, Vorm

SECOND_IS_RELATED = 0.7
"""Chance that a second or third halte is one that the catalogue calls related to the first."""

WORRIED_ABOUT = "signaleren"
"""The halte of who worries about somebody else; their other haltes are about that person."""

WHOM = {VoorWie.ZELF: 0.8, VoorWie.ANDER: 0.1, VoorWie.HELPEN: 0.1}
"""For whom somebody comes, unless a population says otherwise."""

YOUNG = {"studenten": (18, 30), "ouders_jonge_kinderen": (20, 45)}
"""Ages that go with a group: a made-up student is not eighty. Groups that are not named here have all ages."""


_FIELDS = {"drempel": "drempels"}
"""Questions whose field in the profile has another name."""


@dataclass(frozen=True)
class Population:
    """How residents are drawn; all values are chances between 0 and 1 unless said otherwise.

    Attributes:
        title: for the page.
        voor_wie: for themselves, about another, or to help.
        how_many_haltes: of one, two or three haltes.
        gemis, vorm: of each answer; ``None`` is "maakt niet uit".
        ages: of each range of years, ends included.
        drempel: of the first hurdle; ``None`` is that there is none.
        second_drempel: that somebody with one hurdle has another.
        groep: of belonging to a group of the catalogue, besides what the haltes imply.
        told: that an answer is already in the story, for each answer.
        skips: that a question is skipped, for each question.
        outside, minor: of living outside the municipality, and of being under 18: both need another door.
    """

    title: str
    voor_wie: Mapping[VoorWie, float] = field(
        default_factory=lambda: {VoorWie.ZELF: 0.8, VoorWie.ANDER: 0.1, VoorWie.HELPEN: 0.1}
    )
    how_many_haltes: Sequence[float] = (0.5, 0.35, 0.15)
    gemis: Mapping[Any, float] = field(default_factory=lambda: ANSWERS["gemis"])
    vorm: Mapping[Any, float] = field(default_factory=lambda: ANSWERS["vorm"])
    ages: Mapping[tuple[int, int], float] = field(
        default_factory=lambda: {(18, 30): 0.25, (31, 59): 0.35, (60, 75): 0.25, (76, 95): 0.15}
    )
    drempel: Mapping[Any, float] = field(default_factory=lambda: ANSWERS["drempel"])
    second_drempel: float = 0.25
    groep: float = 0.3
    told: float = 0.15
    skips: float = 0.1
    outside: float = 0.05
    minor: float = 0.03


POPULATIONS: Mapping[str, Population] = {
    "expected": Population("Answers as often as the rule guesses"),
    "other": Population(
        "Every answer equally often",
        gemis=dict.fromkeys(Gemis, 1.0),
        vorm=dict.fromkeys([*Vorm, None], 1.0),
        ages={(18, 95): 1.0},
        drempel=dict.fromkeys([None, *Drempel], 1.0),
    ),
    "reluctant": Population("Residents who skip more than one question in three", skips=0.35, told=0.05),
}
"""The populations that are measured."""


@dataclass(frozen=True)
class Resident:
    """One made-up resident.

    Attributes:
        truth: everything about them, as far as it matters for matching.
        told: what the bot knows before the first question.
        skips: questions they skip.
        elsewhere: the question whose answer shows that they need another door (``wijk`` or ``leeftijd``), if they do.
    """

    truth: Profile
    told: Profile
    skips: frozenset[str] = frozenset()
    elsewhere: str | None = None

    def answered(self, profile: Profile, slot: str) -> Profile:
        """The profile after they were asked for ``slot``: filled in, or closed when they skip or have no preference."""
        closed = replace(profile, closed=profile.closed | {slot})
        if slot in self.skips:
            return closed
        name = _FIELDS.get(slot, slot)
        return replace(closed, **{name: getattr(self.truth, name)})

    def leads_elsewhere(self, asked: Sequence[str]) -> bool:
        """Whether these questions brought out that they need another door."""
        return self.elsewhere in asked and self.elsewhere not in self.skips


def draw_residents(catalogue: Catalogue, population: Population, count: int, seed: int) -> list[Resident]:
    """``count`` residents; the same ones for the same catalogue, population and seed.

    Raises:
        ValueError: when ``count`` is below 1.
    """
    if count < 1:
        raise ValueError(f"at least one resident is needed, not {count}")
    chance = random.Random(seed)  # noqa: S311 - the same residents every time
    return [_resident(catalogue, population, chance) for _ in range(count)]


def _resident(catalogue: Catalogue, population: Population, chance: random.Random) -> Resident:
    voor_wie = _pick(population.voor_wie, chance)
    groepen = _groepen(catalogue, population, chance)
    truth = Profile(
        voor_wie=voor_wie,
        haltes=_haltes(catalogue, population, voor_wie, chance),
        gemis=_pick(population.gemis, chance),
        wijk=chance.choice([wijk.id for wijk in catalogue.wijken.wijken]),
        leeftijd=chance.randint(*_ages(population, groepen, chance)),
        vorm=_pick(population.vorm, chance),
        drempels=_drempels(population, chance),
        groepen=groepen,
    )
    slots = ASKABLE[voor_wie]
    truth = _as_far_as_asked(truth, slots)
    elsewhere = _elsewhere(population, slots, chance)
    told = Profile(voor_wie=voor_wie, haltes=truth.haltes, groepen=groepen)
    resident = Resident(truth, told, frozenset(slot for slot in slots if chance.random() < population.skips), elsewhere)
    for slot in slots:
        # Nobody skips what they tell by themselves, and who told that they live elsewhere is not asked anything.
        if chance.random() < population.told and slot not in resident.skips and slot != elsewhere and _has(truth, slot):
            told = replace(resident.answered(told, slot), closed=told.closed)
    return replace(resident, told=told)


def _as_far_as_asked(truth: Profile, slots: Sequence[str]) -> Profile:
    """Without what is never asked of somebody who comes for this: it does not count in what suits them best."""
    known = Profile(truth.voor_wie, truth.haltes, groepen=truth.groepen)
    for slot in slots:
        name = _FIELDS.get(slot, slot)
        known = replace(known, **{name: getattr(truth, name)})
    return known


def _has(truth: Profile, slot: str) -> bool:
    return getattr(truth, _FIELDS.get(slot, slot)) not in (None, ())


def _pick(chances: Mapping[Any, float], chance: random.Random) -> Any:
    return chance.choices(list(chances), list(chances.values()))[0]


def _haltes(catalogue: Catalogue, population: Population, voor_wie: VoorWie, chance: random.Random) -> tuple[str, ...]:
    known = list(catalogue.haltes)
    about_another = voor_wie is VoorWie.ANDER and WORRIED_ABOUT in catalogue.haltes
    haltes = [WORRIED_ABOUT if about_another else chance.choice(known)]
    for _ in range(chance.choices(range(len(population.how_many_haltes)), population.how_many_haltes)[0]):
        related = [halte for halte in catalogue.haltes[haltes[0]].related if halte not in haltes]
        others = related if related and chance.random() < SECOND_IS_RELATED else [halte for halte in known if halte not in haltes]
        haltes.append(chance.choice(others))
    return tuple(haltes)


def _groepen(catalogue: Catalogue, population: Population, chance: random.Random) -> frozenset[str]:
    if chance.random() >= population.groep:
        return frozenset()
    return frozenset({chance.choice(list(catalogue.groepen))})


def _ages(population: Population, groepen: frozenset[str], chance: random.Random) -> tuple[int, int]:
    low, high = _pick(population.ages, chance)
    return next((YOUNG[groep] for groep in groepen if groep in YOUNG), (low, high))


def _drempels(population: Population, chance: random.Random) -> tuple[Drempel, ...]:
    first = _pick(population.drempel, chance)
    if first is None:
        return ()
    second = _pick(population.drempel, chance) if chance.random() < population.second_drempel else None
    return (first,) if second in (None, first) else (first, second)


def _elsewhere(population: Population, slots: Sequence[str], chance: random.Random) -> str | None:
    drawn = chance.random()
    if drawn < population.outside:
        return "wijk"
    return "leeftijd" if drawn < population.outside + population.minor and "leeftijd" in slots else None
