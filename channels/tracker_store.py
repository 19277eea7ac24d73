"""Where conversations are kept, with the one thing Rasa's stores lack: erasing (RasaHQ/rasa#10719)."""

from __future__ import annotations

import logging
from pathlib import Path
from typing import Any

from rasa.core.tracker_store import SQLTrackerStore
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import UserUttered
from rasa.shared.core.trackers import DialogueStateTracker
from sqlalchemy import text

log = logging.getLogger(__name__)

ERASING_INTENTS = frozenset({"wissen", "opnieuw"})
"""After these nothing of the conversation is kept: not the message itself either."""


class ErasingTrackerStore(SQLTrackerStore):
    """SQL tracker store that forgets a conversation when the person asks for it."""

    def __init__(self, domain: Domain | None = None, **settings: Any) -> None:
        if settings.get("dialect") == "sqlite" and settings.get("db"):
            Path(settings["db"]).parent.mkdir(parents=True, exist_ok=True)
        super().__init__(domain, **settings)

    async def save(self, tracker: DialogueStateTracker) -> None:
        """Store the new events, or erase everything when that is what was asked."""
        if _asked_to_erase(tracker):
            self.erase(tracker.sender_id)
            return
        await super().save(tracker)

    def erase(self, sender_id: str) -> int:
        """Delete every event of one conversation. Returns how many there were."""
        with self.session_scope() as session:
            if self.engine.dialect.name == "sqlite":
                # Overwrite what is deleted, so that no words stay behind in free pages of the file.
                session.execute(text("PRAGMA secure_delete = ON"))
            deleted = session.query(self.SQLEvent).filter(self.SQLEvent.sender_id == sender_id).delete()
            session.commit()
        log.info("erased a conversation (%s events)", deleted)
        return int(deleted)


def _asked_to_erase(tracker: DialogueStateTracker) -> bool:
    """Whether the last message asked for it and was answered so (danger goes first: then it was not)."""
    last = next((event for event in reversed(tracker.events) if isinstance(event, UserUttered)), None)
    return last is not None and last.intent_name in ERASING_INTENTS
