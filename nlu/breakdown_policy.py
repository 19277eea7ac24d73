"""When an action fails or the action server is away, the person gets a kind sentence and a phone number, not silence.

Rasa logs an action that raised as if it had run, with no events (RasaHQ/rasa#5588). Every action of ours records at
least one event when it works, so an action without events is one that broke.
"""

from __future__ import annotations

from collections.abc import Iterable

import rasa.core.actions.action
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import ActionExecuted, Event
from rasa.shared.core.trackers import DialogueStateTracker

from nlu.rule_like_policy import RuleLikePolicy, actions_this_turn

SORRY = "utter_storing"
LISTEN = "action_listen"

WAIT_SECONDS = 10
"""How long to wait for the action server; Rasa's default of 300 leaves a person staring at nothing."""

rasa.core.actions.action.DEFAULT_REQUEST_TIMEOUT = WAIT_SECONDS


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.POLICY_WITHOUT_END_TO_END_SUPPORT, is_trainable=True)
class BreakdownPolicy(RuleLikePolicy):
    """Says sorry after an action that broke."""

    def choose(self, tracker: DialogueStateTracker, domain: Domain) -> tuple[str, Iterable[Event]] | None:
        """``utter_storing`` after a broken action, then listen."""
        done = actions_this_turn(tracker)
        if not done:
            return None
        if done[-1].action_name == SORRY:
            return LISTEN, ()
        if tracker.events and tracker.events[-1] is done[-1] and _needs_server(done[-1], domain):
            return SORRY, ()
        return None


def _needs_server(event: ActionExecuted, domain: Domain) -> bool:
    name = event.action_name or ""
    return (name in domain.user_actions and not name.startswith("utter_")) or name in domain.form_names
