"""What to do with somebody who is to be asked now: ask, wait a while, or not at all. A pure function."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from wegwijzer.aftercare.models import Later, State
from wegwijzer.aftercare.moments import MARGIN, WINDOW, Way
from wegwijzer.aftercare.store import PATIENCE
from wegwijzer.catalogue.nazorg import Nazorg
from wegwijzer.dialogue.safety import ABOUT_DANGER
from wegwijzer.handover.crossing import crossed
from wegwijzer.matching.opening_hours import AMSTERDAM

QUIET = 3600.0
"""Seconds after the person's last message before something is said that they did not ask for: they may be in the middle of it."""

WAIT = 900.0
"""Seconds until it is looked at again."""


class Verdict(StrEnum):
    """What to do."""

    ASK = "ask"
    TEMPLATE = "template"
    """Only what the provider approved may be sent now."""
    KNOWN = "known"
    """It was asked already; that was not written down."""
    WAIT = "wait"
    DROP = "drop"


@dataclass(frozen=True)
class Seen:
    """What is seen of the conversation.

    Attributes:
        heard: when the person last wrote, in seconds since 1970; ``None`` when nothing of that is kept.
        silent: whether the bot is silent, because a colleague talks.
        danger: whether it was ever about danger.
        open: whether a question of the bot waits for an answer.
        known: whether the question is in it already.
        asked: slot ``terugblik``.
    """

    heard: float | None = None
    silent: bool = False
    danger: bool = False
    open: bool = False
    known: bool = False
    asked: tuple[str, ...] = ()


def seen_in(tracker: Mapping[str, Any], later: Later) -> Seen:
    """What is seen of a conversation, as Rasa's HTTP API shows it."""
    events: Sequence[Mapping[str, Any]] = tracker.get("events") or ()
    slots = tracker.get("slots") or {}
    heard = [float(event.get("timestamp") or 0.0) for event in events if event.get("event") == "user"]
    said = (str((event.get("metadata") or {}).get("utter_action") or "") for event in events if event.get("event") == "bot")
    return Seen(
        heard[-1] if heard else None,
        bool(tracker.get("paused")),
        any(name.startswith(ABOUT_DANGER) for name in said),
        any(slots.get(name) for name in ("requested_slot", "overdracht", "zorgvraag")),
        later.line in crossed(events),
        tuple(slots.get("terugblik") or ()),
    )


def verdict(later: Later, seen: Seen, now: float, kept: Nazorg, way: Way, heard_at: float | None) -> Verdict:
    """What to do with it at ``now``.

    Args:
        kept: between which times of day something is asked.
        way: what the channel can do.
        heard_at: when the person last wrote on a channel with a window, by its own count; ``None`` when they are unknown there.
    """
    if seen.known:
        return Verdict.KNOWN
    if seen.danger or not way.pushes or now - later.due > PATIENCE:
        return Verdict.DROP
    by_day = kept.day[0] <= datetime.fromtimestamp(now, AMSTERDAM).time() <= kept.day[1]
    talking = seen.heard is not None and now - seen.heard < QUIET
    if later.state is State.WAITS and (seen.silent or talking or (seen.open and not _forgotten(seen, now)) or not by_day):
        return Verdict.WAIT
    if later.channel not in WITH_WINDOW:
        return Verdict.ASK
    if heard_at is None:
        return Verdict.DROP
    if now <= heard_at + WINDOW.total_seconds() - MARGIN.total_seconds() / 3:
        return Verdict.ASK
    return Verdict.DROP if way.window else Verdict.TEMPLATE


WITH_WINDOW = frozenset({"whatsapp", "twilio"})


def _forgotten(seen: Seen, now: float) -> bool:
    """Whether the question that is open was left so long ago that nobody is in the middle of it."""
    return seen.heard is None or now - seen.heard > 6 * QUIET
