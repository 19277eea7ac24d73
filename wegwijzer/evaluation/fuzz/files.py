"""Files that an editor is sent, spoiled in every way: reading them gives records or mistakes to read, and never breaks."""

from __future__ import annotations

import csv
import io
import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from hypothesis import strategies as st
from openpyxl import load_workbook

from wegwijzer.catalogue.hsds_export import export_hsds
from wegwijzer.catalogue.hsds_import import import_hsds
from wegwijzer.catalogue.loading import Catalogue, CatalogueError
from wegwijzer.catalogue.sheet_export import export_csv, export_xlsx
from wegwijzer.catalogue.sheet_import import plan_import
from wegwijzer.catalogue.sheet_reading import read_csv, read_xlsx
from wegwijzer.evaluation.fuzz.http import quietly
from wegwijzer.evaluation.fuzz.report import Entrance
from wegwijzer.handover.crossing import crossed, heard_in_silence, so_far
from wegwijzer.privacy.redaction import own_redactor

_NASTY = st.sampled_from(
    ["=1+1", "=cmd|'/c calc'!A1", "@x", "\x00", "<script>alert(1)</script>", "'; DROP TABLE x; --", "9" * 400, "-0", "1e999",
     "../../x", "{{7*7}}", "&lol;", "\ud7ff\u200b", "2026-13-45", "ja", "", "\n" * 50, "06-12345678", "Mo-Fr 25:00-99:99",
     "javascript:alert(1)"]
)  # fmt: skip
_CELL = _NASTY | st.text(max_size=80)
_PLACE = st.integers(min_value=0, max_value=10**6)
_SPOILED = st.lists(st.tuples(_PLACE, _PLACE, _CELL), min_size=1, max_size=4)
_BYTES = st.lists(st.tuples(_PLACE, st.binary(min_size=1, max_size=12)), min_size=1, max_size=6)


