"""Looking back: was it good, may we ask later, may we learn from it, and did it work. See ``wegwijzer/aftercare``."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import EventType, SlotSet
from rasa_sdk.executor import CollectingDispatcher
from rasa_sdk.types import DomainDict

from actions.adapter import core, danger_seen, now
from actions.handover import settings
from wegwijzer.aftercare.answers import GOOD, NO, NOT_FOR_ME, NOT_GOOD, NOT_YET, YES
from wegwijzer.aftercare.asking import ACTION, STEP_SEEN, Does, Turn, look_back, may_learn
from wegwijzer.aftercare.assembly import own_learning, own_store, template_of
from wegwijzer.aftercare.counting import count_answer
from wegwijzer.aftercare.models import UNKNOWN, AftercareUnavailable, Later
from wegwijzer.aftercare.moments import choices_now, due_at, way_of, words_of
from wegwijzer.aftercare.questions import Question
from wegwijzer.aftercare.titles import late_titles
from wegwijzer.aftercare.unclear import Unclear, unclear_in
from wegwijzer.catalogue.nazorg import NazorgKeuze
from wegwijzer.learning.store import LearningUnavailable
from wegwijzer.privacy.redaction import own_redactor

log = logging.getLogger(__name__)

SLOT, OPINION, LATER, ANSWER = "terugblik", "mening", "nazorg", "nazorg_antwoord"

MOST_WHEN = 3
"""How often the question about later is put at most, an explanation included, before a yes without a moment is let go."""


class ActionTerugblik(Action):
    """Asks one question, or hears the answer to it."""

    def name(self) -> str:
        """Predicted by ``nlu/review_policy.py``."""
        return ACTION

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: DomainDict) -> list[EventType]:
        """What :func:`look_back` says, of the same turn as the policy saw."""
        turn = turn_of(tracker)
        move = look_back(turn)
        talk = _Talk(dispatcher, tracker, turn)
        if move is None or move.question is None:
            # Not the slot of the questions: that would open the last one again.
            return [SlotSet(OPINION, turn.mening)]
        if move.does is Does.HEAR:
            return _HEARD[move.question](talk, move.answer)
        if move.does is Does.EXPLAIN:
            talk.say(_WHY[move.question])
        return talk.ask(move.question)


class _Talk:
    """One turn of looking back.

    Args:
        dispatcher: says it.
        tracker: the conversation.
        turn: what is known of it.
    """

    def __init__(self, dispatcher: CollectingDispatcher, tracker: Tracker, turn: Turn) -> None:
        self.dispatcher, self.tracker, self.turn = dispatcher, tracker, turn

    def say(self, response: str, **fill: Any) -> None:
        """Say a response."""
        self.dispatcher.utter_message(response=response, **fill)

    def ask(self, question: Question, response: str = "") -> list[EventType]:
        """Ask it; until the next message it is open."""
        _ASKED[question](self, response)
        return [SlotSet(SLOT, [*self.turn.asked, question.value])]

    def ends(self, response: str) -> list[EventType]:
        """Say this; and when something was not understood, ask whether a colleague may read that."""
        self.say(response)
        return self.ask(Question.LEREN) if may_learn(self.turn) else []

    @property
    def channel(self) -> str:
        """Where the person talks."""
        return str(self.tracker.get_latest_input_channel() or "")

    def moments(self) -> list[NazorgKeuze]:
        """When this person can be asked, on this channel."""
        kept = core().catalogue.nazorg
        return choices_now(kept, now(), way_of(self.channel, template_of(settings(), self.channel))) if kept else []

    def unclear(self) -> list[Unclear]:
        """What was not understood, as it may be kept."""
        return unclear_in(self.tracker.events, own_redactor().redact)


# ---------------------------------------------------------------------- asking

_WHY: Mapping[Question, str] = {
    Question.MENING: "utter_mening_waarom",
    Question.NAZORG: "utter_nazorg_waarom",
    Question.LEREN: "utter_leren_waarom",
    Question.GELUKT: "utter_gelukt_waarom",
}


def _ask_opinion(talk: _Talk, response: str) -> None:
    after_yes = not talk.turn.done and talk.turn.intent in STEP_SEEN
    talk.say("utter_mening_na_ja" if after_yes else "utter_mening")


def _ask_later(talk: _Talk, response: str) -> None:
    kept = core().catalogue.nazorg
    titles = [*(choice.label for choice in talk.moments()), kept.nee if kept else ""]
    buttons = [{"title": title, "payload": title} for title in titles if title]
    talk.say(response or "utter_nazorg_vraag", buttons=buttons)


def _ask_learning(talk: _Talk, response: str) -> None:
    talk.say("utter_leren_vraag", zinnen="\n".join(f'- "{one.text}"' for one in talk.unclear()))


def _ask_worked(talk: _Talk, response: str) -> None:
    """Again, after a question back."""
    later = _asked_later(talk)
    known = core().catalogue.initiatives.get(later.record) if later else None
    if known is not None:
        talk.say("utter_gelukt_vraag", naam=known.name)


_ASKED: Mapping[Question, Callable[[_Talk, str], None]] = {
    Question.MENING: _ask_opinion,
    Question.NAZORG: _ask_later,
    Question.LEREN: _ask_learning,
    Question.GELUKT: _ask_worked,
    Question.ANDERS: lambda talk, response: talk.say("utter_mening_niet"),
}


# ---------------------------------------------------------------------- hearing


def _opinion(talk: _Talk, answer: str) -> list[EventType]:
    heard: list[EventType] = [SlotSet(OPINION, answer)]
    talk.turn = replace(talk.turn, mening=answer)
    if answer == NOT_GOOD:
        return [*heard, *talk.ask(Question.ANDERS)]
    if answer != GOOD:
        talk.say("utter_mening_overgeslagen")
        return heard
    if Question.NAZORG not in talk.turn.asked and not danger_seen(talk.tracker) and talk.moments():
        return [*heard, *talk.ask(Question.NAZORG)]
    return [*heard, *talk.ends("utter_mening_goed_kort" if may_learn(talk.turn) else "utter_mening_goed")]


def _enough(talk: _Talk, answer: str) -> list[EventType]:
    return talk.ends("utter_terugblik_klaar")


def _later(talk: _Talk, answer: str) -> list[EventType]:
    moments = {choice.id: choice for choice in talk.moments()}
    if answer == YES and len(moments) == 1:
        answer = next(iter(moments))
    if answer == YES and moments and talk.turn.asked.count(Question.NAZORG) < MOST_WHEN:
        return talk.ask(Question.NAZORG, "utter_nazorg_wanneer")
    if answer not in moments:
        said_no = answer == NO
        return [SlotSet(LATER, NO), *talk.ends("utter_nazorg_nee" if said_no else "utter_nazorg_lukt_niet")]
    if not _plan(talk, moments[answer]):
        return [SlotSet(LATER, NO), *talk.ends("utter_nazorg_lukt_niet")]
    talk.say("utter_nazorg_ja", wanneer=moments[answer].wanneer)
    learns = talk.ask(Question.LEREN) if may_learn(talk.turn) else []
    return [SlotSet(LATER, answer), *learns]


def _plan(talk: _Talk, choice: NazorgKeuze) -> bool:
    """Write down that this person may be asked. Whether that could be."""
    kept, slots = core().catalogue.nazorg, talk.tracker.slots
    due = due_at(choice, kept, now(), way_of(talk.channel, template_of(settings(), talk.channel))) if kept else None
    if due is None or not slots.get("suggestie"):
        return False
    haltes = slots.get("haltes") or [UNKNOWN]
    try:
        own_store().plan(talk.tracker.sender_id, talk.channel, str(slots["suggestie"]), str(haltes[0]), due.timestamp())
    except AftercareUnavailable as error:
        log.error("aftercare: nobody is asked later: %s", error)
        return False
    return True


def _learning(talk: _Talk, answer: str) -> list[EventType]:
    talk.say("utter_leren_nee" if answer != YES else "utter_leren_ja" if _give(talk) else "utter_leren_lukt_niet")
    return []


def _give(talk: _Talk) -> bool:
    """Keep what was shown, and which it was, so that it can be taken back with the conversation."""
    shown = talk.unclear()
    try:
        kept = own_learning().keep([one.text for one in shown], [one.guesses for one in shown])
    except LearningUnavailable as error:
        log.error("aftercare: nothing is kept to learn from: %s", error)
        return False
    try:
        own_store().gave(talk.tracker.sender_id, kept)
    except AftercareUnavailable as error:
        log.error("aftercare: what was kept could not be tied to its conversation, and is taken back: %s", error)
        own_learning().withdraw(kept)
        return False
    return bool(kept)


def _worked(talk: _Talk, answer: str) -> list[EventType]:
    heard: list[EventType] = [SlotSet(ANSWER, answer)]
    try:
        later = own_store().answered(talk.tracker.sender_id)
    except AftercareUnavailable as error:
        log.error("aftercare: an answer is not counted: %s", error)
        later = None
    if later is not None:
        count_answer(settings(), later, answer)
    if answer == NOT_YET and later is not None:
        # So that "hoe begin ik?" knows what it is about: this conversation may be a new one.
        heard += [SlotSet("suggestie", later.record), SlotSet("fase", "stap")]
    talk.say({NOT_YET: "utter_gelukt_nog_niet", NOT_FOR_ME: "utter_gelukt_niets"}.get(answer, "utter_gelukt_ja"))
    return heard


def _asked_later(talk: _Talk) -> Later | None:
    try:
        return own_store().of(talk.tracker.sender_id)
    except AftercareUnavailable as error:
        log.error("aftercare: %s", error)
        return None


_HEARD: Mapping[Question, Callable[[_Talk, str], list[EventType]]] = {
    Question.MENING: _opinion,
    Question.ANDERS: _enough,
    Question.NAZORG: _later,
    Question.LEREN: _learning,
    Question.GELUKT: _worked,
}


# ---------------------------------------------------------------------- the turn, as the policy sees it


def turn_of(tracker: Tracker) -> Turn:
    """The same as ``nlu/review_policy.py`` makes of Rasa's tracker."""
    slots, parsed = tracker.slots, tracker.latest_message
    kept = core().catalogue.nazorg
    elsewhere = slots.get("overdracht") or slots.get("zorgvraag") or (tracker.active_loop or {}).get("name")
    return Turn(
        asked=tuple(slots.get(SLOT) or ()),
        open=_asked_just_before(tracker.events),
        intent=str((parsed.get("intent") or {}).get("name") or ""),
        text=str(parsed.get("text") or ""),
        done=_done(tracker.events),
        busy=bool(tracker.is_paused() or elsewhere),
        fase=slots.get("fase"),
        suggestie=slots.get("suggestie"),
        mening=slots.get(OPINION),
        answered=slots.get(ANSWER),
        danger=lambda: danger_seen(tracker),
        unclear=lambda: bool(unclear_in(tracker.events, own_redactor().redact)),
        choices=words_of(kept.keuzes) if kept else {},
        titles=late_titles(kept),
    )


def _done(events: list[dict[str, Any]]) -> tuple[str, ...]:
    names: list[str] = []
    for event in reversed(events):
        if event.get("event") == "user":
            break
        if event.get("event") == "action" and event.get("name") not in (None, "action_listen"):
            names.append(str(event["name"]))
    return tuple(names[::-1])


def _asked_just_before(events: list[dict[str, Any]]) -> bool:
    heard = 0
    for event in reversed(events):
        if event.get("event") == "user":
            heard += 1
            if heard == 2:
                return False
        elif heard == 1 and event.get("event") == "slot" and event.get("name") == SLOT:
            return bool(event.get("value"))
    return False
