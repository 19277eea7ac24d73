"""Questions about an organisation: answered from the catalogue, or honestly not."""

from __future__ import annotations

from rasa_sdk import Action, Tracker
from rasa_sdk.events import EventType
from rasa_sdk.executor import CollectingDispatcher
from rasa_sdk.types import DomainDict

from actions.adapter import core, moment, state_of
from wegwijzer.catalogue.search import find_by_name
from wegwijzer.dialogue.wording import contact_text


class ActionInfo(Action):
    """What it is and how to get there: of the organisation named, or of the one just suggested."""

    def name(self) -> str:
        """Answers a question about a place or organisation."""
        return "action_info"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: DomainDict) -> list[EventType]:
        """Look it up by name, then by what we suggested."""
        catalogue, state = core().catalogue, state_of(tracker)
        found = find_by_name(catalogue, str(tracker.latest_message.get("text") or ""))
        found = found or (catalogue.initiatives.get(state.suggestie) if state.suggestie else None)
        if found is None:
            dispatcher.utter_message(response="utter_vraag_later")
        else:
            contact = contact_text(found, catalogue, moment())
            dispatcher.utter_message(response="utter_info", naam=found.name, wat=found.summary, contact=contact)
        return []
