"""Bringing what a colleague said into the conversation: each line once, in order, however often it is tried."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

from wegwijzer.handover.crossing import READER, Words, crosses, events_for, line_id
from wegwijzer.handover.models import Line, Request, SystemLine
from wegwijzer.handover.phone_vault import PhoneVault
from wegwijzer.handover.store import HandoverStore

Post = Callable[[list[dict[str, Any]]], Awaitable[None]]
"""Puts events into a conversation, all or none, and says to the resident what is in them."""

Known = Callable[[], Awaitable[frozenset[str]]]
"""The ids of the lines that are in a conversation."""


@dataclass(frozen=True)
class Bringer:
    """Brings lines over.

    Attributes:
        store: where they are.
        vault: whether there is a telephone number to call.
        words: how the resident is told what happened.
    """

    store: HandoverStore
    vault: PhoneVault
    words: Words

    async def waiting(self, conversation: str | None = None) -> list[Request]:
        """The requests with something that was not looked at yet. Raises ``HandoverUnavailable``."""
        if conversation is not None and not self.store.may_be_behind(READER, conversation):
            return []
        return await asyncio.to_thread(self.store.behind, READER, conversation)

    async def bring(self, request: Request, known: Known, post: Post) -> int:
        """Bring what a conversation does not have yet of a request.

        A line is passed on before the cursor moves. After a crash between the two it is *known*, and goes over no second time.

        Args:
            known: looked at once, and only when there is something to bring.
            post: must have happened when it returns; what it raises comes out, and the rest waits for the next time.

        Returns:
            How many lines went over.

        Raises:
            HandoverUnavailable: when the database does not do its work.
        """
        went, there = 0, None
        at = await asyncio.to_thread(self.store.cursor, request.id, READER)
        for line in await asyncio.to_thread(self.store.lines, request.id, at):
            if line.seq > request.last_seq:
                break  # came in the meantime; its turn is next
            if not crosses(line):
                continue
            there = await known() if there is None else there
            if line_id(line) not in there:
                await post(events_for(line, self.words, await self._number_known(line)))
                went += 1
            if not await asyncio.to_thread(self.store.advance, request.id, READER, at, line.seq):
                return went  # another process is at it
            at = line.seq
        if at < request.last_seq:
            await asyncio.to_thread(self.store.advance, request.id, READER, at, request.last_seq)
        return went

    async def _number_known(self, line: Line) -> bool:
        return line.text != SystemLine.CALL_BACK or await asyncio.to_thread(self.vault.has, line.request_id)
