"""Making a candidate: a model of our own data and of what editors labelled, beside the model that serves people."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from wegwijzer.learning.comparison import Comparison, Sets
from wegwijzer.learning.export import NAME, Sieve, Sifted, as_nlu
from wegwijzer.learning.store import Taught
from wegwijzer.matching.opening_hours import AMSTERDAM
from wegwijzer.product.kept_model import BrokenModel, check_model
from wegwijzer.product.promoted import CANDIDATES, digest_of, read_history

KEPT = 3
"""Candidates that are kept besides those that were promoted: in each stand the messages it learned."""

Train = Callable[[Path, Path], object]
"""Trains a model: where to put it, and a folder with what was learned."""

Measure = Callable[[str, Path, Sequence[Taught]], Sets]
"""Measures a model on the evaluation sets and on what was learned: a name for who looks on, its file, and the messages."""


class NothingToLearn(Exception):
    """No labelled message can be trained. The message says why."""


@dataclass(frozen=True)
class Candidate:
    """A candidate that was trained.

    Attributes:
        model: its file; the name without the ending is its id.
        sifted: what it learned.
    """

    model: Path
    sifted: Sifted

    @property
    def id(self) -> str:
        """The name of its file without the ending."""
        return self.model.name.removesuffix(".tar.gz")


def make_candidate(taught: Sequence[Taught], sieve: Sieve, base: Path, train: Train, folder: Path = CANDIDATES) -> Candidate:
    """Train a candidate. The same messages beside the same data give the same name, and are not trained again.

    Raises:
        NothingToLearn: no message can be trained.
        wegwijzer.product.processes.CannotStart: training failed.
    """
    sifted = sieve.sift(taught)
    if not sifted.kept:
        raise NothingToLearn(
            "There is nothing to learn: no message was labelled in the console that can be trained"
            + (f" ({sum(sifted.left_out.values())} left out, see: wegwijzer learning list)" if sifted.left_out else "")
        )
    data = as_nlu(sifted.kept)
    learned = hashlib.sha256(data.encode()).hexdigest()[:8]
    model = folder / f"{base.name.removesuffix('.tar.gz')}-{learned}.tar.gz"
    if model.is_file() and _sound(model):
        return Candidate(model, sifted)
    folder.mkdir(parents=True, exist_ok=True)
    # What residents said stands in a file of its own only while it is read.
    with TemporaryDirectory(prefix="wegwijzer-") as place:
        (Path(place) / f"{NAME}.yml").write_text(data, encoding="utf-8")
        train(model, Path(place))
    return Candidate(model, sifted)


def compare(candidate: Candidate, base: Path, running: Path, measure: Measure) -> Comparison:
    """Measure the running model and the candidate on the same sets, one after the other.

    Raises:
        OSError: a model cannot be read.
    """
    return Comparison(
        id=candidate.id,
        made=datetime.now(AMSTERDAM).strftime("%Y-%m-%d %H.%M"),
        base=base.name,
        model=digest_of(candidate.model),
        running=digest_of(running),
        running_name=running.name.removesuffix(".tar.gz"),
        learned=len(candidate.sifted.kept),
        left_out=candidate.sifted.left_out,
        before=measure("running", running, candidate.sifted.kept),
        after=measure("candidate", candidate.model, candidate.sifted.kept),
    )


def _sound(model: Path) -> bool:
    try:
        check_model(model)
    except BrokenModel:
        return False
    return True


def tidy_up(pointer: Path, running: Path, folder: Path = CANDIDATES, kept: int = KEPT) -> list[Path]:
    """Delete old candidates: all but the newest, those in the history of promotions and the one that runs. Returns which."""
    try:
        needed = {one.model for one in read_history(pointer)}
    except ValueError:
        return []  # better too much kept than what is used thrown away
    newest = sorted(folder.glob("*.tar.gz"), key=lambda path: path.stat().st_mtime, reverse=True)
    gone = [path for path in newest[kept:] if path.name not in needed and path != running]
    for path in gone:
        path.unlink(missing_ok=True)
    return gone
