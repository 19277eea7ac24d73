"""One conversation: taking it, talking, notes, looking things up, and ending it."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from datetime import datetime
from typing import Any

from sanic.response import HTTPResponse

from console.rendering import render, text
from console.suggesting import found
from console.visit import Visit
from wegwijzer.handover.models import Line, Outcome, Refused, Request, Said, SystemLine, Who
from wegwijzer.handover.states import Actor, RequestState
from wegwijzer.handover.summary import summary_lines
from wegwijzer.matching.moment import Moment
from wegwijzer.matching.opening_hours import AMSTERDAM

LONGEST = 4000
"""Characters of one message or note."""

OUTCOMES = (Outcome.HELPED, Outcome.REFERRED, Outcome.LEFT, Outcome.OTHER)
"""How a colleague can end a conversation."""


def page(visit: Visit, verzoek: str) -> HTTPResponse:
    """The conversation, or who has it."""
    request = visit.parts.store.get(verzoek)
    visit.parts.store.presence.beat(visit.name)
    return _page(visit, request)


def take(visit: Visit, verzoek: str) -> HTTPResponse:
    """Take it from the queue. Who is too late hears who was first."""
    try:
        visit.parts.store.take(verzoek, visit.name)
    except Refused as refused:
        if refused.code == "no_request" or not refused.now or refused.now.taken_by == visit.name:
            if refused.now is None:
                raise
            return visit.to(f"/verzoek/{verzoek}")
        return _late(visit, refused.now)
    return visit.to(f"/verzoek/{verzoek}")


def say(visit: Visit, verzoek: str) -> HTTPResponse:
    """Say something to the resident: it is put into the store, and passed on from there."""
    return _write(visit, verzoek, Who.COLLEAGUE, "tekst")


def note(visit: Visit, verzoek: str) -> HTTPResponse:
    """Write something down for colleagues only."""
    _mine(visit, verzoek)
    return _write(visit, verzoek, Who.NOTE, "notitie")


def insert(visit: Visit, verzoek: str) -> HTTPResponse:
    """Put a ready answer or an offer behind what is typed already; for who has no script."""
    request = _mine(visit, verzoek)
    kind, _, name = visit.form("voeg").partition(":")
    ready = {answer.id: answer.tekst for answer in visit.parts.catalogue.antwoorden.antwoorden}
    offers = {one["id"]: one["tekst"] for one in _offers(visit, visit.form("zoek"))}
    more = (ready if kind == "antwoord" else offers).get(name, "")
    typed = "\n\n".join(part for part in (visit.form("tekst", LONGEST), more) if part)
    return _page(visit, request, tekst=typed, kenmerk=visit.form("kenmerk"), zoek=visit.form("zoek"))


def types(visit: Visit, verzoek: str) -> HTTPResponse:
    """The colleague is typing."""
    _mine(visit, verzoek)
    visit.parts.store.types(verzoek, Who.COLLEAGUE)
    return visit.data({})


def give_back(visit: Visit, verzoek: str) -> HTTPResponse:
    """The bot talks again."""
    return _end(visit, verzoek, RequestState.GIVEN_BACK)


def close(visit: Visit, verzoek: str) -> HTTPResponse:
    """The conversation is over."""
    return _end(visit, verzoek, RequestState.CLOSED)


def pass_on(visit: Visit, verzoek: str) -> HTTPResponse:
    """Back into the queue, for another colleague."""
    visit.parts.store.move(verzoek, RequestState.WAITING, Actor.COLLEAGUE, visit.name, version=_version(visit))
    return visit.to("/")


def call_later(visit: Visit, verzoek: str) -> HTTPResponse:
    """The person will be called; the bot asks for the number."""
    visit.parts.store.move(verzoek, RequestState.CALL_BACK, Actor.COLLEAGUE, visit.name, version=_version(visit))
    return visit.to("/terugbellen")


def news(visit: Visit, verzoek: str, after: str) -> dict[str, Any]:
    """The lines after a number, and whether the resident types, for our script."""
    try:
        request = visit.parts.store.get(verzoek)
    except Refused:
        return {"staat": "weg"}
    if request.taken_by != visit.name:
        return {"staat": request.state.value, "versie": request.version}
    last = int(after) if after.isascii() and after.isdigit() and len(after) < 9 else 0
    lines = visit.parts.store.lines(verzoek, last, private=True)
    return {
        "staat": request.state.value,
        "versie": request.version,
        "regels": [{"nr": line.seq, "html": render("_regel.html", regel=_shown(line)), "wie": line.who.value} for line in lines],
        "typt": Who.RESIDENT in visit.parts.store.typing(verzoek),
    }


def _page(
    visit: Visit, request: Request, status: int = 200, *, tekst: str = "", notitie: str = "", kenmerk: str = "", zoek: str = "",
    fout: str = "",
) -> HTTPResponse:  # fmt: skip
    mine = request.taken_by == visit.name
    if request.taken_by and not mine:
        return _late(visit, request)
    lines = visit.parts.store.lines(request.id, private=True) if mine else []
    visit.parts.store.audit.add(visit.name, "saw" if mine else "saw_summary", request.id)
    zoek = zoek or visit.query("zoek")
    return visit.html(
        "verzoek.html", status,
        verzoek=request, nu=visit.parts.clock(), mijn=mine, samenvatting=summary_lines(request.summary),
        regels=[_shown(line) for line in lines], typt=mine and Who.RESIDENT in visit.parts.store.typing(request.id),
        antwoorden=visit.parts.catalogue.antwoorden.antwoorden, zoek=zoek, gevonden=_offers(visit, zoek) if mine else [],
        uitkomsten=[outcome.value for outcome in OUTCOMES], tekst=tekst, notitie=notitie, fout=fout,
        kenmerk=kenmerk or secrets.token_urlsafe(12), kenmerk_notitie=secrets.token_urlsafe(12),
    )  # fmt: skip


def _late(visit: Visit, request: Request) -> HTTPResponse:
    return visit.notice("heeft_ander", 409, wie=request.taken_by) if request.taken_by else visit.notice("te_laat", 409)


def _write(visit: Visit, verzoek: str, who: Who, field: str) -> HTTPResponse:
    typed = visit.form(field, LONGEST + 1)
    problem = "leeg" if not typed.strip() else "te_lang" if len(typed) > LONGEST else ""
    if problem:
        said = text("meldingen", problem, meest=LONGEST)
        if visit.wants_data:
            return visit.data({"fout": said}, 400)
        kept: dict[str, Any] = {field: str((visit.request.form or {}).get(field) or "")}
        return _page(visit, visit.parts.store.get(verzoek), 400, fout=said, **kept)
    client_id = f"console:{visit.name}:{visit.form('kenmerk', 64) or secrets.token_urlsafe(12)}"
    said_now = Said(who, typed.strip().replace("\r\n", "\n"), client_id=client_id[:128], author=visit.name)
    line, new = visit.parts.store.append(verzoek, said_now)
    if new:
        visit.parts.store.audit.add(visit.name, "said" if who is Who.COLLEAGUE else "noted", verzoek)
    if visit.wants_data:
        return visit.data({"nr": line.seq})
    return visit.to(f"/verzoek/{verzoek}#laatste")


def _end(visit: Visit, verzoek: str, to: RequestState) -> HTTPResponse:
    outcome = next((one for one in OUTCOMES if one.value == visit.form("uitkomst")), Outcome.OTHER)
    visit.parts.store.move(verzoek, to, Actor.COLLEAGUE, visit.name, version=_version(visit), outcome=outcome)
    visit.parts.vault.forget(verzoek)
    return visit.to("/")


def _version(visit: Visit) -> int | None:
    """The version that the colleague saw: when danger was seen since, the page must be looked at first."""
    given = visit.form("versie", 9)
    return int(given) if given.isascii() and given.isdigit() else None


def _mine(visit: Visit, verzoek: str) -> Request:
    request = visit.parts.store.get(verzoek)
    if request.taken_by != visit.name or not request.open:
        raise Refused("not_yours", request)
    return request


def _offers(visit: Visit, query: str) -> list[dict[str, str]]:
    if not query.strip():
        return []
    now = datetime.fromtimestamp(visit.parts.clock(), AMSTERDAM)
    return found(visit.parts.index, visit.parts.catalogue, query, Moment(now, visit.parts.settings.verified_within_months))


def _shown(line: Line) -> dict[str, Any]:
    """A line as the page shows it: what happened gets its Dutch words here."""
    warns = line.who is Who.SYSTEM and line.text in {SystemLine.CRISIS, SystemLine.CRISIS_UNANSWERED}
    said = text("gebeurd", line.text, wie=line.author) if line.who is Who.SYSTEM and line.text in set(SystemLine) else line.text
    return {"nr": line.seq, "wie": line.who.value, "tekst": said, "op": line.at, "van": line.author, "gevaar": warns}


ACTIONS: dict[str, Callable[[Visit, str], HTTPResponse]] = {
    "neem": take,
    "zeg": say,
    "notitie": note,
    "invoegen": insert,
    "typt": types,
    "teruggeven": give_back,
    "sluiten": close,
    "doorgeven": pass_on,
    "bellen": call_later,
}
"""What can be done with a request, by the last word of the address."""
