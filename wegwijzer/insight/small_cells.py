"""What may be shown of a count: nothing below ten, and above that not the count itself but a multiple of five near it.

Rounding is at random and unbiased (a count that is twice as near is twice as likely), drawn once and kept: who looks twice, or
takes one table from another, learns no count. See Cox (1987), "A Constructive Procedure for Unbiased Controlled Rounding", JASA
82(398), and Hundepool et al., "Statistical Disclosure Control" (2012), chapter 5.
"""

from __future__ import annotations

from typing import Protocol

LEAST = 10
"""Fewer people than this are never shown."""

STEP = 5
"""What is shown is a multiple of this."""


class Chance(Protocol):
    """Draws numbers: ``secrets.SystemRandom``, and in tests one that draws the same again."""

    def randrange(self, start: int) -> int:
        """A number of 0 up to, and without, this one."""


def shown(count: int, random: Chance) -> int | None:
    """What may be shown of a count of people.

    Args:
        count: how many there really are, 0 or more.
        random: draws which of the two neighbours it becomes; nobody may be able to draw the same again.

    Returns:
        ``None`` when there are fewer than :data:`LEAST`; otherwise a multiple of :data:`STEP` that is less than a step away.
    """
    if count < LEAST:
        return None
    below, rest = divmod(count, STEP)
    return STEP * (below + (random.randrange(STEP) < rest))


def possible(said: int | None) -> tuple[int, int]:
    """The lowest and the highest count that can be behind what is shown."""
    if said is None:
        return 0, LEAST - 1
    return max(LEAST, said - STEP + 1), said + STEP - 1
