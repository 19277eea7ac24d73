"""A conversation goes a day after its last message, or at once when the person asks."""

from __future__ import annotations

import asyncio
import os
import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from wegwijzer.aftercare.store import AftercareStore
from wegwijzer.handover.store import HandoverStore
from wegwijzer.privacy.logs import purge_logs
from wegwijzer.privacy.retention import purge, purge_conversations
from wegwijzer.settings import Settings
from wegwijzer.web.contract import Said, Who
from wegwijzer.web.outbox import Outbox, OutboxUnavailable

HOUR = 3600.0
NOW = 1_750_000_000.0


@pytest.fixture
def database(tmp_path: Path) -> Path:
    """A conversation database with the columns that Rasa makes."""
    path = tmp_path / "tracker.db"
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute(
            "CREATE TABLE events (id INTEGER PRIMARY KEY, sender_id VARCHAR(255), type_name VARCHAR(255), timestamp FLOAT,"
            " intent_name VARCHAR(255), action_name VARCHAR(255), data TEXT)"
        )
    return path


def tell(database: Path, sender: str, *hours_ago: float, data: str = "{}") -> None:
    with closing(sqlite3.connect(database)) as connection, connection:
        rows = [(sender, "user", NOW - hours * HOUR, data) for hours in hours_ago]
        connection.executemany("INSERT INTO events (sender_id, type_name, timestamp, data) VALUES (?, ?, ?, ?)", rows)


def senders(database: Path) -> set[str]:
    with closing(sqlite3.connect(database)) as connection:
        return {row[0] for row in connection.execute("SELECT sender_id FROM events")}


def test_what_is_older_than_a_day_goes_and_the_rest_stays(database: Path) -> None:
    tell(database, "gisteren", 30, 25)
    tell(database, "vandaag", 2, 1)
    assert purge_conversations(f"sqlite:///{database}", 24, now=NOW) == 1
    assert senders(database) == {"vandaag"}


def test_the_last_message_counts_not_the_first(database: Path) -> None:
    tell(database, "lang gesprek", 100, 50, 1)
    assert purge_conversations(f"sqlite:///{database}", 24, now=NOW) == 0
    with closing(sqlite3.connect(database)) as connection:
        assert connection.execute("SELECT COUNT(*) FROM events").fetchone() == (3,)


def test_just_within_the_time_stays(database: Path) -> None:
    tell(database, "net niet", 23.99)
    tell(database, "net wel", 24.01)
    assert purge_conversations(f"sqlite:///{database}", 24, now=NOW) == 1
    assert senders(database) == {"net niet"}


def test_another_time_can_be_set(database: Path) -> None:
    tell(database, "a", 2)
    tell(database, "b", 5)
    assert purge_conversations(f"sqlite:///{database}", 3, now=NOW) == 1
    assert purge_conversations(f"sqlite:///{database}", 1, now=NOW) == 1
    assert senders(database) == set()


def test_the_clock_of_the_machine_is_used_by_itself(database: Path) -> None:
    tell(database, "lang geleden", 0)
    assert purge_conversations(f"sqlite:///{database}", 1) == 1, "the events of these tests lie in the past"


def test_no_words_stay_behind_in_the_file(database: Path) -> None:
    secret = "mijn geheime verhaal " * 40
    tell(database, "oud", 48, data=secret)
    assert b"geheime verhaal" in database.read_bytes()
    purge_conversations(f"sqlite:///{database}", 24, now=NOW)
    assert b"geheime verhaal" not in database.read_bytes()


def test_nothing_to_do_is_fine(database: Path, tmp_path: Path) -> None:
    assert purge_conversations(f"sqlite:///{database}", 24, now=NOW) == 0
    assert purge_conversations(f"sqlite:///{tmp_path}/bestaat_niet.db", 24) == 0
    assert not (tmp_path / "bestaat_niet.db").exists(), "looking makes no file"
    (tmp_path / "leeg.db").touch()
    assert purge_conversations(f"sqlite:///{tmp_path}/leeg.db", 24) == 0


