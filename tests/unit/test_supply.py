"""What is inside, and that the list of it is complete and true."""

from __future__ import annotations

import json
import tomllib
from pathlib import Path

import pytest
from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator
from typer.testing import CliRunner

from wegwijzer.cli import app
from wegwijzer.guarding.advisories import read_accepted
from wegwijzer.guarding.inside import all_packages
from wegwijzer.paths import ROOT


@pytest.fixture(scope="module")
def sbom(tmp_path_factory: pytest.TempPathFactory) -> str:
    path = tmp_path_factory.mktemp("sbom") / "new" / "sbom.json"
    done = CliRunner().invoke(app, ["sbom", "--to", str(path)])
    assert done.exit_code == 0, done.output
    return path.read_text(encoding="utf-8")


def test_the_list_of_all_that_is_inside_keeps_to_the_standard_and_names_every_library(sbom: str) -> None:
    assert JsonStrictValidator(SchemaVersion.V1_6).validate_str(sbom) is None
    listed = {one["purl"] for one in json.loads(sbom)["components"]}
    lock = tomllib.loads((ROOT / "uv.lock").read_text(encoding="utf-8"))["package"]
    for entry in lock:
        if entry["name"] != "wegwijzer":
            assert f"pkg:pypi/{entry['name']}@{entry['version']}" in listed
    packages = json.loads((ROOT / "web" / "package-lock.json").read_text(encoding="utf-8"))["packages"]
    for path, entry in packages.items():
        if path and not entry.get("link"):
            name = path.rpartition("node_modules/")[2].replace("@", "%40")
            assert f"pkg:npm/{name}@{entry['version']}" in listed


def test_every_library_has_hashes_and_the_same_sources_make_the_same_list(sbom: str, tmp_path: Path) -> None:
    components = json.loads(sbom)["components"]
    assert all(one.get("hashes") for one in components)
    CliRunner().invoke(app, ["sbom", "--to", str(tmp_path / "again.json")])
    again = json.loads((tmp_path / "again.json").read_text(encoding="utf-8"))
    assert again["serialNumber"] == json.loads(sbom)["serialNumber"]
    assert again["components"] == components


def test_what_only_developers_need_is_told_apart() -> None:
    development = {one.name: one.development for one in all_packages(ROOT)}
    assert not development["rasa"] and not development["sanic"]
    assert development["pytest"] and development["schemathesis"]


def test_an_audit_without_a_line_says_that_nobody_was_asked() -> None:
    done = CliRunner().invoke(app, ["audit", "--source", "http://127.0.0.1:9"])
    assert done.exit_code == 2
    assert json.loads(done.stdout.strip().splitlines()[-1])["asked"] is False


def test_what_was_judged_has_a_reason() -> None:
    assert all(len(reason) > 20 for reason in read_accepted().values())
