"""From talks that were held just now to a month that is over: moments are moved, and everything is counted as in production.

Nobody waits a month. The talks themselves are real and so are their marks, which the product writes while it runs; when it has
stopped, each conversation is moved as a whole to the moment the ledger has for it. Then the same calls as those of the hourly
purge count and release, with a clock that stands after the month.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from wegwijzer.catalogue.loading import Catalogue
from wegwijzer.evaluation.month.ledger import Entry
from wegwijzer.insight.periods import FOUR_WEEKS, WEEK, end_of, period_of, weeks_of
from wegwijzer.insight.store import InsightStore
from wegwijzer.insight.tables import Table, tables_of

HOUR = 3600.0

Tell = Callable[[int, int], None]


@dataclass(frozen=True)
class Released:
    """What was released of a month.

    Attributes:
        block: its four weeks.
        folded: how many conversations were counted.
        tables: all of them, of each week and of the four weeks.
    """

    block: str
    folded: int
    tables: tuple[Table, ...]


def block_now(at: float) -> str:
    """The four weeks of a moment: what is answered later really comes in them."""
    return period_of(at, FOUR_WEEKS)


def after(block: str, retention_hours: int) -> float:
    """A moment at which everything of a block is over, kept long enough, and due."""
    return end_of(block) + (retention_hours + 2) * HOUR


def move(entries: Sequence[Entry], store: InsightStore, tell: Tell = lambda done, of: None) -> None:
    """Move the marks of each conversation to the moment it has in the ledger."""
    for done, entry in enumerate(entries, start=1):
        store.move(entry.conversation, entry.at - entry.held[0])
        tell(done, len(entries))


def release(block: str, store: InsightStore, catalogue: Catalogue, retention_hours: int) -> Released:
    """Count and release as the purge does when the month is over.

    Args:
        block: the four weeks.
        store: with a clock that stands at :func:`after`.
        catalogue: the one the bot talked with.
        retention_hours: as the product has it.
    """
    folded = store.fold(after(block, retention_hours) - retention_hours * HOUR, catalogue)
    store.release_due(catalogue)
    periods = [(week, WEEK) for week in weeks_of(block)] + [(block, FOUR_WEEKS)]
    found = (store.released(name, period) for period, kind in periods for name in tables_of(kind))
    return Released(block, folded, tuple(table for table in found if table is not None))
