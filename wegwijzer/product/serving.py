"""One process of the product by itself, as a container or a service manager runs it: ``wegwijzer serve PART``.

``make start`` runs all of them on one machine and makes what is missing. Here nothing is made: many processes on many machines
must have the same secrets and the same model, so what is missing is said and nothing starts.
"""

from __future__ import annotations

import logging
import os
import secrets
import signal
import sqlite3
import sys
import threading
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import NoReturn

from wegwijzer.catalogue.checking import check_all
from wegwijzer.paths import CATALOGUE, ROOT
from wegwijzer.privacy import retention
from wegwijzer.product.processes import QUICKER, CannotStart
from wegwijzer.product.promoted import chosen
from wegwijzer.product.training import base_model, current_model
from wegwijzer.settings import Settings
from wegwijzer.watching.parts import ACTIONS, CONSOLE, HANDOVER, RASA
from wegwijzer.web.outbox import OutboxUnavailable

log = logging.getLogger(__name__)

PURGE = "purge"

MODULES: Mapping[str, str] = {
    RASA: "channels.server",
    ACTIONS: "actions.server",
    HANDOVER: "wegwijzer.handover.runner",
    CONSOLE: "console.server",
}
"""What each part runs."""

SERVED = (*MODULES, PURGE)

SHARED = ("RASA_TOKEN", "ACTION_SECRET", "WEB_SECRET", "HANDOVER_KEY", "WHATSAPP_HASH_KEY")
"""Secrets that all processes must have in common, or they do not understand each other."""

PURGE_EVERY = 3600.0
"""Seconds between two rounds of deleting old conversations."""

OWNER_ONLY = 0o077


def new_secrets() -> dict[str, str]:
    """A secret for each of :data:`SHARED`, and for figures."""
    return {name: secrets.token_urlsafe(32) for name in (*SHARED, "METRICS_TOKEN")}


def serve(part: str, environment: Mapping[str, str] = os.environ) -> NoReturn:
    """Become one of the processes: signals and the exit code are its own.

    Args:
        part: one of :data:`MODULES`.

    Raises:
        CannotStart: something is missing or wrong; says what in one sentence.
        ValueError: a setting is wrong.
    """
    settings = check(part, environment)
    os.chdir(ROOT)
    variables = {**QUICKER, **environment, **settings.as_environment()}
    os.execve(sys.executable, [sys.executable, "-m", MODULES[part]], variables)  # noqa: S606


def check(part: str, environment: Mapping[str, str]) -> Settings:
    """The settings for a process, when it can start with them. Raises as :func:`serve` does."""
    missing = [name for name in SHARED if not environment.get(name, "").strip()]
    if missing:
        raise CannotStart(f"{', '.join(missing)} must be set, the same for every process; wegwijzer secrets makes them")
    problems = check_all(CATALOGUE)
    if problems:
        raise CannotStart(f"The catalogue has {len(problems)} mistakes, the first: {problems[0]} (all: make check)")
    settings = Settings.from_environment(environment)
    return _with_model(settings, environment) if part == RASA else settings


def _with_model(settings: Settings, environment: Mapping[str, str]) -> Settings:
    given = environment.get("WEGWIJZER_MODEL")
    if not given and (said := chosen(base_model(settings)).said):
        log.warning("%s", said)
    model = Path(given) if given else current_model(settings)
    if not model.exists():
        raise CannotStart(f"There is no model {model}: build the image with it, mount it, or run make train")
    return replace(settings, model=model)


def keep_deleting(settings: Settings, stopping: threading.Event, every: float = PURGE_EVERY) -> None:
    """Delete old conversations now, and again and again until stopped. A database that is away is tried in the next round.

    Args:
        every: seconds between two rounds.
    """
    while True:
        try:
            deleted = retention.purge(settings)
            log.info("%s conversations deleted", sum(deleted))
        except (sqlite3.Error, OutboxUnavailable) as error:
            log.error("old conversations could not be deleted now, trying again later: %s", error)
        if stopping.wait(every):
            return


def stop_on_signals() -> threading.Event:
    """Set when somebody asks this process to stop."""
    stopping = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stopping.set())
    os.umask(OWNER_ONLY)
    return stopping
