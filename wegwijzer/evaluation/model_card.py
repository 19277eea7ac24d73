"""The model card: what the understanding is made of, how well it does and for whom not, written from measured figures only."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from wegwijzer.catalogue.loading import load_catalogue
from wegwijzer.evaluation.benchmark import understanding_times
from wegwijzer.evaluation.bot import Bot
from wegwijzer.evaluation.candidate_run import LONG
from wegwijzer.evaluation.candidate_run import SETS as SET_FOLDERS
from wegwijzer.evaluation.candidates import OURS
from wegwijzer.evaluation.long_stories import score_stories, stories
from wegwijzer.evaluation.markdown import fill, table
from wegwijzer.evaluation.messages import read_parse
from wegwijzer.evaluation.run import evaluate
from wegwijzer.paths import CATALOGUE, DATA, EVALUATION, ROOT
from wegwijzer.understanding.training_data import Example, read_examples

Progress = Callable[[str, int, int], None]

TALKS = 10
"""How often every line of the benchmark's conversation is understood for the times on the card."""

FIGURES = ROOT / "docs" / "figures"
"""What the commands measured: ``understanding.json`` (the product), ``comparison.json`` and ``cross_validation.json``."""

CARD = ROOT / "docs" / "model_card.md"
TEMPLATE = ROOT / "wegwijzer" / "evaluation" / "model_card_template.md"

SETS = {
    "shared": "shared (we tuned on it)",
    "eigen": "eigen (unseen; danger made to be hard)",
    "eigen2": "eigen2 (unseen)",
    "eigen3": "eigen3 (unseen)",
}
UNSEEN = "eigen"
UNSEEN_DANGER = ("eigen2", "eigen3")
WEAK = 0.8
"""A group of messages with a lower share right than this is named as weak."""

FEWEST = 8
"""Smaller groups say too little."""

HALTES = {
    "halte_hit1": "right halte first",
    "halte_hit3": "right halte among three",
    "halte_right_at_once": "reflected right at once",
    "halte_right_after_question": "right after one question back",
    "halte_micro_f1": "micro-F1",
    "halte_macro_f1": "macro-F1",
    "soort_accuracy": "kind of message right",
    "ordinary_flag_rate": "ordinary messages taken for danger",
}
DANGER = {
    "crisis_recall": "danger noticed",
    "crisis_alert_recall": "helplines at once",
    "crisis_alert_fpr": "near misses that got helplines",
    "crisis_check_fpr": "near misses that got the caring question",
    "crisis_type_accuracy": "right kind of danger",
}


def read_figures(folder: Path = FIGURES) -> dict[str, Any]:
    """All measured figures, by the name of their file."""
    return {path.stem: json.loads(path.read_text(encoding="utf-8")) for path in sorted(folder.glob("*.json"))}


def write_figures(name: str, figures: Any, folder: Path = FIGURES) -> None:
    """Keep what was measured."""
    folder.mkdir(parents=True, exist_ok=True)
    text = json.dumps(figures, indent=1, ensure_ascii=False, default=str)
    (folder / f"{name}.json").write_text(f"{text}\n", encoding="utf-8")


def measure_product(bot: Bot, ready_s: float, progress: Progress) -> dict[str, Any]:
    """Everything about the running product that the card shows.

    Args:
        ready_s: seconds it took to get ready.
        progress: told what is going on.
    """
    haltes = list(load_catalogue(CATALOGUE).haltes)
    sets = {}
    for name, folder in SET_FOLDERS.items():
        report = evaluate(bot, folder, haltes, lambda what, done, total, name=name: progress(f"{name} {what}", done, total))  # type: ignore[misc]
        messages, crisis = report.details.get("messages", {}), report.details.get("crisis", {})
        sets[name] = {
            "figures": report.figures,
            "intervals": report.intervals,
            "halte_f1": messages.get("halte_f1", {}),
            "tags": {
                tag.rpartition(" (")[0]: (right, int(tag.rpartition(" (")[2].rstrip(")")))
                for tag, right in messages.get("halte_hit1 by tag", {}).items()
            },
            "kinds": crisis,
        }
    sets[LONG] = {"figures": score_stories(lambda text: read_parse(bot.parse(text)), stories(EVALUATION))}
    latency = {"ready_s": ready_s, **understanding_times(bot, TALKS)}
    return {"data": _count(read_examples(DATA)), "sets": sets, "latency": latency}


def _count(examples: Sequence[Example]) -> dict[str, int]:
    """Training messages per halte (those with two or more count for each), per danger, and of every other kind."""
    haltes = Counter(halte for example in examples for halte in example.haltes)
    danger = Counter(example.intent for example in examples if example.intent.startswith("crisis_"))
    kinds = Counter(example.intent for example in examples if not example.haltes and example.intent not in danger)
    several = sum(len(example.haltes) > 1 for example in examples)
    fewest = min(kinds, key=lambda kind: kinds[kind])
    return {
        "all": len(examples),
        **{f"halte {halte}": count for halte, count in sorted(haltes.items())},
        "with two or three haltes": several,
        **dict(sorted(danger.items())),
        f"other kinds of message ({len(kinds)})": sum(kinds.values()),
        f"fewest of these ({fewest})": kinds[fewest],
    }


