"""Lets Rasa choose the next action without working out what cannot change the choice. What it chooses stays the same.

Of every choice Rasa asks all policies, and each that learned goes through the whole conversation: the rules twice, once for the
text of a message and once for its intent. But a policy of ours that speaks up goes before all rules, a rule before what was only
memorised, rules of ours ask for intents and never for texts, and none looks further back than a few states.
"""

from __future__ import annotations

import json
import operator
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from channels.quick_trackers import HEARD

if TYPE_CHECKING:
    from rasa.core.policies.policy import PolicyPrediction
    from rasa.core.policies.rule_policy import RulePolicy
    from rasa.shared.core.domain import Domain, State
    from rasa.shared.core.events import Event
    from rasa.shared.core.trackers import DialogueStateTracker

LISTEN = "action_listen"
PREVIOUS, USER = "prev_action", "user"
"""Parts of a state, as Rasa names them: what the bot did last, and what was said to it."""

MOST = "most_states"
"""Where it stands, with a policy that is being asked, how many states are enough."""


def make_choices_quick() -> None:
    """From now on."""
    from rasa.core.policies.rule_policy import RulePolicy

    _match_fewer_rules(RulePolicy)
    _find_in_few_states(RulePolicy)


# ---------------------------------------------------------------------- which policies need not be asked


def is_policy(component: Any) -> bool:
    """Whether it chooses, and so has a priority."""
    from rasa.core.policies.policy import Policy

    return isinstance(component, Policy)


def silent(component: Any, given: Mapping[str, Any], predictions: Sequence[PolicyPrediction]) -> PolicyPrediction | None:
    """The prediction of a policy that need not be asked, for it can change nothing.

    Args:
        component: perhaps a policy.
        given: what it would be asked with.
        predictions: of the policies that were asked before it: those with a higher priority.
    """
    from rasa.core.policies.memoization import MemoizationPolicy
    from rasa.core.policies.policy import PolicyPrediction
    from rasa.core.policies.rule_policy import RulePolicy

    tracker, domain = given.get("tracker"), given.get("domain")
    if tracker is None or domain is None or not predictions:
        return None
    if type(component) is MemoizationPolicy:
        higher = [one for one in predictions if one.policy_priority > component.priority]
        needless = _overruled(predictions) or _certain(higher, tracker, domain)
    elif type(component) is RulePolicy:
        # In a form it may tell the form that it was interrupted, whatever is chosen.
        needless = _overruled(predictions) and tracker.active_loop is None
    else:
        return None
    return PolicyPrediction([0.0] * domain.num_actions, type(component).__name__, component.priority) if needless else None


def _overruled(predictions: Sequence[PolicyPrediction]) -> bool:
    """Whether somebody said what follows whatever the person says: then nothing else counts."""
    return any(one.is_no_user_prediction for one in predictions)


def _certain(predictions: Sequence[PolicyPrediction], tracker: DialogueStateTracker, domain: Domain) -> bool:
    """Whether somebody who goes before is certain, of something else than what was just refused."""
    refused = _refused(tracker)
    for one in predictions:
        if one.max_confidence >= 1.0:
            return refused is None or one.probabilities[domain.index_for_action(refused)] < 1.0
    return False


def _refused(tracker: DialogueStateTracker) -> str | None:
    """The action that refused to run, when that is the last that was tried."""
    for event in reversed(tracker.events):
        if event.type_name in ("action", "action_execution_rejected"):
            return str(event.action_name) if event.type_name == "action_execution_rejected" else None
    return None


# ---------------------------------------------------------------------- how the rules are gone through

Find = Callable[..., tuple[str | None, str | None, bool]]


def _find_in_few_states(policy: type[RulePolicy]) -> None:
    find: Find = policy._find_action_from_rules
    all_states = policy._prediction_states

    def quick(
        self: RulePolicy, tracker: DialogueStateTracker, domain: Domain, use_text_for_last_user_input: bool
    ) -> tuple[str | None, str | None, bool]:
        reach, asks_text = _shape(self)
        if use_text_for_last_user_input and not asks_text:
            return None, None, False
        if self.featurizer.max_history is None and MOST not in self.__dict__:
            self.__dict__[MOST] = reach
            try:
                found = find(self, tracker, domain, use_text_for_last_user_input)
            finally:
                del self.__dict__[MOST]
            if found[1] in self.lookup["rules"]:
                return found
        # Nothing fits: then all states together are the name of what was found.
        return find(self, tracker, domain, use_text_for_last_user_input)

    def states(
        self: RulePolicy,
        tracker: DialogueStateTracker,
        domain: Domain,
        use_text_for_last_user_input: bool = False,
        rule_only_data: dict[str, Any] | None = None,
    ) -> list[State]:
        if (most := self.__dict__.get(MOST)) is None:
            every: list[State] = all_states(self, tracker, domain, use_text_for_last_user_input, rule_only_data)
            return every
        last = last_states(tracker, domain, most)
        self.featurizer._choose_last_user_input([last], use_text_for_last_user_input)
        return last

    policy._find_action_from_rules, policy._prediction_states = quick, states


