"""A policy that decides by code, not by training: the base of our safety and breakdown policies."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from rasa.core.featurizers.tracker_featurizers import TrackerFeaturizer
from rasa.core.policies.policy import Policy, PolicyPrediction, SupportedData
from rasa.engine.graph import ExecutionContext
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import ActionExecuted, Event
from rasa.shared.core.generator import TrackerWithCachedStates
from rasa.shared.core.trackers import DialogueStateTracker


class RuleLikePolicy(Policy):
    """Predicts one action with full confidence, or nothing.

    Its predictions overrule the form: Rasa gives a prediction that does not depend on what the user said
    (``is_no_user_prediction``) precedence, and among those the policy with the highest priority wins.
    """

    priority_above_rules: int = 100

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """The priority stands in ``config.yml`` too, so that a reader sees the order."""
        return {"priority": RuleLikePolicy.priority_above_rules}

    @staticmethod
    def supported_data() -> SupportedData:
        """We learn nothing, but rule data may be present."""
        return SupportedData.ML_AND_RULE_DATA

    def _create_featurizer(self) -> TrackerFeaturizer | None:
        return None

    def train(self, training_trackers: list[TrackerWithCachedStates], domain: Domain, **kwargs: Any) -> Resource:
        """Nothing to train."""
        return self._resource

    @classmethod
    def load(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
        **kwargs: Any,
    ) -> RuleLikePolicy:
        """Nothing to load."""
        return cls(config, model_storage, resource, execution_context)

    def predict_action_probabilities(
        self, tracker: DialogueStateTracker, domain: Domain, rule_only_data: dict[str, Any] | None = None, **kwargs: Any
    ) -> PolicyPrediction:
        """Ask :meth:`choose` and turn the answer into a prediction."""
        probabilities = [0.0] * domain.num_actions
        choice = self.choose(tracker, domain)
        if choice is None:
            return self._prediction(probabilities)
        action, events = choice
        probabilities[domain.index_for_action(action)] = 1.0
        return self._prediction(probabilities, optional_events=list(events), is_no_user_prediction=True)

    def choose(self, tracker: DialogueStateTracker, domain: Domain) -> tuple[str, Iterable[Event]] | None:
        """The action to take and events to record with it, or ``None``."""
        raise NotImplementedError


def actions_this_turn(tracker: DialogueStateTracker) -> list[ActionExecuted]:
    """What the bot did since the last message of the user, oldest first, without listening."""
    done: list[ActionExecuted] = []
    # Not ``applied_events()``: that leaves out what a form undid, the last message included.
    for event in reversed(tracker.events):
        if event.type_name == "user":
            break
        if isinstance(event, ActionExecuted) and event.action_name and event.action_name != "action_listen":
            done.append(event)
    return done[::-1]
