"""Released tables as what a page shows: a chart, a table with the same numbers, and where to download them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from markupsafe import Markup

from console.charts import Bar, Row, rows_chart, said
from console.rendering import text
from wegwijzer.insight.naming import Names
from wegwijzer.insight.tables import ANY, TABLES, Table

MANY = 5
"""A second dimension with so many values or more makes a grid, not bars."""

WARMTHS = 4
"""Shades in a grid."""

MOST_IN_CHART = 16
"""Bars of a chart of one dimension, and twice as many when a row has more; its table has them all."""

LAST = ("onbekend", ANY, "")
"""Values that say little come last."""


@dataclass(frozen=True)
class Shown:
    """One number in a table.

    Attributes:
        words: the number, or that it is hidden.
        hidden: whether it is.
        warmth: how much it is beside the others in a grid, from 0 to :data:`WARMTHS`.
    """

    words: str
    hidden: bool
    warmth: int = 0


@dataclass(frozen=True)
class Figure:
    """What a page shows of one table.

    Attributes:
        table: its name, as in the address of its file.
        title: above it.
        explained: what it says.
        chart: bars; empty for a grid.
        head: the columns.
        first: how many rows the chart has, when that is not all of them.
        rows: of each the names, and the numbers behind them.
        grid: whether the numbers are many a row, with a shade each.
        left_out: whether there are rows that are not here, because every number in them is hidden.
    """

    table: str
    title: str
    explained: str
    chart: Markup
    first: int
    head: tuple[str, ...]
    rows: tuple[tuple[tuple[str, ...], tuple[Shown, ...]], ...]
    grid: bool
    left_out: bool


def figure(table: Table, names: Names) -> Figure:
    """A table with one number a row (one dimension, or the rows of a gap) or with a row per first value (two dimensions)."""
    return _crossed(table, names) if len(table.dimensions) == 2 else _listed(table, names)


def crossing(table: Table, names: Names) -> Mapping[str, Mapping[str, int | None]]:
    """Of a table with two dimensions the numbers by first value, and by second. What is not there is hidden."""
    seconds = names.order(table)
    rows: dict[str, dict[str, int | None]] = {}
    for cell in table.cells:
        rows.setdefault(cell.values[0], dict.fromkeys(seconds))[cell.values[1]] = cell.shown
    return rows


def _listed(table: Table, names: Names) -> Figure:
    cells = sorted(table.cells, key=lambda cell: (cell.shown is None, cell.values[0] in LAST, -(cell.shown or 0)))
    named = [(tuple(map(names.value, table.dimensions, cell.values)), cell) for cell in cells]
    bars = [Row(_joined(table, cell.values, labels), (Bar(cell.shown),)) for labels, cell in named]
    rows = tuple((labels, (_shown(cell.shown),)) for labels, cell in named)
    return _figure(table, names, bars, table.dimensions, (), rows)


def _joined(table: Table, values: Sequence[str], labels: Sequence[str]) -> str:
    """One name for several values; what was rolled up is not named, unless everything was."""
    told = [label for value, label in zip(values, labels, strict=True) if value != ANY]
    return "\u00a0· ".join(told) or text("inzicht", "rest")


def _crossed(table: Table, names: Names) -> Figure:
    first, second = table.dimensions
    crossed, seconds = crossing(table, names), names.order(table)
    known = [(value, row) for value, row in crossed.items() if any(one is not None for one in row.values())]
    known.sort(key=lambda one: (one[0] in LAST, -sum(shown or 0 for shown in one[1].values())))
    if len(seconds) >= MANY:
        known += [(value, row) for value, row in crossed.items() if all(one is None for one in row.values())]
    most = max((shown or 0 for _, row in known for shown in row.values()), default=0)
    rows = tuple(((names.value(first, value),), tuple(_shown(row[one], most) for one in seconds)) for value, row in known)
    bars = [
        Row(names.value(first, value), tuple(Bar(row[one], names.value(second, one)) for one in seconds)) for value, row in known
    ]
    head = tuple(names.value(second, one) for one in seconds)
    return _figure(
        table,
        names,
        bars if len(seconds) < MANY else [],
        (first,),
        head,
        rows,
        TABLES[table.name].open or len(crossed) > len(known),
    )


def _figure(
    table: Table, names: Names, bars: Sequence[Row], dimensions: Iterable[str], seconds: tuple[str, ...],
    rows: tuple[tuple[tuple[str, ...], tuple[Shown, ...]], ...], left_out: bool = False,
) -> Figure:  # fmt: skip
    title = names.table(table.name)
    fits = MOST_IN_CHART if not seconds else 2 * MOST_IN_CHART // len(seconds)
    chart = rows_chart(bars[:fits], title, f"g-{table.name}") if bars else Markup("")
    return Figure(
        table=table.name, title=title, explained=names.table(table.name, "uitleg"), chart=chart,
        first=fits if len(bars) > fits else 0,
        head=(*(names.dimension(one) for one in dimensions), *seconds), rows=rows, grid=bool(seconds) and not bars and bool(rows),
        left_out=left_out,
    )  # fmt: skip


def _shown(shown: int | None, most: int = 0) -> Shown:
    warmth = 0 if not shown or not most else min(WARMTHS, 1 + shown * WARMTHS // (most + 1))
    return Shown(said(shown), shown is None, warmth)
