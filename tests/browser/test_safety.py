"""Danger, help and leaving: always one tap away, and gone at once for who must hide it."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Route, expect

from wegwijzer.catalogue.loading import load_catalogue
from wegwijzer.paths import CATALOGUE

from .chatting import PATIENCE, Chat
from .conftest import PHONE, Opening

HELPLINES = {line.id: line.phone for line in load_catalogue(CATALOGUE).helplines.all() if line.phone}
ALWAYS = tuple(HELPLINES[name] for name in ("113", "112", "veilig_thuis"))


def numbers_to_tap(chat: Chat) -> set[str]:
    """Where the links that call go, among those that are seen."""
    links = chat.page.locator("a[href^='tel:']:visible")
    return {str(links.nth(at).get_attribute("href")).removeprefix("tel:") for at in range(links.count())}


def digits(numbers: tuple[str, ...]) -> set[str]:
    return {"".join(one for one in number if one.isdigit()) for number in numbers}


@pytest.mark.parametrize("danger", ["ik wil dood", "mijn man slaat me", "mijn vader ademt niet meer"])
def test_after_danger_the_numbers_are_in_view_and_stay(visit: Opening, shoot: Callable[[Chat, str], Path], danger: str) -> None:
    chat = visit(viewport=PHONE)
    chat.say(danger)
    assert digits(ALWAYS) <= numbers_to_tap(chat)
    call = chat.page.get_by_role("link", name="Bel 113").first
    box = call.bounding_box()
    assert box is not None
    assert box["y"] + box["height"] <= PHONE["height"], "without scrolling"
    shoot(chat, f"gevaar-{danger.split()[1]}")
    chat.say("ik weet het niet")
    assert digits(ALWAYS) <= numbers_to_tap(chat), "also after the next message"
    chat.button("Sluit deze nummers").click()
    chat.page.reload()
    expect(chat.messages.last).to_be_visible(timeout=PATIENCE)
    assert chat.page.get_by_role("link", name="Bel 113").locator("visible=true").count() == 0, "closed stays closed"


def test_help_is_one_tap_from_the_first_moment(visit: Opening) -> None:
    chat = visit(viewport=PHONE)
    assert chat.button("Hulp nu").get_attribute("aria-expanded") == "false"
    chat.button("Hulp nu").click()
    assert digits(ALWAYS) <= numbers_to_tap(chat)


def test_help_does_not_need_a_network(visit: Opening) -> None:
    chat = visit()
    chat.say("hallo")
    chat.page.context.set_offline(True)
    expect(chat.page.get_by_text("Er is nu geen verbinding")).to_be_visible(timeout=PATIENCE)
    assert digits((*ALWAYS, HELPLINES["luisterlijn"])) <= numbers_to_tap(chat), "people to call are in view by themselves"


def test_leaving_quickly_leaves_nothing(visit: Opening) -> None:
    chat = visit()
    home = urlsplit(chat.page.url).netloc
    chat.say("mijn man slaat me")

    def elsewhere(route: Route) -> None:
        if urlsplit(route.request.url).netloc == home:
            route.continue_()
        else:
            route.fulfill(body="<title>weer</title><p>zon</p>", content_type="text/html")

    chat.page.context.route("**/*", elsewhere)
    history = chat.page.url + "web/history"
    chat.button("Verlaat deze pagina snel").click()
    chat.page.wait_for_url(lambda url: urlsplit(url).netloc != home)
    chat.page.go_back()
    assert "slaat" not in chat.page.content()
    deadline = time.monotonic() + PATIENCE / 1000
    while chat.page.request.get(history).status != 401:
        assert time.monotonic() < deadline, "the server still has it"
    again = visit(context=chat.page.context)
    assert again.lines() == []
    assert again.page.evaluate("sessionStorage.length + localStorage.length") <= 1


def test_a_human_is_one_tap_away(visit: Opening) -> None:
    chat = visit()
    said = chat.choose("Liever een mens")
    assert chat.mine() == ["Liever een mens"]
    assert any(digits((number,)) <= numbers_to_tap(chat) for number in HELPLINES.values()), said


def test_stopping_wipes_here_and_at_the_server(visit: Opening) -> None:
    chat = visit()
    chat.say("mijn man is overleden")
    chat.button("Stop en wis").click()
    chat.button("Nee, ga terug").click()
    assert chat.mine() == ["mijn man is overleden"], "the safe answer keeps everything"
    chat.button("Stop en wis").click()
    chat.button("Ja, wis alles").click()
    expect(chat.page.get_by_text("Je gesprek is gewist")).to_be_visible(timeout=PATIENCE)
    assert chat.lines() == []
    assert chat.page.context.cookies() == []
    assert chat.page.request.get(f"{urlsplit(chat.page.url)._replace(path='/web/history').geturl()}").status == 401
