"""Erasing everything of one conversation, wherever it is kept. A test holds ``docs/privacy.md`` to the same list of places."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Mapping
from contextlib import closing
from urllib.parse import quote

import httpx

from wegwijzer.handover.assembly import store_of
from wegwijzer.settings import Settings
from wegwijzer.web.outbox import Outbox
from wegwijzer.whatsapp.kept import kept_stores

PATIENCE = 60.0
"""Seconds that a running server may take: it first ends what it is saying in that conversation."""


class NotForgotten(Exception):
    """A place did not do its work; the message says which one. Doing it again is safe."""


def _of_the_web_chat(settings: Settings, sender: str) -> int:
    outbox = Outbox(settings.web_database)
    try:
        known = outbox.end(sender)
        outbox.erase(sender)
        return int(known)
    finally:
        outbox.close()


def _of_whatsapp(settings: Settings, sender: str) -> int:
    with kept_stores(settings) as stores:
        return sum(store.erase(sender) for store in stores)


def _of_the_bot(settings: Settings, sender: str) -> int:
    """By the server when it runs: it alone knows that nothing of this conversation is on its way to the database."""
    known = _events(settings, sender)
    address = f"http://{settings.host}:{settings.rasa_port}"
    try:
        answer = httpx.delete(
            f"{address}/conversations/{quote(sender, safe='')}",
            headers={"Authorization": f"Bearer {settings.token}"}, timeout=PATIENCE, trust_env=False,
        )  # fmt: skip
    except httpx.ConnectError:
        pass
    else:
        if answer.status_code != httpx.codes.NO_CONTENT:
            raise NotForgotten(f"the server on {address} answered {answer.status_code}")
    _delete_events(settings, sender)
    return known


def _of_the_handover(settings: Settings, sender: str) -> int:
    store = store_of(settings)
    try:
        return store.erase(sender)
    finally:
        store.close()


PLACES: Mapping[str, Callable[[Settings, str], int]] = {
    "web chat": _of_the_web_chat,
    "WhatsApp": _of_whatsapp,
    "requests for a human being": _of_the_handover,
    "conversation": _of_the_bot,
}
"""By name, in the order in which they are erased: what waits for an answer first, so that nothing new is written behind it."""


def forget(settings: Settings, sender: str) -> dict[str, int]:
    """Erase a conversation everywhere.

    Args:
        settings: where the databases and the server are.
        sender: the name of the conversation: Rasa's sender id.

    Returns:
        Per place how much there was: conversations, people, requests, events.

    Raises:
        NotForgotten: a place did not do its work. What was erased before it stays erased.
    """
    erased: dict[str, int] = {}
    for name, erase in PLACES.items():
        try:
            erased[name] = erase(settings, sender)
        except NotForgotten:
            raise
        except Exception as error:
            raise NotForgotten(f"{name}: {error}") from error
    return erased


def _events(settings: Settings, sender: str) -> int:
    return _in_tracker(settings, "SELECT COUNT(*) FROM events WHERE sender_id = ?", sender)


def _delete_events(settings: Settings, sender: str) -> None:
    _in_tracker(settings, "DELETE FROM events WHERE sender_id = ?", sender)


def _in_tracker(settings: Settings, statement: str, sender: str) -> int:
    if not settings.tracker_db.exists():
        return 0
    with closing(sqlite3.connect(settings.tracker_db, timeout=10)) as connection, connection:
        if not connection.execute("SELECT 1 FROM sqlite_master WHERE name = 'events'").fetchone():
            return 0
        connection.execute("PRAGMA secure_delete = ON")
        row = connection.execute(statement, (sender,)).fetchone()
        return int(row[0]) if row else 0
