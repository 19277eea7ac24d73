"""Insight on a real PostgreSQL, with two processes that do the same at once: everybody is counted once, and released once."""

from __future__ import annotations

import multiprocessing
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import pytest
import sqlalchemy as sa

from tests.builders import real_catalogue
from tests.running import settings_in
from tests.service.postgres import Postgres
from wegwijzer.insight.marks import Mark
from wegwijzer.insight.periods import end_of, start_of, weeks_of
from wegwijzer.insight.store import InsightStore, store_of
from wegwijzer.privacy.forgetting import PLACES

WEEK, BLOCK = "2026-W45", "2026-P12"
MONDAY, DAY = start_of(WEEK), 86_400.0
PEOPLE = 1_200


@dataclass(frozen=True)
class Fixed:
    """A clock that another process can have too."""

    now: float

    def __call__(self) -> float:
        return self.now


def opened(url: str, now: float) -> InsightStore:
    return InsightStore(url, Fixed(now), key="sleutel")


def add(url: str, first: int) -> None:
    """Half of the people, and everybody's second turn for the other half."""
    store = opened(url, MONDAY)
    for number in range(first, PEOPLE, 2):
        store.add(f"iemand {number}", [Mark(MONDAY + number, *one) for one in (("intent", "situatie"), ("kanaal", "web"))])
        store.add(f"iemand {(number + 1) % PEOPLE}", [Mark(MONDAY + PEOPLE, "haltes", "verlies")])
    store.close()


def fold_and_release(url: str) -> tuple[int, list[str]]:
    store = opened(url, end_of(BLOCK) + DAY)
    try:
        return store.fold(end_of(BLOCK), real_catalogue()), store.release_due(real_catalogue())
    finally:
        store.close()


def count(url: str) -> None:
    store = opened(url, MONDAY)
    for _ in range(50):
        store.count("gelukt_halte", ("verlies", "ja"))
    store.close()


@pytest.fixture(scope="module")
def two() -> Iterator[ProcessPoolExecutor]:
    """Two processes that share nothing but the database."""
    with ProcessPoolExecutor(2, multiprocessing.get_context("spawn")) as pool:
        yield pool


def test_two_processes_add_count_and_release_each_person_once(postgres: Postgres, two: ProcessPoolExecutor) -> None:
    url = postgres.new_database()
    list(two.map(add, [url, url], [0, 1]))
    list(two.map(count, [url, url]))
    store = opened(url, end_of(BLOCK) + DAY)
    assert len(store.noted("iemand 0")) == 3

    done = list(two.map(fold_and_release, [url, url]))
    rest = fold_and_release(url)
    assert sum(folded for folded, _ in (*done, rest)) == PEOPLE
    released = [period for _, periods in (*done, rest) for period in periods]
    assert sorted(released) == sorted((*weeks_of(BLOCK), BLOCK)), "each period by one of them, once"

    halte, gelukt = store.released("halte", WEEK), store.released("gelukt_halte", BLOCK)
    assert halte is not None and gelukt is not None
    assert [cell.shown for cell in halte.cells if cell.shown is not None] == [PEOPLE]
    assert {cell.values: cell.shown for cell in gelukt.cells}[("verlies", "ja")] == 100
    with sa.create_engine(url).connect() as connection:
        assert connection.execute(
            sa.text("SELECT (SELECT count(*) FROM insight_turn), (SELECT count(*) FROM insight_count)")
        ).one() == (0, 0)
    store.close()


def test_in_the_shared_database_it_is_forgotten_too(postgres: Postgres, tmp_path: Path) -> None:
    settings = settings_in(tmp_path, tmp_path, INSIGHT_DATABASE_URL="", DATABASE_URL=postgres.new_database())
    store = store_of(settings)
    for who in ("anna", "bram"):
        store.add(who, [Mark(MONDAY, "intent", "situatie")])
    assert PLACES["insight"](settings, "anna") == 1
    assert store.noted("anna") == [] and store.noted("bram")
    store.close()
