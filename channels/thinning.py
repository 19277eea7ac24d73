"""What the bot needs of a long conversation to go on with it, so that its hundredth answer comes as soon as its tenth.

Rasa hears every event again with every message, looks through all of them for what to do, and sends them all to the action
server. Nothing of ours looks further back than a few turns, but for what is kept here. The database keeps everything.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Sequence

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

from nlu.introduction_policy import INTRODUCTIONS
from wegwijzer.dialogue.safety import ABOUT_DANGER

LEAST_TURNS = 8
"""Turns that stay whole. ``MemoizationPolicy`` looks six states back, less than that; a message is tried to be heard for as many
turns when the action server is away."""

MOST_TURNS = 2 * LEAST_TURNS
"""So many are let grow before it is done again."""


def thin(events: Sequence[Event]) -> list[Event]:
    """The events of the last session, without what nothing looks at any more; the same objects, in the same order.

    Kept of what is longer ago: the first message, what was last said of each slot, of the form and of the silence of the bot, how
    the bot introduced itself, and that there was danger.
    """
    events = events[_session(events) :]
    turns = [place for place, event in enumerate(events) if isinstance(event, UserUttered)]
    if len(turns) <= MOST_TURNS:
        return list(events)
    whole = turns[-LEAST_TURNS]
    keep = set(_last_of_each(events[:whole])) | set(_first_of_each(events[:whole])) | {turns[0]}
    return [event for place, event in enumerate(events) if place >= whole or place in keep]


def _session(events: Sequence[Event]) -> int:
    """Where the last session begins."""
    for place in range(len(events) - 1, -1, -1):
        if isinstance(events[place], SessionStarted):
            return place
    return 0


def _last_of_each(events: Sequence[Event]) -> Iterator[int]:
    """Where it was last said how something is."""
    last: dict[Hashable, int] = {}
    for place, event in enumerate(events):
        if isinstance(event, SlotSet):
            last["slot", event.key] = place
        elif isinstance(event, ActiveLoop):
            last["loop"] = place
        elif isinstance(event, ConversationPaused | ConversationResumed):
            last["silence"] = place
        elif isinstance(event, SessionStarted):
            last["session"] = place
    yield from last.values()


def _first_of_each(events: Sequence[Event]) -> Iterator[int]:
    """Where something was first said or done that counts for the whole conversation."""
    seen: set[Hashable] = set()
    for place, event in enumerate(events):
        if (mark := _counts_always(event)) is not None and mark not in seen:
            seen.add(mark)
            yield place


def _counts_always(event: Event) -> Hashable | None:
    if isinstance(event, ActionExecuted) and event.action_name in INTRODUCTIONS:
        return "introduced", event.action_name
    if isinstance(event, UserUttered) and (event.metadata or {}).get("welcomed"):
        return "welcomed"
    if isinstance(event, BotUttered) and (name := str((event.metadata or {}).get("utter_action") or "")).startswith(ABOUT_DANGER):
        return "danger", name
    return None
