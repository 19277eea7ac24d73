"""Whole conversations over HTTP while lines break, pages reload, answers get lost and the server is killed.

A page here does what docs/web.md asks of a page: it sends a message again with the same id until it was taken, comes back to
the stream with the last number it has, and after a reload reads the history. Afterwards every page must have heard every message
once, answered once and in order.
"""

from __future__ import annotations

import asyncio
import json
import random
import secrets
import time
from collections import Counter
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import httpx

from wegwijzer.evaluation.echo_server import MODULE, EchoServer

LINE_GONE = (httpx.HTTPError, AttributeError)
"""What a request raises when the server goes; the second when it goes while anyio looks at the new socket (its own mistake)."""

MESSAGES = (3, 8)
"""How many messages a conversation has, at least and at most."""

AT_ONCE = 20
"""Conversations at the same time."""

COMPLETE_WITHIN = 60.0
"""Seconds after the last message within which every page must know everything."""

BETWEEN_STOPS = (0.5, 3.0)
"""Seconds between two ends of the server."""

FIRST_STOP = 0.2
"""Seconds before the first: also a short run has one."""

PATIENCE = 10.0
"""Seconds to wait for one answer of the server."""

AGAIN = (429, 502, 503, 504)
"""Statuses after which a page tries again; the second and the last are of a proxy before servers that are away."""

KIND_SENTENCE = 503
"""With this one the page gets a sentence to show, see docs/web.md."""

BETWEEN_MESSAGES = (0, 0, 0.02, 0.2)
"""Seconds, one of these each time."""

SAYINGS = ("hallo", "ik voel me alleen", "ja", "sla over", "weet ik niet", "iets anders", "dank je")
"""What a page says to a product, that answers for itself."""

Entry = Mapping[str, Any]
Tell = Callable[[str, int, int], None]


class FaultRunFailed(Exception):
    """The run cannot be done. The message is one plain sentence."""


@dataclass
class Report:
    """What was done and what went wrong.

    Attributes:
        counts: how often each thing happened.
        problems: one sentence for each thing that is not as promised.
    """

    counts: Counter[str] = field(default_factory=Counter)
    problems: list[str] = field(default_factory=list)

    def figures(self) -> dict[str, int]:
        """All counts, with the number of problems."""
        return {**{name: self.counts[name] for name in COUNTED}, "problems": len(self.problems)}


COUNTED = (
    "conversations", "messages", "replies", "heard", "lines_cut", "reloads", "sent_twice", "answers_lost", "kills", "restarts",
)  # fmt: skip
"""``heard``: messages and replies that arrived, over all pages."""


@dataclass
class Page:
    """One open page: what it knows, by the number it has.

    Attributes:
        heard: everything in the order in which it came; a reload empties it.
    """

    heard: list[Entry] = field(default_factory=list)

    @property
    def last(self) -> int:
        """The number to go on from."""
        return int(self.heard[-1]["seq"]) if self.heard else 0


