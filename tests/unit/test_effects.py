"""The table of what answers do says what the ranking says."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from tests.builders import FAR, HERE, NEXT_DOOR, catalogue, few, initiative, real_catalogue
from wegwijzer.matching.effects import RULED_OUT, effects_of
from wegwijzer.matching.profile import Profile
from wegwijzer.matching.questions import ANSWERS
from wegwijzer.matching.ranking import score, unsuitable
from wegwijzer.vocabulary import VoorWie

CITY = catalogue()
REAL = real_catalogue()
SLOTS: dict[str, dict[Any, float]] = {
    **{slot: dict(answers) for slot, answers in ANSWERS.items()},
    "wijk": {wijk.id: 1.0 for wijk in REAL.wijken.wijken},
}

some = st.sampled_from


@few
@given(
    st.lists(some(sorted(REAL.haltes)), unique=True, max_size=3).map(tuple),
    st.frozensets(some(sorted(REAL.groepen)), max_size=2),
    some(sorted(SLOTS)),
)
def test_who_gives_one_answer_gets_the_score_of_the_table(haltes: tuple[str, ...], groepen: frozenset[str], slot: str) -> None:
    # Who is known to speak English has a second language, which works on the hurdle of speaking little Dutch.
    assume(slot != "drempel" or "internationals" not in groepen)
    somebody = Profile(haltes=haltes, groepen=groepen)
    offers = [offer for offer in REAL.suggestable if unsuitable(offer, somebody, REAL) is None]
    table = effects_of(REAL).table(offers, VoorWie.ZELF, slot, SLOTS[slot])
    for row, answer in zip(table, SLOTS[slot], strict=True):
        after = somebody.with_answer(slot, answer)
        for effect, offer in zip(row, offers, strict=True):
            if unsuitable(offer, after, REAL) is not None:
                assert effect == RULED_OUT
            else:
                expected = score(offer, after, REAL).score - score(offer, somebody, REAL).score
                assert effect == pytest.approx(expected, abs=1e-9)


def test_an_offer_far_away_is_ruled_out_and_one_next_door_is_not() -> None:
    near = effects_of(CITY).table([initiative(area=[HERE])], VoorWie.ZELF, "wijk", {HERE: 1.0, NEXT_DOOR: 1.0, FAR: 1.0})
    assert near[0, 0] > near[1, 0] > RULED_OUT
    assert near[2, 0] == RULED_OUT


def test_without_offers_the_table_has_a_row_for_every_answer() -> None:
    assert effects_of(CITY).table([], VoorWie.ZELF, "gemis", ANSWERS["gemis"]).shape == (len(ANSWERS["gemis"]), 0)


def test_two_offers_with_one_id_are_not_mixed_up() -> None:
    free, dear = initiative(cost={"kind": "gratis"}), initiative(cost={"kind": "betaald"})
    table = effects_of(CITY).table([free, dear], VoorWie.ZELF, "drempel", ANSWERS["drempel"])
    assert (table[:, 0] != table[:, 1]).any()


def test_another_catalogue_has_a_table_of_its_own() -> None:
    other = catalogue()
    assert effects_of(other) is not effects_of(CITY)
    assert effects_of(CITY) is effects_of(CITY)
