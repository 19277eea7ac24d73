"""What must be told to a database: now, or as soon as it does its work again, beside the conversation."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from contextlib import suppress

log = logging.getLogger(__name__)

TRIES, PAUSE = 60, 1.0
"""How often something is told to a database that does not do its work, and the seconds between."""

_unfinished: set[asyncio.Task[None]] = set()


async def surely(work: Callable[[], object], away: type[Exception], waits: str) -> None:
    """Do it now; when the database does not do its work, go on trying beside the conversation.

    Args:
        work: runs in a thread; doing it twice must be safe.
        away: what it raises when the database does not do its work.
        waits: for the log: what is not done yet.
    """
    try:
        await asyncio.to_thread(work)
    except away as error:
        log.error("%s: %s", waits, error)
        task = asyncio.get_running_loop().create_task(_try_on(work, away, waits))
        _unfinished.add(task)
        task.add_done_callback(_unfinished.discard)


async def _try_on(work: Callable[[], object], away: type[Exception], waits: str) -> None:
    for _ in range(TRIES):
        await asyncio.sleep(PAUSE)
        with suppress(away):
            await asyncio.to_thread(work)
            return
    log.error("%s", waits)
