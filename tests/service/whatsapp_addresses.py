"""Webhooks of the bot as they must be, and as they go wrong, on a free port of this machine: for the check of the settings."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler
from urllib.parse import parse_qsl, urlsplit

from tests.service.chatwoot import running_server
from wegwijzer.graph_double.server import Double
from wegwijzer.whatsapp.signature import SIGNATURE, challenge_of, is_signed
from wegwijzer.whatsapp.twilio import signature as twilio


@dataclass
class Address:
    """How it behaves.

    Attributes:
        verify_token, app_secret, twilio_token: what it was started with.
        open_door: takes everything, signed or not.
        asked: what was asked of it, without a word of what was sent.
        url: where it is.
    """

    verify_token: str = ""
    app_secret: str = ""
    twilio_token: str = ""
    open_door: bool = False
    asked: list[str] = field(default_factory=list)
    url: str = ""


@contextmanager
def running_address(address: Address) -> Iterator[Address]:
    """One address for both."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            address.asked.append("GET")
            query = dict(parse_qsl(urlsplit(self.path).query))
            answer = challenge_of(query, address.verify_token)
            if answer is None and address.open_door:
                answer = query.get("hub.challenge", "")
            self._answer(403 if answer is None else 200, (answer or "").encode())

        def do_POST(self) -> None:
            address.asked.append("POST")
            raw = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            if self.headers.get(SIGNATURE):
                right = is_signed(address.app_secret, raw, self.headers.get(SIGNATURE))
            else:
                url = address.url + self.path
                right = twilio.is_signed(address.twilio_token, url, twilio.Form(raw), self.headers.get(twilio.HEADER) or "")
            self._answer(200 if right or address.open_door else 401, b"")

        def _answer(self, status: int, body: bytes) -> None:
            self.send_response(status)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:
            return

    with running_server(Handler) as port:
        address.url = f"http://127.0.0.1:{port}"
        yield address


@contextmanager
def running_graph(double: Double) -> Iterator[Double]:
    """Meta's double in a thread of its own, for who asks without waiting in a loop."""
    ready, done = threading.Event(), threading.Event()

    async def serve() -> None:
        async with double.serving():
            ready.set()
            await asyncio.to_thread(done.wait)

    thread = threading.Thread(target=asyncio.run, args=(serve(),), daemon=True)
    thread.start()
    assert ready.wait(30)
    try:
        yield double
    finally:
        done.set()
        thread.join()
