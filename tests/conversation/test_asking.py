"""A question about what there is gets a direct answer, wherever we are, and the open question returns."""

from __future__ import annotations

import pytest

from wegwijzer.catalogue.loading import Catalogue
from wegwijzer.evaluation.bot import Bot

from .talking import Person, asked_for, phones


@pytest.mark.parametrize("slot", ["klopt", "vorm", "leeftijd"])
@pytest.mark.parametrize(
    ("question", "response"),
    [
        ("telefoonnummer Luisterlijn", "utter_info_feit"),
        ("Luisterlijn", "utter_info"),
        ("is er een repair café?", "utter_info"),
        ("is er een bridgeclub?", "utter_zoek_niets_verder"),
    ],
)
def test_it_is_answered_and_the_question_returns(bot: Bot, slot: str, question: str, response: str) -> None:
    someone = asked_for(bot, slot)
    before = someone.answers[-1]
    after = someone.says(question)
    assert after.responses[0] == response, someone.script
    assert after.asked == slot
    assert after.responses[-1] == before.responses[-1]
    assert after.slots.get("overgeslagen") == before.slots.get("overgeslagen")


def test_a_number_is_given_as_it_stands_in_the_catalogue(someone: Person, catalogue: Catalogue) -> None:
    answer = someone.says("telefoonnummer Luisterlijn")
    assert answer.responses == ("utter_kennismaking", "utter_info_feit")
    assert catalogue.helpline("luisterlijn").phone in phones(answer.text)


def test_what_is_not_there_is_said_and_the_conversation_goes_on(someone: Person) -> None:
    answer = someone.says("is er een breiclub in Zuilen?")
    assert answer.responses[:2] == ("utter_kennismaking", "utter_zoek_niets_verder"), someone.script
    assert answer.asked and answer.slots["wijk"] == "noordwest", "what was told with the question counts"


def test_a_choice_is_answered_when_it_is_pressed(someone: Person) -> None:
    choice = someone.says("hallo", "wat doet U Centraal?")
    assert choice.responses == ("utter_zoek_keuze",)
    assert 1 < len(choice.buttons) <= 3
    for name in choice.buttons:
        pressed = someone.says(name)
        assert pressed.responses == ("utter_info",) and name in pressed.text, someone.script


def test_the_next_question_is_about_the_same_place(someone: Person) -> None:
    someone.says("hallo", "wat is het danspaleis?")
    answer = someone.says("en wat kost het?")
    assert answer.responses == ("utter_info_feit",) and "Danspaleis" in answer.text, someone.script


def test_danger_goes_before_looking_up(someone: Person) -> None:
    answer = someone.says("ik wil dood, wat is het nummer van de luisterlijn")
    assert answer.responses[0] == "utter_crisis_zelfdoding", someone.script
