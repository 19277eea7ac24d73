"""What a colleague must know at once: in words, from what was chosen, and nothing a person typed."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.builders import CATALOGUE
from wegwijzer.catalogue.loading import Catalogue, load_catalogue
from wegwijzer.dialogue.state import State
from wegwijzer.handover.summary import summary_lines, summary_of

KNOWN = load_catalogue(CATALOGUE)


@pytest.fixture
def catalogue() -> Catalogue:
    return KNOWN


def test_a_colleague_reads_words_and_not_ids(catalogue: Catalogue) -> None:
    initiative = next(iter(catalogue.initiatives.values()))
    state = State(
        voor_wie="zelf", haltes=("verlies", "vrienden"), gemis="iemand", wijk="overvecht", leeftijd=74, vorm="een_op_een",
        drempel=("alleen_gaan",), suggestie=initiative.id, getoond=(initiative.id,), uitkomst="mens",
    )  # fmt: skip
    lines = summary_lines(summary_of(state, catalogue))
    assert f"Voorstel: {initiative.name}" in lines
    assert f"Thema's: {catalogue.haltes['verlies'].label}, {catalogue.haltes['vrienden'].label}" in lines
    assert f"Mist: {catalogue.sentences.answers['gemis']['iemand']}" in lines
    assert f"Wijk: {catalogue.wijk('overvecht').name}" in lines
    assert "Leeftijd: 74" in lines
    assert not any(line.startswith("Eerder voorgesteld") for line in lines), "the suggestion itself is not said twice"


def test_who_said_nothing_has_nothing_in_it(catalogue: Catalogue) -> None:
    assert summary_of(State(), catalogue) == {}
    assert summary_lines({}) == []


def test_what_the_catalogue_no_longer_has_stands_for_itself(catalogue: Catalogue) -> None:
    state = State(haltes=("weg",), wijk="weg", suggestie="weg", getoond=("ook_weg",), vorm="weg")
    assert all(line.endswith("weg") for line in summary_lines(summary_of(state, catalogue)))


@given(values=st.builds(State, haltes=st.lists(st.text(max_size=5)).map(tuple), wijk=st.none() | st.text(max_size=5),
                        leeftijd=st.none() | st.integers(0, 120), suggestie=st.none() | st.text(max_size=5)))  # fmt: skip
def test_it_can_always_be_kept_and_said(values: State) -> None:
    summary = summary_of(values, KNOWN)
    assert json.loads(json.dumps(summary)) == summary
    assert len(summary_lines(summary)) == len(summary)


def test_free_text_of_a_person_is_in_none_of_it(catalogue: Catalogue) -> None:
    state = State(buiten_utrecht="Lutjebroek", noemt=("olifant",))
    assert "Lutjebroek" not in str(summary_of(state, catalogue))
