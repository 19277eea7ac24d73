"""Reload, sleep, a lost network, a second tab, a restarted server: every message once, in order, everywhere."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.running import settings_in
from wegwijzer.product.processes import Part, running, wait_until_ready
from wegwijzer.settings import Settings

from .chatting import PATIENCE, Chat
from .conftest import Opening


def assert_complete(chat: Chat) -> None:
    """The page shows what the server has: the same messages in the same order."""
    chat.settled()
    shown = [line.text.split("\n")[0].strip() for line in chat.lines()]
    kept = [message.get("text", "").split("\n")[0].strip() for message in chat.kept()["messages"]]
    assert [one for one in shown if one] == [one for one in kept if one]


def test_a_reload_in_the_middle_brings_everything_back(visit: Opening) -> None:
    chat = visit()
    chat.say("mijn man is overleden")
    before = chat.lines()
    chat.page.reload()
    expect(chat.messages.last).to_be_visible(timeout=PATIENCE)
    chat.settled()
    assert chat.lines() == before
    chat.choose("Ja, dat klopt")
    assert_complete(chat)
    assert chat.mine() == ["mijn man is overleden", "Ja, dat klopt"]


def test_a_reload_right_after_sending_loses_neither_message_nor_answer(visit: Opening) -> None:
    chat = visit()
    chat.say("hallo")
    chat.field.fill("ik voel me vaak alleen")
    chat.field.press("Enter")
    chat.page.reload()
    expect(chat.messages.last).to_be_visible(timeout=PATIENCE)
    chat.settled()
    assert chat.mine() == ["hallo", "ik voel me vaak alleen"]
    assert chat.lines()[-1].who == "Wegwijzer (computer)"


def test_what_is_written_without_a_network_is_sent_once_when_it_is_back(visit: Opening) -> None:
    chat = visit()
    chat.say("hallo")
    chat.page.context.set_offline(True)
    expect(chat.page.get_by_text("Er is nu geen verbinding")).to_be_visible(timeout=PATIENCE)
    chat.field.fill("ik zoek iets om te doen")
    chat.field.press("Enter")
    expect(chat.page.get_by_text("Nog niet verstuurd")).to_be_visible()
    chat.page.context.set_offline(False)
    expect(chat.page.get_by_text("Nog niet verstuurd")).to_have_count(0, timeout=PATIENCE)
    expect(chat.page.get_by_text("Er is nu geen verbinding")).to_be_hidden(timeout=PATIENCE)
    chat.settled()
    assert chat.mine() == ["hallo", "ik zoek iets om te doen"]
    assert_complete(chat)


def test_two_quick_messages_keep_their_order(visit: Opening) -> None:
    chat = visit()
    chat.say("hallo")
    for text in ("ik woon in zuilen", "en ik ben 74"):
        chat.field.fill(text)
        chat.field.press("Enter")
    chat.settled()
    assert chat.mine() == ["hallo", "ik woon in zuilen", "en ik ben 74"]
    assert_complete(chat)


def test_a_double_click_says_it_once(visit: Opening) -> None:
    chat = visit()
    before = chat.messages.count()
    chat.button("Ik voel me alleen").dblclick()
    chat.answer(before)
    assert chat.mine() == ["Ik voel me alleen"]


def test_a_second_tab_sees_the_same_and_what_is_said_in_either(visit: Opening) -> None:
    first = visit()
    first.say("mijn man is overleden")
    second = visit(context=first.page.context)
    expect(second.messages.last).to_be_visible(timeout=PATIENCE)
    second.settled()
    assert second.lines() == first.lines()
    second.choose("Ja, dat klopt")
    first.settled()
    assert first.lines() == second.lines()
    expect(first.page.get_by_role("button", name="Ja, dat klopt")).to_have_attribute("aria-pressed", "true")


def test_wiping_in_one_tab_empties_the_other(visit: Opening) -> None:
    first = visit()
    first.say("mijn man is overleden")
    second = visit(context=first.page.context)
    expect(second.log).to_contain_text("overleden", timeout=PATIENCE)
    first.page.get_by_role("button", name="Stop en wis").click()
    first.page.get_by_role("button", name="Ja, wis alles").click()
    for chat in (first, second):
        expect(chat.log).not_to_contain_text("overleden", timeout=PATIENCE)
    assert second.say("hallo")[-1].who == "Wegwijzer (computer)"


def test_the_person_beside_sees_nothing_of_it(visit: Opening) -> None:
    visit().say("mijn man is overleden")
    assert visit().lines() == []


@contextmanager
def restarted(parts: list[Part], settings: Settings, log: Path) -> Iterator[None]:
    """The Rasa server is away while in here, and back after."""
    server = next(part for part in parts if part.name == "Rasa server")
    server.stop()
    yield
    server.start(settings, log / "again.log")
    wait_until_ready([server], log)


@pytest.fixture(scope="module")
def own(model: Path, built_chat: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Settings, list[Part], Path]]:
    """A product of its own, because it is stopped halfway."""
    settings = settings_in(tmp_path_factory.mktemp("restart"), model)
    log = settings.tracker_db.parent / "log"
    with running(settings, log) as parts:
        yield settings, parts, log


def test_a_server_that_stops_in_the_middle_loses_nothing(visit: Opening, own: tuple[Settings, list[Part], Path]) -> None:
    settings, parts, log = own
    chat = visit(f"http://{settings.host}:{settings.rasa_port}/")
    chat.say("mijn man is overleden")
    with restarted(parts, settings, log):
        chat.field.fill("Ja, dat klopt")
        chat.field.press("Enter")
        expect(chat.page.get_by_text("Nog niet verstuurd")).to_be_visible(timeout=PATIENCE)
    expect(chat.page.get_by_text("Nog niet verstuurd")).to_have_count(0, timeout=PATIENCE)
    chat.settled()
    assert chat.mine() == ["mijn man is overleden", "Ja, dat klopt"]
    assert_complete(chat)
