"""Events as text, as they go to the database and to the action server: written once, however often they are sent."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import orjson

if TYPE_CHECKING:
    from rasa.shared.core.events import Event

KEPT = "written"
"""Where the text of an event is kept with it, once it does not change any more."""


class Written:
    """A part of something that is to be written, which was written before.

    Args:
        text: as JSON.
    """

    __slots__ = ("text",)

    def __init__(self, text: bytes) -> None:
        self.text = text


def written(what: Any) -> bytes:
    """Anything that can be JSON, as JSON; a number that is none or has no end becomes ``null``.

    Raises:
        TypeError: it cannot.
    """
    try:
        return orjson.dumps(what, default=_as_it_was, option=orjson.OPT_NON_STR_KEYS)
    except TypeError:
        # Half a character, or a number without end: Python's own writes them, and reads them back.
        return json.dumps(what, default=_read_back).encode()


def keep_written(event: Event, text: bytes) -> None:
    """Remember how an event is written. Only for one that is stored: its words are crossed out, and it stays as it is."""
    event.__dict__[KEPT] = text


def part_of(event: Event, stays: bool) -> dict[str, Any] | Written:
    """An event as part of something that is to be written.

    Args:
        stays: whether it does not change any more.
    """
    text: bytes | None = event.__dict__.get(KEPT)
    if text is None:
        if not stays:
            data: dict[str, Any] = event.as_dict()
            return data
        keep_written(event, text := written(event.as_dict()))
    return Written(text)


def _as_it_was(part: Any) -> Any:
    if isinstance(part, Written):
        return orjson.Fragment(part.text)
    raise TypeError(f"{type(part).__name__} is no JSON")


def _read_back(part: Any) -> Any:
    if isinstance(part, Written):
        return json.loads(part.text)
    raise TypeError(f"{type(part).__name__} is no JSON")