def sheets(entrance: Entrance, catalogue: Catalogue, examples: int, number: int) -> None:
    """CSV and XLSX: cells with anything in them, and bytes changed anywhere."""
    with tempfile.TemporaryDirectory() as name:
        good, bad = Path(name) / "good", Path(name) / "bad"
        export_csv(catalogue, good)
        small = export_xlsx(catalogue, good / "book.xlsx")
        bad.mkdir()
        files = sorted(good.glob("*.csv"))

        def cells_of_csv(made: list[tuple[int, int, str]]) -> None:
            _fresh(bad, files)
            path = bad / files[made[0][0] % len(files)].name
            with path.open(encoding="utf-8-sig", newline="") as file:
                rows = list(csv.reader(file, delimiter=";"))
            for row, column, text in made:
                line = rows[row % len(rows)]
                line[column % len(line)] = text.encode("utf-8", "replace").decode()
            out = io.StringIO()
            csv.writer(out, delimiter=";").writerows(rows)
            path.write_text(out.getvalue(), encoding="utf-8")
            _came(entrance, lambda: _planned(*read_csv(bad), catalogue))

        def bytes_of_csv(made: list[tuple[int, bytes]]) -> None:
            _fresh(bad, files)
            path = bad / files[made[0][0] % len(files)].name
            path.write_bytes(_changed(path.read_bytes(), made))
            _came(entrance, lambda: _planned(*read_csv(bad), catalogue))

        def bytes_of_book(made: list[tuple[int, bytes]]) -> None:
            path = bad / "book.xlsx"
            path.write_bytes(_changed(small.read_bytes(), made))
            _came(entrance, lambda: _planned(*read_xlsx(path), catalogue))

        def cells_of_book(made: list[tuple[int, int, str]]) -> None:
            book = load_workbook(small)
            for row, column, text in made:
                sheet = book.worksheets[row % len(book.worksheets)]
                cell = sheet.cell(1 + row % sheet.max_row, 1 + column % sheet.max_column)
                try:
                    cell.value = text
                except (ValueError, AttributeError):
                    continue  # a spreadsheet program would not write that either
            book.save(bad / "cells.xlsx")
            _came(entrance, lambda: _planned(*read_xlsx(bad / "cells.xlsx"), catalogue))

        quietly(examples, number, _SPOILED, cells_of_csv)
        quietly(examples, number, _BYTES, bytes_of_csv)
        quietly(examples, number, _BYTES, bytes_of_book)
        quietly(max(1, examples // 10), number, _SPOILED, cells_of_book)


def hsds(entrance: Entrance, catalogue: Catalogue, examples: int, number: int) -> None:
    """Open Referral: an export with bytes changed anywhere, as CSV and as JSON."""
    with tempfile.TemporaryDirectory() as name:
        good, bad = Path(name) / "good", Path(name) / "bad"
        export_hsds(catalogue, good)
        files = sorted(path for path in good.rglob("*") if path.is_file())

        def spoiled(made: list[tuple[int, bytes]]) -> None:
            shutil.rmtree(bad, ignore_errors=True)
            shutil.copytree(good, bad)
            path = bad / files[made[0][0] % len(files)].relative_to(good)
            path.write_bytes(_changed(path.read_bytes(), made))
            if made[0][0] % 2:
                (bad / "datapackage.json").unlink(missing_ok=True)  # then the JSON counts
            _came(entrance, lambda: _read_hsds(bad, catalogue))

        quietly(examples, number, _BYTES, spoiled)


def events(entrance: Entrance, examples: int, number: int) -> None:
    """Events of a conversation as another process may send them: what the hand-over makes of them."""
    plain: Any = st.none() | st.booleans() | st.integers() | st.text(max_size=20)
    marks: Any = st.dictionaries(st.sampled_from(["line", "who", "utter_action"]), plain, max_size=3)
    kinds = st.sampled_from(["user", "bot", "pause", "resume", "slot", "restart", "session_started", "action", ""])
    more = dict.fromkeys(("text", "name", "value", "timestamp", "message_id"), plain)
    parsed: Any = st.none() | st.dictionaries(st.text(max_size=6), plain)
    more |= {"metadata": st.none() | st.text(max_size=5) | marks, "parse_data": parsed}
    event = st.fixed_dictionaries({"event": kinds | plain}, optional=more)

    def heard(made: list[dict[str, Any]]) -> None:
        _came(entrance, lambda: _heard(made))

    # Half of them in the silence in which a colleague talks: only there something is heard.
    said = {"event": st.just("user"), "text": _CELL, "message_id": st.text(min_size=1, max_size=9)}
    words = st.fixed_dictionaries(said, optional={name: made for name, made in more.items() if name not in said})
    silence = st.lists(words | event, max_size=8).map(lambda made: [{"event": "pause"}, *made])
    quietly(examples, number, st.lists(event, max_size=12) | silence, heard)


def _heard(made: list[dict[str, Any]]) -> str:
    redact = own_redactor().redact
    crossed(made), so_far(made, redact)
    return "heard" if heard_in_silence(made, redact) else "nothing to hear"


def _came(entrance: Entrance, work: Callable[[], str]) -> None:
    try:
        entrance.came(work())
    except Exception as error:
        entrance.came("broke")
        entrance.wrong("broke", f"{type(error).__name__}: {error}")


def _planned(grids: Any, problems: Any, catalogue: Catalogue) -> str:
    if problems:
        return "mistakes to read"
    plan = plan_import(grids, catalogue)
    return "mistakes to read" if plan.problems else "a plan"


def _read_hsds(folder: Path, catalogue: Catalogue) -> str:
    try:
        import_hsds(folder, catalogue)
    except CatalogueError:
        return "mistakes to read"
    return "records"


def _fresh(folder: Path, files: list[Path]) -> None:
    for path in files:
        shutil.copy(path, folder / path.name)


def _changed(content: bytes, changes: list[tuple[int, bytes]]) -> bytes:
    new = bytearray(content)
    for place, put in changes:
        at = place % max(1, len(new))
        new[at : at + len(put)] = put
    return bytes(new)
