"""``wegwijzer insight``: what was counted of conversations and released."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from rich.table import Table as Drawn

from wegwijzer.catalogue.loading import CatalogueError, load_catalogue
from wegwijzer.commands.output import fail, fail_on, read_settings, show
from wegwijzer.insight import open_data
from wegwijzer.insight.naming import Names
from wegwijzer.insight.periods import FOUR_WEEKS, WEEK, days_of, kind_of
from wegwijzer.insight.small_cells import LEAST
from wegwijzer.insight.store import InsightStore, InsightUnavailable, store_of
from wegwijzer.insight.tables import Table, tables_of
from wegwijzer.paths import CATALOGUE

insight_app = typer.Typer(help="What was counted of conversations, and released.")


@insight_app.callback(invoke_without_command=True)
def insight(
    context: typer.Context,
    period: Annotated[str, typer.Option(help="A week (2026-W47) or four weeks (2026-P12); the last that were released.")] = "",
) -> None:
    """Print what was released of a period; counts of fewer than ten people are in none of it."""
    if context.invoked_subcommand is not None:
        return
    try:
        store = store_of(read_settings())
        wanted = [period] if period else [one for kind in (WEEK, FOUR_WEEKS) for one in store.periods(kind)[-1:]]
        if not wanted:
            print("Nothing was released yet. The first release comes after the first whole week.")
        for one in wanted:
            _print(store, one)
    except ValueError as error:
        fail(str(error))
    except InsightUnavailable as error:
        fail(f"The counts cannot be read now: {error}")


@insight_app.command("export")
def export(folder: Annotated[Path, typer.Argument(help="Where to write; made when it is not there.")]) -> None:
    """Write everything that was released as open data: one table (CSV), its description (CSVW) and a README."""
    settings = read_settings()
    try:
        names = Names(load_catalogue(CATALOGUE))
        store = store_of(settings)
        for path in open_data.export(store, names, folder):
            print(path)
        if not store.periods(WEEK):
            print("Nothing was released yet: the table is empty. The first release comes after the first whole week.")
    except CatalogueError as error:
        fail_on(error.problems)
    except InsightUnavailable as error:
        fail(f"The counts cannot be read now: {error}")
    except OSError as error:
        fail(f"The open data cannot be written: {error}")


def _print(store: InsightStore, period: str) -> None:
    if period not in store.periods(kind_of(period)):
        fail(f"{period} was not released; there is: {', '.join((*store.periods(WEEK), *store.periods(FOUR_WEEKS))) or 'nothing'}")
    first, last = days_of(period)
    print(f"{period}: {first} up to {last}. A count is a multiple of five near the real one.")
    for name in tables_of(kind_of(period)):
        table = store.released(name, period)
        if table is None:
            print(f"\n{name}: left out, for it would tell too much")
        else:
            _print_table(table)


def _print_table(table: Table) -> None:
    told = [cell for cell in table.cells if cell.shown is not None]
    print(f"\n{table.name}: {len(told)} cells; {len(table.cells) - len(told)} with fewer than {LEAST} people or nobody")
    drawn = Drawn(*table.dimensions)
    drawn.add_column("aantal", justify="right")
    for cell in sorted(told, key=lambda one: -(one.shown or 0)):
        drawn.add_row(*cell.values, str(cell.shown))
    if told:
        show(drawn)
