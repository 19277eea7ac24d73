"""What a conversation counts for. The stories are the marks that the running bot made."""

from __future__ import annotations

from collections.abc import Iterable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.builders import FAR, HERE, NEXT_DOOR, catalogue, initiative, unhurried
from wegwijzer.insight.facts import facts_of
from wegwijzer.insight.folding import cells_of
from wegwijzer.insight.gaps import reason_of, roll_up, wish_of
from wegwijzer.insight.marks import Mark
from wegwijzer.insight.tables import QUESTIONS, REASONS, TABLES

CITY = catalogue(
    initiative("koffie", area=["stad"], forms=["groep"], drempels=["lopen"]),
    initiative("maatje", area=[HERE], forms=["een_op_een"], cost={"kind": "gratis"}),
)

SAID = (("intent", "situatie"), ("kanaal", "rest"))
STEP = (("utter", "utter_stap"), ("suggestie", "koffie"), ("uitkomst", "initiatief"))
OTHER = (("actie", "action_anders"), ("utter", "utter_stap"), ("suggestie", "maatje"))


def marks(*told: tuple[str, str]) -> list[Mark]:
    return [Mark(float(place), kind, value) for place, (kind, value) in enumerate(told)]


def counted(*told: tuple[str, str]) -> dict[str, set[tuple[str, ...]]]:
    found: dict[str, set[tuple[str, ...]]] = {}
    for table, cell in cells_of(marks(*told), CITY):
        found.setdefault(table, set()).add(cell)
    return found


def test_a_whole_conversation() -> None:
    found = counted(
        ("begin", ""), ("intent", "situatie"), ("kanaal", "web"), ("voor_wie", "zelf"), ("haltes", "verlies,ontmoeten"),
        ("wijk", HERE), ("gevraagd", "klopt"), ("intent", "bevestigen"), ("klopt", "ja"), ("gevraagd", "vorm"),
        ("intent", "weetniet"), ("overgeslagen", "vorm"), ("gevraagd", "leeftijd"), ("intent", "buiten"), ("leeftijd", "65+"),
        *STEP, ("intent", "iets_anders"), *OTHER, ("intent", "hoe_begin_ik"), ("actie", "action_hoe_begin"), ("mening", "goed"),
    )  # fmt: skip
    assert found == {
        "gesprekken": {("zelf",)},
        "halte": {("verlies",)},
        "wijk": {(HERE,)},
        "uitkomst": {("initiatief",)},
        "mening": {("goed",)},
        "halte_wijk": {("verlies", HERE)},
        "halte_uitkomst": {("verlies", "initiatief")},
        "wijk_uitkomst": {(HERE, "initiatief")},
        "stap": {("koffie", "geweigerd"), ("maatje", "verder_gekeken")},
        "mening_stap": {("maatje", "goed")},
        "mening_halte": {("verlies", "goed")},
        "vraag": {("klopt", "beantwoord"), ("vorm", "overgeslagen"), ("leeftijd", "beantwoord")},
    }


def test_who_told_nothing_is_unknown_and_still_one() -> None:
    found = counted(*SAID)
    assert found["halte_wijk"] == {("onbekend", "onbekend")}
    assert found["gesprekken"] == {("onbekend",)} and found["uitkomst"] == {("geen",)} and found["mening"] == {("niet_gevraagd",)}


@pytest.mark.parametrize("channel", ["cmdline", "shell"])
def test_a_colleague_who_tries_the_bot_in_a_terminal_is_not_counted(channel: str) -> None:
    assert counted(("intent", "situatie"), ("kanaal", channel), ("haltes", "verlies")) == {}


def test_a_page_that_was_opened_and_said_nothing_is_nobody() -> None:
    assert counted(("begin", ""), ("utter", "utter_hallo")) == {}


ASKED_LATER = (
    ("begin", ""),
    ("utter", "utter_gelukt_vraag"),
    ("intent", "waarom"),
    ("kanaal", "web"),
    ("utter", "utter_gelukt_waarom"),
)
NOT_YET = (("intent", "ontkennen"), ("kanaal", "web"), ("utter", "utter_gelukt_nog_niet"), ("nazorg_antwoord", "nog_niet"),
           ("suggestie", "koffie"))  # fmt: skip


