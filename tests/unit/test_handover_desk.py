"""When colleagues are there, and what may be promised: never more than is known."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.builders import CATALOGUE
from wegwijzer.catalogue.checking import check_all
from wegwijzer.catalogue.loading import Catalogue, load_catalogue
from wegwijzer.handover.desk import Desk, PromiseKind
from wegwijzer.handover.journal import OtherHours
from wegwijzer.matching.opening_hours import AMSTERDAM

HOURS = "Mo-Fr 09:00-17:00"


@pytest.fixture(scope="module")
def catalogue() -> Catalogue:
    return load_catalogue(CATALOGUE)


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=AMSTERDAM)


def test_without_hours_nothing_but_a_number_is_promised(catalogue: Catalogue) -> None:
    desk = Desk.of(replace(catalogue, balie=catalogue.balie.model_copy(update={"opening_hours": ""})))
    promise = desk.promise(at("2026-11-24T10:00"), catalogue.sentences)
    assert (promise.kind, promise.opens) == (PromiseKind.NUMBER, "")
    assert promise.line.phone


def test_no_hours_are_invented_for_the_municipality(catalogue: Catalogue) -> None:
    assert catalogue.balie.opening_hours == "", "with real hours, from who works there, this test may go"


@pytest.mark.parametrize(
    ("moment", "kind", "opens"),
    [
        ("2026-11-24T10:00", PromiseKind.NOW, ""),
        ("2026-11-24T08:00", PromiseKind.CALL_BACK, "vandaag om 9.00 uur"),
        ("2026-11-24T17:00", PromiseKind.CALL_BACK, "morgen om 9.00 uur"),
        ("2026-11-27T18:00", PromiseKind.CALL_BACK, "maandag om 9.00 uur"),
        ("2026-12-25T10:00", PromiseKind.CALL_BACK, "maandag om 9.00 uur"),
    ],
)
def test_what_is_promised(catalogue: Catalogue, moment: str, kind: PromiseKind, opens: str) -> None:
    promise = Desk.of(catalogue, HOURS).promise(at(moment), catalogue.sentences)
    assert (promise.kind, promise.opens) == (kind, opens)


def test_a_desk_that_does_not_call_back_names_a_number(catalogue: Catalogue) -> None:
    desk = replace(Desk.of(catalogue, HOURS), call_back=False)
    promise = desk.promise(at("2026-11-24T18:00"), catalogue.sentences)
    assert (promise.kind, promise.opens) == (PromiseKind.NUMBER, "morgen om 9.00 uur")


def test_other_hours_on_a_day_go_before_the_usual_and_before_holidays(catalogue: Catalogue) -> None:
    others = {
        date(2026, 11, 24): OtherHours(""), date(2026, 11, 25): OtherHours("13:00-14:00"), date(2026, 12, 25): OtherHours("10:00-12:00")
    }  # fmt: skip
    desk = Desk.of(catalogue, HOURS, others)
    assert not desk.is_open(at("2026-11-24T10:00"))
    assert desk.next_opening(at("2026-11-24T10:00")) == at("2026-11-25T13:00")
    assert desk.is_open(at("2026-12-25T11:00"))
    assert not desk.is_open(at("2026-12-25T12:30"))


def test_other_hours_open_a_desk_without_usual_hours(catalogue: Catalogue) -> None:
    desk = replace(Desk.of(catalogue), hours=None, others={date(2026, 11, 26): OtherHours("10:00-12:00")})
    assert desk.promise(at("2026-11-24T10:00"), catalogue.sentences).kind is PromiseKind.CALL_BACK
    assert desk.next_opening(at("2026-11-26T12:00")) is None


@given(minutes=st.integers(0, 400 * 24 * 60), closed=st.sets(st.integers(0, 400), max_size=5))
def test_the_next_opening_is_open_and_not_in_the_past(minutes: int, closed: set[int]) -> None:
    first = date(2026, 1, 1)
    others = {first + timedelta(days=day): OtherHours("") for day in closed}
    desk = replace(_DESK, others=others)
    moment = at("2026-01-01T00:00").astimezone(UTC) + timedelta(minutes=minutes)
    opens = desk.next_opening(moment)
    assert opens is not None
    assert opens >= moment and desk.is_open(opens)
    assert (opens == moment) or not desk.is_open(moment)


_DESK = Desk.of(load_catalogue(CATALOGUE), HOURS)


@pytest.mark.parametrize("setting", ["van negen tot vijf", "Mo 25:00-26:00"])
def test_hours_that_cannot_be_used_are_refused(catalogue: Catalogue, setting: str) -> None:
    with pytest.raises(ValueError, match="openingstijden"):
        Desk.of(catalogue, setting)


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("opening_hours: negen tot vijf\nline: gemeente\n", "openingstijden kunnen we niet lezen"),
        ("line: bestaat_niet\n", "'bestaat_niet' bestaat niet"),
        ("line: wmo_loket\n", "heeft geen zeker telefoonnummer"),
        ("opening_hours: ''\n", "line"),
        ("line: gemeente\nopeningstijden: ''\n", "openingstijden"),
    ],
)
def test_the_catalogue_check_helps_with_mistakes(tmp_path: Path, text: str, problem: str) -> None:
    folder = tmp_path / "catalogue"
    folder.mkdir()
    for path in CATALOGUE.iterdir():
        (folder / path.name).symlink_to(path)
    (folder / "balie.yml").unlink()
    (folder / "balie.yml").write_text(text, encoding="utf-8")
    found = [str(one) for one in check_all(folder)]
    assert any("balie.yml" in one and problem in one for one in found), found
