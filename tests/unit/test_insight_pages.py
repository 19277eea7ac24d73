"""What colleagues see of counts, over HTTP and without script, on a console that runs with a month of residents in it."""

from __future__ import annotations

import csv
import html
import io
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from console.pages.insight import period_name
from tests.desk import Browser, Desk, running_desk
from tests.insight import BLOCK, FIRST_WEEK, month, residents
from wegwijzer.catalogue.loading import Catalogue, load_catalogue
from wegwijzer.insight.naming import Names, words
from wegwijzer.insight.open_data import COLUMNS
from wegwijzer.insight.periods import weeks_of
from wegwijzer.insight.small_cells import LEAST, STEP
from wegwijzer.insight.store import InsightStore
from wegwijzer.insight.tables import ANY, TABLES, tables_of
from wegwijzer.paths import CATALOGUE

NUMBER = re.compile(r'<td class="[^"]*\bgetal\b[^"]*">(.*?)</td>', re.DOTALL)
TAG = re.compile(r"<[^>]+>")


@pytest.fixture(scope="module")
def catalogue() -> Catalogue:
    return load_catalogue(CATALOGUE)


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory, catalogue: Catalogue) -> InsightStore:
    return month(tmp_path_factory.mktemp("month"), catalogue, residents(catalogue, 7, 1500))


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory, store: InsightStore) -> Iterator[Desk]:
    where = {"INSIGHT_DATABASE_URL": str(store._database.engine.url)}
    with running_desk(tmp_path_factory.mktemp("desk"), where) as desk:
        yield desk


@pytest.fixture(scope="module")
def browser(desk: Desk) -> Browser:
    return desk.colleague("Fatma")


@pytest.fixture
def empty(tmp_path: Path) -> Iterator[Desk]:
    with running_desk(tmp_path) as desk:
        yield desk


def text(page: str) -> str:
    return " ".join(html.unescape(TAG.sub(" ", page)).split())


# --------------------------------------------------------------------------- what is shown


@pytest.mark.parametrize("path", ["/inzicht", f"/inzicht?periode={FIRST_WEEK}", "/gaten"])
def test_every_number_is_rounded_or_hidden_and_hidden_is_never_zero(browser: Browser, path: str) -> None:
    page = browser.get(path).text
    shown = [text(one) for one in NUMBER.findall(page)]
    counts = [one for one in shown if not one.endswith("%")]
    assert len(counts) > 20
    hidden = [one for one in counts if "minder dan 10" in one]
    assert hidden
    for one in counts:
        if one not in hidden:
            count = int(one.replace(".", ""))
            assert count >= LEAST and count % STEP == 0, one


def test_what_stands_there_is_what_was_released(browser: Browser, store: InsightStore, catalogue: Catalogue) -> None:
    page = text(browser.get(f"/inzicht?periode={FIRST_WEEK}").text)
    names = Names(catalogue)
    for name in tables_of("week"):
        table = store.released(name, FIRST_WEEK)
        assert table is not None
        assert names.table(name) in page
        for cell in table.cells:
            said = "minder dan 10" if cell.shown is None else f"{cell.shown:,}".replace(",", ".")
            assert f"{names.value(table.dimensions[0], cell.values[0])} {said}" in page, cell


def test_of_four_weeks_every_table_is_on_one_of_the_two_pages(browser: Browser, catalogue: Catalogue) -> None:
    pages = browser.get("/inzicht").text + browser.get("/gaten").text
    for name in tables_of("vierweken"):
        assert f'/inzicht/{name}.csv?periode={BLOCK}"' in pages, name


def test_a_period_is_chosen_from_those_that_were_released(browser: Browser) -> None:
    page = browser.get("/inzicht").text
    assert re.findall(r'<option value="([^"]+)"', page) == [BLOCK, *weeks_of(BLOCK)[::-1]]
    assert f'value="{BLOCK}" selected' in page
    page = browser.get(f"/inzicht?periode={FIRST_WEEK}").text
    assert f'value="{FIRST_WEEK}" selected' in page
    assert "Je ziet nu week 41 (5 tot en met 11 oktober 2026)" in page
    for nasty in ("2026-W99", "2027-W01", "<script>", "' OR 1=1", "2026-W42\x00", "é" * 500):
        answer = browser.get("/inzicht", params={"periode": nasty})
        assert answer.status_code == 200
        assert f'value="{BLOCK}" selected' in answer.text
        assert "<script>" not in answer.text
        assert browser.get("/gaten", params={"periode": nasty}).status_code == 200


