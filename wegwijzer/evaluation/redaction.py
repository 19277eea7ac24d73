"""How well personal data are crossed out: recall and precision by kind on a labelled set, and what is touched needlessly."""

from __future__ import annotations

import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from wegwijzer.evaluation.markdown import table
from wegwijzer.privacy.redaction import Found, Kind, Redactor

CONTEXT = 30
"""Characters shown on either side of a miss or a false alarm."""

SHORT, LONG = 10_000, 100_000
"""Characters of the two texts of which the times are compared: in linear time the second takes LONG / SHORT times as long."""


@dataclass(frozen=True)
class Labelled:
    """A message and what is personal in it, from the first place to the last."""

    text: str
    spans: tuple[Found, ...]


@dataclass
class RedactionReport:
    """The figures.

    Attributes:
        kinds: for every kind (and ``alles``) ``gold``, ``found``, ``recall``, ``redacted``, ``right``, ``precision``. A span of
            the set is found when every character of it is covered, whatever the kind; what was crossed out is right when it
            overlaps a span of the set. ``precision`` is by the kind that was given.
        failures: misses (``gemist``) and false alarms (``onterecht``): which, kind, words, and the words around.
        figures: everything for the last line of output.
    """

    kinds: dict[str, dict[str, float]] = field(default_factory=dict)
    failures: list[tuple[str, str, str, str]] = field(default_factory=list)
    figures: dict[str, float] = field(default_factory=dict)


def read_labelled(path: Path) -> list[Labelled]:
    """Read a set: a list of ``{text, spans: [{kind, text}]}``. A span is meant wherever its words stand in the text.

    Raises:
        ValueError: the file has another form, or a span does not stand in its text; the message says which.
        OSError: the file is not there.
    """
    try:
        rows: Sequence[Mapping[str, Any]] = yaml.safe_load(path.read_text(encoding="utf-8"))
        return [_labelled(str(row["text"]), row["spans"]) for row in rows]
    except (yaml.YAMLError, KeyError, TypeError, ValueError) as error:
        raise ValueError(f"{path} is not a set of messages with spans (text, spans with kind and text): {error}") from error


def _labelled(text: str, spans: Iterable[Mapping[str, Any]]) -> Labelled:
    found: list[Found] = []
    for span in sorted(spans, key=lambda one: -len(str(one["text"]))):
        words, kind = str(span["text"]), Kind(span["kind"])
        at = text.find(words)
        if at < 0 or not words:
            raise ValueError(f"'{words}' does not stand in '{text}'")
        while at >= 0:
            end = at + len(words)
            if _whole(text, at, end) and not any(one.start < end and at < one.end for one in found):
                found.append(Found(at, end, kind))
            at = text.find(words, end)
    return Labelled(text, tuple(sorted(found, key=lambda one: one.start)))


def _whole(text: str, start: int, end: int) -> bool:
    """Whether a place is not a part of a longer word: "an" in "vandaag"."""
    before = start > 0 and text[start - 1].isalnum() and text[start].isalnum()
    after = end < len(text) and text[end].isalpha() and text[end - 1].isalpha()
    return not before and not after


def evaluate_redaction(redactor: Redactor, messages: Sequence[Labelled], ordinary: Sequence[str] = ()) -> RedactionReport:
    """Measure.

    Args:
        redactor: what is measured.
        messages: the labelled set.
        ordinary: messages with nothing personal in them; how many of them are touched is ``damage``.
    """
    report = RedactionReport()
    redactor.find("warm")
    counts = {kind: dict.fromkeys(("gold", "found", "redacted", "right"), 0) for kind in Kind}
    begin = time.perf_counter()
    results = [redactor.find(message.text) for message in messages]
    seconds = time.perf_counter() - begin
    clean_touched = 0
    for message, found in zip(messages, results, strict=True):
        _count(message, found, counts, report)
        clean_touched += not message.spans and bool(found)
    total = {name: sum(counts[kind][name] for kind in Kind) for name in ("gold", "found", "redacted", "right")}
    report.kinds = {str(kind): _rates(counts[kind]) for kind in Kind} | {"alles": _rates(total)}
    touched = sum(bool(redactor.find(text)) for text in ordinary)
    clean = sum(not message.spans for message in messages)
    report.figures = {
        **{f"{kind}_{name}": rates[name] for kind, rates in report.kinds.items() for name in ("recall", "precision")},
        "clean_touched": clean_touched / max(1, clean),
        "damage": touched / max(1, len(ordinary)),
        "ms_per_message": 1000 * seconds / max(1, len(messages)),
        "time_ratio_long_text": _time(redactor, LONG) / _time(redactor, SHORT),
        "n_messages": len(messages),
        "n_clean": clean,
        "n_ordinary": len(ordinary),
    }
    return report


def rates_table(reports: Mapping[str, RedactionReport]) -> str:
    """Recall and precision by kind, a column for each set, as Markdown.

    Args:
        reports: by the name of the set.
    """
    kinds = [*Kind, "alles"]
    cells = ([_cell(report.kinds[str(kind)]) for report in reports.values()] for kind in kinds)
    count = ["messages", *(str(round(report.figures["n_messages"])) for report in reports.values())]
    return table(["recall / precision", *reports], [count, *([str(kind), *row] for kind, row in zip(kinds, cells, strict=True))])


def _cell(rates: Mapping[str, float]) -> str:
    return f"{rates['recall']:.3f} / {rates['precision']:.3f} ({rates['gold']:.0f})"


def _count(message: Labelled, found: Sequence[Found], counts: Mapping[Kind, dict[str, int]], report: RedactionReport) -> None:
    covered = bytearray(len(message.text))
    for one in found:
        covered[one.start : one.end] = b"\1" * (one.end - one.start)
    for gold in message.spans:
        counts[gold.kind]["gold"] += 1
        # Space inside a span says nothing.
        if all(covered[at] or message.text[at].isspace() for at in range(gold.start, gold.end)):
            counts[gold.kind]["found"] += 1
        else:
            report.failures.append(("gemist", gold.kind, message.text[gold.start : gold.end], _around(message.text, gold)))
    for one in found:
        counts[one.kind]["redacted"] += 1
        if any(gold.start < one.end and one.start < gold.end for gold in message.spans):
            counts[one.kind]["right"] += 1
        else:
            report.failures.append(("onterecht", one.kind, message.text[one.start : one.end], _around(message.text, one)))


def _rates(counts: Mapping[str, int]) -> dict[str, float]:
    recall = counts["found"] / counts["gold"] if counts["gold"] else 1.0
    precision = counts["right"] / counts["redacted"] if counts["redacted"] else 1.0
    return {**counts, "recall": recall, "precision": precision}


def _around(text: str, one: Found) -> str:
    return text[max(0, one.start - CONTEXT) : one.end + CONTEXT].replace("\n", " ")


def _time(redactor: Redactor, length: int) -> float:
    """Seconds for a text of so many characters that looks like numbers, names and addresses all the way; the best of three."""
    text = ("mevrouw van de 06-1 2 3 jan.punt@ a.b.c 12-ab-3 straat 1234 " * (length // 60 + 1))[:length]
    times = []
    for _ in range(3):
        begin = time.perf_counter()
        redactor.find(text)
        times.append(time.perf_counter() - begin)
    return max(min(times), 1e-9)
