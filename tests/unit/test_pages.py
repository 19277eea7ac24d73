"""The page and the files of the chat: a strict policy with a nonce for each answer, and nothing but what was built."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

from wegwijzer.evaluation.echo_server import EchoServer

HTML = '<!doctype html><script nonce="{{nonce}}" src="/chat/wegwijzer-chat.js"></script><script nonce=\'{{nonce}}\'></script>'


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What a build leaves, with something secret beside it."""
    folder = tmp_path_factory.mktemp("web") / "dist"
    (folder / "fonts").mkdir(parents=True)
    (folder / "index.html").write_text(HTML, encoding="utf-8")
    (folder / "wegwijzer-chat.js").write_text("console.log('é')", encoding="utf-8")
    (folder / "demo.css").write_text("p { color: black }", encoding="utf-8")
    (folder / "weg.css").write_text("p { color: white }", encoding="utf-8")
    (folder / "fonts" / "a.woff2").write_bytes(b"\x00font")
    (folder.parent / "geheim.txt").write_text("geheim", encoding="utf-8")
    (folder / "omweg.txt").symlink_to(folder.parent / "geheim.txt")
    return folder


@pytest.fixture(scope="module")
def address(built: Path) -> Iterator[str]:
    with served(built) as address:
        yield address


@contextmanager
def served(folder: Path) -> Iterator[str]:
    """A really running server with the page."""
    server = EchoServer("sqlite://", "een-heel-lang-geheim-van-deze-test-0123", pages=str(folder))
    server.start()
    try:
        yield server.address
    finally:
        server.kill()


def get(address: str, path: str, headers: dict[str, str] | None = None, method: str = "GET") -> httpx.Response:
    """``path`` goes over the line exactly as it is written."""
    with httpx.Client(trust_env=False) as client:
        url = httpx.URL(address).copy_with(raw_path=path.encode())
        return client.send(client.build_request(method, url, headers=headers))


def test_the_page_has_a_new_nonce_each_time_and_allows_nothing_else(address: str) -> None:
    nonces = []
    for page in (get(address, "/"), get(address, "/")):
        assert page.status_code == 200
        policy = page.headers["content-security-policy"]
        (nonce,) = re.findall(r"script-src 'nonce-([\w-]{16,})'", policy)
        nonces.append(nonce)
        assert page.text.count(nonce) == 2 and "{{" not in page.text
        assert "unsafe" not in policy and "*" not in policy and "http" not in policy
        for part in ("default-src 'none'", "connect-src 'self'", "img-src 'self' data: blob:", "style-src 'self'", "base-uri 'none'",
                     "form-action 'none'", "frame-ancestors 'self'"):  # fmt: skip
            assert part in policy.split("; ")
        assert page.headers["x-content-type-options"] == "nosniff"
        assert page.headers["referrer-policy"] == "no-referrer"
        assert "microphone=(self)" in page.headers["permissions-policy"]
        assert page.headers["cache-control"] == "no-store"
    assert nonces[0] != nonces[1]


def test_the_files_come_with_their_kind_and_a_tag(address: str) -> None:
    script, style, font = (get(address, f"/chat/{name}") for name in ("wegwijzer-chat.js", "demo.css", "fonts/a.woff2"))
    assert script.text == "console.log('é')"
    assert "javascript" in script.headers["content-type"]
    assert style.headers["content-type"].startswith("text/css")
    assert font.content == b"\x00font"
    for file in (script, style, font):
        assert file.status_code == 200
        assert file.headers["x-content-type-options"] == "nosniff"
        assert "no-cache" in file.headers["cache-control"]
    again = get(address, "/chat/demo.css", headers={"If-None-Match": f'"other", W/{style.headers["etag"]}'})
    assert (again.status_code, again.content) == (304, b"")
    changed = get(address, "/chat/demo.css", headers={"If-None-Match": '"other"'})
    assert changed.status_code == 200


def test_a_head_request_has_no_body(address: str) -> None:
    page, file = get(address, "/", method="HEAD"), get(address, "/chat/demo.css", method="HEAD")
    assert (page.status_code, page.content, file.status_code, file.content) == (200, b"", 200, b"")


@pytest.mark.parametrize(
    "path",
    ["/chat/../geheim.txt", "/chat/%2e%2e/geheim.txt", "/chat/..%2fgeheim.txt", "/chat/fonts/../../geheim.txt", "/chat//etc/passwd",
     "/chat/omweg.txt", "/chat/index.html", "/chat/", "/chat/fonts", "/chat/bestaat_niet.js", "/chat/%00", "/chat/%ff"],
)  # fmt: skip
def test_nothing_else_is_given(address: str, path: str) -> None:
    answer = get(address, path)
    assert answer.status_code in (400, 404)
    assert "geheim" not in answer.text.replace("geheim.txt", "") and "root:" not in answer.text


def test_what_was_not_built_is_said_to_who_develops(tmp_path: Path) -> None:
    with served(tmp_path / "leeg") as address:
        for answer in (get(address, "/"), get(address, "/chat/wegwijzer-chat.js")):
            assert answer.status_code == 503
            assert "make start" in answer.text


def test_a_file_that_has_gone_since_is_said_too(address: str, built: Path) -> None:
    (built / "weg.css").unlink()
    assert get(address, "/chat/weg.css").status_code == 503
