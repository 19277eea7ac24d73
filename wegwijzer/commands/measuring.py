"""Commands that measure: understanding, conversations, questions, speed, and what is suggested."""

from __future__ import annotations

import asyncio
import json
import statistics
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated

import typer
import yaml
from rich.table import Table

from wegwijzer.catalogue.loading import Catalogue, CatalogueError, load_catalogue
from wegwijzer.catalogue.store import StoreUnavailable
from wegwijzer.commands.output import fail, progress_bars, read_settings, say, show, teller
from wegwijzer.commands.running import own_product
from wegwijzer.dialogue.explain import explain, profile_of, verdict
from wegwijzer.dialogue.explain import tables as match_tables
from wegwijzer.dialogue.listening import Listener
from wegwijzer.evaluation.benchmark import SCRIPT, benchmark
from wegwijzer.evaluation.bot import Bot
from wegwijzer.evaluation.candidates import CANDIDATES
from wegwijzer.evaluation.catalogue_benchmark import benchmark_catalogue
from wegwijzer.evaluation.compare import CROSSED, DIET, DIET_EPOCHS, ComparisonFailed, compare, cross_validate
from wegwijzer.evaluation.crowd import Talked
from wegwijzer.evaluation.faults import FaultRunFailed
from wegwijzer.evaluation.faults import Report as FaultReport
from wegwijzer.evaluation.faults import run as run_faults
from wegwijzer.evaluation.markdown import with_block
from wegwijzer.evaluation.matches import match_personas, matches_table
from wegwijzer.evaluation.model_card import CARD, TEMPLATE, comparison_table, measure_product, read_figures, render, write_figures
from wegwijzer.evaluation.personas import read_personas
from wegwijzer.evaluation.redaction import RedactionReport, evaluate_redaction, rates_table, read_labelled
from wegwijzer.evaluation.run import Report, evaluate
from wegwijzer.evaluation.simulation import PAGE, QUESTIONS, RESIDENTS, headline, render_page, simulate, ways_table
from wegwijzer.evaluation.simulation import TEMPLATE as QUESTIONS_TEMPLATE
from wegwijzer.evaluation.speed import NeverHeard, as_many_as_they_can, curve, measure, memory_mb, rounds_table, speed_table
from wegwijzer.evaluation.spelling import evaluate_spelling, read_pairs
from wegwijzer.evaluation.starter_bot import BARE_SCRIPT, running_starter
from wegwijzer.evaluation.starter_bot import SCRIPT as STARTER_SCRIPT
from wegwijzer.evaluation.throughput import SERVERS, throughput, throughput_table
from wegwijzer.evaluation.whatsapp_benchmark import PEOPLE, benchmark_whatsapp
from wegwijzer.graph_double.running import running as running_double
from wegwijzer.graph_double.server import Double
from wegwijzer.graph_double.settings import environment as whatsapp_environment
from wegwijzer.graph_double.settings import webhook
from wegwijzer.graph_double.world import World
from wegwijzer.matching.moment import Moment
from wegwijzer.matching.opening_hours import AMSTERDAM
from wegwijzer.paths import CATALOGUE, DATA, EVALUATION, ROOT, VAR
from wegwijzer.privacy.redaction import Redactor, own_redactor
from wegwijzer.product.processes import CannotStart
from wegwijzer.understanding.antwoorden import AnswerFinder
from wegwijzer.understanding.cues import load_cues
from wegwijzer.understanding.spelling import Speller
from wegwijzer.understanding.training_data import read_examples
from wegwijzer.understanding.wijk import WijkFinder

measuring_app = typer.Typer()

SPELLING_PAIRS = EVALUATION / "eigen" / "spelling.yml"
PERSONAL_MESSAGES = ROOT / "tests" / "privacy" / "messages.yml"
PRIVACY_PAGE = ROOT / "docs" / "privacy.md"
SPEED_PAGE = ROOT / "docs" / "speed.md"

OURS, STARTER = "Wegwijzer", "the starter bot"

REDACTION_SETS = ("blind", "messages", "vreemd", "vreemd2", "vreemd3")
"""In this order on that page. Nobody tuned on ``blind``."""

MOMENT_FORMATS = ["%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M", "%Y-%m-%d"]


