"""What goes wrong at Meta, on purpose and always in the same way for the same seed."""

from __future__ import annotations

import random
from collections import Counter, deque
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from wegwijzer.graph_double.errors import GraphError


class Fault(StrEnum):
    """What happens to a message that a business sends."""

    TOO_FAST = "too_fast"
    PAIR = "pair"
    DOWN = "down"
    GATEWAY = "gateway"
    SLOW = "slow"
    HUNG_UP = "hung_up"
    LOST = "lost"
    """It is accepted and the answer gets lost: only a status tells."""


@dataclass
class Faults:
    """Decides for each message that is sent.

    Args:
        seed: of the chances.
        shares: how often each fault happens, from 0 to 1; together at most 1.
        retry_after: seconds that a 429 asks to wait; none says nothing.
        slowness: seconds that a slow answer takes.

    Attributes:
        always: one fault for every message, as long as it is set: the switch of the demo.
        happened: how often each did.
    """

    seed: int = 0
    shares: Mapping[Fault, float] = field(default_factory=dict)
    retry_after: float | None = None
    slowness: float = 3.0
    always: Fault | None = None
    happened: Counter[Fault] = field(default_factory=Counter)
    _next: deque[Fault | None] = field(default_factory=deque)

    def __post_init__(self) -> None:
        self._chance = random.Random(self.seed)  # noqa: S311 - no secret

    def then(self, faults: Iterable[Fault | None]) -> None:
        """What happens to the next messages, one for each, before chance decides again."""
        self._next.extend(faults)

    def draw(self) -> Fault | None:
        """What happens to this message."""
        fault = self.always or (self._next.popleft() if self._next else self._by_chance())
        if fault is not None:
            self.happened[fault] += 1
        return fault

    def error(self, fault: Fault) -> GraphError | None:
        """Graph's answer for a fault that is one."""
        if fault is Fault.TOO_FAST:
            return GraphError(130429, "Cloud API message throughput has been reached.", retry_after=self.retry_after)
        if fault is Fault.PAIR:
            return GraphError(131056, "Too many messages from this number to the same number in a short time")
        return GraphError(131000, "Message failed to send due to an unknown error.") if fault is Fault.DOWN else None

    def _by_chance(self) -> Fault | None:
        drawn = self._chance.random()
        for fault, share in self.shares.items():
            if drawn < share:
                return fault
            drawn -= share
        return None
