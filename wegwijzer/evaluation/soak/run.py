"""Residents talk over the web chat for as long as things break; then the ledger is made up."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import quote

import httpx

from wegwijzer.domain_texts import response_text
from wegwijzer.evaluation.faults import LINE_GONE, Report, Visitor
from wegwijzer.evaluation.soak.injecting import GOOD_WITHIN, Kind, inject
from wegwijzer.evaluation.soak.ledger import Ledger
from wegwijzer.evaluation.soak.product import PATIENCE, SORRY, House, house, kinds
from wegwijzer.settings import Settings
from wegwijzer.web.cookie import COOKIE, Signer

PAUSES = (0.0, 0.1, 0.5, 2.0)
"""Seconds between two messages of a resident, one of these each time."""

TRIES = 30
"""Times that a conversation is asked for, a second apart, before it is called gone."""

COUNTED = ("lines_cut", "reloads", "answers_lost", "sent_twice", "told_to_wait")

Tell = Callable[[str, int, int], None]


def soak(
    settings_of: Callable[[Mapping[str, str]], Settings],
    *,
    seconds: float,
    residents: int,
    seed: int,
    database: str,
    log: Path,
    tell: Tell = lambda *_: None,
    only: Sequence[str] = (),
) -> Ledger:
    """Try the whole product.

    Args:
        settings_of: gives the settings, with a model, for further variables.
        seconds: that faults are injected, at least: each kind is there once.
        residents: how many talk at the same time; who is done is followed by another.
        seed: of what breaks when and of what residents do; the timing of the machine has a part in it too.
        database: see :func:`wegwijzer.evaluation.soak.product.house`.
        log: folder of the logs.
        tell: told what was broken so far.
        only: names of the faults; all when there are none.

    Raises:
        wegwijzer.product.processes.CannotStart: the product does not start.
        ValueError: there is no such fault.
    """
    with house(settings_of, database, log) as here:
        known = kinds(here)
        if unknown := set(only) - {kind.name for kind in known}:
            raise ValueError(f"No such fault here: {', '.join(sorted(unknown))}. There are: {', '.join(k.name for k in known)}")
        chosen = [kind for kind in known if not only or kind.name in only]
        ledger = Ledger(not_done={} if only else here.not_done)
        asyncio.run(_talk_while_it_breaks(here, chosen, ledger, seconds, residents, seed, tell))
        return ledger


async def _talk_while_it_breaks(
    here: House, chosen: list[Kind], ledger: Ledger, seconds: float, residents: int, seed: int, tell: Tell
) -> None:
    enough = asyncio.Event()
    told = [_told(kind, tell, len(chosen)) for kind in chosen]
    people = (_keep_talking(here, ledger, f"{seed}-{number}", number, enough) for number in range(residents))
    talking = [asyncio.create_task(one) for one in people]
    try:
        await asyncio.to_thread(inject, told, seed, seconds, ledger)
    except BaseException:
        # What was broken may be so still: nobody waits for an answer that cannot come.
        for one in talking:
            one.cancel()
        raise
    finally:
        enough.set()
        for done in await asyncio.gather(*talking, return_exceptions=True):
            if isinstance(done, Exception):
                ledger.wrong("other", f"a resident could not go on: {type(done).__name__}: {done}")


def _told(kind: Kind, tell: Tell, total: int) -> Kind:
    times = 0

    def begin() -> None:
        nonlocal times
        times += 1
        tell(kind.name, times, max(times, total))
        kind.begin()

    return Kind(kind.name, begin, kind.good, kind.end, kind.lasts)


async def _keep_talking(here: House, ledger: Ledger, seed: str, number: int, enough: asyncio.Event) -> None:
    """One conversation after the other, each from a browser and an address of its own."""
    times = 0
    while not enough.is_set():
        times += 1
        chance = random.Random(f"{seed}-{times}")  # noqa: S311 - no secret
        limits = httpx.Limits(max_keepalive_connections=0)
        headers = {"X-Forwarded-For": f"10.{number // 250}.{number % 250}.{times % 250}"}
        async with httpx.AsyncClient(
            base_url=here.address, timeout=PATIENCE, limits=limits, trust_env=False, headers=headers
        ) as client:
            await _one(here, ledger, client, f"soak{number:03}x{times:04}", chance)


async def _one(here: House, ledger: Ledger, client: httpx.AsyncClient, name: str, chance: random.Random) -> None:
    report = Report()
    visitor = Visitor(name, client, chance, report, echo=False, within=GOOD_WITHIN, pauses=PAUSES)
    await visitor.talk()
    ledger.counts.update({what: report.counts[what] for what in COUNTED})
    ledger.page_problems(report.problems)
    session = Signer(here.settings.web_secret).session(client.cookies.get(COOKIE))
    events = await _events(here, str(session))
    if events is None:
        ledger.wrong("lost", f"{name}: the conversation cannot be had from the server")
        return
    ledger.conversation(name, [one for one, _ in visitor.sent], visitor.history, events, response_text(SORRY))


async def _events(here: House, session: str) -> list[dict[str, Any]] | None:
    """All events of a conversation, asked for until the server gives them."""
    url = f"{here.address}/conversations/{quote(session, safe='')}/tracker"
    async with httpx.AsyncClient(timeout=PATIENCE, trust_env=False) as client:
        for _ in range(TRIES):
            try:
                answer = await client.get(url, params={"include_events": "ALL"}, headers=here.headers)
                if answer.status_code == 200:
                    return list(answer.json().get("events") or ())
            except LINE_GONE:
                pass
            await asyncio.sleep(1)
    return None
