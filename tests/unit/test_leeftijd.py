"""How old someone says to be: what counts, and the many numbers that are something else."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wegwijzer.understanding.leeftijd import OLDEST, YOUNGEST, find_leeftijd

TODAY = date(2026, 11, 21)

SAID_IN_A_STORY = [
    ("ik ben 71", 71),
    ("Ik ben 71 jaar en woon in Zuilen", 71),
    ("mijn leven is nog niet voorbij, ik ben 71 en ik wil nog iets doen", 71),
    ("weduwnaar, 77", 77),
    ("Weduwe, 82 jaar, wil weer onder de mensen", 82),
    ("24 en long covid", 24),
    ("58 jaar", 58),
    ("58 jaar, ww, wie neemt mij nog aan?", 58),
    ("ik ben zevenenzeventig", 77),
    ("ik ben drie en tachtig en woon alleen", 83),
    ("ik ben drieëntwintig", 23),
    ("Ik ben drieen twintig", 23),
    ("ik ben drie entwintig", 23),
    ("ik ben begin zestig", 62),
    ("ik ben bijna 80", 79),
    ("achterin de 50 en net gescheiden", 58),
    ("ik ben eind veertig", 48),
    ("ik ben half de dertig", 35),
    ("als man van 58 ga je toch niet zomaar zo'n buurthuis in", 58),
    ("een vrouw van 83 die niemand meer heeft", 83),
    ("ik ben een man van 66 en ik verveel me dood", 66),
    ("Ben 86 en ik heb geen rol meer", 86),
    ("kben 19 en nieuw hier", 19),
    ("Ben homo en 58", 58),
    ("ik ben lesbisch en 71", 71),
    ("gescheiden man 51 wil weer gaan dansen", 51),
    ("terwijl ik 53 ben", 53),
    ("omdat ik al tachtig ben", 80),
    ("mijn leeftijd is 45", 45),
    ("leeftijd: 63", 63),
    ("vrouw, 45, twee kinderen", 45),
    ("ik ben 65 geworden vorige week", 65),
    ("ik word 65 in mei", 64),
    ("volgende maand word ik 80", 79),
    ("mijn man is 70 en ik ben 68", 68),
    ("ik ben inmiddels ook al 81", 81),
    ("ik ben een zeventiger", 75),
    ("IK BEN 78 EN ALLEEN", 78),
    ("i am 29 years old", 29),
    ("bouwjaar 1950", 76),
    ("ik ben geboren in 1944 in Ondiep", 82),
    ("ik ben uit '58", 68),
    ("ik ben een 70-jarige weduwe", 70),
    ("ondergetekende, 74 jaar en vitaal", 74),
    ("ik ben honderd en twee", 102),
]

NOT_THE_PERSONS_AGE = [
    "mijn man is 70",
    "mijn man (72) zit in een rolstoel",
    "45 jaar getrouwd",
    "wij zijn 45 jaar getrouwd geweest",
    "al 2 jaar",
    "ik ben al 10 jaar alleen",
    "ik ben 40 jaar getrouwd",
    "ik ben al 30 jaar mantelzorger",
    "3 kinderen",
    "ik heb 12 kleinkinderen",
    "30 jaar gewerkt",
    "na veertig jaar bij de NS",
    "ik ben zesentwintig jaar barman geweest",
    "ik eet om 18 uur",
    "ik ben om 10:30 thuis",
    "een kop koffie kost 12 euro",
    "€ 50 per week",
    "ik woon op nummer 45",
    "Kanaalstraat 45",
    "u bent met 2",
    "mijn zoon is autistisch en 24",
    "mijn dochter van 14",
    "ze is 17 en ze is bang",
    "Mijn vader van 84 weigert alles",
    "toen ik 19 was",
    "toen we 17 waren",
    "ik was 16 toen mijn moeder stierf",
    "Hij is 15",
    "welk verschil maakt het of ik 30 of 60 ben",
    "ik ben een gast van 1.90",
    "24/7 zorgen",
    "koorts van 41",
    "postcode 3561",
    "bel mij op 030-2345678",
    "als ik later 80 ben",
    "de jaren zestig waren mooi",
    "ik heb twintig euro per week",
    "Als vrijwilliger bezoek ik een heer van 91",
    "mijn zoon is geboren in 1990",
    "ik ben vergeetachtig",
    "jonger dan 30",
    "ik ben 30 kilo afgevallen",
    "ik ben 5 maanden zwanger",
    "vanaf 18 jaar?",
]

ANSWERED = [
    ("77", 77),
    ("77 jaar", 77),
    ("77j", 77),
    ("zevenenzeventig", 77),
    ("Drieëntachtig", 83),
    ("nou 82 hoor", 82),
    ("ik word 65 in mei", 64),
    ("bijna 80", 79),
    ("begin zestig", 62),
    ("achterin de 50", 58),
    ("in de zeventig", 74),
    ("midden veertig", 45),
    ("tussen de 50 en 60", 55),
    ("65+", 65),
    ("bouwjaar 1950", 76),
    ("uit '58", 68),
    ("1950", 76),
    ("12-05-1950", 76),
    ("ik ben van 47", 79),
    ("sorry 67 niet 76", 67),
    ("maak daar maar 81 van", 81),
    ("mijn man is 70, ik 68", 68),
    ("dat is 45", 45),
    ("19 jaar, studeer hier", 19),
    ("ik heb 3 kinderen en ben 41", 41),
    ("tachtig", 80),
    ("rond de 50", 50),
    ("ik loop tegen de 70", 69),
    ("67 lentes jong", 67),
    ("over de 80", 81),
    ("٧٧", 77),
    ("８０", 80),
]

ANSWERED_WITHOUT_AGE = [
    "hoeveel is 12 keer 12",
    "23 plus 45",
    "zeg ik liever niet",
    "oud genoeg",
    "geen 20 meer",
    "mijn man is 70",
    "3 kinderen",
    "Kanaalstraat 45",
    "50 euro",
    "al 40 jaar getrouwd",
    "",
    "999",
    "3",
]


@pytest.mark.parametrize(("text", "age"), SAID_IN_A_STORY)
def test_hears_the_age_in_a_story(text: str, age: int) -> None:
    assert find_leeftijd(text, today=TODAY) == age
    assert find_leeftijd(text, asked=True, today=TODAY) == age


@pytest.mark.parametrize("text", NOT_THE_PERSONS_AGE)
def test_other_numbers_are_no_age(text: str) -> None:
    assert find_leeftijd(text, today=TODAY) is None


@pytest.mark.parametrize(("text", "age"), ANSWERED)
def test_answers_the_question(text: str, age: int) -> None:
    assert find_leeftijd(text, asked=True, today=TODAY) == age


@pytest.mark.parametrize("text", ANSWERED_WITHOUT_AGE)
def test_an_answer_without_an_age(text: str) -> None:
    assert find_leeftijd(text, asked=True, today=TODAY) is None


@pytest.mark.parametrize("age", range(10, 111))
def test_every_age_in_digits(age: int) -> None:
    assert find_leeftijd(f"ik ben {age}") == age
    assert find_leeftijd(str(age), asked=True) == age


def test_today_is_the_default_for_years_of_birth() -> None:
    assert find_leeftijd("ik ben geboren in 1950") == date.today().year - 1950


PIECES = st.sampled_from(
    [
        "ik ben",
        "ik",
        "mijn man is",
        "71",
        "zevenenzeventig",
        "jaar",
        "bijna",
        "1950",
        "'58",
        "en",
        ",",
        ".",
        "(",
        "uit",
        "word",
        "3 kinderen",
        "\n",
        "€",
        "٣",
        "½",
    ]
)


@given(st.one_of(st.text(), st.lists(PIECES).map(" ".join)), st.booleans())
def test_any_text_gives_a_believable_age_or_none(text: str, asked: bool) -> None:
    age = find_leeftijd(text, asked, TODAY)
    assert age is None or YOUNGEST <= age <= OLDEST
    assert find_leeftijd(text, asked, TODAY) == age
