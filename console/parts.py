"""What the pages work with, put together once."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from threading import Lock
from typing import Generic, Protocol, TypeVar

from wegwijzer.catalogue.loading import Catalogue, load_catalogue
from wegwijzer.catalogue.search import CatalogueIndex
from wegwijzer.handover.desk import Desk
from wegwijzer.handover.phone_vault import PhoneVault, read_keys
from wegwijzer.handover.store import HandoverStore
from wegwijzer.insight.store import InsightStore
from wegwijzer.learning.store import LearningStore
from wegwijzer.paths import CATALOGUE
from wegwijzer.settings import Settings
from wegwijzer.staff.models import StaffUnavailable
from wegwijzer.staff.oidc import MunicipalSignIn
from wegwijzer.staff.sessions import Sessions
from wegwijzer.staff.tables import METADATA
from wegwijzer.staff.users import Users
from wegwijzer.storage import Database

PATIENCE = 4.0
"""Seconds to wait for a database that is busy: a colleague is looking at the page."""

Clock = Callable[[], float]


class Closing(Protocol):
    """What has connections to give back."""

    def close(self) -> None:
        """Give them back."""


Store = TypeVar("Store", bound=Closing)


class Later(Generic[Store]):
    """A store that is opened when somebody first asks for it, so that what does not need it works without.

    Args:
        make: opens it. When that raises, the next time it is tried again.
    """

    def __init__(self, make: Callable[[], Store]) -> None:
        self._make, self._lock = make, Lock()
        self._made: Store | None = None

    def __call__(self) -> Store:
        """The store."""
        with self._lock:
            if self._made is None:
                self._made = self._make()
            return self._made

    def close(self) -> None:
        """Give back its connections, when it was opened."""
        if self._made is not None:
            self._made.close()


@dataclass(frozen=True)
class Parts:
    """What the pages work with.

    Attributes:
        settings: every setting.
        catalogue: what editors keep, with ``index`` to search it.
        store: the requests, with ``vault`` for telephone numbers.
        staff: the database of colleagues, with ``users`` and ``sessions``.
        learning: gives the messages that may be learned from; opened when somebody first asks, like ``insight``.
        municipal: the municipality's own sign-in, when it is set.
        insight: gives what was counted and released. Opened when somebody first asks: without it colleagues can still talk.
        clock: seconds since 1970.
    """

    settings: Settings
    catalogue: Catalogue
    index: CatalogueIndex
    store: HandoverStore
    vault: PhoneVault
    staff: Database
    users: Users
    sessions: Sessions
    learning: Later[LearningStore]
    municipal: MunicipalSignIn | None
    insight: Later[InsightStore]
    clock: Clock

    @classmethod
    def from_settings(cls, settings: Settings, clock: Clock = time.time, patience: float = PATIENCE) -> Parts:
        """Put together.

        Raises:
            HandoverUnavailable, StaffUnavailable: when the database cannot be used.
            CatalogueError: when the catalogue has mistakes.
        """
        catalogue = load_catalogue(CATALOGUE)
        store = HandoverStore(settings.handover.database, clock, settings.handover.targets, timeout=patience)
        staff = staff_database(settings, patience)
        console = settings.console
        return cls(
            settings=settings,
            catalogue=catalogue,
            index=CatalogueIndex(catalogue),
            store=store,
            vault=PhoneVault(store, read_keys(settings.handover.key)),
            staff=staff,
            users=Users(staff, clock),
            sessions=Sessions(staff, clock, idle=console.idle_minutes * 60.0, longest=console.session_hours * 3600.0),
            learning=Later(lambda: LearningStore(settings.insight_database, clock, settings.learning_days, timeout=patience)),
            municipal=MunicipalSignIn(console.oidc, staff, clock) if console.oidc else None,
            insight=Later(lambda: InsightStore(settings.insight_database, clock, key=settings.web_secret, timeout=patience)),
            clock=clock,
        )

    def desk(self) -> Desk:
        """The hours as they are now, with those of single days."""
        return Desk.of(self.catalogue, self.settings.handover.desk_hours, self.store.hours.all())

    def close(self) -> None:
        """Give back the connections."""
        self.store.close()
        self.staff.close()
        self.learning.close()
        self.insight.close()


def staff_database(settings: Settings, patience: float = PATIENCE) -> Database:
    """The database of colleagues: that of the hand-over. Raises :class:`StaffUnavailable`."""
    return Database(
        settings.handover.database, METADATA, setting="HANDOVER_DATABASE_URL", failure=StaffUnavailable, timeout=patience
    )
