"""The quick way of finding the best offers finds what the readable way finds."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.builders import HALTES, catalogue, initiative, real_catalogue, unhurried
from tests.unit.test_ranking import moments, pools, profiles
from wegwijzer.catalogue.loading import Catalogue
from wegwijzer.catalogue.models import Initiative
from wegwijzer.catalogue.store import CatalogueStore, StoreUnavailable
from wegwijzer.evaluation.catalogue_benchmark import benchmark_catalogue
from wegwijzer.evaluation.generated import generated_catalogue, generated_states
from wegwijzer.matching.index import OfferIndex
from wegwijzer.matching.moment import Moment
from wegwijzer.matching.offers import TO_NAME, Offers
from wegwijzer.matching.opening_hours import AMSTERDAM
from wegwijzer.matching.profile import Profile
from wegwijzer.matching.ranking import rank

CITY = catalogue()
NOW = Moment(datetime(2026, 3, 2, 10, tzinfo=AMSTERDAM), 12)


@unhurried
@given(profiles, pools, moments, st.integers(1, 4), st.lists(st.sampled_from(HALTES), max_size=2), st.data())
def test_it_gives_the_first_of_what_rank_gives(
    profile: Profile, pool: tuple[Initiative, ...], moment: Moment | None, most: int, haltes: list[str], data: st.DataObject
) -> None:
    shown = [one.id for one in pool if data.draw(st.booleans())]
    on_theme = [one for one in pool if not haltes or set(one.haltes) & set(haltes)]
    expected = [match.initiative for match in rank(profile, CITY, on_theme, shown, moment)]
    assert list(OfferIndex(CITY, pool).best(profile, most, moment, shown, haltes)) == expected[:most]


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_also_in_a_large_catalogue_with_the_make_up_of_the_real_one(seed: int) -> None:
    city = generated_catalogue(real_catalogue(), 400, seed)
    index = OfferIndex(city, city.initiatives.values())
    for state in generated_states(city, 12, seed):
        profile = state.profile()
        expected = [match.initiative.id for match in rank(profile, city, city.initiatives.values(), moment=NOW)]
        assert [one.id for one in index.best(profile, 25, NOW)] == expected[:25]


def test_what_was_shown_is_left_out_and_nothing_else() -> None:
    index = OfferIndex(CITY, [initiative(name) for name in ("a", "b", "c", "d")])
    assert [one.id for one in index.best(Profile(), 9, shown=["b", "d", "unknown"])] == ["a", "c"]


def test_an_empty_index_finds_nothing() -> None:
    assert OfferIndex(CITY, ()).best(Profile(), 5) == ()


# --- the offers of a conversation -------------------------------------------------------------------------------------


def test_what_changed_in_the_store_is_found_at_once(tmp_path: Path) -> None:
    store = CatalogueStore(f"sqlite:///{tmp_path / 'c.db'}")
    first, second = (catalogue(initiative(name)) for name in ("eerst", "later"))
    store.sync(Catalogue(**{**vars(first), "fingerprint": "1"}))
    offers = Offers(first, store)
    assert [one.id for one in offers.to_name(Profile())] == ["eerst"]
    assert store.offers() is store.offers(), "unchanged is not read again"
    store.sync(Catalogue(**{**vars(second), "fingerprint": "2"}))
    assert [one.id for one in offers.to_name(Profile())] == ["later"]
    store.close()


def test_when_the_store_is_away_the_files_are_used(tmp_path: Path) -> None:
    offers = Offers(catalogue(initiative("uit_bestand")), CatalogueStore(f"sqlite:///{tmp_path / 'leeg.db'}"))
    assert [one.id for one in offers.to_ask(Profile())] == ["uit_bestand"]


def test_an_empty_store_says_so(tmp_path: Path) -> None:
    with pytest.raises(StoreUnavailable):
        CatalogueStore(f"sqlite:///{tmp_path / 'leeg.db'}").offers()


def test_only_the_themes_of_the_person_and_those_beside_them_are_looked_at(tmp_path: Path) -> None:
    city = real_catalogue()
    offers = Offers(city, CatalogueStore(f"sqlite:///{tmp_path / 'leeg.db'}"))
    beside = {"verlies", *city.haltes["verlies"].related[:2]}
    found = offers.to_ask(Profile(haltes=("verlies",)))
    assert found and all(beside & set(one.haltes) for one in found)
    assert len(offers.to_name(Profile(haltes=("verlies",)))) <= TO_NAME


# --- the made-up catalogue and its benchmark --------------------------------------------------------------------------


def test_the_same_seed_makes_the_same_catalogue_and_another_seed_another() -> None:
    one, again, other = (generated_catalogue(real_catalogue(), 30, seed) for seed in (1, 1, 2))
    assert one.initiatives == again.initiatives != other.initiatives
    assert generated_states(one, 5, 1) == generated_states(one, 5, 1) != generated_states(one, 5, 2)


def test_it_is_made_up_like_the_real_one() -> None:
    real, made = real_catalogue(), generated_catalogue(real_catalogue(), 1500, 7)

    def citywide(city: Catalogue) -> float:
        return sum(one.area == ("stad",) for one in city.initiatives.values()) / len(city.initiatives)

    assert citywide(made) == pytest.approx(citywide(real), abs=0.05)
    shown = len(made.suggestable) / len(made.initiatives)
    assert shown == pytest.approx(len(real.suggestable) / len(real.initiatives), abs=0.06)


def test_the_benchmark_gives_every_figure(tmp_path: Path) -> None:
    seen: list[tuple[str, int, int]] = []
    figures = benchmark_catalogue(real_catalogue(), tmp_path / "b.db", NOW, 20, lambda *step: seen.append(step), offers=60)
    assert figures["catalogue_offers"] == 60 and 0 < figures["catalogue_suggestable"] <= 60
    assert 0 < figures["suggestion_ms_median"] <= figures["suggestion_ms_p95"]
    assert figures["suggestions_per_s"] > 0 and figures["question_ms_median"] > 0 and seen


def test_a_moment_later_in_the_day_counts(tmp_path: Path) -> None:
    """The index does not keep what was open a while ago."""
    pool = [initiative("avond", opening_hours="Mo-Su 19:00-22:00"), initiative("dag", opening_hours="Mo-Su 09:00-17:00")]
    index = OfferIndex(CITY, pool)
    later = Moment(NOW.time + timedelta(hours=10), 12)
    assert [one.id for one in index.best(Profile(), 1, NOW)] == ["dag"]
    assert [one.id for one in index.best(Profile(), 1, later)] == ["avond"]
