"""One candidate in a process of its own, so that its memory and start-up are its own: ``train`` once, then ``use``.

``python -m wegwijzer.evaluation.candidate_run train|use NAME FOLDER``; ``use`` prints one JSON object.
"""

from __future__ import annotations

import json
import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from wegwijzer.evaluation.long_stories import score_stories, stories
from wegwijzer.evaluation.messages import Parsed, read_set, score_crisis, score_messages
from wegwijzer.paths import CATALOGUE, DATA, EVALUATION

SETS = {"shared": EVALUATION, "eigen": EVALUATION / "eigen", "eigen2": EVALUATION / "eigen2", "eigen3": EVALUATION / "eigen3"}
"""Folders with ``messages.yml``, ``crisis.yml`` or both; all but the first were never tuned on."""

LONG = "long"
"""Name of the long stories among the sets; a candidate reads each as one message."""

WARM_UP = 5
"""Messages that are not counted in the time per message."""


def measure(load: Callable[[], Callable[[str], Parsed]]) -> dict[str, Any]:
    """Load a candidate and let it read every set.

    Args:
        load: loads it and gives what parses one message.

    Returns:
        ``load_s``, ``memory_mb`` (most the process used), ``ms_median`` and ``ms_p95`` per message, and ``sets``: the figures
        of each set by name.
    """
    begin = time.perf_counter()
    parse = load()
    parse("de eerste keer telt niet mee")
    load_s = time.perf_counter() - begin
    times: list[float] = []
    sets: dict[str, dict[str, float]] = {}

    def timed(text: str) -> Parsed:
        start = time.perf_counter()
        parsed = parse(text)
        times.append((time.perf_counter() - start) * 1000)
        return parsed

    haltes = _haltes()
    for name, folder in SETS.items():
        figures: dict[str, float] = {}
        for file, score in (("messages.yml", lambda i, p: score_messages(i, p, haltes)), ("crisis.yml", score_crisis)):
            if (folder / file).exists():
                items = read_set(folder / file)
                figures |= score(items, [timed(item.text) for item in items]).figures
        sets[name] = figures
    times = times[WARM_UP:]
    sets[LONG] = score_stories(parse, stories(EVALUATION))
    return {
        "load_s": load_s,
        "memory_mb": _memory_mb(),
        "ms_median": statistics.median(times),
        "ms_p95": statistics.quantiles(times, n=20)[-1],
        "sets": sets,
    }


def _memory_mb() -> float:
    """The most memory this process used. Not ``ru_maxrss``: that begins at what the parent used."""
    status = Path("/proc/self/status").read_text(encoding="utf-8")
    return next(int(line.split()[1]) for line in status.splitlines() if line.startswith("VmHWM")) / 1024


def _haltes() -> list[str]:
    from wegwijzer.catalogue.loading import load_catalogue

    return list(load_catalogue(CATALOGUE).haltes)


def main(what: str, name: str, folder: str) -> None:
    """Train or use one of :data:`~wegwijzer.evaluation.candidates.CANDIDATES`."""
    from wegwijzer.evaluation.candidates import CANDIDATES, Understanding
    from wegwijzer.understanding.training_data import read_examples

    candidate = CANDIDATES[name]
    if what == "train":
        Path(folder).mkdir(parents=True, exist_ok=True)  # what cannot be kept is not worth learning first
        Understanding.learn(candidate, read_examples(DATA)).save(Path(folder))
    else:
        print(json.dumps(measure(lambda: Understanding.load(candidate, Path(folder)).parse)))


if __name__ == "__main__":
    main(*sys.argv[1:])
