"""Reading a response of ``domain.yml`` without Rasa: for channels that must answer when the bot itself cannot."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import yaml

from wegwijzer.paths import DOMAIN


@lru_cache(maxsize=1)
def _domain() -> dict[str, Any]:
    loaded: dict[str, Any] = yaml.safe_load(DOMAIN.read_text(encoding="utf-8"))
    return loaded


def response(name: str) -> dict[str, Any]:
    """The last variant of a response, which has no conditions: ``text``, and ``buttons`` and ``metadata`` when it has them.

    Raises:
        KeyError: when it is not in ``domain.yml``.
    """
    return dict(_domain()["responses"][name][-1])


def response_text(name: str) -> str:
    """The first text of a response. Raises ``KeyError`` when it is not in ``domain.yml``."""
    return str(_domain()["responses"][name][0]["text"])
