"""What is an answer to a question of looking back, and what is not: then it is heard as if nothing was asked."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wegwijzer.aftercare.answers import GOOD, NO, NOT_FOR_ME, NOT_GOOD, NOT_YET, SKIPPED, YES, read_answer
from wegwijzer.aftercare.moments import words_of
from wegwijzer.aftercare.questions import Question
from wegwijzer.catalogue.loading import load_catalogue
from wegwijzer.domain_texts import response
from wegwijzer.paths import CATALOGUE

NAZORG = load_catalogue(CATALOGUE).nazorg
assert NAZORG is not None
CHOICES = words_of(NAZORG.keuzes)


def read(question: Question, text: str, intent: str = "") -> str | None:
    return read_answer(question, text, intent, CHOICES)


@pytest.mark.parametrize(
    ("question", "name", "answers"),
    [
        (Question.MENING, "utter_mening", [GOOD, NOT_GOOD, SKIPPED]),
        (Question.MENING, "utter_mening_na_ja", [GOOD, NOT_GOOD, SKIPPED]),
        (Question.ANDERS, "utter_mening_niet", [YES, NO, None]),
        (Question.LEREN, "utter_leren_vraag", [YES, NO]),
        (Question.GELUKT, "utter_gelukt_vraag", [YES, NOT_YET, NOT_FOR_ME]),
    ],
)
def test_every_button_says_what_it_says(question: Question, name: str, answers: list[str | None]) -> None:
    """The third one below *niet helemaal* asks for a human, which is no answer."""
    assert [read(question, button["payload"]) for button in response(name)["buttons"]] == answers


def test_every_moment_to_choose_is_understood_and_no_is_no() -> None:
    assert NAZORG is not None
    for choice in NAZORG.keuzes:
        assert read(Question.NAZORG, choice.label) == choice.id
    assert read(Question.NAZORG, NAZORG.nee) == NO
    assert read(Question.NAZORG, "ja", "bevestigen") == YES, "a yes without a moment is asked when"
    assert read(Question.NAZORG, "niet morgen", "ontkennen") == NO


@pytest.mark.parametrize(
    ("question", "text", "intent", "answer"),
    [
        (Question.MENING, "ja hoor, prima!", "bevestigen", GOOD),
        (Question.MENING, "Heel fijn", "gezien_ok", GOOD),
        (Question.MENING, "niet slecht", "", GOOD),
        (Question.MENING, "nee niet echt", "ontkennen", NOT_GOOD),
        (Question.MENING, "matig", "nlu_fallback", NOT_GOOD),
        (Question.MENING, "dat weet ik niet", "weetniet", SKIPPED),
        (Question.MENING, "laat maar zitten hoor", "situatie", None),
        (Question.MENING, "dank je wel", "dank", None),
        (Question.MENING, "ja hoe begin ik", "hoe_begin_ik", None),
        (Question.MENING, "iets anders", "iets_anders", None),
        (Question.MENING, "ja maar ik voel me nog steeds heel erg alleen", "bevestigen", None),
        (Question.NAZORG, "over een week graag", "", "week"),
        (Question.NAZORG, "morgen of over een week", "", None),
        (Question.LEREN, "nee", "ontkennen", NO),
        (Question.LEREN, "ja hoor", "bevestigen", YES),
        (Question.LEREN, "wie ben jij", "bot", None),
        (Question.GELUKT, "ja gelukt", "", YES),
        (Question.GELUKT, "nee, nog niet", "ontkennen", NOT_YET),
        (Question.GELUKT, "het was niks voor mij", "", NOT_FOR_ME),
        (Question.GELUKT, "niet gelukt, ik durfde het toch niet zo goed", "corrigeren", NOT_YET),
        (Question.GELUKT, "Ja! Het was heel gezellig en ik ga volgende week weer", "bevestigen", YES),
        (Question.GELUKT, "nee, mijn moeder is net overleden", "situatie", None),
        (Question.GELUKT, "hallo", "groet", None),
        (Question.GELUKT, "mijn vader is gisteren overleden", "situatie", None),
        (Question.GELUKT, "", "nlu_fallback", None),
        (Question.GELUKT, "🙂", "gezien_ok", None),
    ],
)
def test_in_own_words(question: Question, text: str, intent: str, answer: str | None) -> None:
    assert read(question, text, intent) == answer


@given(st.sampled_from(Question), st.text(max_size=80), st.sampled_from(["", "bevestigen", "ontkennen", "situatie"]))
def test_anything_at_all_is_an_answer_of_that_question_or_none(question: Question, text: str, intent: str) -> None:
    allowed = {
        Question.MENING: {GOOD, NOT_GOOD, SKIPPED},
        Question.GELUKT: {YES, NOT_YET, NOT_FOR_ME},
        Question.NAZORG: {YES, NO, *CHOICES},
    }.get(question, {YES, NO})
    assert read(question, text, intent) in allowed | {None}
