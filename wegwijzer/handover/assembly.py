"""The parts of the hand-over, made of the settings, for every process that needs them."""

from __future__ import annotations

from datetime import datetime
from functools import lru_cache

from wegwijzer.catalogue.loading import Catalogue, load_catalogue
from wegwijzer.handover.bringing import Bringer
from wegwijzer.handover.delivery import Courier
from wegwijzer.handover.desk import Desk, Promise
from wegwijzer.handover.phone_vault import PhoneVault, read_keys
from wegwijzer.handover.rounds import Rounds
from wegwijzer.handover.store import HandoverStore
from wegwijzer.handover.words import DeskWords
from wegwijzer.paths import CATALOGUE
from wegwijzer.settings import Settings


def store_of(settings: Settings) -> HandoverStore:
    """The store. Raises :class:`wegwijzer.handover.models.HandoverUnavailable` when its database cannot be used."""
    return HandoverStore(settings.handover.database, targets=settings.handover.targets)


def vault_of(settings: Settings, store: HandoverStore) -> PhoneVault:
    """The telephone numbers."""
    return PhoneVault(store, read_keys(settings.handover.key))


def rounds_of(settings: Settings, store: HandoverStore) -> Rounds:
    """What must happen again and again."""
    return Rounds(
        store,
        vault_of(settings, store),
        Courier(store, settings.handover.targets),
        settings.handover.limits,
        settings.retention_hours,
        settings.handover.audit_days,
    )


def promise_at(moment: datetime, settings: Settings, store: HandoverStore, catalogue: Catalogue) -> Promise:
    """What may be promised now. Raises :class:`wegwijzer.handover.models.HandoverUnavailable`."""
    desk = Desk.of(catalogue, settings.handover.desk_hours, store.hours.all())
    return desk.promise(moment, catalogue.sentences)


@lru_cache(maxsize=1)
def own_store() -> HandoverStore:
    """The store of this process, opened when it is first needed; tried again when that failed."""
    return store_of(Settings.from_environment())


def bringer_of(settings: Settings, store: HandoverStore) -> Bringer:
    """What brings lines over. Raises ``CatalogueError`` when the catalogue is broken."""
    return Bringer(store, vault_of(settings, store), DeskWords(load_catalogue(CATALOGUE)))


@lru_cache(maxsize=1)
def own_bringer() -> Bringer:
    """The bringer of this process."""
    return bringer_of(Settings.from_environment(), own_store())
