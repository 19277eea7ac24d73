"""Reading the catalogue folder: YAML in, checked records out, or a list of problems an editor can act on.

Nothing here raises on an editor's mistake: every mistake becomes a :class:`Problem` that names the file, the line, the
record, the field and the remedy, and all of them are reported at once.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

import yaml
from pydantic import BaseModel, ValidationError

from wegwijzer.catalogue.models import Groep, Halte, Helpline, Helplines, Initiative, Route, Wijk, Wijken
from wegwijzer.catalogue.sentences import Sentences
from wegwijzer.vocabulary import CITYWIDE

R = TypeVar("R", bound=BaseModel)


@dataclass(frozen=True)
class Problem:
    """One mistake in the catalogue, in the words an editor needs."""

    file: str
    record: str
    field: str
    remedy: str
    line: int = 0

    def __str__(self) -> str:
        where = f"{self.file}:{self.line}" if self.line else self.file
        what = " · ".join(part for part in (self.record, self.field) if part)
        return f"{where}: {what}: {self.remedy}" if what else f"{where}: {self.remedy}"


class CatalogueError(Exception):
    """The catalogue cannot be used. ``problems`` says why, one by one."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(str(problem) for problem in self.problems))


@dataclass(frozen=True)
class Catalogue:
    """Everything editors keep, loaded and cross-checked.

    ``fingerprint`` changes whenever a byte of any file changes; the store and the NLU use it to know whether they are
    up to date.
    """

    haltes: Mapping[str, Halte]
    wijken: Wijken
    groepen: Mapping[str, Groep]
    helplines: Helplines
    initiatives: Mapping[str, Initiative]
    routes: Mapping[str, Route]
    sentences: Sentences
    fingerprint: str

    def wijk(self, wijk_id: str) -> Wijk:
        """The wijk with this id; raises ``KeyError`` when there is none."""
        return next(wijk for wijk in self.wijken.wijken if wijk.id == wijk_id)

    def helpline(self, line_id: str) -> Helpline:
        """The helpline with this id; raises ``KeyError`` when there is none."""
        for line in self.helplines.all():
            if line.id == line_id:
                return line
        raise KeyError(line_id)

    @property
    def suggestable(self) -> tuple[Initiative, ...]:
        """The initiatives the bot may suggest, in file order."""
        return tuple(initiative for initiative in self.initiatives.values() if initiative.suggestable)


@dataclass
class _Reader:
    """Collects records and problems over all files of one folder."""

    folder: Path
    problems: list[Problem] = field(default_factory=list)

    def document(self, name: str) -> tuple[dict[str, Any], dict[str, int]]:
        """Parse one file into a mapping, with the line at which each record (``id:``) starts."""
        path = self.folder / name
        try:
            text = path.read_text(encoding="utf-8")
        except FileNotFoundError:
            self.problems.append(Problem(name, "", "", "dit bestand ontbreekt; zet het terug uit git"))
            return {}, {}
        except (UnicodeDecodeError, OSError) as error:
            self.problems.append(Problem(name, "", "", f"kan niet gelezen worden ({error}); sla het op als UTF-8"))
            return {}, {}
        try:
            data = yaml.safe_load(text)
            lines = _record_lines(yaml.compose(text, Loader=yaml.SafeLoader))
        except yaml.YAMLError as error:
            self.problems.append(_yaml_problem(name, error))
            return {}, {}
        if not isinstance(data, dict):
            self.problems.append(Problem(name, "", "", "het bestand is leeg of begint niet met een lijst zoals 'initiatives:'"))
            return {}, {}
        return data, lines

    def records(self, name: str, key: str, model: type[R]) -> dict[str, R]:
        """Every record under ``key`` of one file, by id."""
        data, lines = self.document(name)
        found: dict[str, R] = {}
        rows = data.get(key)
        if data and not isinstance(rows, list):
            self.problems.append(Problem(name, "", key, f"hier hoort een lijst te staan: '{key}:' met daaronder streepjes"))
            return found
        for extra in set(data) - {key}:
            self.problems.append(Problem(name, "", extra, f"dit woord hoort hier niet; alleen '{key}:' mag bovenaan staan"))
        for row in rows or []:
            record = self.record(name, row, model, lines)
            if record is None:
                continue
            record_id = str(getattr(record, "id"))  # noqa: B009 - every model read here has an id
            if record_id in found:
                self.problems.append(
                    Problem(name, record_id, "id", "deze id komt twee keer voor; kies een andere", lines.get(record_id, 0))
                )
            found[record_id] = record
        return found

    def record(self, name: str, row: object, model: type[R], lines: Mapping[str, int]) -> R | None:
        """Check one record; a mistake becomes a problem and ``None``."""
        if not isinstance(row, dict):
            self.problems.append(Problem(name, "", "", f"'{row}' is geen blok met velden; begin met '- id: ...'"))
            return None
        record_id = str(row.get("id", ""))
        try:
            return model.model_validate(row)
        except ValidationError as error:
            for mistake in error.errors():
                field_name = ".".join(str(part) for part in mistake["loc"])
                self.problems.append(Problem(name, record_id, field_name, _remedy(dict(mistake)), lines.get(record_id, 0)))
            return None


