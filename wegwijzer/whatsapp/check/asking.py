"""Asking another server something, where everything that can go wrong becomes one of a few answers, without what was sent."""

from __future__ import annotations

import ssl
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import httpx

TIMEOUT = 15.0
"""Seconds to wait for each answer."""


class NoAnswer(Exception):
    """Nobody answered. The message says in Dutch why, and neither the address's query nor anything secret."""


@dataclass(frozen=True)
class Answer:
    """What came back.

    Attributes:
        status: of HTTP.
        data: the JSON object; empty when it is none.
        headers: of the answer.
        text: the answer as text, as far as it is short.
    """

    status: int
    data: Mapping[str, Any]
    headers: Mapping[str, str]
    text: str = field(default="", repr=False)


def ask(client: httpx.Client, method: str, url: str, **how: Any) -> Answer:
    """Send one request; redirects are not followed.

    Args:
        how: as ``httpx`` takes it (``params``, ``content``, ``headers``, ``auth``).

    Raises:
        NoAnswer: no connection, no valid certificate, or too late.
    """
    try:
        answer = client.request(method, url, follow_redirects=False, **how)
    except (httpx.HTTPError, httpx.InvalidURL, ValueError) as error:
        raise NoAnswer(_why(error)) from None
    try:
        data = answer.json()
    except ValueError:
        data = {}
    return Answer(answer.status_code, data if isinstance(data, dict) else {}, dict(answer.headers), answer.text[:500])


def _why(error: Exception) -> str:
    cause: BaseException | None = error
    while cause is not None:
        if isinstance(cause, ssl.SSLCertVerificationError):
            return "het certificaat is niet geldig"
        cause = cause.__cause__ or cause.__context__
    match error:
        case httpx.TimeoutException():
            return "er komt geen antwoord binnen de tijd"
        case httpx.ConnectError():
            return "er is geen verbinding"
        case httpx.InvalidURL() | httpx.UnsupportedProtocol():
            return "het adres is geen adres"
    return f"de verbinding brak af ({type(error).__name__})"
