"""Spares Rasa what it does for lines of its log that are never written.

At debug level Rasa writes what people say, so that such lines are never let through (``channels/server.py``). It copies whole
conversations for them all the same, with every message. A test holds this to the places where Rasa does so.
"""

from __future__ import annotations

import importlib
from typing import Any

MODULES = (
    "rasa.core.processor",
    "rasa.core.actions.forms",
    "rasa.core.nlg.interpolator",
    "rasa.core.policies.memoization",
    "rasa.core.policies.rule_policy",
)
"""Where Rasa copies for its log, and for nothing else."""


def make_silence_quick() -> None:
    """From now on."""
    for name in MODULES:
        module: Any = importlib.import_module(name)
        module.copy = _NoCopy
        module.structlogger = _NoDebug(module.structlogger)
    importlib.import_module("rasa.core.processor").MessageProcessor._log_slots = staticmethod(lambda tracker: None)


class _NoCopy:
    @staticmethod
    def deepcopy(what: Any) -> Any:
        return what


class _NoDebug:
    """A logger of Rasa's that is silent at debug level."""

    def __init__(self, logger: Any) -> None:
        self._logger = logger

    def __getattr__(self, level: str) -> Any:
        return getattr(self._logger, level)

    def debug(self, *said: Any, **about: Any) -> None:
        """Say nothing."""
