"""What reads releases knows of the store: which periods there are, and their tables."""

from __future__ import annotations

from typing import Protocol

from wegwijzer.insight.periods import Kind
from wegwijzer.insight.tables import Table


class Releases(Protocol):
    """Releases, each made once of a period that is over, and never changed."""

    def periods(self, kind: Kind) -> list[str]:
        """The periods that have one, oldest first; ``kind`` is ``week`` or ``vierweken``."""

    def released(self, table: str, period: str) -> Table | None:
        """One table of a period; ``None`` when there is none."""