@measuring_app.command("evaluate")
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
        with own_product("evaluation") as (settings, *_), progress_bars() as progress:
            report = evaluate(Bot(settings), folder, haltes, teller(progress))
    except (CannotStart, CatalogueError, ValueError, OSError) as error:
        fail(str(error))
    failures = VAR / "evaluation" / "failures.yml"
    report.save_failures(failures)
    if conversations:
        for name, script in report.details.get("personas", {}).items():
            print(f"\n=== {name}\n{script}")
    _tables(report)
    print(json.dumps({key: round(value, 4) for key, value in report.figures.items()} | {"failures": str(failures)}))


@measuring_app.command("model-card")
def model_card_command(
    measure: Annotated[bool, typer.Option(help="Measure the product first; without, only write the page again.")] = True,
) -> None:
    """Measure the product on all four sets and write docs/model_card.md from what was measured."""
    try:
        if measure:
            with own_product("evaluation") as (settings, seconds, _), progress_bars() as progress:
                write_figures("understanding", measure_product(Bot(settings), seconds, teller(progress)))
        CARD.write_text(render(read_figures(), TEMPLATE.read_text(encoding="utf-8")), encoding="utf-8")
    except (CannotStart, CatalogueError, ValueError, KeyError, OSError) as error:
        fail(f"The model card cannot be made: {error!r}")
    print(CARD)


@measuring_app.command("evaluate-spelling")
def evaluate_spelling_command(
    pairs: Annotated[Path, typer.Argument(help="File with 'fouten' (text, meant) and 'goed' (text).")] = SPELLING_PAIRS,
) -> None:
    """Measure how typed Dutch is mended; needs no running bot. The last line of output is one JSON object."""
    try:
        report = evaluate_spelling(Speller.of(load_catalogue(CATALOGUE)), read_pairs(pairs))
    except (CatalogueError, ValueError, OSError) as error:
        fail(str(error))
    for typed, made, meant in report.failures:
        print(f"{typed} > {made} (meant: {meant})")
    print(json.dumps({key: round(value, 4) for key, value in report.figures.items()}))


@measuring_app.command("evaluate-redaction")
def evaluate_redaction_command(
    labelled: Annotated[Path, typer.Option("--set", help="File with messages and what is personal in them.")] = PERSONAL_MESSAGES,
    failures: Annotated[bool, typer.Option(help="Also list misses, false alarms, and training messages touched.")] = False,
    write: Annotated[
        bool, typer.Option("--write", help="Measure on all our sets, and put the table in docs/privacy.md.")
    ] = False,
) -> None:
    """Measure how personal data are crossed out; needs no running bot. The last line of output is one JSON object."""
    try:
        redactor = own_redactor()
        if write:
            _write_redaction(redactor)
            return
        training = [example.text for example in read_examples(DATA)]
        report = evaluate_redaction(redactor, read_labelled(labelled), training)
    except (CatalogueError, ValueError, OSError) as error:
        fail(str(error))
    _redaction_table(report)
    if failures:
        for what, kind, words, around in report.failures:
            print(f"{what} {kind}: {words} | {around}")
        for text in training:
            if found := redactor.find(text):
                print(f"training: {', '.join(text[one.start : one.end] for one in found)} | {text}")
    print(json.dumps({key: round(value, 4) for key, value in report.figures.items()}))


@measuring_app.command("simulate")
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
            with progress_bars() as progress:
                figures = simulate(load_catalogue(CATALOGUE), residents, teller(progress))
            if write:
                write_figures(QUESTIONS, figures)
        figures = figures if measure else read_figures()[QUESTIONS]
        if write or not measure:
            PAGE.write_text(render_page(figures, QUESTIONS_TEMPLATE.read_text(encoding="utf-8")), encoding="utf-8")
            say.print(f"Written: {PAGE}")
    except KeyError:
        fail("Nothing was measured yet; run: wegwijzer simulate --write")
    except (CatalogueError, ValueError, OSError) as error:
        fail(str(error))
    for population in figures["populations"].values():
        print(f"\n{population['title']}\n\n{ways_table(population)}")
    print(json.dumps({key: round(value, 4) for key, value in headline(figures).items()}))


