"""Reading the Rasa project with the line of everything: domain, rules, stories, policies, and what people say.

A mistake in a file is a :class:`CatalogueError` in plain Dutch that names the file and the line.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from wegwijzer.catalogue.remedies import CatalogueError, Problem, malformed, unreadable
from wegwijzer.drawing.model import Kind, Place, Words

NO_BLOCK = "'{found}' is geen blok met velden; kijk hoe het bij de andere staat"
NO_LIST = "hier hoort een lijst te staan"
NO_NAME = "begin met '- {kind}: ...' en daaronder 'steps:'"
MOST_QUOTED = 60
CONDITION = "{name} is {value}"

_RULES_OR_STORIES = re.compile(r"^(?:rules|stories):", re.MULTILINE)
_EXAMPLES = re.compile(r"^nlu:", re.MULTILINE)
_FAST: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class Block(dict[str, Any]):
    """A mapping of a YAML file that knows its line, and the line of each key."""

    line: int
    lines: dict[str, int]


class _Loader(_FAST):  # type: ignore[misc]
    """PyYAML's safe loader; mappings become a :class:`Block`."""


def _block(loader: Any, node: yaml.MappingNode) -> Block:
    loader.flatten_mapping(node)
    block = Block(loader.construct_mapping(node, deep=True))
    block.line = node.start_mark.line + 1
    block.lines = {str(key.value): key.start_mark.line + 1 for key, _ in node.value}
    return block


_Loader.add_constructor("tag:yaml.org,2002:map", _block)


@dataclass(frozen=True)
class Project:
    """A checkout: reads files by their path from the project folder."""

    root: Path

    def read(self, name: str) -> tuple[Block, str]:
        """A YAML file as a :class:`Block`, and its text. Raises :class:`CatalogueError`."""
        try:
            text = (self.root / name).read_text(encoding="utf-8")
        except (UnicodeDecodeError, OSError) as error:
            raise CatalogueError([unreadable(name, error)]) from error
        try:
            data = yaml.load(text, Loader=_Loader)  # noqa: S506 - a safe loader of our own
        except (yaml.YAMLError, ValueError, TypeError) as error:
            raise CatalogueError([malformed(name, error)]) from error
        return as_block(data, name, 1), text

    def data_files(self, pattern: re.Pattern[str]) -> Iterator[str]:
        """The files of ``data/`` whose text has this, in order of name."""
        for path in sorted((self.root / "data").rglob("*.yml")):
            name = path.relative_to(self.root).as_posix()
            try:
                if pattern.search(path.read_text(encoding="utf-8")):
                    yield name
            except (UnicodeDecodeError, OSError) as error:
                raise CatalogueError([unreadable(name, error)]) from error


@dataclass(frozen=True)
class Script:
    """A rule or a story.

    Attributes:
        intents: what starts it; several when it says ``or``.
        does: actions in order, with the intents in between for a story of several turns, as ``("action", name)`` pairs.
        condition: slots and loops that must be so, by name; ``None`` is "not set".
        loop: the loop that is active at the end (``None``: it was ended), or ``""`` when nothing is said about it.
    """

    kind: Kind
    name: str
    place: Place
    intents: tuple[str, ...]
    does: tuple[tuple[str, str], ...]
    condition: tuple[tuple[str, str | None], ...] = ()
    loop: str | None = ""


@dataclass(frozen=True)
class Policy:
    """One policy of ``config.yml``: its dotted name, its priority, the comment beside it, and where it stands."""

    name: str
    priority: int
    comment: str
    place: Place
    fallback: str = ""


def as_block(data: object, file: str, line: int) -> Block:
    """This as a block of fields; raises :class:`CatalogueError` when it is something else."""
    if not isinstance(data, Block):
        raise CatalogueError([Problem(file, "", "", NO_BLOCK.format(found=str(data)[:MOST_QUOTED]), line)])
    return data


def as_list(block: Block, key: str, file: str) -> list[Any]:
    """The list under a key, empty when the key is missing; raises :class:`CatalogueError` when it is something else."""
    value = block.get(key) or []
    if not isinstance(value, list):
        raise CatalogueError([Problem(file, "", key, NO_LIST, block.lines[key])])
    return value


def under(block: Block, key: str, file: str) -> Block:
    """The block under a key, empty when the key is missing; raises :class:`CatalogueError` when it is something else."""
    if block.get(key) is None:
        empty = Block()
        empty.line, empty.lines = block.lines.get(key, block.line), {}
        return empty
    return as_block(block[key], file, block.lines[key])


def named(block: Block, key: str, file: str, text: str) -> dict[str, Place]:
    """The names in a list of plain names or of ``name: {settings}``, with their line."""
    names: dict[str, Place] = {}
    start = block.lines.get(key, 0)
    for item in as_list(block, key, file):
        name = next(iter(item)) if isinstance(item, dict) and item else str(item)
        names[name] = Place(file, item.line if isinstance(item, Block) else _line_of(text, name, start))
    return names


