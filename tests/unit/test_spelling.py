"""Typed Dutch is read as it was meant, and nothing else is touched."""

from __future__ import annotations

import gzip
import time
from functools import lru_cache
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.builders import ROOT, real_catalogue, unhurried
from wegwijzer.catalogue.models import Spelling
from wegwijzer.evaluation.spelling import evaluate_spelling, read_pairs
from wegwijzer.understanding.spelling import MOST_UNKNOWN, Speller
from wegwijzer.understanding.words import WORDS, read_words, word_list

PAIRS = ROOT / "tests" / "evaluation" / "eigen" / "spelling.yml"
FEWEST_FIXED = 0.93
MOST_DAMAGED = 0.0


@lru_cache(maxsize=1)
def speller() -> Speller:
    return Speller.of(real_catalogue())


def names() -> list[str]:
    city = real_catalogue().wijken
    wijken = [name for wijk in city.wijken for name in (wijk.name, *wijk.buurten, *wijk.main_names, *wijk.aliases)]
    offers = [name for one in real_catalogue().initiatives.values() for name in (one.name, one.organisation)]
    return sorted({*city.outside, *wijken, *offers, *(line.name for line in real_catalogue().helplines.all())})


# --- what is mended ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("hoiiii", "hoi"),
        ("ik ben eeenzaam", "ik ben eenzaam"),
        ("neeeee dank je", "nee dank je"),
        ("ja ik wil dat zooooo graag", "ja ik wil dat zo graag"),
        ("mijn fotos en autos", "mijn foto's en auto's"),
        ("s avonds en s nachts", "'s avonds en 's nachts"),
        ("ik heb zon behoefte aan rust", "ik heb zo'n behoefte aan rust"),
        ("eensaam", "eenzaam"),
        ("heel gezelig", "heel gezellig"),
        ("alzijmer", "alzheimer"),
        ("ik ben depresief", "ik ben depressief"),
        ("hij is overlede", "hij is overleden"),
        ("iedereeen", "iedereen"),
        ("vrijwiliger", "vrijwilliger"),
        ("ikben moe", "ik ben moe"),
        ("alshet kan", "als het kan"),
        ("benik welkom", "ben ik welkom"),
        ("ikfiets veel", "ik fiets veel"),
        ("mantel zorg", "mantelzorg"),
        ("mantel zorgers", "mantelzorgers"),
        ("het buurt huis", "het buurthuis"),
        ("vrij williger", "vrijwilliger"),
        ("ff praten", "even praten"),
        ("gwn idd wrm mss", "gewoon inderdaad waarom misschien"),
        ("w8 2day", "wacht vandaag"),
        ("we lope elke dag", "we lopen elke dag"),
        ("we wachtn elke dag", "we wachten elke dag"),
        ("gáát het", "gaat het"),
    ],
)
def test_what_is_meant_is_read(typed: str, meant: str) -> None:
    assert speller().normalise(typed) == meant


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("Eensaam ben ik.", "Eenzaam ben ik."),
        ("IK BEN EENSAAM", "IK BEN EENZAAM"),
        ("ik ben eensaam!!! Heel eensaam...", "ik ben eenzaam!!! Heel eenzaam..."),
        ("  ik ben\neensaam ,depresief", "  ik ben\neenzaam ,depressief"),
        ("'eensaam' zeggen ze", "'eenzaam' zeggen ze"),
        ("😢eensaam😢", "😢eenzaam😢"),
    ],
)
def test_capitals_spaces_and_signs_stay_where_they_were(typed: str, meant: str) -> None:
    assert speller().normalise(typed) == meant


# --- what stays -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        "ik ken niemand",
        "ik wil dood",
        "hij gaat mij slaan",
        "mijn zoon heeft school verlaten",
        "de zon schijnt",
        "vet lauwe fissa bro, wollah",
        "bel 0301234567, 06-12345678 of 113",
        "3561ab 3561 AB",
        "www.utreht.nl https://vrijwiliger.nl/eensaam jan@eensaam.nl eensaam.nl #eensaam @eensaam",
        "ik woon in overvegt",
        "ik woon in hograven bij de kanalen eiland",
        "met Eensaam en Vrijwiliger gepraat",
        "ik heet makkelyk",
        "mevrouw kwijtgeraktt komt langs",
        "de WhatsApp van iPhone en GGZ",
        "😂😢👍🏽 :-D <3",
        "een koffieochtend met mijn wandelmaatje",
        "ik verdraag dat niet en raak het kwijt",
        "iets zwaars, iets handigs, een sokje",
        "dat rijgt en vonkt en gutst",
        "",
        "   ",
        "\n\t",
        "!!!",
    ],
)
def test_what_is_right_or_a_name_stays(text: str) -> None:
    assert speller().normalise(text) == text


