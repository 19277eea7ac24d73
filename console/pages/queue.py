"""Who waits, who is there, and the news that our script asks for."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sanic.response import HTTPResponse

from console.pages import talk
from console.rendering import render
from console.visit import Visit
from wegwijzer.handover.models import Request, Urgency
from wegwijzer.handover.states import RequestState
from wegwijzer.matching.opening_hours import AMSTERDAM
from wegwijzer.staff.sessions import Session


def page(visit: Visit) -> HTTPResponse:
    """The queue."""
    visit.parts.store.presence.beat(visit.name)
    return visit.html("rij.html", balie=_desk(visit), **_queue(visit))


def news(visit: Visit) -> HTTPResponse:
    """What changed, for the page that asks."""
    assert visit.session is not None  # noqa: S101 - for the type checker; the door saw to it
    if not visit.user.role.at_desk:
        return visit.data({**_left(visit.session), "wacht": [], "gevaar": [], "antwoord": []})
    visit.parts.store.presence.beat(visit.name)
    seen = _queue(visit)
    waiting: list[Request] = seen["wachtend"]
    answer: dict[str, Any] = {
        **_left(visit.session),
        "wacht": [one.id for one in waiting],
        "gevaar": [one.id for one in waiting + seen["mijn"] if one.urgency is Urgency.CRISIS],
        "antwoord": [one.id for one in seen["mijn"] if one.unanswered_since is not None],
        "bellen": len(seen["bellen"]),
    }
    if visit.query("rij"):
        answer["rij"] = render("_rij.html", bewijs=visit.session.proof, gebruiker=visit.user, **seen)
    if visit.query("verzoek"):
        answer["gesprek"] = talk.news(visit, visit.query("verzoek"), visit.query("na"))
    return visit.data(answer)


def _left(session: Session) -> dict[str, Any]:
    """How long somebody stays signed in."""
    return {"over": session.left, "mag_blijven": session.may_stay}


def _queue(visit: Visit) -> dict[str, Any]:
    store = visit.parts.store
    all_open = store.queue(RequestState.WAITING, RequestState.TAKEN, RequestState.CALL_BACK)
    taken = [one for one in all_open if one.state is RequestState.TAKEN]
    return {
        "nu": visit.parts.clock(),
        "wachtend": [one for one in all_open if one.state is RequestState.WAITING],
        "mijn": [one for one in taken if one.taken_by == visit.name],
        "anderen": [one for one in taken if one.taken_by != visit.name],
        "bellen": [one for one in all_open if one.state is RequestState.CALL_BACK],
        "aanwezig": store.presence.here(),
    }


def _desk(visit: Visit) -> dict[str, Any]:
    now = datetime.fromtimestamp(visit.parts.clock(), AMSTERDAM)
    promise = visit.parts.desk().promise(now, visit.parts.catalogue.sentences)
    return {"open": promise.kind.value == "now", "opent": promise.opens}
