"""Rasa copies for its log, and for nothing else, where it is spared that."""

from __future__ import annotations

import ast
import importlib
import inspect
from typing import Any

import pytest
import structlog

from channels.quick_silence import MODULES, make_silence_quick


def copies(tree: ast.AST) -> list[ast.Call]:
    return [
        node for node in ast.walk(tree)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and ast.unparse(node.func.value) == "copy"
    ]  # fmt: skip


@pytest.mark.parametrize("name", MODULES)
def test_every_copy_that_is_left_out_was_for_a_line_of_the_log(name: str) -> None:
    tree = ast.parse(inspect.getsource(importlib.import_module(name)))
    logged = [
        node for node in ast.walk(tree) if isinstance(node, ast.Call) and ast.unparse(node.func).startswith("structlogger.")
    ]  # fmt: skip
    for_the_log = {id(copy) for line in logged for copy in copies(line)}
    assert copies(tree), "nothing is copied here any more: it need not be spared"
    assert all(id(copy) in for_the_log for copy in copies(tree))


def test_it_is_silent_at_debug_level_only(monkeypatch: pytest.MonkeyPatch) -> None:
    module: Any = importlib.import_module("rasa.core.actions.forms")
    with monkeypatch.context() as quick:
        for name in MODULES:
            quick.setattr(f"{name}.copy", importlib.import_module(name).copy)
            quick.setattr(f"{name}.structlogger", importlib.import_module(name).structlogger)
        quick.setattr("rasa.core.processor.MessageProcessor._log_slots", lambda tracker: None)
        make_silence_quick()
        with structlog.testing.capture_logs() as said:
            module.structlogger.debug("forms.slots.validate", slot_candidates="mijn verhaal")
            module.structlogger.warning("something.else")
    assert [line["event"] for line in said] == ["something.else"]
