"""Every part in one PostgreSQL: side by side, erased and purged from there, and by several machines at once."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
import sqlalchemy as sa
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import UserUttered
from rasa.shared.core.trackers import DialogueStateTracker

from channels.tracker_store import ErasingTrackerStore
from tests.running import settings_in
from tests.service.postgres import Postgres
from wegwijzer.aftercare.assembly import store_of as aftercare_of
from wegwijzer.catalogue.loading import load_catalogue
from wegwijzer.catalogue.store import CatalogueStore
from wegwijzer.handover.phone_vault import read_keys
from wegwijzer.handover.store import HandoverStore
from wegwijzer.insight.marks import Mark
from wegwijzer.insight.store import store_of
from wegwijzer.paths import CATALOGUE
from wegwijzer.privacy.conversations import Conversations
from wegwijzer.privacy.forgetting import forget
from wegwijzer.privacy.retention import purge
from wegwijzer.settings import Settings
from wegwijzer.web.contract import Said
from wegwijzer.web.outbox import Outbox
from wegwijzer.whatsapp.config import WhatsAppSettings
from wegwijzer.whatsapp.inbox import Inbox
from wegwijzer.whatsapp.incoming import Incoming, Kind
from wegwijzer.whatsapp.people import People
from wegwijzer.whatsapp.store import Store

OWN = ("WEGWIJZER_TRACKER_DB", "WEB_DATABASE_URL", "HANDOVER_DATABASE_URL", "WHATSAPP_DATABASE_URL", "TWILIO_DATABASE_URL",
       "INSIGHT_DATABASE_URL", "AFTERCARE_DATABASE_URL")  # fmt: skip
DAY = 86_400.0
NUMBER = "31612345678"


@pytest.fixture
def settings(postgres: Postgres, tmp_path: Path) -> Settings:
    return settings_in(tmp_path, tmp_path, **dict.fromkeys(OWN, ""), DATABASE_URL=postgres.new_database())


@pytest.fixture
def tracker(settings: Settings) -> Iterator[ErasingTrackerStore]:
    store = ErasingTrackerStore(Domain.empty(), host=settings.tracker_database)
    yield store
    store.engine.dispose()


def says(store: ErasingTrackerStore, sender: str, text: str, *ago: float) -> None:
    """Says it so many seconds ago; now when nothing is said about that."""
    events = [UserUttered(text, {"name": "situatie", "confidence": 1.0}, timestamp=time.time() - one) for one in ago or (0.0,)]
    asyncio.run(store.save(DialogueStateTracker.from_events(sender, events)))


def whatsapp(way: WhatsAppSettings, settings: Settings, ago: float = 0.0) -> Store:
    return Store(way.database, People(way.hash_key, read_keys(settings.handover.key)), lambda: time.time() - ago)


def writes(store: Store, ago: float = 0.0) -> str:
    Inbox(store, str).take([Incoming("wamid.1", NUMBER, time.time() - ago, Kind.TEXT, "hallo")])
    return store.people.name(NUMBER)


def test_all_parts_are_there_side_by_side_and_one_conversation_is_forgotten_everywhere(
    settings: Settings, tracker: ErasingTrackerStore
) -> None:
    CatalogueStore(settings.catalogue_database).sync(load_catalogue(CATALOGUE))
    box, requests = Outbox(settings.web_database), HandoverStore(settings.handover.database)
    for sender in ("anna", "bram"):
        says(tracker, sender, "ik mis hem")
        box.begin(sender)
        box.accept(sender, Said("bericht-0001", "ik mis hem"))
        requests.ask(sender, "web")
    insight, later = store_of(settings), aftercare_of(settings)
    insight.add("anna", [Mark(time.time(), "haltes", "verlies")])
    for sender in ("anna", "bram"):
        later.plan(sender, "web", "bibliotheek", "verlies", time.time() + DAY)
    found = {"web chat": 1, "WhatsApp": 0, "requests for a human being": 1, "looking back": 1, "insight": 1, "conversation": 1}
    assert forget(settings, "anna") == found and insight.noted("anna") == []
    assert later.conversations() == {"bram"}
    insight.close()
    later.close()
    assert not box.knows("anna") and requests.open_request("anna") is None
    assert box.knows("bram") and requests.open_request("bram") is not None
    assert Conversations(settings.tracker_database).count("bram") == 1
    box.close()
    requests.close()


def test_both_ways_to_whatsapp_keep_apart(settings: Settings) -> None:
    meta, twilio = (whatsapp(way, settings) for way in (settings.whatsapp, settings.whatsapp.through_twilio()))
    name = writes(meta)
    assert meta.knows(name) and meta.unfinished()[0] == [name]
    assert twilio.unfinished() == ([], [])
    other = writes(twilio)
    assert other != name and not meta.knows(other)
    meta.close()
    twilio.close()


def test_old_conversations_go_once_when_several_machines_purge(settings: Settings, tracker: ErasingTrackerStore) -> None:
    for number in range(20):
        says(tracker, f"oud {number}", "lang geleden", 2 * DAY)
    says(tracker, "anna", "lang geleden en nu weer", 2 * DAY, 0.0)
    box = Outbox(settings.web_database, clock=lambda: time.time() - 2 * DAY)
    box.begin("oud")
    meta = whatsapp(settings.whatsapp, settings, ago=2 * DAY)
    writes(meta, ago=2 * DAY)
    with ThreadPoolExecutor(4) as pool:
        purged = list(pool.map(lambda _: purge(settings), range(4)))
    assert [sum(counts) for counts in zip(*purged, strict=True)] == [20, 1, 1]
    assert Conversations(settings.tracker_database).count("anna") == 2
    box.close()
    meta.close()


def test_a_conversation_goes_on_when_postgresql_started_again(
    postgres: Postgres, settings: Settings, tracker: ErasingTrackerStore
) -> None:
    says(tracker, "anna", "een")
    postgres.stop()
    postgres.start()
    assert asyncio.run(tracker.retrieve("anna")) is not None


def test_a_conversation_waits_for_a_postgresql_that_is_away(
    postgres: Postgres, settings: Settings, tracker: ErasingTrackerStore
) -> None:
    says(tracker, "anna", "een")

    async def meanwhile() -> DialogueStateTracker | None:
        postgres.stop()
        starting = asyncio.create_task(asyncio.to_thread(postgres.start))
        found: DialogueStateTracker | None = await tracker.retrieve("anna")
        await starting
        return found

    assert asyncio.run(meanwhile()) is not None


def test_servers_that_start_at_once_on_an_empty_database_all_start(settings: Settings) -> None:
    with ThreadPoolExecutor(4) as pool:
        stores = list(pool.map(lambda _: ErasingTrackerStore(Domain.empty(), host=settings.tracker_database), range(4)))
    for store in stores:
        assert sa.inspect(store.engine).has_table("events")
        store.engine.dispose()
