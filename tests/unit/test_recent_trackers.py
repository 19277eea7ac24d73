"""What is kept in memory between two messages is what the database has, or it is not used."""

from __future__ import annotations

import asyncio
import json
import sqlite3
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import BotUttered, SlotSet, UserUttered
from rasa.shared.core.slots import AnySlot
from rasa.shared.core.trackers import DialogueStateTracker

from channels import handover, patient_store
from channels.recent_trackers import RecentTrackers
from channels.thinning import MOST_TURNS
from channels.tracker_store import ErasingTrackerStore
from wegwijzer.handover.store import HandoverStore
from wegwijzer.settings import Settings

DOMAIN = Domain([], [], [AnySlot("wijk", mappings=[])], {}, [], {}, {})


@pytest.fixture
def path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    requests = HandoverStore(f"sqlite:///{tmp_path / 'handover.db'}")
    monkeypatch.setattr(handover, "own_store", lambda: requests)
    yield tmp_path / "tracker.db"
    requests.close()


def opened(path: Path) -> ErasingTrackerStore:
    """One server."""
    return ErasingTrackerStore(DOMAIN, dialect="sqlite", db=str(path))


def turn(store: ErasingTrackerStore, text: str, wijk: int, intent: str = "situatie") -> DialogueStateTracker:
    """One message and its answer, as Rasa handles it."""
    tracker = asyncio.run(store.get_or_create_tracker("iemand", append_action_listen=False))
    tracker.update(UserUttered(text, {"name": intent, "confidence": 1.0}))
    tracker.update(SlotSet("wijk", wijk))
    tracker.update(BotUttered(f"antwoord op {text}"))
    asyncio.run(store.save(tracker))
    return tracker


def stored(path: Path) -> list[dict[str, Any]]:
    with closing(sqlite3.connect(path)) as connection:
        return [json.loads(row[0]) for row in connection.execute("SELECT data FROM events ORDER BY id")]


def words(path: Path) -> list[str]:
    return [event["text"] for event in stored(path) if event["event"] in ("user", "bot")]


def test_each_event_is_stored_once_however_long_it_takes(path: Path) -> None:
    store = opened(path)
    for number in range(3 * MOST_TURNS):
        tracker = turn(store, f"bericht {number}", number)
    assert words(path) == [text for n in range(3 * MOST_TURNS) for text in (f"bericht {n}", f"antwoord op bericht {n}")]
    assert len([event for event in tracker.events if isinstance(event, UserUttered)]) <= MOST_TURNS + 1
    whole = asyncio.run(store.retrieve_full_tracker("iemand"))
    assert whole is not None and len(whole.events) == len(stored(path)), "who asks for all of it gets all of it"


def test_memory_and_database_tell_the_same(path: Path) -> None:
    store = opened(path)
    for number in range(2 * MOST_TURNS + 3):
        turn(store, f"bericht {number}", number)
        remembered = asyncio.run(store.retrieve("iemand"))
        read = asyncio.run(opened(path).retrieve("iemand"))
        assert remembered is not None and read is not None
        assert remembered.get_slot("wijk") == read.get_slot("wijk") == number
        assert [event for event in remembered.events if isinstance(event, UserUttered)][-5:] == [
            event for event in read.events if isinstance(event, UserUttered)
        ][-5:]


def test_what_another_server_wrote_is_read(path: Path) -> None:
    here, there = opened(path), opened(path)
    for number in range(6):
        turn((here, there)[number % 2], f"bericht {number}", number)
    assert words(path) == [text for n in range(6) for text in (f"bericht {n}", f"antwoord op bericht {n}")]


def test_a_turn_that_went_wrong_leaves_nothing_in_memory(path: Path) -> None:
    store = opened(path)
    turn(store, "een", 1)
    broken = asyncio.run(store.retrieve("iemand"))
    assert broken is not None
    broken.update(SlotSet("wijk", 99))  # and then the server breaks before it is saved
    again = asyncio.run(store.retrieve("iemand"))
    assert again is not None and again.get_slot("wijk") == 1


def test_who_cannot_be_stored_is_stored_with_the_next(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(patient_store, "PATIENCE", 0.0)
    store = opened(path)
    tracker = turn(store, "een", 1)
    tracker.update(UserUttered("twee", {"name": "situatie", "confidence": 1.0}))
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("ALTER TABLE events RENAME TO weg")
        with pytest.raises(Exception, match="events"):
            asyncio.run(store.save(tracker))
        connection.execute("ALTER TABLE weg RENAME TO events")
    asyncio.run(store.save(tracker))
    assert words(path) == ["een", "antwoord op een", "twee"]


def test_what_is_erased_is_in_no_memory(path: Path) -> None:
    store = opened(path)
    turn(store, "mijn verhaal", 1)
    store.erase("iemand")
    assert asyncio.run(store.retrieve("iemand")) is None
    turn(store, "opnieuw", 2)
    turn(store, "wis alles", 3, "wissen")
    assert words(path) == [] and not store._recent._kept


def test_the_quietest_conversations_make_room() -> None:
    recent = RecentTrackers(most=2)
    for name in ("een", "twee", "drie"):
        recent.put(DialogueStateTracker(name, []), 1)
    assert recent.take("een", 1) is None
    assert recent.take("drie", 1) is not None and recent.take("drie", 1) is None, "it is with who took it"
    assert recent.take("twee", 2) is None, "the database has something newer"


def test_who_is_alone_need_not_ask_the_database_for_a_while(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    alone, now = opened(path), [1000.0]
    monkeypatch.setattr("channels.recent_trackers.time.monotonic", lambda: now[0])
    monkeypatch.setattr(ErasingTrackerStore, "alone_for", 60.0)
    turn(alone, "een", 1)
    with closing(sqlite3.connect(path)) as other, other:
        other.execute("DELETE FROM events")
    now[0] += 59.0
    tracker = asyncio.run(alone.retrieve("iemand"))
    assert tracker is not None and tracker.get_slot("wijk") == 1
    # What was taken and not stored again, because the turn went wrong, is not there a second time.
    assert asyncio.run(alone.retrieve("iemand")) is None
    turn(alone, "twee", 2)
    with closing(sqlite3.connect(path)) as other, other:
        other.execute("DELETE FROM events")
    now[0] += 61.0
    assert asyncio.run(alone.retrieve("iemand")) is None, "after a while it is asked"


def test_on_one_machine_only_the_server_is_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    from channels.server import ALONE_FOR, share_the_interpreter

    before = sys.getswitchinterval()
    monkeypatch.setattr(ErasingTrackerStore, "alone_for", 0.0)
    try:
        share_the_interpreter(cast(Settings, SimpleNamespace(database="postgresql://x")))
        assert ErasingTrackerStore.alone_for == 0.0
        share_the_interpreter(cast(Settings, SimpleNamespace(database="")))
        assert ErasingTrackerStore.alone_for == ALONE_FOR
    finally:
        sys.setswitchinterval(before)
