"""Scoring single messages against the labelled sets; the rules are in ``tests/evaluation/README.md``."""

from __future__ import annotations

import random
import statistics
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from wegwijzer.dialogue.listening import CLEAR, MOST_GUESSES, OFFERED

SOORT_OF: Mapping[str, str] = {
    "situatie": "situatie",
    "helpen": "situatie",
    "eenzaam": "eenzaam",
    "vraag_aanbod": "vraag",
    "vraag_info": "vraag",
    "waarom": "vraag",
    "wat_kun_je": "vraag",
    "hoe_begin_ik": "vraag",
    "bewaren": "vraag",
    "voorbeeld": "vraag",
    "mens": "mens",
    "stop": "stop",
    "opnieuw": "stop",
    "bevestigen": "bevestigen",
    "gezien_ok": "bevestigen",
    "verder": "bevestigen",
    "ontkennen": "ontkennen",
    "iets_anders": "ontkennen",
    "corrigeren": "ontkennen",
    "klacht": "ontkennen",
    "weetniet": "weetniet",
    "groet": "groet",
    "dank": "dank",
    "privacy": "privacy",
    "wissen": "privacy",
    "bot": "bot",
    "buiten": "buiten",
    "andere_taal": "buiten",
    "nlu_fallback": "buiten",
}
"""Our intents in the words of the label guide."""


@dataclass(frozen=True)
class Labelled:
    """One message of a set, with its labels."""

    text: str
    haltes: tuple[str, ...]
    crisis: str
    soort: str
    tags: tuple[str, ...]


@dataclass(frozen=True)
class Parsed:
    """What the bot made of it. ``tier`` is ``alert``, ``check`` or empty."""

    haltes: tuple[tuple[str, float], ...]
    soort: str
    kind: str
    tier: str

    @property
    def predicted(self) -> frozenset[str]:
        """The haltes the conversation would take as named."""
        return frozenset(halte for halte, confidence in self.haltes if confidence >= CLEAR)

    @property
    def at_once(self) -> str | None:
        """The halte the bot would reflect, when it is clear enough."""
        return self.haltes[0][0] if self.haltes and self.haltes[0][1] >= CLEAR else None

    @property
    def offered(self) -> tuple[str, ...]:
        """The haltes on the buttons of one question back: after a wrong reflection, or instead of an unsure one."""
        if self.at_once:
            return tuple(halte for halte, _ in self.haltes[1 : 1 + MOST_GUESSES])
        return tuple(halte for halte, confidence in self.haltes[:MOST_GUESSES] if confidence >= OFFERED)


Score = Callable[[Sequence["Labelled"], Sequence["Parsed"]], "Scores"]
"""Scores messages by what the bot made of them."""

ROUNDS = 300
"""Times that a set is drawn again from itself to see how much a figure depends on its messages."""


@dataclass
class Scores:
    """Figures by name, and the messages that went wrong.

    Attributes:
        figures: the keys of design section 4.
        intervals: for each figure what it lies between in 95 of 100 sets like this one; see :func:`with_intervals`.
        details: tables by title.
        failures: the messages that went wrong, and how.
    """

    figures: dict[str, float] = field(default_factory=dict)
    intervals: dict[str, tuple[float, float]] = field(default_factory=dict)
    details: dict[str, Any] = field(default_factory=dict)
    failures: list[dict[str, Any]] = field(default_factory=list)


def read_set(path: Path) -> list[Labelled]:
    """Read ``messages.yml`` or ``crisis.yml``. Raises ``ValueError`` naming the item that is not right."""
    items = yaml.safe_load(path.read_text(encoding="utf-8")) or []
    labelled = []
    for number, item in enumerate(items, start=1):
        try:
            labelled.append(
                Labelled(item["text"], tuple(item["haltes"]), item["crisis"], item["soort"], tuple(item.get("tags") or ()))
            )
        except (KeyError, TypeError) as error:
            raise ValueError(f"{path}: item {number} misses {error}") from error
    return labelled


def read_parse(parsed: Mapping[str, Any]) -> Parsed:
    """Rasa's parse data as what we score."""
    danger = parsed.get("gevaar") or {}
    haltes = tuple((item["id"], float(item["confidence"])) for item in parsed.get("haltes") or ())
    soort = SOORT_OF.get(str(parsed.get("soort")), "buiten")
    return Parsed(haltes, soort, danger.get("soort", ""), danger.get("trap", ""))


