"""How these tests use the chat: by what a person sees and hears, never by how it is made."""

from __future__ import annotations

import re
import time
from dataclasses import dataclass
from typing import Any
from urllib.parse import urljoin

from playwright.sync_api import Locator, Page, expect

OPENER = "Praat met Wegwijzer"
FIELD = re.compile(r"(Je|Uw) bericht")
PATIENCE = 30_000
"""Milliseconds to wait for an answer."""


@dataclass(frozen=True)
class Line:
    """One message as it stands in the list."""

    who: str
    text: str


@dataclass
class Chat:
    """The page with the chat, in one tab."""

    page: Page

    def open(self, address: str) -> None:
        """Go to the page and open the chat."""
        self.page.goto(address)
        self.page.get_by_role("button", name=OPENER).click()
        expect(self.field).to_be_visible(timeout=PATIENCE)

    @property
    def log(self) -> Locator:
        """The list of messages."""
        return self.page.get_by_role("log")

    @property
    def field(self) -> Locator:
        """Where one types."""
        return self.page.get_by_role("textbox", name=FIELD)

    @property
    def messages(self) -> Locator:
        """Every message, of whoever."""
        return self.log.locator("li[data-key]")

    def button(self, name: str) -> Locator:
        """A button by its whole name; the last one when a quick reply came twice."""
        return self.page.get_by_role("button", name=re.compile(rf"^{re.escape(name)}")).last

    def lines(self) -> list[Line]:
        """The conversation as it stands, without the welcome."""
        found = self.messages.evaluate_all(
            """all => all.filter(one => one.dataset.key !== 'welkom').map(one =>
              [one.querySelector('.wie').textContent.replace(/:$/, '').trim(), one.querySelector('.inhoud').innerText.trim()])"""
        )
        return [Line(*one) for one in found]

    def mine(self) -> list[str]:
        """What the person said, in order."""
        return [line.text for line in self.lines() if line.who in ("Jij", "U")]

    def say(self, text: str) -> list[Line]:
        """Type and send, and wait for the answer. Returns what came after it."""
        before = self.messages.count()
        self.field.fill(text)
        self.field.press("Enter")
        return self.answer(before)

    def choose(self, name: str) -> list[Line]:
        """Click a quick reply and wait for the answer."""
        before = self.messages.count()
        self.button(name).click()
        return self.answer(before)

    def answer(self, before: int) -> list[Line]:
        """Wait until the turn is over: the bot said something after ours, and types no more."""
        expect(self.messages.nth(before + 1)).to_be_visible(timeout=PATIENCE)
        self.settled()
        welcome = self.log.locator("li[data-key=welkom]").count()
        return self.lines()[before + 1 - welcome :]

    def settled(self) -> None:
        """Wait until the server owes no answer and the page shows all it has."""
        deadline = time.monotonic() + PATIENCE / 1000
        while (kept := self.kept())["waiting"] or len(self.lines()) != len(kept["messages"]):
            assert time.monotonic() < deadline, f"the page shows {self.lines()}, the server has {kept}"
            self.page.wait_for_timeout(50)

    def kept(self) -> dict[str, Any]:
        """The conversation as the server has it, without its own notes on what was wiped."""
        answer = self.page.request.get(urljoin(self.page.url, "/web/history"))
        assert answer.ok, answer.status
        kept: dict[str, Any] = answer.json()
        return {**kept, "messages": [message for message in kept["messages"] if message["who"] != "system"]}

    def to_a_step(self) -> None:
        """Tell a story and skip every question until there is a suggestion."""
        self.say("mijn man is overleden en de dagen zijn lang")
        self.choose("Ja, dat klopt")
        while not self.card.count():
            self.choose("Sla over")

    @property
    def card(self) -> Locator:
        """The cards with a suggestion."""
        return self.log.locator("section.kaart")
