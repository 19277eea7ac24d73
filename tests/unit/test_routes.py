"""Which road of another resident is told to whom."""

from __future__ import annotations

import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from tests.builders import real_catalogue
from wegwijzer.catalogue.models import Route
from wegwijzer.matching.routes import fitting_route
from wegwijzer.vocabulary import VoorWie

STORY = "Een man was veel alleen. Hij ging wandelen. Dat hielp."


def route(name: str, /, *haltes: str, **fields: Any) -> Route:
    stops = [{"halte": halte, "what": "x"} for halte in haltes]
    return Route.model_validate(
        {"id": name, "person": "x", "stops": stops, "moved_by": "x", "source": "x", "story": STORY} | fields
    )


def told(*routes: Route, haltes: tuple[str, ...] = ("verlies",), voor_wie: VoorWie = VoorWie.ZELF, **fields: Any) -> str | None:
    found = fitting_route(routes, haltes, voor_wie, fields.pop("age", None), **fields)
    return found.id if found else None


def test_the_theme_it_began_with_must_be_shared() -> None:
    assert told(route("a", "verlies", "ontmoeten")) == "a"
    assert told(route("a", "verslaving", "verlies")) is None
    assert told(route("a", "verslaving", "verlies", haltes=["verlies"])) == "a"
    assert told(route("a", "verlies"), haltes=()) is None


def test_the_most_important_theme_goes_first_then_what_was_suggested_then_what_is_shared() -> None:
    other, plain = route("other", "ontmoeten"), route("plain", "verlies")
    assert told(other, plain, haltes=("verlies", "ontmoeten")) == "plain"
    passes = route("passes", "verlies")
    passes = passes.model_copy(update={"stops": (passes.stops[0].model_copy(update={"initiative": "koffie"}),)})
    assert told(plain, passes, suggested="koffie") == "passes"
    assert told(plain, route("more", "verlies", "ontmoeten"), haltes=("verlies", "ontmoeten")) == "more"


def test_each_is_told_once_and_one_without_a_story_never() -> None:
    assert told(route("a", "verlies"), route("b", "verlies"), told=("a",)) == "b"
    assert told(route("a", "verlies"), told=("a",)) is None
    assert told(route("a", "verlies", story="")) is None


def test_for_whom_and_what_age() -> None:
    young = route("young", "verlies", max_age=35)
    assert told(young, age=22) == "young" and told(young, age=70) is None and told(young) is None
    old = route("old", "verlies", min_age=60, for_whom=["zelf", "ander"])
    assert told(old, age=60) == "old" and told(old, age=59) is None
    assert told(old, voor_wie=VoorWie.ANDER) == "old" and told(young, voor_wie=VoorWie.ANDER, age=22) is None


@given(st.integers(0, 17))
def test_nothing_is_told_to_a_child(age: int) -> None:
    assert told(route("a", "verlies"), age=age) is None


@pytest.mark.parametrize("story", ["Eén zin.", "Twee. Zinnen.", "Een. " * 6, "woord " * 21 + ". Twee. Drie."])
def test_a_story_is_three_to_five_short_sentences(story: str) -> None:
    with pytest.raises(ValidationError, match="schrijf"):
        route("a", "verlies", story=story)


def test_the_stories_of_the_city_are_short_plain_and_without_a_label() -> None:
    stories = [one for one in real_catalogue().routes.values() if one.story]
    assert len(stories) == len(real_catalogue().routes)
    for one in stories:
        assert len(one.story) <= 320, one.id
        assert not re.search(r"eenza|zielig|kwetsba", one.story), one.id
        assert set(one.themes) <= {stop.halte for stop in one.stops} | {"mantelzorg", "mentaal", "betekenis", "signaleren"}, (
            one.id
        )


def test_nobody_hears_of_drink_or_drugs_who_did_not_bring_it_up() -> None:
    heavy = [one for one in real_catalogue().routes.values() if any(stop.halte == "verslaving" for stop in one.stops)]
    assert heavy and all(one.themes == ("verslaving",) for one in heavy)
