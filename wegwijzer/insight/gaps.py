"""What people asked for and the catalogue could not give: per conversation why, and of many conversations a list to act on."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

from wegwijzer.catalogue.models import Initiative
from wegwijzer.insight.facts import Facts
from wegwijzer.insight.small_cells import LEAST
from wegwijzer.insight.tables import ANY
from wegwijzer.vocabulary import CITYWIDE, CostKind, Drempel

NONE_ASKED = "geen"
"""In the place of a form or a hurdle: nothing was asked of it."""

NO_MATCH = "utter_geen_match"

Wish = tuple[str, ...]
"""Halte, wijk, vorm, drempel."""

WIDTH = 4


def reason_of(facts: Facts, initiatives: Mapping[str, Initiative]) -> str | None:
    """Why the catalogue could not give what this person asked.

    Args:
        facts: of one conversation.
        initiatives: the catalogue, by id.

    Returns:
        One of :data:`wegwijzer.insight.tables.REASONS`; ``None`` when it could, or when nothing was asked of it.
    """
    named = facts.named
    if not named:
        return "geen_aanbod" if NO_MATCH in facts.said else None
    if all(facts.steps[one] == "geweigerd" for one in named):
        return "alles_geweigerd"
    given = initiatives.get(facts.suggested)
    return None if given is None else _short_of(given, facts)


def wish_of(facts: Facts, halte: str, wijk: str, given: Initiative | None) -> Wish:
    """What was asked, in the four dimensions of the table; of several hurdles the first that was not lowered."""
    unmet = [hurdle for hurdle in facts.hurdles if given is None or not lowers(given, hurdle)]
    return halte, wijk, facts.form or NONE_ASKED, next(iter((*unmet, *facts.hurdles)), NONE_ASKED)


def lowers(initiative: Initiative, hurdle: str) -> bool:
    """Whether this record lowers a hurdle: says so, or is free when it is about money."""
    return hurdle in initiative.drempels or (hurdle == Drempel.GELD and initiative.cost.kind is CostKind.GRATIS)


def roll_up(wishes: Mapping[Wish, int], least: int = LEAST) -> dict[Wish, int]:
    """Make rows that are as precise as can be: those of fewer people go together in a coarser row.

    First the hurdle is left out, then the form, the wijk and the halte. A coarser row counts only those who are in no finer one,
    so that every person is in exactly one row.

    Args:
        wishes: how many people asked for what.
        least: so many people a row needs at least.

    Returns:
        Rows, with ``*`` for what was left out. Only the row of which everything was left out may have fewer people.
    """
    rows: dict[Wish, int] = {}
    left = Counter(dict(wishes))
    for kept in range(WIDTH, -1, -1):
        groups: Counter[Wish] = Counter()
        for wish, count in left.items():
            groups[(*wish[:kept], *(ANY,) * (WIDTH - kept))] += count
        rows |= {row: count for row, count in groups.items() if count and (count >= least or kept == 0)}
        left = Counter({row: count for row, count in groups.items() if row not in rows})
    return rows


def _short_of(given: Initiative, facts: Facts) -> str | None:
    """What the record that was named lacks."""
    if facts.form and facts.form not in given.forms:
        return "vorm"
    if any(not lowers(given, hurdle) for hurdle in facts.hurdles):
        return "drempel"
    if facts.wijk and CITYWIDE not in given.area and facts.wijk not in given.area:
        return "wijk"
    return None
