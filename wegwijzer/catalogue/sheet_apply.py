"""Carrying out what a spreadsheet would change: tried on a copy first, and written all at once or not at all."""

from __future__ import annotations

import shutil
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory

import yaml

from wegwijzer.catalogue.checking import check_all
from wegwijzer.catalogue.loading import Catalogue, fingerprint_of, load_catalogue
from wegwijzer.catalogue.models import Initiative
from wegwijzer.catalogue.remedies import Problem
from wegwijzer.catalogue.sheet_columns import Entry, Kind, entries, kinds
from wegwijzer.catalogue.sheet_import import Change, Plan
from wegwijzer.catalogue.yaml_editing import CannotEdit, Edit, edit_text, new_file

HELPLINES = "helplines.yml"

_BY_HAND = "de opmaak van dit bestand kunnen we niet veilig veranderen ({}); verander dit record met de hand in het bestand"


class ChangedMeanwhile(Exception):
    """Somebody changed the catalogue while its changes were being shown. Nothing has been written."""


def rehearse(plan: Plan, catalogue: Catalogue, folder: Path, domain: Path) -> dict[str, str]:
    """Put the changes in a copy of the catalogue, check that as a whole, and note every mistake in the plan.

    Args:
        plan: what would change; mistakes are added to its ``problems``.
        catalogue: the catalogue as it is.
        folder: where it stands.
        domain: the file with the answers, whose telephone numbers must stay in the catalogue.

    Returns:
        The new text of every file that changes, by its name within the folder.
    """
    with TemporaryDirectory() as name:
        copy = Path(name) / "catalogue"
        shutil.copytree(folder, copy)
        written = _written(plan, copy)
        for file, text in written.items():
            _save(copy / file, text)
        found = check_all(copy, domain)
        plan.problems += [_at_its_cell(problem, plan) for problem in found]
        if not found:
            plan.problems += _differences(plan, catalogue, load_catalogue(copy))
    return written


def apply(written: Mapping[str, str], fingerprint: str, folder: Path, backup: Path) -> Path:
    """Write files of the catalogue, after keeping what they were.

    Args:
        written: what :func:`rehearse` gave, without any problem.
        fingerprint: of the catalogue that was compared.
        folder: where the catalogue stands.
        backup: the folder under which the files as they were are kept.

    Returns:
        Where the files as they were stand.

    Raises:
        ChangedMeanwhile: the catalogue is no longer the one that was compared; nothing is written.
        OSError: the files cannot be written; those that were replaced have been put back.
    """
    kept = backup / f"{datetime.now():%Y%m%d-%H%M%S-%f}"
    before = {file: _read(folder / file) for file in written if (folder / file).exists()}
    for file, text in before.items():
        (kept / file).parent.mkdir(parents=True, exist_ok=True)
        _save(kept / file, text)
    ready = {file: (folder / file).with_suffix(".yml.new") for file in written}
    try:
        for file, path in ready.items():
            _save(path, written[file])
            if file in before:
                shutil.copymode(folder / file, path)
        if fingerprint_of(folder) != fingerprint:
            raise ChangedMeanwhile(str(folder))
        _replace(ready, before, folder)
    finally:
        for path in ready.values():
            path.unlink(missing_ok=True)
    return kept


def _replace(ready: Mapping[str, Path], before: Mapping[str, str], folder: Path) -> None:
    """Put every file in place; when one cannot be, put those back that were."""
    done: list[str] = []
    try:
        for file, path in ready.items():
            path.replace(folder / file)
            done.append(file)
    except OSError:
        for file in done:
            if file in before:
                _save(folder / file, before[file])
            else:
                (folder / file).unlink()
        raise


def _written(plan: Plan, folder: Path) -> dict[str, str]:
    """The new text of every file; a file that cannot be changed becomes a problem."""
    edits: dict[str, list[Change]] = defaultdict(list)
    for change in plan.changes:
        edits[f"initiatives/{change.where}" if change.kind.model is Initiative else HELPLINES].append(change)
    found: dict[str, str] = {}
    for file, changes in edits.items():
        path = folder / file
        made = [_edit(change) for change in changes]
        try:
            found[file] = edit_text(_read(path), made) if path.exists() else new_file(made)
        except (CannotEdit, yaml.YAMLError) as error:
            plan.problems.append(Problem(file, "", "", _BY_HAND.format(error)))
    return found


def _edit(change: Change) -> Edit:
    before = change.before.model_dump(mode="json") if change.before is not None else {}
    after, sparse = (change.after.model_dump(mode="json", exclude_defaults=only_set) for only_set in (False, True))
    group = "initiatives" if change.kind.model is Initiative else change.where
    return Edit(group, change.after.id, before, after, sparse)


def _differences(plan: Plan, before: Catalogue, after: Catalogue) -> Iterator[Problem]:
    """What would not be in the files as it was meant: the guard behind changing text by place."""
    changed = {(change.kind.name, change.after.id): change for change in plan.changes}
    for kind in kinds():
        meant: dict[str, Entry] = dict(entries(before, kind))
        for (name, one_id), change in changed.items():
            if name == kind.name:
                meant[one_id] = change.after
        found = entries(after, kind)
        for one_id in meant.keys() | found.keys():
            if meant.get(one_id) != found.get(one_id):
                yield Problem(_file(kind, one_id, before), one_id, "", _BY_HAND.format("het komt er anders in te staan"))


def _file(kind: Kind, one_id: str, catalogue: Catalogue) -> str:
    return catalogue.files.get(one_id, "initiatives/") if kind.model is Initiative else HELPLINES


def _at_its_cell(problem: Problem, plan: Plan) -> Problem:
    """A mistake in a file of the copy, said at the row and the column it came from."""
    for kind in _kinds_of(problem.file):
        if (kind.name, problem.record) in plan.cells:
            file, row, columns = plan.cells[kind.name, problem.record]
            return replace(problem, file=file, record=row, field=columns.get(problem.field, problem.field), line=0)
    return problem


def _kinds_of(file: str) -> Iterable[Kind]:
    name = "Hulplijnen" if file == HELPLINES else "Initiatieven" if file.startswith("initiatives/") else ""
    return (kind for kind in kinds() if kind.name == name)


def _read(path: Path) -> str:
    """The text of a file with the line ends it has."""
    return path.read_bytes().decode("utf-8")


def _save(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(text.encode("utf-8"))
