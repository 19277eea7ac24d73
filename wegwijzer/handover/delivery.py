"""Sending what stands in the outbox to desks outside the console: again when it fails, never again after it arrived.

A delivery is claimed for a while before it is tried, so two processes do not try the same one. When a process dies between the
arrival and writing that down, it is tried once more with the same key, by which the receiver knows that it has it.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import dataclass

import sqlalchemy as sa

from wegwijzer.handover.models import Refused
from wegwijzer.handover.notices import Event
from wegwijzer.handover.store import HandoverStore
from wegwijzer.handover.tables import DELIVERY
from wegwijzer.handover.targets.contract import DeliveryFailed, Notice, Target, Undeliverable

_log = logging.getLogger(__name__)

MOST_ATTEMPTS = 8
"""After so many it is a dead letter."""

FIRST_WAIT = 15.0
"""Seconds before the second try; each next wait is twice as long."""

LONGEST_WAIT = 1800.0

LEASE = 180.0
"""Seconds that a delivery that is being tried is left alone by others; longer than any target may take."""


@dataclass(frozen=True)
class Round:
    """What one round did, in numbers of deliveries."""

    sent: int = 0
    failed: int = 0
    dead: int = 0


@dataclass(frozen=True)
class DeadLetter:
    """A delivery that was given up.

    Attributes:
        key: which.
        target: to whom.
        event: about what.
        attempts: how often it was tried.
        problem: why it failed last.
    """

    key: str
    target: str
    event: Event
    attempts: int
    problem: str


class Courier:
    """Brings what stands in the outbox.

    Args:
        store: the requests.
        targets: the desks, by the names that the store was given.
        console_url: where the console is, for the link; empty when it has no address.
    """

    def __init__(self, store: HandoverStore, targets: Mapping[str, Target], console_url: str = "") -> None:
        self._store, self._targets, self._console = store, dict(targets), console_url.rstrip("/")

    def run_once(self) -> Round:
        """Try everything that it is time for.

        Raises:
            HandoverUnavailable: when the database does not do its work.
        """
        counts = {"sent": 0, "failed": 0, "dead": 0}
        for row in self._ready():
            if self._claim(row):
                counts[self._try(row)] += 1
        return Round(**counts)

    def dead_letters(self) -> list[DeadLetter]:
        """What was given up, oldest first."""
        query = sa.select(DELIVERY).where(DELIVERY.c.state == "dead").order_by(DELIVERY.c.made_at, DELIVERY.c.key)
        with self._store.database.reading() as connection:
            rows = connection.execute(query).all()
        return [DeadLetter(row.key, row.target, Event(row.event), row.attempts, row.problem) for row in rows]

    def revive(self) -> int:
        """Try what was given up from the beginning. Returns how many."""
        values = {"state": "waits", "attempts": 0, "next_at": self._store.clock()}
        with self._store.database.writing() as connection:
            return int(connection.execute(DELIVERY.update().where(DELIVERY.c.state == "dead").values(**values)).rowcount)

    def _ready(self) -> list[sa.engine.Row]:
        query = sa.select(DELIVERY).where(DELIVERY.c.state == "waits", DELIVERY.c.next_at <= self._store.clock())
        with self._store.database.reading() as connection:
            return list(connection.execute(query.order_by(DELIVERY.c.made_at, DELIVERY.c.key)))

    def _claim(self, row: sa.engine.Row) -> bool:
        same = sa.and_(DELIVERY.c.key == row.key, DELIVERY.c.state == "waits", DELIVERY.c.attempts == row.attempts)
        values = {"attempts": row.attempts + 1, "next_at": self._store.clock() + LEASE}
        with self._store.database.writing() as connection:
            return bool(connection.execute(DELIVERY.update().where(same).values(**values)).rowcount)

    def _try(self, row: sa.engine.Row) -> str:
        target = self._targets.get(row.target)
        if target is None:
            return self._settle(row, "dead", "this target is no longer in HANDOVER_TARGETS")
        try:
            request = self._store.get(row.request_id)
            link = f"{self._console}/verzoek/{request.id}" if self._console else ""
            target.deliver(Notice(row.key, Event(row.event), request, link))
        except Refused:
            return "dead"  # erased in the meantime, and the delivery with it
        except Undeliverable as error:
            return self._settle(row, "dead", str(error))
        except DeliveryFailed as error:
            return self._settle(row, "dead" if row.attempts + 1 >= MOST_ATTEMPTS else "failed", str(error))
        except Exception as error:
            # One message that a target chokes on must not keep the others waiting. Only the kind of mistake is logged:
            # its words may repeat the message.
            _log.error("the target %s broke: %s", row.target, type(error).__name__)
            return self._settle(row, "dead", type(error).__name__)
        return self._settle(row, "sent")

    def _settle(self, row: sa.engine.Row, result: str, problem: str = "") -> str:
        values: dict[str, object] = {"state": "waits" if result == "failed" else result, "problem": problem[:255]}
        if result == "failed":
            values["next_at"] = self._store.clock() + wait_before(row.attempts + 2)
        with self._store.database.writing() as connection:
            connection.execute(DELIVERY.update().where(DELIVERY.c.key == row.key).values(**values))
        return result


def wait_before(attempt: int) -> float:
    """Seconds to wait before the second, third, ... attempt."""
    return float(min(LONGEST_WAIT, FIRST_WAIT * 2 ** (attempt - 2)))
