"""Someone who does not want to answer still gets a step."""

from __future__ import annotations

import pytest

from wegwijzer.evaluation.bot import Bot
from wegwijzer.matching.questions import MOST_QUESTIONS

from .talking import LISTENING, NOT_UNDERSTOOD, STEPS, Person, person, phones

OPENINGS = [
    "Ik voel me alleen",
    "Ik zoek iets om te doen",
    "Ik maak me zorgen om iemand",
    "Ik wil iets voor een ander doen",
    "mijn man is overleden",
    "ik zorg voor mijn man met alzheimer en kom nergens meer",
]
REFUSALS = ["sla over", "nee", "zeg ik liever niet", "weet ik niet"]


@pytest.fixture(scope="module", params=[(opening, refusal) for opening in OPENINGS for refusal in REFUSALS], ids=" / ".join)
def refused(request: pytest.FixtureRequest, bot: Bot) -> Person:
    """Someone who answered every question with the same refusal."""
    someone = person(bot)
    opening, refusal = request.param
    someone.answers_questions(opening, {}, otherwise=refusal)
    return someone


def test_refusing_every_question_still_ends_in_a_step(refused: Person) -> None:
    someone, last = refused, refused.answers[-1]
    assert STEPS & set(last.responses), someone.script
    assert last.slots["uitkomst"]
    assert last.suggested or phones(last.text)


def test_a_refused_question_is_not_asked_again(refused: Person) -> None:
    asked = [answer.asked for answer in refused.answers if answer.asked]
    assert len(asked) == len(set(asked)), asked
    for answer in refused.answers:
        assert not NOT_UNDERSTOOD & set(answer.responses), refused.script


@pytest.mark.parametrize("opening", OPENINGS)
def test_whoever_skips_everything_gets_five_questions_at_most(bot: Bot, opening: str) -> None:
    someone = person(bot)
    someone.answers_questions(opening, {"klopt": "ja"})
    asked = [slot for slot in someone.questions if slot not in LISTENING]
    assert len(asked) <= MOST_QUESTIONS == 5, asked


@pytest.mark.parametrize("refusal", REFUSALS)
def test_a_refusal_leaves_the_slot_empty(bot: Bot, refusal: str) -> None:
    someone = person(bot)
    before = someone.says("Ik zoek iets om te doen")
    assert before.asked == "wijk"
    after = someone.says(refusal)
    assert "wijk" not in after.slots
    assert after.slots["overgeslagen"] == ["wijk"]


def test_one_answer_among_refusals_is_used(bot: Bot) -> None:
    someone = person(bot)
    last = someone.answers_questions("Ik voel me alleen", {"wijk": "zuilen"}, otherwise="zeg ik liever niet")
    assert last.slots["wijk"] == "noordwest"
    assert STEPS & set(last.responses)
