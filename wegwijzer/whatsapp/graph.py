"""The part of Meta's Graph API that WhatsApp needs. What goes wrong is told by kind and code, never with a word, number or token.

Sources, below https://developers.facebook.com/documentation/business-messaging/whatsapp/: messages/send-messages,
typing-indicators, business-phone-numbers/media, support/error-codes; and for the shape of an error
https://developers.facebook.com/docs/graph-api/guides/error-handling.
"""

from __future__ import annotations

import asyncio
import logging
import re
import time
from collections.abc import Callable, Mapping
from email.utils import parsedate_to_datetime
from http import HTTPStatus
from typing import Any

import aiohttp

from wegwijzer.whatsapp.exchange import Answer, GaveUp, TryLater, WindowClosed, exchange
from wegwijzer.whatsapp.limits import OPAQUE
from wegwijzer.whatsapp.route_image import route_png
from wegwijzer.whatsapp.route_words import PICTURE

_log = logging.getLogger(__name__)

LONGEST_WAIT = 3600.0
"""Seconds; a server that asks for more is asked again sooner."""

LATER = frozenset({2, 4, 17, 32, 341, 613, 80007, 130429, 131000, 131016, 131056, 131057, 133004, 133016})
"""Codes that pass: down or overloaded (2, 131000, 131016, 133004), in maintenance (131057), or too much in a while (the others).

131048 is not among them although it is called a rate limit: people marked too much as spam, and sending again makes that worse.
"""

WINDOW_CLOSED = 131047
"""More than 24 hours since the person's last message: only a template may be sent."""

PHONE_FIELDS = (
    "display_phone_number,verified_name,quality_rating,status,name_status,code_verification_status,platform_type,account_mode"
)

_ID = re.compile(r"[A-Za-z0-9_.:=-]{1,256}")