def test_a_period_is_named_as_people_say_it() -> None:
    assert period_name("2026-W47") == "week 47 (16 tot en met 22 november 2026)"
    assert period_name("2026-P11") == "week 41 tot en met 44 (5 oktober tot en met 1 november 2026)"
    assert period_name("2026-W53") == "week 53 (28 december 2026 tot en met 3 januari 2027)"


def test_the_pages_need_no_script_and_no_style_of_their_own(browser: Browser) -> None:
    for path in ("/inzicht", "/gaten"):
        answer = browser.get(path)
        assert "unsafe" not in answer.headers["content-security-policy"]
        assert not re.search(r"\sstyle=|<style|\son\w+=", answer.text)
        assert answer.text.count("<script") == 1, "that of every page, which asks for news"
        ids = re.findall(r'\sid="([^"]+)"', answer.text)
        assert len(ids) == len(set(ids))
        charts = re.findall(r'<svg class="grafiek".*?</svg>', answer.text, re.DOTALL)
        assert charts
        assert all("<title" in one and "<desc" in one for one in charts)


def test_every_colleague_may_look_and_nobody_else(desk: Desk) -> None:
    stranger = Browser(desk.address)
    for path in ("/inzicht", "/gaten", f"/inzicht/halte.csv?periode={FIRST_WEEK}"):
        assert stranger.get(path).status_code == 303
        assert stranger.get(path).headers["location"].startswith("/inloggen")


def test_whether_it_worked_is_told_with_every_answer(browser: Browser, catalogue: Catalogue) -> None:
    page = browser.get("/inzicht").text
    for name in ("gelukt_halte", "gelukt_stap"):
        section = page.partition(f'id="k-{name}"')[2].partition("</section>")[0]
        said = [text(one) for one in re.findall(r"<text[^>]*>(.*?)</text>", section)]
        assert [one.partition(":")[0] for one in said[-4:]] == ["ja, gelukt", "nog niet", "niets voor mij", "geen antwoord"]
        assert said[-4] == "ja, gelukt: 60"
        assert said[-1] == "geen antwoord: minder dan 10"


# --------------------------------------------------------------------------- gaps


def test_gaps_name_what_was_asked_and_not_there(browser: Browser, store: InsightStore, catalogue: Catalogue) -> None:
    page = text(browser.get("/gaten").text)
    table, names = store.released("gat", BLOCK), Names(catalogue)
    assert table is not None
    precise = [cell for cell in table.cells if ANY not in cell.values]
    rolled = [cell for cell in table.cells if ANY in cell.values[1:]]
    assert rolled
    for cell in (*precise, *rolled):
        row = " ".join(names.value(dimension, value) for dimension, value in zip(table.dimensions, cell.values, strict=True))
        assert f"{row} {cell.shown}" in page


def test_gaps_show_what_is_refused_and_skipped_most_first(browser: Browser) -> None:
    page = browser.get("/gaten").text
    for key in ("geweigerd", "overgeslagen"):
        section = page.partition(f'id="k-{key}"')[2].partition("</section>")[0]
        shares = [int(one) for one in re.findall(r">(\d+)%</td>", section)]
        assert shares and shares == sorted(shares, reverse=True)
        assert all(0 < one <= 100 for one in shares)
    assert "Hoe oud ben je? " in text(section), "what most made-up residents skip"


def test_gaps_show_what_nobody_confirmed_what_most_people_saw_first(browser: Browser, catalogue: Catalogue, desk: Desk) -> None:
    section = browser.get("/gaten").text.partition('id="k-oud"')[2]
    rows = re.findall(r'<th class="[^"]*" scope="row">(.*?)</th>', section)
    stale = [one for one in catalogue.suggestable if html.escape(one.name, quote=False) in {html.unescape(row) for row in rows}]
    assert len(rows) > 10
    assert stale
    assert all(one.verified_on < "2025-11-23" for one in stale)
    seen = [text(one) for one in NUMBER.findall(section)]
    counts = [0 if one.startswith("minder") else int(one.replace(".", "")) for one in seen]
    assert counts == sorted(counts, reverse=True)


def test_stale_records_are_there_before_anything_was_counted(empty: Desk) -> None:
    page = text(empty.colleague("Fatma").get("/gaten").text)
    assert "Er zijn nog geen cijfers." in page
    assert "Te lang niet nagekeken" in page
    assert "initiatives/" in page
    assert "Er zijn nog geen cijfers." in text(empty.colleague("Fatma").get("/inzicht").text)


