"""What Rasa brings itself, as the yardstick of ``make evaluate ARGS=--compare``: its default pipeline with DIET.

DIET gives one label a message, so each message has the label it would have in a plain Rasa project: its first halte when it
has one, otherwise its intent. ``python -m nlu.stock_diet train|use FOLDER EPOCHS``; ``use`` prints one JSON object.
"""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import yaml

from wegwijzer.evaluation.candidate_run import measure
from wegwijzer.evaluation.candidates import as_parsed
from wegwijzer.evaluation.messages import Parsed
from wegwijzer.paths import DATA
from wegwijzer.understanding.crisis_patterns import Danger
from wegwijzer.understanding.training_data import Example, read_examples

HALTE = "halte_"
CRISIS = "crisis_"
MODEL = "stock.tar.gz"


def config(epochs: int) -> dict[str, Any]:
    """The pipeline that ``rasa init`` writes, without the parts for entities."""
    return {
        "recipe": "default.v1",
        "assistant_id": "stock",
        "language": "nl",
        "pipeline": [
            {"name": "WhitespaceTokenizer"},
            {"name": "LexicalSyntacticFeaturizer"},
            {"name": "CountVectorsFeaturizer"},
            {"name": "CountVectorsFeaturizer", "analyzer": "char_wb", "min_ngram": 1, "max_ngram": 4},
            {
                "name": "DIETClassifier",
                "epochs": epochs,
                "constrain_similarities": True,
                "entity_recognition": False,
                "random_seed": 14,
                "ranking_length": 0,
            },
        ],
        "policies": [],
    }


def label(example: Example) -> str:
    """The one label DIET learns for this message."""
    return f"{HALTE}{example.haltes[0]}" if example.haltes else example.intent


def train(folder: Path, epochs: int) -> None:
    """Write a plain Rasa project to the folder and train it."""
    from rasa.model_training import train_nlu

    folder.mkdir(parents=True, exist_ok=True)
    by_label: dict[str, list[str]] = {}
    for example in read_examples(DATA):
        by_label.setdefault(label(example), []).append(example.text)
    blocks = [
        {"intent": name, "examples": "".join(f"- {text}\n" for text in dict.fromkeys(texts))} for name, texts in by_label.items()
    ]
    (folder / "nlu.yml").write_text(yaml.safe_dump({"version": "3.1", "nlu": blocks}, allow_unicode=True), encoding="utf-8")
    (folder / "config.yml").write_text(yaml.safe_dump(config(epochs), sort_keys=False), encoding="utf-8")
    train_nlu(str(folder / "config.yml"), str(folder / "nlu.yml"), str(folder), fixed_model_name=MODEL.removesuffix(".tar.gz"))


def load(folder: Path) -> Callable[[str], Parsed]:
    """Load the trained model; gives what parses one message."""
    from rasa.core.agent import Agent

    agent = Agent.load(str(folder / MODEL))
    loop = asyncio.new_event_loop()
    return lambda text: as_ours(text, loop.run_until_complete(agent.parse_message(text)))


def as_ours(text: str, parsed: dict[str, Any]) -> Parsed:
    """DIET's ranking in our terms: haltes, kind of message and danger from one list of confidences."""
    scores = {found["name"]: float(found["confidence"]) for found in parsed.get("intent_ranking") or ()}
    haltes = [(name.removeprefix(HALTE), score) for name, score in scores.items() if name.startswith(HALTE)]
    kinds = {name: score for name, score in scores.items() if not name.startswith((HALTE, CRISIS))}
    kinds["situatie"] = kinds.get("situatie", 0.0) + sum(score for _, score in haltes)
    danger = {kind.value: scores.get(f"{CRISIS}{kind.value}", 0.0) for kind in Danger}
    return as_parsed(text, sorted(haltes, key=lambda item: -item[1]), max(kinds, key=lambda name: kinds[name]), danger)


def main(what: str, folder: str, epochs: str) -> None:
    """Train or use."""
    if what == "train":
        train(Path(folder), int(epochs))
    else:
        print(json.dumps(measure(lambda: load(Path(folder)))))


if __name__ == "__main__":
    main(*sys.argv[1:])
