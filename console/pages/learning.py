"""Teaching the bot: one message at a time that it did not understand, of somebody who let us learn from it.

What stands here was said by a resident: it is shown to editors only, is in no log, and each look is written down.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from sanic.response import HTTPResponse

from console.doors import Handler
from console.rendering import text, words
from console.visit import Visit
from wegwijzer.learning.labels import MOST_HALTES, TEACHABLE, WITH_HALTES, Label, NoLabel, make_label, read_guesses, read_label
from wegwijzer.learning.store import LONGEST, NotThere, Unfit, Waiting

OTHER = "anders"
"""What is chosen when none of the guesses is right."""

REASONS = ("niets", "persoonlijk", "gevaar")
"""Why a message is thrown away; stands in the journal."""

ID = re.compile(r"[0-9a-f]{32}")

SHORT = 6
"""Characters of an id in the journal."""


def page(visit: Visit) -> HTTPResponse:
    """The message that waits longest, or the one after ``na``."""
    waiting, after = visit.parts.learning().waiting(), visit.query("na")
    ids = [one.id for one in waiting]
    place = ids.index(after) + 1 if after in ids else 0
    message = waiting[place % len(waiting)] if waiting else None
    if message is not None:
        visit.parts.store.audit.add(visit.name, "saw_learning", detail=message.id[:SHORT])
    done, back = visit.query("gedaan"), visit.query("terug")
    said = words()["leren"].get(f"gedaan_{done}", "")
    return _page(visit, message, len(waiting), gedaan=said, terug=back if ID.fullmatch(back) else "")


def keep(visit: Visit, bericht: str) -> HTTPResponse:
    """The message means this."""
    typed = visit.form("tekst", LONGEST + 1)
    try:
        label = _chosen(visit)
        visit.parts.learning().label(bericht, label.intent, label.haltes, visit.name, typed)
    except (NoLabel, Unfit) as problem:
        return _again(visit, bericht, str(problem), typed)
    except NotThere:
        return visit.notice("leren_weg", 409)
    visit.parts.store.audit.add(visit.name, "taught", detail=f"{bericht[:SHORT]} {label.intent}")
    return visit.to("/leren", gedaan="bewaard", terug=bericht)


def throw_away(visit: Visit, bericht: str) -> HTTPResponse:
    """Nothing to learn from it, or it may not be kept."""
    reason = visit.form("reden")
    try:
        visit.parts.learning().discard(bericht, visit.name)
    except NotThere:
        return visit.notice("leren_weg", 409)
    why = reason if reason in REASONS else REASONS[0]
    visit.parts.store.audit.add(visit.name, "learning_dropped", detail=f"{bericht[:SHORT]} {why}")
    return visit.to("/leren", gedaan="weg")


def take_back(visit: Visit, bericht: str) -> HTTPResponse:
    """The label was wrong."""
    if not visit.parts.learning().reopen(bericht):
        return visit.notice("leren_weg", 409)
    visit.parts.store.audit.add(visit.name, "learning_reopened", detail=bericht[:SHORT])
    return visit.to("/leren", gedaan="terug")


ACTIONS: Mapping[str, Handler] = {"bewaar": keep, "weg": throw_away, "terug": take_back}
"""What can be done with a message, by the last part of its address."""


def _chosen(visit: Visit) -> Label:
    """The label that was clicked, or put together. Raises :class:`NoLabel`."""
    known, word, kind = visit.parts.catalogue.haltes, visit.form("etiket"), visit.form("soort")
    haltes = [visit.form(f"halte{number}") for number in range(1, MOST_HALTES + 1)]
    if not word or word == OTHER:
        return make_label(kind, haltes, known)
    if kind or any(haltes):
        raise NoLabel("both")
    return read_label(word, known)


def _again(visit: Visit, bericht: str, problem: str, typed: str) -> HTTPResponse:
    """The same message with what was filled in, and what is wrong."""
    waiting = visit.parts.learning().waiting()
    message = next((one for one in waiting if one.id == bericht), None)
    if message is None:
        return visit.notice("leren_weg", 409)
    return _page(visit, message, len(waiting), 400, text("leren", f"fout_{problem}", meest=LONGEST), typed)


def _page(
    visit: Visit, message: Waiting | None, waiting: int, status: int = 200, fout: str = "", typed: str | None = None, **more: Any
) -> HTTPResponse:
    haltes = {id: halte.label for id, halte in visit.parts.catalogue.haltes.items()}
    guesses = read_guesses(message.guesses, haltes) if message else ()
    return visit.html(
        "leren.html", status,
        bericht=message, aantal=waiting, tekst=typed if typed is not None else message.text if message else "", fout=fout,
        gokken=[(guess.word, _in_words(guess, haltes)) for guess in guesses], anders=OTHER, gekozen=visit.form("etiket"),
        soorten=[(intent, text("soorten", intent)) for intent in TEACHABLE], met_haltes=WITH_HALTES, haltes=haltes,
        plaatsen=range(1, MOST_HALTES + 1), ingevuld=visit.typed(), langst=LONGEST, **{"gedaan": "", "terug": "", **more},
    )  # fmt: skip


def _in_words(label: Label, haltes: Mapping[str, str]) -> str:
    kind = text("soorten", label.intent)
    return f"{kind}: {', '.join(haltes[halte] for halte in label.haltes)}" if label.haltes else kind
