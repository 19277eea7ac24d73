"""An editor makes a mistake: each becomes one message with the file, the record, the field and what to do. Nothing crashes."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.builders import CATALOGUE, OFFER_FILES, copy_catalogue, real_catalogue
from wegwijzer.catalogue.checking import check_all
from wegwijzer.catalogue.loading import CatalogueError, Problem, load_catalogue, read_catalogue

OFFERS, OTHER_OFFERS = OFFER_FILES
FILES = ["haltes.yml", "groepen.yml", "routes.yml", "wijken.yml", "helplines.yml", "zinnen.yml", OFFERS]
ALL_FILES = [*FILES, "herkennen.yml"]

ENGLISH = re.compile(r"\b(?:input|should|valid|expected|field required|error|must|got|unable)\b", re.IGNORECASE)
"""Words of the libraries' own messages: an editor gets Dutch."""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return copy_catalogue(tmp_path / "catalogue")


def edit(folder: Path, name: str, change: Callable[[Any], object]) -> None:
    """Change the parsed content of a file."""
    data = yaml.safe_load((folder / name).read_text(encoding="utf-8"))
    change(data)
    (folder / name).write_text(yaml.safe_dump(data, allow_unicode=True, sort_keys=False), encoding="utf-8")


def offer(data: Any) -> Any:
    """The first record that is really an offer."""
    return next(row for row in data["initiatives"] if row.get("kind", "offer") == "offer" and row["status"] == "active")


def change_offer(folder: Path, **fields: object) -> str:
    """Give the offer these fields; returns its id."""
    record = str(offer(yaml.safe_load((folder / OFFERS).read_text(encoding="utf-8")))["id"])
    edit(folder, OFFERS, lambda data: offer(data).update(fields))
    return record


def problems_in(folder: Path) -> list[Problem]:
    loaded, problems = read_catalogue(folder)
    assert loaded is None or not problems, "a catalogue with mistakes is not used"
    return problems


def only(problems: list[Problem]) -> Problem:
    assert len(problems) == 1, "\n".join(map(str, problems))
    return problems[0]


def test_the_catalogue_in_the_repository_has_no_mistakes() -> None:
    assert read_catalogue(CATALOGUE)[1] == []


# --- one file that cannot be read at all ------------------------------------------------------------------------------


def _remove(path: Path) -> None:
    path.unlink()


def _empty(path: Path) -> None:
    path.write_text("", encoding="utf-8")


def _only_comments(path: Path) -> None:
    path.write_text("# later\n", encoding="utf-8")


def _bad_syntax(path: Path) -> None:
    path.write_text(path.read_text(encoding="utf-8") + "\n - [x: :\n", encoding="utf-8")


def _latin1(path: Path) -> None:
    path.write_bytes("haltes: [één]\n".encode("latin-1"))


def _list_instead_of_mapping(path: Path) -> None:
    path.write_text("- id: a\n- id: b\n", encoding="utf-8")


def _text_instead_of_mapping(path: Path) -> None:
    path.write_text("zomaar een zin\n", encoding="utf-8")


def _folder_instead_of_file(path: Path) -> None:
    path.unlink()
    path.mkdir()


BROKEN = [_empty, _only_comments, _bad_syntax, _latin1, _list_instead_of_mapping, _text_instead_of_mapping]


@pytest.mark.parametrize("name", ALL_FILES)
@pytest.mark.parametrize("break_it", BROKEN)
def test_a_file_that_cannot_be_used_is_named_with_a_remedy(folder: Path, name: str, break_it: Callable[[Path], None]) -> None:
    break_it(folder / name)
    about = [problem for problem in check_all(folder) if problem.file == name]
    assert only(about).remedy.strip()
    assert read_catalogue(folder)[0] is None or name == "herkennen.yml"


@pytest.mark.parametrize("name", [name for name in ALL_FILES if name != OFFERS])
def test_a_file_that_is_gone_is_named_with_a_remedy(folder: Path, name: str) -> None:
    _remove(folder / name)
    about = [problem for problem in check_all(folder) if problem.file == name]
    assert "ontbreekt" in only(about).remedy


def test_a_folder_in_the_place_of_a_file_is_named(folder: Path) -> None:
    _folder_instead_of_file(folder / "routes.yml")
    assert {problem.file for problem in problems_in(folder)} == {"routes.yml"}


def test_the_folder_with_initiatives_is_gone(folder: Path) -> None:
    shutil.rmtree(folder / "initiatives")
    assert [problem for problem in problems_in(folder) if problem.file.startswith("initiatives") and not problem.record]


def test_a_syntax_error_is_pointed_at_by_line(folder: Path) -> None:
    lines = (folder / OFFERS).read_text(encoding="utf-8").splitlines()
    (folder / OFFERS).write_text("\n".join([*lines, " - [x: :"]), encoding="utf-8")
    problem = next(problem for problem in problems_in(folder) if problem.file == OFFERS)
    assert problem.line == len(lines) + 1