def _line_of(text: str, name: str, start: int) -> int:
    """The line of a plain name in a list that begins at line ``start``."""
    rows = text.splitlines()
    found = (number for number in range(start, len(rows)) if re.search(rf"- +['\"]?{re.escape(name)}\b", rows[number]))
    return next((number + 1 for number in found), start)


def words_of(variants: object, file: str, line: int) -> tuple[Words, ...]:
    """The variants of a response of the domain."""
    if not isinstance(variants, list):
        raise CatalogueError([Problem(file, "", "", NO_LIST, line)])
    found = []
    for variant in variants:
        block = as_block(variant, file, line)
        when = " en ".join(_condition(one) for one in as_list(block, "condition", file) if isinstance(one, dict))
        buttons = tuple(str(button.get("title", "")) for button in as_list(block, "buttons", file) if isinstance(button, dict))
        found.append(Words(str(block.get("text") or "").strip(), when, buttons))
    return tuple(found)


def _condition(one: Mapping[str, Any]) -> str:
    return CONDITION.format(name=str(one.get("name", "?")).replace("_", " "), value=one.get("value", "?"))


def scripts(project: Project) -> list[Script]:
    """Every rule and story of ``data/``, in the order of the files. Raises :class:`CatalogueError`."""
    found = []
    for file in project.data_files(_RULES_OR_STORIES):
        data, _ = project.read(file)
        for key, word, kind in (("rules", "rule", Kind.RULE), ("stories", "story", Kind.STORY)):
            for item in as_list(data, key, file):
                block = as_block(item, file, data.lines[key])
                if not block.get(word) or not block.get("steps"):
                    raise CatalogueError([Problem(file, "", key, NO_NAME.format(kind=word), block.line)])
                found.append(_script(block, str(block[word]), kind, file))
    return found


def _script(block: Block, name: str, kind: Kind, file: str) -> Script:
    intents: tuple[str, ...] = ()
    does: list[tuple[str, str]] = []
    loop: str | None = ""
    for item in as_list(block, "steps", file):
        step = as_block(item, file, block.line)
        said = _intents(step, file)
        if said and not does and not intents:
            intents = said
        elif said:
            does += [("intent", one) for one in said]
        if step.get("action"):
            does.append(("action", str(step["action"])))
        if "active_loop" in step:
            loop = step["active_loop"]
    condition: list[tuple[str, str | None]] = []
    for item in as_list(block, "condition", file):
        condition += _facts(as_block(item, file, block.line), file)
    return Script(kind, name, Place(file, block.line), intents, tuple(does), tuple(condition), loop)


def _intents(step: Block, file: str) -> tuple[str, ...]:
    if step.get("intent"):
        return (str(step["intent"]),)
    return tuple(str(one["intent"]) for one in as_list(step, "or", file) if isinstance(one, dict) and one.get("intent"))


def _facts(block: Block, file: str) -> Iterator[tuple[str, str | None]]:
    """What must be so for a rule: ``active_loop`` and slots."""
    if "active_loop" in block:
        yield "active_loop", block["active_loop"]
    for item in as_list(block, "slot_was_set", file):
        for slot, value in item.items() if isinstance(item, dict) else ((str(item), None),):
            yield slot, None if value is None else str(value)


def policies(project: Project, file: str = "config.yml") -> list[Policy]:
    """The policies, the one that is asked first first. Raises :class:`CatalogueError`."""
    data, text = project.read(file)
    rows = text.splitlines()
    found = []
    for item in as_list(data, "policies", file):
        block = as_block(item, file, data.lines["policies"])
        line = block.lines.get("name", block.line)
        comment = rows[line - 1].partition(" #")[2].strip()
        priority = int(block.get("priority") or (RULES_PRIORITY if block.get("name") == "RulePolicy" else 0))
        fallback = str(block.get("core_fallback_action_name") or "")
        found.append(Policy(str(block.get("name", "?")), priority, comment, Place(file, line), fallback))
    return sorted(found, key=lambda policy: -policy.priority)


RULES_PRIORITY = 6
"""Rasa's own priority of its ``RulePolicy``, when ``config.yml`` does not say; its other policies come after it."""


def examples(project: Project) -> dict[str, list[str]]:
    """What people may say, by intent, in the order of the files. Raises :class:`CatalogueError`."""
    found: dict[str, list[str]] = {}
    for file in project.data_files(_EXAMPLES):
        try:
            data = yaml.load((project.root / file).read_text(encoding="utf-8"), Loader=_FAST)  # noqa: S506 - safe
        except (yaml.YAMLError, ValueError) as error:
            raise CatalogueError([malformed(file, error)]) from error
        for item in data.get("nlu") or ():
            lines = str(item.get("examples") or "").splitlines()
            said = [line.strip()[2:].strip() for line in lines if line.strip().startswith("- ")]
            found.setdefault(str(item.get("intent")), []).extend(said)
    return found
