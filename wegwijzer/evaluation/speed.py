"""Ours beside the framework's own starter bot, measured with the same crowd in the same run: what counts are the ratios."""

from __future__ import annotations

import itertools
import statistics
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import overload

from wegwijzer.evaluation.crowd import Talked, crowd
from wegwijzer.evaluation.markdown import table
from wegwijzer.product.processes import children_of

MEASURED = ("ready_s", "memory_mb", "turn_ms_median", "turn_ms_p95", "growth", "turns_per_s", "crowd_p95_ms")
"""In the order of the table; the same names for both."""

WORDS = {
    "ready_s": "start with a trained model, seconds",
    "memory_mb": "memory of the server, MB",
    "turn_ms_median": "one conversation: a turn, median, ms",
    "turn_ms_p95": "one conversation: a turn, p95, ms",
    "growth": "one long conversation: its last ten turns against its turns 6 to 15",
    "turns_per_s": "as many as it can: turns a second",
    "crowd_p95_ms": "a crowd that reads and types: an answer, p95, ms",
}

HURRIED = 32
"""People who write again at once: so many keep all cores busy, of what has parts that can work at the same time."""

HURRIED_TURNS = 30

ROUNDS = 7
"""How often each bot has its turn at :func:`as_many_as_they_can`."""

CROWD, CROWD_TURNS = 100, 5
TYPING = (5.0, 15.0)
"""Seconds in which somebody of the crowd reads and types."""

TALKS = 10
WARM = 10
"""Talks after a start that are not measured, of either bot: other parts of the product still start beside them."""

LONG = 200
"""Turns of the long conversation."""

Tell = Callable[[str, int, int], None]

WINDOW = 10
"""Turns of which the median is taken for ``growth``."""


async def measure(bot: Talked, tell: Tell, long_talk: int = LONG, people: int = CROWD) -> dict[str, float]:
    """What is asked of a bot that runs and is alone; see :data:`WORDS`, and :func:`as_many_as_they_can` for the rest.

    Args:
        bot: which.
        tell: told what is going on.
        long_talk: turns of the long conversation.
        people: how many are in the crowd.

    Raises:
        wegwijzer.evaluation.crowd.WrongAnswer: it did not answer.
    """
    await crowd(bot, 1, WARM * len(bot.script))
    one: list[float] = []
    for number in range(TALKS):
        one += (await crowd(bot, 1, len(bot.script))).turns
        tell("one conversation after the other", number + 1, TALKS)
    long = await crowd(bot, 1, long_talk, lambda done, of: tell("one long conversation", done, of))
    typing = await crowd(bot, people, CROWD_TURNS, lambda done, of: tell("a crowd", done, of), TYPING)
    return {
        "turn_ms_median": statistics.median(one),
        "turn_ms_p95": statistics.quantiles(one, n=20)[-1],
        "growth": growth(long.turns),
        "crowd_p95_ms": typing.p95_ms,
    }


CURVE = (10, 50, 100, 200, 300, 400, 500)
"""Turns at which a very long conversation is looked at."""


async def curve(bot: Talked, tell: Tell) -> str:
    """What a turn costs in one very long conversation, as Markdown."""
    waits = (await crowd(bot, 1, CURVE[-1], lambda done, of: tell("one very long conversation", done, of))).turns
    medians = [statistics.median(waits[turn - WINDOW : turn]) for turn in CURVE]
    rows = [
        ["median of ten turns, ms", *(f"{one:.1f}" for one in medians)],
        ["against turn 10", *(f"{one / medians[0]:.2f} ×" for one in medians)],
    ]
    return table(["up to turn", *map(str, CURVE)], rows)


class NeverHeard(Sequence[str]):
    """A script of which every line is another one each time: whatever a bot remembers of sentences helps it nothing.

    Args:
        script: the lines; a number is put behind each.
    """

    def __init__(self, script: Sequence[str]) -> None:
        self._script, self._numbers = script, itertools.count(1)

    def __len__(self) -> int:
        return len(self._script)

    @overload
    def __getitem__(self, place: int) -> str: ...
    @overload
    def __getitem__(self, place: slice) -> Sequence[str]: ...
    def __getitem__(self, place: int | slice) -> str | Sequence[str]:
        if isinstance(place, slice):
            return NeverHeard(self._script[place])
        return f"{self._script[place]} ({next(self._numbers)})"


async def as_many_as_they_can(bots: Mapping[str, Talked], tell: Tell, rounds: int = ROUNDS) -> dict[str, list[float]]:
    """Turns a second of bots that all run, in rounds in which each has its turn: a machine that gets slower does so for all.

    Returns:
        For each name of ``bots`` those of each round.
    """
    found: dict[str, list[float]] = {name: [] for name in bots}
    for bot in bots.values():
        await crowd(bot, 1, WARM * len(bot.script))
    for number in range(rounds):
        for name, bot in bots.items():
            found[name].append((await crowd(bot, HURRIED, HURRIED_TURNS)).turns_per_s)
        tell("as many as they can", number + 1, rounds)
    return found


def rounds_table(rounds: Mapping[str, Sequence[float]], against: str) -> str:
    """Turns a second of each bot, and how many times that one it is in the same rounds, as Markdown."""
    rows = []
    for name, found in rounds.items():
        times = [one / other for one, other in zip(found, rounds[against], strict=True)]
        spread = f"{min(times):.1f} to {max(times):.1f}"
        rows.append([name, f"{statistics.median(found):.1f}", f"{statistics.median(times):.1f} ×", spread])
    return table(["bot", "turns a second", f"against {against}", "in the rounds"], rows)


def growth(waits: Sequence[float]) -> float:
    """The median of the last turns divided by that of turns 6 to 15."""
    return statistics.median(waits[-WINDOW:]) / statistics.median(waits[5 : 5 + WINDOW])


def memory_mb(pid: int) -> float:
    """Memory of a process and of those that it made, in megabytes (Linux). What two of them share counts once."""
    return _own_share(pid) + sum(map(memory_mb, children_of(pid)))


def _own_share(pid: int) -> float:
    lines = Path(f"/proc/{pid}/smaps_rollup").read_text(encoding="ascii").splitlines()
    return next(float(line.split()[1]) * 1024 for line in lines if line.startswith("Pss:")) / 1e6


def speed_table(ours: Mapping[str, float], starter: Mapping[str, float]) -> str:
    """Both, and how many times ours the starter bot is (for turns a second the other way round), as Markdown."""
    rows = []
    for name in MEASURED:
        more = ours[name] / starter[name] if name == "turns_per_s" else starter[name] / ours[name]
        rows.append([WORDS[name], f"{ours[name]:.1f}", f"{starter[name]:.1f}", f"{more:.1f} ×"])
    return table(["measured", "Wegwijzer", "starter bot", "better"], rows)