@measuring_app.command("benchmark")
def benchmark_command(
    talks: int = 10,
    long_talk: int = 60,
    suggestions: Annotated[int, typer.Option(min=2, help="How many suggestions from the large catalogue.")] = 2000,
    people: Annotated[int, typer.Option(min=1, help="How many talk on WhatsApp at once.")] = PEOPLE,
    catalogue: Annotated[bool, typer.Option(help="Only the large catalogue; needs no running bot.")] = False,
    whatsapp: Annotated[bool, typer.Option(help="Only many at once on WhatsApp.")] = False,
    starter: Annotated[bool, typer.Option(help="Only beside the framework's own starter bot.")] = False,
    processes: Annotated[bool, typer.Option(help="Only one, two and four Rasa servers on PostgreSQL and Redis.")] = False,
    write: Annotated[bool, typer.Option("--write", help="Put the tables in docs/speed.md.")] = False,
) -> None:
    """Measure start-up, turns, long talks, many at once on WhatsApp, a large catalogue. Last line: one JSON object."""
    figures: dict[str, float] = {}
    try:
        if not (catalogue or whatsapp or processes):
            figures = _beside_starter(write)
        if processes:
            figures = _processes(write)
        if not (whatsapp or starter or processes):
            with progress_bars() as progress:
                figures |= _benchmark_catalogue(suggestions, teller(progress))
        if not (catalogue or starter or processes):
            figures = _benchmark_bot(talks, long_talk, people, whatsapp) | figures
    except (CannotStart, CatalogueError, StoreUnavailable, ValueError, OSError) as error:
        fail(str(error))
    print(json.dumps({key: round(value, 2) for key, value in figures.items()}))


@measuring_app.command("faults")
def faults_command(
    conversations: Annotated[int, typer.Option(min=1, help="How many to hold.")] = 200,
    seed: Annotated[int, typer.Option(help="Of what breaks when; the timing of the machine has a part in it too.")] = 1,
    url: Annotated[str | None, typer.Option(help="A running product, which is not killed; otherwise an own server.")] = None,
) -> None:
    """Hold conversations of the web chat while lines break, pages reload and the server is killed. Last line: one JSON object.

    Ends with 1 when a message or an answer was lost, doubled or out of order on any page.
    """
    try:
        with progress_bars() as progress:
            report = asyncio.run(run_faults(conversations, seed, teller(progress), url))
    except (FaultRunFailed, CannotStart, OSError) as error:
        fail(str(error))
    _fault_tables(report)
    print(json.dumps({"seed": seed, **report.figures()}))
    if report.problems:
        raise typer.Exit(1)


@measuring_app.command("match")
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
    moment = Moment(op.replace(tzinfo=AMSTERDAM) if op else datetime.now(AMSTERDAM), read_settings().verified_within_months)
    try:
        city = load_catalogue(CATALOGUE)
        if personas is not None:
            show(matches_table(match_personas(read_personas(personas), city, _listener(city), moment), city))
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
        fail(str(error))
    except (yaml.YAMLError, TypeError, KeyError) as error:
        fail(f"{personas} is geen bestand met persona's zoals tests/evaluation/personas.yml: {error}")
    explained = explain(profile, city, moment, aantal)
    if explained.ranked:
        show(*match_tables(explained, city, aantal))
    print(verdict(explained))


def _listener(catalogue: Catalogue) -> Listener:
    answers = AnswerFinder(load_cues(CATALOGUE / "herkennen.yml"), catalogue.groepen)
    return Listener(catalogue, WijkFinder(catalogue.wijken), answers)


def _beside_starter(write: bool) -> dict[str, float]:
    """Ours and the starter bot, one after the other: both at once would measure each other."""
    with progress_bars() as progress, own_product("benchmark") as own:
        tell, bot = teller(progress), Bot(own.settings)
        talked = Talked([bot.address], SCRIPT, bot.authorization)
        ours = asyncio.run(measure(talked, tell))
        long = asyncio.run(curve(talked, tell))
        server = next(part.process.pid for part in own.parts if part.process and part.name == "Rasa server")
        ours |= {"ready_s": own.seconds, "memory_mb": memory_mb(server)}
        with running_starter() as run, running_starter(bare=True) as bare:
            starter = asyncio.run(measure(Talked([run.address], STARTER_SCRIPT), tell))
            starter |= {"ready_s": run.ready_s, "memory_mb": memory_mb(run.pid)}
            bots = {
                STARTER: Talked([run.address], STARTER_SCRIPT),
                OURS: talked,
                f"{OURS}, no sentence twice": Talked([bot.address], NeverHeard(SCRIPT), bot.authorization),
                "the starter bot without anything that understands or chooses": Talked([bare.address], BARE_SCRIPT),
            }
            rounds = asyncio.run(as_many_as_they_can(bots, tell))
    ours["turns_per_s"], starter["turns_per_s"] = (statistics.median(rounds[name]) for name in (OURS, STARTER))
    _speed_block("starter", speed_table(ours, starter), write)
    _speed_block("floor", rounds_table(rounds, STARTER), write)
    _speed_block("curve", long, write)
    return ours | {f"starter_{name}": value for name, value in starter.items()}


