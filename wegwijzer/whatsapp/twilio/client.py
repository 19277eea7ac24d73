"""The part of Twilio's API that WhatsApp needs: the calls and faults of :class:`~wegwijzer.whatsapp.graph.GraphClient`.

Twilio's own library waits while it sends, which would hold up everybody; this does not. Sources:
https://www.twilio.com/docs/messaging/api/message-resource,
https://www.twilio.com/docs/whatsapp/api/typing-indicators-resource and https://www.twilio.com/docs/api/errors.

Twilio has no key under which the same message is taken once. So when the line breaks before the answer is there, the next try
first looks whether Twilio has the message.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Mapping
from datetime import timedelta
from email.utils import parsedate_to_datetime
from http import HTTPStatus
from typing import Any
from urllib.parse import urlencode, urlsplit, urlunsplit

import aiohttp

from wegwijzer.whatsapp.graph import TIMEOUT, GaveUp, TryLater, WindowClosed
from wegwijzer.whatsapp.twilio.config import API_URL, TwilioSettings
from wegwijzer.whatsapp.twilio.reading import REPLY, address_of

MESSAGING_URL = "https://messaging.twilio.com"
"""Where Twilio keeps senders and typing indicators."""

CONTENT_URL = "https://content.twilio.com"
"""Where Twilio keeps content templates."""

WINDOW_CLOSED = 63016
"""More than 24 hours since the person's last message. https://www.twilio.com/docs/api/errors/63016"""

LATER = frozenset({20429, 63018, 63012})
"""Codes that pass: too many requests, too many messages, WhatsApp itself out of order."""

LOOK_BACK = timedelta(minutes=15)
"""How long ago a message may have been taken that we are not sure of; it is tried again much sooner."""

_LOOK_AT = 20
"""Messages to a person that are looked through, newest first: more than one turn says."""

_UNSURE = 1000
"""Messages of which we remember that we are not sure; more at once means that Twilio is away."""


def base_of(settings: TwilioSettings, usual: str) -> str:
    """Where a part of Twilio is: its own address, or all of it at the address that was set."""
    return usual if settings.api_url == API_URL else settings.api_url


