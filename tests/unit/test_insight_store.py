"""The database of insight: noted, counted once, released once, and nothing left of who it was."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from random import Random

import pytest
from typer.testing import CliRunner

from tests.builders import real_catalogue
from tests.running import settings_in
from wegwijzer.cli import app
from wegwijzer.insight.marks import Mark
from wegwijzer.insight.periods import end_of, start_of, weeks_of
from wegwijzer.insight.store import AFTER, InsightStore, InsightUnavailable, store_of
from wegwijzer.insight.tables import TABLES
from wegwijzer.privacy.forgetting import PLACES
from wegwijzer.privacy.retention import count_what_is_over, purge
from wegwijzer.settings import Settings
from wegwijzer.watching.readiness import own_databases

HOUR, DAY = 3_600.0, 86_400.0
WEEK, BLOCK = "2026-W45", "2026-P12"
MONDAY = start_of(WEEK)


class Clock:
    def __init__(self) -> None:
        self.now = MONDAY

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "insight.db"


@pytest.fixture
def store(file: Path, clock: Clock) -> Iterator[InsightStore]:
    store = InsightStore(f"sqlite:///{file}", clock, key="sleutel", random=Random(1))  # noqa: S311
    yield store
    store.close()


def talks(store: InsightStore, who: str, at: float, *told: tuple[str, str]) -> None:
    """One turn."""
    store.add(who, [Mark(at, kind, value) for kind, value in (("intent", "situatie"), ("kanaal", "rest"), *told)])


def fold(store: InsightStore, clock: Clock) -> int:
    return store.fold(clock.now - DAY, real_catalogue())


def cells(store: InsightStore, table: str, period: str = WEEK) -> dict[tuple[str, ...], int | None]:
    found = store.released(table, period)
    assert found is not None
    return {cell.values: cell.shown for cell in found.cells}


def rows(file: Path, table: str) -> int:
    with closing(sqlite3.connect(file)) as connection:
        return int(connection.execute(f"SELECT count(*) FROM {table}").fetchone()[0])


def a_week_of(store: InsightStore, clock: Clock, people: int, halte: str = "verlies") -> None:
    for number in range(people):
        talks(store, f"iemand {number}", MONDAY + number, ("haltes", halte))
    clock.now = end_of(WEEK) + DAY
    assert fold(store, clock) == people


# --- noted and counted


def test_a_conversation_is_counted_once_when_it_is_over_and_its_marks_are_gone(
    store: InsightStore, clock: Clock, file: Path
) -> None:
    talks(store, "anna", MONDAY, ("haltes", "geld"))
    talks(store, "anna", MONDAY + HOUR, ("haltes", "verlies"))
    clock.now = MONDAY + DAY
    assert fold(store, clock) == 0, "she said something less than a day ago"
    clock.now = MONDAY + HOUR + DAY + 1
    assert [fold(store, clock), fold(store, clock)] == [1, 0]
    assert store.noted("anna") == [] and rows(file, "insight_turn") == 0
    with closing(sqlite3.connect(file)) as connection:
        counted = connection.execute("SELECT cell, count FROM insight_count WHERE \"table\" = 'halte'").fetchall()
    assert counted == [('["verlies"]', 1)]


def test_turns_are_read_in_the_order_in_which_they_happened(store: InsightStore) -> None:
    talks(store, "anna", MONDAY + 2, ("haltes", "verlies"))
    talks(store, "anna", MONDAY + 1, ("haltes", "geld"))
    assert [mark.value for mark in store.noted("anna") if mark.kind == "haltes"] == ["geld", "verlies"]


def test_who_is_erased_is_counted_nowhere_and_the_others_are(store: InsightStore, clock: Clock, file: Path) -> None:
    for who in ("anna", "bram"):
        talks(store, who, MONDAY, ("haltes", "verlies"))
    clock.now = MONDAY + HOUR
    assert (store.erase("anna"), store.erase("anna"), store.erase("nooit gezien")) == (1, 0, 0)
    clock.now = MONDAY + 2 * DAY
    assert fold(store, clock) == 1
    assert rows(file, "insight_erased") == 0, "that she was erased is not kept either"


def test_what_another_server_noted_before_the_erasing_does_not_arrive_after_it(store: InsightStore, clock: Clock) -> None:
    clock.now = MONDAY + HOUR
    store.erase("anna")
    talks(store, "anna", MONDAY + HOUR - 1, ("haltes", "verlies"))
    assert store.noted("anna") == []
    talks(store, "anna", MONDAY + HOUR + 1, ("haltes", "geld"))
    assert ("haltes", "geld") in {(mark.kind, mark.value) for mark in store.noted("anna")}, "she began anew"


def test_nobody_is_known_by_name_and_no_word_is_kept(store: InsightStore, file: Path) -> None:
    talks(store, "wa-0123456789", MONDAY, ("haltes", "verlies"))
    files = b"".join(path.read_bytes() for path in file.parent.glob("insight.db*"))
    assert b"verlies" in files and b"0123456789" not in files
    other = InsightStore(f"sqlite:///{file}", key="een andere sleutel")
    assert other.noted("wa-0123456789") == [] and store.noted("wa-0123456789")
    other.close()


# --- released


def test_a_week_is_released_once_when_it_is_over_and_its_counts_are_gone(store: InsightStore, clock: Clock, file: Path) -> None:
    for number in range(12):
        talks(store, f"iemand {number}", MONDAY + number, ("haltes", "verlies"))
    clock.now = end_of(WEEK) + AFTER - 1
    fold(store, clock)
    assert store.release_due(real_catalogue()) == [], "it may not be over for another machine"
    clock.now += 2
    assert store.release_due(real_catalogue()) == [WEEK]
    first = store.released("halte", WEEK)
    assert store.release_due(real_catalogue()) == [] and store.released("halte", WEEK) == first
    assert cells(store, "halte")[("verlies",)] in (10, 15)
    with closing(sqlite3.connect(file)) as connection:
        assert connection.execute("SELECT DISTINCT period FROM insight_count").fetchall() == [(BLOCK,)]


def test_a_week_waits_for_who_was_still_talking_at_its_end(store: InsightStore, clock: Clock) -> None:
    talks(store, "anna", MONDAY, ("haltes", "verlies"))
    talks(store, "bram", end_of(WEEK) - 60, ("haltes", "verlies"))
    clock.now = end_of(WEEK) + 2 * HOUR
    assert fold(store, clock) == 1
    assert store.release_due(real_catalogue()) == [], "bram may still say something"
    clock.now = end_of(WEEK) + DAY
    assert (fold(store, clock), store.release_due(real_catalogue())) == (1, [WEEK])


def test_who_goes_on_into_the_next_week_belongs_there(store: InsightStore, clock: Clock) -> None:
    talks(store, "anna", end_of(WEEK) - 60, ("haltes", "verlies"))
    talks(store, "anna", end_of(WEEK) + 60)
    clock.now = end_of(WEEK) + DAY
    assert (fold(store, clock), store.release_due(real_catalogue())) == (0, [WEEK]), "that week does not wait for her"
    clock.now = end_of("2026-W46") + DAY
    assert (fold(store, clock), store.release_due(real_catalogue())) == (1, ["2026-W46"])


@pytest.mark.parametrize("people", [0, 1, 9])
def test_a_week_with_nobody_looks_like_one_with_a_few(store: InsightStore, clock: Clock, people: int) -> None:
    talks(store, "eerder", MONDAY - DAY, ("haltes", "geld"))
    for number in range(people):
        talks(store, f"iemand {number}", MONDAY + number, ("haltes", "verlies"))
    clock.now = end_of(WEEK) + DAY
    assert fold(store, clock) == people + 1
    assert WEEK in store.release_due(real_catalogue())
    for name, definition in TABLES.items():
        if definition.kind == "week":
            assert set(cells(store, name).values()) == {None}
    assert len(cells(store, "halte")) == len(real_catalogue().haltes) + 1, "each theme is listed, whatever was said"


def test_four_weeks_are_released_when_they_are_over_and_then_no_count_is_left(
    store: InsightStore, clock: Clock, file: Path
) -> None:
    for week in weeks_of(BLOCK):
        for number in range(20):
            told = (("haltes", "verlies"), ("wijk", "zuid"), ("suggestie", "bibliotheek"), ("uitkomst", "initiatief"))
            talks(store, f"{week} {number}", start_of(week) + number, *told)
    clock.now = end_of(BLOCK) + DAY
    assert fold(store, clock) == 80
    assert store.release_due(real_catalogue()) == [*weeks_of(BLOCK), BLOCK]
    assert (store.periods("week"), store.periods("vierweken")) == (list(weeks_of(BLOCK)), [BLOCK])
    assert cells(store, "halte_wijk", BLOCK)[("verlies", "zuid")] == 80
    assert cells(store, "stap", BLOCK) == {
        ("bibliotheek", "gezien"): 80, ("bibliotheek", "verder_gekeken"): None, ("bibliotheek", "geweigerd"): None
    }  # fmt: skip
    assert rows(file, "insight_count") == 0


def test_what_is_counted_outside_a_conversation_counts_now(store: InsightStore, clock: Clock) -> None:
    for _ in range(3):
        store.count("gelukt_halte", ("verlies", "ja"), 4)
    clock.now = end_of(BLOCK) + DAY
    store.release_due(real_catalogue())
    assert cells(store, "gelukt_halte", BLOCK)[("verlies", "ja")] in (10, 15)
    with pytest.raises(ValueError, match="halte, gelukt"):
        store.count("gelukt_halte", ("verlies",))
    with pytest.raises(KeyError):
        store.count("verzonnen", ("verlies",))


def test_who_is_counted_too_late_for_a_week_counts_in_the_one_of_now(store: InsightStore, clock: Clock) -> None:
    a_week_of(store, clock, 1)
    store.release_due(real_catalogue())
    talks(store, "laat", MONDAY + HOUR, ("haltes", "verlies"))
    assert fold(store, clock) == 1
    released = store.released("halte", WEEK)
    clock.now = end_of("2026-W46") + DAY
    store.release_due(real_catalogue())
    assert store.released("halte", WEEK) == released


def test_there_is_nothing_to_release_when_nobody_ever_talked(store: InsightStore, clock: Clock) -> None:
    clock.now += 400 * DAY
    assert store.release_due(real_catalogue()) == [] and store.periods("week") == []
    assert store.released("halte", WEEK) is None


def test_a_database_that_cannot_be_used_is_said_without_what_was_noted(tmp_path: Path) -> None:
    (tmp_path / "kapot.db").write_bytes(b"geen database" * 100)
    with pytest.raises(InsightUnavailable, match="kapot"):
        InsightStore(f"sqlite:///{tmp_path / 'kapot.db'}", key="x")


def test_a_server_that_cannot_count_is_ready_to_talk(store: InsightStore) -> None:
    assert "insight" not in own_databases()


# --- the rounds, the erasing and the command


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return settings_in(tmp_path, tmp_path)


def test_the_hourly_round_counts_and_releases(settings: Settings) -> None:
    store = store_of(settings)
    talks(store, "lang geleden", MONDAY - 40 * DAY, ("haltes", "verlies"))
    assert purge(settings) == (0, 0, 0)
    assert store.noted("lang geleden") == [] and store.periods("week")
    assert count_what_is_over(settings) == (0, [])
    store.close()


def test_forgetting_erases_what_is_noted(settings: Settings) -> None:
    store = store_of(settings)
    talks(store, "anna", MONDAY, ("haltes", "verlies"))
    assert [PLACES["insight"](settings, "anna") for _ in range(2)] == [1, 0]
    assert store.noted("anna") == []
    store.close()


def test_the_command_prints_what_was_released(
    store: InsightStore, clock: Clock, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("INSIGHT_DATABASE_URL", f"sqlite:///{file}")
    assert "Nothing was released yet" in CliRunner().invoke(app, ["insight"]).output
    a_week_of(store, clock, 30)
    store.release_due(real_catalogue())
    said = CliRunner().invoke(app, ["insight", "--period", WEEK])
    assert said.exit_code == 0 and "verlies" in said.output and "30" in said.output and "2026-11-02" in said.output
    for wrong in ("2026-W99", "2020-W01"):
        refused = CliRunner().invoke(app, ["insight", "--period", wrong])
        assert refused.exit_code == 1 and wrong in refused.output
