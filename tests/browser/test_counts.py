"""The pages of counts in a real Chromium: judged by axe on a desktop, in a very narrow window and in the dark."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.desk import PASSWORD, Desk, running_desk
from tests.insight import FIRST_WEEK, month, residents
from wegwijzer.catalogue.loading import load_catalogue
from wegwijzer.paths import CATALOGUE, VAR
from wegwijzer.product.webchat import build_chat
from wegwijzer.staff.models import Role

from .conftest import DESKTOP
from .looking import axe, too_small
from .test_accessibility import NARROW, SPACING
from .wcag_report import Evidence

WAYS: dict[str, dict[str, Any]] = {
    "desktop": {"viewport": DESKTOP},
    "narrow": {"viewport": NARROW},
    "dark": {"viewport": DESKTOP, "color_scheme": "dark"},
}
PATHS = {"weken": "/inzicht", "week": f"/inzicht?periode={FIRST_WEEK}", "gaten": "/gaten"}


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    (VAR / "log").mkdir(parents=True, exist_ok=True)
    build_chat(VAR / "log" / "web_build.log", lambda step: None)
    catalogue = load_catalogue(CATALOGUE)
    folder = tmp_path_factory.mktemp("month")
    month(folder, catalogue, residents(catalogue, 7, 1000)).close()
    with running_desk(folder) as desk:
        desk.parts.users.add("Fatma", Role.ADMIN, password=PASSWORD)
        yield desk


def entered(desk: Desk, browser: Browser, **options: Any) -> Page:
    page = browser.new_context(locale="nl-NL", **options).new_page()
    page.goto(f"{desk.address}/inloggen")
    page.get_by_label("Naam").fill("Fatma")
    page.get_by_label("Wachtwoord").fill(PASSWORD)
    page.get_by_role("button", name="Inloggen").click()
    expect(page.get_by_role("heading", name="Rij")).to_be_visible()
    return page


def sideways(page: Page) -> int:
    width: int = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    return width


@pytest.mark.parametrize("way", WAYS)
def test_the_pages_can_be_used_by_everybody(desk: Desk, browser: Browser, way: str) -> None:
    page = entered(desk, browser, **WAYS[way])
    refused: list[str] = []
    page.on("console", lambda message: refused.append(message.text))
    (VAR / "browser").mkdir(parents=True, exist_ok=True)
    for name, path in PATHS.items():
        page.goto(desk.address + path)
        page.screenshot(path=str(VAR / "browser" / f"counts_{name}_{way}.png"), full_page=True)
        assert sideways(page) <= 0
        page.evaluate("document.querySelectorAll('details').forEach((one) => { one.open = true; })")
        assert axe(page, f"counts {name} {way}", Evidence()) == []
        assert too_small(page) == []
        assert sideways(page) <= 0
    assert refused == [], "the policy keeps nothing out that these pages need"
    page.context.close()


@pytest.mark.parametrize("way", ["desktop", "narrow"])
def test_every_word_of_a_chart_is_inside_the_window(desk: Desk, browser: Browser, way: str) -> None:
    page = entered(desk, browser, **WAYS[way])
    for path in PATHS.values():
        page.goto(desk.address + path)
        outside = page.evaluate(
            """() => [...document.querySelectorAll('svg.grafiek text')].filter((one) => { const box = one.getBoundingClientRect();
              return box.left < -1 || box.right > document.documentElement.clientWidth + 1; }).map((one) => one.textContent)"""
        )
        assert outside == []
    page.context.close()


def test_larger_text_makes_larger_charts_and_nothing_lies_over_something_else(desk: Desk, browser: Browser) -> None:
    page = entered(desk, browser, **WAYS["desktop"])
    for larger in ("", "html { font-size: 200%; }", SPACING):
        page.goto(f"{desk.address}{PATHS['week']}")
        if larger:
            # The policy keeps styles out that are not ours; what a person sets in the browser is put in as a browser does.
            page.evaluate(
                """(rules) => { const sheet = new CSSStyleSheet(); sheet.replaceSync(rules); document.adoptedStyleSheets = [sheet]; }""",
                larger,
            )
        over = page.evaluate(
            """() => [...document.querySelectorAll('svg.grafiek')].flatMap((chart) => {
              const boxes = [...chart.querySelectorAll('text')].map((one) => [one.textContent, one.getBoundingClientRect()]);
              return boxes.flatMap(([name, a], at) => boxes.slice(at + 1).filter(([, b]) =>
                Math.min(a.right, b.right) - Math.max(a.left, b.left) > 1 && Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top) > 4)
                .map(([other]) => `${name} | ${other}`)); })"""
        )
        assert over == [], larger
    page.context.close()


def test_a_screen_reader_and_a_keyboard_get_everything(desk: Desk, browser: Browser) -> None:
    page = entered(desk, browser, viewport=DESKTOP, java_script_enabled=False)
    page.get_by_role("link", name="Inzicht").press("Enter")
    expect(page.get_by_role("heading", name="Inzicht", level=1)).to_be_visible()
    page.get_by_label("Periode").select_option(FIRST_WEEK)
    page.get_by_role("button", name="Toon").press("Enter")
    expect(page.get_by_text("Je ziet nu week 41")).to_be_visible()
    chart = page.get_by_role("img", name="Haltes")
    expect(chart).to_have_accessible_description(re.compile(r"Het meest: .+ Alle getallen staan in de tabel hieronder\."))
    page.locator("summary", has_text="Als tabel: Haltes").press("Enter")
    region = page.get_by_role("region", name="Haltes, als tabel")
    expect(region.get_by_role("rowheader").first).to_be_visible()
    expect(region.get_by_text("minder dan 10").first).to_be_visible()
    with page.expect_download() as download:
        page.get_by_role("link", name=re.compile(r"Download als CSV ?: Haltes$")).click()
    assert download.value.suggested_filename == f"wegwijzer-halte-{FIRST_WEEK}.csv"
    assert "minder" not in Path(download.value.path()).read_text(encoding="utf-8-sig"), "a program gets an empty field"
    page.context.close()
