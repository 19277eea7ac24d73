"""What the action server is asked over a line that stays open is what Rasa asks, and what is stored of an event is what Rasa stores."""

from __future__ import annotations

import asyncio
import json
import sqlite3
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager, closing
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from aiohttp import web
from hypothesis import given, settings
from hypothesis import strategies as st
from rasa.core.actions.action import RemoteAction
from rasa.core.tracker_store import SQLTrackerStore
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import ActionExecuted, BotUttered, Event, SessionStarted, SlotSet, UserUttered
from rasa.shared.core.slots import AnySlot
from rasa.shared.core.trackers import DialogueStateTracker
from rasa.utils.endpoints import ClientResponseError, EndpointConfig

from channels.patient_store import PatientTrackerStore
from channels.quick_actions import close_lines, make_actions_quick
from channels.recent_trackers import mark_stored
from channels.written import KEPT, keep_written, part_of, written
from tests.unit.as_rasa_made_it import slow

DOMAIN = Domain([], [], [AnySlot("wijk", mappings=[])], {}, ["action_stap"], {}, {"actions": ["action_stap"]})


@pytest.fixture(autouse=True, scope="module")
def quick() -> Iterator[None]:
    """As in the server, and as Rasa made it again afterwards."""
    with slow():
        make_actions_quick()
        yield


values = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.floats(allow_nan=False, allow_infinity=False), st.text(max_size=5)),
    lambda inner: st.one_of(st.lists(inner, max_size=2), st.dictionaries(st.text(max_size=3), inner, max_size=2)),
    max_leaves=4,
)
happens: st.SearchStrategy[Event] = st.one_of(
    st.builds(SlotSet, st.just("wijk"), values),
    st.builds(UserUttered, st.text(st.characters(), max_size=8), st.just({"name": "groet", "confidence": 0.5})),
    st.builds(BotUttered, st.just("dag 👋"), st.dictionaries(st.sampled_from(["buttons", "custom"]), values, max_size=2)),
    st.builds(ActionExecuted, st.just("action_stap")),
    st.builds(SessionStarted),
)


# ---------------------------------------------------------------------- what is written


@settings(deadline=None)
@given(values)
def test_what_is_written_is_read_back(value: Any) -> None:
    assert json.loads(written(value)) == json.loads(json.dumps(value))


def test_what_others_cannot_write_is_written_all_the_same() -> None:
    part = {"half": "\ud83d", "great": 2**70, 3: "three"}
    assert json.loads(written(part)) == {"half": "\ud83d", "great": 2**70, "3": "three"}
    event = BotUttered("dag")
    keep_written(event, written(event.as_dict()))
    both = json.loads(written([part, part_of(event, True)]))
    assert both[1] == event.as_dict()
    with pytest.raises(TypeError):
        written(object())


@settings(deadline=None)
@given(st.lists(st.tuples(happens, st.booleans()), max_size=8), st.booleans())
def test_an_action_is_asked_the_same(events: list[tuple[Event, bool]], selective: bool) -> None:
    tracker = DialogueStateTracker.from_events("iemand", [event for event, _ in events], DOMAIN.slots)
    for event, stored in events:
        if stored:
            mark_stored(event)
    action = RemoteAction("action_stap", EndpointConfig("http://x", enable_selective_domain=selective))
    for _ in range(2):
        asked = json.loads(written(action._action_call_format(tracker, DOMAIN)))
        with slow():
            assert asked == json.loads(json.dumps(action._action_call_format(tracker, DOMAIN)))
    assert all((KEPT in vars(event)) is stored for event, stored in events), "what may still change is written again"


