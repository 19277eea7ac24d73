"""Listening and asking: the form's validation (which listens, and decides what to ask) and the questions with a choice."""

from __future__ import annotations

from dataclasses import replace

from rasa_sdk import Action, Tracker
from rasa_sdk.events import EventType, SlotSet
from rasa_sdk.executor import CollectingDispatcher
from rasa_sdk.types import DomainDict

from actions.adapter import core, events_for, moment, only_goes_on, safety_spoke, state_of, unheard
from actions.handover import STEP
from actions.info import say_answer
from wegwijzer.dialogue.listening import Message, Outcome
from wegwijzer.dialogue.planning import ask_next
from wegwijzer.dialogue.state import State
from wegwijzer.dialogue.wording import reflection
from wegwijzer.matching.profile import ASKABLE
from wegwijzer.vocabulary import VoorWie

QUESTIONS = frozenset({*ASKABLE[VoorWie.ZELF], "situatie", "voor_wie"})
"""Slots that count towards the most questions we ask."""

REQUESTED = "requested_slot"

QUESTIONS_BACK = frozenset({"vraag_aanbod", "vraag_info"})
"""Intents that may ask after one thing: "is er een breiclub in Zuilen?" tells where somebody lives and wants an answer."""


class ValidateIntakeForm(Action):
    """Hears what was said and says which slot comes next; ``requested_slot: null`` ends the form."""

    def name(self) -> str:
        """Rasa calls this on every message while the form is active, and when it starts."""
        return "validate_intake_form"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: DomainDict) -> list[EventType]:
        """Slot events; only ``requested_slot`` (unchanged) when the message was a question back, left to the rules."""
        before, asked = state_of(tracker), tracker.slots.get(REQUESTED)
        if asked and only_goes_on(tracker):
            # Rasa takes a form that sets no slot but this one for refused.
            return [SlotSet(STEP, None), SlotSet(REQUESTED, asked)]
        listener, state, gentle = core().listener, before, safety_spoke(tracker)
        waiting = unheard(tracker)
        answered: list[EventType] = []
        for message in waiting:
            heard = listener.listen(state, message, asked)
            if heard.outcome is Outcome.INTERRUPTION:
                continue
            if told := _answered(dispatcher, message, gentle):
                answered = told
                state = heard.state if asked in (None, "situatie") else _with_facts(state, heard.state)
                continue
            if gentle and heard.outcome is Outcome.NOT_UNDERSTOOD:
                continue
            if gentle and asked in heard.state.overgeslagen:
                # What was told in answer to a caring question is kept; that it is no answer to ours skips nothing.
                state = replace(heard.state, overgeslagen=state.overgeslagen)
                continue
            if heard.outcome is Outcome.NOT_UNDERSTOOD:
                dispatcher.utter_message(response="utter_niet_begrepen")
            elif asked and asked in heard.state.overgeslagen and state.pogingen and not heard.state.pogingen:
                dispatcher.utter_message(response="utter_geeft_niet")
            state = heard.state
        if state == before and asked and waiting and not gentle and not answered:
            return [SlotSet(REQUESTED, asked)]
        if state.klopt and not before.klopt and asked == "klopt" and state.klopt != "nee":
            dispatcher.utter_message(response="utter_dank_je")
        return [*answered, *self._next(before, state, asked, returns=bool(answered))]

    def _next(self, before: State, state: State, asked: str | None, returns: bool = False) -> list[EventType]:
        when = moment()
        following = ask_next(state, core().catalogue, core().offers.to_ask(state.profile(), when), when)
        again = state.pogingen > 0 or (returns and not getattr(state, str(asked), None))
        if asked in QUESTIONS and following in QUESTIONS and again and asked not in state.overgeslagen:
            # They told something else: what we asked comes back, rather than a new question.
            following = asked
        if following in QUESTIONS and following != asked:
            state = replace(state, vragen=state.vragen + 1)
        state = replace(state, fase="intake")
        return [*events_for(before, state), SlotSet(REQUESTED, following)]


def _with_facts(before: State, heard: State) -> State:
    """What a question of theirs tells besides: where and how old. It is no answer to our open question, which comes back."""
    return replace(
        before,
        wijk=heard.wijk,
        wijk_keuze=before.wijk_keuze if heard.wijk == before.wijk else (),
        leeftijd=heard.leeftijd,
        groepen=heard.groepen,
        noemt=heard.noemt,
    )


def _answered(dispatcher: CollectingDispatcher, message: Message, gentle: bool) -> list[EventType]:
    """Answer a question that was put to us while telling something; the events of the answer, empty when it was none."""
    if gentle or message.intent not in QUESTIONS_BACK:
        return []
    answer = core().answerer.direct(message.text, moment())
    return say_answer(dispatcher, answer) if answer is not None else []


class AskKlopt(Action):
    """Shows what we heard, in plain words, and asks whether that is right."""

    def name(self) -> str:
        """Asks for slot ``klopt``."""
        return "action_ask_klopt"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: DomainDict) -> list[EventType]:
        """The reflecting sentences of the first two haltes."""
        dispatcher.utter_message(response="utter_klopt", reflectie=reflection(state_of(tracker), core().catalogue))
        return []


class AskHalteKeuze(Action):
    """Offers the next-best guesses as buttons, with a way out."""

    def name(self) -> str:
        """Asks for slot ``halte_keuze``."""
        return "action_ask_halte_keuze"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: DomainDict) -> list[EventType]:
        """Three guesses: what the classifier thought next, then what is related."""
        state, haltes = state_of(tracker), core().catalogue.haltes
        related = [other for halte in state.haltes for other in haltes[halte].related]
        wrong = state.haltes[:1]
        guesses = list(dict.fromkeys(halte for halte in (*state.haltes[1:], *state.gokken, *related) if halte not in wrong))[:3]
        answers = core().catalogue.sentences.answers["knop"]
        titles = [haltes[halte].label for halte in guesses] + [answers["geen"], answers["mens"]]
        response = "utter_halte_keuze" if state.klopt else "utter_halte_keuze_eerst"
        dispatcher.utter_message(response=response, buttons=_buttons(titles))
        return []


class AskWijk(Action):
    """Asks where; when a word may mean several wijken, offers those."""

    def name(self) -> str:
        """Asks for slot ``wijk``."""
        return "action_ask_wijk"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: DomainDict) -> list[EventType]:
        """One question; the choice as buttons when there is one."""
        state, catalogue = state_of(tracker), core().catalogue
        if state.wijk_keuze:
            titles = [catalogue.wijk(wijk).name for wijk in state.wijk_keuze] + [catalogue.sentences.answers["knop"]["overslaan"]]
            dispatcher.utter_message(response="utter_wijk_keuze", buttons=_buttons(titles))
        else:
            dispatcher.utter_message(response="utter_vraag_wijk")
        return []


def _buttons(titles: list[str]) -> list[dict[str, str]]:
    return [{"title": title, "payload": title} for title in titles]
