"""``make check``: what must hold between the catalogue, the words that are recognised and the responses."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.builders import CATALOGUE, DOMAIN, OFFER_FILES, copy_catalogue
from wegwijzer.catalogue.checking import check_all
from wegwijzer.catalogue.loading import Problem

OFFERS = OFFER_FILES[0]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return copy_catalogue(tmp_path / "catalogue")


@pytest.fixture
def domain(tmp_path: Path) -> Path:
    """Two responses that are in order."""
    path = tmp_path / "domain.yml"
    button = {"title": "Verder", "payload": "Verder"}
    words = {"utter_begin": [{"text": "Waar gaat het over?", "buttons": [button]}], "utter_storing": [{"text": "Bel 112."}]}
    path.write_text(yaml.safe_dump({"responses": words}), encoding="utf-8")
    return path


def edit(path: Path, change: Callable[[Any], object]) -> None:
    data = yaml.safe_load(path.read_text(encoding="utf-8"))
    change(data)
    path.write_text(yaml.safe_dump(data, allow_unicode=True, sort_keys=False), encoding="utf-8")


def shown_offer(data: Any) -> Any:
    return next(row for row in data["initiatives"] if row.get("kind", "offer") == "offer" and row["status"] == "active")


def say(domain: Path, name: str, text: str) -> None:
    edit(domain, lambda data: data["responses"].update({name: [{"text": text}]}))


def only(problems: list[Problem]) -> Problem:
    assert len(problems) == 1, "\n".join(map(str, problems))
    return problems[0]


def test_the_repository_is_in_order() -> None:
    assert check_all(CATALOGUE, DOMAIN) == []


def test_a_small_catalogue_with_a_few_responses_is_in_order(folder: Path, domain: Path) -> None:
    assert check_all(folder, domain) == []


# --- opening hours ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("hours", ["ma-vr 9-17", "Mo-Fr 25:00-26:00", 'Mo "op afspraak"', "SH off"])
def test_opening_hours_that_cannot_be_read(folder: Path, domain: Path, hours: str) -> None:
    edit(folder / OFFERS, lambda data: shown_offer(data).update(opening_hours=hours))
    record = shown_offer(yaml.safe_load((folder / OFFERS).read_text(encoding="utf-8")))["id"]
    problem = only(check_all(folder, domain))
    assert (problem.record, problem.field) == (record, "opening_hours")
    assert hours in problem.remedy


def test_opening_hours_of_a_helpline_are_checked_too(folder: Path, domain: Path) -> None:
    edit(folder / "helplines.yml", lambda data: data["talk"][0].update(opening_hours="altijd"))
    problem = only(check_all(folder, domain))
    assert (problem.file, problem.field) == ("helplines.yml", "opening_hours")


# --- words we do not use ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("words", ["Voor eenzame mensen.", "Je moet bellen.", "Zo zielig.", "EENZAMEN welkom", "zorgmijders"])
@pytest.mark.parametrize("field", ["summary", "first_step", "first_words"])
def test_words_that_hurt_are_reported(folder: Path, domain: Path, field: str, words: str) -> None:
    edit(folder / OFFERS, lambda data: shown_offer(data).update({field: words}))
    assert only(check_all(folder, domain)).field == field


@pytest.mark.parametrize("words", ["Voor mensen die zich eenzaam voelen.", "Je mag bellen.", "Je moeder mag mee."])
def test_ordinary_words_are_not_reported(folder: Path, domain: Path, words: str) -> None:
    edit(folder / OFFERS, lambda data: shown_offer(data).update(summary=words))
    assert check_all(folder, domain) == []


def test_words_that_hurt_in_what_a_volunteer_reads(folder: Path, domain: Path) -> None:
    edit(folder / OFFERS, lambda data: shown_offer(data).update(helpen={"first_step": "Help eenzame mensen."}))
    assert len(check_all(folder, domain)) == 1


def test_words_that_hurt_in_a_halte(folder: Path, domain: Path) -> None:
    edit(folder / "haltes.yml", lambda data: data["haltes"][0].update(reflection="Je bent zielig."))
    assert only(check_all(folder, domain)).file == "haltes.yml"


def test_words_that_hurt_in_a_response(folder: Path, domain: Path) -> None:
    say(domain, "utter_graag_gedaan", "Je moet nu bellen.")
    problem = only(check_all(folder, domain))
    assert (problem.file, problem.record) == (domain.name, "utter_graag_gedaan")


def test_words_that_hurt_on_a_button(folder: Path, domain: Path) -> None:
    button = {"title": "Voor eenzamen", "payload": "Voor eenzamen"}
    edit(domain, lambda data: data["responses"]["utter_begin"][0].update(buttons=[button]))
    assert only(check_all(folder, domain)).record == "utter_begin"


# --- numbers in responses ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "number",
    ["0800-9999", "0900-9999", "030-999 99 99", "030 9999999", "0309999999", "14 099", "088 9999 999", "088-999 9999", "020-9999999",
     "06 99 99 99 99", "06-99999999", "0800 9999"],
)  # fmt: skip
def test_a_number_that_is_not_in_the_catalogue_is_reported_however_it_is_written(folder: Path, domain: Path, number: str) -> None:
    say(domain, "utter_graag_gedaan", f"Bel {number}.")
    problem = only(check_all(folder, domain))
    assert problem.record == "utter_graag_gedaan"
    assert number in problem.remedy


@pytest.mark.parametrize(
    "text", ["Bel 113, of 0800-0113.", "Bel 14 030.", "Bel 0880767000 of 088-0767000.", "Vóór 2030 of om 11.00 uur."]
)
def test_a_number_of_the_catalogue_is_fine(folder: Path, domain: Path, text: str) -> None:
    say(domain, "utter_graag_gedaan", text)
    assert check_all(folder, domain) == []


@pytest.mark.parametrize("name", ["utter_crisis_spoed", "utter_zorg_nummers", "utter_storing"])
def test_in_danger_only_a_number_that_is_certain(folder: Path, domain: Path, name: str) -> None:
    edit(folder / "helplines.yml", lambda data: data["talk"][0].update(phone="0800-1234", certainty="medium", show="topic"))
    say(domain, name, "Bel 0800-1234.")
    assert only(check_all(folder, domain)).record == name
    say(domain, name, "Bel 112.")
    say(domain, "utter_graag_gedaan", "Bel 0800-1234.")
    assert check_all(folder, domain) == []


# --- herkennen.yml ----------------------------------------------------------------------------------------------------


def test_a_mistake_in_the_words_we_recognise_names_file_and_field_once(folder: Path, domain: Path) -> None:
    edit(folder / "herkennen.yml", lambda data: data.pop("vulwoorden"))
    problem = only(check_all(folder, domain))
    assert problem.file == "herkennen.yml"
    assert "vulwoorden" in str(problem)
    assert str(problem).count("herkennen.yml") == 1


def test_a_phrase_for_two_answers_is_reported(folder: Path, domain: Path) -> None:
    def double(data: Any) -> None:
        answers = data["vorm"]["antwoorden"]
        answers["bellen"]["altijd"].append(answers["groep"]["altijd"][0])

    edit(folder / "herkennen.yml", double)
    assert "vorm" in str(only(check_all(folder, domain)))


def test_mistakes_in_the_words_come_together_with_those_in_the_catalogue(folder: Path, domain: Path) -> None:
    edit(folder / "herkennen.yml", lambda data: data.pop("vulwoorden"))
    edit(folder / OFFERS, lambda data: shown_offer(data).update(telefoon="x"))
    assert {problem.file for problem in check_all(folder, domain)} == {"herkennen.yml", OFFERS}


# --- zinnen.yml: what the conversation fills in -----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("group", "name"),
    [("reasons", "gratis"), ("reasons", "wijk"), ("contact", "phone"), ("connectors", "en"), ("answers", "opener")],
)
def test_a_sentence_the_conversation_needs_is_missed(folder: Path, domain: Path, group: str, name: str) -> None:
    edit(folder / "zinnen.yml", lambda data: data[group].pop(name))
    problem = only(check_all(folder, domain))
    assert problem.file == "zinnen.yml"
    assert name in str(problem)


@pytest.mark.parametrize("sentence", ["Bel {nummer}.", "Bel {phone.", "Bel {}."])
def test_a_sentence_with_a_wrong_placeholder_is_reported_before_a_resident_meets_it(
    folder: Path, domain: Path, sentence: str
) -> None:
    edit(folder / "zinnen.yml", lambda data: data["contact"].update(phone=sentence))
    problem = only(check_all(folder, domain))
    assert problem.file == "zinnen.yml"
    assert "phone" in str(problem)


def test_an_empty_sentence_is_reported(folder: Path, domain: Path) -> None:
    edit(folder / "zinnen.yml", lambda data: data["reasons"].update(gratis=" "))
    problem = only(check_all(folder, domain))
    assert problem.file == "zinnen.yml"
    assert re.search(r"reasons\W+gratis", str(problem))
