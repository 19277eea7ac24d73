"""From a match to words: everything a resident needs is there, and nothing is left unfilled."""

from __future__ import annotations

import json
from datetime import datetime
from string import Formatter
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.builders import FAR, HERE, NEXT_DOOR, catalogue, few, helpline, initiative, real_catalogue, responses
from wegwijzer.catalogue.models import Initiative
from wegwijzer.dialogue.state import State
from wegwijzer.dialogue.wording import (
    MOST_REASONS,
    card,
    contact_text,
    first_step,
    own_haltes,
    people_text,
    reasons_text,
    reflection,
    step_parts,
)
from wegwijzer.matching.moment import Moment
from wegwijzer.matching.opening_hours import AMSTERDAM
from wegwijzer.matching.profile import Profile
from wegwijzer.matching.ranking import Reason, rank, score
from wegwijzer.vocabulary import Drempel, Gemis, VoorWie, Vorm

LINE = helpline("infopunt", phone="030-111 22 33", use="Denkt mee.")
SITE_ONLY = helpline("loket", phone="", website="https://loket.example.nl")
CITY = catalogue(lines=(LINE, SITE_ONLY))
MONDAY_TEN = Moment(datetime(2025, 6, 2, 10, tzinfo=AMSTERDAM), 12)
MONDAY_NIGHT = Moment(datetime(2025, 6, 2, 3, tzinfo=AMSTERDAM), 12)


def contact(moment: Moment = MONDAY_TEN, **fields: Any) -> str:
    return contact_text(initiative(**{"verified_on": "2025-06"} | fields), CITY, moment)


# --- how to get there -------------------------------------------------------------------------------------------------


def test_every_way_in_is_given_phone_first() -> None:
    ways = {"phone": "030-123 45 67", "email": "hoi@example.nl", "url": "https://example.nl", "address": "Domplein 1"}
    text = contact(contact=ways)
    places = [text.index(way) for way in ways.values()]
    assert places == sorted(places)
    assert len(text.splitlines()) == 4


def test_who_can_lead_there_is_named_with_a_number() -> None:
    assert {"Infopunt", "030-111 22 33"} <= set(_parts(contact(contact={"via": "infopunt"})))


def test_who_has_no_phone_is_named_with_a_site() -> None:
    assert "https://loket.example.nl" in contact(contact={"via": "loket"})


def _parts(text: str) -> list[str]:
    return [name for name in ("Infopunt", "030-111 22 33") if name in text]


def test_open_and_closed_are_told_apart() -> None:
    open_, closed = (contact(moment, opening_hours="Mo-Fr 09:00-17:00") for moment in (MONDAY_TEN, MONDAY_NIGHT))
    assert CITY.sentences.contact["open_now"] in open_
    assert CITY.sentences.contact["open_now"] not in closed and "9.00" in closed


def test_hours_of_a_source_are_passed_on_as_such() -> None:
    assert "doordeweeks" in contact(opening_note="doordeweeks 10.00-16.00")


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"status": "likely_active"}, "check"),
        ({"access": "referral"}, "referral"),
        ({"verified_on": "2024-05"}, "stale"),
        ({"verified_on": ""}, "stale"),
    ],
)
def test_what_someone_must_know_before_going(fields: dict[str, Any], sentence: str) -> None:
    assert CITY.sentences.contact[sentence] in contact(**fields)
    assert CITY.sentences.contact[sentence] not in contact()


def test_to_call_first_is_said_once() -> None:
    say = CITY.sentences.contact
    text = contact(status="likely_active", verified_on="2019")
    assert say["check"] in text and say["stale"] not in text


def test_hours_of_a_source_do_not_ask_it_a_second_time() -> None:
    text = contact(opening_note="doordeweeks 10.00-16.00", verified_on="2019")
    assert "doordeweeks" in text and text.casefold().count("vraag") == 1
    assert "vraag" in contact(opening_note="doordeweeks 10.00-16.00").casefold()


def test_how_old_is_too_old_is_a_setting() -> None:
    lenient = Moment(MONDAY_TEN.time, 24)
    assert CITY.sentences.contact["stale"] not in contact(lenient, verified_on="2024-05")


def test_what_to_know_now_and_what_to_bring_is_said() -> None:
    text = contact(alert="In juli en augustus is het dicht.", required_documents=["je Stadspas", "een legitimatie"])
    assert "In juli en augustus is het dicht." in text.split("\n")
    assert "Neem mee: je Stadspas en een legitimatie." in text


def test_what_it_costs_is_said_when_known() -> None:
    assert "€ 3" in contact(cost={"kind": "klein_bedrag", "text": "€ 3 per keer"})


# --- why it fits ------------------------------------------------------------------------------------------------------


