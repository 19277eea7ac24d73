"""The one command: ``wegwijzer``. Each subcommand is a few lines around a function of the core."""

from __future__ import annotations

import json
import os
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Annotated, NoReturn

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TaskID, TextColumn, TimeElapsedColumn
from rich.table import Table

from wegwijzer.catalogue.checking import check_all
from wegwijzer.catalogue.hsds_export import export_hsds
from wegwijzer.catalogue.hsds_import import import_hsds, write_yaml
from wegwijzer.catalogue.hsds_standard import against_standard
from wegwijzer.catalogue.loading import CatalogueError, Problem, load_catalogue
from wegwijzer.catalogue.report import addresses_to_visit, build_report, page, tables
from wegwijzer.catalogue.schema import write_schemas
from wegwijzer.catalogue.search import search_names
from wegwijzer.catalogue.web_addresses import check_online
from wegwijzer.drawing.page import write_map
from wegwijzer.evaluation.benchmark import benchmark
from wegwijzer.evaluation.bot import Bot
from wegwijzer.evaluation.candidates import CANDIDATES
from wegwijzer.evaluation.compare import CROSSED, DIET, DIET_EPOCHS, ComparisonFailed, compare, cross_validate
from wegwijzer.evaluation.model_card import CARD, TEMPLATE, comparison_table, measure_product, read_figures, render, write_figures
from wegwijzer.evaluation.run import Report, evaluate
from wegwijzer.evaluation.spelling import evaluate_spelling, read_pairs
from wegwijzer.matching.opening_hours import AMSTERDAM
from wegwijzer.paths import CATALOGUE, EVALUATION, ROOT, VAR
from wegwijzer.privacy.retention import purge_conversations
from wegwijzer.product.checks import run_checks
from wegwijzer.product.processes import CannotStart, action_server, free_ports, running, wait_until_ready
from wegwijzer.product.training import current_model, train
from wegwijzer.settings import Settings
from wegwijzer.understanding.spelling import Speller
from wegwijzer.understanding.words import WORDS, write_words

SPELLING_PAIRS = EVALUATION / "eigen" / "spelling.yml"

PURGE_EVERY = 3600.0
"""Seconds between two rounds of deleting old conversations."""

WIDE = 200
"""Columns for tables that go to a file or another program instead of a terminal."""

app = typer.Typer(
    no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False, help="Wegwijzer: the Dutch chat assistant."
)
catalogue_app = typer.Typer(no_args_is_help=True, help="Keep the catalogue.")
app.add_typer(catalogue_app, name="catalogue")
say = Console(stderr=True, highlight=False)


@app.command()
def start() -> None:
    """Start everything: trains first when there is no current model, says where to go, stops on Ctrl-C."""
    settings = _settings()
    # What stops services (systemd, containers) sends SIGTERM: stop as cleanly as on Ctrl-C, or the servers stay behind.
    # A shell that starts us in the background ignores SIGINT for us: take it back.
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, _interrupt)
    try:
        settings = _with_model(settings)
        with running(settings) as parts:
            _welcome(settings)
            purged = 0.0
            while all(part.running() for part in parts):
                if time.monotonic() - purged > PURGE_EVERY or not purged:
                    _purge_quietly(settings)
                    purged = time.monotonic()
                time.sleep(0.5)
            stopped = next(part.name for part in parts if not part.running())
            _fail(f"The {stopped} stopped by itself; see {VAR / 'log'}")
    except CannotStart as error:
        _fail(str(error))
    except KeyboardInterrupt:
        say.print("Stopped. Tot ziens.")


@app.command()
def shell() -> None:
    """Talk to the bot in this terminal (``rasa shell``), with the action server beside it."""
    settings = _settings()
    ports = free_ports(2)
    environment = {**os.environ, "RASA_PORT": str(ports[0]), "ACTION_PORT": str(ports[1])}
    settings = Settings.from_environment(environment)
    part = action_server(settings)
    try:
        settings = _with_model(settings)
        part.start(settings, VAR / "log" / "action_server_shell.log")
        wait_until_ready([part], VAR / "log")
        command = [
            sys.executable,
            "-m",
            "rasa",
            "shell",
            "--model",
            str(settings.model),
            "--endpoints",
            "endpoints.yml",
            "--port",
            str(ports[0]),
        ]
        subprocess.run(command, cwd=ROOT, env={**os.environ, **settings.as_environment()}, check=False)
    except CannotStart as error:
        _fail(str(error))
    finally:
        part.stop()


@app.command("train")
def train_command() -> None:
    """Train the model again, also when there is one."""
    try:
        say.print(f"Model: {_train(_settings())}")
    except CannotStart as error:
        _fail(str(error))


