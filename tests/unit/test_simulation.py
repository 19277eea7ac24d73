"""Made-up residents, ways of asking them, and the page that says what came of it."""

from __future__ import annotations

import copy
import json
import random
import re
from collections.abc import Sequence
from dataclasses import replace
from functools import lru_cache
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from typer.testing import CliRunner

from tests.builders import few, real_catalogue
from wegwijzer import cli
from wegwijzer.commands import measuring
from wegwijzer.dialogue.planning import MOST_REFUSALS
from wegwijzer.evaluation import simulation
from wegwijzer.evaluation.asking import (
    FIXED,
    HUMAN,
    Case,
    as_many,
    best_order,
    by_rule,
    curve,
    difference,
    in_order,
    measure,
    ways,
    with_interval,
)
from wegwijzer.evaluation.model_card import read_figures
from wegwijzer.evaluation.residents import POPULATIONS, Population, Resident, draw_residents
from wegwijzer.evaluation.simulation import PAGE, TEMPLATE, render_page
from wegwijzer.matching.profile import ASKABLE, Profile
from wegwijzer.matching.questions import MOST_QUESTIONS, Rule
from wegwijzer.matching.ranking import unsuitable
from wegwijzer.vocabulary import VoorWie

CITY = real_catalogue()
OPEN = Population("answers everything", skips=0.0, outside=0.0, minor=0.0)
SILENT = Population("answers nothing", skips=1.0, told=0.0)


def cases(population: Population, count: int, seed: int = 5) -> list[Case]:
    return [Case(resident, CITY, CITY.suggestable) for resident in draw_residents(CITY, population, count, seed)]


@lru_cache(maxsize=1)
def open_cases() -> list[Case]:
    return cases(OPEN, 120)


def everything(some: Sequence[Case]) -> list[list[str]]:
    return [in_order(case, FIXED) for case in some]


# --------------------------------------------------------------------------- residents


def test_the_same_seed_draws_the_same_residents_and_another_seed_others() -> None:
    first = draw_residents(CITY, POPULATIONS["expected"], 30, 7)
    assert first == draw_residents(CITY, POPULATIONS["expected"], 30, 7)
    assert first != draw_residents(CITY, POPULATIONS["expected"], 30, 8)


def test_no_residents_is_refused() -> None:
    with pytest.raises(ValueError, match="at least one"):
        draw_residents(CITY, OPEN, 0, 1)


@few
@given(st.sampled_from(sorted(POPULATIONS)), st.integers(0, 10_000))
def test_everybody_has_a_whole_truth_and_tells_only_truths(name: str, seed: int) -> None:
    for resident in draw_residents(CITY, POPULATIONS[name], 10, seed):
        truth, told = resident.truth, resident.told
        assert truth.haltes and set(truth.haltes) <= set(CITY.haltes) and len(set(truth.haltes)) == len(truth.haltes)
        assert truth.wijk in {wijk.id for wijk in CITY.wijken.wijken}
        asked = ASKABLE[truth.voor_wie]
        assert truth.leeftijd is None or 18 <= truth.leeftijd <= 95
        for slot in ("gemis", "leeftijd", "wijk"):
            assert (getattr(truth, slot) is not None) == (slot in asked), "the whole truth, and nothing that is never asked"
        assert truth.groepen <= set(CITY.groepen)
        assert len(set(truth.drempels)) == len(truth.drempels)
        assert not told.closed, "nothing was asked yet"
        for slot in ("gemis", "wijk", "leeftijd", "vorm", "drempels"):
            if getattr(told, slot):
                assert getattr(told, slot) == getattr(truth, slot)
        assert resident.elsewhere in (None, *told.open_slots()), "who told that they live elsewhere is not asked anything"


def test_a_made_up_student_is_not_eighty() -> None:
    students = [one for one in draw_residents(CITY, replace(OPEN, groep=1.0), 600, 3) if "studenten" in one.truth.groepen]
    assert students
    assert all((one.truth.leeftijd or 0) <= 30 for one in students)


def test_an_answer_fills_in_and_a_skipped_question_only_closes() -> None:
    truth = Profile(haltes=("verlies",), wijk="west", leeftijd=70)
    resident = Resident(truth, Profile(haltes=("verlies",)), skips=frozenset({"leeftijd"}))
    answered = resident.answered(resident.answered(resident.told, "wijk"), "leeftijd")
    assert (answered.wijk, answered.leeftijd) == ("west", None)
    assert not {"wijk", "leeftijd"} & set(answered.open_slots())


# --------------------------------------------------------------------------- ways of asking


def test_who_answers_everything_ends_with_the_best_record() -> None:
    for case, asked in zip(open_cases(), everything(open_cases()), strict=True):
        place = case.place(asked)
        assert place.first and place.among_three and not place.unsuitable
        assert place.regret == pytest.approx(0.0)


