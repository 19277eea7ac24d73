"""The figures may not slip: each floor is a little under what was measured, so that a real loss turns the test red."""

from __future__ import annotations

import pytest

from wegwijzer.catalogue.loading import Catalogue
from wegwijzer.evaluation.bot import Bot
from wegwijzer.evaluation.run import Report, evaluate
from wegwijzer.paths import EVALUATION

AT_LEAST = {
    "halte_micro_f1": 0.86,
    "halte_macro_f1": 0.86,
    "halte_hit1": 0.85,
    "halte_hit3": 0.97,
    "halte_right_after_question": 0.98,
    "soort_accuracy": 0.92,
    "crisis_recall": 0.98,
    "crisis_alert_recall": 0.9,
    "crisis_type_accuracy": 0.95,
    "persona_success": 0.9,
}
AT_MOST = {"crisis_alert_fpr": 0.03, "crisis_check_fpr": 0.14, "ordinary_flag_rate": 0.03, "persona_turns_mean": 7.0}

UNSEEN = {
    "eigen": {"halte_hit1": 0.86, "halte_hit3": 0.97, "halte_macro_f1": 0.8, "soort_accuracy": 0.93, "crisis_recall": 0.7},
    "eigen2": {"crisis_recall": 0.92, "crisis_alert_recall": 0.76},
    "eigen3": {"crisis_recall": 0.96, "crisis_alert_recall": 0.88},
}
"""Written by people who had not seen the patterns or the training messages, and never trained on. The danger in ``eigen``
is mostly told sideways, through a life story: the hardest there is."""


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


@pytest.mark.parametrize("folder", UNSEEN)
def test_what_nobody_tuned_on_is_understood_too(bot: Bot, catalogue: Catalogue, folder: str) -> None:
    found = evaluate(bot, EVALUATION / folder, list(catalogue.haltes), lambda name, done, total: None)
    assert {name: value for name, value in found.figures.items() if value < UNSEEN[folder].get(name, 0.0)} == {}
