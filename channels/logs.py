"""Lets what libraries log go the way of our own log, so that all of it has one form and none of it has words of people."""

from __future__ import annotations

import logging
from collections.abc import Mapping, MutableMapping
from typing import Any

import structlog
from sanic.log import LOGGING_CONFIG_DEFAULTS


def through_our_log() -> None:
    """For Rasa's server, before it makes its app: Sanic would add lines in a form of its own, and structlog, by which Rasa says
    the text of a message beside what happened, would write them to standard output."""
    for settings in LOGGING_CONFIG_DEFAULTS["loggers"].values():
        settings.update(handlers=[], propagate=True)
    structlog.configure(
        processors=[_what_happened],
        wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING),
        logger_factory=structlog.stdlib.LoggerFactory(),
    )


def only_our_log() -> None:
    """Take away what libraries set up for themselves while they were loaded: each line is written once, and in our form."""
    for logger in list(logging.root.manager.loggerDict.values()):
        if isinstance(logger, logging.Logger) and logger.handlers:
            logger.handlers.clear()
            logger.propagate = True


def _what_happened(logger: Any, method: str, event: MutableMapping[str, Any]) -> Mapping[str, Any]:
    """The name of what happened, such as ``http.parse.text.failure``, and the places of an error; all else may be content."""
    return {"msg": str(event.get("event", "")), "exc_info": event.get("exc_info")}
