"""How much waits, read from the databases when it is asked: nobody keeps count beside them, so no count can be wrong."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import suppress

import sqlalchemy as sa
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector

from wegwijzer.handover.states import OPEN
from wegwijzer.handover.tables import DELIVERY, REQUEST
from wegwijzer.settings import Settings
from wegwijzer.storage import Conflict, Database
from wegwijzer.watching.metrics import LABELS, QUEUES
from wegwijzer.web import outbox
from wegwijzer.whatsapp.store import State
from wegwijzer.whatsapp.tables import MESSAGE, REPLY
from wegwijzer.whatsapp.tables import METADATA as WHATSAPP

PATIENCE = 2.0
"""Seconds to wait for a database: who asks for numbers asks again soon."""

ENTRY = outbox.METADATA.tables["web_entry"]

GIVEN_UP = "dead"
"""State of what could not be delivered, of the desks and of WhatsApp alike."""

Number = tuple[str, str, int]
"""A name of :data:`wegwijzer.watching.metrics.QUEUES`, the value of its label, and how many."""


class QueuesUnavailable(Exception):
    """A database does not do its work now. The message names it, and nothing that is in it."""


class Queues(Collector):
    """The numbers.

    Args:
        readers: each opens a database and counts in it; one that fails leaves its numbers out, and the others go on.
    """

    def __init__(self, readers: Iterable[Callable[[], Iterable[Number]]]) -> None:
        self._readers = tuple(readers)

    def describe(self) -> Iterable[GaugeMetricFamily]:
        """The names, without asking a database."""
        return _families().values()

    def collect(self) -> Iterable[GaugeMetricFamily]:
        """The numbers as they are now."""
        families = _families()
        for reader in self._readers:
            with suppress(QueuesUnavailable, Conflict):
                for name, label, count in reader():
                    families[name].add_metric([label], count)
        return families.values()


def queues_of(settings: Settings) -> Queues:
    """The queues of this product."""
    readers: list[_Reader] = [_Handover(settings.handover.database), _Web(settings.web_database)]
    if settings.whatsapp.cloud is not None:
        readers.append(_WhatsApp(settings.whatsapp.database, "whatsapp"))
    if settings.whatsapp.twilio is not None:
        readers.append(_WhatsApp(settings.whatsapp.twilio_database, "twilio"))
    return Queues(readers)


class _Reader:
    """Counts in one database, which is opened when it is first asked.

    Args:
        url: of the database.
        metadata: its tables.
        setting: that holds the URL.
    """

    def __init__(self, url: str, metadata: sa.MetaData, setting: str) -> None:
        self._url, self._metadata, self._setting = url, metadata, setting
        self._database: Database | None = None

    def __call__(self) -> list[Number]:
        if self._database is None:
            self._database = Database(
                self._url, self._metadata, setting=self._setting, failure=QueuesUnavailable, timeout=PATIENCE
            )
        with self._database.reading() as connection:
            return list(self.count(connection))

    def count(self, connection: sa.engine.Connection) -> Iterator[Number]:
        """The numbers of this database."""
        raise NotImplementedError


class _Handover(_Reader):
    def __init__(self, url: str) -> None:
        super().__init__(url, REQUEST.metadata, "HANDOVER_DATABASE_URL")

    def count(self, connection: sa.engine.Connection) -> Iterator[Number]:
        still = REQUEST.c.state.in_([state.value for state in OPEN])
        found = _grouped(connection, REQUEST.c.state, still)
        for state in LABELS["state"]:
            yield "wegwijzer_handovers_open", state, found.get(state, 0)
        yield "wegwijzer_dead_letters", "desk", _total(connection, DELIVERY.c.state == GIVEN_UP)


class _Web(_Reader):
    def __init__(self, url: str) -> None:
        super().__init__(url, outbox.METADATA, "WEB_DATABASE_URL")

    def count(self, connection: sa.engine.Connection) -> Iterator[Number]:
        yield "wegwijzer_messages_waiting", "web", _total(connection, ENTRY.c.waiting.is_(sa.true()))


class _WhatsApp(_Reader):
    def __init__(self, url: str, kind: str) -> None:
        super().__init__(url, WHATSAPP, f"{kind.upper()}_DATABASE_URL")
        self._kind = kind

    def count(self, connection: sa.engine.Connection) -> Iterator[Number]:
        waiting = connection.scalar(sa.select(sa.func.count()).select_from(MESSAGE))
        states = _grouped(connection, REPLY.c.state, REPLY.c.state.in_((State.WAITS, State.SENDING, State.DEAD)))
        yield "wegwijzer_messages_waiting", self._kind, int(waiting)
        yield "wegwijzer_answers_waiting", self._kind, states.get(State.WAITS, 0) + states.get(State.SENDING, 0)
        yield "wegwijzer_dead_letters", self._kind, states.get(State.DEAD, 0)


def _families() -> Mapping[str, GaugeMetricFamily]:
    return {name: GaugeMetricFamily(name, said, labels=[label]) for name, (said, label) in QUEUES.items()}


def _total(connection: sa.engine.Connection, where: sa.sql.ColumnElement) -> int:
    return int(connection.scalar(sa.select(sa.func.count()).where(where)))


def _grouped(connection: sa.engine.Connection, column: sa.Column, where: sa.sql.ColumnElement) -> dict[str, int]:
    query = sa.select(column, sa.func.count()).where(where).group_by(column)
    return {row[0]: int(row[1]) for row in connection.execute(query)}
