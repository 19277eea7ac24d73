"""``make check`` is part of the tests, so that nothing lands that it would refuse."""

from __future__ import annotations

from wegwijzer.product.checks import run_checks


def test_every_gate_is_passed() -> None:
    said: list[str] = []
    assert run_checks(said.append), "\n".join(said)
    assert len([line for line in said if not line.startswith("note")]) == 5, said
