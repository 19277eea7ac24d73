"""What Meta tells a business, in Meta's shape: messages of people and what became of messages to them.

Sources: the pages "messages webhook reference" with its pages per kind, and "Business-scoped user IDs" (2026).
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from wegwijzer.graph_double.errors import in_webhook

UNREADABLE = 131051
"""The code with which a message comes of a kind that the API does not know."""


@dataclass(frozen=True)
class Account:
    """The business, as Meta knows it. Everything is invented.

    Attributes:
        phone_id: names the business's number in requests.
        number: the number itself, digits.
        waba_id: names the WhatsApp Business Account.
        token: lets requests in.
        app_secret: signs webhooks.
        verify_token: shown when the webhook is set.
        name: what people see.
    """

    phone_id: str = "106540352242922"
    number: str = "31612345600"
    waba_id: str = "102290129340398"
    token: str = "EAAG-only-in-the-double-7Hq2"  # noqa: S105 - of the double only
    app_secret: str = "0123456789abcdef0123456789abcdef"  # noqa: S105 - of the double only
    verify_token: str = "only-in-the-double-verify-5rX"  # noqa: S105 - of the double only
    name: str = "Wegwijzer Utrecht"


@dataclass(frozen=True)
class Person:
    """Somebody with a telephone. Invented.

    Attributes:
        number: digits in international form.
        name: of the profile.
        username: who has one shows no number: only :attr:`user_id` says who writes.
    """

    number: str
    name: str = "Iemand"
    username: str = ""

    @property
    def user_id(self) -> str:
        """The business-scoped user id."""
        return f"NL.{int(hashlib.sha256(self.number.encode()).hexdigest()[:15], 16)}"

    @property
    def address(self) -> str:
        """What an answer is sent to."""
        return self.user_id if self.username else self.number

    def contact(self) -> dict[str, Any]:
        """How a webhook names this person."""
        profile = {"name": self.name, **({"username": self.username} if self.username else {})}
        return {"profile": profile, **({} if self.username else {"wa_id": self.number}), "user_id": self.user_id}

    def sender(self) -> dict[str, str]:
        """How a message names who wrote it."""
        return {**({} if self.username else {"from": self.number}), "from_user_id": self.user_id}


def message_id(number: str, outgoing: bool = False) -> str:
    """A new ``wamid``. Like the real ones it holds the telephone number, in base64: it is personal data.

    Args:
        number: of the person, digits.
        outgoing: whether the business sent it.
    """
    mark, size = (0x11, 9) if outgoing else (0x12, 10)
    unique = secrets.token_hex(size).upper().encode()
    raw = (
        b"\x1c\x18"
        + bytes([len(number)])
        + number.encode()
        + b"\x15\x02\x00"
        + bytes([mark, 0x18, len(unique)])
        + unique
        + b"\x00"
    )
    return "wamid." + base64.b64encode(raw).decode()


def incoming(
    person: Person, kind: str, content: Mapping[str, Any], at: int, wamid: str = "", context: Mapping[str, str] | None = None
) -> dict[str, Any]:
    """One message of somebody.

    Args:
        person: who wrote it.
        kind: Meta's ``type``.
        content: what stands below the name of the kind.
        at: seconds since 1970.
        wamid: its id; a new one without.
        context: which message it answers, with ``from`` and ``id``.
    """
    message: dict[str, Any] = {**({"context": dict(context)} if context else {}), **person.sender()}
    message |= {"id": wamid or message_id(person.number), "timestamp": str(at), "type": kind}
    if kind == "unsupported":
        details = "Message type is currently not supported."
        return {**message, "errors": [in_webhook(UNREADABLE, details)], "unsupported": dict(content)}
    return {**message, kind: list(content["contacts"]) if kind == "contacts" else dict(content)}


def file_of(kind: str, media_id: str) -> dict[str, Any]:
    """The content of a message with a file: ``audio``, ``image``, ``video``, ``document`` or ``sticker``."""
    known = {
        "mime_type": MIME[kind],
        "sha256": base64.b64encode(hashlib.sha256(media_id.encode()).digest()).decode(),
        "id": media_id,
    }
    more: dict[str, dict[str, Any]] = {
        "audio": {"voice": True},
        "sticker": {"animated": False},
        "document": {"filename": "brief.pdf"},
    }
    return {**known, **more.get(kind, {})}


MIME = {
    "audio": "audio/ogg; codecs=opus",
    "image": "image/jpeg",
    "video": "video/mp4",
    "document": "application/pdf",
    "sticker": "image/webp",
}
"""What the files of people are."""


def status(
    wamid: str,
    person: Person,
    kind: str,
    at: int,
    opaque: str | None = None,
    errors: Sequence[tuple[int, str]] = (),
) -> dict[str, Any]:
    """What became of a message of the business.

    Args:
        wamid: which message.
        person: whom it was for.
        kind: ``sent``, ``delivered``, ``read`` or ``failed``.
        at: seconds since 1970.
        opaque: the words of the business's own that were sent with it.
        errors: codes and details, of ``failed``.
    """
    told: dict[str, Any] = {"id": wamid, "status": kind, "timestamp": str(at)}
    if not person.username:
        told["recipient_id"] = person.number
    told["recipient_user_id"] = person.user_id
    if opaque is not None:
        told["biz_opaque_callback_data"] = opaque
    if kind == "failed":
        return {**told, "errors": [in_webhook(code, details) for code, details in errors]}
    pricing = {"billable": False, "pricing_model": "PMP", "category": "service", "type": "free_customer_service"}
    return {**told, "pricing": pricing}


def value(
    account: Account, messages: Sequence[Mapping[str, Any]] = (), people: Sequence[Person] = (), statuses: Sequence[Any] = ()
) -> dict[str, Any]:
    """The ``value`` of one change: messages with who wrote them, or statuses."""
    told: dict[str, Any] = {
        "messaging_product": "whatsapp",
        "metadata": {"display_phone_number": account.number, "phone_number_id": account.phone_id},
    }
    if people:
        told["contacts"] = [person.contact() for person in people]
    if messages:
        told["messages"] = list(messages)
    if statuses:
        told["statuses"] = list(statuses)
    return told


def envelope(account: Account, values: Sequence[Mapping[str, Any]], field: str = "messages") -> bytes:
    """The body of one POST, one entry for each value.

    As Meta writes it: other letters as ``\\u00eb`` and a slash as ``\\/``, so that only the raw bytes give the right signature.
    """
    entries = [{"id": account.waba_id, "changes": [{"value": told, "field": field}]} for told in values]
    body = {"object": "whatsapp_business_account", "entry": entries}
    return json.dumps(body, separators=(",", ":")).replace("/", "\\/").encode("ascii")


def signed(body: bytes, secret: str) -> dict[str, str]:
    """The headers with which Meta sends a body."""
    return {
        "Content-Type": "application/json",
        "User-Agent": "facebookexternalua",
        "X-Hub-Signature": "sha1=" + hmac.new(secret.encode(), body, hashlib.sha1).hexdigest(),
        "X-Hub-Signature-256": "sha256=" + hmac.new(secret.encode(), body, hashlib.sha256).hexdigest(),
    }