@pytest.mark.parametrize(
    "text",
    [
        "I have been feeling terribly lonly since my husbend died",
        "je suis tout seul depuis que ma femme est partie",
        "ich bin so traurig und habe niemanden mehr",
        "kendimi cok yalniz hissediyorum burada kimse yok",
        "bardzo tesknie za moja rodzina w polsce",
        "ana wahida bezaf hna w ma 3andi hta wahed",
        "أنا وحيدة جدا في هذه المدينة",
    ],
)
def test_another_language_stays(text: str) -> None:
    assert speller().normalise(text) == text


def test_a_text_of_hundreds_of_strange_words_stays() -> None:
    strange = " ".join(f"eensaam{chr(97 + number // 26)}{chr(97 + number % 26)}q" for number in range(MOST_UNKNOWN + 1))
    text = strange + " ik ben het" * len(strange)
    assert speller().normalise(text[:20_000]) == text[:20_000]


@pytest.mark.parametrize("name", names())
def test_every_name_of_the_catalogue_stays(name: str) -> None:
    assert speller().normalise(f"ik zoek {name}") == f"ik zoek {name}"
    assert speller().normalise(f"is {name.lower()} iets voor mij") == f"is {name.lower()} iets voor mij"


def test_words_of_our_subject_stay() -> None:
    words = [word for groep in real_catalogue().groepen.values() for word in groep.words if "*" not in word]
    changed = {word: made for word in words if (made := speller().normalise(f"het gaat over {word}")) != f"het gaat over {word}"}
    assert changed.keys() <= {"me kids", "mn kids"}


def test_every_word_that_is_common_stays() -> None:
    known = [word for word, zipf in word_list().zipf.items() if zipf >= 4.5 and word.isalpha()]
    written = real_catalogue().spelling.written()
    changed = {word for word in known if speller().normalise(word) != word} - written.keys()
    assert changed == set()


# --- any text ---------------------------------------------------------------------------------------------------------

TYPED = (
    "eensaam mantel zorg zorgers vrij williger ikben hoiii s avonds zon gevoel ff nie Jan lope overlede fotos het ik mn buurt huis "
    "'t ' - . overvecht I feel lonely IK BEN naam"
)
typed_words = st.sampled_from(TYPED.split())
messages = (
    st.lists(typed_words, max_size=25).map(" ".join) | st.lists(typed_words, max_size=12).map("".join) | st.text(max_size=300)
)


@unhurried
@given(messages)
def test_normalising_again_changes_nothing(text: str) -> None:
    once = speller().normalise(text)
    assert speller().normalise(once) == once


@unhurried
@given(messages)
def test_a_text_hardly_grows_and_never_vanishes(text: str) -> None:
    normalised = speller().normalise(text)
    assert len(normalised) <= 10 * len(text)
    assert bool(normalised.strip()) == bool(text.strip())
    assert sum(not letter.isalnum() and not letter.isspace() and letter not in "'’‘`´" for letter in text) <= sum(
        not letter.isalnum() and not letter.isspace() for letter in normalised
    )


@unhurried
@given(st.sampled_from(names()), messages, messages)
def test_a_name_survives_whatever_surrounds_it(name: str, before: str, after: str) -> None:
    assert name in speller().normalise(f"{before} {name} {after}")


@pytest.mark.parametrize(
    "text",
    ["e" * 20_000, "eensaam " * 2500, "a,b" * 6600, "ab " * 6600, "a@" * 10_000, "'" * 20_000, "ikben" * 4000, "ee-" * 6600, "\u0301" * 20_000,
     "éé" * 10_000, "mantel zorg " * 1600, "hoi " + "x" * 19_000 + "eensaam"],
)  # fmt: skip
def test_the_longest_text_takes_little_time(text: str) -> None:
    speller().normalise("warm")
    begin = time.perf_counter()
    normalised = speller().normalise(text)
    assert time.perf_counter() - begin < 3.0
    assert speller().normalise(normalised) == normalised


# --- what editors write -----------------------------------------------------------------------------------------------


