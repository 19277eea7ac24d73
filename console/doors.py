"""Between the web and the pages: who may come in, forms that are really ours, and kind words when the database is away."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping
from concurrent.futures import Executor
from enum import Enum
from typing import Any

from sanic.request import Request
from sanic.response import HTTPResponse

from console.parts import Parts
from console.visit import PROOF, Visit
from wegwijzer.handover.models import HandoverUnavailable, Refused
from wegwijzer.handover.phone_vault import VaultClosed
from wegwijzer.insight.store import InsightUnavailable
from wegwijzer.learning.store import LearningUnavailable
from wegwijzer.staff.models import Role, StaffUnavailable
from wegwijzer.staff.sessions import proves

log = logging.getLogger(__name__)

Handler = Callable[..., HTTPResponse]
"""Gets a :class:`Visit` and what stands in the path."""


class Door(Enum):
    """Who may come in."""

    EVERYBODY = "everybody"
    SIGNED_IN = "signed in"
    """Whatever their role."""
    COLLEAGUES = "colleagues"
    """Who talk with residents."""
    EDITORS = "editors"
    """Who teach the bot."""
    SCRIPT = "script"
    """Our own script that asks for news: that is no sign that somebody is there."""
    ADMINS = "admins"


OPEN_TO: Mapping[Door, Callable[[Role], bool]] = {
    Door.COLLEAGUES: lambda role: role.at_desk,
    Door.EDITORS: lambda role: role.edits,
    Door.ADMINS: lambda role: role is Role.ADMIN,
}
"""Doors that look at the role; the others are open to all who are signed in."""

FIRST_PAGE: Mapping[Role, str] = {Role.EDITOR: "/leren"}
"""Where somebody goes who comes to the first page and may not see it."""


def through(door: Door, parts: Parts, handler: Handler, threads: Executor) -> Callable[..., Awaitable[HTTPResponse]]:
    """A handler for Sanic: the door, and behind it the page, in a thread."""

    async def handle(request: Request, **path: str) -> HTTPResponse:
        return await asyncio.get_running_loop().run_in_executor(threads, lambda: _enter(door, parts, handler, request, path))

    handle.__name__ = f"{handler.__module__}.{handler.__name__}".replace(".", "_")
    return handle


def _enter(door: Door, parts: Parts, handler: Handler, request: Request, path: dict[str, Any]) -> HTTPResponse:
    visit = Visit(request, parts)
    posted = request.method == "POST"
    if posted and not visit.from_here:
        return _shut(visit, "andere_site")
    try:
        if door is not Door.EVERYBODY:
            session = parts.sessions.of(visit.token, active=door is not Door.SCRIPT) if visit.token else None
            if session is None:
                return _outside(visit, posted)
            visit = Visit(request, parts, session)
            if posted and not proves(session.token, visit.form(PROOF)):
                return _shut(visit, "oud_formulier")
            role = session.user.role
            if door in OPEN_TO and not OPEN_TO[door](role):
                first = FIRST_PAGE.get(role) if request.path == "/" and not posted else None
                return visit.to(first) if first else _shut(visit, "niet_voor_jou")
        return handler(visit, **path)
    except (HandoverUnavailable, StaffUnavailable, InsightUnavailable, LearningUnavailable) as error:
        log.error("console: %s", error)
        return _try_again(visit)
    except VaultClosed as error:
        log.error("console: %s", error)
        return visit.notice("nummer_dicht", 503)
    except Refused as refused:
        return _refused(visit, refused)


def _shut(visit: Visit, name: str) -> HTTPResponse:
    """Refused; in the log with the route as the router knows it, and without who or what."""
    log.warning("console: refused at %s: %s", visit.request.uri_template, name)
    return visit.notice(name, 403)


def _outside(visit: Visit, posted: bool) -> HTTPResponse:
    """Nobody is signed in, or no longer. What was typed is shown, not thrown away."""
    if posted or visit.wants_data:
        log.warning("console: refused at %s: uitgelogd", visit.request.uri_template)
        return visit.notice("uitgelogd", 401)
    return visit.to("/inloggen", naar=visit.request.path)


def _try_again(visit: Visit) -> HTTPResponse:
    """The database is busy or away: the same form again, with all that was typed."""
    if visit.request.method != "POST" or visit.wants_data:
        return visit.notice("database", 503)
    return visit.html(
        "opnieuw.html", 503, velden=visit.typed(), bewijs_terug=visit.form(PROOF), doel=visit.request.path, proof=""
    )


def _refused(visit: Visit, refused: Refused) -> HTTPResponse:
    """Something could not be done; kindly, and who has it when somebody does."""
    if refused.now is not None and refused.now.taken_by and refused.now.taken_by != (visit.session and visit.name):
        return visit.notice("heeft_ander", 409, wie=refused.now.taken_by)
    known = {
        "no_request": ("weg", 404),
        "too_late": ("te_laat", 409),
        "not_allowed": ("kan_niet", 409),
        "not_yours": ("kan_niet", 409),
    }
    return visit.notice(*known[refused.code])
