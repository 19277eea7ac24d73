"""The step that ends the questions, and what a person can ask about it."""

from __future__ import annotations

from dataclasses import replace

from rasa_sdk import Action, Tracker
from rasa_sdk.events import EventType
from rasa_sdk.executor import CollectingDispatcher
from rasa_sdk.types import DomainDict

from actions.adapter import core, events_for, moment, now, state_of
from actions.voorbeeld import offer_route
from wegwijzer.catalogue.models import Initiative
from wegwijzer.dialogue.planning import Plan, Step, plan
from wegwijzer.dialogue.state import State
from wegwijzer.dialogue.wording import card, contact_text, first_step, people_text, step_parts
from wegwijzer.matching.people import certainly_there, people_to_ask, people_to_call
from wegwijzer.matching.ranking import score
from wegwijzer.vocabulary import Uitkomst, VoorWie

Buttons = list[dict[str, str]]
"""Buttons that come with a step besides those of its response."""

OUTCOMES = {
    Step.INITIATIEF: Uitkomst.INITIATIEF,
    Step.VRIJWILLIGER: Uitkomst.VRIJWILLIGER,
    Step.SIGNALEREN: Uitkomst.SIGNALEREN,
    Step.MENS: Uitkomst.MENS,
    Step.GEEN_MATCH: Uitkomst.MENS,
    Step.KINDERTELEFOON: Uitkomst.MENS,
    Step.BUITEN_UTRECHT: Uitkomst.BUITEN,
}


class ActionStap(Action):
    """Gives one concrete next step, or the human who knows more."""

    def name(self) -> str:
        """Follows the form."""
        return "action_stap"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: DomainDict) -> list[EventType]:
        """Plan, say, remember."""
        return give_step(dispatcher, state_of(tracker), tracker)


class ActionAnders(Action):
    """Something else: the next-best offer that was not shown yet."""

    def name(self) -> str:
        """Answers *iets anders*."""
        return "action_anders"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: DomainDict) -> list[EventType]:
        """Another step, or the start when there was none."""
        state = state_of(tracker)
        if not state.getoond:
            dispatcher.utter_message(response="utter_begin")
            return events_for(state, replace(state, fase="intake"))
        return give_step(dispatcher, state, tracker)


class ActionHoeBegin(Action):
    """How to take the step that was shown."""

    def name(self) -> str:
        """Answers *hoe begin ik?*."""
        return "action_hoe_begin"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: DomainDict) -> list[EventType]:
        """Three small steps with the words to say."""
        state = state_of(tracker)
        shown = _shown(state)
        if state.voor_wie == VoorWie.ANDER and state.getoond:
            dispatcher.utter_message(response="utter_signaal", **_signal_words(state))
        elif shown is None:
            dispatcher.utter_message(response="utter_begin")
        else:
            step = first_step(shown, state.voor_wie, core().catalogue)
            contact = contact_text(shown, core().catalogue, moment()).replace("\n", " ")
            dispatcher.utter_message(
                response="utter_hoe_begin", naam=shown.name, hoe=step.first_step, contact=contact, zin=step.first_words
            )
        return []


class ActionBewaar(Action):
    """What to write down, as text and as data that a page can print."""

    def name(self) -> str:
        """Answers *bewaar of print*."""
        return "action_bewaar"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: DomainDict) -> list[EventType]:
        """The name and how to get there."""
        state, catalogue, when = state_of(tracker), core().catalogue, moment()
        shown = _shown(state)
        if shown is None:
            dispatcher.utter_message(response="utter_begin")
        else:
            contact = contact_text(shown, catalogue, when)
            # Without a moment: a reason that is true today only does not belong on paper.
            kept = card(score(shown, state.profile(), catalogue), state, catalogue, when, "bewaar")
            dispatcher.utter_message(response="utter_bewaar", naam=shown.name, contact=contact, json_message=kept)
        return []


