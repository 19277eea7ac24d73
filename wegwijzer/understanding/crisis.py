"""The danger check that every message passes, in every channel and every state.

Two sources that cannot switch each other off: deterministic patterns and a trained classifier. When the classifier is
missing or fails, the patterns still decide.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

from wegwijzer.understanding.crisis_patterns import DENIES, HEALED, Danger, Tier, find, prepare

log = logging.getLogger(__name__)

SURE = 0.85
"""At or above this confidence the classifier alone shows the helplines."""

SUSPICIOUS = 0.2
"""At or above this confidence the classifier alone asks the caring question.

Low on purpose: a needless question costs one kind sentence, a miss may cost a life. Chosen on
``tests/evaluation/eigen``, which nobody trains on."""

SUSPICIOUS_BUT_DENIED = 0.6
"""The same when the message denies it or says it is long past."""

SUSPICIOUS_BUT_SHORT_ANSWER = 0.5
"""The same for a plain answer or request ("zeg ik liever niet", "een medewerker graag")."""

FEWEST_WORDS = 6
"""In fewer words the classifier sees too little: it needs :data:`SUSPICIOUS_BUT_SHORT_ANSWER` and never alerts alone."""

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
        if by_pattern and by_pattern.tier is Tier.ALERT:
            return by_pattern
        by_classifier = self._from_classifier(text, prepared, tells_story)
        if by_classifier and by_classifier.tier is Tier.ALERT:
            return by_classifier
        return by_pattern or by_classifier

    def _from_classifier(self, text: str, prepared: str, tells_story: bool) -> Alarm | None:
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
        total = min(1.0, sum(dangers.values()))
        denied = bool(DENIES.search(prepared) or HEALED.search(prepared))
        short = len(text.split()) < FEWEST_WORDS
        if total >= SURE and not denied and not short:
            return Alarm(kind, Tier.ALERT, confidence, "classifier")
        if total >= (
            SUSPICIOUS_BUT_DENIED if denied else SUSPICIOUS if tells_story and not short else SUSPICIOUS_BUT_SHORT_ANSWER
        ):
            return Alarm(kind, Tier.CHECK, confidence, "classifier")
        return None


def _suspicious(denied: bool, story: bool) -> float:
    """The confidence at which the classifier alone asks the caring question."""
    if denied:
        return SUSPICIOUS_BUT_DENIED
    return SUSPICIOUS if story else SUSPICIOUS_BUT_SHORT_ANSWER


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
