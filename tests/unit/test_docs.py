"""Undocumented is red: what the code offers stands in the docs, and what the docs point at is there."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Mapping
from enum import StrEnum
from pathlib import Path
from typing import Any

import pytest
import typer
import yaml
from pydantic import BaseModel

from wegwijzer import vocabulary
from wegwijzer.catalogue import models, sentences
from wegwijzer.cli import app
from wegwijzer.paths import DOMAIN, ROOT
from wegwijzer.settings import Settings
from wegwijzer.understanding import cues

DOCS = ROOT / "docs"
PAGES = sorted(
    [*ROOT.glob("*.md"), *DOCS.rglob("*.md"), *(ROOT / "tests").rglob("*.md")],
)
PACKAGES = ("wegwijzer", "nlu", "actions", "channels", "console", "tests")
CODE = sorted(
    [
        *(path for package in PACKAGES for path in (ROOT / package).rglob("*.py")),
        *(path for folder in (ROOT, ROOT / "data", ROOT / "catalogue") for path in folder.glob("*.yml")),
        *(ROOT / name for name in ("Makefile", "pyproject.toml")),
        *(path for path in (ROOT / "deploy").rglob("*") if path.is_file()),
    ]
)

FENCE = re.compile(r"^(```|~~~).*?^\1", re.MULTILINE | re.DOTALL)
LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)(?:\s+\"[^\"]*\")?\)")
TARGET = re.compile(r"^([a-z][a-z-]*):(?!=)", re.MULTILINE)
ENVIRONMENT = re.compile(r"environ(?:\.get\(|\[)\s*\"([A-Z][A-Z0-9_]+)\"")
FROM_YAML = re.compile(r"\$\{([A-Z][A-Z0-9_]+)\}")
MAKE_EXPORT = re.compile(r"^export ([A-Z][A-Z0-9_]+) *[?:]?=", re.MULTILINE)
DECISION = re.compile(r"docs/adr/(\d{4})")
DOC_FILE = re.compile(r"\bdocs/[\w/.-]+\.md\b")

NOT_SETTINGS = {"PATH", "TEST_DATABASE_URL"}
"""Read or set, but not by the running product."""


EVERY_DESK = {
    "HANDOVER_TARGETS": "email,webhook,chatwoot", "HANDOVER_KEY": "88hhusDdDMDbNcwNGfs5Rd1y_V0otipeLB6anTWgj2o", "HANDOVER_EMAIL_TO": "to@example.nl",
    "HANDOVER_EMAIL_FROM": "from@example.nl", "SMTP_HOST": "mail.example.nl", "HANDOVER_WEBHOOK_URL": "https://example.nl",
    "HANDOVER_WEBHOOK_SECRET": "no-real-one-9f3b7c1e5a8d2046-hjkq", "CHATWOOT_URL": "https://example.nl", "CHATWOOT_ACCOUNT": "1",
    "CHATWOOT_INBOX": "1", "CHATWOOT_TOKEN": "not-a-real-token",
}  # fmt: skip
"""Settings that are only read when another one asks for them."""


def words(path: Path) -> set[str]:
    """Every piece of a page in code style."""
    return set(re.findall(r"`([^`\n]+)`", path.read_text(encoding="utf-8")))


def first_cells(path: Path) -> set[str]:
    """Every piece in code style in the first column of a table."""
    rows = [line for line in path.read_text(encoding="utf-8").splitlines() if line.startswith("| ")]
    return {word for row in rows for word in re.findall(r"`([^`]+)`", row.split("|")[1])}


def row_of(path: Path, name: str) -> str:
    """The table row that begins with ``name``."""
    return next(
        (line for line in path.read_text(encoding="utf-8").splitlines() if line.startswith(f"| `{name}` |")),
        "",
    )


class Listening(dict[str, str]):
    """An environment that remembers which names were asked for."""

    def __init__(self, known: Mapping[str, str]) -> None:
        super().__init__(known)
        self.asked: set[str] = set()

    def get(self, key: str, default: Any = None) -> Any:
        self.asked.add(key)
        return super().get(key, default)


def settings() -> set[str]:
    """Every setting the product reads or passes on."""
    environment = Listening({"RASA_TOKEN": "not-a-real-token", **EVERY_DESK})
    passed_on = Settings.from_environment(environment).as_environment()
    read = {
        name
        for package in PACKAGES[:-1]
        for path in (ROOT / package).rglob("*.py")
        for name in ENVIRONMENT.findall(path.read_text(encoding="utf-8"))
    }
    yml = {name for path in ROOT.glob("*.yml") for name in FROM_YAML.findall(path.read_text(encoding="utf-8"))}
    exported = set(MAKE_EXPORT.findall((ROOT / "Makefile").read_text(encoding="utf-8")))
    return (environment.asked | set(passed_on) | read | yml | exported) - NOT_SETTINGS


def targets() -> set[str]:
    """The targets of the Makefile that a person types."""
    return set(TARGET.findall((ROOT / "Makefile").read_text(encoding="utf-8")))


def commands() -> set[str]:
    """Every command of the program, as it is typed after ``wegwijzer``."""

    def walk(command: Any, path: str) -> Iterator[str]:
        for name, sub in getattr(command, "commands", {}).items():
            yield from walk(sub, f"{path} {name}".strip())
        if not getattr(command, "commands", {}):
            yield path

    return set(walk(typer.main.get_command(app), ""))


def records(module: Any) -> dict[str, type[BaseModel]]:
    """The models that a module defines itself, bases left out."""
    return {
        name: kind
        for name, kind in vars(module).items()
        if isinstance(kind, type) and issubclass(kind, BaseModel) and kind.__module__ == module.__name__ and kind.model_fields
    }


CATALOGUE_FIELDS = sorted(
    (f"{name}.{field}", field)
    for module in (models, sentences, cues)
    for name, kind in records(module).items()
    for field in kind.model_fields
)

EDITORS_VALUES = (
    vocabulary.Status,
    vocabulary.Certainty,
    vocabulary.Kind,
    vocabulary.Access,
    vocabulary.CostKind,
    vocabulary.Vorm,
    vocabulary.Drempel,
    vocabulary.VoorWie,
)

SLOT_VALUES: Mapping[str, type[StrEnum]] = {
    "voor_wie": vocabulary.VoorWie,
    "gemis": vocabulary.Gemis,
    "vorm": vocabulary.Vorm,
    "drempel": vocabulary.Drempel,
    "uitkomst": vocabulary.Uitkomst,
}


def slots() -> dict[str, dict[str, Any]]:
    """The slots of ``domain.yml``."""
    declared: dict[str, dict[str, Any]] = yaml.safe_load(DOMAIN.read_text(encoding="utf-8"))["slots"]
    return declared


# --------------------------------------------------------------------------- what the code offers is in the docs


def test_an_operator_finds_every_setting() -> None:
    assert settings() - first_cells(DOCS / "operators.md") == set()


def test_the_settings_are_really_found() -> None:
    assert {"RASA_PORT", "RETENTION_HOURS", "DATABASE_URL", "ACTION_ENDPOINT_URL", "WEGWIJZER_HOME"} <= settings()


def test_no_setting_is_documented_that_nothing_reads() -> None:
    documented = {word for word in first_cells(DOCS / "operators.md") if re.fullmatch(r"[A-Z][A-Z0-9_]+", word)}
    assert documented - settings() - NOT_SETTINGS == set()


@pytest.mark.parametrize(
    ("setting", "default"), [("WEGWIJZER_HOST", "host"), ("RASA_PORT", "rasa_port"), ("ACTION_PORT", "action_port"),
                             ("RETENTION_HOURS", "retention_hours"),
                             ("VERIFIED_WITHIN_MONTHS", "verified_within_months"), ("LOG_LEVEL", "log_level")]
)  # fmt: skip
def test_the_documented_default_is_the_real_one(setting: str, default: str) -> None:
    value = getattr(Settings.from_environment({"RASA_TOKEN": "not-a-real-token"}), default)
    assert f"`{value}`" in row_of(DOCS / "operators.md", setting)


@pytest.mark.parametrize("slot", slots())
def test_a_reader_finds_every_slot_with_its_type_and_values(slot: str) -> None:
    row = row_of(DOCS / "slots.md", slot)
    assert row, f"docs/slots.md has no row for {slot}"
    declared = slots()[slot]
    assert f"| {declared['type']} |" in row
    missing = [value for value in declared.get("values", ()) if f"`{value}`" not in row]
    missing += [value.value for value in SLOT_VALUES.get(slot, ()) if f"`{value.value}`" not in row]
    assert missing == []
    assert len([cell for cell in row.strip("| ").split("|") if cell.strip()]) == 4, "type, values and who sets it"


def test_no_slot_is_documented_that_is_gone() -> None:
    assert first_cells(DOCS / "slots.md") - set(slots()) == set()


@pytest.mark.parametrize("command", sorted(commands()))
def test_every_command_is_in_the_readme(command: str) -> None:
    assert any(word.endswith(f"wegwijzer {command}") for word in first_cells(ROOT / "README.md"))


@pytest.mark.parametrize("target", sorted(targets()))
def test_every_make_target_is_in_the_readme(target: str) -> None:
    assert f"make {target}" in first_cells(ROOT / "README.md")


@pytest.mark.parametrize(("where", "field"), CATALOGUE_FIELDS, ids=[where for where, _ in CATALOGUE_FIELDS])
def test_an_editor_finds_every_catalogue_field(where: str, field: str) -> None:
    assert field in words(DOCS / "redactie.md"), where


@pytest.mark.parametrize("values", EDITORS_VALUES, ids=lambda values: str(values.__name__))
def test_an_editor_finds_every_value(values: type[StrEnum]) -> None:
    assert [value.value for value in values if value.value not in words(DOCS / "redactie.md")] == []


def test_an_editor_finds_every_field_that_must_be_there() -> None:
    required = {name for name, field in models.Initiative.model_fields.items() if field.is_required()}
    text = (DOCS / "redactie.md").read_text(encoding="utf-8")
    paragraph = next(part for part in text.split("\n\n") if part.startswith("Verplicht zijn"))
    assert required <= set(re.findall(r"`([^`]+)`", paragraph))


def test_the_block_to_copy_passes_the_check() -> None:
    blocks = re.findall(r"^```yaml\n(.*?)^```", (DOCS / "redactie.md").read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL)
    rows = [row for block in blocks if block.startswith("- ") for row in yaml.safe_load(block)]
    offers = [models.Initiative.model_validate(row) for row in rows if "summary" in row]
    lines = [models.Helpline.model_validate(row) for row in rows if "summary" not in row]
    assert [offer.suggestable for offer in offers] == [True]
    assert len(lines) == 1


# --------------------------------------------------------------------------- what is pointed at is there


def test_every_decision_named_in_the_code_exists() -> None:
    written = {path.name[:4] for path in (DOCS / "adr").glob("*.md")}
    named = {
        (str(path.relative_to(ROOT)), number) for path in CODE for number in DECISION.findall(path.read_text(encoding="utf-8"))
    }
    assert {where for where in named if where[1] not in written} == set()


def test_every_page_named_in_the_code_exists() -> None:
    named = {(str(path.relative_to(ROOT)), page) for path in CODE for page in DOC_FILE.findall(path.read_text(encoding="utf-8"))}
    assert {where for where in named if not (ROOT / where[1]).exists()} == set()


@pytest.mark.parametrize("path", sorted((DOCS / "adr").glob("*.md")), ids=lambda path: str(path.stem))
def test_a_decision_says_when_why_what_and_what_follows(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert re.match(rf"# {path.name[:4]}\. \S", text)
    assert re.search(r"^Date: \d{4}-\d{2}-\d{2}\b", text, re.MULTILINE)
    assert re.findall(r"^## (.+)$", text, re.MULTILINE) == ["Context", "Decision", "Consequences"]


def test_no_two_decisions_have_the_same_number() -> None:
    numbers = [path.name[:4] for path in (DOCS / "adr").glob("*.md")]
    assert sorted(numbers) == sorted(set(numbers))


def anchors(path: Path) -> set[str]:
    """The anchors of a page's headings, as code hosts make them."""
    headings = re.findall(r"^#{1,6} (.+)$", FENCE.sub("", path.read_text(encoding="utf-8")), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.strip().lower()).replace(" ", "-") for heading in headings}


