"""What editors labelled as training data of Rasa: judged once more, in the form of ``data/nlu``, in an order that stays.

Judged is what must be true of all our training messages (``tests/unit/test_training_data.py``): none of them is a line of the
evaluation, none stands under two intents, none holds what Rasa reads as markup.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import yaml
from rapidfuzz import fuzz, process

from wegwijzer.learning.labels import NoLabel, make_label
from wegwijzer.learning.store import LONGEST, Taught
from wegwijzer.understanding.crisis import find_danger
from wegwijzer.understanding.features import tidy
from wegwijzer.understanding.training_data import NONE, Example, read_examples

NAME = "geleerd"
"""The file of what was learned, without its ending."""

ALIKE = 90
"""How alike (0 to 100) a message and a line of the evaluation may not be, by rapidfuzz's ``ratio``."""

SHORT = 15
"""Anybody says "ja" or "weet ik niet" in the same words: only longer texts are compared with the evaluation."""

MOST_DIGITS = 9
"""A telephone number has more."""

REASONS: Mapping[str, str] = {
    "exam": "nearly a line of the evaluation",
    "danger": "about danger",
    "known": "known already",
    "conflict": "known with another meaning",
    "label": "its intent or halte does not exist any more",
    "text": "nothing that can be trained",
}
"""Why a labelled message is left out."""

_CROSSED_OUT = re.compile(r"\[[^\[\]]*\]")
_MARKUP = str.maketrans("", "", "[]{}")


@dataclass(frozen=True)
class Sifted:
    """What is left.

    Attributes:
        kept: what is trained, with its text as it is trained.
        left_out: how many messages for which of :data:`REASONS`.
    """

    kept: tuple[Taught, ...]
    left_out: Mapping[str, int]


class Sieve:
    """Judges labelled messages.

    Args:
        examples: the training messages that there are.
        exam: lines of the evaluation.
        haltes: the ids of the catalogue.
    """

    def __init__(self, examples: Iterable[Example], exam: Iterable[str], haltes: Collection[str]) -> None:
        self._haltes = haltes
        self._meanings: dict[str, Example] = {tidy(example.text): example for example in examples}
        self._exam = [line for line in map(tidy, exam) if len(line) > SHORT]

    @classmethod
    def of(cls, data: Path, evaluation: Path, haltes: Collection[str]) -> Sieve:
        """With the training data and the evaluation of these folders.

        Raises:
            ValueError: a file cannot be read.
        """
        return cls(read_examples(data), exam_lines(evaluation), haltes)

    def sift(self, taught: Iterable[Taught]) -> Sifted:
        """What can be trained of these, and how much cannot for which reason."""
        judged = [replace(one, text=as_trained(one.text)) for one in taught]
        exam = self._alike([one.text for one in judged])
        left_out: Counter[str] = Counter()
        kept: dict[str, Taught] = {}
        for number, one in enumerate(judged):
            reason = "exam" if number in exam else self._problem(one, kept)
            if reason:
                left_out[reason] += 1
            else:
                kept[tidy(one.text)] = one
        return Sifted(tuple(kept.values()), dict(left_out))

    def _problem(self, one: Taught, kept: Mapping[str, Taught]) -> str:
        """One of :data:`REASONS`, or nothing."""
        if not _can_be_trained(one.text):
            return "text"
        if find_danger(one.text) is not None:
            return "danger"
        try:
            make_label(one.intent, one.haltes, self._haltes)
        except NoLabel:
            return "label"
        before = self._meanings.get(tidy(one.text)) or kept.get(tidy(one.text))
        if before is None:
            return ""
        if isinstance(before, Example) and before.danger != NONE:
            return "danger"
        return "known" if (before.intent, before.haltes) == (one.intent, one.haltes) else "conflict"

    def _alike(self, texts: Sequence[str]) -> set[int]:
        """Which of the texts are nearly a line of the evaluation."""
        long = {number: tidy(text) for number, text in enumerate(texts) if len(text) > SHORT}
        if not long or not self._exam:
            return set()
        alike = process.cdist(list(long.values()), self._exam, scorer=fuzz.ratio, score_cutoff=ALIKE)
        return {list(long)[row] for row in set(np.nonzero(alike)[0].tolist())}


def as_trained(text: str) -> str:
    """The text without what was crossed out and without what Rasa reads as markup or a command, on one line."""
    return " ".join(_CROSSED_OUT.sub(" ", text).translate(_MARKUP).split()).lstrip("/-* ")


def as_nlu(taught: Iterable[Taught | Example]) -> str:
    """Training data in the form of ``data/nlu``: the same messages give the same text, whatever their order."""
    blocks: dict[tuple[str, tuple[str, ...]], list[str]] = defaultdict(list)
    for one in taught:
        blocks[one.intent, one.haltes].append(one.text)
    lines = ['version: "3.1"', "nlu:"]
    for (intent, haltes), texts in sorted(blocks.items()):
        lines.append(f"- intent: {intent}")
        if haltes:
            lines += ["  metadata:", f"    haltes: [{', '.join(haltes)}]"]
        lines += ["  examples: |", *(f"    - {text}" for text in sorted(texts))]
    return "\n".join(lines) + "\n"


def exam_lines(folder: Path) -> Iterator[str]:
    """Everything that a resident says in the evaluation sets of a folder; nothing when they are not here.

    Raises:
        ValueError: a file is no YAML; the message names it.
    """
    for path in sorted(folder.rglob("*.yml")):
        try:
            yield from _said(yaml.safe_load(path.read_text(encoding="utf-8")))
        except (yaml.YAMLError, OSError) as error:
            raise ValueError(f"{path} cannot be read: {type(error).__name__}") from None


def _said(data: Any) -> Iterator[str]:
    if isinstance(data, list):
        for item in data:
            yield from _said(item)
    elif isinstance(data, dict):
        for key, value in data.items():
            if key in ("text", "opening"):
                yield str(value)
            elif key == "answers" and isinstance(value, dict):
                yield from (str(answer) for answer in value.values())
            else:
                yield from _said(value)


def _can_be_trained(text: str) -> bool:
    digits = sum(letter.isdigit() for letter in text)
    return any(map(str.isalpha, text)) and len(text) <= LONGEST and digits <= MOST_DIGITS and "@" not in text
