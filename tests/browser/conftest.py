"""A real Chromium in front of the running product, and the report on accessibility that these tests make together."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, ViewportSize, sync_playwright

from wegwijzer.evaluation.bot import Bot
from wegwijzer.paths import VAR

from .chatting import Chat
from .wcag_report import Evidence, report

ARTEFACTS = VAR / "browser"
"""Screenshots, the report of axe and the report on accessibility; not committed."""

EVIDENCE = pytest.StashKey[Evidence]()

PHONE: ViewportSize = {"width": 360, "height": 740}
DESKTOP: ViewportSize = {"width": 1280, "height": 900}


def pytest_configure(config: pytest.Config) -> None:
    """Register the marker, and make room for what is seen."""
    config.addinivalue_line("markers", "wcag(*numbers): the success criteria that this test judges")
    config.stash[EVIDENCE] = Evidence()


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[None]) -> Iterator[None]:
    """Keep for each criterion how its tests ended."""
    yield
    marker = item.get_closest_marker("wcag")
    if marker and call.when == "call" and not (call.excinfo and call.excinfo.errisinstance(pytest.skip.Exception)):
        name = getattr(item, "originalname", item.name)
        item.config.stash[EVIDENCE].saw(marker.args, name, call.excinfo is None)


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Write the report when axe looked at anything; one of several processes hands over what it saw."""
    evidence = session.config.stash[EVIDENCE]
    output: dict[str, Any] | None = getattr(session.config, "workeroutput", None)
    if output is not None:
        output["evidence"] = evidence.as_data()
    elif evidence.states:
        ARTEFACTS.mkdir(parents=True, exist_ok=True)
        (ARTEFACTS / "toegankelijkheid.md").write_text(report(evidence), encoding="utf-8")


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: Any, error: object) -> None:
    """Another process is done: take over what it saw."""
    if "evidence" in getattr(node, "workeroutput", {}):
        node.config.stash[EVIDENCE].add(node.workeroutput["evidence"])


@pytest.fixture(scope="session")
def evidence(request: pytest.FixtureRequest) -> Evidence:
    """What is seen of accessibility in this run."""
    return request.config.stash[EVIDENCE]


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Debian's Chromium. Playwright keeps an event loop running meanwhile, in which no other test can start one of its own."""
    program = shutil.which("chromium")
    if program is None:
        pytest.skip("there is no chromium on this machine: apt-get install chromium")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def page_address(bot: Bot) -> str:
    """Where the running product has its page."""
    return f"{bot.address}/"


Opening = Callable[..., Chat]


@pytest.fixture
def visit(browser: Browser, page_address: str) -> Iterator[Opening]:
    """Open the page as somebody else, each time; ``context`` opens another tab of the same browser."""
    with ExitStack() as stack:

        def open_page(address: str = page_address, context: BrowserContext | None = None, **options: Any) -> Chat:
            if context is None:
                settings = {"viewport": DESKTOP, "locale": "nl-NL", **options}
                context = stack.enter_context(browser.new_context(**settings))
            chat = Chat(context.new_page())
            chat.open(address)
            return chat

        yield open_page


@pytest.fixture
def shoot() -> Callable[[Chat, str], Path]:
    """Keep a picture of the page under ``var/browser``."""

    def shoot(chat: Chat, name: str) -> Path:
        ARTEFACTS.mkdir(parents=True, exist_ok=True)
        path = ARTEFACTS / f"{name}.png"
        chat.page.screenshot(path=str(path))
        return path

    return shoot
