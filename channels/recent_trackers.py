"""Conversations that were going on a moment ago, so that they need not be read from the database with every message."""

from __future__ import annotations

import time
from collections import OrderedDict, deque
from collections.abc import Sequence
from itertools import takewhile

from rasa.shared.core.events import Event
from rasa.shared.core.trackers import DialogueStateTracker

from channels.thinning import thin

MOST = 200
"""Conversations. Each is some hundreds of kilobytes at most, see :mod:`channels.thinning`."""


class RecentTrackers:
    """Trackers as they were stored, each taken out while its next message is answered: when that goes wrong it is not put back.

    Args:
        most: how many; of more, those that were quiet for the longest time go.
    """

    def __init__(self, most: int = MOST) -> None:
        self._most = most
        self._kept: OrderedDict[str, tuple[int, DialogueStateTracker, float]] = OrderedDict()

    def take(self, sender_id: str, newest: int) -> DialogueStateTracker | None:
        """The tracker, when it is as the database has it.

        Args:
            newest: the number of the newest event of this conversation in the database.
        """
        known, tracker, _ = self._kept.pop(sender_id, (None, None, 0.0))
        return tracker if known == newest else None

    def take_within(self, sender_id: str, seconds: float) -> DialogueStateTracker | None:
        """The tracker, when it was kept no longer ago than this: for who knows that nobody else wrote since."""
        _, tracker, since = self._kept.get(sender_id, (None, None, 0.0))
        if tracker is None or time.monotonic() - since >= seconds:
            return None
        self.drop(sender_id)
        return tracker

    def put(self, tracker: DialogueStateTracker, newest: int) -> None:
        """Keep a tracker of which everything is stored now."""
        if len(thinned := thin(list(tracker.events))) < len(tracker.events):
            tracker.events = deque(thinned, tracker.events.maxlen)
        self._kept[tracker.sender_id] = (newest, tracker, time.monotonic())
        self._kept.move_to_end(tracker.sender_id)
        while len(self._kept) > self._most:
            self._kept.popitem(last=False)

    def drop(self, sender_id: str) -> None:
        """Forget a conversation."""
        self._kept.pop(sender_id, None)


def is_stored(event: Event) -> bool:
    """Whether this very event came from the database or went there."""
    return bool(getattr(event, "stored", False))


def not_stored(events: Sequence[Event]) -> list[Event]:
    """The events after the last that is stored, the newest first: what comes new comes at the end."""
    return list(takewhile(lambda event: not is_stored(event), reversed(events)))


def was_tried(event: Event) -> bool:
    """Whether it was sent to the database before, without word that it arrived."""
    return bool(getattr(event, "tried", False))


def mark_tried(event: Event) -> None:
    """It is being sent."""
    event.tried = True


def mark_stored(event: Event) -> None:
    """Remember it with the event itself: a tracker may be copied or thinned, and places in it then say nothing."""
    event.stored = True
