"""What one message adds to what we know, step by step, with the words that are really recognised."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.builders import DOMAIN, message, read_yaml, real_catalogue, real_listener, responses, unhurried
from wegwijzer.dialogue.listening import HARD_INTERRUPTIONS, SOFT_INTERRUPTIONS, Heard, Message, Outcome
from wegwijzer.dialogue.state import State
from wegwijzer.vocabulary import VoorWie

CITY = real_catalogue()
LISTENER = real_listener()

TOLD = State(voor_wie="zelf", haltes=("verlies",), situatie="verteld", klopt="ja", gokken=("vrienden", "ontmoeten"))
ASKED: dict[str, State] = {
    "situatie": State(voor_wie="zelf"),
    "voor_wie": State(haltes=("verlies",), situatie="verteld"),
    "klopt": replace(TOLD, klopt=None),
    "halte_keuze": replace(TOLD, klopt="nee"),
    "gemis": TOLD,
    "wijk": TOLD,
    "leeftijd": TOLD,
    "vorm": TOLD,
    "drempel": TOLD,
}
"""For every question the form asks: what is known when it is asked."""

LOOSE = ("gemis", "wijk", "leeftijd", "vorm", "drempel")
"""Questions that can be left open."""


def listen(state: State, said: Message, asked: str | None) -> Heard:
    return LISTENER.listen(state, said, asked)


def after(asked: str, said: Message) -> State:
    """The state after an answer that must be heard."""
    heard = listen(ASKED[asked], said, asked)
    assert heard.outcome is Outcome.HEARD
    return heard.state


def changes(asked: str, said: Message) -> dict[str, Any]:
    return after(asked, said).changes(ASKED[asked])


# --- an answer --------------------------------------------------------------------------------------------------------

WIJK_NAME = CITY.wijk("overvecht").name
ANSWERS: list[tuple[str, Message, dict[str, Any]]] = [
    ("situatie", message("mijn man is overleden", verlies=0.95), {"haltes": ["verlies"], "situatie": "verteld"}),
    ("situatie", message("het is stil", "eenzaam"), {"situatie": "verteld"}),
    ("situatie", message(CITY.haltes["geld"].label, "nlu_fallback"), {"haltes": ["geld"], "situatie": "verteld", "klopt": "ja"}),
    ("voor_wie", message("voor mezelf", "nlu_fallback"), {"voor_wie": "zelf"}),
    ("voor_wie", message("mijn buurvrouw", "nlu_fallback"), {"voor_wie": "ander", "haltes": ["signaleren", "verlies"]}),
    ("voor_wie", message("ik wil zelf helpen", "helpen"), {"voor_wie": "helpen"}),
    ("klopt", message("ja", "bevestigen"), {"klopt": "ja"}),
    ("klopt", message("oké", "gezien_ok"), {"klopt": "ja"}),
    ("klopt", message("nee", "ontkennen"), {"klopt": "nee"}),
    ("klopt", message("nee het is meer het geld", "corrigeren", geld=0.9), {"klopt": "aangevuld", "haltes": ["geld"]}),
    ("klopt", message(CITY.haltes["geld"].label, "nlu_fallback"), {"klopt": "aangevuld", "haltes": ["geld"]}),
    (
        "halte_keuze",
        message(CITY.haltes["geld"].label, "nlu_fallback"),
        {"halte_keuze": "gekozen", "haltes": ["geld"], "klopt": "ja"},
    ),
    (
        "halte_keuze",
        message("het gaat om schulden", geld=0.9),
        {"halte_keuze": "gekozen", "haltes": ["geld"], "klopt": "aangevuld"},
    ),
    ("halte_keuze", message("geen van deze", "ontkennen"), {"halte_keuze": "geen"}),
    ("gemis", message("meer mensen om me heen", "nlu_fallback"), {"gemis": "mensen"}),
    ("gemis", message("een echte vriend", "nlu_fallback"), {"gemis": "iemand"}),
    ("gemis", message("allebei", "nlu_fallback"), {"gemis": "beide"}),
    ("wijk", message("overvecht", "nlu_fallback"), {"wijk": "overvecht"}),
    ("wijk", message(WIJK_NAME.upper(), "nlu_fallback"), {"wijk": "overvecht"}),
    ("wijk", message("in nieuwegein", "nlu_fallback"), {"buiten_utrecht": "Nieuwegein"}),
    ("leeftijd", message("77", "nlu_fallback"), {"leeftijd": 77}),
    ("leeftijd", message("zevenenzeventig", "nlu_fallback"), {"leeftijd": 77}),
    ("vorm", message("in een groep", "nlu_fallback"), {"vorm": "groep"}),
    ("vorm", message("liever geen groep", "nlu_fallback"), {"vorm": "een_op_een"}),
    ("drempel", message("ik durf niet alleen", "nlu_fallback"), {"drempel": ["alleen_gaan"]}),
    ("drempel", message("geld, en ik loop slecht", "nlu_fallback"), {"drempel": ["geld", "lopen"]}),
]


@pytest.mark.parametrize(("asked", "said", "known"), ANSWERS, ids=[f"{asked}: {said.text}" for asked, said, _ in ANSWERS])
def test_an_answer_is_kept(asked: str, said: Message, known: dict[str, Any]) -> None:
    found = changes(asked, said)
    assert {slot: found.get(slot) for slot in known} == known


@pytest.mark.parametrize("asked", ASKED)
def test_an_answer_forgets_that_we_did_not_understand_before(asked: str) -> None:
    said = next(said for slot, said, _ in ANSWERS if slot == asked)
    assert listen(replace(ASKED[asked], pogingen=1), said, asked).state.pogingen == 0


def test_a_hurdle_comes_with_the_ones_named_before() -> None:
    state = replace(TOLD, drempel=("geld",))
    assert listen(state, message("ik loop slecht", "nlu_fallback"), "drempel").state.drempel == ("geld", "lopen")


def test_nothing_is_hard_is_an_answer_too() -> None:
    assert changes("drempel", message("nee, niets", "ontkennen")) == {"overgeslagen": ["drempel"]}


def test_a_hurdle_we_have_no_word_for_is_not_asked_again() -> None:
    assert "drempel" in after("drempel", message("mijn hond moet mee")).overgeslagen


AMBIGUOUS = [entry for entry in CITY.wijken.ambiguous if len(entry.wijken) > 1]


@pytest.mark.parametrize("entry", AMBIGUOUS, ids=lambda entry: entry.term)
def test_a_word_that_may_be_two_wijken_is_asked_once_more(entry: Any) -> None:
    state = listen(TOLD, message(entry.term, "nlu_fallback"), "wijk").state
    assert state.wijk is None
    assert set(state.wijk_keuze) <= {wijk.id for wijk in CITY.wijken.wijken} and len(state.wijk_keuze) > 1


def test_not_choosing_between_two_wijken_lets_the_question_go() -> None:
    state = listen(replace(TOLD, wijk_keuze=("zuid", "overvecht")), message("weet ik niet", "weetniet"), "wijk").state
    assert (state.wijk, state.wijk_keuze, state.overgeslagen) == (None, (), ("wijk",))


@pytest.mark.parametrize("wijk", CITY.wijken.wijken, ids=lambda wijk: wijk.id)
def test_the_name_of_every_wijk_on_a_button_is_an_answer(wijk: Any) -> None:
    state = replace(TOLD, wijk_keuze=(wijk.id, "overvecht"))
    assert listen(state, message(wijk.name, "nlu_fallback"), "wijk").state.wijk == wijk.id


@pytest.mark.parametrize("halte", CITY.haltes.values(), ids=lambda halte: halte.id)
@pytest.mark.parametrize("asked", ["situatie", "klopt", "halte_keuze"])
def test_the_label_of_every_halte_on_a_button_is_an_answer(asked: str, halte: Any) -> None:
    assert after(asked, message(f"  {halte.label.upper()} ", "nlu_fallback")).haltes == (halte.id,)


# --- no answer --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("asked", LOOSE)
@pytest.mark.parametrize(
    ("text", "intent"),
    [("sla over", "weetniet"), ("weet ik niet", "weetniet"), ("zeg ik liever niet", "ontkennen"), ("ga maar verder", "verder")],
)
def test_a_refusal_or_not_knowing_closes_the_question_and_nothing_else(asked: str, text: str, intent: str) -> None:
    assert changes(asked, message(text, intent)) == {"overgeslagen": [asked]}


def test_not_wanting_to_tell_is_fine() -> None:
    assert changes("situatie", message("zeg ik liever niet", "weetniet")) == {"overgeslagen": ["situatie"]}


def test_not_knowing_whether_it_is_right_lets_it_stand() -> None:
    state = after("klopt", message("weet ik niet", "weetniet"))
    assert state.klopt is not None and state.haltes == TOLD.haltes


def test_not_choosing_a_guess_leads_to_a_human() -> None:
    assert after("halte_keuze", message("weet ik niet", "weetniet")).halte_keuze == "geen"


def test_not_saying_whom_it_is_about_means_oneself() -> None:
    assert after("voor_wie", message("zeg ik liever niet", "ontkennen")).voor_wie == "zelf"


@pytest.mark.parametrize("asked", ASKED)
def test_nonsense_once_is_asked_again_and_twice_is_let_go(asked: str) -> None:
    once = listen(ASKED[asked], message("xqzt blorp", "nlu_fallback"), asked)
    assert once.outcome is Outcome.NOT_UNDERSTOOD
    assert once.state == replace(ASKED[asked], pogingen=1)
    twice = listen(once.state, message("xqzt blorp", "nlu_fallback"), asked)
    assert twice.outcome is Outcome.HEARD
    assert asked in twice.state.overgeslagen
    assert twice.state.pogingen == 0


# --- a correction -----------------------------------------------------------------------------------------------------

FULL = replace(TOLD, wijk="west", leeftijd=40, gemis="mensen", vorm="groep", drempel=("geld",))


@pytest.mark.parametrize(
    ("text", "slot", "value"),
    [
        ("sorry, ik woon in overvecht", "wijk", "overvecht"),
        ("nee, ik ben 71", "leeftijd", 71),
        ("ik bedoel liever bellen", "vorm", "bellen"),
        ("nee, ik zoek een maatje, geen groep", "vorm", "een_op_een"),
        ("ik mis toch meer iemand die mij echt kent", "gemis", "iemand"),
        ("het gaat om mijn buurvrouw", "voor_wie", "ander"),
    ],
)
@pytest.mark.parametrize("asked", ["drempel", None])
def test_an_earlier_answer_can_be_corrected_at_any_moment(asked: str | None, text: str, slot: str, value: object) -> None:
    heard = listen(FULL, message(text, "corrigeren"), asked)
    assert heard.outcome is Outcome.HEARD
    assert getattr(heard.state, slot) == value


def test_living_in_utrecht_after_all() -> None:
    state = replace(TOLD, buiten_utrecht="Zeist")
    state = listen(state, message("ik woon nu in overvecht", "corrigeren"), None).state
    assert (state.wijk, state.buiten_utrecht) == ("overvecht", None)


def test_a_place_elsewhere_named_later_does_not_move_someone_out_of_utrecht() -> None:
    state = replace(TOLD, wijk="west")
    assert listen(state, message("ik woon in zeist"), "vorm").state.buiten_utrecht is None


def test_a_new_story_after_the_questions_is_reflected_again_and_comes_first() -> None:
    state = listen(FULL, message("nu heb ik ook schulden", geld=0.95), None).state
    assert state.haltes == ("geld", "verlies")
    assert state.klopt is None


def test_an_addition_during_the_questions_is_kept_without_asking_whether_it_is_right() -> None:
    state = listen(FULL, message("ik heb ook schulden hoor", geld=0.95), "drempel").state
    assert state.haltes == ("verlies", "geld")
    assert state.klopt == "ja"


def test_themes_never_pile_up() -> None:
    state = replace(TOLD, haltes=("verlies", "vrienden", "geld"))
    for halte in CITY.haltes:
        state = listen(state, Message("en dit ook nog", "situatie", haltes=((halte, 0.95),)), None).state
    assert len(state.haltes) == 3


# --- an answer to another question ------------------------------------------------------------------------------------


@pytest.mark.parametrize("asked", LOOSE)
@pytest.mark.parametrize(
    ("text", "slot", "value"), [("ik woon in overvecht", "wijk", "overvecht"), ("ik ben 77", "leeftijd", 77)]
)
def test_what_we_did_not_ask_for_is_kept_too(asked: str, text: str, slot: str, value: object) -> None:
    assert getattr(after(asked, message(text)), slot) == value


def test_a_bare_age_or_place_after_another_question_is_understood() -> None:
    assert after("vorm", message("77", "nlu_fallback")).leeftijd == 77
    assert after("vorm", message("overvecht", "nlu_fallback")).wijk == "overvecht"


@pytest.mark.parametrize("asked", ["gemis", "vorm", "drempel", "wijk"])
@pytest.mark.parametrize("intent", ["weetniet", "situatie", "buiten"])
def test_a_bare_age_skips_no_other_question(asked: str, intent: str) -> None:
    assert changes(asked, message("45", intent)) == {"leeftijd": 45, "pogingen": 1}


def test_saying_again_where_one_lives_is_understood() -> None:
    state = replace(TOLD, wijk="noordwest")
    assert listen(state, message("zuilen", "nlu_fallback"), "vorm").outcome is Outcome.HEARD


def test_a_bare_number_is_no_age_when_the_age_is_known() -> None:
    state = replace(TOLD, leeftijd=40)
    heard = listen(state, message("77", "nlu_fallback"), "vorm")
    assert heard.state.leeftijd == 40


def test_something_else_twice_and_the_question_is_let_go() -> None:
    once = listen(TOLD, message("ik ben 77"), "vorm").state
    assert (once.leeftijd, once.overgeslagen) == (77, ())
    twice = listen(once, message("ik woon in overvecht"), "vorm").state
    assert (twice.wijk, twice.overgeslagen) == ("overvecht", ("vorm",))


def test_everything_told_at_once_is_kept() -> None:
    said = message("mijn man is overleden, ik ben 77, woon in overvecht en heb weinig geld", verlies=0.95)
    state = listen(State(), said, None).state
    assert (state.haltes, state.leeftijd, state.wijk, state.drempel) == (("verlies",), 77, "overvecht", ("geld",))
    assert state.voor_wie == "zelf"


def test_words_and_groups_some_offers_wait_for_are_remembered() -> None:
    groep = next(groep for groep in CITY.groepen.values() if groep.id == "studenten")
    assert groep.id in listen(State(), message("ik ben student"), None).state.groepen
    if LISTENER.mention_words:
        word = LISTENER.mention_words[0]
        assert word in listen(State(), message(f"ik zoek iets met {word}"), None).state.noemt


def test_unsure_themes_are_not_taken_for_said_but_kept_as_guesses() -> None:
    state = listen(State(), message("tja", verlies=0.9, vrienden=0.35, geld=0.2), None).state
    assert state.haltes == ("verlies",)
    assert state.gokken == ("vrienden", "geld")


def test_a_story_whose_theme_is_unclear_is_met_with_guesses() -> None:
    state = listen(State(), message("het is allemaal anders nu", verlies=0.25, vrienden=0.2, geld=0.02), None).state
    assert (state.haltes, state.gokken, state.situatie) == ((), ("verlies", "vrienden"), "verteld")


@pytest.mark.parametrize("intent", ["eenzaam", "groet", "nlu_fallback"])
def test_no_guesses_when_no_theme_was_told(intent: str) -> None:
    assert listen(State(), message("het is stil hier", intent, verlies=0.5), None).state.gokken == ()


def test_not_choosing_among_the_first_guesses_is_no_wish_for_a_human() -> None:
    unclear = State(situatie="verteld", gokken=("verlies", "vrienden"))
    assert listen(unclear, message("sla over", "verder"), "halte_keuze").state.halte_keuze == "overgeslagen"
    puzzled = listen(unclear, message("xq", "nlu_fallback"), "halte_keuze").state
    assert listen(puzzled, message("xq", "nlu_fallback"), "halte_keuze").state.halte_keuze == "overgeslagen"


def test_an_answer_about_age_or_place_adds_no_theme() -> None:
    assert after("leeftijd", message("77", "nlu_fallback", gezondheid=0.99)).haltes == TOLD.haltes


# --- a question back, a human ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("asked", ASKED)
@pytest.mark.parametrize(
    ("text", "intent"),
    [
        ("waarom wil je dat weten?", "waarom"),
        ("wie leest dit?", "privacy"),
        ("ben je een robot?", "bot"),
        ("wat kun je eigenlijk?", "wat_kun_je"),
        ("hoi", "groet"),
        ("dankjewel", "dank"),
    ],
)
def test_a_question_back_changes_nothing_and_costs_no_attempt(asked: str, text: str, intent: str) -> None:
    for before in (ASKED[asked], replace(ASKED[asked], pogingen=1)):
        assert listen(before, message(text, intent), asked) == Heard(before, Outcome.INTERRUPTION)


def test_an_answer_with_a_question_back_is_an_answer() -> None:
    assert after("leeftijd", message("35, maar waarom wil je dat weten?", "waarom")).leeftijd == 35


@pytest.mark.parametrize("asked", [*ASKED, None])
@pytest.mark.parametrize("intent", sorted(HARD_INTERRUPTIONS))
def test_a_wish_for_a_human_or_to_stop_goes_before_any_answer(asked: str | None, intent: str) -> None:
    before = ASKED.get(asked or "", TOLD)
    assert listen(before, message("77, in een groep, overvecht", intent), asked) == Heard(before, Outcome.INTERRUPTION)


@pytest.mark.parametrize("asked", [*ASKED, None])
@pytest.mark.parametrize(
    ("text", "intent"),
    [
        (CITY.sentences.answers["knop"]["mens"], "mens"),
        ("mens", "mens"),
        ("een mens graag", "mens"),
        ("ik wil iemand spreken", "mens"),
        ("stop", "stop"),
        ("wis mijn gesprek", "wissen"),
    ],
)
def test_a_few_words_are_enough_to_get_a_human_or_to_stop(asked: str | None, text: str, intent: str) -> None:
    before = ASKED.get(asked or "", TOLD)
    assert listen(before, message(text, intent), asked) == Heard(before, Outcome.INTERRUPTION)


def test_a_phone_call_as_the_answer_how_to_meet_is_no_wish_for_a_human() -> None:
    assert listen(TOLD, message("bellen", "mens"), "vorm").state.vorm == "bellen"


def test_a_wish_for_a_human_that_is_a_mere_guess_does_not_undo_an_answer() -> None:
    assert listen(TOLD, message("77", "mens", 0.3), "leeftijd").state.leeftijd == 77


def test_every_interruption_has_a_rule_that_answers_it_and_goes_back() -> None:
    rules = read_yaml(DOMAIN.parent / "data" / "rules.yml")["rules"]
    during = {
        step["intent"]
        for rule in rules
        if {"active_loop": "intake_form"} in rule.get("condition", [])
        for step in rule["steps"]
        if "intent" in step
    }
    assert during >= HARD_INTERRUPTIONS | SOFT_INTERRUPTIONS


# --- the openers ------------------------------------------------------------------------------------------------------


def test_the_openers_on_the_buttons_are_the_ones_that_are_recognised() -> None:
    buttons = [button["title"] for button in responses()["utter_hallo"][0]["buttons"]]
    assert buttons == list(CITY.sentences.answers["opener"].values())


@pytest.mark.parametrize(
    ("opener", "voor_wie", "haltes", "situatie"),
    [
        ("alleen", "zelf", (), None),
        ("doen", "zelf", ("ontmoeten",), "verteld"),
        ("zorgen", "ander", (), None),
        ("helpen", "helpen", ("betekenis",), "verteld"),
    ],
)
@pytest.mark.parametrize("intent", ["situatie", "eenzaam", "helpen", "nlu_fallback"])
def test_an_opener_says_whom_it_is_about(
    opener: str, intent: str, voor_wie: str, haltes: tuple[str, ...], situatie: str | None
) -> None:
    label = CITY.sentences.answers["opener"][opener]
    state = listen(State(), message(f" {label.upper()}", intent, vrienden=0.9), None).state
    assert (state.voor_wie, state.haltes, state.situatie) == (voor_wie, haltes, situatie)


def test_an_opener_starts_again_but_keeps_age_and_place() -> None:
    state = listen(FULL, message(CITY.sentences.answers["opener"]["zorgen"]), None).state
    assert (state.voor_wie, state.haltes, state.klopt) == ("ander", (), None)
    assert (state.wijk, state.leeftijd) == ("west", 40)


# --- worry about another ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "said",
    [
        message("ik maak me zorgen om mijn buurvrouw, haar man is dood", verlies=0.9),
        message("de gordijnen van hiernaast zijn al dagen dicht", signaleren=0.9, mentaal=0.7),
    ],
)
def test_worry_about_another_is_the_first_theme(said: Message) -> None:
    state = listen(State(), said, None).state
    assert state.voor_wie == "ander"
    assert state.haltes[0] == "signaleren" and len(state.haltes) == 2


def test_whom_it_is_about_stays_open_when_it_is_unclear() -> None:
    assert listen(State(), message("ze is zo alleen", verlies=0.9, signaleren=0.5), None).state.voor_wie is None


def test_someone_who_wants_to_help_has_meaning_as_a_theme() -> None:
    state = listen(State(), message("ik heb tijd over", "helpen"), None).state
    assert (state.voor_wie, state.haltes) == ("helpen", ("betekenis",))


def test_going_over_to_another_person_puts_worry_first() -> None:
    state = listen(TOLD, message("het gaat om mijn buurvrouw"), None).state
    assert state.haltes == ("signaleren", "verlies")


def test_coming_back_to_oneself_drops_the_worry() -> None:
    state = replace(TOLD, voor_wie="ander", haltes=("signaleren", "verlies"))
    state = listen(state, message("nee, het gaat om mij", "corrigeren"), None).state
    assert state.voor_wie == "zelf"
    assert "signaleren" not in state.haltes


# --- what holds for every message -------------------------------------------------------------------------------------

INTENTS = sorted(next(iter(intent)) if isinstance(intent, dict) else intent for intent in read_yaml(DOMAIN)["intents"])
HALTES = sorted(CITY.haltes)
some = st.sampled_from

words = st.text(max_size=60) | st.lists(
    some(["ik", "ben", "77", "overvecht", "zuid", "groep", "niet", "geld", "mijn", "buurvrouw", "ja", "nee", "zeist", "3561"]), max_size=8
).map(" ".join)  # fmt: skip
themes = st.dictionaries(some(HALTES), st.floats(0, 1), max_size=6).map(
    lambda found: tuple(sorted(found.items(), key=lambda item: -item[1]))
)
messages = st.builds(Message, text=words, intent=some(INTENTS), confidence=st.floats(0, 1), haltes=themes)
states = st.builds(
    State,
    voor_wie=st.none() | some([*VoorWie]).map(str),
    haltes=st.lists(some(HALTES), unique=True, max_size=3).map(tuple),
    gemis=st.none() | some(["mensen", "iemand", "beide"]),
    wijk=st.none() | some(["west", "overvecht"]),
    leeftijd=st.none() | st.integers(5, 110),
    vorm=st.none() | some(["groep", "bellen"]),
    drempel=st.lists(some(["geld", "lopen"]), unique=True).map(tuple),
    situatie=st.none() | st.just("verteld"),
    klopt=st.none() | some(["ja", "nee", "aangevuld"]),
    pogingen=st.integers(0, 1),
    wijk_keuze=some([(), ("zuid", "west")]),
)
asked_slots = some([None, *ASKED])


@unhurried
@given(states, messages, asked_slots)
def test_any_text_with_any_intent_leaves_a_state_that_can_be_used(state: State, said: Message, asked: str | None) -> None:
    after = listen(state, said, asked).state
    assert set(after.haltes) <= set(HALTES) and len(after.haltes) <= 3 and len(set(after.haltes)) == len(after.haltes)
    assert after.wijk is None or after.wijk in {wijk.id for wijk in CITY.wijken.wijken}
    assert State.from_slots({**after.changes(State())}) == after, "it survives being stored in slots"
    after.profile()


@unhurried
@given(states, st.builds(Message, text=words, intent=some(INTENTS), haltes=themes), asked_slots)
def test_only_what_is_not_understood_counts_as_an_attempt(state: State, said: Message, asked: str | None) -> None:
    heard = listen(state, said, asked)
    if heard.outcome is Outcome.NOT_UNDERSTOOD:
        assert heard.state == replace(state, pogingen=state.pogingen + 1)
    elif heard.outcome is Outcome.INTERRUPTION:
        assert heard.state == state
    if state.pogingen:
        assert heard.outcome is Outcome.INTERRUPTION or heard.state.pogingen == 0, "no question is put a third time"


@unhurried
@given(states, some(sorted(HARD_INTERRUPTIONS | SOFT_INTERRUPTIONS)), some(["", "?", "hm", "xqzt"]), some([*ASKED]))
def test_a_bare_interruption_never_loses_a_theme(state: State, intent: str, text: str, asked: str) -> None:
    after = listen(state, message(text, intent), asked).state
    assert set(state.haltes[:2]) <= set(after.haltes)


def test_a_message_from_far_away_keeps_what_was_said() -> None:
    """From slots and back, as Rasa stores them: lists, floats for numbers, nothing for what is empty."""
    stored = {"haltes": ["verlies"], "leeftijd": 77.0, "vragen": 2.0, "pogingen": None, "drempel": None, "onbekend": 1}
    assert State.from_slots(stored) == State(haltes=("verlies",), leeftijd=77, vragen=2)
    assert replace(TOLD, haltes=()).changes(TOLD) == {"haltes": None}


# --- a correction -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("asked", [slot for slot in LOOSE if slot != "leeftijd"])
def test_a_no_with_another_age_is_about_the_age_and_skips_nothing(asked: str) -> None:
    before = replace(TOLD, leeftijd=70)
    heard = listen(before, message("nee, ik ben 45", "ontkennen"), asked)
    assert heard.state.leeftijd == 45
    assert not heard.state.overgeslagen


def test_a_refusal_that_tells_something_new_is_still_a_refusal() -> None:
    heard = listen(TOLD, message("nee zeg ik niet, ik ben 45", "ontkennen"), "wijk")
    assert heard.state.leeftijd == 45
    assert heard.state.overgeslagen == ("wijk",)


def test_a_yes_to_the_first_guesses_is_taken_for_the_likeliest() -> None:
    unclear = State(situatie="verteld", gokken=("verlies", "vrienden"))
    assert listen(unclear, message("ja", "bevestigen"), "halte_keuze").state.haltes == ("verlies",)
