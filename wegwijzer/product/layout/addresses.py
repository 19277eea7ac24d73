"""Where each service is on this machine: a free port of loopback in the place of each name and port of the compose file."""

from __future__ import annotations

import re
import socket
from collections.abc import Mapping

from wegwijzer.product.layout.reading import Service
from wegwijzer.product.processes import free_ports
from wegwijzer.watching.door import port_of
from wegwijzer.watching.parts import ACTIONS, CONSOLE, PARTS, RASA

HOST = "127.0.0.1"

LISTENS: Mapping[str, Mapping[str, int]] = {
    RASA: {"RASA_PORT": 5005, "WHATSAPP_PORT": 5006},
    ACTIONS: {"ACTION_PORT": 5055},
    CONSOLE: {"CONSOLE_PORT": 5065},
}
"""Per part the settings of its ports, with what they are in a container."""

OF_OTHERS: Mapping[str, int] = {"postgres": 5432, "valkey": 6379, "redis": 6379}
"""The port of a program that is not ours."""


class Addresses:
    """The addresses of a layout.

    Args:
        services: by their names.
    """

    def __init__(self, services: Mapping[str, Service]) -> None:
        self._ports: dict[tuple[str, int], int] = {}
        self._own: dict[str, dict[str, str]] = {}
        for one in services.values():
            self._give(one)

    def of(self, service: str, port: int) -> str:
        """Where a port of a service is, such as ``127.0.0.1:40123``."""
        return f"{HOST}:{self._ports[service, port]}"

    def port(self, service: str, port: int) -> int:
        """The port of this machine for a port of a service."""
        return self._ports[service, port]

    def own(self, service: str) -> Mapping[str, str]:
        """The settings that tell a service where to listen."""
        return self._own[service]

    def here(self, text: str) -> str:
        """A text with every ``service:port`` replaced by where that is."""
        for (name, port), mapped in self._ports.items():
            text = re.sub(rf"(?<![\w.-]){re.escape(name)}:{port}\b", f"{HOST}:{mapped}", text)
        return text

    def _give(self, one: Service) -> None:
        part = one.command[1] if one.program == "wegwijzer" and len(one.command) > 1 else ""
        wanted = dict(LISTENS.get(part, {}))
        if one.program in OF_OTHERS:
            wanted = {"": OF_OTHERS[one.program]}
        if one.program == "nginx":
            wanted = {name: int(value) for name, value in one.environment.items() if name.endswith("_LISTEN")}
        given = dict(zip(wanted, free_ports(len(wanted)), strict=True))
        for setting, port in wanted.items():
            for name in (one.name, *one.aliases):
                self._ports.setdefault((name, port), given[setting])
        self._own[one.name] = {name: str(port) for name, port in given.items() if name}
        if one.environment.get("METRICS_PORT") and part in PARTS:
            self._own[one.name]["METRICS_PORT"] = str(self._figures(one, part))

    def _figures(self, one: Service, part: str) -> int:
        """A first port of figures, so that the one of this part is free."""
        while True:
            first = free_ports(1)[0] - PARTS.index(part)
            with socket.socket() as probe:
                try:
                    probe.bind((HOST, port_of(first, part)))
                except OSError:
                    continue
            self._ports[one.name, port_of(int(one.environment["METRICS_PORT"]), part)] = port_of(first, part)
            return first
