"""The one later question on Rasa's side: still open when a conversation begins anew, and gone with the conversation.

Thin around ``wegwijzer/aftercare/``. The question itself comes from the rounds in ``wegwijzer/handover/runner.py``, as what a
colleague says does.
"""

from __future__ import annotations

import asyncio
import logging
from typing import TYPE_CHECKING, Any

from rasa.core.channels.channel import OutputChannel
from rasa.shared.core.events import ActionExecuted, BotUttered, SlotSet
from rasa.shared.core.trackers import DialogueStateTracker

from channels.surely import surely
from wegwijzer.aftercare.assembly import own_erasing, own_store
from wegwijzer.aftercare.models import AftercareUnavailable
from wegwijzer.aftercare.questions import Question
from wegwijzer.dialogue.safety import ABOUT_DANGER

if TYPE_CHECKING:
    from rasa.core.processor import MessageProcessor

log = logging.getLogger(__name__)

SLOT = "terugblik"

WAITS = "aftercare: something waits to be erased"


# ---------------------------------------------------------------------- erased with the conversation


async def erase_aftercare_surely(conversation: str) -> None:
    """Ask nothing later, and take back what was given to learn from, now or as soon as it can be done."""
    await surely(lambda: own_erasing().erase(conversation), AftercareUnavailable, WAITS)


async def not_after_danger(tracker: DialogueStateTracker) -> None:
    """Who was in danger is not asked later whether it worked: looked at with every turn that is about danger."""
    if danger_now(tracker):
        await surely(lambda: own_erasing().cancel(tracker.sender_id), AftercareUnavailable, WAITS)


def danger_now(tracker: DialogueStateTracker) -> bool:
    """Whether the last turn was about danger."""
    for event in reversed(tracker.events):
        if event.type_name == "user":
            return False
        name = str((event.metadata or {}).get("utter_action") or "") if isinstance(event, BotUttered) else ""
        if name.startswith(ABOUT_DANGER):
            return True
    return False


# ---------------------------------------------------------------------- still open in a new session


def into_rasa() -> None:
    """Teach Rasa's processor that a question may be older than the conversation: a new session empties every slot."""
    # Here, because importing it is slow, and it is only needed where there are conversations.
    from rasa.core.processor import MessageProcessor

    if getattr(MessageProcessor, "knows_aftercare", False):
        return
    update = MessageProcessor._update_tracker_session

    async def update_session(
        self: MessageProcessor, tracker: DialogueStateTracker, output: OutputChannel, metadata: dict[str, Any] | None = None
    ) -> None:
        begins = not tracker.applied_events() or self._has_session_expired(tracker)
        await update(self, tracker, output, metadata)
        if begins and await asyncio.to_thread(is_asked, tracker.sender_id):
            tracker.update(SlotSet(SLOT, [Question.GELUKT.value]), self.domain)
            # The rules look at the action before a message: it must be listening.
            tracker.update(ActionExecuted("action_listen"), self.domain)

    MessageProcessor._update_tracker_session = update_session
    MessageProcessor.knows_aftercare = True


def is_asked(conversation: str) -> bool:
    """Whether this person was asked whether it worked and did not answer yet; asked of the database once a session."""
    try:
        later = own_store().of(conversation)
    except AftercareUnavailable as error:
        log.error("aftercare: it cannot be seen whether somebody was asked: %s", error)
        return False
    return later is not None and later.was_sent
