"""When the desk is open: the usual hours, and days that are different."""

from __future__ import annotations

from datetime import date, datetime

from sanic.response import HTTPResponse

from console.rendering import text
from console.visit import Visit
from wegwijzer.matching.opening_hours import AMSTERDAM, MONTHS

NOTE = 120
"""Characters of a reason."""


def page(visit: Visit) -> HTTPResponse:
    """The hours."""
    return _page(visit)


def change(visit: Visit) -> HTTPResponse:
    """Other hours on a day, or the usual ones again."""
    day, hours, note = visit.form("dag"), visit.form("tijden"), visit.form("reden", NOTE)
    try:
        chosen = date.fromisoformat(day)
        if visit.form("gewoon"):
            visit.parts.store.hours.clear(chosen)
        elif visit.form("dicht"):
            visit.parts.store.hours.set(chosen, "", note)
        elif not hours.strip():
            return _page(visit, 400, text("meldingen", "geen_tijden"), day, hours, note)
        else:
            visit.parts.store.hours.set(chosen, hours, note)
    except ValueError as error:
        # The message of the store is in Dutch and for colleagues; that of a date is not.
        said = text("meldingen", "geen_dag") if not _is_day(day) else str(error)
        return _page(visit, 400, said, day, hours, note)
    visit.parts.store.audit.add(visit.name, "hours", detail=day)
    return visit.to("/uren")


def _page(visit: Visit, status: int = 200, fout: str = "", dag: str = "", tijden: str = "", reden: str = "") -> HTTPResponse:
    desk = visit.parts.desk()
    now = datetime.fromtimestamp(visit.parts.clock(), AMSTERDAM)
    promise = desk.promise(now, visit.parts.catalogue.sentences)
    others = [
        {"dag": day.isoformat(), "naam": f"{day.day} {MONTHS[day.month - 1]} {day.year}", "tijden": one.hours, "reden": one.note}
        for day, one in desk.others.items()
        if day >= now.date()
    ]
    usual = visit.parts.settings.handover.desk_hours or visit.parts.catalogue.balie.opening_hours
    return visit.html(
        "uren.html", status,
        open=desk.is_open(now), opent=promise.opens, gewoon=usual, anders=others, vandaag=now.date().isoformat(),
        fout=fout, dag=dag, tijden=tijden, reden=reden,
    )  # fmt: skip


def _is_day(text: str) -> bool:
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True
