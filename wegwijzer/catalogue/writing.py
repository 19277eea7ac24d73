"""Putting one new record in a file of the catalogue, without touching what stands there."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Container
from pathlib import Path
from typing import Any

import yaml

from wegwijzer.catalogue.checking import check_all
from wegwijzer.catalogue.loading import Catalogue, Problem
from wegwijzer.catalogue.models import Initiative
from wegwijzer.paths import DOMAIN

HEADER = "# yaml-language-server: $schema=../schema/initiatives.schema.json\ninitiatives:\n"
LONGEST_ID = 40
WIDTH = 130


class _Dumper(yaml.SafeDumper):
    """The style of the catalogue: short lists on one line; what is not plain printable text between quotes."""


_Dumper.add_representer(list, lambda dumper, values: dumper.represent_sequence("tag:yaml.org,2002:seq", values, flow_style=True))
_Dumper.add_representer(
    str,
    lambda dumper, text: dumper.represent_scalar("tag:yaml.org,2002:str", text, style=_style(text)),
)


def _style(text: str) -> str | None:
    """Dates and numbers are always quoted, as the editors' guide asks; rare line ends would else come back as a space."""
    if not text.isprintable():
        return '"'
    return "'" if re.fullmatch(r"[\d +./:-]+", text) else None


def new_id(name: str, taken: Container[str]) -> str:
    """A fixed name made from the name of an offer: ``Soep in de straat!`` becomes ``soep_in_de_straat``.

    Args:
        name: as a resident sees it; any script.
        taken: ids that are in use already.
    """
    letters = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    stem = re.sub(r"[^a-z0-9]+", "_", letters).strip("_")[:LONGEST_ID].strip("_") or "aanbod"
    number, found = 1, stem
    while found in taken:
        number += 1
        found = f"{stem}_{number}"
    return found


def file_for(first_halte: str, catalogue: Catalogue) -> str:
    """The file in which most offers with this first halte stand, else a file of its own."""
    counted = Counter(catalogue.file_of(one) for one in catalogue.initiatives.values() if one.haltes[0] == first_halte)
    return counted.most_common(1)[0][0] if counted else f"initiatives/{first_halte}.yml"


def record_text(record: Initiative, indent: str = "") -> str:
    """The record as a block to put in a file; fields that have their usual value are left out."""
    fields: dict[str, Any] = record.model_dump(mode="json", exclude_defaults=True)
    text = yaml.dump(fields, Dumper=_Dumper, allow_unicode=True, sort_keys=False, width=WIDTH)
    first, *others = text.splitlines()
    return "".join(f"{line}\n" for line in (f"{indent}- {first}", *(f"{indent}  {line}" if line else "" for line in others)))


def add_record(record: Initiative, folder: Path, file: str, domain: Path = DOMAIN) -> list[Problem]:
    """Put a record at the end of a file of the catalogue and run the check.

    Args:
        record: the new record, with an id that is free.
        folder: the catalogue.
        file: below the folder, such as ``initiatives/geld.yml``; it is made when it does not exist.
        domain: the responses, which the check reads too.

    Returns:
        The mistakes that were not there before. When there are any, the file is as it was.

    Raises:
        OSError: the file cannot be written; UnicodeDecodeError: it is no text.
    """
    path = folder / file
    before = set(check_all(folder, domain))
    old = path.read_bytes() if path.exists() else None
    _replace(path, _extended(old.decode() if old is not None else HEADER, record).encode())
    new = [problem for problem in check_all(folder, domain) if problem not in before]
    if new:
        if old is None:
            path.unlink()
        else:
            _replace(path, old)
    return new


def _extended(text: str, record: Initiative) -> str:
    """The text of a file with the record behind it, in the line ends and the indent that the file has."""
    line_end = "\r\n" if "\r\n" in text else "\n"
    indents = re.findall(r"^( *)- id:", text, re.MULTILINE)
    block = record_text(record, indents[-1] if indents else "").replace("\n", line_end)
    return f"{text.rstrip()}{line_end}{line_end}{block}"


def _replace(path: Path, content: bytes) -> None:
    """Write in one step: who reads meanwhile finds the old file or the new one, never half of it."""
    beside = path.with_name(f".{path.name}.nieuw")
    try:
        beside.write_bytes(content)
        beside.replace(path)
    finally:
        beside.unlink(missing_ok=True)