# --------------------------------------------------------------------------- files


def test_a_table_can_be_had_as_a_file_for_a_spreadsheet(browser: Browser, store: InsightStore) -> None:
    for name in ("halte", "gat"):
        period = FIRST_WEEK if name == "halte" else BLOCK
        answer = browser.get(f"/inzicht/{name}.csv?periode={period}")
        assert answer.status_code == 200
        assert answer.headers["content-type"] == "text/csv; charset=utf-8"
        assert answer.headers["content-disposition"] == f'attachment; filename="wegwijzer-{name}-{period}.csv"'
        rows = list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig")), delimiter=";"))
        table = store.released(name, period)
        assert table is not None
        assert tuple(rows[0]) == COLUMNS
        assert [(row["tabel"], row["periode"]) for row in rows] == [(name, period)] * len(table.cells)
        assert [row["aantal"] for row in rows] == ["" if cell.shown is None else str(cell.shown) for cell in table.cells]


@pytest.mark.parametrize(
    "path",
    [
        "halte.csv", f"halte.csv?periode={BLOCK}", "halte.csv?periode=2026-W01", f"bestaat_niet.csv?periode={FIRST_WEEK}",
        f"halte?periode={FIRST_WEEK}", f"halte.xlsx?periode={FIRST_WEEK}", f".csv?periode={FIRST_WEEK}", "..%2f..%2fgeheim.csv",
        f"insight_count.csv?periode={FIRST_WEEK}",
    ],
)  # fmt: skip
def test_no_other_file_can_be_had(browser: Browser, path: str) -> None:
    answer = browser.get(f"/inzicht/{path}")
    assert answer.status_code == 404
    assert "Deze pagina is er niet." in answer.text


# --------------------------------------------------------------------------- when something is wrong


def test_without_its_database_the_page_says_so_and_colleagues_talk_on(tmp_path: Path) -> None:
    (tmp_path / "geen_database").write_text("dit is geen database, " * 100, encoding="utf-8")
    with running_desk(tmp_path, {"INSIGHT_DATABASE_URL": f"sqlite:///{tmp_path / 'geen_database'}"}) as desk:
        browser = desk.colleague("Fatma")
        for path in ("/inzicht", "/gaten"):
            answer = browser.get(path)
            assert answer.status_code == 503
            assert "Probeer het zo weer." in answer.text
        assert browser.get("/").status_code == 200


def test_a_table_that_was_left_out_is_named(tmp_path: Path, store: InsightStore, monkeypatch: pytest.MonkeyPatch) -> None:
    with running_desk(tmp_path, {"INSIGHT_DATABASE_URL": str(store._database.engine.url)}) as desk:
        released = InsightStore.released
        monkeypatch.setattr(
            InsightStore, "released", lambda self, name, at: None if name == "halte" else released(self, name, at)
        )
        browser = desk.colleague("Fatma")
        assert (
            "Deze keer niet te zien, omdat er te veel uit af te leiden is: Haltes."
            in browser.get(f"/inzicht?periode={FIRST_WEEK}").text
        )
        assert browser.get(f"/inzicht/halte.csv?periode={FIRST_WEEK}").status_code == 404


# --------------------------------------------------------------------------- words


def test_every_table_dimension_and_value_has_words(catalogue: Catalogue) -> None:
    names = Names(catalogue)
    for name, table in TABLES.items():
        for word in ("nl", "uitleg", "en"):
            assert words()["tabellen"][name][word]
        for dimension in table.dimensions:
            assert set(words()["kenmerken"][dimension]) == {"nl", "en"}
        for dimension, values in zip(table.dimensions, table.values(catalogue), strict=True):
            for value in values:
                known = words()["waarden"].get(dimension, {}), words()["waarden"][ANY]
                assert dimension in ("halte", "wijk") or any(value in one for one in known), (dimension, value)
                assert "_" not in names.value(dimension, value)


def test_the_words_are_about_what_there_is(catalogue: Catalogue) -> None:
    dimensions = {dimension for table in TABLES.values() for dimension in table.dimensions}
    assert set(words()["tabellen"]) == set(TABLES)
    assert set(words()["kenmerken"]) == dimensions
    assert set(words()["waarden"]) - {ANY} <= dimensions


def test_a_step_that_is_gone_from_the_catalogue_is_still_named(catalogue: Catalogue) -> None:
    assert Names(catalogue).value("initiatief", "oude_soosclub") == "oude soosclub"
