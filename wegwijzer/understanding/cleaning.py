"""Making any text safe to understand: no commands, no control characters, no endless length. Meaning is kept."""

from __future__ import annotations

import html
import re
import unicodedata

LONGEST = 20_000
"""Characters kept of one message: its beginning and its end, so that danger at the end is not cut off."""

_TAG = re.compile(r"<[^<>]{0,300}>")
_COMMAND = re.compile(r"^[\s\u200b\ufeff]*/+")
_LOOKALIKE = "∕"
"""DIVISION SLASH: looks like a slash, starts no command in Rasa."""


def clean(text: str) -> str:
    """Return the text as it may go into the pipeline.

    A typed ``/restart`` or ``/intent{...}`` keeps its letters but is no command any more; HTML tags and control
    characters go; a very long text keeps its two ends (:data:`LONGEST` characters in total).
    """
    if len(text) > LONGEST:
        text = f"{text[: LONGEST // 2]}\n{text[-LONGEST // 2 :]}"
    text = html.unescape(_TAG.sub(" ", text))
    text = "".join(
        letter for letter in text if letter in "\n\t" or not unicodedata.category(letter).startswith("C") or letter == "\u200d"
    )
    return _COMMAND.sub(_LOOKALIKE, text).strip()


def looks_like_command(text: str) -> bool:
    """Whether a cleaned text was typed as a command."""
    return text.startswith(_LOOKALIKE)
