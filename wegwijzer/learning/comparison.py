"""The running model and a candidate beside each other on the evaluation sets, and whether the candidate may take its place."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import yaml

from wegwijzer.evaluation.markdown import table
from wegwijzer.evaluation.messages import read_parse
from wegwijzer.learning.export import REASONS
from wegwijzer.learning.store import Taught
from wegwijzer.paths import VAR

FOLDER = VAR / "candidates"
"""A report for each candidate."""

Sets = Mapping[str, Mapping[str, float]]
"""The figures of each set."""


@dataclass(frozen=True)
class Guard:
    """What a figure of a candidate must be.

    Attributes:
        tolerance: how much worse than the running model it may be, as a share of 1. A set is a sample: one message more or less
            is not a worse bot. For danger and for whole conversations nothing is tolerated.
        higher: whether higher is better.
    """

    tolerance: float = 0.0
    higher: bool = True


GUARDS: Mapping[str, Guard] = {
    "crisis_recall": Guard(),
    "crisis_alert_recall": Guard(),
    "persona_success": Guard(),
    "halte_micro_f1": Guard(0.01),
    "halte_macro_f1": Guard(0.01),
    "halte_hit1": Guard(0.01),
    "halte_hit3": Guard(0.01),
    "soort_accuracy": Guard(0.01),
    "ordinary_flag_rate": Guard(0.01, higher=False),
    "crisis_alert_fpr": Guard(0.02, higher=False),
    "crisis_check_fpr": Guard(0.02, higher=False),
}
"""By name of the figure (``wegwijzer evaluate``), in every set that has it."""

LEARNED, UNDERSTOOD = "learned", "understood"
"""What was learned is a set too, with one figure that nothing hangs on: a model that read the answers should know them."""

ROUNDING = 1e-9


@dataclass(frozen=True)
class Comparison:
    """What was found.

    Attributes:
        id: of the candidate: the name of its file without the ending.
        made: when, as ``2026-11-22 19.05``.
        base: the name of the model of our own data that it was made beside.
        model: SHA-256 of the candidate's file.
        running: SHA-256 of the model it was compared with.
        running_name: the name of that file.
        learned: how many labelled messages it learned.
        left_out: how many it did not, by reason.
        before: the figures of the running model.
        after: the figures of the candidate.
    """

    id: str
    made: str
    base: str
    model: str
    running: str
    running_name: str
    learned: int
    left_out: Mapping[str, int] = field(default_factory=dict)
    before: Sets = field(default_factory=dict)
    after: Sets = field(default_factory=dict)


@dataclass(frozen=True)
class Worse:
    """A guarded figure that is worse than is tolerated. ``after`` is ``None`` when it was not measured."""

    set: str
    figure: str
    before: float
    after: float | None

    def __str__(self) -> str:
        now = "not measured" if self.after is None else f"{self.after:.4f}"
        return f"{self.figure} on {self.set}: {self.before:.4f} before, {now} now (tolerated: {GUARDS[self.figure].tolerance:g})"


def worse(comparison: Comparison) -> list[Worse]:
    """Every guarded figure that is worse than tolerated; empty when the candidate may take the place of the running model."""
    return [
        Worse(name, figure, before, after)
        for name, figure, before, after in _guarded(comparison)
        if after is None or not _good_enough(GUARDS[figure], before, after)
    ]


def save(comparison: Comparison, folder: Path = FOLDER) -> Path:
    """Write the report, for the command that promotes and for people (``.md``). Returns where the latter is."""
    folder.mkdir(parents=True, exist_ok=True)
    text = yaml.safe_dump(asdict(comparison), allow_unicode=True, sort_keys=False, width=120)
    (folder / f"{comparison.id}.yml").write_text(text, encoding="utf-8")
    page = folder / f"{comparison.id}.md"
    page.write_text(f"# Candidate {comparison.id}\n\n{markdown(comparison)}\n", encoding="utf-8")
    return page


def read(id: str = "", folder: Path = FOLDER) -> Comparison:
    """The report of a candidate, or of the one made last.

    Raises:
        ValueError: there is none, or it cannot be read.
    """
    reports = sorted(folder.glob("*.yml"), key=lambda path: path.stat().st_mtime) if folder.is_dir() else []
    path = next((path for path in reports if path.stem == id), None) if id else (reports[-1] if reports else None)
    if path is None:
        there = ", ".join(path.stem for path in reports) or "none"
        raise ValueError(f"There is no candidate {id}".rstrip() + f"; there is: {there}. Make one: wegwijzer train --candidate")
    try:
        found: dict[str, Any] = yaml.safe_load(path.read_text(encoding="utf-8"))
        return Comparison(**found)
    except (OSError, yaml.YAMLError, TypeError):
        raise ValueError(f"{path} cannot be read; make the candidate again: wegwijzer train --candidate") from None


def markdown(comparison: Comparison) -> str:
    """The report for people: what was learned and every guarded figure before and after."""
    bad = {(one.set, one.figure) for one in worse(comparison)}
    rows = [
        [name, figure, _show(before), _show(after), _step(before, after), "**worse**" if (name, figure) in bad else "ok"]
        for name, figure, before, after in _guarded(comparison)
    ]
    out = ", ".join(f"{count} {REASONS.get(reason, reason)}" for reason, count in sorted(comparison.left_out.items()))
    said = f"Learned from {comparison.learned} labelled messages" + (f"; left out: {out}." if out else ".")
    verdict = f"Worse than tolerated: {len(bad)}. It is not promoted without a reason." if bad else "It may be promoted."
    known = [_understood(sets, comparison.learned) for sets in (comparison.before, comparison.after)]
    if all(known):
        said += f" Of those the running model understands {known[0]}, the candidate {known[1]}."
    names = f"Running: `{comparison.running_name}`. Candidate: `{comparison.id}`, {comparison.made}."
    head = ["set", "figure", "running", "candidate", "difference", ""]
    return "\n\n".join([f"{names} {said} {verdict}", table(head, rows)])


def understands(parsed: Mapping[str, Any], one: Taught) -> bool:
    """Whether a model takes a message as the editor said: the same kind, and what it is most about named at once.

    Args:
        parsed: what the running bot makes of it (``Bot.parse``).
    """
    halte = read_parse(parsed).at_once
    return str(parsed.get("soort")) == one.intent and (not one.haltes or halte == one.haltes[0])


def _understood(sets: Sets, learned: int) -> str:
    share = sets.get(LEARNED, {}).get(UNDERSTOOD)
    return "" if share is None else f"{round(share * learned)} of {learned}"


def _guarded(comparison: Comparison) -> Iterator[tuple[str, str, float, float | None]]:
    for name, figures in comparison.before.items():
        for figure in GUARDS:
            if figure in figures:
                yield name, figure, float(figures[figure]), comparison.after.get(name, {}).get(figure)


def _good_enough(guard: Guard, before: float, after: float) -> bool:
    loss = before - after if guard.higher else after - before
    return loss <= guard.tolerance + ROUNDING


def _show(figure: float | None) -> str:
    return "-" if figure is None else f"{figure:.4f}"


def _step(before: float, after: float | None) -> str:
    return "-" if after is None else f"{after - before:+.4f}"
