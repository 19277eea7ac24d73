"""The catalogue as a spreadsheet: it comes back as it was, a change changes only that, and what Excel spoils is said."""

from __future__ import annotations

import csv
import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date, datetime, time
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
import yaml
from hypothesis import example, given
from hypothesis import strategies as st
from openpyxl import Workbook, load_workbook
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet
from typer.testing import CliRunner

from tests.builders import FAR, HERE, ROOT, catalogue, copy_catalogue, few, helpline, initiative, real_catalogue, unhurried
from tests.unit.test_hsds import initiatives, leaves
from wegwijzer.catalogue.loading import Catalogue, load_catalogue
from wegwijzer.catalogue.models import Helpline, Initiative
from wegwijzer.catalogue.sheet_apply import ChangedMeanwhile, apply, rehearse
from wegwijzer.catalogue.sheet_cells import (
    CellMistake,
    Day,
    cell_text,
    guard,
    join_items,
    plain_text,
    split_items,
    unguard,
    xml_text,
    yes_or_no,
)
from wegwijzer.catalogue.sheet_columns import Filling, Kind, choices, kinds, texts, version_of
from wegwijzer.catalogue.sheet_export import CHOICES, EXPLANATION, LONGEST_CELL, TooLong, export_csv, export_xlsx
from wegwijzer.catalogue.sheet_import import Plan, plan_import
from wegwijzer.catalogue.sheet_reading import read_csv, read_xlsx
from wegwijzer.catalogue.sheet_report import told
from wegwijzer.cli import app

LINE = helpline("lijn", email="lijn@example.nl")
FORMULAS = initiative(
    "gevaarlijk", name="=1+1", note="'=x", place="+31", alert="-x", summary="@x", capacity="'s avonds is er plek"
)
FULL = initiative(
    "vol",
    audience={"min_age": 18, "languages": ["nl", "ar"], "gender": "vrouw", "groups": ["vrouwen"]},
    area=[HERE, FAR],
    contact={"phone": "0301234567", "email": "a@b.nl", "url": "https://b.nl", "address": "Straat 1; achter", "via": "lijn"},
    opening_hours="24/7",
    haltes=["ontmoeten", "verlies"],
    for_whom=[],
    mention_only=["kerk; moskee", "", "a\\b"],
    professional=True,
    helpen={"first_step": "Bel.", "first_words": "Hallo."},
    verified_on="2026-05",
    source_date="2021-2022; 2025-04",
    note='Een "noot", met komma\nen een tweede regel',
)


def city(*offers: Initiative, lines: tuple[Helpline, ...] = (LINE,)) -> Catalogue:
    return catalogue(*offers, lines=lines)


def kind(name: str = "Initiatieven") -> Kind:
    return next(one for one in kinds() if one.name == name)


def from_csv(folder: Path, known: Catalogue, end_reason: str = "") -> Plan:
    grids, problems = read_csv(folder)
    assert problems == []
    return plan_import(grids, known, end_reason)


def from_xlsx(path: Path, known: Catalogue) -> Plan:
    grids, problems = read_xlsx(path)
    assert problems == []
    return plan_import(grids, known)


def untouched(plan: Plan, rows: int) -> bool:
    return (plan.problems, plan.changes, plan.absent, plan.kept, plan.unchanged) == ([], [], [], [], rows)


# --------------------------------------------------------------------------- the columns


def test_every_field_of_an_initiative_and_of_a_helpline_has_a_column_with_a_dutch_name() -> None:
    assert {column.path for column in kind().fields} == {path for path, _, _ in leaves(Initiative)}
    assert [column.path for column in kind("Hulplijnen").fields] == list(Helpline.model_fields)
    assert [column.path for one in kinds() for column in one.columns if not column.about] == []


@pytest.mark.parametrize("one", kinds(), ids=lambda one: str(one.name))
def test_no_two_columns_have_the_same_name(one: Kind) -> None:
    assert len({column.label.lower() for column in one.columns}) == len(one.columns)


def test_what_must_be_filled_and_what_one_may_choose_come_from_the_models() -> None:
    columns = {column.path: column for column in kind().columns}
    assert {path for path, _, required in leaves(Initiative) if required and "." not in path} == {
        path for path, column in columns.items() if column.required
    }
    assert columns["helpen.first_step"].block == "helpen"
    assert columns["forms"].choices[-1] == "inloop"
    assert columns["audience.min_age"].filling is Filling.NUMBER
    assert choices(columns["area"], city()) == ("stad", "hier", "ernaast", "ver")


# --------------------------------------------------------------------------- there and back


def in_order(plan: Plan) -> list[Any]:
    return [change.after for change in plan.changes]


lines = st.builds(
    helpline,
    st.from_regex(r"[a-z0-9][a-z0-9_]{0,8}", fullmatch=True),
    use=st.text(max_size=20),
    whatsapp=st.text(max_size=20),
    note=st.text(max_size=20),
    haltes=st.lists(st.sampled_from(["verlies", "mentaal"]), max_size=2),
    show=st.sampled_from(["crisis", "human", "topic", "no"]),
)


