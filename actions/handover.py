"""Between the actions and the desk: what may be promised, and making a request of a conversation."""

from __future__ import annotations

import logging
from functools import lru_cache
from typing import Any

from rasa_sdk import Tracker
from rasa_sdk.events import EventType, SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions.adapter import core, now, said_before, state_of
from wegwijzer.dialogue.state import State
from wegwijzer.dialogue.wording import people_text
from wegwijzer.handover.asking import reason_of
from wegwijzer.handover.assembly import own_store, promise_at, vault_of
from wegwijzer.handover.crossing import so_far
from wegwijzer.handover.desk import Promise, PromiseKind
from wegwijzer.handover.models import HandoverUnavailable, Outcome, Reason, Refused, Request, Urgency
from wegwijzer.handover.states import Actor, RequestState
from wegwijzer.handover.summary import summary_of
from wegwijzer.matching.people import people_to_call
from wegwijzer.privacy.conversations import Conversations
from wegwijzer.privacy.redaction import own_redactor
from wegwijzer.settings import Settings
from wegwijzer.vocabulary import Uitkomst
from wegwijzer.web.outbox import OutboxUnavailable

log = logging.getLogger(__name__)

STEP = "overdracht"
"""The slot with the open question about a colleague, see :class:`wegwijzer.handover.asking.Step`."""


@lru_cache(maxsize=1)
def settings() -> Settings:
    """The settings of this process."""
    return Settings.from_environment()


def promise() -> Promise | None:
    """What may be promised now; ``None`` when the desk cannot be asked: then there are only numbers to call."""
    try:
        return promise_at(now(), settings(), own_store(), core().catalogue)
    except HandoverUnavailable as error:
        log.error("handover: nobody can be asked: %s", error)
        return None


def open_request(tracker: Tracker) -> Request | None:
    """The open request of this conversation; none when the database does not say."""
    try:
        return own_store().open_request(tracker.sender_id)
    except HandoverUnavailable as error:
        log.error("handover: %s", error)
        return None


def in_danger(state: State) -> bool:
    """Whether danger was seen in this conversation."""
    return Uitkomst.CRISIS in (state.uitkomst, state.fase)


def ask_colleague(tracker: Tracker) -> Request:
    """Put this conversation in the queue, after the person's yes.

    Raises:
        HandoverUnavailable: nobody can be asked now.
        Refused: somebody or something else moved it at this very moment.
    """
    request = _request(tracker, with_words=True)
    if request.state in (RequestState.ASKED, RequestState.CALL_BACK):
        request = own_store().move(request.id, RequestState.WAITING, Actor.BOT)
    return request


def ask_call(tracker: Tracker, number: str) -> Request:
    """Have a colleague call this number. A colleague sees the summary, not what was said.

    Raises:
        HandoverUnavailable, Refused: as :func:`ask_colleague`.
    """
    request = _request(tracker, with_words=False)
    vault_of(settings(), own_store()).keep(request.id, number)
    if request.state is not RequestState.CALL_BACK:
        request = own_store().move(request.id, RequestState.CALL_BACK, Actor.BOT)
    return request


def leave_queue(request: Request) -> bool:
    """The person waits no longer. Whether that could be: a colleague may just have come."""
    try:
        own_store().move(request.id, RequestState.CLOSED, Actor.RESIDENT, outcome=Outcome.LEFT)
    except Refused as refused:
        return refused.now is None or not refused.now.open
    return True


def numbers(tracker: Tracker) -> str:
    """Who can be called now, in words."""
    catalogue = core().catalogue
    return people_text(people_to_call(catalogue, state_of(tracker).haltes, now()), catalogue)


def ask_consent(dispatcher: CollectingDispatcher, promised: Promise, step_now: str, step_later: str) -> list[EventType]:
    """Ask what is needed for what may be promised: a yes, or a telephone number."""
    if promised.kind is PromiseKind.NOW:
        dispatcher.utter_message(response="utter_collega_mag_dat")
        return [SlotSet(STEP, step_now)]
    dispatcher.utter_message(response="utter_collega_nummer", wanneer=promised.opens)
    return [SlotSet(STEP, step_later)]


def opens_in_words(promised: Promise | None) -> str:
    """When somebody is there again, at the beginning of a sentence."""
    return _capital(promised.opens) if promised else ""


def _capital(words: str) -> str:
    return words[:1].upper() + words[1:]


def _request(tracker: Tracker, *, with_words: bool) -> Request:
    state = state_of(tracker)
    danger = in_danger(state)
    request, _ = own_store().ask(
        tracker.sender_id,
        str(tracker.get_latest_input_channel() or ""),
        reason=Reason.CRISIS if danger else reason_of(said_before(tracker)),
        urgency=Urgency.CRISIS if danger else Urgency.NORMAL,
        summary=summary_of(state, core().catalogue),
        so_far=so_far(_all_of_it(tracker), own_redactor().redact) if with_words else (),
    )
    return request


SAID = ("session_started", "restart", "user", "bot")
"""Kinds of events that tell what was said, and when a conversation began."""


def _all_of_it(tracker: Tracker) -> list[dict[str, Any]]:
    """Everything that was said: of a long conversation we are only sent the last turns (``channels/thinning.py``)."""
    try:
        kept = Conversations(settings().tracker_database).events(tracker.sender_id, *SAID)
    except OutboxUnavailable as error:
        log.error("handover: only the end of a conversation goes along: %s", error)
        kept = []
    last = kept[-1]["timestamp"] if kept else 0.0
    return [*kept, *(event for event in tracker.events if (event.get("timestamp") or 0.0) > last)]
