"""Training a model when there is none for the data as it is now."""

from __future__ import annotations

import hashlib
import os
import re
import subprocess
import sys
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

from wegwijzer.paths import DATA, MODELS, ROOT
from wegwijzer.product.processes import CannotStart
from wegwijzer.product.promoted import chosen
from wegwijzer.settings import Settings

INGREDIENTS = (
    "config.yml",
    "domain.yml",
    "data",
    "nlu",
    "wegwijzer/understanding/calibration.py",
    "wegwijzer/understanding/classifier.py",
    "wegwijzer/understanding/danger_classifier.py",
    "wegwijzer/understanding/e5_graph.py",
    "wegwijzer/understanding/e5_tokens.py",
    "wegwijzer/understanding/e5_weights.py",
    "wegwijzer/understanding/encoder.py",
    "wegwijzer/understanding/features.py",
    "wegwijzer/understanding/kernel.py",
    "wegwijzer/understanding/recipes.py",
)
"""What a model is made of; a change in any of these asks for a new one.

The catalogue and the crisis patterns are read when the bot starts and need no training."""

_STEP = re.compile(r"Starting to train component '(\w+)'")


def current_model(settings: Settings) -> Path:
    """The model to use: the promoted one when that fits, otherwise :func:`base_model`, whether or not that is there yet."""
    base = base_model(settings)
    return chosen(base).model or base


def base_model(settings: Settings) -> Path:
    """Where the model for the data as it is now belongs, whether or not it is there yet."""
    digest = hashlib.sha256()
    digest.update(settings.encoder.encode())
    for path in _ingredients():
        digest.update(str(path.relative_to(ROOT)).encode())
        digest.update(path.read_bytes())
    return MODELS / f"wegwijzer-{digest.hexdigest()[:16]}.tar.gz"


def train(settings: Settings, progress: Callable[[str], None], model: Path | None = None, also: Sequence[Path] = ()) -> Path:
    """Train a model.

    Args:
        progress: told the name of each component when its training starts.
        model: where to put it; :func:`base_model` unless said otherwise.
        also: files or folders with more training data than ``data/``.

    Raises:
        CannotStart: when Rasa cannot train; says why in one sentence.
    """
    model = model or base_model(settings)
    command = [
        sys.executable,
        "-m",
        "rasa",
        "train",
        "--fixed-model-name",
        model.name.removesuffix(".tar.gz"),
        "--out",
        str(model.parent),
        "--data",
        str(DATA),
        *map(str, also),
    ]
    # Rasa keeps a cache of trained parts that does not see changes in our code, so it is not used.
    environment = {
        **os.environ,
        **settings.as_environment(),
        "RASA_CACHE_DIRECTORY": str(MODELS / ".cache"),
        "RASA_MAX_CACHE_SIZE": "0",
    }
    last: list[str] = []
    with subprocess.Popen(
        command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    ) as process:
        assert process.stdout is not None  # noqa: S101 - it is a pipe
        for line in process.stdout:
            step = _STEP.search(line)
            if step:
                progress(step.group(1))
            elif line.strip():
                last = [*last[-19:], line.strip()]
    if process.returncode or not model.exists():
        raise CannotStart(f"Training failed: {_reason(last)}")
    return model


def _ingredients() -> Iterable[Path]:
    for name in INGREDIENTS:
        path = ROOT / name
        if path.is_file():
            yield path
        else:
            yield from sorted(found for found in path.rglob("*") if found.suffix in (".yml", ".py"))


def _reason(lines: list[str]) -> str:
    telling = [line for line in lines if re.search(r"error|exception|invalid|failed|could not", line, re.IGNORECASE)]
    return (telling or lines or ["no output"])[-1][:400]
