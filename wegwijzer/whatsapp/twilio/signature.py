"""Whether a request really comes from Twilio.

Twilio signs the public address of the webhook, as it was set there, together with every field of the form, with HMAC-SHA1 and the
account's auth token, in the header ``X-Twilio-Signature``. What is signed is computed by Twilio's own library
(``twilio.request_validator``), as its documents ask for; the comparison is ours, in constant time.
Source: https://www.twilio.com/docs/usage/webhooks/webhooks-security
"""

from __future__ import annotations

import hmac
from collections.abc import Iterator
from urllib.parse import SplitResult, parse_qsl, urlsplit, urlunsplit

from twilio.request_validator import RequestValidator

HEADER = "X-Twilio-Signature"

MOST_FIELDS = 500
"""Fields of one form. Twilio sends a few dozen; a forged form of a million must cost us nothing."""

_USUAL_PORT = {"https": 443, "http": 80}


class Form:
    """The fields of a form; a name may be there several times.

    Args:
        raw: the body, ``application/x-www-form-urlencoded``.

    Raises:
        ValueError: when it is no such form, has too many fields, or is not in UTF-8.
    """

    def __init__(self, raw: bytes) -> None:
        self._values: dict[str, list[str]] = {}
        for name, value in parse_qsl(raw.decode("ascii"), keep_blank_values=True, errors="strict", max_num_fields=MOST_FIELDS):
            self._values.setdefault(name, []).append(value)

    def __iter__(self) -> Iterator[str]:
        return iter(self._values)

    def __len__(self) -> int:
        return len(self._values)

    def getall(self, name: str) -> list[str]:
        """Every value of a name, as Twilio's library asks for it."""
        return self._values[name]

    def get(self, name: str) -> str:
        """The first value of a name, without blanks around it; empty when it is not there."""
        return self._values.get(name, [""])[0].strip()


def is_signed(token: str, url: str, form: Form, signature: str) -> bool:
    """Whether Twilio signed this form for this address.

    Args:
        token: the auth token of the account.
        url: the public address with its query, not the one behind a proxy; what stands behind a ``#`` is not signed.
        form: what was sent.
        signature: the header; whatever stands in it.
    """
    validator = RequestValidator(token)
    given = signature.strip().encode("utf-8", "replace")
    right = [validator.compute_signature(one, form).encode() for one in _spellings(url)]
    # All of them, always: how long it takes says nothing about which spelling came near.
    equal = [hmac.compare_digest(one, given) for one in right]
    return any(equal)


def _spellings(url: str) -> tuple[str, ...]:
    """With the port and without it: Twilio signs the one or the other (its own library tries both)."""
    parts = urlsplit(url)._replace(fragment="")
    host = parts.hostname or ""
    without = _at(parts, host)
    port = parts.port or _USUAL_PORT.get(parts.scheme, 443)
    return tuple(dict.fromkeys((urlunsplit(parts), without, _at(parts, f"{host}:{port}"))))


def _at(parts: SplitResult, netloc: str) -> str:
    return urlunsplit(parts._replace(netloc=netloc))
