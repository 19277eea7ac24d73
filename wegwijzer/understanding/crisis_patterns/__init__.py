"""Ways in which people say, straight or veiled, that they are in danger. Deterministic: the same text, the same answer.

Three kinds of danger (design, section 5) and two tiers: ``alert`` shows the helplines at once, ``check`` asks one plain
caring question. The modules hold the expressions in families of meaning and the guards that make words harmless.
A message is searched sentence by sentence, so what stands in one sentence cannot silence another.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import NamedTuple

from wegwijzer.understanding.crisis_patterns import engels, geweld, spoed, zelfdoding, zelfdoding_vermoeden
from wegwijzer.understanding.crisis_patterns.guards import (
    BACK,
    CUT,
    DENIES,
    GRIEF,
    HEALED,
    JOKE,
    NOW,
    PAST,
    PRESENT,
    SUDDEN,
    WELL,
)
from wegwijzer.understanding.crisis_patterns.index import Index
from wegwijzer.understanding.crisis_patterns.model import Danger, Pattern, Tier, may_match, needles
from wegwijzer.understanding.crisis_patterns.prepare import prepare

__all__ = ["DENIES", "HEALED", "PATTERNS", "Danger", "Pattern", "Tier", "find", "prepare"]

PATTERNS: tuple[Pattern, ...] = (
    *zelfdoding.PATTERNS,
    *zelfdoding_vermoeden.PATTERNS,
    *geweld.PATTERNS,
    *spoed.PATTERNS,
    *engels.PATTERNS,
)
"""All patterns, by kind, alerts before checks within each kind."""

_INDEX = Index(PATTERNS)

_LONGEST_SENTENCE = 360
"""Characters that are searched at once; a longer sentence is searched in overlapping pieces."""

_OVERLAP = 120
_SENTENCE_END = re.compile(r"(?<=[.!?]) ")
_CUTS = tuple((regex, needles(regex)) for regex in CUT)
_GRIEF_NEEDLES = needles(GRIEF)
_MYSELF = re.compile(r"\bik (?:had|heb|wilde|wou|probeerde|ben|wil|ga)(?: \w+){0,3} ?$|\bmezelf\b")
_GONE = " . "


class _Hit(NamedTuple):
    number: int
    tier: Tier
    present: bool
    """Said in the present tense, so not about long ago."""


def find(text: str) -> list[Pattern]:
    """The patterns that hold for this text (already :func:`prepare`-d), in the order of the table.

    Once the most serious thing is found the rest of a long text is not searched any further.
    """
    well = bool(WELL.search(text))
    found: dict[int, Tier] = {}
    sentences = list(dict.fromkeys(_sentences(text)))
    for index, sentence in enumerate(sentences):
        hits = _hits(sentence)
        if not hits:
            continue
        if PAST.search(sentence) and not BACK.search(sentence) and not SUDDEN.search(sentence):
            hits = [hit for hit in hits if hit.present] if well else hits
            hits = hits if well or NOW.search(sentence) else [hit if hit.present else _only_ask(hit) for hit in hits]
        following = sentences[index + 1] if index + 1 < len(sentences) else ""
        if JOKE.search(sentence) or (len(following) < 12 and JOKE.search(following)):
            hits = [_only_ask(hit) for hit in hits]
        for hit in hits:
            found[hit.number] = min(hit.tier, found.get(hit.number, hit.tier), key=list(Tier).index)
        if any(hit.tier is Tier.ALERT and PATTERNS[hit.number].kind is Danger.ZELFDODING for hit in hits):
            break
    return [replace(PATTERNS[number], tier=tier) for number, tier in sorted(found.items())]


def _only_ask(hit: _Hit) -> _Hit:
    return hit if PATTERNS[hit.number].kind is Danger.SPOED else hit._replace(tier=Tier.CHECK)


def _sentences(text: str) -> Iterator[str]:
    for sentence in _SENTENCE_END.split(text):
        yield sentence[:_LONGEST_SENTENCE]
        step = _LONGEST_SENTENCE - _OVERLAP
        for start in range(step, len(sentence) - _OVERLAP, step):
            space = sentence.find(" ", start, start + _OVERLAP)
            yield f"- {sentence[max(start, space + 1) : start + _LONGEST_SENTENCE]}"


def _hits(sentence: str) -> list[_Hit]:
    left = _without_harmless(sentence)
    hits = []
    for number in _INDEX.candidates(left):
        pattern = PATTERNS[number]
        match = pattern.regex.search(left)
        if match and not any(guard.search(sentence) for guard in pattern.unless):
            around = left[max(0, match.start() - 12) : match.end() + 8]
            hits.append(_Hit(number, pattern.tier, bool(PRESENT.search(around))))
    return hits


def _without_harmless(sentence: str) -> str:
    for regex, pieces in _CUTS:
        if may_match(sentence, pieces):
            sentence = regex.sub(_GONE, sentence)
    if may_match(sentence, _GRIEF_NEEDLES):
        sentence = GRIEF.sub(lambda grief: grief[0] if _about_oneself(sentence, grief) else _GONE, sentence)
    return sentence


def _about_oneself(sentence: str, grief: re.Match[str]) -> bool:
    if grief[0].startswith("nabestaande"):
        return False
    return bool(_MYSELF.search(sentence[: grief.start()]) or _MYSELF.search(grief[0]))
