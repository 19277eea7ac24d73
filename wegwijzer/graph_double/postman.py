"""Brings webhooks to the bot as Meta does: signed, again until the answer is 200, and in no sure order."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from io import BytesIO
from typing import Any

import aiohttp

from wegwijzer.graph_double.webhooks import Account, envelope, signed

FIRST_PAUSE, LONGEST_PAUSE = 0.1, 2.0
"""Seconds before a webhook is brought again. Meta goes on for days with growing pauses; a test has less time."""

PATIENCE = 10.0
"""Seconds to wait for an answer."""


class Postman:
    """Brings webhooks to one address.

    Args:
        account: whose secret signs them.
        url: of the webhook.

    Attributes:
        url: as given.
        taken: milliseconds that each answer with 200 to a message took; statuses do not count.
        tried: when each message was first on its way, by its id; on the clock of ``time.monotonic``.
        first: when each was first answered with 200.
        refused: statuses of other answers; 0 for no answer.
    """

    def __init__(self, account: Account, url: str) -> None:
        self._account, self.url = account, url
        self._session: aiohttp.ClientSession | None = None
        self._under_way: set[asyncio.Task[None]] = set()
        self.taken: list[float] = []
        self.tried: dict[str, float] = {}
        self.first: dict[str, float] = {}
        self.refused: list[int] = []

    async def post(self, body: bytes, headers: Mapping[str, str] | None = None) -> int:
        """Bring it once; gives the status, 0 without an answer."""
        begin = time.monotonic()
        with suppress(aiohttp.ClientError, TimeoutError, OSError):
            headers = signed(body, self._account.app_secret) if headers is None else headers
            async with self._line().post(self.url, data=BytesIO(body), headers=dict(headers)) as answer:
                await answer.read()
                status = answer.status
            if status != 200:
                self.refused.append(status)
            elif b'"messages":[' in body:
                self.taken.append((time.monotonic() - begin) * 1000)
            return status
        self.refused.append(0)
        return 0

    async def bring(self, values: Sequence[Mapping[str, Any]]) -> None:
        """Bring one POST until it is taken."""
        body, pause = envelope(self._account, values), FIRST_PAUSE
        ids = [str(message["id"]) for told in values for message in told.get("messages", ())]
        self._note(self.tried, ids)
        while await self.post(body) != 200:
            await asyncio.sleep(pause)
            pause = min(2 * pause, LONGEST_PAUSE)
        self._note(self.first, ids)

    def bring_soon(self, values: Sequence[Mapping[str, Any]], after: float = 0.0) -> None:
        """Bring it beside everything else.

        Args:
            values: of one POST.
            after: seconds.
        """

        async def later() -> None:
            await asyncio.sleep(after)
            await self.bring(values)

        task = asyncio.get_running_loop().create_task(later())
        self._under_way.add(task)
        task.add_done_callback(self._under_way.discard)

    async def done(self) -> None:
        """Wait until everything was taken."""
        while self._under_way:
            await asyncio.wait(list(self._under_way))

    async def handshake(self, challenge: str = "1158201444", token: str | None = None) -> tuple[int, str]:
        """Ask the webhook for the challenge, as Meta does when it is set; gives status and answer."""
        asked = {"hub.mode": "subscribe", "hub.verify_token": token or self._account.verify_token, "hub.challenge": challenge}
        async with self._line().get(self.url, params=asked) as answer:
            return answer.status, await answer.text()

    async def close(self) -> None:
        """Stop bringing."""
        for task in list(self._under_way):
            task.cancel()
        await asyncio.gather(*self._under_way, return_exceptions=True)
        if self._session is not None:
            await self._session.close()

    def _note(self, when: dict[str, float], ids: Sequence[str]) -> None:
        now = time.monotonic()
        for wamid in ids:
            when.setdefault(wamid, now)

    def _line(self) -> aiohttp.ClientSession:
        if self._session is None:
            connector = aiohttp.TCPConnector(limit=0)
            self._session = aiohttp.ClientSession(connector=connector, timeout=aiohttp.ClientTimeout(total=PATIENCE))
        return self._session
