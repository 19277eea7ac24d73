"""Where conversations are kept, with what Rasa's stores lack: erasing (RasaHQ/rasa#10719), keeping nothing that says who somebody
is, and telling a colleague what is said while the bot is silent."""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from rasa.core.tracker_store import SQLTrackerStore
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import ActionExecuted, Event, UserUttered, deserialise_events
from rasa.shared.core.trackers import DialogueStateTracker
from sqlalchemy import create_engine, func, text
from sqlalchemy import event as on
from sqlalchemy.orm import Session
from sqlalchemy.pool import QueuePool

from channels.handover import erase_surely, hide_numbers, new_events, tell_colleague_surely
from channels.recent_trackers import RecentTrackers, is_stored, mark_stored
from channels.redacted import redact_words
from channels.thinning import thin
from wegwijzer.handover.assembly import own_store
from wegwijzer.privacy.redaction import own_redactor

log = logging.getLogger(__name__)

ERASING_INTENTS = frozenset({"wissen", "opnieuw"})
"""After these nothing of the conversation is kept: not the message itself either."""

ERASED = frozenset({"utter_gewist", "utter_opnieuw"})
"""What the bot says to it."""

BEGINS_AGAIN = "opnieuw"


class ErasingTrackerStore(SQLTrackerStore):
    """SQL tracker store that forgets a conversation when the person asks for it."""

    engine: Any

    def __init__(self, domain: Domain | None = None, **settings: Any) -> None:
        if settings.get("dialect") == "sqlite" and settings.get("db"):
            Path(settings["db"]).parent.mkdir(parents=True, exist_ok=True)
        super().__init__(domain, **settings)
        self._recent = RecentTrackers()
        if self.engine.dialect.name == "sqlite":
            self._keep_connections()

    async def retrieve(self, sender_id: str) -> DialogueStateTracker | None:
        """The last session of a conversation, thinned (:mod:`channels.thinning`); from memory when it is as the database has it.

        A tracker belongs to who gets it, until it is saved again.
        """
        newest = self._newest(sender_id)
        if newest is None:
            self._recent.drop(sender_id)
            return None
        return self._recent.take(sender_id, newest) or self._read(sender_id)

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
            return
        # Only here: until the answer is said, the bot hears what was really typed. An event broker gets it after this.
        hide_numbers(tracker)
        redact_words(tracker, own_redactor().redact)
        if tracker.is_paused():
            # Before it is stored: what was told twice is written once, what was never told is lost.
            await tell_colleague_surely(tracker.sender_id, [event.as_dict() for event in tracker.events])
        await super().save(tracker)
        newest = self._newest(tracker.sender_id)
        for event in tracker.events:
            mark_stored(event)
        if newest is not None:
            self._recent.put(tracker, newest)

    def erase(self, sender_id: str) -> int:
        """Delete every event of one conversation, and its requests for a human being. Returns how many events there were.

        Raises:
            wegwijzer.handover.models.HandoverUnavailable: when the requests cannot be erased now.
        """
        deleted = self._erase_events(sender_id)
        own_store().erase(sender_id)
        return deleted

    def _keep_connections(self) -> None:
        """Opening an SQLite file and reading what is in it took longer than asking it something."""
        self.engine.dispose()
        self.engine = create_engine(self.engine.url, poolclass=QueuePool, connect_args={"check_same_thread": False})
        on.listen(self.engine, "connect", _commit_quickly)
        self.sessionmaker.configure(bind=self.engine)

    def _read(self, sender_id: str) -> DialogueStateTracker | None:
        with self.session_scope() as session:
            rows = self._event_query(session, sender_id, fetch_events_from_all_sessions=False).all()
            events = deserialise_events([json.loads(row.data) for row in rows])
        for event in events:
            mark_stored(event)
        return DialogueStateTracker.from_events(sender_id, thin(events), self.domain.slots) if events else None

    def _newest(self, sender_id: str) -> int | None:
        """The number of the newest event of a conversation."""
        with self.session_scope() as session:
            found: int | None = session.query(func.max(self.SQLEvent.id)).filter(self.SQLEvent.sender_id == sender_id).scalar()
        return found

    def _additional_events(self, session: Session, tracker: DialogueStateTracker) -> Iterator[Event]:
        """See parent; without a line of a colleague that is stored already."""
        events = list(tracker.events)
        if any(map(is_stored, events)):
            return iter(new_events(events, is_stored))
        # Made by somebody else, of all that was said: then as many as there are in the database are there already.
        count = self._event_query(session, tracker.sender_id, fetch_events_from_all_sessions=False).count()
        first = {id(event) for event in events[:count]}
        return iter(new_events(events, lambda event: id(event) in first))

    def _erase_events(self, sender_id: str) -> int:
        self._recent.drop(sender_id)
        with self.session_scope() as session:
            if self.engine.dialect.name == "sqlite":
                # Overwrite what is deleted, so that no words stay behind in free pages of the file.
                session.execute(text("PRAGMA secure_delete = ON"))
            deleted = session.query(self.SQLEvent).filter(self.SQLEvent.sender_id == sender_id).delete()
            session.commit()
        log.info("erased a conversation (%s events)", deleted)
        return int(deleted)


def _commit_quickly(connection: Any, _: object) -> None:
    """Empty the journal instead of deleting it: as safe, and one wait for the disk less. See https://www.sqlite.org/pragma.html."""
    connection.execute("PRAGMA journal_mode = TRUNCATE")


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
