"""Everything that was released as open data: one table, its description for machines (CSVW), and a page for people.

The table is long: one row per cell, with as many pairs of *kenmerk* and *waarde* as the widest table has dimensions. The
description follows the W3C recommendation *Metadata Vocabulary for Tabular Data* (2015), https://www.w3.org/TR/tabular-metadata/.
It has nothing that the releases do not have, and the same releases give the same bytes.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from wegwijzer.insight.naming import Names, words
from wegwijzer.insight.periods import FOUR_WEEKS, WEEK, days_of, kind_of
from wegwijzer.insight.released import Releases
from wegwijzer.insight.small_cells import LEAST, STEP
from wegwijzer.insight.tables import TABLES, Table, tables_of

NAME = "wegwijzer_inzicht"
DATA, DESCRIPTION, ABOUT = f"{NAME}.csv", f"{NAME}.csv-metadata.json", "README.md"

LICENCE = "https://creativecommons.org/publicdomain/zero/1.0/"
"""Proposed, for the town to choose. The licence of the code (EUPL-1.2) is for code."""

PAIRS = max(len(one.dimensions) for one in TABLES.values())
"""Pairs of a dimension and its value in a row."""

ABOUT_TEMPLATE = Path(__file__).parent / "open_data_readme_template.md"

BEFORE = ("periode", "soort_periode", "van", "tot_en_met", "tabel")
PAIR = ("kenmerk", "waarde", "naam")
AFTER = ("aantal", "verborgen")

COLUMNS = (*BEFORE, *(f"{name}_{at}" for at in range(1, PAIRS + 1) for name in PAIR), *AFTER)
"""The header. A test holds it against the description."""


def released(releases: Releases) -> list[Table]:
    """Every table that was released: weeks first, each kind oldest first, tables in their own order."""
    return [
        table
        for kind in (WEEK, FOUR_WEEKS)
        for period in releases.periods(kind)
        for name in tables_of(kind)
        if (table := releases.released(name, period)) is not None
    ]


def rows(tables: Iterable[Table], names: Names) -> Iterator[Mapping[str, str]]:
    """One row per cell. A hidden number is an empty field with ``verborgen`` true: it is not zero."""
    for table in tables:
        first, last = days_of(table.period)
        before = (table.period, str(kind_of(table.period)), first.isoformat(), last.isoformat(), table.name)
        for cell in table.cells:
            pairs = [
                field
                for dimension, value in zip(table.dimensions, cell.values, strict=True)
                for field in (dimension, value, names.value(dimension, value))
            ]
            pairs += [""] * (PAIRS * len(PAIR) - len(pairs))
            hidden = cell.shown is None
            after = ("" if cell.shown is None else str(cell.shown), str(hidden).lower())
            yield dict(zip(COLUMNS, (*before, *pairs, *after), strict=True))


def as_csv(tables: Iterable[Table], names: Names, separator: str = ",") -> str:
    """The rows as text, with a header."""
    said = io.StringIO()
    writer = csv.DictWriter(said, COLUMNS, delimiter=separator, lineterminator="\r\n")
    writer.writeheader()
    writer.writerows({name: _harmless(value) for name, value in row.items()} for row in rows(tables, names))
    return said.getvalue()


def description() -> dict[str, Any]:
    """The description of the table, by which a program knows what each column is."""
    texts = words()["open_data"]
    return {
        "@context": ["http://www.w3.org/ns/csvw", {"@language": "nl"}],
        "url": DATA,
        "dc:title": _languages(texts["title"]),
        "dc:description": _languages(texts["description"], least=LEAST, step=STEP),
        "dc:license": {"@id": LICENCE},
        "dialect": {"encoding": "utf-8", "header": True, "delimiter": ","},
        "tableSchema": {
            "columns": [_column(name) for name in COLUMNS],
            "primaryKey": ["periode", "tabel", *(f"waarde_{at}" for at in range(1, PAIRS + 1))],
        },
    }


def about(names: Names) -> str:
    """The page for people: what it is, how to read it, every column, every table."""
    columns = words()["open_data"]["columns"]
    text = ABOUT_TEMPLATE.read_text(encoding="utf-8")
    fill = {
        "DATA": DATA, "DESCRIPTION": DESCRIPTION, "LICENCE": LICENCE, "LEAST": str(LEAST), "STEP": str(STEP),
        "COLUMNS": "\n".join(f"| {_columns_of(stem)} | {one['nl']} | {one['en']} |" for stem, one in columns.items()),
        "TABLES": "\n".join(_about_table(name, names) for name in TABLES),
    }  # fmt: skip
    for name, value in fill.items():
        text = text.replace(f"{{{{{name}}}}}", value)
    return text


def export(releases: Releases, names: Names, folder: Path) -> list[Path]:
    """Write the table, its description and the page into a folder, which is made when it is not there.

    Returns:
        What was written.

    Raises:
        OSError: when that cannot be done. A file is there whole or as it was before.
    """
    folder.mkdir(parents=True, exist_ok=True)
    texts = {
        DATA: as_csv(released(releases), names),
        DESCRIPTION: json.dumps(description(), ensure_ascii=False, indent=2) + "\n",
        ABOUT: about(names),
    }
    for name, text in texts.items():
        new = folder / f".{name}.new"
        new.write_bytes(text.encode())
        new.replace(folder / name)
    return [folder / name for name in texts]


def _column(name: str) -> dict[str, Any]:
    told = words()["open_data"]["columns"][_stem(name)]
    number = name.removeprefix(_stem(name)).replace("_", " ")
    column: dict[str, Any] = {
        "name": name,
        "titles": {"nl": list(dict.fromkeys((name, told["title_nl"] + number))), "en": [told["title_en"] + number]},
        "dc:description": _languages({language: told[language] for language in ("nl", "en")}),
        "datatype": told.get("datatype", "string"),
    }
    if name in BEFORE or name in AFTER[1:] or name.endswith("_1"):
        column["required"] = True
    return column


def _columns_of(stem: str) -> str:
    """``kenmerk_1`` up to the last of them, or the one column of that name."""
    return " ".join(f"`{name}`" for name in COLUMNS if _stem(name) == stem)


def _about_table(name: str, names: Names) -> str:
    one = TABLES[name]
    kenmerken = ", ".join(f"`{dimension}`" for dimension in one.dimensions)
    every = words()["open_data"]["periods"][str(one.kind)]
    return f"| `{name}` | {every} | {kenmerken} | {names.table(name, 'uitleg')} | {names.table(name, 'en')} |"


def _languages(texts: Mapping[str, str], **fill: object) -> list[dict[str, str]]:
    return [{"@value": text.format(**fill), "@language": language} for language, text in texts.items()]


def _stem(column: str) -> str:
    """``waarde`` of ``waarde_2``."""
    stem, _, number = column.rpartition("_")
    return stem if number.isdigit() else column


def _harmless(value: str) -> str:
    """A name that an editor began with a sign of a formula stays a name in a spreadsheet. See OWASP, *CSV Injection*."""
    return f"'{value}" if value.startswith(("=", "+", "-", "@", "\t", "\r")) else value
