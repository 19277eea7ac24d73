"""The console in a real Chromium: with its script, by keyboard, on a phone, and judged by axe in every state."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, ViewportSize, expect

from tests.desk import PASSWORD, Desk, running_desk
from tests.handover import in_queue
from wegwijzer.handover.models import Said, Urgency, Who
from wegwijzer.handover.states import Actor, RequestState
from wegwijzer.paths import VAR
from wegwijzer.product.webchat import build_chat
from wegwijzer.staff.models import Role

from .looking import axe, too_small
from .wcag_report import Evidence

SIZES: dict[str, ViewportSize] = {"phone": {"width": 360, "height": 740}, "desktop": {"width": 1280, "height": 900}}


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    build_chat(VAR / "log" / "web_build.log", lambda step: None)
    with running_desk(tmp_path, {"DESK_HOURS": "Mo-Fr 09:00-17:00"}) as desk:
        yield desk


Entering = Callable[..., Page]


@pytest.fixture
def enter(desk: Desk, browser: Browser) -> Iterator[Entering]:
    """Come in with the form, as somebody; every script error fails the test."""
    opened, errors = [], list[str]()

    def enter(name: str = "Fatma", size: str = "desktop", scripts: bool = True) -> Page:
        if desk.parts.users.get(name) is None:
            desk.parts.users.add(name, Role.ADMIN, password=PASSWORD)
        context = browser.new_context(viewport=SIZES[size], locale="nl-NL", java_script_enabled=scripts)
        opened.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: errors.append(str(error)))
        page.goto(f"{desk.address}/inloggen")
        page.get_by_label("Naam").fill(name)
        page.get_by_label("Wachtwoord").fill(PASSWORD)
        page.get_by_role("button", name="Inloggen").click()
        expect(page.get_by_role("heading", name="Rij")).to_be_visible()
        return page

    yield enter
    for context in opened:
        context.close()
    assert errors == []


def judged(page: Page, state: str) -> None:
    """No violation, nothing too small to touch, no scrolling sideways; a picture is kept."""
    (VAR / "browser").mkdir(parents=True, exist_ok=True)
    page.screenshot(path=str(VAR / "browser" / f"console_{state}.png"), full_page=True)
    # Evidence of its own: the report that the chat's tests write is about the chat.
    assert axe(page, f"console {state}", Evidence()) == []
    assert too_small(page) == []
    assert page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth") <= 0


@pytest.mark.parametrize("size", SIZES)
def test_every_page_can_be_used_by_everybody(desk: Desk, enter: Entering, size: str) -> None:
    store = desk.parts.store
    called, _ = store.ask("bel", "web", summary={"leeftijd": 74})
    desk.parts.vault.keep(called.id, "06-12345678")
    store.move(called.id, RequestState.CALL_BACK, Actor.BOT)
    request = in_queue(store, "een", Urgency.CRISIS)
    store.append(request.id, Said(Who.RESIDENT, "een heel lang woord " + "a" * 200))
    page = enter(size=size)
    judged(page, f"queue_{size}")
    page.get_by_role("link", name="Eerst kijken").click()
    judged(page, f"look_{size}")
    page.get_by_role("button", name="Neem over").click()
    store.raise_alarm(request.id)
    page.reload()
    page.locator("summary", has_text="Vaste antwoorden").click()
    page.locator("summary", has_text="Zoek").click()
    page.get_by_label("Wat zoek je?").fill("koffie")
    page.get_by_role("button", name="Zoek", exact=True).click()
    judged(page, f"talk_{size}")
    page.goto(f"{desk.address}/terugbellen")
    page.get_by_role("button", name="toon het nummer").click()
    judged(page, f"call_{size}")
    for path in ("uren", "logboek", "nergens"):
        page.goto(f"{desk.address}/{path}")
        judged(page, f"{path}_{size}")
    page.goto(desk.address)
    page.get_by_role("button", name="Uitloggen").click()
    judged(page, f"out_{size}")


def test_news_comes_by_itself_and_is_said_politely(desk: Desk, enter: Entering) -> None:
    page = enter()
    expect(page.get_by_text("Er wacht nu niemand.")).to_be_visible()
    expect(page.get_by_role("button", name="Geluid bij nieuws")).to_be_visible()
    page.wait_for_timeout(300)
    request = in_queue(desk.parts.store, "een")
    expect(page.get_by_role("button", name="Neem over")).to_be_visible()
    expect(page.locator("[data-stem]")).to_have_text("Er wacht iemand.")
    expect(page).to_have_title("(1) Rij - Wegwijzer")
    desk.parts.store.raise_alarm(request.id)
    expect(page.locator("[data-stem]")).to_contain_text("gevaar")


def test_two_talk_and_each_line_is_there_once(desk: Desk, enter: Entering) -> None:
    request = in_queue(desk.parts.store, "een")
    page = enter()
    page.get_by_role("button", name="Neem over").click()
    for number in range(3):
        page.get_by_label("Je bericht").fill(f"vraag {number}")
        page.keyboard.press("Control+Enter")
        expect(page.get_by_label("Je bericht")).to_have_value("")
        expect(page.get_by_label("Je bericht")).to_be_focused()
        desk.parts.store.append(request.id, Said(Who.RESIDENT, f"antwoord {number}"))
        expect(page.locator(".regel--resident")).to_have_count(number + 1)
    assert page.locator(".regel--colleague .regel__tekst").all_inner_texts() == ["vraag 0", "vraag 1", "vraag 2"]
    assert [line.text for line in desk.parts.store.lines(request.id) if line.who is Who.COLLEAGUE] == [
        "vraag 0",
        "vraag 1",
        "vraag 2",
    ]
    desk.parts.store.types(request.id, Who.RESIDENT)
    expect(page.get_by_text("De bewoner typt")).to_be_visible()


def test_a_ready_answer_goes_behind_what_is_typed(desk: Desk, enter: Entering) -> None:
    in_queue(desk.parts.store, "een")
    page = enter()
    page.get_by_role("button", name="Neem over").click()
    page.get_by_label("Je bericht").fill("Dag!")
    page.locator("summary", has_text="Vaste antwoorden").click()
    page.get_by_role("button", name="Vertel maar").click()
    expect(page.get_by_label("Je bericht")).to_have_value("Dag!\n\nVertel maar. Neem je tijd, ik lees mee.")
    page.reload()
    expect(page.get_by_label("Je bericht")).to_have_value("Dag!\n\nVertel maar. Neem je tijd, ik lees mee.")


def test_enter_in_the_search_field_sends_nothing_to_the_resident(desk: Desk, enter: Entering) -> None:
    for scripts in (True, False):
        request = in_queue(desk.parts.store, f"zoek {scripts}")
        page = enter("Fatma" if scripts else "Jan", scripts=scripts)
        page.get_by_role("button", name="Neem over").click()
        page.get_by_label("Je bericht").fill("een halve zin")
        page.locator("summary", has_text="Zoek").click()
        page.get_by_label("Wat zoek je?").fill("koffie")
        page.keyboard.press("Enter")
        expect(page.locator(".gevonden li").first).to_be_visible()
        expect(page.get_by_label("Je bericht")).to_have_value("een halve zin")
        assert [line for line in desk.parts.store.lines(request.id) if line.who is Who.COLLEAGUE] == []


def test_without_a_connection_the_text_stays(desk: Desk, enter: Entering) -> None:
    request = in_queue(desk.parts.store, "een")
    page = enter()
    page.get_by_role("button", name="Neem over").click()
    page.get_by_label("Je bericht").fill("blijf staan")
    page.context.set_offline(True)
    page.get_by_role("button", name="Verstuur").click()
    expect(page.locator("[data-fout]")).to_contain_text("verbinding is weg")
    expect(page.get_by_label("Je bericht")).to_have_value("blijf staan")
    page.context.set_offline(False)
    page.get_by_role("button", name="Verstuur").click()
    expect(page.get_by_label("Je bericht")).to_have_value("")
    assert [line.text for line in desk.parts.store.lines(request.id) if line.who is Who.COLLEAGUE] == ["blijf staan"]


def test_the_whole_of_it_works_with_the_keyboard_and_without_script(desk: Desk, enter: Entering) -> None:
    request = in_queue(desk.parts.store, "een")
    page = enter(scripts=False)
    page.get_by_role("button", name="Neem over").press("Enter")
    page.get_by_label("Je bericht").focus()
    page.keyboard.type("Hallo")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator(".regel--colleague")).to_have_count(1)
    page.get_by_role("button", name="Geef terug aan Wegwijzer").press("Enter")
    expect(page.get_by_role("heading", name="Rij")).to_be_visible()
    assert desk.parts.store.get(request.id).state is RequestState.GIVEN_BACK


def test_who_is_nearly_signed_out_can_stay(desk: Desk, enter: Entering) -> None:
    page = enter()
    desk.clock.now += 29 * 60
    page.get_by_role("button", name="Blijf ingelogd").click()
    expect(page.get_by_text("Je wordt zo uitgelogd.")).to_be_hidden()
    desk.clock.now += 29 * 60
    assert page.context.request.get(f"{desk.address}/uren", max_redirects=0).status == 200


@pytest.mark.parametrize("size", SIZES)
def test_two_clicks_teach_what_a_message_means(desk: Desk, enter: Entering, size: str) -> None:
    store = desk.parts.learning()
    store.keep(["die duiven van de Oudegracht zijn mijn aanspraak"], [["ontmoeten", "vrienden", "situatie"]])
    page = enter(size=size)
    page.get_by_role("link", name="Leren").click()
    judged(page, f"leren_{size}")
    page.evaluate("document.querySelector('#tekst').setSelectionRange(11, 28)")
    page.get_by_role("button", name="Streep weg").click()
    expect(page.get_by_label("Het bericht")).to_have_value("die duiven [weg] zijn mijn aanspraak")
    page.locator("summary").click()
    judged(page, f"leren_anders_{size}")
    page.locator("label", has_text="Iemand om mee te praten").click()
    page.get_by_role("button", name="Bewaar", exact=True).click()
    expect(page.get_by_role("status").filter(has_text="Bewaard.")).to_be_visible()
    judged(page, f"leren_leeg_{size}")
    assert [(one.text, one.intent, one.haltes) for one in store.labelled()] == [
        ("die duiven [weg] zijn mijn aanspraak", "situatie", ("vrienden",))
    ]
