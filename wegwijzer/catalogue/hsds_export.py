"""Writing the initiatives as HSDS: CSV files with their description, and JSON. See ``hsds`` for what goes where."""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from wegwijzer.catalogue.hsds import (
    ALWAYS,
    DATA_PACKAGE,
    FIELDS,
    JSON_FILE,
    LISTS,
    NESTS,
    NUMBERS,
    STATUS,
    TABLES,
    TEXT_TERM,
    Row,
    Tables,
    data_package,
    term_code,
    uid,
)
from wegwijzer.catalogue.loading import Catalogue
from wegwijzer.catalogue.models import Cost, Initiative
from wegwijzer.vocabulary import CITYWIDE, CostKind

_DAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
_DAY = "(?:Mo|Tu|We|Th|Fr|Sa|Su)"
_SPAN = rf"{_DAY}(?:-{_DAY})?"
_HOURS = r"[0-2]\d:[0-5]\d-[0-2]\d:[0-5]\d"
_WEEKLY = re.compile(rf"^({_SPAN}(?:,{_SPAN})*) ({_HOURS}(?:,{_HOURS})*)$")
_MONTHLY = re.compile(rf"^({_DAY})\[(-?[1-5])\] ({_HOURS}(?:,{_HOURS})*)$")
_MIDNIGHT, _HOLIDAYS = "24:00", "PH off"


def export_hsds(catalogue: Catalogue, folder: Path) -> list[Path]:
    """Write the initiatives of a catalogue as HSDS 3.0, as a tabular data package and as JSON.

    Args:
        catalogue: where the initiatives and the names of haltes, wijken and helplines come from.
        folder: where to write; it is made when it does not exist, and files of an earlier export are replaced.

    Returns:
        The files, the description of the package first.

    Raises:
        OSError: the folder cannot be written.
    """
    tables = tables_of(catalogue.initiatives.values(), catalogue)
    folder.mkdir(parents=True, exist_ok=True)
    package = folder / DATA_PACKAGE
    package.write_text(_json(data_package()), encoding="utf-8")
    written = [package]
    for name, table in TABLES.items():
        path = folder / table.file
        with path.open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, table.columns, restval="")
            writer.writeheader()
            writer.writerows(row.values for row in tables[name])
        written.append(path)
    path = folder / JSON_FILE
    path.write_text(_json(services(tables)), encoding="utf-8")
    return [*written, path]


def tables_of(initiatives: Iterable[Initiative], catalogue: Catalogue) -> dict[str, list[Row]]:
    """The rows of every table, in the order of the records; what records share (an organisation, a term) stands there once.

    Args:
        initiatives: the records.
        catalogue: where the names of haltes, wijken and helplines come from.
    """
    tables: dict[str, dict[str, Row]] = {name: {} for name in TABLES}
    for one in initiatives:
        for row in _rows(one, catalogue):
            tables[row.table].setdefault(row.values["id"], row)
    return {name: list(rows.values()) for name, rows in tables.items()}


def services(tables: Tables) -> list[dict[str, Any]]:
    """The services with everything that belongs to them inside, as HSDS writes them in JSON."""
    index: dict[tuple[str, str, str], list[Row]] = {}
    links = {(nest.child, nest.link if nest.many else "id") for nests in NESTS.values() for nest in nests}
    for child, link in links:
        for row in tables[child]:
            if row.get(link):
                index.setdefault((child, link, row.get(link)), []).append(row)
    return [_nested(row, index) for row in tables["service"]]


def flatten(one: Initiative) -> dict[str, list[str]]:
    """The values of a record by field, with a dot for a block within a block; what is empty is left out."""
    return dict(_leaves(one.model_dump(mode="json"), ""))


