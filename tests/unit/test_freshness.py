"""What nobody confirmed lately is stale; what is not certainly recent counts as old."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.builders import initiative
from wegwijzer.catalogue.freshness import confirmed_from, is_stale, months_before

TODAY = date(2026, 11, 22)


@pytest.mark.parametrize(
    ("verified_on", "stale"),
    [
        ("2026-11-22", False),  # today
        ("2025-11-22", False),  # exactly as long ago as is allowed
        ("2025-11-21", True),  # a day longer
        ("2025-12", False),
        ("2025-11", True),  # perhaps the first of November
        ("2026", False),
        ("2025", True),
        ("2015", True),
        ("", True),  # never
        ("0000", True),
        ("2026-11-23", True),  # tomorrow confirms nothing
        ("2027", True),
        ("2062-11-22", True),
    ],
)
def test_a_record_is_stale_unless_it_was_certainly_confirmed_in_time(verified_on: str, stale: bool) -> None:
    assert is_stale(initiative(verified_on=verified_on), TODAY, 12) is stale


def test_the_number_of_months_decides() -> None:
    record = initiative(verified_on="2026-06-10")
    assert [is_stale(record, TODAY, months) for months in (1, 5, 6, 12)] == [True, True, False, False]


def test_the_day_that_is_asked_about_decides() -> None:
    record = initiative(verified_on="2026-06-10")
    assert not is_stale(record, date(2027, 6, 10), 12)
    assert is_stale(record, date(2027, 6, 11), 12)


@pytest.mark.parametrize(
    ("text", "day"),
    [("2024", date(2024, 1, 1)), ("2024-05", date(2024, 5, 1)), ("2024-02-29", date(2024, 2, 29)), ("", None), ("0000-05", None)],
)
def test_a_year_or_month_counts_from_its_first_day(text: str, day: date | None) -> None:
    assert confirmed_from(text) == day


@pytest.mark.parametrize(
    ("today", "months", "before"),
    [
        (date(2026, 11, 22), 12, date(2025, 11, 22)),
        (date(2026, 1, 15), 1, date(2025, 12, 15)),
        (date(2026, 12, 1), 12, date(2025, 12, 1)),
        (date(2026, 3, 31), 1, date(2026, 2, 28)),
        (date(2024, 2, 29), 12, date(2023, 2, 28)),
        (date(2026, 11, 22), 0, date(2026, 11, 22)),
    ],
)
def test_months_are_counted_on_the_calendar(today: date, months: int, before: date) -> None:
    assert months_before(today, months) == before


@given(st.dates(), st.integers(min_value=0, max_value=10**6))
def test_any_number_of_months_can_be_counted_back(today: date, months: int) -> None:
    assert months_before(today, months) <= today


@given(st.dates(), st.integers(min_value=0, max_value=600), st.integers(min_value=0, max_value=600))
def test_waiting_longer_never_makes_more_stale(confirmed: date, months: int, more: int) -> None:
    record = initiative(verified_on=confirmed.isoformat())
    assert is_stale(record, TODAY, months) or not is_stale(record, TODAY, months + more)


@pytest.mark.parametrize("status", ["ended", "unknown"])
def test_what_ended_or_is_unknown_is_never_shown_however_fresh(status: str) -> None:
    record = initiative(verified_on="2026-11-22", status=status, status_reason="Gestopt.")
    assert not is_stale(record, TODAY, 12)
    assert not record.suggestable


def test_what_cannot_be_reached_is_never_shown_however_fresh() -> None:
    record = initiative(verified_on="2026-11-22", contact={})
    assert not is_stale(record, TODAY, 12)
    assert not record.suggestable
    assert initiative(verified_on="2026-11-22", contact={"via": "lijn"}).suggestable


def test_stale_does_not_hide_by_itself() -> None:
    assert initiative(verified_on="2015").suggestable