@few
@given(offers=st.lists(initiatives(), max_size=3, unique_by=lambda one: one.id), line=lines)
@example(offers=[FULL, FORMULAS, initiative("x", note="_x000D_ _x0041_x0042_ \r \x00 \x1f \uffff", place="a\r\nb")], line=LINE)
@example(offers=[initiative("leeg", name="", summary="", helpen={"first_step": ""}, note="\x1c")], line=LINE)
def test_any_catalogue_comes_back_as_it_was(offers: list[Initiative], line: Helpline) -> None:
    known = city(*offers, lines=(line,))
    with TemporaryDirectory() as name:
        export_csv(known, Path(name))
        assert untouched(from_csv(Path(name), known), len(offers) + 1)
        assert untouched(from_xlsx(export_xlsx(known, Path(name) / "a.xlsx"), known), len(offers) + 1)


@few
@given(offers=st.lists(initiatives(), min_size=1, max_size=3, unique_by=lambda one: one.id))
@example(offers=[FULL, FORMULAS])
def test_any_record_can_be_made_from_its_row_alone(offers: list[Initiative]) -> None:
    """Without the catalogue to compare with: everything is in the cells. A cell that must be filled cannot be left empty."""
    whole = [one.model_copy(update={"name": "N", "summary": "S", "organisation": "O", "source": "B"}) for one in offers]
    whole = [
        one.model_copy(update={"helpen": one.helpen and one.helpen.model_copy(update={"first_step": "Bel."})}) for one in whole
    ]
    with TemporaryDirectory() as name:
        export_csv(city(*whole), Path(name))
        grids, _ = read_csv(Path(name))
        new = [replace(grid, rows=tuple((number, (*cells[:-1], "")) for number, cells in grid.rows)) for grid in grids]
        plan = plan_import(new, city())
        assert plan.problems == []
        assert in_order(plan) == whole


@unhurried
@given(items=st.lists(st.text().map(str.strip), max_size=4))
@example(items=["", "\\leeg", "a;b", "\\", "\\;", ";\\"])
def test_any_list_fits_in_a_cell(items: list[str]) -> None:
    assert split_items(join_items(items)) == items


@unhurried
@given(text=st.text())
@example(text="'=x")
def test_any_text_is_harmless_in_a_csv_file_and_comes_back(text: str) -> None:
    assert not guard(text).startswith(("=", "+", "-", "@", "\t", "\r"))
    assert unguard(guard(text)) == text


@unhurried
@given(text=st.text(st.characters(exclude_categories=["Cs"]) | st.sampled_from("_x0041\r")))
def test_any_text_fits_in_a_workbook(text: str) -> None:
    assert plain_text(xml_text(text)) == text


def test_the_catalogue_of_the_city_comes_back_as_it_was(tmp_path: Path) -> None:
    real = real_catalogue()
    rows = len(real.initiatives) + len(real.helplines.all())
    export_csv(real, tmp_path)
    assert untouched(from_csv(tmp_path, real), rows)
    assert untouched(from_xlsx(export_xlsx(real, tmp_path / "a.xlsx"), real), rows)


# --------------------------------------------------------------------------- what Dutch Excel gets


def test_the_csv_is_the_one_that_dutch_excel_opens(tmp_path: Path) -> None:
    export_csv(city(FULL), tmp_path)
    data = (tmp_path / "initiatieven.csv").read_bytes()
    assert data.startswith(b"\xef\xbb\xbfId [id];Naam [name];")


def test_no_cell_of_the_csv_is_a_formula(tmp_path: Path) -> None:
    export_csv(city(FORMULAS), tmp_path)
    cells = [cell for row in table(tmp_path / "initiatieven.csv") for cell in row]
    assert [cell for cell in cells if cell.startswith(("=", "+", "-", "@"))] == []
    assert "'=1+1" in cells
    assert "'s avonds is er plek" in cells


@pytest.fixture
def book(tmp_path: Path) -> Workbook:
    return load_workbook(export_xlsx(city(FULL, FORMULAS), tmp_path / "a.xlsx"))


def column(sheet: Worksheet, path: str) -> int:
    return next(at for at, cell in enumerate(sheet[1], 1) if str(cell.value).endswith(f"[{path}]"))


def test_no_cell_of_the_workbook_is_a_formula_and_telephone_numbers_are_text(book: Workbook) -> None:
    assert {cell.data_type for sheet in book for row in sheet.iter_rows() for cell in row} & {"f", "e", "d"} == set()
    sheet = book["Initiatieven"]
    place = column(sheet, "contact.phone")
    phone, age = sheet.cell(2, place), sheet.cell(2, column(sheet, "audience.min_age"))
    assert (phone.value, phone.number_format, age.value) == ("0301234567", "@", 18)
    assert sheet.column_dimensions[get_column_letter(place)].number_format == "@", "also where a new row comes"


