"""What an editor can say a message means."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.builders import DOMAIN, read_yaml, real_catalogue
from wegwijzer.learning.labels import TEACHABLE, WITH_HALTES, Label, NoLabel, make_label, read_guesses, read_label

HALTES = tuple(real_catalogue().haltes)
BY_CODE = ("nlu_fallback", "andere_taal")
"""Intents that nobody teaches: code gives them."""


def test_every_intent_can_be_taught_but_danger_and_what_code_gives() -> None:
    known = {next(iter(entry)) for entry in read_yaml(DOMAIN)["intents"]}
    assert {name for name in known if not name.startswith(("crisis_", "zorg_"))} - set(BY_CODE) == set(TEACHABLE)


@given(st.sampled_from(TEACHABLE), st.lists(st.sampled_from(HALTES), max_size=3))
def test_a_label_survives_being_a_word(intent: str, haltes: list[str]) -> None:
    try:
        label = make_label(intent, haltes, HALTES)
    except NoLabel as problem:
        assert (intent, haltes, str(problem)) == ("vraag_aanbod", [], "needs_halte")
        return
    assert read_label(label.word, HALTES) == label
    assert not label.haltes or intent in WITH_HALTES


@pytest.mark.parametrize(
    ("intent", "haltes", "reason"),
    [("", [], "intent"), ("crisis_geweld", [], "intent"), ("situatie", ["x"], "halte"), ("vraag_aanbod", [], "needs_halte"),
     ("situatie", list(HALTES[:4]), "most_haltes")],
)  # fmt: skip
def test_what_is_no_label_is_refused(intent: str, haltes: list[str], reason: str) -> None:
    with pytest.raises(NoLabel, match=reason):
        make_label(intent, haltes, HALTES)


def test_the_guesses_of_the_bot_become_labels() -> None:
    words = ["verlies", "nlu_fallback", "eenzaam", "verlies", "crisis_geweld", "situatie:verlies+ontmoeten", "iets raars"]
    assert read_guesses(words, HALTES) == (
        Label("situatie", ("verlies",)), Label("eenzaam"), Label("situatie", ("verlies", "ontmoeten")),
    )  # fmt: skip
    assert read_guesses(["verlies", "ontmoeten", "vraag_aanbod"], HALTES) == (
        Label("vraag_aanbod", ("verlies",)), Label("vraag_aanbod", ("ontmoeten",)),
    )  # fmt: skip
    assert read_guesses(["situatie"], HALTES) == (Label("situatie"),)
    assert read_guesses(["vraag_aanbod"], HALTES) == (), "means nothing without a halte"
