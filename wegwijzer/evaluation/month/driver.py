"""Letting the people of a month talk with the running bot, many at once, and writing down what became of it."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
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


Remember = Callable[[Entry, Talker, Line], None]
"""Told of every conversation that is over."""


async def hold(
    people: Sequence[Person],
    settings: Settings,
    catalogue: Catalogue,
    at_once: int,
    tell: Tell = lambda done, of: None,
    remember: Remember = lambda entry, talker, line: None,
) -> list[Entry]:
    """Hold all conversations with a product that runs.

    Args:
        people: who talk, each once.
        settings: of the product, with ``PROXIES_COUNT`` 1.
        catalogue: the same as the product has.
        at_once: how many talk at the same time.
        tell: told how many are done, of how many.
        remember: told of every conversation that is over.

    Raises:
        NoAnswer: the bot does not answer.
    """
    async with asking_slots(settings) as slots:
        return await talks(people, lambda person: line_of(person, settings), slots, catalogue, at_once, tell, remember)


@asynccontextmanager
async def asking_slots(settings: Settings) -> AsyncIterator[Slots]:
    """What gives the slots that the bot has of a conversation, over its API. It raises :class:`NoAnswer`."""
    async with aiohttp.ClientSession(timeout=PATIENCE) as session:

        async def slots(conversation: str) -> dict[str, Any]:
            url = f"{address(settings)}/conversations/{conversation}/tracker"
            async with session.get(url, params={"include_events": "NONE"}, headers=bearer(settings)) as answer:
                if answer.status != 200:
                    raise NoAnswer(f"the tracker of a conversation gave status {answer.status}")
                found = (await answer.json())["slots"]
            return {name: value for name, value in found.items() if value not in (None, [])}

        yield slots


async def talks(
    people: Sequence[Person],
    dial: Dial,
    slots: Slots,
    catalogue: Catalogue,
    at_once: int,
    tell: Tell = lambda done, of: None,
    remember: Remember = lambda entry, talker, line: None,
) -> list[Entry]:
    """As :func:`hold`, with any way to talk.

    Args:
        dial: begins a conversation for somebody.
        slots: gives what the bot has at the end of one.
    """
    sayings, waiting, done = Sayings.read(), iter(people), list[Entry]()

    async def one_after_the_other() -> None:
        for person in waiting:
            done.append(await _talk(person, dial, slots, Talker(person, sayings, catalogue), remember))
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


async def _talk(person: Person, dial: Dial, slots: Slots, talker: Talker, remember: Remember) -> Entry:
    began = time.time()
    async with dial(person) as line:
        text: str | None = talker.first()
        while text is not None:
            answer = await line.say(text)
            text = talker.next(answer)
        found = {} if talker.deeds.erased else await slots(line.sender)
    entry = entry_of(person, talker.deeds, line.sender, (began, time.time()), found)
    remember(entry, talker, line)
    return entry
