"""Reading the files of a spreadsheet into rows of cells, whatever program saved them. What the cells say comes after this."""

from __future__ import annotations

import csv
import io
import warnings
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any
from zipfile import BadZipFile

from openpyxl import load_workbook
from openpyxl.utils import get_column_letter
from openpyxl.utils.exceptions import InvalidFileException
from openpyxl.worksheet.worksheet import Worksheet

from wegwijzer.catalogue.remedies import Problem
from wegwijzer.catalogue.sheet_cells import BLANKS, Day, Failed, Formula, Raw, plain_text, unguard
from wegwijzer.catalogue.sheet_columns import Kind, kinds
from wegwijzer.catalogue.sheet_export import LONGEST_CELL
from wegwijzer.catalogue.sheet_limits import TOO_LONG, TooMuch, check_area, check_line, check_size, check_workbook

_DELIMITERS = ";,\t"
_NOT_TEXT = "dit bestand is geen tekst die we kunnen lezen; bewaar het als 'CSV UTF-8 (door scheidingstekens gescheiden)'"
_NO_BOOK = "dit is geen Excel-bestand dat we kunnen lezen; bewaar het als .xlsx, zonder wachtwoord"


@dataclass(frozen=True)
class Grid:
    """The cells of one sheet.

    Attributes:
        kind: which records it holds.
        file: the file, for messages.
        header: what stands above the columns.
        rows: the number of a row as the spreadsheet counts them, and its cells; rows without anything are left out.
    """

    kind: Kind
    file: str
    header: tuple[str, ...]
    rows: tuple[tuple[int, tuple[Raw, ...]], ...]


_BROKEN = (
    *(BadZipFile, zlib.error, InvalidFileException, LookupError, ValueError),
    *(TypeError, AttributeError, SyntaxError, NotImplementedError, RecursionError),
)
"""What openpyxl and the libraries below it raise when a file is no workbook, or one that was damaged on its way."""


def place(grid: Grid, number: int) -> str:
    """Where a row stands, for messages."""
    return f"rij {number}" if grid.file == grid.kind.csv else f"{grid.kind.name}, rij {number}"


def read_csv(folder: Path) -> tuple[list[Grid], list[Problem]]:
    """Read the CSV files of a folder. A file that is not there is no mistake, as long as there is one.

    Semicolons, commas and tabs may stand between the cells, and the text may be UTF-8, UTF-16 or that of Windows.
    """
    grids: list[Grid] = []
    problems: list[Problem] = []
    names = " of ".join(kind.csv for kind in kinds())
    for kind in kinds():
        path = folder / kind.csv
        if not path.exists():
            continue
        try:
            check_size(path)
            lines = _csv_lines(_decoded(path.read_bytes()), kind)
            grids.append(_grid(kind, kind.csv, lines))
        except UnicodeDecodeError:
            problems.append(Problem(kind.csv, "", "", _NOT_TEXT))
        except TooMuch as much:
            problems.append(Problem(kind.csv, "", "", str(much)))
        except (OSError, csv.Error) as error:
            problems.append(Problem(kind.csv, "", "", f"dit bestand kan niet gelezen worden ('{error}'); exporteer opnieuw"))
    if not grids and not problems:
        problems.append(Problem(folder.name, "", "", f"hier staat geen {names}; geef de map van een export"))
    return grids, problems


