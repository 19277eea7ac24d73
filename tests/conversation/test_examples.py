"""The road of another resident: offered with the step when it fits, told when asked for, once, and never to who is in danger."""

from __future__ import annotations

from wegwijzer.catalogue.loading import Catalogue

from .talking import Person

BUTTON = "Hoe deed iemand anders het?"


def test_it_is_offered_with_the_step_told_when_asked_and_once(someone: Person, catalogue: Catalogue) -> None:
    step = someone.answers_questions("ik heb bijna geen vrienden meer en ik mis iemand om mee te praten", {"klopt": "ja"})
    assert BUTTON in step.buttons and "utter_voorbeeld" not in step.responses, someone.script
    story = someone.says(BUTTON)
    assert story.responses == ("utter_voorbeeld",), someone.script
    told = [route.id for route in catalogue.routes.values() if route.story and route.story in story.text]
    assert len(told) == 1 and story.slots["verhalen"] == told
    again = someone.says("heb je nog een verhaal van een ander?")
    assert not [route for route in told if catalogue.routes[route].story in again.text], someone.script


def test_it_is_not_offered_when_none_is_like_it(someone: Person) -> None:
    step = someone.answers_questions("ik heb veel schulden", {"klopt": "ja"})
    assert BUTTON not in step.buttons, someone.script
    assert someone.says(BUTTON).responses == ("utter_voorbeeld_geen",)


def test_nobody_who_was_in_danger_gets_a_story(someone: Person) -> None:
    someone.says("ik wil niet meer leven", "Ga verder")
    step = someone.answers_questions("ik heb bijna geen vrienden meer en ik mis iemand om mee te praten", {"klopt": "ja"})
    assert BUTTON not in step.buttons, someone.script
    assert "utter_voorbeeld" not in someone.says(BUTTON).responses


def test_a_child_gets_no_story(someone: Person) -> None:
    answer = someone.answers_questions("ik ben 14 en ik heb geen vrienden", {"klopt": "ja"})
    assert BUTTON not in answer.buttons
    assert "utter_voorbeeld" not in someone.says(BUTTON).responses


def test_asked_in_the_middle_the_question_returns(someone: Person) -> None:
    before = someone.says("ik heb bijna geen vrienden meer en ik mis iemand om mee te praten", "ja")
    assert before.asked
    after = someone.says(BUTTON)
    assert after.responses[0] == "utter_voorbeeld" and after.asked == before.asked, someone.script
    assert after.responses[-1] == before.responses[-1]
