"""Liever een mens: a colleague when the desk may promise one, and otherwise who can be reached at this moment."""

from __future__ import annotations

from dataclasses import replace

from rasa_sdk import Action, Tracker
from rasa_sdk.events import EventType, SlotSet
from rasa_sdk.executor import CollectingDispatcher
from rasa_sdk.types import DomainDict

from actions.adapter import events_for, helplines_shown, state_of
from actions.handover import STEP, ask_consent, in_danger, numbers, open_request, promise
from wegwijzer.handover.asking import Step
from wegwijzer.handover.desk import PromiseKind
from wegwijzer.handover.states import RequestState
from wegwijzer.vocabulary import Uitkomst


class ActionMens(Action):
    """Asks whether a colleague may come; when there is none, names the people to call now, on the person's theme first."""

    def name(self) -> str:
        """Answers *liever een mens*."""
        return "action_mens"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: DomainDict) -> list[EventType]:
        """Say it and remember the outcome; danger stays danger, and its numbers come first."""
        state = state_of(tracker)
        danger = in_danger(state)
        urgent = danger or bool(tracker.slots.get("zorg_gevraagd"))
        after = replace(state, uitkomst=(Uitkomst.CRISIS if danger else Uitkomst.MENS).value)
        outcome = [*events_for(state, after), SlotSet("uitkomst", after.uitkomst)]
        if urgent and not helplines_shown(tracker):
            dispatcher.utter_message(response="utter_mens_nood")
        request = open_request(tracker)
        if request is not None and request.state is RequestState.CALL_BACK:
            dispatcher.utter_message(response="utter_collega_belt_al", lijnen=numbers(tracker))
            return [*outcome, SlotSet(STEP, None)]
        promised = promise()
        if promised is not None and (promised.kind is PromiseKind.NOW or (promised.kind is PromiseKind.CALL_BACK and not urgent)):
            return [*outcome, *ask_consent(dispatcher, promised, Step.CONSENT.value, Step.NUMBER.value)]
        if not urgent:
            dispatcher.utter_message(response="utter_mens", lijnen=numbers(tracker))
        return [*outcome, *([SlotSet(STEP, None)] if tracker.slots.get(STEP) else [])]
