"""Counts and times what Rasa's server does. Around Rasa's own methods, so that every channel is counted, and the same.

What is counted is in ``wegwijzer/watching/metrics.py``: numbers, by nothing but the channel.
"""

from __future__ import annotations

import functools
from collections.abc import Awaitable, Callable
from contextvars import ContextVar
from time import perf_counter
from typing import Any

from wegwijzer.watching import metrics

NOT_UNDERSTOOD = "utter_niet_begrepen"
BROKEN = "utter_storing"
HELPLINES = ("utter_crisis_", "utter_mens_nood")
"""How the responses begin by which a turn is counted."""

_turn: ContextVar[str | None] = ContextVar("turn", default=None)
"""The channel of the turn that is going on and was not counted yet. A conversation is saved at other moments too."""

Method = Callable[..., Awaitable[Any]]


def measure_rasa() -> None:
    """Measure every agent that Rasa makes from now on."""
    from rasa.core.agent import Agent
    from rasa.core.processor import MessageProcessor

    Agent.handle_message = _timed_turn(Agent.handle_message)
    MessageProcessor.parse_message = _timed_nlu(MessageProcessor.parse_message)
    MessageProcessor.save_tracker = _counted(MessageProcessor.save_tracker)


def _timed_turn(handle: Method) -> Method:
    @functools.wraps(handle)
    async def timed(self: Any, message: Any) -> Any:
        channel = metrics.channel(message.input_channel)
        metrics.MESSAGES.labels(channel).inc()
        going = _turn.set(channel)
        began = perf_counter()
        try:
            return await handle(self, message)
        except Exception:
            metrics.TURN_FAILURES.inc()
            raise
        finally:
            _turn.reset(going)
            metrics.TURNS.observe(perf_counter() - began)

    return timed


def _timed_nlu(parse: Method) -> Method:
    @functools.wraps(parse)
    async def timed(*given: Any, **named: Any) -> Any:
        began = perf_counter()
        try:
            return await parse(*given, **named)
        finally:
            metrics.NLU.observe(perf_counter() - began)

    return timed


def _counted(save: Method) -> Method:
    @functools.wraps(save)
    async def counted(self: Any, tracker: Any) -> Any:
        if (channel := _turn.get()) is not None:
            _turn.set(None)
            count_answers(channel, tracker.events)
        return await save(self, tracker)

    return counted


def count_answers(channel: str, events: Any) -> None:
    """Count what the bot said since the person last said something.

    Args:
        channel: a label of :data:`wegwijzer.watching.metrics.CHANNELS`.
        events: of Rasa, that can be gone through from the last to the first.
    """
    said: list[str] = []
    for event in reversed(events):
        if event.type_name == "user":
            break
        if event.type_name == "bot":
            said.append(str((event.metadata or {}).get("utter_action") or ""))
    if said:
        metrics.ANSWERS.labels(channel).inc(len(said))
    for counter, begins in ((metrics.FALLBACKS, NOT_UNDERSTOOD), (metrics.BREAKDOWNS, BROKEN), (metrics.DANGER, HELPLINES)):
        if any(name.startswith(begins) for name in said):
            counter.inc()
