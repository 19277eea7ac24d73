"""Which names of the domain our own code says, found in its syntax: the code is read, never run or imported.

The actions and the policies are adapters to Rasa, which the core does not import. So their files are parsed
(:mod:`ast`) and followed from a class to all it uses, through functions, tables and imports of our own packages.

What only stands in a condition is not said: ``if last == SORRY`` only looks whether that was said. A name that is put together,
``f"utter_crisis_{kind}"``, stands for every name that begins so.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any

from wegwijzer.catalogue.remedies import CatalogueError, Problem
from wegwijzer.drawing.model import Place

PACKAGES = ("wegwijzer", "nlu", "actions", "channels")
CHANNELS = ("channels", "wegwijzer/whatsapp")
"""Folders of what says something without the conversation."""
NOT_PYTHON = "dit is geen goede Python ('{problem}'); vraag een ontwikkelaar"
_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
_BEGINNINGS = ("startswith", "endswith")
_UNKNOWN = object()

Definition = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef | ast.expr


@dataclass(frozen=True)
class Module:
    """One parsed file: what it defines at the top, and what it imports from our own packages."""

    file: str
    defined: dict[str, Definition]
    imported: dict[str, tuple[str, str]]


@dataclass(frozen=True)
class Found:
    """What was found from one place in the code on.

    Attributes:
        names: names of the domain, in the order in which they were met.
        members: members of enumerations, as ``"Uitkomst.MENS"``.
        by_member: whether a table by member of the enumeration asked about was met.
    """

    names: tuple[str, ...]
    members: tuple[str, ...]
    by_member: bool


@dataclass(frozen=True)
class Code:
    """Our code in one checkout.

    Attributes:
        known: names of the domain to look for.
    """

    root: Path
    known: tuple[str, ...]
    _modules: dict[str, Module | None] = field(default_factory=dict)
    _found: dict[tuple[str, str, str, str], Found] = field(default_factory=dict)

    def module(self, dotted: str) -> Module | None:
        """A module of ours; ``None`` when there is no such file. Raises :class:`CatalogueError` when it is no Python."""
        if dotted not in self._modules:
            self._modules[dotted] = self._parse(dotted)
        return self._modules[dotted]

    def _parse(self, dotted: str) -> Module | None:
        base = self.root.joinpath(*dotted.split("."))
        path = next((one for one in (base.with_suffix(".py"), base / "__init__.py") if one.is_file()), None)
        if path is None or dotted.split(".")[0] not in PACKAGES:
            return None
        file = path.relative_to(self.root).as_posix()
        try:
            tree = _tree(path.read_text(encoding="utf-8"))
        except (SyntaxError, ValueError, OSError) as error:
            raise CatalogueError([Problem(file, "", "", NOT_PYTHON.format(problem=error))]) from error
        defined: dict[str, Definition] = {}
        imported: dict[str, tuple[str, str]] = {}
        for statement in tree.body:
            if isinstance(statement, _FUNCTIONS):
                defined[statement.name] = statement
            elif isinstance(statement, ast.Assign):
                defined |= {target.id: statement.value for target in statement.targets if isinstance(target, ast.Name)}
            elif isinstance(statement, ast.AnnAssign) and statement.value and isinstance(statement.target, ast.Name):
                defined[statement.target.id] = statement.value
            elif isinstance(statement, ast.ImportFrom) and statement.module and not statement.level:
                imported |= {alias.asname or alias.name: (statement.module, alias.name) for alias in statement.names}
        return Module(file, defined, imported)

    @cached_property
    def actions(self) -> dict[str, tuple[str, str, Place]]:
        """Every class of ``actions/`` that says its name, by that name: module, class and place."""
        found = {}
        for path in sorted((self.root / "actions").rglob("*.py")):
            dotted = ".".join(path.relative_to(self.root).with_suffix("").parts)
            module = self.module(dotted)
            for name, definition in module.defined.items() if module else ():
                if isinstance(definition, ast.ClassDef) and (action := _own_name(definition)) and module:
                    found[action] = (dotted, name, Place(module.file, definition.lineno))
        return found

    @cached_property
    def said_by_channels(self) -> tuple[str, ...]:
        """Names of the domain that stand in :data:`CHANNELS`: what a channel says by itself, such as "too long"."""
        said: dict[str, None] = {}
        for path in sorted(path for folder in CHANNELS for path in (self.root / folder).rglob("*.py")):
            module = self.module(".".join(path.relative_to(self.root).with_suffix("").parts))
            for definition in module.defined.values() if module else ():
                words = (node.value for node in ast.walk(definition) if isinstance(node, ast.Constant))
                said |= dict.fromkeys(word for word in words if isinstance(word, str) and word in self.known)
        return tuple(said)

    def reach(self, dotted: str, name: str, member: str = "", enum: str = "") -> Found:
        """Everything said from one class or function on.

        Args:
            dotted, name: module and the name in it.
            member: when given ("Step.MENS"), what is said for that member only: tables by member and tests on it are
                followed as they would go then.
            enum: the enumeration of which tables are left out ("Step"), when there is no ``member``.
        """
        key = (dotted, name, member, enum)
        if key not in self._found:
            walk = _Walk(self, member, enum or member.partition(".")[0])
            walk.follow(dotted, name, only_functions=False)
            self._found[key] = Found(tuple(walk.names), tuple(walk.members), walk.by_member)
        return self._found[key]

    def constant(self, dotted: str, name: str) -> Any:
        """The value of a constant at the top of a module, ``None`` when it is not there or is made by a call.

        Members of enumerations are given as ``"Tier.ALERT"``.
        """
        module = self.module(dotted)
        definition = module.defined.get(name) if module else None
        if not isinstance(definition, ast.expr):
            return None
        value = self._value(definition, dotted)
        return None if value is _UNKNOWN else value

    def member_place(self, dotted: str, enum: str, member: str) -> Place:
        """Where a member of an enumeration stands; its file when the line is not found."""
        module = self.module(dotted)
        definition = module.defined.get(enum) if module else None
        for statement in definition.body if isinstance(definition, ast.ClassDef) else ():
            if isinstance(statement, ast.Assign) and any(isinstance(t, ast.Name) and t.id == member for t in statement.targets):
                return Place(module.file if module else dotted, statement.lineno)
        return Place(dotted.replace(".", "/") + ".py")

    @cached_property
    def text(self) -> str:
        """All of it as one text, to see whether a name stands anywhere."""
        paths = (path for package in PACKAGES for path in sorted((self.root / package).rglob("*.py")))
        return "".join(path.read_text(encoding="utf-8") for path in paths)

    def tables(self, enum: str, other: str) -> dict[str, str]:
        """Every pair of every table in ``actions/`` from members of one enumeration to members of another."""
        found: dict[str, str] = {}
        for dotted in sorted({where for where, _, _ in self.actions.values()}):
            module = self.module(dotted)
            for name in module.defined if module else ():
                value = self.constant(dotted, name)
                if isinstance(value, dict):
                    pairs = {key: one for key, one in value.items() if isinstance(key, str) and isinstance(one, str)}
                    found |= {k: v for k, v in pairs.items() if k.startswith(f"{enum}.") and v.startswith(f"{other}.")}
        return found

    def _value(self, node: ast.expr, dotted: str) -> Any:
        match node:
            case ast.Constant():
                return node.value
            case ast.Name():
                return self._named(node.id, dotted)
            case ast.Attribute(value=ast.Name(id=owner)):
                return f"{owner}.{node.attr}"
            case ast.Dict():
                keys = [_UNKNOWN if key is None else self._value(key, dotted) for key in node.keys]
                values = [self._value(value, dotted) for value in node.values]
                return dict(zip(keys, values, strict=True)) if _UNKNOWN not in keys else _UNKNOWN
            case ast.Tuple() | ast.List() | ast.Set():
                return tuple(self._value(item, dotted) for item in node.elts)
            case ast.Call(func=ast.Name(id="frozenset" | "set" | "tuple"), args=[inner]):
                return self._value(inner, dotted)
        return _UNKNOWN

    def _named(self, name: str, dotted: str) -> Any:
        module = self.module(dotted)
        if module is None:
            return _UNKNOWN
        if isinstance(definition := module.defined.get(name), ast.expr):
            return self._value(definition, dotted)
        return self._named(module.imported[name][1], module.imported[name][0]) if name in module.imported else _UNKNOWN


@dataclass
class _Walk:
    """One walk through the code."""

    code: Code
    member: str
    enum: str
    names: dict[str, None] = field(default_factory=dict)
    members: dict[str, None] = field(default_factory=dict)
    by_member: bool = False
    _seen: set[tuple[str, str]] = field(default_factory=set)

    def follow(self, dotted: str, name: str, only_functions: bool) -> None:
        """Walk on at the definition of a name, wherever it stands in our packages."""
        module = self.code.module(dotted)
        if module is None:
            return
        definition = module.defined.get(name)
        if definition is None:
            if name in module.imported:
                self.follow(*module.imported[name], only_functions)
            return
        if (only_functions and isinstance(definition, ast.expr)) or (dotted, name) in self._seen:
            return
        self._seen.add((dotted, name))
        self.walk(definition, dotted, condition=False)

    def walk(self, node: ast.AST, dotted: str, condition: bool) -> None:
        """Collect from one piece of syntax; within a condition nothing is said, but functions are still called."""
        match node:
            case ast.Constant(value=str()):
                if not condition and node.value in self.code.known:
                    self.names[node.value] = None
            case ast.JoinedStr(values=[ast.Constant(value=str() as beginning), *_]) if not condition:
                self.names |= dict.fromkeys(name for name in self.code.known if name.startswith(beginning))
            case ast.Name():
                self.follow(dotted, node.id, only_functions=condition)
            case ast.Attribute(value=ast.Name(id=owner)) if owner[:1].isupper() and not condition:
                self.members[f"{owner}.{node.attr}"] = None
            case ast.Compare():
                self._all(ast.iter_child_nodes(node), dotted, True)
            case ast.If() | ast.IfExp() | ast.While():
                self._branches(node, dotted, condition)
            case ast.Call(func=ast.Attribute(attr=attribute)) if attribute in _BEGINNINGS:
                self._all(ast.iter_child_nodes(node), dotted, True)
            case ast.Dict() if self._is_by_member(node):
                self.by_member = True
                chosen = [value for key, value in zip(node.keys, node.values, strict=True) if _member(key) == self.member]
                self._all(chosen, dotted, condition)
            case ast.comprehension():
                self._all((node.target, node.iter), dotted, condition)
                self._all(node.ifs, dotted, True)
            case _:
                self._all(ast.iter_child_nodes(node), dotted, condition)

    def _all(self, nodes: Iterable[ast.AST], dotted: str, condition: bool) -> None:
        for node in nodes:
            self.walk(node, dotted, condition)

    def _branches(self, node: ast.If | ast.IfExp | ast.While, dotted: str, condition: bool) -> None:
        self.walk(node.test, dotted, True)
        taken = self._decided(node.test)
        body = node.body if isinstance(node.body, list) else [node.body]
        orelse = node.orelse if isinstance(node.orelse, list) else [node.orelse]
        self._all(body if taken is not False else (), dotted, condition)
        self._all(orelse if taken is not True else (), dotted, condition)

    def _decided(self, test: ast.expr) -> bool | None:
        """How a test on the member comes out; ``None`` when it is about something else."""
        match test:
            case ast.Compare(ops=[ast.Is() | ast.Eq()], comparators=[one]) if self.member and self._is_member(one):
                return _member(one) == self.member
            case ast.Compare(ops=[ast.IsNot() | ast.NotEq()], comparators=[one]) if self.member and self._is_member(one):
                return _member(one) != self.member
        return None

    def _is_by_member(self, node: ast.Dict) -> bool:
        return bool(self.enum and node.keys) and all(self._is_member(key) for key in node.keys)

    def _is_member(self, node: ast.expr | None) -> bool:
        return (_member(node) or "").startswith(f"{self.enum}.")


def _member(node: ast.expr | None) -> str | None:
    """``Step.MENS`` as text, ``None`` for anything else."""
    if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
        return f"{node.value.id}.{node.attr}"
    return None


def _own_name(definition: ast.ClassDef) -> str | None:
    """The name that an action says it has."""
    for method in definition.body:
        if isinstance(method, ast.FunctionDef) and method.name == "name":
            return next(_returned(method), None)
    return None


def _returned(method: ast.FunctionDef) -> Iterator[str]:
    for node in ast.walk(method):
        if isinstance(node, ast.Return) and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str):
            yield node.value.value


@lru_cache(maxsize=1024)
def _tree(source: str) -> ast.Module:
    """The syntax, which nobody changes: reading it is most of the work, and an editor who draws again changed few files."""
    return ast.parse(source)
