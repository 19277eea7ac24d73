"""A question back in the middle of the questions: it is answered, and the same question returns."""

from __future__ import annotations

import pytest

from wegwijzer.evaluation.bot import Bot

from .talking import QUESTIONS, Person, asked_for, phones

INTERRUPTIONS = [
    ("waarom wil je dat weten?", "utter_waarom"),
    ("wie leest dit?", "utter_privacy"),
    ("ben je een robot?", "utter_bot"),
    ("wat is een buurtteam?", "utter_info"),
    ("hallo", "utter_kennismaking"),
    ("dank je", "utter_graag_gedaan"),
]


@pytest.mark.parametrize(("question", "response"), INTERRUPTIONS)
@pytest.mark.parametrize("slot", QUESTIONS)
def test_a_question_back_is_answered_and_the_question_returns(bot: Bot, slot: str, question: str, response: str) -> None:
    someone = asked_for(bot, slot)
    before = someone.answers[-1]
    after = someone.says(question)
    assert after.responses[0] == response
    assert after.asked == slot
    assert after.responses[-1] == before.responses[-1]
    assert after.buttons[-len(before.buttons) :] == before.buttons
    assert after.contract == before.contract


def test_what_is_a_buurtteam_is_answered_from_the_catalogue(someone: Person) -> None:
    someone.says("mijn man is overleden", "ja")
    assert "buurtteam" in someone.says("wat is een buurtteam?").text.lower()


def test_what_we_do_not_know_gets_a_number_and_no_invention(someone: Person) -> None:
    before = someone.says("mijn man is overleden", "ja")
    after = someone.says("wat is stichting wiebelkruk?")
    assert "utter_info" not in after.responses
    assert phones(after.text)
    assert after.asked == before.asked


def test_an_answer_with_a_question_behind_it_is_kept(someone: Person) -> None:
    before = someone.says("Ik zoek iets om te doen")
    assert before.asked == "wijk"
    after = someone.says("zuilen, maar waarom wil je dat weten?")
    assert after.slots["wijk"] == "noordwest"
    assert after.asked not in (None, "wijk")


def test_three_questions_back_do_not_use_up_the_question(bot: Bot) -> None:
    someone = asked_for(bot, "vorm")
    before = someone.answers[-1]
    after = someone.says("waarom?", "wie leest dit?", "ben je een robot?", "hallo")
    assert after.asked == before.asked
    assert after.slots.get("overgeslagen") == before.slots.get("overgeslagen")
    assert someone.says("met een groepje").slots["vorm"] == "groep"


def test_asking_for_a_human_leaves_the_questions_and_further_returns_to_them(someone: Person) -> None:
    before = someone.says("mijn man is overleden", "ja")
    human = someone.says("ik wil een mens spreken")
    assert human.responses == ("utter_mens",)
    assert human.asked is None
    assert phones(human.text)
    assert someone.says("verder").asked == before.asked