def test_who_skips_everything_is_left_alone_and_gets_what_they_would_have_got_without_questions() -> None:
    for case in cases(SILENT, 25):
        asked = by_rule(case, Rule())
        assert len(asked) <= MOST_REFUSALS
        assert case.place(asked) == case.place([])


@few
@given(st.integers(0, 10_000), st.data())
def test_no_questions_bring_anybody_beyond_their_best(seed: int, data: st.DataObject) -> None:
    [case] = cases(POPULATIONS["other"], 1, seed)
    place = case.place(data.draw(st.lists(st.sampled_from(case.slots), unique=True)) if case.slots else [])
    assert place.regret >= -1e-9
    assert place.among_three or not place.first
    assert not (place.first and place.unsuitable)


def test_the_order_of_the_questions_does_not_change_where_somebody_ends() -> None:
    chance = random.Random(1)  # noqa: S311 - the same every time
    for case in open_cases()[:20]:
        some = chance.sample(case.slots, len(case.slots))[:3]
        assert case.place(some) == case.place(some[::-1])


def test_no_initiative_has_the_name_of_the_human() -> None:
    assert HUMAN not in CITY.initiatives


def test_no_question_is_asked_twice_or_of_somebody_whom_it_does_not_concern() -> None:
    for case in cases(POPULATIONS["expected"], 60):
        asked = by_rule(case, Rule())
        assert len(set(asked)) == len(asked) <= MOST_QUESTIONS
        assert set(asked) <= set(ASKABLE[case.resident.truth.voor_wie])
        assert not any(case.resident.told.with_answer(slot, None) == case.resident.told for slot in asked)


def test_our_rule_asks_fewer_than_everything_and_reaches_nearly_as_much() -> None:
    some = open_cases()
    ours = measure(some, [by_rule(case, Rule()) for case in some], 1)
    all_of_it = measure(some, everything(some), 1)
    assert ours["asked"].high < all_of_it["asked"].low
    assert ours["first"].mean > 0.9


def test_our_rule_reaches_more_than_a_fixed_order_with_as_many_questions() -> None:
    some = open_cases()
    ours = [by_rule(case, Rule(elsewhere={})) for case in some]
    fixed = as_many(everything(some), ours)
    assert [len(asked) for asked in fixed] == [len(asked) for asked in ours]
    assert difference(some, ours, fixed, "first", 1).low > 0
    assert difference(some, ours, fixed, "regret", 1).high < 0


def test_our_rule_does_better_than_a_fixed_order_from_the_first_question_on() -> None:
    some = open_cases()
    ours = curve(some, [by_rule(case, Rule(elsewhere={})) for case in some], "first")
    fixed = curve(some, everything(some), "first")
    assert len(ours) == len(fixed) == MOST_QUESTIONS + 1
    assert ours[0] == fixed[0], "without questions all are alike"
    assert all(ours[most] > fixed[most] for most in (1, 2, 3))


def test_a_higher_price_means_fewer_questions() -> None:
    some = open_cases()[:50]
    counts = [sum(len(by_rule(case, Rule(price, {}))) for case in some) for price in (0.0, 0.005, 0.05, 1.0)]
    assert counts == sorted(counts, reverse=True)
    assert counts[0] > counts[2]
    assert counts[-1] == 0


def test_nobody_needs_fewer_questions_than_the_fewest() -> None:
    for case in open_cases()[:30]:
        fewest = case.fewest()
        assert case.place(fewest).first
        asked = by_rule(case, Rule())
        assert not case.place(asked).first or len(fewest) <= len(asked)


def test_no_fixed_order_does_better_on_these_residents_than_the_best_one() -> None:
    some = open_cases()[:25]
    order = best_order(some)
    assert sorted(order) == sorted(FIXED)
    reached = {
        asked: sum(curve(some, [in_order(case, asked) for case in some], "first")) for asked in (tuple(order), FIXED, FIXED[::-1])
    }
    assert max(reached.values()) == reached[tuple(order)]


def test_every_other_way_asks_only_what_is_open() -> None:
    some = cases(POPULATIONS["expected"], 20)
    chance = random.Random(1)  # noqa: S311 - the same every time
    for asked in ways(some, FIXED, chance).values():
        assert all(sorted(questions) == sorted(case.slots) for questions, case in zip(asked, some, strict=True))


# --------------------------------------------------------------------------- another door


@pytest.mark.parametrize(("asked", "skips", "found"), [((), (), 0.0), (("wijk",), (), 1.0), (("wijk",), ("wijk",), 0.0)])
def test_who_lives_elsewhere_is_found_when_asked_and_answering(
    asked: tuple[str, ...], skips: tuple[str, ...], found: float
) -> None:
    here, there = (
        Resident(Profile(haltes=("verlies",)), Profile(haltes=("verlies",)), frozenset(skips), elsewhere)
        for elsewhere in (None, "wijk")
    )
    figures = measure([Case(one, CITY, CITY.suggestable) for one in (here, there)], [(), asked], 1)
    assert figures["elsewhere"].mean == found
    assert figures["asked"].mean == 0.0, "only who we have something for is counted"