class GraphClient:
    """Speaks for one telephone number.

    Args:
        url: address of Graph with its version, as in the setting ``WHATSAPP_GRAPH_URL``.
        phone_id: Meta's id of the number, not the number itself.
        token: access token; it only goes in a header.
        session: lines to use; who made it closes it.
        clock: seconds since 1970.

    Raises:
        ValueError: ``phone_id`` cannot be a part of an address.
    """

    def __init__(
        self, url: str, phone_id: str, token: str, session: aiohttp.ClientSession, clock: Callable[[], float] = time.time
    ) -> None:
        if not _ID.fullmatch(phone_id):
            raise ValueError("the id of the telephone number has other characters than letters and digits")
        self._base, self._phone_id, self._token, self._session, self._clock = url.rstrip("/"), phone_id, token, session, clock

    async def send(self, to: str, payload: Mapping[str, Any], opaque: str = "") -> str:
        """Send one message. An image of :func:`wegwijzer.whatsapp.payloads.to_payloads` is drawn and uploaded first.

        Args:
            to: the telephone number, digits with the country before it; or Meta's id of a person who does not show it.
            payload: a message without ``to``.
            opaque: comes back with every status of this message; at most 512 characters.

        Returns:
            Meta's id of the message (``wamid``).

        Raises:
            TryLater, GaveUp, WindowClosed: it was not sent, see there.
            ValueError: ``opaque`` is too long.
        """
        if len(opaque) > OPAQUE:
            raise ValueError("opaque is too long")
        message: dict[str, Any] = {"messaging_product": "whatsapp", "recipient_type": "individual", _address(to): to}
        message |= await self._ready(payload)
        if opaque:
            message["biz_opaque_callback_data"] = opaque
        answer = await self._post(f"{self._phone_id}/messages", json=message)
        return _text_at(answer, "messages", 0, "id")

    async def seen(self, wamid: str, typing: bool = True) -> None:
        """Mark a message as read, and show that an answer is coming (at most 25 seconds, or until it is there).

        Raises:
            TryLater, GaveUp: it did not work.
        """
        body: dict[str, Any] = {"messaging_product": "whatsapp", "status": "read", "message_id": wamid}
        if typing:
            body["typing_indicator"] = {"type": "text"}
        await self._post(f"{self._phone_id}/messages", json=body)

    async def upload(self, data: bytes, mime: str) -> str:
        """Give Meta a file to send. Returns its id there.

        Raises:
            TryLater, GaveUp: it did not work.
        """
        form = aiohttp.FormData()
        form.add_field("messaging_product", "whatsapp")
        form.add_field("type", mime)
        form.add_field("file", data, filename=f"wegwijzer.{mime.rpartition('/')[2]}", content_type=mime)
        return _text_at(await self._post(f"{self._phone_id}/media", data=form), "id")

    async def phone(self) -> dict[str, Any]:
        """What Meta knows of the number, for a check of the settings.

        Raises:
            TryLater, GaveUp: it did not work.
        """
        return await self.get(self._phone_id, {"fields": PHONE_FIELDS})

    async def get(self, path: str, params: Mapping[str, str] | None = None) -> dict[str, Any]:
        """Ask for something else, such as ``<account>/message_templates``.

        Raises:
            TryLater, GaveUp: it did not work.
        """
        return await self._ask("GET", path, params=dict(params or {}))

    async def _ready(self, payload: Mapping[str, Any]) -> dict[str, Any]:
        message = {name: value for name, value in payload.items() if name != PICTURE}
        if PICTURE in payload:
            message["image"] = {**message["image"], "id": await self._drawn(payload[PICTURE])}
        return message

    async def _drawn(self, picture: Mapping[str, Any]) -> str:
        try:
            drawn = await asyncio.to_thread(route_png, picture)
        except (OSError, KeyError, TypeError, ValueError) as error:
            _log.error("whatsapp: a route cannot be drawn: %s", type(error).__name__)
            raise GaveUp(0) from None
        try:
            return await self.upload(drawn, "image/png")
        except TryLater as error:  # the file is perhaps there; the message is not
            raise TryLater(error.after_seconds, error.code) from None

    async def _post(self, path: str, **body: Any) -> dict[str, Any]:
        return await self._ask("POST", path, **body)

    async def _ask(self, method: str, path: str, **options: Any) -> dict[str, Any]:
        headers = {"Authorization": f"Bearer {self._token}"}
        return self._read(await exchange(self._session, method, f"{self._base}/{path}", headers, **options))

    def _read(self, answered: Answer) -> dict[str, Any]:
        status, answer, waits = answered
        if HTTPStatus.OK <= status < HTTPStatus.MULTIPLE_CHOICES:
            if answer is None or "error" in answer:
                raise TryLater(code=_code(answer), perhaps_done=answer is None)
            return answer
        code = _code(answer)
        if code == WINDOW_CLOSED:
            raise WindowClosed(code)
        busy = status in (HTTPStatus.TOO_MANY_REQUESTS, HTTPStatus.REQUEST_TIMEOUT) or status >= HTTPStatus.INTERNAL_SERVER_ERROR
        if busy or code in LATER or _transient(answer):
            perhaps = not code and status >= HTTPStatus.INTERNAL_SERVER_ERROR  # somebody between us and Graph answered
            raise TryLater(_seconds(waits, self._clock()), code or status, perhaps_done=perhaps)
        raise GaveUp(code or status)


def _address(to: str) -> str:
    """How Graph calls this: people with a user name may hide their number (documentation: business-scoped-user-ids)."""
    return "to" if to.isdecimal() else "recipient"


def _error(answer: Mapping[str, Any] | None) -> Mapping[str, Any]:
    error = (answer or {}).get("error")
    return error if isinstance(error, dict) else {}


def _code(answer: Mapping[str, Any] | None) -> int:
    code = _error(answer).get("code")
    return code if isinstance(code, int) and not isinstance(code, bool) else 0


def _transient(answer: Mapping[str, Any] | None) -> bool:
    """Graph says itself that it passes."""
    return _error(answer).get("is_transient") is True


def _text_at(answer: Any, *path: str | int) -> str:
    """A text in an answer of 200. Without it something was done, and nobody knows what."""
    for step in path:
        known = isinstance(answer, dict) if isinstance(step, str) else isinstance(answer, list) and len(answer) > step
        answer = answer[step] if known and (not isinstance(step, str) or step in answer) else None
    if not isinstance(answer, str) or not answer:
        raise TryLater(perhaps_done=True)
    return answer


def _seconds(retry_after: str, now: float) -> float | None:
    """A ``Retry-After`` in seconds or as a date (RFC 9110, section 10.2.3)."""
    if not retry_after:
        return None
    try:
        seconds = float(retry_after) if retry_after.strip().isdecimal() else parsedate_to_datetime(retry_after).timestamp() - now
    except (ValueError, TypeError, OverflowError):
        return None
    return min(max(seconds, 0.0), LONGEST_WAIT)
