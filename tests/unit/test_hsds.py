"""HSDS: what is exported comes back the same, is what the standard wants, and nothing that others changed is lost in silence."""

from __future__ import annotations

import csv
import json
import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from pydantic import BaseModel, ValidationError
from typer.testing import CliRunner

from tests.builders import CATALOGUE, FAR, HALTES, HERE, ROOT, catalogue, copy_catalogue, helpline, initiative, real_catalogue
from wegwijzer.catalogue.hsds import ALWAYS, DATA_PACKAGE, FIELDS, JSON_FILE, LISTS, NESTS, TABLES, data_package, uid
from wegwijzer.catalogue.hsds_export import export_hsds, schedule_rules
from wegwijzer.catalogue.hsds_import import import_hsds, write_yaml
from wegwijzer.catalogue.hsds_standard import against_standard
from wegwijzer.catalogue.loading import Catalogue, CatalogueError, load_catalogue
from wegwijzer.catalogue.models import Audience, Contact, Cost, Initiative, Step
from wegwijzer.catalogue.reading import Reader
from wegwijzer.cli import app
from wegwijzer.vocabulary import Access, Certainty, CostKind, Drempel, Kind, Status, VoorWie, Vorm

STANDARD = Path(os.environ.get("TEST_HSDS_STANDARD", ROOT.parent / "shared" / "standards" / "hsds"))
needs_standard = pytest.mark.skipif(
    not STANDARD.exists(), reason="the standard is not part of this project: set TEST_HSDS_STANDARD to a folder with it"
)

LINE = helpline("lijn", email="lijn@example.nl")
Rows = list[dict[str, str]]

FULL = initiative(
    "vol",
    audience={"min_age": 18, "max_age": 99, "languages": ["nl", "ar"], "gender": "vrouw", "groups": ["vrouwen"], "text": "buren"},
    area=[HERE, FAR],
    place="het buurthuis",
    contact={"phone": "030-123 45 67", "email": "a@b.nl", "url": "https://b.nl", "address": "Straat 1", "via": "lijn"},
    opening_hours="Mo-Tu 10:00-12:00,13:00-14:00; PH off",
    opening_note="niet in de zomer",
    cost={"kind": "gratis", "text": "Het kost niets."},
    haltes=["ontmoeten", "verlies"],
    gemis=["mensen"],
    drempels=["geld", "lopen"],
    mention_only=["kerk", "god"],
    professional=True,
    helpen={"first_step": "Bel.", "first_words": "Hallo."},
    verified_on="2026-05",
    note='Een "noot", met komma\nen een tweede regel',
    assured_date="2026-05-30",
    assurer_email="wie@example.nl",
    alert="In juli dicht.",
    capacity="twaalf plekken",
    required_documents=["Stadspas", "legitimatie"],
    accessibility="Er is een drempel bij de deur.",
)


def city(*initiatives: Initiative) -> Catalogue:
    return catalogue(*initiatives, lines=(LINE,))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """An export of one record with everything and one with little."""
    export_hsds(city(FULL, initiative("weinig", contact={}, cost={})), tmp_path / "hsds")
    return tmp_path / "hsds"


def read(path: Path) -> Rows:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def change(path: Path, edit: Callable[[Rows], object]) -> None:
    """Open a table, change its rows, and save it."""
    rows = read(path)
    columns = list(rows[0])
    edit(rows)
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, columns)
        writer.writeheader()
        writer.writerows(rows)


def mistakes(folder: Path) -> list[str]:
    with pytest.raises(CatalogueError) as caught:
        import_hsds(folder, city(FULL))
    return [str(problem) for problem in caught.value.problems]


# --------------------------------------------------------------------------- the table of fields


def leaves(model: type[BaseModel], path: str = "") -> Iterator[tuple[str, bool, bool]]:
    """Every field that holds a value: its path, whether it is a list, whether it must be there."""
    blocks: dict[str, type[BaseModel]] = {"audience": Audience, "contact": Contact, "cost": Cost, "helpen": Step}
    for name, field in model.model_fields.items():
        if model is Initiative and name in blocks:
            yield from leaves(blocks[name], f"{name}.")
        else:
            yield path + name, str(field.annotation).startswith("tuple"), field.is_required()


