"""What to do with a message: which words the bot hears, and what is said to what it cannot hear."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from wegwijzer.catalogue.loading import load_catalogue
from wegwijzer.paths import CATALOGUE
from wegwijzer.understanding.wijk import WijkFinder
from wegwijzer.whatsapp.choices import Choice, by_id, chosen, offered
from wegwijzer.whatsapp.inbox import Waiting
from wegwijzer.whatsapp.incoming import Kind

GOODBYE = "utter_whatsapp_stop"
HELLO = "utter_hallo"
TOO_MANY = "utter_web_te_snel"
EDITED = "utter_whatsapp_gewijzigd"
CAPTION = "utter_whatsapp_bijschrift"
UNKNOWN = "utter_whatsapp_onbekend"

ANSWERS: Mapping[Kind, str] = {
    Kind.SOUND: "utter_whatsapp_geluid",
    Kind.PICTURE: "utter_whatsapp_beeld",
    Kind.LOCATION: "utter_whatsapp_locatie",
    Kind.CONTACT: "utter_whatsapp_contact",
    Kind.EDITED: UNKNOWN,
    Kind.UNKNOWN: UNKNOWN,
    Kind.TOO_MANY: TOO_MANY,
}
"""What is said to what has no words."""

ASKS_FOR_A_NUMBER = frozenset({"utter_ask_leeftijd"})
"""After these a number is an answer, and not the number of a choice."""

MOST_REMEMBERED = 60
"""Buttons of before that can still be tapped."""


@dataclass(frozen=True)
class Offer:
    """What can be tapped now.

    Attributes:
        last: what was offered last: what is typed may mean one of these.
        before: what was offered earlier and still stands on the screen.
        expects_number: the last question asks for a number.
    """

    last: Sequence[Choice] = ()
    before: Sequence[Choice] = field(default=())
    expects_number: bool = False

    def as_json(self) -> dict[str, Any]:
        """To be kept."""
        return {
            "last": [one.as_json() for one in self.last],
            "before": [one.as_json() for one in self.before],
            "number": self.expects_number,
        }

    @classmethod
    def from_json(cls, kept: Any) -> Offer:
        """As it was kept; nothing when nothing was."""
        kept = kept or {}
        last, before = ([Choice.from_json(one) for one in kept.get(name) or ()] for name in ("last", "before"))
        return cls(last, before, bool(kept.get("number")))

    def after(self, bodies: Iterable[Mapping[str, Any]], said: Iterable[str] = (), numbered: bool = False) -> Offer:
        """What can be tapped after something more is said.

        Args:
            bodies: what is said, as given to :func:`wegwijzer.whatsapp.payloads.to_payloads`.
            said: the names of the responses.
            numbered: see :func:`wegwijzer.whatsapp.choices.offered`.
        """
        new = offered(list(bodies), numbered)
        known = {one.id for one in new}
        before = [one for one in (*self.before, *self.last) if one.id not in known]
        kept = list({one.id: one for one in before}.values())[-MOST_REMEMBERED:]
        return Offer(new, kept, bool(ASKS_FOR_A_NUMBER.intersection(said)))

    def tapped(self, choice_id: str) -> str | None:
        """What the bot understands for a button; ``None`` when nobody knows any more."""
        return by_id(choice_id, (*self.last, *self.before))

    def typed(self, text: str) -> str | None:
        """What the bot understands for a text that names an answer; ``None`` for free text."""
        return chosen(text, self.last, self.expects_number)


@dataclass(frozen=True)
class Plan:
    """What to do with a message.

    Attributes:
        hear: what the bot hears; ``None`` when it hears nothing.
        say: names of responses that are said first.
        leave: the person goes, and everything about them.
    """

    hear: str | None = field(default=None, repr=False)
    say: tuple[str, ...] = ()
    leave: bool = False


WijkOf = Callable[[str], str | None]
"""From an address to the name of the wijk."""


def plan(waiting: Waiting, offer: Offer, wijk_of: WijkOf) -> Plan:
    """What to do with a message.

    Args:
        offer: what the person could tap.
        wijk_of: see :data:`WijkOf`.
    """
    text = waiting.text.strip()
    match waiting.kind:
        case Kind.STOP:
            return Plan(say=(GOODBYE,), leave=True)
        case Kind.CHOICE:
            return Plan(hear=offer.tapped(waiting.choice) or text)
        case Kind.TEXT if text:
            return Plan(hear=offer.typed(text) or text)
        case Kind.LOCATION if text and (wijk := wijk_of(text)):
            return Plan(hear=wijk)
        case Kind.PICTURE if text:
            return Plan(hear=text, say=(CAPTION,))
        case Kind.EDITED if text:
            return Plan(hear=text, say=(EDITED,))
    return Plan(say=(ANSWERS.get(waiting.kind, UNKNOWN),))


@lru_cache(maxsize=1)
def _places() -> tuple[WijkFinder, Mapping[str, str]]:
    wijken = load_catalogue(CATALOGUE).wijken
    return WijkFinder(wijken), {wijk.id: wijk.name for wijk in wijken.wijken}


def own_wijk_of(address: str) -> str | None:
    """The wijk of an address that WhatsApp gives with a place: by its postcode or its name, as a resident would say it.

    Most locations come without an address, and coordinates say nothing here: no source gives the borders of the wijken.
    """
    finder, names = _places()
    found = finder.find(address, asked=True)
    return names.get(found.wijk) if found.wijk else None
