"""Somebody who has the published files, knows people, and wants to know more of them. It knows how the figures were made.

It claims only what must be so. It does not know all others but one: against who does, only noise on every number would help, and a
number of people at the border of ten or of a multiple of five can tell such an attacker whether the last one is among them.
"""

from __future__ import annotations

import csv
import io
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass

from tests.insight import BLOCK, Resident
from wegwijzer.insight.open_data import PAIRS
from wegwijzer.insight.periods import weeks_of
from wegwijzer.insight.tables import ANY, NO_OUTCOME, NOT_ASKED, TABLES, UNKNOWN

Key = tuple[str, str, tuple[str, ...]]
"""Period, table, values."""

Bounds = tuple[int, int]

KNOWN = ("halte", "wijk", "voor_wie")
"""What is known of a person; the week too. (The band of the age as well: no table has it.)"""


@dataclass(frozen=True)
class Claim:
    """Something that must be so, says the attacker.

    Attributes:
        value: of the secret; empty when it claims that this person is alone in a cell.
    """

    who: str
    about: str
    value: str


class Attacker:
    """The attacker.

    Args:
        published: the text of the table with open data.
        possible: what a count may have been of which this was shown.
        rolled: small rows of the gaps were put together in coarser ones.
    """

    def __init__(self, published: str, possible: Callable[[int | None], Bounds], rolled: bool = True) -> None:
        self._possible, self._rolled = possible, rolled
        self.bounds: dict[Key, Bounds] = {}
        for row in csv.DictReader(io.StringIO(published)):
            values = tuple(row[f"waarde_{at}"] for at in range(1, PAIRS + 1) if row[f"kenmerk_{at}"])
            shown = int(row["aantal"]) if row["aantal"] else None
            self.bounds[row["periode"], row["tabel"], values] = possible(shown)
        self._narrow()
        self._tables: dict[tuple[str, str], list[Key]] = defaultdict(list)
        for key in self.bounds:
            self._tables[key[:2]].append(key)

    def claims(self, people: Iterable[Resident], in_vain: Collection[str]) -> list[Claim]:
        """All that must be so of people, from all that was published.

        Args:
            people: who they are, with what is known of them.
            in_vain: who of them said that Wegwijzer had not what they asked for, but not what that was.
        """
        return [claim for one in people for claim in (*self._alone(one), *self._secrets(one, one.name in in_vain))]

    def narrowed(self) -> list[Key]:
        """Hidden numbers of which taking one table from another tells more than that they are hidden."""
        hidden = self._possible(None)
        return [key for key, (low, high) in self.bounds.items() if high <= hidden[1] and (low, high) != hidden]

    def _alone(self, one: Resident) -> Iterable[Claim]:
        """Cells of nothing but what is known, with one person in it."""
        for period, table, values in self._cells_of(one, KNOWN):
            if self.bounds.get((period, table, values)) == (1, 1):
                yield Claim(one.name, f"{table} {period}", "")

    def _secrets(self, one: Resident, in_vain: bool) -> Iterable[Claim]:
        """Tables with something known and one secret, in which only one value of the secret is left."""
        for period in (_week(one), BLOCK):
            for table in ("halte_uitkomst", "wijk_uitkomst", "uitkomst", "mening"):
                known = [_of(one, name) for name in TABLES[table].dimensions[:-1]]
                left = [key[2][-1] for key in self._row(period, table, known) if self.bounds[key][1] > 0]
                if len(left) == 1:
                    yield Claim(one.name, table, left[0])
        if in_vain and len(wishes := self._wishes(one)) == 1 and ANY not in wishes[0]:
            yield Claim(one.name, "gat", "/".join(wishes[0][2:]))

    def _wishes(self, one: Resident) -> list[tuple[str, ...]]:
        """Rows of the gaps in which a person can be. The row of all others may be there with fewer than ten, unseen."""
        fits = [
            key[2] for key in self._tables[BLOCK, "gat"]
            if self.bounds[key][1] > 0
            and all(value in (ANY, known) for value, known in zip(key[2], (_of(one, "halte"), _of(one, "wijk")), strict=False))
        ]  # fmt: skip
        others = (ANY,) * len(TABLES["gat"].dimensions)
        return fits if not self._rolled or others in fits else [*fits, others]

    def _row(self, period: str, table: str, known: Sequence[str]) -> list[Key]:
        return [key for key in self._tables[period, table] if list(key[2][: len(known)]) == known]

    def _cells_of(self, one: Resident, known: Sequence[str]) -> Iterable[Key]:
        for name, table in TABLES.items():
            if set(table.dimensions) <= set(known):
                period = BLOCK if table.kind == "vierweken" else _week(one)
                yield period, name, tuple(_of(one, dimension) for dimension in table.dimensions)

    # --- taking one table from another

    def _narrow(self) -> None:
        """Sums that must be equal, until no bound becomes narrower."""
        sums = self._equal_sums()
        for _ in range(20):
            before = dict(self.bounds)
            for parts_of_one_sum in sums:
                low = max(sum(self.bounds[key][0] for key in parts) for parts in parts_of_one_sum)
                high = min(sum(self.bounds[key][1] for key in parts) for parts in parts_of_one_sum)
                for parts in parts_of_one_sum:
                    self._within(parts, low, high)
            if self.bounds == before:
                return

    def _within(self, parts: Sequence[Key], low: int, high: int) -> None:
        lows, highs = sum(self.bounds[key][0] for key in parts), sum(self.bounds[key][1] for key in parts)
        for key in parts:
            least, most = self.bounds[key]
            self.bounds[key] = max(least, low - (highs - most)), min(most, high - (lows - least))

    def _equal_sums(self) -> list[list[list[Key]]]:
        """The same people counted in several ways: by week, by the other dimension of this table, and of that."""
        ways: dict[tuple[str, str], dict[tuple[str, str], list[Key]]] = defaultdict(lambda: defaultdict(list))
        weeks = set(weeks_of(BLOCK))
        for period, table, values in self.bounds:
            one_week = len(values) == 1 and period in weeks
            if one_week or table in ("halte_wijk", "halte_uitkomst", "wijk_uitkomst"):
                for dimension, value in zip(TABLES[table].dimensions, values, strict=True):
                    if dimension in ("halte", "wijk", "uitkomst"):
                        ways[dimension, value][table, "weeks" if one_week else "block"].append((period, table, values))
        everybody: dict[str, dict[str, list[Key]]] = defaultdict(lambda: defaultdict(list))
        for key in self.bounds:
            if key[0] in weeks:
                everybody[key[0]][key[1]].append(key)
        counted: list[dict[tuple[str, str], list[Key]] | dict[str, list[Key]]] = [*ways.values(), *everybody.values()]
        return [list(one.values()) for one in counted if len(one) > 1]


def _week(one: Resident) -> str:
    return weeks_of(BLOCK)[one.week]


def _of(one: Resident, dimension: str) -> str:
    return str(getattr(one, dimension)) or {"uitkomst": NO_OUTCOME, "mening": NOT_ASKED}.get(dimension, UNKNOWN)
