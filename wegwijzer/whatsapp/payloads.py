"""What the bot says, as messages of the Cloud API: reply buttons, a list or numbered text, whichever shows it in full."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from wegwijzer.web.contract import Wording
from wegwijzer.whatsapp.buttons import Button, Shape, buttons_of, readable, shape_of, short_title
from wegwijzer.whatsapp.card_text import KEEP, fields, message_text
from wegwijzer.whatsapp.limits import CAPTION, INTERACTIVE_BODY, TEXT, TWILIO_TEXT, units
from wegwijzer.whatsapp.route_words import PICTURE, picture_of
from wegwijzer.whatsapp.splitting import split, split_before
from wegwijzer.whatsapp.words import Words, own_words

Payload = dict[str, Any]


def to_payloads(body: Mapping[str, Any], words: Words | None = None, wording: Wording | None = None) -> list[Payload]:
    """Messages for Graph, in order, without ``to``.

    An image has no id yet: what is on it stands under :data:`~wegwijzer.whatsapp.route_words.PICTURE`, and
    :meth:`wegwijzer.whatsapp.graph.GraphClient.send` draws and uploads it first. All others go as they are.

    Args:
        body: a message as :func:`wegwijzer.web.contract.bot_body` gives it: text, buttons, card.
        words: the words around it; those of the catalogue when left out.
        wording: puts those words in the form that the person chose (the body is in that form already).

    Returns:
        Nothing when the message says nothing.
    """
    words = _words(words, wording)
    text, buttons = _text(body, words), buttons_of(body)
    pictures = _pictures(body, words)
    if not buttons:
        return [*pictures, *(_plain(part) for part in split(text, TEXT))]
    shape = shape_of(buttons)
    if shape is Shape.NUMBERS:
        return [*pictures, *(_plain(part) for part in _numbered(text, buttons, words, TEXT))]
    *before, last = split_before(text, INTERACTIVE_BODY, TEXT) or [words.choose]
    question = _reply_buttons(last, buttons) if shape is Shape.BUTTONS else _list(last, buttons, words)
    return [*pictures, *(_plain(part) for part in before), question]


def to_texts(
    body: Mapping[str, Any], limit: int = TWILIO_TEXT, words: Words | None = None, wording: Wording | None = None
) -> list[str]:
    """The same as plain texts with numbered answers, for a line that has no buttons."""
    words = _words(words, wording)
    text, buttons = _text(body, words), buttons_of(body)
    return _numbered(text, buttons, words, limit) if buttons else split(text, limit)


def without_repeats(bodies: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """The messages of one turn, without what a card would say and another of them says in words: a phone shows no card."""
    new = [dict(body) for body in bodies]
    for place, body in enumerate(new):
        if not isinstance(body.get("card"), Mapping):
            continue
        others = "\n".join(str(other.get("text") or "") for at, other in enumerate(bodies) if at != place)
        zin = fields(body["card"]).get("zin")
        if zin and zin in others:
            body["card"] = {name: value for name, value in body["card"].items() if name != "zin"}
    return new


def _words(words: Words | None, wording: Wording | None) -> Words:
    words = words or own_words()
    return words.worded(wording) if wording else words


def _text(body: Mapping[str, Any], words: Words) -> str:
    return readable(message_text(body, words)).strip()


def _pictures(body: Mapping[str, Any], words: Words) -> list[Payload]:
    card = body.get("card")
    if not isinstance(card, Mapping) or card.get("type") != KEEP or not fields(card).get("naam"):
        return []
    picture = picture_of(card, words)
    return [{"type": "image", "image": {"caption": split(picture["caption"], CAPTION)[0]}, PICTURE: picture}]


def _plain(text: str) -> Payload:
    return {"type": "text", "text": {"body": text, "preview_url": False}}


def _reply_buttons(text: str, buttons: Sequence[Button]) -> Payload:
    replies = [{"type": "reply", "reply": {"id": one.id, "title": one.title}} for one in buttons]
    return {"type": "interactive", "interactive": {"type": "button", "body": {"text": text}, "action": {"buttons": replies}}}


def _list(text: str, buttons: Sequence[Button], words: Words) -> Payload:
    section = {"title": words.choose, "rows": [_row(one) for one in buttons]}
    action = {"button": words.choose, "sections": [section]}
    return {"type": "interactive", "interactive": {"type": "list", "body": {"text": text}, "action": action}}


def _row(button: Button) -> dict[str, str]:
    title = short_title(button.title)
    return {"id": button.id, "title": title, **({"description": button.title} if title != button.title else {})}


def _numbered(text: str, buttons: Sequence[Button], words: Words, limit: int) -> list[str]:
    """The answers under each other, together, and in the same message as the question when they fit."""
    if len(buttons) == 1:
        answers = words.only.format(antwoord=buttons[0].title)
    else:
        answers = "\n".join([words.number, *(f"{number}. {one.title}" for number, one in enumerate(buttons, 1))])
    whole = f"{text}\n\n{answers}".strip()
    if units(whole) <= limit:
        return [whole]
    return [*split(text, limit), *split(answers, limit)]
