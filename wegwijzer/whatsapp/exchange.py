"""One question to a provider of WhatsApp and its answer, and the ways in which that goes wrong: one for Meta and Twilio."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, NamedTuple

import aiohttp

TIMEOUT = aiohttp.ClientTimeout(total=30, connect=10)
"""Seconds to wait: for all of it, and for the line."""


class TryLater(Exception):
    """It did not work now.

    Attributes:
        after_seconds: how long the server asks to wait; ``None`` when it says nothing.
        code: the provider's code, or the HTTP status, or 0 when no answer came.
        perhaps_done: nothing says that it was refused, so it may have been done: the line broke while waiting for the answer.
    """

    def __init__(self, after_seconds: float | None = None, code: int = 0, perhaps_done: bool = False) -> None:
        super().__init__(f"WhatsApp asks to try later ({code})" if code else "WhatsApp gave no answer")
        self.after_seconds, self.code, self.perhaps_done = after_seconds, code, perhaps_done


class GaveUp(Exception):
    """It will not work however often it is tried.

    Attributes:
        code: the provider's code, or the HTTP status when there is none, or 0 when it could not be asked at all.
    """

    def __init__(self, code: int) -> None:
        super().__init__(f"WhatsApp refuses it ({code})" if code else "it cannot be sent")
        self.code = code


class WindowClosed(GaveUp):
    """The person has not written for 24 hours."""


class Answer(NamedTuple):
    """What came back.

    Attributes:
        status: of HTTP.
        body: the JSON object in it; ``None`` when it is none.
        retry_after: the header of that name.
    """

    status: int
    body: dict[str, Any] | None
    retry_after: str


async def exchange(session: aiohttp.ClientSession, method: str, url: str, headers: Mapping[str, str], **options: Any) -> Answer:
    """Ask, without following anybody elsewhere. The caller judges the answer.

    Raises:
        TryLater: no answer came.
        GaveUp: nobody can be asked at this address.
    """
    try:
        async with session.request(method, url, headers=headers, timeout=TIMEOUT, allow_redirects=False, **options) as response:
            return Answer(response.status, _object(await response.read()), response.headers.get("Retry-After", ""))
    except (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError):
        raise TryLater() from None  # no line, so nothing arrived
    except aiohttp.InvalidURL:
        raise GaveUp(0) from None
    except (aiohttp.ClientError, TimeoutError, OSError):
        raise TryLater(perhaps_done=True) from None


def _object(raw: bytes) -> dict[str, Any] | None:
    try:
        answer = json.loads(raw)
    except (ValueError, RecursionError):
        return None
    return answer if isinstance(answer, dict) else None
