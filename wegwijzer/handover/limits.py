"""How long a resident waits for what, before something happens by itself."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Limits:
    """The times, all settings (``docs/operators.md``).

    Attributes:
        nobody_minutes: nobody took the request: apology, number, and the bot goes on.
        silent_minutes: the colleague does not answer: apology, number, and the bot goes on.
        crisis_minutes: nobody answers a request with danger: the helplines again, and an alert.
        phone_days: a telephone number is kept at most so long; a call that was not made by then is over.
    """

    nobody_minutes: float = 5
    silent_minutes: float = 10
    crisis_minutes: float = 2
    phone_days: int = 7
