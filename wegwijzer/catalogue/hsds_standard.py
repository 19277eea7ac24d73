"""Holding an export against the JSON schemas of the standard itself, from a folder that the caller has.

The schemas are not in this project; they are published by Open Referral (https://github.com/openreferral/specification).
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

from jsonschema import Draft202012Validator, FormatChecker

from wegwijzer.catalogue.hsds import JSON_FILE
from wegwijzer.catalogue.remedies import Problem

_SCHEMA = Path("schema") / "compiled" / "service.json"


def against_standard(folder: Path, standard: Path) -> Iterator[Problem]:
    """What in the JSON of an export the standard does not allow.

    Args:
        folder: where the export stands.
        standard: a folder with the standard, as it is published: ``schema/compiled/service.json`` is used.

    Raises:
        OSError: one of the files is not there.
        ValueError: one of the files is no JSON.
    """
    schema = json.loads((standard / _SCHEMA).read_text(encoding="utf-8"))
    validator = Draft202012Validator(schema, format_checker=FormatChecker())
    for number, service in enumerate(json.loads((folder / JSON_FILE).read_text(encoding="utf-8")), 1):
        for error in validator.iter_errors(service):
            where = ".".join(str(part) for part in error.absolute_path)
            yield Problem(JSON_FILE, f"dienst {number}", where, f"mag niet van HSDS ('{error.message}')")
