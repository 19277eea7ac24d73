"""A door beside each process for who watches: ``/metrics``; for a process without another server also ``/health`` and ``/ready``.

On a port of its own and in a thread of its own: no proxy for residents leads to it by mistake, and it does not wait for a turn.
"""

from __future__ import annotations

import hmac
import json
import logging
import threading
from collections.abc import Callable, Iterable, Mapping
from socketserver import ThreadingMixIn
from typing import Any
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, generate_latest

from wegwijzer.guarding.headers import complete
from wegwijzer.guarding.traces import where
from wegwijzer.settings import Settings
from wegwijzer.watching.metrics import REGISTRY
from wegwijzer.watching.parts import PARTS
from wegwijzer.watching.readiness import Readiness

log = logging.getLogger(__name__)

SLOWEST = 10.0
"""Seconds that somebody may take to ask."""

REASONS = {200: "OK", 401: "Unauthorized", 404: "Not Found", 405: "Method Not Allowed", 503: "Service Unavailable"}

Start = Callable[[str, list[tuple[str, str]]], Any]
Answer = tuple[int, str, bytes]
"""Status, content type and content."""


class Door:
    """What answers.

    Args:
        token: shown as ``Authorization: Bearer ...`` for ``/metrics``; empty: nobody needs one.
        readiness: for a process that has no other server, gives it ``/health`` and ``/ready``, which need no token.
        registry: what is counted.
    """

    def __init__(self, token: str = "", readiness: Readiness | None = None, registry: CollectorRegistry = REGISTRY) -> None:
        self._token, self._readiness, self._registry = token, readiness, registry
        self._server: WSGIServer | None = None

    def __call__(self, asked: Mapping[str, Any], start: Start) -> Iterable[bytes]:
        """Answer, as WSGI has it (PEP 3333)."""
        try:
            status, kind, content = self._answer(asked)
        except Exception as error:
            log.error("metrics: %s", where(error))
            status, kind, content = 503, "text/plain", b""
        headers = {"Content-Type": kind, "Content-Length": str(len(content)), "Server": ""}
        if status == 401:
            headers["WWW-Authenticate"] = "Bearer"
        complete(headers, "http", None)
        start(f"{status} {REASONS[status]}", list(headers.items()))
        return [b"" if asked["REQUEST_METHOD"] == "HEAD" else content]

    def open(self, host: str, port: int) -> int:
        """Serve in a thread that ends with the process.

        Args:
            port: 0 for any that is free.

        Returns:
            The port.

        Raises:
            OSError: the port cannot be used.
        """
        self._server = make_server(host, port, self, server_class=_Server, handler_class=_Quiet)
        threading.Thread(target=self._server.serve_forever, name="metrics-door", daemon=True).start()
        return self._server.server_port

    def close(self) -> None:
        """Serve no more."""
        if self._server is not None:
            self._server.shutdown()
            self._server.server_close()
            self._server = None

    def _answer(self, asked: Mapping[str, Any]) -> Answer:
        if asked["REQUEST_METHOD"] not in ("GET", "HEAD"):
            return 405, "text/plain", b""
        path = asked.get("PATH_INFO")
        if path == "/metrics":
            return self._metrics(str(asked.get("HTTP_AUTHORIZATION") or ""))
        if self._readiness is not None and path == "/health":
            return 200, "application/json", b'{"status": "ok"}'
        if self._readiness is not None and path == "/ready":
            report = self._readiness.look()
            return report.status, "application/json", json.dumps(report.as_json()).encode()
        return 404, "text/plain", b""

    def _metrics(self, authorization: str) -> Answer:
        kind, _, given = authorization.partition(" ")
        shown = given.strip() if kind.lower() == "bearer" else ""
        if self._token and not hmac.compare_digest(shown.encode("utf-8", "surrogateescape"), self._token.encode()):
            return 401, "text/plain", b""
        return 200, CONTENT_TYPE_LATEST, generate_latest(self._registry)


def open_door(settings: Settings, part: str, readiness: Readiness | None = None) -> Door | None:
    """Open the door of a process, when ``METRICS_PORT`` says that there is one.

    Args:
        part: one of :data:`wegwijzer.watching.parts.PARTS`; each has its own port, so that all fit on one machine.

    Raises:
        OSError: the port cannot be used.
    """
    if not settings.metrics_port:
        return None
    door = Door(settings.metrics_token, readiness)
    door.open(settings.host, port_of(settings.metrics_port, part))
    return door


def port_of(first: int, part: str) -> int:
    """The port of a process, when the first is ``METRICS_PORT``."""
    return first + PARTS.index(part)


class _Server(ThreadingMixIn, WSGIServer):
    daemon_threads = True


class _Quiet(WSGIRequestHandler):
    """Logs nothing: what is asked may be anything."""

    timeout = SLOWEST
    server_version = ""
    sys_version = ""

    def log_message(self, format: str, *args: Any) -> None:
        """See parent."""