def test_every_field_of_ours_has_a_place_in_hsds() -> None:
    assert {path for path, _, _ in leaves(Initiative)} == set(FIELDS)


def test_the_lists_and_the_fields_that_must_be_there_are_those_of_the_models() -> None:
    assert {path for path, many, _ in leaves(Initiative) if many} == LISTS
    closed = {"id", "haltes", "forms", "status", "certainty"}  # never empty
    assert {path for path, _, required in leaves(Initiative) if required} - closed == ALWAYS


@pytest.mark.parametrize("path", FIELDS)
def test_every_place_is_a_column_that_no_other_field_uses(path: str) -> None:
    table, _, column = FIELDS[path].partition(".")
    assert column in TABLES[table].columns
    assert table == "attribute" or [other for other, target in FIELDS.items() if target == FIELDS[path]] == [path]


def test_the_ids_are_always_the_same() -> None:
    assert uid("service", "koffie") == "e2fc295b-0765-554f-a3f2-440e8c7c513b"
    assert uid("service", "koffie") != uid("service", "thee") != uid("location", "thee")


# --------------------------------------------------------------------------- there and back

texts = st.text(max_size=30)
words = st.lists(texts, max_size=3)
phones = st.sampled_from(["", "112", "14 030", "0800-1234", "030-123 45 67", "06 12345678"])
emails = st.sampled_from(["", "info@example.nl", "wie.dan@sub.example.org"])
urls = st.sampled_from(["", "https://example.nl", "https://example.nl/pad?x=1,2&y=%20"])
hours = st.sampled_from(
    ["", "24/7", "Mo-Fr 09:00-17:00", "Tu[1] 10:30-12:00", "Mo 09:00-12:00; We 13:00-15:00", "Sa-Mo 10:00-11:00"]
)


def some(values: Any, smallest: int = 0) -> st.SearchStrategy[list[Any]]:
    return st.lists(st.sampled_from(list(values)), min_size=smallest, max_size=3)


@st.composite
def initiatives(draw: st.DrawFn) -> Initiative:
    """Any record that the models allow."""
    ages = sorted(draw(st.lists(st.integers(0, 120), min_size=2, max_size=2)))
    record = {
        "id": draw(st.from_regex(r"[a-z0-9][a-z0-9_]{0,8}", fullmatch=True)),
        "haltes": draw(some(HALTES, 1)),
        "gemis": draw(some(["mensen", "iemand"])),
        "for_whom": draw(some(VoorWie)),
        "forms": draw(some([*Vorm, "inloop"], 1)),
        "area": draw(some([HERE, FAR, "stad"], 1)),
        "drempels": draw(some(Drempel)),
        "kind": draw(st.sampled_from(Kind)),
        "access": draw(st.sampled_from(Access)),
        "status": draw(st.sampled_from(Status)),
        "certainty": draw(st.sampled_from(Certainty)),
        "professional": draw(st.booleans()),
        "first_step": "Bel" + draw(texts),
        "status_reason": "Omdat" + draw(texts),
        "opening_hours": draw(hours),
        "verified_on": draw(st.sampled_from(["", "2024", "2024-05", "2024-05-30"])),
        "assured_date": draw(st.sampled_from(["", "2024-02-29"])),
        "assurer_email": draw(emails),
        "mention_only": draw(words),
        "required_documents": draw(words),
        "audience": {
            "min_age": draw(st.sampled_from([None, ages[0]])),
            "max_age": draw(st.sampled_from([None, ages[1]])),
            "languages": draw(words),
            "gender": draw(st.sampled_from(["", "vrouw", "man"])),
            "groups": draw(some(["studenten", "vrouwen"])),
            "text": draw(texts),
        },
        "contact": {
            "phone": draw(phones),
            "email": draw(emails),
            "url": draw(urls),
            "address": draw(texts),
            "via": draw(st.sampled_from(["", "lijn"])),
        },
        "cost": {"kind": draw(st.sampled_from(CostKind)), "text": draw(texts)},
        "helpen": draw(st.none() | st.fixed_dictionaries({"first_step": texts, "first_words": texts})),
    }
    free = {path for path, _, _ in leaves(Initiative) if "." not in path} - set(record)
    return Initiative.model_validate(record | {name: draw(texts) for name in sorted(free)})


