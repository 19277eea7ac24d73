"""Lets Rasa ask the action server over one line that stays open, with what it wrote before, and check the answer by its kinds.

Rasa opens a line for every question, writes all events of the conversation anew for it, and holds each event of the answer
against the description of every kind there is. Tests hold what is asked and what is refused to what Rasa makes of it.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any

import aiohttp
from jsonschema.validators import validator_for

from channels.written import part_of, written

if TYPE_CHECKING:
    from rasa.core.actions.action import RemoteAction
    from rasa.shared.core.domain import Domain
    from rasa.shared.core.trackers import DialogueStateTracker
    from rasa.utils.endpoints import EndpointConfig

IDLE = 30.0
"""Seconds that a line that nobody uses stays open: less than the action server leaves it open (``actions/server.py``)."""

LINE = "line"
"""Where it is kept with an endpoint: the session, and the event loop that it belongs to."""

_endpoints: list[EndpointConfig] = []


def make_actions_quick() -> None:
    """From now on."""
    from rasa.core.actions.action import RemoteAction
    from rasa.utils.endpoints import EndpointConfig

    _keep_lines(EndpointConfig)
    _write_once(RemoteAction)
    _check_by_kind(RemoteAction)


async def close_lines(*_: object) -> None:
    """Before the server stops."""
    while _endpoints:
        session, _ = _endpoints.pop().__dict__.pop(LINE)
        await session.close()


def _keep_lines(endpoint: type[EndpointConfig]) -> None:
    ask = endpoint.request

    @asynccontextmanager
    async def session(self: EndpointConfig) -> AsyncIterator[aiohttp.ClientSession]:
        loop = asyncio.get_running_loop()
        kept, of = self.__dict__.get(LINE, (None, None))
        if kept is None or kept.closed or of is not loop:
            kept = _session(self)
            self.__dict__[LINE] = kept, loop
            _endpoints.append(self)
        yield kept

    async def request(self: EndpointConfig, *given: Any, **named: Any) -> Any:
        try:
            return await ask(self, *given, **named)
        except (aiohttp.ServerDisconnectedError, aiohttp.ClientOSError) as error:
            if isinstance(error, aiohttp.ClientConnectorError):
                raise
            # The line was closed at the other end just then, by a server that stops. A message that met that is heard again
            # anyway, and so may its actions be (``actions/adapter.py``, ``unheard``).
            return await ask(self, *given, **named)

    endpoint.session, endpoint.request = session, request


def _session(endpoint: EndpointConfig) -> aiohttp.ClientSession:
    """As Rasa makes it, and to be kept."""
    from rasa.utils.endpoints import DEFAULT_REQUEST_TIMEOUT

    user = endpoint.basic_auth
    return aiohttp.ClientSession(
        headers=endpoint.headers,
        auth=aiohttp.BasicAuth(user["username"], user["password"]) if user else None,
        timeout=aiohttp.ClientTimeout(total=DEFAULT_REQUEST_TIMEOUT),
        connector=aiohttp.TCPConnector(limit=0, keepalive_timeout=IDLE),
        cookie_jar=aiohttp.DummyCookieJar(),
        json_serialize=lambda what: written(what).decode(),
    )


def _write_once(action: type[RemoteAction]) -> None:
    from channels.recent_trackers import is_stored

    def call(self: RemoteAction, tracker: DialogueStateTracker, domain: Domain) -> dict[str, Any]:
        import rasa

        state = tracker.current_state()
        state["events"] = [part_of(event, is_stored(event)) for event in tracker.events]
        asked = {"next_action": self._name, "sender_id": tracker.sender_id, "tracker": state, "version": rasa.__version__}
        if not self._is_selective_domain_enabled() or domain.does_custom_action_explicitly_need_domain(self.name()):
            asked["domain"] = domain.as_dict()
        return asked

    action._action_call_format = call


OF_A_SLOT = frozenset({"event", "name", "value", "timestamp"})
"""All that our actions say when they set a slot: most of what they answer."""


def is_plain(event: Any) -> bool:
    """Whether an event sets a slot and is surely as Rasa describes that, seen without the description."""
    return bool(
        type(event) is dict
        and event.keys() == OF_A_SLOT
        and event["event"] == "slot"
        and type(event["name"]) is str
        and event["timestamp"] is None
    )


def _check_by_kind(action: type[RemoteAction]) -> None:
    from rasa.shared.utils.schemas.events import EVENT_SCHEMA

    described = action.action_response_format_spec()
    kind = validator_for(described)
    kind.check_schema(described)
    whole, complain = kind(described), action._validate_action_result
    common = kind({name: rule for name, rule in EVENT_SCHEMA.items() if name != "oneOf"})
    kinds = {one["properties"]["event"]["const"]: kind(one) for one in EVENT_SCHEMA["oneOf"]}

    def fits(event: Any) -> bool:
        if is_plain(event):
            return True
        known = kinds.get(event.get("event")) if isinstance(event, dict) and isinstance(event.get("event"), str) else None
        return known is not None and bool(known.is_valid(event) and common.is_valid(event))

    def check(self: RemoteAction, result: dict[str, Any]) -> bool:
        events, rest = result.get("events"), {**result, "events": []}
        if isinstance(events, list) and whole.is_valid(rest) and all(map(fits, events)):
            return True
        return bool(whole.is_valid(result) or complain(self, result))

    action._validate_action_result = check
