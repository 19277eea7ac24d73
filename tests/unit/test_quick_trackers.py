"""A tracker that is copied and gone through quickly is the tracker that Rasa makes of all its events."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rasa.core.actions.forms import FormAction
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import (
    ActionExecuted,
    ActionExecutionRejected,
    ActionReverted,
    ActiveLoop,
    AllSlotsReset,
    BotUttered,
    ConversationPaused,
    ConversationResumed,
    Event,
    LoopInterrupted,
    Restarted,
    SessionStarted,
    SlotSet,
    UserUtteranceReverted,
    UserUttered,
)
from rasa.shared.core.slots import AnySlot, TextSlot
from rasa.shared.core.trackers import DialogueStateTracker

from channels.quick_trackers import applied_events, copy_of, make_trackers_quick
from tests.unit.as_rasa_made_it import SLOW, slow

SLOTS = [TextSlot("wijk", mappings=[]), AnySlot("requested_slot", mappings=[]), AnySlot("leeftijd", mappings=[], initial_value=7)]
DOMAIN = Domain([], [], SLOTS, {}, [], {"intake_form": {}}, {})


@pytest.fixture(autouse=True, scope="module")
def quick() -> Iterator[None]:
    """As in the server, and as Rasa made it again afterwards."""
    with slow():
        make_trackers_quick()
        yield


SLOW_APPLIED = SLOW[DialogueStateTracker, "applied_events"]
SLOW_COPY = SLOW[DialogueStateTracker, "copy"]
SLOW_TEMPORARY = SLOW[FormAction, "_temporary_tracker"]

happens: st.SearchStrategy[Event] = st.one_of(
    st.builds(SlotSet, st.sampled_from(["wijk", "requested_slot", "leeftijd"]), st.sampled_from([None, "overvecht", "noord"])),
    st.builds(ActionExecuted, st.sampled_from(["action_listen", "intake_form", "andere_form", "utter_stap"])),
    st.builds(UserUttered, st.sampled_from(["ja", "nee"]), st.just({"name": "bevestigen", "confidence": 1.0})),
    st.builds(ActiveLoop, st.sampled_from([None, "intake_form", "andere_form"])),
    st.builds(ActionExecutionRejected, st.sampled_from(["intake_form", "utter_stap"])),
    st.builds(LoopInterrupted, st.booleans()),
    st.builds(BotUttered, st.just("dag")),
    st.sampled_from(
        [ConversationPaused, ConversationResumed, AllSlotsReset, ActionReverted, UserUtteranceReverted, SessionStarted]
    ).map(lambda kind: kind()),
)


def knows(tracker: DialogueStateTracker) -> dict[str, Any]:
    """All that a tracker knows."""
    told = {name: value for name, value in vars(tracker).items() if name not in ("slots", "events", "applied_so_far")}
    slots = {name: (type(slot), vars(slot)) for name, slot in tracker.slots.items()}
    return {**told, "slots": slots, "events": list(map(id, tracker.events)), "maxlen": tracker.events.maxlen}


def heard(events: list[Event]) -> DialogueStateTracker:
    return DialogueStateTracker.from_events("iemand", events, SLOTS)


@settings(deadline=None)
@given(st.lists(happens, max_size=25), st.lists(st.booleans(), min_size=25, max_size=25))
def test_what_counts_is_the_same_however_often_it_is_asked(events: list[Event], asked: list[bool]) -> None:
    tracker = DialogueStateTracker("iemand", SLOTS)
    for event, look in zip(events, asked, strict=False):
        tracker.update(event)
        if look:
            applied_events(tracker).append(event)  # what is given is theirs to change
    assert list(map(id, applied_events(tracker))) == list(map(id, SLOW_APPLIED(tracker)))


def test_what_is_thinned_or_copied_is_gone_through_again() -> None:
    tracker = heard([UserUttered("ja"), ActionExecuted("utter_stap"), UserUttered("nee")])
    assert len(tracker.applied_events()) == 3
    tracker.events = type(tracker.events)(list(tracker.events)[1:])
    assert tracker.applied_events() == SLOW_APPLIED(tracker) == list(tracker.events)
    tracker.update(Restarted())
    assert tracker.applied_events() == []
    assert copy.deepcopy(tracker).applied_events() == []


@settings(deadline=None)
@given(st.lists(happens, max_size=25), st.lists(happens, max_size=5))
def test_a_copy_is_a_copy_and_goes_its_own_way(events: list[Event], later: list[Event]) -> None:
    tracker = heard(events)
    tracker.model_id = "model"
    made, slow = copy_of(tracker), SLOW_COPY(tracker)
    assert knows(made) == knows(slow)
    before = copy.deepcopy(knows(tracker))
    for event in later:
        made.update(event)
        slow.update(event)
    assert knows(made) == knows(slow)
    assert {**knows(tracker), "latest_message": None} == {**before, "latest_message": None}, "the first is as it was"


@settings(deadline=None)
@given(st.lists(happens, max_size=20), st.lists(happens, max_size=3))
def test_a_form_judges_answers_in_the_same_tracker(events: list[Event], extracted: list[Event]) -> None:
    form, tracker = FormAction("intake_form", SimpleNamespace()), heard(events)
    quick, slow = (make(form, tracker, extracted, DOMAIN) for make in (FormAction._temporary_tracker, SLOW_TEMPORARY))
    told = [{**knows(one), "events": [event.as_dict() | {"timestamp": 0} for event in one.events]} for one in (quick, slow)]
    for one in told:
        one.pop("latest_message")
    assert told[0] == told[1]
    assert quick.latest_message is slow.latest_message or quick.latest_message == slow.latest_message
