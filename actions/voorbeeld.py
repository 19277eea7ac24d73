"""How another resident did it: told only when asked for, each story once."""

from __future__ import annotations

from dataclasses import replace

from rasa_sdk import Action, Tracker
from rasa_sdk.events import EventType
from rasa_sdk.executor import CollectingDispatcher
from rasa_sdk.types import DomainDict

from actions.adapter import core, danger_seen, events_for, state_of
from wegwijzer.catalogue.models import Route
from wegwijzer.dialogue.state import State
from wegwijzer.matching.routes import fitting_route
from wegwijzer.vocabulary import VoorWie


class ActionVoorbeeld(Action):
    """Tells the road of somebody like this person."""

    def name(self) -> str:
        """Answers *hoe deed iemand anders het?*."""
        return "action_voorbeeld"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: DomainDict) -> list[EventType]:
        """Tell it and remember that it was told; or say that there is none."""
        state = state_of(tracker)
        route = route_for(state, tracker)
        if route is None:
            dispatcher.utter_message(response="utter_voorbeeld_geen")
            return []
        dispatcher.utter_message(response="utter_voorbeeld", verhaal=route.story)
        return events_for(state, replace(state, verhalen=(*state.verhalen, route.id)))


def route_for(state: State, tracker: Tracker) -> Route | None:
    """The route that fits and was not told; none in a conversation that was about danger."""
    if danger_seen(tracker):
        return None
    routes, voor_wie = core().catalogue.routes.values(), VoorWie(state.voor_wie or VoorWie.ZELF)
    return fitting_route(routes, state.haltes, voor_wie, state.leeftijd, state.suggestie, state.verhalen)


def offer_route(state: State, tracker: Tracker) -> list[dict[str, str]]:
    """The button that asks for it, when there is one to tell."""
    if route_for(state, tracker) is None:
        return []
    title = core().catalogue.sentences.answers["knop"]["voorbeeld"]
    return [{"title": title, "payload": title}]