def test_the_header_stays_in_view_and_a_word_can_be_chosen_from_a_list(book: Workbook) -> None:
    sheet = book["Initiatieven"]
    assert (sheet.freeze_panes, sheet.auto_filter.ref) == ("C2", sheet.dimensions)
    assert all(sheet.column_dimensions[get_column_letter(at)].width >= 10 for at in range(1, sheet.max_column + 1))
    rules = {str(rule.sqref): rule for rule in sheet.data_validations.dataValidation}
    status = next(
        rule for cells, rule in rules.items() if cells.startswith(sheet.cell(2, column(sheet, "status")).coordinate + ":")
    )
    found = re.fullmatch(rf"{CHOICES}!\$([A-Z]+)\$2:\$[A-Z]+\$(\d+)", str(status.formula1))
    assert found
    words = [book[CHOICES][f"{found[1]}{number}"].value for number in range(2, int(found[2]) + 1)]
    assert words == ["active", "likely_active", "unknown", "ended"]
    forms = next(
        rule for cells, rule in rules.items() if cells.startswith(sheet.cell(2, column(sheet, "forms")).coordinate + ":")
    )
    assert forms.type is None, "a list would refuse two words"
    assert "een_op_een" in str(forms.prompt)


def test_every_column_is_explained(book: Workbook) -> None:
    rows = {row[1]: row for row in book[EXPLANATION].iter_rows(values_only=True) if row[1]}
    assert set(rows) >= {one.path for each in kinds() for one in each.columns}
    assert rows["forms"][2] == "ja"
    assert "inloop" in str(rows["forms"][5])
    assert rows["helpen.first_step"][2] == "als je iets invult bij helpen"
    assert "verlies" in str(rows["haltes"][5])


def test_a_text_that_a_cell_cannot_hold_is_said_and_nothing_is_written(tmp_path: Path) -> None:
    long = city(initiative(note="x" * (LONGEST_CELL + 1)))
    with pytest.raises(TooLong, match="koffie: note"):
        export_csv(long, tmp_path / "csv")
    with pytest.raises(TooLong):
        export_xlsx(long, tmp_path / "a.xlsx")
    assert list(tmp_path.iterdir()) == []


# --------------------------------------------------------------------------- a change changes only that


