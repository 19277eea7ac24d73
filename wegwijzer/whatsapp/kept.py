"""The databases of both ways to WhatsApp, for who purges or erases: also of a way that is off now and was not before."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy.engine import make_url

from wegwijzer.handover.phone_vault import read_keys
from wegwijzer.settings import Settings
from wegwijzer.whatsapp.people import People
from wegwijzer.whatsapp.store import Store


@contextmanager
def kept_stores(settings: Settings) -> Iterator[list[Store]]:
    """What there is: Meta's, Twilio's, both or none.

    Raises:
        wegwijzer.web.outbox.OutboxUnavailable: a database does not do its work.
    """
    whatsapp = settings.whatsapp
    ways = ((whatsapp, whatsapp.cloud is not None), (whatsapp.through_twilio(), whatsapp.twilio is not None))
    keys = read_keys(settings.handover.key)
    stores: list[Store] = []
    try:
        stores += [Store(way.database, People(way.hash_key, keys)) for way, on in ways if on or _exists(way.database)]
        yield stores
    finally:
        for store in stores:
            store.close()


def names_of(settings: Settings, number: str) -> tuple[str, ...]:
    """The sender ids that a telephone number has with us, one for each way.

    Args:
        number: international, with a plus in front.
    """
    whatsapp = settings.whatsapp
    keys = read_keys(settings.handover.key)
    given = number.removeprefix("+")
    return tuple(People(way.hash_key, keys).name(given) for way in (whatsapp, whatsapp.through_twilio()))


def _exists(database: str) -> bool:
    url = make_url(database)
    return url.get_backend_name() != "sqlite" or Path(url.database or "").exists()
