"""Answers in free text, slot by slot: what counts in a story, what counts as an answer, and what is refused."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from wegwijzer.catalogue.models import Groep
from wegwijzer.understanding.antwoorden import AnswerFinder
from wegwijzer.understanding.cues import load_cues
from wegwijzer.vocabulary import Drempel, Gemis, VoorWie, Vorm

CATALOGUE = Path(__file__).parents[2] / "catalogue"
GROEPEN = {
    row["id"]: Groep.model_validate(row)
    for row in yaml.safe_load((CATALOGUE / "groepen.yml").read_text(encoding="utf-8"))["groepen"]
}
FINDER = AnswerFinder(load_cues(CATALOGUE / "herkennen.yml"), GROEPEN)

E, G, B, ON, U = Vorm.EEN_OP_EEN, Vorm.GROEP, Vorm.BELLEN, Vorm.ONLINE, Vorm.EROPUIT

VORM_ANSWERS = [
    ("Met één iemand", E),
    ("één op één", E),
    ("1 op 1 graag", E),
    ("geen groep", E),
    ("in een groep doe ik liever niet", E),
    ("liever niet in een groep", E),
    ("geen plekken met veel mensen", E),
    ("groepen vind ik niks", E),
    ("met z'n tweeën", E),
    ("het liefst iemand die bij mij thuis komt", E),
    ("een maatje", E),
    ("bij mij thuis", E),
    ("niet te druk graag", E),
    ("In een groep", G),
    ("groep", G),
    ("doe maar een groepje", G),
    ("gezellig met meer mensen", G),
    ("een clubje ofzo", G),
    ("ik vind een groep niet erg", G),
    ("een niet te grote groep", G),
    ("Bellen", B),
    ("liever bellen dan in een groep", B),
    ("geen groep, liever bellen", B),
    ("per telefoon", B),
    ("belletje", B),
    ("Online", ON),
    ("niet bellen maar appen", ON),
    ("videobellen", ON),
    ("achter de computer", ON),
    ("Samen eropuit", U),
    ("wandelen", U),
    ("fietsen of zo", U),
    ("lekker naar buiten", U),
    ("de deur uit", U),
    ("groep of bellen, het liefst bellen", B),
    ("maakt niet uit", None),
    ("een groep of bellen, maakt me niet uit", None),
    ("weet ik niet", None),
    ("", None),
    ("geen idee", None),
]

VORM_TOLD = [
    ("ik wil praten met mensen die hetzelfde meemaken", Vorm.GROEP),
    ("ik wil liever bellen", B),
    ("liever online eigenlijk", ON),
    ("ik hou niet van groepen, is er iets met z'n tweeën", E),
    ("ik zoek een maatje om mee te praten", E),
    ("iemand die langskomt voor een bakkie", E),
    ("ik zou wel in een groepje willen", G),
    ("ik zoek een clubje waar ze koffie schenken", G),
    ("liefst in een klein groepje in Lombok", G),
    ("samen wandelen lijkt me wat", U),
    ("ik wil graag naar buiten", U),
]

VORM_NOT_TOLD = [
    "een groep jongens hangt voor de deur",
    "in de groepsapp lees ik alles mee",
    "ik vind bellen eng",
    "mijn telefoon gaat nooit",
    "kun je ook bellen met iemand voor mij",
    "ik wandel elke dag alleen",
    "ik ben geen groepsmens",
    "wil geen groep",
    "ik wil liever niet in een groep",
    "op internet lees je van alles",
    "wil een mens spreken",
]


@pytest.mark.parametrize(("text", "vorm"), VORM_ANSWERS)
def test_vorm_as_an_answer(text: str, vorm: Vorm | None) -> None:
    assert FINDER.vorm(text, asked=True) == vorm


@pytest.mark.parametrize(("text", "vorm"), VORM_TOLD)
def test_vorm_in_a_story(text: str, vorm: Vorm) -> None:
    assert FINDER.vorm(text) == vorm


@pytest.mark.parametrize("text", VORM_NOT_TOLD)
def test_vorm_needs_a_clear_statement(text: str) -> None:
    assert FINDER.vorm(text) is None


A, M, L, IN, N, D = (
    Drempel.ALLEEN_GAAN,
    Drempel.GELD,
    Drempel.LOPEN,
    Drempel.INTERNET,
    Drempel.NEDERLANDS,
    Drempel.OVERDAG,
)

DREMPEL_ANSWERS = [
    ("Ik durf niet alleen", (A,)),
    ("best spannend", (A,)),
    ("ik ben verlegen", (A,)),
    ("alleen", (A,)),
    ("ik ken er niemand", (A,)),
    ("ik kan niet alleen gaan", (A,)),
    ("Het mag niets kosten", (M,)),
    ("geld", (M,)),
    ("alleen het geld eigenlijk", (M,)),
    ("ik heb het niet breed", (M,)),
    ("Ik loop slecht", (L,)),
    ("mijn knieën willen niet meer", (L,)),
    ("rollator", (L,)),
    ("ziek in bed", (L,)),
    ("geen energie om te reizen", (L,)),
    ("lopen gaat niet zo goed", (L,)),
    ("ik kan niet zo goed lopen", (L,)),
    ("Ik heb geen internet", (IN,)),
    ("geen smartphone", (IN,)),
    ("dat getyp", (IN,)),
    ("Ik spreek weinig Nederlands", (N,)),
    ("mijn Nederlands is niet goed", (N,)),
    ("de taal", (N,)),
    ("ik spreek alleen Arabisch", (N,)),
    ("ik heb geen auto", (L,)),
    ("Ik kan niet overdag", (D,)),
    ("ik werk overdag", (D,)),
    ("alleen 's avonds of in het weekend", (D,)),
    ("kinderen uit school", (D,)),
    ("geld en ik durf niet alleen", (M, A)),
    ("geen geld en geen computer", (M, IN)),
    ("ik loop slecht en heb weinig geld", (L, M)),
    ("geld is geen probleem maar ik durf niet alleen", (A,)),
    ("lopen gaat prima, de taal is moeilijk", (N,)),
    ("nee", ()),
    ("niks", ()),
    ("geld is geen probleem", ()),
    ("mijn Nederlands is goed", ()),
    ("", ()),
]

DREMPEL_TOLD = [
    ("ik durf daar niet alleen heen", (A,)),
    ("vind het zo spannend om ergens binnen te stappen", (A,)),
    ("te duur voor mij", (M,)),
    ("ik zit in een rolstoel", (L,)),
    ("ik ben slecht ter been en heb geen computer", (L, IN)),
    ("Mijn Nederlands is niet goed voor telefoon", (N,)),
    ("Zoiets in de avond is er niet? Overdag werk ik", (D,)),
]

DREMPEL_NOT_TOLD = [
    "ik voel me vaak alleen in het weekend",
    "alleen",
    "op het werk lachen we wat af",
    "mijn man zit in een rolstoel",
    "mijn moeder heeft een rollator",
    "de kinderen komen nooit",
    "ik ben nog goed ter been",
    "ik lig de hele dag te piekeren",
    "in mijn land was oorlog",
    "ik wil Nederlands leren",
]

NO_DREMPEL = [
    "nee",
    "nee hoor",
    "Niks",
    "geen",
    "niets houdt me tegen",
    "valt mee",
    "er is niets in de weg",
    "geen probleem",
    "nee, niks",
    "ik red me wel",
    "nope",
    "gelukkig niet",
    "nergens last van",
    "ik durf wel",
    "Neeee",
]
SOME_DREMPEL = [
    "nee ik heb geen geld",
    "geen geld",
    "niet alleen",
    "geen internet",
    "ja",
    "spannend",
    "nee dat wil ik niet zeggen",
    "",
    "weet ik niet",
    "nee, maar ik durf niet alleen",
]


@pytest.mark.parametrize(("text", "drempels"), DREMPEL_ANSWERS)
def test_drempel_as_an_answer(text: str, drempels: tuple[Drempel, ...]) -> None:
    assert FINDER.drempels(text, asked=True) == drempels


@pytest.mark.parametrize(("text", "drempels"), DREMPEL_TOLD)
def test_drempel_in_a_story(text: str, drempels: tuple[Drempel, ...]) -> None:
    assert FINDER.drempels(text) == drempels


@pytest.mark.parametrize("text", DREMPEL_NOT_TOLD)
def test_drempel_needs_a_clear_statement(text: str) -> None:
    assert FINDER.drempels(text) == ()


@pytest.mark.parametrize("text", NO_DREMPEL)
def test_nothing_stands_in_the_way(text: str) -> None:
    assert FINDER.no_drempel(text)
    assert FINDER.drempels(text, asked=True) == ()


@pytest.mark.parametrize("text", SOME_DREMPEL)
def test_an_answer_that_does_not_say_there_is_nothing(text: str) -> None:
    assert not FINDER.no_drempel(text)


MENSEN, IEMAND, BEIDE = Gemis.MENSEN, Gemis.IEMAND, Gemis.BEIDE

GEMIS_ANSWERS = [
    ("Meer mensen om me heen", MENSEN),
    ("mensen", MENSEN),
    ("gezelligheid", MENSEN),
    ("gewoon gezelschap", MENSEN),
    ("samen dingen doen", MENSEN),
    ("ik heb geen mensen om me heen", MENSEN),
    ("ik ken niet veel mensen hier", MENSEN),
    ("beetje aanspraak", MENSEN),
    ("meer vrienden", MENSEN),
    ("mensen om mee te praten", MENSEN),
    ("iets te doen hebben", MENSEN),
    ("Iemand die dichtbij staat", IEMAND),
    ("iemand", IEMAND),
    ("één echte vriend", IEMAND),
    ("iemand die me echt kent", IEMAND),
    ("een vriendin", IEMAND),
    ("iemand om echt mee te praten", IEMAND),
    ("een goed gesprek", IEMAND),
    ("mijn man", IEMAND),
    ("een arm om me heen", IEMAND),
    ("mensen genoeg, maar niemand die me kent", IEMAND),
    ("ik heb wel vrienden maar geen echte vriendin", IEMAND),
    ("kennissen zat, iemand dichtbij niet", IEMAND),
    ("Allebei", BEIDE),
    ("beide", BEIDE),
    ("van alles wat", BEIDE),
    ("mensen en ook iemand", BEIDE),
    ("meer mensen om me heen en iemand die me kent", BEIDE),
    ("ik heb niemand", BEIDE),
    ("gezelschap en iemand om mee te praten", BEIDE),
    ("weet ik niet", None),
    ("", None),
    ("hoezo", None),
]

GEMIS_TOLD = [
    ("ik wil weer onder de mensen komen", MENSEN),
    ("wil ff mensen leren kennen hier in de buurt", MENSEN),
    ("gezelligheid zoek ik", MENSEN),
    ("niemand om mee te praten over echte dingen", IEMAND),
    ("ik mis een vertrouweling", IEMAND),
    ("mensen genoeg op de campus maar niemand kent me echt", IEMAND),
    ("ik wil weer mensen leren kennen en ooit een goeie vriend", BEIDE),
]

GEMIS_NOT_TOLD = [
    "er zijn veel mensen op het plein",
    "mijn vrienden wonen ver",
    "ik ben zo alleen",
    "mijn man is dood",
    "ik moet iemand bellen",
    "de mensen hier zijn beleefd",
    "ik hoef geen nieuwe mensen",
    "samen eten vind ik doodeng",
]


@pytest.mark.parametrize(("text", "gemis"), GEMIS_ANSWERS)
def test_gemis_as_an_answer(text: str, gemis: Gemis | None) -> None:
    assert FINDER.gemis(text, asked=True) == gemis


@pytest.mark.parametrize(("text", "gemis"), GEMIS_TOLD)
def test_gemis_in_a_story(text: str, gemis: Gemis) -> None:
    assert FINDER.gemis(text) == gemis


@pytest.mark.parametrize("text", GEMIS_NOT_TOLD)
def test_gemis_needs_a_clear_statement(text: str) -> None:
    assert FINDER.gemis(text) is None


ZELF, ANDER, HELPEN = VoorWie.ZELF, VoorWie.ANDER, VoorWie.HELPEN

VOOR_WIE = [
    ("voor mezelf", ZELF),
    ("Voor mezelf, ik ben weduwe", ZELF),
    ("ikzelf", ZELF),
    ("voor mij", ZELF),
    ("mezelf", ZELF),
    ("voor mij en mijn kinderen", ZELF),
    ("het gaat om mij", ZELF),
    ("het is voor mezelf", ZELF),
    ("nou gewoon voor mij hoor", ZELF),
    ("voor m'n eigen", ZELF),
    ("ik zoek iets voor mezelf", ZELF),
    ("voor mijn buurvrouw", ANDER),
    ("voor een klant", ANDER),
    ("het gaat om mijn vader", ANDER),
    ("ik maak me zorgen om mijn buurman", ANDER),
    ("Ik maak me zorgen om iemand", ANDER),
    ("zorgen over tante", ANDER),
    ("mijn moeder", ANDER),
    ("niet voor mezelf", ANDER),
    ("niet voor mij maar voor me buurvrouw", ANDER),
    ("ik zoek iets gezelligs voor mijn schoonmoeder", ANDER),
    ("mijn buurman is zo alleen", ANDER),
    ("hoe kan ik mijn zus helpen", ANDER),
    ("iemand anders", ANDER),
    ("een cliënt van mij, het gaat om een cliënt", ANDER),
    ("ik wil zelf helpen", HELPEN),
    ("ik wil iets doen voor een ander", HELPEN),
    ("Ik wil iets voor een ander doen", HELPEN),
    ("vrijwilliger worden", HELPEN),
    ("ik zoek vrijwilligerswerk", HELPEN),
    ("maatje worden", HELPEN),
    ("hoe kan ik helpen", HELPEN),
    ("ik wil mensen helpen", HELPEN),
    ("mijn steentje bijdragen", HELPEN),
]

VOOR_WIE_UNSAID = [
    "mijn man heeft Alzheimer en ik zorg voor hem",
    "ik zorg voor mijn moeder",
    "bang voor mijn man",
    "dat is niks voor mij",
    "kunt u dit voor mij opschrijven",
    "voor mijn moeder doe ik alles, maar wie belt mij eens op",
    "wie kan mij helpen",
    "ik ben zo alleen",
    "mijn man is dood en ik ben alleen",
    "sorry maar geen vrijwilligerswerk",
    "kun je me helpen",
    "",
]


@pytest.mark.parametrize(("text", "voor_wie"), VOOR_WIE)
def test_for_whom(text: str, voor_wie: VoorWie) -> None:
    assert FINDER.voor_wie(text) == voor_wie


@pytest.mark.parametrize("text", VOOR_WIE_UNSAID)
def test_for_whom_is_not_said(text: str) -> None:
    assert FINDER.voor_wie(text) is None


GROUPS = [
    ("ik ben student", {"studenten"}),
    ("ik ben geen student", set()),
    ("mijn zoon is student", set()),
    ("ik ben mantelzorger", {"mantelzorgers"}),
    ("mijn man is dement", {"dementie"}),
    ("mijn man is verslaafd", set()),
    ("ik ben verslaafd geweest", {"verslaving_herstel"}),
    ("ik ben een vrouw met borderline", {"ggz"}),
    ("ik heb ALS", {"lang_ziek"}),
    ("als ik thuis kom is het stil", set()),
    ("ALS IK THUIS KOM IS HET STIL", set()),
    ("oh god wat een dag", set()),
    ("ik ga naar de kerk", {"gelovig"}),
    ("ik ben niet gelovig", set()),
    ("zonder geloof graag", set()),
    ("dat denk ik geloof ik wel", set()),
    ("ik heb adhd", {"neurodivergent"}),
    ("ik ben homo", {"lhbti"}),
    ("ik heb een uitkering", {"laag_inkomen"}),
    ("het is mijn eigen schuld", set()),
    ("ik ben gevlucht uit Syrië", {"vluchtelingen", "migratieachtergrond"}),
    ("ik slaap op straat", {"dakloos"}),
    ("ik heb geen papieren", {"zonder_papieren"}),
    ("ruzie met de buren", {"burenruzie"}),
    ("ik heb een beroerte gehad", {"hersenletsel"}),
    ("een kat uit het asiel", set()),
]


@pytest.mark.parametrize(("text", "groepen"), GROUPS)
def test_groups_a_person_belongs_to(text: str, groepen: set[str]) -> None:
    assert FINDER.groepen(text) == groepen


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("ik ga elke zondag naar de kerk", {"kerk"}),
        ("de moskeeën hier en de kerk", {"moskeeën", "kerk"}),
        ("ik ben niet gelovig", set()),
        ("een kerk is voor mij geen plek", set()),
        ("mijn god wat een dag", set()),
        ("God heeft haar thuisgehaald", {"god"}),
        ("het kerkhof", set()),
        ("", set()),
    ],
)
def test_mentions(text: str, found: set[str]) -> None:
    assert FINDER.mentions(text, ["kerk", "moskeeën", "gelovig", "god"]) == found


PIECES = st.sampled_from(
    [
        "geen",
        "niet",
        "groep",
        "bellen",
        "liever",
        "dan",
        "maar",
        ",",
        ".",
        "geld",
        "durf niet alleen",
        "voor",
        "mijn",
        "moeder",
        "mezelf",
        "iemand",
        "mensen",
        "genoeg",
        "beide",
        "nee",
        "hoor",
        "…",
        "\n",
        "ALS",
        "ik wil helpen",
        "maakt niet uit",
    ]
)


@given(st.one_of(st.text(), st.lists(PIECES).map(" ".join)), st.booleans())
def test_any_text_gives_answers_within_the_vocabulary(text: str, asked: bool) -> None:
    assert FINDER.vorm(text, asked) in {None, *Vorm}
    drempels = FINDER.drempels(text, asked)
    assert len(set(drempels)) == len(drempels)
    assert set(drempels) <= set(Drempel)
    assert FINDER.gemis(text, asked) in {None, *Gemis}
    assert FINDER.voor_wie(text) in {None, *VoorWie}
    assert FINDER.groepen(text) <= set(GROEPEN)
    assert FINDER.mentions(text, ["geld", "god"]) <= {"geld", "god"}
    assert not (FINDER.no_drempel(text) and FINDER.drempels(text, asked=True))
