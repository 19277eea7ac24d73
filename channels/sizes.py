"""Requests that say something impossible about their own size are refused before Sanic reads on.

Sanic 21.12 takes ``Content-Length: -1`` for a number of bytes to come, and reads nothing for ever without letting anybody else go
first: one request without any secret stopped the whole server. It also fails on a length that is no number. Found by
``wegwijzer fuzz``; what is refused is what RFC 9112, section 6.3, does not allow.
"""

from __future__ import annotations

from typing import Any

from sanic import Sanic
from sanic.exceptions import InvalidUsage
from sanic.request import Request

MOST_DIGITS = 18


class SizedRequest(Request):
    """A request whose size is known. Sanic makes it before it looks at the body.

    Raises:
        sanic.exceptions.InvalidUsage: when its size is said twice, in two ways, or is no number.
    """

    def __init__(self, url_bytes: bytes, headers: Any, *args: Any, **more: Any) -> None:
        lengths, codings = headers.getall("content-length", []), headers.getall("transfer-encoding", [])
        if len(lengths) + len(codings) > 1 or not all(map(_is_length, lengths)) or any(coding != "chunked" for coding in codings):
            raise InvalidUsage("the size cannot be read")
        super().__init__(url_bytes, headers, *args, **more)


def only_sized(app: Sanic) -> None:
    """Refuse other requests at this app, before it runs."""
    app.request_class = SizedRequest


def _is_length(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) <= MOST_DIGITS
