"""The bot is wrong, or the person changes their mind: what was said last counts."""

from __future__ import annotations

import pytest

from wegwijzer.catalogue.loading import Catalogue
from wegwijzer.evaluation.bot import Bot

from .talking import HUMAN_STEPS, NOT_UNDERSTOOD, Person, is_near, person, phones, suggestion

WIDOW = "mijn man is vorig jaar overleden"
NONE_OF_THESE = "Geen van deze"


def test_a_wrong_reflection_brings_the_next_best_guesses(someone: Person, catalogue: Catalogue) -> None:
    first = someone.says(WIDOW)
    assert first.asked == "klopt"
    second = someone.says("Nee, het is iets anders")
    assert second.asked == "halte_keuze"
    labels = {halte.label: halte.id for halte in catalogue.haltes.values()}
    guesses = [labels[button] for button in second.buttons if button in labels]
    assert len(guesses) >= 2
    assert not set(guesses) & set(first.slots["haltes"])


def test_a_guess_that_is_clicked_is_what_it_is_about(someone: Person, catalogue: Catalogue) -> None:
    guesses = someone.says(WIDOW, "nee")
    labels = {halte.label: halte.id for halte in catalogue.haltes.values()}
    chosen = next(button for button in guesses.buttons if button in labels)
    after = someone.says(chosen)
    assert after.slots["haltes"][0] == labels[chosen]
    assert "verlies" not in after.slots["haltes"]
    assert after.asked not in ("klopt", "halte_keuze")


def test_own_words_instead_of_a_guess_are_heard(someone: Person) -> None:
    someone.says(WIDOW, "nee")
    after = someone.says("het gaat om geld: ik heb schulden bij de energie en de huur")
    assert after.slots["haltes"][0] == "geld"
    assert "verlies" not in after.slots["haltes"]
    assert not NOT_UNDERSTOOD & set(after.responses)
    assert after.asked is not None


@pytest.mark.parametrize("refusal", [NONE_OF_THESE, "nee", "Nee, het is iets anders"])
def test_when_nothing_fits_twice_a_human_is_named(someone: Person, refusal: str) -> None:
    human = someone.says(WIDOW, "nee", refusal)
    assert HUMAN_STEPS & set(human.responses)
    assert human.slots["uitkomst"] == "mens"
    assert phones(human.text)
    assert human.asked is None
    assert not human.suggested


@pytest.mark.parametrize("again", ["nee", "ja", "weet ik niet", "ik wil dood", "hallo"])
def test_after_the_human_the_conversation_still_lives(bot: Bot, again: str) -> None:
    """Rasa stops for good when a turn never comes to listening; then not even danger would be heard."""
    someone = person(bot, WIDOW, "nee", NONE_OF_THESE)
    answer = someone.says(again)
    assert 1 <= len(answer.responses) <= 3, answer.responses
    danger = someone.says("ik wil dood")
    assert danger.responses == ("utter_crisis_zelfdoding",)


def test_i_mean_zuilen_changes_the_wijk_and_nothing_else(someone: Person) -> None:
    before = someone.says(f"{WIDOW}, ik woon in overvecht", "ja")
    assert before.slots["wijk"] == "overvecht"
    after = someone.says("nee ik bedoel zuilen")
    assert after.slots["wijk"] == "noordwest"
    assert after.asked == before.asked
    assert {**after.contract, "wijk": "overvecht"} == before.contract
    assert not NOT_UNDERSTOOD & set(after.responses)


def test_the_step_follows_the_corrected_wijk(someone: Person, catalogue: Catalogue) -> None:
    someone.says("ik zoek gezelligheid in lunetten", "ja", "nee ik bedoel zuilen")
    step = someone.says("sla over")
    while step.asked:
        step = someone.says("sla over")
    assert step.slots["wijk"] == "noordwest"
    assert is_near(suggestion(step, catalogue), "noordwest", catalogue)


def test_the_wijk_can_be_corrected_after_the_step(someone: Person, catalogue: Catalogue) -> None:
    someone.answers_questions(f"{WIDOW}, ik woon in lunetten", {"klopt": "ja"})
    step = someone.says("nee ik bedoel vleuten")
    while step.asked:
        step = someone.says("sla over")
    assert step.slots["wijk"] == "vleuten_de_meern"
    assert is_near(suggestion(step, catalogue), "vleuten_de_meern", catalogue)


def test_another_age_replaces_the_first(someone: Person) -> None:
    before = someone.says(f"{WIDOW}, ik ben 70", "ja")
    assert before.slots["leeftijd"] == 70
    after = someone.says("nee, ik ben 45")
    assert after.slots["leeftijd"] == 45
    assert after.asked == before.asked


def test_an_age_told_at_the_reflection_does_not_refuse_the_reflection(someone: Person) -> None:
    before = someone.says(WIDOW)
    after = someone.says("ik ben trouwens 70")
    assert after.slots["leeftijd"] == 70
    assert after.asked not in (None, "halte_keuze")
    assert after.slots["haltes"] == before.slots["haltes"]


def test_an_age_told_at_the_guesses_does_not_refuse_the_guesses(someone: Person) -> None:
    someone.says(WIDOW, "nee")
    after = someone.says("ik ben trouwens 70")
    assert after.slots["leeftijd"] == 70
    assert after.asked == "halte_keuze"


def test_something_else_never_gives_the_same_twice(someone: Person, catalogue: Catalogue) -> None:
    step = someone.answers_questions("ik zoek iets te doen in zuilen, ik ben 70", {"klopt": "ja"})
    shown = [suggestion(step, catalogue).id]
    for _ in range(30):
        step = someone.says("Iets anders")
        if not step.suggested:
            break
        shown.append(suggestion(step, catalogue).id)
        assert "noordwest" in step.slots["wijk"]
    assert len(shown) > 2
    assert len(set(shown)) == len(shown)


def test_no_to_the_step_gives_another_step(someone: Person, catalogue: Catalogue) -> None:
    first = suggestion(someone.answers_questions(WIDOW, {"klopt": "ja"}), catalogue)
    second = suggestion(someone.says("nee"), catalogue)
    assert second.id != first.id


def test_when_everything_was_shown_a_human_is_named(someone: Person) -> None:
    step = someone.answers_questions("ik zoek gezelligheid in vleuten, ik ben 82", {"klopt": "ja"})
    for _ in range(120):
        step = someone.says("Iets anders")
        if not step.suggested:
            break
    assert not step.suggested
    assert HUMAN_STEPS & set(step.responses)
    assert phones(step.text)