def give_step(dispatcher: CollectingDispatcher, state: State, tracker: Tracker) -> list[EventType]:
    """Say the step for this state and return the slots that remember it."""
    when = moment()
    planned = plan(state, core().catalogue, core().offers.to_name(state.profile(), when, state.getoond), when)
    shown = planned.match.initiative.id if planned.match else None
    stories = offer_route(replace(state, suggestie=shown), tracker) if shown else []
    _SAY[planned.step](dispatcher, state, planned, stories)
    after = replace(
        state,
        fase="stap",
        uitkomst=OUTCOMES[planned.step].value,
        suggestie=shown or state.suggestie,
        besproken=None,
        getoond=tuple(dict.fromkeys((*state.getoond, shown))) if shown else state.getoond,
    )
    return events_for(replace(state, fase=None), after)


def _offer(dispatcher: CollectingDispatcher, state: State, planned: Plan, stories: Buttons) -> None:
    assert planned.match is not None  # noqa: S101 - plan() gives a match with these steps
    catalogue, when = core().catalogue, moment()
    parts = step_parts(planned.match, state.voor_wie, catalogue, when)
    response = "utter_stap_vrijwilliger" if planned.step is Step.VRIJWILLIGER else "utter_stap"
    dispatcher.utter_message(response=response, json_message=card(planned.match, state, catalogue, when), **parts)
    if parts["zin"]:
        dispatcher.utter_message(response="utter_stap_zin", buttons=stories, zin=parts["zin"])
    else:
        dispatcher.utter_message(response="utter_stap_keuzes", buttons=stories)


def _signal(dispatcher: CollectingDispatcher, state: State, planned: Plan, stories: Buttons) -> None:
    catalogue = core().catalogue
    if not state.getoond:
        dispatcher.utter_message(response="utter_signaal", **_signal_words(state))
    if planned.match is None:
        _nobody(dispatcher, state, planned, stories)
        return
    when = moment()
    parts = step_parts(planned.match, state.voor_wie, catalogue, when)
    drawn = card(planned.match, state, catalogue, when)
    dispatcher.utter_message(response="utter_signaal_wie", buttons=stories, json_message=drawn, **parts)


def _signal_words(state: State) -> dict[str, str]:
    """What to say and do, for the theme of the other person when we have words for it."""
    haltes = core().catalogue.haltes
    themes = [haltes[halte] for halte in state.haltes if haltes[halte].say_other]
    theme = next((halte for halte in themes if halte.id != "signaleren"), haltes["signaleren"])
    return {"zin": theme.say_other, "gebaar": theme.do_other}


def _nobody(dispatcher: CollectingDispatcher, state: State, planned: Plan, stories: Buttons) -> None:
    """Nothing fits: who knows more, and who is there now. When it is us who did not understand: who is there now."""
    catalogue, time = core().catalogue, now()
    reachable = people_to_call(catalogue, state.haltes, time)
    if planned.step is Step.MENS:
        dispatcher.utter_message(response="utter_mens_na_gok", lijnen=people_text(reachable, catalogue))
        return
    guides = people_to_ask(catalogue, state.haltes)
    others = [line for line in certainly_there(reachable, time) or reachable if line not in guides]
    dispatcher.utter_message(
        response="utter_geen_match", lijnen=people_text(guides, catalogue, time), nu=people_text(others, catalogue)
    )


def _child(dispatcher: CollectingDispatcher, state: State, planned: Plan, stories: Buttons) -> None:
    dispatcher.utter_message(response="utter_kindertelefoon")


def _elsewhere(dispatcher: CollectingDispatcher, state: State, planned: Plan, stories: Buttons) -> None:
    dispatcher.utter_message(response="utter_buiten_utrecht", plaats=state.buiten_utrecht)


_SAY = {
    Step.INITIATIEF: _offer,
    Step.VRIJWILLIGER: _offer,
    Step.SIGNALEREN: _signal,
    Step.MENS: _nobody,
    Step.GEEN_MATCH: _nobody,
    Step.KINDERTELEFOON: _child,
    Step.BUITEN_UTRECHT: _elsewhere,
}


def _shown(state: State) -> Initiative | None:
    return core().catalogue.initiatives.get(state.suggestie) if state.suggestie else None