def test_a_locked_database_is_said_and_nothing_is_half_deleted(database: Path) -> None:
    tell(database, "oud", 48)
    with closing(sqlite3.connect(database)) as other:
        other.execute("BEGIN EXCLUSIVE")
        with pytest.raises(OutboxUnavailable):
            purge_conversations(f"sqlite:///{database}?timeout=0.01", 24, now=NOW)
        other.rollback()
    assert senders(database) == {"oud"}


def test_who_may_be_asked_later_keeps_an_empty_conversation_until_then(tmp_path: Path) -> None:
    moment = [NOW]
    outbox = Outbox(f"sqlite:///{tmp_path / 'web.db'}", clock=lambda: moment[0])
    for name in ("anna", "bo"):
        outbox.begin(name)
        outbox.accept(name, Said("bericht-1", "mijn geheime verhaal", address="u"))
    moment[0] += 25 * HOUR
    assert outbox.purge(24, {"anna"}) == 1
    assert outbox.purge(24, {"anna"}) == 0, "what is empty stays as it is"
    assert not outbox.knows("bo") and outbox.address("anna") == "u"
    (cleared,) = outbox.after("anna").entries
    assert cleared.body["cleared_up_to"] == 1 and outbox.unfinished() == ([], [])
    assert b"geheime" not in (tmp_path / "web.db").read_bytes()
    assert outbox.push("anna", Who.BOT, [{"text": "Is het gelukt?"}], client_id="nazorg.1")
    assert not outbox.push("anna", Who.BOT, [{"text": "Is het gelukt?"}], client_id="nazorg.1"), "its line is said once"
    moment[0] += 25 * HOUR
    assert outbox.purge(24) == 1 and not outbox.knows("anna")
    outbox.close()


def settings_with(database: Path, web: str, folder: Path) -> Settings:
    """All databases in a folder of the test."""
    return Settings.from_environment(
        {"RASA_TOKEN": "not-a-real-token", "WEB_SECRET": "een-heel-lang-geheim-voor-de-chat-0123", "WEB_DATABASE_URL": web,
         "WEGWIJZER_TRACKER_DB": str(database), "WHATSAPP_DATABASE_URL": f"sqlite:///{folder / 'whatsapp.db'}",
         "INSIGHT_DATABASE_URL": f"sqlite:///{folder / 'insight.db'}",
         "AFTERCARE_DATABASE_URL": f"sqlite:///{folder / 'aftercare.db'}"}
    )  # fmt: skip


def test_a_round_asks_who_may_be_asked_later_before_it_deletes(database: Path, tmp_path: Path) -> None:
    store = AftercareStore(f"sqlite:///{tmp_path / 'aftercare.db'}")
    store.plan("anna", "web", "een", "verlies", time.time() + HOUR)
    store.close()
    url = f"sqlite:///{tmp_path / 'web.db'}"
    outbox = Outbox(url, clock=lambda: NOW)
    outbox.begin("anna")
    outbox.close()
    assert purge(settings_with(database, url, tmp_path)) == (0, 0, 0)
    left = Outbox(url)
    assert left.knows("anna")
    left.close()


# --- at once, in the store that Rasa uses -----------------------------------------------------------------------------


@pytest.fixture
def store_and_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[object, Path]]:
    from rasa.shared.core.domain import Domain

    from channels import handover
    from channels.tracker_store import ErasingTrackerStore

    requests = HandoverStore(f"sqlite:///{tmp_path / 'handover.db'}")
    monkeypatch.setattr(handover, "own_store", lambda: requests)

    path = tmp_path / "nieuw" / "tracker.db"
    store = ErasingTrackerStore(Domain.empty(), dialect="sqlite", db=str(path))
    yield store, path
    store.engine.dispose()
    requests.close()


def _said(sender: str, *intents: str) -> object:
    from rasa.shared.core.events import UserUttered
    from rasa.shared.core.trackers import DialogueStateTracker

    events = [UserUttered(f"mijn verhaal {intent}", {"name": intent, "confidence": 1.0}) for intent in intents]
    return DialogueStateTracker.from_events(sender, events)


