"""Where something went wrong, without what it went wrong with: the message of an error may repeat what somebody said."""

from __future__ import annotations

import logging
import traceback
from pathlib import Path
from typing import Any

LINE = "%(asctime)s %(levelname)s %(name)s: %(message)s"


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


def begin_log(level: str | int, file: Path | None = None) -> None:
    """Log like this in this whole process.

    Args:
        level: of our own loggers.
        file: instead of standard error.
    """
    handler: logging.Handler = logging.FileHandler(file) if file else logging.StreamHandler()
    handler.setFormatter(PlacesOnly(LINE))
    logging.basicConfig(level=level, handlers=[handler], force=True)
