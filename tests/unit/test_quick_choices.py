"""Whoever is not asked could not have changed the choice, and rules that are gone through quickly say the same."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rasa.core.policies.ensemble import DefaultPolicyPredictionEnsemble
from rasa.core.policies.memoization import MemoizationPolicy
from rasa.core.policies.policy import Policy, PolicyPrediction
from rasa.core.policies.rule_policy import RulePolicy
from rasa.engine.graph import ExecutionContext, GraphSchema
from rasa.engine.storage.resource import Resource
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import ActionExecuted, ActionExecutionRejected, ActiveLoop, Event, SlotSet, UserUttered
from rasa.shared.core.slots import AnySlot, TextSlot
from rasa.shared.core.trackers import DialogueStateTracker

from channels.quick_choices import last_states, make_choices_quick, silent
from tests.unit.as_rasa_made_it import slow

INTENTS = ["groet", "vraag", "dank", "restart"]
ACTIONS = ["utter_hallo", "utter_antwoord", "utter_begin", "utter_graag"]
SLOTS = [TextSlot("wijk", mappings=[]), AnySlot("requested_slot", mappings=[])]
DOMAIN = Domain(INTENTS, [], SLOTS, {}, ACTIONS, {"intake_form": {"required_slots": []}}, {})

LISTEN = {"action_name": "action_listen"}
LOOP, NO_LOOP = {"name": "intake_form"}, {"name": "should_not_be_set"}


def asked(intent: str, previous: str = "action_listen", **more: Any) -> dict[str, Any]:
    return {"prev_action": {"action_name": previous}, "user": {"intent": intent}, **more}


RULES: list[tuple[list[dict[str, Any]], str]] = [
    ([asked("groet")], "utter_hallo"),
    ([asked("groet"), asked("groet", "utter_hallo")], "action_listen"),
    ([asked("vraag", active_loop=LOOP)], "utter_antwoord"),
    ([asked("vraag", active_loop=LOOP), asked("vraag", "utter_antwoord", active_loop=LOOP)], "intake_form"),
    ([asked("vraag", slots={"wijk": [1.0]})], "utter_begin"),
    ([asked("vraag", active_loop=NO_LOOP)], "intake_form"),
    ([{"prev_action": {"action_name": "intake_form"}, "active_loop": NO_LOOP}], "utter_graag"),
    ([{"prev_action": {"action_name": "utter_graag"}}], "action_listen"),
    (
        [asked("dank"), asked("dank", "utter_graag"), asked("dank", "utter_begin", slots={"wijk": "should_not_be_set"})],
        "action_listen",
    ),
    ([asked("dank")], "utter_graag"),
]
ASKS_TEXT = ([{"prev_action": LISTEN, "user": {"text": "hoi"}}], "utter_begin")
UNHAPPY: list[tuple[list[dict[str, Any]], str]] = [
    (
        [{"prev_action": {"action_name": "utter_antwoord"}}, asked("vraag", "intake_form", active_loop=LOOP)],
        "loop_was_interrupted",
    ),
    ([{"prev_action": LISTEN}, asked("dank", "utter_graag", active_loop=LOOP)], "do_not_predict_loop_action"),
]
MEMORIES = ["utter_hallo", "utter_begin"]


def key(states: list[dict[str, Any]]) -> str:
    return json.dumps(states, sort_keys=True)


def made(kind: type[Policy], priority: int, **more: Any) -> Any:
    config = {**kind.get_default_config(), "priority": priority, **more}
    return kind(config, None, Resource(kind.__name__), ExecutionContext(GraphSchema({})))


def rules(texts: bool) -> RulePolicy:
    policy: RulePolicy = made(RulePolicy, 6, core_fallback_action_name="utter_begin")
    known = {key(states): action for states, action in [*RULES, *([ASKS_TEXT] if texts else [])]}
    nowhere = key([{}, asked("dank", active_loop=LOOP)])
    policy.lookup = {
        "rules": known,
        "rules_for_loop_unhappy_path": {key(states): action for states, action in UNHAPPY},
        "rules_not_in_stories": [*list(known)[::2], nowhere],
    }
    return policy


@pytest.fixture(autouse=True, scope="module")
def quick() -> Iterator[None]:
    """As in the server, and as Rasa made it again afterwards."""
    with slow():
        make_choices_quick()
        yield


happens: st.SearchStrategy[Event] = st.one_of(
    st.builds(SlotSet, st.just("wijk"), st.sampled_from([None, "overvecht"])),
    st.builds(ActionExecuted, st.sampled_from(["action_listen", "intake_form", *ACTIONS])),
    st.builds(
        UserUttered, st.sampled_from(["hoi", "dag"]), st.sampled_from(INTENTS).map(lambda name: {"name": name, "confidence": 1.0})
    ),
    st.builds(ActiveLoop, st.sampled_from([None, "intake_form"])),
    st.builds(ActionExecutionRejected, st.sampled_from(["intake_form", *ACTIONS])),
)

turns = st.lists(
    st.tuples(
        st.sampled_from(INTENTS[:3]),
        st.lists(st.sampled_from([*ACTIONS, "intake_form"]), max_size=2),
        st.lists(happens, max_size=2),
    ),
    max_size=4,
)


@st.composite
def conversations(draw: st.DrawFn) -> DialogueStateTracker:
    """Some that go as conversations go, and some that go as they like."""
    events: list[Event] = draw(st.lists(happens, max_size=4))
    for intent, actions, others in draw(turns):
        events += [ActionExecuted("action_listen"), UserUttered("hoi", {"name": intent, "confidence": 1.0}), *others]
        events += [ActionExecuted(action) for action in actions]
    return DialogueStateTracker.from_events("iemand", events, SLOTS)


@settings(deadline=None)
@given(conversations(), st.integers(1, 9))
def test_the_last_states_are_the_last_of_all(tracker: DialogueStateTracker, most: int) -> None:
    assert last_states(tracker, DOMAIN, most) == tracker.past_states(DOMAIN)[-most:]


@settings(deadline=None)
@given(conversations(), st.lists(happens, max_size=6), st.integers(1, 9), st.data())
def test_they_still_are_when_the_conversation_went_on(
    tracker: DialogueStateTracker, later: list[Event], most: int, data: st.DataObject
) -> None:
    """What was heard for one choice is gone on from for the next; what is taken back, and what a copy hears, is not."""
    for event in later:
        assert last_states(tracker, DOMAIN, most) == tracker.past_states(DOMAIN)[-most:]
        if data.draw(st.booleans()):
            copy = tracker.copy()
            copy.update(UserUttered("iets anders", {"name": INTENTS[0], "confidence": 1.0}))
            assert last_states(copy, DOMAIN, most) == copy.past_states(DOMAIN)[-most:]
        last_states(tracker, DOMAIN, most)[-1].clear()
        tracker.update(event)
    assert last_states(tracker, DOMAIN, most) == tracker.past_states(DOMAIN)[-most:]


def told(prediction: PolicyPrediction) -> dict[str, Any]:
    kept = {name: value for name, value in vars(prediction).items() if name not in ("events", "optional_events")}
    return {**kept, "events": [event.as_dict() | {"timestamp": 0} for event in (prediction.events or [])]}


@pytest.mark.parametrize("texts", [False, True])
@settings(deadline=None, max_examples=300)
@given(tracker=conversations())
def test_rules_say_the_same(texts: bool, tracker: DialogueStateTracker) -> None:
    policy = rules(texts)
    quick = told(policy.predict_action_probabilities(tracker, DOMAIN))
    with slow():
        assert quick == told(policy.predict_action_probabilities(tracker, DOMAIN))


class Ours(RulePolicy):
    """A policy that says what it is told to say."""

    says: str | None = None

    def predict_action_probabilities(
        self, tracker: DialogueStateTracker, domain: Domain, rule_only_data: dict[str, Any] | None = None, **kwargs: Any
    ) -> PolicyPrediction:
        probabilities = [0.0] * domain.num_actions
        if self.says is None:
            return self._prediction(probabilities)
        probabilities[domain.index_for_action(self.says)] = 1.0
        return self._prediction(probabilities, optional_events=[SlotSet("wijk", "noord")], is_no_user_prediction=True)


@settings(deadline=None, max_examples=300)
@given(conversations(), st.sampled_from([None, None, *ACTIONS]), st.sampled_from([None, *MEMORIES]))
def test_the_choice_is_the_same_without_who_is_not_asked(
    tracker: DialogueStateTracker, ours: str | None, memory: str | None
) -> None:
    first, second, third = made(Ours, 90), rules(texts=False), made(MemoizationPolicy, 3, max_history=2)
    first.says = ours
    third.recall = lambda *_, **__: memory
    asked = [one.predict_action_probabilities(tracker, DOMAIN) for one in (first, second, third)]
    given: dict[str, Any] = {"tracker": tracker, "domain": DOMAIN}
    heard: list[PolicyPrediction] = []
    for one in (first, second, third):
        heard.append(silent(one, given, heard) or one.predict_action_probabilities(tracker, DOMAIN))
    ensemble = DefaultPolicyPredictionEnsemble()
    chosen = [ensemble.combine_predictions(one, tracker, DOMAIN) for one in (heard, asked)]
    assert told(chosen[0]) == told(chosen[1])


def test_who_need_not_be_asked_is_not_asked() -> None:
    tracker = DialogueStateTracker.from_events(
        "iemand", [ActionExecuted("action_listen"), UserUttered("hoi", {"name": "groet"})], SLOTS
    )
    given: dict[str, Any] = {"tracker": tracker, "domain": DOMAIN}
    learned, memory, ours = rules(texts=False), made(MemoizationPolicy, 3), made(Ours, 90)
    nothing = ours.predict_action_probabilities(tracker, DOMAIN)
    assert silent(learned, given, [nothing]) is None and silent(memory, given, []) is None
    ours.says = "utter_graag"
    spoke = ours.predict_action_probabilities(tracker, DOMAIN)
    assert silent(learned, given, [spoke]) is not None and silent(memory, given, [spoke]) is not None
    rule = learned.predict_action_probabilities(tracker, DOMAIN)
    assert rule.max_confidence == 1.0 and silent(memory, given, [nothing, rule]) is not None
    tracker.update(ActionExecutionRejected("utter_hallo"))
    assert silent(memory, given, [nothing, rule]) is None, "what was refused counts no more"
    tracker.update(ActiveLoop("intake_form"))
    assert silent(learned, given, [spoke]) is None, "a form must be told that it was interrupted"
    assert silent(object(), given, [spoke]) is None and silent(memory, {}, [spoke]) is None