def test_reasons_make_one_sentence_of_at_most_a_few_parts() -> None:
    ids = ["leeftijd", "gratis", "bellen", "eropuit", "online"]
    said = reasons_text([Reason(name) for name in ids], CITY)
    sentences = CITY.sentences.reasons
    assert [name for name in ids if sentences[name] in said] == ids[:MOST_REASONS]
    assert f" {CITY.sentences.connectors['en']} " in said


def test_the_theme_is_a_reason_only_when_there_is_no_better() -> None:
    theme, free = Reason("halte", {"halte": "rouw"}), Reason("gratis")
    assert "rouw" not in reasons_text([theme, free], CITY)
    assert "rouw" in reasons_text([theme], CITY)


def test_a_reason_is_given_once() -> None:
    assert reasons_text([Reason("gratis"), Reason("gratis")], CITY) == CITY.sentences.reasons["gratis"]


def test_reasons_that_say_nearly_the_same_become_one() -> None:
    both = [Reason("gemis_iemand"), Reason("gratis"), Reason("een_op_een")]
    say = CITY.sentences
    assert reasons_text(both, CITY) == say.join([say.together["een_op_een+gemis_iemand"], say.reasons["gratis"]])
    assert say.reasons["een_op_een"] in reasons_text([Reason("een_op_een")], CITY)


def test_what_is_filled_in_also_stands_in_the_sentence_for_two_reasons() -> None:
    said = reasons_text([Reason("nederlands"), Reason("taal", {"talen": "Arabisch"})], CITY)
    assert "Arabisch" in said and said.count("Nederlands") == 1


def test_that_it_was_confirmed_is_a_reason_only_when_there_is_no_better() -> None:
    assert CITY.sentences.reasons["actueel"] not in reasons_text([Reason("actueel"), Reason("gratis")], CITY)
    assert reasons_text([Reason("actueel")], CITY) == CITY.sentences.reasons["actueel"]


REAL = real_catalogue().sentences


@pytest.mark.parametrize("sentence", [*REAL.reasons.values(), *REAL.together.values()])
def test_every_reason_goes_on_after_want_and_is_short(sentence: str) -> None:
    assert sentence[0].islower() or sentence[0] == "{"
    assert not sentence.rstrip().endswith((".", "!", ","))
    assert len(sentence.split()) <= 14


# --- the step ---------------------------------------------------------------------------------------------------------


def test_a_volunteer_gets_the_step_for_volunteers() -> None:
    offer = initiative(first_step="Kom langs.", helpen={"first_step": "Meld je aan.", "first_words": "Hallo."})
    assert first_step(offer, VoorWie.HELPEN, CITY).first_step == "Meld je aan."
    assert first_step(offer, "zelf", CITY).first_step == first_step(offer, None, CITY).first_step == "Kom langs."
    assert first_step(initiative(first_step="Kom langs."), "helpen", CITY).first_step == "Kom langs."


def test_someone_who_worries_does_not_get_the_words_of_the_person_self() -> None:
    offer = initiative(first_step="Kom langs.", first_words="Hallo, ik ben vaak alleen.")
    step = first_step(offer, "ander", CITY)
    assert step.first_step and step.first_words
    assert step.first_step != offer.first_step and step.first_words != offer.first_words


def _placeholders(response: str) -> set[str]:
    return {name for variant in responses()[response] for _, name, _, _ in Formatter().parse(variant["text"]) if name}


@pytest.mark.parametrize("response", ["utter_stap", "utter_stap_vrijwilliger", "utter_stap_zin", "utter_signaal_wie"])
def test_the_parts_are_those_the_responses_wait_for(response: str) -> None:
    parts = step_parts(score(initiative(), Profile(), CITY), "zelf", CITY, MONDAY_TEN)
    assert _placeholders(response) and _placeholders(response) <= set(parts)


@pytest.mark.parametrize("one", real_catalogue().suggestable, ids=lambda one: one.id)
def test_every_offer_of_the_city_makes_a_whole_step(one: Initiative) -> None:
    city = real_catalogue()
    for voor_wie in one.for_whom:
        if voor_wie is VoorWie.HELPEN and one.helpen is None:
            continue
        match = score(one, Profile(voor_wie=voor_wie, haltes=one.haltes[:1]), city)
        for moment in (MONDAY_TEN, MONDAY_NIGHT):
            parts = step_parts(match, voor_wie, city, moment)
            for name in ("naam", "wat", "waarom", "hoe", "contact"):
                assert parts[name].strip(), f"{voor_wie}: {name}"
            assert not [text for text in parts.values() if "{" in text or "}" in text or "None" in text]


some = st.sampled_from