@pytest.mark.parametrize("name", ["haltes.yml", "groepen.yml"])
@pytest.mark.parametrize("break_it", [_remove, _bad_syntax])
def test_one_broken_file_does_not_make_every_other_record_look_wrong(
    folder: Path, name: str, break_it: Callable[[Path], None]
) -> None:
    break_it(folder / name)
    assert {problem.file for problem in problems_in(folder)} == {name}


def test_one_broken_halte_does_not_make_every_record_that_uses_it_look_wrong(folder: Path) -> None:
    edit(folder, "haltes.yml", lambda data: data["haltes"][0].update(lable="x"))
    assert {problem.file for problem in problems_in(folder)} == {"haltes.yml"}


# --- one record that is wrong -----------------------------------------------------------------------------------------

MISTAKES: dict[str, tuple[dict[str, object], str]] = {
    "unknown field": ({"telefoon": "030-123 45 67"}, "telefoon"),
    "unknown field inside": ({"contact": {"fone": "030-123 45 67"}}, "contact.fone"),
    "empty field": ({"name": None}, "name"),
    "number where text belongs": ({"name": 5}, "name"),
    "wrong halte": ({"haltes": ["ontmoetn"]}, "haltes"),
    "no halte": ({"haltes": []}, "haltes"),
    "wrong wijk": ({"area": ["lombokk"]}, "area"),
    "wrong group": ({"audience": {"groups": ["jongerenn"]}}, "audience.groups"),
    "wrong helpline": ({"contact": {"via": "gemeentee"}}, "contact.via"),
    "phone too short": ({"contact": {"phone": "030-12"}}, "contact.phone"),
    "phone with letters": ({"contact": {"phone": "030-BEL MIJ"}}, "contact.phone"),
    "foreign phone": ({"contact": {"phone": "+32 2 123 45 67"}}, "contact.phone"),
    "url without https": ({"contact": {"url": "www.example.nl"}}, "contact.url"),
    "url with a space": ({"contact": {"url": "https://exa mple.nl"}}, "contact.url"),
    "email without @": ({"contact": {"email": "info.example.nl"}}, "contact.email"),
    "date the Dutch way": ({"verified_on": "30-05-2024"}, "verified_on"),
    "month 13": ({"verified_on": "2024-13"}, "verified_on"),
    "unknown status": ({"status": "actief"}, "status"),
    "ended without a reason": ({"status": "ended", "status_reason": ""}, ""),
    "ages the wrong way round": ({"audience": {"min_age": 70, "max_age": 60}}, "audience"),
    "age in words": ({"audience": {"min_age": "zestig"}}, "audience.min_age"),
    "age too high": ({"audience": {"min_age": 400}}, "audience.min_age"),
    "no first step": ({"first_step": ""}, ""),
    "list where a block belongs": ({"contact": ["030-123 45 67"]}, "contact"),
    "text where a block belongs": ({"cost": "gratis"}, "cost"),
    "text where a list belongs": ({"haltes": "vrienden"}, "haltes"),
    "block where a list belongs": ({"haltes": {"vrienden": "ja"}}, "haltes"),
    "text where yes or no belongs": ({"professional": "misschien"}, "professional"),
}


@pytest.mark.parametrize("mistake", MISTAKES)
def test_a_mistake_in_an_offer_names_file_record_field_and_remedy(folder: Path, mistake: str) -> None:
    fields, field = MISTAKES[mistake]
    record = change_offer(folder, **fields)
    problem = only(problems_in(folder))
    assert problem.file == OFFERS
    assert problem.record == record
    assert problem.field == field
    assert problem.remedy.strip() and not ENGLISH.search(re.sub(r"'[^']*'", "", problem.remedy)), problem.remedy


@pytest.mark.parametrize("field", ["name", "organisation", "summary", "haltes", "forms", "status", "source", "certainty"])
def test_a_missing_field_is_named(folder: Path, field: str) -> None:
    edit(folder, OFFERS, lambda data: offer(data).pop(field))
    problem = only(problems_in(folder))
    assert (problem.file, problem.field) == (OFFERS, field)
    assert "ontbreekt" in problem.remedy


def test_a_missing_id_is_named(folder: Path) -> None:
    edit(folder, "groepen.yml", lambda data: data["groepen"].append({"label": "zonder id"}))
    problem = only(problems_in(folder))
    assert (problem.file, problem.field) == ("groepen.yml", "id")


