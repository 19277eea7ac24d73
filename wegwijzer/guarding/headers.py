"""The headers that every answer has, whoever made it: a browser may do nothing with it that we did not mean.

Sources: CSP level 3 and Permissions Policy (W3C), Fetch and HTML (WHATWG; CORP and COOP), RFC 6797 (HSTS), RFC 9111 (caching).
"""

from __future__ import annotations

from collections.abc import Mapping, MutableMapping, Sequence

NO_SENSORS = "camera=(), geolocation=(), microphone=()"

STRICT: Mapping[str, str] = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Permissions-Policy": NO_SENSORS,
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "no-store",
    "Content-Security-Policy": "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
}
"""For what says nothing stricter or wider itself."""

HSTS = "max-age=31536000"
"""A year. Without ``includeSubDomains``: which other hosts there are below ours only the operator knows."""


def complete(headers: MutableMapping[str, str], scheme: str, forwarded: str | None) -> None:
    """Add what an answer lacks; what its handler said itself stays.

    Args:
        headers: of the answer; names in any case.
        scheme: of the connection, ``http`` or ``https``.
        forwarded: the ``X-Forwarded-Proto`` header. Who makes it up only changes the answer to itself.
    """
    for name, value in STRICT.items():
        if name not in headers:
            headers[name] = value
    if "https" in (scheme, forwarded) and "Strict-Transport-Security" not in headers:
        headers["Strict-Transport-Security"] = HSTS


def frame_ancestors(origins: Sequence[str]) -> str:
    """Which pages may show ours in a frame: of this host, and the ones that an operator listed in ``WEB_ORIGINS``."""
    return " ".join(("frame-ancestors 'self'", *origins))