@app.command("evaluate")
def evaluate_command(
    folder: Annotated[Path, typer.Argument(help="Folder with messages.yml, crisis.yml, personas.yml.")] = EVALUATION,
    conversations: Annotated[bool, typer.Option(help="Also print every persona's conversation.")] = False,
    compare: Annotated[bool, typer.Option(help="Compare other ways of understanding instead; takes an hour or more.")] = False,
    only: Annotated[
        list[str] | None, typer.Option(help="With --compare: these candidates, and keep the rest of the table.")
    ] = None,
    use_trained: Annotated[bool, typer.Option(help="With --compare: do not train again what was trained, only measure.")] = False,
    diet_epochs: Annotated[int, typer.Option(help="With --compare: how often DIET sees each message.")] = DIET_EPOCHS,
) -> None:
    """Measure the running bot on labelled sets. The last line of output is one JSON object with the figures."""
    if compare:
        _compare(only or [], diet_epochs, use_trained)
        return
    try:
        haltes = list(load_catalogue(CATALOGUE).haltes)
        with _own_product("evaluation") as (settings, _), _progress() as progress:
            report = evaluate(Bot(settings), folder, haltes, _teller(progress))
    except (CannotStart, CatalogueError, ValueError, OSError) as error:
        _fail(str(error))
    failures = VAR / "evaluation" / "failures.yml"
    report.save_failures(failures)
    if conversations:
        for name, script in report.details.get("personas", {}).items():
            print(f"\n=== {name}\n{script}")
    _tables(report)
    print(json.dumps({key: round(value, 4) for key, value in report.figures.items()} | {"failures": str(failures)}))


@app.command("model-card")
def model_card_command(
    measure: Annotated[bool, typer.Option(help="Measure the product first; without, only write the page again.")] = True,
) -> None:
    """Measure the product on all four sets and write docs/model_card.md from what was measured."""
    try:
        if measure:
            with _own_product("evaluation") as (settings, seconds), _progress() as progress:
                write_figures("understanding", measure_product(Bot(settings), seconds, _teller(progress)))
        CARD.write_text(render(read_figures(), TEMPLATE.read_text(encoding="utf-8")), encoding="utf-8")
    except (CannotStart, CatalogueError, ValueError, KeyError, OSError) as error:
        _fail(f"The model card cannot be made: {error!r}")
    print(CARD)


@app.command("evaluate-spelling")
def evaluate_spelling_command(
    pairs: Annotated[Path, typer.Argument(help="File with 'fouten' (text, meant) and 'goed' (text).")] = SPELLING_PAIRS,
) -> None:
    """Measure how typed Dutch is mended; needs no running bot. The last line of output is one JSON object."""
    try:
        report = evaluate_spelling(Speller.of(load_catalogue(CATALOGUE)), read_pairs(pairs))
    except (CatalogueError, ValueError, OSError) as error:
        _fail(str(error))
    for typed, made, meant in report.failures:
        print(f"{typed} > {made} (meant: {meant})")
    print(json.dumps({key: round(value, 4) for key, value in report.figures.items()}))


@app.command("benchmark")
def benchmark_command(talks: int = 10, long_talk: int = 60) -> None:
    """Measure start-up, the time of a turn, and how it grows with the conversation. Last line: one JSON object."""
    try:
        with _own_product("benchmark") as (settings, seconds), _progress() as progress:
            figures = {"ready_s": seconds, **benchmark(Bot(settings), talks, long_talk, _teller(progress))}
    except (CannotStart, OSError) as error:
        _fail(str(error))
    print(json.dumps({key: round(value, 2) for key, value in figures.items()}))


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
        _fail(f"{error}; wordfreq is installed with: uv sync")


@app.command()
def purge() -> None:
    """Delete conversations that are older than the retention period (``make start`` does this by itself)."""
    settings = _settings()
    deleted = purge_conversations(settings.tracker_db, settings.retention_hours)
    print(f"{deleted} conversations deleted")


@app.command("map")
def map_command(to: Annotated[Path, typer.Option(help="Map om in te schrijven.")] = VAR / "map") -> None:
    """Teken het hele gesprek als kaart: kaart.svg en kaart.html, uit het domein, de regels, de catalogus en de code."""
    try:
        for path in write_map(ROOT, to):
            print(path)
    except CatalogueError as error:
        _fail_on(error.problems)
    except OSError as error:
        _fail(f"De kaart kan niet geschreven worden: {error}")


@catalogue_app.command("check")
def catalogue_check(folder: Annotated[Path, typer.Argument(help="Catalogue folder.")] = CATALOGUE) -> None:
    """Controleer de catalogus: elke fout met bestand, regel, record, veld en wat je kunt doen."""
    problems = check_all(folder)
    for problem in problems:
        print(problem)
    if problems:
        say.print(f"{len(problems)} dingen om te verbeteren.")
        raise typer.Exit(1)
    catalogue = load_catalogue(folder)
    shown = len(catalogue.suggestable)
    print(f"De catalogus is in orde: {len(catalogue.initiatives)} initiatieven, waarvan {shown} getoond kunnen worden.")