@pytest.mark.parametrize("text", ["2024-02-30", "2024-13-01"])
def test_a_date_that_does_not_exist_is_a_mistake_and_no_crash(folder: Path, text: str) -> None:
    record = change_offer(folder, verified_on="DATUM")
    path = folder / OFFERS
    path.write_text(path.read_text(encoding="utf-8").replace("verified_on: DATUM", f"verified_on: {text}"), encoding="utf-8")
    problem = only(problems_in(folder))
    assert problem.file == OFFERS
    assert record in str(problem) or problem.line, "the editor must be able to find it"


def test_a_date_without_quotes_says_what_to_do(folder: Path) -> None:
    change_offer(folder, verified_on="DATUM")
    path = folder / OFFERS
    path.write_text(path.read_text(encoding="utf-8").replace("verified_on: DATUM", "verified_on: 2024-05-30"), encoding="utf-8")
    problem = only(problems_in(folder))
    assert (problem.field, "aanhalingstekens" in problem.remedy) == ("verified_on", True)


def test_a_field_written_twice_does_not_silently_disappear(folder: Path) -> None:
    path = folder / OFFERS
    text = path.read_text(encoding="utf-8")
    assert text.count("  organisation: ") > 1
    path.write_text(text.replace("  organisation: ", "  organisation: Iets anders\n  organisation: ", 1), encoding="utf-8")
    problem = only(problems_in(folder))
    assert problem.file == OFFERS


@pytest.mark.parametrize("row", ["zomaar een woord", None, ["a", "b"]])
def test_a_row_that_is_no_record(folder: Path, row: object) -> None:
    edit(folder, OFFERS, lambda data: data["initiatives"].append(row))
    assert only(problems_in(folder)).file == OFFERS


def test_a_second_heading_in_a_file_is_named(folder: Path) -> None:
    edit(folder, OFFERS, lambda data: data.update(initiatieven=[]))
    assert only(problems_in(folder)).field == "initiatieven"


@pytest.mark.parametrize(
    ("name", "key", "change", "field"),
    [
        ("haltes.yml", "haltes", {"related": ["bestaat_niet"]}, "related"),
        ("routes.yml", "routes", {"id": "Met Hoofdletters"}, "id"),
        ("groepen.yml", "groepen", {"haltes": ["bestaat_niet"]}, "haltes"),
        ("routes.yml", "routes", {"stops": []}, "stops"),
        ("routes.yml", "routes", {"stops": [{"halte": "bestaat_niet", "what": "x"}]}, "stops.halte"),
        ("routes.yml", "routes", {"stops": [{"halte": "verlies", "what": "x", "initiative": "weg"}]}, "stops.initiative"),
        ("wijken.yml", "wijken", {"neighbours": ["bestaat_niet"]}, "neighbours"),
        ("helplines.yml", "talk", {"haltes": ["bestaat_niet"]}, "haltes"),
        ("helplines.yml", "talk", {"phone": "12"}, "phone"),
        ("helplines.yml", "talk", {"show": "altijd"}, "show"),
        ("helplines.yml", "crisis", {"certainty": "low"}, ""),
        ("helplines.yml", "talk", {"website": "geen webadres"}, "website"),
        ("helplines.yml", "talk", {"email": "geen e-mailadres"}, "email"),
        ("helplines.yml", "help", {"telefoon": "030-123 45 67"}, "telefoon"),
    ],
)
def test_a_mistake_in_another_file_names_file_record_field_and_remedy(
    folder: Path, name: str, key: str, change: dict[str, object], field: str
) -> None:
    edit(folder, name, lambda data: data[key][-1 if key == "routes" else 0].update(change))
    rows = yaml.safe_load((folder / name).read_text(encoding="utf-8"))[key]
    record = str(rows[-1 if key == "routes" else 0]["id"])
    about = [problem for problem in problems_in(folder) if problem.file == name]
    problem = only(about)
    assert problem.record == record
    assert problem.field.endswith(field)
    assert problem.remedy.strip()


# --- ids --------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "key"),
    [
        (OFFERS, "initiatives"),
        ("haltes.yml", "haltes"),
        ("groepen.yml", "groepen"),
        ("routes.yml", "routes"),
        ("wijken.yml", "wijken"),
        ("helplines.yml", "talk"),
    ],
)
def test_the_same_id_twice_in_a_file(folder: Path, name: str, key: str) -> None:
    edit(folder, name, lambda data: data[key].append(dict(data[key][0])))
    record = str(yaml.safe_load((folder / name).read_text(encoding="utf-8"))[key][0]["id"])
    problem = only(problems_in(folder))
    assert (problem.file, problem.record) == (name, record)


def test_the_same_id_in_two_files_names_both(folder: Path) -> None:
    record = change_offer(folder)
    row = offer(yaml.safe_load((folder / OFFERS).read_text(encoding="utf-8")))
    edit(folder, OTHER_OFFERS, lambda data: data["initiatives"].append(row))
    problem = only(problems_in(folder))
    assert problem.record == record
    assert OFFERS in str(problem) and OTHER_OFFERS in str(problem)


