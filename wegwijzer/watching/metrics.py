"""What is counted and timed, for Prometheus. Numbers only: no label comes from what somebody said or who they are.

Every label has few values that are known beforehand (:data:`LABELS`), so that nothing personal gets in and nothing grows without
end. Danger and requests for a human being are counts without more: in a small city the hour and the wijk would say who it was.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from importlib import metadata
from pathlib import Path

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, ProcessCollector, disable_created_metrics

from wegwijzer.handover.states import OPEN
from wegwijzer.watching.parts import ACTIONS as ACTION_SERVER
from wegwijzer.watching.parts import CONSOLE, HANDOVER, PARTS, RASA

disable_created_metrics()  # type: ignore[no-untyped-call]

OTHER = "other"

CHANNELS = ("rest", "web", "whatsapp", "twilio", OTHER)
"""Where people talk; ``twilio`` is WhatsApp through Twilio."""

DATABASES = ("conversations", "web", "handover", "whatsapp", "twilio", "insight", "aftercare", "main", OTHER)
"""See :attr:`wegwijzer.storage.Database.name`."""

JOBS = ("bring", "rounds", "aftercare")
"""What the process of the hand-over does again and again."""

ANSWERED = ("2xx", "3xx", "4xx", "5xx")
"""How a request ended."""

LABELS: Mapping[str, tuple[str, ...]] = {
    "channel": CHANNELS,
    "database": DATABASES,
    "part": PARTS,
    "job": JOBS,
    "answered": ANSWERED,
    "state": tuple(sorted(state.value for state in OPEN)),
    "kind": ("desk", "whatsapp", "twilio"),
}
"""Every label with every value. ``version`` and ``model`` of ``wegwijzer_build_info`` have one each per process."""

SECONDS = (0.01, 0.025, 0.05, 0.1, 0.2, 0.3, 0.5, 1.0, 2.5, 5.0, 10.0)
"""Bounds of what is timed: around what a turn may take (50 ms, and 300 ms when many talk), up to where we stop waiting."""

MODEL = re.compile(r"wegwijzer-[0-9a-f]{16}")

REGISTRY = CollectorRegistry(auto_describe=True)
ProcessCollector(registry=REGISTRY)

BUILD = Gauge("wegwijzer_build_info", "What runs: always 1.", ["part", "version", "model"], registry=REGISTRY)

MESSAGES = Counter("wegwijzer_messages", "Messages of people that were heard.", ["channel"], registry=REGISTRY)
ANSWERS = Counter("wegwijzer_answers", "Messages that the bot said in answer.", ["channel"], registry=REGISTRY)
TURNS = Histogram(
    "wegwijzer_turn_seconds",
    "From hearing a message to the answer, waiting included.",
    buckets=SECONDS,
    registry=REGISTRY,
)
TURN_FAILURES = Counter("wegwijzer_turn_failures", "Turns that broke: the person got a kind sentence.", registry=REGISTRY)
NLU = Histogram("wegwijzer_nlu_seconds", "Understanding one message.", buckets=SECONDS, registry=REGISTRY)
FALLBACKS = Counter("wegwijzer_fallbacks", "Turns in which the bot said that it did not understand.", registry=REGISTRY)
BREAKDOWNS = Counter("wegwijzer_breakdowns", "Turns in which the bot said that something is broken.", registry=REGISTRY)
DANGER = Counter("wegwijzer_danger_shown", "Turns in which helplines for danger were shown.", registry=REGISTRY)

ACTIONS = Histogram("wegwijzer_action_seconds", "One call of the action server.", buckets=SECONDS, registry=REGISTRY)
ACTION_CALLS = Counter("wegwijzer_action_calls", "Calls of the action server.", ["answered"], registry=REGISTRY)

PAGES = Histogram("wegwijzer_page_seconds", "One page of the console.", buckets=SECONDS, registry=REGISTRY)
PAGE_REQUESTS = Counter("wegwijzer_page_requests", "Requests to the console.", ["answered"], registry=REGISTRY)

ROUNDS = Counter("wegwijzer_rounds", "Rounds of the hand-over that were done.", ["job"], registry=REGISTRY)
ROUND_FAILURES = Counter("wegwijzer_round_failures", "Rounds of the hand-over that failed.", ["job"], registry=REGISTRY)
LAST_ROUND = Gauge("wegwijzer_last_round_timestamp_seconds", "When a round was last done.", ["job"], registry=REGISTRY)

DATABASE_ERRORS = Counter("wegwijzer_database_errors", "Times that a database failed.", ["database"], registry=REGISTRY)

QUEUES: Mapping[str, tuple[str, str]] = {
    "wegwijzer_handovers_open": ("Requests for a human being that are open.", "state"),
    "wegwijzer_messages_waiting": ("Messages of people that wait for an answer.", "channel"),
    "wegwijzer_answers_waiting": ("Messages to people that wait to be sent.", "channel"),
    "wegwijzer_dead_letters": ("What could not be delivered and was given up.", "kind"),
}
"""What the process of the hand-over reads from the databases when it is asked (``wegwijzer/watching/queues.py``)."""


def channel(name: str | None) -> str:
    """The label for a channel by Rasa's name for it; somebody may talk over one that we do not know."""
    return name if name is not None and name in CHANNELS else OTHER


def database_failed(name: str) -> None:
    """A database did not do its work."""
    DATABASE_ERRORS.labels(name if name in DATABASES else OTHER).inc()


def answered(status: int) -> str:
    """The label for a status of HTTP."""
    kind = f"{status // 100}xx"
    return kind if kind in ANSWERED else "5xx"


def say_what_runs(part: str, model: Path | None = None) -> None:
    """Tell which version runs, and on the Rasa server with which model.

    Args:
        part: one of :data:`PARTS`.
        model: its file; a name that is not one of ours is not shown.
    """
    found = MODEL.match(model.name) if model else None
    BUILD.labels(part, metadata.version("wegwijzer"), found[0] if found else ("" if model is None else OTHER)).set(1)


def start_at_zero(part: str) -> None:
    """Let what this process counts begin at 0 for every label, so that the first time is seen as a rise."""
    for one, values in _OF_PART[part].items():
        for value in values:
            one.labels(value)


_OF_PART: Mapping[str, Mapping[Counter, tuple[str, ...]]] = {
    RASA: {MESSAGES: CHANNELS, ANSWERS: CHANNELS, DATABASE_ERRORS: DATABASES},
    ACTION_SERVER: {ACTION_CALLS: ANSWERED, DATABASE_ERRORS: ("main", "handover")},
    HANDOVER: {ROUNDS: JOBS, ROUND_FAILURES: JOBS, DATABASE_ERRORS: DATABASES},
    CONSOLE: {PAGE_REQUESTS: ANSWERED, DATABASE_ERRORS: ("handover",)},
}


def names() -> frozenset[str]:
    """Every name that a query may use: what is exposed, those that are read on asking included."""
    exposed = set(QUEUES)
    for family in REGISTRY.collect():
        kind = {"counter": ("_total",), "histogram": ("_bucket", "_sum", "_count")}.get(family.type, ("",))
        exposed |= {f"{family.name}{ending}" for ending in kind}
    return frozenset(exposed)
