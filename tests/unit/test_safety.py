"""The protocol for danger, as a table: in this state, with this message, the bot does that."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.builders import DOMAIN, read_yaml, responses, unhurried
from wegwijzer.dialogue.safety import PLAIN_QUESTIONS, Turn, safety_move
from wegwijzer.understanding.crisis_patterns import Danger, Tier
from wegwijzer.vocabulary import Uitkomst

KINDS = [kind.value for kind in Danger]
SLOTS = read_yaml(DOMAIN)["slots"]
INTENTS = [next(iter(entry)) for entry in read_yaml(DOMAIN)["intents"]]

CALM: dict[str, object] = {}
ASKED_SUICIDE: dict[str, object] = {"zorgvraag": "zelfdoding", "zorg_gevraagd": ("zelfdoding",)}
ANSWERED_NO: dict[str, object] = {"zorg_gevraagd": ("zelfdoding",)}
DANGER: dict[str, object] = {"fase": "crisis"}
STATES = {"calm": CALM, "asked": ASKED_SUICIDE, "answered no": ANSWERED_NO, "danger": DANGER}

Found = Mapping[str, str | None]
"""What the danger check found in a message."""

NOTHING: Found = {"kind": None, "tier": None}
ALERT: Found = {"kind": "zelfdoding", "tier": "alert", "source": "pattern"}
GUESSED_ALERT: Found = {"kind": "zelfdoding", "tier": "alert", "source": "classifier"}
CHECK: Found = {"kind": "zelfdoding", "tier": "check", "source": "pattern"}
GUESSED_CHECK: Found = {"kind": "zelfdoding", "tier": "check", "source": "classifier"}
CHECK_VIOLENCE: Found = {"kind": "geweld", "tier": "check", "source": "pattern"}

LINES, QUESTION = "utter_crisis_zelfdoding", "utter_zorgvraag_zelfdoding"

PROTOCOL: list[tuple[str, Found, str, str | None]] = [
    # state, danger in the message, its intent, what the bot does first
    ("calm", NOTHING, "situatie", None),
    ("calm", NOTHING, "groet", None),
    ("calm", ALERT, "situatie", LINES),
    ("calm", GUESSED_ALERT, "situatie", LINES),
    ("calm", ALERT, "mens", LINES),
    ("calm", ALERT, "wissen", LINES),
    ("calm", CHECK, "situatie", QUESTION),
    ("calm", GUESSED_CHECK, "eenzaam", QUESTION),
    ("calm", CHECK_VIOLENCE, "situatie", "utter_zorgvraag_geweld"),
    ("asked", NOTHING, "bevestigen", LINES),
    ("asked", NOTHING, "gezien_ok", LINES),
    ("asked", NOTHING, "weetniet", LINES),
    ("asked", NOTHING, "ontkennen", "utter_zorg_nee"),
    ("asked", NOTHING, "situatie", "utter_zorg_open"),
    ("asked", NOTHING, "nlu_fallback", "utter_zorg_open"),
    ("asked", NOTHING, "mens", "action_mens"),
    ("asked", CHECK, "ontkennen", LINES),
    ("asked", ALERT, "ontkennen", LINES),
    ("asked", CHECK_VIOLENCE, "ontkennen", "utter_crisis_geweld"),
    ("answered no", NOTHING, "situatie", None),
    ("answered no", ALERT, "situatie", LINES),
    ("answered no", CHECK, "situatie", "utter_zorg_nummers"),
    ("answered no", GUESSED_CHECK, "situatie", None),
    ("answered no", CHECK_VIOLENCE, "situatie", "utter_zorgvraag_geweld"),
    ("danger", ALERT, "situatie", LINES),
    ("danger", CHECK, "situatie", QUESTION),
    ("danger", NOTHING, "situatie", "utter_crisis_verder"),
    ("danger", NOTHING, "nlu_fallback", "utter_crisis_verder"),
    ("danger", NOTHING, "bevestigen", "utter_crisis_verder"),
    ("danger", NOTHING, "verder", "utter_na_gevaar"),
    ("danger", NOTHING, "mens", None),
    ("danger", NOTHING, "wissen", None),
    ("danger", NOTHING, "stop", None),
    ("danger", NOTHING, "opnieuw", None),
    ("danger", NOTHING, "privacy", None),
    ("danger", NOTHING, "bot", None),
    ("danger", NOTHING, "dank", None),
]


def turn(state: str, message: Found, intent: str, **more: object) -> Turn:
    return Turn(**{**STATES[state], **message, "intent": intent, **more})  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("state", "message", "intent", "action"),
    PROTOCOL,
    ids=[f"{state}, {message['kind'] or 'nothing'} {message['tier'] or ''}, {intent}" for state, message, intent, _ in PROTOCOL],
)
def test_the_protocol(state: str, message: Found, intent: str, action: str | None) -> None:
    move = safety_move(turn(state, message, intent))
    assert (move.action if move else None) == action


@pytest.mark.parametrize("kind", KINDS)
def test_danger_shows_the_lines_of_its_kind_leaves_the_questions_and_is_remembered(kind: str) -> None:
    move = safety_move(Turn(kind=kind, tier="alert", intent="situatie", zorgvraag="geweld", in_form=True))
    assert move is not None
    assert move.action == f"utter_crisis_{kind}"
    assert move.leave_form
    assert move.slots["fase"] == "crisis"
    assert move.slots["uitkomst"] == Uitkomst.CRISIS
    assert move.slots["zorgvraag"] is None and move.slots["requested_slot"] is None


@pytest.mark.parametrize("kind", KINDS)
def test_a_suspicion_asks_one_question_and_remembers_that_it_did(kind: str) -> None:
    move = safety_move(Turn(kind=kind, tier="check", intent="situatie", source="pattern", zorg_gevraagd=("iets",)))
    assert move is not None and not move.leave_form, "the questions are still there after a no"
    assert move.slots == {"zorgvraag": kind, "zorg_gevraagd": ["iets", kind]}


@pytest.mark.parametrize("intent", ["ontkennen", "situatie", "mens"])
def test_the_caring_question_is_not_kept_open(intent: str) -> None:
    move = safety_move(turn("asked", NOTHING, intent))
    assert move is not None and move.slots["zorgvraag"] is None


def test_after_yes_the_lines_fit_the_question_and_after_a_worse_answer_they_fit_the_answer() -> None:
    yes = safety_move(Turn(kind=None, tier=None, intent="bevestigen", zorgvraag="geweld"))
    worse = safety_move(Turn(kind="spoed", tier="alert", intent="bevestigen", zorgvraag="geweld", source="pattern"))
    assert yes is not None and yes.action == "utter_crisis_geweld"
    assert worse is not None and worse.action == "utter_crisis_spoed"


@pytest.mark.parametrize(
    ("intent", "own"), [("wissen", "utter_gewist"), ("stop", "utter_afscheid"), ("opnieuw", "utter_opnieuw")]
)
def test_whoever_wants_to_erase_or_stop_instead_of_answering_is_obeyed(intent: str, own: str) -> None:
    move = safety_move(turn("asked", NOTHING, intent))
    assert move is None or move.action == own


def test_who_worries_about_another_is_asked_about_that_person() -> None:
    worried = safety_move(Turn(kind="zelfdoding", tier="check", intent="situatie", about_other=True))
    assert worried is not None and worried.action == "utter_zorgvraag_zelfdoding_ander"
    assert "diegene" in responses()[worried.action][0]["text"]


@pytest.mark.parametrize("asked", sorted(PLAIN_QUESTIONS))
def test_a_guess_in_a_plain_answer_weighs_less_and_a_pattern_as_much(asked: str) -> None:
    def said(tier: str, source: str, confidence: float) -> str | None:
        move = safety_move(Turn("zelfdoding", tier, "situatie", source, confidence, asked))
        return move.action if move else None

    assert said("alert", "classifier", 0.9) == "utter_zorgvraag_zelfdoding"
    assert said("check", "classifier", 0.6) == "utter_zorgvraag_zelfdoding"
    assert said("check", "classifier", 0.4) is None
    assert said("check", "pattern", 1.0) == "utter_zorgvraag_zelfdoding"
    assert said("alert", "pattern", 1.0) == "utter_crisis_zelfdoding"


def test_an_ordinary_stop_inside_the_questions_is_left_to_the_rule_that_closes_them() -> None:
    assert safety_move(Turn(kind=None, tier=None, intent="stop", done=("utter_afscheid",), in_form=True)) is None


def test_going_on_after_danger_is_going_back_to_the_questions() -> None:
    move = safety_move(turn("danger", NOTHING, "verder"))
    assert move is not None and move.slots == {"fase": "intake"}
    assert "113" in responses()[move.action][0]["text"], "the number stays in view"


@pytest.mark.parametrize("state", STATES)
@pytest.mark.parametrize("message", [ALERT, CHECK, GUESSED_CHECK])
def test_danger_in_another_language_is_answered_in_english_at_once(state: str, message: Found) -> None:
    move = safety_move(turn(state, message, "andere_taal", foreign=True))
    assert move is not None and move.action == "utter_crisis_andere_taal"
    assert move.slots["fase"] == "crisis"
    assert {"112", "113"} <= set(re.findall(r"\d+", responses()[move.action][0]["text"]))


def test_another_language_without_danger_is_no_matter_of_safety() -> None:
    assert safety_move(turn("calm", NOTHING, "andere_taal", foreign=True)) is None


@pytest.mark.parametrize("said", [f"utter_crisis_{kind}" for kind in KINDS] + [f"utter_zorgvraag_{kind}" for kind in KINDS])
def test_after_the_lines_or_the_question_the_bot_is_silent_and_listens(said: str) -> None:
    move = safety_move(turn("danger", ALERT, "situatie", done=(said,)))
    assert move is not None and move.action == "action_listen" and not move.slots


@pytest.mark.parametrize("said", ["utter_zorg_nee", "utter_zorg_open", "utter_zorg_nummers", "utter_na_gevaar"])
def test_after_a_no_the_conversation_goes_gently_on(said: str) -> None:
    move = safety_move(turn("answered no", NOTHING, "ontkennen", done=(said,)))
    assert move is not None and move.action == "intake_form"


@pytest.mark.parametrize("said", ["intake_form", "action_stap", "utter_privacy", "action_mens"])
def test_after_an_ordinary_action_safety_has_nothing_to_say(said: str) -> None:
    assert safety_move(turn("calm", NOTHING, "situatie", done=(said,))) is None


# --- whatever happens -------------------------------------------------------------------------------------------------

some = st.sampled_from
turns = st.builds(
    Turn,
    kind=st.none() | some(KINDS),
    tier=st.none() | some([tier.value for tier in Tier]),
    intent=some(INTENTS),
    source=some(["", "pattern", "classifier"]),
    fase=some([None, "intake", "stap", "crisis"]),
    zorgvraag=st.none() | some(KINDS),
    zorg_gevraagd=st.lists(some(KINDS), unique=True).map(tuple),
    done=st.lists(some([*responses(), "intake_form", "action_stap"]), max_size=2).map(tuple),
    in_form=st.booleans(),
    foreign=st.booleans(),
)


@unhurried
@given(turns)
def test_every_move_names_something_that_exists(turn: Turn) -> None:
    move = safety_move(turn)
    if move is None:
        return
    assert move.action in {*responses(), "action_listen", "intake_form", "action_mens"}
    assert set(move.slots) <= {*SLOTS, "requested_slot"}


@unhurried
@given(turns, some(KINDS))
def test_danger_that_is_certain_always_shows_the_lines(turn: Turn, kind: str) -> None:
    move = safety_move(replace(turn, kind=kind, tier="alert", done=(), foreign=False))
    assert move is not None and move.action == f"utter_crisis_{kind}"


@unhurried
@given(turns, some([None, "intake", "stap"]))
def test_without_danger_safety_keeps_out_of_the_conversation(turn: Turn, fase: str | None) -> None:
    assert safety_move(replace(turn, kind=None, tier=None, zorgvraag=None, fase=fase, done=())) is None


@pytest.mark.parametrize("kind", KINDS)
def test_what_is_shown_in_danger_has_a_number_to_call_and_works_without_the_action_server(kind: str) -> None:
    for variant in responses()[f"utter_crisis_{kind}"]:
        assert "112" in variant["text"]
        assert "{" not in variant["text"], "nothing to fill in"
        assert not variant.get("condition"), "always shown"
    assert "113" in responses()["utter_crisis_zelfdoding"][0]["text"]
    assert "0800-2000" in responses()["utter_crisis_geweld"][0]["text"]


@pytest.mark.parametrize("kind", KINDS)
def test_the_caring_question_is_a_question_with_a_no(kind: str) -> None:
    variant = responses()[f"utter_zorgvraag_{kind}"][0]
    assert "?" in variant["text"]
    assert len(variant["buttons"]) >= 2


def test_a_bullied_child_is_led_to_the_kindertelefoon_without_the_question_first() -> None:
    guess = Turn(kind="geweld", tier="check", intent="situatie", source="classifier", confidence=0.4, child=True)
    assert safety_move(guess) is None
    assert safety_move(replace(guess, child=False)) is not None
    for more in ({"source": "pattern"}, {"tier": "alert"}, {"kind": "zelfdoding"}):
        assert safety_move(replace(guess, **more)) is not None  # type: ignore[arg-type]


def test_danger_while_asking_for_a_colleague_gives_the_lines_and_then_asks_again() -> None:
    danger = Turn(kind="zelfdoding", tier="alert", intent="situatie", human_asked=True)
    move = safety_move(danger)
    assert move is not None and move.action == "utter_crisis_zelfdoding"
    again = safety_move(replace(danger, fase="crisis", done=("utter_crisis_zelfdoding",)))
    assert again is not None and again.action == "action_mens"
    answer = Turn(kind=None, tier=None, intent="bevestigen", text="ja", fase="crisis", human_asked=True)
    assert safety_move(answer) is None, "the yes is for the colleague"
