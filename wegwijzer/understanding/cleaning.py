"""Making any text safe to understand: no commands, no control characters, no endless length. Meaning is kept."""

from __future__ import annotations

import html
import re
import unicodedata

LONGEST = 20_000
"""Characters kept of one message: its beginning and its end, so that danger at the end is not cut off."""

MOST_ROUNDS = 10
"""How often tags and codes such as ``&amp;`` are taken out of what earlier rounds left. Nobody means to nest deeper."""

_TAGS = (
    "a|abbr|article|aside|audio|b|blockquote|body|br|button|canvas|center|code|div|em|embed|font|footer|form|h[1-6]|head|header|"
    "hr|html|i|iframe|img|input|label|li|link|main|mark|meta|nav|object|ol|option|p|pre|q|s|script|section|select|small|span|"
    "strong|style|sub|sup|svg|table|tbody|td|textarea|th|thead|title|tr|u|ul|video"
)
_ATTRIBUTE = r"""\s+[a-z][a-z0-9:_-]*\s?=\s?(?:"[^"<>]*"|'[^'<>]*'|[^\s<>"']+)"""
_TAG = re.compile(rf"</?(?:{_TAGS})(?:{_ATTRIBUTE})*\s*/?>|</>", re.IGNORECASE)
"""Real HTML only: what people put between brackets themselves ("<ik wil dood>") is part of what they say."""

_BETWEEN_BRACKETS = re.compile(r"<(?=[^\W\d_])([^<>]*[^\s<>])>")
"""Words tightly between brackets, which lose the brackets; "<18 en >20" is no such pair."""

_COMMAND = re.compile(r"^[\s\u200b-\u200f\u2060\ufeff]*/+")
_LOOKALIKE = "∕"
"""DIVISION SLASH: looks like a slash, starts no command in Rasa."""

_MARKUP = str.maketrans("", "", "<>&")


def clean(text: str) -> str:
    """Return the text as it may go into the pipeline.

    A typed ``/restart`` or ``/intent{...}`` keeps its letters but is no command any more; HTML tags and control
    characters go; a very long text keeps its two ends (:data:`LONGEST` characters in total). A cleaned text stays as it
    is when it is cleaned again: the channel does it first, and the pipeline once more.
    """
    if len(text) > LONGEST:
        text = f"{text[: LONGEST // 2 - 1]}\n{text[-(LONGEST // 2) :]}"
    for _ in range(MOST_ROUNDS):
        cleaner = _once(text)
        if cleaner == text:
            return text
        text = cleaner
    return _once(text.translate(_MARKUP))


def looks_like_command(text: str) -> bool:
    """Whether a cleaned text was typed as a command."""
    return text.startswith(_LOOKALIKE)


def _once(text: str) -> str:
    """One round: tags, brackets, codes, control characters, a slash at the beginning, spaces at the ends."""
    text = html.unescape(_BETWEEN_BRACKETS.sub(r" \1 ", _TAG.sub(" ", text)))
    text = "".join(
        letter for letter in text if letter in "\n\t" or not unicodedata.category(letter).startswith("C") or letter == "\u200d"
    )
    return _COMMAND.sub(_LOOKALIKE, text).strip()
