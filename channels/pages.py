"""The built chat and its demo page: ``GET /`` and ``GET /chat/...``, exactly the files that were built, with strict headers."""

from __future__ import annotations

import hashlib
import logging
import mimetypes
import secrets
from collections.abc import Awaitable, Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from rasa.core.channels.channel import InputChannel, UserMessage
from sanic import Blueprint, response
from sanic.request import Request
from sanic.response import HTTPResponse

from wegwijzer.guarding.headers import STRICT, frame_ancestors
from wegwijzer.guarding.security_txt import PATH, read_contacts, security_txt
from wegwijzer.paths import ROOT
from wegwijzer.web.origins import read_origins

log = logging.getLogger(__name__)

BUILT = ROOT / "web" / "dist"
PAGE = "index.html"
NONCE = "{{nonce}}"
"""Where the page wants the nonce of its scripts."""

TEXT = ("text/", "application/json", "application/manifest+json", "image/svg+xml")

FOR_FILES: Mapping[str, str] = {
    **STRICT,
    # Kept, but asked for again each time: the name of the script that pages embed never changes.
    "Cache-Control": "public, no-cache",
    # The same for everybody, and meant for the pages of other hosts.
    "Access-Control-Allow-Origin": "*",
    "Cross-Origin-Resource-Policy": "cross-origin",
}

FOR_PAGE: Mapping[str, str] = {**STRICT, "Permissions-Policy": "camera=(), geolocation=(), microphone=(self)"}
"""The microphone is for dictation."""


def content_security_policy(nonce: str, origins: Sequence[str] = ()) -> str:
    """The policy of the page: its own script by nonce, its own styles, talking with this server only (CSP level 3).

    Args:
        nonce: of this answer.
        origins: pages of other hosts that may show it in a frame.
    """
    return "; ".join(
        (
            "default-src 'none'",
            f"script-src 'nonce-{nonce}'",
            "style-src 'self'",
            "img-src 'self' data: blob:",
            "connect-src 'self'",
            "base-uri 'none'",
            "form-action 'none'",
            frame_ancestors(origins),
        )
    )


class PagesInput(InputChannel):
    """A channel nobody talks through: the way to add routes to Rasa's server without changing it.

    Args:
        folder: what ``make start`` built from ``web/``. Its files are listed once; no other name is ever looked up.
        origins: pages of other hosts that may show the page in a frame.
        contacts: whom to tell of a weak spot.
    """

    def __init__(self, folder: Path = BUILT, origins: tuple[str, ...] = (), contacts: tuple[str, ...] = ()) -> None:
        self._origins, self._contacts = origins, contacts
        self._files = {
            path.relative_to(folder).as_posix(): path
            for path in (sorted(folder.rglob("*")) if folder.is_dir() else ())
            if path.is_file() and not path.is_symlink()
        }
        self._page = self._files.pop(PAGE, None)

    @classmethod
    def name(cls) -> str:
        """The key in ``credentials.yml``."""
        return "pages"

    @classmethod
    def from_credentials(cls, credentials: dict[str, Any] | None) -> PagesInput:
        """With ``origins`` and ``contact`` of ``credentials.yml``; both may be left out."""
        given = credentials or {}
        origins, contacts = str(given.get("origins") or ""), str(given.get("contact") or "")
        return cls(origins=read_origins(origins), contacts=read_contacts(contacts))

    def url_prefix(self) -> str:
        """The root: ``urljoin("/webhooks/", "/")`` is ``/``."""
        return "/"

    def blueprint(self, on_new_message: Callable[[UserMessage], Awaitable[None]]) -> Blueprint:
        """The page and the files."""
        pages = Blueprint("wegwijzer_pages", __name__)

        @pages.route("/", methods=["GET", "HEAD"])
        async def page(request: Request) -> HTTPResponse:
            return _guarded(self._page, lambda path: _page(path, self._origins))

        @pages.route("/chat/<name:path>", methods=["GET", "HEAD"], unquote=True)
        async def file(request: Request, name: str) -> HTTPResponse:
            if self._page is None and not self._files:
                return _guarded(None, _nothing)
            if name not in self._files:
                return response.text("not found", status=404, headers=dict(STRICT))
            return _guarded(self._files[name], lambda path: _file(path, request.headers.get("if-none-match")))

        @pages.route(PATH, methods=["GET", "HEAD"])
        async def whom_to_tell(request: Request) -> HTTPResponse:
            text = security_txt(self._contacts)
            if text is None:
                return response.text("not found", status=404, headers=dict(STRICT))
            return response.text(text, headers=dict(STRICT))

        return pages


def _guarded(path: Path | None, answer: Callable[[Path], HTTPResponse]) -> HTTPResponse:
    """The answer, or a line for who develops when it was not built or has gone since."""
    try:
        if path is not None:
            return answer(path)
    except OSError as error:
        log.error("pages: %s cannot be read: %s", path, error.strerror)
    return response.text(
        "The web chat is not built: web/dist is missing or changed. Run: make start", status=503, headers=dict(STRICT)
    )


def _nothing(path: Path) -> HTTPResponse:
    return response.empty()


def _page(path: Path, origins: tuple[str, ...]) -> HTTPResponse:
    nonce = secrets.token_urlsafe(16)
    html = path.read_text(encoding="utf-8").replace(NONCE, nonce)
    return response.html(html, headers={**FOR_PAGE, "Content-Security-Policy": content_security_policy(nonce, origins)})


def _file(path: Path, known: str | None) -> HTTPResponse:
    content = path.read_bytes()
    tag = f'"{hashlib.sha256(content).hexdigest()[:32]}"'
    headers = {**FOR_FILES, "ETag": tag}
    if known and tag in (part.strip().removeprefix("W/") for part in known.split(",")):
        return response.empty(status=304, headers=headers)
    kind = mimetypes.guess_type(path.name)[0] or "application/octet-stream"
    return response.raw(content, content_type=f"{kind}; charset=utf-8" if kind.startswith(TEXT) else kind, headers=headers)