@settings(deadline=None, max_examples=60)
@given(records=st.lists(initiatives(), min_size=1, max_size=3, unique_by=lambda one: one.id))
def test_any_record_comes_back_as_it_was(records: list[Initiative]) -> None:
    with TemporaryDirectory() as name:
        folder = Path(name)
        export_hsds(city(*records), folder)
        assert import_hsds(folder, city()) == tuple(records)
        (folder / DATA_PACKAGE).unlink()
        assert import_hsds(folder, city()) == tuple(records), "from the JSON"


def test_the_catalogue_of_the_city_comes_back_as_it_was(tmp_path: Path) -> None:
    real = real_catalogue()
    export_hsds(real, tmp_path)
    assert import_hsds(tmp_path, real) == tuple(real.initiatives.values())
    (tmp_path / DATA_PACKAGE).unlink()
    assert import_hsds(tmp_path, real) == tuple(real.initiatives.values()), "from the JSON"


def test_the_files_of_an_import_can_take_the_place_of_those_of_the_catalogue(tmp_path: Path) -> None:
    copy = copy_catalogue(tmp_path / "catalogue")
    before = load_catalogue(copy)
    export_hsds(before, tmp_path / "hsds")
    shutil.rmtree(copy / "initiatives")
    write_yaml(import_hsds(tmp_path / "hsds", before), copy / "initiatives", before.files)
    after = load_catalogue(copy)
    assert list(after.initiatives.items()) == list(before.initiatives.items())
    assert after.files == before.files


@settings(deadline=None, max_examples=30)
@given(record=initiatives())
@example(record=initiative(note="een rare\x85regel", haltes=["verlies"]))
def test_any_record_survives_being_written_as_yaml(record: Initiative) -> None:
    with TemporaryDirectory() as name:
        copy = Path(name) / "catalogue"
        write_yaml([record], copy / "initiatives", {})
        reader = Reader(copy)
        file = f"initiatives/{record.haltes[0]}.yml"
        assert reader.records(file, "initiatives", Initiative) == {record.id: record}
        assert reader.problems == []


def test_an_export_is_the_same_every_time(tmp_path: Path) -> None:
    first, second = (export_hsds(city(FULL), tmp_path / name) for name in ("one", "two"))
    assert [path.read_bytes() for path in first] == [path.read_bytes() for path in second]


def test_others_find_the_facts_where_hsds_has_them(folder: Path) -> None:
    service = json.loads((folder / JSON_FILE).read_text(encoding="utf-8"))[0]
    assert service["organization"]["name"] == "Stichting Samen"
    assert (service["status"], service["minimum_age"], service["assured_date"]) == ("active", 18, "2026-05-30")
    assert [phone["number"] for phone in service["phones"]] == ["030-123 45 67"]
    assert service["contacts"][0]["phones"][0]["number"] == LINE.phone
    location = service["service_at_locations"][0]["location"]
    assert (location["name"], location["description"]) == ("het buurthuis", "Straat 1")
    assert location["accessibility"][0]["description"].startswith("Er is een drempel")
    assert [area["name"] for area in service["service_areas"]] == ["Hier", "Ver"]
    assert [(one["byday"], one["opens_at"]) for one in service["schedules"]] == [("MO,TU", "10:00:00"), ("MO,TU", "13:00:00")]
    assert (service["cost_options"][0]["amount"], service["cost_options"][0]["currency"]) == (0, "EUR")
    assert [one["code"] for one in service["languages"]] == ["nl", "ar"]
    assert [one["document"] for one in service["required_documents"]] == ["Stadspas", "legitimatie"]
    codes = [one["taxonomy_term"]["code"] for one in service["attributes"] if one["link_type"] == "haltes"]
    assert codes == ["haltes:ontmoeten", "haltes:verlies"]