@dataclass
class Visitor:
    """Somebody with two pages open, of which the first also sends.

    Args:
        name: tells conversations apart in texts and problems.
        client: of this browser: it keeps the cookie.
        chance: decides what breaks.
        report: what happened is counted here.
        echo: whether a server answers that repeats, so that every answer is known.
        within: seconds after the last message within which every page must know everything.
        pauses: seconds between two messages, one of these each time.

    Attributes:
        sent: the id and the text of every message.
        history: what the server has of it afterwards.
    """

    name: str
    client: httpx.AsyncClient
    chance: random.Random
    report: Report
    echo: bool
    pages: tuple[Page, Page] = field(default_factory=lambda: (Page(), Page()))
    sent: list[tuple[str, str]] = field(default_factory=list)
    within: float = COMPLETE_WITHIN
    pauses: Sequence[float] = BETWEEN_MESSAGES
    history: list[Entry] = field(default_factory=list)

    async def talk(self) -> None:
        """The whole conversation; what is wrong afterwards goes to the report."""
        await self._ask("POST", "/web/session", {})
        listening = [asyncio.create_task(self._listen(page)) for page in self.pages]
        try:
            for number in range(self.chance.randint(*MESSAGES)):
                await self._say(f"{self.name} bericht {number} 🙂" if self.echo else SAYINGS[number % len(SAYINGS)])
                await asyncio.sleep(self.chance.choice(self.pauses))
            with suppress(TimeoutError):
                await asyncio.wait_for(self._until_complete(), self.within)
        finally:
            for task in listening:
                task.cancel()
            await asyncio.gather(*listening, return_exceptions=True)
        self.history = history = (await self._ask("GET", "/web/history")).json()["messages"]
        self.report.counts.update(conversations=1, messages=len(self.sent), replies=len(history) - len(self.sent))
        for view, heard in (("page", self.pages[0].heard), ("other tab", self.pages[1].heard), ("history", history)):
            self.report.counts["heard"] += len(heard)
            self.report.problems += [f"{self.name}, {view}: {what}" for what in wrong(heard, self.sent, self.echo)]
        if not history == self.pages[0].heard == self.pages[1].heard:
            self.report.problems.append(f"{self.name}: the pages differ")

    async def _say(self, text: str) -> None:
        """Send until it is taken, whatever gets lost."""
        body = {"id": f"{self.name}-{len(self.sent):04}", "text": text}
        self.sent.append((body["id"], text))
        kind = self.chance.random()
        if kind < 0.2:
            self.report.counts["answers_lost"] += 1
            with suppress(TimeoutError, httpx.HTTPError):
                await asyncio.wait_for(self.client.post("/web/messages", json=body), self.chance.uniform(0.001, 0.03))
        elif kind < 0.4:
            self.report.counts["sent_twice"] += 1
            await asyncio.gather(*(self._ask("POST", "/web/messages", body) for _ in range(2)))
            return
        await self._ask("POST", "/web/messages", body)

    async def _ask(self, method: str, path: str, body: Mapping[str, Any] | None = None) -> httpx.Response:
        """Ask until the server answers."""
        while True:
            try:
                answer = await self.client.request(method, path, json=body)
                if answer.status_code < 300:
                    return answer
                if answer.status_code not in AGAIN:
                    raise FaultRunFailed(f"{method} {path} gave status {answer.status_code}")
                self.report.counts["told_to_wait"] += answer.status_code == KIND_SENTENCE
                await asyncio.sleep(float(answer.headers.get("retry-after", 1)))
            except LINE_GONE:
                await asyncio.sleep(self.chance.uniform(0.05, 0.2))

    async def _listen(self, page: Page) -> None:
        """Hear, with a line that breaks and a page that reloads, for as long as the page is open."""
        while True:
            left = self.chance.choice((1, 2, 3, 5, 10_000))
            with suppress(*LINE_GONE):
                async for entry in self._stream(page.last):
                    page.heard.append(entry)
                    left -= 1
                    if not left:
                        break
            if not left:
                self.report.counts["lines_cut"] += 1
                if self.chance.random() < 0.3:
                    self.report.counts["reloads"] += 1
                    page.heard = (await self._ask("GET", "/web/history")).json()["messages"]
            await asyncio.sleep(self.chance.uniform(0, 0.05))

    async def _stream(self, last: int) -> AsyncIterator[Entry]:
        """The messages on one line, as long as it holds."""
        async with self.client.stream("GET", "/web/events", headers={"Last-Event-ID": str(last)}) as line:
            if line.status_code != 200:
                await asyncio.sleep(0.2)
                return
            event = ""
            async for text in line.aiter_lines():
                if text.startswith("event: "):
                    event = text.removeprefix("event: ")
                elif text.startswith("data: ") and event == "message":
                    yield json.loads(text.removeprefix("data: "))

    async def _until_complete(self) -> None:
        while True:
            state = (await self._ask("GET", "/web/history")).json()
            if not state["waiting"] and all(page.last == state["last_seq"] for page in self.pages):
                return
            await asyncio.sleep(0.3)


