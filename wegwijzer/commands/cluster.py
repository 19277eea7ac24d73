"""``wegwijzer cluster``: the layout of ``deploy/compose.yml`` on this machine, without a container engine."""

from __future__ import annotations

import asyncio
import json
import os
import signal
from pathlib import Path
from typing import Annotated

import typer
from rich.table import Table

from wegwijzer.commands.output import fail, say, show
from wegwijzer.commands.running import with_model
from wegwijzer.evaluation.cluster import Ledger, chat_of, exercise
from wegwijzer.evaluation.faults import FaultRunFailed
from wegwijzer.product.layout.cluster import COMPOSE, Cluster, prepared, running
from wegwijzer.product.layout.reading import CannotRead
from wegwijzer.product.processes import CannotStart
from wegwijzer.settings import Settings

cluster_app = typer.Typer()


@cluster_app.command()
def cluster(
    file: Annotated[Path, typer.Option(help="The compose file.")] = COMPOSE,
    without: Annotated[str, typer.Option(help="Services to leave out, with commas between.")] = "",
    given: Annotated[list[str] | None, typer.Option("--set", help="NAME=VALUE for every process; ${NAME} is a secret.")] = None,
    check: Annotated[bool, typer.Option("--check", help="Talk through it while parts are killed, say how it went.")] = False,
    conversations: Annotated[int, typer.Option(min=1, help="With --check: how many people talk.")] = 20,
    seed: Annotated[int, typer.Option(help="With --check: of what is said and killed.")] = 1,
) -> None:
    """Run the compose file as processes, with a real PostgreSQL, Valkey or Redis, and nginx; Ctrl-C stops all."""
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        more = dict(_setting(one) for one in given or [])
        services = prepared(file, [name.strip() for name in without.split(",") if name.strip()], more)
        settings = with_model(Settings.from_environment())
        os.environ["WEGWIJZER_MODEL"] = str(settings.model)
        say.print(f"Starting {', '.join(services)}...")
        with running(services, keep=True) as started:
            _say_where(started)
            if not check:
                signal.pause()
            ledger = asyncio.run(exercise(started, conversations, seed, lambda line: say.print(line, markup=False)))
    except (CannotRead, CannotStart, FaultRunFailed, ValueError, OSError) as error:
        fail(str(error))
    except KeyboardInterrupt:
        say.print("Stopped.")
        return
    _tell(ledger)


def _setting(given: str) -> tuple[str, str]:
    name, is_, value = given.partition("=")
    if not (name and is_):
        raise ValueError(f"--set {given!r} must be NAME=VALUE")
    return name, value


def _say_where(started: Cluster) -> None:
    say.print("\n[bold]The cluster is ready.[/bold]")
    say.print(f"  Talk on the page: {chat_of(started)}/\n  Logs: {started.folder}\nStop with Ctrl-C.", soft_wrap=True)


def _tell(ledger: Ledger) -> None:
    table = Table("what", "how often")
    seen = {name: count for name, count in ledger.report.figures().items() if name not in ("kills", "restarts")}
    for name, count in sorted(ledger.killed.items()):
        table.add_row(f"killed: {name}", str(count))
    for name, value in seen.items():
        table.add_row(name, str(value))
    for name in ("wegwijzer_messages_total", "wegwijzer_answers_total", "wegwijzer_turn_failures_total"):
        table.add_row(f"{name} since the last start", str(ledger.counted[name]))
    show(table)
    for problem in ledger.problems:
        say.print(problem, markup=False, soft_wrap=True)
    found = {"ready": ledger.ready, "killed": dict(ledger.killed), **seen, "problems": len(ledger.problems)}
    print(json.dumps(found))
    if ledger.problems:
        raise typer.Exit(1)