@pytest.mark.parametrize(
    ("opening_hours", "rules"),
    [
        ("Mo-We 09:00-17:00", [("WEEKLY", "MO,TU,WE", "09:00:00", "17:00:00")]),
        ("Sa-Mo,Th 09:00-17:00; PH off", [("WEEKLY", "SA,SU,MO,TH", "09:00:00", "17:00:00")]),
        ("Tu[1] 10:30-12:00", [("MONTHLY", "1TU", "10:30:00", "12:00:00")]),
        ("Fr[-1] 10:30-12:00", [("MONTHLY", "-1FR", "10:30:00", "12:00:00")]),
        ("Mo 09:00-10:00; Tu 11:00-12:00", [("WEEKLY", "MO", "09:00:00", "10:00:00"), ("WEEKLY", "TU", "11:00:00", "12:00:00")]),
        ("Mo-Fr 09:00-17:00; We 10:00-12:00", []),  # Wednesday is replaced, which rules cannot say
        ("Mo-Fr 09:00-17:00; Jul-Aug off", []),
        ("Mo 09:00-10:00,22:00-26:00", []),
        ("24/7", []),
        ("", []),
    ],
)
def test_hours_become_rules_only_when_rules_say_the_same(opening_hours: str, rules: list[tuple[str, ...]]) -> None:
    assert [tuple(rule.values()) for rule in schedule_rules(opening_hours)] == rules


# --------------------------------------------------------------------------- the standard itself


@needs_standard
def test_the_standard_allows_the_json_of_the_catalogue(tmp_path: Path) -> None:
    export_hsds(real_catalogue(), tmp_path)
    assert list(against_standard(tmp_path, STANDARD)) == []


@needs_standard
@settings(deadline=None, max_examples=10)
@given(record=initiatives())
def test_the_standard_allows_the_json_of_any_record(record: Initiative) -> None:
    with TemporaryDirectory() as name:
        export_hsds(city(record), Path(name))
        assert list(against_standard(Path(name), STANDARD)) == []


@needs_standard
@pytest.mark.parametrize(("field", "value"), [("status", "open"), ("id", "koffie"), ("email", "geen"), ("minimum_age", "18")])
def test_what_the_standard_forbids_is_said(folder: Path, field: str, value: str) -> None:
    path = folder / JSON_FILE
    services = json.loads(path.read_text(encoding="utf-8"))
    services[1][field] = value
    path.write_text(json.dumps(services), encoding="utf-8")
    assert [(one.file, one.record, one.field) for one in against_standard(folder, STANDARD)] == [(JSON_FILE, "dienst 2", field)]


@needs_standard
@pytest.mark.parametrize("name", TABLES)
def test_our_tables_are_those_of_the_standard(name: str) -> None:
    theirs = next(one for one in json.loads((STANDARD / DATA_PACKAGE).read_text())["resources"] if one["name"] == name)
    mine: dict[str, Any] = next(one for one in data_package()["resources"] if one["name"] == name)  # type: ignore[attr-defined]
    assert mine["path"] == theirs["path"]
    fields = {field["name"]: field for field in theirs["schema"]["fields"]}
    for field in mine["schema"]["fields"]:
        known = fields.pop(field["name"])
        assert {key: known.get(key) for key in ("type", "format")} == {key: field.get(key) for key in ("type", "format")}
        assert {key: known["constraints"][key] for key in ("required", "unique")} == field["constraints"], field["name"]
    assert [field for field, shape in fields.items() if shape["constraints"]["required"]] == [], "must be there"
    their_keys = [key for key in theirs["schema"].get("foreignKeys", ()) if key["fields"] in TABLES[name].columns]
    assert [key for key in their_keys if key not in mine["schema"].get("foreignKeys", ())] == []


@needs_standard
def test_every_property_in_the_json_is_one_of_the_standard(folder: Path) -> None:
    for name, table in TABLES.items():
        known = json.loads((STANDARD / "schema" / f"{name}.json").read_text(encoding="utf-8"))["properties"]
        assert set(table.columns) | {nest.key for nest in NESTS.get(name, ())} <= set(known), name


