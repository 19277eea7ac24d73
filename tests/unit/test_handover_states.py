"""The states of a request for a human being: nothing illegal happens, and everything ends somewhere."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from wegwijzer.handover.models import Refused
from wegwijzer.handover.states import ENDS, MOVES, OPEN, Actor, RequestState, may_move
from wegwijzer.handover.store import HandoverStore


def reachable(start: RequestState) -> set[RequestState]:
    """Every state that can follow, by whoever."""
    found, todo = {start}, [start]
    while todo:
        here = todo.pop()
        for one, to in MOVES:
            if one is here and to not in found:
                found.add(to)
                todo.append(to)
    return found


def test_there_are_three_ends_and_the_rest_is_open() -> None:
    assert {RequestState.GIVEN_BACK, RequestState.CLOSED, RequestState.EXPIRED} == ENDS
    assert set(RequestState) == OPEN | ENDS


@pytest.mark.parametrize("state", RequestState)
def test_every_state_is_reached_and_ends_somewhere(state: RequestState) -> None:
    assert state in reachable(RequestState.ASKED)
    assert reachable(state) & ENDS


@pytest.mark.parametrize("state", sorted(OPEN))
def test_time_alone_ends_every_open_state(state: RequestState) -> None:
    assert any(may_move(state, end, Actor.CLOCK) for end in ENDS)


@pytest.mark.parametrize("state", sorted(OPEN))
def test_the_person_may_always_stop(state: RequestState) -> None:
    assert may_move(state, RequestState.CLOSED, Actor.RESIDENT)


def test_only_a_colleague_takes() -> None:
    takers = {actor for (_, to), actors in MOVES.items() for actor in actors if to is RequestState.TAKEN}
    assert takers == {Actor.COLLEAGUE}


STEPS = st.lists(st.tuples(st.sampled_from(RequestState), st.sampled_from(Actor)), max_size=8)


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> HandoverStore:
    return HandoverStore(f"sqlite:///{tmp_path_factory.mktemp('states')}/handover.db", targets=("email",))


@given(steps=STEPS)
@settings(max_examples=60, deadline=None)
def test_whatever_is_tried_only_the_moves_of_the_table_happen(
    store: HandoverStore, steps: list[tuple[RequestState, Actor]]
) -> None:
    request, _ = store.ask("een gesprek", "web")
    for to, actor in steps:
        allowed = may_move(request.state, to, actor)
        try:
            moved = store.move(request.id, to, actor, "jan" if actor is Actor.COLLEAGUE else "")
        except Refused as refused:
            assert not allowed
            assert refused.code == "not_allowed"
            assert refused.now == store.get(request.id) == request
        else:
            assert allowed
            assert (moved.state, moved.open) == (to, to in OPEN)
            assert (moved.outcome is None, moved.ended_at is None) == (moved.open, moved.open)
            request = moved
    store.erase("een gesprek")


def test_the_page_shows_this_table() -> None:
    page = (Path(__file__).parents[2] / "docs" / "handover.md").read_text(encoding="utf-8")
    rows = [
        f"| `{start}` | `{to}` | {', '.join(f'`{actor}`' for actor in sorted(actors))} |" for (start, to), actors in MOVES.items()
    ]
    assert [line for line in page.splitlines() if line.startswith("| `") and line in rows] == rows
    assert [state.value for state in RequestState if f"`{state}`" not in page] == []
