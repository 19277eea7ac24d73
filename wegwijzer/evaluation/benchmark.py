"""How long a person waits. Compare runs on one machine by ratios: machines are noisy."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable

from wegwijzer.evaluation.bot import Bot

SCRIPT = (
    "mijn man is vorig jaar overleden en het is zo stil in huis",
    "ja dat klopt",
    "sla over",
    "overvecht",
    "74",
    "met een klein groepje",
    "nee niets",
    "iets anders",
    "hoe begin ik?",
    "dankjewel",
)
"""One ordinary conversation: a story, a check, questions, a step."""


def benchmark(bot: Bot, talks: int, long_talk: int, progress: Callable[[str, int, int], None]) -> dict[str, float]:
    """Turn times in milliseconds, and how they grow within one long conversation.

    Args:
        talks: how many short conversations.
        long_talk: turns in the long one.

    Returns:
        ``nlu_ms_median`` and ``nlu_ms_p95``: understanding alone, each message new to the bot, with the HTTP request around it.
        ``turn_ms_median`` and ``turn_ms_p95`` over the short conversations, ``growth``: the median of the last ten turns of
        the long conversation divided by that of its turns 6 to 15.
    """
    understanding = understanding_times(bot, talks)
    short: list[float] = []
    for number in range(talks):
        talk = bot.talk()
        short += [_timed(lambda line=line, talk=talk: talk.say(line)) for line in SCRIPT]  # type: ignore[misc]
        progress("short conversations", number + 1, talks)
    talk, long = bot.talk(), []
    for turn in range(long_talk):
        line = SCRIPT[turn % len(SCRIPT)]
        long.append(_timed(lambda line=line: talk.say(line)))  # type: ignore[misc]
        progress("one long conversation", turn + 1, long_talk)
    return {
        **understanding,
        "turn_ms_median": statistics.median(short),
        "turn_ms_p95": statistics.quantiles(short, n=20)[-1],
        "turns_long": float(long_talk),
        "growth": statistics.median(long[-10:]) / statistics.median(long[5:15]),
    }


def understanding_times(bot: Bot, talks: int) -> dict[str, float]:
    """``nlu_ms_median`` and ``nlu_ms_p95`` over ``talks`` times the script, each message new to the bot."""
    new = [f"{line} ({number})" for number in range(talks) for line in SCRIPT]
    bot.parse("de eerste keer telt niet mee")
    times = [_timed(lambda line=line: bot.parse(line)) for line in new]  # type: ignore[misc]
    return {"nlu_ms_median": statistics.median(times), "nlu_ms_p95": statistics.quantiles(times, n=20)[-1]}


def _timed(action: Callable[[], object]) -> float:
    """Milliseconds that an action takes."""
    begin = time.perf_counter()
    action()
    return (time.perf_counter() - begin) * 1000
