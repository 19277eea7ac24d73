"""What is released of a period: every table of the fixed list, hidden and rounded, once."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from random import Random

from wegwijzer.catalogue.loading import Catalogue
from wegwijzer.insight.gaps import roll_up
from wegwijzer.insight.periods import kind_of
from wegwijzer.insight.small_cells import shown
from wegwijzer.insight.tables import TABLES, Cell, Definition, Table, tables_of

Counts = Mapping[str, Mapping[tuple[str, ...], int]]
"""By table, by cell, how many people."""


def tables_for(period: str, counts: Counts, catalogue: Catalogue, random: Random) -> tuple[Table, ...]:
    """The tables of a period, as they will be for ever.

    Args:
        period: a week or four weeks.
        counts: what was counted in it; what is not there is 0.
        catalogue: says which cells there can be, so that one with nobody looks like one with a few.
        random: for rounding.
    """
    return tuple(_table(name, period, counts.get(name, {}), catalogue, random) for name in tables_of(kind_of(period)))


def _table(name: str, period: str, counts: Mapping[tuple[str, ...], int], catalogue: Catalogue, random: Random) -> Table:
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
