"""``wegwijzer learning``, ``train --candidate``, ``promote`` and ``rollback``: the quality loop for who runs the bot."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer

from wegwijzer.catalogue.loading import CatalogueError, load_catalogue
from wegwijzer.commands.output import fail, progress_bars, read_settings, say, teller
from wegwijzer.commands.running import own_product, with_model
from wegwijzer.evaluation.bot import Bot
from wegwijzer.evaluation.candidate_run import SETS
from wegwijzer.evaluation.markdown import with_block
from wegwijzer.evaluation.run import evaluate
from wegwijzer.handover.assembly import store_of
from wegwijzer.handover.models import HandoverUnavailable
from wegwijzer.learning.candidate import NothingToLearn, compare, make_candidate, tidy_up
from wegwijzer.learning.comparison import LEARNED, UNDERSTOOD, Sets, markdown, read, save, understands
from wegwijzer.learning.export import NAME, REASONS, Sieve, as_nlu
from wegwijzer.learning.promotion import WHO, Refused, go_back, promote_candidate
from wegwijzer.learning.store import LearningStore, LearningUnavailable, Taught
from wegwijzer.paths import CATALOGUE, DATA, EVALUATION, ROOT
from wegwijzer.product.processes import CannotStart
from wegwijzer.product.promoted import POINTER, NothingPromoted
from wegwijzer.product.training import base_model, current_model, train
from wegwijzer.settings import Settings
from wegwijzer.understanding.training_data import read_examples

learning_app = typer.Typer(no_args_is_help=True, help="What editors taught the bot with messages it did not understand.")
promoting_app = typer.Typer()

PAGE = ROOT / "docs" / "quality-loop.md"
BLOCK = "candidate"

KEPT_IN = DATA / "nlu" / f"{NAME}.yml"
"""Where what was learned stands when it is kept for good."""


@learning_app.command("list")
def list_command() -> None:
    """How much waits for an editor, was labelled, and can be trained; prints nothing that anybody said."""
    settings = read_settings()
    try:
        with _learning(settings) as store:
            waiting, taught = len(store.waiting()), store.labelled()
        sifted = _sieve().sift(taught)
    except (LearningUnavailable, CatalogueError, ValueError) as error:
        fail(str(error))
    print(f"{waiting} wait for an editor, {len(taught)} labelled, {len(sifted.kept)} can be trained")
    for reason, count in sorted(sifted.left_out.items()):
        print(f"{count} left out: {REASONS[reason]}")
    for (intent, haltes), count in sorted(Counter((one.intent, one.haltes) for one in sifted.kept).items()):
        print(f"{count}\t{intent}\t{' '.join(haltes)}".rstrip())


@learning_app.command("export")
def export_command(
    path: Annotated[Path, typer.Argument(help="Where to write.")] = KEPT_IN,
) -> None:
    """Write what was labelled as training data, to keep for good: read it through before you commit it."""
    settings = read_settings()
    try:
        with _learning(settings) as store:
            sifted = _sieve().sift(store.labelled())
        if not sifted.kept:
            fail("There is nothing new to write: no message was labelled that can be trained")
        # What was written before stays, also when it is kept in the database no more.
        before = [one for one in read_examples(DATA) if one.source == NAME and path.resolve() == KEPT_IN]
        path.write_text(as_nlu([*before, *sifted.kept]), encoding="utf-8")
    except (LearningUnavailable, CatalogueError, ValueError, OSError) as error:
        fail(str(error))
    print(f"{len(sifted.kept)} messages added to {path}, {sum(sifted.left_out.values())} left out")


def train_candidate(write: bool = False) -> None:
    """Train a candidate with what was labelled, measure it and the running model, and say which is better.

    Args:
        write: put the figures in docs/quality-loop.md.
    """
    settings = read_settings()
    try:
        with _learning(settings) as store:
            taught = store.labelled()
        sieve = _sieve()
        base = base_model(settings)
        say.print("Training a candidate, and then measuring it and the running model. This takes a quarter of an hour.")
        with progress_bars() as progress:
            task = progress.add_task("starting", total=None)
            tell: Callable[[str], None] = lambda step: progress.update(task, description=step)  # noqa: E731
            candidate = make_candidate(taught, sieve, base, lambda model, data: train(settings, tell, model, [data]))
        running = _running(settings)
        comparison = compare(candidate, base, running, _measure)
        page = save(comparison)
        tidy_up(POINTER, running)
        if write:
            PAGE.write_text(with_block(PAGE.read_text(encoding="utf-8"), BLOCK, markdown(comparison)), encoding="utf-8")
    except NothingToLearn as nothing:
        fail(str(nothing))
    except (LearningUnavailable, CatalogueError, CannotStart, ValueError, OSError) as error:
        fail(str(error))
    print(markdown(comparison))
    print(f"\nReport: {page}\nUse it: wegwijzer promote {comparison.id}")


@promoting_app.command("promote")
def promote_command(
    candidate: Annotated[str, typer.Argument(help="Which candidate; the one measured last unless it is said.")] = "",
    although: Annotated[str, typer.Option(help="Why, when a guarded figure is worse; is written in the journal.")] = "",
) -> None:
    """Use a candidate from the next start on; refuses when a guarded figure is worse."""
    settings = read_settings()
    try:
        comparison = read(candidate)
        with _note(settings) as note:
            model = promote_candidate(comparison, base_model(settings), current_model(settings), note, although)
    except Refused as refused:
        for one in refused.worse:
            print(one)
        fail(str(refused))
    except (HandoverUnavailable, ValueError, OSError) as error:
        fail(str(error))
    print(f"{model.name} is used from the next start on. Back to the one before: wegwijzer rollback")


@promoting_app.command("rollback")
def rollback_command() -> None:
    """Use the model of before the last promotion from the next start on."""
    settings = read_settings()
    try:
        with _note(settings) as note:
            undone = go_back(note)
    except NothingPromoted:
        fail("Nothing was promoted: the model of our own data is used")
    except (HandoverUnavailable, ValueError, OSError) as error:
        fail(str(error))
    print(f"{undone.model} is used no more. From the next start on: {current_model(settings).name}")


def _running(settings: Settings) -> Path:
    """The model that serves people now, trained when there is none yet."""
    model = with_model(settings).model
    if not model.is_file():
        raise CannotStart(f"{model} is no file that can be compared with")
    return model


def _measure(name: str, model: Path, learned: Sequence[Taught]) -> Sets:
    haltes = list(load_catalogue(CATALOGUE).haltes)
    found: dict[str, dict[str, float]] = {}
    with own_product("candidate", {"WEGWIJZER_MODEL": str(model)}) as (settings, *_), progress_bars() as progress:
        tell, bot = teller(progress), Bot(settings)
        known = [understands(bot.parse(one.text), one) for one in learned]
        found[LEARNED] = {UNDERSTOOD: sum(known) / len(known)}
        for set_name, folder in SETS.items():
            report = evaluate(bot, folder, haltes, lambda part, *done: tell(f"{name}: {set_name} {part}", *done))  # noqa: B023
            found[set_name] = {figure: float(value) for figure, value in report.figures.items()}
    return found


def _sieve() -> Sieve:
    return Sieve.of(DATA, EVALUATION, load_catalogue(CATALOGUE).haltes)


@contextmanager
def _learning(settings: Settings) -> Iterator[LearningStore]:
    store = LearningStore(settings.insight_database, days=settings.learning_days)
    try:
        yield store
    finally:
        store.close()


@contextmanager
def _note(settings: Settings) -> Iterator[Callable[[str, str], None]]:
    store = store_of(settings)
    try:
        yield lambda what, detail: store.audit.add(WHO, what, detail=detail)
    finally:
        store.close()
