"""Points of OWASP ASVS that are about how the code is written: read from the sources, the locks and the settings of the linters."""

from __future__ import annotations

import ast
import json
import re
import tomllib
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from typing import Any

import pytest
import yaml

from wegwijzer.paths import ROOT
from wegwijzer.product.checks import PACKAGES

NOT_RUNNING = (
    "wegwijzer/evaluation/",
    "wegwijzer/graph_double/",
    "channels/echo",
    "channels/whatsapp_echo",
    "channels/twilio_echo",
)
"""Measuring and doubles: nobody from outside reaches them."""

LEVELS = {"debug", "info", "warning", "error", "exception", "critical"}


@lru_cache
def sources() -> dict[str, ast.Module]:
    """Every module of ours that runs, by its path."""
    found = {}
    for package in PACKAGES:
        for path in sorted((ROOT / package).rglob("*.py")):
            name = str(path.relative_to(ROOT))
            if not name.startswith(NOT_RUNNING):
                found[name] = ast.parse(path.read_text(encoding="utf-8"))
    assert len(found) > 150
    return found


def called(name: str) -> str:
    """A made-up module that calls something, to see that it would be seen."""
    return f"import x\n\ndef f(a):\n    return {name}\n"


def calls(tree: ast.AST) -> Iterator[tuple[str, ast.Call]]:
    """Everything that is called, by its dotted name."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            yield ast.unparse(node.func), node


def imported(tree: ast.AST) -> set[str]:
    """The first part of every module that is imported, wherever it is."""
    found = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            found |= {node.module, *(f"{node.module}.{alias.name}" for alias in node.names)}
    return found


# --------------------------------------------------------------------------- code and commands made of input

RUNS = {"eval", "exec", "compile", "__import__", "os.system", "os.popen", "yaml.load", "yaml.unsafe_load", "yaml.full_load"}
UNPICKLES = {"pickle", "cPickle", "marshal", "shelve", "dill", "cloudpickle", "jsonpickle"}


def runs_code(tree: ast.AST) -> list[str]:
    found = [name for name, call in calls(tree) if name in RUNS and not _safe_yaml(name, call)]
    found += [name for name in imported(tree) if name.partition(".")[0] in UNPICKLES]
    return found


def _safe_yaml(name: str, call: ast.Call) -> bool:
    """Whether YAML is read with a loader of ours or a safe one."""
    loaders = [ast.unparse(one.value) for one in call.keywords if one.arg == "Loader"] + [
        ast.unparse(one) for one in call.args[1:2]
    ]
    return (
        name == "yaml.load"
        and bool(loaders)
        and all("Unsafe" not in one and one not in ("yaml.Loader", "Loader") for one in loaders)
    )


def test_nothing_makes_code_or_objects_of_text() -> None:
    assert {path: found for path, tree in sources().items() if (found := runs_code(tree))} == {}
    for bad in ("eval(a)", "exec(a)", "os.system(a)", "yaml.load(a)", "yaml.load(a, Loader=yaml.UnsafeLoader)"):
        assert runs_code(ast.parse(called(bad))), bad
    assert runs_code(ast.parse("import pickle"))


def by_a_shell(tree: ast.AST) -> list[str]:
    found = []
    for name, call in calls(tree):
        if name.startswith("subprocess.") or name in ("Popen", "asyncio.create_subprocess_shell"):
            shell = [one for one in call.keywords if one.arg == "shell" and getattr(one.value, "value", True) is not False]
            one_text = bool(call.args) and isinstance(call.args[0], (ast.JoinedStr, ast.BinOp))
            if shell or one_text or name.endswith("_shell"):
                found.append(name)
    return found


def test_programs_are_started_with_lists_and_never_by_a_shell() -> None:
    assert {path: found for path, tree in sources().items() if (found := by_a_shell(tree))} == {}
    for bad in ("subprocess.run(a, shell=True)", "subprocess.run(f'ls {a}')", "subprocess.run('ls ' + a)"):
        assert by_a_shell(ast.parse(called(bad))), bad


def loose_formats(tree: ast.AST) -> list[str]:
    """Lines of the log whose words are put together before the log sees them, or come from elsewhere."""
    found = []
    for name, call in calls(tree):
        owner, _, level = name.rpartition(".")
        if level in LEVELS and owner.rpartition(".")[2] in ("log", "logger", "logging") and call.args:
            first = call.args[0]
            parts = [first.body, first.orelse] if isinstance(first, ast.IfExp) else [first]
            if not all(isinstance(one, ast.Constant) and isinstance(one.value, str) for one in parts):
                found.append(ast.unparse(first))
    return found


def test_the_words_of_every_line_of_the_log_are_fixed() -> None:
    assert {path: found for path, tree in sources().items() if (found := loose_formats(tree))} == {}
    for bad in ("log.error(f'{a}')", "log.info('x ' + a)", "logger.warning(a)", "log.error('%s' % a)"):
        assert loose_formats(ast.parse(called(bad))), bad


def test_all_parts_log_in_one_way() -> None:
    """Servers begin their log by one function, and no module writes with a logger of another name than its own."""
    servers = [path for path in sources() if path.endswith(("/server.py", "handover/runner.py"))]
    assert len(servers) >= 4
    for path in servers:
        assert any(name.rpartition(".")[2] == "log_as" for name, _ in calls(sources()[path])), path
    others = {
        path: ast.unparse(call)
        for path, tree in sources().items()
        for name, call in calls(tree)
        if name == "logging.basicConfig" and path != "wegwijzer/guarding/traces.py"
    }
    assert others == {}


# --------------------------------------------------------------------------- cryptography

WEAK = {"md5", "sha1", "new", "md4"}
OWN_CRYPTO = ("Crypto", "Cryptodome", "cryptography.hazmat", "nacl", "rsa", "bcrypt", "ecdsa")


def weak_crypto(tree: ast.AST) -> list[str]:
    found = [name for name, _ in calls(tree) if name.startswith("hashlib.") and name.partition(".")[2] in WEAK]
    found += [
        f"{name} with {arg}"
        for name, call in calls(tree)
        if name == "hmac.new"
        for arg in _digests(call)
        if arg != "hashlib.sha256"
    ]
    return found + [name for name in imported(tree) if name.startswith(OWN_CRYPTO)]


def _digests(call: ast.Call) -> list[str]:
    return [ast.unparse(one) for one in call.args[2:3]] + [
        ast.unparse(one.value) for one in call.keywords if one.arg == "digestmod"
    ]


def test_only_strong_hashes_and_whole_recipes_of_proven_libraries() -> None:
    assert {path: found for path, tree in sources().items() if (found := weak_crypto(tree))} == {}
    for bad in ("hashlib.md5(a)", "hashlib.sha1(a)", "hashlib.new('md5', a)", "hmac.new(a, a, hashlib.sha1)"):
        assert weak_crypto(ast.parse(called(bad))), bad
    assert weak_crypto(ast.parse("from cryptography.hazmat.primitives import ciphers"))


def test_what_must_be_unguessable_comes_from_the_system_and_no_guid_is_made_of_time_or_chance() -> None:
    guids = {"uuid.uuid1", "uuid.uuid3", "uuid.getnode", "uuid1", "uuid3"}
    for path, tree in sources().items():
        assert "random" not in imported(tree), path
        assert not guids & {name for name, _ in calls(tree)}, path
    # What is the same for the same content, and no secret.
    of_content = {path for path, tree in sources().items() if {"uuid.uuid5", "uuid5"} & {name for name, _ in calls(tree)}}
    assert of_content <= {"wegwijzer/catalogue/hsds.py", "wegwijzer/guarding/sbom.py"}


def trusting(tree: ast.AST) -> list[str]:
    """Lines whose certificates are not looked at."""
    found = [ast.unparse(one.value) for _, call in calls(tree) for one in call.keywords
             if one.arg in ("verify", "ssl", "verify_ssl", "check_hostname") and getattr(one.value, "value", None) is False]  # fmt: skip
    names = {node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute)}
    found += sorted(names & {"CERT_NONE", "CERT_OPTIONAL", "_create_unverified_context"})
    set_to = [
        node for node in ast.walk(tree) if isinstance(node, ast.Assign) and "check_hostname" in ast.unparse(node.targets[0])
    ]
    return found + [ast.unparse(node) for node in set_to if getattr(node.value, "value", None) is False]


def test_the_certificate_of_who_is_asked_is_always_verified() -> None:
    assert {path: found for path, tree in sources().items() if (found := trusting(tree))} == {}
    for bad in ("httpx.get(a, verify=False)", "x.get(a, ssl=False)", "ssl.CERT_NONE", "ssl._create_unverified_context()"):
        assert trusting(ast.parse(called(bad))), bad


# --------------------------------------------------------------------------- parsers and libraries

OTHER_PARSERS = ("ujson", "simplejson", "lxml", "xmltodict", "bs4", "html5lib", "demjson", "json5")


def test_json_and_xml_are_read_by_the_same_parsers_everywhere() -> None:
    assert {path for path, tree in sources().items() if any(name.startswith(OTHER_PARSERS) for name in imported(tree))} == set()
    # Events are written with orjson, and read back like everything else.
    writers = {path: tree for path, tree in sources().items() if any(name.startswith("orjson") for name in imported(tree))}
    assert set(writers) == {"channels/written.py"}
    assert {name for tree in writers.values() for name, _ in calls(tree) if name.startswith("orjson")} <= {
        "orjson.dumps",
        "orjson.Fragment",
    }
    # XML comes from outside in workbooks only; what is drawn here is written, and not read.
    xml = {path for path, tree in sources().items() if any(name.startswith(("xml.", "defusedxml")) for name in imported(tree))}
    drawn = {"wegwijzer/drawing/svg.py", "console/charts.py"}
    assert xml == {"wegwijzer/catalogue/sheet_limits.py", *drawn}
    reads = {"ElementTree.parse", "ElementTree.fromstring", "ElementTree.XML", "ElementTree.iterparse"}
    assert not reads & {name for path in drawn for name, _ in calls(sources()[path])}


def test_the_core_knows_neither_rasa_nor_sanic() -> None:
    framework = ("rasa", "rasa_sdk", "sanic")
    wrong = {
        path
        for path, tree in sources().items()
        if path.startswith("wegwijzer/") and any(name.partition(".")[0] in framework for name in imported(tree))
    }
    assert wrong == set()


def test_ruff_looks_for_weak_spots_in_everything_that_runs() -> None:
    lint = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["ruff"]["lint"]
    assert "S" in lint["select"]
    assert {rule for rule in lint["ignore"] if rule.startswith("S")} <= {"S603", "S607"}
    for where, rules in lint["per-file-ignores"].items():
        assert where.startswith("tests/") or not [rule for rule in rules if rule.startswith("S")], where


def test_everything_that_is_installed_is_pinned_with_its_hash_and_comes_from_the_two_registries() -> None:
    lock = tomllib.loads((ROOT / "uv.lock").read_text(encoding="utf-8"))["package"]
    for entry in lock:
        if entry["name"] != "wegwijzer":
            assert set(entry["source"]) == {"registry"}, entry["name"]
            assert all("hash" in file for file in (*entry.get("wheels", ()), *filter(None, [entry.get("sdist")]))), entry["name"]
    packages: dict[str, Any] = json.loads((ROOT / "web" / "package-lock.json").read_text(encoding="utf-8"))["packages"]
    for path, one in packages.items():
        if path and not one.get("link"):
            assert one.get("integrity", "").startswith("sha512-"), path
            assert not one.get("resolved", "").startswith(("git", "file:", "http:")), path


@pytest.mark.parametrize(("file", "frozen"), [("Makefile", "uv sync --frozen"), ("wegwijzer/product/webchat.py", '"ci"')])
def test_building_takes_what_is_pinned_and_nothing_newer(file: str, frozen: str) -> None:
    assert frozen in (ROOT / file).read_text(encoding="utf-8")


# --------------------------------------------------------------------------- the description of what can be asked

MOST_FIELDS = 8


def test_no_operation_takes_more_than_a_few_fields() -> None:
    raw = yaml.safe_load((ROOT / "docs" / "openapi.yml").read_text(encoding="utf-8"))
    for path, item in raw["paths"].items():
        for method, one in item.items():
            fields = len(one.get("parameters", ()))
            for kind in one.get("requestBody", {}).get("content", {}).values():
                schema = kind["schema"]
                if "$ref" in schema:
                    schema = raw["components"]["schemas"][Path(schema["$ref"]).name]
                fields += len(schema.get("properties", {}))
            assert fields <= MOST_FIELDS, (method, path)


def test_the_page_keeps_nothing_in_the_browser_but_the_one_thing_that_was_asked_for() -> None:
    """``web/src/beeld/bewaard.ts`` keeps, until the tab closes, what the person had the page keep."""
    kept = re.compile(r"localStorage|sessionStorage|indexedDB|document\.cookie|caches\.open|serviceWorker")
    files = sorted((ROOT / "web" / "src").rglob("*.ts"))
    assert len(files) > 10
    assert {path.name for path in files if kept.search(path.read_text(encoding="utf-8"))} <= {"bewaard.ts"}
