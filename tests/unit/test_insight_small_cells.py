"""Small cells: nothing below ten is shown, and what is shown says a count only roughly."""

from __future__ import annotations

from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.builders import unhurried
from wegwijzer.insight.small_cells import LEAST, STEP, possible, shown


@unhurried
@given(st.integers(0, 10_000), st.randoms(use_true_random=False))
def test_what_is_shown_hides_few_and_is_a_neighbouring_multiple(count: int, random: Random) -> None:
    said = shown(count, random)
    if count < LEAST:
        assert said is None
    else:
        assert said is not None and said % STEP == 0 and said >= LEAST and abs(said - count) < STEP
    least, most = possible(said)
    assert least <= count <= most


@unhurried
@given(st.integers(0, LEAST - 1), st.integers(0, LEAST - 1), st.randoms(use_true_random=False))
def test_nobody_and_a_few_look_the_same(one: int, other: int, random: Random) -> None:
    assert shown(one, random) is shown(other, random) is None


@pytest.mark.parametrize("count", [10, 11, 12, 13, 14, 15, 247])
def test_rounding_is_fair(count: int) -> None:
    random, draws = Random(1), 20_000  # noqa: S311 - the same every time
    drawn = [shown(count, random) or 0 for _ in range(draws)]
    assert sum(drawn) / draws == pytest.approx(count, abs=0.1)
    assert len(set(drawn)) == (1 if count % STEP == 0 else 2), "only what is a multiple already stays what it is"


@unhurried
@given(st.integers(LEAST // STEP, 1_000))
def test_behind_what_is_shown_at_least_five_counts_are_possible(multiple: int) -> None:
    least, most = possible(STEP * multiple)
    assert most - least + 1 >= STEP
    for count in (least, most):
        assert STEP * multiple in {shown(count, Random(seed)) for seed in range(100)}  # noqa: S311
