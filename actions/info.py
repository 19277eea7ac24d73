"""Questions about what there is: answered from the catalogue, or honestly not."""

from __future__ import annotations

from rasa_sdk import Action, Tracker
from rasa_sdk.events import EventType, SlotSet
from rasa_sdk.executor import CollectingDispatcher
from rasa_sdk.types import DomainDict

from actions.adapter import core, moment, state_of
from wegwijzer.dialogue.asking import Answer

ABOUT = "besproken"
"""The slot that remembers which record an answer was about."""


class ActionInfo(Action):
    """What was asked: of the place that is named, or of the one the conversation is about."""

    def name(self) -> str:
        """Answers a question about a place or organisation."""
        return "action_info"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: DomainDict) -> list[EventType]:
        """Look it up and say it."""
        state = state_of(tracker)
        text = str(tracker.latest_message.get("text") or "")
        answer = core().answerer.answer(text, moment(), about=state.besproken or state.suggestie)
        return say_answer(dispatcher, answer)


def say_answer(dispatcher: CollectingDispatcher, answer: Answer) -> list[EventType]:
    """Say an answer, with its choices as buttons, and remember what it was about."""
    buttons = [{"title": name, "payload": name} for name in answer.choices]
    dispatcher.utter_message(response=answer.response, buttons=buttons, **answer.fill)
    return [SlotSet(ABOUT, answer.record)]
