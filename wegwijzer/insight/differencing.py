"""The attack that a release has to stand: what can be worked out of a hidden cell by adding and subtracting everything released.

All that is shown is written as bounds, all that is known of how the tables belong together as sums, and for each hidden cell
the lowest and the highest count is sought that agrees with all of it at once, by linear programming. Whoever subtracts two
tables, two weeks, or parts from a whole, or all of that together, learns no more than this. See Fischetti and Salazar (2001),
"Solving the Cell Suppression Problem on Tabular Data with Linear Constraints", Management Science 47(7), section 2.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from wegwijzer.insight.periods import FOUR_WEEKS, kind_of, weeks_of
from wegwijzer.insight.small_cells import LEAST, possible
from wegwijzer.insight.tables import OPINIONS, Table, tables_of

Key = tuple[str, str, tuple[str, ...]]
"""Period, table and values of a cell."""

Bounds = tuple[int, int]

ROOM = 5
"""So many counts at least must stay possible of a cell that is hidden; by itself "hidden" leaves ten."""

EVERYBODY = ("gesprekken", "halte", "wijk", "uitkomst", "mening", "halte_wijk", "halte_uitkomst", "wijk_uitkomst")
"""Tables with everybody in them once: those of one period have the same total."""

SHARED = {
    "halte": ("halte_wijk", "halte_uitkomst"),
    "wijk": ("halte_wijk", "wijk_uitkomst"),
    "uitkomst": ("halte_uitkomst", "wijk_uitkomst"),
}
"""Of each weekly table, those of four weeks that can be added up to it."""

_ALMOST = 1e-6


@dataclass(frozen=True)
class _Sum:
    """Some cells added up: either equal to some others, or no more than them."""

    these: Sequence[int]
    those: Sequence[int]
    equal: bool


class _Known:
    """Everything released, as numbered cells."""

    def __init__(self, tables: Iterable[Table]) -> None:
        self.tables = {(table.period, table.name): table for table in tables}
        self.keys: list[Key] = []
        self.said: list[int | None] = []
        self._numbers: dict[tuple[str, str], list[tuple[tuple[str, ...], int]]] = defaultdict(list)
        for (period, name), table in self.tables.items():
            for cell in table.cells:
                self._numbers[period, name].append((cell.values, len(self.keys)))
                self.keys.append((period, name, cell.values))
                self.said.append(cell.shown)

    def cells(self, periods: Iterable[str], name: str, **where: str) -> list[int] | None:
        """Cells of a table with these values; ``None`` when it was not released for each of the periods."""
        found: list[int] = []
        for period in periods:
            table = self.tables.get((period, name))
            if table is None:
                return None
            wanted = [(table.dimensions.index(dimension), value) for dimension, value in where.items()]
            numbered = self._numbers[period, name]
            found += [number for values, number in numbered if all(values[place] == value for place, value in wanted)]
        return found

    def values(self, period: str, name: str, dimension: str) -> list[str]:
        """What occurs in a dimension."""
        table = self.tables.get((period, name))
        place = table.dimensions.index(dimension) if table else 0
        return list(dict.fromkeys(cell.values[place] for cell in table.cells)) if table else []


def intervals(tables: Iterable[Table], reading: Callable[[int | None], Bounds] = possible) -> dict[Key, Bounds]:
    """What each hidden cell can still be.

    Args:
        tables: everything that was released and belongs together: four weeks with their weeks, or one week.
        reading: the lowest and highest count behind what is shown.

    Returns:
        Per hidden cell the lowest and the highest count that agrees with everything.
    """
    known = _Known(tables)
    bounds = [reading(said) for said in known.said]
    hidden = [number for number, said in enumerate(known.said) if said is None]
    program = _Program(bounds, list(_sums(known)))
    program.try_all(hidden)
    return {known.keys[number]: program.search(number) for number in hidden}


def too_narrow(tables: Iterable[Table]) -> list[Key]:
    """Hidden cells of which fewer than :data:`ROOM` counts stay possible."""
    tables = tuple(tables)
    if all(cell.shown is None for table in tables for cell in table.cells):
        return []  # each may be nine while the others follow
    return [key for key, (least, most) in intervals(tables).items() if most - least + 1 < ROOM]


class _Program:
    """Finds the lowest and the highest value of cells under their bounds and all sums.

    Each solution says of every cell a value that agrees with everything: what was seen already is not sought again.
    """

    def __init__(self, bounds: Sequence[Bounds], sums: Sequence[_Sum]) -> None:
        # Only who releases something needs these, once in a week.
        import numpy as np
        from scipy.optimize import linprog

        self._bounds, self._solve, self._zeros = bounds, linprog, np.zeros
        self._lowest, self._highest = np.full(len(bounds), np.inf), np.full(len(bounds), -np.inf)
        self._limits = {
            **self._matrix("A_eq", "b_eq", [one for one in sums if one.equal]),
            **self._matrix("A_ub", "b_ub", [one for one in sums if not one.equal]),
        }

    def try_all(self, numbers: Sequence[int]) -> None:
        """All of these cells as low, and as high, as they can be together."""
        for sign in (1.0, -1.0):
            self._best(numbers, sign)

    def search(self, number: int) -> Bounds:
        """The lowest and the highest value of one cell."""
        least, most = self._bounds[number]
        if self._lowest[number] > least + _ALMOST and not self._best([number], 1.0):
            return least, most
        if self._highest[number] < most - _ALMOST and not self._best([number], -1.0):
            return least, most
        return math.ceil(self._lowest[number] - _ALMOST), math.floor(self._highest[number] + _ALMOST)

    def _best(self, numbers: Sequence[int], sign: float) -> bool:
        """Returns whether anything agrees with everything; when not, who adds up like this learns nothing."""
        goal = self._zeros(len(self._bounds))
        goal[list(numbers)] = sign
        found = self._solve(goal, **self._limits, bounds=self._bounds, method="highs")
        if found.status:
            return False
        for number, value in enumerate(found.x):
            self._lowest[number] = min(self._lowest[number], value)
            self._highest[number] = max(self._highest[number], value)
        return True

    def _matrix(self, left: str, right: str, sums: Sequence[_Sum]) -> dict[str, Any]:
        from scipy.sparse import lil_matrix

        if not sums:
            return {}
        matrix = lil_matrix((len(sums), len(self._bounds)))
        for row, one in enumerate(sums):
            for sign, numbers in ((1.0, one.these), (-1.0, one.those)):
                for number in numbers:
                    matrix[row, number] += sign
        return {left: matrix.tocsr(), right: self._zeros(len(sums))}


def _sums(known: _Known) -> Iterator[_Sum]:
    """Everything that is known of how the tables belong together, from their definitions."""
    periods = list(dict.fromkeys(period for period, _ in known.tables))
    blocks = [period for period in periods if kind_of(period) == FOUR_WEEKS]
    for period in periods:
        yield from _same(known.cells([period], name) for name in EVERYBODY if name in tables_of(kind_of(period)))
    for block in blocks:
        weeks = weeks_of(block)
        yield from _shared(known, block, weeks)
        yield from _opinions(known, block, weeks)
        yield from _at_most_everybody(known, block)
        yield from _gaps(known, block)
        yield from _later(known, block)


def _shared(known: _Known, block: str, weeks: Sequence[str]) -> Iterator[_Sum]:
    yield from _same((known.cells(weeks, "gesprekken"), known.cells([block], "halte_wijk")))
    for dimension, tables in SHARED.items():
        for value in dict.fromkeys(value for name in tables for value in known.values(block, name, dimension)):
            sides = [known.cells([block], name, **{dimension: value}) for name in tables]
            yield from _same((known.cells(weeks, dimension, **{dimension: value}), *sides))


def _opinions(known: _Known, block: str, weeks: Sequence[str]) -> Iterator[_Sum]:
    for opinion in OPINIONS:
        all_of_them = known.cells(weeks, "mening", mening=opinion)
        yield from _same((all_of_them, known.cells([block], "mening_halte", mening=opinion)))
        yield from _at_most(known.cells([block], "mening_stap", mening=opinion), all_of_them)
    for halte in known.values(block, "mening_halte", "halte"):
        yield from _at_most(known.cells([block], "mening_halte", halte=halte), known.cells([block], "halte_wijk", halte=halte))


def _at_most_everybody(known: _Known, block: str) -> Iterator[_Sum]:
    """Of one record or one question everybody is in one cell at most."""
    everybody = known.cells([block], "halte_wijk")
    for name, dimension in (("stap", "initiatief"), ("vraag", "vraag")):
        for value in known.values(block, name, dimension):
            yield from _at_most(known.cells([block], name, **{dimension: value}), everybody)


def _gaps(known: _Known, block: str) -> Iterator[_Sum]:
    """Who asked for something that was not there is one of those who told of that halte in that wijk."""
    yield from _at_most(known.cells([block], "gat"), known.cells([block], "gat_reden"))
    yield from _at_most(known.cells([block], "gat_reden"), known.cells([block], "halte_wijk"))
    for halte in known.values(block, "halte_wijk", "halte"):
        yield from _at_most(known.cells([block], "gat", halte=halte), known.cells([block], "halte_wijk", halte=halte))
        for wijk in known.values(block, "halte_wijk", "wijk"):
            of_both = {"halte": halte, "wijk": wijk}
            yield from _at_most(known.cells([block], "gat", **of_both), known.cells([block], "halte_wijk", **of_both))


def _later(known: _Known, block: str) -> Iterator[_Sum]:
    """Each answer to *is het gelukt?* is counted by halte, and by record when that is listed."""
    for answer in known.values(block, "gelukt_halte", "gelukt"):
        yield from _at_most(
            known.cells([block], "gelukt_stap", gelukt=answer), known.cells([block], "gelukt_halte", gelukt=answer)
        )


def _same(sides: Iterable[list[int] | None]) -> Iterator[_Sum]:
    there = [side for side in sides if side is not None]
    for these, those in pairwise(there):
        yield _Sum(these, those, equal=True)


def _at_most(these: list[int] | None, those: list[int] | None) -> Iterator[_Sum]:
    if these and those is not None:
        yield _Sum(these, those, equal=False)


def exactly(said: int | None) -> Bounds:
    """How to read tables that hide small cells and do not round: for who wants to see the attack succeed."""
    return (0, LEAST - 1) if said is None else (said, said)


def learned(found: Mapping[Key, Bounds]) -> Mapping[Key, Bounds]:
    """The hidden cells of which anything was learned at all."""
    return {key: bounds for key, bounds in found.items() if bounds != (0, LEAST - 1)}
