"""The open data: others can read it, it says only what was released, and nobody can be found in it."""

from __future__ import annotations

import csv
import io
import json
import warnings
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from random import Random

import pytest
from csvw import CSVW
from hypothesis import given, settings
from hypothesis import strategies as st
from typer.testing import CliRunner

from tests.insight import BLOCK, FIRST_WEEK, KEY, Resident, marks_of, month, residents
from tests.reidentify import Attacker, Bounds
from wegwijzer.catalogue.loading import Catalogue, load_catalogue
from wegwijzer.cli import app
from wegwijzer.insight.folding import cells_of
from wegwijzer.insight.naming import Names
from wegwijzer.insight.open_data import ABOUT, COLUMNS, DATA, DESCRIPTION, PAIRS, as_csv, export, released
from wegwijzer.insight.periods import FOUR_WEEKS, Kind, days_of, weeks_of
from wegwijzer.insight.releases import tables_for
from wegwijzer.insight.small_cells import LEAST, STEP, possible
from wegwijzer.insight.store import InsightStore
from wegwijzer.insight.tables import TABLES, Cell, Table
from wegwijzer.paths import CATALOGUE

SEED = 7


@pytest.fixture(scope="module")
def catalogue() -> Catalogue:
    return load_catalogue(CATALOGUE)


@pytest.fixture(scope="module")
def people(catalogue: Catalogue) -> list[Resident]:
    return residents(catalogue, SEED, 1500)


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory, catalogue: Catalogue, people: list[Resident]) -> InsightStore:
    return month(tmp_path_factory.mktemp("month"), catalogue, people)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory, store: InsightStore, catalogue: Catalogue) -> Path:
    folder = tmp_path_factory.mktemp("open") / "data"
    export(store, Names(catalogue), folder)
    return folder


def read(folder: Path) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO((folder / DATA).read_text(encoding="utf-8"))))


# --------------------------------------------------------------------------- others can read it


def test_a_program_of_others_reads_the_table_by_its_description(folder: Path) -> None:
    read_by_others = CSVW(str(folder / DATA), validate=True)
    assert read_by_others.is_valid
    (table,) = read_by_others.tables
    assert [column.header for column in table.tableSchema.columns] == list(COLUMNS)
    rows = list(table)
    assert len(rows) == len(read(folder))
    kinds = {name: {type(row[name]).__name__ for row in rows} for name in ("van", "aantal", "verborgen")}
    assert kinds == {"van": {"datetime"}, "aantal": {"int", "NoneType"}, "verborgen": {"bool"}}
    assert table.check_primary_key()


def test_a_table_that_the_description_does_not_fit_is_noticed(folder: Path, tmp_path: Path) -> None:
    (tmp_path / DESCRIPTION).write_bytes((folder / DESCRIPTION).read_bytes())
    wrong = (folder / DATA).read_text(encoding="utf-8").replace(",555,false", ",veel,false").replace(",15,false", ",veel,false")
    (tmp_path / DATA).write_text(wrong, encoding="utf-8")
    with warnings.catch_warnings():
        warnings.simplefilter("always")  # the library gathers them, to say whether there were any
        assert not CSVW(str(tmp_path / DATA), validate=True).is_valid


def test_people_read_what_every_column_and_every_table_is_in_two_languages(folder: Path) -> None:
    about = (folder / ABOUT).read_text(encoding="utf-8")
    assert "{{" not in about
    for name in (*COLUMNS, *TABLES):
        assert f"`{name}`" in about, name
    described = json.loads((folder / DESCRIPTION).read_text(encoding="utf-8"))["tableSchema"]["columns"]
    for column in described:
        assert {one["@language"] for one in column["dc:description"]} == {"nl", "en"}
        assert all(len(one["@value"]) > 10 for one in column["dc:description"])
    assert "CC0 1.0" in about
    assert "kiest dat zelf" in about


def test_it_has_every_release_and_nothing_else(folder: Path, store: InsightStore) -> None:
    said = {(row["periode"], row["tabel"], tuple(row[f"waarde_{at}"] for at in range(1, PAIRS + 1) if row[f"kenmerk_{at}"])):
            row["aantal"] for row in read(folder)}  # fmt: skip
    known = {
        (table.period, table.name, cell.values): "" if cell.shown is None else str(cell.shown)
        for table in released(store)
        for cell in table.cells
    }
    assert said == known
    assert {period for period, _, _ in known} == {*weeks_of(BLOCK), BLOCK}
    for row in read(folder):
        assert (row["van"], row["tot_en_met"]) == tuple(day.isoformat() for day in days_of(row["periode"]))
        assert (row["verborgen"] == "true") is (row["aantal"] == "")


def test_a_hidden_number_is_empty_and_no_other_is_small_or_exact(folder: Path) -> None:
    numbers = [row["aantal"] for row in read(folder)]
    assert "" in numbers
    assert all(int(one) >= LEAST and int(one) % STEP == 0 for one in numbers if one)


def test_there_is_nothing_in_it_of_ages_or_moments(folder: Path) -> None:
    text = (folder / DATA).read_text(encoding="utf-8")
    assert not any(word in text for word in ("18-30", "31-64", "65+", "T0", "bewoner"))


def test_the_same_releases_give_the_same_bytes_and_replace_what_was_there(
    folder: Path, store: InsightStore, catalogue: Catalogue, tmp_path: Path
) -> None:
    (tmp_path / DATA).write_text("oud", encoding="utf-8")
    paths = export(store, Names(catalogue), tmp_path)
    assert [path.name for path in paths] == [DATA, DESCRIPTION, ABOUT]
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted(path.name for path in paths)
    assert all(path.read_bytes() == (folder / path.name).read_bytes() for path in paths)