def test_who_only_answers_whether_it_worked_was_counted_already() -> None:
    assert counted(*ASKED_LATER, *NOT_YET) == {}
    assert counted(*ASKED_LATER) == {}


def test_who_goes_on_after_that_answer_is_a_conversation_but_saw_no_new_step() -> None:
    again = (("intent", "iets_anders"), ("kanaal", "web"), *OTHER)
    assert counted(*ASKED_LATER, *NOT_YET, *again)["stap"] == {("maatje", "gezien")}
    assert "stap" not in counted(*ASKED_LATER, *NOT_YET, *SAID)


def test_who_answers_it_in_the_same_conversation_is_counted_as_always() -> None:
    found = counted(*SAID, ("haltes", "verlies"), *STEP, ("utter", "utter_gelukt_vraag"), *NOT_YET)
    assert found["halte"] == {("verlies",)} and found["stap"] == {("koffie", "gezien")}


def test_what_the_catalogue_does_not_know_is_unknown() -> None:
    found = counted(
        *SAID,
        ("haltes", "kevin"),
        ("wijk", "nergens"),
        ("suggestie", "verzonnen"),
        ("gevraagd", "kevin"),
        ("overgeslagen", "kevin"),
    )
    assert found["halte_wijk"] == {("onbekend", "onbekend")}
    assert "stap" not in found and "vraag" not in found


def test_who_comes_back_after_a_day_is_counted_for_the_last_time_only() -> None:
    found = counted(*SAID, ("haltes", "verlies"), *STEP, ("begin", ""), ("intent", "eenzaam"), ("haltes", "vrienden"))
    assert found["halte"] == {("vrienden",)} and "stap" not in found


@pytest.mark.parametrize(
    ("told", "answer"),
    [
        ((("gevraagd", "drempel"), ("intent", "weetniet"), ("overgeslagen", "drempel")), "overgeslagen"),
        ((("gevraagd", "drempel"), ("intent", "ontkennen"), ("overgeslagen", "drempel")), "beantwoord"),
        ((("gevraagd", "drempel"), ("intent", "situatie"), ("drempel", "geld")), "beantwoord"),
        ((("gevraagd", "drempel"), ("intent", "situatie"), ("utter", "utter_geeft_niet"), ("overgeslagen", "drempel")), "overgeslagen"),
        ((("gevraagd", "wijk"), ("intent", "ontkennen"), ("overgeslagen", "wijk")), "overgeslagen"),
        ((("gevraagd", "situatie"), ("intent", "situatie"), ("haltes", "verlies"), ("situatie", "verteld")), "beantwoord"),
        ((("gevraagd", "vorm"), ("intent", "stop")), None),
    ],
)  # fmt: skip
def test_what_came_of_a_question(told: tuple[tuple[str, str], ...], answer: str | None) -> None:
    asked = told[0][1]
    assert counted(*SAID, *told).get("vraag", set()) == ({(asked, answer)} if answer else set())


# --- what was asked and not there


def reason(*told: tuple[str, str]) -> str | None:
    return reason_of(facts_of(marks(*SAID, *told)), CITY.initiatives)


@pytest.mark.parametrize(
    ("told", "expected"),
    [
        (STEP, None),
        ((("vorm", "groep"), ("drempel", "lopen"), *STEP), None),
        ((("utter", "utter_geen_match"), ("uitkomst", "mens")), "geen_aanbod"),
        ((("utter", "utter_mens_na_gok"), ("uitkomst", "mens")), None),
        ((*STEP, ("actie", "action_anders"), ("utter", "utter_geen_match"), ("uitkomst", "mens")), "alles_geweigerd"),
        ((*STEP, *OTHER), None),
        ((*STEP, *OTHER, ("actie", "action_anders")), "alles_geweigerd"),
        ((("vorm", "bellen"), *STEP), "vorm"),
        ((("drempel", "geld"), *STEP), "drempel"),
        ((("drempel", "geld"), *STEP, *OTHER), None),
        ((("vorm", "bellen"), ("drempel", "geld"), *STEP), "vorm"),
        ((("wijk", NEXT_DOOR), *STEP), None),
        ((("wijk", NEXT_DOOR), *STEP, *OTHER), "wijk"),
        ((("wijk", FAR), ("vorm", "bellen"), ("utter", "utter_geen_match")), "geen_aanbod"),
    ],
)
def test_why_the_catalogue_could_not_give_it(told: tuple[tuple[str, str], ...], expected: str | None) -> None:
    assert reason(*told) == expected
    found = counted(*SAID, *told)
    assert found.get("gat_reden", set()) == ({(expected,)} if expected else set())
    assert len(found.get("gat", ())) == (1 if expected else 0)


