"""What must happen again and again while the product runs. Any number of processes may do it at the same time."""

from __future__ import annotations

from dataclasses import dataclass

from wegwijzer.handover.delivery import Courier, Round
from wegwijzer.handover.due import Due, settle_due
from wegwijzer.handover.limits import Limits
from wegwijzer.handover.phone_vault import PhoneVault
from wegwijzer.handover.store import HandoverStore

EVERY = 5.0
"""Seconds between two rounds: the shortest limit is counted in minutes."""


@dataclass(frozen=True)
class Rounds:
    """One round after another.

    Attributes:
        store, vault, courier: what they are about.
        limits: how long a resident waits.
        retention_hours: how long a request is kept after its end.
        audit_days: how long it is kept who did what.
    """

    store: HandoverStore
    vault: PhoneVault
    courier: Courier
    limits: Limits
    retention_hours: int
    audit_days: int

    def run_once(self) -> tuple[list[Due], Round]:
        """Do what became due, then send, then forget what is old.

        Raises:
            HandoverUnavailable: when the database does not do its work; the next round does the rest.
        """
        happened = settle_due(self.store, self.limits)
        sent = self.courier.run_once()
        self.vault.purge(self.limits.phone_days)
        self.store.purge(self.retention_hours, self.audit_days)
        return happened, sent