def last_states(tracker: DialogueStateTracker, domain: Domain, most: int) -> list[State]:
    """The last states of ``tracker.past_states(domain)``, without making those before."""
    events = tracker.applied_events()
    known: _Heard | None = tracker.__dict__.get(HEARD)
    if known is None or known.most < most or len(known.events) > len(events) or any(map(operator.is_not, known.events, events)):
        known = tracker.__dict__[HEARD] = _Heard(tracker.init_copy(), most)
    new = events[len(known.events) :]
    actions = sum(event.type_name == "action" for event in new)
    for event in new:
        if event.type_name == "action":
            actions -= 1
            known.states.append(_state(known.now, domain) if actions < most else {})
        event.apply_to(known.now)
        known.events.append(event)
    before = list(known.states)[-most + 1 :] if most > 1 else []
    # Copies: the caller takes out of them what a policy does not look at.
    return [*({part: dict(value) for part, value in state.items()} for state in before), _state(known.now, domain)]


@dataclass
class _Heard:
    """What a conversation led to so far, for the next choice to go on from.

    Attributes:
        now: a tracker that heard the events that count.
        most: so many states can be asked for.
        events: those that it heard.
        states: what it was before each action; empty where that is too long ago to be asked for.
    """

    now: DialogueStateTracker
    most: int
    events: list[Event] = field(default_factory=list)
    states: deque[State] = field(init=False)

    def __post_init__(self) -> None:
        self.states = deque(maxlen=self.most)


def _state(tracker: DialogueStateTracker, domain: Domain) -> State:
    state: State = domain._clean_state(domain.get_active_state(tracker))
    return state


def _shape(policy: RulePolicy) -> tuple[int, bool]:
    """How many states the longest rule has, and whether any asks for the text of a message; worked out once."""
    known: tuple[int, bool] | None = policy.__dict__.get("shape")
    if known is None:
        rules = [_states_of(key) for name in ("rules", "rules_for_loop_unhappy_path") for key in policy.lookup.get(name, ())]
        known = max(map(len, rules), default=0) or 1, any(_may_ask_text(rule[-1]) for rule in rules)
        policy.__dict__["shape"] = known
    return known


def _may_ask_text(state: State) -> bool:
    """Whether this may be the state after a message of which only the text is known."""
    return _action(state) in (LISTEN, None) and not _wanted(state.get(USER, {}).get("intent"))


# ---------------------------------------------------------------------- which rules need not be looked at

_Index = dict[tuple[str | None, str | None], list[str]]


def _match_fewer_rules(policy: type[RulePolicy]) -> None:
    match = policy._get_possible_keys

    def quick(self: RulePolicy, lookup: Mapping[str, str], states: Sequence[State]) -> set[str]:
        if not states or (action := _action(states[-1])) is None:
            every: set[str] = match(self, lookup, states)
            return every
        intent = states[-1].get(USER, {}).get("intent")
        index = _index(self, lookup)
        near = {key: "" for a in (action, None) for i in (intent, None) for key in index.get((a, i), ())}
        fitting: set[str] = match(self, near, states)
        return fitting

    policy._get_possible_keys = quick


def _index(policy: RulePolicy, lookup: Mapping[str, str]) -> _Index:
    """Rules by what the bot must have done last and by the intent of the last message; ``None`` for any."""
    known: dict[int, tuple[Mapping[str, str], _Index]] = policy.__dict__.setdefault("rules_by_end", {})
    if id(lookup) not in known or len(known[id(lookup)][0]) != len(lookup):
        index: _Index = {}
        for key in lookup:
            end = _states_of(key)[-1]
            index.setdefault((_action(end), _wanted(end.get(USER, {}).get("intent"))), []).append(key)
        known[id(lookup)] = lookup, index
    return known[id(lookup)][1]


def _action(state: State) -> str | None:
    return _wanted(state.get(PREVIOUS, {}).get("action_name"))


def _wanted(value: object) -> str | None:
    from rasa.core.policies.rule_policy import SHOULD_NOT_BE_SET

    return value if isinstance(value, str) and value and value != SHOULD_NOT_BE_SET else None


@lru_cache(maxsize=1000)
def _states_of(key: str) -> list[State]:
    states: list[State] = json.loads(key)
    return states
