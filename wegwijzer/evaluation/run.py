"""The whole evaluation against the running bot: figures, tables and a file with every failure."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from wegwijzer.evaluation.bot import Bot
from wegwijzer.evaluation.messages import Labelled, Parsed, read_parse, read_set, score_crisis, score_messages, with_intervals
from wegwijzer.evaluation.personas import play, read_personas

Progress = Callable[[str, int, int], None]
"""Told what is going on: a name, how many are done, how many there are."""


@dataclass
class Report:
    """All figures (the contract of design section 4), their 95 % intervals, details by set, and failures."""

    figures: dict[str, Any] = field(default_factory=dict)
    intervals: dict[str, tuple[float, float]] = field(default_factory=dict)
    details: dict[str, Any] = field(default_factory=dict)
    failures: dict[str, list[dict[str, Any]]] = field(default_factory=dict)

    def save_failures(self, path: Path) -> None:
        """Write the failures as YAML, for reading."""
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(yaml.safe_dump(self.failures, allow_unicode=True, sort_keys=False, width=120), encoding="utf-8")


def evaluate(bot: Bot, folder: Path, haltes: Sequence[str], progress: Progress) -> Report:
    """Score every set found in ``folder``: ``messages.yml``, ``crisis.yml``, ``personas.yml``.

    Raises:
        ValueError: when the folder has none of them, or one is not in the expected format.
    """
    report = Report()
    if (folder / "messages.yml").exists():
        items = read_set(folder / "messages.yml")
        parsed = _parse(bot, items, "messages", progress)
        scores = with_intervals(lambda some, made: score_messages(some, made, haltes), items, parsed)
        report.figures |= scores.figures | {"n_messages": len(items)}
        report.intervals |= scores.intervals
        report.details["messages"], report.failures["messages"] = scores.details, scores.failures
    if (folder / "crisis.yml").exists():
        items = read_set(folder / "crisis.yml")
        scores = with_intervals(score_crisis, items, _parse(bot, items, "crisis", progress))
        report.figures |= scores.figures | {"n_crisis": len(items)}
        report.intervals |= scores.intervals
        report.details["crisis"], report.failures["crisis"] = scores.details, scores.failures
    if (folder / "personas.yml").exists():
        _personas(bot, folder / "personas.yml", report, progress)
    if not report.figures:
        raise ValueError(f"{folder} holds no messages.yml, crisis.yml or personas.yml")
    return report


def _parse(bot: Bot, items: Sequence[Labelled], name: str, progress: Progress) -> list[Parsed]:
    parsed = []
    for number, item in enumerate(items, start=1):
        parsed.append(read_parse(bot.parse(item.text)))
        progress(name, number, len(items))
    return parsed


def _personas(bot: Bot, path: Path, report: Report, progress: Progress) -> None:
    personas, played = read_personas(path), []
    for number, persona in enumerate(personas, start=1):
        played.append(play(bot, persona))
        progress("personas", number, len(personas))
    report.figures["persona_success"] = sum(not one.failures for one in played) / len(played)
    report.figures["persona_turns_mean"] = sum(one.turns for one in played) / len(played)
    report.failures["personas"] = [
        {"id": one.persona.id, "failures": one.failures, "conversation": one.script} for one in played if one.failures
    ]
    report.details["personas"] = {one.persona.id: one.script for one in played}
