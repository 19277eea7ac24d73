"""Whether the database can be written, and whether what stands in it can be read with the keys that are set."""

from __future__ import annotations

from collections.abc import Iterator

import sqlalchemy as sa

from wegwijzer.handover.phone_vault import read_keys
from wegwijzer.whatsapp.check.findings import Finding, good, look, wrong
from wegwijzer.whatsapp.outgoing import Outgoing
from wegwijzer.whatsapp.people import NumberLost, People
from wegwijzer.whatsapp.store import Store, StoreUnavailable
from wegwijzer.whatsapp.tables import PERSON, SEEN


def findings(name: str, database: str, hash_key: str, keys: str) -> Iterator[Finding]:
    """Of one database.

    Args:
        name: what to call it.
        database: its URL.
        hash_key, keys: as in the settings.
    """
    people = People(hash_key, read_keys(keys))
    try:
        store = Store(database, people)
        try:
            with store.writing() as connection:
                connection.execute(SEEN.delete().where(sa.false()))
            with store.database.reading() as connection:
                number = connection.scalar(sa.select(PERSON.c.number).limit(1))
            dead = Outgoing(store).dead_letters()
        finally:
            store.close()
    except StoreUnavailable as error:
        yield wrong(f"{name}: {error}", "Maak ruimte, geef rechten, of start de database.")
        return
    yield good(f"{name}: kan gelezen en beschreven worden")
    if dead:
        yield look(
            f"{name}: {dead} berichten konden niet verstuurd worden", "De codes staan in var/log/rasa_server.log, bij: given up."
        )
    try:
        if number is not None:
            people.show(number)
    except NumberLost:
        yield wrong(
            "sleutel: wat er bewaard is, heeft een andere sleutel",
            "Zet de oude sleutel achter de nieuwe in HANDOVER_KEY.",
        )
    else:
        yield good("sleutels")
