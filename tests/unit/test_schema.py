"""The JSON Schemas that help editors while typing are those of the models, neither older nor edited by hand."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.builders import CATALOGUE, read_yaml
from wegwijzer.catalogue.schema import FILES, schema_text, write_schemas

REMEDY = "run: uv run wegwijzer catalogue schema"


@pytest.mark.parametrize("name", FILES)
def test_the_committed_schema_is_the_one_the_models_give(name: str) -> None:
    assert (CATALOGUE / "schema" / f"{name}.schema.json").read_text(encoding="utf-8") == schema_text(name), REMEDY


def test_no_schema_is_left_over() -> None:
    assert {path.name for path in (CATALOGUE / "schema").iterdir()} == {f"{name}.schema.json" for name in FILES}, REMEDY


def test_writing_makes_the_folder_and_every_file(tmp_path: Path) -> None:
    written = write_schemas(tmp_path / "new" / "schema")
    assert {path.name for path in written} == {f"{name}.schema.json" for name in FILES}
    for path in written:
        assert json.loads(path.read_text(encoding="utf-8"))["type"] == "object"


def test_a_schema_refuses_unknown_fields_as_the_models_do() -> None:
    record = json.loads(schema_text("initiatives"))["$defs"]["Initiative"]
    assert record["additionalProperties"] is False
    assert {"id", "name", "haltes", "status", "source", "certainty"} <= set(record["required"])


def test_every_file_editors_keep_says_which_schema_helps_them() -> None:
    files = [*CATALOGUE.glob("*.yml"), *(CATALOGUE / "initiatives").glob("*.yml")]
    for path in files:
        first = path.read_text(encoding="utf-8").splitlines()[0]
        if path.name == "herkennen.yml":
            continue
        reference = first.partition("$schema=")[2]
        assert reference and (path.parent / reference).resolve().exists(), path.name
        assert isinstance(read_yaml(path), dict)
