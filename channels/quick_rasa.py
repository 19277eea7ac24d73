"""Lets Rasa do once what it does again with every message. What it answers stays the same; tests hold it to that.

Found with a profiler: of a turn, a quarter went to checking Rasa's own description of what an action may answer, again for each
answer, and much of reading a conversation to looking for the class of each event among all classes there are.
"""

from __future__ import annotations

from functools import cache
from typing import Any

from jsonschema.validators import validator_for


def make_quick() -> None:
    """From now on. To be called once Rasa may be imported."""
    _check_answers_quickly()
    _find_events_quickly()


def _check_answers_quickly() -> None:
    from rasa.core.actions.action import RemoteAction

    described = RemoteAction.action_response_format_spec()
    kind = validator_for(described)
    kind.check_schema(described)
    validator, complain = kind(described), RemoteAction._validate_action_result

    def check(self: RemoteAction, result: dict[str, Any]) -> bool:
        return bool(validator.is_valid(result) or complain(self, result))

    RemoteAction._validate_action_result = check


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
