"""What kind of message it is, in the short forms people really use."""

from __future__ import annotations

from datetime import date

import pytest

from wegwijzer.evaluation.bot import Bot
from wegwijzer.evaluation.messages import SOORT_OF

from .talking import Person, asked_for

YES = ["ja hoor graag", "doe maar", "👍", "jazeker wel", "Jep klopt", "toe dan maar", "is goed hoor"]
NO = ["nou nee", "👎", "nee hoor dat niet", "neuh", "liever van niet", "nah"]
UNSURE = ["mwah", "🤷", "tja weet ik veel", "geen flauw idee", "zou het niet weten hoor"]
THIS_YEAR = date.today().year


@pytest.mark.parametrize(
    ("text", "soort"),
    [(text, "bevestigen") for text in YES] + [(text, "ontkennen") for text in NO] + [(text, "weetniet") for text in UNSURE],
)
def test_yes_no_and_unsure_in_all_forms(bot: Bot, text: str, soort: str) -> None:
    assert SOORT_OF[bot.parse(text)["soort"]] == soort


@pytest.mark.parametrize(
    ("asked", "text", "told"),
    [
        ("wijk", "in zuilen, en ik ben 74", {"wijk": "noordwest", "leeftijd": 74}),
        ("wijk", "kanalneiland, liefst met een klein groepje", {"wijk": "zuidwest", "vorm": "groep"}),
        ("leeftijd", "ik ben van 1948 en woon bij de Vecht in zuilen", {"leeftijd": THIS_YEAR - 1948, "wijk": "noordwest"}),
        ("vorm", "in een groep, maar ik durf niet alleen te gaan", {"vorm": "groep", "drempel": ["alleen_gaan"]}),
        ("gemis", "meer mensen om me heen. ik woon in Hoograven", {"gemis": "mensen", "wijk": "zuid"}),
    ],
)
def test_an_answer_that_also_tells_something_new_is_used_twice(bot: Bot, asked: str, text: str, told: dict[str, object]) -> None:
    slots = asked_for(bot, asked).says(text).slots
    assert {name: slots.get(name) for name in told} == told


@pytest.mark.parametrize(
    ("asked", "text", "value"),
    [
        ("leeftijd", "eind 70", 78),
        ("leeftijd", "ik ben van 1948", THIS_YEAR - 1948),
        ("leeftijd", "zevenenzestig", 67),
        ("wijk", "kanalneiland", "zuidwest"),
        ("wijk", "3563", "overvecht"),
    ],
)
def test_ages_and_places_as_people_give_them(bot: Bot, asked: str, text: str, value: object) -> None:
    assert asked_for(bot, asked).says(text).slots[asked] == value


@pytest.mark.parametrize("text", ["wat een kutprogramma", "rot op man", "godverdomme wat een onzin"])
def test_swearing_is_met_calmly_and_the_question_stays(bot: Bot, text: str) -> None:
    someone = asked_for(bot, "wijk")
    after = someone.says(text)
    assert after.asked == "wijk"
    assert not after.suggested
    assert "wijk" not in after.slots


@pytest.mark.parametrize("text", ["asdfghjkl", "qwe rty uio", "hhhhhhhh jjjjj", "🥔🥔🥔"])
def test_gibberish_is_no_answer(bot: Bot, text: str) -> None:
    someone = asked_for(bot, "wijk")
    before, after = someone.answers[-1], someone.says(text)
    assert after.asked == "wijk"
    assert after.contract == before.contract


def test_several_messages_in_a_row_are_one_story(someone: Person) -> None:
    answer = someone.says("hoi", "mijn vrouw is in maart overleden", "ik ben 81", "en ik woon in overvecht")
    assert answer.slots["haltes"][0] == "verlies"
    assert (answer.slots["leeftijd"], answer.slots["wijk"]) == (81, "overvecht")


@pytest.mark.parametrize("text", ["wat is de hoofdstad van Peru?", "hoeveel is 12 keer 12", "kun je mijn band plakken"])
def test_what_is_not_ours_is_said_and_the_question_returns(bot: Bot, text: str) -> None:
    someone = asked_for(bot, "leeftijd")
    before, after = someone.answers[-1], someone.says(text)
    assert after.asked == "leeftijd"
    assert after.contract == before.contract