@given(st.text(max_size=12))
@settings(max_examples=50, deadline=None)
def test_a_name_is_never_a_formula_in_a_spreadsheet(name: str) -> None:
    class Named(Names):
        def __init__(self) -> None:
            pass

        def value(self, dimension: str, value: str) -> str:
            return name

    table = Table("wijk", FIRST_WEEK, ("wijk",), (Cell(("west",), 10),))
    (row,) = csv.DictReader(io.StringIO(as_csv([table], Named()), newline=""))
    assert row["naam_1"].removeprefix("'") == name.removeprefix("'")
    assert not row["naam_1"].startswith(("=", "+", "-", "@", "\t"))


# --------------------------------------------------------------------------- the command


def test_the_command_writes_the_folder(
    store: InsightStore, folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("INSIGHT_DATABASE_URL", str(store._database.engine.url))
    monkeypatch.setenv("WEB_SECRET", KEY)
    done = CliRunner().invoke(app, ["insight", "export", str(tmp_path / "nieuw")])
    assert done.exit_code == 0, done.output
    assert (tmp_path / "nieuw" / DATA).read_bytes() == (folder / DATA).read_bytes()


def test_the_command_says_kindly_what_is_wrong(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WEB_SECRET", KEY)
    monkeypatch.setenv("INSIGHT_DATABASE_URL", f"sqlite:///{tmp_path / 'leeg.db'}")
    done = CliRunner().invoke(app, ["insight", "export", str(tmp_path / "leeg")])
    assert done.exit_code == 0
    assert "Nothing was released yet" in done.output
    (tmp_path / "bestand").touch()
    done = CliRunner().invoke(app, ["insight", "export", str(tmp_path / "bestand")])
    assert done.exit_code == 1
    assert "Traceback" not in done.output
    monkeypatch.setenv("INSIGHT_DATABASE_URL", f"sqlite:///{tmp_path}")
    done = CliRunner().invoke(app, ["insight", "export", str(tmp_path / "x")])
    assert done.exit_code == 1
    assert "cannot be read" in done.output


# --------------------------------------------------------------------------- nobody can be found in it


def published(people: list[Resident], catalogue: Catalogue, show: Callable[[int], int | None]) -> str:
    """The open data as it would be with another rule for what is shown."""
    counts: Counter[tuple[str, str, tuple[str, ...]]] = Counter()
    for one in people:
        for table, cell in cells_of(list(marks_of(one, 0.0)), catalogue):
            kind: Kind = TABLES[table].kind
            counts[BLOCK if kind == FOUR_WEEKS else weeks_of(BLOCK)[one.week], table, cell] += 1
    tables = []
    for period in (*weeks_of(BLOCK), BLOCK):
        made = tables_for(period, {}, catalogue, Random(0))  # noqa: S311 - only for the names of the tables
        for empty in made:
            cells = {cell.values: 0 for cell in empty.cells}
            cells |= {key[2]: count for key, count in counts.items() if key[:2] == (period, empty.name)}
            shown = tuple(Cell(values, show(count)) for values, count in cells.items())
            tables.append(Table(empty.name, period, empty.dimensions, shown))
    return as_csv(tables, Names(catalogue))


def in_vain(people: list[Resident], catalogue: Catalogue) -> set[str]:
    """Who asked for what there was not."""
    return {one.name for one in people if any(table == "gat" for table, _ in cells_of(list(marks_of(one, 0.0)), catalogue))}


def exactly(shown: int | None) -> Bounds:
    return (0, LEAST - 1) if shown is None else (shown, shown)


def test_who_has_the_published_month_and_knows_people_learns_nothing(
    folder: Path, people: list[Resident], catalogue: Catalogue
) -> None:
    attacker = Attacker((folder / DATA).read_text(encoding="utf-8"), possible)
    assert attacker.claims(people, in_vain(people, catalogue)) == []
    assert attacker.narrowed() == []


@pytest.mark.parametrize("seed", [1, 2])
def test_nor_in_other_months_also_quiet_ones(catalogue: Catalogue, tmp_path: Path, seed: int) -> None:
    people = residents(catalogue, seed, (800, 40)[seed - 1])
    month_store = month(tmp_path, catalogue, people, seed)
    attacker = Attacker(as_csv(released(month_store), Names(catalogue)), possible)
    assert attacker.claims(people, in_vain(people, catalogue)) == []
    assert attacker.narrowed() == []


def test_from_the_exact_counts_the_same_attacker_learns_of_many(people: list[Resident], catalogue: Catalogue) -> None:
    attacker = Attacker(published(people, catalogue, lambda count: count), exactly, rolled=False)
    claims = attacker.claims(people, in_vain(people, catalogue))
    by_name = {one.name: one for one in people}
    assert len({claim.who for claim in claims if claim.value}) > 20, "what somebody never told"
    assert len({claim.who for claim in claims if not claim.value}) > 20, "somebody who is alone in a cell"
    for claim in claims:
        one = by_name[claim.who]
        if "uitkomst" in claim.about:
            assert claim.value == (one.uitkomst or "geen"), "what it claims is true"
        elif claim.about == "gat":
            assert claim.value == f"{one.vorm or 'geen'}/{one.drempel or 'geen'}"


def test_hiding_alone_is_not_enough(people: list[Resident], catalogue: Catalogue) -> None:
    """Without rounding, what is hidden comes out by taking one table from another: this is why there is rounding."""
    attacker = Attacker(published(people, catalogue, lambda count: count if count >= LEAST else None), exactly)
    assert len(attacker.narrowed()) > 20
