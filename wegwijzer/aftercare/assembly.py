"""The parts of looking back, made of the settings, for every process that needs them."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache

from wegwijzer.aftercare.counting import count_answer
from wegwijzer.aftercare.models import AftercareUnavailable, Later
from wegwijzer.aftercare.rounds import Asker, Talks
from wegwijzer.aftercare.store import AftercareStore
from wegwijzer.catalogue.loading import load_catalogue
from wegwijzer.learning.store import LearningStore, LearningUnavailable
from wegwijzer.paths import CATALOGUE
from wegwijzer.settings import Settings
from wegwijzer.web.outbox import OutboxUnavailable
from wegwijzer.whatsapp.kept import kept_stores


def store_of(settings: Settings) -> AftercareStore:
    """The store. Raises :class:`wegwijzer.aftercare.models.AftercareUnavailable` when its database cannot be used."""
    return AftercareStore(settings.aftercare_database)


def learning_of(settings: Settings) -> LearningStore:
    """Where messages are kept to learn from. Raises :class:`wegwijzer.learning.store.LearningUnavailable`."""
    return LearningStore(settings.insight_database, days=settings.learning_days)


def template_of(settings: Settings, channel: str) -> str:
    """What may be sent on a channel of WhatsApp after a day; empty when nothing."""
    whatsapp = settings.whatsapp
    if channel == "whatsapp" and whatsapp.cloud is not None:
        return whatsapp.cloud.aftercare
    if channel == "twilio" and whatsapp.twilio is not None:
        return whatsapp.twilio.aftercare
    return ""


def asker_of(settings: Settings, talks: Talks, clock: Callable[[], float] = time.time) -> Asker:
    """What asks whoever is due.

    Args:
        talks: the conversations of a Rasa server.
        clock: seconds since 1970.

    Raises:
        AftercareUnavailable, CatalogueError: a database or the catalogue cannot be used.
    """
    return Asker(
        AftercareStore(settings.aftercare_database, clock),
        talks,
        load_catalogue(CATALOGUE),
        lambda channel: template_of(settings, channel),
        lambda later: _heard_at(settings, later),
        lambda later, answer: count_answer(settings, later, answer),
    )


def _heard_at(settings: Settings, later: Later) -> float | None:
    """When somebody last wrote on WhatsApp. Raises :class:`AftercareUnavailable`."""
    try:
        with kept_stores(settings) as stores:
            found = [at for store in stores if (at := store.heard_at(later.conversation)) is not None]
    except OutboxUnavailable as error:
        raise AftercareUnavailable(str(error)) from error
    return found[0] if found else None


@lru_cache(maxsize=1)
def own_store() -> AftercareStore:
    """The store of this process, opened when it is first needed; tried again when that failed."""
    return store_of(Settings.from_environment())


@lru_cache(maxsize=1)
def own_learning() -> LearningStore:
    """The same for what is learned from."""
    return learning_of(Settings.from_environment())


@dataclass(frozen=True)
class Erasing:
    """Taking back what a conversation led to that would outlive it.

    Attributes:
        settings: where it is kept.
        store: the questions that were still to come.
    """

    settings: Settings
    store: AftercareStore

    def erase(self, conversation: str) -> int:
        """Delete everything. Returns how much there was.

        Raises:
            AftercareUnavailable: a database does not do its work; doing it again is safe.
        """
        self._take_back(conversation)
        return self.store.erase(conversation)

    def cancel(self, conversation: str) -> int:
        """Ask nothing later. Raises :class:`AftercareUnavailable`."""
        return self.store.cancel(conversation)

    def _take_back(self, conversation: str) -> None:
        given = self.store.given(conversation)
        if not given:
            return
        try:
            learning = learning_of(self.settings)
            try:
                learning.withdraw(given)
            finally:
                learning.database.close()
        except LearningUnavailable as error:
            raise AftercareUnavailable(str(error)) from error


@lru_cache(maxsize=1)
def own_erasing() -> Erasing:
    """That of this process."""
    return Erasing(Settings.from_environment(), own_store())