@pytest.mark.parametrize("intent", ["wissen", "opnieuw"])
def test_erase_my_conversation_erases_that_one_only(store_and_file: tuple[object, Path], intent: str) -> None:
    store, path = store_and_file
    for tracker in (_said("ik", "situatie"), _said("ander", "situatie")):
        asyncio.run(store.save(tracker))  # type: ignore[attr-defined]
    assert senders(path) == {"ik", "ander"}
    asyncio.run(store.save(_said("ik", "situatie", intent)))  # type: ignore[attr-defined]
    assert senders(path) == {"ander"}


def test_an_ordinary_message_erases_nothing(store_and_file: tuple[object, Path]) -> None:
    store, path = store_and_file
    asyncio.run(store.save(_said("ik", "wissen", "situatie")))  # type: ignore[attr-defined]
    assert senders(path) == {"ik"}


def test_what_rasa_stores_is_found_by_the_purge(store_and_file: tuple[object, Path]) -> None:
    store, path = store_and_file
    asyncio.run(store.save(_said("ik", "situatie")))  # type: ignore[attr-defined]
    assert purge_conversations(f"sqlite:///{path}", 1) == 0
    assert purge_conversations(f"sqlite:///{path}", 1, now=4_000_000_000.0) == 1
    assert senders(path) == set()


# --- the web chat -----------------------------------------------------------------------------------------------------


def test_a_round_takes_old_conversations_of_the_bot_and_of_the_web_chat(database: Path, tmp_path: Path) -> None:
    tell(database, "oud", 48)
    url = f"sqlite:///{tmp_path / 'web.db'}"
    for name, moment in (("oud", NOW - 48 * HOUR), ("nu", time.time())):
        outbox = Outbox(url, clock=lambda moment=moment: moment)  # type: ignore[misc]
        outbox.begin(name)
        outbox.accept(name, Said("bericht-1", "mijn geheime verhaal"))
        outbox.close()
    assert purge(settings_with(database, url, tmp_path)) == (1, 1, 0)
    assert not (tmp_path / "whatsapp.db").exists(), "without WhatsApp nothing is made for it"
    left = Outbox(url)
    assert (left.knows("oud"), left.knows("nu")) == (False, True)
    left.close()


# --- logs

TODAY = datetime(2026, 11, 22, 12, 0)
OLD, NEW = b"2026-11-01 10:00:00,000 INFO x: oud\n", b"2026-11-21 10:00:00,000 INFO x: nieuw\n"


@pytest.mark.parametrize(
    ("lines", "kept", "deleted"),
    [
        (OLD + b"  hoort bij oud\n" + NEW, NEW, 2),
        (b"zonder datum\n" + OLD + NEW + OLD, NEW + OLD, 2),
        (b"zonder datum\n" + NEW, b"zonder datum\n" + NEW, 0),
        (b"zonder datum\n", b"zonder datum\n", 0),
        (b"", b"", 0),
        (b"\xff\xfe\n" + OLD + b"[2026-11-21 10:00:00] [INFO] ook een vorm\n", b"[2026-11-21 10:00:00] [INFO] ook een vorm\n", 2),
    ],
)
def test_old_lines_leave_a_log(tmp_path: Path, lines: bytes, kept: bytes, deleted: int) -> None:
    (tmp_path / "sub").mkdir()
    log = tmp_path / "sub" / "rasa_server.log"
    log.write_bytes(lines)
    os.utime(log, (TODAY.timestamp(), TODAY.timestamp()))
    assert purge_logs(tmp_path, 14, TODAY) == deleted
    assert log.read_bytes() == kept


def test_a_log_in_use_is_written_on_at_its_end(tmp_path: Path) -> None:
    log = tmp_path / "a.log"
    with log.open("ab", buffering=0) as writer:
        writer.write(OLD + NEW)
        purge_logs(tmp_path, 14, TODAY)
        writer.write(NEW)
    assert log.read_bytes() == NEW + NEW


def test_a_log_that_nobody_writes_any_more_goes_and_no_folder_is_no_trouble(tmp_path: Path) -> None:
    log = tmp_path / "a.log"
    log.write_bytes(OLD)
    os.utime(log, ((TODAY - timedelta(days=20)).timestamp(),) * 2)
    assert purge_logs(tmp_path, 14, TODAY) == 1
    assert not log.exists()
    assert purge_logs(tmp_path / "nergens", 14, TODAY) == 0
