"""What was released held against the ledger: whether it was counted right, and whether what was counted is true.

Two questions that are easily taken for one. *Counted right*: is every cell what the rules make of the conversations as the bot
understood them? That must hold for every cell. *True*: how far is that from what the residents were, since a bot misunderstands
people? That is measured.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from wegwijzer.evaluation.markdown import table
from wegwijzer.evaluation.month.ledger import Entry
from wegwijzer.evaluation.month.moving import Released
from wegwijzer.insight.periods import period_of
from wegwijzer.insight.small_cells import LEAST, STEP
from wegwijzer.insight.tables import NO_OUTCOME, NOT_ASKED, OPINIONS, QUESTIONS, SKIPPED_OPINION, TABLES, UNKNOWN, Table

Cells = Callable[[Entry], Iterable[tuple[str, ...]]]


def _halte(entry: Entry) -> str:
    return str((entry.slots.get("haltes") or (UNKNOWN,))[0])


def _wijk(entry: Entry) -> str:
    return str(entry.slots.get("wijk") or UNKNOWN)


def _outcome(entry: Entry) -> str:
    return str(entry.slots.get("uitkomst") or NO_OUTCOME)


def _opinion(entry: Entry) -> str:
    opinion = entry.slots.get("mening")
    return str(opinion) if opinion in (*OPINIONS, SKIPPED_OPINION) else NOT_ASKED


COUNTED: Mapping[str, Cells] = {
    "gesprekken": lambda entry: [(str(entry.slots.get("voor_wie") or UNKNOWN),)],
    "halte": lambda entry: [(_halte(entry),)],
    "wijk": lambda entry: [(_wijk(entry),)],
    "uitkomst": lambda entry: [(_outcome(entry),)],
    "mening": lambda entry: [(_opinion(entry),)],
    "halte_wijk": lambda entry: [(_halte(entry), _wijk(entry))],
    "halte_uitkomst": lambda entry: [(_halte(entry), _outcome(entry))],
    "wijk_uitkomst": lambda entry: [(_wijk(entry), _outcome(entry))],
    "mening_halte": lambda entry: [(_halte(entry), _opinion(entry))] if _opinion(entry) in OPINIONS else [],
}
"""Where a conversation belongs by what the bot had at the end of it. Worked out here from the slots that its API shows, with
nothing of what the product counts with."""

DONE: Mapping[str, Cells] = {
    "stap": lambda entry: list(entry.deeds.steps.items()),
    "vraag": lambda entry: [(asked, answer) for asked, answer in entry.deeds.questions.items() if asked in QUESTIONS],
    "mening": lambda entry: [(entry.deeds.opinion or NOT_ASKED,)],
    "gelukt_halte": lambda entry: [(_halte(entry), entry.deeds.worked)] if entry.deeds.worked else [],
}
"""Where it belongs by what the resident did; the bot may have taken that for something else."""

TRUE: Mapping[str, Cells] = {
    "gesprekken": lambda entry: [(entry.truth["voor_wie"],)],
    "halte": lambda entry: [(entry.truth["haltes"][0],)],
    "wijk": lambda entry: [(entry.truth["wijk"] or UNKNOWN,)],
}
"""Where it would belong if the bot understood everybody and everybody told everything."""


@dataclass(frozen=True)
class Compared:
    """One table of one period, or several of the same name together.

    Attributes:
        name: of the table.
        people: how many are in it by the ledger.
        cells: how many were listed.
        hidden: how many of those are not shown.
        shown: the sum of what is shown.
        wrong: cells that are not what the rules make of the ledger, one sentence each.
    """

    name: str
    people: int
    cells: int
    hidden: int
    shown: int
    wrong: tuple[str, ...] = ()


def compare(entries: Sequence[Entry], released: Released) -> list[Compared]:
    """Every released table that can be counted from the ledger, held against it."""
    found: dict[str, list[Compared]] = {}
    for one in released.tables:
        if one.name in COUNTED:
            found.setdefault(one.name, []).append(_compare(one, count(entries, one)))
    return [_together(name, of) for name, of in found.items()]


def distance(entries: Sequence[Entry], released: Released, name: str, cells: Cells) -> float:
    """How far a released table is from the ledger, over all periods together: the total variation distance between the shares.

    Returns:
        0 (the same shares) to 1. Cells that are hidden count as nobody, as a reader sees them; without any that is shown it is
        not a number.
    """
    said: Counter[tuple[str, ...]] = Counter()
    for one in released.tables:
        if one.name == name:
            said.update({cell.values: cell.shown or 0 for cell in one.cells})
    return _apart(said, _everybody(entries, cells))


def misunderstood(entries: Sequence[Entry], name: str) -> float:
    """The same distance before anything is hidden: between what is true and what the bot took for true."""
    return _apart(_everybody(entries, COUNTED[name]), _everybody(entries, TRUE[name]))


def _everybody(entries: Sequence[Entry], cells: Cells) -> Counter[tuple[str, ...]]:
    return Counter(cell for entry in entries if entry.counts for cell in cells(entry))


def _apart(some: Counter[tuple[str, ...]], others: Counter[tuple[str, ...]]) -> float:
    if not some.total() or not others.total():
        return float("nan")
    return sum(abs(some[cell] / some.total() - others[cell] / others.total()) for cell in {*some, *others}) / 2


def understood(entries: Sequence[Entry]) -> dict[str, float]:
    """The part of the conversations in which the bot had what was true of the resident, by what it is about."""
    counted = [entry for entry in entries if entry.counts]
    of = {name: [(cells(entry), list(COUNTED[name](entry))) for entry in counted] for name, cells in TRUE.items()}
    return {name: sum(list(true) == had for true, had in pairs) / max(len(pairs), 1) for name, pairs in of.items()}


def compared_table(compared: Sequence[Compared]) -> str:
    """As Markdown."""
    head = ["table", "in the ledger", "cells", "hidden", "sum of what is shown", "cells that are wrong"]
    return table(
        head, [[one.name, *map(str, (one.people, one.cells, one.hidden, one.shown, len(one.wrong)))] for one in compared]
    )


def distance_table(entries: Sequence[Entry], released: Released) -> str:
    """How far what a reader sees is from what was so, as Markdown."""
    against = {"what the bot understood": COUNTED, "what residents did": DONE, "what was true of them": TRUE}
    body = [
        [words, name, f"{distance(entries, released, name, cells):.3f}"]
        for words, of in against.items()
        for name, cells in of.items()
    ]
    body += [["the same, before anything is hidden", name, f"{misunderstood(entries, name):.3f}"] for name in TRUE]
    return table(["against", "table", "distance"], body)


def count(entries: Sequence[Entry], one: Table) -> Counter[tuple[str, ...]]:
    """By the ledger, how many belong in each cell of a table of :data:`COUNTED`: who was over in its period."""
    kind, cells = TABLES[one.name].kind, COUNTED[one.name]
    here = (entry for entry in entries if entry.counts and period_of(entry.ended, kind) == one.period)
    return Counter(cell for entry in here for cell in cells(entry))


def _compare(one: Table, real: Counter[tuple[str, ...]]) -> Compared:
    said = {cell.values: cell.shown for cell in one.cells}
    wrong = [
        f"{one.name} {one.period} {'/'.join(cell)}: {real[cell]} in the ledger, {said.get(cell)} released"
        for cell in sorted({*said, *real})
        if not _follows(real[cell], said.get(cell))
    ]
    hidden = sum(shown is None for shown in said.values())
    return Compared(one.name, real.total(), len(said), hidden, sum(shown or 0 for shown in said.values()), tuple(wrong))


def _follows(count: int, shown: int | None) -> bool:
    """Whether this may be shown of a count: nothing of fewer than ten, and a neighbouring multiple of five of more."""
    if count < LEAST:
        return shown is None
    return shown is not None and shown % STEP == 0 and abs(shown - count) < STEP


def _together(name: str, of: Sequence[Compared]) -> Compared:
    wrong = tuple(sentence for one in of for sentence in one.wrong)
    people, cells, hidden, shown = (sum(getattr(one, what) for one in of) for what in ("people", "cells", "hidden", "shown"))
    return Compared(name, people, cells, hidden, shown, wrong)
