"""Which road of another resident fits somebody: the same theme, about the same age, for the same person."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence

from wegwijzer.catalogue.models import Route
from wegwijzer.vocabulary import VoorWie

ADULT = 18
"""To who is younger no stories of grown-ups are told."""


def fitting_route(
    routes: Iterable[Route],
    haltes: Sequence[str],
    voor_wie: VoorWie,
    age: int | None,
    suggested: str | None = None,
    told: Collection[str] = (),
) -> Route | None:
    """The route to tell, or ``None`` when none is like this person's.

    The most important theme decides; then whether the road passes by what was suggested, then how many of its stops are
    themes of this person, then the order of the file.

    Args:
        haltes: themes of the person, most important first.
        age: in years, when known; of the person, also when they ask for another.
        suggested: id of the initiative that was suggested.
        told: ids of the routes that were told before.
    """
    if age is not None and age < ADULT:
        return None
    fitting = [
        route
        for route in routes
        if route.story and route.id not in told and voor_wie in route.for_whom and _of_age(route, voor_wie, age)
        if set(route.themes) & set(haltes)
    ]
    return min(fitting, key=lambda route: _distance(route, haltes, suggested), default=None)


def _of_age(route: Route, voor_wie: VoorWie, age: int | None) -> bool:
    """Who worries about another is not asked how old that person is."""
    if voor_wie is VoorWie.ANDER or (route.min_age is None and route.max_age is None):
        return True
    return age is not None and (route.min_age or 0) <= age <= (route.max_age or age)


def _distance(route: Route, haltes: Sequence[str], suggested: str | None) -> tuple[int, bool, int]:
    theme = min(place for place, halte in enumerate(haltes) if halte in route.themes)
    passes_by = bool(suggested) and any(stop.initiative == suggested for stop in route.stops)
    shared = len({stop.halte for stop in route.stops} & set(haltes))
    return theme, not passes_by, -shared
