"""The buttons of a message, and in which of WhatsApp's three shapes they fit."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from wegwijzer.whatsapp.limits import BUTTON_TITLE, BUTTONS, ROW_DESCRIPTION, ROW_TITLE, ROWS, units

MORE = "…"


class Shape(StrEnum):
    """How buttons are shown."""

    BUTTONS = "buttons"
    LIST = "list"
    NUMBERS = "numbers"


@dataclass(frozen=True)
class Button:
    """One answer to choose.

    Attributes:
        title: what the person reads, on one line.
        payload: what the bot understands; never shown.
    """

    title: str
    payload: str

    @property
    def id(self) -> str:
        """Short, the same for the same button, and without what the bot understands."""
        return hashlib.sha256(f"{self.title}\0{self.payload}".encode("utf-8", "replace")).hexdigest()[:16]


def buttons_of(body: Mapping[str, Any]) -> list[Button]:
    """The buttons of a message that have something to read; the same one twice is one."""
    found = (
        Button(" ".join(readable(str(one["title"])).split()), str(one.get("payload", one["title"])))
        for one in body.get("buttons") or ()
    )
    return list(dict.fromkeys(one for one in found if one.title))


def shape_of(buttons: Sequence[Button]) -> Shape:
    """The shape that shows every title in full and every title only once."""
    titles = [one.title for one in buttons]
    if len(buttons) <= BUTTONS and all(units(title) <= BUTTON_TITLE for title in titles) and _all_differ(titles):
        return Shape.BUTTONS
    short = [short_title(title) for title in titles]
    full = all(cut == title or units(title) <= ROW_DESCRIPTION for cut, title in zip(short, titles, strict=True))
    return Shape.LIST if len(buttons) <= ROWS and full and _all_differ(short) else Shape.NUMBERS


def short_title(title: str, room: int = ROW_TITLE) -> str:
    """A title that fits on a row: shortened after a word, with an ellipsis, when it is too long."""
    if units(title) <= room:
        return title
    kept = ""
    for word in title.split():
        longer = f"{kept} {word}".strip()
        if units(longer) + units(MORE) > room:
            break
        kept = longer
    return (kept or _letters(title, room - units(MORE))).rstrip(",;:.-–") + MORE


def readable(text: str) -> str:
    """Text that can be in a message: without half a surrogate pair; empty when nothing in it can be seen."""
    text = text.encode("utf-8", "replace").decode("utf-8").replace("\0", "")
    return text if any(letter.isprintable() and not letter.isspace() for letter in text) else ""


def _letters(text: str, room: int) -> str:
    size, kept = 0, ""
    for letter in text:
        size += units(letter)
        if size > room:
            break
        kept += letter
    return kept


def _all_differ(titles: Sequence[str]) -> bool:
    return len(set(titles)) == len(titles)
