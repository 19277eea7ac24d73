"""Who wants to hear nothing more says one word, as people know it from text messages."""

from __future__ import annotations

import re

WORDS = frozenset({"stop", "stoppen", "afmelden", "meld me af", "meld mij af", "uitschrijven", "unsubscribe"})
"""Only when it is all that is said: "stop met drinken lukt niet" is a story."""

_EDGES = re.compile(r"^[\W_]+|[\W_]+$")
_SPACES = re.compile(r"\s+")
_LONGEST = 40


def is_stop(text: str) -> bool:
    """Whether somebody wants to stop, in any case and with any punctuation around it."""
    return len(text) <= _LONGEST and _SPACES.sub(" ", _EDGES.sub("", text)).casefold() in WORDS
