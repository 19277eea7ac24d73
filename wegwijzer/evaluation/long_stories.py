"""Long stories, made from a labelled set: many ordinary messages after each other, with or without danger in the middle."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from wegwijzer.evaluation.messages import Labelled, Parsed, read_set

AROUND = 10
"""Ordinary messages in a story: long enough to be looked at in pieces."""


def stories(folder: Path) -> list[Labelled]:
    """One story for every danger and as many without, from ``messages.yml`` and ``crisis.yml`` of a folder; always the same."""
    ordinary = [item.text for item in read_set(folder / "messages.yml") if item.soort in ("situatie", "eenzaam")]
    danger = [item for item in read_set(folder / "crisis.yml") if item.crisis != "geen"]
    made = []
    for number, item in enumerate(danger):
        around = [ordinary[(number * AROUND + place) % len(ordinary)] for place in range(AROUND)]
        told = [*around[: AROUND // 2], item.text, *around[AROUND // 2 :]]
        made += [Labelled(_told(told), (), item.crisis, "situatie", ()), Labelled(_told(around), (), "geen", "situatie", ())]
    return made


def score_stories(parse: Callable[[str], Parsed], items: Sequence[Labelled]) -> dict[str, float]:
    """What becomes of danger within long stories.

    Returns:
        ``long_recall``: noticed at all; ``long_alert_recall``: helplines at once; ``long_flag_rate``: long stories without
        danger that are flagged.
    """
    found = [(item.crisis != "geen", parse(item.text).tier) for item in items]
    danger = [tier for is_danger, tier in found if is_danger]
    harmless = [tier for is_danger, tier in found if not is_danger]
    return {
        "long_recall": sum(map(bool, danger)) / len(danger),
        "long_alert_recall": danger.count("alert") / len(danger),
        "long_flag_rate": sum(map(bool, harmless)) / len(harmless),
    }


def _told(messages: Sequence[str]) -> str:
    return " ".join(text if text.rstrip().endswith((".", "!", "?")) else f"{text.rstrip()}." for text in messages)
