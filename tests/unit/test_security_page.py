"""docs/security.md promises a test for many things: each must be there, and each requirement must stand there once."""

from __future__ import annotations

import ast
import re

import pytest

from wegwijzer.evaluation.fuzz import report
from wegwijzer.evaluation.fuzz.run import NAMES
from wegwijzer.evaluation.markdown import block_of, table
from wegwijzer.guarding.asvs import BLOCK, HEAD, Requirement, Status, counted, read_rows
from wegwijzer.paths import ROOT

PAGE = (ROOT / "docs" / "security.md").read_text(encoding="utf-8")
NAMED = sorted(set(re.findall(r"`(tests/[\w/]+\.py)(?:::(\w+))?`", PAGE)))


@pytest.mark.parametrize(("path", "name"), NAMED)
def test_a_test_that_is_promised_exists(path: str, name: str) -> None:
    tree = ast.parse((ROOT / path).read_text(encoding="utf-8"))
    functions = {node.name for node in tree.body if isinstance(node, ast.FunctionDef)}
    assert not name or name in functions
    assert any(one.startswith("test_") for one in functions)


def test_every_requirement_stands_there_once_in_order_and_claims_nothing_without_a_test() -> None:
    rows = read_rows(PAGE)
    numbers = [one.number for one in rows]
    assert len(numbers) > 250
    assert numbers == sorted(set(numbers))
    assert {one.status for one in rows} == set(Status), "the status of a row is read, or it raises"


@pytest.mark.parametrize(
    "shown", ["partly; no test", "yes", "n.a.", "**not yet**", "`tests/unit/test_x.py::test_y`, see above", ""]
)
def test_what_is_claimed_in_another_way_is_seen(shown: str) -> None:
    with pytest.raises(ValueError, match=r"1\.1\.1"):
        _ = Requirement((1, 1, 1), "asks", "here", shown).status


def test_the_counts_on_the_page_are_those_of_its_table() -> None:
    assert block_of(PAGE, BLOCK) == table(HEAD, counted(PAGE)), "run: wegwijzer asvs --write"


def test_a_row_that_changes_changes_the_counts() -> None:
    row = next(line for line in PAGE.splitlines() if line.startswith("| 1.6.2 |"))
    other = PAGE.replace(row, "| 1.6.2 | x | x | n.a.: y |")
    assert counted(other)[-1] != counted(PAGE)[-1]


def test_every_entrance_was_tried_to_the_end_without_a_problem() -> None:
    rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in block_of(PAGE, report.BLOCK).splitlines()[2:]]
    assert [row[0] for row in rows] == list(NAMES), "run: wegwijzer fuzz --write"
    assert all(int(row[1]) >= 25 and int(row[3]) >= int(row[1]) and row[-1] == "0" for row in rows)


def test_each_of_the_leaks_names_its_test() -> None:
    section = PAGE.partition("## Six leaks we tried hardest to cause")[2].partition("\n## ")[0]
    rows = [line.strip("|").split("|") for line in section.splitlines() if line.startswith("| ")][2:]
    assert len(rows) == 6
    assert all(re.fullmatch(r" `tests/[\w/.]+::test_\w+`(?:, `tests/[\w/.]+::test_\w+`)* ", row[-1]) for row in rows)
