"""What goes over the line as JSON, in both directions. ``docs/web.md`` is the contract for who builds a page on it."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from wegwijzer.understanding.cleaning import LONGEST

LARGEST_BODY = 128 * 1024
"""Bytes of one request: the longest text in characters of four bytes, with room for the rest."""

_CLIENT_ID = re.compile(r"[A-Za-z0-9_-]{8,64}")

ADDRESSES = ("je", "u")
"""How a person may want to be spoken to."""

Wording = Callable[[str], str]
"""Puts a sentence of the bot in the form that the person chose."""


PRIVATE = "private"
"""Mark of a question whose answer is kept nowhere in the conversation, such as a telephone number."""


class Who(StrEnum):
    """Who speaks."""

    YOU = "you"
    BOT = "bot"
    COLLEAGUE = "colleague"
    SYSTEM = "system"


@dataclass(frozen=True)
class Entry:
    """One thing in a conversation.

    Attributes:
        seq: place in the conversation: 1, 2, 3 ...; later is higher, gaps only where something was wiped.
        who: who speaks.
        client_id: the id that the page gave it, for what the person said; for what another process wrote, its own.
        body: text, buttons, card and so on, as in the contract.
    """

    seq: int
    who: Who
    body: Mapping[str, Any]
    client_id: str | None = None

    def as_json(self) -> dict[str, Any]:
        """As it goes to the page."""
        own = {"id": self.client_id} if self.client_id and self.who is Who.YOU else {}
        return {"seq": self.seq, "who": self.who.value, **own, **self.body}


@dataclass(frozen=True)
class Said:
    """A message of the person, before it is written anywhere: all that is kept of it comes from :meth:`body`.

    Attributes:
        client_id: the page's own id of the message.
        text: what was typed, or what the chosen button sends.
        reply_to: the number of the message whose button was chosen.
        address: ``je`` or ``u``, when the person chose.
        welcomed: the page shows the welcome itself, so the person knows already that a computer speaks.
    """

    client_id: str
    text: str
    reply_to: int | None = None
    address: str | None = None
    welcomed: bool = False

    def body(self, kept: str) -> dict[str, Any]:
        """What is kept of it.

        Args:
            kept: the text without what says who somebody is.
        """
        optional = {"reply_to": self.reply_to, "address": self.address, "welcomed": self.welcomed or None}
        return {"text": kept, **{name: value for name, value in optional.items() if value is not None}}


@dataclass(frozen=True)
class Answer:
    """What one message led to: replies in order, and whether everything up to the message is to be forgotten."""

    replies: tuple[Mapping[str, Any], ...] = ()
    forget: bool = field(default=False)


class Refused(Exception):
    """Something asked for cannot be done.

    Attributes:
        code: for the page, as in the contract; a kind sentence for it stands in ``domain.yml``.
    """

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def read_said(raw: bytes) -> Said:
    """Read the body of a request.

    Raises:
        Refused: ``too_long`` or ``not_understood``.
    """
    if len(raw) > LARGEST_BODY:
        raise Refused("too_long")
    try:
        body = json.loads(raw)
    except (ValueError, RecursionError):
        raise Refused("not_understood") from None
    if not isinstance(body, dict):
        raise Refused("not_understood")
    client_id, text, reply_to, address = (body.get(name) for name in ("id", "text", "reply_to", "address"))
    if not isinstance(client_id, str) or not _CLIENT_ID.fullmatch(client_id):
        raise Refused("not_understood")
    if not isinstance(text, str) or not text.strip() or not storable(text):
        raise Refused("not_understood")
    if len(text) > LONGEST:
        raise Refused("too_long")
    if reply_to is not None and (not isinstance(reply_to, int) or isinstance(reply_to, bool) or not 0 < reply_to < 2**31):
        raise Refused("not_understood")
    if address is not None and address not in ADDRESSES:
        raise Refused("not_understood")
    return Said(client_id, text, reply_to, address, welcomed=body.get("welcomed") is True)


def storable(text: str) -> bool:
    """Whether it can be kept: half a surrogate pair is in no encoding, so neither a database nor an answer can hold it."""
    return not any("\ud800" <= character <= "\udfff" for character in text)


def bot_body(message: Mapping[str, Any]) -> dict[str, Any]:
    """The body for a message as Rasa sends it (``text``, ``buttons``, ``quick_replies``, ``custom``); empty when it is silent."""
    buttons = [
        {"title": str(button["title"]), "payload": str(button.get("payload", button["title"]))}
        for button in (*(message.get("quick_replies") or ()), *(message.get("buttons") or ()))
        if isinstance(button, Mapping) and button.get("title")
    ]
    body: dict[str, Any] = {}
    if message.get("text"):
        body["text"] = str(message["text"])
    if buttons:
        body["buttons"] = buttons
    if isinstance(message.get("custom"), Mapping) and message["custom"]:
        body["card"] = dict(message["custom"])
    metadata = message.get("metadata") or {}
    # Within Rasa it stands in the metadata; in an event that came through its API Rasa puts it beside the text.
    if body and (metadata.get(PRIVATE) is True or message.get(PRIVATE) is True):
        body[PRIVATE] = True
    language = metadata.get("lang")
    if body and isinstance(language, str):
        body["lang"] = language
    return body


SPOKEN_IN_CARD = ("naam", "wat", "waarom", "hoe", "via", "kosten", "open", "let_op")
"""Fields of a card that speak to the person; the others are numbers, addresses, and words to say to somebody else."""


def reworded(body: Mapping[str, Any], wording: Wording) -> dict[str, Any]:
    """A message of the bot in other words: its text, the titles of its buttons and the sentences of its card.

    What a button sends stays as it is: the bot understands that. So does what is not in Dutch.
    """
    new = dict(body)
    if "lang" in new:
        return new
    if "text" in new:
        new["text"] = wording(new["text"])
    if "buttons" in new:
        new["buttons"] = [{**button, "title": wording(button["title"])} for button in new["buttons"]]
    if "card" in new:
        spoken = {name: wording(text) for name in SPOKEN_IN_CARD if isinstance(text := new["card"].get(name), str)}
        haltes = [{**halte, "label": wording(str(halte["label"]))} for halte in new["card"].get("haltes") or ()]
        new["card"] = {**new["card"], **spoken, **({"haltes": haltes} if haltes else {})}
    return new


def server_event(name: str, data: Mapping[str, Any], event_id: int | None = None) -> str:
    """One Server-Sent Event (WHATWG HTML, section 9.2).

    JSON has no bare line ends, so one ``data`` line is enough; in ASCII, because some readers also end a line at U+2028.
    """
    head = f"id: {event_id}\n" if event_id is not None else ""
    return f"{head}event: {name}\ndata: {json.dumps(data, separators=(',', ':'))}\n\n"


def last_event_id(value: str | None) -> int:
    """The place after which a page wants to hear more; 0, the beginning, for what is no place."""
    value = value or ""
    return int(value) if value.isascii() and value.isdigit() and len(value) < 10 else 0
