"""The danger check that every message passes, in every channel and every state.

Two sources that cannot switch each other off: deterministic patterns and a trained classifier. Without the guesses of the
classifier the patterns still decide.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from wegwijzer.understanding.crisis_patterns import DENIES, HEALED, Danger, Pattern, Tier, find, prepare

SURE = 0.75
"""At or above this confidence the classifier alone shows the helplines."""

SUSPICIOUS = 0.28
"""At or above this confidence the classifier alone asks the caring question.

Low on purpose: a needless question costs one kind sentence, a miss may cost a life. Higher, fewer ordinary messages get the
question and more danger is missed: weigh both with ``make evaluate SET=tests/evaluation/eigen2``, never trained on."""

DOUBTED = 0.2
"""Below this confidence of the classifier, what a pattern takes for certain becomes a caring question. Never less than that:
the classifier cannot silence a pattern."""

CLEARLY = 0.7
"""A message whose theme is this clear (a death, a debt, a worry about a neighbour) tells why it is sad."""

SUSPICIOUS_BUT_CLEAR = 0.5
"""The same as :data:`SUSPICIOUS` when the theme is clear: danger seldom names an ordinary theme so plainly."""

SUSPICIOUS_BUT_DENIED = 0.6
"""The same as :data:`SUSPICIOUS` when the message denies it or says it is long past."""

SUSPICIOUS_BUT_SHORT_ANSWER = 0.5
"""The same for a plain answer or request ("zeg ik liever niet", "een medewerker graag")."""

FEWEST_WORDS = 6
"""In fewer words the classifier sees too little: it needs :data:`SUSPICIOUS_BUT_SHORT_ANSWER`, never alerts alone, and
never doubts a pattern."""

LONGEST = 20_000
"""Characters that are searched; a longer message is searched at its beginning and its end."""


@dataclass(frozen=True)
class Alarm:
    """What the danger check found.

    Attributes:
        kind: the danger.
        tier: helplines at once, or one caring question.
        confidence: 1.0 for a pattern, otherwise the classifier's.
        source: ``pattern`` or ``classifier``, for error analysis.
    """

    kind: Danger
    tier: Tier
    confidence: float
    source: str


def find_danger(
    text: str,
    guesses: Sequence[Mapping[str, float]] = (),
    meant: str | None = None,
    theme: float = 0.0,
    tells_story: bool = True,
) -> Alarm | None:
    """The most serious alarm for one message, or ``None``. Never raises.

    Args:
        text: the message.
        guesses: what the classifier makes of the message, and of its pieces when it is long: for each the confidence by label
            (a danger, or ``geen``). Empty when there is no classifier, or it failed: then the patterns decide.
        meant: the message with its spelling mended; it is searched beside what was typed, never instead of it.
        theme: confidence (0 to 1) of the halte that the message is most clearly about.
        tells_story: ``False`` when the message is surely a plain answer or request; the classifier then needs more.
    """
    prepared = prepare(_ends(text, LONGEST))
    hits = find(prepared)
    if meant is not None and meant != text:
        hits = [*hits, *find(prepare(_ends(meant, LONGEST)))]
    by_pattern = _from_patterns(hits)
    seen = _most_worrying(guesses)
    short = len(text.split()) < FEWEST_WORDS
    if by_pattern and by_pattern.tier is Tier.ALERT:
        doubted = seen is not None and not short and seen.total < DOUBTED
        return replace(by_pattern, tier=Tier.CHECK) if doubted else by_pattern
    if seen is None:
        return by_pattern
    denied = bool(DENIES.search(prepared) or HEALED.search(prepared))
    if seen.total >= SURE and not denied and not short:
        return Alarm(seen.kind, Tier.ALERT, seen.confidence, "classifier")
    if by_pattern or seen.total < _enough(denied, plain_answer=short or not tells_story, clear=theme >= CLEARLY):
        return by_pattern
    return Alarm(seen.kind, Tier.CHECK, seen.confidence, "classifier")


@dataclass(frozen=True)
class _Seen:
    """What the classifier makes of a message: the likeliest danger, its confidence, and that of all dangers together."""

    kind: Danger
    confidence: float
    total: float


def _most_worrying(guesses: Sequence[Mapping[str, float]]) -> _Seen | None:
    found = []
    for confidences in guesses:
        dangers = {kind: confidences.get(kind.value, 0.0) for kind in Danger}
        kind, confidence = max(dangers.items(), key=lambda item: item[1])
        # The total counts: torn between two dangers is still danger.
        found.append(_Seen(kind, confidence, min(1.0, sum(dangers.values()))))
    return max(found, key=lambda seen: seen.total, default=None)


def _enough(denied: bool, plain_answer: bool, clear: bool) -> float:
    """The confidence at which the classifier alone asks the caring question."""
    if denied:
        return SUSPICIOUS_BUT_DENIED
    if plain_answer:
        return SUSPICIOUS_BUT_SHORT_ANSWER
    return SUSPICIOUS_BUT_CLEAR if clear else SUSPICIOUS


def _from_patterns(hits: Sequence[Pattern]) -> Alarm | None:
    for tier in Tier:
        for hit in hits:
            if hit.tier is tier:
                return Alarm(_most_urgent([h.kind for h in hits if h.tier is tier]), tier, 1.0, "pattern")
    return None


def _most_urgent(kinds: list[Danger]) -> Danger:
    """Acute danger first; then the first that was said (the table lists ``zelfdoding`` before ``geweld``)."""
    if Danger.SPOED in kinds and Danger.GEWELD not in kinds and Danger.ZELFDODING not in kinds:
        return Danger.SPOED
    return kinds[0] if kinds[0] is not Danger.SPOED else next((kind for kind in kinds if kind is not Danger.SPOED), Danger.SPOED)


def _ends(text: str, length: int) -> str:
    return text if len(text) <= length else f"{text[: length // 2]}\n{text[-length // 2 :]}"