@settings(deadline=None, max_examples=30)
@given(events=st.lists(happens, max_size=6))
def test_what_is_stored_is_what_rasa_stores(events: list[Event], tmp_path_factory: pytest.TempPathFactory) -> None:
    folder, tracker = tmp_path_factory.mktemp("stores"), DialogueStateTracker.from_events("iemand", events, DOMAIN.slots)
    rows = []
    for name, kind in (("ours", PatientTrackerStore), ("rasa", SQLTrackerStore)):
        path = folder / f"{name}.db"
        store = kind(DOMAIN, dialect="sqlite", db=str(path))
        asyncio.run(store.save(tracker))
        store.engine.dispose()
        with closing(sqlite3.connect(path)) as connection:
            connection.row_factory = sqlite3.Row
            rows.append([dict(row) | {"data": json.loads(row["data"])} for row in connection.execute("SELECT * FROM events")])
    assert rows[0] == rows[1]


def test_who_stores_hears_the_number_of_the_newest(tmp_path: Path) -> None:
    store = PatientTrackerStore(DOMAIN, dialect="sqlite", db=str(tmp_path / "tracker.db"))
    tracker = DialogueStateTracker.from_events("iemand", [BotUttered("een"), BotUttered("twee")])
    assert asyncio.run(store.store(DialogueStateTracker("niemand", []))) is None
    assert asyncio.run(store.store(tracker)) == asyncio.run(store.newest("iemand")) == 2
    assert asyncio.run(store.store(tracker)) == 2, "what is there is not written again"


# ---------------------------------------------------------------------- the line

Handle = Callable[[web.Request], Awaitable[web.StreamResponse]]


@asynccontextmanager
async def action_server(handle: Handle) -> AsyncIterator[tuple[EndpointConfig, set[Any]]]:
    """A server, and the lines that were opened to it."""
    lines: set[Any] = set()

    async def heard(request: web.Request) -> web.StreamResponse:
        lines.add(request.transport)
        return await handle(request)

    app = web.Application()
    app.router.add_post("/webhook", heard)
    runner = web.AppRunner(app)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    server: Any = site._server
    try:
        yield EndpointConfig(f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/webhook", headers={"X-Who": "rasa"}), lines
    finally:
        await close_lines()
        await runner.cleanup()


async def echo(request: web.Request) -> web.StreamResponse:
    return web.json_response({"heard": await request.json(), "who": request.headers["X-Who"]})


def test_a_line_stays_open() -> None:
    async def talk() -> None:
        async with action_server(echo) as (endpoint, lines):
            for number in range(5):
                assert await endpoint.request(json={"n": number}) == {"heard": {"n": number}, "who": "rasa"}
            assert len(lines) == 1
            await asyncio.gather(*(endpoint.request(json={}) for _ in range(3)))
            assert len(lines) <= 3

    asyncio.run(talk())
    asyncio.run(talk())  # in another loop, with another line


def test_who_hangs_up_is_called_again_once() -> None:
    asked: list[int] = []

    async def hangs_up(request: web.Request) -> web.StreamResponse:
        asked.append((await request.json())["n"])
        if asked.count(asked[-1]) <= asked[-1]:
            assert request.transport is not None
            request.transport.close()
        return web.json_response({})

    async def talk() -> None:
        async with action_server(hangs_up) as (endpoint, _):
            assert await endpoint.request(json={"n": 0}) == {}
            assert await endpoint.request(json={"n": 1}) == {}
            with pytest.raises(aiohttp.ServerDisconnectedError):
                await endpoint.request(json={"n": 2})
            assert asked == [0, 1, 1, 2, 2]

    asyncio.run(talk())


def test_what_goes_wrong_goes_wrong_as_before() -> None:
    asked: list[str] = []

    async def refuses(request: web.Request) -> web.StreamResponse:
        asked.append("")
        return web.json_response({"action_name": "action_stap"}, status=400)

    async def talk() -> None:
        async with action_server(refuses) as (endpoint, _):
            with pytest.raises(ClientResponseError) as refused:
                await endpoint.request(json={})
            assert refused.value.status == 400 and len(asked) == 1
        with pytest.raises(aiohttp.ClientConnectorError):
            await endpoint.request(json={})
        await close_lines()

    asyncio.run(talk())
