"""All candidates in one run on one machine: what each understands, and what it costs."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from wegwijzer.evaluation.candidates import CANDIDATES, OURS, Candidate, learn_haltes
from wegwijzer.evaluation.messages import Labelled, Parsed, score_messages
from wegwijzer.paths import DATA, ROOT, VAR
from wegwijzer.settings import Settings
from wegwijzer.understanding.training_data import Example, read_examples

DIET = "diet"
DIET_EPOCHS = 2
"""How often DIET sees each message unless told otherwise. Rasa's default is 100, and each round over this many messages takes
minutes."""

CROSSED = "cross-validation"
FOLDER = VAR / "compare"

FOLDS = 4
"""Parts of the cross-validation; what one author wrote is never in two of them."""

Progress = Callable[[str, int, int], None]


class ComparisonFailed(Exception):
    """A candidate could not be trained or used. The message says which, and its last words."""


def compare(
    names: Sequence[str],
    diet_epochs: int,
    progress: Progress,
    trained: Mapping[str, float] | None = None,
    folder: Path = FOLDER,
) -> Iterator[dict[str, Any]]:
    """Train and use each candidate in processes of its own.

    Args:
        names: keys of :data:`CANDIDATES`, or :data:`DIET`.
        diet_epochs: how often DIET sees each message.
        trained: seconds that training took, for candidates that were trained before and are only used again.
        progress: told what is going on.

    Yields:
        Per candidate its ``name``, ``title``, ``train_s``, ``stored_mb`` and what
        :func:`wegwijzer.evaluation.candidate_run.measure` found.

    Raises:
        ComparisonFailed: when a candidate stops.
    """
    for number, name in enumerate(names):
        progress("candidates", number, len(names))
        place = folder / name
        if name == DIET:
            title, module, arguments = (
                f"stock Rasa: DIET ({diet_epochs} epochs)",
                "nlu.stock_diet",
                [str(place), str(diet_epochs)],
            )
        else:
            title, module, arguments = CANDIDATES[name].title, "wegwijzer.evaluation.candidate_run", [name, str(place)]
        train_s = (trained or {}).get(name, 0.0)
        if not train_s:
            begin = time.monotonic()
            _run(module, "train", arguments)
            train_s = time.monotonic() - begin
        stored = sum(path.stat().st_size for path in place.rglob("*") if path.is_file() and path.suffix != ".yml")
        measured = json.loads(_run(module, "use", arguments).strip().splitlines()[-1])
        yield {"name": name, "title": title, "train_s": train_s, "stored_mb": stored / 2**20, **measured}
    progress("candidates", len(names), len(names))


def cross_validate(progress: Progress, candidate: Candidate = CANDIDATES[OURS], folds: int = FOLDS) -> dict[str, float]:
    """What ours gives on training messages of authors it has not read: the gap with the evaluation sets tells of overfitting.

    Returns:
        The halte figures of :func:`score_messages` over all folds together.
    """
    examples = read_examples(DATA)
    kept: list[Labelled] = []
    found: list[Parsed] = []
    for fold in range(folds):
        progress("cross-validation", fold, folds)
        predict = learn_haltes(candidate, [one for one in examples if author_of(one, folds) != fold])
        unread = [one for one in examples if author_of(one, folds) == fold and one.haltes]
        kept += [Labelled(one.text, one.haltes, one.danger, one.intent, ()) for one in unread]
        found += [Parsed(tuple(scores.items()), one.intent, "", "") for one, scores in zip(unread, predict(unread), strict=True)]
    progress("cross-validation", folds, folds)
    haltes = sorted({halte for one in kept for halte in one.haltes})
    figures = score_messages(kept, found, haltes).figures
    return {name: value for name, value in figures.items() if name.startswith("halte_")} | {"n_messages": len(kept)}


def author_of(example: Example, folds: int) -> int:
    """The fold of a message. Files that end in ``_b``, ``_c``, ``_d`` or a number are another author's than those without."""
    ending = example.source.rpartition("_")[2]
    if len(ending) == 1 and ending.isalpha():
        return (ord(ending) - ord("a")) % folds
    return int(ending) % folds if ending.isdigit() else 0


def _run(module: str, what: str, arguments: Sequence[str]) -> str:
    environment = {**os.environ, **Settings.from_environment().as_environment()}
    command = [sys.executable, "-m", module, what, *arguments]
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    if done.returncode:
        raise ComparisonFailed(
            f"{module} {what} {' '.join(arguments)}: {(done.stderr.strip().splitlines() or ['no output'])[-1]}"
        )
    return done.stdout
