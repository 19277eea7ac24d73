"""The one command: ``wegwijzer``. Each subcommand is a few lines around a function of the core."""

from __future__ import annotations

import json
import os
import re
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated, NoReturn

import typer
import yaml
from rich.console import Console, RenderableType
from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TaskID, TextColumn, TimeElapsedColumn
from rich.table import Table

from wegwijzer.catalogue.asking import Interview
from wegwijzer.catalogue.checking import check_all
from wegwijzer.catalogue.hsds_export import export_hsds
from wegwijzer.catalogue.hsds_import import import_hsds, write_yaml
from wegwijzer.catalogue.hsds_standard import against_standard
from wegwijzer.catalogue.interview import Conversation, Stopped, read_draft, set_aside, write_draft
from wegwijzer.catalogue.loading import Catalogue, CatalogueError, Problem, load_catalogue
from wegwijzer.catalogue.page import catalogue_page
from wegwijzer.catalogue.report import addresses_to_visit, build_report, page, tables
from wegwijzer.catalogue.schema import write_schemas
from wegwijzer.catalogue.search import search_names
from wegwijzer.catalogue.sheet_apply import ChangedMeanwhile, rehearse
from wegwijzer.catalogue.sheet_apply import apply as apply_sheets
from wegwijzer.catalogue.sheet_export import export_csv, export_xlsx
from wegwijzer.catalogue.sheet_import import plan_import
from wegwijzer.catalogue.sheet_reading import Grid, read_csv, read_xlsx
from wegwijzer.catalogue.sheet_report import told
from wegwijzer.catalogue.store import StoreUnavailable
from wegwijzer.catalogue.web_addresses import check_online
from wegwijzer.catalogue.writing import add_record, file_for
from wegwijzer.dialogue.explain import explain, profile_of, verdict
from wegwijzer.dialogue.explain import tables as match_tables
from wegwijzer.dialogue.listening import Listener
from wegwijzer.drawing.page import write_map
from wegwijzer.evaluation.benchmark import benchmark
from wegwijzer.evaluation.bot import Bot
from wegwijzer.evaluation.candidates import CANDIDATES
from wegwijzer.evaluation.catalogue_benchmark import benchmark_catalogue
from wegwijzer.evaluation.compare import CROSSED, DIET, DIET_EPOCHS, ComparisonFailed, compare, cross_validate
from wegwijzer.evaluation.matches import match_personas, matches_table
from wegwijzer.evaluation.model_card import CARD, TEMPLATE, comparison_table, measure_product, read_figures, render, write_figures
from wegwijzer.evaluation.personas import read_personas
from wegwijzer.evaluation.run import Report, evaluate
from wegwijzer.evaluation.simulation import PAGE, QUESTIONS, RESIDENTS, headline, render_page, simulate, ways_table
from wegwijzer.evaluation.simulation import TEMPLATE as QUESTIONS_TEMPLATE
from wegwijzer.evaluation.spelling import evaluate_spelling, read_pairs
from wegwijzer.matching.moment import Moment
from wegwijzer.matching.opening_hours import AMSTERDAM
from wegwijzer.paths import CATALOGUE, DOMAIN, EVALUATION, ROOT, VAR
from wegwijzer.privacy.retention import purge_conversations
from wegwijzer.product.checks import run_checks
from wegwijzer.product.processes import CannotStart, action_server, free_ports, running, wait_until_ready
from wegwijzer.product.training import current_model, train
from wegwijzer.settings import Settings
from wegwijzer.understanding.antwoorden import AnswerFinder
from wegwijzer.understanding.cues import load_cues
from wegwijzer.understanding.spelling import Speller
from wegwijzer.understanding.wijk import WijkFinder
from wegwijzer.understanding.words import WORDS, write_words

SPELLING_PAIRS = EVALUATION / "eigen" / "spelling.yml"

CATALOGUE_PAGE = VAR / "catalogue" / "catalogue.html"

DRAFT = VAR / "catalogue" / "concept.yml"

PURGE_EVERY = 3600.0
"""Seconds between two rounds of deleting old conversations."""

MOMENT_FORMATS = ["%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M", "%Y-%m-%d"]

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


