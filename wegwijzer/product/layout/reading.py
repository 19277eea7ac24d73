"""What a compose file asks for, as far as our own uses it: services, what they run, their settings and who waits for whom."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import yaml

_FILLED_IN = re.compile(r"\$\{([A-Z0-9_]+)(?::[?-]([^}]*))?\}")


class CannotRead(Exception):
    """The compose file asks for something that this cannot do. One sentence."""


@dataclass(frozen=True)
class Service:
    """One service.

    Attributes:
        name: of the service.
        image: of which image; only which program it is, is used.
        command: what it runs.
        environment: its settings, filled in.
        aliases: other names by which others know it.
        needs: services that must be there before it.
    """

    name: str
    image: str
    command: tuple[str, ...]
    environment: Mapping[str, str]
    aliases: tuple[str, ...] = ()
    needs: tuple[str, ...] = ()

    @property
    def program(self) -> str:
        """The last part of the image's name, such as ``postgres``."""
        return self.image.partition(":")[0].rpartition("/")[2]


def read_compose(file: Path, secrets: Mapping[str, str]) -> dict[str, Service]:
    """The services of a compose file, in an order in which each comes after what it needs.

    Args:
        secrets: what its env files hold, and what is filled in.

    Raises:
        CannotRead: it has a mistake, or needs something that was not given.
    """
    try:
        asked = yaml.safe_load(file.read_text(encoding="utf-8"))["services"]
        services = {name: _service(name, one, secrets) for name, one in asked.items()}
    except (OSError, yaml.YAMLError, KeyError, TypeError, AttributeError) as error:
        raise CannotRead(f"{file} cannot be read: {type(error).__name__}") from None
    return {name: services[name] for name in in_order(services)}


def in_order(services: Mapping[str, Service]) -> list[str]:
    """The names of the services, each after what it needs. Raises :class:`CannotRead` when that cannot be."""
    found: list[str] = []
    while len(found) < len(services):
        ready = [name for name, one in services.items() if name not in found and set(one.needs) <= set(found)]
        if not ready:
            waiting = ", ".join(sorted(set(services) - set(found)))
            raise CannotRead(f"these services wait for each other, or for one that is not there: {waiting}")
        found += ready
    return found


def without(services: Mapping[str, Service], names: Iterable[str]) -> dict[str, Service]:
    """The services but for some, for which nobody waits then. Raises :class:`CannotRead` when there is no such service."""
    away = set(names)
    if unknown := sorted(away - set(services)):
        raise CannotRead(f"there is no service {', '.join(unknown)}")
    return {
        name: replace(one, needs=tuple(needed for needed in one.needs if needed not in away))
        for name, one in services.items()
        if name not in away
    }


def fill_in(text: str, values: Mapping[str, str]) -> str:
    """A text with ``${NAME}`` replaced. Raises :class:`CannotRead` for a name that was not given."""

    def value(found: re.Match[str]) -> str:
        name = found[1]
        if not values.get(name):
            raise CannotRead(f"{name} is not set")
        return values[name]

    return _FILLED_IN.sub(value, text)


def _service(name: str, one: Mapping[str, Any], secrets: Mapping[str, str]) -> Service:
    settings = {key: fill_in(str(value), secrets) for key, value in (one.get("environment") or {}).items()}
    networks = one.get("networks") or {}
    nets = [net or {} for net in networks.values()] if isinstance(networks, dict) else []
    return Service(
        name,
        str(one["image"]),
        tuple(fill_in(str(word), secrets) for word in one.get("command") or ()),
        {**(secrets if one.get("env_file") else {}), **settings},
        tuple(alias for net in nets for alias in net.get("aliases", ())),
        tuple(one.get("depends_on") or ()),
    )
