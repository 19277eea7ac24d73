"""Pictures of the console with a month in it, made by a real browser: on a desk, on a small telephone, and in the dark."""

from __future__ import annotations

import shutil
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from wegwijzer.product.processes import CannotStart, free_ports, log_name, staff_console, wait_until_ready
from wegwijzer.settings import Settings
from wegwijzer.staff.models import Role, StaffUnavailable
from wegwijzer.staff.tables import METADATA
from wegwijzer.staff.users import Users
from wegwijzer.storage import Database

WHO, PASSWORD = "Simulatie", "alleen voor deze plaatjes"
"""Of a colleague of a console that is gone a moment later."""

LOOKS: Mapping[str, Mapping[str, Any]] = {
    "desk": {"viewport": {"width": 1280, "height": 900}},
    "phone": {"viewport": {"width": 320, "height": 740}},
    "dark": {"viewport": {"width": 1280, "height": 900}, "color_scheme": "dark"},
}
"""What a browser is like: settings of Playwright. 320 pixels is what WCAG 2.2 asks for (criterion 1.4.10)."""

PAGES = {"inzicht": "/inzicht?periode={block}", "inzicht_week": "/inzicht?periode={week}", "gaten": "/gaten?periode={block}"}

SIDEWAYS = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
"""How many pixels a page is too wide."""


@dataclass(frozen=True)
class Picture:
    """A page as it looked.

    Attributes:
        file: the picture.
        status: of the answer.
        too_wide: pixels that do not fit the window.
    """

    file: Path
    status: int
    too_wide: int


@contextmanager
def console_of(settings: Settings, folder: Path) -> Iterator[str]:
    """A console by itself on a free port, with the database of insight of ``settings`` and one colleague; gives its address.

    Args:
        settings: of the product that held the month.
        folder: for the database of colleagues, which is gone afterwards, and for the log.

    Raises:
        CannotStart: it does not start.
    """
    database = folder / "console.db"
    own = {"CONSOLE_PORT": str(free_ports(1)[0]), "HANDOVER_DATABASE_URL": f"sqlite:///{database}", "METRICS_PORT": ""}
    settings = Settings.from_environment({**settings.as_environment(), **own})
    staff = Database(settings.handover.database, METADATA, setting="HANDOVER_DATABASE_URL", failure=StaffUnavailable)
    Users(staff, time.time).add(WHO, Role.ADMIN, password=PASSWORD)
    staff.close()
    part = staff_console(settings)
    try:
        part.start(settings, folder / log_name(part))
        wait_until_ready([part], folder)
        yield f"http://{settings.host}:{settings.console.port}"
    finally:
        part.stop()
        for left in folder.glob(f"{database.name}*"):
            left.unlink()


def take(address: str, block: str, week: str, folder: Path, looks: Sequence[str] = tuple(LOOKS)) -> list[Picture]:
    """Pictures of all pages in all looks.

    Args:
        address: of the console.
        block, week: periods to show.
        folder: in which they come, with the name of the page and the look.
        looks: names of :data:`LOOKS`.

    Raises:
        CannotStart: there is no browser, or nothing to steer it with.
    """
    try:
        from playwright.sync_api import sync_playwright
    except ImportError:
        raise CannotStart("Pictures ask for Playwright: uv sync --group dev") from None
    program = shutil.which("chromium")
    if program is None:
        raise CannotStart("Pictures ask for Chromium: apt-get install chromium")
    folder.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=["--no-sandbox"])
        found = [picture for look in looks for picture in _look(browser, look, address, {"block": block, "week": week}, folder)]
        browser.close()
    return found


def _look(browser: Any, look: str, address: str, periods: Mapping[str, str], folder: Path) -> Iterator[Picture]:
    context = browser.new_context(locale="nl-NL", **LOOKS[look])
    page = context.new_page()
    page.goto(f"{address}/inloggen")
    page.get_by_label("Naam").fill(WHO)
    page.get_by_label("Wachtwoord").fill(PASSWORD)
    page.get_by_role("button", name="Inloggen").click()
    page.wait_for_load_state()
    for name, path in PAGES.items():
        answer = page.goto(f"{address}{path.format(**periods)}")
        file = folder / f"{name}_{look}.png"
        page.screenshot(path=str(file), full_page=True)
        yield Picture(file, answer.status, int(page.evaluate(SIDEWAYS)))
    context.close()
