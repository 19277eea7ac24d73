"""What time makes happen: never nothing, never twice, and not when somebody just answered."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.handover import Clock, in_queue, taken, two_at_once
from wegwijzer.handover.due import DAY, MINUTE, due, settle_due, working_day
from wegwijzer.handover.limits import Limits
from wegwijzer.handover.models import Outcome, Reason, Request, Said, SystemLine, Urgency, Who
from wegwijzer.handover.notices import Event
from wegwijzer.handover.states import OPEN, Actor, RequestState, may_move
from wegwijzer.handover.store import HandoverStore
from wegwijzer.matching.opening_hours import AMSTERDAM

LIMITS = Limits(nobody_minutes=5, silent_minutes=10, crisis_minutes=2, phone_days=7)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def store(tmp_path: Path, clock: Clock) -> HandoverStore:
    return HandoverStore(f"sqlite:///{tmp_path}/handover.db", clock)


def request(state: RequestState, **values: object) -> Request:
    usual: dict[str, object] = {
        "id": "x", "conversation": "c", "channel": "web", "state": state, "urgency": Urgency.NORMAL, "reason": Reason.ASKED,
        "summary": {}, "asked_at": 0.0, "moved_at": 0.0,
    }  # fmt: skip
    return Request(**(usual | values))  # type: ignore[arg-type]


def later(store: HandoverStore, clock: Clock, minutes: float) -> list[str]:
    """What happens when so much time has gone by."""
    clock.now += minutes * MINUTE
    return [one.key.partition(".")[0] for one in settle_due(store, LIMITS)]


def test_when_nobody_comes_the_person_hears_so_and_the_bot_goes_on(store: HandoverStore, clock: Clock) -> None:
    waiting = in_queue(store, "anna")
    assert later(store, clock, 4.9) == []
    assert later(store, clock, 0.2) == ["nobody_came"]
    after = store.get(waiting.id)
    assert (after.state, after.outcome) == (RequestState.EXPIRED, Outcome.NOBODY)
    assert [line.text for line in store.lines(waiting.id)] == [SystemLine.NOBODY_CAME]
    assert later(store, clock, 1000) == []


def test_who_only_asked_is_not_left_waiting_either(store: HandoverStore, clock: Clock) -> None:
    store.ask("anna", "web")
    assert later(store, clock, 5) == ["nobody_came"]


def test_a_colleague_who_falls_silent_gives_back(store: HandoverStore, clock: Clock) -> None:
    request = taken(store, "anna", "jan")
    clock.now += 9 * MINUTE
    store.append(request.id, Said(Who.COLLEAGUE, "Dag", author="jan"))
    assert later(store, clock, 60) == [], "the colleague spoke last: it is the person's turn"
    store.append(request.id, Said(Who.RESIDENT, "Hallo"))
    assert later(store, clock, 9) == []
    store.append(request.id, Said(Who.RESIDENT, "Ben je er nog?"))
    assert later(store, clock, 1) == ["colleague_silent"], "counted from the first thing that was not answered"
    assert store.get(request.id).state is RequestState.GIVEN_BACK
    assert store.lines(request.id)[-1].text == SystemLine.COLLEAGUE_SILENT


def test_a_colleague_who_takes_and_says_nothing_gives_back(store: HandoverStore, clock: Clock) -> None:
    taken(store, "anna", "jan")
    assert later(store, clock, 10) == ["colleague_silent"]


def test_danger_that_nobody_answers_brings_the_helplines_first(store: HandoverStore, clock: Clock) -> None:
    waiting = in_queue(store, "anna", Urgency.CRISIS)
    assert later(store, clock, 2) == ["crisis_unanswered"]
    assert store.get(waiting.id).state is RequestState.WAITING
    assert later(store, clock, 1) == []
    assert later(store, clock, 2) == ["nobody_came"]
    assert [line.text for line in store.lines(waiting.id)] == [SystemLine.CRISIS_UNANSWERED, SystemLine.NOBODY_CAME]


def test_danger_during_a_take_over(store: HandoverStore, clock: Clock) -> None:
    request = taken(store, "anna", "jan")
    store.append(request.id, Said(Who.COLLEAGUE, "Dag", author="jan"))
    for answered in (True, False):
        clock.now += MINUTE
        store.append(request.id, Said(Who.RESIDENT, "Ik kan niet meer"))
        store.raise_alarm(request.id)
        if answered:
            store.append(request.id, Said(Who.COLLEAGUE, "Ik ben hier", author="jan"))
            assert later(store, clock, 5) == []
        else:
            assert later(store, clock, 2) == ["crisis_unanswered"]
    assert store.get(request.id).state is RequestState.TAKEN


def test_who_says_it_again_and_again_does_not_wait_longer(store: HandoverStore, clock: Clock) -> None:
    request = taken(store, "anna", "jan")
    store.append(request.id, Said(Who.COLLEAGUE, "Dag", author="jan"))
    happened = []
    for _ in range(5):
        store.append(request.id, Said(Who.RESIDENT, "Ik kan niet meer"))
        store.raise_alarm(request.id)
        happened.append(later(store, clock, 0.9))
    assert happened == [[], [], ["crisis_unanswered"], [], []]


def test_danger_after_an_answer_counts_from_then(store: HandoverStore, clock: Clock) -> None:
    request = taken(store, "anna", "jan")
    store.raise_alarm(request.id)
    clock.now += MINUTE
    store.append(request.id, Said(Who.COLLEAGUE, "Ik ben hier", author="jan"))
    clock.now += 5 * MINUTE
    store.append(request.id, Said(Who.RESIDENT, "Dank je"))
    assert later(store, clock, 5) == []
    assert store.raise_alarm(request.id).crisis_at == clock.now


def test_danger_again_is_another_time(store: HandoverStore, clock: Clock) -> None:
    waiting = in_queue(store, "anna", Urgency.CRISIS)
    assert later(store, clock, 2) == ["crisis_unanswered"]
    store.raise_alarm(waiting.id)
    assert later(store, clock, 2) == ["crisis_unanswered"]


def test_a_call_that_is_late_is_said_once_and_a_call_that_never_came_ends(store: HandoverStore, clock: Clock) -> None:
    request, _ = store.ask("anna", "web")
    store.move(request.id, RequestState.CALL_BACK, Actor.RESIDENT)
    assert later(store, clock, 60) == []
    assert later(store, clock, 48 * 60) == ["call_late"]
    assert later(store, clock, 48 * 60) == []
    assert later(store, clock, 7 * 24 * 60) == ["call_expired"]
    assert store.get(request.id).state is RequestState.EXPIRED


def test_what_is_due_happens_once_also_with_two_processes(store: HandoverStore, clock: Clock) -> None:
    requests = [in_queue(store, f"gesprek {number}", Urgency.CRISIS) for number in range(5)]
    clock.now += 3 * MINUTE
    two_at_once(lambda name: settle_due(store, LIMITS))
    for one in requests:
        assert [line.text for line in store.lines(one.id)] == [SystemLine.CRISIS_UNANSWERED]


def test_an_answer_just_in_time_counts(store: HandoverStore, clock: Clock) -> None:
    request = taken(store, "anna", "jan")
    clock.now += 11 * MINUTE
    (judged,) = due(store.get(request.id), clock.now, LIMITS)
    store.append(request.id, Said(Who.COLLEAGUE, "Sorry, hier ben ik", author="jan"))
    assert not store.settle(
        request.id, judged.key, to=judged.to, says=judged.says,
        still=lambda now: judged.key in {one.key for one in due(now, clock.now, LIMITS)},
    )  # fmt: skip
    assert store.get(request.id).state is RequestState.TAKEN


TIMES = st.floats(min_value=0, max_value=30 * DAY)


@given(state=st.sampled_from(RequestState), moved=TIMES, crisis=st.none() | TIMES, unanswered=st.none() | TIMES, now=TIMES)
def test_only_what_the_clock_may_do_is_due(
    state: RequestState, moved: float, crisis: float | None, unanswered: float | None, now: float
) -> None:
    urgency = Urgency.NORMAL if crisis is None else Urgency.CRISIS
    one = request(state, moved_at=moved, crisis_at=crisis, unanswered_since=unanswered, urgency=urgency)
    for each in due(one, now, LIMITS, lambda asked: asked + DAY):
        assert each.to is None or may_move(state, each.to, Actor.CLOCK)
        assert each.says is not None or each.event is Event.CALL_LATE
        assert each.to is None or each.says is not None, "whoever waits hears that it is over"


@given(state=st.sampled_from(sorted(OPEN)), moved=TIMES)
def test_nobody_waits_for_ever(state: RequestState, moved: float) -> None:
    one = request(state, moved_at=moved, unanswered_since=moved)
    assert [each.to for each in due(one, moved + 8 * DAY, LIMITS) if each.to is not None]


@pytest.mark.parametrize(
    ("asked", "deadline"),
    [
        ("2026-11-24T15:00", "2026-11-25T15:00"),  # Tuesday
        ("2026-11-27T15:00", "2026-11-30T15:00"),  # Friday
        ("2026-11-28T15:00", "2026-12-01T00:00"),  # Saturday: as if on Monday at 00.00
        ("2026-12-24T10:00", "2026-12-28T10:00"),  # Christmas on Friday and Saturday
    ],
)
def test_a_working_day_later(asked: str, deadline: str) -> None:
    moment = datetime.fromisoformat(asked).replace(tzinfo=AMSTERDAM)
    assert datetime.fromtimestamp(working_day(moment.timestamp()), AMSTERDAM).isoformat(timespec="minutes")[:16] == deadline