def test_of_several_hurdles_the_first_that_is_not_lowered() -> None:
    facts = facts_of(marks(*SAID, ("drempel", "geld,lopen"), ("vorm", "groep"), *STEP))
    assert wish_of(facts, "verlies", HERE, CITY.initiatives["koffie"]) == ("verlies", HERE, "groep", "geld")
    assert wish_of(facts, "verlies", HERE, CITY.initiatives["maatje"]) == ("verlies", HERE, "groep", "lopen")
    assert wish_of(facts_of(marks(*SAID)), "verlies", HERE, None) == ("verlies", HERE, "geen", "geen")


WISHES = st.dictionaries(
    st.tuples(*(st.sampled_from(values) for values in (("h1", "h2"), ("w1", "w2", "w3"), ("v1", "v2"), ("d1", "d2")))),
    st.integers(0, 30),
    max_size=24,
)


@unhurried
@given(WISHES)
def test_each_person_is_in_one_row_and_no_row_but_the_last_is_of_few(wishes: dict[tuple[str, ...], int]) -> None:
    rows = roll_up(wishes)
    assert sum(rows.values()) == sum(wishes.values())
    assert all(count >= 10 for row, count in rows.items() if row != ("*",) * 4)


@unhurried
@given(WISHES)
def test_rows_are_as_precise_as_they_can_be(wishes: dict[tuple[str, ...], int]) -> None:
    rows = roll_up(wishes)
    for row in rows:
        kept = sum(value != "*" for value in row)
        assert row == (*row[:kept], *("*",) * (4 - kept)), "coarser from the right"
    for kept in range(1, 5):
        for begin in {wish[:kept] for wish in wishes}:
            asked = sum(count for wish, count in wishes.items() if wish[:kept] == begin)
            told = sum(count for row, count in rows.items() if row[:kept] == begin)
            assert 0 <= asked - told < 10, "fewer than ten of them are in a row that says less"


# --- whatever happened

KINDS = ("begin", "intent", "kanaal", "utter", "actie", "gevraagd", "voor_wie", "haltes", "wijk", "vorm", "drempel", "suggestie",
         "uitkomst", "overgeslagen", "mening")  # fmt: skip
VALUES = ("", "zelf", "verlies", "verlies,ontmoeten", HERE, "koffie", "maatje", "groep", "geld,lopen", "initiatief", "vorm,drempel",
          "goed", "niet", "action_anders", "action_bewaar", "utter_geen_match", "rest", "kevin")  # fmt: skip


@unhurried
@given(st.lists(st.tuples(st.sampled_from(KINDS), st.sampled_from(VALUES)), max_size=25))
def test_one_person_is_at_most_one_in_each_cell_and_exactly_one_of_everybody(told: list[tuple[str, str]]) -> None:
    found = counted(*SAID, *told)
    if not found:
        return
    several = {"stap", "mening_stap", "vraag"}
    everybody = {"gesprekken", "halte", "wijk", "uitkomst", "mening", "halte_wijk", "halte_uitkomst", "wijk_uitkomst"}
    assert everybody <= set(found) <= set(TABLES)
    assert all(len(cells) == 1 for table, cells in found.items() if table not in several)
    for table in several & set(found):
        assert len(firsts(found[table])) == len(found[table]), "of one record or one question there is one cell"
    assert firsts(found.get("vraag", ())) <= set(QUESTIONS) and firsts(found.get("gat_reden", ())) <= set(REASONS)


def firsts(cells: Iterable[tuple[str, ...]]) -> set[str]:
    return {cell[0] for cell in cells}
