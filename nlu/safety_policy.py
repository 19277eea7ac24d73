"""Gives :mod:`wegwijzer.dialogue.safety` the first word on every turn, in every state, without the action server."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import ActionExecuted, ActiveLoop, Event, SlotSet
from rasa.shared.core.trackers import DialogueStateTracker

from nlu.crisis_detector import DANGER
from nlu.halte_classifier import HALTES
from nlu.rule_like_policy import RuleLikePolicy, actions_this_turn
from nlu.soort_classifier import LANGUAGE
from wegwijzer.dialogue.listening import CLEAR
from wegwijzer.dialogue.planning import ADULT
from wegwijzer.dialogue.safety import Turn, safety_move
from wegwijzer.vocabulary import VoorWie


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.POLICY_WITHOUT_END_TO_END_SUPPORT, is_trainable=True)
class SafetyPolicy(RuleLikePolicy):
    """Danger before everything else."""

    def choose(self, tracker: DialogueStateTracker, domain: Domain) -> tuple[str, Iterable[Event]] | None:
        """See :func:`safety_move`."""
        if tracker.latest_message is None or tracker.is_paused():
            return None
        move = safety_move(_turn(tracker, actions_this_turn(tracker)))
        if move is None or move.action not in domain.action_names_or_texts:
            return None
        events: list[Event] = [SlotSet(slot, value) for slot, value in move.slots.items()]
        if move.leave_form and tracker.active_loop_name:
            events.append(ActiveLoop(None))
        return move.action, events


def _turn(tracker: DialogueStateTracker, done: list[ActionExecuted]) -> Turn:
    parsed = tracker.latest_message.parse_data if tracker.latest_message else {}
    danger = parsed.get(DANGER) or {}
    return Turn(
        kind=danger.get("soort"),
        tier=danger.get("trap"),
        intent=str(parsed.get("soort") or (parsed.get("intent") or {}).get("name") or ""),
        text=str(parsed.get("text") or ""),
        source=str(danger.get("bron") or ""),
        confidence=float(danger.get("zeker") or 0.0),
        asked=tracker.get_slot("requested_slot"),
        fase=tracker.get_slot("fase"),
        zorgvraag=tracker.get_slot("zorgvraag"),
        zorg_gevraagd=tuple(tracker.get_slot("zorg_gevraagd") or ()),
        done=tuple(event.action_name or "" for event in done),
        about_other=tracker.get_slot("voor_wie") == VoorWie.ANDER or _tells_of_another(parsed),
        child=_is_child(tracker, parsed),
        in_form=tracker.active_loop_name is not None,
        human_asked=bool(tracker.get_slot("overdracht")),
        foreign=any(entity.get("entity") == LANGUAGE for entity in parsed.get("entities") or ()),
    )


def _is_child(tracker: DialogueStateTracker, parsed: Mapping[str, Any]) -> bool:
    said = [entity["value"] for entity in parsed.get("entities") or () if entity.get("entity") == "leeftijd"]
    age = said[0] if said else tracker.get_slot("leeftijd")
    return age is not None and age < ADULT and tracker.get_slot("voor_wie") != VoorWie.ANDER


def _tells_of_another(parsed: Mapping[str, Any]) -> bool:
    return any(halte["id"] == "signaleren" and halte["confidence"] >= CLEAR for halte in parsed.get(HALTES) or ())
