"""Rasa as it is, for tests of what makes it quicker: each of those leaves Rasa as it was."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from rasa.core.actions.action import RemoteAction
from rasa.core.actions.forms import FormAction
from rasa.core.policies.rule_policy import RulePolicy
from rasa.core.processor import MessageProcessor
from rasa.engine.runner.dask import DaskGraphRunner
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import Event
from rasa.shared.core.slots import Slot
from rasa.shared.core.trackers import DialogueStateTracker
from rasa.utils.endpoints import EndpointConfig

CHANGED: dict[type[Any], tuple[str, ...]] = {
    DaskGraphRunner: ("run",),
    DialogueStateTracker: ("applied_events", "copy"),
    Domain: ("is_empty",),
    Event: ("resolve_by_type",),
    FormAction: ("_temporary_tracker",),
    EndpointConfig: ("request", "session"),
    MessageProcessor: ("_log_slots", "parse_message"),
    RemoteAction: ("_action_call_format", "_validate_action_result"),
    RulePolicy: ("_find_action_from_rules", "_get_possible_keys", "_prediction_states"),
    Slot: ("__copy__",),
}
"""What ``channels/quick_*.py`` puts something else in the place of."""

SLOW: dict[tuple[type[Any], str], Any] = {
    (kind, name): kind.__dict__.get(name) for kind, names in CHANGED.items() for name in names
}


@contextmanager
def slow() -> Iterator[None]:
    """As Rasa made it, for a while."""
    quick = {(kind, name): kind.__dict__.get(name) for kind, name in SLOW}
    _put(SLOW)
    try:
        yield
    finally:
        _put(quick)


def _put(methods: dict[tuple[type[Any], str], Any]) -> None:
    for (kind, name), method in methods.items():
        if method is not None:
            setattr(kind, name, method)
        elif name in kind.__dict__:
            delattr(kind, name)
