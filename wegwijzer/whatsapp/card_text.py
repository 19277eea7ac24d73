"""A step as text, where no page draws its card: in the order of the card on the web, and nothing said twice."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from wegwijzer.whatsapp.words import Words

LEAD_IN = 45
"""Longest lead-in, in characters, that goes with what it leads in ("Dit past, want"). As in ``web/src/kern/overlap.ts``."""

KEEP = "bewaar"
"""The kind of card that a person asked for to keep."""

_SPOKEN = ("naam", "wat", "waarom", "hoe", "telefoon", "email", "url", "adres", "via", "open", "kosten", "zin", "let_op")
_NAMED = ("naam", "wat")
_WAYS = (("telefoon", "phone"), ("email", "email"), ("url", "url"), ("adres", "address"))
_FORMATTING = re.compile(r"[*_~`\n]|https?://|www\.|@|\d{3}")
"""What would break bold letters, or what bold letters would break."""


def message_text(body: Mapping[str, Any], words: Words) -> str:
    """The text of a message with its card in it.

    The first line of the text leads in the card. Its other lines follow the card, but for those that say what the card said.
    """
    text = str(body.get("text") or "")
    card = fields(body.get("card"))
    if not card:
        return text.strip()
    first, _, rest = text.strip().partition("\n")
    # What the first line says already is not said again; its name stands out there instead.
    told = {name: value for name, value in card.items() if name not in _NAMED or not _says(first, value)}
    title = [bold(card["naam"])] if "naam" in told else []
    said = "\n\n".join(["\n".join([*title, *_lines(told, ("wat",))]), *_parts(told, words)]).strip()
    after = _uncovered(rest, list(card.values()))
    return "\n\n".join(part for part in (_with_bold(first, card.get("naam", "")), said, after) if part)


def fields(card: object) -> dict[str, str]:
    """What a card says, each on one line; nothing for what is no card."""
    if not isinstance(card, Mapping):
        return {}
    texts = {name: " ".join(value.split()) for name in _SPOKEN if isinstance(value := card.get(name), str)}
    return {name: value for name, value in texts.items() if value}


def stops(card: Mapping[str, Any]) -> list[str]:
    """The labels of the person's own haltes, in order."""
    haltes = card.get("haltes")
    labels = (halte.get("label") for halte in haltes if isinstance(halte, Mapping)) if isinstance(haltes, (list, tuple)) else ()
    return [" ".join(label.split()) for label in labels if isinstance(label, str) and label.strip()]


def ways(card: Mapping[str, str], words: Words) -> list[str]:
    """How to reach them, one line each, phone first."""
    return [words.contact[kind].format(**{kind: card[name]}) for name, kind in _WAYS if name in card] + _lines(card, ("via",))


def bold(text: str) -> str:
    """In WhatsApp's bold letters, when that breaks nothing in it."""
    return text if _FORMATTING.search(text) else f"*{text}*"


def _parts(card: Mapping[str, str], words: Words) -> Iterator[str]:
    if "waarom" in card:
        yield words.card["past"].format(waarom=card["waarom"].rstrip("."))
    begin = [*_lines(card, ("hoe",)), *ways(card, words)]
    if begin:
        yield "\n".join([bold(words.card["begin"]), *begin])
    facts = [*_lines(card, ("open",)), *([words.contact["cost"].format(kosten=card["kosten"])] if "kosten" in card else [])]
    if facts:
        yield "\n".join(facts)
    if "zin" in card:
        yield words.contact["words"].format(zin=card["zin"])
    if "let_op" in card:
        yield "\n".join([bold(words.card["let_op"]), card["let_op"]])


def _lines(card: Mapping[str, str], names: Sequence[str]) -> list[str]:
    return [card[name] for name in names if name in card]


def _with_bold(line: str, name: str) -> str:
    """The line with the name in bold, where it stands as words of its own."""
    if not name or bold(name) == name or _FORMATTING.search(line):
        return line
    return re.sub(rf"(?<!\S){re.escape(name)}(?=[\s.,:;!?]|$)", lambda found: bold(found.group()), line, count=1)


def _uncovered(text: str, values: Sequence[str]) -> str:
    """The lines that say something which the card does not."""
    longest_first = sorted(
        {one for value in values if len(value) > 2 for one in (value, value.rstrip("."))}, key=len, reverse=True
    )
    lines = [line for line in text.split("\n") if not line.strip() or not _covered(line, longest_first)]
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()


def _covered(line: str, values: Sequence[str]) -> bool:
    whole = rest = " ".join(line.split())
    if set(_sentences(whole)) <= {sentence for value in values for sentence in _sentences(value)}:
        return True
    for value in values:
        rest = rest.replace(value, "")
    return rest != whole and len(rest) <= LEAD_IN and not any(letter.isdigit() for letter in rest)


def _sentences(text: str) -> list[str]:
    return re.split(r"(?<=[.!?])\s+", text)


def _says(line: str, value: str) -> bool:
    return re.search(rf"(?<!\w){re.escape(value)}(?!\w)", line) is not None
