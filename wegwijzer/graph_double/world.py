"""What the double remembers: people with their telephones, messages to and from them, files, and what Meta allows when."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from wegwijzer.graph_double.errors import GraphError
from wegwijzer.graph_double.sending import Sendable, TemplateMessage, as_sent, digits
from wegwijzer.graph_double.webhooks import Person, message_id

WINDOW = 24 * 3600.0
"""Seconds after somebody's last message in which a business may write freely."""

BURST, EVERY = 45, 6.0
"""Messages to one person at once, and the seconds after which each may be followed by one more (pair rate limit)."""

Clock = Callable[[], float]


@dataclass
class Sent:
    """A message of the business that was accepted.

    Attributes:
        wamid: its id.
        body: the message as it was asked.
        at: seconds since 1970.
        statuses: what became of it, in order.
        number: counts all accepted messages, from 1.
    """

    wamid: str
    body: Mapping[str, Any]
    at: float
    number: int
    statuses: list[str] = field(default_factory=list)

    @property
    def opaque(self) -> str | None:
        """The business's own words with it."""
        given: str | None = self.body.get("biz_opaque_callback_data")
        return given


@dataclass
class Phone:
    """Somebody's telephone.

    Attributes:
        person: whose.
        wrote_at: when the person last wrote; seconds since 1970.
        wrote: ids of the person's messages, with whether the business has read them.
        got: messages of the business.
        typing_until: until when the three dots show.
        line: everything in the order in which the telephone has it: ``("in", id, message)`` or ``("out", id, sent)``.
    """

    person: Person
    wrote_at: float | None = None
    wrote: dict[str, bool] = field(default_factory=dict)
    got: list[Sent] = field(default_factory=list)
    typing_until: float = 0.0
    line: list[tuple[str, str, Any]] = field(default_factory=list)
    allowance: float = BURST
    counted_at: float | None = None


@dataclass(frozen=True)
class File:
    """A file at Meta."""

    mime: str
    data: bytes
    by_business: bool = True


@dataclass
class World:
    """Everything at one moment.

    Args:
        clock: gives the seconds since 1970.
        templates: by name and language, how many texts the body has.
        pair_limit: whether the pair rate limit is kept; a day in half a minute cannot keep it.
    """

    clock: Clock = time.time
    templates: dict[tuple[str, str], int] = field(default_factory=dict)
    pair_limit: bool = True
    phones: dict[str, Phone] = field(default_factory=dict)
    files: dict[str, File] = field(default_factory=dict)
    sent: dict[str, Sent] = field(default_factory=dict)
    _owner: dict[str, Phone] = field(default_factory=dict)

    def phone(self, person: Person) -> Phone:
        """The telephone of somebody, new when there was none."""
        return self.phones.setdefault(person.number, Phone(person))

    def wrote(self, person: Person, message: Mapping[str, Any]) -> None:
        """Somebody wrote to the business."""
        phone = self.phone(person)
        phone.wrote_at = max(phone.wrote_at or 0.0, float(message["timestamp"]))
        phone.wrote[str(message["id"])] = False
        phone.line.append(("in", str(message["id"]), message))
        self._owner[str(message["id"])] = phone

    def find(self, address: str) -> Phone | None:
        """The telephone with this number or this business-scoped user id."""
        known = self.phones.get(digits(address)) if not address[:1].isalpha() else None
        return known or next((phone for phone in self.phones.values() if phone.person.user_id == address), None)

    def read(self, wamid: str, typing: bool) -> None:
        """The business has read a message, and those before it.

        Raises:
            GraphError: nobody sent that message.
        """
        phone = self._owner.get(wamid)
        if phone is None or wamid not in phone.wrote:
            raise GraphError(131009, "message_id is not the id of a message that was received")
        for known in phone.wrote:
            phone.wrote[known] = True
            if known == wamid:
                break
        if typing:
            phone.typing_until = self.clock() + 25

    def check(self, message: Sendable) -> Phone | None:
        """Whether this may be sent now, to whom: nobody when that number has no WhatsApp.

        Raises:
            GraphError: Meta refuses it.
        """
        phone = self.find(str(message.to or message.recipient))
        self._check_files(message)
        if isinstance(message, TemplateMessage):
            self._check_template(message)
        if message.context is not None and self._owner.get(message.context.message_id) is not phone:
            raise GraphError(131009, "context.message_id is not a message of this conversation")
        if phone is not None and self.pair_limit:
            self._count(phone)
        return phone

    def in_window(self, phone: Phone | None) -> bool:
        """Whether this person wrote less than a day ago."""
        return phone is not None and phone.wrote_at is not None and self.clock() - phone.wrote_at < WINDOW

    def accept(self, phone: Phone | None, message: Sendable) -> Sent:
        """Take a message for delivery."""
        number = phone.person.number if phone else digits(str(message.to or message.recipient))[:15]
        sent = Sent(message_id(number, outgoing=True), as_sent(message), self.clock(), len(self.sent) + 1)
        self.sent[sent.wamid] = sent
        if phone is not None:
            self._owner[sent.wamid] = phone
        return sent

    def deliver(self, phone: Phone, sent: Sent) -> None:
        """It arrives at the telephone; an answer ends the dots."""
        phone.got.append(sent)
        phone.line.append(("out", sent.wamid, sent))
        phone.typing_until = 0.0

    def typing(self, phone: Phone) -> bool:
        """Whether the three dots show."""
        return phone.typing_until > self.clock()

    def _check_files(self, message: Sendable) -> None:
        body = as_sent(message)
        for holder in (body.get("image"), body.get("interactive", {}).get("header", {}).get("image")):
            if holder and "id" in holder and not self._is_image(holder["id"]):
                raise GraphError(131009, "The media id is not of an image of this number")

    def _is_image(self, media_id: str) -> bool:
        file = self.files.get(media_id)
        return file is not None and file.by_business and file.mime in ("image/jpeg", "image/png")

    def _check_template(self, message: TemplateMessage) -> None:
        template = message.template
        expected = self.templates.get((template.name, template.language.code))
        if expected is None:
            raise GraphError(132001, f"template name ({template.name}) does not exist in {template.language.code}")
        given = sum(len(part.parameters) for part in template.components if part.type == "body")
        if given != expected:
            raise GraphError(132000, f"body: number of localizable_params ({given}) does not match the expected ({expected})")

    def _count(self, phone: Phone) -> None:
        now = self.clock()
        if phone.counted_at is not None:
            phone.allowance = min(float(BURST), phone.allowance + (now - phone.counted_at) / EVERY)
        phone.counted_at = now
        if phone.allowance < 1:
            raise GraphError(131056, "Too many messages from this number to the same number in a short time")
        phone.allowance -= 1
