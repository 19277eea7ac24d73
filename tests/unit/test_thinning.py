"""A long conversation keeps what the bot needs of it: the same slots, the same silence, the same danger, in far fewer events."""

from __future__ import annotations

import time

from hypothesis import given, settings
from hypothesis import strategies as st
from rasa.shared.core.events import (
    ActionExecuted,
    ActiveLoop,
    BotUttered,
    ConversationPaused,
    ConversationResumed,
    Event,
    SessionStarted,
    SlotSet,
    UserUttered,
)
from rasa.shared.core.slots import AnySlot
from rasa.shared.core.trackers import DialogueStateTracker

from actions.adapter import danger_seen
from channels.thinning import LEAST_TURNS, MOST_TURNS, thin
from nlu.introduction_policy import _introduced

SLOTS = ("wijk", "leeftijd", "vorm")

in_turn = st.one_of(
    st.builds(SlotSet, st.sampled_from(SLOTS), st.one_of(st.none(), st.integers(0, 5))),
    st.builds(ActionExecuted, st.sampled_from(["action_listen", "utter_kennismaking", "action_stap"])),
    st.builds(ActiveLoop, st.sampled_from([None, "intake_form"])),
    st.sampled_from(["utter_crisis_nu", "utter_zorgvraag_zelf", "utter_stap"]).map(
        lambda name: BotUttered("iets", metadata={"utter_action": name})
    ),
    st.builds(ConversationPaused),
    st.builds(ConversationResumed),
)


@st.composite
def conversations(draw: st.DrawFn, most: int = 3 * MOST_TURNS) -> list[Event]:
    """Any conversation: turns with anything in them."""
    events: list[Event] = [SessionStarted()]
    for number in range(draw(st.integers(0, most))):
        events.append(UserUttered(f"bericht {number}", {"name": "situatie"}, metadata={"welcomed": draw(st.booleans())}))
        events += draw(st.lists(in_turn, max_size=4))
    return events


def tracker(events: list[Event]) -> DialogueStateTracker:
    return DialogueStateTracker.from_events("iemand", events, [AnySlot(name, mappings=[]) for name in SLOTS])


class Seen:
    """As the action server gets it."""

    def __init__(self, events: list[Event]) -> None:
        self.events = [event.as_dict() for event in events]


@settings(deadline=None)
@given(conversations())
def test_what_the_bot_knows_stays_the_same(events: list[Event]) -> None:
    whole, less = tracker(events), tracker(thin(events))
    assert whole.current_slot_values() == less.current_slot_values()
    assert whole.is_paused() == less.is_paused()
    assert whole.active_loop_name == less.active_loop_name
    assert (whole.latest_message and whole.latest_message.text) == (less.latest_message and less.latest_message.text)
    assert danger_seen(Seen(events)) == danger_seen(Seen(thin(events)))
    assert _introduced(whole) == _introduced(less)


@settings(deadline=None)
@given(conversations())
def test_the_last_turns_stay_whole_and_in_order(events: list[Event]) -> None:
    thinned = thin(events)
    turns = [place for place, event in enumerate(events) if isinstance(event, UserUttered)]
    start = turns[-LEAST_TURNS] if len(turns) > LEAST_TURNS else 0
    assert thinned[-(len(events) - start) :] == events[start:]
    places = {id(event): place for place, event in enumerate(events)}
    assert [places[id(event)] for event in thinned] == sorted(places[id(event)] for event in thinned)


@settings(deadline=None)
@given(conversations())
def test_it_never_gets_longer_than_some_turns(events: list[Event]) -> None:
    kept = [event for event in thin(events) if isinstance(event, UserUttered)]
    assert len(kept) <= MOST_TURNS + 1
    assert thin(thin(events)) == thin(events)


def test_what_was_before_a_new_session_is_gone() -> None:
    events = [SessionStarted(), UserUttered("gisteren"), SessionStarted(timestamp=time.time()), UserUttered("vandaag")]
    assert [event.text for event in thin(events) if isinstance(event, UserUttered)] == ["vandaag"]