def score_messages(items: Sequence[Labelled], parsed: Sequence[Parsed], haltes: Sequence[str]) -> Scores:
    """Haltes, soort and false alarms on the ordinary set."""
    scores = Scores()
    per_halte = {halte: _f1(*_counts(halte, items, parsed)) for halte in haltes}
    totals = [sum(column) for column in zip(*(_counts(halte, items, parsed) for halte in haltes), strict=True)]
    themed = [(item, found) for item, found in zip(items, parsed, strict=True) if item.haltes]
    scores.figures = {
        "halte_micro_f1": _f1(*totals),
        "halte_macro_f1": _mean(list(per_halte.values())),
        "halte_hit1": _mean([item.haltes[0] in _top(found, 1) for item, found in themed]),
        "halte_hit3": _mean([item.haltes[0] in _top(found, 3) for item, found in themed]),
        "halte_right_at_once": _mean([item.haltes[0] == found.at_once for item, found in themed]),
        "halte_right_after_question": _mean([item.haltes[0] in (found.at_once, *found.offered) for item, found in themed]),
        "soort_accuracy": _mean([item.soort == found.soort for item, found in zip(items, parsed, strict=True)]),
        "ordinary_flag_rate": _mean([bool(found.tier) for found in parsed]),
    }
    scores.details["halte_f1"] = per_halte
    kinds = sorted({item.soort for item in items})
    scores.details["soort_accuracy"] = {
        kind: _mean([found.soort == kind for item, found in zip(items, parsed, strict=True) if item.soort == kind])
        for kind in kinds
    }
    tags = sorted({tag for item, _ in themed for tag in item.tags})
    scores.details["halte_hit1 by tag"] = {
        f"{tag} ({sum(tag in item.tags for item, _ in themed)})": _mean(
            [item.haltes[0] in _top(found, 1) for item, found in themed if tag in item.tags]
        )
        for tag in tags
    }
    for item, found in zip(items, parsed, strict=True):
        wrong: dict[str, Any] = {}
        if set(item.haltes) != found.predicted:
            wrong["haltes"] = {"label": list(item.haltes), "bot": sorted(found.predicted)}
        if item.soort != found.soort:
            wrong["soort"] = {"label": item.soort, "bot": found.soort}
        if found.tier:
            wrong["gevaar"] = {"label": "geen", "bot": f"{found.kind}/{found.tier}"}
        if wrong:
            scores.failures.append({"text": item.text, **wrong})
    return scores


def with_intervals(score: Score, items: Sequence[Labelled], parsed: Sequence[Parsed]) -> Scores:
    """The scores of a set with their 95 % intervals: percentile bootstrap over the messages (Efron 1979)."""
    scores = score(items, parsed)
    chance = random.Random(14)  # noqa: S311 - the same intervals every time
    drawn = []
    for _ in range(ROUNDS):
        chosen = chance.choices(range(len(items)), k=len(items))
        drawn.append(score([items[index] for index in chosen], [parsed[index] for index in chosen]).figures)
    for name in scores.figures:
        cuts = statistics.quantiles([figures[name] for figures in drawn], n=40)
        scores.intervals[name] = (cuts[0], cuts[-1])
    return scores


def score_crisis(items: Sequence[Labelled], parsed: Sequence[Parsed]) -> Scores:
    """Recall per tier and kind on the danger, false alarms on the near misses."""
    scores = Scores()
    pairs = list(zip(items, parsed, strict=True))
    danger = [(item, found) for item, found in pairs if item.crisis != "geen"]
    near = [found for item, found in pairs if item.crisis == "geen"]
    flagged = [(item, found) for item, found in danger if found.tier]
    scores.figures = {
        "crisis_recall": _mean([bool(found.tier) for _, found in danger]),
        "crisis_alert_recall": _mean([found.tier == "alert" for _, found in danger]),
        "crisis_alert_fpr": _mean([found.tier == "alert" for found in near]),
        "crisis_check_fpr": _mean([found.tier == "check" for found in near]),
        "crisis_type_accuracy": _mean([item.crisis == found.kind for item, found in flagged]),
    }
    for name, chosen in _slices(danger).items():
        scores.details[name] = {
            "n": len(chosen),
            "recall": _mean([bool(found.tier) for _, found in chosen]),
            "alert_recall": _mean([found.tier == "alert" for _, found in chosen]),
            "type_accuracy": _mean([item.crisis == found.kind for item, found in chosen if found.tier]),
        }
    for item, found in pairs:
        if (item.crisis != "geen" and (not found.tier or found.kind != item.crisis)) or (item.crisis == "geen" and found.tier):
            said = f"{found.kind}/{found.tier}" if found.tier else "geen"
            scores.failures.append({"text": item.text, "gevaar": {"label": item.crisis, "bot": said}})
    return scores


def _slices(danger: Sequence[tuple[Labelled, Parsed]]) -> dict[str, list[tuple[Labelled, Parsed]]]:
    kinds = sorted({item.crisis for item, _ in danger})
    slices = {kind: [pair for pair in danger if pair[0].crisis == kind] for kind in kinds}
    slices["indirect"] = [pair for pair in danger if "indirect" in pair[0].tags]
    return slices


def _counts(halte: str, items: Sequence[Labelled], parsed: Sequence[Parsed]) -> tuple[int, int, int]:
    """True positives, false positives, false negatives of one halte."""
    hits = [(halte in item.haltes, halte in found.predicted) for item, found in zip(items, parsed, strict=True)]
    return sum(a and b for a, b in hits), sum(b and not a for a, b in hits), sum(a and not b for a, b in hits)


def _f1(true: int, false: int, missed: int) -> float:
    return 2 * true / (2 * true + false + missed) if true else 0.0


def _top(found: Parsed, count: int) -> list[str]:
    return [halte for halte, _ in found.haltes[:count]]


def _mean(values: Sequence[float]) -> float:
    return sum(values) / len(values) if values else 0.0
