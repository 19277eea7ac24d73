"""For administrators: who saw and did what, never what was said."""

from __future__ import annotations

from sanic.response import HTTPResponse

from console.rendering import words
from console.visit import Visit

DAY = 86_400.0
DAYS = (1, 7, 30, 365)
AT_ONCE = 200
"""Rows on one page."""


def page(visit: Visit) -> HTTPResponse:
    """The log, newest first."""
    asked = visit.query("dagen")
    days = int(asked) if asked in {str(one) for one in DAYS} else DAYS[1]
    who, request_id = visit.query("wie"), visit.query("verzoek", 64)
    rows = visit.parts.store.audit.all(request_id or None, since=visit.parts.clock() - days * DAY)[::-1]
    people = sorted({row.who for row in rows})
    shown = [row for row in rows if not who or row.who == who]
    given = visit.query("pagina")
    number = max(1, int(given)) if given.isascii() and given.isdigit() and len(given) < 7 else 1
    visit.parts.store.audit.add(visit.name, "saw_log", detail=who)
    deeds, outcomes = words()["daden"], words()["uitkomsten"]
    here = shown[(number - 1) * AT_ONCE : number * AT_ONCE]
    return visit.html(
        "logboek.html", dagen=days, keuzes=DAYS, wie=who, mensen=people, verzoek=request_id, pagina=number,
        daden=[(row, deeds.get(row.what, row.what), outcomes.get(row.detail, row.detail)) for row in here],
        meer=len(shown) > number * AT_ONCE, aantal=len(shown),
    )  # fmt: skip
