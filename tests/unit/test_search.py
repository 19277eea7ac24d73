"""Looking something up: by name and by what it is about, misspelled or not; and never a weak hit."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.builders import catalogue, few, helpline, initiative, real_catalogue
from wegwijzer.catalogue.models import Initiative
from wegwijzer.catalogue.search import CatalogueIndex, Hit, search_names
from wegwijzer.catalogue.zoekwoorden import Vraag, Zoekwoorden

CITY = CatalogueIndex(
    catalogue(
        initiative("huiskamer", name="Huiskamer Zuilen", organisation="Leger des Heils", summary="Je drinkt er koffie."),
        initiative("gestopt", name="Huiskamer Ondiep", organisation="Leger des Heils", status="ended", status_reason="x"),
        initiative("enik", name="Enik", organisation="Stichting Herstel", summary="Je volgt er een cursus."),
        initiative("maatje", name="Maatje via het buurtteam", organisation="diverse", summary="Samen zoeken jullie iemand."),
        initiative("buurtteam", name="Buurtteam", organisation="Buurtteams Utrecht", summary="Iemand denkt met je mee."),
        initiative("pas", name="U-pas", organisation="gemeente Utrecht", summary="Met deze pas krijg je korting."),
        initiative("repair", name="Repair Cafés in Utrecht", organisation="bewoners", summary="Je maakt kapotte spullen."),
        initiative("schaken", name="De Toren", organisation="bewoners", summary="Je kunt er schaken met anderen."),
        initiative("resto", name="Resto VanHarte", organisation="Resto VanHarte", summary="Je eet drie gangen."),
        lines=(helpline("lijn", name="De Luisterlijn", use="Praten als je ergens mee zit."),),
    )
)
REAL = CatalogueIndex(real_catalogue())


def best(text: str, index: CatalogueIndex = CITY) -> Hit | None:
    return next(iter(index.search(text)), None)


@pytest.mark.parametrize(
    ("text", "id_"),
    [
        ("Wat is Huiskamer Zuilen?", "huiskamer"),
        ("HUISKAMER ZUILEN", "huiskamer"),
        ("huiskamr zuilen", "huiskamer"),
        ("wat is enik", "enik"),
        ("wat is het buurtteam?", "buurtteam"),
        ("buurteam nummer", "buurtteam"),
        ("hoe kom ik aan een upas", "pas"),
        ("een u pas", "pas"),
        ("repaircafé", "repair"),
        ("repair-café in de buurt", "repair"),
        ("resto van harte", "resto"),
        ("nummer luisterlyn", "lijn"),
    ],
)
def test_a_name_is_found_as_people_type_it(text: str, id_: str) -> None:
    hit = best(text)
    assert hit is not None
    assert (hit.record.id, hit.named >= 0.9) == (id_, True)


def test_a_whole_name_goes_before_a_name_that_has_the_word_too() -> None:
    assert [hit.record.id for hit in CITY.search("wat doet het buurtteam")][:2] == ["buurtteam", "maatje"]


@pytest.mark.parametrize("text", ["een schaakclub", "schaken", "schaakles", "SCHAAKCLUBS"])
def test_other_forms_of_a_word_find_what_it_is_about(text: str) -> None:
    hit = best(text)
    assert hit is not None and hit.record.id == "schaken"
    assert hit.coverage >= 0.65 > hit.named


@pytest.mark.parametrize("text", ["is er een bridgeclub", "een koffiecursus voor honden", "wat is stichting wiebelkruk"])
def test_without_the_word_that_matters_nothing_covers_the_question(text: str) -> None:
    assert all(hit.coverage < 0.65 for hit in CITY.search(text))


@pytest.mark.parametrize("text", ["", "?", "wat is dat", "de gemeente utrecht", "is het gratis", "hoe laat is het open", "🙂"])
def test_ordinary_words_name_nothing(text: str) -> None:
    assert CITY.search(text) == [] and CITY.named_things(text) == 0


def test_what_may_not_be_shown_is_found_and_known_as_such() -> None:
    hit = best("vertel over huiskamer ondiep")
    assert hit is not None and hit.record.id == "gestopt" and not hit.usable


def test_a_word_put_aside_only_chooses() -> None:
    without = CITY.search("is er een schaakclub in zuilen")[0]
    aside = CITY.search("is er een schaakclub in zuilen", {"zuilen"})
    assert aside[0].record.id == "schaken" and aside[0].coverage > without.coverage
    assert CITY.named_things("schaakclub in zuilen", {"zuilen"}) == 1


def test_a_text_that_is_only_a_name_calls_that_record() -> None:
    called = CITY.called("de luisterlijn")
    assert called is not None and called.id == "lijn"
    assert CITY.called("luisterlijn bellen") is None
    assert CITY.called("Huiskamer Ondiep") is None, "it may not be shown"
    assert CITY.called("") is None


@pytest.mark.parametrize("one", real_catalogue().suggestable, ids=lambda one: one.id)
def test_every_offer_of_the_city_is_found_by_its_own_name(one: Initiative) -> None:
    assert one.name in {hit.record.name for hit in REAL.search(f"wat is {one.name}?")[:3] if hit.named >= 0.9}


@pytest.mark.parametrize(
    "line", [line for line in real_catalogue().helplines.all() if line.show != "no"], ids=lambda line: line.id
)
def test_every_helpline_is_found_by_its_own_name(line: Initiative) -> None:
    found = {hit.record.name for hit in REAL.search(f"nummer van {line.name}")[:3]}
    assert line.name in found or line.id in ("112", "gemeente"), "ordinary words name nothing"


@few
@given(st.text(max_size=300))
def test_any_text_finds_records_with_shares_between_none_and_all(text: str) -> None:
    hits = REAL.search(text)
    assert all(0.0 <= hit.named <= 1.0 + 1e-9 and 0.0 <= hit.coverage <= 1.0 + 1e-9 for hit in hits)


@few
@given(st.permutations(["enik", "koffie", "schaken", "soep", "dansen"]))
def test_the_order_of_the_files_does_not_matter(order: list[str]) -> None:
    found = [[hit.record.id for hit in _kept(names).search("waar kan ik schaken of dansen")] for names in (order, sorted(order))]
    assert found[0] == found[1] and set(found[0]) == {"dansen", "schaken"}


def _kept(names: list[str]) -> CatalogueIndex:
    return CatalogueIndex(catalogue(*(initiative(name, name=name.capitalize(), summary=f"Samen {name}.") for name in names)))


def test_ten_thousand_records_are_looked_up_by_the_words_asked_only() -> None:
    many = (initiative(f"r{number}", name=f"Huis {number:05d}x", summary="Koffie met de buren.") for number in range(10_000))
    index = CatalogueIndex(catalogue(*many, initiative("toren", name="De Toren", summary="Je kunt er schaken.")))
    assert [hit.record.id for hit in index.search("is er een schaakclub")] == ["toren"]
    assert len(index.search("koffie met de buren")) == 20


def test_an_editor_finds_by_a_part_of_a_name() -> None:
    city = catalogue(initiative("buurtteam", name="Buurtteam"), initiative("enik", name="Enik"))
    assert [one.id for one in search_names(city, "TEAM")] == ["buurtteam"]


# --- what editors write down ------------------------------------------------------------------------------------------


def words(**fields: object) -> Zoekwoorden:
    whole = {"vragen": {vraag.value: ["wat is"] for vraag in Vraag}}
    return Zoekwoorden.model_validate(whole | fields)


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"vragen": {"telefoon": ["nummer"]}}, "vragen.adres"),
        ({"vragen": {vraag.value: ["Wat Is"] for vraag in Vraag}}, "vragen.telefoon"),
        ({"gewone_woorden": ["twee woorden"]}, "gewone_woorden"),
        ({"staarten": ["-club"]}, "staarten"),
        ({"synoniemen": [["alleen"]]}, "synoniemen"),
        ({"synoniemen": [["eten", "Maaltijd"]]}, "synoniemen"),
        ({"synoniemen": [["eten", "!"]]}, "synoniemen"),
    ],
)
def test_a_mistake_in_the_words_is_named_with_a_remedy(fields: dict[str, object], field: str) -> None:
    found = dict(words(**fields).mistakes())
    assert found.get(field)


def test_the_words_of_the_city_are_right() -> None:
    assert list(real_catalogue().zoekwoorden.mistakes()) == []
