"""Many people who talk at once over REST: how many answers a second, and how long each waits."""

from __future__ import annotations

import asyncio
import random
import statistics
import time
import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

import aiohttp

PATIENCE = aiohttp.ClientTimeout(total=120)


@dataclass(frozen=True)
class Talked:
    """What was said to a bot over REST.

    Attributes:
        addresses: of one or more servers of the bot.
        script: what everybody says, again from the beginning when it is over.
        headers: that open the door.
    """

    addresses: Sequence[str]
    script: Sequence[str]
    headers: Mapping[str, str] = field(default_factory=dict)


class WrongAnswer(ValueError):
    """A bot did not answer. The message is one plain sentence."""


@dataclass(frozen=True)
class Waited:
    """What it was like.

    Attributes:
        seconds: that it lasted.
        turns: milliseconds that each message waited for its answer, in the order of the answers.
        senders: the names of the conversations.
    """

    seconds: float
    turns: tuple[float, ...]
    senders: tuple[str, ...]

    @property
    def turns_per_s(self) -> float:
        """Answers a second."""
        return len(self.turns) / self.seconds

    @property
    def median_ms(self) -> float:
        """Half of the people waited shorter."""
        return statistics.median(self.turns)

    @property
    def p95_ms(self) -> float:
        """One in twenty waited longer."""
        return statistics.quantiles(self.turns, n=20)[-1]


async def crowd(
    bot: Talked,
    people: int,
    turns: int,
    tell: Callable[[int, int], None] = lambda done, of: None,
    typing: tuple[float, float] = (0.0, 0.0),
    spread: bool = False,
) -> Waited:
    """Let people talk at once, each waiting for the answer before the next message.

    Args:
        bot: with whom.
        people: how many.
        turns: of each.
        tell: told how many turns are done, of how many.
        typing: seconds, at least and at most, that somebody reads and types before each message.
        spread: each message of a conversation goes to the next server, instead of all to one.

    Raises:
        WrongAnswer: a bot refused, or said nothing in a whole conversation.
    """
    chance = random.Random(1)  # noqa: S311 - no secret
    senders = tuple(uuid.uuid4().hex for _ in range(people))
    waits: list[float] = []
    begin = time.perf_counter()

    async def talk(number: int, session: aiohttp.ClientSession) -> None:
        heard = 0
        for turn in range(turns):
            address = bot.addresses[(number + turn * spread) % len(bot.addresses)]
            await asyncio.sleep(chance.uniform(*typing) * (chance.random() if turn == 0 else 1))
            since = time.perf_counter()
            heard += await _say(session, bot, address, {"sender": senders[number], "message": bot.script[turn % len(bot.script)]})
            waits.append((time.perf_counter() - since) * 1000)
            tell(len(waits), people * turns)
        if not heard:
            raise WrongAnswer("nothing was said in a whole conversation")

    async with aiohttp.ClientSession(timeout=PATIENCE, connector=aiohttp.TCPConnector(limit=0)) as session:
        await asyncio.gather(*(talk(number, session) for number in range(people)))
    return Waited(time.perf_counter() - begin, tuple(waits), senders)


async def _say(session: aiohttp.ClientSession, bot: Talked, address: str, said: Mapping[str, str]) -> int:
    async with session.post(f"{address}/webhooks/rest/webhook", json=said, headers=bot.headers) as answer:
        if answer.status != 200:
            raise WrongAnswer(f"{address} answered {answer.status}")
        return len(await answer.json())