@app.command("simulate")
def simulate_command(
    residents: Annotated[int, typer.Option(min=1, help="How many to draw for each population and seed.")] = RESIDENTS,
    write: Annotated[bool, typer.Option(help="Keep the figures and write docs/questions.md.")] = False,
    measure: Annotated[bool, typer.Option(help="Measure first; without, only write the page again.")] = True,
) -> None:
    """Measure which questions are asked and what they bring, on made-up residents; needs no running bot.

    The last line of output is one JSON object with the figures.
    """
    try:
        if measure:
            with _progress() as progress:
                figures = simulate(load_catalogue(CATALOGUE), residents, _teller(progress))
            if write:
                write_figures(QUESTIONS, figures)
        figures = figures if measure else read_figures()[QUESTIONS]
        if write or not measure:
            PAGE.write_text(render_page(figures, QUESTIONS_TEMPLATE.read_text(encoding="utf-8")), encoding="utf-8")
            say.print(f"Written: {PAGE}")
    except KeyError:
        _fail("Nothing was measured yet; run: wegwijzer simulate --write")
    except (CatalogueError, ValueError, OSError) as error:
        _fail(str(error))
    for population in figures["populations"].values():
        print(f"\n{population['title']}\n\n{ways_table(population)}")
    print(json.dumps({key: round(value, 4) for key, value in headline(figures).items()}))


@app.command("benchmark")
def benchmark_command(
    talks: int = 10,
    long_talk: int = 60,
    suggestions: Annotated[int, typer.Option(min=2, help="How many suggestions from the large catalogue.")] = 2000,
    catalogue: Annotated[bool, typer.Option(help="Only the large catalogue; needs no running bot.")] = False,
) -> None:
    """Measure start-up, turns, long conversations, and a suggestion from ten thousand offers. Last line: one JSON object."""
    try:
        with _progress() as progress:
            figures = _benchmark_catalogue(suggestions, _teller(progress))
        if not catalogue:
            with _own_product("benchmark") as (settings, seconds), _progress() as progress:
                figures = {"ready_s": seconds, **benchmark(Bot(settings), talks, long_talk, _teller(progress)), **figures}
    except (CannotStart, CatalogueError, StoreUnavailable, ValueError, OSError) as error:
        _fail(str(error))
    print(json.dumps({key: round(value, 2) for key, value in figures.items()}))


@app.command("match")
def match_command(
    voor_wie: Annotated[str, typer.Option(help="zelf, ander of helpen.")] = "zelf",
    halte: Annotated[list[str] | None, typer.Option(help="Een thema; meer mag, het belangrijkste eerst.")] = None,
    gemis: Annotated[str | None, typer.Option(help="mensen, iemand of beide.")] = None,
    wijk: Annotated[str | None, typer.Option(help="Id van een wijk.")] = None,
    leeftijd: Annotated[int | None, typer.Option(min=0, max=120, help="In jaren.")] = None,
    vorm: Annotated[str | None, typer.Option(help="een_op_een, groep, bellen, online of eropuit.")] = None,
    drempel: Annotated[list[str] | None, typer.Option(help="Wat de stap lastig maakt; meer mag.")] = None,
    taal: Annotated[str | None, typer.Option(help="Taalcode, zoals ar.")] = None,
    groep: Annotated[list[str] | None, typer.Option(help="Id van een groep; meer mag.")] = None,
    noemt: Annotated[list[str] | None, typer.Option(help="Een woord dat iemand zelf noemde, zoals moskee; meer mag.")] = None,
    op: Annotated[datetime | None, typer.Option(help="Op welk moment; anders nu.", formats=MOMENT_FORMATS)] = None,
    aantal: Annotated[int, typer.Option(min=1, max=20, help="Hoeveel je wilt zien.")] = 5,
    personas: Annotated[Path | None, typer.Option(help="Bestand met persona's: laat zien wat elk van hen krijgt.")] = None,
) -> None:
    """Laat zien wat Wegwijzer bij deze antwoorden zou noemen, en waarom."""
    moment = Moment(op.replace(tzinfo=AMSTERDAM) if op else datetime.now(AMSTERDAM), _settings().verified_within_months)
    try:
        city = load_catalogue(CATALOGUE)
        if personas is not None:
            _show(matches_table(match_personas(read_personas(personas), city, _listener(city), moment), city))
            return
        profile = profile_of(
            city,
            voor_wie=voor_wie,
            haltes=halte or (),
            gemis=gemis,
            wijk=wijk,
            leeftijd=leeftijd,
            vorm=vorm,
            drempels=drempel or (),
            taal=taal,
            groepen=groep or (),
            noemt=noemt or (),
        )
    except (CatalogueError, ValueError, OSError) as error:
        _fail(str(error))
    except (yaml.YAMLError, TypeError, KeyError) as error:
        _fail(f"{personas} is geen bestand met persona's zoals tests/evaluation/personas.yml: {error}")
    explained = explain(profile, city, moment, aantal)
    if explained.ranked:
        _show(*match_tables(explained, city, aantal))
    print(verdict(explained))


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
    hsds: Annotated[
        Path | None, typer.Option(help="Map voor HSDS 3.0 (Open Referral): CSV met datapackage.json, en JSON.")
    ] = None,
    standard: Annotated[Path | None, typer.Option(help="Map met de schema's van HSDS, om daarna tegen te controleren.")] = None,
    xlsx: Annotated[Path | None, typer.Option(help="Bestand voor Excel of LibreOffice, zoals catalogus.xlsx.")] = None,
    csv: Annotated[Path | None, typer.Option(help="Map voor CSV-bestanden die je in een rekenblad kunt openen.")] = None,
) -> None:
    """Schrijf de catalogus als rekenblad, om hem daarin bij te werken, of als HSDS, voor anderen."""
    if not (hsds or xlsx or csv):
        _fail("Zeg waarheen: --xlsx bestand, --csv map of --hsds map.")
    problems: list[Problem] = []
    try:
        catalogue = load_catalogue(CATALOGUE)
        written = export_hsds(catalogue, hsds) if hsds else []
        written += [export_xlsx(catalogue, xlsx)] if xlsx else []
        written += export_csv(catalogue, csv) if csv else []
        for path in written:
            print(path)
        problems = list(against_standard(hsds, standard)) if hsds and standard else []
    except OSError as error:
        _fail(f"De bestanden kunnen niet geschreven worden: {error}")
    except (CatalogueError, ValueError) as error:
        _fail(str(error))
    _fail_on(problems)


