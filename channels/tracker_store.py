"""Where conversations are kept, with what Rasa's stores lack: erasing (RasaHQ/rasa#10719), keeping nothing that says who somebody
is, and telling a colleague what is said while the bot is silent."""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import Iterator
from contextlib import suppress
from typing import Any

from rasa.shared.core.domain import Domain
from rasa.shared.core.events import ActionExecuted, Event, UserUttered, deserialise_events
from rasa.shared.core.trackers import DialogueStateTracker
from sqlalchemy import text
from sqlalchemy.orm import Session

from channels.aftercare import erase_aftercare_surely, not_after_danger
from channels.handover import erase_surely, hide_numbers, new_events, tell_colleague_surely
from channels.insight_broker import InsightBroker
from channels.patient_store import PatientTrackerStore
from channels.recent_trackers import RecentTrackers, is_stored, mark_stored, mark_tried, not_stored, was_tried
from channels.redacted import redact_words
from channels.thinning import thin
from channels.written import written
from wegwijzer.aftercare.assembly import own_erasing
from wegwijzer.handover.assembly import own_store
from wegwijzer.insight.store import InsightUnavailable
from wegwijzer.privacy.redaction import own_redactor

log = logging.getLogger(__name__)

ERASING_INTENTS = frozenset({"wissen", "opnieuw"})
"""After these nothing of the conversation is kept: not the message itself either."""

ERASED = frozenset({"utter_gewist", "utter_opnieuw"})
"""What the bot says to it."""

BEGINS_AGAIN = "opnieuw"

ERASED_WITHIN = 5.0
"""Seconds that somebody who asked to be erased waits for a database of counts that is busy; it goes on after that."""