@catalogue_app.command("schema")
def catalogue_schema(folder: Annotated[Path, typer.Argument(help="Where to write.")] = CATALOGUE / "schema") -> None:
    """Write the JSON Schemas that editors' programs use to help while typing."""
    for path in write_schemas(folder):
        print(path)


@catalogue_app.command("find")
def catalogue_find(name: str) -> None:
    """Zoek een initiatief op naam: waar staat het, en wordt het getoond?"""
    found = search_names(load_catalogue(CATALOGUE), name)
    if not found:
        _fail(f"Niets gevonden dat op '{name}' lijkt.")
    files = {path: path.read_text(encoding="utf-8") for path in sorted((CATALOGUE / "initiatives").glob("*.yml"))}
    for initiative in found:
        shown = "wordt getoond" if initiative.suggestable else "wordt niet getoond"
        where = next(path for path, text in files.items() if f"- id: {initiative.id}\n" in text)
        print(f"{initiative.id}: {initiative.name}, in {where.relative_to(ROOT)}, {shown}")


@catalogue_app.command("export")
def catalogue_export(
    hsds: Annotated[Path, typer.Option(help="Map om in te schrijven.")],
    standard: Annotated[Path | None, typer.Option(help="Map met de schema's van HSDS, om daarna tegen te controleren.")] = None,
) -> None:
    """Schrijf de catalogus als HSDS 3.0 (Open Referral): CSV met datapackage.json, en JSON."""
    try:
        for path in export_hsds(load_catalogue(CATALOGUE), hsds):
            print(path)
        problems = list(against_standard(hsds, standard)) if standard else []
    except (CatalogueError, OSError, ValueError) as error:
        _fail(str(error))
    _fail_on(problems)


@catalogue_app.command("import")
def catalogue_import(
    hsds: Annotated[Path, typer.Option(help="Map met een export in HSDS.")],
    to: Annotated[Path, typer.Option(help="Map voor de YAML-bestanden; niet de catalogus zelf.")],
) -> None:
    """Lees een HSDS-export terug: elke fout met bestand, rij en veld; pas als alles klopt worden er bestanden geschreven."""
    if to.resolve().is_relative_to(CATALOGUE.resolve()):
        _fail("Schrijf niet over de catalogus heen: geef bij --to een andere map, bekijk de bestanden en zet ze dan zelf over.")
    try:
        catalogue = load_catalogue(CATALOGUE)
        for path in write_yaml(import_hsds(hsds, catalogue), to, catalogue.files):
            print(path)
    except CatalogueError as error:
        _fail_on(error.problems)
    except FileExistsError as error:
        _fail(f"{error} bestaat al; geef bij --to een nieuwe map. Er is niets geschreven.")
    except OSError as error:
        _fail(f"De bestanden kunnen niet geschreven worden: {error}")


def _fail_on(problems: Sequence[Problem]) -> None:
    """Say every problem and stop, when there is one."""
    for problem in problems:
        print(problem)
    if problems:
        _fail(f"{len(problems)} dingen om te verbeteren.")


@catalogue_app.command("report")
def catalogue_report(
    folder: Annotated[Path, typer.Argument(help="Map van de catalogus.")] = CATALOGUE,
    html: Annotated[Path | None, typer.Option(help="Schrijf het ook als pagina in dit bestand.")] = None,
    online: Annotated[bool, typer.Option(help="Kijk op internet of de pagina's er nog zijn.")] = False,
    strict: Annotated[bool, typer.Option(help="Eindig met code 1 als er iets na te kijken is.")] = False,
) -> None:
    """Wat moet je nakijken: oud, zonder contact, onzeker, foute nummers en adressen, en waar te weinig aanbod is."""
    try:
        catalogue = load_catalogue(folder)
        answers = None
        if online:
            with _progress() as progress:
                tell = _teller(progress)
                answers = check_online(addresses_to_visit(catalogue), lambda done, total: tell("webadressen", done, total))
        report = build_report(catalogue, datetime.now(AMSTERDAM).date(), _settings().verified_within_months, answers)
        if html is not None:
            html.write_text(page(report), encoding="utf-8")
    except (CatalogueError, ValueError, ImportError, OSError) as error:
        _fail(str(error))
    shown = Console(highlight=False)
    shown = shown if shown.is_terminal else Console(highlight=False, width=WIDE)
    for part in tables(report):
        shown.print(part)
    print(f"{report.to_check} dingen om na te kijken." + (f" De pagina staat in {html}." if html else ""))
    if strict and report.to_check:
        raise typer.Exit(1)


