"""What somebody can learn of one person from all that was released of a month, with everything but one thing known beforehand.

Two attacks, each also tried on figures that are not protected: there it must succeed, or it would show nothing.

- *Differencing*: adding and subtracting all tables of all periods (:mod:`wegwijzer.insight.differencing`), to work out hidden
  cells.
- *Linkage*: of every person of the ledger the attacker knows for whom they came, their halte, their wijk and the week. It claims
  what must be so: that the person is alone in a cell, or how their conversation ended, because no other end is possible for
  somebody like that.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from wegwijzer.evaluation.markdown import table
from wegwijzer.evaluation.month.comparing import COUNTED, count
from wegwijzer.evaluation.month.ledger import Entry
from wegwijzer.insight.differencing import ROOM, Bounds, Key, exactly, intervals, learned
from wegwijzer.insight.periods import period_of
from wegwijzer.insight.small_cells import LEAST, possible
from wegwijzer.insight.tables import TABLES, Cell, Table

KNOWN = ("voor_wie", "halte", "wijk")
"""What the attacker knows, besides the week."""

WANTED = "uitkomst"
"""What it wants to know."""

PROTECTED, UNROUNDED, EXACT = "as released", "hidden but not rounded", "exact counts"
WAYS = (PROTECTED, UNROUNDED, EXACT)


@dataclass(frozen=True)
class Attack:
    """What came of it.

    Attributes:
        figures: which figures were attacked, one of :data:`WAYS`.
        hidden: cells that are hidden.
        narrower: those of which something was learned that "fewer than ten" does not say.
        too_narrow: those of which fewer than :data:`wegwijzer.insight.differencing.ROOM` counts stay possible.
        found_out: those with somebody in it whose exact count was worked out.
        mistaken: those whose real count is outside what was worked out: then the attack itself is wrong.
        alone: people of whom it is sure that they are the only one in a cell.
        outcomes: people of whom it is sure how their conversation ended.
    """

    figures: str
    hidden: int
    narrower: int
    too_narrow: int
    found_out: int
    mistaken: int
    alone: int
    outcomes: int

    @property
    def succeeded(self) -> bool:
        """Whether anything was learned of one person, or too much of a few."""
        return bool(self.too_narrow or self.found_out or self.alone or self.outcomes)


def attack(entries: Sequence[Entry], tables: Sequence[Table]) -> list[Attack]:
    """Both attacks, on what was released and on figures that are less protected.

    Args:
        entries: the ledger.
        tables: everything that was released.
    """
    real = _real(entries, tables)
    bare = [_bare(one, real) for one in tables]
    unrounded = [replace(one, cells=tuple(replace(cell, shown=_hide(cell.shown)) for cell in one.cells)) for one in bare]
    return [
        _attack(PROTECTED, entries, tables, possible, real),
        _attack(UNROUNDED, entries, [one for one in unrounded if one.name in COUNTED], exactly, real),
        _attack(EXACT, entries, [one for one in bare if one.name in COUNTED], _as_it_is, real),
    ]


def attack_table(attacks: Sequence[Attack]) -> str:
    """As Markdown."""
    head = [
        "figures", "hidden cells", "something learned", f"fewer than {ROOM} counts possible", "count worked out",
        "people found alone", "outcomes of people found",
    ]  # fmt: skip
    what = ("hidden", "narrower", "too_narrow", "found_out", "alone", "outcomes")
    return table(head, [[one.figures, *(str(getattr(one, name)) for name in what)] for one in attacks])


def _attack(
    figures: str,
    entries: Sequence[Entry],
    tables: Sequence[Table],
    reading: Callable[[int | None], Bounds],
    real: Mapping[Key, int],
) -> Attack:
    found = intervals(tables, reading)
    shown = {(one.period, one.name, cell.values): reading(cell.shown) for one in tables for cell in one.cells}
    known = {**shown, **found}
    counted = {key: bounds for key, bounds in found.items() if key[1] in COUNTED}
    rows: dict[Key, list[Bounds]] = defaultdict(list)
    for (period, name, values), bounds in known.items():
        rows[period, name, values[:-1]].append(bounds)
    claims = [(_alone(entry, known), _outcome(entry, rows)) for entry in entries if entry.counts]
    return Attack(
        figures=figures,
        hidden=len(found),
        narrower=len(learned(found)),
        too_narrow=sum(most - least + 1 < ROOM for least, most in found.values()),
        found_out=sum(least == most > 0 for least, most in found.values()),
        mistaken=sum(not least <= real[key] <= most for key, (least, most) in counted.items()),
        alone=sum(alone for alone, _ in claims),
        outcomes=sum(outcome for _, outcome in claims),
    )


def _alone(entry: Entry, known: Mapping[Key, Bounds]) -> bool:
    """Whether a cell of nothing but what is known has this person only."""
    return any(known.get(key) == (1, 1) for key in _cells(entry, lambda dimensions: set(dimensions) <= set(KNOWN)))


def _outcome(entry: Entry, rows: Mapping[Key, Sequence[Bounds]]) -> bool:
    """Whether only one outcome is possible for somebody like this, in any table that tells of outcomes."""
    tables = _cells(entry, lambda dimensions: dimensions[-1] == WANTED)
    return any(sum(most > 0 for _, most in rows[period, name, values[:-1]]) == 1 for period, name, values in tables)


def _cells(entry: Entry, wanted: Callable[[tuple[str, ...]], bool]) -> Iterator[Key]:
    """The cells in which somebody is, of tables with certain dimensions."""
    for name, cells in COUNTED.items():
        if wanted(TABLES[name].dimensions):
            for values in cells(entry):
                yield period_of(entry.ended, TABLES[name].kind), name, values


def _real(entries: Sequence[Entry], tables: Sequence[Table]) -> Counter[Key]:
    """How many there really are in each cell that can be counted from the ledger."""
    real: Counter[Key] = Counter()
    for one in tables:
        if one.name in COUNTED:
            real.update({(one.period, one.name, values): number for values, number in count(entries, one).items()})
    return real


def _bare(one: Table, real: Mapping[Key, int]) -> Table:
    """A table as it would be without any protection."""
    return replace(one, cells=tuple(Cell(cell.values, real[one.period, one.name, cell.values]) for cell in one.cells))


def _hide(number: int | None) -> int | None:
    return number if number is not None and number >= LEAST else None


def _as_it_is(said: int | None) -> Bounds:
    return (said or 0, said or 0)