def _processes(write: bool) -> dict[str, float]:
    """More servers, one layout after the other."""
    with progress_bars() as progress:
        measured = [asyncio.run(throughput(servers, teller(progress))) for servers in SERVERS]
    _speed_block("processes", throughput_table(measured), write)
    return {f"{name}_at_{one['servers']}": value for one in measured for name, value in one.items() if name != "servers"}


def _speed_block(name: str, shown: str, write: bool) -> None:
    print(shown)
    if write:
        SPEED_PAGE.write_text(with_block(SPEED_PAGE.read_text(encoding="utf-8"), name, shown), encoding="utf-8")


def _benchmark_bot(talks: int, long_talk: int, people: int, only_whatsapp: bool = False) -> dict[str, float]:
    """Everything that needs the running bot; on WhatsApp it talks with the double."""
    # The limit that Meta sets per person, and its statuses, are not what is measured.
    double = Double(world=World(pair_limit=False))
    with running_double(double) as thread, own_product("benchmark", whatsapp_environment(double)) as own:
        double.connect(webhook(own.settings))
        with progress_bars() as progress:
            tell = teller(progress)
            figures = {"ready_s": own.seconds}
            if not only_whatsapp:
                figures |= benchmark(Bot(own.settings), talks, long_talk, tell)
            return figures | thread.do(benchmark_whatsapp(double, tell, people), within=3600)


def _benchmark_catalogue(suggestions: int, tell: Callable[[str, int, int], None]) -> dict[str, float]:
    moment = Moment(datetime.now(AMSTERDAM), read_settings().verified_within_months)
    with TemporaryDirectory() as folder:
        return benchmark_catalogue(load_catalogue(CATALOGUE), Path(folder) / "catalogue.db", moment, suggestions, tell)


def _compare(only: list[str], diet_epochs: int, use_trained: bool) -> None:
    """Compare candidates and cross-validate ours; keeps the figures for the model card."""
    before = {row["name"]: row for row in read_figures().get("comparison", [])}
    trained = {name: row["train_s"] for name, row in before.items()} if use_trained else {}
    names = only or [*CANDIDATES, *([] if use_trained else [CROSSED]), DIET]
    if unknown := set(names) - {DIET, CROSSED, *CANDIDATES}:
        fail(f"No such candidate: {', '.join(sorted(unknown))}. There are: {', '.join([DIET, CROSSED, *CANDIDATES])}")
    try:
        with progress_bars() as progress:
            known = before if only else {}
            if CROSSED in names:
                write_figures("cross_validation", cross_validate(teller(progress)))
            for row in compare([name for name in names if name != CROSSED], diet_epochs, teller(progress), trained):
                known[row["name"]] = row
                write_figures("comparison", [known[name] for name in (DIET, *CANDIDATES) if name in known])
    except (ComparisonFailed, ValueError, OSError) as error:
        fail(str(error))
    print(comparison_table(list(known.values())))


def _fault_tables(report: FaultReport) -> None:
    table = Table(title="broken lines")
    table.add_column("")
    table.add_column("times", justify="right")
    for name, count in report.figures().items():
        table.add_row(name.replace("_", " "), str(count))
    say.print(table)
    for problem in report.problems:
        say.print(problem, markup=False, soft_wrap=True)


def _write_redaction(redactor: Redactor) -> None:
    folder = PERSONAL_MESSAGES.parent
    reports = {name: evaluate_redaction(redactor, read_labelled(folder / f"{name}.yml")) for name in REDACTION_SETS}
    page = PRIVACY_PAGE.read_text(encoding="utf-8")
    PRIVACY_PAGE.write_text(with_block(page, "redaction", rates_table(reports)), encoding="utf-8")
    say.print(f"Written: {PRIVACY_PAGE}")


def _redaction_table(report: RedactionReport) -> None:
    table = Table(title="crossed out")
    for column in ("kind", "in the set", "found", "recall", "crossed out", "right", "precision"):
        table.add_column(column, justify="left" if column == "kind" else "right")
    for kind, rates in report.kinds.items():
        counts = (str(round(rates[name])) for name in ("gold", "found"))
        others = (str(round(rates[name])) for name in ("redacted", "right"))
        table.add_row(kind, *counts, f"{rates['recall']:.3f}", *others, f"{rates['precision']:.3f}")
    show(table)


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
