"""Gives :mod:`wegwijzer.aftercare.asking` its word, after danger, failures and colleagues had theirs: looking back."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache

from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import BotUttered, Event, SlotSet, UserUttered
from rasa.shared.core.trackers import DialogueStateTracker

from channels.aftercare import into_rasa
from nlu.rule_like_policy import RuleLikePolicy, actions_this_turn
from wegwijzer.aftercare.asking import Turn, look_back
from wegwijzer.aftercare.moments import words_of
from wegwijzer.aftercare.titles import late_titles
from wegwijzer.aftercare.unclear import FALLBACK, NOT_UNDERSTOOD
from wegwijzer.catalogue.loading import load_catalogue
from wegwijzer.catalogue.nazorg import Nazorg
from wegwijzer.dialogue.safety import ABOUT_DANGER
from wegwijzer.paths import CATALOGUE

SLOT = "terugblik"
ELSEWHERE = ("overdracht", "zorgvraag")
"""While one of these holds a question, another question is open than ours."""

into_rasa()


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.POLICY_WITHOUT_END_TO_END_SUPPORT, is_trainable=True)
class ReviewPolicy(RuleLikePolicy):
    """Was it good, and did it work: asked where there is room for it, heard only when it is an answer."""

    def choose(self, tracker: DialogueStateTracker, domain: Domain) -> tuple[str, Iterable[Event]] | None:
        """See :func:`look_back`."""
        if tracker.latest_message is None:
            return None
        parsed = tracker.latest_message.parse_data or {}
        asked, is_open = tuple(tracker.get_slot(SLOT) or ()), _asked_just_before(tracker)
        move = look_back(
            Turn(
                asked=asked,
                open=is_open,
                intent=str((parsed.get("intent") or {}).get("name") or ""),
                text=str(tracker.latest_message.text or ""),
                done=tuple(event.action_name or "" for event in actions_this_turn(tracker)),
                busy=tracker.is_paused() or any(map(tracker.get_slot, ELSEWHERE)) or tracker.active_loop_name is not None,
                fase=tracker.get_slot("fase"),
                suggestie=tracker.get_slot("suggestie"),
                mening=tracker.get_slot("mening"),
                answered=tracker.get_slot("nazorg_antwoord"),
                danger=lambda: _danger(tracker),
                unclear=lambda: _unclear(tracker),
                choices=words_of(kept.keuzes) if asked and (kept := _kept()) else None,
                titles=late_titles(_kept()) if asked else None,
            )
        )
        return None if move is None or move.action not in domain.action_names_or_texts else (move.action, ())


def _asked_just_before(tracker: DialogueStateTracker) -> bool:
    """Whether a question of ours was asked after the message before this one."""
    heard = 0
    for event in reversed(tracker.events):
        if isinstance(event, UserUttered):
            heard += 1
            if heard == 2:
                return False
        elif heard == 1 and isinstance(event, SlotSet) and event.key == SLOT:
            return bool(event.value)
    return False


def _danger(tracker: DialogueStateTracker) -> bool:
    return any(
        isinstance(event, BotUttered) and str((event.metadata or {}).get("utter_action") or "").startswith(ABOUT_DANGER)
        for event in tracker.events
    )


def _unclear(tracker: DialogueStateTracker) -> bool:
    """Whether something may have been said that the bot did not understand; the action looks closer."""
    return any(
        event.intent_name == FALLBACK
        if isinstance(event, UserUttered)
        else isinstance(event, BotUttered) and (event.metadata or {}).get("utter_action") in NOT_UNDERSTOOD
        for event in tracker.events
    )


@lru_cache(maxsize=1)
def _kept() -> Nazorg | None:
    return load_catalogue(CATALOGUE).nazorg
