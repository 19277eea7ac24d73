"""How much a file that somebody sends an editor may hold, looked at before it is read: a small one can unpack to gigabytes.

What is looked for is known of every format made of ZIP and XML (https://owasp.org/www-community/vulnerabilities/
XML_External_Entity_(XXE)_Processing, https://www.bamsoftware.com/hacks/zipbomb/): much packed in little, entities that grow or
fetch, and ranges of billions of cells in a few characters, for each of which openpyxl would make a cell.
"""

from __future__ import annotations

from pathlib import Path
from typing import IO, Any
from xml.sax import SAXException
from xml.sax.handler import ContentHandler
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile

from defusedxml import DefusedXmlException, sax
from openpyxl.utils import range_boundaries
from openpyxl.worksheet.worksheet import Worksheet

MEGABYTE = 1024 * 1024
MOST_BYTES = 10 * MEGABYTE
"""Of a file as it is; more than a hundred times the catalogue of a city."""

MOST_UNPACKED = 30 * MEGABYTE
MOST_PARTS = 500
MOST_ELEMENTS = 800_000
"""Elements of XML in all parts together; a part counts once, so no two sheets may be made of the same part."""

DEEPEST = 64
MOST_CELLS = 1_000_000
"""Of a sheet, empty ones counted up to the last row and column that has something."""

MOST_ROWS, MOST_COLUMNS = 10_000, 500
"""That have something in them."""

TOO_LARGE = f"dit bestand is groter dan {MOST_BYTES // MEGABYTE} MB, en dat lezen we niet; bewaar alleen de bladen van de export"
BOMB = "uitgepakt is dit bestand veel groter dan een catalogus, en dat lezen we niet; exporteer opnieuw en werk daarin"
NO_SHEET = "hierin staat iets dat een rekenblad nooit zelf opslaat, en dat lezen we niet; exporteer opnieuw en werk daarin"
FAR = "er staat iets heel ver onder of naast de gegevens; haal die rijen en kolommen weg"
TOO_LONG = "in een cel past niet meer dan {} tekens; maak de tekst korter"

_EXCEL_COLUMNS, _EXCEL_ROWS = 16_384, 1_048_576

_EXPANDED = frozenset({"mergeCell", "hyperlink", "comment"})
"""Elements with a range of which openpyxl makes every cell."""


class TooMuch(ValueError):
    """A file that is not read. The message says in Dutch why, and what to do."""


def check_size(path: Path) -> None:
    """Raise :class:`TooMuch` when a file is too large to read, and ``OSError`` when it is not there."""
    if path.stat().st_size > MOST_BYTES:
        raise TooMuch(TOO_LARGE)


def check_workbook(path: Path) -> None:
    """Look through a workbook in little memory, before openpyxl takes all of it.

    Raises:
        TooMuch: it holds too much, or what no spreadsheet saves.
        BadZipFile, OSError, ...: it cannot be unpacked; ``load_workbook`` raises the same.
    """
    check_size(path)
    seen = _Seen()
    with ZipFile(path) as archive:
        parts = archive.infolist()
        # What a part says of its size is true for who reads it: the rest is not unpacked, and the checksum is wrong then.
        if len(parts) > MOST_PARTS or sum(part.file_size for part in parts) > MOST_UNPACKED:
            raise TooMuch(BOMB)
        if any(part.compress_type not in (ZIP_STORED, ZIP_DEFLATED) for part in parts):
            raise TooMuch(NO_SHEET)
        for part in parts:
            with archive.open(part) as file:
                _look_through(file, seen)


def check_area(sheet: Worksheet) -> None:
    """Raise :class:`TooMuch` when reading the sheet row by row would make far too many cells."""
    if sheet.max_row * sheet.max_column > MOST_CELLS:
        raise TooMuch(FAR)


def check_line(number: int, columns: int) -> None:
    """Raise :class:`TooMuch` when so many rows with something in them, or a row of so many cells, are no catalogue any more."""
    if number > MOST_ROWS or columns > MOST_COLUMNS:
        raise TooMuch(FAR)


def _look_through(file: IO[bytes], seen: _Seen) -> None:
    try:
        sax.parse(file, seen, forbid_dtd=True)
    except DefusedXmlException:
        raise TooMuch(NO_SHEET) from None
    except SAXException:
        pass  # a picture, or what openpyxl will stumble over at the same place
    seen.depth = 0


class _Seen(ContentHandler):
    """Counts what openpyxl would make objects of."""

    def __init__(self) -> None:
        super().__init__()
        self.elements, self.depth, self.cells = 0, 0, 0
        self._sheets: set[tuple[str, str]] = set()

    def startElement(self, name: str, attrs: Any) -> None:  # noqa: N802 - the name that SAX gives it
        """One more."""
        self.elements += 1
        self.depth += 1
        local = name.rpartition(":")[2]
        if self.elements > MOST_ELEMENTS:
            raise TooMuch(BOMB)
        if self.depth > DEEPEST or self._again(local, attrs):
            raise TooMuch(NO_SHEET)
        if local in _EXPANDED:
            self.cells += _area(attrs.get("ref", ""))
        if self.cells > MOST_CELLS:
            raise TooMuch(FAR)

    def _again(self, local: str, attrs: Any) -> bool:
        """Whether this makes a second sheet of the same part."""
        made_of = ""
        if local == "sheet":
            made_of = next((value for name, value in attrs.items() if name.endswith(":id")), "")
        elif local == "Relationship" and attrs.get("Type", "").endswith("/worksheet"):
            made_of = attrs.get("Target", "").rpartition("/")[2]
        again = bool(made_of) and (local, made_of) in self._sheets
        self._sheets.add((local, made_of))
        return again

    def endElement(self, name: str) -> None:  # noqa: N802
        """One level up."""
        self.depth -= 1


def _area(ref: str) -> int:
    """How many cells a range has, whole columns and rows as long as Excel has them; 0 for what is no range."""
    try:
        left, top, right, bottom = range_boundaries(ref) if ref else (1, 1, 0, 0)
    except ValueError:
        return 0
    across = _EXCEL_COLUMNS if left is None or right is None else right - left + 1
    down = _EXCEL_ROWS if top is None or bottom is None else bottom - top + 1
    return max(0, across * down)
