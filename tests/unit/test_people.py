"""Who can be called at this moment: on Monday morning, on Sunday night, at Christmas."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.builders import catalogue, helpline, real_catalogue, unhurried
from wegwijzer.catalogue.models import Helpline
from wegwijzer.matching.opening_hours import AMSTERDAM, OpeningHours
from wegwijzer.matching.people import MOST_LINES, people_to_ask, people_to_call
from wegwijzer.vocabulary import Certainty

MONDAY_TEN = datetime(2025, 6, 2, 10, tzinfo=AMSTERDAM)
SUNDAY_THREE = datetime(2025, 6, 1, 3, tzinfo=AMSTERDAM)
CHRISTMAS = datetime(2025, 12, 25, 11, tzinfo=AMSTERDAM)
MOMENTS = {"Monday 10:00": MONDAY_TEN, "Sunday 03:00": SUNDAY_THREE, "Christmas 11:00": CHRISTMAS}

ALWAYS = helpline("altijd", opening_hours="24/7")
OFFICE = helpline("kantoor", opening_hours="Mo-Fr 09:00-17:00")
CITY_HALL = helpline("stadhuis")
GRIEF = helpline("rouwlijn", show="topic", haltes=["verlies"], opening_hours="Mo-Fr 09:00-17:00")
GRIEF_ALWAYS = helpline("rouwlijn_altijd", show="topic", haltes=["verlies"], opening_hours="24/7")
DEBT = helpline("schuldhulp", show="topic", haltes=["geld"], opening_hours="24/7")


def names(lines: tuple[Helpline, ...], moment: datetime, *haltes: str) -> list[str]:
    return [line.id for line in people_to_call(catalogue(lines=lines), haltes, moment)]


# --- a made-up city ---------------------------------------------------------------------------------------------------


def test_monday_morning_an_office_is_named_at_night_and_at_christmas_it_is_not() -> None:
    assert "kantoor" in names((OFFICE, ALWAYS), MONDAY_TEN)
    assert names((OFFICE, ALWAYS), SUNDAY_THREE) == ["altijd"]
    assert names((OFFICE, ALWAYS), CHRISTMAS) == ["altijd"]


def test_who_knows_about_the_theme_goes_first() -> None:
    assert names((ALWAYS, GRIEF), MONDAY_TEN, "verlies") == ["rouwlijn", "altijd"]
    assert names((ALWAYS, GRIEF), MONDAY_TEN, "vrienden") == ["altijd"]
    assert names((ALWAYS, GRIEF), SUNDAY_THREE, "verlies") == ["altijd"]


def test_the_first_theme_goes_before_the_second() -> None:
    assert names((GRIEF_ALWAYS, DEBT), MONDAY_TEN, "geld", "verlies")[0] == "schuldhulp"
    assert names((GRIEF_ALWAYS, DEBT), MONDAY_TEN, "verlies", "geld")[0] == "rouwlijn_altijd"


def test_whoever_is_always_there_goes_before_whoever_closes() -> None:
    assert names((OFFICE, ALWAYS), MONDAY_TEN) == ["altijd", "kantoor"]


def test_there_is_always_room_for_a_line_for_everybody() -> None:
    topics = tuple(helpline(f"rouw_{n}", show="topic", haltes=["verlies"], opening_hours="24/7") for n in range(4))
    found = names((*topics, ALWAYS), MONDAY_TEN, "verlies")
    assert len(found) == MOST_LINES and "altijd" in found


@pytest.mark.parametrize(
    "line",
    [
        helpline("geen_nummer", phone="", opening_hours="24/7"),
        helpline("onzeker", certainty="low", opening_hours="24/7"),
        helpline("nooit", show="no", opening_hours="24/7"),
        helpline("nood", show="crisis", opening_hours="24/7"),
        helpline("thema_zonder_uren", show="topic", haltes=["verlies"]),
    ],
    ids=lambda line: line.id,
)
def test_who_is_not_named(line: Helpline) -> None:
    assert names((line,), MONDAY_TEN, "verlies") == []


def test_a_line_whose_hours_nobody_knows_comes_after_one_that_is_surely_there() -> None:
    assert names((CITY_HALL, ALWAYS), SUNDAY_THREE)[0] == "altijd"


def test_who_knows_the_city_is_named_at_any_hour_on_the_theme_first() -> None:
    money = helpline("buurtteam", guide=True, phone="", website="https://b.example.nl", haltes=["geld"])
    office = helpline("infopunt", guide=True, haltes=["vrienden"], opening_hours="Mo-Fr 09:00-17:00")
    city = catalogue(lines=(money, office, ALWAYS))
    assert [line.id for line in people_to_ask(city, ["geld"])] == ["buurtteam", "infopunt"]
    assert [line.id for line in people_to_ask(city, ["vrienden"])] == ["infopunt", "buurtteam"]


@pytest.mark.parametrize(
    "fields", [{"show": "no"}, {"certainty": "low"}, {"phone": "", "website": ""}, {"guide": False}], ids=lambda one: str(one)
)
def test_who_may_not_be_shown_or_reached_is_no_guide(fields: dict[str, Any]) -> None:
    line = helpline("gids", **{"guide": True} | fields)
    assert people_to_ask(catalogue(lines=(line,)), []) == []


def test_in_the_real_city_the_buurtteam_and_the_infopunt_know_more() -> None:
    for halte in real_catalogue().haltes:
        guides = people_to_ask(real_catalogue(), [halte])
        assert {line.id for line in guides} == {"buurtteam", "infopunt_informele_zorg"}
        assert any(line.phone for line in guides)


# --- the real city ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("moment", MOMENTS.values(), ids=MOMENTS)
@pytest.mark.parametrize("halte", [None, *sorted(real_catalogue().haltes)])
def test_there_is_always_a_human_to_call(halte: str | None, moment: datetime) -> None:
    lines = people_to_call(real_catalogue(), [halte] if halte else [], moment)
    assert 1 <= len(lines) <= MOST_LINES
    assert len({line.id for line in lines}) == len(lines)
    assert all(line.phone and line.show in ("human", "topic") and line.certainty is not Certainty.LOW for line in lines)
    assert any(line.opening_hours and OpeningHours.parse(line.opening_hours).is_open(moment) for line in lines)


@pytest.mark.parametrize("moment", [SUNDAY_THREE, CHRISTMAS])
def test_nobody_is_named_who_is_known_to_be_closed(moment: datetime) -> None:
    for halte in real_catalogue().haltes:
        for line in people_to_call(real_catalogue(), [halte], moment):
            assert not line.opening_hours or OpeningHours.parse(line.opening_hours).is_open(moment), line.id


def test_sunday_night_the_first_to_call_is_always_there() -> None:
    assert people_to_call(real_catalogue(), [], SUNDAY_THREE)[0].opening_hours == "24/7"


def test_monday_morning_there_are_more_people_than_on_sunday_night() -> None:
    def open_now(moment: datetime) -> set[str]:
        return {line.id for halte in real_catalogue().haltes for line in people_to_call(real_catalogue(), [halte], moment)}

    assert open_now(MONDAY_TEN) > open_now(SUNDAY_THREE)


@unhurried
@given(
    st.datetimes(datetime(2025, 1, 1), datetime(2027, 12, 31)).map(lambda moment: moment.replace(tzinfo=AMSTERDAM)),
    st.lists(st.sampled_from(sorted(real_catalogue().haltes)), unique=True, max_size=3),
)
def test_at_any_moment_someone_is_there_and_nobody_who_is_closed(moment: datetime, haltes: list[str]) -> None:
    lines = people_to_call(real_catalogue(), haltes, moment)
    assert lines
    for line in lines:
        assert not line.opening_hours or OpeningHours.parse(line.opening_hours).is_open(moment)
    again = people_to_call(real_catalogue(), haltes, moment + timedelta(0))
    assert lines == again
