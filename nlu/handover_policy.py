"""Gives :mod:`wegwijzer.handover.asking` its word: asking whether a colleague may come, and being silent while one talks."""

from __future__ import annotations

from collections.abc import Iterable

from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import ActiveLoop, Event, SlotSet
from rasa.shared.core.trackers import DialogueStateTracker

from channels.handover import into_rasa
from nlu.rule_like_policy import RuleLikePolicy, actions_this_turn
from wegwijzer.handover.asking import Turn, handover_move, is_way_out

SLOT = "overdracht"

into_rasa()


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.POLICY_WITHOUT_END_TO_END_SUPPORT, is_trainable=True)
class HandoverPolicy(RuleLikePolicy):
    """Consent before a colleague comes; silence while one is there."""

    def choose(self, tracker: DialogueStateTracker, domain: Domain) -> tuple[str, Iterable[Event]] | None:
        """See :func:`handover_move`."""
        if tracker.latest_message is None:
            return None
        parsed = tracker.latest_message.parse_data or {}
        intent, text = str((parsed.get("intent") or {}).get("name") or ""), str(tracker.latest_message.text or "")
        paused = tracker.is_paused()
        done = tuple(event.action_name or "" for event in actions_this_turn(tracker))
        # Rasa only asks a paused conversation for its next action when channels/handover.py says that the bot may speak.
        forsaken = paused and not is_way_out(intent, text)
        move = handover_move(
            Turn(tracker.get_slot(SLOT), paused, forsaken, intent, text, done, in_form=tracker.active_loop_name is not None)
        )
        if move is None or move.action not in domain.action_names_or_texts:
            return None
        events: list[Event] = []
        if move.drops:
            events.append(SlotSet(SLOT, None))
            if tracker.active_loop_name:
                events += [SlotSet("requested_slot", None), ActiveLoop(None)]
        return move.action, events
