"""What is noted of a conversation to count it later: ids out of closed lists, never a word that somebody said.

One pure function, of one event as Rasa writes it. What does not look like an id of ours is not noted, wherever it comes from.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from wegwijzer.vocabulary import Drempel, Gemis, Uitkomst, VoorWie, Vorm


class Mark(NamedTuple):
    """One thing that happened.

    Attributes:
        at: seconds since 1970.
        kind: what: the name of a slot, ``gevraagd``, ``utter``, ``intent``, ``actie``, ``kanaal`` or ``begin``.
        value: ids with a comma in between; empty when a slot was emptied.
    """

    at: float
    kind: str
    value: str


ASKED, SAID, MEANT, DID, CHANNEL, BEGUN = "gevraagd", "utter", "intent", "actie", "kanaal", "begin"

TELLING_ACTIONS = frozenset({"action_anders", "action_hoe_begin", "action_bewaar"})
"""Actions that say what somebody did with a step."""

BANDS = ((30, "18-30"), (64, "31-64"))
"""The age at which a band ends, and its name. Older is :data:`OLDEST`; who is younger than 18 is told of the Kindertelefoon and
has no band."""

OLDEST, ADULT = "65+", 18

_ID = re.compile(r"^[a-z0-9][a-z0-9_]{0,79}$")
_MOST_IDS = 40


def _of(*known: str) -> Callable[[Any], str | None]:
    """One of a closed list."""
    return lambda value: value if value in known else None


def _ids(value: Any) -> str | None:
    """A list of ids; what is none is left out."""
    given = value if isinstance(value, list | tuple) else ()
    found = [one for one in given if isinstance(one, str) and _ID.match(one)]
    return ",".join(found[:_MOST_IDS]) or None


def _id(value: Any) -> str | None:
    return value if isinstance(value, str) and _ID.match(value) else None


def _band(value: Any) -> str | None:
    """An age as a band, so that nobody's age is kept here."""
    if not isinstance(value, int | float) or value < ADULT:
        return None
    return next((name for last, name in BANDS if value <= last), OLDEST)


def _hurdles(value: Any) -> str | None:
    given = value if isinstance(value, list | tuple) else ()
    return ",".join(one.value for one in Drempel if one.value in given) or None


SLOTS: Mapping[str, Callable[[Any], str | None]] = {
    "voor_wie": _of(*VoorWie),
    "haltes": _ids,
    "gemis": _of(*Gemis),
    "wijk": _id,
    "leeftijd": _band,
    "vorm": _of(*Vorm),
    "drempel": _hurdles,
    "suggestie": _id,
    "uitkomst": _of(*Uitkomst),
    "overgeslagen": _ids,
    "getoond": _ids,
    "mening": _id,
    "nazorg_antwoord": _id,
    "situatie": _of("verteld"),
    "klopt": _of("ja", "nee", "aangevuld"),
    "halte_keuze": _of("gekozen", "geen", "overgeslagen"),
    "requested_slot": _id,
}
"""The slots that are noted, and what of them. Ids of the catalogue are held against it when the conversation is counted."""


def marks_of(event: Mapping[str, Any]) -> tuple[Mark, ...]:
    """What to note of one event.

    Args:
        event: as ``rasa.shared.core.events.Event.as_dict`` gives it.

    Returns:
        Nothing, one mark, or two (a message has an intent and a channel). Never text of anybody.
    """
    read = _READERS.get(str(event.get("event")))
    at = event.get("timestamp")
    if read is None or not isinstance(at, int | float):
        return ()
    return tuple(Mark(float(at), kind, value) for kind, value in read(event))


def _slot(event: Mapping[str, Any]) -> tuple[tuple[str, str], ...]:
    name = str(event.get("name"))
    if name not in SLOTS:
        return ()
    value = SLOTS[name](event.get("value")) or ""
    if name == "requested_slot":
        return ((ASKED, value),) if value else ()
    return ((name, value),)


def _message(event: Mapping[str, Any]) -> tuple[tuple[str, str], ...]:
    parsed = event.get("parse_data")
    intent = parsed.get("intent") if isinstance(parsed, Mapping) else None
    found = (
        (MEANT, _id(intent.get("name") if isinstance(intent, Mapping) else None)),
        (CHANNEL, _id(event.get("input_channel"))),
    )
    return tuple((kind, value) for kind, value in found if value)


def _said(event: Mapping[str, Any]) -> tuple[tuple[str, str], ...]:
    known = event.get("metadata")
    name = _id(known.get("utter_action") if isinstance(known, Mapping) else None)
    return ((SAID, name),) if name else ()


def _action(event: Mapping[str, Any]) -> tuple[tuple[str, str], ...]:
    name = str(event.get("name"))
    return ((DID, name),) if name in TELLING_ACTIONS else ()


_READERS: Mapping[str, Callable[[Mapping[str, Any]], tuple[tuple[str, str], ...]]] = {
    "slot": _slot,
    "user": _message,
    "bot": _said,
    "action": _action,
    "session_started": lambda _: ((BEGUN, ""),),
    "restart": lambda _: ((BEGUN, ""),),
}
