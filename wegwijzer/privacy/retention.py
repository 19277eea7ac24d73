"""How long things are kept, as code. A conversation goes a day after its last message (docs/adr/0004)."""

from __future__ import annotations

import time
from collections.abc import Collection
from pathlib import Path

from sqlalchemy.engine import make_url

from wegwijzer.aftercare.assembly import store_of as aftercare_of
from wegwijzer.aftercare.models import AftercareUnavailable
from wegwijzer.catalogue.loading import CatalogueError, load_catalogue
from wegwijzer.claims import ClaimsUnavailable, alone
from wegwijzer.insight.store import InsightUnavailable, store_of
from wegwijzer.learning.store import LearningStore, LearningUnavailable
from wegwijzer.paths import CATALOGUE, VAR
from wegwijzer.privacy.conversations import Conversations
from wegwijzer.privacy.logs import purge_logs
from wegwijzer.settings import Settings
from wegwijzer.web.outbox import Outbox, OutboxUnavailable
from wegwijzer.whatsapp.kept import kept_stores

FILES = "sqlite://"
"""Without a database that machines share there is nobody else."""


def purge_conversations(url: str, hours: int, now: float | None = None) -> int:
    """Delete every conversation whose last message is older than ``hours``.

    Args:
        url: of the conversation database; a file that is not there holds nothing.
        hours: how long a conversation is kept after its last message.
        now: seconds since 1970, for tests.

    Returns:
        How many conversations were deleted.

    Raises:
        wegwijzer.web.outbox.OutboxUnavailable: the database does not do its work.
    """
    return Conversations(url).purge((time.time() if now is None else now) - hours * 3600)


def purge_web_chat(url: str, hours: int, kept: Collection[str] = ()) -> int:
    """Delete every conversation of the web chat in which nothing was said for so many hours; open pages notice.

    Args:
        url: of the database of the web chat.
        hours: how long a conversation is kept after its last message.
        kept: of these the words go, and the conversation stays open: they said that they may be asked something later.

    Returns:
        How many conversations were deleted.

    Raises:
        wegwijzer.web.outbox.OutboxUnavailable: the database does not do its work.
    """
    outbox = Outbox(url)
    try:
        return outbox.purge(hours, kept)
    finally:
        outbox.close()


def purge_whatsapp(settings: Settings, kept: Collection[str] = ()) -> int:
    """Delete every person of WhatsApp with whom nothing was said for so many hours: their number, and what waits.

    Args:
        kept: of these only the words go: they said that they may be asked something later.

    Returns:
        How many people; none when there never was WhatsApp.

    Raises:
        wegwijzer.web.outbox.OutboxUnavailable: the database does not do its work.
    """
    with kept_stores(settings) as stores:
        return sum(store.purge(settings.retention_hours, kept) for store in stores)


def purge_learning(settings: Settings) -> int:
    """Delete every message that waited long enough to be learned from, or was kept long enough after it was labelled.

    Returns:
        How many; none when nothing was ever kept.

    Raises:
        wegwijzer.web.outbox.OutboxUnavailable: the database does not do its work.
    """
    url = make_url(settings.insight_database)
    if url.get_backend_name() == "sqlite" and not Path(url.database or "").exists():
        return 0
    try:
        store = LearningStore(settings.insight_database, days=settings.learning_days)
        try:
            return store.purge()
        finally:
            store.close()
    except LearningUnavailable as error:
        raise OutboxUnavailable(str(error)) from None


def count_what_is_over(settings: Settings) -> tuple[int, list[str]]:
    """Count conversations that are over, delete what was noted of each, and release the periods that are over.

    Returns:
        How many conversations were counted, and the periods that were released.

    Raises:
        wegwijzer.insight.store.InsightUnavailable: the database does not do its work.
        wegwijzer.catalogue.remedies.CatalogueError: the catalogue cannot be read, so that nothing can be held against it.
    """
    catalogue = load_catalogue(CATALOGUE)
    insight = store_of(settings)
    try:
        return insight.fold(time.time() - settings.retention_hours * 3600, catalogue), insight.release_due(catalogue)
    finally:
        insight.close()


def purge(settings: Settings) -> tuple[int, int, int]:
    """A whole round; nothing where another machine is at it in the same database.

    Returns how many conversations were deleted: of what the bot kept, of the web chat, and of WhatsApp.

    What is over is counted and released (``docs/insight.md``). Old lines of logs and messages that may no longer be learned from
    go too. Requests for a human being go in the rounds of the hand-over (``wegwijzer/handover/rounds.py``) with their telephone
    numbers.

    Raises:
        wegwijzer.web.outbox.OutboxUnavailable: when a database does not do its work.
    """
    hours = settings.retention_hours
    purge_logs(VAR / "log", settings.log_days)
    try:
        with alone(settings.database or FILES, "purge") as mine:
            if not mine:
                return 0, 0, 0
            kept = _asked_later(settings)
            whatsapp, web = purge_whatsapp(settings, kept), purge_web_chat(settings.web_database, hours, kept)
            purged = purge_conversations(settings.tracker_database, hours), web, whatsapp
            purge_learning(settings)
            count_what_is_over(settings)
            return purged
    except (ClaimsUnavailable, InsightUnavailable) as error:
        raise OutboxUnavailable(str(error)) from None
    except CatalogueError as error:
        raise OutboxUnavailable(f"nothing was counted: the catalogue has {len(error.problems)} problems") from None


def _asked_later(settings: Settings) -> frozenset[str]:
    """Who waits for one more question: their address is kept as long, and nothing they said."""
    try:
        store = aftercare_of(settings)
        try:
            store.purge(settings.retention_hours)
            return store.conversations()
        finally:
            store.close()
    except AftercareUnavailable as error:
        raise OutboxUnavailable(str(error)) from None
