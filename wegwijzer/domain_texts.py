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


def response(name: str, channel: str | None = None) -> dict[str, Any]:
    """The last variant of a response, which has no conditions: ``text``, and ``buttons`` and ``metadata`` when it has them.

    Args:
        channel: on which it is said; a variant for that channel goes before the others, as it does in Rasa.

    Raises:
        KeyError: when it is not in ``domain.yml``.
    """
    return dict(_variants(name, channel)[-1])


def response_text(name: str, channel: str | None = None) -> str:
    """The first text of a response; see :func:`response`. Raises ``KeyError`` when it is not in ``domain.yml``."""
    return str(_variants(name, channel)[0]["text"])


def _variants(name: str, channel: str | None) -> list[dict[str, Any]]:
    variants: list[dict[str, Any]] = _domain()["responses"][name]
    own = [variant for variant in variants if channel is not None and variant.get("channel") == channel]
    return own or [variant for variant in variants if "channel" not in variant]