@catalogue_app.command("import")
def catalogue_import(
    hsds: Annotated[Path | None, typer.Option(help="Map met een export in HSDS.")] = None,
    to: Annotated[Path | None, typer.Option(help="Bij --hsds: map voor de YAML-bestanden; niet de catalogus zelf.")] = None,
    xlsx: Annotated[Path | None, typer.Option(help="Bestand van Excel of LibreOffice dat met export gemaakt is.")] = None,
    csv: Annotated[Path | None, typer.Option(help="Map met CSV-bestanden die met export gemaakt zijn.")] = None,
    apply: Annotated[bool, typer.Option("--apply", help="Voer de veranderingen uit; zonder dit zie je ze alleen.")] = False,
    end_missing: Annotated[str, typer.Option(help="Beëindig wat niet in het rekenblad staat, met deze reden.")] = "",
) -> None:
    """Lees een rekenblad of HSDS terug: eerst zie je wat er verandert en wat er fout is; er verandert niets vanzelf."""
    if sum(source is not None for source in (hsds, xlsx, csv)) != 1:
        _fail("Zeg wat je inleest: --xlsx bestand, --csv map of --hsds map; één van de drie.")
    if hsds is None:
        if to is not None:
            _fail("--to hoort bij --hsds. Een rekenblad verandert de catalogus zelf, en pas met --apply.")
        _import_sheets(read_xlsx(xlsx) if xlsx else read_csv(csv or Path()), apply, end_missing.strip())
    elif apply or end_missing:
        _fail("--apply en --end-missing horen bij een rekenblad; HSDS komt in een nieuwe map (--to).")
    elif to is None:
        _fail("Geef bij --to een nieuwe map voor de bestanden.")
    else:
        _import_hsds(hsds, to)


def _import_hsds(hsds: Path, to: Path) -> None:
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


def _import_sheets(read: tuple[list[Grid], list[Problem]], apply: bool, end_missing: str) -> None:
    """Say what sheets would change, and change it when that is asked and nothing is wrong."""
    grids, problems = read
    _fail_on(problems)
    try:
        catalogue = load_catalogue(CATALOGUE)
        plan = plan_import(grids, catalogue, end_missing)
        written = rehearse(plan, catalogue, CATALOGUE, DOMAIN)
        for line in told(plan):
            print(line)
        _fail_on(plan.problems, "Er is niets veranderd.")
        if not plan.changes:
            print("De catalogus is al zo.")
        elif apply:
            kept = apply_sheets(written, catalogue.fingerprint, CATALOGUE, VAR / "catalogue" / "backup")
            print(f"De catalogus is bijgewerkt. De bestanden zoals ze waren staan in {kept}. Start Wegwijzer opnieuw.")
        else:
            print("Dit is een proef: er is nog niets veranderd. Klopt het? Geef dezelfde opdracht met --apply.")
    except CatalogueError as error:
        _fail_on(error.problems, "Verbeter eerst de catalogus zelf. Er is niets veranderd.")
    except ChangedMeanwhile:
        _fail("De catalogus is intussen veranderd. Er is niets geschreven; probeer het nog eens.")
    except OSError as error:
        _fail(f"De bestanden kunnen niet geschreven worden: {error}")


def _fail_on(problems: Sequence[Problem], ending: str = "") -> None:
    """Say every problem and stop, when there is one."""
    for problem in problems:
        print(problem)
    if problems:
        _fail(f"{len(problems)} dingen om te verbeteren. {ending}".strip())


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
    _show(*tables(report))
    print(f"{report.to_check} dingen om na te kijken." + (f" De pagina staat in {html}." if html else ""))
    if strict and report.to_check:
        raise typer.Exit(1)


