"""The model card says what was measured, and nothing else."""

from __future__ import annotations

import copy
import re
from typing import Any

import pytest

from wegwijzer.evaluation.candidates import CANDIDATES
from wegwijzer.evaluation.compare import DIET
from wegwijzer.evaluation.model_card import CARD, TEMPLATE, comparison_table, read_figures, render


@pytest.fixture(scope="module")
def figures() -> dict[str, Any]:
    return read_figures()


def test_the_page_is_made_from_the_figures(figures: dict[str, Any]) -> None:
    assert CARD.read_text(encoding="utf-8") == render(figures, TEMPLATE.read_text(encoding="utf-8")), "run: make model-card"


def test_nothing_is_left_open_and_no_figure_is_typed() -> None:
    template = TEMPLATE.read_text(encoding="utf-8")
    assert "{{" not in CARD.read_text(encoding="utf-8")
    assert not re.search(r"\d\.\d|\d+ ?(?:ms|MB|%(?! interval))", template)


def test_another_figure_makes_another_page(figures: dict[str, Any]) -> None:
    changed = copy.deepcopy(figures)
    changed["understanding"]["sets"]["eigen2"]["figures"]["crisis_recall"] = 0.123
    template = TEMPLATE.read_text(encoding="utf-8")
    assert "0.123" in render(changed, template) and "0.123" not in render(figures, template)


def test_every_candidate_was_compared(figures: dict[str, Any]) -> None:
    assert {row["name"] for row in figures["comparison"]} == {DIET, *CANDIDATES}
    table = comparison_table(figures["comparison"])
    assert all(candidate.title in table for candidate in CANDIDATES.values())