def test_the_same_helpline_id_under_two_headings(folder: Path) -> None:
    edit(folder, "helplines.yml", lambda data: data["talk"].append(dict(data["help"][0])))
    assert only(problems_in(folder)).file == "helplines.yml"


# --- everything at once -----------------------------------------------------------------------------------------------


def test_all_mistakes_of_all_files_come_at_once(folder: Path) -> None:
    change_offer(folder, telefoon="030-123 45 67", contact={"phone": "12", "url": "x"}, verified_on="gisteren")
    edit(folder, OTHER_OFFERS, lambda data: data["initiatives"][0].pop("summary"))
    edit(folder, "groepen.yml", lambda data: data["groepen"][0].update(lable="x"))
    edit(folder, "helplines.yml", lambda data: data["talk"][0].update(phone="12"))
    _bad_syntax(folder / "routes.yml")
    _latin1(folder / "zinnen.yml")
    found = {(problem.file, problem.field.rsplit(".", 1)[-1]) for problem in problems_in(folder)}
    assert found >= {
        (OFFERS, "telefoon"),
        (OFFERS, "phone"),
        (OFFERS, "url"),
        (OFFERS, "verified_on"),
        (OTHER_OFFERS, "summary"),
        ("groepen.yml", "lable"),
        ("helplines.yml", "phone"),
        ("routes.yml", ""),
        ("zinnen.yml", ""),
    }


def test_a_wrong_halte_is_reported_next_to_a_mistake_in_the_helplines(folder: Path) -> None:
    record = change_offer(folder, haltes=["ontmoetn"])
    edit(folder, "helplines.yml", lambda data: data["talk"][0].update(phone="12"))
    problems = problems_in(folder)
    assert any(problem.file == "helplines.yml" for problem in problems)
    assert any(problem.record == record and problem.field == "haltes" for problem in problems), "found only after the next check"


def test_loading_raises_with_every_problem_in_its_text(folder: Path) -> None:
    record = change_offer(folder, telefoon="x", tel="y")
    with pytest.raises(CatalogueError) as caught:
        load_catalogue(folder)
    assert len(caught.value.problems) == 2
    assert str(caught.value).count(record) == 2


def test_a_problem_reads_as_file_line_record_field_remedy() -> None:
    assert str(Problem("a.yml", "koffie", "name", "voeg het toe", 7)) == "a.yml:7: koffie · name: voeg het toe"
    assert str(Problem("a.yml", "", "", "leeg")) == "a.yml: leeg"


# --- what a loaded catalogue promises ---------------------------------------------------------------------------------


def test_the_line_of_a_problem_is_where_the_record_starts(folder: Path) -> None:
    record = change_offer(folder, telefoon="x")
    line = only(problems_in(folder)).line
    assert (folder / OFFERS).read_text(encoding="utf-8").splitlines()[line - 1].strip() == f"- id: {record}"


def test_the_fingerprint_changes_with_any_byte_and_only_then(folder: Path) -> None:
    before = load_catalogue(folder).fingerprint
    assert load_catalogue(folder).fingerprint == before
    assert load_catalogue(copy_catalogue(folder.parent / "copy")).fingerprint == before, "the same files, the same fingerprint"
    path = folder / "herkennen.yml"
    path.write_text(path.read_text(encoding="utf-8") + "# x\n", encoding="utf-8")
    assert load_catalogue(folder).fingerprint != before


def test_what_is_not_there_is_a_key_error() -> None:
    with pytest.raises(KeyError):
        real_catalogue().helpline("bestaat_niet")
    with pytest.raises(KeyError):
        real_catalogue().wijk("bestaat_niet")


# --- languages, and sentences for two reasons together ----------------------------------------------------------------


def test_a_language_must_have_a_name(folder: Path) -> None:
    record = change_offer(folder, audience={"languages": ["nl", "arabisch"]})
    problem = only(problems_in(folder))
    assert (problem.record, problem.field) == (record, "audience.languages")
    assert "'arabisch'" in str(problem) and "zinnen.yml" in str(problem)


@pytest.mark.parametrize(
    ("name", "sentence", "remedy"),
    [
        ("gratis", "het kost niets", "twee of meer"),
        ("gratis+goedkop", "het kost niets", "twee of meer"),
        ("gratis+bellen", "het kost {niets}", "haal de accolades weg"),
        ("wijk+gratis", "het is in {wijken}", "{wijk}"),
        ("wijk+gratis", " ", "is leeg"),
    ],
)
def test_a_sentence_for_two_reasons_names_reasons_that_exist(folder: Path, name: str, sentence: str, remedy: str) -> None:
    edit(folder, "zinnen.yml", lambda data: data["together"].update({name: sentence}))
    assert remedy in str(only(problems_in(folder)))
