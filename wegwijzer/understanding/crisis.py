"""The danger check that every message passes, in every channel and every state.

Two sources that cannot switch each other off: deterministic patterns and a trained classifier. When the classifier is
missing or fails, the patterns still decide.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Protocol

from wegwijzer.understanding.crisis_patterns import DENIES, HEALED, Danger, Tier, find, prepare

log = logging.getLogger(__name__)

SURE = 0.75
"""At or above this confidence the classifier alone shows the helplines."""

SUSPICIOUS = 0.3
"""At or above this confidence the classifier alone asks the caring question.

Low on purpose: a needless question costs one kind sentence, a miss may cost a life. Higher, fewer ordinary messages get the
question and more danger is missed: weigh both with ``make evaluate SET=tests/evaluation/eigen2``, never trained on."""

DOUBTED = 0.2
"""Below this confidence of the classifier, what a pattern takes for certain becomes a caring question. Never less than that:
the classifier cannot silence a pattern."""

SUSPICIOUS_BUT_DENIED = 0.6
"""The same as :data:`SUSPICIOUS` when the message denies it or says it is long past."""

SUSPICIOUS_BUT_SHORT_ANSWER = 0.5
"""The same for a plain answer or request ("zeg ik liever niet", "een medewerker graag")."""

FEWEST_WORDS = 6
"""In fewer words the classifier sees too little: it needs :data:`SUSPICIOUS_BUT_SHORT_ANSWER`, never alerts alone, and
never doubts a pattern."""

LONGEST = 20_000
"""Characters that are searched; a longer message is searched at its beginning and its end."""

CLASSIFIER_READS = 1_000
"""Characters the classifier sees of each part."""


class DangerClassifier(Protocol):
    """Anything that gives each label (a danger, or ``geen``) a confidence."""

    def predict(self, text: str) -> Mapping[str, float]:
        """Confidence by label, 0 to 1."""
        ...


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


class CrisisDetector:
    """Finds danger in one message.

    Args:
        classifier: may be ``None``: then only the patterns work.
    """

    def __init__(self, classifier: DangerClassifier | None = None) -> None:
        self._classifier = classifier

    def check(self, text: str, tells_story: bool = True) -> Alarm | None:
        """The most serious alarm for this message, or ``None``. Never raises.

        Args:
            text: the message.
            tells_story: ``False`` when the message is surely a plain answer or request; the classifier then needs more.
        """
        prepared = prepare(_ends(text, LONGEST))
        by_pattern = _from_patterns(prepared)
        seen = self._classify(text)
        short = len(text.split()) < FEWEST_WORDS
        if by_pattern and by_pattern.tier is Tier.ALERT:
            doubted = seen is not None and not short and seen.total < DOUBTED
            return replace(by_pattern, tier=Tier.CHECK) if doubted else by_pattern
        if seen is None:
            return by_pattern
        denied = bool(DENIES.search(prepared) or HEALED.search(prepared))
        if seen.total >= SURE and not denied and not short:
            return Alarm(seen.kind, Tier.ALERT, seen.confidence, "classifier")
        if by_pattern or seen.total < _enough(denied, plain_answer=short or not tells_story):
            return by_pattern
        return Alarm(seen.kind, Tier.CHECK, seen.confidence, "classifier")

    def _classify(self, text: str) -> _Seen | None:
        if self._classifier is None:
            return None
        try:
            confidences = self._classifier.predict(_ends(text, CLASSIFIER_READS))
        except Exception:
            # Whatever breaks in the classifier, the patterns must go on guarding; no text in the log.
            log.exception("crisis classifier failed; patterns only")
            return None
        dangers = {kind: confidences.get(kind.value, 0.0) for kind in Danger}
        kind, confidence = max(dangers.items(), key=lambda item: item[1])
        # The total counts: torn between two dangers is still danger.
        return _Seen(kind, confidence, min(1.0, sum(dangers.values())))


@dataclass(frozen=True)
class _Seen:
    """What the classifier makes of a message: the likeliest danger, its confidence, and that of all dangers together."""

    kind: Danger
    confidence: float
    total: float


def _enough(denied: bool, plain_answer: bool) -> float:
    """The confidence at which the classifier alone asks the caring question."""
    if denied:
        return SUSPICIOUS_BUT_DENIED
    return SUSPICIOUS_BUT_SHORT_ANSWER if plain_answer else SUSPICIOUS


def _from_patterns(prepared: str) -> Alarm | None:
    hits = find(prepared)
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