def test_our_rule_finds_everybody_who_needs_another_door_and_answers() -> None:
    lost = [case for case in cases(replace(OPEN, outside=0.5, minor=0.5), 40) if case.resident.elsewhere]
    assert len(lost) > 20
    assert all(case.resident.leads_elsewhere(by_rule(case, Rule())) for case in lost)


def test_with_nobody_to_measure_it_says_so() -> None:
    lost = Resident(Profile(haltes=("verlies",)), Profile(haltes=("verlies",)), elsewhere="wijk")
    with pytest.raises(ValueError, match="draw more"):
        measure([Case(lost, CITY, CITY.suggestable)], [()], 1)


# --------------------------------------------------------------------------- figures


@given(st.lists(st.floats(-1, 1), min_size=1, max_size=50), st.integers(0, 100))
def test_an_interval_holds_its_mean_and_lies_among_the_values(values: list[float], seed: int) -> None:
    found = with_interval(values, seed)
    assert min(values) - 1e-9 <= found.low <= found.high <= max(values) + 1e-9
    assert found == with_interval(values, seed)
    assert found.mean == pytest.approx(sum(values) / len(values))


def test_more_residents_make_a_narrower_interval() -> None:
    few_values, many_values = [0.0, 1.0] * 10, [0.0, 1.0] * 1000
    narrow, wide = with_interval(many_values, 1), with_interval(few_values, 1)
    assert narrow.high - narrow.low < (wide.high - wide.low) / 2


# --------------------------------------------------------------------------- the command and the page


@pytest.fixture(scope="module")
def figures() -> dict[str, Any]:
    found: dict[str, Any] = read_figures()[simulation.QUESTIONS]
    return found


def test_the_page_is_made_from_the_figures(figures: dict[str, Any]) -> None:
    page = render_page(figures, TEMPLATE.read_text(encoding="utf-8"))
    assert PAGE.read_text(encoding="utf-8") == page, "run: wegwijzer simulate --write --no-measure"


def test_nothing_is_left_open_and_no_figure_is_typed() -> None:
    assert "{{" not in PAGE.read_text(encoding="utf-8")
    assert not re.search(r"\d\.\d|\d ?ms", TEMPLATE.read_text(encoding="utf-8"))


def test_another_figure_makes_another_page(figures: dict[str, Any]) -> None:
    changed = copy.deepcopy(figures)
    changed["populations"]["other"]["ways"]["ours"]["first"]["mean"] = 12.345
    template = TEMPLATE.read_text(encoding="utf-8")
    assert "12.345 (" in render_page(changed, template) and "12.345 (" not in render_page(figures, template)


def test_the_command_measures_and_writes_nothing_unless_asked(figures: dict[str, Any]) -> None:
    before = PAGE.read_bytes()
    result = CliRunner().invoke(cli.app, ["simulate", "--residents", "8"])
    assert result.exit_code == 0, result.output
    said = json.loads(result.stdout.splitlines()[-1])
    assert said["residents"] == 8
    assert 0 <= said["ours_asked"] <= said["everything_asked"] <= MOST_QUESTIONS
    assert PAGE.read_bytes() == before
    assert read_figures()[simulation.QUESTIONS] == figures


def test_the_page_can_be_written_again_without_measuring(tmp_path: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(measuring, "PAGE", tmp_path / "page.md")
    result = CliRunner().invoke(cli.app, ["simulate", "--no-measure"])
    assert result.exit_code == 0, result.output
    assert (tmp_path / "page.md").read_bytes() == PAGE.read_bytes()


@pytest.mark.parametrize("count", ["0", "1", "veel"])
def test_too_few_residents_is_a_kind_error(count: str) -> None:
    result = CliRunner().invoke(cli.app, ["simulate", "--residents", count])
    assert result.exit_code != 0
    assert "Traceback" not in result.output


def test_everybody_who_comes_is_in_the_population() -> None:
    drawn = {one.truth.voor_wie for one in draw_residents(CITY, POPULATIONS["expected"], 200, 1)}
    assert drawn == set(VoorWie)


def test_what_must_not_be_shown_is_counted_as_unsuitable() -> None:
    found = [case for case in open_cases() if case.place([]).unsuitable]
    assert found, "without questions some are sent to what does not suit them"
    for case in found:
        assert case.place([]).regret >= 0.5
        assert all(unsuitable(offer, case.resident.truth, CITY) is None for offer in CITY.suggestable if offer.id == case.best)
