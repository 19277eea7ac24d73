"""Reading the files of an HSDS folder into rows, CSV or JSON, with every mistake of the files themselves as a problem."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from wegwijzer.catalogue.hsds import DATA_PACKAGE, JSON_FILE, NESTS, TABLES, Row, Table
from wegwijzer.catalogue.remedies import Problem
from wegwijzer.catalogue.sheet_limits import TooMuch, check_size

_LOST = "'{}' kunnen we niet bewaren; haal het weg"
_ABSENT = "dit bestand ontbreekt; zet het terug of exporteer opnieuw"


def read_tables(folder: Path) -> tuple[dict[str, list[Row]], list[Problem]]:
    """Read the rows of every table, from the CSV files when ``datapackage.json`` is there and otherwise from the JSON.

    Args:
        folder: where an export stands.

    Returns:
        The rows by table, and what is wrong with the files.
    """
    problems: list[Problem] = []
    read = _from_csv if (folder / DATA_PACKAGE).exists() else _from_json
    tables: dict[str, dict[str, Row]] = {name: {} for name in TABLES}
    for item in read(folder):
        if isinstance(item, Problem):
            problems.append(item)
            continue
        problems += _mistakes(item)
        first = tables[item.table].setdefault(item.get("id"), item)
        if first is not item and (first.file.endswith(".csv") or first.values != item.values):
            problems.append(Problem(item.file, item.place, "id", f"deze id staat ook bij {first.place}, anders; kies een andere"))
    return {name: list(rows.values()) for name, rows in tables.items()}, problems


def _mistakes(row: Row) -> Iterator[Problem]:
    """What is wrong with a row by itself: an unknown column, or an id that is not there."""
    for column, value in row.values.items():
        if column not in TABLES[row.table].columns:
            yield Problem(row.file, row.place, column, _LOST.format(value))
    if not row.get("id"):
        yield Problem(row.file, row.place, "id", "dit veld ontbreekt; voeg het toe")


def _from_csv(folder: Path) -> Iterator[Row | Problem]:
    for name, table in TABLES.items():
        try:
            check_size(folder / table.file)
            with (folder / table.file).open(encoding="utf-8-sig", newline="") as file:
                yield from _csv_rows(name, table, file)
        except FileNotFoundError:
            yield Problem(table.file, "", "", _ABSENT)
        except TooMuch as much:
            yield Problem(table.file, "", "", str(much))
        except UnicodeDecodeError:
            yield Problem(table.file, "", "", "er staan tekens in die geen UTF-8 zijn; sla het bestand op als UTF-8")
        except (OSError, csv.Error) as error:
            yield Problem(table.file, "", "", f"dit bestand kan niet gelezen worden ('{error}'); exporteer opnieuw")


def _csv_rows(name: str, table: Table, file: Any) -> Iterator[Row | Problem]:
    lines = csv.reader(file, strict=True)
    header = next(lines, [])
    absent = [column for column in table.columns if column not in header]
    if absent or len(header) > len(set(header)):
        for column in absent:
            yield Problem(table.file, "rij 1", column, "deze kolom ontbreekt; de kolommen staan op rij 1, met komma's ertussen")
        if len(header) > len(set(header)):
            yield Problem(table.file, "rij 1", "", "een kolom staat er twee keer; haal er één weg")
        return
    for number, cells in enumerate(lines, 2):
        place = f"rij {number}"
        if len(cells) != len(header):
            text = f"hier staan {len(cells)} cellen en er zijn {len(header)} kolommen"
            yield Problem(table.file, place, "", f"{text}; zet tekst met een komma tussen aanhalingstekens")
        else:
            yield Row(name, {column: cell for column, cell in zip(header, cells, strict=True) if cell}, table.file, place)


def _from_json(folder: Path) -> Iterator[Row | Problem]:
    try:
        check_size(folder / JSON_FILE)
        data = json.loads((folder / JSON_FILE).read_text(encoding="utf-8-sig"))
    except FileNotFoundError:
        yield Problem(DATA_PACKAGE, "", "", f"dit bestand ontbreekt, en {JSON_FILE} ook; geef de map van een export")
        return
    except TooMuch as much:
        yield Problem(JSON_FILE, "", "", str(much))
        return
    except UnicodeDecodeError:
        yield Problem(JSON_FILE, "", "", "er staan tekens in die geen UTF-8 zijn; sla het bestand op als UTF-8")
        return
    except (OSError, ValueError, RecursionError) as error:
        yield Problem(JSON_FILE, "", "", f"dit bestand kan niet gelezen worden ('{error}'); exporteer opnieuw")
        return
    if not isinstance(data, list):
        yield Problem(JSON_FILE, "", "", "hier hoort een lijst met diensten te staan; exporteer opnieuw")
        return
    for number, block in enumerate(data, 1):
        yield from _json_rows("service", block, f"dienst {number}")


def _json_rows(table: str, block: Any, place: str) -> Iterator[Row | Problem]:
    """A block as a row, and everything that stands inside it as rows of their own."""
    if not isinstance(block, dict):
        yield Problem(JSON_FILE, place, "", f"'{block}' is geen blok met velden; exporteer opnieuw")
        return
    nests = {nest.key: nest for nest in NESTS.get(table, ())}
    values: dict[str, str] = {}
    for name, value in block.items():
        if name in nests:
            children = value if nests[name].many and isinstance(value, list) else [value]
            for number, child in enumerate(children, 1):
                where = f"{place}, {name} {number}" if nests[name].many else f"{place}, {name}"
                yield from _json_rows(nests[name].child, child, where)
        elif isinstance(value, (dict, list, bool)):
            yield Problem(JSON_FILE, place, name, _LOST.format(value))
        elif value not in (None, ""):
            values[name] = str(value)
    yield Row(table, values, JSON_FILE, place)
