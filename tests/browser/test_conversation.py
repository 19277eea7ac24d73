"""Whole conversations in the browser, as a resident has them."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import expect

from .chatting import Chat, Line
from .conftest import PHONE, Opening

Shoot = Callable[[Chat, str], Path]


def test_the_welcome_says_it_is_a_computer_and_offers_four_ways_to_begin(visit: Opening, shoot: Shoot) -> None:
    chat = visit()
    expect(chat.log).to_contain_text("Ik ben een computer, geen mens")
    for opener in ("Ik voel me alleen", "Ik zoek iets om te doen", "Ik maak me zorgen om iemand", "Ik wil iets voor een ander doen"):
        expect(chat.button(opener)).to_be_visible()
    shoot(chat, "begin-desktop")


def test_from_a_story_to_one_step_with_a_number_to_call(visit: Opening, shoot: Shoot) -> None:
    chat = visit(viewport=PHONE)
    chat.to_a_step()
    card = chat.card.first
    expect(card.get_by_role("heading").first).not_to_be_empty()
    assert "Dit past, want" in card.inner_text()
    ways = card.get_by_role("link")
    assert ways.count() > 0
    assert all(re.match(r"(tel:\+?\d+$|mailto:|https?://)", ways.nth(at).get_attribute("href") or "") for at in range(ways.count()))
    shoot(chat, "suggestie-telefoon")


def test_everyone_who_speaks_is_named(visit: Opening) -> None:
    chat = visit()
    chat.say("hallo")
    assert chat.lines()[0] == Line("Jij", "hallo")
    assert {line.who for line in chat.lines()[1:]} == {"Wegwijzer (computer)"}
