"""What was labelled as training data: judged once more, and in a form that reads back the same."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from wegwijzer.learning.export import NAME, REASONS, Sieve, as_nlu, as_trained, exam_lines
from wegwijzer.learning.labels import TEACHABLE, WITH_HALTES
from wegwijzer.learning.store import Taught
from wegwijzer.paths import EVALUATION
from wegwijzer.understanding.training_data import Example, read_examples

HALTES = ("verlies", "ontmoeten", "geld")
EXAM = ["Sinds de dood van mijn man eet ik elke dag alleen", "ja hoor"]
KNOWN = [Example("ik mis mijn man", "situatie", ("verlies",)), Example("help hij slaat mij", "crisis_geweld")]


def taught(text: str, intent: str = "situatie", *haltes: str) -> Taught:
    return Taught("1", text, intent, haltes or (("verlies",) if intent in WITH_HALTES else ()), "Noor")


@pytest.fixture
def sieve() -> Sieve:
    return Sieve(KNOWN, EXAM, HALTES)


@pytest.mark.parametrize(
    ("one", "reason"),
    [
        (taught("sinds de dood van mijn man eet ik elke dag alleen!"), "exam"),
        (taught("Sinds de dood van [naam] mijn man eet ik elke dag alleen"), "exam"),
        (taught("ik wil dood"), "danger"),
        (taught("help hij slaat mij"), "danger"),
        (taught("Ik mis mijn  man"), "known"),
        (taught("ik mis mijn man", "eenzaam"), "conflict"),
        (taught("ik mis mijn man", "situatie", "geld"), "conflict"),
        (taught("wat nu", "crisis_geweld"), "label"),
        (taught("wat nu", "situatie", "opgeheven"), "label"),
        (taught("[naam]"), "text"),
        (taught("06 12 34 56 78 is van hem"), "text"),
        (taught("mail hem op piet@ziggo"), "text"),
        (taught("woord " * 400), "text"),
    ],
)
def test_what_may_not_be_trained_is_left_out_and_counted(sieve: Sieve, one: Taught, reason: str) -> None:
    sifted = sieve.sift([one])
    assert (sifted.kept, sifted.left_out) == ((), {reason: 1})
    assert reason in REASONS


def test_what_anybody_says_may_be_trained_though_it_is_in_the_exam(sieve: Sieve) -> None:
    assert len(sieve.sift([taught("ja hoor", "bevestigen")]).kept) == 1


def test_the_same_twice_is_once_and_with_two_meanings_the_first(sieve: Sieve) -> None:
    sifted = sieve.sift(
        [taught("de klok tikt zo hard"), taught("De klok tikt zo hard"), taught("de klok tikt zo hard", "eenzaam")]
    )
    assert [one.text for one in sifted.kept] == ["de klok tikt zo hard"]
    assert sifted.left_out == {"known": 1, "conflict": 1}


def test_what_was_crossed_out_is_not_trained() -> None:
    assert as_trained("sinds [naam] het huis uit is, hoor ik {de} klok") == "sinds het huis uit is, hoor ik de klok"
    assert as_trained("/restart [weg]") == "restart"


TEXT = st.text(min_size=1, max_size=60) | st.sampled_from(
    ["- met een streepje", "# geen commentaar", "'aan: haling'", "|", "é 👋"]
)


ONE = st.builds(
    lambda text, intent, haltes: Taught("1", " ".join(text.split()), intent, tuple(haltes) if intent in WITH_HALTES else (), "x"),
    TEXT, st.sampled_from(TEACHABLE), st.lists(st.sampled_from(HALTES), max_size=2, unique=True),
)  # fmt: skip


@settings(deadline=None, max_examples=150)
@given(st.lists(ONE, max_size=8))
def test_what_is_written_reads_back_the_same_in_any_order(tmp_path_factory: pytest.TempPathFactory, made: list[Taught]) -> None:
    sieve = Sieve([], [], HALTES)
    kept = [one for one in sieve.sift(made).kept if one.text.isprintable()]
    written = as_nlu(kept)
    assert as_nlu(kept[::-1]) == written
    if not kept:
        return
    folder = tmp_path_factory.mktemp("data")
    (folder / "nlu").mkdir()
    (folder / "nlu" / f"{NAME}.yml").write_text(written, encoding="utf-8")
    read = [(one.text, one.intent, one.haltes) for one in read_examples(folder)]
    assert sorted(read) == sorted((one.text, one.intent, one.haltes) for one in kept)


def test_the_real_exam_is_read_and_keeps_its_lines_out() -> None:
    lines = list(exam_lines(EVALUATION))
    assert len(lines) > 1000
    sieve = Sieve([], lines, HALTES)
    longest = max(lines, key=len)[:1000]
    told = [taught(line) for line in lines[:40] if len(line) > 30]
    assert sieve.sift([*told, taught(longest)]).left_out.get("exam", 0) >= len(told)


def test_a_set_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    (tmp_path / "kapot.yml").write_text("[", encoding="utf-8")
    with pytest.raises(ValueError, match=r"kapot\.yml"):
        list(exam_lines(tmp_path))
    assert list(exam_lines(tmp_path / "nergens")) == []
