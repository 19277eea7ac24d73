"""What is released of a period: every table of the fixed list, hidden and rounded, once."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from wegwijzer.catalogue.loading import Catalogue
from wegwijzer.insight.differencing import too_narrow
from wegwijzer.insight.gaps import roll_up
from wegwijzer.insight.periods import kind_of
from wegwijzer.insight.small_cells import Chance, shown
from wegwijzer.insight.tables import TABLES, Cell, Definition, Table, tables_of

DRAWS = 20
"""How often rounding is drawn again before a table is left out."""

Counts = Mapping[str, Mapping[tuple[str, ...], int]]
"""By table, by cell, how many people."""


@dataclass(frozen=True)
class Release:
    """What is released of one period.

    Attributes:
        tables: as they will be for ever.
        left_out: names of tables that would tell too much.
    """

    tables: tuple[Table, ...]
    left_out: frozenset[str] = frozenset()


def release(period: str, counts: Counts, catalogue: Catalogue, random: Chance, before: Sequence[Table] = ()) -> Release:
    """The tables of a period, of which together with what was released before no hidden cell can be worked out.

    Args:
        period: a week or four weeks.
        counts: what was counted in it.
        catalogue: says which cells there can be.
        random: for rounding. It is drawn again when a hidden cell would be too narrow (see
            :data:`wegwijzer.insight.differencing.ROOM`).
        before: of four weeks, what was released of its weeks.

    Returns:
        The tables, and the names of those that are left out because even drawing again does not help.
    """
    left_out: set[str] = set()
    while True:
        for _ in range(DRAWS):
            made = [table for table in tables_for(period, counts, catalogue, random) if table.name not in left_out]
            narrow = too_narrow((*before, *made))
            if not narrow:
                return Release(tuple(made), frozenset(left_out))
        blamed = {name for at, name, _ in narrow if at == period}
        # What was released before is narrowed by all of this together: then nothing of it is released.
        left_out |= blamed or {table.name for table in made}


def tables_for(period: str, counts: Counts, catalogue: Catalogue, random: Chance) -> tuple[Table, ...]:
    """The tables of a period, hidden and rounded.

    Args:
        period: a week or four weeks.
        counts: what was counted in it; what is not there is 0.
        catalogue: says which cells there can be, so that one with nobody looks like one with a few.
        random: for rounding.
    """
    return tuple(_table(name, period, counts.get(name, {}), catalogue, random) for name in tables_of(kind_of(period)))


def _table(name: str, period: str, counts: Mapping[tuple[str, ...], int], catalogue: Catalogue, random: Chance) -> Table:
    definition = TABLES[name]
    if definition.rolled:
        counts = roll_up(counts)
    said = {cell: drawn for cell, count in counts.items() if (drawn := shown(count, random)) is not None}
    listed = dict.fromkeys((*definition.cells(catalogue), *sorted(_beside(said, definition, catalogue)), *sorted(said)))
    return Table(name, period, definition.dimensions, tuple(Cell(cell, said.get(cell)) for cell in listed))


def _beside(said: Mapping[tuple[str, ...], int], definition: Definition, catalogue: Catalogue) -> Iterator[tuple[str, ...]]:
    """All cells of what is open and has one that is shown."""
    if definition.open:
        _, others = definition.values(catalogue)
        yield from ((first, other) for first in {cell[0] for cell in said} for other in others)
