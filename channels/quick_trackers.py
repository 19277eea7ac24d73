"""Lets Rasa's trackers be copied and gone through without hearing the whole conversation again each time.

Rasa makes a tracker anew from all its events for every action, every choice and every question of a form. Here what was worked
out for the events that were there already is kept with the tracker, and a copy is a copy. Tests hold it to what Rasa makes.
"""

from __future__ import annotations

import dataclasses
from abc import ABCMeta
from collections import deque
from dataclasses import dataclass, field
from itertools import islice
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rasa.core.actions.forms import FormAction
    from rasa.shared.core.domain import Domain
    from rasa.shared.core.events import Event
    from rasa.shared.core.slots import Slot
    from rasa.shared.core.trackers import DialogueStateTracker

KEPT = "applied_so_far"
"""Where it is kept with a tracker."""

HEARD = "heard_so_far"
"""Where is kept with a tracker what ``channels/quick_choices.py`` goes on from."""

BEGINS_FORM = ("active_loop", "form")
"""Kinds of events that say which form is going on; the second is of older versions of Rasa."""


def make_trackers_quick() -> None:
    """From now on."""
    from rasa.core.actions.forms import FormAction
    from rasa.shared.core.slots import Slot
    from rasa.shared.core.trackers import DialogueStateTracker

    _know_kinds_quickly()
    Slot.__copy__ = _copy_of_slot
    DialogueStateTracker.copy = copy_of
    DialogueStateTracker.applied_events = applied_events
    FormAction._temporary_tracker = _temporary_tracker


class _Kind(ABCMeta):
    """Of a class of which only its own descendants are instances: nobody registers others with it, as with any abstract class."""

    __instancecheck__ = type.__instancecheck__


def _know_kinds_quickly() -> None:
    """Rasa asks of every event of a conversation what kind it is, again and again."""
    from rasa.shared.core.events import Event
    from rasa.shared.utils.common import all_subclasses

    for kind in (Event, *all_subclasses(Event)):
        if type(kind) is ABCMeta:
            kind.__class__ = _Kind


def _copy_of_slot(slot: Slot) -> Slot:
    """As ``copy.copy`` makes it, which asks the object first how it would be written to a file."""
    made: Slot = object.__new__(type(slot))
    made.__dict__.update(slot.__dict__)
    return made


def copy_of(tracker: DialogueStateTracker) -> DialogueStateTracker:
    """The same conversation to go on with by itself, as if all its events were heard again."""
    made: DialogueStateTracker = object.__new__(type(tracker))
    made.__dict__.update(tracker.__dict__)
    for kept in (KEPT, HEARD):
        made.__dict__.pop(kept, None)
    made.events = deque(tracker.events, tracker.events.maxlen)
    made.slots = type(tracker.slots)((name, _copy_of_slot(slot)) for name, slot in tracker.slots.items())
    made.active_loop = dataclasses.replace(tracker.active_loop) if tracker.active_loop else None
    # As in a copy of Rasa's: these are written on events, and only those of the conversation itself.
    made.sender_source = made.model_id = made.assistant_id = None
    return made


def _temporary_tracker(
    form: FormAction, current_tracker: DialogueStateTracker, additional_events: list[Event], domain: Domain
) -> DialogueStateTracker:
    """A tracker in which the form was just chosen, to judge an answer with or to ask the next question."""
    from rasa.shared.core.constants import REQUESTED_SLOT
    from rasa.shared.core.events import ActionExecuted, SlotSet

    made = copy_of(current_tracker)
    made.events = deque(current_tracker.events_after_latest_restart())
    asked = SlotSet(REQUESTED_SLOT, form.get_slot_to_fill(current_tracker))
    for event in (asked, ActionExecuted(form.name()), *additional_events):
        made.update(event)
    return made


@dataclass
class _Applied:
    """What of a conversation counts, as far as it was gone through.

    Attributes:
        events: those of the tracker; another object means that they were thinned or copied.
        count: how many of them were gone through.
        forms: the forms that were ever begun.
        counts: the events that count.
    """

    events: deque[Event]
    count: int = 0
    forms: set[str] = field(default_factory=set)
    counts: list[Event] = field(default_factory=list)


def applied_events(tracker: DialogueStateTracker) -> list[Event]:
    """The events that count: without what was taken back, and without what a form says again in each of its rounds."""
    known: _Applied | None = tracker.__dict__.get(KEPT)
    if known is None or known.events is not tracker.events or known.count > len(tracker.events):
        known = _Applied(tracker.events)
    new = list(islice(tracker.events, known.count, None))
    forms = _forms(new) - known.forms
    if forms and known.count:
        # A form that was chosen in vain before it ever began: its rounds count differently from then on.
        new, known = list(tracker.events), _Applied(tracker.events)
        forms = _forms(new)
    known.forms |= forms
    for event in new:
        _apply(tracker, event, known)
    known.count = len(tracker.events)
    tracker.__dict__[KEPT] = known
    return list(known.counts)


def _forms(events: list[Event]) -> set[str]:
    return {event.name for event in events if event.type_name in BEGINS_FORM and event.name}


def _apply(tracker: DialogueStateTracker, event: Event, known: _Applied) -> None:
    """As Rasa's own ``applied_events`` does with each event."""
    from rasa.shared.core.events import ActionExecuted, UserUttered

    kind, counts = event.type_name, known.counts
    if kind in ("restart", "session_started"):
        counts.clear()
    elif kind == "undo":
        tracker._undo_till_previous(ActionExecuted, counts)
    elif kind == "rewind":
        tracker._undo_till_previous(UserUttered, counts)
        tracker._undo_till_previous(ActionExecuted, counts)
    elif (
        kind == "action"
        and event.action_name in known.forms
        and not tracker._first_loop_execution_or_unhappy_path(event.action_name, counts)
    ):
        tracker._undo_till_previous_loop_execution(event.action_name, counts)
    else:
        counts.append(event)
