"""Between Rasa's action server and the core: tracker to state, state to events, and the things that are loaded once."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

from rasa_sdk import Tracker
from rasa_sdk.events import EventType, SlotSet

from wegwijzer.catalogue.loading import Catalogue, load_catalogue
from wegwijzer.catalogue.store import CatalogueStore, StoreUnavailable
from wegwijzer.dialogue.asking import Answerer
from wegwijzer.dialogue.listening import Listener, Message
from wegwijzer.dialogue.safety import ABOUT_DANGER, CARING_QUESTION, HELPLINES
from wegwijzer.dialogue.state import State
from wegwijzer.handover.crossing import RESPONSES, RESUMES
from wegwijzer.matching.moment import Moment
from wegwijzer.matching.offers import Offers
from wegwijzer.paths import CATALOGUE
from wegwijzer.settings import Settings
from wegwijzer.understanding.antwoorden import AnswerFinder
from wegwijzer.understanding.cues import load_cues
from wegwijzer.understanding.wijk import WijkFinder

log = logging.getLogger(__name__)

AMSTERDAM = ZoneInfo("Europe/Amsterdam")

PASSES_ON = frozenset(
    {"utter_storing", "utter_kennismaking", "utter_zorg_nummers", "utter_zorg_nee", "utter_zorg_open",
     "utter_collega_niet_duidelijk"}
)  # fmt: skip
"""Responses that leave the message they answered still to be heard."""

CAME_BACK = frozenset({RESPONSES[line] for line in RESUMES})
"""What the bot says when it talks again after a colleague."""

CARING_ANSWERED = frozenset({"utter_zorg_nee"})


@dataclass(frozen=True)
class Core:
    """The catalogue, what listens with it and what finds in it, loaded once per process.

    ``verified_within`` is the setting ``VERIFIED_WITHIN_MONTHS``.
    """

    catalogue: Catalogue
    listener: Listener
    offers: Offers
    verified_within: int
    answerer: Answerer


@lru_cache(maxsize=1)
def core() -> Core:
    """Load the catalogue, the recognisers and the store. Raises ``CatalogueError`` when a file is broken."""
    catalogue = load_catalogue(CATALOGUE)
    settings = Settings.from_environment()
    store = CatalogueStore(settings.catalogue_database)
    try:
        store.sync(catalogue)
    except StoreUnavailable as error:
        log.error("catalogue store unavailable: %s", error)
    answers = AnswerFinder(load_cues(CATALOGUE / "herkennen.yml"), catalogue.groepen)
    places = WijkFinder(catalogue.wijken)
    listener, answerer = Listener(catalogue, places, answers), Answerer.of(catalogue, places)
    return Core(catalogue, listener, Offers(catalogue, store), settings.verified_within_months, answerer)


def now() -> datetime:
    """The time in Utrecht."""
    return datetime.now(AMSTERDAM)


def moment() -> Moment:
    """The time in Utrecht, and how old a confirmation may be by then."""
    return Moment(now(), core().verified_within)


def state_of(tracker: Tracker) -> State:
    """The slots as a state."""
    return State.from_slots(tracker.slots)


def events_for(before: State, after: State) -> list[EventType]:
    """Slot events for what changed."""
    return [SlotSet(slot, value) for slot, value in after.changes(before).items()]


def unheard(tracker: Tracker) -> list[Message]:
    """Messages that no answer of ours has dealt with yet, oldest first.

    Usually that is the last message. A message that met a broken action server, or that a caring question came before,
    is still waiting and is heard now; the answer to a caring question is not.
    """
    turns = _turns(tracker.events)
    waiting: list[Message] = []
    for index, turn in enumerate(reversed(turns)):
        said = turn.responses
        if index == 0 and (turn.rejected or not set(said) <= PASSES_ON):
            return []
        if index > 0 and not _still_waiting(said):
            break
        if not set(said) & CARING_ANSWERED:
            waiting.append(turn.message)
    return waiting[::-1]


def only_goes_on(tracker: Tracker) -> bool:
    """Whether the last message says *ga verder* to a bot that just came back: the open question must be asked before it is
    answered, for the person has not seen it since the colleague came."""
    turns = _turns(tracker.events)
    if len(turns) < 2 or turns[-1].message.intent != "verder":
        return False
    return bool(turns[-2].responses) and turns[-2].responses[-1] in CAME_BACK


def _still_waiting(said: tuple[str, ...]) -> bool:
    """Whether a turn ended in a breakdown or a caring question, so that its message was not heard yet."""
    answers = [name for name in said if name != "utter_kennismaking"]
    return bool(answers) and all(name == "utter_storing" or name.startswith(CARING_QUESTION) for name in answers)


def danger_seen(tracker: Tracker) -> bool:
    """Whether this conversation was ever about danger: helplines were shown, or the caring question was asked."""
    said = (name for turn in _turns(tracker.events) for name in turn.responses)
    return any(name.startswith(ABOUT_DANGER) for name in said)


def safety_spoke(tracker: Tracker) -> bool:
    """Whether the safety protocol answered in this turn: then we do not also say that we did not understand."""
    turns = _turns(tracker.events)
    return bool(turns) and any(name.startswith("utter_zorg") for name in turns[-1].responses)


def helplines_shown(tracker: Tracker) -> bool:
    """Whether the numbers for danger were shown in this turn."""
    turns = _turns(tracker.events)
    return bool(turns) and any(name.startswith((HELPLINES, "utter_mens_nood")) for name in turns[-1].responses)


def said_before(tracker: Tracker) -> tuple[str, ...]:
    """Names of what the bot said just before the person asked for a human: the questions about a colleague left out."""
    turns = [turn.responses for turn in _turns(tracker.events)]
    answers = [said for said in turns if said and not any(name.startswith("utter_collega_") for name in said)]
    return answers[-1] if answers else ()


@dataclass(frozen=True)
class _Turn:
    message: Message
    responses: tuple[str, ...]
    rejected: bool


def _turns(events: Iterable[Mapping[str, Any]]) -> list[_Turn]:
    turns: list[_Turn] = []
    for event in events:
        kind = event.get("event")
        if kind in ("restart", "session_started"):
            turns = []
        elif kind == "user":
            turns.append(_Turn(_message(event), (), rejected=False))
        elif turns and kind == "bot":
            name = (event.get("metadata") or {}).get("utter_action") or "action"
            turns[-1] = _Turn(turns[-1].message, (*turns[-1].responses, name), turns[-1].rejected)
        elif turns and kind == "action_execution_rejected":
            turns[-1] = _Turn(turns[-1].message, turns[-1].responses, rejected=True)
    return turns


def _message(event: Mapping[str, Any]) -> Message:
    parsed = event.get("parse_data") or {}
    intent = parsed.get("intent") or {}
    kind = str(parsed.get("soort") or intent.get("name") or "")
    ranking = {item["name"]: float(item["confidence"]) for item in parsed.get("intent_ranking") or ()}
    haltes = tuple((item["id"], float(item["confidence"])) for item in parsed.get("haltes") or ())
    return Message(str(event.get("text") or ""), kind, ranking.get(kind, 1.0), haltes)
