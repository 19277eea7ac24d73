"""What a webhook of Twilio says, in the words that the Cloud API's webhook is read into.

Source: https://www.twilio.com/docs/messaging/guides/webhook-request (messages) and
https://www.twilio.com/docs/messaging/api/message-resource (statuses). Names of people and their pictures are not looked at.
"""

from __future__ import annotations

import re

from wegwijzer.whatsapp.graph import WINDOW_CLOSED
from wegwijzer.whatsapp.incoming import Delivery, DeliveryState, Incoming, Kind, Webhook
from wegwijzer.whatsapp.stopping import is_stop
from wegwijzer.whatsapp.twilio.signature import Form

REPLY = "row"
"""In the query of the address for statuses: our own id of the message that it is about."""

_CHANNEL = "whatsapp:"
_PERSON = re.compile(r"\+?([0-9]{5,20})|([A-Z]{2}\.(?:ENT\.)?[A-Za-z0-9]{1,128})")
"""A number, or Meta's id of somebody who does not show the number."""
_SID = re.compile(r"(?:SM|MM)[0-9a-fA-F]{32}")
_REPLY = re.compile(r"[A-Za-z0-9_.:-]{1,200}")
_ARRIVED = frozenset({"received", "receiving"})

_STATES = {
    "sent": DeliveryState.SENT,
    "delivered": DeliveryState.DELIVERED,
    "read": DeliveryState.DELIVERED,
    "failed": DeliveryState.FAILED,
    "undelivered": DeliveryState.FAILED,
}
"""``accepted``, ``queued`` and ``sending`` say only that Twilio has it, which its answer said already."""

_AS_META = {63016: WINDOW_CLOSED, 63018: 130429, 63012: 131016}
"""Codes that mean the same at Twilio and at Meta, for who decides whether to try again: the 24 hours are over, too much at once,
out of order. Source: https://www.twilio.com/docs/api/errors"""

_KINDS = {
    "text": Kind.TEXT,
    "button": Kind.TEXT,
    "interactive": Kind.TEXT,
    "location": Kind.LOCATION,
    "audio": Kind.SOUND,
    "voice": Kind.SOUND,
    "image": Kind.PICTURE,
    "video": Kind.PICTURE,
    "document": Kind.PICTURE,
    "sticker": Kind.PICTURE,
    "contacts": Kind.CONTACT,
    "edit": Kind.EDITED,
    "reaction": Kind.SILENT,
    "revoke": Kind.SILENT,
    "system": Kind.SILENT,
}
_MEDIA = {
    "audio": Kind.SOUND,
    "image": Kind.PICTURE,
    "video": Kind.PICTURE,
    "application": Kind.PICTURE,
    "text/vcard": Kind.CONTACT,
}
"""For a message without ``MessageType``: by the whole type of its first attachment, or the part before the slash."""


def read_form(form: Form, account: str, sender: str, reply: str = "") -> Webhook:
    """Read a form whose signature is right.

    Args:
        account: our account; what is for another one is left alone.
        sender: our number in international form.
        reply: what stood under :data:`REPLY` in the query.

    Returns:
        One message, one delivery, or something strange that is counted.
    """
    sid = form.get("MessageSid")
    if form.get("AccountSid") != account or not _SID.fullmatch(sid):
        return Webhook(strange=1)
    if form.get("SmsStatus") in _ARRIVED:
        message = _message(form, sid, sender)
        return Webhook(messages=(message,)) if message else Webhook(strange=1)
    state = _STATES.get(form.get("MessageStatus"))
    if state is None:
        return Webhook()
    own = reply if _REPLY.fullmatch(reply) else ""
    return Webhook(deliveries=(Delivery(state, sid, own, _code(form.get("ErrorCode"))),))


def address_of(person: str) -> str:
    """Where Twilio sends something to a person, from :attr:`~wegwijzer.whatsapp.incoming.Incoming.sender`."""
    return f"{_CHANNEL}{person}" if "." in person else f"{_CHANNEL}+{person}"


def _code(text: str) -> int | None:
    """As Meta numbers it, where that says more; otherwise as Twilio does."""
    code = int(text) if text.isascii() and text.isdigit() and len(text) < 10 else None
    return code if code is None else _AS_META.get(code, code)


def _message(form: Form, sid: str, sender: str) -> Incoming | None:
    person = _person(form.get("From"))
    if person is None or _person(form.get("To")) != _person(_CHANNEL + sender):
        return None
    kind, text = _said(form)
    # Twilio does not say when it was sent.
    return Incoming(sid, person, None, kind, text)


def _person(address: str) -> str | None:
    found = _PERSON.fullmatch(address.removeprefix(_CHANNEL)) if address.startswith(_CHANNEL) else None
    return (found[1] or found[2]) if found else None


def _said(form: Form) -> tuple[Kind, str]:
    """The kind of a message and its words."""
    kind, text = _kind(form), form.get("Body")
    match kind:
        case Kind.TEXT:
            # What is tapped is a quick reply of a template: its words are the answer, not what stands behind them.
            text = text or form.get("ButtonText") or form.get("ListTitle")
            if is_stop(text):
                return Kind.STOP, ""
            return (Kind.TEXT, text) if text else (Kind.UNKNOWN, "")
        case Kind.LOCATION:
            return kind, " ".join(part for part in (form.get("Label"), form.get("Address")) if part)
        case Kind.PICTURE | Kind.EDITED:
            return kind, text
    return kind, ""


def _kind(form: Form) -> Kind:
    named = form.get("MessageType")
    if named:
        return _KINDS.get(named, Kind.UNKNOWN)
    if form.get("Latitude") and form.get("Longitude"):
        return Kind.LOCATION
    media = form.get("MediaContentType0").lower()
    if media:
        return _MEDIA.get(media) or _MEDIA.get(media.partition("/")[0], Kind.UNKNOWN)
    return Kind.TEXT
