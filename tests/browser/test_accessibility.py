"""WCAG 2.2 AA: axe in every state, and what axe cannot see: keyboard, focus, announcements, reflow, spacing, targets.

What these tests judge goes into ``var/browser/toegankelijkheid.md``.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import ViewportSize, expect

from .chatting import PATIENCE, Chat
from .conftest import DESKTOP, PHONE, Opening
from .looking import accessibility_tree, axe, clipped, focus, sideways, too_small
from .wcag_report import Evidence, criteria, outcome, report

NARROW: ViewportSize = {"width": 320, "height": 640}
"""A window of 1280 pixels at 400 percent (WCAG 1.4.10)."""

SPACING = """* { line-height: 1.5 !important; letter-spacing: 0.12em !important; word-spacing: 0.16em !important; }
p { margin-block-end: 2em !important; }"""
"""WCAG 1.4.12."""


def begin(chat: Chat) -> None:
    """As it opens."""


def closed(chat: Chat) -> None:
    chat.page.get_by_role("button", name="Sluit het gesprek").click()


def answered(chat: Chat) -> None:
    chat.say("mijn man is overleden")


def suggestion(chat: Chat) -> None:
    chat.to_a_step()


def to_keep(chat: Chat) -> None:
    chat.to_a_step()
    chat.say("bewaar of print")


def crisis(chat: Chat) -> None:
    chat.say("ik wil dood")


def help_panel(chat: Chat) -> None:
    chat.button("Hulp nu").click()


def settings_menu(chat: Chat) -> None:
    chat.button("Instellingen").click()


def largest(chat: Chat) -> None:
    chat.say("mijn man is overleden")
    chat.button("Instellingen").click()
    chat.page.get_by_role("radio", name=re.compile("Heel groot")).check()
    chat.button("Klaar").click()


def with_u(chat: Chat) -> None:
    chat.button("Instellingen").click()
    chat.page.get_by_role("radio", name="Zeg maar u").check()
    chat.button("Klaar").click()
    chat.say("mijn man is overleden")


def wiping(chat: Chat) -> None:
    chat.say("hallo")
    chat.button("Stop en wis").click()
    expect(chat.page.get_by_role("dialog")).to_be_visible()


def wiped(chat: Chat) -> None:
    wiping(chat)
    chat.button("Ja, wis alles").click()
    expect(chat.page.get_by_text("Je gesprek is gewist")).to_be_visible(timeout=PATIENCE)


def offline(chat: Chat) -> None:
    chat.say("hallo")
    chat.page.context.set_offline(True)
    expect(chat.page.get_by_text("Er is nu geen verbinding")).to_be_visible(timeout=PATIENCE)
    chat.field.fill("ik woon in zuilen")
    chat.field.press("Enter")
    expect(chat.page.get_by_text("Nog niet verstuurd")).to_be_visible()


def refused(chat: Chat) -> None:
    chat.field.fill("a" * 20_001)
    chat.field.press("Enter")
    expect(chat.button("Probeer opnieuw")).to_be_visible(timeout=PATIENCE)


STATES: Mapping[str, Callable[[Chat], None]] = {
    "dicht": closed,
    "begin": begin,
    "antwoord": answered,
    "suggestie": suggestion,
    "bewaren": to_keep,
    "gevaar": crisis,
    "hulp nu": help_panel,
    "instellingen": settings_menu,
    "heel grote letters": largest,
    "met u": with_u,
    "wissen": wiping,
    "gewist": wiped,
    "zonder verbinding": offline,
    "niet verstuurd": refused,
}

PLAIN: Mapping[str, Any] = {
    "color_scheme": "light",
    "forced_colors": "none",
    "contrast": "no-preference",
    "reduced_motion": "no-preference",
}

LOOKS: Mapping[str, tuple[ViewportSize, Mapping[str, Any]]] = {
    "licht": (DESKTOP, {}),
    "donker": (DESKTOP, {"color_scheme": "dark"}),
    "telefoon": (PHONE, {}),
    "400 procent": (NARROW, {"reduced_motion": "reduce"}),
    "hoog contrast": (DESKTOP, {"forced_colors": "active", "contrast": "more"}),
}
"""Window and media; one conversation is looked at in all of them."""


@pytest.mark.wcag("1.1.1", "1.3.1", "1.4.3", "2.4.1", "2.4.2", "2.4.4", "2.5.3", "3.1.1", "3.3.2", "4.1.2")
@pytest.mark.parametrize("state", STATES)
def test_axe_finds_nothing(visit: Opening, evidence: Evidence, shoot: Callable[[Chat, str], Path], state: str) -> None:
    chat = visit()
    STATES[state](chat)
    for look, (window, media) in LOOKS.items():
        chat.page.set_viewport_size(window)
        chat.page.emulate_media(**{**PLAIN, **media})
        shoot(chat, f"{state}-{look}".replace(" ", "-"))
        assert axe(chat.page, f"{state}, {look}", evidence) == [], look
        assert sideways(chat.page) == [], f"the page scrolls in two directions: {look}"
        assert too_small(chat.page) == [], f"a target of less than 24 pixels: {look}"
        assert clipped(chat.page) == [], f"text that is cut off: {look}"


@pytest.mark.wcag("1.4.10", "1.3.4", "2.5.8", "1.4.4")
@pytest.mark.parametrize(
    "size", [(320, 256), (320, 640), (740, 360), (360, 740), (640, 450)], ids=lambda size: f"{size[0]}x{size[1]}"
)
def test_everything_can_be_reached_in_a_small_window(visit: Opening, size: tuple[int, int]) -> None:
    chat = visit(viewport={"width": size[0], "height": size[1]})
    chat.to_a_step()
    assert sideways(chat.page) == []
    assert too_small(chat.page) == []
    for name in ("Hulp nu", "Verlaat deze pagina snel", "Liever een mens", "Stop en wis", "Verstuur"):
        target = chat.button(name)
        target.scroll_into_view_if_needed()
        box = target.bounding_box()
        assert box is not None
        assert box["x"] >= 0 and box["x"] + box["width"] <= size[0], name
        target.click(trial=True)


@pytest.mark.wcag("1.4.12")
def test_wider_spacing_cuts_nothing_off(visit: Opening) -> None:
    chat = visit(viewport=NARROW)
    chat.to_a_step()
    chat.page.evaluate(
        """(css) => { const sheet = new CSSStyleSheet(); sheet.replaceSync(css);
        for (const one of document.querySelectorAll('*')) if (one.shadowRoot) one.shadowRoot.adoptedStyleSheets.push(sheet); }""",
        SPACING,
    )
    assert clipped(chat.page) == []
    assert sideways(chat.page) == []
    chat.button("Verstuur").click(trial=True)


@pytest.mark.wcag("2.1.1", "2.1.2", "2.4.3", "2.4.7", "2.4.11", "3.2.1", "3.2.2")
@pytest.mark.parametrize("look", ["licht", "400 procent"])
def test_a_whole_conversation_with_the_keyboard_alone(visit: Opening, look: str) -> None:
    chat = visit(viewport=LOOKS[look][0])
    keyboard = chat.page.keyboard
    chat.page.get_by_role("button", name="Sluit het gesprek").click()
    keyboard.press("Enter")
    assert focus(chat.page).name == "Wegwijzer", "opening goes to the heading of the window"

    def tab_to(wanted: str, key: str = "Tab") -> None:
        passed = []
        for _ in range(60):
            keyboard.press(key)
            here = focus(chat.page)
            passed.append(here.name)
            assert here.visible or not here.inside, f"the focus does not show on {here.name!r}"
            assert here.uncovered, f"something lies over {here.name!r}"
            if here.name.startswith(wanted):
                return
        raise AssertionError(f"{wanted!r} was not reached: {passed}")

    tab_to("bericht")
    keyboard.type("mijn man is overleden")
    before = chat.messages.count()
    keyboard.press("Enter")
    chat.answer(before)
    tab_to("Ja, dat klopt", "Shift+Tab" if focus(chat.page).name == "bericht" else "Tab")
    before = chat.messages.count()
    keyboard.press("Enter")
    chat.answer(before)
    assert chat.mine() == ["mijn man is overleden", "Ja, dat klopt"]
    assert focus(chat.page).inside, "choosing did not throw the focus out"
    tab_to("Hulp nu", "Shift+Tab")
    keyboard.press("Space")
    expect(chat.page.get_by_role("link", name=re.compile("Bel 113")).first).to_be_visible()
    tab_to("Bel 113")
    tab_to("Sluit deze nummers")
    keyboard.press("Enter")
    assert focus(chat.page).name == "Hulp nu"
    tab_to("Stop en wis")
    keyboard.press("Enter")
    assert focus(chat.page).name == "Nee, ga terug", "the safe answer has the focus"
    keyboard.press("Escape")
    expect(chat.page.get_by_role("dialog")).to_have_count(0)
    assert focus(chat.page).name == "Stop en wis"
    if look != "400 procent":  # there the chat fills the window, and the page behind it can not be reached until it is closed
        passed = set()
        for _ in range(60):
            keyboard.press("Tab")
            passed.add(focus(chat.page).name)
        assert any("Naar de inhoud" in name for name in passed), "one can tab out of the chat"
        tab_to("Stop en wis")
    keyboard.press("Escape")
    expect(chat.field).to_have_count(0)
    assert focus(chat.page).name == "Praat met Wegwijzer", "out of the chat again, where one came in"


@pytest.mark.wcag("4.1.3", "1.3.2")
def test_exactly_the_new_message_is_announced(visit: Opening) -> None:
    chat = visit()
    chat.say("hallo")
    expect(chat.log).to_have_attribute("aria-live", "polite")
    chat.log.evaluate(
        """log => { window.heard = []; new MutationObserver(all => all.forEach(one => {
          for (const node of one.addedNodes) window.heard.push(['added', node.textContent]);
          for (const node of one.removedNodes) window.heard.push(['removed', node.textContent]);
          if (one.type === 'characterData') window.heard.push(['changed', one.target.textContent]);
        })).observe(log, {childList: true, subtree: true, characterData: true}); }"""
    )
    count = chat.messages.count()
    chat.say("mijn man is overleden")
    heard = chat.page.evaluate("window.heard")
    new = chat.messages.evaluate_all(f"all => all.slice({count}).map(one => one.querySelector('.inhoud').textContent)")
    added = [text for what, text in heard if what == "added"]
    for text in new:
        assert sum(text in one for one in added) == 1, (text, heard)
    assert not [text for what, text in heard if what == "changed"]
    log = next(node for node in accessibility_tree(chat.page) if node.role == "log")
    assert log.properties["live"] == "polite"
    assert log.properties["relevant"] == "additions"
    assert log.properties["atomic"] is False
    assert not log.properties.get("busy")


@pytest.mark.wcag("4.1.3")
def test_what_was_said_before_is_not_announced_again_after_a_reload(visit: Opening) -> None:
    chat = visit()
    chat.say("hallo")
    chat.page.add_init_script(
        """new MutationObserver(() => { const host = document.querySelector('wegwijzer-chat'); if (!host?.shadowRoot || window.watching) return;
        window.watching = true; window.spoken = []; new MutationObserver(all => all.forEach(one => { const log = one.target.closest?.('[role=log]');
          if (log && log.getAttribute('aria-live') !== 'off') for (const node of one.addedNodes) if (node.matches?.('li[data-key]')) window.spoken.push(node.textContent);
        })).observe(host.shadowRoot, {childList: true, subtree: true}); }).observe(document, {childList: true, subtree: true, attributes: true});"""
    )
    chat.page.reload()
    expect(chat.log).to_have_attribute("aria-live", "polite", timeout=PATIENCE)
    assert chat.page.evaluate("window.watching")
    assert chat.page.evaluate("window.spoken") == []


@pytest.mark.wcag("1.3.1", "1.3.2", "2.4.6", "4.1.2")
def test_a_screen_reader_hears_who_speaks_and_what_each_thing_is(visit: Opening) -> None:
    chat = visit()
    chat.to_a_step()
    tree = accessibility_tree(chat.page)
    names = [(node.role, node.name) for node in tree]
    assert ("region", "Wegwijzer") in names
    assert ("log", "Het gesprek") in names
    assert ("textbox", "Je bericht") in names
    texts = [node.name for node in tree if node.role == "StaticText"]
    assert texts.index("Wegwijzer (computer)") < texts.index("Jij"), "in the order in which it was said"
    assert [name for role, name in names if role == "heading" and name == "Waarom dit bij je past"]
    assert not [node for node in tree if node.role in ("button", "link", "textbox", "radio", "checkbox") and not node.name]


@pytest.mark.wcag("1.4.1", "3.3.1", "3.3.3", "3.3.4")
def test_a_message_that_was_not_taken_says_so_in_words_and_what_to_do(visit: Opening) -> None:
    chat = visit()
    refused(chat)
    said = chat.messages.last.inner_text()
    assert "Niet verstuurd" in said
    assert "stukjes" in said, "it says how it can be sent"
    wiping_dialog = visit()
    wiping(wiping_dialog)
    expect(wiping_dialog.page.get_by_role("dialog")).to_contain_text("Je kunt het niet terughalen")


@pytest.mark.wcag("1.4.1")
def test_what_was_chosen_shows_without_colour(visit: Opening) -> None:
    chat = visit()
    chat.choose("Ik voel me alleen")
    assert "gekozen" in chat.button("Ik voel me alleen").inner_text()
    expect(chat.button("Ik voel me alleen")).to_have_attribute("aria-pressed", "true")
    expect(chat.button("Ik zoek iets om te doen")).to_be_enabled()


@pytest.mark.wcag("1.4.11")
@pytest.mark.parametrize("look", ["licht", "donker"])
def test_edges_of_fields_and_buttons_stand_out(visit: Opening, look: str) -> None:
    chat = visit(color_scheme=PLAIN["color_scheme"] if look == "licht" else "dark")
    for target in (chat.field, chat.button("Ik voel me alleen"), chat.button("Verstuur")):
        ratio = target.evaluate(
            """one => { const rgb = (css) => (css.match(/[\\d.]+/g) || [0,0,0,0]).map(Number);
            const lum = ([r, g, b]) => [r, g, b].map(v => v / 255).map(v => v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4)
              .reduce((sum, v, at) => sum + v * [0.2126, 0.7152, 0.0722][at], 0);
            const ground = (el) => { for (let at = el.parentElement ?? el.getRootNode().host; at; at = at.parentElement ?? at.getRootNode().host) {
              const colour = rgb(getComputedStyle(at).backgroundColor); if (colour.length === 3 || colour[3] > 0.99) return colour; } return [255,255,255]; };
            const contrast = (a, b) => { const [x, y] = [lum(a), lum(b)].sort((p, q) => q - p); return (x + 0.05) / (y + 0.05); };
            const style = getComputedStyle(one), behind = ground(one);
            return Math.max(contrast(rgb(style.borderTopColor), behind), contrast(rgb(style.backgroundColor), behind)); }"""
        )
        assert ratio >= 3, (target.inner_text(), ratio)


@pytest.mark.wcag("2.2.2")
def test_nothing_moves_for_more_than_five_seconds(visit: Opening) -> None:
    chat = visit()
    chat.field.fill("ik voel me alleen")
    chat.field.press("Enter")
    seen = 0.0
    for _ in range(30):
        seen = max(
            seen,
            chat.page.evaluate(
                """() => Math.max(0, ...[document, document.querySelector('wegwijzer-chat').shadowRoot].flatMap(root => root.getAnimations())
                .map(one => { const t = one.effect.getComputedTiming(); return t.endTime; }))"""
            ),
        )
        chat.page.wait_for_timeout(50)
    assert seen <= 5_000


@pytest.mark.wcag("2.5.2")
def test_a_press_that_slides_off_does_nothing(visit: Opening) -> None:
    chat = visit()
    box = chat.button("Ik voel me alleen").bounding_box()
    assert box is not None
    chat.page.mouse.move(box["x"] + 5, box["y"] + 5)
    chat.page.mouse.down()
    chat.page.mouse.move(5, 5)
    chat.page.mouse.up()
    assert chat.mine() == []


@pytest.mark.wcag("3.2.6")
def test_help_is_at_the_same_place_in_every_state(visit: Opening) -> None:
    chat = visit(viewport=PHONE)
    places = set()
    for step in (begin, answered, help_panel):
        step(chat)
        box = chat.button("Hulp nu").bounding_box()
        assert box is not None
        places.add((round(box["x"] / 4), round(box["y"] / 4)))
        viewport = chat.page.viewport_size
        assert viewport is not None
        assert box["y"] + box["height"] <= viewport["height"]
    assert len(places) == 1
    chat.page.get_by_role("region", name="Wegwijzer").wait_for()


@pytest.mark.wcag("1.4.5")
def test_text_is_text(visit: Opening) -> None:
    chat = visit()
    to_keep(chat)
    assert chat.page.locator("img").count() == 0
    assert all(node.name for node in accessibility_tree(chat.page) if node.role in ("image", "img"))


@pytest.mark.wcag("3.1.2")
def test_another_language_is_marked(visit: Opening) -> None:
    chat = visit()
    chat.say("hello, I am new in Utrecht and I feel very lonely, can you help me please?")
    said = chat.messages.last
    language = said.evaluate("one => (one.querySelector('[lang]') ?? one).closest('[lang]')?.lang")
    english = bool(re.search(r"\b(you|the|and|with)\b", said.inner_text()))
    assert language == ("en" if english else "nl"), said.inner_text()


def test_every_criterion_is_judged_or_has_a_reason(request: pytest.FixtureRequest) -> None:
    judged = {number for item in request.session.items for marker in item.iter_markers("wcag") for number in marker.args}
    if len(request.session.items) < len(STATES):
        pytest.skip("only when all tests of the browser are run")
    for criterion in criteria():
        assert criterion.number in judged or criterion.nvt or criterion.mens, criterion
        assert not (criterion.number in judged and criterion.nvt), f"{criterion.number} is judged, so it applies"
    assert judged <= {criterion.number for criterion in criteria()}


def test_the_report_says_what_failed() -> None:
    evidence = Evidence()
    other = Evidence()
    first, second = criteria()[0], next(one for one in criteria() if one.nvt)
    evidence.saw((first.number,), "test_a", True)
    assert outcome(first, evidence) == "geen fout gevonden"
    evidence.saw((first.number,), "test_a", False)
    evidence.saw((first.number,), "test_a", True)
    assert outcome(first, evidence) == "fout gevonden"
    assert outcome(second, evidence) == "niet van toepassing"
    other.saw((first.number,), "test_b", True)
    other.states["begin"] = (3, ("color-contrast",))
    other.add(evidence.as_data())
    assert outcome(first, other) == "fout gevonden", "also when another process found it"
    assert "| begin | 3 | color-contrast |" in report(other)
