"""Coming in and going out."""

from __future__ import annotations

import logging
import math

from sanic.response import HTTPResponse

from console.rendering import text
from console.visit import PROOF, Visit, before_entering
from wegwijzer.staff.models import Locked, User
from wegwijzer.staff.oidc import FLOW_FOR, SignInFailed
from wegwijzer.staff.passwords import LONGEST
from wegwijzer.staff.sessions import proves

log = logging.getLogger(__name__)

STATE = "aanmelden"
"""Cookie with the state of a sign-in at the municipality."""


def form(visit: Visit) -> HTTPResponse:
    """The form to come in."""
    if visit.token and visit.parts.sessions.of(visit.token, active=False):
        return visit.to("/")
    return _form(visit)


def enter(visit: Visit) -> HTTPResponse:
    """With a name and a password."""
    known, _ = before_entering(visit)
    if not proves(known, visit.form(PROOF)):
        return _form(visit, "oud_formulier", 403)
    name = visit.form("naam")
    try:
        user = visit.parts.users.enter(name, visit.form("wachtwoord", LONGEST + 1), visit.address)
    except Locked as locked:
        visit.parts.store.audit.add(_known(visit, name), "login_locked")
        return _form(visit, "te_vaak", 429, minuten=math.ceil(locked.seconds / 60))
    if user is None:
        visit.parts.store.audit.add(_known(visit, name), "login_failed")
        return _form(visit, "klopt_niet", 401)
    return _welcome(visit, user, visit.form("naar"))


def leave(visit: Visit) -> HTTPResponse:
    """Out."""
    visit.parts.sessions.end(visit.token)
    visit.parts.store.presence.leave(visit.name)
    visit.parts.store.audit.add(visit.name, "logout")
    answer = visit.to("/inloggen", uit="1")
    visit.set_cookie(answer, "balie", "", 0)
    return answer


def to_municipality(visit: Visit) -> HTTPResponse:
    """To the municipality's own sign-in."""
    if visit.parts.municipal is None:
        return visit.notice("bestaat_niet", 404)
    try:
        url, state = visit.parts.municipal.begin()
    except SignInFailed as failed:
        return _failed(visit, failed)
    answer = visit.to(url)
    visit.set_cookie(answer, STATE, state, int(FLOW_FOR))
    return answer


def from_municipality(visit: Visit) -> HTTPResponse:
    """And back."""
    if visit.parts.municipal is None:
        return visit.notice("bestaat_niet", 404)
    answer = {name: visit.query(name, 4000) for name in ("code", "state", "error", "iss") if name in visit.request.args}
    try:
        sign_in = visit.parts.municipal.finish(answer, str(visit.request.cookies.get(visit.cookie(STATE)) or ""))
    except SignInFailed as failed:
        return _failed(visit, failed)
    user = visit.parts.users.signed_in(sign_in)
    if user is None:
        log.warning("console: somebody without access came from the municipality's sign-in")
        return _form(visit, "geen_toegang", 403)
    entered = _welcome(visit, user, "")
    visit.set_cookie(entered, STATE, "", 0)
    return entered


def stay(visit: Visit) -> HTTPResponse:
    """Somebody is still there. Coming through the door was enough."""
    assert visit.session is not None  # noqa: S101 - for the type checker; the door saw to it
    if visit.wants_data:
        return visit.data({"over": visit.session.left})
    return visit.to("/")


def _failed(visit: Visit, failed: SignInFailed) -> HTTPResponse:
    log.warning("console: sign-in at the municipality: %s", failed)
    status = {"away": 502, "expired": 400, "refused": 403, "untrusted": 403}[failed.code]
    return _form(visit, f"oidc_{failed.code}", status)


def _welcome(visit: Visit, user: User, wanted: str) -> HTTPResponse:
    token = visit.parts.sessions.begin(user.name, instead_of=visit.token)
    visit.parts.store.audit.add(user.name, "login")
    if user.role.at_desk:
        visit.parts.store.presence.beat(user.name)
    answer = visit.to(_local(wanted))
    visit.set_cookie(answer, "balie", token)
    visit.set_cookie(answer, "vooraf", "", 0)
    return answer


def _form(visit: Visit, problem: str = "", status: int = 200, **fill: object) -> HTTPResponse:
    token, proof = before_entering(visit)
    answer = visit.html(
        "inloggen.html", status,
        proof=proof, fout=text("inloggen", problem, **fill) if problem else "", naam=visit.form("naam"), uit=visit.query("uit"),
        naar=visit.form("naar") or visit.query("naar"), gemeente=visit.parts.municipal is not None,
    )  # fmt: skip
    visit.set_cookie(answer, "vooraf", token)
    return answer


def _known(visit: Visit, name: str) -> str:
    """The name for the audit log, when it is somebody's: people type their password there by mistake."""
    user = visit.parts.users.get(name)
    return user.name if user else "?"


def _local(path: str) -> str:
    """A place of ours, never another site."""
    return path if path.startswith("/") and not path.startswith(("//", "/\\")) and path.isprintable() else "/"