def read_catalogue(folder: Path) -> tuple[Catalogue | None, list[Problem]]:
    """Read and check a catalogue folder.

    Returns the catalogue and the problems found. The catalogue is ``None`` when any file could not be used in full.
    """
    reader = _Reader(folder)
    haltes = reader.records("haltes.yml", "haltes", Halte)
    groepen = reader.records("groepen.yml", "groepen", Groep)
    routes = reader.records("routes.yml", "routes", Route)
    wijken = _whole_file(reader, "wijken.yml", Wijken)
    helplines = _whole_file(reader, "helplines.yml", Helplines)
    sentences = _whole_file(reader, "zinnen.yml", Sentences)
    initiatives = _read_initiatives(reader)
    if wijken is None or helplines is None or sentences is None:
        return None, reader.problems
    catalogue = Catalogue(haltes, wijken, groepen, helplines, initiatives, routes, sentences, fingerprint=_fingerprint(folder))
    reader.problems.extend(_cross_check(catalogue))
    return (None if reader.problems else catalogue), reader.problems


def load_catalogue(folder: Path) -> Catalogue:
    """Read a catalogue folder that must be right. Raises :class:`CatalogueError` with every problem otherwise."""
    catalogue, problems = read_catalogue(folder)
    if catalogue is None:
        raise CatalogueError(problems)
    return catalogue


def _read_initiatives(reader: _Reader) -> dict[str, Initiative]:
    initiatives: dict[str, Initiative] = {}
    where: dict[str, str] = {}
    paths = sorted((reader.folder / "initiatives").glob("*.yml"))
    if not paths:
        reader.problems.append(Problem("initiatives/", "", "", "deze map is leeg; zet de bestanden terug uit git"))
    for path in paths:
        name = f"initiatives/{path.name}"
        for record_id, record in reader.records(name, "initiatives", Initiative).items():
            if record_id in initiatives:
                reader.problems.append(
                    Problem(name, record_id, "id", f"deze id staat ook in {where[record_id]}; kies een andere")
                )
            initiatives[record_id] = record
            where[record_id] = name
    return initiatives


def _whole_file(reader: _Reader, name: str, model: type[R]) -> R | None:
    data, lines = reader.document(name)
    return reader.record(name, data, model, lines) if data else None


