"""What Graph answers when it does not do what was asked."""

from __future__ import annotations

import secrets
from typing import Any

TITLES = {
    1: "API Unknown",
    2: "Service temporarily unavailable",
    100: "Invalid parameter",
    104: "An access token is required to request this resource",
    130429: "Rate limit hit",
    131000: "Something went wrong",
    131008: "Required parameter is missing",
    131009: "Parameter value is not valid",
    131026: "Message undeliverable",
    131047: "Re-engagement message",
    131051: "Unsupported message type",
    131053: "Media upload error",
    131056: "(Business Account, Consumer Account) pair rate limit hit",
    132000: "Number of parameters does not match the expected number of params",
    132001: "Template name does not exist in the translation",
    190: "Invalid OAuth access token",
}
"""Titles of the codes that the double gives, after Meta's page "Error codes" (Cloud API, May 2026)."""

STATUS = {2: 503, 131000: 500, 130429: 429, 190: 401, 132001: 404}
"""HTTP status of a code where it is not 400. Meta's page gave 429 for 130429 in one year and 400 in another: who sends
must look at the code."""

ERRORS_URL = "https://developers.facebook.com/docs/whatsapp/cloud-api/support/error-codes/"


class GraphError(Exception):
    """A request that Graph refuses.

    Args:
        code: Meta's number.
        details: what is wrong, for developers.
        message: of a general error of Graph, when it is not the title of the code.
        subcode: a finer number that older versions give.
        kind: Graph's ``type``.
        retry_after: seconds, for the header ``Retry-After``.
    """

    def __init__(
        self,
        code: int,
        details: str = "",
        *,
        message: str = "",
        subcode: int | None = None,
        kind: str = "OAuthException",
        retry_after: float | None = None,
    ) -> None:
        self.code, self.details, self.subcode, self.kind, self.retry_after = code, details, subcode, kind, retry_after
        self.message = message or f"(#{code}) {title(code)}"
        super().__init__(f"{self.message}: {details}" if details else self.message)

    @property
    def status(self) -> int:
        """The HTTP status it comes with."""
        return STATUS.get(self.code, 400)

    def body(self) -> dict[str, Any]:
        """The answer's JSON."""
        error: dict[str, Any] = {"message": self.message, "type": self.kind, "code": self.code}
        if self.details:
            error["error_data"] = {"messaging_product": "whatsapp", "details": self.details}
        if self.subcode is not None:
            error["error_subcode"] = self.subcode
        return {"error": {**error, "fbtrace_id": f"A{secrets.token_urlsafe(10)}"}}


def title(code: int) -> str:
    """What Meta calls a code."""
    return TITLES.get(code, "Unknown error")


def in_webhook(code: int, details: str) -> dict[str, Any]:
    """The same fault as it stands in a webhook."""
    return {
        "code": code,
        "title": title(code),
        "message": title(code),
        "error_data": {"details": details},
        "href": ERRORS_URL,
    }
