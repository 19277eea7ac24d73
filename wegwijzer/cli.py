"""The one command: ``wegwijzer``. Each subcommand is a few lines around a function of the core."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Annotated, NoReturn

import typer

from wegwijzer.catalogue.loading import CatalogueError
from wegwijzer.commands.catalogue import catalogue_app
from wegwijzer.commands.cluster import cluster_app
from wegwijzer.commands.console import console_app
from wegwijzer.commands.handover import handover_app
from wegwijzer.commands.insight import insight_app
from wegwijzer.commands.keeping import keeping_app
from wegwijzer.commands.learning import learning_app, promoting_app, train_candidate
from wegwijzer.commands.measuring import measuring_app
from wegwijzer.commands.output import fail, fail_on, read_settings, say
from wegwijzer.commands.running import train_model, with_model
from wegwijzer.commands.security import security_app
from wegwijzer.commands.serving import serving_app
from wegwijzer.commands.soaking import soaking_app
from wegwijzer.commands.whatsapp import whatsapp_app
from wegwijzer.commands.whatsapp_demo import whatsapp_demo
from wegwijzer.drawing.page import write_map
from wegwijzer.paths import ROOT, VAR
from wegwijzer.privacy import retention
from wegwijzer.privacy.name_list import NAMES, write_names
from wegwijzer.product.checks import run_checks
from wegwijzer.product.processes import (
    CannotStart,
    action_server,
    check_machine,
    free_ports,
    handover_rounds,
    log_name,
    running,
    wait_until_ready,
)
from wegwijzer.product.supervising import Supervisor
from wegwijzer.product.webchat import CannotBuild, build_chat, install_packages, npm
from wegwijzer.settings import Settings
from wegwijzer.understanding.words import WORDS, write_words
from wegwijzer.web.outbox import OutboxUnavailable

PURGE_EVERY = 3600.0
"""Seconds between two rounds of deleting old conversations."""

app = typer.Typer(
    no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False, help="Wegwijzer: the Dutch chat assistant."
)
app.add_typer(catalogue_app, name="catalogue")
app.add_typer(handover_app, name="handover")
app.add_typer(console_app, name="console")
whatsapp_app.command("demo")(whatsapp_demo)
app.add_typer(whatsapp_app, name="whatsapp")
app.add_typer(insight_app, name="insight")
app.add_typer(measuring_app)
app.add_typer(keeping_app)
app.add_typer(security_app)
app.add_typer(serving_app)
app.add_typer(cluster_app)
app.add_typer(soaking_app)
app.add_typer(learning_app, name="learning")
app.add_typer(promoting_app)


@app.command()
def start() -> None:
    """Start everything: trains first when there is no current model, says where to go, stops on Ctrl-C."""
    settings = read_settings()
    # What stops services (systemd, containers) sends SIGTERM: stop as cleanly as on Ctrl-C, or the servers stay behind.
    # A shell that starts us in the background ignores SIGINT for us: take it back.
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, _interrupt)
    try:
        settings = with_model(settings)
        check_machine(settings)
        _build_chat_if_needed()
        with running(settings) as parts:
            _welcome(settings)
            purged, supervisor = 0.0, Supervisor(parts, settings, VAR / "log", _say_ended)
            while True:
                supervisor.look()
                if time.monotonic() - purged > PURGE_EVERY or not purged:
                    _purge_quietly(settings)
                    purged = time.monotonic()
                time.sleep(0.5)
    except CannotStart as error:
        fail(str(error))
    except KeyboardInterrupt:
        say.print("Stopped. Tot ziens.")


@app.command()
def shell() -> None:
    """Talk to the bot in this terminal (``rasa shell``), with the action server beside it."""
    settings = read_settings()
    ports = free_ports(2)
    environment = {**os.environ, "RASA_PORT": str(ports[0]), "ACTION_PORT": str(ports[1])}
    settings = Settings.from_environment(environment)
    parts = [action_server(settings), handover_rounds()]
    try:
        settings = with_model(settings)
        for part in parts:
            part.start(settings, VAR / "log" / "shell" / log_name(part))
        wait_until_ready(parts, VAR / "log" / "shell")
        command = [
            sys.executable,
            "-m",
            "rasa",
            "shell",
            "--model",
            str(settings.model),
            "--endpoints",
            "endpoints.yml",
            "--interface",
            settings.host,
            "--port",
            str(ports[0]),
            "--interface",
            settings.host,
        ]
        subprocess.run(command, cwd=ROOT, env={**os.environ, **settings.as_environment()}, check=False)
    except CannotStart as error:
        fail(str(error))
    finally:
        for part in parts:
            part.stop()


@app.command("train")
def train_command(
    candidate: Annotated[bool, typer.Option("--candidate", help="With what editors labelled, apart, and compare.")] = False,
    write: Annotated[bool, typer.Option(help="With --candidate: put the figures in docs/quality-loop.md.")] = False,
) -> None:
    """Train the model again, also when there is one."""
    if candidate:
        train_candidate(write)
        return
    try:
        say.print(f"Model: {train_model(read_settings())}")
    except CannotStart as error:
        fail(str(error))


@app.command("web")
def web_command(test: Annotated[bool, typer.Option("--test", help="Run the tests of the chat's own code too.")] = False) -> None:
    """Build the chat of the page (``web/``) when its sources changed."""
    log = VAR / "log" / "web_build.log"
    try:
        print("built" if build_chat(log, say.print) else "nothing changed")
        if test:
            install_packages(log, say.print)
            npm(["test"], log)
            print(log.read_text(encoding="utf-8"))
    except CannotBuild as error:
        fail(str(error))


@app.command()
def check() -> None:
    """Every check that needs no running bot: style, types, training data, catalogue."""
    if not run_checks(say.print):
        raise typer.Exit(1)


@app.command()
def words(path: Annotated[Path, typer.Argument(help="Where to write.")] = WORDS) -> None:
    """Make the word list for spelling again from wordfreq; for developers, takes a few minutes."""
    try:
        print(f"{write_words(path)} words in {path}")
    except (ImportError, OSError) as error:
        fail(f"{error}; wordfreq is installed with: uv sync")


@app.command()
def names(path: Annotated[Path, typer.Argument(help="Where to write.")] = NAMES) -> None:
    """Make the list of names for redaction again from filenthropist and deduce; for developers."""
    try:
        print(f"{write_names(path)} words in {path}")
    except (ImportError, OSError) as error:
        fail(str(error))


@app.command("map")
def map_command(to: Annotated[Path, typer.Option(help="Map om in te schrijven.")] = VAR / "map") -> None:
    """Teken het hele gesprek als kaart: kaart.svg en kaart.html, uit het domein, de regels, de catalogus en de code."""
    try:
        for path in write_map(ROOT, to):
            print(path)
    except CatalogueError as error:
        fail_on(error.problems)
    except OSError as error:
        fail(f"De kaart kan niet geschreven worden: {error}")


def _interrupt(number: int, frame: object) -> NoReturn:
    # Who presses twice must not break off the stopping, which takes seconds at most: parts would stay behind.
    for each in (signal.SIGTERM, signal.SIGINT):
        signal.signal(each, signal.SIG_IGN)
    raise KeyboardInterrupt


def _say_ended(sentence: str) -> None:
    say.print(sentence, markup=False, style="yellow", soft_wrap=True)


def _build_chat_if_needed() -> None:
    """Who has no network can still talk over HTTP and in the terminal, so this stops nothing."""
    try:
        build_chat(VAR / "log" / "web_build.log", lambda step: say.print(f"{step.capitalize()}..."))
    except CannotBuild as error:
        say.print(f"[yellow]The page with the chat cannot be built, the rest works: {error}[/yellow]", soft_wrap=True)


def _purge_quietly(settings: Settings) -> None:
    """A round of deleting; a locked database is tried again in the next round, and said."""
    try:
        retention.purge(settings)
    except OutboxUnavailable as error:
        say.print(f"Old conversations could not be deleted now ({error}); trying again later.")


def _welcome(settings: Settings) -> None:
    address = f"http://{settings.host}:{settings.rasa_port}"
    say.print(
        f"\n[bold]Wegwijzer is ready.[/bold]\n"
        f"  Talk on the page:      {address}/\n"
        f"  Console of colleagues: http://{settings.host}:{settings.console.port}/\n"
        f"  Talk in the terminal:  make shell\n"
        f"  Talk over HTTP:        curl {address}/webhooks/rest/webhook -H 'Content-Type: application/json' "
        f'-d \'{{"sender": "ik", "message": "hallo"}}\'\n'
        f"  Health:                {address}/health\n"
        f"  Token for the API:     var/rasa_token or RASA_TOKEN\n"
        f"Stop with Ctrl-C.",
        soft_wrap=True,
    )


if __name__ == "__main__":
    app()
