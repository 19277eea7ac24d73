"""What a spreadsheet would change in the catalogue: new, changed and absent records, and every mistake with its cell.

Nothing is written here. A cell that says what export would write for the record as it is, changes nothing: so what a row does
not touch stays exactly as it was, and a column that is not there changes nothing either.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from openpyxl.utils import get_column_letter
from pydantic import ValidationError

from wegwijzer.catalogue.loading import Catalogue
from wegwijzer.catalogue.models import Initiative
from wegwijzer.catalogue.remedies import Problem, remedy
from wegwijzer.catalogue.sheet_cells import (
    EMPTY_LIST,
    CellMistake,
    Raw,
    cell_text,
    lost_characters,
    split_items,
    spoiled_date,
    tidy,
    yes_or_no,
)
from wegwijzer.catalogue.sheet_columns import (
    DATES,
    FILE,
    PHONES,
    VERSION,
    Column,
    Entry,
    Filling,
    Kind,
    choices,
    entries,
    places,
    texts,
    version_of,
)
from wegwijzer.catalogue.sheet_reading import Grid, place
from wegwijzer.vocabulary import Status

_KEY = re.compile(r"\[([^\[\]]+)\]$")
_FILE = re.compile(r"^[a-z0-9][a-z0-9_]*\.yml$")


@dataclass(frozen=True)
class Change:
    """One record that would change.

    Attributes:
        kind: of which sheet.
        before: the record as it is; ``None`` when it is new.
        after: the record as it would be.
        where: the file (``geld.yml``) or the list (``talk``) in which it stands.
        row: the row of the sheet; ``None`` when it stands in no row.
    """

    kind: Kind
    before: Entry | None
    after: Entry
    where: str
    row: int | None = None


@dataclass
class Plan:
    """Everything that a spreadsheet would change.

    Attributes:
        changes: the records that are new or different, in the order of the sheet.
        absent: records of the catalogue that stand in no row; they stay, unless ``changes`` ends them.
        kept: records that changed in the catalogue after the export, and not in the sheet; they stay.
        unchanged: how many rows say what the catalogue says.
        remarks: what is good to know and no mistake.
        problems: every mistake; as long as there is one, nothing may be written.
        cells: the file, the place of the row and the names of its columns, by sheet and id, for mistakes that are found later.
    """

    changes: list[Change] = field(default_factory=list)
    absent: list[Entry] = field(default_factory=list)
    kept: list[Entry] = field(default_factory=list)
    unchanged: int = 0
    remarks: list[str] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    cells: dict[tuple[str, str], tuple[str, str, Mapping[str, str]]] = field(default_factory=dict)


def plan_import(grids: Iterable[Grid], catalogue: Catalogue, end_reason: str = "") -> Plan:
    """Compare sheets with the catalogue.

    Args:
        grids: the sheets, as read.
        catalogue: the catalogue as it is now.
        end_reason: why initiatives that stand in no row have ended; empty: they stay as they are.

    Returns:
        What would change. It may be written only when it has no ``problems``.
    """
    plan = Plan()
    for grid in grids:
        _Sheet(grid, catalogue, plan).compare(end_reason)
    return plan


class _Sheet:
    """Compares one sheet, and notes everything in the plan."""

    def __init__(self, grid: Grid, catalogue: Catalogue, plan: Plan) -> None:
        self.grid, self.kind, self.catalogue, self.plan = grid, grid.kind, catalogue, plan
        self.entries, self.places = entries(catalogue, grid.kind), places(catalogue, grid.kind)
        self.columns = {column.path: column for column in grid.kind.columns}
        self.at: dict[str, int] = {}
        self.seen: dict[str, int] = {}

    def compare(self, end_reason: str) -> None:
        """Every row, and what stands in no row."""
        before = len(self.plan.problems)
        self._match_header()
        if len(self.plan.problems) > before:
            return
        if not self.grid.rows and self.entries:
            self._say("", "", f"er staan geen rijen in ({self.kind.name}); exporteer opnieuw")
            return
        for number, cells in self.grid.rows:
            self._row(number, {path: cells[at] if at < len(cells) else None for path, at in self.at.items()})
        self._absent(end_reason)

    def _match_header(self) -> None:
        names = {name.lower(): one.path for one in self.columns.values() for name in (one.path, one.label)}
        for at in range(max([len(self.grid.header), *(len(cells) for _, cells in self.grid.rows)])):
            name = self.grid.header[at] if at < len(self.grid.header) else ""
            key = _KEY.search(name)
            path = key[1] if key and key[1] in self.columns else names.get(name.lower(), "")
            if path in self.at:
                self._say("rij 1", _letter(at), f"de kolom '{self.columns[path].label}' staat er twee keer; haal er één weg")
            elif path:
                self.at[path] = at
            elif name or any(at < len(cells) and cells[at] not in (None, "") for _, cells in self.grid.rows):
                self._say("rij 1", _letter(at), self._unknown(name, names))
        absent = [column for column in self.kind.columns if column.path not in self.at]
        if "id" not in self.at:
            self._say("rij 1", "", "de kolom [id] ontbreekt; de namen van de kolommen staan op de eerste rij")
        elif absent:
            known = ", ".join(column.label for column in absent)
            self.plan.remarks.append(f"{self.kind.name}: deze kolommen staan er niet in en blijven zoals ze zijn: {known}.")

    def _unknown(self, name: str, names: Mapping[str, str]) -> str:
        if not name:
            return "hier staat iets in een kolom zonder naam; haal het weg of geef de kolom haar naam terug"
        close = difflib.get_close_matches(name.lower(), names, 1)
        hint = f"; bedoel je '{self.columns[names[close[0]]].header}'?" if close else ""
        return f"de kolom '{name}' kennen we niet{hint}; verbeter de naam of haal de kolom weg"

    def _row(self, number: int, cells: Mapping[str, Raw]) -> None:
        one_id = self._id(number, cells["id"])
        if not one_id:
            return
        base = self.entries.get(one_id)
        before = len(self.plan.problems)
        read = self._texts(number, cells, texts(base, self.kind) if base is not None else {})
        where, version = read.pop(self.kind.place.path, ""), read.pop(VERSION, "")
        if base is None:
            if version:
                self._at(number, VERSION, f"de id '{one_id}' is niet die van de export. Is dit nieuw? Maak deze cel dan leeg")
            self._build(number, base, read, self._new_place(number, where, read), before)
        elif not self._same(number, one_id, base, read, where, version):
            self._build(number, base, read, self.places[one_id], before)

    def _id(self, number: int, raw: Raw) -> str:
        try:
            found = cell_text(raw)
        except CellMistake as mistake:
            self._at(number, "id", str(mistake))
            return ""
        if not found:
            self._at(
                number, "id", "hier ontbreekt de id; kies een naam met kleine letters, cijfers en _, zoals soep_in_de_straat"
            )
        elif found in self.seen:
            self._at(number, "id", f"de id '{found}' staat ook op rij {self.seen[found]}; kies een andere of haal een rij weg")
            found = ""
        else:
            self.seen[found] = number
            letters = {path: _named(self.columns[path], at) for path, at in self.at.items()}
            self.plan.cells[self.kind.name, found] = (self.grid.file, place(self.grid, number), letters)
        return found

    def _texts(self, number: int, cells: Mapping[str, Raw], base: Mapping[str, str]) -> dict[str, str]:
        """The text of every cell; that of the record itself where the cell says the same."""
        found: dict[str, str] = {}
        for path, raw in cells.items():
            before = base.get(path)
            if before is not None and isinstance(raw, str) and tidy(raw) == tidy(before):
                found[path] = before
                continue
            try:
                found[path] = cell_text(raw, is_date=path in DATES, is_phone=path in PHONES)
                _not_spoiled(found[path], before, path)
            except CellMistake as mistake:
                self._at(number, path, str(mistake))
        return found

    def _same(self, number: int, one_id: str, base: Entry, read: Mapping[str, str], where: str, version: str) -> bool:
        """Whether nothing has to happen with this row; what may not happen is a problem."""
        now = texts(base, self.kind)
        if where and where != self.places[one_id]:
            text = f"dit staat bij '{self.places[one_id]}'; verplaatsen kan niet in een rekenblad. Zet het terug"
            self._at(number, self.kind.place.path, text)
        if all(now[path] == text for path, text in read.items()):
            self.plan.unchanged += 1
            return True
        if version == version_of(now, self.kind):
            return False
        if version == version_of(read, self.kind):  # nobody touched the row, and the catalogue went on
            self.plan.kept.append(base)
            return True
        text = "dit is na de export in de catalogus veranderd; exporteer opnieuw en doe je verandering daarin"
        if not version:
            text = f"de id '{one_id}' bestaat al. Is dit nieuw? Kies een andere id. Wil je het veranderen? Exporteer opnieuw"
        self._at(number, VERSION if version and VERSION in self.at else "id", text)
        return False

    def _new_place(self, number: int, where: str, read: Mapping[str, str]) -> str:
        if self.kind.place.path == FILE:
            where = where or f"{next(iter(split_items(read.get('haltes', ''))), '').lower()}.yml"
            if not _FILE.match(where) and read.get("haltes"):
                self._at(number, FILE, f"'{where}' kan geen bestand zijn; schrijf bijvoorbeeld ontmoeten_buurt.yml")
        elif where.lower() not in self.kind.place.choices:
            self._at(number, self.kind.place.path, f"'{where}' kan niet; kies uit: {', '.join(self.kind.place.choices)}")
        return where.lower()

    def _build(self, number: int, base: Entry | None, read: Mapping[str, str], where: str, before: int) -> None:
        """Make the record of a row. ``before`` is how many problems there were when the row began."""
        now = texts(base, self.kind) if base is not None else {}
        block: dict[str, Any] = base.model_dump(mode="json") if base is not None else {}
        for path, text in read.items():
            if text != now.get(path, ""):
                try:
                    _put(block, path, self._value(self.columns[path], text))
                except CellMistake as mistake:
                    self._at(number, path, str(mistake))
        for name in {column.block for column in self.kind.columns if column.block}:
            touched = any(text != now.get(path, "") for path, text in read.items() if path.startswith(f"{name}."))
            if touched and not any(block[name].values()):
                del block[name]
        try:
            after = self.kind.model.model_validate(block)
        except ValidationError as error:
            said = [problem.field for problem in self.plan.problems[before:]]
            for found in error.errors():
                path = self._path(found["loc"], remedy(dict(found)))
                if self._field(path) not in said:  # a cell that could not be read is not also missing
                    text = "deze cel is leeg; vul haar in" if found["type"] == "missing" else remedy(dict(found))
                    self._at(number, path, text)
            return
        if len(self.plan.problems) == before:
            self.plan.changes.append(Change(self.kind, base, after, where, number))

    def _value(self, column: Column, text: str) -> Any:
        """What a record holds for the text of a cell; ``None`` for an empty one."""
        if not text:
            return None
        if column.many:
            items = [] if text == EMPTY_LIST else split_items(text)
            return [self._word(column, item) for item in items]
        if column.filling is Filling.YES_NO:
            return yes_or_no(text)
        return self._word(column, text)

    def _word(self, column: Column, text: str) -> str:
        """One of the choices, also when Excel made a capital of its first letter."""
        known = choices(column, self.catalogue)
        # A helpline may be new in the same workbook: whether it exists is seen when all is put together.
        if not known or column.path == "contact.via":
            return text
        if text.lower() not in known:
            raise CellMistake(f"'{text}' kan niet; kies uit: {', '.join(known)}")
        return text.lower()

    def _path(self, location: tuple[int | str, ...], text: str) -> str:
        """The column of a mistake that the model found; one about a whole record names the field in its text."""
        names = [part for part in location if isinstance(part, str)]
        for length in (2, 1):
            if ".".join(names[:length]) in self.columns:
                return ".".join(names[:length])
        words = set(re.findall(r"\w+", text))
        return next((path for path in self.columns if path.rpartition(".")[2] in words), "id")

    def _absent(self, end_reason: str) -> None:
        for one_id, one in self.entries.items():
            if one_id in self.seen:
                continue
            if end_reason and isinstance(one, Initiative) and one.status is not Status.ENDED:
                after = Initiative.model_validate(one.model_dump() | {"status": Status.ENDED, "status_reason": end_reason})
                self.plan.changes.append(Change(self.kind, one, after, self.places[one_id]))
            else:
                self.plan.absent.append(one)

    def _field(self, path: str) -> str:
        return _named(self.columns[path], self.at[path]) if path in self.at else self.columns[path].header

    def _at(self, number: int, path: str, text: str) -> None:
        self._say(place(self.grid, number), self._field(path), text)

    def _say(self, where: str, name: str, text: str) -> None:
        self.plan.problems.append(Problem(self.grid.file, where, name, text))


def _letter(at: int) -> str:
    return f"kolom {get_column_letter(at + 1)}"


def _named(column: Column, at: int) -> str:
    return f"{_letter(at)}, {column.label}"


def _not_spoiled(text: str, before: str | None, path: str) -> None:
    """Raise :class:`CellMistake` when a spreadsheet made something else of what stood there."""
    if path in DATES and spoiled_date(text):
        raise CellMistake(f"'{text}': het rekenblad veranderde deze datum; zet de cel op Tekst en typ hem opnieuw, zoals 2026-11")
    if before is not None and lost_characters(text, before):
        raise CellMistake("hier zijn tekens een vraagteken geworden; bewaar het als 'CSV UTF-8' of gebruik de .xlsx")


def _put(block: dict[str, Any], path: str, value: Any) -> None:
    """Set a field of a record in the making, or take it out when there is no value."""
    *outer, name = path.split(".")
    for part in outer:
        if block.get(part) is None:
            block[part] = {}
        block = block[part]
    if value is None:
        block.pop(name, None)
    else:
        block[name] = value


def changed_fields(change: Change) -> Iterator[tuple[Column, str, str]]:
    """The columns in which a record differs: the column, the text before, and the text after."""
    before = texts(change.before, change.kind) if change.before is not None else {}
    after = texts(change.after, change.kind)
    for column in change.kind.fields:
        if before.get(column.path, "") != after[column.path]:
            yield column, before.get(column.path, ""), after[column.path]
