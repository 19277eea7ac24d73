"""Where something went wrong, without what it went wrong with: the message of an error may repeat what somebody said."""

from __future__ import annotations

import hashlib
import hmac
import json
import logging
import re
import secrets
import sys
import threading
import traceback
from datetime import UTC, date, datetime
from pathlib import Path
from types import TracebackType
from typing import Any

LINE = "%(asctime)s %(levelname)s %(name)s: %(message)s"

TEXT, JSON = "text", "json"
FORMS = (TEXT, JSON)
"""How a log looks (``LOG_FORMAT``): lines for people, or one JSON object per line for a program."""

_TASKS, _WARNINGS = "asyncio", "py.warnings"
_WARNING = re.compile(r"^.*?:\d+: \w+")
"""Where a warning comes from and its kind; what follows may be anything, such as what could not be read."""

MARK_LENGTH = 12
"""Characters of a mark: enough to tell the conversations of a day apart."""


def where(error: BaseException) -> str:
    """The kind and the places in the code of an error and of those that led to it, and no message of any of them."""
    parts, seen = [], set[int]()
    one: BaseException | None = error
    while one is not None and id(one) not in seen:
        seen.add(id(one))
        parts.append(f"{type(one).__name__} at\n{''.join(traceback.format_tb(one.__traceback__))}")
        one = one.__cause__ or one.__context__
    return "".join(parts).rstrip()


class PlacesOnly(logging.Formatter):
    """Writes errors, those of libraries too, as :func:`where` does."""

    def formatException(self, ei: Any) -> str:  # noqa: N802 - the name that logging calls
        """The places of an error that is logged."""
        return where(ei[1]) if ei and ei[1] is not None else ""

    def format(self, record: logging.LogRecord) -> str:
        """One record, without what a library repeats of an error."""
        record.msg, record.args = _said(record), ()
        return super().format(record)


class Objects(PlacesOnly):
    """Writes one JSON object per line: ``time`` (UTC), ``level``, ``logger``, ``message``, ``process``, and when they are known
    ``conversation`` (a mark) and ``error`` (kind and places).

    Args:
        process: which of our processes this is.
        key: makes the marks, see :func:`mark`.
    """

    def __init__(self, process: str, key: bytes) -> None:
        super().__init__()
        self._process, self._key = process, key

    def format(self, record: logging.LogRecord) -> str:
        """See parent."""
        moment = datetime.fromtimestamp(record.created, UTC)
        line = {
            "time": moment.isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "message": _said(record),
            "process": self._process,
        }
        conversation = getattr(record, "conversation", None)
        if conversation:
            line["conversation"] = mark(str(conversation), self._key, moment.date())
        if record.exc_info:
            line["error"] = self.formatException(record.exc_info)
        return json.dumps(line, ensure_ascii=False)


def mark(conversation: str, key: bytes, day: date) -> str:
    """A name for a conversation in the log: the same in every process that has the key, another one every day, and of no use to
    who has not the key (HMAC-SHA256, cut off).

    Args:
        conversation: its id, which may be a telephone number.
    """
    said = f"log:{day.isoformat()}:{conversation}".encode("utf-8", "surrogateescape")
    return hmac.new(key, said, hashlib.sha256).hexdigest()[:MARK_LENGTH]


def begin_log(level: str | int, file: Path | None = None, *, form: str = TEXT, process: str = "", key: str | bytes = b"") -> None:
    """Log like this in this whole process.

    Args:
        level: of our own loggers.
        file: instead of standard error.
        form: one of :data:`FORMS`.
        process: which of our processes this is.
        key: makes the marks of conversations; without it those of this process only.
    """
    handler: logging.Handler = logging.FileHandler(file) if file else logging.StreamHandler()
    known = key.encode() if isinstance(key, str) else key
    handler.setFormatter(Objects(process, known or secrets.token_bytes(32)) if form == JSON else PlacesOnly(LINE))
    logging.basicConfig(level=level, handlers=[handler], force=True)
    logging.captureWarnings(form == JSON)
    sys.excepthook = _log_end
    threading.excepthook = _log_thread


def _said(record: logging.LogRecord) -> str:
    """The message, without what two loggers of Python itself repeat: of the error of a task, and the words of a warning."""
    said = record.getMessage()
    if record.name == _TASKS:
        return said.partition("\n")[0]
    if record.name == _WARNINGS:
        found = _WARNING.match(said)
        return found[0] if found else "a warning"
    return said


def _log_end(kind: type[BaseException], error: BaseException, _: TracebackType | None) -> None:
    """An error that ends the process."""
    if issubclass(kind, KeyboardInterrupt):
        return
    logging.getLogger("wegwijzer").critical("stopped by an error", exc_info=error)


def _log_thread(given: threading.ExceptHookArgs) -> None:
    """An error that ends a thread."""
    if given.exc_value is not None and not isinstance(given.exc_value, SystemExit):
        logging.getLogger("wegwijzer").error("a thread stopped by an error", exc_info=given.exc_value)