def schedule_rules(opening_hours: str) -> list[dict[str, str]]:
    """Opening hours as the repeating rules of HSDS; nothing when they are more than days of the week with hours.

    Args:
        opening_hours: in the syntax of OpenStreetMap, which stays the exact text. HSDS knows no time zone with summer time,
            so the hours are those of the clock here, without an offset.
    """
    parts = [part.strip() for part in opening_hours.split(";")]
    rules = [_rules(part) for part in parts if part != _HOLIDAYS]
    days = [day for group in rules for day in (group[0]["byday"].split(",") if group else ())]
    # In OpenStreetMap a later part replaces an earlier one for the same day, which a list of rules cannot say.
    if not all(rules) or len(days) > len(set(days)) or (len(rules) > 1 and any(group[0]["freq"] == "MONTHLY" for group in rules)):
        return []
    return [rule for group in rules for rule in group]


def _leaves(block: Mapping[str, Any], path: str) -> Iterator[tuple[str, list[str]]]:
    for name, value in block.items():
        here = path + name
        if isinstance(value, Mapping):
            yield from _leaves(value, f"{here}.")
        elif isinstance(value, list):
            yield here, [str(item) for item in value]
        elif isinstance(value, bool):
            yield here, ["true"] if value else []
        else:
            yield here, [str(value)] if here in ALWAYS or value not in ("", None) else []


def _rows(one: Initiative, catalogue: Catalogue) -> Iterator[Row]:
    values = {path: found for path, found in flatten(one).items() if one.cost != Cost() or not path.startswith("cost.")}
    yield from _single_rows(one, values)
    yield from _further_hours(one)
    for path, target in FIELDS.items():
        table, _, column = target.partition(".")
        for place, value in enumerate(values.get(path, ())):
            if table == "attribute":
                yield from _attribute(one, path, value, place, catalogue)
            elif path in LISTS:
                more = {"name": _wijk_name(value, catalogue), "extent_type": "text"} if table == "service_area" else {}
                yield _row(table, (one.id, str(place)), {**_service(one), column: value, **more})
    yield from _lead(one, catalogue)


def _single_rows(one: Initiative, values: Mapping[str, list[str]]) -> Iterator[Row]:
    """The rows of the tables of which a record has at most one row."""
    singles: dict[str, dict[str, str]] = {}
    for path, target in FIELDS.items():
        table, _, column = target.partition(".")
        if values.get(path) and path not in LISTS and table != "attribute":
            singles.setdefault(table, {})[column] = values[path][0]
    organization = _row("organization", (one.organisation,), {**singles.pop("organization"), "description": one.organisation})
    yield organization
    service = {"organization_id": organization.values["id"], "status": STATUS[one.status]}
    yield _row("service", (one.id,), {**singles.pop("service"), **service})
    if "location" in singles or "accessibility" in singles:
        location = _row("location", (one.id,), {"location_type": "physical", **singles.pop("location", {})})
        link = {"location_id": location.values["id"]}
        yield location
        yield _row("service_at_location", (one.id,), {**_service(one), **link})
        if "accessibility" in singles:
            yield _row("accessibility", (one.id,), {**link, **singles.pop("accessibility")})
    if "schedule" in singles:
        singles["schedule"] |= next(iter(schedule_rules(one.opening_hours)), {})
    if one.cost.kind is CostKind.GRATIS:
        singles["cost_option"] |= {"currency": "EUR", "amount": "0"}
    for table, found in singles.items():
        yield _row(table, (one.id,), {**_service(one), **found})


def _further_hours(one: Initiative) -> Iterator[Row]:
    """The first rule stands in the row of the text itself."""
    for place, rule in enumerate(schedule_rules(one.opening_hours)[1:], 1):
        yield _row("schedule", (one.id, str(place)), {**_service(one), **rule})