def table(path: Path) -> list[list[str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.reader(file, delimiter=";"))


def save(path: Path, rows: list[list[str]], encoding: str = "utf-8-sig", delimiter: str = ";") -> None:
    with path.open("w", encoding=encoding, newline="") as file:
        csv.writer(file, delimiter=delimiter).writerows(rows)


def at(rows: list[list[str]], path: str) -> int:
    return next(place for place, name in enumerate(rows[0]) if name.endswith(f"[{path}]"))


Edit = Callable[[list[list[str]]], object]


def put(path: str, value: str, row: int = 1) -> Edit:
    return lambda rows: rows[row].__setitem__(at(rows, path), value)


OTHER = initiative("ander", contact={}, verified_on="2021-03")
KNOWN = city(FULL, OTHER)


def after(tmp_path: Path, *edits: Edit, known: Catalogue = KNOWN, file: str = "initiatieven.csv", end_reason: str = "") -> Plan:
    """What would change when staff edit the export in this way."""
    export_csv(KNOWN, tmp_path)
    rows = table(tmp_path / file)
    for edit in edits:
        edit(rows)
    save(tmp_path / file, rows)
    return from_csv(tmp_path, known, end_reason)


def test_a_change_of_one_cell_changes_one_field(tmp_path: Path) -> None:
    plan = after(tmp_path, put("contact.phone", " 030-111 22 33\xa0"))
    assert plan.problems == []
    changed = FULL.model_copy(update={"contact": FULL.contact.model_copy(update={"phone": "030-111 22 33"})})
    assert in_order(plan) == [changed]
    assert plan.unchanged == 2
    assert "  Telefoon: 0301234567 → 030-111 22 33" in list(told(plan))
    assert list(told(plan))[-1] == "0 nieuw, 1 gewijzigd, 0 niet in het rekenblad, 2 ongewijzigd."


@pytest.mark.parametrize(
    ("path", "value", "field", "expected"),
    [
        ("forms", "Groep; inloop ;", "forms", ("groep", "inloop")),
        ("status", "Likely_Active", "status", "likely_active"),
        ("professional", "Nee", "professional", False),
        ("area", "", "area", ("stad",)),
        ("for_whom", "", "for_whom", ("zelf",)),
        ("verified_on", "3-11-2026", "verified_on", "2026-11-03"),
        ("mention_only", "", "mention_only", ()),
        ("note", "", "note", ""),
    ],
)
def test_a_cell_is_read_as_people_write_it(tmp_path: Path, path: str, value: str, field: str, expected: object) -> None:
    plan = after(tmp_path, put(path, value))
    assert plan.problems == []
    assert [getattr(one, field) for one in in_order(plan)] == [expected]


def test_emptying_all_cells_of_helpen_takes_it_away(tmp_path: Path) -> None:
    plan = after(tmp_path, put("helpen.first_step", ""), put("helpen.first_words", ""))
    assert [one.helpen for one in in_order(plan)] == [None]


def test_rows_and_columns_may_stand_in_another_order_and_columns_may_be_gone(tmp_path: Path) -> None:
    def shuffle(rows: list[list[str]]) -> None:
        gone = at(rows, "note")
        for row in rows:
            del row[gone]
            row.reverse()
        rows[1:] = [[], *rows[:0:-1], [""] * len(rows[0])]

    plan = after(tmp_path, shuffle)
    assert (plan.problems, plan.changes, plan.unchanged) == ([], [], 3)
    assert plan.remarks == ["Initiatieven: deze kolommen staan er niet in en blijven zoals ze zijn: Notitie."]


@pytest.mark.parametrize("header", ["id", "Id", "ID [id]"])
def test_a_column_is_known_by_either_name(tmp_path: Path, header: str) -> None:
    assert after(tmp_path, lambda rows: rows[0].__setitem__(0, header)).unchanged == 3


@pytest.mark.parametrize(("encoding", "delimiter"), [("utf-8", ";"), ("utf-8", ","), ("cp1252", ";"), ("utf-16", "\t")])
def test_a_file_is_read_however_a_spreadsheet_saved_it(tmp_path: Path, encoding: str, delimiter: str) -> None:
    known = city(initiative(note="café — één"))
    export_csv(known, tmp_path)
    save(tmp_path / "initiatieven.csv", table(tmp_path / "initiatieven.csv"), encoding, delimiter)
    assert untouched(from_csv(tmp_path, known), 2)


def test_one_of_the_files_is_enough(tmp_path: Path) -> None:
    export_csv(KNOWN, tmp_path)
    (tmp_path / "initiatieven.csv").unlink()
    plan = from_csv(tmp_path, KNOWN)
    assert (plan.unchanged, plan.absent, plan.problems) == (1, [], [])


# --------------------------------------------------------------------------- new and absent records


def new_row(rows: list[list[str]], **cells: str) -> None:
    told = {"id": "soep", "name": "Soep", "organisation": "O", "summary": "S", "haltes": "verlies", "forms": "groep"}
    told |= {"status": "active", "certainty": "high", "source": "b", "first_step": "Loop binnen.", "contact.phone": "112"} | cells
    rows.append([""] * len(rows[0]))
    for path, value in told.items():
        put(path, value, -1)(rows)


def test_a_new_row_becomes_a_new_record_in_the_file_of_its_halte_or_the_one_that_is_given(tmp_path: Path) -> None:
    plan = after(tmp_path, new_row, lambda rows: new_row(rows, id="thee", bestand="anders.yml"))
    assert plan.problems == []
    assert [(change.after.id, change.where, change.before) for change in plan.changes] == [
        ("soep", "verlies.yml", None),
        ("thee", "anders.yml", None),
    ]
    assert in_order(plan)[0] == initiative(
        "soep", name="Soep", organisation="O", summary="S", haltes=["verlies"], source="b", first_step="Loop binnen.",
        contact={"phone": "112"},
    )  # fmt: skip


def test_a_record_that_stands_in_no_row_stays_unless_it_is_said_that_it_ended(tmp_path: Path) -> None:
    plan = after(tmp_path, lambda rows: rows.pop(2))
    assert (plan.changes, plan.absent) == ([], [OTHER])
    assert any("blijft zoals het is" in line for line in told(plan))
    ended = after(tmp_path, lambda rows: rows.pop(2), end_reason="Niet meer genoemd.")
    assert [(one.id, one.status, one.status_reason) for one in in_order(ended)] == [("ander", "ended", "Niet meer genoemd.")]
    assert ended.absent == []


def test_a_helpline_never_ends_by_being_absent(tmp_path: Path) -> None:
    other = helpline("tweede")
    known = city(FULL, OTHER, lines=(LINE, other))
    plan = after(tmp_path, known=known, end_reason="Weg.")
    assert (plan.changes, plan.absent) == ([], [other])


def test_what_changed_in_the_catalogue_since_the_export_is_not_turned_back(tmp_path: Path) -> None:
    newer = OTHER.model_copy(update={"note": "gisteren gebeld"})
    plan = after(tmp_path, known=city(FULL, newer))
    assert (plan.problems, plan.changes, plan.kept) == ([], [], [newer])


def test_a_row_that_both_changed_is_a_mistake(tmp_path: Path) -> None:
    newer = city(FULL, OTHER.model_copy(update={"note": "gisteren gebeld"}))
    plan = after(tmp_path, put("place", "in de zaal", 2), known=newer)
    assert plan.changes == []
    assert [str(one).partition(": ")[2] for one in plan.problems] == [
        "rij 3 · kolom AY, Versie: dit is na de export in de catalogus veranderd; exporteer opnieuw en doe je verandering daarin"
    ]


def test_a_version_is_never_something_that_excel_takes_for_a_number() -> None:
    assert version_of(texts(FULL, kind()), kind()).startswith("v")


# --------------------------------------------------------------------------- mistakes, with their cell


@pytest.mark.parametrize(
    ("edit", "said"),
    [
        (put("contact.phone", "301234567"), "rij 2 · kolom S, Telefoon: '301234567': de 0 vooraan is weg"),
        (put("contact.phone", "3,01E+08"), "rij 2 · kolom S, Telefoon: '3,01E+08': dit lijkt geen Nederlands telefoonnummer"),
        (put("contact.email", "geen"), "rij 2 · kolom T, E-mail: 'geen': dit lijkt geen e-mailadres"),
        (put("verified_on", "mrt-21"), "Bevestigd op: 'mrt-21': het rekenblad veranderde deze datum"),
        (put("source_date", "nov-25"), "Datum van de bron: 'nov-25': het rekenblad veranderde deze datum"),
        (put("verified_on", "31-02-2026"), "Bevestigd op: '2026-02-31': deze dag bestaat niet"),
        (put("name", ""), "rij 2 · kolom B, Naam: deze cel is leeg; vul haar in"),
        (put("forms", "groep; koor"), "Vorm: 'koor' kan niet; kies uit: een_op_een, groep"),
        (put("status", "actief"), "Status: 'actief' kan niet; kies uit: active"),
        (put("haltes", "maan"), "Haltes: 'maan' kan niet; kies uit: verlies, ontmoeten"),
        (put("professional", "soms"), "Hulpverlener: 'soms' kan hier niet; kies ja of nee"),
        (put("audience.min_age", "achttien"), "Leeftijd vanaf: 'achttien' hoort een heel getal te zijn"),
        (put("audience.max_age", "12"), "min_age is hoger dan max_age"),
        (put("first_step", ""), "Eerste stap: dit aanbod kan getoond worden maar heeft geen first_step"),
        (put("status", "ended"), "Reden van de status: schrijf bij status_reason waarom"),
        (put("helpen.first_step", ""), "Helpen: eerste stap: deze cel is leeg"),
        (put("helpen.first_words", "Hoi", 2), "rij 3 · kolom AG, Helpen: eerste stap: deze cel is leeg"),
        (put("bestand", "geld.yml"), "verplaatsen kan niet in een rekenblad"),
        (put("id", ""), "rij 2 · kolom A, Id: hier ontbreekt de id"),
        (put("id", "ander"), "rij 3 · kolom A, Id: de id 'ander' staat ook op rij 2"),
        (put("id", "nieuw"), "Versie: de id 'nieuw' is niet die van de export"),
        (lambda rows: new_row(rows, id="vol"), "rij 4 · kolom A, Id: de id 'vol' staat ook op rij 2"),
        (lambda rows: new_row(rows, id="Soep!"), "Id: 'Soep!' mag alleen kleine letters"),
        (lambda rows: new_row(rows, bestand="../x.yml"), "Bestand: '../x.yml' kan geen bestand zijn"),
        (lambda rows: new_row(rows, haltes=""), "rij 4 · kolom F, Haltes: deze cel is leeg"),
        (lambda rows: (put("versie", "", 1)(rows), put("note", "x", 1)(rows)), "Id: de id 'vol' bestaat al"),
        (lambda rows: rows[0].__setitem__(18, "Telefon"), "rij 1 · kolom S: de kolom 'Telefon' kennen we niet; bedoel je 'Telefoon [contact.phone]'?"),
        (lambda rows: rows[0].__setitem__(18, ""), "rij 1 · kolom S: hier staat iets in een kolom zonder naam"),
        (lambda rows: rows[0].__setitem__(18, "Naam"), "rij 1 · kolom S: de kolom 'Naam' staat er twee keer"),
        (lambda rows: rows[0].__setitem__(0, ""), "rij 1 · kolom A: hier staat iets in een kolom zonder naam"),
        (lambda rows: rows.insert(0, ["Onze lijst"]), "rij 1: de kolom [id] ontbreekt"),
        (lambda rows: rows[1].append("x"), "rij 1 · kolom AZ: hier staat iets in een kolom zonder naam"),
        (lambda rows: rows.__delitem__(slice(1, None)), "er staan geen rijen in (Initiatieven)"),
    ],
)  # fmt: skip
def test_a_mistake_is_said_with_row_and_column(tmp_path: Path, edit: Edit, said: str) -> None:
    found = [str(one) for one in after(tmp_path, edit).problems]
    assert any(one.startswith("initiatieven.csv: ") and said in one for one in found), found


def test_all_mistakes_of_a_row_are_said_at_once_and_every_mistake_once(tmp_path: Path) -> None:
    wrong = put("forms", "koor"), put("contact.phone", "301234567"), put("contact.email", "geen")
    plan = after(tmp_path, *wrong, lambda rows: new_row(rows, forms="koor"), put("place", "hier", 2))
    said = [(one.record, one.field) for one in plan.problems]
    assert said == [
        ("rij 2", "kolom S, Telefoon"),
        ("rij 2", "kolom I, Vorm"),
        ("rij 2", "kolom T, E-mail"),
        ("rij 4", "kolom I, Vorm"),
    ]
    assert [one.id for one in in_order(plan)] == ["ander"]


def test_characters_that_were_lost_on_the_way_are_no_change(tmp_path: Path) -> None:
    known = city(initiative(note="eten → praten"))
    export_csv(known, tmp_path)
    text = (tmp_path / "initiatieven.csv").read_text(encoding="utf-8-sig")
    (tmp_path / "initiatieven.csv").write_bytes(text.encode("cp1252", "replace"))
    plan = from_csv(tmp_path, known)
    assert ["vraagteken" in str(one) for one in plan.problems] == [True]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"\x81\x8d", "geen tekst die we kunnen lezen"),
        (b'id;name\r\n"a"b;c\r\n', "kan niet gelezen worden"),
        (b"", "[id] ontbreekt"),
    ],
)
def test_a_csv_file_that_cannot_be_read_is_said(tmp_path: Path, content: bytes, said: str) -> None:
    (tmp_path / "initiatieven.csv").write_bytes(content)
    grids, problems = read_csv(tmp_path)
    found = problems or plan_import(grids, KNOWN).problems
    assert [said in str(one) for one in found] == [True]


