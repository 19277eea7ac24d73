"""What came of it, per entrance."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from rich.table import Table

from wegwijzer.evaluation import markdown

CANARY = "kanarievogel"
"""Stands in what is sent; wherever it sings afterwards, something leaked."""

MOST_KEPT = 20
"""Problems of one kind that are told in full."""


@dataclass
class Entrance:
    """One way in.

    Attributes:
        name: of the entrance.
        tried: how many inputs were sent.
        answers: how often each kind of answer came: a status, or what became of a file.
        problems: what went wrong, the first :data:`MOST_KEPT`.
        wrongs: how often something went wrong.
        finished: whether all of it was tried.
    """

    name: str
    tried: int = 0
    answers: Counter[str] = field(default_factory=Counter)
    problems: list[str] = field(default_factory=list)
    wrongs: int = 0
    finished: bool = False

    def came(self, answer: str) -> None:
        """One input, and what became of it."""
        self.tried += 1
        self.answers[answer] += 1

    def wrong(self, kind: str, what: str) -> None:
        """Something that must not be."""
        self.wrongs += 1
        if len(self.problems) < MOST_KEPT:
            self.problems.append(f"{kind}: {what[:400]}")

    def told(self) -> str:
        """How often each answer came, to read."""
        return ", ".join(f"{name}: {count}" for name, count in sorted(self.answers.items()))

    def as_line(self) -> str:
        """The counts in one line."""
        return f"{self.name}: {self.tried} inputs, {self.wrongs} problems"

    def as_json(self) -> dict[str, Any]:
        """The counts."""
        answers = dict(sorted(self.answers.items()))
        return {"tried": self.tried, "answers": answers, "problems": self.wrongs, "finished": self.finished}


def table(entrances: Iterable[Entrance]) -> Table:
    """The counts to read."""
    shown = Table("entrance", "inputs", "answers", "problems")
    for one in entrances:
        shown.add_row(one.name if one.finished else f"{one.name} (not to the end)", str(one.tried), one.told(), str(one.wrongs))
    return shown


BLOCK = "fuzz"
HEAD = ("entrance", "examples", "seed", "inputs", "answers", "problems")


def on_page(page: str, entrances: Iterable[Entrance], examples: int, number: int, order: Sequence[str]) -> str:
    """The page with the counts of these entrances in its block; those of others stay, and what was not finished is left out.

    Args:
        page: Markdown with a block :data:`BLOCK`.
        examples, number: with which it was run.
        order: names of all entrances, as they have to stand.

    Raises:
        ValueError: the page has no such block.
    """
    lines = markdown.block_of(page, BLOCK).splitlines()
    rows = {cells[0]: cells for cells in ([cell.strip() for cell in line.strip("|").split("|")] for line in lines[2:])}
    for one in entrances:
        if one.finished:
            rows[one.name] = [one.name, str(examples), str(number), str(one.tried), one.told(), str(one.wrongs)]
    return markdown.with_block(page, BLOCK, markdown.table(HEAD, [rows[name] for name in order if name in rows]))
