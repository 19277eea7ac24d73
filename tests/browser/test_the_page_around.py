"""The chat as a guest on somebody's page: strict policy, no third party, no inline style, and the page stays what it was."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

import httpx

from .conftest import Opening


def test_nothing_is_asked_of_anybody_else_and_no_policy_is_broken(visit: Opening) -> None:
    chat = visit()
    asked: list[str] = []
    complaints: list[str] = []
    chat.page.on("request", lambda request: asked.append(request.url))
    chat.page.on("console", lambda message: complaints.append(message.text) if message.type in ("error", "warning") else None)
    chat.page.on("pageerror", lambda error: complaints.append(str(error)))
    chat.page.reload()
    chat.to_a_step()
    chat.say("bewaar of print")
    home = urlsplit(chat.page.url).netloc
    assert {urlsplit(url).netloc for url in asked if not url.startswith(("data:", "blob:"))} == {home}
    assert complaints == []


def test_the_policy_of_the_page_is_strict_and_new_each_time(page_address: str) -> None:
    first, second = (httpx.get(page_address, trust_env=False) for _ in range(2))
    policies = [answer.headers["content-security-policy"] for answer in (first, second)]
    assert policies[0] != policies[1]
    for answer, policy in zip((first, second), policies, strict=True):
        nonce = re.search(r"'nonce-([\w-]+)'", policy)
        assert nonce and f'nonce="{nonce.group(1)}"' in answer.text
        assert "unsafe" not in policy
        assert "default-src 'none'" in policy


def test_nothing_is_styled_inline(visit: Opening) -> None:
    chat = visit()
    chat.to_a_step()
    styled = chat.page.evaluate(
        """() => [...document.querySelectorAll('*')].flatMap(one => [one, ...(one.shadowRoot?.querySelectorAll('*') ?? [])])
        .filter(one => one.hasAttribute('style') || one.localName === 'style').map(one => one.outerHTML.slice(0, 80))"""
    )
    assert styled == []


def test_words_of_a_person_are_never_markup(visit: Opening) -> None:
    chat = visit()
    text = "<img src=x onerror=alert(1)> <b>dag</b> & 👵🏽 \u202eabc"
    chat.page.on("dialog", lambda dialog: (_ for _ in ()).throw(AssertionError("a script ran")))
    chat.say(text)
    assert chat.mine() == [text]
    assert chat.log.locator("img, b").count() == 0


def test_before_it_is_opened_it_asks_nothing_of_the_server_and_keeps_nothing(visit: Opening) -> None:
    chat = visit()
    chat.button("Sluit het gesprek").click()
    chat.page.evaluate("sessionStorage.clear()")
    chat.page.context.clear_cookies()
    asked: list[str] = []
    chat.page.on("request", lambda request: asked.append(urlsplit(request.url).path))
    chat.page.reload(wait_until="networkidle")
    assert not [path for path in asked if path.startswith("/web/")]
    assert chat.page.context.cookies() == []
