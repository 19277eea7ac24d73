"""Files that are made to hurt who reads them: each is really made here, refused with a line for the editor, in little memory."""

from __future__ import annotations

import io
import json
import multiprocessing
import resource
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from openpyxl import Workbook

from tests.unit.test_sheets import KNOWN, run
from wegwijzer.catalogue import sheet_limits
from wegwijzer.catalogue.hsds_import import import_hsds
from wegwijzer.catalogue.remedies import CatalogueError
from wegwijzer.catalogue.sheet_export import export_csv, export_xlsx
from wegwijzer.catalogue.sheet_import import plan_import
from wegwijzer.catalogue.sheet_reading import read_csv, read_xlsx

MEMORY = 400 * 1024 * 1024
"""Bytes that reading a bad file may take beside what the process had."""

SHEET = "xl/worksheets/sheet1.xml"
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"

Parts = dict[str, bytes]


@pytest.fixture(scope="module")
def good(tmp_path_factory: pytest.TempPathFactory) -> Parts:
    path = export_xlsx(KNOWN, tmp_path_factory.mktemp("good") / "a.xlsx")
    with zipfile.ZipFile(path) as archive:
        return {one.filename: archive.read(one) for one in archive.infolist()}


def packed(path: Path, parts: Parts, kind: int = zipfile.ZIP_DEFLATED) -> Path:
    with zipfile.ZipFile(path, "w", kind) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return path


def in_little(work: Callable[[], list[str]]) -> list[str]:
    """What it says in a process of its own that may take :data:`MEMORY` more than it has, and must end within a minute."""
    context = multiprocessing.get_context("fork")
    here, there = context.Pipe(duplex=False)

    def limited() -> None:
        pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[0])
        most = pages * resource.getpagesize() + MEMORY
        resource.setrlimit(resource.RLIMIT_AS, (most, most))
        resource.setrlimit(resource.RLIMIT_CPU, (60, 60))
        there.send(work())

    process = context.Process(target=limited)
    process.start()
    there.close()
    try:
        return list(here.recv())
    except EOFError:
        pytest.fail("it took too much memory or time")
    finally:
        process.join()


def said(path: Path) -> list[str]:
    return in_little(lambda: [str(one) for one in read_xlsx(path)[1]])


# --------------------------------------------------------------------------- a workbook is a ZIP file


def with_entity(inside: str) -> bytes:
    return f'<?xml version="1.0"?><!DOCTYPE x [{inside}]><worksheet xmlns="{MAIN}"><sheetData/></worksheet>'.encode()


LAUGHS = '<!ENTITY a "haha">' + "".join(
    f'<!ENTITY {new} "{f"&{old};" * 10}">' for old, new in zip("abcdefghi", "bcdefghij", strict=True)
)


def ends(parts: Parts, inside: bytes, name: str = SHEET, before: bytes = b"</") -> Parts:
    """The part with something before its end, or before another place."""
    at = parts[name].rindex(before)
    return {**parts, name: parts[name][:at] + inside + parts[name][at:]}


def rows(parts: Parts, inside: bytes) -> Parts:
    return ends(parts, inside, before=b"</sheetData>")


def same_sheet_again(parts: Parts, own_line: bool = False) -> Parts:
    """Thousands of sheets of the first part; with lines of their own that lead there too, or all with the same one."""
    book, lines = b"", b""
    for n in range(2000):
        book += b'<sheet name="s%d" sheetId="%d" r:id="%s" xmlns:r="%s"/>' % (
            n,
            n + 50,
            b"x%d" % n if own_line else b"rId1",
            RELATIONS,
        )
        lines += b'<Relationship Id="x%d" Type="%s/worksheet" Target="worksheets/./sheet1.xml"/>' % (n, RELATIONS)
    parts = ends(parts, book, "xl/workbook.xml", b"</sheets>")
    parts = ends(parts, lines, "xl/_rels/workbook.xml.rels") if own_line else parts
    return rows(parts, b"<row>" + b"<c/>" * 2000 + b"</row>")


RELATIONS = b"http://schemas.openxmlformats.org/officeDocument/2006/relationships"
LINKS = b'<hyperlinks><hyperlink ref="%s" location="x"/></hyperlinks>'
MERGED = b'<mergeCells><mergeCell ref="%s"/></mergeCells>'

