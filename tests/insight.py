"""A month of made-up residents, as marks of their conversations, for tests of what is shown and published of them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from random import Random

from tests.handover import Clock
from wegwijzer.catalogue.loading import Catalogue
from wegwijzer.insight.marks import ASKED, CHANNEL, DID, MEANT, SAID, Mark
from wegwijzer.insight.periods import start_of
from wegwijzer.insight.store import InsightStore
from wegwijzer.insight.tables import WORKED
from wegwijzer.vocabulary import Drempel, Vorm

DAY = 86_400.0
FIRST_WEEK, BLOCK = "2026-W41", "2026-P11"
"""Four weeks that are one block; ``tests.handover.Clock`` stands two weeks after it."""

KEY = "een-heel-lang-geheim-van-deze-test-0123"


@dataclass(frozen=True)
class Resident:
    """Somebody who talked once, and what an attacker may know of them, or wants to know.

    Attributes:
        week: 0 up to 3.
        age: a band, which is told to the bot and published nowhere.
    """

    name: str
    week: int
    voor_wie: str
    halte: str
    wijk: str
    age: str
    vorm: str
    drempel: str
    steps: tuple[tuple[str, str], ...]
    uitkomst: str
    mening: str
    skipped: tuple[str, ...]


def residents(catalogue: Catalogue, seed: int, many: int = 3000) -> list[Resident]:
    """So many, with themes and wijken that are unequally common, as they are."""
    random = Random(seed)  # noqa: S311 - made-up people
    haltes, wijken = list(catalogue.haltes), [one.id for one in catalogue.wijken.wijken]
    random.shuffle(haltes)
    records = [one.id for one in catalogue.suggestable]
    return [_resident(f"bewoner {number}", random, haltes, wijken, records) for number in range(many)]


def _resident(name: str, random: Random, haltes: list[str], wijken: list[str], records: list[str]) -> Resident:
    at = min(int(random.expovariate(0.45)), len(haltes) - 1)
    mine = records[at * 4 : at * 4 + 5] or records[:4]
    steps = tuple(
        (one, random.choices(["gezien", "verder_gekeken", "geweigerd"], [5, 3, 2 + number])[0])
        for number, one in enumerate(random.sample(mine, k=random.choices([0, 1, 2, 3], [2, 6, 2, 1])[0]))
    )
    outcome = "initiatief" if steps else random.choices(["mens", "crisis", "buiten", ""], [3, 1, 1, 3])[0]
    return Resident(
        name=name, week=random.choices(range(4), [4, 3, 4, 5])[0], voor_wie=random.choices(["zelf", "ander", "helpen"], [8, 2, 1])[0],
        halte=haltes[at], wijk=random.choices([*wijken, ""], [9, 8, 14, 7, 5, 4, 10, 8, 6, 2, 6])[0],
        age=random.choices(["18-30", "31-64", "65+"], [2, 3, 5])[0], vorm=random.choices([*Vorm, ""], [4, 3, 1, 1, 3, 3])[0],
        drempel=random.choices([*Drempel, ""], [4, 3, 2, 1, 1, 1, 6])[0], steps=steps, uitkomst=outcome,
        mening=random.choices(["goed", "niet", "overgeslagen", ""], [5, 2, 1, 2])[0] if steps else "",
        skipped=tuple(one for one, often in (("leeftijd", 0.3), ("wijk", 0.1), ("drempel", 0.2)) if random.random() < often),
    )  # fmt: skip


def marks_of(one: Resident, at: float) -> Iterator[Mark]:
    """What the bot noted of a conversation, in the order in which it happens."""
    told = [
        (CHANNEL, "web"), (MEANT, "voel_me_alleen"), ("voor_wie", one.voor_wie), (ASKED, "situatie"), ("haltes", one.halte),
        (ASKED, "wijk"), ("wijk", one.wijk), (ASKED, "leeftijd"), ("leeftijd", one.age), (ASKED, "vorm"), ("vorm", one.vorm),
        (ASKED, "drempel"), (MEANT, "verder"), ("drempel", one.drempel), ("overgeslagen", ",".join(one.skipped)),
    ]  # fmt: skip
    for record, state in one.steps:
        told += [("suggestie", record)]
        told += {"gezien": [], "geweigerd": [(DID, "action_anders")], "verder_gekeken": [(DID, "action_hoe_begin")]}[state]
    if not one.steps and not one.uitkomst:
        told.append((SAID, "utter_geen_match"))
    told += [("uitkomst", one.uitkomst), ("mening", one.mening)]
    return (Mark(at + number, kind, value) for number, (kind, value) in enumerate(told))


def month(folder: Path, catalogue: Catalogue, people: list[Resident], seed: int = 1) -> InsightStore:
    """A store in which they all talked, and were counted and released as the product does it."""
    clock = Clock(start_of(FIRST_WEEK))
    store = InsightStore(f"sqlite:///{folder / 'insight.db'}", clock, key=KEY, random=Random(seed))  # noqa: S311 - the same again
    for number, one in enumerate(people):
        store.add(one.name, marks_of(one, clock.now + (7 * one.week + number % 7) * DAY + 36_000))
    for answer, count in zip(WORKED, (60, 25, 12, 4), strict=True):
        store.count("gelukt_halte", (next(iter(catalogue.haltes)), answer), count)
        store.count("gelukt_stap", (catalogue.suggestable[0].id, answer), count)
    clock.now += 29 * DAY
    store.fold(clock.now, catalogue)
    store.release_due(catalogue)
    return store
