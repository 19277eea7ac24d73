"""What stands on the picture of a person's route: see ``web/src/kaart`` for the same map on the page."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from wegwijzer.whatsapp.card_text import fields, stops, ways
from wegwijzer.whatsapp.words import Words

_AROUND = re.compile(r"^https?://(?:www\.)?|/$")

PICTURE = "picture"
"""Where a message holds what is to be drawn. Not part of Graph's own format: it is taken out before sending."""


def picture_of(card: Mapping[str, Any], words: Words) -> dict[str, Any]:
    """The words on the map, as JSON: ``title``, ``stops`` (the first is now), ``step``, ``name``, ``ways`` and ``caption``.

    The caption says in words what the picture shows, for who does not see it.
    """
    said, haltes = fields(card), stops(card)
    along = " " + words.card["langs"].format(haltes="; ".join(haltes)) if haltes else ""
    return {
        "title": words.card["route"],
        "stops": [words.card["nu"], *haltes],
        "step": words.card["stap"],
        "name": said["naam"],
        "ways": ways({**said, **({"url": _short(said["url"])} if "url" in said else {})}, words),
        "caption": f"{words.card['route']}. {words.card['nu']}.{along} {words.card['stap']}: {said['naam']}.",
    }


def _short(url: str) -> str:
    """An address as one types it: nobody can tap what is on a picture."""
    return _AROUND.sub("", url)
