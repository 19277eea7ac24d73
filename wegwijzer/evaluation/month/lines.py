"""The two ways to the running bot: the REST channel, and the web chat as a page speaks it (docs/web.md)."""

from __future__ import annotations

import asyncio
import json
import uuid
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Any, Protocol

import aiohttp

from wegwijzer.evaluation.month.people import Channel, Person
from wegwijzer.evaluation.month.reading import Heard, heard
from wegwijzer.settings import Settings
from wegwijzer.web.cookie import COOKIE, Signer

PATIENCE = aiohttp.ClientTimeout(total=None, sock_connect=30, sock_read=120)

BUSY = (429, 503)
"""Statuses after which a page tries again when it was told to."""

TRIES = 30


class NoAnswer(Exception):
    """The bot could not be talked with. The message is one plain sentence."""


class Line(Protocol):
    """A conversation.

    Attributes:
        sender: its id in the tracker store.
    """

    sender: str

    async def say(self, text: str) -> Heard:
        """Say something and wait for all of the answer. Raises :class:`NoAnswer`."""
        ...


class RestLine:
    """Over ``/webhooks/rest``.

    Args:
        session: for requests.
        settings: of the product.
    """

    def __init__(self, session: aiohttp.ClientSession, settings: Settings) -> None:
        self.sender = uuid.uuid4().hex
        self._session, self._url = session, f"{address(settings)}/webhooks/rest/webhook"
        self._headers = bearer(settings)

    async def say(self, text: str) -> Heard:
        """See :class:`Line`."""
        said = {"sender": self.sender, "message": text}
        async with self._session.post(self._url, json=said, headers=self._headers) as answer:
            if answer.status != 200:
                raise NoAnswer(f"the REST channel gave status {answer.status}")
            return heard(await answer.json())


class WebLine:
    """As the page does: a session in a cookie, messages with an id, answers over the stream.

    Args:
        session: for requests, with cookies of its own.
        settings: of the product.
        stream: the open stream of answers.

    Attributes:
        cookie: of this browser, to come back with.
    """

    def __init__(self, session: aiohttp.ClientSession, settings: Settings, stream: aiohttp.ClientResponse) -> None:
        self.cookie = next((one.value for one in session.cookie_jar if one.key == COOKIE), "")
        self.sender = str(Signer(settings.web_secret).session(self.cookie))
        self._session, self._address, self._stream = session, address(settings), stream

    async def say(self, text: str) -> Heard:
        """See :class:`Line`."""
        seq = await self._send({"id": uuid.uuid4().hex, "text": text})
        async for entry in self._entries():
            if entry["seq"] > seq and entry["who"] in ("bot", "system"):
                break
        return heard(await self.after(seq))

    async def after(self, seq: int) -> list[Mapping[str, Any]]:
        """What the bot said after ``seq``."""
        async with self._session.get(f"{self._address}/web/history", params={"after": str(seq)}) as answer:
            if answer.status != 200:
                raise NoAnswer(f"the history of the web chat gave status {answer.status}")
            return [entry for entry in (await answer.json())["messages"] if entry["who"] in ("bot", "system")]

    async def _send(self, body: Mapping[str, str]) -> int:
        for _ in range(TRIES):
            async with self._session.post(f"{self._address}/web/messages", json=body) as answer:
                if answer.status < 300:
                    return int((await answer.json())["seq"])
                if answer.status not in BUSY:
                    raise NoAnswer(f"the web chat gave status {answer.status}")
                await asyncio.sleep(float(answer.headers.get("retry-after", 1)))
        raise NoAnswer("the web chat stays too busy")

    async def _entries(self) -> AsyncIterator[Mapping[str, Any]]:
        event = ""
        async for raw in self._stream.content:
            line = raw.decode().rstrip("\n")
            if line.startswith("event: "):
                event = line.removeprefix("event: ")
            elif line.startswith("data: ") and event == "message":
                yield json.loads(line.removeprefix("data: "))
        raise NoAnswer("the stream of the web chat ended")


@asynccontextmanager
async def line_of(person: Person, settings: Settings) -> AsyncIterator[Line]:
    """A new conversation for somebody, from an address of their own.

    Args:
        person: who talks: the channel is theirs.
        settings: of the product; ``PROXIES_COUNT`` must be 1, for everybody shares this machine.

    Raises:
        NoAnswer: no conversation can be begun.
    """
    async with _browser(person.number) as session:
        if person.channel is Channel.REST:
            yield RestLine(session, settings)
            return
        async with session.post(f"{address(settings)}/web/session", json={}) as answer:
            if answer.status != 200:
                raise NoAnswer(f"a conversation on the page could not begin: status {answer.status}")
        async with session.get(f"{address(settings)}/web/events") as stream:
            yield WebLine(session, settings, stream)


@asynccontextmanager
async def again(cookie: str, number: int, settings: Settings) -> AsyncIterator[WebLine]:
    """The page opened again in the same browser.

    Args:
        cookie: of it.
        number: of the person.
        settings: of the product.
    """
    async with _browser(number, {COOKIE: cookie}) as session, session.get(f"{address(settings)}/web/events") as stream:
        yield WebLine(session, settings, stream)


def _browser(number: int, cookies: Mapping[str, str] | None = None) -> aiohttp.ClientSession:
    headers = {"X-Forwarded-For": _own_address(number)}
    jar = aiohttp.CookieJar(unsafe=True)
    return aiohttp.ClientSession(timeout=PATIENCE, cookie_jar=jar, headers=headers, cookies=cookies)


def address(settings: Settings) -> str:
    """Where people talk."""
    return f"http://{settings.host}:{settings.rasa_port}"


def bearer(settings: Settings) -> dict[str, str]:
    """What opens the API."""
    return {"Authorization": f"Bearer {settings.token}"}


def _own_address(number: int) -> str:
    """An address of a network that is nobody's (RFC 2544)."""
    return f"198.{18 + number // 65_536 % 2}.{number // 256 % 256}.{number % 256}"
