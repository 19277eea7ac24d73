"""The telephone of ``make whatsapp-demo`` in a real Chromium, in front of a bot of a few lines: does it show what Meta would."""

from __future__ import annotations

import asyncio
import json
import struct
import zlib
from collections.abc import Iterator
from typing import Any

import aiohttp
import pytest
from aiohttp import web
from playwright.sync_api import Browser, Page, expect

from wegwijzer.graph_double.demo import Demo, DemoClock
from wegwijzer.graph_double.running import DoubleThread, running
from wegwijzer.graph_double.server import Double
from wegwijzer.graph_double.webhooks import Account
from wegwijzer.graph_double.world import World
from wegwijzer.paths import VAR
from wegwijzer.product.webchat import build_chat

from .conftest import PHONE
from .looking import axe, too_small
from .wcag_report import Evidence

ACCOUNT = Account()


def red_square() -> bytes:
    """A PNG of 64 pixels a side."""

    def chunk(name: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    rows = (b"\0" + b"\xcc\0\0" * 64) * 64
    head = struct.pack(">IIBBBBB", 64, 64, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")


class TinyBot:
    """Says back what it heard: words with buttons, ``lijst`` with a list, ``kaart`` with a picture. It tries once."""

    def __init__(self, graph: str) -> None:
        self.graph, self.heard = graph, list[dict[str, Any]]()

    async def hook(self, request: web.Request) -> web.Response:
        for entry in json.loads(await request.read())["entry"]:
            for message in entry["changes"][0]["value"].get("messages", ()):
                self.heard.append(message)
                self._task = asyncio.get_running_loop().create_task(self._answer(message))
        return web.Response()

    async def _answer(self, message: dict[str, Any]) -> None:
        headers = {"Authorization": f"Bearer {ACCOUNT.token}"}
        said = message.get("text", {}).get("body", message["type"])
        to = {"to": message["from"]} if "from" in message else {"recipient": message["from_user_id"]}
        async with aiohttp.ClientSession(headers=headers) as session:
            read = {
                "messaging_product": "whatsapp",
                "status": "read",
                "message_id": message["id"],
                "typing_indicator": {"type": "text"},
            }
            await (await session.post(f"{self.graph}/{ACCOUNT.phone_id}/messages", json=read)).read()
            await asyncio.sleep(0.4)
            for content in await self._contents(said, session):
                body = {"messaging_product": "whatsapp", **to, **content}
                await (await session.post(f"{self.graph}/{ACCOUNT.phone_id}/messages", json=body)).read()

    async def _contents(self, said: str, session: aiohttp.ClientSession) -> list[dict[str, Any]]:
        if said == "lijst":
            rows = [
                {"id": f"r{number}", "title": f"Keuze {number}", "description": "Een paar woorden erbij"} for number in (1, 2)
            ]
            action = {"button": "Kies", "sections": [{"rows": rows}]}
            return [{"type": "interactive", "interactive": {"type": "list", "body": {"text": "Wat past?"}, "action": action}}]
        if said == "kaart":
            form = aiohttp.FormData()
            form.add_field("messaging_product", "whatsapp")
            form.add_field("type", "image/png")
            form.add_field("file", red_square(), filename="kaart.png", content_type="image/png")
            answer = await session.post(f"{self.graph}/{ACCOUNT.phone_id}/media", data=form)
            return [{"type": "image", "image": {"id": (await answer.json())["id"], "caption": "Jouw route"}}]
        replies = [{"type": "reply", "reply": {"id": name, "title": name.capitalize()}} for name in ("ja", "nee")]
        words = f"Je zei: {said}\n*Bel* 113 of 0800-0113, of kijk op https://example.org/hulp."
        return [
            {"type": "interactive", "interactive": {"type": "button", "body": {"text": words}, "action": {"buttons": replies}}}
        ]


@pytest.fixture
def phone() -> Iterator[tuple[DoubleThread, TinyBot]]:
    """The page with its double, and the bot behind it."""
    build_chat(VAR / "log" / "web_build.log", lambda step: None)
    clock = DemoClock()
    double = Double(world=World(clock=clock), below="/graph")
    with running(double, Demo(double, clock).app()) as thread:
        bot = TinyBot(double.url)
        started: list[web.AppRunner] = []

        async def begin() -> None:
            app = web.Application()
            app.router.add_post("/hook", bot.hook)
            runner = web.AppRunner(app)
            await runner.setup()
            await web.TCPSite(runner, "127.0.0.1", 0).start()
            double.connect(f"http://127.0.0.1:{runner.addresses[0][1]}/hook")
            started.append(runner)

        thread.do(begin())
        yield thread, bot
        thread.do(started[0].cleanup())


@pytest.fixture
def page(browser: Browser, phone: tuple[DoubleThread, TinyBot]) -> Iterator[Page]:
    """The page of the first telephone; every script error fails the test."""
    context = browser.new_context(viewport=PHONE, locale="nl-NL")
    page, errors = context.new_page(), list[str]()
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.on("console", lambda line: errors.append(line.text) if line.type == "error" else None)
    page.goto(f"http://127.0.0.1:{phone[0].double.port}/")
    yield page
    context.close()
    assert errors == []


def say(page: Page, text: str) -> None:
    page.get_by_label("Bericht").fill(text)
    page.get_by_label("Bericht").press("Enter")


def judged(page: Page, state: str) -> None:
    (VAR / "browser").mkdir(parents=True, exist_ok=True)
    page.screenshot(path=str(VAR / "browser" / f"whatsapp_{state}.png"), full_page=True)
    assert axe(page, f"whatsapp {state}", Evidence()) == []
    assert too_small(page) == []
    assert page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth") <= 0


def test_a_conversation_with_dots_ticks_buttons_a_list_and_a_picture(page: Page, phone: tuple[DoubleThread, TinyBot]) -> None:
    log = page.get_by_role("log", name="Gesprek")
    say(page, "<b>hallo</b>")
    expect(page.get_by_role("status")).to_have_text("typt…")
    expect(log.get_by_text("Je zei: <b>hallo</b>")).to_be_visible()
    expect(page.get_by_role("status")).to_have_text("")
    expect(log.locator(".vinkjes--gelezen")).to_have_count(1)
    expect(log.get_by_role("link", name="0800-0113")).to_have_attribute("href", "tel:08000113")
    expect(log.get_by_role("link", name="https://example.org/hulp", exact=True)).to_be_visible()
    judged(page, "knoppen")
    log.get_by_role("button", name="Nee").click()
    expect(log.get_by_text("Je zei: interactive")).to_be_visible()
    say(page, "lijst")
    log.locator("summary", has_text="Kies").click()
    judged(page, "lijst")
    log.get_by_role("button", name="Keuze 2").click()
    say(page, "kaart")
    picture = log.get_by_role("img", name="Jouw route")
    expect(picture).to_be_visible()
    assert page.evaluate("document.querySelector('.gesprek img').naturalWidth") == 64
    assert [message["interactive"]["type"] for message in phone[1].heard if message["type"] == "interactive"] == [
        "button_reply",
        "list_reply",
    ]
    judged(page, "kaart")


def test_everything_else_somebody_can_send(page: Page, phone: tuple[DoubleThread, TinyBot]) -> None:
    for name in ("Locatie", "Spraakbericht", "Foto", "Filmpje", "Sticker", "Document", "Duim omhoog", "Laatste bericht wissen"):
        page.get_by_role("button", name=name).click()
    expect(page.get_by_text("Je zei: revoke")).to_be_visible()
    kinds = {"location", "audio", "image", "video", "sticker", "document", "reaction", "revoke"}
    assert {message["type"] for message in phone[1].heard} == kinds


def test_what_meta_does_wrong_is_switched_and_what_it_refuses_is_shown(page: Page, phone: tuple[DoubleThread, TinyBot]) -> None:
    page.get_by_label("Bij het versturen van antwoorden").select_option("Te snel (429)")
    say(page, "hallo")
    expect(page.locator("#geweigerd")).to_contain_text("130429")
    page.get_by_label("Bij het versturen van antwoorden").select_option("Meta doet het gewoon")
    say(page, "nog eens")
    expect(page.get_by_text("Je zei: nog eens")).to_be_visible()
    page.get_by_role("button", name="Een dag later").click()
    expect(page.locator("#venster")).to_contain_text("De 24 uur zijn voorbij")


def test_who_has_only_a_username_is_answered_too(page: Page, phone: tuple[DoubleThread, TinyBot]) -> None:
    page.get_by_role("link", name="Bo (alleen een gebruikersnaam)").click()
    say(page, "hoi")
    expect(page.get_by_text("Je zei: hoi")).to_be_visible()
    assert "from" not in phone[1].heard[0]
