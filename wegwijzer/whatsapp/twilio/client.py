"""The part of Twilio's API that WhatsApp needs: the calls and faults of :class:`~wegwijzer.whatsapp.graph.GraphClient`.

Twilio's own library waits while it sends, which would hold up everybody; this does not. Sources:
https://www.twilio.com/docs/messaging/api/message-resource,
https://www.twilio.com/docs/whatsapp/api/typing-indicators-resource and https://www.twilio.com/docs/api/errors.

Twilio has no key under which the same message is taken once. So when the line breaks before the answer is there, the next try
first looks whether Twilio has the message.
"""

from __future__ import annotations

import base64
import time
from collections.abc import Callable, Mapping
from email.utils import parsedate_to_datetime
from http import HTTPStatus
from typing import Any
from urllib.parse import urlencode, urlsplit, urlunsplit

import aiohttp

from wegwijzer.whatsapp.exchange import Answer, GaveUp, TryLater, WindowClosed, exchange
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

CLOCKS_DIFFER = 5.0
"""Seconds before our first try at which Twilio may say that it took a message: earlier it was the same words said before."""

_LOOK_AT = 20
"""Messages to a person that are looked through, newest first: more than one turn says."""

_REMEMBERED = 1000
"""Messages of which we remember whether we are sure that Twilio has them."""


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
        word = base64.b64encode(f"{settings.account}:{settings.token}".encode()).decode()
        self._headers = {"Authorization": f"Basic {word}"}
        self._account = f"{settings.api_url}/2010-04-01/Accounts/{settings.account}"
        self._unsure: dict[str, float] = {}
        self._sure: dict[str, float] = {}

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
        began = self._unsure.get(opaque, self._clock())
        if opaque in self._unsure and (known := await self._known(form, began)):
            return self._settled(opaque, known)
        try:
            answer = await self._ask("POST", f"{self._account}/Messages.json", data=form)
            sid = answer.get("sid")
            if not isinstance(sid, str) or not sid:
                raise TryLater(perhaps_done=True)
        except TryLater as error:
            if error.perhaps_done and opaque:
                _remember(self._unsure, opaque, began)
            raise
        return self._settled(opaque, sid)

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

    def _settled(self, opaque: str, sid: str) -> str:
        self._unsure.pop(opaque, None)
        _remember(self._sure, sid, self._clock())
        return sid

    async def _known(self, form: Mapping[str, str], began: float) -> str | None:
        """The id of this message when Twilio took it after all, since we began to try."""
        query = {"To": form["To"], "From": form["From"], "PageSize": str(_LOOK_AT)}
        answer = await self._ask("GET", f"{self._account}/Messages.json", params=query)
        found = answer.get("messages")
        for one in found if isinstance(found, list) else []:
            if not isinstance(one, dict) or one.get("sid") in self._sure:
                continue
            same = str(one.get("body") or "").strip() == form.get("Body", "").strip()
            ours = str(one.get("direction", "")).startswith("outbound")
            if same and ours and _moment(one.get("date_created")) >= began - CLOCKS_DIFFER:
                return str(one.get("sid"))
        return None

    async def _ask(self, method: str, url: str, **options: Any) -> dict[str, Any]:
        return _read(await exchange(self._session, method, url, self._headers, **options))


def _remember(kept: dict[str, float], name: str, at: float) -> None:
    """The newest ones only."""
    kept[name] = at
    while len(kept) > _REMEMBERED:
        kept.pop(next(iter(kept)))


def _moment(date: object) -> float:
    """Seconds since 1970 of a date as Twilio writes it (RFC 2822); long ago when it is none."""
    try:
        return parsedate_to_datetime(str(date)).timestamp()
    except (ValueError, TypeError, OverflowError):
        return 0.0


def _read(answered: Answer) -> dict[str, Any]:
    status, answer, waits = answered
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


def _seconds(waits: str) -> float | None:
    return min(float(waits), 3600.0) if waits.isascii() and waits.isdigit() and len(waits) < 7 else None
