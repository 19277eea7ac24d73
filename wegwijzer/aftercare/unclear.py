"""What a person said that the bot did not understand, as it may be kept to learn from: crossed out, and nothing about danger."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from wegwijzer.learning.store import MOST_AT_ONCE, MOST_GUESSES, Unfit, fit_to_keep

NOT_UNDERSTOOD = frozenset({"utter_niet_begrepen", "utter_niet_begrepen_begin"})
FALLBACK = "nlu_fallback"

EXPLAINS = "_waarom"
"""How the names of responses end that answer a question about ours, so that it was understood after all."""

LONGEST_SHOWN = 200
"""Characters of such a message. A longer one does not fit in a question on a small screen, and what is not shown is not kept."""


@dataclass(frozen=True)
class Unclear:
    """One message.

    Attributes:
        text: as it is shown, and kept after a yes.
        guesses: what the bot made of it, likeliest first.
    """

    text: str
    guesses: tuple[str, ...]


def unclear_in(events: Iterable[Mapping[str, Any]], redact: Callable[[str], str]) -> list[Unclear]:
    """The messages of a conversation that were not understood, oldest first, each once; at most three, the last ones.

    Args:
        events: as Rasa writes them.
        redact: crosses out what says who somebody is.
    """
    found: dict[str, Unclear] = {}
    for said, answers in _turns(events):
        parsed = said.get("parse_data") or {}
        intent = str((parsed.get("intent") or {}).get("name") or "")
        answered = any(name.endswith(EXPLAINS) for name in answers)
        if not (answers & NOT_UNDERSTOOD or intent == FALLBACK) or answered or parsed.get("gevaar"):
            continue
        try:
            text = fit_to_keep(str(said.get("text") or ""), redact)
        except Unfit:
            continue
        if len(text) <= LONGEST_SHOWN:
            found[text] = Unclear(text, _guesses(parsed))
    return list(found.values())[-MOST_AT_ONCE:]


def _turns(events: Iterable[Mapping[str, Any]]) -> list[tuple[Mapping[str, Any], set[str]]]:
    turns: list[tuple[Mapping[str, Any], set[str]]] = []
    for event in events:
        kind = event.get("event")
        if kind in ("restart", "session_started"):
            turns = []
        elif kind == "user":
            turns.append((event, set()))
        elif kind == "bot" and turns:
            turns[-1][1].add(str((event.get("metadata") or {}).get("utter_action") or ""))
    return turns


def _guesses(parsed: Mapping[str, Any]) -> tuple[str, ...]:
    """Themes and kinds of message by turns, likeliest of each first."""
    haltes = [str(one["id"]) for one in parsed.get("haltes") or ()]
    intents = [str(one["name"]) for one in parsed.get("intent_ranking") or () if one.get("name") != FALLBACK]
    pairs = [name for pair in zip(haltes, intents, strict=False) for name in pair]
    return tuple(dict.fromkeys([*pairs, *haltes, *intents]))[:MOST_GUESSES]
