"""How long logs are kept. They hold no words of people (tests see to that); what stays without end is still too much."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from pathlib import Path

_DATED = re.compile(rb"(?:\[|\{\"time\": \")?(\d{4}-\d\d-\d\d)[ T]\d\d:\d\d:\d\d")
"""How our own lines begin, also as JSON objects. A line without a date belongs to the one before."""


def purge_logs(folder: Path, days: int, now: datetime | None = None) -> int:
    """Delete the lines of every log that are older than so many days, and a log of which nothing stays.

    A log may be in use: whoever writes to it does so at its end, wherever that is. What is written in the blink between reading
    and writing back is lost.

    Args:
        folder: where the logs are, in folders of its own too; a missing one holds nothing.
        days: how long a line is kept.
        now: for tests.

    Returns:
        How many lines were deleted.
    """
    now = now or datetime.now()
    oldest = (now - timedelta(days=days)).strftime("%Y-%m-%d").encode()
    return sum(_shorten(path, oldest) for path in sorted(folder.rglob("*.log")))


def _shorten(path: Path, oldest: bytes) -> int:
    written = datetime.fromtimestamp(path.stat().st_mtime).strftime("%Y-%m-%d").encode()
    lines = path.read_bytes().splitlines(keepends=True)
    if written < oldest:
        path.unlink()
        return len(lines)
    keep = next((at for at, line in enumerate(lines) if (found := _DATED.match(line)) and found[1] >= oldest), None)
    if keep is None or not any((found := _DATED.match(line)) and found[1] < oldest for line in lines[:keep]):
        return 0
    # Not a new file: the process that writes to this one would go on writing to the old one.
    with path.open("r+b") as log:
        log.truncate(0)
        log.write(b"".join(lines[keep:]))
    return keep
