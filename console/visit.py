"""One request of a colleague's browser: who it is, what was filled in, and the answer with its strict headers."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode, urlsplit

from sanic import response
from sanic.request import Request
from sanic.response import HTTPResponse

from console.parts import Parts
from console.rendering import render, text
from wegwijzer.staff.models import Role, User
from wegwijzer.staff.sessions import Session, proof_of

PROOF = "bewijs"
"""The field of a form that shows that it is ours (CSRF)."""

SECRET_FIELDS = frozenset({"wachtwoord", PROOF})
"""What is never shown again."""

FOR_ALL: Mapping[str, str] = {
    "X-Content-Type-Options": "nosniff",
    # Not no-referrer: then browsers send "Origin: null" with our own forms.
    "Referrer-Policy": "same-origin",
    "Cache-Control": "no-store",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "X-Frame-Options": "DENY",
}


def content_security_policy(nonce: str) -> str:
    """Our own script by nonce, our own style, our own server; no frames, no plugins, nothing inline (CSP level 3)."""
    return (
        f"default-src 'none'; script-src 'nonce-{nonce}'; style-src 'self'; img-src 'self'; connect-src 'self'; "
        "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    )


@dataclass(frozen=True)
class Visit:
    """One request.

    Attributes:
        request: as Sanic has it.
        parts: what pages work with.
        session: who is signed in; ``None`` on pages where nobody has to be.
    """

    request: Request
    parts: Parts
    session: Session | None = None

    @property
    def user(self) -> User:
        """Who is signed in."""
        if self.session is None:
            raise LookupError("nobody is signed in here")
        return self.session.user

    @property
    def name(self) -> str:
        """The colleague's name, as the store knows it."""
        return self.user.name

    @property
    def token(self) -> str:
        """What stands in the cookie of the session."""
        return str(self.request.cookies.get(self.cookie("balie")) or "")

    @property
    def address(self) -> str:
        """Where the request comes from, for counting attempts."""
        return str(self.request.remote_addr or self.request.ip)

    @property
    def wants_data(self) -> bool:
        """Whether our script asks, and not a person's browser."""
        return "application/json" in str(self.request.headers.get("accept", ""))

    def form(self, name: str, longest: int = 200) -> str:
        """What was filled in, cut off at a length that nobody reaches who uses the page."""
        return str((self.request.form or {}).get(name) or "")[:longest]

    def query(self, name: str, longest: int = 200) -> str:
        """What stands in the address."""
        return str(self.request.args.get(name) or "")[:longest]

    def cookie(self, name: str) -> str:
        """How a cookie is called: with TLS the browser itself keeps other hosts from setting it (``__Host-``)."""
        return f"__Host-{name}" if self.parts.settings.console.secure else name

    def html(self, template: str, status: int = 200, **values: Any) -> HTTPResponse:
        """A page."""
        nonce = secrets.token_urlsafe(16)
        proof = self.session.proof if self.session else values.pop("proof", "")
        page = render(
            template, nonce=nonce, bewijs=proof, gebruiker=self.session.user if self.session else None, beheer=self.admin,
            pad=self.request.path, over=self.session.left if self.session else 0, **values,
        )  # fmt: skip
        return response.html(page, status, {**FOR_ALL, "Content-Security-Policy": content_security_policy(nonce)})

    def data(self, values: Mapping[str, Any], status: int = 200) -> HTTPResponse:
        """An answer for our script."""
        return response.json(dict(values), status=status, headers=dict(FOR_ALL))

    def to(self, path: str, **query: str) -> HTTPResponse:
        """Go there next, without sending a form again."""
        return response.redirect(path + (f"?{urlencode(query)}" if query else ""), headers=dict(FOR_ALL), status=303)

    def notice(self, name: str, status: int, **fill: object) -> HTTPResponse:
        """A page, or an answer for our script, that only says what is the matter."""
        said = text("meldingen", name, **fill)
        if self.wants_data:
            return self.data({"fout": said}, status)
        return self.html("melding.html", status, tekst=said, bewaard=self.typed())

    def typed(self) -> dict[str, str]:
        """What was filled in, without secrets, so that it is not lost."""
        form = self.request.form if self.request.method == "POST" else None
        return {name: str(values[0]) for name, values in (form or {}).items() if name not in SECRET_FIELDS and values}

    def set_cookie(self, answer: HTTPResponse, name: str, value: str, seconds: int | None = None) -> None:
        """A cookie for this host only, that no script reads. Lax, because one comes back from the municipality's sign-in."""
        name = self.cookie(name)
        answer.cookies[name] = value
        answer.cookies[name]["path"] = "/"
        answer.cookies[name]["httponly"] = True
        answer.cookies[name]["samesite"] = "Lax"
        if self.parts.settings.console.secure:
            answer.cookies[name]["secure"] = True
        if seconds is not None:
            answer.cookies[name]["max-age"] = seconds

    @property
    def admin(self) -> bool:
        """Whether an administrator is signed in."""
        return self.session is not None and self.session.user.role is Role.ADMIN

    @property
    def from_here(self) -> bool:
        """Whether a form was sent by a page of ours, as far as the browser says."""
        site = self.request.headers.get("sec-fetch-site")
        if site is not None:
            return bool(site == "same-origin")
        origin = self.request.headers.get("origin")
        ours = {str(self.request.headers.get("host", "")), urlsplit(self.parts.settings.console.url).netloc}
        return origin is None or urlsplit(str(origin)).netloc in ours - {""}


def before_entering(visit: Visit) -> tuple[str, str]:
    """A token for a browser in which nobody is signed in yet, and what belongs to it in the form."""
    token = str(visit.request.cookies.get(visit.cookie("vooraf")) or "") or secrets.token_urlsafe(32)
    return token, proof_of(token)
