"""The console, really running in a thread on a free port, with a clock that tests turn, and browsers to visit it with."""

from __future__ import annotations

import asyncio
import re
import threading
import uuid
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
from sanic import Sanic

from console.app import make_app
from console.parts import Parts
from tests.handover import Clock
from wegwijzer.product.processes import free_ports
from wegwijzer.settings import Settings
from wegwijzer.staff.models import Role

PASSWORD = "zeven gele fietsen"
KEY = "88hhusDdDMDbNcwNGfs5Rd1y_V0otipeLB6anTWgj2o"
PROOF = re.compile(r'name="bewijs" value="([^"]*)"')


OPEN: list[httpx.Client] = []
"""Browsers to close at the end."""


@contextmanager
def serving(app: Sanic, port: int) -> Iterator[None]:
    """Serve an app on loopback, in a thread of its own."""
    Sanic.test_mode = True  # several apps in one process: Sanic rewrites its own methods for each
    ready, stop = threading.Event(), asyncio.Event()
    loop = asyncio.new_event_loop()

    def run() -> None:
        asyncio.set_event_loop(loop)
        coroutine = app.create_server(host="127.0.0.1", port=port, access_log=False, return_asyncio_server=True)
        server = loop.run_until_complete(coroutine)
        loop.run_until_complete(server.startup())
        loop.call_soon(ready.set)
        loop.run_until_complete(stop.wait())
        server.close()
        loop.run_until_complete(server.wait_closed())
        # Connections that a browser keeps open end here; otherwise their tasks outlive the loop.
        for connection in list(server.connections):
            connection.abort()
        left = asyncio.all_tasks(loop)
        for task in left:
            task.cancel()
        loop.run_until_complete(asyncio.gather(*left, return_exceptions=True))
        loop.close()

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    assert ready.wait(20), "the server does not start"
    try:
        yield
    finally:
        loop.call_soon_threadsafe(stop.set)
        thread.join(20)


@dataclass
class Desk:
    """A console that runs.

    Attributes:
        address: where.
        parts: what it works with, also for tests to look into.
        clock: of everything in it.
    """

    address: str
    parts: Parts
    clock: Clock

    def colleague(self, name: str, role: Role = Role.COLLEAGUE) -> Browser:
        """Somebody who is signed in."""
        if self.parts.users.get(name) is None:
            self.parts.users.add(name, role, password=PASSWORD)
        browser = Browser(self.address)
        assert browser.enter(name).status_code == 303
        return browser


@contextmanager
def running_desk(folder: Path, environment: Mapping[str, str] | None = None, patience: float = 2.0) -> Iterator[Desk]:
    """A console with a database of its own; ``environment`` holds other settings."""
    port, clock, before = free_ports(1)[0], Clock(), len(OPEN)
    settings = Settings.from_environment(
        {
            "RASA_TOKEN": "not-a-real-token", "WEB_SECRET": "een-heel-lang-geheim-van-deze-test-0123", "HANDOVER_KEY": KEY,
            "HANDOVER_DATABASE_URL": f"sqlite:///{folder / 'handover.db'}",
            "INSIGHT_DATABASE_URL": f"sqlite:///{folder / 'insight.db'}", **(environment or {}),
        }
    )  # fmt: skip
    parts = Parts.from_settings(settings, clock, patience)
    app = make_app(parts, f"console_{uuid.uuid4().hex}")
    try:
        with serving(app, port):
            yield Desk(f"http://127.0.0.1:{port}", parts, clock)
    finally:
        while len(OPEN) > before:
            OPEN.pop().close()
        parts.close()


class Browser:
    """A browser without script."""

    def __init__(self, address: str) -> None:
        self.client = httpx.Client(base_url=address, timeout=30, trust_env=False)
        OPEN.append(self.client)

    def enter(self, name: str, password: str = PASSWORD, **more: str) -> httpx.Response:
        """Fill in the form to come in."""
        page = self.get("/inloggen")
        return self.client.post("/inloggen", data={"bewijs": proof(page), "naam": name, "wachtwoord": password, **more})

    def get(self, path: str, **options: Any) -> httpx.Response:
        return self.client.get(path, **options)

    def post(self, path: str, data: dict[str, str] | None = None, **options: Any) -> httpx.Response:
        """Send a form that was got from the first page of who it is."""
        return self.client.post(path, data={"bewijs": proof(self.get("/", follow_redirects=True)), **(data or {})}, **options)

    def news(self, **query: str) -> dict[str, Any]:
        """What the script gets."""
        answer = self.get("/nieuws", params=query, headers={"accept": "application/json"})
        assert answer.status_code == 200, answer.text
        found: dict[str, Any] = answer.json()
        return found


def proof(page: httpx.Response) -> str:
    """What the forms of a page bring along."""
    found = PROOF.search(page.text)
    assert found, page.text
    return found.group(1)
