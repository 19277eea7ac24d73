"""Who may be asked later: kept from the yes until the answer, asked by one process only, erased when the person wants."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.handover import Clock, two_at_once
from wegwijzer.aftercare.models import AftercareUnavailable, Later, State
from wegwijzer.aftercare.store import HOUR, PATIENCE, RETRY_WITHIN, AftercareStore


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def store(tmp_path: Path, clock: Clock) -> Iterator[AftercareStore]:
    store = AftercareStore(f"sqlite:///{tmp_path / 'nazorg.db'}", clock)
    yield store
    store.close()


def plan(store: AftercareStore, who: str = "anna", hours: float = 24) -> Later:
    store.plan(who, "web", "een", "verlies", store.clock() + hours * HOUR)
    later = store.of(who)
    assert later is not None
    return later


def sent(store: AftercareStore, who: str = "anna") -> Later:
    later = plan(store, who, hours=0)
    assert store.claim(later)
    claimed = store.of(who)
    assert claimed is not None and store.asked(claimed)
    return later


def test_nobody_is_due_before_the_time_they_chose(store: AftercareStore, clock: Clock) -> None:
    later = plan(store)
    assert store.due() == []
    clock.now += 24 * HOUR
    assert store.due() == [later]


def test_of_two_processes_one_asks(store: AftercareStore) -> None:
    later = plan(store, hours=0)

    def claim(_: str) -> None:
        if not store.claim(later):
            raise LookupError

    assert len(two_at_once(claim, losing=(LookupError,))) == 1
    assert [one.state for one in store.due()] == [State.SENDING], "until it is sure that it was sent"


def test_what_was_broken_off_is_tried_for_a_while_and_then_counts_as_asked(store: AftercareStore, clock: Clock) -> None:
    store.claim(plan(store, hours=0))
    clock.now += RETRY_WITHIN - 1
    assert len(store.due()) == 1
    clock.now += 2
    assert store.due() == []
    answered = store.answered("anna")
    assert answered is not None and answered.record == "een", "it may have been sent: then an answer counts"


def test_an_answer_counts_once_and_only_after_the_question(store: AftercareStore) -> None:
    plan(store, hours=0)
    assert store.answered("anna") is None, "nothing was asked yet"
    sent(store)
    first = store.answered("anna")
    assert first is not None and (first.record, first.halte) == ("een", "verlies")
    assert store.answered("anna") is None and store.of("anna") is None


def test_after_a_week_nobody_is_waited_for(store: AftercareStore, clock: Clock) -> None:
    sent(store)
    assert store.unanswered() == []
    clock.now += PATIENCE
    assert [one.conversation for one in store.unanswered()] == ["anna"]
    assert store.unanswered() == [] and store.conversations() == frozenset()


def test_who_says_yes_again_is_asked_once(store: AftercareStore, clock: Clock) -> None:
    plan(store, hours=24)
    plan(store, hours=48)
    clock.now += 48 * HOUR
    assert len(store.due()) == 1


def test_waiting_changes_only_the_moment(store: AftercareStore, clock: Clock) -> None:
    later = plan(store, hours=0)
    assert store.postpone(later, clock.now + 60)
    assert store.due() == []
    clock.now += 61
    assert len(store.due()) == 1


def test_erasing_leaves_nothing(store: AftercareStore, tmp_path: Path) -> None:
    plan(store)
    store.gave("anna", ["een", "twee"])
    assert store.given("anna") == ("een", "twee")
    assert store.erase("anna") == 3
    assert store.erase("anna") == 0 and store.cancel("anna") == 0
    assert b"anna" not in (tmp_path / "nazorg.db").read_bytes()


def test_danger_only_takes_the_question(store: AftercareStore) -> None:
    plan(store)
    store.gave("anna", ["een"])
    assert store.cancel("anna") == 1
    assert store.of("anna") is None and store.given("anna") == ("een",)


def test_which_messages_somebody_gave_is_forgotten_with_the_conversation(store: AftercareStore, clock: Clock) -> None:
    store.gave("anna", ["een"])
    clock.now += 23 * HOUR
    assert store.purge(24) == 0
    clock.now += 2 * HOUR
    assert store.purge(24) == 1 and store.given("anna") == ()


def test_a_database_that_is_away_says_so_and_nothing_of_anybody(tmp_path: Path) -> None:
    store = AftercareStore(f"sqlite:///{tmp_path / 'nazorg.db'}", timeout=0.01)
    other = sqlite3.connect(tmp_path / "nazorg.db", isolation_level=None)
    other.execute("BEGIN EXCLUSIVE")
    with pytest.raises(AftercareUnavailable) as error:
        store.plan("anna", "web", "een", "verlies", 0.0)
    assert "anna" not in str(error.value)
    other.execute("ROLLBACK")
    other.close()
    store.close()
