"""When somebody is asked later: at the time they chose, by day, and only where the channel lets us."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wegwijzer.aftercare.moments import MARGIN, WINDOW, Way, choices_now, due_at, way_of
from wegwijzer.catalogue.loading import load_catalogue
from wegwijzer.catalogue.nazorg import Nazorg
from wegwijzer.matching.opening_hours import AMSTERDAM
from wegwijzer.paths import CATALOGUE

FOUND = load_catalogue(CATALOGUE).nazorg
assert FOUND is not None
KEPT: Nazorg = FOUND
FREE, WINDOWED = Way(pushes=True), Way(pushes=True, window=True)


def at(hour: int, minute: int = 0) -> datetime:
    return datetime(2026, 11, 18, hour, minute, tzinfo=AMSTERDAM)


def when(choice: str, said: datetime, way: Way) -> datetime | None:
    return due_at(KEPT.choice(choice), KEPT, said, way)


def test_what_a_channel_can_do() -> None:
    assert not way_of("rest", "").pushes and not way_of("cmdline", "").pushes
    assert way_of("web", "") == FREE
    assert way_of("whatsapp", "") == way_of("twilio", "") == WINDOWED
    assert way_of("whatsapp", "is_het_gelukt") == FREE


def test_by_day_it_is_asked_after_as_many_hours() -> None:
    assert when("morgen", at(15), FREE) == at(15) + timedelta(hours=23)
    assert when("week", at(15), FREE) == at(15) + timedelta(days=7)


def test_at_night_it_waits_until_the_morning() -> None:
    assert when("morgen", at(23, 30), FREE) == (at(9) + timedelta(days=2))
    assert when("morgen", at(2), FREE) == at(9) + timedelta(days=1)


def test_within_the_window_it_is_asked_before_that_closes() -> None:
    assert when("morgen", at(22), WINDOWED) == at(20, 30) + timedelta(days=1)
    assert when("morgen", at(23, 30), WINDOWED) == at(20, 30) + timedelta(days=1)
    assert when("morgen", at(0, 30), WINDOWED) == at(20, 30), "who says tomorrow at night means the day that has begun"
    assert when("morgen", at(6), WINDOWED) is None, "that could only be today: it is not offered"


def test_what_cannot_be_kept_is_not_offered() -> None:
    assert [choice.id for choice in choices_now(KEPT, at(15), FREE)] == ["morgen", "week"]
    assert [choice.id for choice in choices_now(KEPT, at(15), WINDOWED)] == ["morgen"]
    assert choices_now(KEPT, at(6), WINDOWED) == []
    assert choices_now(KEPT, at(15), Way(pushes=False)) == []


@given(st.datetimes(datetime(2026, 1, 1), datetime(2027, 1, 1)), st.booleans())
def test_every_moment_is_by_day_later_than_the_yes_and_within_the_window(said: datetime, windowed: bool) -> None:
    said, way = said.replace(tzinfo=AMSTERDAM), WINDOWED if windowed else FREE
    for choice in choices_now(KEPT, said, way):
        due = due_at(choice, KEPT, said, way)
        assert due is not None and due > said
        assert KEPT.day[0] <= due.time().replace(second=0, microsecond=0) <= KEPT.day[1]
        if windowed:
            assert due <= said + WINDOW - MARGIN


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"vanaf": "9 uur"}, "vanaf"),
        ({"vanaf": "21:00", "tot": "09:00"}, "tot"),
        ({"nee": ""}, "nee"),
        ({"keuzes": ()}, "keuzes"),
        ({"nee": "Nee, dat wil ik echt liever niet"}, "nee"),
    ],
)
def test_an_editor_hears_what_is_wrong(change: dict[str, object], field: str) -> None:
    assert field in {name for name, _ in KEPT.model_copy(update=change).mistakes()}
