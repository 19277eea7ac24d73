"""Finding an organisation by the name a resident types, and none in ordinary words."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.builders import catalogue, few, initiative, real_catalogue
from wegwijzer.catalogue.loading import Catalogue
from wegwijzer.catalogue.models import Initiative
from wegwijzer.catalogue.search import find_by_name

CITY = catalogue(
    initiative("huiskamer", name="Huiskamer Zuilen", organisation="Leger des Heils"),
    initiative("huiskamer_gestopt", name="Huiskamer Ondiep", organisation="Leger des Heils", status="ended", status_reason="x"),
    initiative("enik", name="Enik", organisation="Stichting Herstel"),
    initiative("coc", name="COC", organisation="COC Midden-Nederland"),
    initiative("maatje", name="Maatje via het buurtteam", organisation="diverse"),
    initiative("buurtteam", name="Buurtteam", organisation="Buurtteams Utrecht"),
    initiative("koor", name="Zangkoor (Lunetten)", organisation="bewoners"),
)


def found(text: str, city: Catalogue = CITY) -> str | None:
    one = find_by_name(city, text)
    return one.id if one else None


@pytest.mark.parametrize(
    ("text", "id_"),
    [
        ("Wat is Huiskamer Zuilen?", "huiskamer"),
        ("is huiskamer zuilen vandaag open", "huiskamer"),
        ("HUISKAMER ZUILEN", "huiskamer"),
        ("huiskamr zuilen", "huiskamer"),
        ("wat doet het leger des heils", "huiskamer"),
        ("is dat zangkoor iets voor mij", "koor"),
        ("wat is enik", "enik"),
        ("coc?", "coc"),
        ("wat is het buurtteam?", "buurtteam"),
    ],
)
def test_a_name_is_found_as_people_type_it(text: str, id_: str) -> None:
    assert found(text) == id_


@pytest.mark.parametrize(
    "text", ["", "?", "wat is dat", "ik ben alleen", "ik zoek een maatje", "de gemeente utrecht", "ik woon in utrecht", "coconut"]
)
def test_ordinary_words_are_no_name(text: str) -> None:
    assert found(text) is None


def test_what_may_be_shown_goes_before_what_may_not() -> None:
    assert found("vertel over het leger des heils") == "huiskamer"
    assert found("vertel over huiskamer ondiep") == "huiskamer_gestopt"


@pytest.mark.parametrize("one", real_catalogue().suggestable, ids=lambda one: one.id)
def test_every_offer_of_the_city_is_found_by_its_own_name(one: Initiative) -> None:
    hit = find_by_name(real_catalogue(), f"wat is {one.name}?")
    assert hit is not None and hit.name == one.name


@pytest.mark.parametrize(
    "text",
    ["is dat ook in Utrecht?", "waar in utrecht is dat", "is het gratis?", "kan ik daar met de bus komen", "hoe laat is het open"],
)  # fmt: skip
def test_ordinary_words_name_nothing_in_the_real_city(text: str) -> None:
    assert found(text, real_catalogue()) is None


@few
@given(st.text(max_size=200))
def test_any_text_finds_a_record_or_nothing(text: str) -> None:
    one = find_by_name(real_catalogue(), text)
    assert one is None or real_catalogue().initiatives[one.id] is one
