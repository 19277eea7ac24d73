"""Which wijk someone lives in, as residents type it: names, nicknames, postcodes, typing errors, places elsewhere."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from wegwijzer.catalogue.models import Wijken
from wegwijzer.understanding.wijk import WijkFinder

WIJKEN = Wijken.model_validate(
    yaml.safe_load((Path(__file__).parents[2] / "catalogue" / "wijken.yml").read_text(encoding="utf-8"))
)
FINDER = WijkFinder(WIJKEN)
IDS = {wijk.id for wijk in WIJKEN.wijken}

NAMED_IN_A_STORY = [
    ("ik woon in Overvecht", "overvecht"),
    ("woon in zuilen en ken niemand", "noordwest"),
    ("ik zit hier in Ondiep met m'n goeie gedrag", "noordwest"),
    ("Ik woon al veertig jaar in Lombok.", "west"),
    ("weduwe, 82, Oog in Al", "west"),
    ("KANALENEILAND", "zuidwest"),
    ("ik woon op kanaleneiland", "zuidwest"),
    ("Kanalen eiland", "zuidwest"),
    ("ik woon op 't eiland", "zuidwest"),
    ("hoograven", "zuid"),
    ("wij wonen in Lunetten", "zuid"),
    ("in Tolsteeg is weinig te doen", "zuid"),
    ("Leidsche Rijn", "leidsche_rijn"),
    ("leidse rijn", "leidsche_rijn"),
    ("Leidsche Rijn Centrum", "leidsche_rijn"),
    ("ik woon in leidsche rijn centrum", "leidsche_rijn"),
    ("overvecht zuid", "overvecht"),
    ("ik woon in Overvecht-Zuid", "overvecht"),
    ("ik woon in het zand", "leidsche_rijn"),
    ("Terwijde, daar ken ik niemand", "leidsche_rijn"),
    ("ik woon in de meern", "vleuten_de_meern"),
    ("vleuten", "vleuten_de_meern"),
    ("vleuterweide", "vleuten_de_meern"),
    ("Haarzuilens", "vleuten_de_meern"),
    ("bij het Máximapark", "vleuten_de_meern"),
    ("Wittevrouwen", "noordoost"),
    ("witte vrouwen", "noordoost"),
    ("ik woon in tuindorp", "noordoost"),
    ("student op de uithof", "oost"),
    ("ik studeer op het Utrecht Science Park", "oost"),
    ("ik woon in Utrecht Noordoost", "noordoost"),
    ("noord-west", "noordwest"),
    ("binnenstad", "binnenstad"),
    ("wijk c", "binnenstad"),
    ("Rivierenwijk", "zuidwest"),
    ("ik woon in Janskerkhof achter de Neude", "binnenstad"),
    ("mijn postcode is 3561 AB", "overvecht"),
    ("3524xk", "zuid"),
    ("3531", "west"),
    ("ik woon in Zuilen, mijn zus in Overvecht", "noordwest"),
    ("vroeger in Lombok, nu in Vleuten", "vleuten_de_meern"),
    ("verhuisd van Lombok naar Terwijde", "leidsche_rijn"),
    ("niet in Overvecht maar in Zuilen", "noordwest"),
    ("ik ben opgegroeid in Ondiep en woon nu in Lunetten", "zuid"),
    ("ik werk in Papendorp en woon in Hoograven", "zuid"),
    ("ik kom uit Drachten en woon nu in Zuilen", "noordwest"),
    ("ik kom uit Amersfoort maar ik woon in Oudwijk", "oost"),
    ("in het centrum, bij de Neude", "binnenstad"),
    ("oost, bij de uithof", "oost"),
    ("mijn moeder woont in Overvecht", "overvecht"),
]

MISSPELLED = [
    ("ik woon in overvegt", "overvecht"),
    ("ik woon in Ovevecht", "overvecht"),
    ("ovrevecht", "overvecht"),
    ("over vecht", "overvecht"),
    ("ik woon in zuielen", "noordwest"),
    ("ik woon in zuieln", "noordwest"),
    ("ik woon in kanaleneilnd", "zuidwest"),
    ("kannaleneiland", "zuidwest"),
    ("ik woon in hoograve", "zuid"),
    ("hograven", "zuid"),
    ("ik woon in lunneten", "zuid"),
    ("leidscherijn", "leidsche_rijn"),
    ("leidshe rijn", "leidsche_rijn"),
    ("ik woon in terweide", "leidsche_rijn"),
    ("ik woon in fleuten", "vleuten_de_meern"),
    ("ik woon in de meren", "vleuten_de_meern"),
    ("witevrouwen", "noordoost"),
    ("ik woon in tuindrop", "noordoost"),
    ("pijlsweerdt", "noordwest"),
    ("ik woon in lombock", "west"),
    ("oog in all", "west"),
    ("rivierewijk", "zuidwest"),
    ("ik woon in transwyk", "zuidwest"),
    ("binnestad", "binnenstad"),
]

ANSWERED = [
    ("noordwest", "noordwest"),
    ("stad", "binnenstad"),
    ("in de stad", "binnenstad"),
    ("noord oost", "noordoost"),
    ("zuid west", "zuidwest"),
    ("overvecht", "overvecht"),
    ("LR", "leidsche_rijn"),
    ("Merwede", "zuidwest"),
    ("uhm zuilen denk ik", "noordwest"),
    ("3563 CB", "overvecht"),
    ("welgelegen", "west"),
    ("west 3542", "west"),
]

UNCLEAR = [
    ("ik woon in oost", {"oost", "noordoost"}),
    ("ik woon in west", {"west", "zuidwest", "noordwest"}),
    ("in zuid", {"zuid", "zuidwest", "overvecht"}),
    ("ik woon in het centrum", {"binnenstad", "leidsche_rijn"}),
    ("Utrecht West", {"west", "zuidwest", "noordwest"}),
    ("de driehoek", {"noordwest", "noordoost"}),
    ("3542", {"leidsche_rijn", "west"}),
    ("3521 AZ", {"zuidwest", "binnenstad"}),
    ("3546", {"vleuten_de_meern", "leidsche_rijn"}),
    ("3511", {"binnenstad"}),
    ("3584 ck", {"oost"}),
    ("vroeger woonde ik in Lombok", {"west"}),
    ("ik werk in Lunetten", {"zuid"}),
    ("mijn zoon woont in Vleuten", {"vleuten_de_meern"}),
    ("Zuilen of Lombok", {"noordwest", "west"}),
    ("ik woon tussen Zuilen en Overvecht", {"noordwest", "overvecht"}),
]

NO_PLACE = [
    "ik wil verhuizen",
    "terwijl ik hier zit",
    "ik ben meer alleen dan vroeger",
    "zullen we iets doen",
    "ik zit te huilen",
    "het is stil in huis",
    "ik kan niet ver lopen, mijn voeten doen zeer",
    "er zijn zoveel eenzame mensen in de stad",
    "de zon komt op in het oosten",
    "oost west thuis best",
    "ik heb 3500 euro schuld",
    "bel 030-2861234",
    "overleden in het ziekenhuis",
    "ik woon in Utrecht",
    "ik durf de deur niet uit",
    "het is te duur voor mij",
    "een houten tafel",
    "langer dan een jaar",
    "ik woon in een flat",
    "in 2006 verhuisd",
]

ELSEWHERE = [
    ("ik woon in Nieuwegein", "Nieuwegein"),
    ("nieuwegein", "Nieuwegein"),
    ("Ik woon in nieuwegijn", "Nieuwegein"),
    ("Den Haag", "Den Haag"),
    ("wij wonen in Maarssen", "Maarssen"),
    ("woon in houten", "Houten"),
    ("ik ben verhuisd naar Zeist", "Zeist"),
    ("ik woon in De Bilt maar werk in Utrecht", "De Bilt"),
]

NOT_ELSEWHERE = [
    "ik kom uit Amersfoort",
    "mijn dochter woont in Nieuwegein",
    "ik woon in Utrecht, mijn zus in Nieuwegein",
    "ik woonde in Amsterdam",
    "een huisje met houten vloer",
    "ik kom uit Groningen maar woon nu in Utrecht",
    "ik kom uit Drachten en woon nu in Zuilen",
    "door en door koud",
]


@pytest.mark.parametrize(("text", "wijk"), NAMED_IN_A_STORY + MISSPELLED)
def test_hears_the_wijk_in_a_story(text: str, wijk: str) -> None:
    assert FINDER.find(text).wijk == wijk
    assert FINDER.find(text, asked=True).wijk == wijk


@pytest.mark.parametrize(("text", "wijk"), ANSWERED)
def test_answers_the_question(text: str, wijk: str) -> None:
    assert FINDER.find(text, asked=True).wijk == wijk


@pytest.mark.parametrize(("text", "candidates"), UNCLEAR)
def test_asks_when_it_may_be_more_than_one(text: str, candidates: set[str]) -> None:
    found = FINDER.find(text)
    assert (found.wijk, set(found.candidates)) == (None, candidates)


@pytest.mark.parametrize("text", ["oost", "west", "zuid", "centrum"])
def test_plain_words_count_only_when_asked(text: str) -> None:
    assert not FINDER.find(text).candidates
    assert len(FINDER.find(text, asked=True).candidates) > 1


@pytest.mark.parametrize("text", NO_PLACE)
def test_ordinary_words_are_no_place(text: str) -> None:
    found = FINDER.find(text)
    assert (found.wijk, found.candidates, found.outside) == (None, (), None)


@pytest.mark.parametrize(("text", "place"), ELSEWHERE)
def test_hears_that_someone_lives_elsewhere(text: str, place: str) -> None:
    found = FINDER.find(text)
    assert (found.wijk, found.candidates, found.outside) == (None, (), place)


@pytest.mark.parametrize("text", NOT_ELSEWHERE)
def test_another_place_is_not_always_home(text: str) -> None:
    assert FINDER.find(text).outside is None


@pytest.mark.parametrize("text", ["ik kom uit Amersfoort", "Houten", "3431 AB"])
def test_asked_for_the_wijk_another_place_is_home(text: str) -> None:
    assert FINDER.find(text, asked=True).outside


def test_says_where_it_stands() -> None:
    text = "Ik woon in Vléúten, heel prettig"
    found = FINDER.find(text)
    assert text[found.start : found.end] == "Vléúten"


@pytest.mark.parametrize("wijk", WIJKEN.wijken, ids=lambda wijk: wijk.id)
def test_every_name_editors_wrote_is_known(wijk: object) -> None:
    record = next(entry for entry in WIJKEN.wijken if entry == wijk)
    ambiguous = {term.term.lower() for term in WIJKEN.ambiguous if len(term.wijken) > 1}
    for name in (record.name, *record.main_names, *record.aliases):
        found = FINDER.find(f"ik woon in {name}", asked=True)
        if name.lower().removeprefix("het ") in ambiguous or name.lower() in ambiguous:
            assert record.id in found.candidates
        else:
            assert found.wijk == record.id, name


PIECES = st.sampled_from(
    [
        "ik woon in",
        "overvecht",
        "zuid",
        "3561",
        "3542 AB",
        "niet in",
        "Leidsche",
        "Rijn",
        "centrum",
        ",",
        ".",
        "Nieuwegein",
        "utrecht",
        "'t",
        "zand",
        "\n",
        "mijn zoon in",
        "vroeger",
    ]
)


@given(st.one_of(st.text(), st.lists(PIECES).map(" ".join)), st.booleans())
def test_any_text_gives_known_wijken_or_none(text: str, asked: bool) -> None:
    found = FINDER.find(text, asked)
    assert found.wijk is None or (found.wijk in IDS and not found.candidates)
    assert set(found.candidates) <= IDS
    assert len(set(found.candidates)) == len(found.candidates)
    assert not (found.outside and (found.wijk or found.candidates))
    assert 0 <= found.start <= found.end <= len(text)
