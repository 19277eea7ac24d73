"""How every process of ours begins to be seen: its log, what it counts, and the door beside it."""

from __future__ import annotations

from pathlib import Path

from wegwijzer.guarding.traces import begin_log
from wegwijzer.settings import Settings
from wegwijzer.watching.door import Door, open_door
from wegwijzer.watching.metrics import say_what_runs, start_at_zero
from wegwijzer.watching.readiness import Readiness


def log_as(part: str, settings: Settings) -> None:
    """Log as the settings say, under the name of this process.

    Args:
        part: one of :data:`wegwijzer.watching.parts.PARTS`.
    """
    begin_log(settings.log_level, form=settings.log_format, process=part, key=settings.action_secret)


def be_seen(part: str, settings: Settings, model: Path | None = None, readiness: Readiness | None = None) -> Door | None:
    """Begin to count, and open the door when there is one.

    Args:
        part: one of :data:`wegwijzer.watching.parts.PARTS`.
        model: which one the Rasa server works with.
        readiness: of a process that has no other server to ask.

    Raises:
        OSError: the port of the door cannot be used.
    """
    say_what_runs(part, model)
    start_at_zero(part)
    return open_door(settings, part, readiness)
