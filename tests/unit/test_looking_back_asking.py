"""When the bot looks back, and when it does not: at most once, one question at a time, never after danger or at a goodbye."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from wegwijzer.aftercare.asking import ACTION, LISTEN, OTHERWISE, Does, Move, Turn, look_back
from wegwijzer.aftercare.questions import Question
from wegwijzer.aftercare.titles import late_titles
from wegwijzer.catalogue.loading import load_catalogue
from wegwijzer.paths import CATALOGUE

STEP = Turn((), False, "hoe_begin_ik", "Hoe begin ik?", done=("action_hoe_begin",), fase="stap", suggestie="een")
OPEN = Turn(("mening",), True, "", "", fase="stap", suggestie="een", titles=late_titles(), choices={"week": ("week",)})


def says(text: str, intent: str = "", turn: Turn = OPEN, **more: Any) -> Move | None:
    return look_back(replace(turn, text=text, intent=intent, **more))


@pytest.mark.parametrize("place", ["action_hoe_begin", "action_bewaar", "utter_graag_gedaan"])
def test_after_a_step_it_is_asked_whether_it_was_good(place: str) -> None:
    assert look_back(replace(STEP, done=(place,))) == Move(ACTION, Does.ASK, Question.MENING)


def test_a_yes_to_the_step_gets_one_question_and_not_two() -> None:
    assert look_back(replace(STEP, done=(), intent="bevestigen", text="oké")) == Move(ACTION, Does.ASK, Question.MENING)


@pytest.mark.parametrize(
    "turn",
    [
        replace(STEP, asked=("mening",)),
        replace(STEP, asked=("gelukt",)),
        replace(STEP, danger=lambda: True),
        replace(STEP, suggestie=None),
        replace(STEP, fase="intake"),
        replace(STEP, fase="crisis"),
        replace(STEP, busy=True),
        replace(STEP, done=("utter_afscheid",), intent="stop"),
        replace(STEP, done=("action_stap",)),
        replace(STEP, done=("action_mens",), intent="mens"),
        replace(STEP, done=("utter_crisis_zelfdoding",)),
        replace(STEP, done=(), intent="hoe_begin_ik"),
        replace(STEP, done=(), intent="bevestigen", danger=lambda: True),
    ],
)
def test_here_nothing_is_asked(turn: Turn) -> None:
    assert look_back(turn) is None


def test_what_was_not_understood_is_asked_about_after_the_opinion_or_without_a_step() -> None:
    unclear = replace(STEP, unclear=lambda: True)
    assert look_back(unclear) == Move(ACTION, Does.ASK, Question.MENING), "mening first"
    later = replace(unclear, asked=("mening",), done=("utter_graag_gedaan",), mening="goed")
    assert look_back(later) == Move(ACTION, Does.ASK, Question.LEREN)
    none = replace(unclear, fase=None, suggestie=None, done=("utter_graag_gedaan",))
    assert look_back(none) == Move(ACTION, Does.ASK, Question.LEREN)
    assert look_back(replace(none, asked=("leren",))) is None, "at most once"
    assert look_back(replace(none, danger=lambda: True)) is None
    assert look_back(replace(later, mening="overgeslagen")) is None, "who skips one question gets no other"


def test_after_the_action_the_bot_listens() -> None:
    assert look_back(replace(STEP, done=("action_hoe_begin", ACTION))) == Move(LISTEN)
    assert look_back(replace(STEP, done=(ACTION,), busy=True)) == Move(LISTEN)


def test_an_answer_is_heard() -> None:
    assert says("Ja, dit was goed") == Move(ACTION, Does.HEAR, Question.MENING, "goed")
    assert says("Ja, over een week", asked=("mening", "nazorg")) == Move(ACTION, Does.HEAR, Question.NAZORG, "week")


def test_anything_else_is_heard_as_always_and_the_question_lapses() -> None:
    for text, intent in (("Iets anders", "iets_anders"), ("mijn moeder is ziek", "situatie"), ("wis mijn gesprek", "wissen")):
        assert says(text, intent) is None
    assert says("ja", "bevestigen", open=False) is None


def test_a_question_back_is_answered_and_ours_comes_back() -> None:
    assert says("waarom wil je dat weten?", "waarom") == Move(ACTION, Does.EXPLAIN, Question.MENING)
    assert says("waarom wil je dat weten?", "waarom", open=False) is None


def test_a_button_of_before_still_counts_until_it_is_answered() -> None:
    assert says("Niet helemaal", open=False) == Move(ACTION, Does.HEAR, Question.MENING, "niet")
    assert says("Niet helemaal", open=False, mening="goed") is None
    assert says("Nog niet", open=False) is None, "that was never asked"
    assert says("Nog niet", open=False, asked=("gelukt", "mening")) == Move(ACTION, Does.HEAR, Question.GELUKT, "nog_niet")
    assert says("Sla over", open=False) is None, "that may be to any question"


def test_what_is_not_understood_is_never_called_so_about_our_question() -> None:
    assert says("wat bewaar je dan", "nlu_fallback") == Move(ACTION, Does.EXPLAIN, Question.MENING)
    assert says("wat bewaar je dan", "nlu_fallback", asked=("mening", "mening")) is None, "once"


def test_a_moment_may_be_chosen_late_but_not_after_danger() -> None:
    titles = late_titles(load_catalogue(CATALOGUE).nazorg)
    late = replace(OPEN, asked=("mening", "nazorg", "leren"), open=False, titles=titles)
    assert says("Ja, over een week", turn=late) == Move(ACTION, Does.HEAR, Question.NAZORG, "week")
    assert says("Ja, over een week", turn=late, danger=lambda: True) is None
    assert says("Ja, over een week", turn=late, asked=("nazorg", "gelukt")) is None, "it was asked already"
    assert says("Nee, liever niet", turn=late) is None, "that is offered elsewhere too"


def test_who_wants_something_else_gets_it() -> None:
    assert says("Ja, graag", asked=("mening", "anders")) == Move(OTHERWISE)
    assert says("nee", "ontkennen", asked=("mening", "anders")) == Move(ACTION, Does.HEAR, Question.ANDERS, "nee")


def test_nothing_is_heard_while_something_else_goes_on() -> None:
    assert says("Ja, dit was goed", busy=True) is None