def _attribute(one: Initiative, path: str, value: str, place: int, catalogue: Catalogue) -> Iterator[Row]:
    code = term_code(path, value)
    group = code.partition(":")[0]
    name, description = _term_text(path, value, catalogue)
    taxonomy = _row("taxonomy", (group,), {"name": f"wegwijzer.{group}", "description": f"Wegwijzer, {group}"})
    links = {"taxonomy": taxonomy.values["name"], "taxonomy_id": taxonomy.values["id"], "language": "nl"}
    term = _row("taxonomy_term", (code,), {"code": code, "name": name, "description": description, **links})
    yield taxonomy
    yield term
    found = {"link_id": uid("service", one.id), "link_entity": "service", "link_type": path}
    text = {"value": value} if group == TEXT_TERM else {}
    yield _row("attribute", (one.id, path, str(place)), {**found, "taxonomy_term_id": term.values["id"], **text})


def _term_text(path: str, value: str, catalogue: Catalogue) -> tuple[str, str]:
    """The name and the description of a term, for people."""
    if path == "haltes" and value in catalogue.haltes:
        halte = catalogue.haltes[value]
        return halte.label or value, halte.covers or value
    if path == "audience.groups" and value in catalogue.groepen:
        return (catalogue.groepen[value].label or value,) * 2
    return (path, path) if FIELDS[path] == "attribute.value" else (value, f"{path}: {value}")


def _lead(one: Initiative, catalogue: Catalogue) -> Iterator[Row]:
    """The helpline that leads there, as somebody to contact."""
    for line in (line for line in catalogue.helplines.all() if line.id == one.contact.via):
        contact = _row("contact", (one.id,), {**_service(one), "name": line.name, "email": line.email})
        yield contact
        if line.phone:
            yield _row("phone", (one.id, "via"), {"contact_id": contact.values["id"], "number": line.phone})


def _wijk_name(wijk_id: str, catalogue: Catalogue) -> str:
    if wijk_id == CITYWIDE:
        return next(iter(catalogue.wijken.city_aliases), CITYWIDE).capitalize()
    return next((wijk.name for wijk in catalogue.wijken.wijken if wijk.id == wijk_id), wijk_id)


def _service(one: Initiative) -> dict[str, str]:
    return {"service_id": uid("service", one.id)}


def _row(table: str, key: tuple[str, ...], values: Mapping[str, str]) -> Row:
    required = TABLES[table].required
    filled = {column: value for column, value in values.items() if value or column in required}
    return Row(table, {"id": uid(table, *key), **filled})


def _rules(part: str) -> list[dict[str, str]]:
    """The rules of one part between semicolons: one for each span of hours."""
    monthly, weekly = _MONTHLY.match(part), _WEEKLY.match(part)
    if monthly:
        freq, days, hours = "MONTHLY", f"{monthly[2]}{monthly[1].upper()}", monthly[3]
    elif weekly:
        freq, days, hours = "WEEKLY", ",".join(dict.fromkeys(_days(weekly[1]))), weekly[2]
    else:
        return []
    spans = [tuple(span.split("-")) for span in hours.split(",")]
    if any(max(span) >= _MIDNIGHT for span in spans):
        return []
    return [{"freq": freq, "byday": days, "opens_at": f"{opens}:00", "closes_at": f"{closes}:00"} for opens, closes in spans]


def _days(spans: str) -> Iterator[str]:
    for span in spans.upper().split(","):
        first, _, last = span.partition("-")
        begin, length = _DAYS.index(first), (_DAYS.index(last or first) - _DAYS.index(first)) % len(_DAYS)
        yield from (_DAYS[(begin + step) % len(_DAYS)] for step in range(length + 1))


def _nested(row: Row, index: Mapping[tuple[str, str, str], list[Row]]) -> dict[str, Any]:
    found: dict[str, Any] = {column: _typed(column, value) for column, value in row.values.items()}
    for nest in NESTS.get(row.table, ()):
        key = row.get("id") if nest.many else row.get(nest.link)
        children = [_nested(child, index) for child in index.get((nest.child, nest.link if nest.many else "id", key), ())]
        if children:
            found[nest.key] = children if nest.many else children[0]
    return found


def _typed(column: str, value: str) -> str | int:
    return int(value) if column in NUMBERS else value


def _json(data: object) -> str:
    return json.dumps(data, ensure_ascii=False, indent=2) + "\n"