def broken_links(page: Path, root: Path = ROOT) -> list[str]:
    """The links of a page that point nowhere inside ``root``."""
    broken = []
    for link in LINK.findall(FENCE.sub("", page.read_text(encoding="utf-8"))):
        if re.match(r"[a-z]+:", link):
            continue
        file, _, anchor = link.partition("#")
        target = (page.parent / file).resolve() if file else page
        lost = not target.exists() or not target.is_relative_to(root.resolve())
        if lost or (anchor and target.suffix == ".md" and anchor not in anchors(target)):
            broken.append(link)
    return broken


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_link_leads_somewhere(page: Path) -> None:
    assert broken_links(page) == []


@pytest.mark.parametrize("link", ["nowhere.md", "page.md#no-such-heading", "#no-such-heading", "../outside.md"], ids=str)
def test_a_broken_link_is_seen(tmp_path: Path, link: str) -> None:
    (tmp_path / "outside.md").touch()
    page = tmp_path / "project" / "page.md"
    page.parent.mkdir()
    page.write_text(f"# A heading\n\n[a](#a-heading), [c](page.md) and [b]({link})\n", encoding="utf-8")
    assert broken_links(page, page.parent) == [link]


def test_every_page_can_be_reached_from_the_readme() -> None:
    linked = {
        (page.parent / link.partition("#")[0]).resolve()
        for page in PAGES
        for link in LINK.findall(page.read_text(encoding="utf-8"))
        if not re.match(r"[a-z]+:", link)
    }
    lost = [path for path in DOCS.rglob("*.md") if path.resolve() not in linked and path.parent.resolve() not in linked]
    assert lost == []