def _cross_check(catalogue: Catalogue) -> Iterable[Problem]:
    """Every id that one record uses of another must exist."""
    haltes, wijken = set(catalogue.haltes), {wijk.id for wijk in catalogue.wijken.wijken}
    lines, initiatives = {line.id for line in catalogue.helplines.all()}, set(catalogue.initiatives)

    def unknown(file: str, record: str, name: str, used: Iterable[str], known: set[str]) -> Iterable[Problem]:
        for value in used:
            if value and value not in known:
                yield Problem(file, record, name, f"'{value}' bestaat niet; kies uit: {', '.join(sorted(known))}")

    for halte in catalogue.haltes.values():
        yield from unknown("haltes.yml", halte.id, "related", halte.related, haltes)
    for wijk in catalogue.wijken.wijken:
        yield from unknown("wijken.yml", wijk.id, "neighbours", wijk.neighbours, wijken)
    for term in catalogue.wijken.ambiguous + catalogue.wijken.ambiguous_postcodes:
        yield from unknown("wijken.yml", term.term, "wijken", term.wijken, wijken)
    for groep in catalogue.groepen.values():
        yield from unknown("groepen.yml", groep.id, "haltes", groep.haltes, haltes)
    for line in catalogue.helplines.all():
        yield from unknown("helplines.yml", line.id, "haltes", line.haltes, haltes)
    for route in catalogue.routes.values():
        yield from unknown("routes.yml", route.id, "stops.halte", (stop.halte for stop in route.stops), haltes)
        yield from unknown("routes.yml", route.id, "stops.initiative", (stop.initiative for stop in route.stops), initiatives)
    for initiative in catalogue.initiatives.values():
        yield from unknown("initiatives", initiative.id, "haltes", initiative.haltes, haltes)
        yield from unknown("initiatives", initiative.id, "area", initiative.area, wijken | {CITYWIDE})
        yield from unknown("initiatives", initiative.id, "audience.groups", initiative.audience.groups, set(catalogue.groepen))
        yield from unknown("initiatives", initiative.id, "contact.via", (initiative.contact.via,), lines)


def _record_lines(node: yaml.Node | None) -> dict[str, int]:
    """The 1-based line of every mapping that has an ``id`` key, by id."""
    found: dict[str, int] = {}

    def walk(current: yaml.Node) -> None:
        if isinstance(current, yaml.MappingNode):
            for key, value in current.value:
                if key.value == "id" and isinstance(value, yaml.ScalarNode):
                    found[str(value.value)] = current.start_mark.line + 1
                walk(value)
        elif isinstance(current, yaml.SequenceNode):
            for item in current.value:
                walk(item)

    if node is not None:
        walk(node)
    return found


def _yaml_problem(name: str, error: yaml.YAMLError) -> Problem:
    mark = getattr(error, "problem_mark", None)
    line = mark.line + 1 if mark is not None else 0
    detail = getattr(error, "problem", None) or "de opmaak klopt niet"
    remedy = f"de opmaak klopt niet rond deze regel ({detail}); let op inspringen, dubbele punten en aanhalingstekens"
    return Problem(name, "", "", remedy, line)


def _fingerprint(folder: Path) -> str:
    digest = hashlib.sha256()
    for path in sorted(folder.rglob("*.yml")):
        digest.update(str(path.relative_to(folder)).encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()


_REMEDIES: dict[str, Callable[[Mapping[str, Any]], str]] = {
    "missing": lambda _: "dit veld ontbreekt; voeg het toe",
    "extra_forbidden": lambda _: "dit veld kennen we niet; controleer de spelling of haal het weg",
    "string_type": lambda m: f"'{m['input']}' hoort tekst te zijn; zet er aanhalingstekens omheen",
    "string_pattern_mismatch": lambda m: f"'{m['input']}' mag alleen kleine letters, cijfers en _ hebben",
    "enum": lambda m: f"'{m['input']}' kan niet; kies uit: {m['ctx']['expected']}",
    "literal_error": lambda m: f"'{m['input']}' kan niet; kies uit: {m['ctx']['expected']}",
    "too_short": lambda _: "hier moet minstens één waarde staan",
    "int_parsing": lambda m: f"'{m['input']}' hoort een heel getal te zijn",
    "int_type": lambda m: f"'{m['input']}' hoort een heel getal te zijn",
    "bool_parsing": lambda m: f"'{m['input']}' hoort true of false te zijn",
    "tuple_type": lambda m: f"'{m['input']}' hoort een lijst te zijn, zoals [ontmoeten, vrienden]",
    "value_error": lambda m: str(m["ctx"]["error"]),
}


def _remedy(mistake: Mapping[str, Any]) -> str:
    known = _REMEDIES.get(str(mistake["type"]))
    return known(mistake) if known else str(mistake["msg"])
