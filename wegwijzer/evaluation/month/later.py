"""Asking later whether it worked, as the product does, and what the residents say then.

Nobody waits for tomorrow either: the product's own round runs here with a clock that stands in the morning after the moment
people chose, and asks through the running Rasa server. Who is asked sees it on the page, with the cookie of before, and answers
or not. What they say is counted when they say it: now.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from time import time
from typing import Any

import httpx

from wegwijzer.aftercare.assembly import asker_of
from wegwijzer.aftercare.rounds import QUESTION
from wegwijzer.aftercare.store import PATIENCE
from wegwijzer.evaluation.month.ledger import Entry
from wegwijzer.evaluation.month.lines import again
from wegwijzer.evaluation.month.reading import heard
from wegwijzer.evaluation.month.talking import Talker
from wegwijzer.handover.runner import PATIENCE as FOR_RASA
from wegwijzer.handover.runner import Conversations
from wegwijzer.matching.opening_hours import AMSTERDAM
from wegwijzer.settings import Settings

MORNING = 10
"""The hour at which the rounds are."""

ROUNDS = (timedelta(hours=25), timedelta(hours=170))
"""After so long from now: past each of the moments that people can choose (``catalogue/nazorg.yml``)."""

Slots = Callable[[str], Any]


@dataclass
class Waiting:
    """Somebody who may be asked.

    Attributes:
        entry: of the ledger.
        talker: who they are.
        cookie: of their browser.
    """

    entry: Entry
    talker: Talker
    cookie: str


async def ask_later(
    settings: Settings, people: Sequence[Waiting], slots: Slots, at_once: int, tell: Callable[[int, int], None]
) -> list[Entry]:
    """Ask whoever said yes, let them answer, and give up on who does not.

    Args:
        settings: of the product, which runs.
        people: who said yes on the page.
        slots: gives what the bot has of a conversation.
        at_once: how many look at their page at the same time.
        tell: told how many were asked.

    Returns:
        Their entries as they are now.

    Raises:
        wegwijzer.aftercare.models.AftercareUnavailable: its database does not do its work.
        NoAnswer: the bot does not answer.
    """
    done: dict[str, Entry] = {}
    free = asyncio.Semaphore(at_once)

    async def look(one: Waiting) -> None:
        async with free:
            entry = await _answer(settings, one, slots)
        if entry is not None:
            done[entry.conversation] = entry
            tell(len(done), len(people))

    async with httpx.AsyncClient(timeout=FOR_RASA, trust_env=False) as client:
        talks = Conversations(settings.rasa_url, settings.token, client)
        at = 0.0
        for after in ROUNDS:
            at = morning_after(time(), after)
            await _round(settings, talks, at)
            await asyncio.gather(*(look(one) for one in people if one.entry.conversation not in done))
        await _round(settings, talks, at + 2 * PATIENCE)
    return list(done.values())


def morning_after(now: float, after: timedelta) -> float:
    """The first morning at least so long from now, in seconds since 1970."""
    then = datetime.fromtimestamp(now, AMSTERDAM) + after
    morning = then.replace(hour=MORNING, minute=0, second=0, microsecond=0)
    return (morning if morning >= then else morning + timedelta(days=1)).timestamp()


async def _round(settings: Settings, talks: Conversations, at: float) -> None:
    asker = await asyncio.to_thread(asker_of, settings, talks, lambda: at)
    try:
        await asker.run_once()
    finally:
        asker.store.close()


async def _answer(settings: Settings, one: Waiting, slots: Slots) -> Entry | None:
    """What somebody says who was asked; ``None`` when they were not."""
    async with again(one.cookie, one.entry.number, settings) as line:
        asked = [entry for entry in await line.after(0) if QUESTION in heard([entry]).names]
        if not asked:
            return None
        text = one.talker.asked_later(heard(asked[-1:]))
        if text is None:
            return one.entry
        await line.say(text)
    return replace(one.entry, held=(one.entry.held[0], time()), slots=dict(await slots(one.entry.conversation)))
