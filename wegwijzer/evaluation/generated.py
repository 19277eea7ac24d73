"""A made-up catalogue of any size with the make-up of the real one, to see whether everything stays quick when it grows.

Each made-up offer takes each group of facts from a real one, drawn at random with a seed: the themes with what they fill from
one, the area from another, and so on. So every field is spread as in the real catalogue, in combinations that it does not have.
No made-up offer is ever shown to a resident.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from random import Random
from typing import Any

from wegwijzer.catalogue.loading import Catalogue
from wegwijzer.catalogue.models import Initiative
from wegwijzer.dialogue.state import State
from wegwijzer.matching.opening_hours import OpeningHours
from wegwijzer.vocabulary import Drempel, Gemis, VoorWie, Vorm

TOGETHER = (
    ("haltes", "gemis", "professional"),
    ("for_whom", "helpen"),
    ("forms",),
    ("audience", "mention_only"),
    ("area",),
    ("cost", "drempels"),
    ("status", "status_reason", "certainty", "kind", "contact", "access"),
    ("verified_on",),
)
"""Fields that are drawn from the same real offer, because one means little without the other."""

KNOWN = 0.7
"""The chance that a made-up resident answered a question: most do, and each may be skipped."""

VOOR_WIE = {VoorWie.ZELF: 0.8, VoorWie.ANDER: 0.1, VoorWie.HELPEN: 0.1}
"""Whom a made-up resident comes for. A guess; it only decides what is timed how often."""


def generated_catalogue(catalogue: Catalogue, count: int, seed: int) -> Catalogue:
    """The same city with ``count`` made-up offers instead of its own; the same ones for the same seed."""
    random = Random(seed)  # noqa: S311 - nothing secret
    real = list(catalogue.initiatives.values())
    hours = _hours(catalogue)
    made = [_offer(number, real, hours, random) for number in range(count)]
    return replace(catalogue, initiatives={one.id: one for one in made}, fingerprint=f"generated {count} {seed}", files={})


def generated_states(catalogue: Catalogue, count: int, seed: int) -> list[State]:
    """So many residents somewhere in the questions, the same ones for the same seed."""
    random = Random(seed)  # noqa: S311 - nothing secret
    return [_state(catalogue, random) for _ in range(count)]


def _offer(number: int, real: Sequence[Initiative], hours: Sequence[str], random: Random) -> Initiative:
    fields: dict[str, Any] = {}
    for names in TOGETHER:
        source = random.choice(real)
        fields |= {name: getattr(source, name) for name in names}
    return Initiative(
        **fields,
        id=f"gemaakt_{number:06}",
        name=f"Gemaakt {number}",
        organisation=random.choice(real).organisation,
        summary="Gemaakt om snelheid te meten.",
        opening_hours=random.choice(hours),
        first_step="Gemaakt om snelheid te meten.",
        source="gemaakt",
    )


def _hours(catalogue: Catalogue) -> list[str]:
    """Opening hours as often known as in the catalogue, helplines among them: of initiatives alone there are hardly any."""
    found = [one.opening_hours for one in catalogue.initiatives.values()]
    found += [line.opening_hours for line in catalogue.helplines.all()]
    for hours in filter(None, found):
        OpeningHours.parse(hours)
    return found


def _state(catalogue: Catalogue, random: Random) -> State:
    haltes = random.sample(sorted(catalogue.haltes), k=random.choice((1, 1, 2, 3)))
    whom = random.choices(list(VOOR_WIE), list(VOOR_WIE.values()))[0]
    wijken = [wijk.id for wijk in catalogue.wijken.wijken]

    def maybe(choices: Sequence[Any]) -> Any:
        return random.choice(choices) if random.random() < KNOWN else None

    drempel = maybe(list(Drempel))
    return State(
        voor_wie=whom.value,
        haltes=tuple(haltes),
        klopt="ja",
        situatie="verteld",
        gemis=maybe(list(Gemis)),
        wijk=maybe(wijken),
        leeftijd=maybe(range(18, 95)),
        vorm=maybe(list(Vorm)),
        drempel=(drempel,) if drempel else (),
    )
