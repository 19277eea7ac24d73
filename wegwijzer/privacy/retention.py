"""How long things are kept, as code. A conversation goes a day after its last message (docs/adr/0004)."""

from __future__ import annotations

import sqlite3
import time
from contextlib import closing
from pathlib import Path

from sqlalchemy.engine import make_url

from wegwijzer.handover.phone_vault import read_keys
from wegwijzer.settings import Settings
from wegwijzer.web.outbox import Outbox
from wegwijzer.whatsapp.config import WhatsAppSettings
from wegwijzer.whatsapp.people import People
from wegwijzer.whatsapp.store import Store


def purge_conversations(database: Path, hours: int, now: float | None = None) -> int:
    """Delete every conversation whose last message is older than ``hours``.

    Args:
        database: the embedded conversation database; a missing one holds nothing.
        hours: how long a conversation is kept after its last message.
        now: seconds since 1970, for tests.

    Returns:
        How many conversations were deleted.

    Raises:
        sqlite3.OperationalError: when the database is locked or cannot be written.
    """
    if not database.exists():
        return 0
    before = (time.time() if now is None else now) - hours * 3600
    with closing(sqlite3.connect(database, timeout=10)) as connection, connection:
        if not connection.execute("SELECT 1 FROM sqlite_master WHERE name = 'events'").fetchone():
            return 0
        old = connection.execute(
            "SELECT sender_id FROM events GROUP BY sender_id HAVING MAX(timestamp) < ?", (before,)
        ).fetchall()
        connection.execute("PRAGMA secure_delete = ON")
        connection.executemany("DELETE FROM events WHERE sender_id = ?", old)
    return len(old)


def purge_web_chat(url: str, hours: int) -> int:
    """Delete every conversation of the web chat in which nothing was said for so many hours; open pages notice.

    Args:
        url: of the database of the web chat.
        hours: how long a conversation is kept after its last message.

    Returns:
        How many conversations were deleted.

    Raises:
        wegwijzer.web.outbox.OutboxUnavailable: the database does not do its work.
    """
    outbox = Outbox(url)
    try:
        return outbox.purge(hours)
    finally:
        outbox.close()


def purge_whatsapp(settings: Settings) -> int:
    """Delete every person of WhatsApp with whom nothing was said for so many hours: their number, and what waits.

    Returns:
        How many people; none when there never was WhatsApp.

    Raises:
        wegwijzer.web.outbox.OutboxUnavailable: the database does not do its work.
    """
    whatsapp = settings.whatsapp
    ways = ((whatsapp, whatsapp.cloud is not None), (whatsapp.through_twilio(), whatsapp.twilio is not None))
    return sum(_purge_way(way, on, settings) for way, on in ways)


def _purge_way(way: WhatsAppSettings, on: bool, settings: Settings) -> int:
    """One way to WhatsApp; also one that is off now and was not before."""
    file = make_url(way.database)
    if not on and file.get_backend_name() == "sqlite" and not Path(file.database or "").exists():
        return 0
    store = Store(way.database, People(way.hash_key, read_keys(settings.handover.key)))
    try:
        return store.purge(settings.retention_hours)
    finally:
        store.close()


def purge(settings: Settings) -> tuple[int, int, int]:
    """A whole round. Returns how many conversations were deleted: of what the bot kept, of the web chat, and of WhatsApp.

    Raises:
        sqlite3.OperationalError: when the conversation database is locked or cannot be written.
        wegwijzer.web.outbox.OutboxUnavailable: when the database of the web chat or of WhatsApp does not do its work.
    """
    hours = settings.retention_hours
    whatsapp = purge_whatsapp(settings)
    return purge_conversations(settings.tracker_db, hours), purge_web_chat(settings.web_database, hours), whatsapp