def wrong(heard: Sequence[Entry], sent: Sequence[tuple[str, str]], echo: bool) -> list[str]:
    """What is not as promised in what one page heard.

    Args:
        heard: the entries in the order in which the page has them.
        sent: the id and the text of every message, in the order in which they were sent.
        echo: whether every answer is known: ``eerst`` and ``dan`` with the text.
    """
    found = []
    if [entry["seq"] for entry in heard] != list(range(1, len(heard) + 1)):
        found.append(f"the numbers are {[entry['seq'] for entry in heard]}")
    mine = [(str(entry.get("id")), str(entry["text"])) for entry in heard if entry["who"] == "you"]
    found += _compared("message", [f"{name}: {text}" for name, text in mine], [f"{name}: {text}" for name, text in sent])
    replies = [str(entry.get("text")) for entry in heard if entry["who"] == "bot"]
    if echo:
        found += _compared("answer", replies, [f"{when} {text}" for _, text in sent for when in ("eerst", "dan")])
    elif sent and (not heard or heard[-1]["who"] != "bot"):
        found.append("the last message has no answer")
    return found


def _compared(what: str, got: Sequence[str], expected: Sequence[str]) -> list[str]:
    """Missing, double, unexpected, and only then out of order."""
    have, want = Counter(got), Counter(expected)
    found = [f"{what} missing: {text}" for text in (want - have)]
    found += [f"{what} {'double' if text in want else 'unexpected'}: {text}" for text in (have - want)]
    if not found and list(got) != list(expected):
        found.append(f"{what}s out of order: {list(got)}")
    return found


async def run(
    conversations: int, seed: int, tell: Tell, url: str | None = None, module: str = MODULE, at_once: int = AT_ONCE
) -> Report:
    """Hold the conversations and break things meanwhile.

    Args:
        conversations: how many.
        seed: of what is broken when; timing of the machine also has a part in it.
        tell: told how many are done.
        url: address of a running product: it is not killed, and lines break only on our side. Without it a server of our own
            runs and is killed and restarted all the time.
        module: of the server of our own, see :class:`EchoServer`.
        at_once: conversations at the same time.

    Raises:
        FaultRunFailed: the server gives an answer that the contract does not know.
        wegwijzer.product.processes.CannotStart: the server of our own does not start.
    """
    report, chance = Report(), random.Random(seed)  # noqa: S311 - no secret
    free = asyncio.Semaphore(at_once)

    async def one(number: int, address: str) -> None:
        own = random.Random(f"{seed}-{number}")  # noqa: S311 - no secret
        limits = httpx.Limits(max_keepalive_connections=0)
        async with free, httpx.AsyncClient(base_url=address, timeout=PATIENCE, limits=limits, trust_env=False) as client:
            await Visitor(f"gesprek{number:04}", client, own, report, url is None).talk()
            tell("conversations", report.counts["conversations"], conversations)

    async with _server(url, module, chance, report) as address:
        await asyncio.gather(*(one(number, address) for number in range(conversations)))
    return report


@asynccontextmanager
async def _server(url: str | None, module: str, chance: random.Random, report: Report) -> AsyncIterator[str]:
    """The address to talk to; a server of our own keeps being ended meanwhile."""
    if url is not None:
        yield url.rstrip("/")
        return
    with TemporaryDirectory() as folder:
        server = EchoServer(f"sqlite:///{Path(folder) / 'web.db'}", secrets.token_urlsafe(32), module)
        await asyncio.to_thread(server.start)
        enough = asyncio.Event()
        breaking = asyncio.create_task(_keep_breaking(server, chance, report, enough))
        try:
            yield server.address
        finally:
            enough.set()
            await asyncio.gather(breaking, return_exceptions=True)
            await asyncio.to_thread(server.kill)


async def _keep_breaking(server: EchoServer, chance: random.Random, report: Report, enough: asyncio.Event) -> None:
    """End the server and start it again until it is enough; never left halfway, so that no server stays behind."""
    pause = FIRST_STOP
    while not enough.is_set():
        with suppress(TimeoutError):
            await asyncio.wait_for(enough.wait(), pause)
        pause = chance.uniform(*BETWEEN_STOPS)
        if not enough.is_set():
            killed = chance.random() < 0.7
            report.counts["kills" if killed else "restarts"] += 1
            await asyncio.to_thread(_again, server, killed, chance.uniform(0, 0.3))


def _again(server: EchoServer, killed: bool, pause: float) -> None:
    (server.kill if killed else server.stop)()
    time.sleep(pause)
    server.start()
