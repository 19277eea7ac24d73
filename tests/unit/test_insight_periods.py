"""Weeks and fixed blocks of four weeks: every moment is in one of each, and they follow one another."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.builders import unhurried
from wegwijzer.insight.periods import Kind, block_of, days_of, end_of, kind_of, over, period_of, start_of, week_of, weeks_of

MOMENTS = st.floats(min_value=1_500_000_000, max_value=2_500_000_000)
KINDS: tuple[Kind, ...] = ("week", "vierweken")


def at(text: str) -> float:
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo("Europe/Amsterdam")).timestamp()


@unhurried
@given(MOMENTS, st.sampled_from(KINDS))
def test_every_moment_is_in_its_period_and_the_next_one_begins_where_it_ends(moment: float, kind: Kind) -> None:
    period = period_of(moment, kind)
    assert start_of(period) <= moment < end_of(period)
    assert kind_of(period) == kind
    following = period_of(end_of(period), kind)
    assert following != period and start_of(following) == end_of(period)


@unhurried
@given(MOMENTS)
def test_the_weeks_of_a_block_fill_it(moment: float) -> None:
    block = block_of(week_of(moment))
    weeks = weeks_of(block)
    assert week_of(moment) in weeks and {block_of(week) for week in weeks} == {block}
    assert (start_of(weeks[0]), end_of(weeks[-1])) == (start_of(block), end_of(block))
    assert len(weeks) == 4 or (len(weeks) == 5 and weeks[-1].endswith("W53"))


@pytest.mark.parametrize(
    ("moment", "week", "block"),
    [
        ("2026-11-22T23:59:59", "2026-W47", "2026-P12"),
        ("2026-11-23T00:00:00", "2026-W48", "2026-P12"),
        ("2026-12-31T12:00:00", "2026-W53", "2026-P13"),
        ("2027-01-03T23:59:59", "2026-W53", "2026-P13"),
        ("2027-01-04T00:00:00", "2027-W01", "2027-P01"),
    ],
)
def test_as_it_is_in_utrecht(moment: str, week: str, block: str) -> None:
    assert (week_of(at(moment)), block_of(week)) == (week, block)


def test_the_week_in_which_the_clock_goes_back_is_an_hour_longer() -> None:
    assert end_of("2026-W43") - start_of("2026-W43") == 7 * 86_400 + 3_600
    assert [str(day) for day in days_of("2026-W43")] == ["2026-10-19", "2026-10-25"]


def test_what_is_over() -> None:
    assert list(over(at("2026-11-03T12:00"), at("2026-11-22T12:00"), "week")) == ["2026-W45", "2026-W46"]
    assert list(over(at("2026-11-03T12:00"), at("2026-11-22T12:00"), "vierweken")) == []


@pytest.mark.parametrize("wrong", ["", "2026", "2026-W00", "2026-W54", "2025-W53", "2026-P14", "2026-P00", "vandaag", "2026-W1"])
def test_what_is_no_period_is_said(wrong: str) -> None:
    with pytest.raises(ValueError, match="is no period"):
        start_of(wrong)
