"""How soon Meta hears that a message was taken, while many people talk on WhatsApp at once."""

from __future__ import annotations

import asyncio
import random
import statistics
import time
from collections.abc import Callable
from contextlib import suppress

from wegwijzer.evaluation.benchmark import SCRIPT
from wegwijzer.graph_double.server import Double
from wegwijzer.graph_double.webhooks import Person

PEOPLE = 100

MESSAGES = 3
"""Of each."""

TYPING = (15.0, 45.0)
"""Seconds, at least and at most, that somebody reads an answer of some fifty words and types before the next message."""

PATIENCE = 120.0
"""Seconds to wait for an answer."""

Tell = Callable[[str, int, int], None]


class NoAnswer(ValueError):
    """Somebody got no answer. The message is one plain sentence."""


async def benchmark_whatsapp(double: Double, tell: Tell, people: int = PEOPLE, messages: int = MESSAGES) -> dict[str, float]:
    """Let people talk through a double that is connected with a running bot.

    Each writes, waits until the bot answers, reads and types (:data:`TYPING`), and writes again; all begin within one such time.

    Args:
        double: stands between.
        tell: told how many messages are answered.
        people: how many talk at once.
        messages: of each.

    Returns:
        ``whatsapp_ack_ms_median`` and ``whatsapp_ack_ms_p99``: milliseconds from a message's request to the answer 200, as Meta
        would measure it; statuses are not counted. ``whatsapp_answer_s_median``: seconds from the message to the first answer on
        the telephone, and ``whatsapp_people`` at once.

    Raises:
        NoAnswer: an answer did not come.
    """
    chance = random.Random(1)  # noqa: S311 - no secret
    waits: list[float] = []
    # The first message after a start makes the bot load what it needs: not what is measured.
    await _answered(double, Person("31610000000"), SCRIPT[0])
    double.postman.taken.clear()

    async def talk(number: int) -> None:
        person = Person(f"3161{number + 1:07}", f"Persoon {number}")
        await asyncio.sleep(chance.uniform(0, TYPING[1]))
        for line in SCRIPT[:messages]:
            waits.append(await _answered(double, person, line))
            tell("whatsapp", len(waits), people * messages)
            await asyncio.sleep(chance.uniform(*TYPING))

    await asyncio.gather(*(talk(number) for number in range(people)))
    return {
        "whatsapp_people": float(people),
        "whatsapp_ack_ms_median": statistics.median(double.postman.taken),
        "whatsapp_ack_ms_p99": statistics.quantiles(double.postman.taken, n=100)[-1],
        "whatsapp_answer_s_median": statistics.median(waits),
    }


async def _answered(double: Double, person: Person, line: str) -> float:
    """Write and wait for the first answer; gives the seconds that it took."""
    phone = double.world.phone(person)
    had, begin = len(phone.got), time.monotonic()
    await double.say(person, line)
    while len(phone.got) == had:
        left = begin + PATIENCE - time.monotonic()
        if left <= 0:
            raise NoAnswer("Somebody on WhatsApp got no answer from the bot")
        with suppress(TimeoutError):
            await asyncio.wait_for(double.changed.wait(), left)
    return time.monotonic() - begin
