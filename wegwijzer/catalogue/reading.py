"""Reading one YAML file of the catalogue, and then its records one by one: every mistake becomes a problem with a remedy."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

import yaml
from pydantic import BaseModel, ValidationError
from yaml.constructor import SafeConstructor

from wegwijzer.catalogue.remedies import Problem, malformed, remedy, unreadable

R = TypeVar("R", bound=BaseModel)

_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_TIMESTAMP, _TEXT = "tag:yaml.org,2002:timestamp", "tag:yaml.org,2002:str"


@dataclass
class Reader:
    """Collects records and problems over all files of one folder.

    Attributes:
        problems: every mistake found so far.
        where: the file in which each id stands, by kind of record ("haltes", "initiatives", ...). An id also counts when
            its record has a mistake, so that one mistake is not reported again by every record that uses it.
        incomplete: the kinds of which not every id is known, because a file or an id could not be read.
    """

    folder: Path
    problems: list[Problem] = field(default_factory=list)
    where: dict[str, dict[str, str]] = field(default_factory=dict)
    incomplete: set[str] = field(default_factory=set)
    _lines: dict[str, dict[str, int]] = field(default_factory=dict)

    def add(self, file: str, record: str, field_name: str, text: str) -> None:
        """Note a mistake, with the line at which the record starts."""
        self.problems.append(Problem(file, record, field_name, text, self._lines.get(file, {}).get(record, 0)))

    def ids(self, kind: str) -> set[str] | None:
        """The ids that may be used; ``None`` when that cannot be said because of another mistake."""
        return None if kind in self.incomplete else set(self.where.get(kind, {}))

    def records(self, name: str, kind: str, model: type[R]) -> dict[str, R]:
        """Every record of a file that holds one list, by id. The list stands under the name of its kind."""
        data = self._document(name)
        rows = data.get(kind)
        for extra in set(data) - {kind}:
            self.add(name, "", str(extra), f"dit woord hoort hier niet; alleen '{kind}:' mag bovenaan staan")
        if isinstance(rows, list):
            return self._rows(name, kind, rows, model)
        self.incomplete.add(kind)
        if data:
            self.add(name, "", kind, f"hier hoort een lijst te staan: '{kind}:' met daaronder streepjes")
        return {}

    def whole(self, name: str, kind: str, model: type[R], row_model: type[BaseModel], keys: Sequence[str]) -> R | None:
        """A file that is one record, with lists of records of one kind under ``keys``."""
        data = self._document(name)
        for key in keys:
            if isinstance(data.get(key), list):
                data[key] = list(self._rows(name, kind, data[key], row_model).values())
            else:
                self.incomplete.add(kind)
        return self.record(name, data, model) if data else None

    def record(self, name: str, row: object, model: type[R]) -> R | None:
        """Check one record; a mistake becomes a problem and ``None``."""
        if not isinstance(row, dict):
            self.add(name, "", "", f"'{row}' is geen blok met velden; begin met '- id: ...'")
            return None
        try:
            return model.model_validate(row)
        except ValidationError as error:
            for mistake in error.errors():
                where = ".".join(str(part) for part in mistake["loc"])
                self.add(name, str(row.get("id", "")), where, remedy(dict(mistake)))
            return None

    def _rows(self, name: str, kind: str, rows: Sequence[object], model: type[R]) -> dict[str, R]:
        found: dict[str, R] = {}
        for row in rows:
            row_id = row.get("id") if isinstance(row, dict) else None
            if isinstance(row_id, str):
                row_id = row_id.strip()
                self._note_id(name, kind, row_id)
            else:
                self.incomplete.add(kind)
            record = self.record(name, row, model)
            if record is not None:
                found[str(row_id)] = record
        return found

    def _note_id(self, name: str, kind: str, record_id: str) -> None:
        where = self.where.setdefault(kind, {})
        if record_id in where:
            place = "komt twee keer voor" if where[record_id] == name else f"staat ook in {where[record_id]}"
            self.add(name, record_id, "id", f"deze id {place}; kies een andere")
        where.setdefault(record_id, name)

    def _document(self, name: str) -> dict[str, Any]:
        """Parse one file into a mapping; empty when that cannot be done."""
        try:
            data = self._parse(name, (self.folder / name).read_text(encoding="utf-8"))
        except (UnicodeDecodeError, OSError) as error:
            self.problems.append(unreadable(name, error))
            return {}
        except (yaml.YAMLError, ValueError, LookupError, AttributeError) as error:
            self.problems.append(malformed(name, error))
            return {}
        if not isinstance(data, dict) or not data:
            self.add(name, "", "", "het bestand is leeg of begint niet met een lijst zoals 'initiatives:'")
            return {}
        return data

    def _parse(self, name: str, text: str) -> object:
        root = yaml.compose(text, Loader=_LOADER)
        if root is None:
            return None
        lines = self._lines.setdefault(name, {})
        for block in _blocks(root, set()):
            values = {key.value: value for key, value in block.value if isinstance(key, yaml.ScalarNode)}
            record = str(values["id"].value) if isinstance(values.get("id"), yaml.ScalarNode) else ""
            if record:
                lines.setdefault(record, block.start_mark.line + 1)
            for twice in _written_twice(block):
                advice = "dit veld staat er twee keer; haal er één weg"
                self.problems.append(Problem(name, record, str(twice.value), advice, twice.start_mark.line + 1))
            for value in values.values():
                _keep_impossible_date(value)
        loaded: object = _LOADER("").construct_document(root)
        return loaded


def _blocks(node: yaml.Node, seen: set[int]) -> Iterator[yaml.MappingNode]:
    """Every block of fields in a file, once, also when an alias points back to it."""
    if id(node) in seen:
        return
    seen.add(id(node))
    if isinstance(node, yaml.MappingNode):
        yield node
        for _, value in node.value:
            yield from _blocks(value, seen)
    elif isinstance(node, yaml.SequenceNode):
        for item in node.value:
            yield from _blocks(item, seen)


def _written_twice(block: yaml.MappingNode) -> Iterator[yaml.ScalarNode]:
    seen: set[str] = set()
    for key, _ in block.value:
        if isinstance(key, yaml.ScalarNode):
            if key.value in seen:
                yield key
            seen.add(key.value)


def _keep_impossible_date(node: yaml.Node) -> None:
    """Leave a date such as 2024-02-30 as it was typed: YAML would stop at it without saying where; the record's model does."""
    if isinstance(node, yaml.ScalarNode) and node.tag == _TIMESTAMP:
        try:
            SafeConstructor().construct_yaml_timestamp(node)
        except (ValueError, AttributeError):
            node.tag = _TEXT
