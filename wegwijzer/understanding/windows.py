"""A long story in pieces, so that one sentence of danger is not drowned in all the rest."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

WHOLE = 500
"""Characters up to which a message is looked at as a whole."""

SIZE = 250
"""Characters of a piece: a few sentences, about as long as the messages the classifiers learned from."""

MOST = 16
"""Pieces that are looked at, half from the beginning and half from the end. Patterns search all of the message."""

Sentences = Callable[[str], Sequence[str]]
"""Splits a text into sentences."""


def windows(text: str, sentences: Sentences) -> list[str]:
    """The pieces of a long message, whole sentences where they are not too long; none when the message is short."""
    if len(text) <= WHOLE:
        return []
    found = list(_filled(piece for sentence in sentences(text) for piece in _cut(sentence)))
    return found if len(found) <= MOST else found[: MOST // 2] + found[-(MOST // 2) :]


def _filled(pieces: Iterator[str]) -> Iterator[str]:
    """Neighbours together, as long as they fit."""
    window = ""
    for piece in pieces:
        if window and len(window) + 1 + len(piece) > SIZE:
            yield window
            window = ""
        window = f"{window} {piece}".strip()
    if window:
        yield window


def _cut(sentence: str) -> Iterator[str]:
    """A sentence that is too long (spoken, without a full stop) in runs of words; a run without spaces is cut off hard."""
    run = ""
    for word in sentence.split():
        if run and len(run) + 1 + len(word) > SIZE:
            yield run
            run = ""
        run = f"{run} {word}".strip()[:SIZE]
    if run:
        yield run