BAD: dict[str, tuple[Callable[[Parts], Parts], str]] = {
    "gigabytes of nothing": (lambda parts: {**parts, SHEET: parts[SHEET] + b" " * (40 * sheet_limits.MEGABYTE)}, sheet_limits.BOMB),
    "gigabytes in many parts": (
        lambda parts: {**parts, **{f"xl/media/{n}.png": b"\0" * sheet_limits.MEGABYTE for n in range(40)}}, sheet_limits.BOMB),
    "thousands of parts": (lambda parts: {**parts, **{f"xl/{n}/{n}.xml": b"<a/>" for n in range(3000)}}, sheet_limits.BOMB),
    "millions of cells": (
        lambda parts: rows(parts, b"<row>" + b"<c/>" * (sheet_limits.MOST_ELEMENTS + 1) + b"</row>"), sheet_limits.BOMB),
    "one part as thousands of sheets": (same_sheet_again, sheet_limits.NO_SHEET),
    "one part as thousands of sheets by a detour": (lambda parts: same_sheet_again(parts, own_line=True), sheet_limits.NO_SHEET),
    "a billion laughs": (lambda parts: {**parts, SHEET: with_entity(LAUGHS)}, sheet_limits.NO_SHEET),
    "a billion laughs in UTF-16": (
        lambda parts: {**parts, SHEET: with_entity(LAUGHS).decode().encode("utf-16")}, sheet_limits.NO_SHEET),
    "a file of this machine": (
        lambda parts: {**parts, SHEET: with_entity('<!ENTITY x SYSTEM "file:///etc/passwd">')}, sheet_limits.NO_SHEET),
    "an address elsewhere": (
        lambda parts: {**parts, "xl/styles.xml": with_entity('<!ENTITY % x SYSTEM "https://example.org/x.dtd"> %x;')},
        sheet_limits.NO_SHEET),
    "far too deep": (lambda parts: ends(parts, b"<x>" * 5000 + b"</x>" * 5000), sheet_limits.NO_SHEET),
    "the last cell of Excel": (
        lambda parts: rows(parts, b'<row r="1048576"><c r="XFD1048576" t="inlineStr"><is><t>x</t></is></c></row>'), sheet_limits.FAR),
    "all cells in one": (lambda parts: ends(parts, MERGED % b"A1:XFD1048576"), sheet_limits.FAR),
    "all columns in one": (lambda parts: ends(parts, MERGED % b"A:XFD"), sheet_limits.FAR),
    "thousands of large ranges": (
        lambda parts: ends(parts, MERGED % (b'A1:Z9999"/>' + b'<mergeCell ref="A1:Z9999"/>' * 999 + b'<mergeCell ref="A1')),
        sheet_limits.FAR),
    "a link on all cells": (lambda parts: ends(parts, LINKS % b"A1:XFD1048576"), sheet_limits.FAR),
    "a cell with a book": (
        lambda parts: rows(parts, b'<row r="9"><c r="A9" t="inlineStr"><is><t>' + b"x" * 40_000 + b"</t></is></c></row>"),
        "past niet meer dan 32767 tekens"),
}  # fmt: skip


@pytest.mark.parametrize(("spoil", "line"), BAD.values(), ids=BAD)
def test_a_workbook_that_is_made_to_hurt_is_refused_in_little_memory(
    tmp_path: Path, good: Parts, spoil: Callable[[Parts], Parts], line: str
) -> None:
    found = said(packed(tmp_path / "a.xlsx", spoil(good)))
    assert len(found) == 1 and line in found[0], found


def test_a_part_that_lies_about_its_size_unpacks_no_further(tmp_path: Path, good: Parts) -> None:
    path = packed(tmp_path / "a.xlsx", {**good, SHEET: good[SHEET] + b" " * 50_000_000})
    raw, size = path.read_bytes(), (len(good[SHEET]) + 50_000_000).to_bytes(4, "little")
    assert raw.count(size) == 2
    path.write_bytes(raw.replace(size, (1000).to_bytes(4, "little")))
    assert ["dit is geen Excel-bestand" in one for one in said(path)] == [True]


@pytest.mark.parametrize("kind", [zipfile.ZIP_LZMA, zipfile.ZIP_BZIP2])
def test_a_way_of_packing_that_no_spreadsheet_uses_is_not_unpacked(tmp_path: Path, good: Parts, kind: int) -> None:
    assert sheet_limits.NO_SHEET in said(packed(tmp_path / "a.xlsx", good, kind))[0]


