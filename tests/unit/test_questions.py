"""Which question is worth asking: only one whose answer can still change what is suggested, never too many, never twice."""

from __future__ import annotations

import random
from collections.abc import Iterable
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.builders import FAR, HALTES, HERE, NEXT_DOOR, catalogue, few, initiative, real_catalogue, unhurried
from wegwijzer.catalogue.loading import Catalogue
from wegwijzer.catalogue.models import Initiative
from wegwijzer.matching import questions
from wegwijzer.matching.profile import ASKABLE, Profile
from wegwijzer.matching.questions import CONTENDERS, MOST_QUESTIONS, Rule, next_question
from wegwijzer.matching.ranking import GOOD_ENOUGH, rank
from wegwijzer.vocabulary import Drempel, Gemis, VoorWie, Vorm

CITY = catalogue()
LEADS_ELSEWHERE = {"wijk", "leeftijd"}
"""Answers to these may lead to another kind of help altogether (outside Utrecht, under 18)."""

ALL_ANSWERS: dict[str, list[Any]] = {
    "gemis": list(Gemis),
    "vorm": list(Vorm),
    "drempel": [None, *Drempel],
    "wijk": [HERE, NEXT_DOOR, FAR],
    "leeftijd": [19, 24, 30, 45, 60, 70, 82, 95],
}


def outcome(profile: Profile, pool: Iterable[Initiative]) -> tuple[str, ...]:
    """What would be named: the suggestion and the two behind it, as far as they are good enough."""
    return tuple(match.initiative.id for match in rank(profile, CITY, pool)[:3] if match.score >= GOOD_ENOUGH)


TELEPHONE = initiative("telefoon", forms=["bellen"], area=["stad"])
CLUB = initiative("club", forms=["groep"], area=["stad"])


def asked_slot(profile: Profile, offers: Iterable[Initiative], city: Catalogue = CITY, **more: Any) -> str | None:
    question = next_question(profile, city, offers, **more)
    return question.slot if question else None


def closed(*but: str, voor_wie: VoorWie = VoorWie.ZELF) -> Profile:
    """A profile in which every question is skipped but these."""
    return Profile(voor_wie=voor_wie, haltes=("ontmoeten",), closed=frozenset(set(ASKABLE[voor_wie]) - set(but)))


def test_how_to_meet_is_asked_when_it_decides() -> None:
    assert asked_slot(closed("vorm"), [TELEPHONE, CLUB]) == "vorm"


def test_how_to_meet_is_not_asked_when_all_offers_are_alike() -> None:
    assert asked_slot(closed("vorm"), [CLUB, initiative("koor", forms=["groep"])]) is None


def test_a_question_that_makes_the_best_less_sure_but_leaves_it_the_best_is_not_asked() -> None:
    far_ahead = initiative("voorop", forms=["bellen"])
    behind = initiative("erachter", forms=["groep"], professional=True, contact={"via": "gemeente"})
    profile = closed("vorm")
    for vorm in Vorm:
        assert rank(profile.with_answer("vorm", vorm), CITY, [far_ahead, behind])[0].initiative == far_ahead
    assert asked_slot(profile, [far_ahead, behind]) is None


def test_what_someone_misses_is_not_asked_when_there_is_one_offer() -> None:
    assert asked_slot(closed("gemis"), [initiative(gemis=["mensen"])]) is None


def test_nothing_is_asked_when_nothing_fits() -> None:
    assert asked_slot(closed("gemis", "vorm", "drempel"), []) is None


def test_where_someone_lives_is_asked_even_with_one_offer_because_it_may_be_another_city() -> None:
    assert asked_slot(closed("wijk"), [CLUB]) == "wijk"


def test_someone_who_worries_is_asked_only_where() -> None:
    offers = [initiative("a", for_whom=["ander"], area=[HERE]), initiative("b", for_whom=["ander"], area=[FAR])]
    assert asked_slot(Profile(voor_wie=VoorWie.ANDER), offers) == "wijk"
    assert asked_slot(Profile(voor_wie=VoorWie.ANDER, wijk=HERE), offers) is None


def test_a_volunteer_is_not_asked_what_they_miss_nor_what_is_hard() -> None:
    profile, asked = Profile(voor_wie=VoorWie.HELPEN), list[str]()
    while (slot := asked_slot(profile, real_catalogue().suggestable, real_catalogue())) and slot not in asked:
        asked.append(slot)
        profile = replace(profile, closed=profile.closed | {slot})
    assert asked and not {"gemis", "drempel"} & set(asked)


def test_an_offer_that_was_shown_does_not_make_a_question_worthwhile() -> None:
    assert asked_slot(closed("vorm"), [TELEPHONE, CLUB], shown=["telefoon"]) is None


@pytest.mark.parametrize("asked", [MOST_QUESTIONS, MOST_QUESTIONS + 1])
def test_after_the_most_questions_nothing_more_is_asked(asked: int) -> None:
    assert asked_slot(closed("vorm"), [TELEPHONE, CLUB], asked=asked) is None


def test_the_most_questions_is_what_the_design_says() -> None:
    assert MOST_QUESTIONS <= 5