def test_a_folder_without_an_export_is_said(tmp_path: Path) -> None:
    assert ["initiatieven.csv of hulplijnen.csv" in one.remedy for one in read_csv(tmp_path)[1]] == [True]


# --------------------------------------------------------------------------- what Excel makes of cells


@pytest.mark.parametrize(
    ("raw", "is_date", "text"),
    [
        (None, False, ""),
        (112, False, "112"),
        (2021.0, True, "2021"),
        (True, False, "ja"),
        (Day(date(2021, 3, 1), with_day=True), True, "2021-03-01"),
        (Day(date(2021, 3, 1), with_day=False), True, "2021-03"),
        ("  a b\xa0", False, "a b"),
    ],
)
def test_what_can_be_undone_is_undone(raw: Any, is_date: bool, text: str) -> None:
    assert cell_text(raw, is_date=is_date) == text


@pytest.mark.parametrize(
    "raw", [301234567, 301234567.0, 8001234, 2.5, 10**16, Day(date(2026, 7, 24), with_day=True), time(9, 30)]
)
def test_what_cannot_be_undone_is_refused(raw: Any) -> None:
    with pytest.raises(CellMistake, match="typ"):
        cell_text(raw)


@pytest.mark.parametrize(("text", "expected"), [("Ja", True), ("WAAR", True), ("true", True), ("nee", False), ("ONWAAR", False)])
def test_yes_and_no_are_read_as_people_and_spreadsheets_write_them(text: str, expected: bool) -> None:
    assert yes_or_no(text) is expected