def test_no_cell_that_hsds_requires_is_empty_and_every_link_leads_somewhere(tmp_path: Path) -> None:
    export_hsds(real_catalogue(), tmp_path)
    tables = {name: read(tmp_path / table.file) for name, table in TABLES.items()}
    ids = {name: [row["id"] for row in rows] for name, rows in tables.items()}
    assert all(len(found) == len(set(found)) for found in ids.values())
    for name, table in TABLES.items():
        for row in tables[name]:
            assert all(row[column] for column in table.required), (name, row)
            for column in (one for one in table.columns if one[-3:] == "_id" and one[:-3] in TABLES and row[one]):
                assert row[column] in ids[column.removesuffix("_id")], (name, column)
    assert {row["link_id"] for row in tables["attribute"]} == set(ids["service"])
    codes = [row["code"] for row in tables["taxonomy_term"]]
    assert len(codes) == len(set(codes))


# --------------------------------------------------------------------------- mistakes


def put(place: int, column: str, value: str) -> Callable[[Rows], object]:
    return lambda rows: rows[place].update({column: value})


def halte_row(rows: Rows, column: str = "link_type", name: str = "haltes") -> dict[str, str]:
    return next(row for row in rows if row[column] == name)


def twice(rows: Rows) -> None:
    rows.append({**rows[0], "id": uid("phone", "nog een")})


@pytest.mark.parametrize(
    ("table", "edit", "said"),
    [
        ("service", put(0, "minimum_age", "twaalf"), "services.csv: rij 2 · minimum_age: 'twaalf' hoort een heel getal"),
        ("service", put(0, "minimum_age", "100"), "services.csv: rij 2 · minimum_age: min_age is hoger dan max_age"),
        ("service", put(0, "application_process", ""), "taxonomy_term_id: dit aanbod kan getoond worden maar heeft geen first_step"),
        ("service", put(0, "email", "geen"), "services.csv: rij 2 · email: 'geen': dit lijkt geen e-mailadres"),
        ("service", put(0, "url", "www"), "services.csv: rij 2 · url: 'www': dit lijkt geen webadres"),
        ("service", put(0, "assured_date", "2026-02-30"), "services.csv: rij 2 · assured_date: '2026-02-30': deze dag bestaat niet"),
        ("service", put(0, "status", "defunct"), "services.csv: rij 2 · status: 'defunct' past niet"),
        ("service", put(0, "organization_id", "x"), "services.csv: rij 2 · organization_id: 'x' staat niet in organizations.csv"),
        ("service", lambda rows: rows.pop(1), "attributes.csv: rij "),
        ("service", lambda rows: rows.append(rows[0]), "services.csv: rij 4 · id: deze id staat ook bij rij 2"),
        ("phone", put(0, "number", "bel maar"), "phones.csv: rij 2 · number: 'bel maar': dit lijkt geen Nederlands telefoonnummer"),
        ("phone", twice, "phones.csv: rij 4 · number: 'contact.phone' staat al bij rij 2"),
        ("organization", put(0, "description", "Wij zijn er."), "organizations.csv: rij 2 · description: 'Wij zijn er.' past niet"),
        ("schedule", put(0, "opens_at", "11:00:00"), "schedules.csv: rij 2 · opens_at: '11:00:00' past niet"),
        ("schedule", put(0, "notes", "ma 10-12"), "schedules.csv: rij 2 · notes: "),
        ("schedule", lambda rows: rows.pop(1), "services.csv: rij 2 · id: in schedules.csv ontbreekt een rij"),
        ("service_area", put(1, "extent", "maan"), "service_areas.csv: rij 3 · extent: 'maan' bestaat niet; kies uit: ernaast, hier"),
        ("cost_option", put(0, "option", "goedkoop"), "cost_options.csv: rij 2 · option: 'goedkoop' kan niet; kies uit"),
        ("cost_option", put(0, "amount", "5"), "cost_options.csv: rij 2 · amount: '5' past niet"),
        ("location", put(0, "location_type", "virtual"), "locations.csv: rij 2 · location_type: 'virtual' past niet"),
        ("accessibility", put(0, "location_id", "x"), "accessibility.csv: rij 2 · id: deze rij hoort bij geen enkele dienst"),
        ("attribute", lambda rows: halte_row(rows).update(taxonomy_term_id="x"), "taxonomy_term_id: de term 'x' kennen we niet"),
        ("attribute", lambda rows: halte_row(rows).update(value="ja"), "value: 'ja' kunnen we niet bewaren"),
        ("attribute", lambda rows: halte_row(rows).update(link_id="x"), "link_id: deze rij hoort bij geen enkele dienst"),
        ("taxonomy_term", lambda rows: halte_row(rows, "taxonomy", "wegwijzer.haltes").update(code="haltes:maan"), "taxonomy_term_id: 'maan' bestaat niet"),
    ],
)  # fmt: skip
def test_a_mistake_is_said_with_file_row_and_field(folder: Path, table: str, edit: Callable[[Rows], object], said: str) -> None:
    change(folder / TABLES[table].file, edit)
    found = mistakes(folder)
    assert any(said in one for one in found), found


