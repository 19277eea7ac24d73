"""Turns are noted beside the conversation: once, in order, and never at its cost."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from rasa.core.utils import AvailableEndpoints
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import SlotSet, UserUttered
from rasa.shared.core.slots import AnySlot
from rasa.shared.core.trackers import DialogueStateTracker
from rasa.shared.utils.common import class_from_module_path
from rasa.utils.endpoints import EndpointConfig

from channels import handover, insight_broker, patient_store
from channels.insight_broker import InsightBroker
from channels.tracker_store import ErasingTrackerStore
from tests.running import settings_in
from wegwijzer.handover.store import HandoverStore
from wegwijzer.insight.marks import Mark
from wegwijzer.insight.store import InsightStore, InsightUnavailable
from wegwijzer.paths import ROOT

DOMAIN = Domain([], [], [AnySlot("wijk", mappings=[])], {}, [], {}, {})
STORY = "mijn verhaal over het xylofoonkwartet"


@pytest.fixture
def insight(tmp_path: Path) -> Iterator[InsightStore]:
    store = InsightStore(f"sqlite:///{tmp_path / 'insight.db'}", key="x")
    yield store
    store.close()


@pytest.fixture
def broker(insight: InsightStore) -> InsightBroker:
    return InsightBroker(lambda: insight, pause=0.0)


@pytest.fixture
def tracker_store(tmp_path: Path, broker: InsightBroker, monkeypatch: pytest.MonkeyPatch) -> Iterator[ErasingTrackerStore]:
    requests = HandoverStore(f"sqlite:///{tmp_path / 'handover.db'}")
    monkeypatch.setattr(handover, "own_store", lambda: requests)
    monkeypatch.setattr("channels.tracker_store.own_store", lambda: requests)
    store = ErasingTrackerStore(DOMAIN, dialect="sqlite", db=str(tmp_path / "tracker.db"), event_broker=broker)
    yield store
    store.engine.dispose()
    requests.close()


async def turn(store: ErasingTrackerStore, sender: str, wijk: str, intent: str = "situatie") -> None:
    tracker = await store.get_or_create_tracker(sender, append_action_listen=False)
    tracker.update(UserUttered(STORY, {"name": intent, "confidence": 1.0}, input_channel="rest"))
    tracker.update(SlotSet("wijk", wijk))
    await store.save(tracker)


def written(broker: InsightBroker) -> None:
    """Wait for what is on its way."""
    broker._writer.submit(lambda: None).result()


def wijken(insight: InsightStore, sender: str) -> list[str]:
    return [mark.value for mark in insight.noted(sender) if mark.kind == "wijk"]


def test_each_turn_is_noted_once_in_order_and_without_a_word(
    tracker_store: ErasingTrackerStore, broker: InsightBroker, insight: InsightStore, tmp_path: Path
) -> None:
    for wijk in ("zuid", "west", "oost"):
        asyncio.run(turn(tracker_store, "anna", wijk))
    asyncio.run(turn(tracker_store, "bram", "noord"))
    written(broker)
    assert wijken(insight, "anna") == ["zuid", "west", "oost"] and wijken(insight, "bram") == ["noord"]
    assert [mark.value for mark in insight.noted("anna") if mark.kind == "intent"] == ["situatie"] * 3
    files = b"".join(path.read_bytes() for path in tmp_path.glob("insight.db*"))
    assert b"xylofoon" not in files and b"anna" not in files


def test_a_conversation_of_another_server_is_noted_from_where_it_is(
    tracker_store: ErasingTrackerStore, broker: InsightBroker, insight: InsightStore
) -> None:
    """A tracker that was made by somebody else has no mark on its events that says they are stored."""
    asyncio.run(turn(tracker_store, "anna", "zuid"))
    full = asyncio.run(tracker_store.retrieve_full_tracker("anna"))
    assert full is not None
    copy = DialogueStateTracker.from_events("anna", [*full.events, SlotSet("wijk", "west")])
    asyncio.run(tracker_store.save(copy))
    written(broker)
    assert wijken(insight, "anna") == ["zuid", "west"]


def test_a_turn_that_is_stored_at_the_second_try_is_noted_once(
    tracker_store: ErasingTrackerStore, broker: InsightBroker, insight: InsightStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(patient_store, "FIRST_PAUSE", 0.0)
    failures = iter([True, False])
    additional = tracker_store._additional_events

    def fails_once(*given: Any) -> Any:
        new = list(additional(*given))
        if next(failures, False):
            raise sa.exc.OperationalError("x", {}, Exception())
        return iter(new)

    monkeypatch.setattr(tracker_store, "_additional_events", fails_once)
    asyncio.run(turn(tracker_store, "anna", "zuid"))
    written(broker)
    assert wijken(insight, "anna") == ["zuid"]


def test_what_cannot_be_stored_did_not_happen(
    tracker_store: ErasingTrackerStore, broker: InsightBroker, insight: InsightStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(*given: Any) -> Any:
        raise RuntimeError("a tracker that cannot be stored")

    with monkeypatch.context() as broken:
        broken.setattr(tracker_store, "_additional_events", fails)
        with pytest.raises(RuntimeError, match="cannot be stored"):
            asyncio.run(turn(tracker_store, "anna", "zuid"))
    written(broker)
    assert insight.noted("anna") == []


@pytest.mark.parametrize("intent", ["wissen", "opnieuw"])
def test_who_is_erased_is_noted_nowhere(
    tracker_store: ErasingTrackerStore, broker: InsightBroker, insight: InsightStore, intent: str
) -> None:
    asyncio.run(turn(tracker_store, "anna", "zuid"))
    asyncio.run(turn(tracker_store, "bram", "zuid"))
    asyncio.run(turn(tracker_store, "anna", "west", intent))
    assert insight.noted("anna") == [] and insight.noted("bram")
    tracker_store.erase("bram")
    assert insight.noted("bram") == []


def test_a_database_that_is_away_costs_a_count_and_no_answer(
    tracker_store: ErasingTrackerStore, broker: InsightBroker, insight: InsightStore, monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:  # fmt: skip
    with monkeypatch.context() as away:
        away.setattr(insight, "add_all", _fails)
        for wijk in ("zuid", "west"):
            asyncio.run(turn(tracker_store, "anna", wijk))
        written(broker)
    asyncio.run(turn(tracker_store, "anna", "oost"))
    written(broker)
    assert wijken(insight, "anna") == ["oost"]
    said = [record.getMessage() for record in caplog.records if record.name == insight_broker.__name__]
    assert said == ["insight: turns are not counted now: the database x gave an error: Y"]


def _fails(*given: Any) -> None:
    raise InsightUnavailable("the database x gave an error: Y")


def test_a_slow_database_holds_up_nobody_and_too_much_is_not_kept(
    broker: InsightBroker, insight: InsightStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(insight_broker, "MOST_WAITING", 2)
    goes_on, add = threading.Event(), insight.add_all

    def slow(*given: Any) -> None:
        goes_on.wait()
        add(*given)

    monkeypatch.setattr(insight, "add_all", slow)
    for number in range(5):
        broker.publish({"sender_id": f"s{number}", "event": "slot", "name": "wijk", "value": "zuid", "timestamp": 1.0})
        broker.end_turn(f"s{number}")
    goes_on.set()
    written(broker)
    noted = sum(bool(insight.noted(f"s{number}")) for number in range(5))
    assert 2 <= noted <= 3, "the one that was being written, and two that waited"


def test_what_the_bot_says_by_itself_makes_no_conversation_last_longer(broker: InsightBroker, insight: InsightStore) -> None:
    said = {"sender_id": "anna", "event": "bot", "metadata": {"utter_action": "utter_gelukt_vraag"}}
    heard = {"sender_id": "anna", "event": "user", "parse_data": {"intent": {"name": "dank"}}}
    for events in ([{**heard, "timestamp": 1.0}, {**said, "timestamp": 2.0}], [{**said, "timestamp": 90_000.0}]):
        for event in events:
            broker.publish(event)
        broker.end_turn("anna")
    written(broker)
    assert [mark.at for mark in insight.noted("anna")][-1] == 2.0


def test_erasing_is_tried_until_it_works(broker: InsightBroker, insight: InsightStore, monkeypatch: pytest.MonkeyPatch) -> None:
    insight.add("anna", [Mark(1.0, "wijk", "zuid")])
    failures, erase = iter([True, True, False]), insight.erase

    def fails_at_first(conversation: str) -> int:
        if next(failures):
            _fails()
        return erase(conversation)

    monkeypatch.setattr(insight, "erase", fails_at_first)
    broker.erase("anna").result()
    assert insight.noted("anna") == []


def test_a_server_that_stops_writes_what_waits(tmp_path: Path) -> None:
    store = InsightStore(f"sqlite:///{tmp_path / 'insight.db'}", key="x")
    broker = InsightBroker(lambda: store)
    for number in range(20):
        broker.publish({"sender_id": f"s{number}", "event": "slot", "name": "wijk", "value": "zuid", "timestamp": 1.0})
        broker.end_turn(f"s{number}")
    asyncio.run(broker.close())
    again = InsightStore(f"sqlite:///{tmp_path / 'insight.db'}", key="x")
    assert all(again.noted(f"s{number}") for number in range(20))
    again.close()


@pytest.mark.filterwarnings("ignore:pkg_resources is deprecated")
def test_rasa_makes_it_from_its_endpoints_and_without_a_url_there_is_none(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in settings_in(tmp_path, tmp_path).as_environment().items():
        monkeypatch.setenv(name, value)
    named = AvailableEndpoints.read_endpoints(str(ROOT / "endpoints.yml")).event_broker
    assert named is not None and class_from_module_path(named.type) is InsightBroker
    broker = asyncio.run(InsightBroker.from_endpoint_config(named))
    assert broker is not None
    broker.erase("iemand").result()
    assert (tmp_path / "insight.db").exists()
    assert asyncio.run(InsightBroker.from_endpoint_config(EndpointConfig(url=""))) is None
