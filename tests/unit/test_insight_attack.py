"""The attack on what is released: with rounding it learns nothing of a hidden cell, without it finds them."""

from __future__ import annotations

from collections.abc import Mapping
from random import Random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.builders import real_catalogue
from tests.counting import BLOCK, Exact, month, periods
from wegwijzer.insight import releases
from wegwijzer.insight.differencing import ROOM, Bounds, Key, exactly, intervals, learned, too_narrow
from wegwijzer.insight.periods import weeks_of
from wegwijzer.insight.releases import release, tables_for
from wegwijzer.insight.small_cells import LEAST, shown
from wegwijzer.insight.tables import TABLES, Table

WEEK = weeks_of(BLOCK)[0]
Counts = Mapping[str, Mapping[tuple[str, ...], int]]


def drawn(exact: Exact, seed: int = 1) -> list[Table]:
    """Released as they come, without looking whether they tell too much."""
    random = Random(seed)  # noqa: S311 - the same every time
    return [table for period in periods() for table in tables_for(period, exact.get(period, {}), real_catalogue(), random)]


def truth(exact: Exact, key: Key) -> int:
    period, name, cell = key
    return exact.get(period, {}).get(name, {}).get(cell, 0)


def unrounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(releases, "shown", lambda count, random: count if count >= LEAST else None)


def width(bounds: Bounds) -> int:
    return bounds[1] - bounds[0] + 1


@pytest.mark.parametrize("residents", [60, 3_000])
def test_of_a_month_nothing_is_learned_of_any_hidden_cell(residents: int) -> None:
    exact = month(residents, seed=residents)
    found = intervals(drawn(exact))
    some = [key for key in found if truth(exact, key) > 0]
    assert len(some) > 50, "there is something to find"
    assert learned(found) == {}, "each can still be anything from nobody to nine"


def test_the_same_attack_finds_them_when_nothing_is_rounded(monkeypatch: pytest.MonkeyPatch) -> None:
    unrounded(monkeypatch)
    exact = month(3_000, seed=3_000)
    found = intervals(drawn(exact), exactly)
    assert all(least <= truth(exact, key) <= most for key, (least, most) in found.items()), "the attack is sound"
    assert sum(width(bounds) < ROOM for bounds in found.values()) > 50
    assert sum(width(bounds) == 1 for bounds in found.values()) > 50


def one_small_cell() -> Exact:
    """A month in which only one wijk has fewer than ten people with a theme: three, found by taking parts from wholes."""
    city = real_catalogue()
    wijken = [*(wijk.id for wijk in city.wijken.wijken), "onbekend"]
    both: dict[tuple[str, ...], int] = {(halte, wijk): 20 for halte in (*city.haltes, "onbekend") for wijk in wijken}
    both[("verlies", "zuid")] = 3
    exact: Exact = {BLOCK: {"halte_wijk": both}}
    for number, week in enumerate(weeks_of(BLOCK)):
        haltes: dict[tuple[str, ...], int] = {}
        for cell, count in both.items():
            haltes[cell[:1]] = haltes.get(cell[:1], 0) + count // 4 + (number < count % 4)
        exact[week] = {"halte": haltes}
    return exact


def without_others(tables: list[Table]) -> list[Table]:
    """Only those of which this month says something."""
    return [table for table in tables if table.name in ("halte", "halte_wijk")]


def test_one_small_cell_is_three_or_anything(monkeypatch: pytest.MonkeyPatch) -> None:
    exact, key = one_small_cell(), (BLOCK, "halte_wijk", ("verlies", "zuid"))
    assert intervals(without_others(drawn(exact)))[key] == (0, LEAST - 1)
    unrounded(monkeypatch)
    assert intervals(without_others(drawn(exact)), exactly)[key] == (3, 3)


def test_one_person_more_is_not_seen() -> None:
    """With and without somebody the same can be shown, so that nobody knows which it was."""
    before: Counts = {"halte": {("verlies",): 14}}
    after: Counts = {"halte": {("verlies",): 15}}
    seen = [{_told(one, seed) for seed in range(200)} for one in (before, after)]
    assert seen[0] & seen[1]


def _told(counts: Counts, seed: int) -> int | None:
    tables = tables_for(WEEK, counts, real_catalogue(), Random(seed))  # noqa: S311
    return next(cell.shown for table in tables for cell in table.cells if cell.values == ("verlies",))


# --- rounding that tells too much by chance is drawn again


def whole(gesprekken: dict[tuple[str, ...], int], halte: dict[tuple[str, ...], int]) -> Counts:
    """As it is counted: in each table everybody once."""
    most = max(sum(gesprekken.values()), sum(halte.values()))
    for some in (gesprekken, halte):
        some[("onbekend",)] = some.get(("onbekend",), 0) + most - sum(some.values())
    rest = {"wijk": "onbekend", "uitkomst": "geen", "mening": "niet_gevraagd"}
    return {"gesprekken": gesprekken, "halte": halte, **{name: {(value,): most} for name, value in rest.items()}}


UNLUCKY = whole(
    {("zelf",): 14, ("ander",): 14, ("helpen",): 14, ("onbekend",): 14},
    {("verlies",): 11, ("ontmoeten",): 11, ("vrienden",): 11, ("geld",): 11, ("mentaal",): 12},
)


def badly(count: int, random: Random) -> int | None:
    """The worst of luck: those of one table down, those of the other up."""
    if count < LEAST:
        return None
    return count - count % 5 + (0 if count % 5 == 4 else 5)


def badly_at_first(times: int) -> Any:
    left = [times]

    def draw(count: int, random: Random) -> int | None:
        left[0] -= count >= LEAST
        return badly(count, random) if left[0] >= 0 else shown(count, random)

    return draw


def test_what_tells_too_much_by_chance_is_drawn_again(monkeypatch: pytest.MonkeyPatch) -> None:
    random = Random(1)  # noqa: S311
    monkeypatch.setattr(releases, "shown", badly)
    bad = tables_for(WEEK, UNLUCKY, real_catalogue(), random)
    assert too_narrow(bad), "nobody can be in a theme that is not shown"
    cells = sum(count >= LEAST for one in UNLUCKY.values() for count in one.values())
    monkeypatch.setattr(releases, "shown", badly_at_first(2 * cells))
    made = release(WEEK, UNLUCKY, real_catalogue(), random)
    assert not too_narrow(made.tables) and not made.left_out


def test_a_table_that_always_tells_too_much_is_left_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(releases, "shown", badly)
    made = release(WEEK, UNLUCKY, real_catalogue(), Random(1))  # noqa: S311
    assert made.left_out and not too_narrow(made.tables)
    assert {table.name for table in made.tables} == {name for name, one in TABLES.items() if one.kind == "week"} - made.left_out


CELLS = st.sampled_from([0, 1, 9, 10, 11, 14, 15, 30])


@settings(deadline=None, max_examples=10)
@given(st.lists(CELLS, min_size=4, max_size=4), st.lists(CELLS, min_size=6, max_size=6), st.integers(0, 1_000_000))
def test_whatever_is_counted_no_release_of_a_week_tells_too_much(few: list[int], more: list[int], seed: int) -> None:
    counts = whole(
        {(one,): count for one, count in zip(("zelf", "ander", "helpen", "onbekend"), few, strict=True)},
        {(halte,): count for halte, count in zip(real_catalogue().haltes, more, strict=False)},
    )
    made = release(WEEK, counts, real_catalogue(), Random(seed))  # noqa: S311
    assert not too_narrow(made.tables)
    assert all(cell.shown is None or cell.shown >= LEAST for table in made.tables for cell in table.cells)