@pytest.fixture
def edited(tmp_path: Path) -> Iterator[Callable[[Callable[[Worksheet], object]], list[str]]]:
    """Edit the workbook, and hear what import says."""

    def run(edit: Callable[[Worksheet], object]) -> list[str]:
        path = export_xlsx(KNOWN, tmp_path / "a.xlsx")
        opened = load_workbook(path)
        edit(opened["Initiatieven"])
        opened.save(path)
        grids, problems = read_xlsx(path)
        plan = plan_import(grids, KNOWN)
        return [str(one) for one in (*problems, *plan.problems)] or list(told(plan))

    yield run


def cell(path: str, value: Any, number_format: str = "General") -> Callable[[Worksheet], object]:
    def edit(sheet: Worksheet) -> None:
        found = sheet.cell(2, column(sheet, path))
        found.value, found.number_format = value, number_format

    return edit


@pytest.mark.parametrize(
    ("edit", "said"),
    [
        (cell("contact.phone", 301112233), "a.xlsx: Initiatieven, rij 2 · kolom S, Telefoon: '301112233': de 0 vooraan is weg"),
        (cell("opening_hours", datetime(2026, 7, 24), "d-mmm"), "Openingstijden: het rekenblad maakte hier een datum of tijd van"),
        (cell("opening_note", time(9, 30), "h:mm"), "Tijden in woorden: het rekenblad maakte hier een datum of tijd van"),
        (cell("name", '=HYPERLINK("x")'), "Naam: hier staat een formule"),
        (cell("note", "#N/A"), "Notitie: hier staat een fout van het rekenblad"),
        (lambda sheet: sheet.merge_cells("D2:D3"), "Initiatieven, rij 2 · kolom D: de cellen D2:D3 zijn samengevoegd"),
        (cell("verified_on", datetime(2026, 11, 3), "d-m-yyyy"), "  Bevestigd op: 2026-05 → 2026-11-03"),
        (cell("source_date", datetime(2026, 11, 1), "mmm-yy"), "  Datum van de bron: 2021-2022; 2025-04 → 2026-11"),
        (cell("audience.min_age", 21), "  Leeftijd vanaf: 18 → 21"),
        (cell("contact.phone", 112), "  Telefoon: 0301234567 → 112"),
        (lambda sheet: sheet.insert_rows(2, 3), "0 nieuw, 0 gewijzigd, 0 niet in het rekenblad, 3 ongewijzigd."),
    ],
)  # fmt: skip
def test_what_excel_does_to_a_cell_is_undone_or_said(edited: Any, edit: Callable[[Worksheet], object], said: str) -> None:
    found = edited(edit)
    assert any(said in one for one in found), found


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("weg.xlsx", None, "dit bestand bestaat niet"),
        ("a.xlsx", b"geen zip", "dit is geen Excel-bestand"),
        ("a.xls", b"\xd0\xcf\x11\xe0", "dit is geen Excel-bestand"),
    ],
)
def test_a_workbook_that_cannot_be_read_is_said(tmp_path: Path, name: str, content: bytes | None, said: str) -> None:
    if content is not None:
        (tmp_path / name).write_bytes(content)
    assert [said in str(one) for one in read_xlsx(tmp_path / name)[1]] == [True]