def render(figures: Mapping[str, Any], template: str) -> str:
    """The card: the template with every ``{{name}}`` replaced by a table or sentence made from the figures."""
    product = figures["understanding"]
    made = {
        "data": _data(product["data"]),
        "haltes": _table(HALTES, product["sets"]),
        "danger": _table(DANGER, product["sets"]),
        "danger_kinds": _kinds(product["sets"]),
        "per_halte": _per_halte(product["sets"]),
        "weak": _weak(product["sets"]),
        "long": _long(product["sets"], figures["comparison"]),
        "gap": _gap(product["sets"], figures["cross_validation"]),
        "latency": _latency(product["latency"]),
        "comparison": comparison_table(figures["comparison"]),
    }
    return fill(template, made)


def _data(data: Mapping[str, int]) -> str:
    return table(["", "messages"], [[name.replace("_", " "), str(count)] for name, count in data.items()])


def _table(names: Mapping[str, str], sets: Mapping[str, Any]) -> str:
    shown = [name for name in SETS if any(figure in sets[name]["figures"] for figure in names)]
    rows = [[title, f"`{figure}`", *(_with_interval(sets[name], figure) for name in shown)] for figure, title in names.items()]
    return table(["", "key", *(SETS[name] for name in shown)], rows)


def _with_interval(scored: Mapping[str, Any], figure: str) -> str:
    if figure not in scored["figures"]:
        return ""
    low, high = scored["intervals"][figure]
    return f"{scored['figures'][figure]:.3f} ({low:.2f} to {high:.2f})"


def _kinds(sets: Mapping[str, Any]) -> str:
    body = [
        [title, kind, str(found["n"]), *(f"{found[figure]:.2f}" for figure in ("recall", "alert_recall", "type_accuracy"))]
        for name, title in SETS.items()
        for kind, found in sets[name]["kinds"].items()
    ]
    return table(["set", "kind", "messages", "noticed", "helplines at once", "right kind"], body)


def _per_halte(sets: Mapping[str, Any]) -> str:
    by_set = {title: sets[name]["halte_f1"] for name, title in SETS.items() if sets[name]["halte_f1"]}
    haltes = list(next(iter(by_set.values())))
    return table(["halte", *by_set], [[halte, *(f"{found[halte]:.2f}" for found in by_set.values())] for halte in haltes])


def _weak(sets: Mapping[str, Any]) -> str:
    rows = []
    for name in SETS:
        for tag, (right, count) in sets[name]["tags"].items():
            if count >= FEWEST and right < WEAK:
                rows.append([SETS[name], tag, str(count), f"{right:.2f}"])
    return table(["set", "group", "messages", "right halte first"], rows) if rows else "None of the groups is."


def _gap(sets: Mapping[str, Any], crossed: Mapping[str, float]) -> str:
    body = []
    for name in ("halte_hit1", "halte_hit3", "halte_macro_f1"):
        shared, unseen = sets["shared"]["figures"][name], sets[UNSEEN]["figures"][name]
        gaps = [f"{value - crossed[name]:+.3f}" for value in (shared, unseen)]
        body.append([f"`{name}`", f"{crossed[name]:.3f}", f"{shared:.3f}", f"{unseen:.3f}", *gaps])
    title = f"cross-validation by author ({int(crossed['n_messages'])} messages)"
    return table(["", title, "shared", "eigen", "gap shared", "gap eigen"], body)


def _long(sets: Mapping[str, Any], comparison: Sequence[Mapping[str, Any]]) -> str:
    whole = next(row for row in comparison if row["name"] == OURS)["sets"][LONG]
    titles = {
        "long_recall": "danger noticed",
        "long_alert_recall": "helplines at once",
        "long_flag_rate": "stories without danger that were flagged",
    }
    pieces = sets[LONG]["figures"]
    return table(
        ["", "read as a whole", "also read in pieces"],
        [[title, f"{whole[name]:.3f}", f"{pieces[name]:.3f}"] for name, title in titles.items()],
    )


def _latency(latency: Mapping[str, float]) -> str:
    titles = {
        "nlu_ms_median": "one message, median (ms)",
        "nlu_ms_p95": "one message, 95 of 100 within (ms)",
        "ready_s": "from start to first answer (s)",
    }
    return table(["", ""], [[title, f"{latency[name]:.1f}"] for name, title in titles.items()])


def comparison_table(rows: Sequence[Mapping[str, Any]]) -> str:
    """The candidates side by side: what they understand and what they cost."""
    body = [[row["title"], *(f"{value:.3f}" for value in _understands(row["sets"])), *_costs(row)] for row in rows]
    return table(["", *UNDERSTANDS, *COSTS], body)


UNDERSTANDS = (
    "hit@1",
    "hit@3",
    "macro-F1",
    "hit@1 unseen",
    "macro-F1 unseen",
    "soort",
    "danger noticed, unseen",
    "helplines on near misses, unseen",
)
COSTS = ("ms", "ms p95", "memory MB", "start s", "train s", "stored MB")


def _understands(sets: Mapping[str, Mapping[str, float]]) -> list[float]:
    shared, unseen, danger = sets["shared"], sets[UNSEEN], [sets[name] for name in UNSEEN_DANGER]
    return [
        *(shared[name] for name in ("halte_hit1", "halte_hit3", "halte_macro_f1")),
        *(unseen[name] for name in ("halte_hit1", "halte_macro_f1")),
        shared["soort_accuracy"],
        *(sum(one[name] for one in danger) / len(danger) for name in ("crisis_recall", "crisis_alert_fpr")),
    ]


def _costs(row: Mapping[str, float]) -> list[str]:
    exact = [f"{row[name]:.1f}" for name in ("ms_median", "ms_p95")]
    return [*exact, f"{row['memory_mb']:.0f}", f"{row['load_s']:.1f}", f"{row['train_s']:.0f}", f"{row['stored_mb']:.1f}"]
