"""What all commands share: how they speak, show and fail."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NoReturn

import typer
from rich.console import Console, RenderableType
from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TaskID, TextColumn, TimeElapsedColumn

from wegwijzer.catalogue.loading import Problem
from wegwijzer.settings import Settings

say = Console(stderr=True, highlight=False)

WIDE = 200
"""Columns for tables that go to a file or another program instead of a terminal."""


def show(*parts: RenderableType) -> None:
    """Print on standard output, wide when that is not a terminal."""
    shown = Console(highlight=False)
    shown = shown if shown.is_terminal else Console(highlight=False, width=WIDE)
    for part in parts:
        shown.print(part)


def fail(sentence: str) -> NoReturn:
    say.print(f"[red]{sentence}[/red]", soft_wrap=True)
    raise typer.Exit(1)


def fail_on(problems: Sequence[Problem], ending: str = "") -> None:
    """Say every problem and stop, when there is one."""
    for problem in problems:
        print(problem)
    if problems:
        fail(f"{len(problems)} dingen om te verbeteren. {ending}".strip())


def read_settings() -> Settings:
    try:
        return Settings.from_environment()
    except (ValueError, OSError) as error:
        fail(str(error))


def progress_bars() -> Progress:
    return Progress(
        SpinnerColumn(), TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn(), console=say
    )


def teller(progress: Progress) -> Callable[[str, int, int], None]:
    """Shows what is going on as a progress bar per part."""
    tasks: dict[str, TaskID] = {}

    def tell(name: str, done: int, total: int) -> None:
        if name not in tasks:
            tasks[name] = progress.add_task(name, total=total)
        progress.update(tasks[name], completed=done)

    return tell