def test_a_workbook_without_our_sheets_is_said(tmp_path: Path) -> None:
    Workbook().save(tmp_path / "a.xlsx")
    assert [
        "er is geen blad dat 'Initiatieven' of 'Hulplijnen' heet" in str(one) for one in read_xlsx(tmp_path / "a.xlsx")[1]
    ] == [True]


# --------------------------------------------------------------------------- writing, on a copy of the catalogue


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    copy = copy_catalogue(tmp_path / "catalogue")
    # The copy has few offers: the answers that name the number of another one are left out.
    answers = yaml.dump({"responses": {"utter_crisis_spoed": [{"text": "Bel 112."}]}})
    (tmp_path / "domain.yml").write_text(answers, encoding="utf-8")
    for name, path in {"CATALOGUE": copy, "VAR": tmp_path / "var", "DOMAIN": tmp_path / "domain.yml"}.items():
        monkeypatch.setattr(f"wegwijzer.commands.catalogue.{name}", path)
    return copy


def run(*arguments: str | Path) -> tuple[int, str]:
    result = CliRunner().invoke(app, ["catalogue", *map(str, arguments)])
    return result.exit_code, " ".join(result.output.split())


def content(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def exported(folder: Path, *edits: Edit, file: str = "initiatieven.csv") -> Path:
    target = folder.parent / "csv"
    assert run("export", "--csv", target)[0] == 0
    rows = table(target / file)
    for edit in edits:
        edit(rows)
    save(target / file, rows)
    return target


def test_import_shows_first_and_writes_only_when_that_is_asked(folder: Path) -> None:
    before, first = content(folder), next(iter(load_catalogue(folder).initiatives))
    comment = b"# een opmerking van een redacteur\n"
    path = folder / load_catalogue(folder).files[first]
    path.write_bytes(comment + path.read_bytes())
    sheets = exported(folder, put("note", "Nieuwe notitie."))
    code, said = run("import", "--csv", sheets)
    assert (code, content(folder)[str(path.relative_to(folder))]) == (0, comment + before[str(path.relative_to(folder))])
    assert "→ Nieuwe notitie." in said or "wordt: Nieuwe notitie." in said
    assert "er is nog niets veranderd" in said
    code, said = run("import", "--csv", sheets, "--apply")
    assert (code, load_catalogue(folder).initiatives[first].note) == (0, "Nieuwe notitie.")
    now = content(folder)
    assert [name for name in now if now[name] != before[name]] == [str(path.relative_to(folder))]
    assert path.read_bytes().startswith(comment)
    kept = next((folder.parent / "var" / "catalogue" / "backup").rglob(path.name))
    assert kept.read_bytes() == comment + before[str(path.relative_to(folder))]
    assert "De catalogus is al zo." in run("import", "--csv", sheets)[1]


def test_a_new_initiative_and_a_new_helpline_that_leads_there_come_in_together(folder: Path) -> None:
    def line(rows: list[list[str]]) -> None:
        rows.append([""] * len(rows[0]))
        told = {
            "id": "loket",
            "name": "Loket",
            "use": "Vragen.",
            "phone": "14 030",
            "show": "no",
            "certainty": "high",
            "lijst": "help",
        }
        for path, value in told.items():
            put(path, value, -1)(rows)

    sheets = exported(folder, lambda rows: new_row(rows, haltes="verlies", **{"contact.phone": "", "contact.via": "loket"}))
    rows = table(sheets / "hulplijnen.csv")
    line(rows)
    save(sheets / "hulplijnen.csv", rows)
    code, said = run("import", "--csv", sheets, "--apply")
    assert code == 0, said
    known = load_catalogue(folder)
    assert (known.helpline("loket").phone, known.initiatives["soep"].contact.via) == ("14 030", "loket")
    assert known.files["soep"] == "initiatives/verlies.yml"


@pytest.mark.parametrize(
    ("edit", "file", "said"),
    [
        (put("contact.email", "geen"), "initiatieven.csv", "rij 2 · kolom T, E-mail: 'geen'"),
        (put("opening_hours", "ma-vr 9-17"), "initiatieven.csv", "rij 2 · kolom X, Openingstijden: "),
        (put("contact.via", "niemand"), "initiatieven.csv", "rij 2 · kolom W, Bereikbaar via: 'niemand' bestaat niet"),
        (
            put("summary", "Voor eenzame mensen."),
            "initiatieven.csv",
            "rij 2 · kolom E, Samenvatting: 'eenzame mensen' zeggen we niet",
        ),
        (put("phone", "0800-9999"), "hulplijnen.csv", "nummer 112 staat niet in de catalogus"),
        (put("lijst", "help"), "hulplijnen.csv", "rij 2 · kolom T, Lijst: dit staat bij 'crisis'"),
    ],
)
def test_nothing_is_written_while_there_is_a_mistake(folder: Path, edit: Edit, file: str, said: str) -> None:
    before = content(folder)
    sheets = exported(folder, edit, file=file)
    for more in ((), ("--apply",)):
        code, output = run("import", "--csv", sheets, *more)
        assert (code, content(folder)) == (1, before)
        assert said in output
        assert "Er is niets veranderd." in output


def test_absent_rows_end_only_when_a_reason_is_given(folder: Path) -> None:
    last = list(load_catalogue(folder).initiatives)[-1]
    sheets = exported(folder, lambda rows: rows.pop())
    assert "1 niet in het rekenblad" in run("import", "--csv", sheets, "--apply")[1]
    assert load_catalogue(folder).initiatives[last].status != "ended"
    code, _ = run("import", "--csv", sheets, "--apply", "--end-missing", "Gestopt in 2026.")
    ended = load_catalogue(folder).initiatives[last]
    assert (code, ended.status, ended.status_reason) == (0, "ended", "Gestopt in 2026.")


def ready(folder: Path) -> tuple[dict[str, str], str]:
    """Files that may be written, and the fingerprint of the catalogue that they come from."""
    known = load_catalogue(folder)
    plan = from_csv(exported(folder, put("note", "x"), put("note", "y", -1)), known)
    written = rehearse(plan, known, folder, folder.parent / "domain.yml")
    assert (plan.problems, len(written)) == ([], 2)
    return written, known.fingerprint


def test_nothing_is_written_when_the_catalogue_changed_in_between(folder: Path, tmp_path: Path) -> None:
    written, fingerprint = ready(folder)
    routes = folder / "routes.yml"
    routes.write_text(routes.read_text(encoding="utf-8") + "# nieuw\n", encoding="utf-8")
    before = content(folder)
    with pytest.raises(ChangedMeanwhile):
        apply(written, fingerprint, folder, tmp_path / "backup")
    assert content(folder) == before


def test_a_file_that_cannot_be_replaced_puts_the_others_back(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    written, fingerprint = ready(folder)
    before, last, really = content(folder), Path(list(written)[-1]).name, Path.replace

    def fail_at_the_last(self: Path, target: Path) -> Path:
        if target.name == last:
            raise PermissionError(str(target))
        return really(self, target)

    monkeypatch.setattr(Path, "replace", fail_at_the_last)
    with pytest.raises(PermissionError):
        apply(written, fingerprint, folder, tmp_path / "backup")
    assert content(folder) == before


def test_a_layout_that_cannot_be_changed_is_said(folder: Path) -> None:
    path = folder / "initiatives" / "geld.yml"
    rows = yaml.safe_load(path.read_text(encoding="utf-8"))
    rows["initiatives"][0]["note"] = rows["initiatives"][1]["note"] = shared = "hetzelfde"
    text = yaml.safe_dump(rows, allow_unicode=True, sort_keys=False)
    text = text.replace(f"note: {shared}", "note: &n hetzelfde", 1).replace(f"note: {shared}", "note: *n", 1)
    path.write_text(text, encoding="utf-8")
    known = load_catalogue(folder)
    place = 1 + next(number for number, one in enumerate(known.initiatives.values()) if one.id == rows["initiatives"][0]["id"])
    code, said = run("import", "--csv", exported(folder, put("note", "anders", place)), "--apply")
    assert (code, "met de hand" in said or "opmaak klopt niet" in said) == (1, True)
    assert path.read_text(encoding="utf-8") == text


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["export"], "Zeg waarheen"),
        (["import"], "Zeg wat je inleest"),
        (["import", "--csv", "a", "--xlsx", "b"], "één van de drie"),
        (["import", "--csv", "a", "--to", "b"], "--to hoort bij --hsds"),
        (["import", "--hsds", "a", "--apply"], "horen bij een rekenblad"),
        (["import", "--hsds", "a"], "Geef bij --to een nieuwe map"),
        (["import", "--xlsx", "bestaat_niet.xlsx"], "dit bestand bestaat niet"),
        (["import", "--csv", "bestaat_niet"], "hier staat geen initiatieven.csv"),
    ],
)
def test_a_command_that_is_not_clear_is_explained(arguments: list[str], said: str) -> None:
    code, output = run(*arguments)
    assert (code, said in output) == (1, True), output


def test_every_message_that_editors_can_look_up_is_one_that_import_gives() -> None:
    pages = [path.read_text(encoding="utf-8") for path in (ROOT / "docs").glob("*.md")]
    section = next(text for text in pages if "## Werken in een rekenblad" in text)
    section = section.partition("## Werken in een rekenblad")[2].partition("\n## ")[0]
    messages = re.findall(r"^\| `([^`]+)` \|", section, re.MULTILINE)
    source = "".join(path.read_text(encoding="utf-8") for path in (ROOT / "wegwijzer" / "catalogue").glob("sheet_*.py"))
    assert len(messages) > 5
    assert [one for one in messages if not all(part.strip() in source for part in one.split("..."))] == []