class TwilioClient:
    """Speaks for one number.

    Args:
        settings: whose, and where.
        session: lines to use; who made it closes it.
        clock: seconds since 1970.
    """

    def __init__(self, settings: TwilioSettings, session: aiohttp.ClientSession, clock: Callable[[], float] = time.time) -> None:
        self._settings, self._session, self._clock = settings, session, clock
        self._auth = aiohttp.BasicAuth(settings.account, settings.token)
        self._account = f"{settings.api_url}/2010-04-01/Accounts/{settings.account}"
        self._unsure: dict[str, None] = {}

    async def send(self, to: str, payload: Mapping[str, Any], opaque: str = "") -> str:
        """Send one message.

        Args:
            to: the person, as :attr:`wegwijzer.whatsapp.incoming.Incoming.sender` has it.
            payload: ``{"text": ...}``, or ``{"content": ...}`` with the id of an approved content.
            opaque: comes back with every status of this message; letters, digits and ``_.:-``.

        Returns:
            Twilio's id of the message.

        Raises:
            TryLater, GaveUp, WindowClosed: it was not sent, as :class:`~wegwijzer.whatsapp.graph.GraphClient` says it.
        """
        form = {"From": f"whatsapp:{self._settings.sender}", "To": address_of(to), "StatusCallback": self._callback(opaque)}
        form |= {"ContentSid": str(payload["content"])} if "content" in payload else {"Body": str(payload["text"])}
        if opaque in self._unsure and (known := await self._known(form)):
            self._unsure.pop(opaque, None)
            return known
        try:
            answer = await self._ask("POST", f"{self._account}/Messages.json", data=form)
            sid = answer.get("sid")
            if not isinstance(sid, str) or not sid:
                raise TryLater(perhaps_done=True)
        except TryLater as error:
            if error.perhaps_done and opaque:
                self._remember(opaque)
            raise
        self._unsure.pop(opaque, None)
        return sid

    async def seen(self, sid: str, typing: bool = True) -> None:
        """Mark a message as read and show that an answer is coming (at most 25 seconds); Twilio does the one only with the other.

        Raises:
            TryLater, GaveUp: it did not work.
        """
        if typing:
            url = f"{base_of(self._settings, MESSAGING_URL)}/v2/Indicators/Typing.json"
            await self._ask("POST", url, data={"messageId": sid, "channel": "whatsapp"})

    def _callback(self, opaque: str) -> str:
        """Where Twilio tells what became of it. What stands behind a ``#`` says how often Twilio tries; it stays."""
        parts = urlsplit(self._settings.webhook_url)
        query = "&".join(part for part in (parts.query, urlencode({REPLY: opaque}) if opaque else "") if part)
        return urlunsplit(parts._replace(query=query))

    def _remember(self, opaque: str) -> None:
        self._unsure[opaque] = None
        while len(self._unsure) > _UNSURE:
            self._unsure.pop(next(iter(self._unsure)))

    async def _known(self, form: Mapping[str, str]) -> str | None:
        """The id of this message when Twilio took it a moment ago after all."""
        query = {"To": form["To"], "From": form["From"], "PageSize": str(_LOOK_AT)}
        answer = await self._ask("GET", f"{self._account}/Messages.json", params=query)
        found = answer.get("messages")
        for one in found if isinstance(found, list) else []:
            same = isinstance(one, dict) and str(one.get("body") or "").strip() == form.get("Body", "").strip()
            if same and str(one.get("direction", "")).startswith("outbound") and self._recent(one.get("date_created")):
                return str(one.get("sid"))
        return None

    def _recent(self, date: object) -> bool:
        try:
            at = parsedate_to_datetime(str(date)).timestamp()
        except (ValueError, TypeError, OverflowError):
            return False
        return self._clock() - at <= LOOK_BACK.total_seconds()

    async def _ask(self, method: str, url: str, **options: Any) -> dict[str, Any]:
        try:
            async with self._session.request(
                method, url, auth=self._auth, timeout=TIMEOUT, allow_redirects=False, **options
            ) as response:
                status, waits = response.status, response.headers.get("Retry-After", "")
                raw = await response.read()
        except (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError):
            raise TryLater() from None  # no line, so nothing arrived
        except aiohttp.InvalidURL:
            raise GaveUp(0) from None
        except (aiohttp.ClientError, TimeoutError, OSError):
            raise TryLater(perhaps_done=True) from None
        return _read(status, raw, waits)


def _read(status: int, raw: bytes, waits: str) -> dict[str, Any]:
    answer = _json(raw)
    if HTTPStatus.OK <= status < HTTPStatus.MULTIPLE_CHOICES:
        if answer is None:
            raise TryLater(perhaps_done=True)
        return answer
    code = (answer or {}).get("code")
    code = code if isinstance(code, int) and not isinstance(code, bool) else status
    if code == WINDOW_CLOSED:
        raise WindowClosed(code)
    if status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        # Twilio does not say that nothing was done; of 429 it does (https://www.twilio.com/docs/api/errors/20429).
        raise TryLater(_seconds(waits), code, perhaps_done=True)
    if status in (HTTPStatus.TOO_MANY_REQUESTS, HTTPStatus.REQUEST_TIMEOUT) or code in LATER:
        raise TryLater(_seconds(waits), code)
    raise GaveUp(code)


def _json(raw: bytes) -> dict[str, Any] | None:
    try:
        answer = json.loads(raw)
    except (ValueError, RecursionError):
        return None
    return answer if isinstance(answer, dict) else None


def _seconds(waits: str) -> float | None:
    return min(float(waits), 3600.0) if waits.isascii() and waits.isdigit() and len(waits) < 7 else None