def named_paths(page: Path) -> set[str]:
    """Files and folders of this project that a page names in code style."""
    kinds = "|".join(re.escape(f"{name}/") for name in ("catalogue", "data", "deploy", "docs", *PACKAGES))
    return {word for word in words(page) if re.fullmatch(rf"(?:{kinds})[\w./*-]*", word)}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_file_that_is_named_is_there(page: Path) -> None:
    assert [name for name in sorted(named_paths(page)) if not any(ROOT.glob(name.rstrip("/")))] == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_command_that_is_named_is_there(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    typed = set(re.findall(r"(?:^|`)make ([a-z][a-z-]*)", text, re.MULTILINE))
    assert typed - targets() == set()
    run = set(re.findall(r"(?:\.venv/bin/|`)wegwijzer ([a-z][a-z-]*(?: [a-z][a-z-]*)?)", text))
    known = {" ".join(command.split()[:length]) for command in commands() for length in (1, 2, 3)}
    assert {name for name in run if name not in known and name.split()[0] not in commands()} == set()


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_answer_and_action_that_is_named_is_there(page: Path) -> None:
    domain = yaml.safe_load(DOMAIN.read_text(encoding="utf-8"))
    known = {*domain["responses"], *domain["actions"], *(name for name in domain["forms"]), "utter_ask_dagdeel"}
    named = set(re.findall(r"\b((?:utter|action)_[a-z_]+[a-z])(?![\w*./]|_\*)", page.read_text(encoding="utf-8")))
    kinds = {name for name in named if any(other.startswith(f"{name}_") for other in known)}
    assert named - known - kinds - {"action_server", "action_listen", "action_endpoint"} == set()


# --------------------------------------------------------------------------- facts that stand in two places


def test_the_licence_is_the_one_that_is_named_everywhere() -> None:
    assert (ROOT / "LICENSE").read_text(encoding="utf-8").startswith("EUROPEAN UNION PUBLIC LICENCE v. 1.2")
    about = yaml.safe_load((ROOT / "publiccode.yml").read_text(encoding="utf-8"))
    assert about["legal"]["license"] == "EUPL-1.2"
    assert 'license = "EUPL-1.2"' in (ROOT / "pyproject.toml").read_text(encoding="utf-8")


def test_publiccode_has_what_the_standard_asks_for() -> None:
    about = yaml.safe_load((ROOT / "publiccode.yml").read_text(encoding="utf-8"))
    assert about["publiccodeYmlVersion"] == "0.4"
    top = {"name", "url", "platforms", "categories", "developmentStatus", "softwareType", "description", "legal", "maintenance"}
    assert top | {"localisation"} <= set(about)
    for text in about["description"].values():
        assert len(text["shortDescription"]) <= 150
        assert 150 <= len(text["longDescription"]) <= 10_000
        assert text["features"]
    assert all(contact["name"] and contact["email"] for contact in about["maintenance"]["contacts"])
    assert about["localisation"]["availableLanguages"] == ["nl"]


def test_the_retention_the_bot_speaks_of_is_the_default() -> None:
    hours = Settings.from_environment({"RASA_TOKEN": "not-a-real-token"}).retention_hours
    domain = yaml.safe_load(DOMAIN.read_text(encoding="utf-8"))
    assert domain["session_config"]["session_expiration_time"] == hours * 60
    for page in (ROOT / "README.md", DOCS / "privacy.md", DOCS / "adr" / "0004-retention.md"):
        assert re.search(rf"\b{hours} (?:uur|hours)\b", page.read_text(encoding="utf-8")), page


def test_the_welcome_in_the_readme_is_what_start_prints() -> None:
    source = (ROOT / "wegwijzer" / "cli.py").read_text(encoding="utf-8")
    welcome = next(node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.FunctionDef) and node.name == "_welcome")
    printed = "".join(
        str(node.value) for node in ast.walk(welcome) if isinstance(node, ast.Constant) and isinstance(node.value, str)
    )
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    for line in (
        "Wegwijzer is ready.",
        "Talk on the page:",
        "Console of colleagues:",
        "Talk in the terminal:",
        "Talk over HTTP:",
        "Health:",
        "Token for the API:",
        "Stop with",
    ):
        assert line in printed
        assert line in readme