def test_a_zip_in_a_zip_is_not_opened(tmp_path: Path, good: Parts) -> None:
    inner = io.BytesIO()
    with zipfile.ZipFile(inner, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("zeroes", b"\0" * 50_000_000)
    path = packed(tmp_path / "a.xlsx", {**good, "xl/media/inner.zip": inner.getvalue()})
    assert said(path) == []


def test_a_workbook_as_spreadsheets_save_it_passes_also_with_pictures_and_ten_times_the_city(tmp_path: Path, good: Parts) -> None:
    picture = b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 200
    path = packed(tmp_path / "a.xlsx", {**good, "xl/media/image1.png": picture})
    grids, problems = read_xlsx(path)
    assert problems == [] and plan_import(grids, KNOWN).problems == []
    row = b"<row>" + b'<c t="inlineStr"><is><t>x</t></is></c>' * len(grids[0].header) + b"</row>"
    grids, problems = read_xlsx(packed(path, rows(good, row * 1320)))
    assert problems == [] and len(grids[0].rows) > 1320


def test_a_file_that_is_far_too_large_is_not_read_at_all(tmp_path: Path) -> None:
    export_csv(KNOWN, tmp_path)
    for name in ("initiatieven.csv", "a.xlsx"):
        with (tmp_path / name).open("ab") as file:
            file.truncate(3 * 1024**3)  # takes no room on the disk
    assert sheet_limits.TOO_LARGE in said(tmp_path / "a.xlsx")[0]
    found = in_little(lambda: [str(one) for one in read_csv(tmp_path)[1]])
    assert len(found) == 1 and sheet_limits.TOO_LARGE in found[0]


@pytest.mark.parametrize(
    "text", ["id;x\n" + "a;b\n" * 20_000, "id" + ";y" * 100_000 + "\n", "id\n" + '"' + "x" * 200_000 + '"\n']
)
def test_a_csv_with_far_too_many_rows_columns_or_letters_is_refused(tmp_path: Path, text: str) -> None:
    (tmp_path / "initiatieven.csv").write_text(text, encoding="utf-8")
    (found,) = in_little(lambda: [str(one) for one in read_csv(tmp_path)[1]])
    assert sheet_limits.FAR in found or "kan niet gelezen worden" in found


# --------------------------------------------------------------------------- HSDS


@pytest.mark.parametrize("name", ["services.json", "datapackage.json", "services.csv"])
def test_a_file_of_hsds_that_is_far_too_large_is_not_read(tmp_path: Path, name: str) -> None:
    for one in {name, "services.csv" if name == "datapackage.json" else name}:
        with (tmp_path / one).open("wb") as file:
            file.truncate(3 * 1024**3)
    if name == "services.csv":
        (tmp_path / "datapackage.json").write_text("{}", encoding="utf-8")

    def work() -> list[str]:
        try:
            import_hsds(tmp_path, KNOWN)
        except CatalogueError as error:
            return [str(one) for one in error.problems]
        return []

    assert any(sheet_limits.TOO_LARGE in one for one in in_little(work))


def test_nested_without_end_is_a_line_to_read(tmp_path: Path) -> None:
    nested: list[object] = []
    for _ in range(400):
        nested = [nested]
    (tmp_path / "services.json").write_text("[" * 100_000 + json.dumps(nested), encoding="utf-8")
    with pytest.raises(CatalogueError, match="kan niet gelezen worden"):
        import_hsds(tmp_path, KNOWN)


# --------------------------------------------------------------------------- what the editor sees


@pytest.fixture
def bomb(tmp_path: Path, good: Parts) -> Iterator[Path]:
    yield packed(tmp_path / "van_een_ander.xlsx", BAD["a billion laughs"][0](good))


def test_the_command_says_it_in_one_line(bomb: Path) -> None:
    code, output = run("import", "--xlsx", str(bomb))
    assert (code, "Traceback" in output, output.count("van_een_ander.xlsx")) == (1, False, 1)
    assert sheet_limits.NO_SHEET in " ".join(output.split())


def test_an_empty_book_is_no_bomb(tmp_path: Path) -> None:
    Workbook().save(tmp_path / "a.xlsx")
    assert "er is geen blad" in said(tmp_path / "a.xlsx")[0]