@catalogue_app.command("new")
def catalogue_new(
    folder: Annotated[Path, typer.Argument(help="Map van de catalogus.")] = CATALOGUE,
    file: Annotated[str, typer.Option(help="Bestand in initiatives/, zoals geld.yml; anders dat van de eerste halte.")] = "",
    draft: Annotated[Path, typer.Option(help="Waar je antwoorden bewaard worden zolang het niet klaar is.")] = DRAFT,
) -> None:
    """Zet een nieuw aanbod in de catalogus: één vraag tegelijk, elk antwoord meteen nagekeken."""
    if file and not re.fullmatch(r"[a-z0-9_]+\.yml", file):
        _fail(f"'{file}' kan niet; geef bij --file een naam met kleine letters, zoals geld.yml.")
    with suppress(ImportError):
        import readline  # noqa: F401  # lets an editor move through the line with the arrow keys
    try:
        catalogue = load_catalogue(folder)
        interview = Interview(catalogue, datetime.now(AMSTERDAM).date(), _earlier(draft))
        record = Conversation(interview, input, print, lambda answers: write_draft(draft, answers)).run()
        place = f"initiatives/{file}" if file else file_for(record.haltes[0], catalogue)
        problems = add_record(record, folder, place)
    except Stopped:
        kept = f" Je antwoorden staan in {draft}. Typ hetzelfde commando om verder te gaan." if draft.exists() else ""
        print(f"\nGestopt.{kept}")
        raise typer.Exit(1) from None
    except CatalogueError as error:
        print("De catalogus heeft al fouten. Los die eerst op.")
        _fail_on(error.problems)
    except (OSError, UnicodeDecodeError) as error:
        _fail(f"Het aanbod kan niet bewaard worden: {error}")
    if problems:
        print(f"De controle vond iets. Er is niets veranderd; je antwoorden staan in {draft}.")
        _fail_on(problems)
    draft.unlink(missing_ok=True)
    shown = "Wegwijzer kan het tonen" if record.suggestable else "Wegwijzer toont het niet"
    print(f"\n{record.name} staat in {folder / place}, met de id {record.id}. De controle is goed. {shown}.")
    print("Start Wegwijzer opnieuw (make start); dan is het er voor bewoners.")


def _earlier(draft: Path) -> dict[str, str]:
    """The answers of an earlier time, when the editor wants to go on with them; else they get a name of their own."""
    answers = read_draft(draft)
    if not draft.exists():
        return {}
    try:
        go_on = bool(answers) and input(f"Er is nog een concept: {answers.get('name') or draft}. Verder gaan? (ja/nee) ")
    except (EOFError, KeyboardInterrupt, UnicodeDecodeError) as error:
        raise Stopped from error
    if go_on and go_on.strip().casefold() in ("", "j", "ja"):
        return answers
    print(f"Het oude concept staat nu in {set_aside(draft)}.")
    return {}


@catalogue_app.command("page")
def catalogue_page_command(
    folder: Annotated[Path, typer.Argument(help="Map van de catalogus.")] = CATALOGUE,
    to: Annotated[Path, typer.Option(help="Bestand om in te schrijven.")] = CATALOGUE_PAGE,
) -> None:
    """Maak één pagina van de hele catalogus, om te lezen, te doorzoeken en te printen."""
    try:
        text = catalogue_page(load_catalogue(folder), datetime.now(AMSTERDAM).date(), _settings().verified_within_months)
        to.parent.mkdir(parents=True, exist_ok=True)
        to.write_text(text, encoding="utf-8")
    except CatalogueError as error:
        _fail_on(error.problems)
    except OSError as error:
        _fail(f"De pagina kan niet geschreven worden: {error}")
    print(f"De pagina staat in {to}. Open hem in een browser.")


def _show(*parts: RenderableType) -> None:
    """Print on standard output, wide when that is not a terminal."""
    shown = Console(highlight=False)
    shown = shown if shown.is_terminal else Console(highlight=False, width=WIDE)
    for part in parts:
        shown.print(part)


def _listener(catalogue: Catalogue) -> Listener:
    answers = AnswerFinder(load_cues(CATALOGUE / "herkennen.yml"), catalogue.groepen)
    return Listener(catalogue, WijkFinder(catalogue.wijken), answers)


def _benchmark_catalogue(suggestions: int, tell: Callable[[str, int, int], None]) -> dict[str, float]:
    moment = Moment(datetime.now(AMSTERDAM), _settings().verified_within_months)
    with TemporaryDirectory() as folder:
        return benchmark_catalogue(load_catalogue(CATALOGUE), Path(folder) / "catalogue.db", moment, suggestions, tell)


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
