"""Which offer fits, why, and what must never be shown to this person."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from tests.builders import FAR, HALTES, HERE, NEXT_DOOR, catalogue, few, initiative, real_catalogue, unhurried
from wegwijzer.catalogue.models import Initiative
from wegwijzer.matching.factors import NEUTRAL
from wegwijzer.matching.moment import Moment
from wegwijzer.matching.opening_hours import AMSTERDAM
from wegwijzer.matching.profile import Profile
from wegwijzer.matching.ranking import WEIGHTS, Match, rank, score, unsuitable
from wegwijzer.vocabulary import CostKind, Drempel, Gemis, VoorWie, Vorm

CITY = catalogue()


def why_not(offer: Initiative, **answers: Any) -> str | None:
    return unsuitable(offer, Profile(**answers), CITY)


def factor(name: str, offer: Initiative, moment: Moment | None = None, **answers: Any) -> float:
    return score(offer, Profile(**answers), CITY, moment).factors[name]


def reasons(offer: Initiative, moment: Moment | None = None, **answers: Any) -> list[str]:
    return [reason.id for reason in score(offer, Profile(**answers), CITY, moment).reasons]


def at(text: str, months: int = 12) -> Moment:
    return Moment(datetime.fromisoformat(text).replace(tzinfo=AMSTERDAM), months)


MONDAY_TEN = at("2026-03-02 10:00")


def ids(matches: list[Match]) -> list[str]:
    return [match.initiative.id for match in matches]


# --- what is never shown ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "fields",
    [
        {"status": "unknown", "status_reason": "x"},
        {"status": "ended", "status_reason": "x"},
        {"certainty": "low"},
        {"contact": {}},
        {"kind": "role"},
        {"kind": "discouraged"},
    ],
)
def test_what_may_not_be_suggested_is_not(fields: dict[str, object]) -> None:
    assert why_not(initiative(**fields)) == "status"


def test_an_offer_for_those_who_worry_is_not_for_the_person_self() -> None:
    offer = initiative(for_whom=["ander"])
    assert why_not(offer, voor_wie=VoorWie.ZELF) == "voor_wie"
    assert why_not(offer, voor_wie=VoorWie.HELPEN) == "voor_wie"
    assert why_not(offer, voor_wie=VoorWie.ANDER) is None


def test_a_volunteer_is_led_only_to_where_a_volunteer_can_begin() -> None:
    without, with_step = initiative(for_whom=["helpen"]), initiative(for_whom=["helpen"], helpen={"first_step": "Kook mee."})
    assert why_not(without, voor_wie=VoorWie.HELPEN) == "voor_wie"
    assert why_not(with_step, voor_wie=VoorWie.HELPEN) is None
    assert why_not(with_step, voor_wie=VoorWie.ZELF) == "voor_wie"


def test_a_volunteer_can_help_with_any_theme() -> None:
    offer = initiative(haltes=["verlies"], for_whom=["helpen"], helpen={"first_step": "Kook mee."})
    assert factor("halte", offer, voor_wie=VoorWie.HELPEN, haltes=("betekenis",)) > 0.5


@pytest.mark.parametrize(
    ("area", "suits"), [([HERE], True), ([NEXT_DOOR], True), ([FAR], False), ([FAR, HERE], True), (["stad"], True)]
)
def test_the_own_wijk_and_the_one_next_to_it_are_near_enough(area: list[str], suits: bool) -> None:
    assert (why_not(initiative(area=area), wijk=HERE) is None) is suits


def test_an_unknown_answer_excludes_nothing() -> None:
    offer = initiative(area=[FAR], audience={"min_age": 60, "max_age": 70})
    assert why_not(offer) is None


@pytest.mark.parametrize(("age", "suits"), [(54, False), (55, True), (70, True), (75, True), (76, False)])
def test_the_age_limits_are_inclusive(age: int, suits: bool) -> None:
    offer = initiative(audience={"min_age": 55, "max_age": 75})
    assert (why_not(offer, leeftijd=age) is None) is suits


def test_one_limit_is_enough() -> None:
    assert why_not(initiative(audience={"min_age": 55}), leeftijd=20) == "leeftijd"
    assert why_not(initiative(audience={"max_age": 30}), leeftijd=80) == "leeftijd"
    assert why_not(initiative(audience={"max_age": 30}), leeftijd=20) is None


def test_an_offer_for_a_group_waits_until_the_person_says_to_belong_to_it() -> None:
    offer = initiative(audience={"groups": ["studenten"]})
    assert why_not(offer) == "groep"
    assert why_not(offer, groepen=frozenset({"vrouwen"})) == "groep"
    assert why_not(offer, groepen=frozenset({"studenten"})) is None


def test_a_halte_can_say_to_which_group_someone_belongs() -> None:
    offer = initiative(audience={"groups": ["mantelzorgers"]})
    assert why_not(offer, haltes=("verlies",)) == "groep"
    assert why_not(offer, haltes=("verlies", "mantelzorg")) is None


def test_someone_who_worries_need_not_know_the_group_of_the_other() -> None:
    offer = initiative(audience={"groups": ["studenten"]}, for_whom=["ander"])
    assert why_not(offer, voor_wie=VoorWie.ANDER) is None


def test_an_offer_for_women_waits_until_the_person_says_to_be_one() -> None:
    offer = initiative(audience={"gender": "vrouw"})
    assert why_not(offer) == "geslacht"
    assert why_not(offer, groepen=frozenset({"vrouwen"})) is None


def test_an_offer_for_men_is_not_for_someone_who_says_to_be_a_woman() -> None:
    assert why_not(initiative(audience={"gender": "man"}), groepen=frozenset({"vrouwen"})) is not None


def test_an_offer_in_another_language_only_is_not_for_someone_who_speaks_dutch() -> None:
    assert why_not(initiative(audience={"languages": ["zh"]}), taal="nl") is not None
    assert why_not(initiative(audience={"languages": ["zh", "nl"]}), taal="nl") is None


def test_faith_is_only_brought_up_by_the_person() -> None:
    offer = initiative(mention_only=["kerk", "moskee"])
    assert why_not(offer) == "niet genoemd"
    assert why_not(offer, mentions=frozenset({"dakloos"})) == "niet genoemd"
    assert why_not(offer, mentions=frozenset({"moskee"})) is None


def test_going_out_is_not_for_someone_who_can_hardly_walk() -> None:
    hard = {"drempels": (Drempel.LOPEN,)}
    assert why_not(initiative(forms=["eropuit"]), **hard) == "lopen"
    assert why_not(initiative(forms=["eropuit"], drempels=["lopen"]), **hard) is None
    assert why_not(initiative(forms=["eropuit", "bellen"]), **hard) is None
    assert why_not(initiative(forms=["eropuit"]), drempels=(Drempel.GELD,)) is None


# --- factors and the reasons that go with them ------------------------------------------------------------------------


def test_the_weights_name_every_factor_and_no_other() -> None:
    assert set(score(initiative(), Profile(), CITY).factors) == set(WEIGHTS)
    assert all(weight > 0 for weight in WEIGHTS.values())


def test_the_first_theme_weighs_more_than_the_second_and_none_is_nothing() -> None:
    offer = initiative(haltes=["verlies"])
    first = factor("halte", offer, haltes=("verlies", "vrienden"))
    second = factor("halte", offer, haltes=("vrienden", "verlies"))
    assert 1.0 >= first > second > factor("halte", offer, haltes=("vrienden",)) == 0.0
    assert "halte" in reasons(offer, haltes=("verlies",))
    assert "halte" not in reasons(offer, haltes=("vrienden",))


def test_an_offer_mainly_about_the_theme_fits_better_than_one_also_about_it() -> None:
    mainly, also = initiative(haltes=["verlies", "vrienden"]), initiative(haltes=["vrienden", "verlies"])
    assert factor("halte", mainly, haltes=("verlies",)) > factor("halte", also, haltes=("verlies",))


def test_an_offer_for_both_themes_fits_better_than_one_for_the_second() -> None:
    both, one = initiative(haltes=["vrienden", "verlies"]), initiative(haltes=["vrienden"])
    wish = ("verlies", "vrienden")
    assert factor("halte", both, haltes=wish) > factor("halte", one, haltes=wish)


@pytest.mark.parametrize(
    ("has", "misses", "value"),
    [
        (["mensen"], Gemis.MENSEN, 1.0),
        (["mensen"], Gemis.IEMAND, 0.0),
        (["iemand"], Gemis.IEMAND, 1.0),
        (["iemand"], Gemis.BEIDE, 0.5),
        (["mensen", "iemand"], Gemis.BEIDE, 1.0),
        ([], Gemis.MENSEN, 0.0),
    ],
)
def test_what_someone_misses(has: list[str], misses: Gemis, value: float) -> None:
    offer = initiative(gemis=has)
    assert factor("gemis", offer, gemis=misses) == value
    assert any(reason.startswith("gemis_") for reason in reasons(offer, gemis=misses)) is (value > 0)


def test_how_someone_likes_to_meet() -> None:
    assert factor("vorm", initiative(forms=["bellen"]), vorm=Vorm.BELLEN) == 1.0
    near = factor("vorm", initiative(forms=["inloop"]), vorm=Vorm.GROEP)
    assert 1.0 > near > factor("vorm", initiative(forms=["bellen"]), vorm=Vorm.GROEP) == 0.0
    assert "groep_vorm" in reasons(initiative(forms=["groep"]), vorm=Vorm.GROEP)
    assert "bellen" not in reasons(initiative(forms=["online"]), vorm=Vorm.BELLEN), "near is no reason to give"


def test_nearer_fits_better() -> None:
    here, next_door, everywhere, far = (initiative(area=[area]) for area in (HERE, NEXT_DOOR, "stad", FAR))
    values = [factor("wijk", offer, wijk=HERE) for offer in (here, everywhere, next_door, far)]
    assert values == sorted(values, reverse=True) and len(set(values)) == 4
    assert "wijk" in reasons(here, wijk=HERE)
    assert "buurwijk" in reasons(next_door, wijk=HERE)


def test_next_door_is_too_far_for_someone_who_can_hardly_walk_unless_they_come_by() -> None:
    far, comes_by = initiative(area=[NEXT_DOOR]), initiative(area=[NEXT_DOOR], drempels=["lopen"])
    hard: dict[str, Any] = {"wijk": HERE, "drempels": (Drempel.LOPEN,)}
    assert factor("wijk", far, **hard) == 0.0 < factor("wijk", comes_by, **hard)
    assert "buurwijk" not in reasons(far, **hard), "nearby is not near for them"


def test_every_hurdle_that_is_lowered_counts() -> None:
    offer = initiative(drempels=["alleen_gaan"], cost={"kind": "gratis"})
    assert factor("drempel", offer, drempels=(Drempel.ALLEEN_GAAN,)) == 1.0
    assert factor("drempel", offer, drempels=(Drempel.ALLEEN_GAAN, Drempel.LOPEN)) == 0.5
    assert factor("drempel", offer, drempels=(Drempel.LOPEN,)) == 0.0
    assert "alleen_gaan" in reasons(offer, drempels=(Drempel.ALLEEN_GAAN,))


def test_free_lowers_the_hurdle_of_money_and_is_said_once() -> None:
    offer = initiative(cost={"kind": "gratis"})
    assert factor("drempel", offer, drempels=(Drempel.GELD,)) == 1.0
    assert reasons(offer, drempels=(Drempel.GELD,)).count("gratis") == 1
    assert reasons(offer).count("gratis") == 1
    cheap = initiative(drempels=["geld"], cost={"kind": "klein_bedrag"})
    assert "goedkoop" in reasons(cheap, drempels=(Drempel.GELD,))
    assert 1.0 > factor("drempel", cheap, drempels=(Drempel.GELD,)) > 0.5, "it may cost nothing, they said"
    assert "gratis" not in reasons(initiative(cost={"kind": "onbekend"}))


def test_an_offer_for_my_own_group_fits_better_than_one_for_all() -> None:
    mine, all_, others = (
        initiative(audience={"groups": ["studenten"]}),
        initiative(),
        initiative(audience={"groups": ["vrouwen"]}),
    )
    values = [factor("groep", offer, groepen=frozenset({"studenten"})) for offer in (mine, all_, others)]
    assert values == sorted(values, reverse=True) and len(set(values)) == 3
    assert "groep" in reasons(mine, groepen=frozenset({"studenten"}))


def test_an_offer_for_my_age_fits_better_than_one_for_all() -> None:
    mine = initiative(audience={"min_age": 55})
    assert factor("leeftijd", mine, leeftijd=70) > factor("leeftijd", initiative(), leeftijd=70)
    assert factor("leeftijd", mine) < factor("leeftijd", initiative()), "not knowing makes it worth asking"
    assert "leeftijd" in reasons(mine, leeftijd=70)
    assert "leeftijd" not in reasons(mine)


def test_a_professional_comes_first_only_when_the_theme_asks_for_one() -> None:
    advice, neighbour = initiative(professional=True), initiative()
    assert factor("soort_hulp", advice, haltes=("ontmoeten",)) < factor("soort_hulp", neighbour, haltes=("ontmoeten",))
    assert factor("soort_hulp", advice, haltes=("mentaal",)) > factor("soort_hulp", advice, haltes=("ontmoeten",))
    assert factor("soort_hulp", advice, voor_wie=VoorWie.ANDER) == 1.0


def test_a_page_to_read_comes_last() -> None:
    assert factor("soort_hulp", initiative(forms=["online"])) < factor("soort_hulp", initiative(professional=True))
    assert factor("soort_hulp", initiative(forms=["online"], gemis=["mensen"])) == 1.0, "meeting online is meeting"


@pytest.mark.parametrize(("cheap", "dear"), [("gratis", "klein_bedrag"), ("klein_bedrag", "onbekend"), ("onbekend", "betaald")])
def test_cheaper_fits_better(cheap: str, dear: str) -> None:
    assert factor("kosten", initiative(cost={"kind": cheap})) > factor("kosten", initiative(cost={"kind": dear}))


def test_a_phone_is_the_easiest_way_in() -> None:
    ways: list[dict[str, str]] = [{"phone": "030-123 45 67"}, {"email": "a@b.nl"}, {"url": "https://b.nl"}, {"via": "gemeente"}]
    values = [factor("contact", initiative(contact=way)) for way in ways]
    assert values == sorted(values, reverse=True) and len(set(values)) == 4


def test_a_page_is_no_way_in_for_someone_without_internet() -> None:
    assert factor("contact", initiative(contact={"url": "https://b.nl"}), drempels=(Drempel.INTERNET,)) == 0.0
    assert factor("contact", initiative(contact={"phone": "030-123 45 67"}), drempels=(Drempel.INTERNET,)) == 1.0


def test_surer_fits_better() -> None:
    sure = factor("zekerheid", initiative())
    assert sure > factor("zekerheid", initiative(certainty="medium")) > 0
    assert sure > factor("zekerheid", initiative(status="likely_active")) > 0


# what depends on the time


def test_what_was_confirmed_lately_fits_better_and_the_older_the_less() -> None:
    dates = ["2026-02", "2025-03-02", "2024", "2019", ""]
    values = [factor("actueel", initiative(verified_on=date), MONDAY_TEN) for date in dates]
    assert values[0] == values[1] == 1.0 and values[-1] == 0.0
    assert values[1:] == sorted(values[1:], reverse=True) and len(set(values[1:])) == 4
    assert "actueel" in reasons(initiative(verified_on="2026-02"), MONDAY_TEN)
    assert "actueel" not in reasons(initiative(verified_on="2024"), MONDAY_TEN)


def test_how_old_is_too_old_is_a_setting_and_a_date_to_come_confirms_nothing() -> None:
    offer = initiative(verified_on="2025-01")
    assert factor("actueel", offer, at("2026-03-02 10:00", months=24)) == 1.0 > factor("actueel", offer, MONDAY_TEN)
    assert factor("actueel", initiative(verified_on="2027"), MONDAY_TEN) == 0.0


def test_of_two_offers_the_one_that_was_confirmed_lately_goes_first() -> None:
    old, new = initiative("a_oud", verified_on="2019"), initiative("b_nieuw", verified_on="2026-02")
    assert ids(rank(Profile(), CITY, [old, new], moment=MONDAY_TEN)) == ["b_nieuw", "a_oud"]
    assert ids(rank(Profile(), CITY, [old, new])) == ["a_oud", "b_nieuw"], "without a time the date does not count"


def test_however_old_the_theme_outweighs_it() -> None:
    old, new = (
        initiative("raak", haltes=["verlies"], verified_on=""),
        initiative("mis", verified_on="2026-02", opening_hours="24/7"),
    )
    assert ids(rank(Profile(haltes=("verlies",)), CITY, [old, new], moment=MONDAY_TEN))[0] == "raak"


@pytest.mark.parametrize(
    ("moment", "value", "reason"),
    [
        ("2026-03-02 10:00", 1.0, "open_nu"),
        ("2026-03-02 08:00", 0.9, "open_vandaag"),
        ("2026-03-02 18:00", 0.8, "open_morgen"),
        ("2026-03-06 18:00", 0.6, None),
        ("2026-04-27 10:00", 0.8, "open_morgen"),
    ],
    ids=["now", "later today", "tomorrow", "after the weekend", "on Koningsdag it is closed"],
)
def test_sooner_open_fits_better(moment: str, value: float, reason: str | None) -> None:
    offer = initiative(opening_hours="Mo-Fr 09:00-17:00")
    assert factor("open", offer, at(moment)) == value
    assert [one for one in reasons(offer, at(moment)) if one.startswith("open_")] == ([reason] if reason else [])


def test_hours_that_are_not_known_are_neither_for_nor_against() -> None:
    assert factor("open", initiative(), MONDAY_TEN) == factor("open", initiative(opening_hours="24/7")) == NEUTRAL
    assert factor("open", initiative(opening_hours="ma t/m vr"), MONDAY_TEN) == NEUTRAL
    summer_stop = initiative(opening_hours="Jun-Aug Mo-Fr 09:00-17:00")
    assert factor("open", summer_stop, MONDAY_TEN) < NEUTRAL


# the language


def test_the_own_language_fits_better_and_is_a_reason() -> None:
    arabic, dutch = initiative(audience={"languages": ["nl", "ar"]}), initiative()
    assert factor("taal", arabic, taal="ar") > factor("taal", arabic) > factor("taal", dutch, taal="ar")
    [reason] = [one for one in score(arabic, Profile(taal="ar"), CITY).reasons if one.id == "taal"]
    assert reason.fill == {"talen": CITY.sentences.languages["ar"]}


def test_whoever_speaks_little_dutch_hears_which_languages_there_are() -> None:
    many = initiative(audience={"languages": ["nl", "ar", "fa", "ti", "tr"]})
    hard: dict[str, Any] = {"drempels": (Drempel.NEDERLANDS,)}
    assert factor("taal", many, **hard) > factor("taal", initiative(), **hard)
    [reason] = [one for one in score(many, Profile(**hard), CITY).reasons if one.id == "taal"]
    assert reason.fill["talen"].count(" ") == 3, "three languages are a sentence, five a list"
    assert "taal" not in reasons(many)


def test_internationals_can_speak_english() -> None:
    english = initiative(audience={"languages": ["nl", "en"]})
    assert factor("taal", english, groepen=frozenset({"internationals"})) == 1.0


def test_the_strongest_reason_comes_first() -> None:
    offer = initiative(haltes=["verlies"], forms=["bellen"], cost={"kind": "gratis"})
    assert reasons(offer, haltes=("verlies",), vorm=Vorm.BELLEN) == ["halte", "bellen", "gratis"]


# --- the order --------------------------------------------------------------------------------------------------------


def test_a_good_match_goes_before_a_poor_one_and_shown_ones_are_left_out() -> None:
    offers = [initiative("borrel"), initiative("rouwgroep", haltes=["verlies"])]
    grief = Profile(haltes=("verlies",))
    assert ids(rank(grief, CITY, offers)) == ["rouwgroep", "borrel"]
    assert ids(rank(grief, CITY, offers, shown=["rouwgroep"])) == ["borrel"]


def test_offers_that_fit_equally_well_keep_one_order() -> None:
    twins = [initiative("a_twee"), initiative("een"), initiative("b_drie")]
    assert ids(rank(Profile(), CITY, twins)) == ids(rank(Profile(), CITY, twins[::-1])) == ["a_twee", "b_drie", "een"]


def test_the_theme_outweighs_the_distance() -> None:
    near, right = initiative("dichtbij", area=[HERE]), initiative("raak", haltes=["verlies"], area=[NEXT_DOOR])
    assert ids(rank(Profile(haltes=("verlies",), wijk=HERE), CITY, [near, right]))[0] == "raak"


# --- what holds for everybody -----------------------------------------------------------------------------------------

WIJKEN = (HERE, NEXT_DOOR, FAR)
some = st.sampled_from

moments = st.none() | st.builds(
    Moment, st.datetimes(datetime(2025, 1, 1), datetime(2028, 1, 1)).map(lambda day: day.replace(tzinfo=AMSTERDAM)), some([6, 12])
)

profiles = st.builds(
    Profile,
    taal=st.none() | some(["nl", "ar", "en"]),
    voor_wie=some(VoorWie),
    haltes=st.lists(some(HALTES), unique=True, max_size=3).map(tuple),
    gemis=st.none() | some(Gemis),
    wijk=st.none() | some(WIJKEN),
    leeftijd=st.none() | st.integers(5, 110),
    vorm=st.none() | some(Vorm),
    drempels=st.lists(some(Drempel), unique=True, max_size=3).map(tuple),
    groepen=st.frozensets(some(["studenten", "mantelzorgers", "vrouwen"])),
    mentions=st.frozensets(some(["kerk"])),
)


@st.composite
def offers(draw: st.DrawFn, name: str = "aanbod") -> Initiative:
    ages = sorted(draw(st.lists(st.integers(18, 90), min_size=2, max_size=2)))
    return initiative(
        name,
        haltes=draw(st.lists(some(HALTES), unique=True, min_size=1, max_size=3)),
        gemis=draw(st.lists(some(["mensen", "iemand"]), unique=True)),
        for_whom=draw(st.lists(some(VoorWie), unique=True, min_size=1)),
        forms=draw(st.lists(some([*Vorm, "inloop"]), unique=True, min_size=1, max_size=3)),
        area=draw(st.just(["stad"]) | st.lists(some(WIJKEN), unique=True, min_size=1)),
        drempels=draw(st.lists(some(Drempel), unique=True, max_size=3)),
        audience={
            "min_age": draw(some([None, ages[0]])),
            "max_age": draw(some([None, ages[1]])),
            "gender": draw(some(["", "", "vrouw"])),
            "groups": draw(st.lists(some(["studenten", "mantelzorgers"]), unique=True, max_size=2)),
            "languages": draw(some([[], [], [], ["nl", "ar"], ["en"]])),
        },
        contact=draw(
            some(
                [
                    {"phone": "030-123 45 67"},
                    {"url": "https://b.nl"},
                    {"address": "Plein 1"},
                    {"via": "lijn"},
                    {"email": "a@b.nl"},
                    {},
                ]
            )
        ),
        organisation=draw(some(["Buurthuis", "Wandelclub"])),
        verified_on=draw(some(["", "2019", "2025-11", "2027-03-04"])),
        opening_hours=draw(some(["", "24/7", "Mo-Fr 09:00-17:00", "Tu[1] 10:00-12:00", "ma t/m vr"])),
        mention_only=draw(some([[], [], ["kerk"]])),
        cost={"kind": draw(some(["gratis", "klein_bedrag", "betaald", "onbekend"]))},
        status=draw(some(["active", "active", "active", "likely_active", "unknown", "ended"])),
        status_reason="x",
        professional=draw(st.booleans()),
        helpen=draw(some([None, {"first_step": "Help mee."}])),
    )


pools = st.integers(0, 6).flatmap(lambda count: st.tuples(*(offers(f"aanbod_{number}") for number in range(count))))


@unhurried
@given(profiles, pools, moments)
def test_rank_never_returns_an_unsuitable_one_and_forgets_no_suitable_one(
    profile: Profile, pool: tuple[Initiative, ...], moment: Moment | None
) -> None:
    ranked = rank(profile, CITY, pool, moment=moment)
    assert sorted(ids(ranked)) == [one.id for one in pool if unsuitable(one, profile, CITY) is None]
    for match in ranked:
        # The rules once more, in other words than the code has.
        one = match.initiative
        assert one.status in ("active", "likely_active")
        assert any((one.contact.phone, one.contact.email, one.contact.url, one.contact.address, one.contact.via))
        assert profile.voor_wie in one.for_whom
        if profile.leeftijd is not None:
            assert (one.audience.min_age or 0) <= profile.leeftijd <= (one.audience.max_age or 200)
        if profile.wijk == FAR:
            assert set(one.area) & {"stad", FAR}
        assert not one.mention_only or "kerk" in profile.mentions


@unhurried
@given(profiles, pools, st.randoms(use_true_random=False))
def test_the_order_does_not_depend_on_the_order_of_the_files(profile: Profile, pool: tuple[Initiative, ...], random: Any) -> None:
    shuffled = list(pool)
    random.shuffle(shuffled)
    assert ids(rank(profile, CITY, shuffled)) == ids(rank(profile, CITY, pool))


@unhurried
@given(profiles, pools, moments)
def test_the_order_is_by_score_and_every_value_lies_between_0_and_1(
    profile: Profile, pool: tuple[Initiative, ...], moment: Moment | None
) -> None:
    ranked = rank(profile, CITY, pool, moment=moment)
    assert [match.score for match in ranked] == sorted((match.score for match in ranked), reverse=True)
    for match in ranked:
        assert 0 <= match.score <= 1
        assert all(0 <= value <= 1 for value in match.factors.values())


def _matching_answers(offer: Initiative, profile: Profile) -> list[tuple[str, Profile]]:
    """Every answer that is exactly what this offer is for, with the factor it is about."""
    after: list[tuple[str, Profile]] = []
    if profile.gemis is None:
        after += [("gemis", replace(profile, gemis=Gemis(gemis))) for gemis in offer.gemis]
    if profile.vorm is None:
        after += [("vorm", replace(profile, vorm=Vorm(form))) for form in offer.forms if form != "inloop"]
    if profile.wijk is None and Drempel.LOPEN not in profile.drempels:
        after += [("wijk", replace(profile, wijk=wijk)) for wijk in offer.area if wijk != "stad"]
    if profile.leeftijd is None:
        limits = (offer.audience.min_age, offer.audience.max_age)
        after += [("leeftijd", replace(profile, leeftijd=age)) for age in limits if age is not None]
    after += [("groep", replace(profile, groepen=profile.groepen | {group})) for group in offer.audience.groups]
    after += [
        ("drempel", replace(profile, drempels=(*profile.drempels, drempel)))
        for drempel in offer.drempels
        # What costs little does not wholly answer "it may cost nothing".
        if drempel not in profile.drempels and (drempel is not Drempel.GELD or offer.cost.kind is CostKind.GRATIS)
    ]
    after += [
        ("halte", replace(profile, haltes=(*profile.haltes, halte))) for halte in offer.haltes if halte not in profile.haltes
    ]
    return after


@unhurried
@given(profiles, offers())
def test_an_answer_that_matches_never_lowers_the_factor_it_is_about(profile: Profile, offer: Initiative) -> None:
    answers = _matching_answers(offer, profile)
    assume(answers)
    before = score(offer, profile, CITY).factors
    for name, after in answers:
        assert score(offer, after, CITY).factors[name] >= before[name] - 1e-9, name


@unhurried
@given(profiles, offers())
def test_an_answer_that_matches_never_makes_an_offer_unsuitable(profile: Profile, offer: Initiative) -> None:
    assume(unsuitable(offer, profile, CITY) is None)
    for name, after in _matching_answers(offer, profile):
        walking = after.drempels != profile.drempels and Drempel.LOPEN in after.drempels
        assert unsuitable(offer, after, CITY) is None or walking, name


@unhurried
@given(profiles, offers(), moments)
def test_an_answer_that_matches_never_lowers_the_score(profile: Profile, offer: Initiative, moment: Moment | None) -> None:
    answers = _matching_answers(offer, profile)
    assume(answers)
    before = score(offer, profile, CITY, moment).score
    for name, after in answers:
        assert score(offer, after, CITY, moment).score >= before - 1e-9, name


@unhurried
@given(profiles, pools, moments)
def test_an_answer_that_matches_the_best_never_lowers_the_best(
    profile: Profile, pool: tuple[Initiative, ...], moment: Moment | None
) -> None:
    ranked = rank(profile, CITY, pool, moment=moment)
    assume(ranked)
    for name, after in _matching_answers(ranked[0].initiative, profile):
        again = rank(after, CITY, pool, moment=moment)
        if any(one.initiative == ranked[0].initiative for one in again):
            assert again[0].score >= ranked[0].score - 1e-9, name


BETTER: dict[str, dict[str, Any]] = {
    "cheaper": {"cost": {"kind": "gratis"}},
    "surer": {"status": "active", "certainty": "high"},
    "a phone": {"contact": {"phone": "030-123 45 67"}},
    "lowers every hurdle": {"drempels": list(Drempel)},
    "fills both lacks": {"gemis": ["mensen", "iemand"]},
    "every form": {"forms": [*Vorm, "inloop"]},
    "open day and night": {"opening_hours": "24/7"},
}
"""Ways in which an offer gets better for anybody."""


@unhurried
@given(profiles, offers("erbij"), pools, moments, some(sorted(BETTER)))
def test_a_better_offer_scores_no_less_and_never_lowers_the_result(
    profile: Profile, offer: Initiative, pool: tuple[Initiative, ...], moment: Moment | None, how: str
) -> None:
    better = Initiative.model_validate(offer.model_dump() | {"id": "beter"} | BETTER[how])
    assert score(better, profile, CITY, moment).score >= score(offer, profile, CITY, moment).score - 1e-9
    before, after = (rank(profile, CITY, some_pool, moment=moment) for some_pool in (pool, (*pool, better)))
    assert not before or after[0].score >= before[0].score


@few
@given(haltes=st.lists(some(sorted(real_catalogue().haltes)), unique=True, max_size=3).map(tuple), wijk=st.none() | some(
    sorted(wijk.id for wijk in real_catalogue().wijken.wijken)), vorm=st.none() | some(Vorm), age=st.none() | st.integers(18, 99)
)  # fmt: skip
def test_with_the_real_catalogue_every_reason_has_a_sentence_and_its_words(
    haltes: tuple[str, ...], wijk: str | None, vorm: Vorm | None, age: int | None
) -> None:
    city = real_catalogue()
    for match in rank(Profile(haltes=haltes, wijk=wijk, vorm=vorm, leeftijd=age), city, city.suggestable)[:5]:
        for reason in match.reasons:
            sentence = city.sentences.reasons[reason.id].format(**reason.fill)
            assert sentence and "{" not in sentence