@pytest.mark.parametrize("name", [table.file for table in TABLES.values()])
def test_a_table_that_is_gone_is_said(folder: Path, name: str) -> None:
    (folder / name).unlink()
    assert mistakes(folder) == [f"{name}: dit bestand ontbreekt; zet het terug of exporteer opnieuw"]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"id;service_id;contact_id;number\r\n", "phones.csv: rij 1 · id: deze kolom ontbreekt"),
        (b"id,service_id,contact_id,number,number\r\n", "phones.csv: rij 1: een kolom staat er twee keer"),
        (b"id,service_id,contact_id,number\r\na,b\r\n", "phones.csv: rij 2: hier staan 2 cellen en er zijn 4 kolommen"),
        (b"id,service_id,contact_id,number,fax\r\na,,,112,113\r\n", "phones.csv: rij 2 · fax: '113' kunnen we niet bewaren"),
        (b"id,service_id,contact_id,number\r\n,,,112\r\n", "phones.csv: rij 2 · id: dit veld ontbreekt"),
        (b"\xff", "phones.csv: er staan tekens in die geen UTF-8 zijn"),
        (b'id,service_id,contact_id,number\r\n"a"b,,,\r\n', "phones.csv: dit bestand kan niet gelezen worden"),
    ],
)
def test_a_table_that_cannot_be_read_is_said(folder: Path, content: bytes, said: str) -> None:
    (folder / "phones.csv").write_bytes(content)
    assert any(one.startswith(said) for one in mistakes(folder)), mistakes(folder)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("{", "services.json: dit bestand kan niet gelezen worden"),
        ("{}", "services.json: hier hoort een lijst met diensten te staan"),
        ("[]", "services.csv: er staat geen enkele dienst in"),
        ("[3]", "services.json: dienst 1: '3' is geen blok met velden"),
        ('[{"id": "a", "name": ["x"]}]', "services.json: dienst 1 · name: '['x']' kunnen we niet bewaren"),
        ('[{"id": "a", "phones": [{"number": "112"}]}]', "services.json: dienst 1, phones 1 · id: dit veld ontbreekt"),
        ('[{"id": "a", "wait_time": "een week"}]', "services.json: dienst 1 · wait_time: 'een week' kunnen we niet bewaren"),
    ],
)
def test_a_mistake_in_the_json_is_said(folder: Path, content: str, said: str) -> None:
    (folder / DATA_PACKAGE).unlink()
    (folder / JSON_FILE).write_text(content, encoding="utf-8")
    assert any(one.startswith(said) for one in mistakes(folder)), mistakes(folder)


def test_a_folder_without_an_export_is_said(tmp_path: Path) -> None:
    assert mistakes(tmp_path) == ["datapackage.json: dit bestand ontbreekt, en services.json ook; geef de map van een export"]


def test_all_mistakes_are_said_at_once(folder: Path) -> None:
    change(folder / "services.csv", put(0, "email", "geen"))
    change(folder / "phones.csv", put(0, "number", "geen"))
    change(folder / "service_areas.csv", put(2, "extent", "maan"))
    assert sorted(one.split(":")[0] for one in mistakes(folder)) == ["phones.csv", "service_areas.csv", "services.csv"]