@few
@given(
    st.builds(
        Profile,
        voor_wie=some(VoorWie),
        haltes=st.lists(some(sorted(real_catalogue().haltes)), unique=True, max_size=2).map(tuple),
        gemis=st.none() | some(Gemis),
        wijk=st.none() | some([wijk.id for wijk in real_catalogue().wijken.wijken]),
        leeftijd=st.none() | st.integers(18, 100),
        vorm=st.none() | some(Vorm),
        drempels=st.lists(some(Drempel), unique=True, max_size=2).map(tuple),
    )
)
def test_whoever_is_given_a_step_is_told_why_it_fits(profile: Profile) -> None:
    city = real_catalogue()
    for match in rank(profile, city, city.suggestable)[:3]:
        why = step_parts(match, profile.voor_wie, city, MONDAY_TEN)["waarom"]
        assert why.strip(), f"nothing to say after 'Dit past, want': {match.initiative.id}"


def test_also_someone_who_skipped_everything_is_told_why_it_fits() -> None:
    offer = initiative(area=["stad"], cost={"kind": "onbekend"})
    assert step_parts(score(offer, Profile(), CITY), "zelf", CITY, MONDAY_TEN)["waarom"].strip()


# --- what we heard ----------------------------------------------------------------------------------------------------


def test_the_first_two_themes_are_said_back() -> None:
    said = reflection(State(voor_wie="zelf", haltes=("verlies", "vrienden", "mentaal")), CITY)
    assert said == f"{CITY.haltes['verlies'].reflection} {CITY.haltes['vrienden'].reflection}"


def test_about_another_it_is_said_in_the_words_about_another() -> None:
    said = reflection(State(voor_wie="ander", haltes=("signaleren", "verlies")), CITY)
    assert said == f"{CITY.haltes['signaleren'].reflection_other} {CITY.haltes['verlies'].reflection_other}"


def test_the_illness_of_someone_you_care_for_is_not_yours() -> None:
    said = reflection(State(voor_wie="zelf", haltes=("mantelzorg", "mentaal")), CITY)
    assert CITY.haltes["mantelzorg"].reflection in said
    assert CITY.haltes["mentaal"].reflection_other in said and CITY.haltes["mentaal"].reflection not in said


def test_nothing_heard_nothing_said_back() -> None:
    assert reflection(State(), CITY) == ""


def test_the_same_sentence_is_not_said_twice() -> None:
    same = real_catalogue().haltes["signaleren"]
    assert same.reflection_other
    said = reflection(State(voor_wie="ander", haltes=("signaleren",)), real_catalogue())
    assert said.count(same.reflection_other) == 1


@pytest.mark.parametrize("halte", real_catalogue().haltes.values(), ids=lambda halte: halte.id)
def test_what_we_say_back_never_names_loneliness_or_a_diagnosis(halte: Any) -> None:
    for text in (halte.reflection, halte.reflection_other):
        assert text.strip().endswith(".")
        assert not any(word in text.lower() for word in ("eenzaam", "depress", "stoornis", "patiënt", "score"))


# --- people, and the card ---------------------------------------------------------------------------------------------


def test_every_person_to_call_gets_a_line_with_name_number_and_what_for() -> None:
    text = people_text([LINE, helpline("luister", phone="088 0767 000", use="Luistert.")], CITY)
    lines = text.splitlines()
    assert len(lines) == 2
    for line, parts in zip(
        lines, (("Infopunt", "030-111 22 33", "Denkt mee."), ("Luister", "088 0767 000", "Luistert.")), strict=True
    ):
        assert all(part in line for part in parts)


def test_who_is_closed_is_said_to_be_when_that_matters() -> None:
    office = helpline("kantoor", phone="030-111 22 33", opening_hours="Mo-Fr 09:00-17:00")
    assert "9.00" in people_text([office], CITY, MONDAY_NIGHT.time)
    assert "9.00" not in people_text([office], CITY)
    assert CITY.sentences.contact["open_now"] not in people_text([office], CITY, MONDAY_TEN.time)


def test_who_has_only_a_site_is_named_with_it() -> None:
    assert "https://loket.example.nl" in people_text([SITE_ONLY], CITY)


MYSELF = State(voor_wie="zelf")


def drawn(offer: Initiative, state: State = MYSELF, moment: Moment = MONDAY_TEN) -> dict[str, Any]:
    return card(score(offer, state.profile(), CITY, moment), state, CITY, moment)


