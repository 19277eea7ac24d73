"""Asking whether a colleague may come: only a plain yes is one, a number is found, and the bot never waits for nothing."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wegwijzer.handover.asking import (
    COLLEGA,
    FORM,
    LISTEN,
    MENS,
    MOST_WORDS,
    Move,
    Reply,
    Step,
    Turn,
    handover_move,
    is_way_out,
    number_in,
    read_reply,
    reason_of,
)
from wegwijzer.handover.models import Reason
from wegwijzer.handover.phone_vault import NotCallable


def turn(
    step: Step | None = None, *, intent: str = "", text: str = "", done: tuple[str, ...] = (), paused: bool = False,
    forsaken: bool = False, in_form: bool = False,
) -> Turn:  # fmt: skip
    return Turn(step, paused, forsaken, intent, text, done, in_form)


@pytest.mark.parametrize("text", ["Ja, dat mag", "ja", "jaa graag", "oké", "is goed", "prima hoor", "dat mag"])
def test_a_plain_yes(text: str) -> None:
    assert read_reply(text, "nlu_fallback") is Reply.YES


@pytest.mark.parametrize(
    "text", ["Nee, liever niet", "nee", "neeee", "liever niet", "laat maar", "Ik bel liever zelf", "ik ga wel zelf bellen"]
)
def test_a_plain_no(text: str) -> None:
    assert read_reply(text, "mens") is Reply.NO


@pytest.mark.parametrize("text", ["ja maar niet alles", "ja, behalve mijn naam", "ja nee", "ja, alleen het laatste"])
@pytest.mark.parametrize("intent", ["situatie", "bevestigen", "gezien_ok"])
def test_a_yes_with_a_condition_is_asked_again(text: str, intent: str) -> None:
    assert read_reply(text, intent) is Reply.UNCLEAR


@pytest.mark.parametrize("text", ["wat ziet die dan?", "mijn man is dood", "mens"])
def test_something_else_is_no_yes(text: str) -> None:
    assert read_reply(text, "situatie") is Reply.UNCLEAR


@given(st.text(max_size=200), st.sampled_from(["situatie", "mens", "nlu_fallback", "crisis_zelfdoding", "ontkennen"]))
def test_a_no_somewhere_in_the_words_is_never_a_yes(text: str, intent: str) -> None:
    assert read_reply(f"{text} niet", intent) is not Reply.YES


@pytest.mark.parametrize("text", ["06-12345678", "mijn nummer is 06 1234 5678", "bel me op 0612345678 graag", "+31 6 12345678"])
def test_a_number_is_found_in_a_sentence(text: str) -> None:
    assert number_in(text) == "+31612345678"


@pytest.mark.parametrize("text", ["112", "0900-1234567", "14 030", "+49 30 1234567", "weet ik niet", "", "6"])
def test_what_nobody_can_be_called_at_is_refused(text: str) -> None:
    with pytest.raises(NotCallable):
        number_in(text)


@given(st.text(max_size=300))
def test_any_text_is_a_number_or_refused(text: str) -> None:
    try:
        assert number_in(text).startswith("+31")
    except NotCallable as refused:
        assert str(refused) == refused.kind.value, "what was typed is not in the message"


def test_the_reason_is_what_the_bot_said_before() -> None:
    assert reason_of(("utter_sorry_klacht",)) is Reason.COMPLAINT
    assert reason_of(("utter_mens_na_gok",)) is Reason.STUCK
    assert reason_of(("utter_stap",)) is Reason.ASKED
    assert reason_of(()) is Reason.ASKED


# --- what comes next


def test_without_a_question_about_a_colleague_the_ordinary_conversation_goes_on() -> None:
    assert handover_move(turn(intent="bevestigen", text="ja")) is None
    assert handover_move(turn(intent="mens", done=(MENS,))) is None


@pytest.mark.parametrize("step", Step)
def test_an_open_question_gets_the_answer(step: Step) -> None:
    assert handover_move(turn(step, intent="bevestigen", text="ja")) == Move(COLLEGA)
    assert handover_move(turn(step, intent="privacy")) == Move("utter_privacy")
    assert handover_move(turn(step, intent="privacy", done=("utter_privacy",))) == Move(MENS)
    assert handover_move(turn(step, intent="wissen")) == Move("utter_gewist", drops=True)
    assert handover_move(turn(step, intent="mens", done=(MENS,), in_form=True)) == Move(LISTEN), "the form waits"
    assert handover_move(turn(step, intent="mens", done=(COLLEGA,), in_form=True)) == Move(LISTEN)


def test_after_an_answer_the_questions_go_on() -> None:
    assert handover_move(turn(intent="ontkennen", done=(COLLEGA,), in_form=True)) == Move(FORM)
    assert handover_move(turn(intent="situatie", done=(COLLEGA,))) == Move(FORM)
    assert handover_move(turn(intent="ontkennen", done=(COLLEGA,))) == Move(LISTEN)


def test_a_silent_bot_hears_only_who_speaks_to_it() -> None:
    assert handover_move(turn(intent="situatie", text="ik mis hem", paused=True)) is None
    assert handover_move(turn(intent="wissen", text="wis mijn gesprek", paused=True)) == Move("utter_gewist", drops=True)
    assert handover_move(turn(intent="verder", text="ga verder", paused=True)) == Move(COLLEGA)
    assert handover_move(turn(intent="situatie", text="hallo?", paused=True, forsaken=True)) == Move(COLLEGA)


def test_who_writes_a_sentence_about_erasing_speaks_to_the_colleague() -> None:
    assert is_way_out("wissen", "wis mijn gesprek")
    assert not is_way_out("wissen", "niet iedereen hoeft te wissen wat ik schreef")
    assert not is_way_out("situatie", "ik mis hem")


@given(st.integers(min_value=MOST_WORDS + 1, max_value=40))
def test_many_words_are_never_a_way_out(words: int) -> None:
    assert not is_way_out("wissen", "wis " * words)
