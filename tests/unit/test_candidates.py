"""Comparing ways of understanding: each is trained, stored, read back and scored by the same rules as the product."""

from __future__ import annotations

from pathlib import Path

import pytest

from wegwijzer.evaluation.candidate_run import LONG, SETS, measure
from wegwijzer.evaluation.candidates import CANDIDATES, OURS, Understanding, as_parsed
from wegwijzer.evaluation.compare import FOLDS, ComparisonFailed, author_of, compare
from wegwijzer.evaluation.messages import Parsed
from wegwijzer.paths import DATA
from wegwijzer.understanding.training_data import Example, read_examples

WHO = ("man", "vrouw", "buur", "zus", "tante", "broer", "vriend", "oma", "baas", "neef", "opa", "nicht")
EXAMPLES = [
    *(Example(f"mijn {who} is overleden", "situatie", ("verlies",)) for who in WHO),
    *(Example(f"heeft mijn {who} ook schulden?", "vraag_aanbod", ("geld",)) for who in WHO),
    *(Example(f"mijn {who} dreigt met een mes", "crisis_geweld") for who in WHO),
    *(Example(f"mijn {who} ademt bijna niet meer", "crisis_spoed") for who in WHO),
]


@pytest.mark.parametrize("name", ["letters", "letters_words_lemmas", OURS])
def test_what_a_candidate_learned_survives_being_stored(name: str, tmp_path: Path) -> None:
    candidate = CANDIDATES[name]
    learned = Understanding.learn(candidate, EXAMPLES)
    learned.save(tmp_path)
    read = Understanding.load(candidate, tmp_path)
    found = read.parse("mijn collega is overleden")
    assert found.haltes[0][0] == "verlies"
    assert found.soort == "situatie"
    assert read.parse("mijn collega dreigt met een mes").kind == "geweld"
    assert [halte for halte, _ in found.haltes] == [halte for halte, _ in learned.parse("mijn collega is overleden").haltes]


def test_danger_is_judged_by_the_rules_of_the_product() -> None:
    """A classifier that sees nothing does not silence a pattern; a sure one needs no pattern."""
    assert as_parsed("ik wil dood", [], "situatie", {"geen": 1.0}).tier == "alert"
    sure = as_parsed("een lang bericht zonder woorden die ergens op lijken", [], "situatie", {"geweld": 0.9})
    assert (sure.kind, sure.tier) == ("geweld", "alert")


def test_no_author_is_in_two_folds() -> None:
    folds: dict[str, set[int]] = {}
    for example in read_examples(DATA):
        folds.setdefault(example.source, set()).add(author_of(example, FOLDS))
    assert all(len(found) == 1 for found in folds.values())
    assert {fold for found in folds.values() for fold in found} == set(range(FOLDS))
    assert folds["halte_geld"] != folds["halte_geld_b"] != folds["halte_geld_c"]


def test_every_set_is_measured_and_what_it_costs() -> None:
    seen: list[str] = []

    def parse(text: str) -> Parsed:
        seen.append(text)
        return Parsed((), "buiten", "", "")

    found = measure(lambda: parse)
    assert set(found["sets"]) == {*SETS, LONG}
    assert found["sets"]["shared"]["halte_hit1"] == 0.0 and found["sets"]["eigen2"]["crisis_recall"] == 0.0
    assert found["ms_p95"] >= found["ms_median"] > 0 and found["memory_mb"] > 0
    assert len(seen) > 500


def test_a_candidate_that_stops_is_said(tmp_path: Path) -> None:
    (tmp_path / "letters").write_text("in the way")
    with pytest.raises(ComparisonFailed, match="candidate_run train letters"):
        list(compare(["letters"], 1, lambda name, done, total: None, folder=tmp_path))
