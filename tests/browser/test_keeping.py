"""To keep: on paper, as a picture, as a PDF; made on the device, nothing sent anywhere."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Download, expect

from wegwijzer.catalogue.loading import load_catalogue
from wegwijzer.paths import CATALOGUE

from .chatting import Chat
from .conftest import ARTEFACTS, Opening
from .looking import accessibility_tree, save

PNG, PDF = b"\x89PNG\r\n\x1a\n", b"%PDF-"


@pytest.fixture
def kept(visit: Opening) -> Iterator[Chat]:
    """Somebody with a suggestion to keep, and a printer that only remembers."""
    chat = visit(accept_downloads=True)
    chat.page.evaluate("() => { window.printed = 0; window.print = () => { window.printed += 1; }; }")
    chat.to_a_step()
    chat.say("bewaar of print")
    yield chat


def bytes_of(download: Download) -> bytes:
    return Path(download.path()).read_bytes()


def test_the_route_shows_the_own_haltes_and_the_next_step(kept: Chat) -> None:
    name = kept.card.last.get_by_role("heading").first.inner_text()
    route = kept.card.last.get_by_role("img")
    expect(route).to_contain_text("Jij, nu")
    expect(route).to_contain_text(load_catalogue(CATALOGUE).haltes["verlies"].label)
    assert name.split()[0] in (route.text_content() or "")


def test_it_is_saved_as_a_picture_and_as_a_pdf_without_sending_anything(kept: Chat) -> None:
    sent: list[str] = []
    kept.page.on("request", lambda request: sent.append(request.url) if not request.url.startswith(("blob:", "data:")) else None)
    for button, begin, name in (("Bewaar als plaatje", PNG, "route.png"), ("Bewaar als pdf", PDF, "route.pdf")):
        with kept.page.expect_download() as got:
            kept.button(button).click()
        content = bytes_of(got.value)
        assert content.startswith(begin)
        save(ARTEFACTS / name, content)
    assert [url for url in sent if "/web/events" not in url] == []


def test_the_printed_page_has_the_step_and_nothing_of_the_talk(kept: Chat) -> None:
    name = kept.card.last.get_by_role("heading").first.inner_text()
    kept.button("Print").click()
    assert kept.page.evaluate("window.printed") == 1
    kept.page.emulate_media(media="print")
    kept.page.screenshot(path=str(ARTEFACTS / "print.png"))
    seen = kept.page.evaluate(
        """() => [...document.body.children].filter(one => one.checkVisibility()).map(one => one.localName)"""
    )
    assert seen == ["wegwijzer-blad"]
    words = " ".join(node.name for node in accessibility_tree(kept.page))
    assert name in words
    assert "113" in words, "the numbers stand at the end of the sheet"
    assert "de dagen zijn lang" not in words, "nothing that was said in private"
    paper = kept.page.pdf()
    save(ARTEFACTS / "print.pdf", paper)
    assert paper.startswith(PDF)
    kept.page.emulate_media(media="screen")
    expect(kept.page.locator("wegwijzer-blad")).to_have_count(0)
    expect(kept.field).to_be_visible()
