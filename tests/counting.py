"""Many conversations that were never held, counted as those of residents are: for tests of what is released."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from random import Random

from tests.builders import real_catalogue
from wegwijzer.insight.folding import cells_of
from wegwijzer.insight.marks import Mark
from wegwijzer.insight.periods import FOUR_WEEKS, WEEK, weeks_of
from wegwijzer.insight.tables import TABLES
from wegwijzer.vocabulary import Drempel, Vorm

BLOCK = "2026-P12"

Exact = dict[str, dict[str, dict[tuple[str, ...], int]]]
"""By period, by table, by cell."""


def conversation(random: Random) -> list[Mark]:
    """One, in which a few themes, wijken and records are much more usual than others."""
    city = real_catalogue()
    told = [("intent", "situatie"), ("kanaal", "rest"), ("voor_wie", random.choice(["zelf"] * 8 + ["ander", "helpen"]))]
    if random.random() < 0.9:
        told.append(("haltes", _usual(list(city.haltes), random)))
    if random.random() < 0.8:
        told.append(("wijk", _usual([wijk.id for wijk in city.wijken.wijken], random)))
    for question in random.sample(["gemis", "leeftijd", "drempel"], 2):
        told.append(("gevraagd", question))
        if random.random() < 0.5:
            told.append(("overgeslagen", question))
    if random.random() < 0.3:
        told.append(("vorm", random.choice(list(Vorm)).value))
    if random.random() < 0.2:
        told.append(("drempel", random.choice(list(Drempel)).value))
    if random.random() < 0.8:
        told += [("suggestie", _usual([one.id for one in city.suggestable], random)), ("uitkomst", "initiatief")]
        told += [("actie", random.choice(["action_anders", "action_hoe_begin"]))] * (random.random() < 0.5)
        told += [("mening", random.choice(["goed", "goed", "niet"]))] * (random.random() < 0.5)
    return [Mark(0.0, kind, value) for kind, value in told]


def month(residents: int, seed: int, block: str = BLOCK) -> Exact:
    """What is counted of so many in four weeks."""
    random = Random(seed)  # noqa: S311 - the same every time
    counts: dict[str, dict[str, Counter[tuple[str, ...]]]] = defaultdict(lambda: defaultdict(Counter))
    for _ in range(residents):
        week = random.choice(weeks_of(block))
        for table, cell in cells_of(conversation(random), real_catalogue()):
            counts[{WEEK: week, FOUR_WEEKS: block}[TABLES[table].kind]][table][cell] += 1
    return {period: {name: dict(cells) for name, cells in tables.items()} for period, tables in counts.items()}


def periods(block: str = BLOCK) -> Iterator[str]:
    """In the order in which they are released."""
    yield from (*weeks_of(block), block)


def _usual(values: Sequence[str], random: Random) -> str:
    """The first is the most usual; see Zipf."""
    return random.choices(values, [1 / (place + 1) for place in range(len(values))])[0]
