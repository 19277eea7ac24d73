"""Something else is something else: what follows is not nearly the same once more, and never something that does not fit."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from tests.builders import catalogue, initiative, unhurried
from tests.unit.test_ranking import offers, pools, profiles
from wegwijzer.catalogue.models import Initiative
from wegwijzer.dialogue.planning import plan
from wegwijzer.dialogue.state import State
from wegwijzer.matching.ranking import GOOD_ENOUGH, Match, rank, unsuitable
from wegwijzer.matching.variety import VARIETY, choose, likeness

CITY = catalogue()


def match(offer: Initiative, score: float) -> Match:
    return Match(offer, score, {}, ())


EATING = initiative("samen_eten", organisation="Buurthuis", forms=["groep"], haltes=["ontmoeten"])
TWIN = initiative("samen_koken", organisation="Buurthuis", forms=["groep"], haltes=["ontmoeten"])
WALKING = initiative("wandelen", organisation="Wandelclub", forms=["eropuit"], haltes=["vrienden"])


def test_a_twin_of_what_was_shown_waits_for_something_else_that_is_nearly_as_good() -> None:
    ranked = [match(TWIN, 0.8), match(WALKING, 0.75)]
    assert choose(ranked, []) == ranked[0], "when nothing was shown the best is named"
    assert choose(ranked, [EATING]) == ranked[1]


def test_a_twin_that_is_much_better_is_named_after_all() -> None:
    ranked = [match(TWIN, 0.9), match(WALKING, 0.9 - VARIETY - 0.05)]
    assert choose(ranked, [EATING]) == ranked[0]


def test_a_twin_gets_its_turn_when_nothing_else_is_left() -> None:
    assert choose([match(TWIN, 0.6)], [EATING]) is not None


def test_for_variety_nothing_is_named_that_does_not_fit() -> None:
    ranked = [match(TWIN, 0.6), match(WALKING, GOOD_ENOUGH - 0.01)]
    assert choose(ranked, [EATING]) == ranked[0]
    assert choose([match(WALKING, GOOD_ENOUGH - 0.01)], []) is None
    assert choose([], [EATING]) is None


def test_asking_for_something_else_in_a_conversation_skips_the_twin() -> None:
    city = catalogue(EATING, TWIN, WALKING.model_copy(update={"haltes": ("ontmoeten", "vrienden")}))
    state = State(voor_wie="zelf", haltes=("ontmoeten",), klopt="ja", getoond=("samen_eten",))
    planned = plan(state, city, city.suggestable)
    assert planned.match is not None and planned.match.initiative.id == "wandelen"


# --- what always holds ------------------------------------------------------------------------------------------------


@unhurried
@given(offers("een"), offers("twee"))
def test_likeness_is_the_same_in_both_directions_and_between_0_and_1(one: Initiative, other: Initiative) -> None:
    assert likeness(one, other) == likeness(other, one)
    assert 0 <= likeness(one, other) <= 1 + 1e-9


@unhurried
@given(st.lists(st.floats(0, 1), max_size=8), st.lists(offers("gezien"), max_size=3), st.data())
def test_stopping_early_misses_nothing(scores: list[float], shown: list[Initiative], data: st.DataObject) -> None:
    ranked = [match(data.draw(offers(f"aanbod_{n}")), score) for n, score in enumerate(sorted(scores, reverse=True))]
    found = choose(ranked, shown)
    worths = {
        one.initiative.id: one.score - VARIETY * max((likeness(one.initiative, before) for before in shown), default=0.0)
        for one in ranked
        if one.score >= GOOD_ENOUGH
    }
    assert (found is None) == (not worths)
    if found is not None:
        assert worths[found.initiative.id] == max(worths.values())


@unhurried
@given(profiles, pools, offers("erbij"), st.lists(offers("gezien"), max_size=2))
def test_one_more_offer_never_makes_what_is_named_worse(
    profile: object, pool: tuple[Initiative, ...], extra: Initiative, shown: list[Initiative]
) -> None:
    def worth(candidates: tuple[Initiative, ...]) -> float:
        found = choose(rank(profile, CITY, candidates), shown)  # type: ignore[arg-type]
        if found is None:
            return 0.0
        assert unsuitable(found.initiative, profile, CITY) is None and found.score >= GOOD_ENOUGH  # type: ignore[arg-type]
        return found.score - VARIETY * max((likeness(found.initiative, before) for before in shown), default=0.0)

    assert worth((*pool, extra)) >= worth(pool)