def read_xlsx(path: Path) -> tuple[list[Grid], list[Problem]]:
    """Read the sheets of a workbook that hold records; other sheets may be in it and are not looked at."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # openpyxl warns about what it does not keep; nothing is saved here
            check_workbook(path)
            book = load_workbook(path, keep_links=False)
    except TooMuch as much:
        return [], [Problem(path.name, "", "", str(much))]
    except FileNotFoundError:
        return [], [Problem(path.name, "", "", "dit bestand bestaat niet; kijk de naam na")]
    except OSError as error:
        return [], [
            Problem(path.name, "", "", f"dit bestand kan niet geopend worden ('{error.strerror}'); is het nog open in Excel?")
        ]
    except _BROKEN:
        return [], [Problem(path.name, "", "", _NO_BOOK)]
    sheets = [(kind, book[kind.name]) for kind in kinds() if kind.name in book.sheetnames]
    if not sheets:
        names = "' of '".join(kind.name for kind in kinds())
        return [], [Problem(path.name, "", "", f"er is geen blad dat '{names}' heet; geef het blad zijn naam terug")]
    problems = [problem for kind, sheet in sheets for problem in _merged(path.name, kind, sheet)]
    grids: list[Grid] = []
    for kind, sheet in sheets:
        try:
            check_area(sheet)
            grids.append(_grid(kind, path.name, _xlsx_lines(sheet)))
        except TooMuch as much:
            problems.append(Problem(path.name, kind.name, "", str(much)))
    return grids, [*problems, *(problem for grid in grids for problem in _too_long(grid))]


def _grid(kind: Kind, file: str, lines: Iterator[Sequence[Raw]]) -> Grid:
    numbered: list[tuple[int, tuple[Raw, ...]]] = []
    for number, line in enumerate(lines, 1):
        if any(not _blank(cell) for cell in line):
            check_line(len(numbered), len(line))
            numbered.append((number, tuple(line)))
    header = tuple(str(cell or "").strip(BLANKS) for cell in numbered[0][1]) if numbered else ()
    return Grid(kind, file, header, tuple(numbered[1:]))


def _blank(cell: Raw) -> bool:
    return cell is None or (isinstance(cell, str) and not cell.strip(BLANKS))


def _decoded(data: bytes) -> str:
    """The text of a file. Excel saves ``CSV UTF-8``, ``CSV`` (Windows) and ``Unicode text`` (UTF-16)."""
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return data.decode("utf-16")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("cp1252")


def _csv_lines(text: str, kind: Kind) -> Iterator[Sequence[str]]:
    first, _, rest = text.partition("\n")
    if first.strip().lower() in {f"sep={delimiter}" for delimiter in _DELIMITERS}:
        text = rest
    delimiter = max(_DELIMITERS, key=lambda one: _recognised(text, one, kind))
    for line in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True):
        yield [unguard(cell) for cell in line]


def _recognised(text: str, delimiter: str, kind: Kind) -> int:
    """How many names of columns the first line has when it is split in this way."""
    try:
        header = next(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter), [])
    except csv.Error:
        return 0
    return len(
        {cell.strip(BLANKS) for cell in header} & {name for one in kind.columns for name in (one.header, one.path, one.label)}
    )


def _xlsx_lines(sheet: Worksheet) -> Iterator[Sequence[Raw]]:
    for row in sheet.iter_rows():
        yield [_raw(cell) for cell in row]


def _raw(cell: Any) -> Raw:
    value = cell.value
    if cell.data_type == "f":
        return Formula(str(value))
    if cell.data_type == "e":
        return Failed(str(value))
    if isinstance(value, (datetime, date)):
        day = value.date() if isinstance(value, datetime) else value
        return Day(day, "d" in str(cell.number_format).lower())
    return plain_text(value) if isinstance(value, str) else value


def _merged(file: str, kind: Kind, sheet: Worksheet) -> Iterator[Problem]:
    for merged in sheet.merged_cells.ranges:
        where = f"kolom {get_column_letter(merged.min_col)}"
        text = f"de cellen {merged.coord} zijn samengevoegd, en dan gaan gegevens verloren; splits ze weer"
        yield Problem(file, f"{kind.name}, rij {merged.min_row}", where, text)


def _too_long(grid: Grid) -> Iterator[Problem]:
    for number, cells in grid.rows:
        for at, cell in enumerate(cells, 1):
            if isinstance(cell, str) and len(cell) > LONGEST_CELL:
                yield Problem(grid.file, place(grid, number), f"kolom {get_column_letter(at)}", TOO_LONG.format(LONGEST_CELL))