class ErasingTrackerStore(PatientTrackerStore):
    """SQL tracker store that forgets a conversation when the person asks for it.

    Args:
        domain: of the bot.
        settings: those of Rasa's store; ``host`` may be a whole URL.
    """

    alone_for = 0.0
    """Seconds in which no other process writes in a conversation that was just stored, so that the database need not be asked."""

    def __init__(self, domain: Domain | None = None, **settings: Any) -> None:
        super().__init__(domain, **settings)
        self._recent = RecentTrackers()
        self._new: dict[str, list[Event]] = {}

    async def retrieve(self, sender_id: str) -> DialogueStateTracker | None:
        """The last session of a conversation, thinned (:mod:`channels.thinning`); from memory when it is as the database has it.

        A tracker belongs to who gets it, until it is saved again.
        """
        return await self.patiently(lambda: self._remembered(sender_id))

    async def retrieve_full_tracker(self, conversation_id: str) -> DialogueStateTracker | None:
        """Everything of a conversation that is kept."""
        tracker = await super().retrieve_full_tracker(conversation_id)
        for event in tracker.events if tracker else ():
            mark_stored(event)
        return tracker

    async def save(self, tracker: DialogueStateTracker) -> None:
        """Store the new events, or erase everything when that is what was asked."""
        if asked := _asked_to_erase(tracker):
            await asyncio.to_thread(self._erase_events, tracker.sender_id)
            await erase_surely(tracker.sender_id, keep_call=asked == BEGINS_AGAIN)
            await erase_aftercare_surely(tracker.sender_id)
            await self._count_nowhere(tracker.sender_id)
            return
        # Only here: until the answer is said, the bot hears what was really typed. An event broker gets it after this.
        hide_numbers(tracker)
        redact_words(tracker, own_redactor().redact)
        if tracker.is_paused():
            # Before it is stored: what was told twice is written once, what was never told is lost.
            await tell_colleague_surely(tracker.sender_id, [event.as_dict() for event in tracker.events])
        await not_after_danger(tracker)
        newest = await self.store(tracker)
        for event in not_stored(tracker.events):
            mark_stored(event)
        self._tell_broker(tracker.sender_id)
        if newest is not None:
            self._recent.put(tracker, newest)

    async def stream_events(self, tracker: DialogueStateTracker) -> None:
        """Rasa tells its broker before the turn is stored, and reads the conversation again to know what is new. Here it is told
        afterwards, by :meth:`save`: what cannot be stored did not happen."""

    def erase(self, sender_id: str) -> int:
        """Delete every event of one conversation, its requests for a human being, what it led to later and what is noted of it.

        Returns:
            How many events there were.

        Raises:
            wegwijzer.handover.models.HandoverUnavailable: when the requests cannot be erased now.
            wegwijzer.aftercare.models.AftercareUnavailable: when what it led to cannot be erased now.
            wegwijzer.insight.store.InsightUnavailable: when what is noted cannot be erased now.
        """
        deleted = self._erase_events(sender_id)
        own_store().erase(sender_id)
        own_erasing().erase(sender_id)
        if isinstance(self.event_broker, InsightBroker):
            self.event_broker.erase(sender_id).result()
        return deleted

    async def _count_nowhere(self, sender_id: str) -> None:
        """Wait for it only as long as for the rest: when the database is away the broker goes on trying."""
        if isinstance(self.event_broker, InsightBroker):
            with suppress(TimeoutError, InsightUnavailable):
                async with asyncio.timeout(ERASED_WITHIN):
                    await asyncio.shield(asyncio.wrap_future(self.event_broker.erase(sender_id)))

    def _tell_broker(self, sender_id: str) -> None:
        new = self._new.pop(sender_id, [])
        if self.event_broker is None:
            return
        for event in new:
            self.event_broker.publish({"sender_id": sender_id, **event.as_dict()})
        if isinstance(self.event_broker, InsightBroker):
            self.event_broker.end_turn(sender_id)

    async def _remembered(self, sender_id: str) -> DialogueStateTracker | None:
        if (known := self._recent.take_within(sender_id, self.alone_for)) is not None:
            return known
        newest = await self.newest(sender_id)
        if newest is None:
            self._recent.drop(sender_id)
            return None
        return self._recent.take(sender_id, newest) or self._read(sender_id)

    def _read(self, sender_id: str) -> DialogueStateTracker | None:
        with self.session_scope() as session:
            rows = self._event_query(session, sender_id, fetch_events_from_all_sessions=False).all()
            events = deserialise_events([json.loads(row.data) for row in rows])
        for event in events:
            mark_stored(event)
        return DialogueStateTracker.from_events(sender_id, thin(events), self.domain.slots) if events else None

    def _additional_events(self, session: Session, tracker: DialogueStateTracker) -> Iterator[Event]:
        """See parent; without a line of a colleague that is stored already."""
        events = list(tracker.events)
        if any(map(is_stored, events)):
            new = self._new[tracker.sender_id] = new_events(events, is_stored)
            return iter(self._not_there_yet(session, tracker.sender_id, new))
        # Made by somebody else, of all that was said: then as many as there are in the database are there already.
        count = self._event_query(session, tracker.sender_id, fetch_events_from_all_sessions=False).count()
        first = {id(event) for event in events[:count]}
        new = self._new[tracker.sender_id] = new_events(events, lambda event: id(event) in first)
        return iter(new)

    def _not_there_yet(self, session: Session, sender_id: str, new: list[Event]) -> list[Event]:
        """These events; none of them when they were stored before the line broke on which that would have been said."""
        if not any(map(was_tried, new)):
            for event in new:
                mark_tried(event)
            return new
        newest = session.query(self.SQLEvent.data).filter(self.SQLEvent.sender_id == sender_id).order_by(self.SQLEvent.id.desc())
        there = [row.data for row in newest.limit(len(new))]
        return [] if there[::-1] == [written(event.as_dict()).decode() for event in new] else new

    def _erase_events(self, sender_id: str) -> int:
        self._recent.drop(sender_id)
        self._new.pop(sender_id, None)
        with self.session_scope() as session:
            if self.engine.dialect.name == "sqlite":
                # Overwrite what is deleted, so that no words stay behind in free pages of the file.
                session.execute(text("PRAGMA secure_delete = ON"))
            deleted = session.query(self.SQLEvent).filter(self.SQLEvent.sender_id == sender_id).delete()
            session.commit()
        log.info("erased a conversation (%s events)", deleted)
        return int(deleted)


def _asked_to_erase(tracker: DialogueStateTracker) -> str | None:
    """The intent of the last message when it asked for it and was answered so (danger goes first: then it was not).

    While the bot is silent it must have said so: what somebody writes to a colleague erases nothing by itself.
    """
    answered = False
    for event in reversed(tracker.events):
        if isinstance(event, UserUttered):
            asked = event.intent_name in ERASING_INTENTS and (answered or not tracker.is_paused())
            return event.intent_name if asked else None
        answered = answered or (isinstance(event, ActionExecuted) and event.action_name in ERASED)
    return None
