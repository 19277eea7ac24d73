"""What follows on the question about a colleague: the request, the telephone number, or neither."""

from __future__ import annotations

import logging

from rasa_sdk import Action, Tracker
from rasa_sdk.events import ActiveLoop, ConversationPaused, ConversationResumed, EventType, SlotSet
from rasa_sdk.executor import CollectingDispatcher
from rasa_sdk.types import DomainDict

from actions.handover import (
    STEP,
    ask_call,
    ask_colleague,
    ask_consent,
    leave_queue,
    numbers,
    open_request,
    opens_in_words,
    promise,
    settings,
)
from wegwijzer.handover.asking import NUMBERS, Reply, Step, number_in, read_reply
from wegwijzer.handover.desk import PromiseKind
from wegwijzer.handover.models import HandoverUnavailable, Refused
from wegwijzer.handover.phone_vault import NotCallable

log = logging.getLogger(__name__)

MENS = "mens"


class ActionCollega(Action):
    """Hears the answer, and does what it says; the bot falls silent only after a yes."""

    def name(self) -> str:
        """Predicted by ``nlu/handover_policy.py``."""
        return "action_collega"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: DomainDict) -> list[EventType]:
        """One of: wait, ask again, call back, numbers, or go on."""
        if tracker.is_paused():
            return _wants_out(dispatcher, tracker)
        step = tracker.slots.get(STEP)
        message = tracker.latest_message
        text, intent = str(message.get("text") or ""), str((message.get("intent") or {}).get("name") or "")
        if step in NUMBERS:
            return _number(dispatcher, tracker, str(step), text, intent)
        return _consent(dispatcher, tracker, str(step), read_reply(text, intent), intent)


def _consent(dispatcher: CollectingDispatcher, tracker: Tracker, step: str, reply: Reply, intent: str) -> list[EventType]:
    if reply is Reply.YES:
        return _wait(dispatcher, tracker)
    if reply is Reply.NO:
        return _numbers(dispatcher, tracker, "utter_collega_nee")
    if step == Step.CONSENT_AGAIN and intent != MENS:
        dispatcher.utter_message(response="utter_collega_niet_duidelijk")
        return [SlotSet(STEP, None)]
    dispatcher.utter_message(response="utter_collega_mag_dat_weer")
    return [SlotSet(STEP, Step.CONSENT_AGAIN.value)]


def _wait(dispatcher: CollectingDispatcher, tracker: Tracker) -> list[EventType]:
    """The desk may have closed between the question and the yes."""
    promised = promise()
    if promised is None or promised.kind is PromiseKind.NUMBER:
        return _numbers(dispatcher, tracker, "utter_collega_lukt_niet")
    if promised.kind is PromiseKind.CALL_BACK:
        return ask_consent(dispatcher, promised, Step.CONSENT.value, Step.NUMBER.value)
    try:
        ask_colleague(tracker)
    except (HandoverUnavailable, Refused) as error:
        log.error("handover: nobody was asked: %s", error)
        return _numbers(dispatcher, tracker, "utter_collega_lukt_niet")
    minutes = f"{settings().handover.limits.nobody_minutes:g}"
    dispatcher.utter_message(response="utter_collega_gevraagd", minuten=minutes)
    return [SlotSet(STEP, None), *_questions_stay_open(tracker), ConversationPaused()]


def _questions_stay_open(tracker: Tracker) -> list[EventType]:
    """Asking for a human interrupted the form; made active again, it hears the first answer after the colleague."""
    form = (tracker.active_loop or {}).get("name")
    return [ActiveLoop(form)] if form else []


def _number(dispatcher: CollectingDispatcher, tracker: Tracker, step: str, text: str, intent: str) -> list[EventType]:
    try:
        number = number_in(text)
    except NotCallable:
        if read_reply(text, intent) is Reply.NO:
            return _numbers(dispatcher, tracker, "utter_collega_nee")
        if step == Step.NUMBER_AGAIN:
            return _numbers(dispatcher, tracker, "utter_collega_lukt_niet")
        dispatcher.utter_message(response="utter_collega_nummer_fout")
        return [SlotSet(STEP, Step.NUMBER_AGAIN.value)]
    try:
        ask_call(tracker, number)
    except (HandoverUnavailable, Refused, NotCallable) as error:
        log.error("handover: no call was asked for: %s", type(error).__name__)
        return _numbers(dispatcher, tracker, "utter_collega_lukt_niet")
    promised = promise()
    if promised is not None and promised.opens:
        dispatcher.utter_message(response="utter_collega_belt", wanneer=opens_in_words(promised))
    else:
        dispatcher.utter_message(response="utter_collega_belt_zo")
    return [SlotSet(STEP, None)]


def _wants_out(dispatcher: CollectingDispatcher, tracker: Tracker) -> list[EventType]:
    """Who waits may stop waiting. To a colleague who is there already it is only one more message."""
    request = open_request(tracker)
    if request is not None and request.bot_is_silent:
        return [SlotSet(STEP, None)]
    try:
        left = request is None or leave_queue(request)
    except HandoverUnavailable as error:
        log.error("handover: somebody waits on: %s", error)
        left = False
    if not left:
        return [SlotSet(STEP, None)]
    dispatcher.utter_message(response="utter_collega_niet_wachten")
    return [SlotSet(STEP, None), ConversationResumed()]


def _numbers(dispatcher: CollectingDispatcher, tracker: Tracker, response: str) -> list[EventType]:
    dispatcher.utter_message(response=response, lijnen=numbers(tracker))
    return [SlotSet(STEP, None)]
