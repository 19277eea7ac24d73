"""Who talks with the bot in a simulated month: residents with a truth, a channel, a moment and a temper; all from one seed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from random import Random
from statistics import fmean

from wegwijzer.catalogue.loading import Catalogue
from wegwijzer.evaluation.residents import WORRIED_ABOUT, Population, Resident, draw_residents
from wegwijzer.vocabulary import VoorWie

DAYS = 28

ABOUT = Population("People of a city", how_many_haltes=(0.6, 0.3, 0.1), told=0.2, skips=0.12, outside=0.02, minor=0.01)
"""How their truths are drawn; as everywhere in :mod:`wegwijzer.evaluation.residents`, none of it is measured."""

SKEW = 0.82
"""Each next halte of who comes for themselves, and each next wijk, is so much rarer: there must be large and small cells."""

DRAWN_AT_ONCE = 1000

HOURS = (1, 1, 1, 0, 0, 0, 1, 2, 3, 5, 6, 5, 4, 5, 6, 5, 5, 4, 4, 7, 9, 8, 5, 2)
"""How many come in each hour of the day, in proportion."""

TEMPERS: Mapping[str, float] = {"plain": 0.8, "short": 0.12, "gibberish": 0.02, "danger": 0.02, "erases": 0.02, "off_topic": 0.02}
"""How people are, as chances. ``short`` says no more than needed and leaves early; ``danger`` says something at any moment that
cannot wait; ``erases`` wipes the conversation at the end."""

WEB = 0.6
"""The part that talks on the page; the others talk over REST."""


class Channel(StrEnum):
    """Where somebody talks."""

    WEB = "web"
    REST = "rest"


@dataclass(frozen=True)
class Person:
    """Somebody who will talk.

    Attributes:
        number: from 0, in the order of the moments.
        resident: the truth about them.
        channel: where they talk.
        at: when, in seconds since 1970, in the simulated month.
        temper: one of :data:`TEMPERS`.
        seed: of everything they choose while talking.
    """

    number: int
    resident: Resident
    channel: Channel
    at: float
    temper: str
    seed: str


def draw_people(catalogue: Catalogue, count: int, seed: int, begin: datetime) -> list[Person]:
    """The people of a month; the same ones for the same catalogue, seed and beginning.

    Args:
        catalogue: for haltes and wijken.
        count: how many.
        seed: of who they are and of what they will do.
        begin: of the first day, with a time zone.

    Raises:
        ValueError: ``count`` is below 1.
    """
    chance = Random(f"month {seed}")  # noqa: S311 - no secret
    residents = _skewed(catalogue, count, seed, chance)
    moments = sorted(_moment(begin, chance) for _ in range(count))
    people = zip(range(count), residents, moments, strict=True)
    return [
        Person(
            number=number,
            resident=resident,
            channel=Channel.WEB if chance.random() < WEB else Channel.REST,
            at=at,
            temper=chance.choices(list(TEMPERS), list(TEMPERS.values()))[0],
            seed=f"{seed}-{number}",
        )
        for number, resident, at in people
    ]


def _skewed(catalogue: Catalogue, count: int, seed: int, chance: Random) -> list[Resident]:
    """Residents of :func:`draw_residents`, of which some themes and places are kept more often than others."""
    if count < 1:
        raise ValueError(f"at least one resident is needed, not {count}")
    haltes = _weights(list(catalogue.haltes), chance)
    wijken = _weights([wijk.id for wijk in catalogue.wijken.wijken], chance)
    kept: list[Resident] = []
    batch = 0
    while len(kept) < count:
        drawn = draw_residents(catalogue, ABOUT, DRAWN_AT_ONCE, seed * 1000 + batch)
        kept += [one for one in drawn if chance.random() < _likely(one, haltes) * wijken[str(one.truth.wijk)]]
        batch += 1
    return kept[:count]


def _likely(resident: Resident, haltes: Mapping[str, float]) -> float:
    """Nobody comes for themselves because they worry about somebody else."""
    if resident.truth.voor_wie is not VoorWie.ZELF:
        return fmean(haltes.values())
    return 0.0 if resident.truth.haltes[0] == WORRIED_ABOUT else haltes[resident.truth.haltes[0]]


def _weights(names: Sequence[str], chance: Random) -> dict[str, float]:
    return {name: SKEW**place for place, name in enumerate(chance.sample(names, len(names)))}


def _moment(begin: datetime, chance: Random) -> float:
    day = begin + timedelta(days=chance.randrange(DAYS))
    hour = chance.choices(range(len(HOURS)), HOURS)[0]
    return (day + timedelta(hours=hour, seconds=chance.randrange(3600))).timestamp()