def own(**fields: object) -> Speller:
    return Speller(Spelling.model_validate(fields))


def test_an_editors_words_go_before_the_list() -> None:
    assert own(verschrijvingen={"huis": "woning"}).normalise("mijn huis") == "mijn woning"
    assert own(laten_staan=["eensaam"]).normalise("zo eensaam") == "zo eensaam"
    assert own(los=["huis dier*"]).normalise("twee huis dieren") == "twee huisdieren"
    assert own(samen=["zeg het"]).normalise("zeghet maar") == "zeg het maar"
    assert own(voor_naam=["dokter"]).normalise("dokter eensaam belt") == "dokter eensaam belt"


def test_the_longest_phrase_counts() -> None:
    both = own(verschrijvingen={"me zelf": "mezelf", "voor me zelf": "voor mijzelf"})
    assert both.normalise("iets voor me zelf") == "iets voor mijzelf"


def test_a_phrase_does_not_run_on_over_a_sign_or_a_new_line() -> None:
    both = own(los=["mantel zorg"])
    assert both.normalise("mijn mantel. zorg jij") == "mijn mantel. zorg jij"
    assert both.normalise("mijn mantel\nzorg jij") == "mijn mantel\nzorg jij"


@pytest.mark.parametrize(
    ("field", "fields"),
    [
        ("afkortingen", {"afkortingen": {"FF": "even"}}),
        ("verschrijvingen", {"verschrijvingen": {"a b c d e": "x"}}),
        ("verschrijvingen", {"verschrijvingen": {"ff": "even", "effe": "ff"}}),
        ("verschrijvingen", {"afkortingen": {"ff": "even"}, "verschrijvingen": {"ff": "even"}}),
        ("laten_staan", {"afkortingen": {"ff": "even"}, "laten_staan": ["ff"]}),
        ("samen", {"samen": ["ikben"]}),
        ("los", {"los": ["mantelzorg"]}),
        ("plakwoorden", {"plakwoorden": ["ik ben"]}),
        ("afkortingen", {"afkortingen": {"ff": "even!"}}),
    ],
)
def test_an_editors_mistake_is_explained(field: str, fields: dict[str, object]) -> None:
    assert field in [name for name, _ in Spelling.model_validate(fields).mistakes()]


def test_the_real_file_has_no_mistake() -> None:
    assert list(real_catalogue().spelling.mistakes()) == []


def test_no_word_about_danger_is_replaced() -> None:
    written = real_catalogue().spelling.written()
    danger = {"dood", "slaan", "slaat", "zelfmoord", "bloed", "mes", "pillen", "springen", "verkracht", "geslagen", "112", "113"}
    assert danger & written.keys() == set()


# --- the word list and the figures ------------------------------------------------------------------------------------


def test_the_word_list_says_where_it_comes_from_and_under_which_licence() -> None:
    head = gzip.decompress(WORDS.read_bytes()).decode("utf-8")[:600]
    assert "wordfreq" in head and "CC BY-SA 4.0" in head


def test_the_word_list_is_read_once() -> None:
    assert word_list() is word_list()
    assert word_list().zipf["eenzaam"] > 3 and "husband" in word_list().foreign and "eenzaam" not in word_list().foreign


def test_a_word_list_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(OSError):
        read_words(tmp_path / "woorden.txt.gz")


def test_making_a_speller_reads_nothing() -> None:
    begin = time.perf_counter()
    Speller.of(real_catalogue())
    assert time.perf_counter() - begin < 0.2


def test_the_pairs_are_enough_and_each_is_one_thing() -> None:
    pairs = read_pairs(PAIRS)
    typed = [one for one, _ in pairs.wrong]
    assert len(typed) + len(pairs.right) >= 160 and len(pairs.right) >= 60
    assert len({*typed, *pairs.right}) == len(typed) + len(pairs.right)
    assert all(one != meant for one, meant in pairs.wrong)


def test_enough_is_fixed_and_nothing_is_damaged() -> None:
    figures = evaluate_spelling(speller(), read_pairs(PAIRS)).figures
    assert figures["fixed"] >= FEWEST_FIXED
    assert figures["damaged"] <= MOST_DAMAGED
    assert figures["made_otherwise"] <= 0.02


def test_a_file_that_holds_no_pairs_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "pairs.yml"
    path.write_text("fouten: [hallo]\n", encoding="utf-8")
    with pytest.raises(ValueError, match="fouten"):
        read_pairs(path)
