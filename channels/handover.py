"""A colleague in a conversation, on Rasa's side and the same in every channel: thin around ``wegwijzer/handover/crossing.py``.

What a resident says while the bot is silent goes to the request when the conversation is saved (:func:`tell_colleague`). What a
colleague says comes before the resident's next message is heard (:func:`catch_up`); on a channel on which something can be said
that answers nothing it was there long before, by ``wegwijzer/handover/runner.py``.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from rasa.core.channels.channel import OutputChannel, UserMessage
from rasa.shared.core.events import BotUttered, Event, UserUttered
from rasa.shared.core.trackers import DialogueStateTracker

from channels.recent_trackers import not_stored
from channels.surely import surely
from wegwijzer.domain_texts import response
from wegwijzer.handover.asking import NUMBERS, is_way_out
from wegwijzer.handover.assembly import own_bringer, own_store
from wegwijzer.handover.bringing import Known, Post
from wegwijzer.handover.crossing import crossed, heard_in_silence
from wegwijzer.handover.models import HandoverUnavailable, Refused, Who
from wegwijzer.handover.states import RequestState
from wegwijzer.handover.store import HandoverStore
from wegwijzer.privacy.redaction import own_redactor

if TYPE_CHECKING:
    from rasa.core.processor import MessageProcessor

log = logging.getLogger(__name__)

SLOT = "overdracht"
HIDDEN = "utter_collega_verborgen"


# ---------------------------------------------------------------------- from the resident to the colleague


def tell_colleague(store: HandoverStore, conversation: str, events: Sequence[Mapping[str, Any]]) -> None:
    """Write what was said in silence into the open request: what is there already is left alone, in order.

    The alarm comes before the message that gives it: after a crash between the two it is raised again rather than never.

    Raises:
        HandoverUnavailable: when the database does not do its work; doing it again later is safe.
    """
    heard = heard_in_silence(events, own_redactor().redact)
    if not heard:
        return
    request = store.open_request(conversation)
    if request is None:
        return
    known = {line.client_id for line in store.lines(request.id) if line.who is Who.RESIDENT}
    try:
        for one in heard:
            if one.said.client_id in known:
                continue
            if one.danger:
                store.raise_alarm(request.id)
            store.append(request.id, one.said)
    except Refused:
        log.info("handover: a request ended while the resident was talking")


async def tell_colleague_surely(conversation: str, events: Sequence[Mapping[str, Any]]) -> None:
    """The same from a tracker store, which must not fail: what cannot be told now is told as soon as it can."""
    await surely(
        lambda: tell_colleague(own_store(), conversation, events), HandoverUnavailable, "handover: what a resident said waits"
    )


async def erase_surely(conversation: str, keep_call: bool) -> None:
    """Erase the requests of a conversation, now or as soon as it can be done.

    Args:
        keep_call: whether a call that was promised and not made yet stays: who begins again still wants it.
    """
    await surely(
        lambda: _erase(own_store(), conversation, keep_call), HandoverUnavailable, "handover: requests wait to be erased"
    )


def _erase(store: HandoverStore, conversation: str, keep_call: bool) -> None:
    request = store.open_request(conversation) if keep_call else None
    if request is None or request.state is not RequestState.CALL_BACK:
        store.erase(conversation)


# ---------------------------------------------------------------------- from the colleague to the resident


async def catch_up(processor: MessageProcessor, conversation: str, output: OutputChannel | None) -> None:
    """Bring what a colleague said, and what became of the request, into a conversation that is locked for us."""
    try:
        bringer = own_bringer() if own_bringer.cache_info().currsize else await asyncio.to_thread(own_bringer)
        for request in await bringer.waiting(conversation):
            tracker = await processor.get_tracker(conversation)
            await bringer.bring(request, _known(tracker), _post(processor, tracker, output))
    except HandoverUnavailable as error:
        log.error("handover: what a colleague said waits: %s", error)


def _known(tracker: DialogueStateTracker) -> Known:
    async def known() -> frozenset[str]:
        return crossed([event.as_dict() for event in tracker.events])

    return known


def _post(processor: MessageProcessor, tracker: DialogueStateTracker, output: OutputChannel | None) -> Post:
    async def post(events: list[dict[str, Any]]) -> None:
        made = [event for one in events if (event := Event.from_parameters(one)) is not None]
        tracker.update_with_events(made, processor.domain)
        if output is not None:
            await processor.execute_side_effects(made, tracker, output)
        await processor.save_tracker(tracker)

    return post


# ---------------------------------------------------------------------- what is kept of it


def new_events(events: Sequence[Event], is_stored: Callable[[Event], bool]) -> list[Event]:
    """The events to store: without a line that is there already, which two processes brought at the same moment."""
    lines: set[str] = set()
    new: list[Event] = []
    for event in events:
        line = (event.metadata or {}).get("line") if isinstance(event, BotUttered) else None
        if not is_stored(event) and (line is None or line not in lines):
            new.append(event)
        if line is not None:
            lines.add(line)
    return new


def hide_numbers(tracker: DialogueStateTracker) -> None:
    """Take the words out of every answer to the question for a telephone number, whatever they were."""
    if tracker.get_slot(SLOT) not in NUMBERS and not any(_asks(event) for event in not_stored(tracker.events)):
        return
    asked = None
    for event in tracker.events:
        if _asks(event):
            asked = getattr(event, "value", None)
        elif isinstance(event, UserUttered) and asked in NUMBERS:
            _hide(event)


def _asks(event: Event) -> bool:
    return event.type_name == "slot" and getattr(event, "key", None) == SLOT


def _hide(event: UserUttered) -> None:
    placeholder = response(HIDDEN)["text"]
    event.text = placeholder
    kept = {name: value for name, value in (event.parse_data or {}).items() if name in KEPT}
    event.parse_data = {**kept, "text": placeholder, "entities": []}
    event.entities = []


KEPT = frozenset({"intent", "intent_ranking", "soort", "gevaar", "message_id", "metadata"})
"""Of what the NLU made of such an answer: no words and nothing made of them."""


# ---------------------------------------------------------------------- Rasa's processor


def may_speak(tracker: DialogueStateTracker) -> bool:
    """Whether the bot may answer the last message: always while it is not silent.

    While it is, only to who says to the bot itself to erase or not to wait, and when there is no request (any more) for which
    it would be silent: a silence that nobody ends is the worst of all.
    """
    if not tracker.is_paused():
        return True
    last = tracker.latest_message
    if last is None:
        return False
    if is_way_out(str(last.intent.get("name") or ""), str(last.text or "")):
        return True
    try:
        return own_store().open_request(tracker.sender_id) is None
    except HandoverUnavailable as error:
        log.error("handover: it cannot be seen whether a colleague talks: %s", error)
        return False


def into_rasa() -> None:
    """Teach Rasa's processor both: it has no seam for what must come before a message, and none for who may break a pause."""
    # Here, because importing it is slow, and it is only needed where there are conversations.
    from rasa.core.processor import MessageProcessor

    if getattr(MessageProcessor, "knows_colleagues", False):
        return
    handle = MessageProcessor.handle_message

    async def handle_message(self: MessageProcessor, message: UserMessage) -> Any:
        await catch_up(self, message.sender_id, message.output_channel)
        return await handle(self, message)

    MessageProcessor.handle_message = handle_message
    MessageProcessor._should_handle_message = staticmethod(may_speak)
    MessageProcessor.knows_colleagues = True
