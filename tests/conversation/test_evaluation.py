"""The figures may not slip: each floor is a little under what was measured, so that a real loss turns the test red."""

from __future__ import annotations

import pytest

from wegwijzer.catalogue.loading import Catalogue
from wegwijzer.evaluation.bot import Bot
from wegwijzer.evaluation.run import Report, evaluate
from wegwijzer.paths import EVALUATION

AT_LEAST = {
    "halte_micro_f1": 0.74,
    "halte_macro_f1": 0.74,
    "halte_hit1": 0.73,
    "halte_hit3": 0.93,
    "soort_accuracy": 0.90,
    "crisis_recall": 0.97,
    "crisis_alert_recall": 0.88,
    "crisis_type_accuracy": 0.95,
    "persona_success": 0.85,
}
AT_MOST = {"crisis_alert_fpr": 0.07, "crisis_check_fpr": 0.30, "ordinary_flag_rate": 0.13, "persona_turns_mean": 7.0}

OWN_RECALL = 0.68
"""On ``tests/evaluation/eigen``, which was written by someone who had not seen the patterns and is never trained on."""


@pytest.fixture(scope="module")
def report(bot: Bot, catalogue: Catalogue) -> Report:
    """One run over the development sets."""
    return evaluate(bot, EVALUATION, list(catalogue.haltes), lambda name, done, total: None)


@pytest.mark.parametrize("figure", sorted(AT_LEAST))
def test_figure_does_not_fall(report: Report, figure: str) -> None:
    assert report.figures[figure] >= AT_LEAST[figure], report.failures


@pytest.mark.parametrize("figure", sorted(AT_MOST))
def test_figure_does_not_rise(report: Report, figure: str) -> None:
    assert report.figures[figure] <= AT_MOST[figure], report.failures


def test_danger_in_words_nobody_tuned_on_is_mostly_seen(bot: Bot, catalogue: Catalogue) -> None:
    own = evaluate(bot, EVALUATION / "eigen", list(catalogue.haltes), lambda name, done, total: None)
    assert own.figures["crisis_recall"] >= OWN_RECALL, own.failures
