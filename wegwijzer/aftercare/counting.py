"""Counting whether it worked: by record and by halte, in numbers that say nothing of anybody."""

from __future__ import annotations

import logging
from collections.abc import Callable
from functools import lru_cache
from typing import Protocol

from wegwijzer.aftercare.models import Later
from wegwijzer.insight.store import InsightStore, InsightUnavailable
from wegwijzer.settings import Settings

log = logging.getLogger(__name__)

BY_RECORD, BY_HALTE = "gelukt_stap", "gelukt_halte"


class Counts(Protocol):
    """What the store of insight can do."""

    def count(self, table: str, cell: tuple[str, ...], n: int = 1) -> None:
        """Count somebody in a cell."""


def count_in(counts: Counts, later: Later, answer: str) -> None:
    """Count an answer, or that there was none."""
    counts.count(BY_RECORD, (later.record, answer))
    counts.count(BY_HALTE, (later.halte, answer))


def count_answer(settings: Settings, later: Later, answer: str, open_counts: Callable[[Settings], Counts] | None = None) -> bool:
    """The same in the database of insight. When that does not do its work it is not counted: nobody is asked again for it."""
    try:
        count_in((open_counts or _own)(settings), later, answer)
    except InsightUnavailable as error:
        log.error("aftercare: an answer is not counted: %s", error)
        return False
    return True


def _own(settings: Settings) -> Counts:
    return _opened(settings.insight_database, settings.web_secret)


@lru_cache(maxsize=1)
def _opened(url: str, key: str) -> Counts:
    return InsightStore(url, key=key)
