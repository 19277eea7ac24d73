"""Opening hours: what is open when, what is refused, and the sentence a resident reads."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wegwijzer.catalogue.sentences import Sentences
from wegwijzer.matching.opening_hours import AMSTERDAM, HORIZON, Opening, OpeningHours, describe, opening

SENTENCES = Sentences(
    reasons={},
    contact={
        "open_now": "Ze zijn nu open.",
        "closed_now": "Ze zijn nu dicht. Ze gaan open: {wanneer}.",
        "today": "vandaag om {tijd}",
        "tomorrow": "morgen om {tijd}",
        "weekday": "{dag} om {tijd}",
    },
    answers={
        "weekday": {
            "0": "maandag",
            "1": "dinsdag",
            "2": "woensdag",
            "3": "donderdag",
            "4": "vrijdag",
            "5": "zaterdag",
            "6": "zondag",
        }
    },
    connectors={},
)

HOLIDAYS_2026 = {
    *(date(2026, 1, 1), date(2026, 4, 5), date(2026, 4, 6), date(2026, 4, 27), date(2026, 5, 14)),
    *(date(2026, 5, 24), date(2026, 5, 25), date(2026, 12, 25), date(2026, 12, 26)),
}


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=AMSTERDAM)


@pytest.mark.parametrize(
    ("hours", "moment", "is_open"),
    [
        ("Mo-Fr 09:00-17:00", "2026-01-05 09:00", True),
        ("Mo-Fr 09:00-17:00", "2026-01-05 08:59:59", False),
        ("Mo-Fr 09:00-17:00", "2026-01-05 16:59:59", True),
        ("Mo-Fr 09:00-17:00", "2026-01-05 17:00", False),
        ("Mo-Fr 09:00-17:00", "2026-01-10 12:00", False),
        ("  Mo-Fr 9:00-17:00 ", "2026-01-05 09:00", True),
        ("We 11:00-12:00", "2026-01-07 11:30", True),
        ("Tu,We,Fr 10:00-16:00; Th 10:00-13:00", "2026-01-08 12:00", True),
        ("Tu,We,Fr 10:00-16:00; Th 10:00-13:00", "2026-01-08 14:00", False),
        ("Tu,We,Fr 10:00-16:00; Th 10:00-13:00", "2026-01-09 14:00", True),
        ("Tu[1] 10:30-12:00", "2026-02-03 11:00", True),
        ("Tu[1] 10:30-12:00", "2026-02-10 11:00", False),
        ("Fr 22:00-02:00", "2026-01-10 01:00", True),
        ("Oct-Mar Mo 10:00-12:00", "2026-06-08 11:00", False),
        ("Mo unknown", "2026-01-05 11:00", False),
        # Public holidays: closed, unless the hours are round the clock or speak of them.
        ("Mo-Fr 09:00-17:00", "2026-04-06 12:00", False),
        ("Mo-Su 09:00-23:00", "2026-12-25 12:00", False),
        ("Mo-Fr 09:00-17:00", "2026-04-27 12:00", False),
        ("Mo-Su 09:00-17:00", "2026-05-05 12:00", True),
        ("Mo-Su 09:00-17:00", "2025-05-05 12:00", False),
        ("Mo-Su 09:00-17:00", "2030-05-05 12:00", False),
        ("Mo-Fr 09:00-17:00", "2026-04-03 12:00", True),
        ("24/7", "2026-12-25 03:00", True),
        ("Mo-Su 00:00-24:00", "2026-12-25 03:00", True),
        ("Mo-Su,PH 09:00-23:00", "2026-12-25 12:00", True),
        ("Mo-Fr 09:00-17:00; PH 10:00-12:00", "2026-12-25 11:00", True),
        ("Mo-Fr 09:00-17:00; PH 10:00-12:00", "2026-12-25 14:00", False),
        ("24/7; PH off", "2026-12-25 12:00", False),
    ],
)
def test_is_open(hours: str, moment: str, is_open: bool) -> None:
    assert OpeningHours.parse(hours).is_open(at(moment)) is is_open


@pytest.mark.parametrize(
    ("hours", "moment", "opens"),
    [
        ("Mo-Fr 09:00-17:00", "2026-01-05 08:00", "2026-01-05 09:00"),
        ("Mo-Fr 09:00-17:00", "2026-01-05 09:00", "2026-01-06 09:00"),
        ("Mo-Fr 09:00-17:00", "2026-01-05 17:00:30", "2026-01-06 09:00"),
        ("Mo-Fr 09:00-17:00", "2026-01-09 18:00", "2026-01-12 09:00"),
        ("Mo-Fr 09:00-17:00", "2026-04-03 18:00", "2026-04-07 09:00"),
        ("Mo-Fr 09:00-12:00,13:00-17:00", "2026-01-05 12:30", "2026-01-05 13:00"),
        ("Tu[1] 10:30-12:00", "2026-10-07 09:00", "2026-11-03 10:30"),
        ("Su 10:00-12:00", "2026-03-28 23:00", "2026-03-29 10:00"),
        ("24/7", "2026-01-05 09:00", None),
        ("off", "2026-01-05 09:00", None),
        ("2099 Mo 10:00-12:00", "2026-01-05 09:00", None),
    ],
)
def test_next_opening(hours: str, moment: str, opens: str | None) -> None:
    assert OpeningHours.parse(hours).next_opening(at(moment)) == (at(opens) if opens else None)


def test_other_timezones_are_converted() -> None:
    hours = OpeningHours.parse("Mo-Fr 09:00-17:00")
    assert hours.is_open(datetime(2026, 7, 6, 7, 0, tzinfo=UTC))
    assert not hours.is_open(datetime(2026, 1, 5, 7, 30, tzinfo=UTC))
    assert hours.next_opening(datetime(2026, 1, 5, 7, 30, tzinfo=UTC)) == at("2026-01-05 09:00")


def test_a_moment_without_timezone_is_refused() -> None:
    with pytest.raises(ValueError, match="timezone"):
        OpeningHours.parse("24/7").is_open(datetime(2026, 1, 5, 9))


@pytest.mark.parametrize(
    ("text", "remedy"),
    [
        ("ma-vr 9:00-17:00", "Mo-Fr 09:00-17:00"),
        ("Mo-Fr 09.00-17.00", "Mo-Fr 09:00-17:00"),
        ("Mo-Fr 9-17", "Mo-Fr 09:00-17:00"),
        ("Mo-Fr 09:60-17:00", "kunnen we niet lezen"),
        ("elke dinsdag", "kunnen we niet lezen"),
        ("", "leeg"),
        ("  ", "leeg"),
        ('"op afspraak"', "opening_note"),
        ('Mo-Fr 09:00-17:00 || "bel even"', "opening_note"),
        ("Mo-Fr 09:00-17:00; SH off", "schoolvakanties"),
    ],
)
def test_malformed_hours_name_the_remedy(text: str, remedy: str) -> None:
    with pytest.raises(ValueError, match=remedy):
        OpeningHours.parse(text)


@pytest.mark.parametrize(
    ("hours", "moment", "line"),
    [
        ("24/7", "2026-12-25 03:00", "Ze zijn nu open."),
        ("Mo-Fr 09:00-17:00", "2026-01-05 10:00", "Ze zijn nu open."),
        ("Mo-Fr 09:00-17:00", "2026-01-05 07:00", "Ze zijn nu dicht. Ze gaan open: vandaag om 9.00 uur."),
        ("Mo-Fr 09:30-17:00", "2026-01-05 19:00", "Ze zijn nu dicht. Ze gaan open: morgen om 9.30 uur."),
        ("Mo-Fr 09:00-17:00", "2026-01-09 19:00", "Ze zijn nu dicht. Ze gaan open: maandag om 9.00 uur."),
        ("Mo-Fr 09:00-17:00", "2026-12-31 23:59", "Ze zijn nu dicht. Ze gaan open: maandag om 9.00 uur."),
        ("We 13:05-14:00", "2026-01-07 15:00", "Ze zijn nu dicht. Ze gaan open: woensdag 14 januari om 13.05 uur."),
        ("", "2026-01-05 10:00", ""),
        ("ma-vr", "2026-01-05 10:00", ""),
        ("Mo unknown", "2026-01-05 10:00", ""),
        ("off", "2026-01-05 10:00", ""),
    ],
)
def test_describe(hours: str, moment: str, line: str) -> None:
    assert describe(hours, at(moment), SENTENCES) == line


_DAYS = ("Mo", "Tu", "We", "Th", "Fr", "Sa", "Su")
_MINUTES = st.integers(0, 24 * 4).map(lambda quarter: quarter * 15)


@st.composite
def _week(draw: st.DrawFn) -> dict[int, tuple[int, int]]:
    """For some weekdays the minutes of the day at which a place opens and closes."""
    spans = st.tuples(_MINUTES, _MINUTES).map(sorted).filter(lambda span: span[0] < span[1])
    return {day: (span[0], span[1]) for day, span in draw(st.dictionaries(st.integers(0, 6), spans, min_size=1)).items()}


def _text(week: dict[int, tuple[int, int]]) -> str:
    def clock(minutes: int) -> str:
        return f"{minutes // 60:02d}:{minutes % 60:02d}"

    return "; ".join(f"{_DAYS[day]} {clock(begin)}-{clock(end)}" for day, (begin, end) in week.items())


_MOMENTS = st.datetimes(datetime(2026, 1, 1), datetime(2026, 12, 31, 23, 59), timezones=st.just(UTC))


@given(week=_week(), moment=_MOMENTS)
def test_is_open_agrees_with_the_clock_on_the_wall(week: dict[int, tuple[int, int]], moment: datetime) -> None:
    local = moment.astimezone(AMSTERDAM)
    begin, end = week.get(local.weekday(), (0, 0))
    expected = begin <= local.hour * 60 + local.minute < end and local.date() not in HOLIDAYS_2026
    if set(week) == set(range(7)) and set(week.values()) == {(0, 24 * 60)}:
        expected = True
    assert OpeningHours.parse(_text(week)).is_open(moment) is expected


@given(
    hours=st.one_of(
        _week().map(_text), st.sampled_from(["24/7", "off", "Tu[1] 10:30-12:00", "Fr 22:00-04:00", "Su 01:00-05:00"])
    ),
    moment=_MOMENTS,
    part=st.floats(0, 0.999),
)
def test_is_open_agrees_with_next_opening(hours: str, moment: datetime, part: float) -> None:
    parsed = OpeningHours.parse(hours)
    opens = parsed.next_opening(moment)
    if opens is None:
        assert parsed.is_open(moment + part * HORIZON) is parsed.is_open(moment)
        return
    assert moment < opens <= moment + HORIZON
    assert parsed.is_open(opens)
    assert not parsed.is_open(opens.astimezone(UTC) - timedelta(seconds=1))
    if not parsed.is_open(moment):
        assert not parsed.is_open(moment + part * (opens - moment))


# --- how soon ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("hours", "moment", "soon"),
    [
        ("Mo-Fr 09:00-17:00", "2026-03-02 09:00", Opening.NU),
        ("Mo-Fr 09:00-17:00", "2026-03-02 08:59", Opening.VANDAAG),
        ("Mo-Fr 09:00-17:00", "2026-03-02 17:00", Opening.MORGEN),
        ("Mo-Fr 09:00-17:00", "2026-03-06 17:00", Opening.WEEK),
        ("We 12:00-14:00", "2026-03-05 12:00", Opening.WEEK),
        ("We 12:00-14:00", "2026-03-04 14:00", Opening.LATER),
        ("Mo-Fr 09:00-17:00", "2026-04-27 12:00", Opening.MORGEN),
        ("Mo-Fr 09:00-17:00", "2026-12-25 12:00", Opening.WEEK),
        ("24/7", "2026-12-25 03:00", Opening.NU),
        ("", "2026-03-02 12:00", Opening.ONBEKEND),
        ("ma-vr 9-17", "2026-03-02 12:00", Opening.ONBEKEND),
        ("off", "2026-03-02 12:00", Opening.LATER),
    ],
)
def test_how_soon_one_can_go(hours: str, moment: str, soon: Opening) -> None:
    assert opening(hours, datetime.fromisoformat(moment).replace(tzinfo=AMSTERDAM)) is soon


@pytest.mark.parametrize("second", [0, 1, 59])
def test_within_one_minute_the_answer_is_the_same(second: int) -> None:
    closes = datetime(2026, 3, 2, 16, 59, second, tzinfo=AMSTERDAM)
    assert opening("Mo-Fr 09:00-17:00", closes) is Opening.NU


def test_an_hour_that_the_clock_skips_a_year_later_breaks_nothing() -> None:
    moment = datetime(2026, 3, 27, 2, 0, tzinfo=AMSTERDAM)
    assert OpeningHours.parse("Mo-Fr 09:00-17:00").next_opening(moment) == datetime(2026, 3, 27, 9, 0, tzinfo=AMSTERDAM)
