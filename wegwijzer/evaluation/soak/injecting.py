"""What breaks when: every kind of fault in an order and at moments that a seed decides, one after the other."""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from wegwijzer.evaluation.soak.ledger import Happened, Ledger

BETWEEN = (0.5, 4.0)
"""Seconds between a good answer and the next fault."""

GOOD_WITHIN = 120.0
"""Seconds after a fault ended within which there must be a good answer."""

LOOK_EVERY = 0.1

AT_ONCE = (0.0, 0.0)
"""It is over when it began."""


@dataclass(frozen=True)
class Kind:
    """A kind of fault.

    Attributes:
        name: in the ledger.
        begin: makes it happen.
        good: whether all is well again, from outside.
        end: takes away what lasts.
        lasts: seconds, at least and at most, before it is taken away.
    """

    name: str
    begin: Callable[[], None]
    good: Callable[[], bool]
    end: Callable[[], None] = lambda: None
    lasts: tuple[float, float] = AT_ONCE


def order(kinds: Sequence[Kind], chance: random.Random) -> Iterator[Kind]:
    """All kinds in random order, and again, for ever: none is left out and none comes much more often."""
    while True:
        yield from chance.sample(kinds, len(kinds))


def inject(
    kinds: Sequence[Kind],
    seed: int,
    seconds: float,
    ledger: Ledger,
    sleep: Callable[[float], None] = time.sleep,
    clock: Callable[[], float] = time.monotonic,
) -> None:
    """Break things for so long, and until each kind was there once.

    Args:
        kinds: of faults.
        seed: of the order, the moments and how long each lasts.
        seconds: at least.
        ledger: gets each of them.
    """
    chance, begin = random.Random(seed), clock()  # noqa: S311 - no secret
    for done, kind in enumerate(order(kinds, chance)):
        if done >= len(kinds) and clock() - begin >= seconds:
            return
        sleep(chance.uniform(*BETWEEN))
        ledger.happened(happen(kind, chance.uniform(*kind.lasts), sleep, clock))


def happen(kind: Kind, lasts: float, sleep: Callable[[float], None], clock: Callable[[], float]) -> Happened:
    """One fault, from its beginning until all is well again."""
    began = clock()
    try:
        kind.begin()
        sleep(lasts)
    finally:
        kind.end()
    lasted = clock() - began
    while not kind.good():
        if clock() - began > lasted + GOOD_WITHIN:
            return Happened(kind.name, lasted, None)
        sleep(LOOK_EVERY)
    return Happened(kind.name, lasted, clock() - began)
