"""docs/security.md promises a test for many things: each must be there, and each requirement must stand there once."""

from __future__ import annotations

import ast
import re

import pytest

from wegwijzer.paths import ROOT

PAGE = (ROOT / "docs" / "security.md").read_text(encoding="utf-8")
NAMED = sorted(set(re.findall(r"`(tests/[\w/]+\.py)(?:::(\w+))?`", PAGE)))
ROW = re.compile(r"^\| (\d+\.\d+\.\d+) \| ([^|]+) \| ([^|]+) \| ([^|]+) \|$", re.MULTILINE)


@pytest.mark.parametrize(("path", "name"), NAMED)
def test_a_test_that_is_promised_exists(path: str, name: str) -> None:
    tree = ast.parse((ROOT / path).read_text(encoding="utf-8"))
    functions = {node.name for node in tree.body if isinstance(node, ast.FunctionDef)}
    assert not name or name in functions
    assert any(one.startswith("test_") for one in functions)


def test_every_requirement_stands_there_once_in_order_and_is_answered() -> None:
    rows = ROW.findall(PAGE)
    ids = [tuple(map(int, number.split("."))) for number, *_ in rows]
    assert len(ids) > 200
    assert ids == sorted(set(ids))
    for number, _, _, shown in rows:
        assert shown.startswith(("`tests/", "partly", "**not yet**", "n.a.")), number
