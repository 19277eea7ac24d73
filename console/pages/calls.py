"""Who waits for a call. The number is shown on a click, that is written down, and goes when the call was made."""

from __future__ import annotations

from sanic.response import HTTPResponse

from console.visit import Visit
from wegwijzer.handover.models import Outcome, Refused
from wegwijzer.handover.states import Actor, RequestState
from wegwijzer.handover.summary import summary_lines

ENDS = {"gebeld": Outcome.CALLED, "niet_bereikt": Outcome.NOT_REACHED, "niet_nodig": Outcome.LEFT}
"""What a colleague can say about a call that ends the request."""


def page(visit: Visit) -> HTTPResponse:
    """The list."""
    return _page(visit)


def show(visit: Visit, verzoek: str) -> HTTPResponse:
    """Claim the call, so that two do not ring, and show the number."""
    visit.parts.store.claim_call(verzoek, visit.name)
    number = visit.parts.vault.show(verzoek, visit.name)
    return _page(visit, shown=verzoek, number=number or "")


def release(visit: Visit, verzoek: str) -> HTTPResponse:
    """Somebody else may call, or later."""
    visit.parts.store.release_call(verzoek, visit.name)
    return visit.to("/terugbellen")


def done(visit: Visit, verzoek: str) -> HTTPResponse:
    """The call was made, or will not be: the number goes."""
    outcome = ENDS.get(visit.form("uitkomst"))
    if outcome is None:
        raise Refused("not_allowed")
    visit.parts.store.move(verzoek, RequestState.CLOSED, Actor.COLLEAGUE, visit.name, outcome=outcome)
    visit.parts.vault.forget(verzoek)
    return visit.to("/terugbellen")


def _page(visit: Visit, shown: str = "", number: str = "") -> HTTPResponse:
    visit.parts.store.presence.beat(visit.name)
    calls = [
        {"verzoek": one, "heeft_nummer": visit.parts.vault.has(one.id), "samenvatting": summary_lines(one.summary)}
        for one in visit.parts.store.queue(RequestState.CALL_BACK)
    ]
    return visit.html("terugbellen.html", nu=visit.parts.clock(), bellen=calls, getoond=shown, nummer=number)
