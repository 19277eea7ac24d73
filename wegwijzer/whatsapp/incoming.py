"""What a webhook of WhatsApp says: messages of people, and what became of ours. Reading never fails on what Meta adds later.

The shapes are those of Meta's documentation of the ``messages`` webhook, below
https://developers.facebook.com/documentation/business-messaging/whatsapp/webhooks/reference/messages. What is not in it is
of kind :attr:`Kind.UNKNOWN`. Names of people (``contacts``) are not looked at.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from wegwijzer.whatsapp.stopping import is_stop

LONGEST_ID = 512
"""Characters of an id of somebody else's that is looked at."""

_LONGEST_MOMENT = 12
"""Digits of a number of seconds since 1970."""


class Kind(StrEnum):
    """What somebody sent."""

    TEXT = "text"
    CHOICE = "choice"
    """A button or a row of a list was tapped."""
    LOCATION = "location"
    SOUND = "sound"
    PICTURE = "picture"
    """A photo, a film, a sticker or a document."""
    CONTACT = "contact"
    EDITED = "edited"
    UNKNOWN = "unknown"
    SILENT = "silent"
    """Nothing to answer: a reaction, a message that was taken back, a notice of WhatsApp itself."""
    STOP = "stop"
    TOO_MANY = "too_many"
    """Not sent by anybody: what is kept when somebody sends more than can be answered."""


class DeliveryState(StrEnum):
    """What became of a message of ours."""

    SENT = "sent"
    DELIVERED = "delivered"
    FAILED = "failed"


@dataclass(frozen=True)
class Incoming:
    """A message of a person.

    Attributes:
        id: the provider's id. Meta's hold the telephone number in base64: neither logged nor kept as it is.
        sender: the telephone number in digits, or Meta's id of somebody who does not show the number.
        at: when it was sent, in seconds since 1970; ``None`` when that is not said.
        kind: what it is.
        text: what was typed: the message, what stands below a picture, the title of the button; of a location the address.
        choice: the id of the button or row.
    """

    id: str = field(repr=False)
    sender: str = field(repr=False)
    at: float | None
    kind: Kind
    text: str = field(default="", repr=False)
    choice: str = ""


@dataclass(frozen=True)
class Delivery:
    """What became of a message of ours.

    Attributes:
        state: what.
        id: the provider's id of it.
        reply: our own id of it, when the provider gives it back.
        code: why it failed, as the provider numbers it.
    """

    state: DeliveryState
    id: str = field(repr=False)
    reply: str = ""
    code: int | None = None


@dataclass(frozen=True)
class Webhook:
    """One call of the provider.

    Attributes:
        messages: in the order in which they stand there.
        deliveries: the same.
        strange: how many pieces were not understood, or are for another number.
    """

    messages: tuple[Incoming, ...] = ()
    deliveries: tuple[Delivery, ...] = ()
    strange: int = 0


class Unreadable(ValueError):
    """This is no webhook. The message says in what way, and nothing that stands in it."""


def read_webhook(raw: bytes, phone_id: str) -> Webhook:
    """Read the body of a request whose signature is right.

    Args:
        phone_id: our own number, as Meta identifies it; what is for another number is left alone.

    Raises:
        Unreadable: it is no JSON object with a list ``entry``.
    """
    try:
        body = json.loads(raw)
    except (ValueError, RecursionError):
        raise Unreadable("it is not JSON") from None
    if not isinstance(body, dict) or not isinstance(body.get("entry"), list):
        raise Unreadable("it is not a webhook of WhatsApp")
    messages: list[Incoming] = []
    deliveries: list[Delivery] = []
    strange = 0
    for value in _values(body["entry"]):
        if _mapping(value.get("metadata")).get("phone_number_id") != phone_id:
            strange += 1
            continue
        for found in (_message(one) for one in _list(value.get("messages"))):
            if found is None:
                strange += 1
            else:
                messages.append(found)
        for status in _list(value.get("statuses")):
            deliveries += filter(None, [_delivery(status)])
    return Webhook(tuple(messages), tuple(deliveries), strange)


