"""Which pages may talk with the chat: those of the server itself, and of other hosts only the ones that an operator listed."""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import urlsplit

_ORIGIN = re.compile(r"https?://(?:[a-z0-9-]+(?:\.[a-z0-9-]+)*|\[[0-9a-f:]+\])(?::\d{1,5})?")

PREFLIGHT_SECONDS = 600
"""How long a browser may remember what it was allowed."""


def read_origins(text: str) -> tuple[str, ...]:
    """The origins in a setting, separated by commas, in the form in which browsers send them.

    Raises:
        ValueError: one of them is no origin; in one plain sentence.
    """
    found = []
    for part in (part.strip().lower() for part in text.split(",")):
        if not part:
            continue
        if not _ORIGIN.fullmatch(part):
            raise ValueError(
                f"WEB_ORIGINS has {part!r}, but each must be an origin such as https://www.example.org: no path, no * and "
                "no / at the end"
            )
        found.append(part)
    return tuple(dict.fromkeys(found))


@dataclass(frozen=True)
class Origins:
    """The pages of other hosts that may talk with the chat.

    Attributes:
        listed: their origins; none means that only pages of the server itself may.
    """

    listed: tuple[str, ...] = ()

    def allows(self, origin: str | None, site: str | None, host: str | None) -> bool:
        """Whether a request may come from where it comes from.

        Browsers of today say how near the page is (``Sec-Fetch-Site``, W3C Fetch Metadata), older ones at least which page
        it is (``Origin``). What says neither is no browser, and has no cookie of somebody else.

        Args:
            origin: the ``Origin`` header.
            site: the ``Sec-Fetch-Site`` header.
            host: the ``Host`` header.
        """
        if origin in self.listed:
            return True
        if site:
            return site in ("same-origin", "none")
        return not origin or _netloc(origin) == host

    def headers(self, origin: str | None) -> dict[str, str]:
        """What lets a browser hand the answer to the page (CORS, WHATWG Fetch); for listed pages only."""
        headers = {"Vary": "Origin"}
        if origin and origin in self.listed:
            headers["Access-Control-Allow-Origin"] = origin
            headers["Access-Control-Allow-Credentials"] = "true"
            headers["Access-Control-Expose-Headers"] = "Retry-After"
        return headers

    def preflight(self, origin: str | None) -> dict[str, str]:
        """The answer to a browser that asks beforehand whether it may send."""
        headers = self.headers(origin)
        if "Access-Control-Allow-Origin" in headers:
            headers["Access-Control-Allow-Methods"] = "GET, POST, DELETE"
            headers["Access-Control-Allow-Headers"] = "Content-Type, Last-Event-ID"
            headers["Access-Control-Max-Age"] = str(PREFLIGHT_SECONDS)
        return headers


def _netloc(origin: str) -> str | None:
    try:
        return urlsplit(origin).netloc or None
    except ValueError:
        return None
