"""Reading HSDS that ``hsds_export`` wrote, and that others may have changed since, back into initiatives.

Nothing is lost in silence: what the files say and a record of ours cannot hold is a mistake, as is the same fact told in two
ways. To see that, every record that was read is exported again and compared with what was in the files.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml
from pydantic import ValidationError

from wegwijzer.catalogue.hsds import ALWAYS, FIELDS, LABELS, LISTS, TABLES, TEXT_TERM, Row, Tables, term_code
from wegwijzer.catalogue.hsds_export import tables_of
from wegwijzer.catalogue.hsds_reading import read_tables
from wegwijzer.catalogue.loading import Catalogue
from wegwijzer.catalogue.models import Initiative
from wegwijzer.catalogue.remedies import CatalogueError, Problem, remedy
from wegwijzer.catalogue.yaml_editing import HEADER, WIDTH, Dumper
from wegwijzer.matching.opening_hours import OpeningHours
from wegwijzer.vocabulary import CITYWIDE

_OF_SERVICE: Mapping[str, str] = {
    "attribute": "link_id",
    **{name: "service_id" for name, table in TABLES.items() if "service_id" in table.columns},
}
"""Tables whose rows say themselves to which service they belong, and in which column."""

_UNREAD = frozenset({"contact", "taxonomy", "taxonomy_term"})
"""Tables with names for people: they come from other records of the catalogue."""

_COMPARED = tuple(name for name in TABLES if name not in _UNREAD)
"""Tables of which every row must come back."""

_NO_ROW = "deze rij hoort bij geen enkele dienst; verbeter de id of haal de rij weg"


@dataclass(frozen=True)
class _Found:
    """A value of a field of ours, and where it stood."""

    value: str
    row: Row
    column: str


@dataclass
class _Service:
    """One service with all its rows, and what we read from them."""

    row: Row
    rows: dict[str, list[Row]]
    found: dict[str, list[_Found]] = field(default_factory=lambda: defaultdict(list))

    def at(self, path: str, place: int = 0) -> tuple[Row, str]:
        """The row and the column in which a field of ours stands, or should stand."""
        values = self.found.get(path, ())
        if values:
            one = values[min(place, len(values) - 1)]
            return one.row, one.column
        table, _, column = FIELDS.get(path, "service.").partition(".")
        return self.row, column if table == "service" else path

    def problem(self, path: str, text: str, place: int = 0) -> Problem:
        """A mistake in a field of ours, said where it stands."""
        row, column = self.at(path, place)
        return Problem(row.file, row.place, column, text)


def import_hsds(folder: Path, catalogue: Catalogue) -> tuple[Initiative, ...]:
    """Read the initiatives of an export.

    Args:
        folder: where the export stands. The CSV files count when ``datapackage.json`` is there, the JSON otherwise.
        catalogue: whose haltes, wijken, groups and helplines the initiatives may name.

    Returns:
        The initiatives, in the order of the services.

    Raises:
        CatalogueError: something is wrong; ``problems`` says all of it, with file, row and field.
    """
    tables, problems = read_tables(folder)
    if problems:
        raise CatalogueError(problems)
    terms = {row.get("id"): row.get("code") for row in tables["taxonomy_term"]}
    gathered = list(_gather(tables, problems))
    found: list[Initiative] = []
    for service in gathered:
        one, mistakes = _initiative(service, terms, catalogue)
        problems += mistakes
        if one is not None and not mistakes:
            found.append(one)
    problems += _same_id(gathered)
    if not tables["service"] and not problems:
        problems.append(Problem(TABLES["service"].file, "", "", "er staat geen enkele dienst in; exporteer opnieuw"))
    if problems:
        raise CatalogueError(problems)
    return tuple(found)


def write_yaml(initiatives: Iterable[Initiative], folder: Path, files: Mapping[str, str]) -> list[Path]:
    """Write initiatives as files that an editor can look through and put in the catalogue.

    Args:
        initiatives: the records.
        folder: where to write; it is made when it does not exist.
        files: the file in which each id stands in the catalogue; a new one goes into the file of its first halte.

    Returns:
        The files.

    Raises:
        FileExistsError: a file is there already; nothing is written.
        OSError: the folder cannot be written.
    """
    texts: dict[Path, list[dict[str, Any]]] = defaultdict(list)
    for one in initiatives:
        name = Path(files.get(one.id, f"{one.haltes[0]}.yml")).name
        texts[folder / name].append(one.model_dump(mode="json", exclude_defaults=True))
    for path in texts:
        if path.exists():
            raise FileExistsError(str(path))
    folder.mkdir(parents=True, exist_ok=True)
    for path, records in texts.items():
        text = yaml.dump({"initiatives": records}, Dumper=Dumper, allow_unicode=True, sort_keys=False, width=WIDTH)
        path.write_text(HEADER + text, encoding="utf-8")
    return list(texts)


def _gather(tables: Tables, problems: list[Problem]) -> Iterator[_Service]:
    """The services with their rows; what belongs to none is a problem."""
    index: dict[tuple[str, str], list[Row]] = defaultdict(list)
    for name, column in _OF_SERVICE.items():
        for row in tables[name]:
            index[name, row.get(column)].append(row)
    by_id = {(name, row.get("id")): row for name in ("organization", "location") for row in tables[name]}
    access = defaultdict(list)
    for row in tables["accessibility"]:
        access[row.get("location_id")].append(row)
    used: set[tuple[str, str]] = set()
    for service in tables["service"]:
        rows = {name: index[name, service.get("id")] for name in _OF_SERVICE} | {"service": [service]}
        rows["organization"] = _linked(by_id, "organization", [service], problems)
        rows["location"] = _linked(by_id, "location", rows["service_at_location"], problems)
        rows["accessibility"] = [row for place in rows["location"] for row in access[place.get("id")]]
        used |= {(name, row.get("id")) for name, group in rows.items() for row in group}
        yield _Service(service, rows)
    contacts = {row.get("id") for row in tables["contact"]}
    for name in set(TABLES) - _UNREAD:
        for row in tables[name]:
            if (name, row.get("id")) not in used and not (name == "phone" and row.get("contact_id") in contacts):
                problems.append(Problem(row.file, row.place, _OF_SERVICE.get(name, "id"), _NO_ROW))


def _linked(by_id: Mapping[tuple[str, str], Row], table: str, rows: Iterable[Row], problems: list[Problem]) -> list[Row]:
    found = []
    for row in rows:
        link = f"{table}_id"
        target = by_id.get((table, row.get(link)))
        if target is None:
            text = f"'{row.get(link)}' staat niet in {TABLES[table].file}; verbeter de id of zet die rij terug"
            problems.append(Problem(row.file, row.place, link, text))
        else:
            found.append(target)
    return found


def _initiative(service: _Service, terms: Mapping[str, str], catalogue: Catalogue) -> tuple[Initiative | None, list[Problem]]:
    """The record of one service, or what is wrong with it."""
    problems = [*_read_attributes(service, terms), *_read_columns(service)]
    if problems:
        return None, problems
    try:
        one = Initiative.model_validate(_block(service))
    except ValidationError as error:
        return None, [_said(service, dict(mistake)) for mistake in error.errors()]
    problems = [*_unknown_names(service, one, catalogue), *_hours(service, one)]
    return one, problems or list(_differences(service, one, terms, catalogue))


def _read_attributes(service: _Service, terms: Mapping[str, str]) -> Iterator[Problem]:
    for row in service.rows["attribute"]:
        code = terms.get(row.get("taxonomy_term_id"), "")
        group, _, rest = code.partition(":")
        path, value, column = (rest, row.get("value"), "value") if group == TEXT_TERM else (group, rest, "taxonomy_term_id")
        if not FIELDS.get(path, "").startswith("attribute.") or term_code(path, value) != code:
            name = code or row.get("taxonomy_term_id")
            text = f"de term '{name}' kennen we niet; kies een term die er al staat of haal de rij weg"
            yield Problem(row.file, row.place, "taxonomy_term_id", text)
        else:
            yield from _note(service, path, _Found(value, row, column))


def _read_columns(service: _Service) -> Iterator[Problem]:
    for path, target in FIELDS.items():
        table, _, column = target.partition(".")
        if table == "attribute":
            continue
        for row in service.rows[table]:
            if row.get(column) or path in LISTS or path in ALWAYS:
                yield from _note(service, path, _Found(row.get(column), row, column))


def _note(service: _Service, path: str, one: _Found) -> Iterator[Problem]:
    if path not in LISTS and service.found.get(path):
        first = service.found[path][0].row
        text = f"'{path}' staat al bij {first.place} van {first.file}; laat er één staan"
        yield Problem(one.row.file, one.row.place, one.column, text)
    else:
        service.found[path].append(one)


def _block(service: _Service) -> dict[str, Any]:
    """What was read, in the shape of a record."""
    block: dict[str, Any] = {}
    for path in FIELDS:
        values = [one.value for one in service.found.get(path, ())]
        if values or path in LISTS:
            *outer, name = path.split(".")
            inside = block
            for part in outer:
                inside = inside.setdefault(part, {})
            inside[name] = values if path in LISTS else values[0]
    return block


def _said(service: _Service, mistake: Mapping[str, Any]) -> Problem:
    """A mistake that the model found, at the row and the column where it stands."""
    location: Sequence[str | int] = mistake["loc"]
    names = [part for part in location if isinstance(part, str)]
    path = next((".".join(names[:length]) for length in (2, 1) if ".".join(names[:length]) in FIELDS), "")
    if not path:  # about several fields together: the first of the block, or the status that makes a record complete
        path = next((known for known in FIELDS if names and known.startswith(f"{names[0]}.")), "status")
    place = next((part for part in location if isinstance(part, int)), 0)
    return service.problem(path, remedy(mistake), place)


def _unknown_names(service: _Service, one: Initiative, catalogue: Catalogue) -> Iterator[Problem]:
    """Names of haltes, wijken, groups and helplines that the catalogue does not have."""
    wijken = {CITYWIDE, *(wijk.id for wijk in catalogue.wijken.wijken)}
    lines = {"", *(line.id for line in catalogue.helplines.all())}
    for path, used, known in (
        ("haltes", one.haltes, set(catalogue.haltes)),
        ("area", one.area, wijken),
        ("audience.groups", one.audience.groups, set(catalogue.groepen)),
        ("contact.via", (one.contact.via,), lines),
    ):
        for place, name in enumerate(used):
            if name not in known:
                text = f"'{name}' bestaat niet; kies uit: {', '.join(sorted(known - {''}))}"
                yield service.problem(path, text, place)


def _hours(service: _Service, one: Initiative) -> Iterator[Problem]:
    try:
        if one.opening_hours:
            OpeningHours.parse(one.opening_hours)
    except ValueError as error:
        yield service.problem("opening_hours", str(error))


def _differences(service: _Service, one: Initiative, terms: Mapping[str, str], catalogue: Catalogue) -> Iterator[Problem]:
    """What stands in the rows and would not come back when the record is exported again."""
    expected = tables_of([one], catalogue)
    their_terms = {row.get("id"): row.get("code") for row in expected["taxonomy_term"]}
    for table in _COMPARED:
        ours = [_content(row, their_terms) for row in expected[table] if not row.get("contact_id")]
        absent = Counter(ours)
        extra = []
        for row in service.rows[table]:
            content = _content(row, terms)
            if absent[content]:
                absent[content] -= 1
            else:
                extra.append(row)
        yield from _explained(service, table, extra, [dict(content) for content in absent.elements()], terms)


def _explained(
    service: _Service, table: str, extra: Sequence[Row], absent: Sequence[Mapping[str, str]], terms: Mapping[str, str]
) -> Iterator[Problem]:
    for row, wanted in zip(extra, absent, strict=False):
        found = dict(_content(row, terms))
        for column in sorted(set(found) | set(wanted)):
            here, there = found.get(column, ""), wanted.get(column, "")
            if here != there:
                text = f"'{here}' past niet bij wat er verder over deze dienst staat; daarbij hoort '{there}'"
                lost = f"'{here}' kunnen we niet bewaren; haal het weg"
                yield Problem(row.file, row.place, column, text if there else lost)
    for row in extra[len(absent) :]:
        yield Problem(row.file, row.place, "", "deze rij kunnen we niet bewaren; haal haar weg")
    for wanted in absent[len(extra) :]:
        what = ", ".join(f"{column} {value}" for column, value in wanted.items())
        text = f"in {TABLES[table].file} ontbreekt een rij die hierbij hoort ({what}); zet haar terug"
        yield Problem(service.row.file, service.row.place, "id", text)


def _content(row: Row, terms: Mapping[str, str]) -> tuple[tuple[str, str], ...]:
    """What a row says, without ids and without names that stand there for people only."""
    said = {
        column: value
        for column, value in row.values.items()
        if value and column != "id" and not column.endswith("_id") and (row.table, column) not in LABELS
    }
    if row.table == "attribute":
        said["taxonomy_term_id"] = terms.get(row.get("taxonomy_term_id"), "")
    return tuple(sorted(said.items()))


def _same_id(services: Iterable[_Service]) -> Iterator[Problem]:
    """Two services that carry the same id of ours."""
    seen: dict[str, Row] = {}
    for service in services:
        for one in service.found.get("id", ()):
            if one.value in seen:
                text = f"de id '{one.value}' staat ook bij {seen[one.value].place}; kies een andere"
                yield Problem(one.row.file, one.row.place, one.column, text)
            seen.setdefault(one.value, one.row)
