"""The right human being for this moment: who can be reached now, about this theme."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from wegwijzer.catalogue.loading import Catalogue
from wegwijzer.catalogue.models import Helpline
from wegwijzer.matching.opening_hours import Opening, OpeningHours, opening
from wegwijzer.vocabulary import Certainty

MOST_LINES = 3
MOST_GUIDES = 2


def people_to_call(catalogue: Catalogue, haltes: Iterable[str], moment: datetime) -> list[Helpline]:
    """Lines with a phone that a person can call now, best first.

    A line on the person's theme that is open goes first, then lines for everybody. A line whose hours we do not know is
    only named when it is for everybody (the municipality); one that is closed now is not named.

    Args:
        haltes: themes of the person, most important first.
        moment: timezone-aware.
    """
    themes = list(haltes)
    usable = [
        line
        for line in catalogue.helplines.all()
        if line.phone and line.show in ("human", "topic") and line.certainty is not Certainty.LOW and _open(line, moment)
    ]
    on_topic = [line for line in usable if set(line.haltes) & set(themes)]
    on_topic.sort(key=lambda line: min(themes.index(halte) for halte in line.haltes if halte in themes))
    for_all = [line for line in usable if line.show == "human" and line not in on_topic]
    always = [line for line in for_all if line.opening_hours == "24/7"]
    chosen = [*on_topic[: MOST_LINES - 1], *always, *(line for line in for_all if line not in always)]
    return chosen[:MOST_LINES]


def people_to_ask(catalogue: Catalogue, haltes: Iterable[str]) -> list[Helpline]:
    """Who knows what there is in the city, for when the catalogue has nothing that fits; on the person's theme first.

    They are named at any hour: a question about what to do can wait until they are there.

    Args:
        haltes: themes of the person.
    """
    themes = set(haltes)
    guides = [
        line
        for line in catalogue.helplines.all()
        if line.guide and line.show != "no" and line.certainty is not Certainty.LOW and (line.phone or line.website)
    ]
    return sorted(guides, key=lambda line: not themes & set(line.haltes))[:MOST_GUIDES]


def certainly_there(lines: Iterable[Helpline], moment: datetime) -> list[Helpline]:
    """Those whose hours we know and who are open at ``moment`` (timezone-aware)."""
    return [line for line in lines if opening(line.opening_hours, moment) is Opening.NU]


def _open(line: Helpline, moment: datetime) -> bool:
    if not line.opening_hours:
        return line.show == "human"
    return OpeningHours.parse(line.opening_hours).is_open(moment)
