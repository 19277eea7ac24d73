"""The script, the style and the health of the console."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from pathlib import Path

from sanic import response
from sanic.response import HTTPResponse

from console.visit import FOR_ALL, Visit
from wegwijzer.guarding.security_txt import security_txt
from wegwijzer.paths import ROOT

STATIC = Path(__file__).parent / "static"
BUILT = ROOT / "web" / "dist" / "console.css"
"""Our own rules with the theme and the components of the city; made by ``wegwijzer web``."""

_FILES: Mapping[str, tuple[tuple[Path, ...], str]] = {
    "console.css": ((BUILT, STATIC / "console.css"), "text/css; charset=utf-8"),
    "console.js": ((STATIC / "console.js",), "text/javascript; charset=utf-8"),
}


def file(visit: Visit, name: str) -> HTTPResponse:
    """One of our files; the style without the theme when it was not built."""
    paths, kind = _FILES.get(name, ((), ""))
    for path in paths:
        if path.is_file():
            content = path.read_bytes()
            tag = f'"{hashlib.sha256(content).hexdigest()[:32]}"'
            headers = {**FOR_ALL, "Cache-Control": "no-cache", "ETag": tag}
            if visit.request.headers.get("if-none-match") == tag:
                return response.empty(304, headers)
            return response.raw(content, content_type=kind, headers=headers)
    return response.text("not found", 404, dict(FOR_ALL))


def whom_to_tell(visit: Visit) -> HTTPResponse:
    """Whom to tell of a weak spot, when that is set."""
    text = security_txt(visit.parts.settings.security_contacts)
    return response.text(text or "not found", 200 if text else 404, dict(FOR_ALL))


def health(visit: Visit) -> HTTPResponse:
    """That this process is alive. Whether its database answers is said by ``/ready`` (``console/app.py``)."""
    return response.json({"status": "ok"}, headers=dict(FOR_ALL))
