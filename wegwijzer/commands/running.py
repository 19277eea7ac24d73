"""The product that a command needs: with a model, and when it measures, apart from the one that serves people."""

from __future__ import annotations

import os
import time
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from wegwijzer.catalogue.checking import check_all
from wegwijzer.commands.output import progress_bars, say
from wegwijzer.paths import CATALOGUE, VAR
from wegwijzer.product.processes import CannotStart, Part, free_ports, running
from wegwijzer.product.promoted import chosen
from wegwijzer.product.training import base_model, current_model, train
from wegwijzer.settings import Settings


def with_model(settings: Settings) -> Settings:
    """The settings with the model to use, trained now when needed."""
    problems = check_all(CATALOGUE)
    if problems:
        raise CannotStart(f"The catalogue has {len(problems)} mistakes, the first: {problems[0]} (all: make check)")
    if os.environ.get("WEGWIJZER_MODEL"):
        return settings
    if said := chosen(base_model(settings)).said:
        say.print(said, style="yellow", markup=False, soft_wrap=True)
    model = current if (current := current_model(settings)).exists() else train_model(settings)
    return Settings.from_environment({**settings.as_environment(), "WEGWIJZER_MODEL": str(model)})


def train_model(settings: Settings) -> Path:
    say.print("Training a model for the data as it is now. This takes about five minutes, once.")
    with progress_bars() as progress:
        task = progress.add_task("starting", total=None)
        return train(settings, lambda step: progress.update(task, description=step))


class Own(NamedTuple):
    """A product of its own that runs, with the seconds it took to get ready and its processes."""

    settings: Settings
    seconds: float
    parts: list[Part]


@contextmanager
def own_product(name: str, more: Mapping[str, str] | None = None) -> Iterator[Own]:
    """Start a product on free ports with databases of its own.

    Args:
        name: of its databases and logs.
        more: further variables for it; a ``WEGWIJZER_MODEL`` among them is the model.
    """
    ports = free_ports(4)
    databases = [VAR / f"{name}{part}.db" for part in ("", "_web", "_handover", "_whatsapp", "_insight", "_aftercare")]
    _remove(databases)
    environment = {
        "RASA_PORT": str(ports[0]),
        "ACTION_PORT": str(ports[1]),
        "CONSOLE_PORT": str(ports[2]),
        "WHATSAPP_PORT": str(ports[3]),
        "WEGWIJZER_TRACKER_DB": str(databases[0]),
        "WEB_DATABASE_URL": f"sqlite:///{databases[1]}",
        "HANDOVER_DATABASE_URL": f"sqlite:///{databases[2]}",
        "WHATSAPP_DATABASE_URL": f"sqlite:///{databases[3]}",
        "INSIGHT_DATABASE_URL": f"sqlite:///{databases[4]}",
        "AFTERCARE_DATABASE_URL": f"sqlite:///{databases[5]}",
    }
    settings = Settings.from_environment({**os.environ, **environment, **(more or {})})
    if "WEGWIJZER_MODEL" not in (more or {}):
        settings = with_model(settings)
    begin = time.monotonic()
    try:
        with running(settings, VAR / "log" / name) as parts:
            yield Own(settings, time.monotonic() - begin, parts)
    finally:
        _remove(databases)


def _remove(files: Iterable[Path]) -> None:
    for path in files:
        path.unlink(missing_ok=True)
