"""``wegwijzer insight``: what was counted of conversations and released."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from wegwijzer.catalogue.loading import CatalogueError, load_catalogue
from wegwijzer.commands.output import fail, fail_on, read_settings
from wegwijzer.insight import open_data
from wegwijzer.insight.naming import Names
from wegwijzer.insight.store import InsightUnavailable, store_of
from wegwijzer.paths import CATALOGUE

insight_app = typer.Typer(no_args_is_help=True, help="What was counted of conversations, and released.")


@insight_app.callback()
def group() -> None:
    """What was counted of conversations, and released."""


@insight_app.command("export")
def export(folder: Annotated[Path, typer.Argument(help="Where to write; made when it is not there.")]) -> None:
    """Write everything that was released as open data: one table (CSV), its description (CSVW) and a README."""
    settings = read_settings()
    try:
        names = Names(load_catalogue(CATALOGUE))
        store = store_of(settings)
        for path in open_data.export(store, names, folder):
            print(path)
        if not store.periods("week"):
            print("Nothing was released yet: the table is empty. The first release comes after the first whole week.")
    except CatalogueError as error:
        fail_on(error.problems)
    except InsightUnavailable as error:
        fail(f"The counts cannot be read now: {error}")
    except OSError as error:
        fail(f"The open data cannot be written: {error}")