def _values(entries: list[Any]) -> Iterator[Mapping[str, Any]]:
    for entry in entries:
        for change in _list(_mapping(entry).get("changes")):
            if _mapping(change).get("field") == "messages":
                yield _mapping(_mapping(change).get("value"))


def _message(one: Any) -> Incoming | None:
    message = _mapping(one)
    # Who has a user name may hide the number; Meta then gives an id of the person instead.
    sender = _text(message.get("from")).lstrip("+") or _text(message.get("from_user_id"))
    identifier = _text(message.get("id"))
    if not 0 < len(sender) <= LONGEST_ID or not 0 < len(identifier) <= LONGEST_ID:
        return None
    kind, text, choice = _said(message)
    return Incoming(identifier, sender, _moment(message.get("timestamp")), kind, text, choice)


def _said(message: Mapping[str, Any]) -> tuple[Kind, str, str]:
    """The kind of a message, its words, and the id of what was tapped."""
    name = _text(message.get("type"))
    inside = _mapping(message.get(name))
    match name:
        case "text":
            text = _text(inside.get("body"))
            return (Kind.STOP, "", "") if is_stop(text) else (Kind.TEXT if text.strip() else Kind.UNKNOWN, text, "")
        case "button":
            text = _text(inside.get("text"))
            return (Kind.STOP, "", "") if is_stop(text) else (Kind.TEXT if text.strip() else Kind.UNKNOWN, text, "")
        case "interactive":
            reply = _mapping(inside.get(_text(inside.get("type"))))
            choice, title = _text(reply.get("id")), _text(reply.get("title"))
            return (Kind.CHOICE, title, choice[:LONGEST_ID]) if choice and title.strip() else (Kind.UNKNOWN, "", "")
        case "location":
            parts = (_text(inside.get("name")), _text(inside.get("address")))
            return Kind.LOCATION, " ".join(part for part in parts if part), ""
        case "audio" | "voice":
            return Kind.SOUND, "", ""
        case "image" | "video" | "document" | "sticker":
            return Kind.PICTURE, _text(inside.get("caption")), ""
        case "contacts":
            return Kind.CONTACT, "", ""
        case "edit":
            kind, text, _ = _said({**_mapping(inside.get("message")), "edit": None})
            return (kind if kind is Kind.STOP else Kind.EDITED), text, ""
        case "reaction" | "revoke" | "system" | "request_welcome":
            return Kind.SILENT, "", ""
        case "unsupported":
            return _unsupported(inside), "", ""
    return Kind.UNKNOWN, "", ""


def _unsupported(inside: Mapping[str, Any]) -> Kind:
    """What WhatsApp does not pass on may still say what it was."""
    match _text(inside.get("type")):
        case "edit":
            return Kind.EDITED
        case "revoke" | "reaction":
            return Kind.SILENT
    return Kind.UNKNOWN


_STATES = {
    "sent": DeliveryState.SENT,
    "delivered": DeliveryState.DELIVERED,
    "read": DeliveryState.DELIVERED,
    "failed": DeliveryState.FAILED,
}


def _delivery(one: Any) -> Delivery | None:
    status = _mapping(one)
    state = _STATES.get(_text(status.get("status")))
    identifier = _text(status.get("id"))
    if state is None or not 0 < len(identifier) <= LONGEST_ID:
        return None
    reply = _text(status.get("biz_opaque_callback_data"))
    codes = [_mapping(error).get("code") for error in _list(status.get("errors"))]
    code = next((code for code in codes if isinstance(code, int) and not isinstance(code, bool)), None)
    return Delivery(state, identifier, reply if len(reply) <= LONGEST_ID else "", code)


def _moment(value: Any) -> float | None:
    text = str(value) if isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 10**12 else _text(value)
    return float(text) if text.isascii() and text.isdigit() and len(text) <= _LONGEST_MOMENT else None


def _mapping(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def _text(value: Any) -> str:
    """A text that can be written down: half a surrogate pair is in no encoding, and PostgreSQL keeps no zero byte."""
    return value.encode("utf-8", "replace").decode().replace("\0", "") if isinstance(value, str) else ""