def test_the_same_id_twice_is_said(folder: Path) -> None:
    change(folder / "attributes.csv", lambda rows: [row.update(value="vol") for row in rows if row["link_type"] == "id"])
    assert any("value: de id 'vol' staat ook bij rij" in one for one in mistakes(folder))


def test_a_fact_that_others_changed_comes_in(folder: Path) -> None:
    change(folder / "services.csv", put(0, "alert", "In augustus dicht."))
    change(folder / "phones.csv", put(0, "number", "030-765 43 21"))
    one, _ = import_hsds(folder, city())
    assert (one.alert, one.contact.phone) == ("In augustus dicht.", "030-765 43 21")


def test_the_name_of_a_wijk_or_a_helpline_may_have_changed_since(folder: Path) -> None:
    change(folder / "service_areas.csv", put(0, "name", "Anders"))
    change(folder / "contacts.csv", put(0, "name", "Anders"))
    assert import_hsds(folder, city())[0] == FULL


# --------------------------------------------------------------------------- the commands and the fields


def run(*arguments: str | Path) -> tuple[int, str]:
    result = CliRunner().invoke(app, ["catalogue", *map(str, arguments)])
    return result.exit_code, result.output


def test_export_and_import_as_an_editor_types_them(tmp_path: Path) -> None:
    assert run("export", "--hsds", tmp_path / "hsds")[0] == 0
    code, said = run("import", "--hsds", tmp_path / "hsds", "--to", tmp_path / "yaml")
    assert code == 0
    written = {path.name: path.read_text(encoding="utf-8") for path in (tmp_path / "yaml").iterdir()}
    assert set(written) == {path.name for path in (CATALOGUE / "initiatives").glob("*.yml")}
    assert all(name in said for name in written)
    code, said = run("import", "--hsds", tmp_path / "hsds", "--to", tmp_path / "yaml")
    assert code == 1
    assert {path.name: path.read_text(encoding="utf-8") for path in (tmp_path / "yaml").iterdir()} == written


def test_import_writes_nothing_when_one_record_is_wrong(tmp_path: Path) -> None:
    run("export", "--hsds", tmp_path / "hsds")
    change(tmp_path / "hsds" / "services.csv", put(7, "email", "geen"))
    code, said = run("import", "--hsds", tmp_path / "hsds", "--to", tmp_path / "yaml")
    assert code == 1
    assert "services.csv: rij 9 · email: 'geen'" in said
    assert not (tmp_path / "yaml").exists()


@pytest.mark.parametrize("to", [".", "initiatives", "nieuw", "../catalogue/nieuw"])
def test_import_never_writes_in_the_catalogue(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, to: str) -> None:
    copy = copy_catalogue(tmp_path / "catalogue")
    monkeypatch.setattr("wegwijzer.commands.catalogue.CATALOGUE", copy)
    before = {path: path.read_bytes() for path in copy.rglob("*.yml")}
    assert run("export", "--hsds", tmp_path / "hsds")[0] == 0
    code, said = run("import", "--hsds", tmp_path / "hsds", "--to", copy / to)
    assert (code, "niet over de catalogus" in " ".join(said.split())) == (1, True)
    assert {path: path.read_bytes() for path in copy.rglob("*.yml")} == before


@needs_standard
def test_export_can_be_held_against_the_standard(tmp_path: Path) -> None:
    assert run("export", "--hsds", tmp_path / "hsds", "--standard", STANDARD)[0] == 0
    assert run("export", "--hsds", tmp_path / "hsds", "--standard", tmp_path)[0] == 1


@pytest.mark.parametrize("value", ["2026", "2026-05", "2026-02-30", "vandaag"])
def test_an_assured_date_is_a_whole_day_that_exists(value: str) -> None:
    with pytest.raises(ValidationError):
        initiative(assured_date=value)
    assert initiative(assured_date="2026-05-30").assured_date == "2026-05-30"
