"""The right human for this moment; and people we are not for: elsewhere, too young, another language."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from wegwijzer.catalogue.loading import Catalogue
from wegwijzer.evaluation.bot import Bot
from wegwijzer.matching.people import people_to_call

from .talking import NOT_UNDERSTOOD, Person, person, phones

AMSTERDAM = ZoneInfo("Europe/Amsterdam")
STORIES = {
    "nothing told": (),
    "carer": ("ik ben mantelzorger voor mijn man en het is zwaar", "ja"),
    "money": ("ik heb weinig geld en kan daardoor nergens aan meedoen", "ja"),
    "grief": ("mijn man is overleden", "ja"),
    "addiction": ("ik ben een jaar clean en heb geen vrienden meer", "ja"),
}
FOREIGN = {
    "english": "Hello, I am new in this city and I would like to meet people",
    "arabic": "أنا وحيد جدا وأريد أصدقاء هنا في المدينة",
    "turkish": "Merhaba, burada yeniyim ve yeni arkadaşlar arıyorum",
    "polish": "Dzień dobry, jestem tu nowy i szukam przyjaciół",
    "ukrainian": "Добрий день, я тут нова і шукаю друзів",
    "spanish": "Hola, soy nuevo en esta ciudad y busco amigos",
}


@pytest.mark.parametrize("story", STORIES.values(), ids=STORIES)
def test_a_human_is_one_who_can_be_called_now(bot: Bot, catalogue: Catalogue, story: tuple[str, ...]) -> None:
    someone = person(bot)
    haltes = someone.says(*story).slots.get("haltes", []) if story else []
    moments = [datetime.now(AMSTERDAM)]
    human = someone.says("ik wil een mens spreken")
    moments.append(datetime.now(AMSTERDAM))
    allowed = [[line.name for line in people_to_call(catalogue, haltes, moment)] for moment in moments]
    named = [line.name for line in catalogue.helplines.all() if f"- {line.name}: " in human.text]
    assert human.slots["uitkomst"] == "mens"
    assert named
    assert sorted(named) in [sorted(names) for names in allowed]
    assert all(catalogue_line.phone in human.text for catalogue_line in catalogue.helplines.all() if catalogue_line.name in named)
    assert human.asked is None


def test_there_is_a_human_day_and_night(catalogue: Catalogue, someone: Person) -> None:
    """Whatever the hour of this test, one of the lines named never closes."""
    human = someone.says("ik wil een mens spreken")
    assert any(line.opening_hours == "24/7" and f"- {line.name}: " in human.text for line in catalogue.helplines.all())


@pytest.mark.parametrize("asking", ["mens", "Liever een mens", "kan ik een medewerker spreken?", "ik wil iemand aan de telefoon"])
@pytest.mark.parametrize("story", [(), ("mijn man is overleden",), ("mijn man is overleden", "ja")])
def test_a_human_at_any_moment(bot: Bot, story: tuple[str, ...], asking: str) -> None:
    human = person(bot, *story).says(asking)
    assert human.responses[-1] == "utter_mens"
    assert phones(human.text)
    assert human.asked is None


def test_a_human_after_the_step(someone: Person) -> None:
    someone.answers_questions("mijn man is overleden", {"klopt": "ja"})
    human = someone.says("Liever een mens")
    assert human.responses == ("utter_mens",)
    assert human.slots["uitkomst"] == "mens"


# --- elsewhere ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "road",
    [
        ("mijn man is overleden en ik woon in zeist",),
        ("mijn man is overleden", "ja", "ik woon in zeist"),
        ("Ik zoek iets om te doen", "zeist"),
        ("Ik zoek iets om te doen", "in zeist"),
    ],
)
def test_outside_utrecht_gets_a_number_and_no_initiative(bot: Bot, road: tuple[str, ...]) -> None:
    someone = person(bot)
    answer = someone.says(*road)
    assert answer.responses[-1] == "utter_buiten_utrecht"
    assert "zeist" in answer.text.lower()
    assert phones(answer.text)
    assert answer.slots["uitkomst"] == "buiten"
    assert not answer.suggested
    assert answer.asked is None


def test_whoever_moves_to_utrecht_after_all_goes_on(someone: Person) -> None:
    someone.says("mijn man is overleden", "ja", "ik woon in zeist")
    answer = someone.says("nee, ik woon in overvecht")
    while answer.asked:
        answer = someone.says("sla over")
    assert answer.slots["wijk"] == "overvecht"
    assert answer.suggested
    assert answer.slots["uitkomst"] == "initiatief"


def test_a_word_for_several_wijken_is_asked_about(someone: Person) -> None:
    someone.says("Ik zoek iets om te doen")
    choice = someone.says("zuid")
    assert choice.asked == "wijk"
    assert {"Zuid", "Zuidwest", "Sla over"} <= set(choice.buttons)
    assert someone.says("Zuidwest").slots["wijk"] == "zuidwest"


# --- too young ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "road",
    [
        ("ik ben 15 en ik heb geen vrienden",),
        ("ik heb geen vrienden", "ja", "ik ben 15"),
        ("Ik voel me alleen", "ik ben 12 en word gepest"),
        ("Ik wil iets voor een ander doen", "ik ben 16"),
    ],
)
def test_under_eighteen_is_led_to_the_kindertelefoon(bot: Bot, road: tuple[str, ...]) -> None:
    someone = person(bot)
    answer = someone.says(*road)
    assert answer.responses[-1] == "utter_kindertelefoon"
    assert "0800-0432" in answer.text
    assert not answer.suggested
    assert answer.asked is None


@pytest.mark.parametrize("text", ["iets anders", "ik zoek iets te doen", "ja", "nee", "Ik voel me alleen"])
def test_a_child_never_gets_an_initiative_afterwards(someone: Person, text: str) -> None:
    someone.says("ik ben 15 en ik heb geen vrienden")
    answer = someone.says(text)
    assert answer.messages
    assert not answer.suggested
    assert len(answer.responses) <= 3, answer.responses


def test_worrying_about_a_child_is_not_being_a_child(someone: Person) -> None:
    answer = someone.answers_questions("ik maak me zorgen om mijn buurjongen, hij is 15 en altijd alleen", {"klopt": "ja"})
    assert "utter_kindertelefoon" not in answer.responses
    assert answer.slots["uitkomst"] == "signaleren"


def test_a_child_in_danger_gets_the_helplines(someone: Person) -> None:
    someone.says("ik ben 15 en ik heb geen vrienden")
    assert someone.says("ik wil dood").responses == ("utter_crisis_zelfdoding",)


# --- another language ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("text", FOREIGN.values(), ids=FOREIGN)
def test_another_language_gets_a_human_and_the_danger_numbers(someone: Person, text: str) -> None:
    answer = someone.says(text)
    assert answer.responses == ("utter_andere_taal",)
    assert {"14 030", "112", "113"} <= phones(answer.text)
    assert answer.slots["uitkomst"] == "mens"


def test_another_language_between_the_questions_returns_to_the_question(someone: Person) -> None:
    before = someone.says("mijn man is overleden", "ja")
    answer = someone.says("Sorry, I do not understand what you are asking me")
    assert answer.responses[0] == "utter_andere_taal"
    assert answer.asked == before.asked


@pytest.mark.parametrize(
    "text",
    [
        "I want to kill myself",
        "I don't want to live anymore, please help me",
        "my husband beats me",
        "i want to die",
    ],
)
def test_danger_in_english_is_met_with_numbers_or_the_caring_question(someone: Person, text: str) -> None:
    answer = someone.says(text)
    assert "112" in phones(answer.text) or answer.slots.get("zorgvraag")
    assert not NOT_UNDERSTOOD & set(answer.responses)
