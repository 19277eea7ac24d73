"""What is done once instead of with every message gives what Rasa gives."""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import rasa.shared.utils.common
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import ValidationError
from rasa.core.actions.action import RemoteAction
from rasa.engine.exceptions import GraphComponentException, GraphRunError
from rasa.engine.graph import ExecutionContext, GraphComponent, GraphSchema, SchemaNode
from rasa.engine.runner.dask import DaskGraphRunner
from rasa.shared.core.events import Event

from channels.quick_rasa import make_quick
from tests.unit.as_rasa_made_it import SLOW, slow

SLOW_RUN: Callable[..., Any] = SLOW[DaskGraphRunner, "run"]
SLOW_CHECK: Callable[..., Any] = SLOW[RemoteAction, "_validate_action_result"]
SLOW_LOOK: Callable[..., Any] = SLOW[Event, "resolve_by_type"].__func__


@pytest.fixture(autouse=True, scope="module")
def quick() -> Iterator[None]:
    """As in the server, and as Rasa made it again afterwards."""
    with slow():
        make_quick()
        yield


ACTION = RemoteAction("action_stap", None)

answers = st.fixed_dictionaries(
    {},
    optional={
        "events": st.one_of(
            st.lists(
                st.sampled_from(
                    [
                        {"event": "slot", "name": "wijk", "value": 1, "timestamp": None},
                        {"event": "followup", "name": "action_listen"},
                        {"event": "slot"},
                        {"event": "bot", "text": "dag", "metadata": {}},
                        {"event": "bot", "metadata": "dag"},
                        {"event": "onbekend"},
                        {"event": ["slot"]},
                        {"name": "wijk"},
                        {"event": 3},
                        "slot",
                    ]
                ),
                max_size=3,
            ),
            st.text(max_size=3),
        ),
        "responses": st.one_of(st.lists(st.one_of(st.just({"text": "dag"}), st.integers()), max_size=2), st.none()),
    },
)


def verdict(check: Callable[..., Any], answer: dict[str, Any]) -> str:
    try:
        return str(check(ACTION, copy.deepcopy(answer)))
    except ValidationError as error:
        return str(error.message)


@settings(deadline=None)
@given(answers)
def test_an_answer_of_an_action_is_judged_the_same(answer: dict[str, Any]) -> None:
    assert verdict(RemoteAction._validate_action_result, answer) == verdict(SLOW_CHECK, answer)


def test_every_kind_of_event_is_found() -> None:
    names = {cls.type_name for cls in rasa.shared.utils.common.all_subclasses(Event)}
    assert len(names) > 20
    for name in (*names, "topic"):
        assert Event.resolve_by_type(name) is SLOW_LOOK(name)
    assert Event.resolve_by_type("bestaat niet", default=Event) is Event
    for _ in range(2):
        with pytest.raises(ValueError, match="Unknown event name"):
            Event.resolve_by_type("bestaat niet")


class Adds(GraphComponent):
    """Puts its own name behind everything it gets."""

    def __init__(self, name: str) -> None:
        self._name = name

    @classmethod
    def create(cls, config: dict[str, Any], **_: Any) -> Adds:
        return cls(config["name"])

    def add(self, first: str, second: str = "") -> str:
        if self._name == "kapot":
            raise RuntimeError("kapot")
        return f"({first}+{second}){self._name}"


def node(name: str, target: bool = False, **needs: str) -> SchemaNode:
    return SchemaNode(needs=needs, uses=Adds, constructor_name="create", fn="add", config={"name": name}, is_target=target)


SCHEMA = GraphSchema(
    {
        "d": node("d", True, first="b", second="c"),
        "c": node("c", first="a", second="__input__"),
        "b": node("b", first="a"),
        "a": node("a", first="__input__"),
        "los": node("los", first="__input__"),
        "kapot": node("kapot", first="a"),
    }
)


@pytest.mark.parametrize("targets", [None, ["d"], ["los"], ["b", "los"], ["a", "d"]])
def test_components_run_in_the_same_order_with_the_same_words(targets: list[str] | None) -> None:
    runner = DaskGraphRunner(SCHEMA, None, ExecutionContext(SCHEMA))
    for word in ("een", "twee"):
        assert runner.run({"__input__": word}, targets) == SLOW_RUN(runner, {"__input__": word}, targets)


@pytest.mark.parametrize(("word", "target"), [("een", "kapot"), ("a", "d"), (None, "a")])
def test_what_goes_wrong_goes_wrong_the_same(word: str | None, target: str) -> None:
    runner = DaskGraphRunner(SCHEMA, None, ExecutionContext(SCHEMA))
    faults = []
    for run in (DaskGraphRunner.run, SLOW_RUN):
        with pytest.raises((GraphRunError, GraphComponentException)) as caught:
            run(runner, {} if word is None else {"__input__": word}, [target])
        faults.append((caught.type, str(caught.value)))
    assert faults[0] == faults[1]