def _compare(only: list[str], diet_epochs: int, use_trained: bool) -> None:
    """Compare candidates and cross-validate ours; keeps the figures for the model card."""
    before = {row["name"]: row for row in read_figures().get("comparison", [])}
    trained = {name: row["train_s"] for name, row in before.items()} if use_trained else {}
    names = only or [*CANDIDATES, *([] if use_trained else [CROSSED]), DIET]
    if unknown := set(names) - {DIET, CROSSED, *CANDIDATES}:
        _fail(f"No such candidate: {', '.join(sorted(unknown))}. There are: {', '.join([DIET, CROSSED, *CANDIDATES])}")
    try:
        with _progress() as progress:
            known = before if only else {}
            if CROSSED in names:
                write_figures("cross_validation", cross_validate(_teller(progress)))
            for row in compare([name for name in names if name != CROSSED], diet_epochs, _teller(progress), trained):
                known[row["name"]] = row
                write_figures("comparison", [known[name] for name in (DIET, *CANDIDATES) if name in known])
    except (ComparisonFailed, ValueError, OSError) as error:
        _fail(str(error))
    print(comparison_table(list(known.values())))


@contextmanager
def _own_product(name: str) -> Iterator[tuple[Settings, float]]:
    """A product of its own on free ports with a database of its own; also says how many seconds it took to get ready."""
    ports = free_ports(2)
    database = VAR / f"{name}.db"
    database.unlink(missing_ok=True)
    environment = {"RASA_PORT": str(ports[0]), "ACTION_PORT": str(ports[1]), "WEGWIJZER_TRACKER_DB": str(database)}
    settings = _with_model(Settings.from_environment({**os.environ, **environment}))
    begin = time.monotonic()
    try:
        with running(settings, VAR / "log" / name):
            yield settings, time.monotonic() - begin
    finally:
        database.unlink(missing_ok=True)


def _teller(progress: Progress) -> Callable[[str, int, int], None]:
    """Shows what is going on as a progress bar per part."""
    tasks: dict[str, TaskID] = {}

    def tell(name: str, done: int, total: int) -> None:
        if name not in tasks:
            tasks[name] = progress.add_task(name, total=total)
        progress.update(tasks[name], completed=done)

    return tell


def _interrupt(number: int, frame: object) -> NoReturn:
    raise KeyboardInterrupt


def _purge_quietly(settings: Settings) -> None:
    """A round of deleting; a locked database is tried again in the next round, and said."""
    try:
        purge_conversations(settings.tracker_db, settings.retention_hours)
    except sqlite3.Error as error:
        say.print(f"Old conversations could not be deleted now ({error}); trying again later.")


def _settings() -> Settings:
    try:
        return Settings.from_environment()
    except (ValueError, OSError) as error:
        _fail(str(error))


def _with_model(settings: Settings) -> Settings:
    """The settings with the model to use, trained now when needed."""
    problems = check_all(CATALOGUE)
    if problems:
        raise CannotStart(f"The catalogue has {len(problems)} mistakes, the first: {problems[0]} (all: make check)")
    if os.environ.get("WEGWIJZER_MODEL"):
        return settings
    model = current if (current := current_model(settings)).exists() else _train(settings)
    return Settings.from_environment({**settings.as_environment(), "WEGWIJZER_MODEL": str(model)})


def _train(settings: Settings) -> Path:
    say.print("Training a model for the data as it is now. This takes about five minutes, once.")
    with _progress() as progress:
        task = progress.add_task("starting", total=None)
        return train(settings, lambda step: progress.update(task, description=step))


def _progress() -> Progress:
    return Progress(
        SpinnerColumn(), TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn(), console=say
    )


def _welcome(settings: Settings) -> None:
    address = f"http://{settings.host}:{settings.rasa_port}"
    say.print(
        f"\n[bold]Wegwijzer is ready.[/bold]\n"
        f"  Talk in the terminal:  make shell\n"
        f"  Talk over HTTP:        curl {address}/webhooks/rest/webhook -H 'Content-Type: application/json' "
        f'-d \'{{"sender": "ik", "message": "hallo"}}\'\n'
        f"  Health:                {address}/health\n"
        f"  Token for the API:     var/rasa_token or RASA_TOKEN\n"
        f"Stop with Ctrl-C.",
        soft_wrap=True,
    )


def _tables(report: Report) -> None:
    for name, details in report.details.items():
        if name == "personas":
            continue
        for title, rows in details.items():
            table = Table(title=f"{name}: {title}")
            table.add_column("")
            table.add_column("value", justify="right")
            for row, value in rows.items():
                table.add_row(row, f"{value:.3f}" if isinstance(value, float) else str(value))
            say.print(table)


def _fail(sentence: str) -> NoReturn:
    say.print(f"[red]{sentence}[/red]", soft_wrap=True)
    raise typer.Exit(1)


if __name__ == "__main__":
    app()
