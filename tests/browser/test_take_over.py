"""Two browsers: a resident on the page and a colleague in the console, through the whole story and what goes wrong in it."""

from __future__ import annotations

import time
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.conversation.test_handover import Desk, closed, desk, quick_clock
from wegwijzer.staff.models import StaffUnavailable
from wegwijzer.staff.tables import METADATA
from wegwijzer.staff.users import Users
from wegwijzer.storage import Database

from .chatting import PATIENCE, Chat
from .conftest import ARTEFACTS, DESKTOP, PHONE, Opening

__all__ = ["closed", "desk"]

NAME, PASSWORD = "Fatma", "zeven gele fietsen"


def console_of(desk: Desk, browser: Browser) -> Page:
    """A colleague who came in."""
    settings = desk.bot.settings
    database = Database(settings.handover.database, METADATA, setting="HANDOVER_DATABASE_URL", failure=StaffUnavailable)
    users = Users(database, time.time)
    if users.get(NAME) is None:
        users.add(NAME, password=PASSWORD)
    database.close()
    page = browser.new_context(viewport=DESKTOP, locale="nl-NL").new_page()
    page.goto(f"http://{settings.host}:{settings.console.port}/")
    page.get_by_label("Naam").fill(NAME)
    page.get_by_label("Wachtwoord").fill(PASSWORD)
    page.get_by_role("button", name="Inloggen").click()
    expect(page.get_by_role("heading", name="Rij")).to_be_visible()
    return page


@pytest.fixture
def colleague(desk: Desk, browser: Browser) -> Iterator[Page]:
    page = console_of(desk, browser)
    yield page
    page.context.close()


@pytest.fixture
def resident(desk: Desk, visit: Opening) -> Chat:
    """Somebody who told a story, asked for a human and said yes."""
    chat = visit(f"{desk.bot.address}/", viewport=PHONE)
    chat.say("mijn man is overleden en de dagen zijn lang")
    chat.choose("Liever een mens")
    chat.choose("Ja, dat mag")
    return chat


def says(colleague: Page, text: str) -> None:
    """The colleague writes."""
    colleague.get_by_label("Je bericht").fill(text)
    colleague.get_by_role("button", name="Verstuur").click()


def writes(chat: Chat, text: str) -> None:
    """The resident writes to somebody who is no computer, so no answer is waited for."""
    chat.field.fill(text)
    chat.field.press("Enter")


def hears(chat: Chat, text: str) -> None:
    expect(chat.log).to_contain_text(text, timeout=PATIENCE)


def reads(colleague: Page, text: str) -> None:
    expect(colleague.get_by_role("log")).to_contain_text(text, timeout=PATIENCE)


def shoot(page: Page, name: str) -> None:
    ARTEFACTS.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=str(ARTEFACTS / f"{name}.png"))


def test_from_asking_to_giving_back_with_a_reload_and_a_restart_in_between(resident: Chat, colleague: Page, desk: Desk) -> None:
    hears(resident, "Ik vraag nu een collega")
    shoot(resident.page, "mens-wacht")
    colleague.reload()
    shoot(colleague, "balie-rij")
    colleague.get_by_role("button", name="Neem over").first.click()
    hears(resident, "Je praat nu met een mens")
    reads(colleague, "de dagen zijn lang")
    says(colleague, "Dag, ik ben Fatma van de gemeente. Wat vervelend.")
    hears(resident, "ik ben Fatma van de gemeente")
    assert [line.who for line in resident.lines() if "Fatma" in line.text] == ["Medewerker (mens)"]
    writes(resident, "fijn dat je er bent")
    reads(colleague, "fijn dat je er bent")
    resident.page.reload()
    hears(resident, "fijn dat je er bent")
    desk.again("Rasa server")
    writes(resident, "ben je er nog?")
    says(colleague, "Ja hoor, ik ben er nog.")
    hears(resident, "Ja hoor, ik ben er nog.")
    reads(colleague, "ben je er nog?")
    shoot(resident.page, "mens-praat")
    shoot(colleague, "balie-gesprek")
    colleague.get_by_role("button", name="Geef terug aan Wegwijzer").click()
    hears(resident, "Ik ben er weer: Wegwijzer, de computer")
    texts = [line.text for line in resident.lines()]
    for text in ("fijn dat je er bent", "ben je er nog?", "Ja hoor, ik ben er nog."):
        assert texts.count(text) == 1, "once, whatever stopped in between"
    assert texts.index("fijn dat je er bent") < texts.index("ben je er nog?")
    before = resident.messages.count()
    resident.button("Ga verder").click()
    resident.answer(before)
    assert resident.lines()[-1].who == "Wegwijzer (computer)"
    shoot(resident.page, "mens-terug")


def test_a_colleague_closes_it(resident: Chat, colleague: Page) -> None:
    colleague.reload()
    colleague.get_by_role("button", name="Neem over").first.click()
    says(colleague, "Ik heb het geregeld. Tot ziens.")
    hears(resident, "Ik heb het geregeld")
    colleague.get_by_role("button", name="Sluit het gesprek af").click()
    hears(resident, "Je collega heeft het gesprek afgerond")
    resident.say("hallo")
    assert resident.lines()[-1].who == "Wegwijzer (computer)"


def test_danger_while_a_colleague_talks_warns_and_shows_helplines_when_nobody_answers(
    resident: Chat, colleague: Page, desk: Desk
) -> None:
    colleague.reload()
    colleague.get_by_role("button", name="Neem over").first.click()
    hears(resident, "Je praat nu met een mens")
    writes(resident, "ik wil dood")
    expect(colleague.get_by_text("er is misschien gevaar").first).to_be_visible(timeout=PATIENCE)
    shoot(colleague, "balie-gevaar")
    with quick_clock(desk, HANDOVER_CRISIS_MINUTES="0.02"):
        hears(resident, "Wacht niet op een collega")
    expect(resident.page.get_by_role("link", name="Bel 113").first).to_be_visible()
    colleague.get_by_role("button", name="Sluit het gesprek af").click()


def test_nobody_comes_and_there_is_an_apology_with_a_number(resident: Chat, desk: Desk) -> None:
    with quick_clock(desk, HANDOVER_NOBODY_MINUTES="0.02"):
        hears(resident, "Er is nu toch geen collega vrij")
    expect(resident.page.get_by_role("link", name="088 0767 000").first).to_be_visible()
    shoot(resident.page, "mens-niemand")


def test_a_closed_desk_calls_back(closed: Desk, visit: Opening, browser: Browser) -> None:
    chat = visit(f"{closed.bot.address}/", viewport=PHONE)
    chat.say("mijn man is overleden")
    chat.choose("Liever een mens")
    hears(chat, "Stuur dan je telefoonnummer")
    chat.field.fill("030 286 10 00")
    chat.field.press("Enter")
    hears(chat, "Een collega belt je")
    shoot(chat.page, "mens-belt")
    console = console_of(closed, browser)
    console.goto(console.url.rstrip("/") + "/terugbellen")
    assert "286" not in console.content(), "the number is shown only when asked for"
    console.get_by_role("button", name="toon het nummer").click()
    expect(console.get_by_text("286").first).to_be_visible()
    shoot(console, "balie-terugbellen")
    console.context.close()
    chat.page.reload()
    expect(chat.messages.last).to_be_visible(timeout=PATIENCE)
    assert "286" not in chat.log.inner_text(), "and is not kept in the conversation"
