"""Letting the people of a month talk with the running bot, many at once, and writing down what became of it."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from typing import Any

import aiohttp

from wegwijzer.catalogue.loading import Catalogue
from wegwijzer.evaluation.month.ledger import Entry, entry_of
from wegwijzer.evaluation.month.lines import PATIENCE, Line, NoAnswer, address, bearer, line_of
from wegwijzer.evaluation.month.people import Person
from wegwijzer.evaluation.month.sayings import Sayings
from wegwijzer.evaluation.month.talking import Talker
from wegwijzer.settings import Settings

Tell = Callable[[int, int], None]

Dial = Callable[[Person], AbstractAsyncContextManager[Line]]

Slots = Callable[[str], Any]
"""Gives (awaitable) the slots of a conversation."""


@dataclass(frozen=True)
class Said:
    """One message and what was heard, for who wants to read along."""

    person: Person
    text: str
    texts: Sequence[str]


async def hold(
    people: Sequence[Person],
    settings: Settings,
    catalogue: Catalogue,
    at_once: int,
    tell: Tell = lambda done, of: None,
    overhear: Callable[[Said], None] = lambda said: None,
) -> list[Entry]:
    """Hold all conversations with a product that runs.

    Args:
        people: who talk, each once.
        settings: of the product, with ``PROXIES_COUNT`` 1.
        catalogue: the same as the product has.
        at_once: how many talk at the same time.
        tell: told how many are done, of how many.
        overhear: told every message with its answer.

    Raises:
        NoAnswer: the bot does not answer.
    """
    async with aiohttp.ClientSession(timeout=PATIENCE) as session:

        async def slots(conversation: str) -> dict[str, Any]:
            url = f"{address(settings)}/conversations/{conversation}/tracker"
            async with session.get(url, params={"include_events": "NONE"}, headers=bearer(settings)) as answer:
                if answer.status != 200:
                    raise NoAnswer(f"the tracker of a conversation gave status {answer.status}")
                found = (await answer.json())["slots"]
            return {name: value for name, value in found.items() if value not in (None, [])}

        return await talks(people, lambda person: line_of(person, settings), slots, catalogue, at_once, tell, overhear)


async def talks(
    people: Sequence[Person],
    dial: Dial,
    slots: Slots,
    catalogue: Catalogue,
    at_once: int,
    tell: Tell = lambda done, of: None,
    overhear: Callable[[Said], None] = lambda said: None,
) -> list[Entry]:
    """As :func:`hold`, with any way to talk.

    Args:
        dial: begins a conversation for somebody.
        slots: gives what the bot has at the end of one.
    """
    sayings, waiting, done = Sayings.read(), iter(people), list[Entry]()

    async def one_after_the_other() -> None:
        for person in waiting:
            done.append(await _talk(person, dial, slots, sayings, catalogue, overhear))
            tell(len(done), len(people))

    talkers = [asyncio.create_task(one_after_the_other()) for _ in range(at_once)]
    try:
        await asyncio.gather(*talkers)
    except (aiohttp.ClientError, TimeoutError) as error:
        raise NoAnswer(f"the bot does not answer any more: {type(error).__name__}") from error
    finally:
        for talker in talkers:
            talker.cancel()
        await asyncio.gather(*talkers, return_exceptions=True)
    return sorted(done, key=lambda entry: entry.number)


async def _talk(
    person: Person, dial: Dial, slots: Slots, sayings: Sayings, catalogue: Catalogue, overhear: Callable[[Said], None]
) -> Entry:
    talker, began = Talker(person, sayings, catalogue), time.time()
    async with dial(person) as line:
        text: str | None = talker.first()
        while text is not None:
            answer = await line.say(text)
            overhear(Said(person, text, answer.texts))
            text = talker.next(answer)
        found = await slots(line.sender)
    return entry_of(person, talker.deeds, line.sender, (began, time.time()), {} if talker.deeds.erased else found)
