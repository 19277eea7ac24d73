"""Erasing everything of one conversation, wherever it is kept. A test holds ``docs/privacy.md`` to the same list of places."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from urllib.parse import quote

import httpx

from wegwijzer.aftercare.assembly import Erasing
from wegwijzer.aftercare.assembly import store_of as aftercare_of
from wegwijzer.handover.assembly import store_of
from wegwijzer.insight.store import store_of as insight_of
from wegwijzer.privacy.conversations import Conversations
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
    address = settings.rasa_url
    conversations = Conversations(settings.tracker_database)
    known = conversations.count(sender)
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
    conversations.erase(sender)
    return known


def _of_the_handover(settings: Settings, sender: str) -> int:
    store = store_of(settings)
    try:
        return store.erase(sender)
    finally:
        store.close()


def _of_aftercare(settings: Settings, sender: str) -> int:
    """Also the messages that were given to learn from: with the conversation the yes is taken back."""
    store = aftercare_of(settings)
    try:
        return Erasing(settings, store).erase(sender)
    finally:
        store.close()


def _of_the_counts(settings: Settings, sender: str) -> int:
    """Also when the server erases it again: what it notes in between is on its way there."""
    insight = insight_of(settings)
    try:
        return insight.erase(sender)
    finally:
        insight.close()


PLACES: Mapping[str, Callable[[Settings, str], int]] = {
    "web chat": _of_the_web_chat,
    "WhatsApp": _of_whatsapp,
    "requests for a human being": _of_the_handover,
    "looking back": _of_aftercare,
    "insight": _of_the_counts,
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
