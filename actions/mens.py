"""Liever een mens: who can be reached at this moment."""

from __future__ import annotations

from dataclasses import replace

from rasa_sdk import Action, Tracker
from rasa_sdk.events import EventType, SlotSet
from rasa_sdk.executor import CollectingDispatcher
from rasa_sdk.types import DomainDict

from actions.adapter import core, events_for, now, state_of
from wegwijzer.dialogue.wording import people_text
from wegwijzer.matching.people import people_to_call
from wegwijzer.vocabulary import Uitkomst


class ActionMens(Action):
    """Names the people to call now, on the person's theme first."""

    def name(self) -> str:
        """Answers *liever een mens*."""
        return "action_mens"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: DomainDict) -> list[EventType]:
        """Say it and remember the outcome; danger stays danger."""
        state = state_of(tracker)
        danger = Uitkomst.CRISIS in (state.uitkomst, state.fase)
        if danger or tracker.slots.get("zorg_gevraagd"):
            dispatcher.utter_message(response="utter_mens_nood")
            return [SlotSet("uitkomst", (Uitkomst.CRISIS if danger else Uitkomst.MENS).value)]
        lines = people_text(people_to_call(core().catalogue, state.haltes, now()), core().catalogue)
        dispatcher.utter_message(response="utter_mens", lijnen=lines)
        after = replace(state, uitkomst=Uitkomst.MENS.value)
        return events_for(state, after) or [SlotSet("uitkomst", after.uitkomst)]
