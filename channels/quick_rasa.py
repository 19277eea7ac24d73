"""Lets Rasa do once what it does again with every message. What it answers stays the same; tests hold it to that.

Found with a profiler: of a turn, a quarter went to checking Rasa's own description of what an action may answer, again for each
answer; much of reading a conversation to looking for the class of each event among all classes there are; and a tenth to finding
the order of the components anew for each understanding and each choice. On few cores the threads of the linear algebra cost more
by waiting for each other than they gain: what is multiplied here is small.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from functools import cache
from graphlib import TopologicalSorter
from typing import TYPE_CHECKING, Any

from threadpoolctl import threadpool_limits

from channels.quick_actions import make_actions_quick
from channels.quick_choices import is_policy, make_choices_quick, silent
from channels.quick_silence import make_silence_quick
from channels.quick_trackers import make_trackers_quick

if TYPE_CHECKING:
    from rasa.core.policies.policy import PolicyPrediction
    from rasa.engine.graph import GraphNode, GraphSchema
    from rasa.engine.runner.dask import DaskGraphRunner


def make_quick() -> None:
    """From now on. To be called once Rasa may be imported."""
    threadpool_limits(limits=1, user_api="blas")
    _find_events_quickly()
    _know_empty_domains()
    _run_in_known_order()
    make_silence_quick()
    make_actions_quick()
    make_trackers_quick()
    make_choices_quick()


def _find_events_quickly() -> None:
    from rasa.shared.core.events import Event

    look = Event.resolve_by_type

    @cache
    def known(type_name: str) -> type[Event] | None:
        found: type[Event] | None = look(type_name)
        return found

    def resolve(type_name: str, default: type[Event] | None = None) -> type[Event] | None:
        return look(type_name, default) if default is not None else known(type_name)

    Event.resolve_by_type = staticmethod(resolve)


def _know_empty_domains() -> None:
    """With every message Rasa makes an empty domain, to compare the whole of ours with."""
    from rasa.shared.core.domain import Domain

    look = Domain.is_empty

    def is_empty(self: Domain) -> bool:
        if (known := self.__dict__.get("known_empty")) is None:
            known = self.__dict__["known_empty"] = look(self)
        return bool(known)

    Domain.is_empty = is_empty


Step = tuple[str, "GraphNode", tuple[str, ...]]
"""A component, by name, and the names of what it is given."""


def _run_in_known_order() -> None:
    from rasa.core.policies.policy import PolicyPrediction
    from rasa.engine.exceptions import GraphRunError
    from rasa.engine.runner.dask import DaskGraphRunner

    def run(self: DaskGraphRunner, inputs: dict[str, Any] | None = None, targets: list[str] | None = None) -> dict[str, Any]:
        wanted = targets or self._graph_schema.target_names
        plans: dict[tuple[str, ...], list[Step]] = self.__dict__.setdefault("plans", {})
        if (steps := plans.get(tuple(wanted))) is None:
            steps = plans[tuple(wanted)] = _steps(self, self._graph_schema.minimal_graph_schema(wanted))
        done: dict[str, Any] = {name: node for name, node, _ in steps}
        self._add_inputs_to_graph(inputs, done)
        predictions: list[PolicyPrediction] = []
        try:
            for name, node, needs in steps:
                if predictions and (known := _silent(node, done, predictions)) is not None:
                    done[name] = name, known
                else:
                    done[name] = node(*(done.get(need, need) for need in needs))
                if isinstance(done[name][1], PolicyPrediction):
                    predictions.append(done[name][1])
        except RuntimeError as error:
            raise GraphRunError("Error running runner.") from error
        return dict(done[name] for name in wanted)

    DaskGraphRunner.run = run


def _silent(node: GraphNode, done: dict[str, Any], predictions: list[PolicyPrediction]) -> PolicyPrediction | None:
    """The prediction of a policy that need not be asked."""
    if not is_policy(node._component):
        return None
    given = {name: found[1] for name, need in node._inputs.items() if isinstance(found := done.get(need), tuple)}
    return silent(node._component, given, predictions)


def _steps(runner: DaskGraphRunner, schema: GraphSchema) -> list[Step]:
    needs = {name: tuple(node.needs.values()) for name, node in schema.nodes.items()}
    return [(name, runner._instantiated_nodes[name], needs[name]) for name in _order(runner, needs)]


def _order(runner: DaskGraphRunner, needs: dict[str, tuple[str, ...]]) -> Iterator[str]:
    """Each component after what it needs; of the policies the one with the highest priority first."""
    sorter: TopologicalSorter[str] = TopologicalSorter(needs)
    ready: list[str] = []
    sorter.prepare()
    while sorter.is_active():
        ready += sorter.get_ready()
        ready.sort(key=lambda name: _turn(runner, name))
        sorter.done(name := ready.pop())
        if name in needs:
            yield name


def _turn(runner: DaskGraphRunner, name: str) -> float:
    component: Any = getattr(runner._instantiated_nodes.get(name), "_component", None)
    return float(component.priority) if is_policy(component) else math.inf
