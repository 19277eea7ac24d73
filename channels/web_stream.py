"""What is said in a conversation as a stream of Server-Sent Events: from a given place on, until the page goes."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

from wegwijzer.web.contract import Answer, Entry, Refused, server_event
from wegwijzer.web.outbox import Outbox, OutboxUnavailable, Page
from wegwijzer.web.turns import Bell, Turns

RETRY, HEARTBEAT = 1.0, 15.0
"""Seconds after which a page whose line broke comes back, and between two signs of life on a quiet line."""

LONGEST = 15 * 60.0
"""Seconds after which a stream ends and the page opens another: no line of a page that is long gone stays for ever."""


class Stream:
    """One line to one page.

    Args:
        outbox: where the conversation is.
        bell: rings when there is something new.
        turns: woken when a message waits that nobody is answering.
        stopping: whether the server stops.
    """

    def __init__(self, outbox: Outbox, bell: Bell, turns: Turns[Entry, Answer], stopping: Callable[[], bool]) -> None:
        self._outbox, self._bell, self._turns, self._stopping = outbox, bell, turns, stopping

    async def run(self, line: Any, session: str, seq: int) -> None:
        """Send everything after ``seq``, and then what is new.

        Args:
            line: Sanic's response, with ``send`` and ``eof``.
            session: of which conversation.
            seq: the last number that the page has.
        """
        listener = self._bell.listen(session)
        loop = asyncio.get_running_loop()
        began = spoke = loop.time()
        typing: bool | None = None
        try:
            await line.send(f"retry: {round(RETRY * 1000)}\n\n")
            while not self._stopping() and loop.time() - began < LONGEST:
                listener.clear()
                try:
                    page = await asyncio.to_thread(self._outbox.after, session, seq)
                except Refused:
                    await line.send(server_event("ended", {}))
                    break
                except OutboxUnavailable:
                    break  # the page comes back by itself, with the last number it has
                seq = page.entries[-1].seq if page.entries else seq
                news = _news(page, typing)
                typing = page.waiting
                if page.waiting and not self._turns.busy(session):
                    self._turns.wake(session)
                if not news and loop.time() - spoke > HEARTBEAT:
                    news = ": \n\n"
                if news:
                    await line.send(news)
                    spoke = loop.time()
                await _heard_within(listener, self._bell.look_every)
            await line.eof()
        finally:
            self._bell.stop(session, listener)


def _news(page: Page, typing: bool | None) -> str:
    """What a page does not know yet: messages, and whether an answer is coming when that changed."""
    events = [server_event("message", entry.as_json(), entry.seq) for entry in page.entries]
    if page.waiting != typing:
        events.append(server_event("typing", {"typing": page.waiting}))
    return "".join(events)


async def _heard_within(listener: asyncio.Event, seconds: float) -> None:
    try:
        await asyncio.wait_for(listener.wait(), seconds)
    except TimeoutError:
        return