def test_a_question_that_decides_between_an_offer_and_a_human_is_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    profile = closed("vorm")
    scores = sorted({rank(profile.with_answer("vorm", vorm), CITY, [CLUB])[0].score for vorm in Vorm})
    assert asked_slot(profile, [CLUB]) is None, "good enough whatever the answer"
    monkeypatch.setattr(questions, "GOOD_ENOUGH", (scores[0] + scores[-1]) / 2)
    assert asked_slot(profile, [CLUB]) == "vorm"


def test_what_costs_too_much_is_not_asked() -> None:
    assert asked_slot(closed("vorm"), [TELEPHONE, CLUB], rule=Rule(price=1.0)) is None


def test_where_someone_lives_is_not_asked_for_nothing_when_nobody_lives_elsewhere() -> None:
    assert asked_slot(closed("wijk"), [CLUB], rule=Rule(elsewhere={})) is None


def test_the_question_that_helps_the_match_comes_before_one_that_only_finds_another_door() -> None:
    assert asked_slot(closed("wijk", "vorm"), [TELEPHONE, CLUB]) == "vorm"
    assert asked_slot(closed("wijk", "vorm"), [CLUB]) == "wijk"


def test_in_a_catalogue_with_more_offers_than_are_looked_at_the_best_still_count() -> None:
    many = [initiative(f"ver_weg_{number}", haltes=["mentaal"], forms=["online"]) for number in range(2 * CONTENDERS)]
    assert asked_slot(closed("vorm"), [*many, TELEPHONE, CLUB]) == "vorm"
    assert asked_slot(closed("vorm"), [*many, CLUB]) is None


# --- what holds for everybody -----------------------------------------------------------------------------------------

some = st.sampled_from
profiles = st.builds(
    Profile,
    voor_wie=some(VoorWie),
    haltes=st.lists(some(HALTES), unique=True, max_size=3).map(tuple),
    gemis=st.none() | some(Gemis),
    wijk=st.none() | some([HERE, NEXT_DOOR, FAR]),
    leeftijd=st.none() | st.integers(18, 100),
    vorm=st.none() | some(Vorm),
    drempels=st.lists(some(Drempel), unique=True, max_size=2).map(tuple),
    closed=st.frozensets(some(["gemis", "wijk", "leeftijd", "vorm", "drempel"])),
)


@st.composite
def pools(draw: st.DrawFn) -> list[Initiative]:
    return [
        initiative(
            f"aanbod_{number}",
            haltes=draw(st.lists(some(HALTES), unique=True, min_size=1, max_size=2)),
            gemis=draw(st.lists(some(["mensen", "iemand"]), unique=True)),
            for_whom=[*VoorWie],
            helpen={"first_step": "Help mee."},
            forms=draw(st.lists(some([*Vorm]), unique=True, min_size=1, max_size=2)),
            area=draw(some([["stad"], [HERE], [FAR]])),
            drempels=draw(st.lists(some(Drempel), unique=True, max_size=2)),
            audience={"min_age": draw(some([None, None, 55]))},
        )
        for number in range(draw(st.integers(0, 7)))
    ]


@unhurried
@given(profiles, pools(), st.integers(0, MOST_QUESTIONS + 1))
def test_a_question_is_open_allowed_and_can_change_the_outcome(profile: Profile, pool: list[Initiative], asked: int) -> None:
    slot = asked_slot(profile, pool, asked=asked)
    if slot is None:
        return
    assert asked < MOST_QUESTIONS
    assert slot in ASKABLE[profile.voor_wie]
    assert slot not in profile.closed
    assert not (profile.drempels if slot == "drempel" else getattr(profile, slot)), "answered already"
    if slot not in LEADS_ELSEWHERE:
        best = {outcome(profile, pool)} | {outcome(profile.with_answer(slot, answer), pool) for answer in ALL_ANSWERS[slot]}
        assert len(best) > 1, f"{slot}: whatever the answer, the suggestion and the two behind it stay the same"


@unhurried
@given(profiles, pools(), st.randoms())
def test_the_order_of_the_offers_does_not_matter(profile: Profile, pool: list[Initiative], chance: random.Random) -> None:
    shuffled = chance.sample(pool, len(pool))
    assert next_question(profile, CITY, pool) == next_question(profile, CITY, shuffled)


@unhurried
@given(profiles, pools(), st.data())
def test_whatever_is_answered_the_questions_end_and_none_comes_twice(
    profile: Profile, pool: list[Initiative], data: st.DataObject
) -> None:
    asked: list[str] = []
    while slot := asked_slot(profile, pool, asked=len(asked)):
        assert slot not in asked
        asked.append(slot)
        answers = [answer for answer in ALL_ANSWERS[slot] if answer is not None]
        if data.draw(st.booleans(), label="skip"):
            profile = replace(profile, closed=profile.closed | {slot})
        else:
            profile = profile.with_answer(slot, data.draw(some(answers)))
    assert len(asked) <= MOST_QUESTIONS


@few
@given(some(sorted(real_catalogue().haltes)), st.data())
def test_with_the_real_catalogue_too(halte: str, data: st.DataObject) -> None:
    city = real_catalogue()
    profile, asked = Profile(haltes=(halte,)), list[str]()
    wijken = [wijk.id for wijk in city.wijken.wijken]
    while slot := asked_slot(profile, city.suggestable, city, asked=len(asked)):
        assert slot not in asked
        asked.append(slot)
        profile = profile.with_answer(slot, data.draw(some(wijken if slot == "wijk" else ALL_ANSWERS[slot])))
    assert 1 <= len(asked) <= MOST_QUESTIONS
