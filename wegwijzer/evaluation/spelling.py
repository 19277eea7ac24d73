"""How well typed Dutch is mended: the share of errors fixed, and the share of right text that is damaged."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from wegwijzer.understanding.spelling import Speller


@dataclass(frozen=True)
class Pairs:
    """A set to measure with.

    Attributes:
        wrong: what is typed and what is meant.
        right: what is right as it is.
    """

    wrong: Sequence[tuple[str, str]]
    right: Sequence[str]


@dataclass
class SpellingReport:
    """The figures, and what went wrong: what was typed, what came of it, what was meant."""

    figures: dict[str, float] = field(default_factory=dict)
    failures: list[tuple[str, str, str]] = field(default_factory=list)


def read_pairs(path: Path) -> Pairs:
    """Read a set. Raises ``ValueError`` when it is not in the expected form."""
    try:
        data: Mapping[str, Any] = yaml.safe_load(path.read_text(encoding="utf-8"))
        return Pairs(
            [(str(pair["text"]), str(pair["meant"])) for pair in data["fouten"]], [str(one["text"]) for one in data["goed"]]
        )
    except (yaml.YAMLError, KeyError, TypeError) as error:
        raise ValueError(
            f"{path} is not a set of spelling pairs ('fouten' with text and meant, and 'goed' with text): {error}"
        ) from error


def evaluate_spelling(speller: Speller, pairs: Pairs) -> SpellingReport:
    """Measure. A message counts as fixed or damaged as a whole."""
    speller.normalise("warm")
    begin = time.perf_counter()
    wrong = [(typed, speller.normalise(typed), meant) for typed, meant in pairs.wrong]
    right = [(typed, speller.normalise(typed), typed) for typed in pairs.right]
    seconds = time.perf_counter() - begin
    failures = [row for row in wrong + right if row[1] != row[2]]
    fixed, damaged = sum(row[1] == row[2] for row in wrong), sum(row[1] != row[2] for row in right)
    made_worse = sum(row[1] not in (row[0], row[2]) for row in wrong)
    figures = {
        "fixed": fixed / max(1, len(wrong)),
        "made_otherwise": made_worse / max(1, len(wrong)),
        "damaged": damaged / max(1, len(right)),
        "ms_per_message": 1000 * seconds / max(1, len(wrong) + len(right)),
        "n_wrong": len(wrong),
        "n_right": len(right),
    }
    return SpellingReport(figures, failures)
