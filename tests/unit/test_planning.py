"""What comes next: one more question, or the step that ends the questions; and it always ends."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.builders import FAR, HERE, catalogue, few, initiative, message, real_catalogue, real_listener
from wegwijzer.dialogue.planning import Plan, Step, ask_next, plan
from wegwijzer.dialogue.state import State
from wegwijzer.matching.profile import ASKABLE
from wegwijzer.matching.ranking import GOOD_ENOUGH
from wegwijzer.vocabulary import VoorWie

GRIEF = initiative("rouwgroep", haltes=["verlies"], gemis=["mensen"], area=[HERE])
VISIT = initiative(
    "bezoek",
    haltes=["vrienden"],
    for_whom=["helpen"],
    forms=["een_op_een"],
    helpen={"first_step": "Mail.", "first_words": "Hallo."},
)
ADVICE = initiative("buurtteam", haltes=["signaleren", "verlies"], for_whom=["ander"], professional=True)
OFFERS = (GRIEF, VISIT, ADVICE)
CITY = catalogue(*OFFERS)

TOLD = State(voor_wie="zelf", haltes=("verlies",), situatie="verteld", klopt="ja", wijk=HERE, leeftijd=70)


def next_slot(state: State) -> str | None:
    return ask_next(state, CITY, OFFERS)


def planned(state: State) -> Plan:
    return plan(state, CITY, OFFERS)


def offer_of(step: Plan) -> str | None:
    return step.match.initiative.id if step.match else None


# --- the step ---------------------------------------------------------------------------------------------------------


def test_someone_who_told_gets_an_offer() -> None:
    step = planned(TOLD)
    assert (step.step, offer_of(step)) == (Step.INITIATIEF, "rouwgroep")


@pytest.mark.parametrize("age", [8, 15, 17])
def test_someone_under_18_is_led_to_the_kindertelefoon_at_once(age: int) -> None:
    state = replace(TOLD, leeftijd=age, klopt=None)
    assert next_slot(state) is None
    assert planned(state) == Plan(Step.KINDERTELEFOON)


def test_at_18_someone_is_an_adult() -> None:
    assert planned(replace(TOLD, leeftijd=18)).step is Step.INITIATIEF


def test_an_adult_who_worries_about_a_child_is_no_child() -> None:
    state = replace(TOLD, voor_wie="ander", leeftijd=9, haltes=("signaleren",))
    assert planned(state).step is Step.SIGNALEREN


def test_someone_outside_utrecht_is_told_so_and_not_asked_more() -> None:
    state = State(voor_wie="zelf", haltes=("verlies",), buiten_utrecht="Nieuwegein")
    assert next_slot(state) is None
    assert planned(state) == Plan(Step.BUITEN_UTRECHT)


def test_a_child_outside_utrecht_gets_the_kindertelefoon_which_works_everywhere() -> None:
    assert planned(State(leeftijd=12, buiten_utrecht="Nieuwegein")).step is Step.KINDERTELEFOON


def test_whoever_we_guessed_wrong_twice_gets_a_human() -> None:
    state = replace(TOLD, klopt="nee", halte_keuze="geen")
    assert next_slot(state) is None
    assert planned(state) == Plan(Step.MENS)


def test_without_a_good_match_no_offer_is_named() -> None:
    assert planned(replace(TOLD, wijk=FAR)) == Plan(Step.GEEN_MATCH)


def test_a_poor_match_is_no_match() -> None:
    poor = replace(TOLD, haltes=("mentaal",), gemis="iemand", vorm="bellen")
    assert offer_of(planned(poor)) is None
    assert planned(poor).step is Step.GEEN_MATCH


def test_what_was_shown_is_not_shown_again() -> None:
    assert planned(replace(TOLD, getoond=("rouwgroep",))).step is Step.GEEN_MATCH


def test_a_volunteer_gets_a_place_to_help() -> None:
    step = planned(State(voor_wie="helpen", haltes=("betekenis",), wijk=HERE, leeftijd=40))
    assert (step.step, offer_of(step)) == (Step.VRIJWILLIGER, "bezoek")


def test_someone_who_worries_gets_advice_and_someone_to_call_in() -> None:
    step = planned(State(voor_wie="ander", haltes=("signaleren", "verlies"), wijk=HERE))
    assert (step.step, offer_of(step)) == (Step.SIGNALEREN, "buurtteam")


def test_someone_who_worries_gets_advice_also_when_nobody_fits() -> None:
    state = State(voor_wie="ander", haltes=("signaleren",), getoond=("buurtteam",))
    assert planned(state) == Plan(Step.SIGNALEREN)


def test_what_is_named_scores_well_enough() -> None:
    match = planned(TOLD).match
    assert match is not None and match.score >= GOOD_ENOUGH


# --- the next question ------------------------------------------------------------------------------------------------


def test_first_the_story_then_whom_it_is_about() -> None:
    assert next_slot(State(voor_wie="zelf")) == "situatie"
    assert next_slot(State(situatie="verteld")) == "voor_wie"


def test_what_was_heard_is_shown_before_anything_else_is_asked() -> None:
    assert next_slot(State(voor_wie="zelf", haltes=("verlies",), situatie="verteld")) == "klopt"


def test_when_it_was_wrong_other_guesses_are_offered_once() -> None:
    wrong = replace(TOLD, klopt="nee")
    assert next_slot(wrong) == "halte_keuze"
    assert next_slot(replace(wrong, halte_keuze="gekozen", klopt="ja")) != "halte_keuze"


def test_a_volunteer_is_not_asked_for_a_sad_story_nor_whether_we_understood_it() -> None:
    asked, state = list[str](), State(voor_wie="helpen", haltes=("betekenis",))
    while (slot := next_slot(state)) and slot not in asked:
        asked.append(slot)
        state = replace(state, overgeslagen=(*state.overgeslagen, slot), vragen=state.vragen + 1)
    assert set(asked) <= set(ASKABLE[VoorWie.HELPEN])


def test_a_word_that_may_mean_two_wijken_is_asked_about() -> None:
    assert next_slot(replace(TOLD, wijk=None, wijk_keuze=(HERE, FAR))) == "wijk"


def test_a_story_without_a_theme_is_not_asked_for_again() -> None:
    assert next_slot(State(voor_wie="zelf", situatie="verteld")) != "situatie"


# --- it always ends ---------------------------------------------------------------------------------------------------

STARTS = {
    "nothing told": State(),
    "told without a theme": State(situatie="verteld"),
    "told unclearly": State(situatie="verteld", gokken=("verlies", "vrienden")),
    "lonely": State(voor_wie="zelf"),
    "a theme": State(voor_wie="zelf", haltes=("verlies",), situatie="verteld", gokken=("vrienden",)),
    "a theme, unclear for whom": State(haltes=("verlies",), situatie="verteld"),
    "guessed wrong": State(voor_wie="zelf", haltes=("verlies",), situatie="verteld", klopt="nee"),
    "worried": State(voor_wie="ander", haltes=("signaleren",), situatie="verteld"),
    "volunteer": State(voor_wie="helpen", haltes=("betekenis",)),
    "which wijk": replace(TOLD, wijk=None, wijk_keuze=("zuid", "overvecht")),
}
MOST_MESSAGES = 24
"""Nine possible questions, each put at most twice, and some room: more is not a conversation but a trap."""


def _answers_until_the_step(state: State, intents: list[str], text: str) -> list[str]:
    """The questions asked when every answer is this text, understood as these intents in turn."""
    city, listener = real_catalogue(), real_listener()
    asked: list[str] = []
    slot = ask_next(state, city, city.suggestable)
    while slot and len(asked) <= MOST_MESSAGES:
        asked.append(slot)
        state = listener.listen(state, message(text, intents[len(asked) % len(intents)]), slot).state
        following = ask_next(state, city, city.suggestable)
        if following in ASKABLE[VoorWie.ZELF] and following != slot:
            state = replace(state, vragen=state.vragen + 1)
        slot = following
    return asked


@pytest.mark.parametrize("start", STARTS)
@pytest.mark.parametrize("intent", ["nlu_fallback", "weetniet", "ontkennen", "bevestigen", "iets_anders", "corrigeren"])
def test_someone_who_never_gives_an_answer_still_gets_a_step(start: str, intent: str) -> None:
    asked = _answers_until_the_step(STARTS[start], [intent], "xqzt")
    assert len(asked) < MOST_MESSAGES, asked
    for slot in set(asked):
        assert asked.count(slot) <= 2, f"{slot} was put {asked.count(slot)} times"


@few
@given(
    st.sampled_from(sorted(STARTS)),
    st.lists(
        st.sampled_from(["nlu_fallback", "weetniet", "ontkennen", "bevestigen", "situatie", "eenzaam", "corrigeren"]),
        min_size=1,
        max_size=4,
    ),
)
def test_whatever_someone_means_the_questions_end(start: str, intents: list[str]) -> None:
    asked = _answers_until_the_step(STARTS[start], intents, "xqzt")
    assert len(asked) < MOST_MESSAGES, asked


@pytest.mark.parametrize("slot", ["situatie", "klopt", "halte_keuze", "voor_wie", "gemis", "wijk", "leeftijd", "vorm", "drempel"])
def test_what_was_skipped_is_never_asked_again(slot: str) -> None:
    needs = {
        "situatie": State(voor_wie="zelf"),
        "voor_wie": State(situatie="verteld"),
        "klopt": State(voor_wie="zelf", haltes=("verlies",), situatie="verteld"),
        "halte_keuze": replace(TOLD, klopt="nee"),
    }
    state = replace(needs.get(slot, replace(TOLD, wijk=None, leeftijd=None)), overgeslagen=(slot,))
    city = real_catalogue()
    asked: list[str] = []
    while (following := ask_next(state, city, city.suggestable)) and len(asked) < MOST_MESSAGES:
        asked.append(following)
        state = replace(state, overgeslagen=(*state.overgeslagen, following), vragen=state.vragen + 1)
    assert slot not in asked