def test_the_card_says_all_that_the_text_says() -> None:
    """A page that draws the card leaves nothing out of the message."""
    offer = initiative(
        contact={"phone": "030-123 45 67", "email": "hoi@example.nl", "url": "https://example.nl", "address": "Domplein 1"}
        | {"via": "infopunt"},
        area=[HERE, NEXT_DOOR, FAR],
        opening_hours="Mo-Fr 09:00-17:00",
        cost={"kind": "klein_bedrag", "text": "€ 3 per keer"},
        access="referral",
        alert="In juli en augustus is het dicht.",
        required_documents=["je Stadspas"],
        status="likely_active",
        first_words="Hallo, ik wil graag komen.",
    )
    shown = drawn(offer)
    assert (shown["type"], shown["id"]) == ("suggestie", offer.id)
    match = score(offer, State(voor_wie="zelf").profile(), CITY, MONDAY_TEN)
    parts = step_parts(match, "zelf", CITY, MONDAY_TEN)
    assert {name: shown[name] for name in ("naam", "wat", "waarom", "hoe", "zin")} == {
        name: parts[name] for name in ("naam", "wat", "waarom", "hoe", "zin")
    }
    # Take every value of the card out of the text: only the words around a number or address are left.
    rest = parts["contact"]
    for name in ("telefoon", "email", "url", "adres", "via", "kosten", "open"):
        assert shown[name] and shown[name] in rest
        rest = rest.replace(shown[name], "", 1)
    for sentence in shown["let_op"].split(". "):
        rest = rest.replace(sentence.rstrip("."), "")
    assert {word for line in rest.splitlines() for word in line.split()} <= {
        "Bel",
        "Mail",
        "naar",
        "Kijk",
        "op",
        "Het",
        "adres",
    } | {
        "is",
        "Kosten:",
        ".",
    }


def test_what_is_not_known_is_empty_on_the_card() -> None:
    shown = drawn(initiative(verified_on="2025-06"))
    assert {shown[name] for name in ("email", "url", "adres", "via", "kosten", "open", "let_op", "zin")} == {""}


def test_the_card_tells_when_it_was_said_that_it_is_open() -> None:
    hours = initiative(opening_hours="Mo-Fr 09:00-17:00")
    assert drawn(hours, moment=MONDAY_TEN)["open"] == CITY.sentences.contact["open_now"]
    assert drawn(hours, moment=MONDAY_NIGHT)["open"] != CITY.sentences.contact["open_now"]
    assert datetime.fromisoformat(drawn(hours)["op"]) == MONDAY_TEN.time


def test_the_card_names_the_haltes_of_the_person_in_order() -> None:
    state = State(voor_wie="zelf", haltes=("verlies", "ontmoeten"))
    assert drawn(initiative(), state)["haltes"] == [
        {"id": "verlies", "label": "Label verlies"},
        {"id": "ontmoeten", "label": "Label ontmoeten"},
    ]


@pytest.mark.parametrize("voor_wie", ["ander", "helpen"])
def test_what_may_be_about_another_is_not_drawn_as_your_own(voor_wie: str) -> None:
    assert own_haltes(State(voor_wie=voor_wie, haltes=("mentaal", "signaleren"))) == ()


def test_who_cares_for_another_keeps_that_halte_but_not_what_the_other_has() -> None:
    assert own_haltes(State(voor_wie="zelf", haltes=("mantelzorg", "mentaal"))) == ("mantelzorg",)
    assert own_haltes(State(voor_wie="zelf", haltes=("mentaal", "mantelzorg"))) == ("mentaal", "mantelzorg")


def test_no_reasons_are_given_for_somebody_else() -> None:
    """They say "je": that is the person who writes, not the one who would go there."""
    state = State(voor_wie="ander", haltes=("signaleren",))
    shown = drawn(initiative(for_whom=["ander"]), state)
    assert shown["waarom"] == ""
    assert shown["zin"] == CITY.sentences.contact["ander_zin"]


@few
@given(data=st.data())
def test_every_offer_of_the_city_has_a_whole_card(data: st.DataObject) -> None:
    city = real_catalogue()
    offer = data.draw(st.sampled_from(sorted(city.initiatives.values(), key=lambda one: one.id)))
    state = State(
        voor_wie=data.draw(st.sampled_from([*VoorWie])),
        haltes=tuple(data.draw(st.lists(st.sampled_from(sorted(city.haltes)), max_size=5, unique=True))),
    )
    shown = card(score(offer, state.profile(), city, MONDAY_TEN), state, city, MONDAY_TEN, "bewaar")
    assert shown["type"] == "bewaar" and shown["naam"] and shown["wat"]
    assert all(isinstance(value, str) for name, value in shown.items() if name != "haltes")
    assert json.loads(json.dumps(shown)) == shown


def test_hours_in_words_are_not_bound_to_a_moment() -> None:
    assert drawn(initiative(opening_note="doordeweeks 10.00-16.00"))["op"] == ""
