"""On a page of another host, with the policy that docs/embed.md asks for; and in a browser in which everything breaks."""

from __future__ import annotations

import random
import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Error, expect

from wegwijzer.evaluation.echo_server import EchoServer
from wegwijzer.paths import ROOT

from .chatting import PATIENCE, Chat
from .conftest import Opening

SECRET = "only-for-the-tests-of-embedding-1234567890"
NONCE = "nonceofthepage"


def policy_of_the_docs(server: str) -> str:
    """The policy in docs/embed.md, with the example's host replaced by ours."""
    page = (ROOT / "docs" / "embed.md").read_text(encoding="utf-8")
    rules = re.search(r"```text\n(script-src.*?)```", page, re.DOTALL)
    assert rules is not None
    directives = [line.split(";")[0].strip() for line in rules.group(1).splitlines() if line.strip()]
    policy = "; ".join(["default-src 'none'", *directives])
    return policy.replace("nonce-…", f"nonce-{NONCE}").replace("https://wegwijzer.example.org", server)


@contextmanager
def page_of_another(server: EchoServer) -> Iterator[str]:
    """A site with one page that embeds the chat of ``server``."""

    class Page(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.send_header("Content-Security-Policy", policy_of_the_docs(server.address))
            self.end_headers()
            script = f'<script nonce="{NONCE}" src="{server.address}/chat/wegwijzer-chat.js" defer></script>'
            chat = f'<wegwijzer-chat server="{server.address}"></wegwijzer-chat>'
            self.wfile.write(f"<!doctype html><html lang=nl><title>Gast</title><h1>Hallo</h1>{script}{chat}".encode())

        def log_message(self, format: str, *args: object) -> None:
            """Be quiet."""

    site = ThreadingHTTPServer(("127.0.0.1", 0), Page)
    threading.Thread(target=site.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{site.server_port}"
    finally:
        site.shutdown()
        site.server_close()


def serving(folder: Path, **options: Any) -> EchoServer:
    """A server of the chat that says back what it hears, with the built page."""
    return EchoServer(f"sqlite:///{folder / 'web.db'}", SECRET, pages=str(ROOT / "web" / "dist"), **options)


def test_a_listed_page_of_another_host_can_embed_it(visit: Opening, tmp_path: Path) -> None:
    origins: list[str] = []
    server = serving(tmp_path, origins=origins)
    with page_of_another(server) as site:
        origins.append(site)
        server.start()
        try:
            chat = visit(site)
            complaints: list[str] = []
            chat.page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
            chat.field.fill("hallo")
            chat.field.press("Enter")
            expect(chat.log).to_contain_text("dan hallo", timeout=PATIENCE)
            chat.page.reload()
            expect(chat.log).to_contain_text("dan hallo", timeout=PATIENCE)
            assert [line.text for line in chat.lines()] == ["hallo", "eerst hallo", "dan hallo"]
            assert complaints == []
        finally:
            server.stop()


def test_a_page_that_is_not_listed_is_refused_and_says_who_to_call(visit: Opening, tmp_path: Path) -> None:
    server = serving(tmp_path)
    server.start()
    try:
        with page_of_another(server) as site:
            chat = visit(site)
            chat.field.fill("hallo")
            chat.field.press("Enter")
            expect(chat.page.get_by_text("Nog niet verstuurd")).to_be_visible(timeout=PATIENCE)
            expect(chat.page.get_by_role("link", name="Bel 112").first).to_be_visible()
            assert chat.page.context.cookies() == []
    finally:
        server.stop()


class Trouble:
    """One conversation in a browser in which, between words, the network goes, the page reloads or the server is killed."""

    def __init__(self, chat: Chat, server: EchoServer, seed: int) -> None:
        self.chat, self.server, self.random = chat, server, random.Random(seed)  # noqa: S311 - no secret
        self.said: list[str] = []

    def say(self) -> None:
        """Say the next thing."""
        text = f"woord {len(self.said)}"
        self.chat.field.fill(text)
        self.chat.field.press("Enter")
        self.said.append(text)

    def breaks(self) -> None:
        """Something goes wrong, at any moment of an answer, and is mended."""
        what = self.random.choice(("reload", "offline", "kill", "stop", "nothing"))
        self.chat.page.wait_for_timeout(self.random.uniform(0, 60))
        if what == "reload":
            self.chat.page.reload()
            expect(self.chat.field).to_be_visible(timeout=PATIENCE)
        elif what == "offline":
            self.chat.page.context.set_offline(True)
            self.say()
            self.chat.page.context.set_offline(False)
        elif what != "nothing":
            (self.server.kill if what == "kill" else self.server.stop)()
            self.say()
            self.server.start()


@pytest.mark.parametrize("seed", range(4))
def test_whatever_breaks_everything_is_said_once_and_in_order(visit: Opening, tmp_path: Path, seed: int) -> None:
    server = serving(tmp_path)
    server.start()
    try:
        trouble = Trouble(visit(server.address), server, seed)
        for _ in range(8):
            trouble.say()
            trouble.breaks()
        expect(trouble.chat.page.get_by_text("Nog niet verstuurd")).to_have_count(0, timeout=PATIENCE)
        expect(trouble.chat.log).to_contain_text(f"dan {trouble.said[-1]}", timeout=PATIENCE)
        trouble.chat.settled()
        lines = [line.text for line in trouble.chat.lines()]
        assert trouble.chat.mine() == trouble.said
        for number, text in enumerate(trouble.said):
            assert [line for line in lines if line in (f"eerst {text}", f"dan {text}")] == [f"eerst {text}", f"dan {text}"], (
                number
            )
    except Error as error:
        raise AssertionError(f"{trouble.said} {trouble.chat.lines()}") from error
    finally:
        server.stop()
