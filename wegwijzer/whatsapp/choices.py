"""Which button somebody means who taps it, or who types its number or its words. Anything more is free text."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from rapidfuzz.distance import OSA

from wegwijzer.understanding.leeftijd import spelled_number
from wegwijzer.understanding.phrases import plain
from wegwijzer.understanding.words import word_list
from wegwijzer.whatsapp.buttons import Shape, buttons_of, shape_of

SHORTEST_TYPO = 4
"""Letters of a word in which a mistake is seen as one; shorter words are too easily another word."""

LONG = 8
"""Letters from which a word may have two mistakes."""

OWN_WORD = 3.0
"""How common a word is (its Zipf frequency: once in a million words) that is taken for itself and not for a mistake."""

LONGEST = 400
"""Characters of a message that can be a choice at all; much longer than any label that people type."""

_NUMBERED = re.compile(r"(?:(?P<named>nummer|nr|optie|keuze|antwoord) ?)?(?P<number>\d{1,3}|[a-z]+)")
_HEAD = re.compile(r"[,;:(]| - ")
_SPEAKING = frozenset({"So", "Sk", "Cs"})
"""Kinds of characters that say something of their own, such as an emoji."""


@dataclass(frozen=True)
class Choice:
    """One answer that was offered.

    Attributes:
        id: what comes back when it is tapped.
        title: what the person read.
        payload: what the bot understands.
        number: the number before it, when it was shown with one.
    """

    id: str
    title: str
    payload: str
    number: int | None = None

    def as_json(self) -> dict[str, Any]:
        """To be kept with the conversation."""
        return asdict(self)

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Choice:
        """As it was kept. Raises ``TypeError`` for something else."""
        return cls(**data)


def offered(bodies: Mapping[str, Any] | Iterable[Mapping[str, Any]], numbered: bool = False) -> list[Choice]:
    """The answers that a message, or the messages of a turn, offer.

    Args:
        bodies: as given to :func:`wegwijzer.whatsapp.payloads.to_payloads`.
        numbered: every answer is shown with a number, as :func:`wegwijzer.whatsapp.payloads.to_texts` does.
    """
    found: dict[str, Choice] = {}
    for body in [bodies] if isinstance(bodies, Mapping) else bodies:
        buttons = buttons_of(body)
        shown = bool(buttons) and (numbered or shape_of(buttons) is Shape.NUMBERS)
        for number, one in enumerate(buttons, 1):
            # When it is offered again, the last time counts.
            found.pop(one.id, None)
            found[one.id] = Choice(one.id, one.title, one.payload, number if shown else None)
    return list(found.values())


def by_id(choice_id: str, choices: Iterable[Choice]) -> str | None:
    """What the bot understands for the button that was tapped; ``None`` when it was not offered."""
    return next((one.payload for one in choices if one.id == choice_id), None)


def chosen(text: str, choices: Sequence[Choice], expects_number: bool = False) -> str | None:
    """What the bot understands for what was typed, when that is one of the answers and nothing more.

    Counted as the same: capitals, accents, spaces and punctuation; a small mistake in a word, when it is not another word; the
    part before the first comma (*Ja* for *Ja, dat klopt*); the beginning, when it is at least half. It must point at one answer.

    Args:
        text: the whole message.
        choices: the answers of the bot's last turn.
        expects_number: the question asks for a number, such as an age: then a bare number is the answer to that.
    """
    if len(text) > LONGEST or not choices:
        return None
    typed = _bare(text)
    exact = _only(choices, lambda one: one.title.casefold() == " ".join(text.split()).casefold())
    if exact is not None:
        return exact.payload
    if not typed or _says_more(text):
        return None
    ways = (
        _only(choices, lambda one: _bare(one.title) == typed),
        _by_number(typed, choices, expects_number),
        _only(choices, lambda one: _squeezed(one.title) == typed.replace(" ", "")),
        _only(choices, lambda one: _bare(_HEAD.split(one.title)[0]) == typed),
        _only(choices, lambda one: _begins(_bare(one.title), typed)),
        _only(choices, lambda one: _mistyped(_bare(one.title), typed)),
    )
    found = next((one for one in ways if one is not None), None)
    return found.payload if found else None


def _by_number(typed: str, choices: Sequence[Choice], expects_number: bool) -> Choice | None:
    found = _NUMBERED.fullmatch(typed)
    if found is None or (expects_number and not found["named"]):
        return None
    number = int(found["number"]) if found["number"].isdecimal() else spelled_number(found["number"])
    # Of two questions in one turn the last one stands nearest.
    return next((one for one in reversed(choices) if one.number is not None and one.number == number), None)


def _only(choices: Sequence[Choice], fits: Callable[[Choice], bool]) -> Choice | None:
    """The one that fits; when several do and the bot understands them as different answers, none."""
    found = [one for one in choices if fits(one)]
    return found[0] if len({one.payload for one in found}) == 1 else None


def _begins(title: str, typed: str) -> bool:
    """The first words of a title, at least half of its letters: "ik wil" may be the beginning of something else."""
    return title.startswith(f"{typed} ") and 2 * len(typed) >= len(title)


def _mistyped(title: str, typed: str) -> bool:
    meant, words = title.split(), typed.split()
    return len(meant) == len(words) and all(_same_word(one, other) for one, other in zip(meant, words, strict=True))


def _same_word(meant: str, typed: str) -> bool:
    if meant == typed:
        return True
    if len(meant) < SHORTEST_TYPO or not typed.isalpha() or word_list().zipf.get(typed, 0.0) >= OWN_WORD:
        return False
    most = 2 if len(meant) >= LONG else 1
    return OSA.distance(meant, typed, score_cutoff=most) <= most


def _says_more(text: str) -> bool:
    """Whether there is something beside letters, digits and punctuation: a sad face is not nothing."""
    return any(unicodedata.category(letter) in _SPEAKING for letter in text)


def _bare(text: str) -> str:
    """Lower case, without accents, and words with one space between."""
    return " ".join(re.findall(r"[^\W_]+", plain(text).text))


def _squeezed(title: str) -> str:
    return _bare(title).replace(" ", "")
