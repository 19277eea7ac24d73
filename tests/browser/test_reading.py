"""For who reads with difficulty: larger letters, u or je, read aloud, speak instead of type."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from .chatting import PATIENCE, Chat
from .conftest import Opening

VOICE = """
window.said = [];
const voice = {lang: 'nl-NL', name: 'Test', localService: true, default: true, voiceURI: 'test'};
Object.defineProperty(window, 'speechSynthesis', {value: {getVoices: () => [voice], addEventListener() {}, cancel() { window.stopped = true; },
  speak(one) { window.said.push([one.text, one.lang]); window.last = one; }}});
window.SpeechSynthesisUtterance = class { constructor(text) { this.text = text; } };
"""
"""A browser with a Dutch voice that only remembers what it was given; Debian's Chromium has no voices of its own."""

EAR = """
window.webkitSpeechRecognition = window.SpeechRecognition = class {
  start() { window.ear = this; } abort() { this.onend(); } };
"""
"""A browser that listens only to the test."""


def with_script(visit: Opening, script: str) -> Chat:
    """The page in a browser that can do more."""
    chat = visit()
    chat.page.add_init_script(script)
    chat.page.reload()
    expect(chat.field).to_be_visible(timeout=PATIENCE)
    return chat


def choose(chat: Chat, option: str) -> None:
    chat.button("Instellingen").click()
    chat.page.get_by_role("radio", name=re.compile(option)).check()
    chat.button("Klaar").click()


def size_of(chat: Chat) -> float:
    return float(chat.messages.last.locator("p").last.evaluate("one => parseFloat(getComputedStyle(one).fontSize)"))


@pytest.mark.wcag("1.4.4")
def test_letters_grow_and_stay_so(visit: Opening) -> None:
    chat = visit()
    usual = size_of(chat)
    choose(chat, "Heel groot")
    assert size_of(chat) >= 1.4 * usual
    chat.page.reload()
    expect(chat.messages.last).to_be_visible(timeout=PATIENCE)
    assert size_of(chat) >= 1.4 * usual


def test_who_chose_u_is_said_u_to(visit: Opening) -> None:
    chat = visit()
    choose(chat, "Zeg maar u")
    assert not re.search(r"\b(je|jij|jou|jouw)\b", chat.log.inner_text(), re.IGNORECASE)
    chat.to_a_step()
    said = " ".join(line.text for line in chat.lines() if line.who != "U")
    outside_quotes = re.sub(r"[“\"][^”\"]*[”\"]", "", said)
    assert not re.search(r"\b(je|jij|jou|jouw)\b", outside_quotes, re.IGNORECASE), outside_quotes
    assert re.search(r"\b[Uu]\b", said)


def test_a_message_is_read_aloud_in_dutch_and_stops_when_asked(visit: Opening) -> None:
    chat = with_script(visit, VOICE)
    chat.button("Lees voor").click()
    (text, language), *more = chat.page.evaluate("window.said")
    assert "Ik ben een computer" in text
    assert language.startswith("nl")
    assert more == []
    chat.button("Stop met voorlezen").click()
    assert chat.page.evaluate("window.stopped")
    expect(chat.button("Lees voor")).to_be_visible()


def test_without_a_dutch_voice_there_is_no_button_that_does_nothing(visit: Opening) -> None:
    chat = visit()
    chat.say("hallo")
    assert chat.page.get_by_role("button", name="Lees voor").count() == 0


def test_speaking_is_asked_first_and_becomes_text_that_can_be_changed(visit: Opening) -> None:
    chat = with_script(visit, EAR)
    chat.button("Spreek in").click()
    expect(chat.page.get_by_role("dialog")).to_contain_text("naar hun maker")
    chat.button("Ja, ik spreek in").click()
    chat.page.evaluate("window.ear.onresult({results: [[{transcript: 'ik voel me alleen'}]]})")
    expect(chat.field).to_have_value("ik voel me alleen")
    assert chat.mine() == [], "nothing is sent by itself"
    chat.button("Stop met inspreken").click()
    expect(chat.field).to_be_focused()


@pytest.mark.wcag("1.3.2")
def test_text_from_right_to_left_keeps_its_own_direction(visit: Opening) -> None:
    chat = visit()
    chat.say("مرحبا")
    mine = chat.messages.filter(has_text="مرحبا").first.locator(".inhoud p").first
    assert mine.evaluate("one => getComputedStyle(one).direction") == "rtl"
    assert chat.field.evaluate("one => getComputedStyle(one).direction") == "ltr"
