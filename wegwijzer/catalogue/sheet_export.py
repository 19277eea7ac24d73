"""Writing the catalogue as a spreadsheet: a workbook for Excel and LibreOffice, or CSV files. Nothing is left out.

Each kind of record has a sheet with one row per record; another sheet explains every column. See ``sheet_columns`` for what
the columns are and ``sheet_cells`` for how a value becomes the text of a cell.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from openpyxl import Workbook
from openpyxl.cell.cell import Cell, MergedCell
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from wegwijzer.catalogue.loading import Catalogue
from wegwijzer.catalogue.sheet_cells import EMPTY_ITEM, EMPTY_LIST, guard, xml_text
from wegwijzer.catalogue.sheet_columns import (
    VERSION,
    Column,
    Filling,
    Kind,
    choices,
    entries,
    kinds,
    places,
    texts,
    version_of,
)

EXPLANATION, CHOICES = "Uitleg", "Keuzes"
"""The sheets that explain the columns, and that hold the words of the drop-down lists."""

EXPLANATION_CSV = "uitleg.csv"

LONGEST_CELL = 32_767
"""Characters that Excel keeps in one cell; the rest is lost without a word (Microsoft, Excel specifications and limits)."""

_SPARE_ROWS = 500
"""Empty rows below the last record where the lists work too."""

_AS_TEXT = "@"
_NARROW, _WIDE = 12, 45
_ROW_HEIGHT = 45.0
_HEAD = PatternFill("solid", fgColor="1F4E79")
_DO_NOT_TOUCH = PatternFill("solid", fgColor="E0E0E0")
_PROMPT = 255
"""Characters of the note beside a cell."""

_ALWAYS_IN_VIEW = 2
"""Columns that stay when one scrolls to the right: the id and the name."""

_INTRODUCTION = (
    "Zo werkt dit bestand",
    "Elke rij is één initiatief of één hulplijn. Verander wat veranderd is, en bewaar het bestand.",
    "Een nieuwe rij: vul minstens de verplichte kolommen in en laat Versie leeg.",
    "Haal geen rijen weg van iets wat gestopt is: zet bij Status 'ended' en schrijf bij Reden van de status waarom.",
    "De volgorde van rijen en kolommen maakt niet uit. De naam tussen [ ] boven een kolom blijft staan.",
    "Een kolom die je weglaat, blijft in de catalogus zoals hij is.",
    r"Meer waarden in één cel: zet er een puntkomma tussen. Hoort een puntkomma bij de tekst zelf? Schrijf dan \;",
    f"{EMPTY_LIST} is een lege lijst, waar een lege cel iets anders betekent (Voor wie). {EMPTY_ITEM} is een lege tekst.",
    "Bij het inlezen zie je eerst wat er zou veranderen. Er verandert pas iets als je daarna --apply gebruikt.",
)


class TooLong(ValueError):
    """A text does not fit in a cell. The message says which, in Dutch."""


def export_csv(catalogue: Catalogue, folder: Path) -> list[Path]:
    """Write the records and the explanation as CSV files that Dutch Excel opens with a double click.

    Args:
        catalogue: what to write.
        folder: where to write; it is made when it does not exist, and files of an earlier export are replaced.

    Returns:
        The files.

    Raises:
        TooLong: a text does not fit in a cell; nothing is written.
        OSError: the folder cannot be written.
    """
    tables = {kind.csv: _table(kind, catalogue) for kind in kinds()} | {EXPLANATION_CSV: list(explanation(catalogue))}
    folder.mkdir(parents=True, exist_ok=True)
    for name, rows in tables.items():
        # Dutch Excel splits at semicolons, and takes a file for UTF-8 only when it begins with a byte order mark.
        with (folder / name).open("w", encoding="utf-8-sig", newline="") as file:
            csv.writer(file, delimiter=";").writerows([guard(cell) for cell in row] for row in rows)
    return [folder / name for name in tables]


def export_xlsx(catalogue: Catalogue, path: Path) -> Path:
    """Write the records as a workbook with drop-down lists, a sheet that explains every column, and one with all choices.

    Args:
        catalogue: what to write.
        path: the file; one that is there is replaced.

    Raises:
        TooLong: a text does not fit in a cell; nothing is written.
        OSError: the file cannot be written.
    """
    book = Workbook()
    book.remove(book.worksheets[0])
    words = _choice_table(catalogue)
    for kind in kinds():
        _record_sheet(book.create_sheet(kind.name), kind, _table(kind, catalogue), words)
    _explanation_sheet(book.create_sheet(EXPLANATION), list(explanation(catalogue)))
    _choice_sheet(book.create_sheet(CHOICES), words)
    path.parent.mkdir(parents=True, exist_ok=True)
    book.save(path)
    return path


def explanation(catalogue: Catalogue) -> Iterator[list[str]]:
    """The page that explains every column: what it holds, whether it must be filled, which words one may choose."""
    for line in _INTRODUCTION:
        yield [line]
    for kind in kinds():
        yield []
        yield [kind.name, "Naam tussen [ ]", "Verplicht", "Wat staat er in een cel", "Waar het over gaat", "Keuzes"]
        for column in kind.columns:
            words = ", ".join(choices(column, catalogue))
            yield [column.label, column.path, _required(column), column.filling.value, column.about, words]


def _required(column: Column) -> str:
    if column.required:
        return "ja"
    return f"als je iets invult bij {column.block}" if column.block else "nee"


def _table(kind: Kind, catalogue: Catalogue) -> list[list[str]]:
    """The header and a row for each record."""
    where = places(catalogue, kind)
    rows = [[column.header for column in kind.columns]]
    for one in entries(catalogue, kind).values():
        cells = texts(one, kind)
        cells |= {kind.place.path: where[one.id], VERSION: version_of(cells, kind)}
        for column in kind.columns:
            # Guarding or escaping may add characters.
            if max(len(guard(cells[column.path])), len(xml_text(cells[column.path]))) > LONGEST_CELL:
                raise TooLong(f"{one.id}: {column.path} is te lang voor een rekenblad; maak de tekst eerst korter")
        rows.append([cells[column.path] for column in kind.columns])
    return rows


def _choice_table(catalogue: Catalogue) -> dict[str, tuple[str, ...]]:
    """The words of every column with choices, by the sheet and the field."""
    found = {_choice_key(kind, column): choices(column, catalogue) for kind in kinds() for column in kind.columns}
    return {key: words for key, words in found.items() if words}


def _choice_key(kind: Kind, column: Column) -> str:
    return f"{kind.name} {column.path}"


def _record_sheet(sheet: Worksheet, kind: Kind, rows: Sequence[Sequence[str]], words: Mapping[str, Sequence[str]]) -> None:
    for number, row in enumerate(rows, 1):
        for place, (column, text) in enumerate(zip(kind.columns, row, strict=True), 1):
            _put(sheet.cell(number, place), text, column, is_head=number == 1)
        sheet.row_dimensions[number].height = _ROW_HEIGHT
    sheet.freeze_panes = f"{get_column_letter(_ALWAYS_IN_VIEW + 1)}2"
    sheet.auto_filter.ref = sheet.dimensions
    last = len(rows) + _SPARE_ROWS
    for place, column in enumerate(kind.columns, 1):
        letter = get_column_letter(place)
        longest = max((len(row[place - 1]) for row in rows[1:]), default=0)
        sheet.column_dimensions[letter].width = min(_WIDE, max(_NARROW, longest, len(column.header) // 2 + 2))
        if column.filling is not Filling.NUMBER:  # also where a new row comes, or a telephone number loses its 0
            sheet.column_dimensions[letter].number_format = _AS_TEXT
        sheet.add_data_validation(_validation(kind, column, list(words), words, f"{letter}2:{letter}{last}"))


def _put(cell: Cell | MergedCell, text: str, column: Column, *, is_head: bool) -> None:
    if column.filling is Filling.NUMBER and text and not is_head:
        cell.value = int(text)
    elif text:
        cell.value = xml_text(text)
        cell.data_type = "s"  # or openpyxl would make a formula of text that begins with =
    if column.filling is not Filling.NUMBER or is_head:
        cell.number_format = _AS_TEXT
    cell.alignment = Alignment(vertical="top", wrap_text=True)
    if is_head:
        cell.font, cell.fill = Font(bold=True, color="FFFFFF"), _HEAD
    elif column.path == VERSION:
        cell.fill = _DO_NOT_TOUCH


def _validation(
    kind: Kind, column: Column, order: Sequence[str], words: Mapping[str, Sequence[str]], cells: str
) -> DataValidation:
    """What is said beside a cell, and the drop-down list when one word must be chosen. Excel has no list for several words."""
    key = _choice_key(kind, column)
    known = words.get(key, ())
    rule = DataValidation(allow_blank=True, showInputMessage=True)
    if known and not column.many:
        letter = get_column_letter(order.index(key) + 1)
        rule = DataValidation(
            "list", f"{CHOICES}!${letter}$2:${letter}${len(known) + 1}", allow_blank=True, showInputMessage=True
        )
        rule.showErrorMessage = True
        rule.errorTitle, rule.error = column.label, "Kies een van de woorden uit de lijst."
    told = f"{column.about}. ({column.filling.value})"
    if known and column.many:
        told = f"{told} Kies uit: {', '.join(known)}"
    rule.promptTitle = column.label[:32]
    rule.prompt = told if len(told) <= _PROMPT else f"{told[: _PROMPT - 1]}…"
    rule.add(cells)
    return rule


def _explanation_sheet(sheet: Worksheet, rows: Sequence[Sequence[str]]) -> None:
    for number, row in enumerate(rows, 1):
        for place, text in enumerate(row, 1):
            cell = sheet.cell(number, place)
            cell.value, cell.data_type = xml_text(text), "s"
            cell.alignment = Alignment(vertical="top", wrap_text=len(row) > 1)
            if number == 1 or row[0] in {kind.name for kind in kinds()}:
                cell.font = Font(bold=True)
    for place, width in enumerate((26, 22, 16, 28, 60, 70), 1):
        sheet.column_dimensions[get_column_letter(place)].width = width


def _choice_sheet(sheet: Worksheet, words: Mapping[str, Sequence[str]]) -> None:
    for place, (key, known) in enumerate(words.items(), 1):
        for number, text in enumerate((key, *known), 1):
            cell = sheet.cell(number, place)
            cell.value, cell.data_type = xml_text(text), "s"
            cell.font = Font(bold=number == 1)
        sheet.column_dimensions[get_column_letter(place)].width = max(_NARROW, *(len(text) for text in (key, *known)))
    sheet.freeze_panes = "A2"
