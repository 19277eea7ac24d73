"""What a short answer to a question of ours means. Pure functions.

Only what is plainly an answer is taken for one: a message of few words, each of which belongs to a yes, a no or to nothing.
Whoever says anything else is heard as always, and our question lapses.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from wegwijzer.aftercare.questions import Question
from wegwijzer.understanding.phrases import plain

MOST_WORDS = 6
"""Of an answer; who writes more is telling something."""

FEW_WORDS = 3
"""Of a message that is taken for a yes or a no by its intent alone."""


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_YES = _words(
    "ja jaa jawel jep jup yes zeker goed fijn prima top super mooi oke ok okee graag natuurlijk tuurlijk mag akkoord gelukt"
    " nuttig handig passend helpt hielp"
)
_NO = _words("nee neen nope niet niets niks matig slecht liever nooit mislukt")
_FILLER = _words(
    "het dit dat was is hoor wel echt heel erg zo helemaal ik vond vind heb had er iets best aan eigenlijk voor mij me maar doe"
    " een beetje dank je dankjewel genoeg hebt heeft hartstikke zou nog stap"
)
_SKIPS = re.compile(r"sla (?:dit |deze |maar )?over|overslaan|overgeslagen|geen antwoord|(?:dat )?weet (?:ik )?niet|geen idee")
_NOT_BAD = (frozenset({"niet", "slecht"}), frozenset({"niet", "mislukt"}))

YES, NO, SKIPPED = "ja", "nee", "overgeslagen"

BY_INTENT: Mapping[str, str] = {"bevestigen": YES, "gezien_ok": YES, "ontkennen": NO}

TELLS_NO_STORY = frozenset({"bevestigen", "ontkennen", "gezien_ok", "dank", "weetniet", "corrigeren", "nlu_fallback"})
"""Kinds of messages in which the part before the first comma may say whether it worked: "gelukt, het was fijn"."""

_HEAD = re.compile(r"[,.;:!\n]|\bmaar\b", re.IGNORECASE)

GOOD, NOT_GOOD = "goed", "niet"
NOT_YET, NOT_FOR_ME = "nog_niet", "niets_voor_mij"

WORKED = (YES, NOT_YET, NOT_FOR_ME)
"""What a person can say to whether it worked, as the figures have it."""

NO_ANSWER = "geen_antwoord"
"""What the figures say when nobody answered."""

OF_OPINION: Mapping[str, str] = {YES: GOOD, NO: NOT_GOOD, SKIPPED: SKIPPED}


def read_answer(question: Question, text: str, intent: str, choices: Mapping[str, Iterable[str]]) -> str | None:
    """What a message says to a question, or ``None`` when it is no answer to it.

    Args:
        intent: what the message is, by the NLU.
        choices: for the question when we may ask: the words that mean each moment.

    Returns:
        ``goed``, ``niet`` or ``overgeslagen`` to whether it was good; ``ja``, ``nog_niet`` or ``niets_voor_mij`` to whether it
        worked; ``ja``, ``nee`` or the id of a moment to the others.
    """
    words = _words_of(text)
    if question is Question.GELUKT:
        return _worked(words, intent) or (_worked(_words_of(_HEAD.split(text)[0]), "") if intent in TELLS_NO_STORY else None)
    if not words or len(words) > MOST_WORDS:
        return None
    if question is Question.NAZORG and (moment := _moment(words, choices)):
        return moment
    says = _yes_or_no(words, intent)
    if question is Question.MENING:
        return OF_OPINION.get(says or "")
    return NO if says == SKIPPED else says


def _yes_or_no(words: list[str], intent: str) -> str | None:
    if _SKIPS.fullmatch(" ".join(words)):
        return SKIPPED
    said = frozenset(words)
    if said <= _YES | _NO | _FILLER:
        if said & _NO:
            return YES if any(pair <= said for pair in _NOT_BAD) else NO
        if said & _YES:
            return YES
    by_intent = BY_INTENT.get(intent) if len(words) <= FEW_WORDS else None
    return None if by_intent == YES and said & _NO else by_intent


def _words_of(text: str) -> list[str]:
    return re.findall(r"[^\W_]+", plain(text).text)


def _worked(words: list[str], intent: str) -> str | None:
    if not words or len(words) > MOST_WORDS:
        return None
    said = frozenset(words)
    if said & {"niets", "niks"} and said <= _YES | _NO | _FILLER:
        return NOT_FOR_ME
    if {"niet", "voor", "mij"} <= said <= _NO | _FILLER:
        return NOT_FOR_ME
    return {YES: YES, NO: NOT_YET}.get(_yes_or_no(words, intent) or "")


def _moment(words: list[str], choices: Mapping[str, Iterable[str]]) -> str | None:
    """The one moment that is named, by who does not say no."""
    said = frozenset(words)
    if said & _NO:
        return None
    named = [choice for choice, known in choices.items() if said & frozenset(known)]
    return named[0] if len(named) == 1 else None
