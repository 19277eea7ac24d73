"""``wegwijzer soak``."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from enum import StrEnum
from typing import Annotated

import typer

from wegwijzer.commands.output import fail, progress_bars, say, teller
from wegwijzer.commands.running import with_model
from wegwijzer.evaluation.markdown import with_block
from wegwijzer.evaluation.soak.product import EMBEDDED, POSTGRES
from wegwijzer.evaluation.soak.run import soak
from wegwijzer.paths import ROOT, VAR
from wegwijzer.product.processes import CannotStart
from wegwijzer.settings import Settings

soaking_app = typer.Typer()

PAGE = ROOT / "docs" / "soak.md"


class Kept(StrEnum):
    """Where everything is kept."""

    SQLITE = EMBEDDED
    POSTGRES = POSTGRES


@soaking_app.command("soak")
def soak_command(
    seconds: Annotated[int, typer.Option(min=0, help="How long things break, at least: each fault comes once.")] = 300,
    residents: Annotated[int, typer.Option(min=1, help="How many talk at the same time.")] = 12,
    seed: Annotated[int, typer.Option(help="Of what breaks when; the timing of the machine has a part in it too.")] = 1,
    database: Annotated[Kept, typer.Option(help="The embedded databases, or PostgreSQL with Redis.")] = Kept.SQLITE,
    only: Annotated[list[str] | None, typer.Option(help="Only this fault, by its name in the ledger; more may be given.")] = None,
    write: Annotated[bool, typer.Option("--write", help="Put the ledger in docs/soak.md.")] = False,
) -> None:
    """Let residents talk while everything breaks, and count what came in and went out. Last line: one JSON object.

    Ends with 1 when anything was lost, doubled or out of order, or did not come back.
    """
    try:
        with progress_bars() as progress:
            ledger = soak(
                _settings,
                seconds=seconds,
                residents=residents,
                seed=seed,
                database=database.value,
                log=VAR / "log" / "soak",
                tell=teller(progress),
                only=only or (),
            )
    except (CannotStart, ValueError, OSError) as error:
        fail(str(error))
    print(ledger.tables())
    if write:
        PAGE.write_text(with_block(PAGE.read_text(encoding="utf-8"), database.value, ledger.tables()), encoding="utf-8")
    for problem in ledger.problems:
        say.print(problem, markup=False, soft_wrap=True)
    print(json.dumps({"seed": seed, "faults": len(ledger.faults), **ledger.figures(), "problems": len(ledger.problems)}))
    if not ledger.good:
        raise typer.Exit(1)


def _settings(more: Mapping[str, str]) -> Settings:
    return with_model(Settings.from_environment({**os.environ, **more}))
