"""The tables that are released: a fixed list, so that nobody can ask for one more and take it from another.

In each table one person is in one cell, unless it says otherwise here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import product

from wegwijzer.catalogue.loading import Catalogue
from wegwijzer.dialogue.state import SKIPPABLE
from wegwijzer.insight.periods import FOUR_WEEKS, WEEK, Kind
from wegwijzer.vocabulary import Uitkomst, VoorWie

UNKNOWN = "onbekend"
"""Not told, or not asked: a value of ``voor_wie``, ``halte`` and ``wijk``."""

NO_OUTCOME = "geen"
"""The conversation ended before a step or a human was named."""

ANY = "*"
"""In the table of gaps: whatever it was."""

OPINIONS = ("goed", "niet")
"""Answers to *was dit goed?*."""

SKIPPED_OPINION, NOT_ASKED = "overgeslagen", "niet_gevraagd"

STEP_STATES = ("gezien", "verder_gekeken", "geweigerd")
"""What somebody did with a step: no more than seeing it, looking how to begin or keeping it, asking for something else."""

WORKED = ("ja", "nog_niet", "niets_voor_mij", "geen_antwoord")
"""Answers to *is het gelukt?*."""

ANSWERED, SKIPPED = "beantwoord", "overgeslagen"
"""What came of a question. Who left at a question is in neither."""

QUESTIONS = tuple(dict.fromkeys(("voor_wie", *SKIPPABLE)))

REASONS = ("geen_aanbod", "alles_geweigerd", "vorm", "drempel", "wijk")
"""Why the catalogue could not give what was asked; the first of these that holds."""


@dataclass(frozen=True)
class Cell:
    """One count of a table.

    Attributes:
        values: one of each dimension.
        shown: a multiple of five; ``None`` when it is hidden, for there were fewer than ten people, or nobody.
    """

    values: tuple[str, ...]
    shown: int | None


@dataclass(frozen=True)
class Table:
    """A table of a period, as it was released. A cell that is not in it is hidden too."""

    name: str
    period: str
    dimensions: tuple[str, ...]
    cells: tuple[Cell, ...]


@dataclass(frozen=True)
class Definition:
    """What a table is.

    Attributes:
        kind: of the periods it is released for.
        dimensions: names.
        values: of each dimension, all there can be; the cells that are always listed are all combinations of them.
        open: the first dimension is open (records of the catalogue come and go): listed are the cells of those with a shown one.
        rolled: the rows are made at release (:mod:`wegwijzer.insight.gaps`); only those that are shown are listed.
    """

    kind: Kind
    dimensions: tuple[str, ...]
    values: Callable[[Catalogue], Sequence[Sequence[str]]]
    open: bool = False
    rolled: bool = False

    def cells(self, catalogue: Catalogue) -> Iterator[tuple[str, ...]]:
        """Every cell that is always listed."""
        return iter(()) if self.open or self.rolled else product(*self.values(catalogue))


def haltes(catalogue: Catalogue) -> tuple[str, ...]:
    """Values of ``halte``: the first theme of a conversation."""
    return (*catalogue.haltes, UNKNOWN)


def wijken(catalogue: Catalogue) -> tuple[str, ...]:
    """Values of ``wijk``."""
    return (*(wijk.id for wijk in catalogue.wijken.wijken), UNKNOWN)


FOR_WHOM = (*(one.value for one in VoorWie), UNKNOWN)
OUTCOMES = (*(one.value for one in Uitkomst), NO_OUTCOME)

TABLES: Mapping[str, Definition] = {
    "gesprekken": Definition(WEEK, ("voor_wie",), lambda _: (FOR_WHOM,)),
    "halte": Definition(WEEK, ("halte",), lambda known: (haltes(known),)),
    "wijk": Definition(WEEK, ("wijk",), lambda known: (wijken(known),)),
    "uitkomst": Definition(WEEK, ("uitkomst",), lambda _: (OUTCOMES,)),
    "mening": Definition(WEEK, ("mening",), lambda _: ((*OPINIONS, SKIPPED_OPINION, NOT_ASKED),)),
    "halte_wijk": Definition(FOUR_WEEKS, ("halte", "wijk"), lambda known: (haltes(known), wijken(known))),
    "halte_uitkomst": Definition(FOUR_WEEKS, ("halte", "uitkomst"), lambda known: (haltes(known), OUTCOMES)),
    "wijk_uitkomst": Definition(FOUR_WEEKS, ("wijk", "uitkomst"), lambda known: (wijken(known), OUTCOMES)),
    "stap": Definition(FOUR_WEEKS, ("initiatief", "stap"), lambda _: ((), STEP_STATES), open=True),
    "mening_stap": Definition(FOUR_WEEKS, ("initiatief", "mening"), lambda _: ((), OPINIONS), open=True),
    "mening_halte": Definition(FOUR_WEEKS, ("halte", "mening"), lambda known: (haltes(known), OPINIONS)),
    "gelukt_stap": Definition(FOUR_WEEKS, ("initiatief", "gelukt"), lambda _: ((), WORKED), open=True),
    "gelukt_halte": Definition(FOUR_WEEKS, ("halte", "gelukt"), lambda known: (haltes(known), WORKED)),
    "vraag": Definition(FOUR_WEEKS, ("vraag", "antwoord"), lambda _: (QUESTIONS, (ANSWERED, SKIPPED))),
    "gat": Definition(FOUR_WEEKS, ("halte", "wijk", "vorm", "drempel"), lambda _: ((),) * 4, rolled=True),
    "gat_reden": Definition(FOUR_WEEKS, ("reden",), lambda _: (REASONS,)),
}
"""In ``stap`` a person is in one cell for each record that was named to them; in ``mening_stap`` for the record they judged;
in ``vraag`` in one cell for each question that was put to them. ``mening_halte``, ``gat`` and ``gat_reden`` count only some
people; ``gelukt_stap`` and ``gelukt_halte`` those who were asked later, in the period in which they answered."""


def tables_of(kind: Kind) -> tuple[str, ...]:
    """Names of the tables that are released for a kind of period."""
    return tuple(name for name, one in TABLES.items() if one.kind == kind)
