"""Changing records in a YAML file of the catalogue, and nothing else: the lines of other records and fields stay as they are.

Loading and dumping a whole file would lose comments, quotes and line breaks that editors chose. So only the text of what
changed is replaced, at the place where the parser saw it. Whoever calls this reads the result back and compares: a layout
that this does not foresee may then stop a change, but never spoil a file.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import yaml

HEADER = "# yaml-language-server: $schema=../schema/initiatives.schema.json\n"
WIDTH = 130
"""Columns after which a long text goes on on the next line, as in the rest of the project."""


_ENDLESS = 1_000_000
"""Columns for what must stay on one line."""


class CannotEdit(ValueError):
    """The layout of the file is one that cannot be changed without help."""


class Dumper(yaml.SafeDumper):
    """Writes lists on one line, and quotes what is not plain printable text: unquoted, some rare line ends become a space."""


def _quoted(dumper: yaml.SafeDumper, text: str) -> yaml.ScalarNode:
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style=None if text.isprintable() else '"')


def _one_line(dumper: yaml.SafeDumper, items: list[Any]) -> yaml.SequenceNode:
    return dumper.represent_sequence("tag:yaml.org,2002:seq", items, flow_style=True)


Dumper.add_representer(str, _quoted)
Dumper.add_representer(list, _one_line)


@dataclass(frozen=True)
class Edit:
    """One record that must be written.

    Attributes:
        group: the word under which its list stands: ``initiatives``, ``talk``.
        id: the record.
        before: its fields as they are, in the order of the model; empty for a new record.
        after: its fields as they must be.
        sparse: of ``after`` what differs from the model's defaults: that is what is written.
    """

    group: str
    id: str
    before: Mapping[str, Any]
    after: Mapping[str, Any]
    sparse: Mapping[str, Any]


@dataclass(frozen=True)
class _Splice:
    """A piece of text to replace."""

    start: int
    end: int
    text: str


def edit_text(text: str, edits: Iterable[Edit]) -> str:
    """Change and add records in the text of a file.

    Args:
        text: the whole file.
        edits: what to write; new records come after the last one of their list, in this order.

    Raises:
        CannotEdit: a record or its list is not where it should be.
        yaml.YAMLError: the file is no YAML.
    """
    plain = text.replace("\r\n", "\n")
    root = yaml.compose(plain, Loader=yaml.SafeLoader)
    splices: list[_Splice] = []
    new: dict[str, list[Edit]] = {}
    for edit in edits:
        if edit.before:
            splices += _Record(plain).changes(_find(root, edit), edit)
        else:
            new.setdefault(edit.group, []).append(edit)
    for group, added in new.items():
        splices.append(_added(plain, root, group, added))
    made = _spliced(plain, splices)
    return made.replace("\n", "\r\n") if "\r\n" in text else made


def new_file(edits: Iterable[Edit]) -> str:
    """The text of a file that does not exist yet, with these initiatives."""
    return edit_text(f"{HEADER}initiatives: []\n", edits)


@dataclass(frozen=True)
class _Record:
    """Finds what must be replaced within one record."""

    text: str

    def changes(self, node: yaml.MappingNode, edit: Edit) -> Iterator[_Splice]:
        if node.flow_style:
            yield _Splice(node.start_mark.index, node.end_mark.index, _flow(edit.sparse))
        else:
            yield from self._fields(node, edit.before, edit.after)

    def _fields(self, node: yaml.MappingNode, before: Mapping[str, Any], after: Mapping[str, Any]) -> Iterator[_Splice]:
        pairs = {str(key.value): (key, value) for key, value in node.value}
        indent = node.start_mark.column
        anchor: yaml.Node | None = None
        for name, value in after.items():
            key, old = pairs.get(name, (None, None))
            if before.get(name) == value:
                anchor = old or anchor
            elif key is None or old is None:
                if value is not None:
                    yield self._inserted(anchor, node, _dumped(name, _filled(value), indent))
            elif value is None:
                yield self._removed(key, old)
            else:
                yield from self._replaced(key, old, before[name], value, indent)
                anchor = old

    def _replaced(self, key: yaml.Node, old: yaml.Node, before: Any, value: Any, indent: int) -> Iterator[_Splice]:
        inside = isinstance(value, Mapping) and isinstance(before, Mapping)
        # Taking out the only field of a block would leave nothing under its name: then the whole block is written again.
        stays = inside and not any(one is None and before.get(name) is not None for name, one in value.items())
        if stays and isinstance(old, yaml.MappingNode) and not old.flow_style:
            yield from self._fields(old, before, value)
            return
        colon = self.text.index(":", key.end_mark.index)
        yield _Splice(colon + 1, max(colon + 1, _end(self.text, old)), _dumped("x", _filled(value), indent)[len("x:") :])

    def _removed(self, key: yaml.Node, old: yaml.Node) -> _Splice:
        start = self.text.rfind("\n", 0, key.start_mark.index)
        return _Splice(start, _line_end(self.text, max(_end(self.text, old), key.end_mark.index)), "")

    def _inserted(self, anchor: yaml.Node | None, node: yaml.MappingNode, dumped: str) -> _Splice:
        indent = " " * node.start_mark.column
        if anchor is None:
            return _Splice(node.start_mark.index, node.start_mark.index, f"{dumped}\n{indent}")
        at = _line_end(self.text, _end(self.text, anchor))
        return _Splice(at, at, f"\n{indent}{dumped}")


def _find(root: yaml.Node | None, edit: Edit) -> yaml.MappingNode:
    """The record with this id."""
    for node in _items(root, edit.group):
        values = {key.value: value.value for key, value in node.value} if isinstance(node, yaml.MappingNode) else {}
        if isinstance(node, yaml.MappingNode) and str(values.get("id", "")).strip() == edit.id:
            return node
    raise CannotEdit(f"'{edit.id}' staat niet onder '{edit.group}:'")


def _items(root: yaml.Node | None, group: str) -> list[yaml.Node]:
    for key, value in root.value if isinstance(root, yaml.MappingNode) else ():
        if key.value == group and isinstance(value, yaml.SequenceNode):
            return list(value.value)
    return []


def _added(text: str, root: yaml.Node | None, group: str, edits: Iterable[Edit]) -> _Splice:
    """New records, after the last one of the list."""
    pairs = root.value if isinstance(root, yaml.MappingNode) else ()
    key, value = next((pair for pair in pairs if pair[0].value == group), (None, None))
    if key is None or not isinstance(value, yaml.SequenceNode) or (value.value and value.flow_style):
        raise CannotEdit(f"onder '{group}:' staat geen lijst met streepjes")
    if not value.value:
        colon = text.index(":", key.end_mark.index)
        return _Splice(colon + 1, _end(text, value), "\n" + "\n\n".join(_block(edit.sparse, 0) for edit in edits))
    at = _line_end(text, _end(text, value))
    # Helplines stand close together, initiatives have an empty line between them: do as the others do.
    close = len(value.value) > 1 and "\n\n" not in text[value.start_mark.index : at]
    gap = "\n" if close else "\n\n"
    return _Splice(at, at, gap + gap.join(_block(edit.sparse, value.start_mark.column) for edit in edits))


def _block(sparse: Mapping[str, Any], dash: int) -> str:
    """A whole record, as an item of a list whose dashes stand at a column."""
    lines = _dump(sparse, dash + 2).splitlines()
    return "\n".join(" " * dash + ("- " if number == 0 else "  ") + line for number, line in enumerate(lines))


def _dumped(name: str, value: Any, indent: int) -> str:
    """A field as it is written at a column; the first line without its indent."""
    return f"\n{' ' * indent}".join(_dump({name: value}, indent).splitlines())


def _dump(block: Mapping[str, Any], indent: int) -> str:
    made: str = yaml.dump(block, Dumper=Dumper, allow_unicode=True, sort_keys=False, width=WIDTH - indent)
    return made


def _flow(block: Mapping[str, Any]) -> str:
    made: str = yaml.dump(block, Dumper=Dumper, allow_unicode=True, sort_keys=False, width=_ENDLESS, default_flow_style=True)
    return made.strip()


def _filled(value: Any) -> Any:
    """A value as it is written: of a block only what is filled in."""
    return {name: one for name, one in value.items() if one not in (None, "", [])} if isinstance(value, Mapping) else value


def _end(text: str, node: yaml.Node) -> int:
    """Where the text of a node ends. The parser counts comments and empty lines after a block to the block."""
    if isinstance(node, yaml.MappingNode) and not node.flow_style and node.value:
        key, value = node.value[-1]
        return max(_end(text, key), _end(text, value))
    if isinstance(node, yaml.SequenceNode) and not node.flow_style and node.value:
        return _end(text, node.value[-1])
    start, end = int(node.start_mark.index), int(node.end_mark.index)
    return start + len(text[start:end].rstrip())


def _line_end(text: str, at: int) -> int:
    found = text.find("\n", at)
    return len(text) if found < 0 else found


def _spliced(text: str, splices: Iterable[_Splice]) -> str:
    made, at = [], 0
    for splice in sorted(splices, key=lambda one: (one.start, one.end)):
        if splice.start < at:
            raise CannotEdit("twee veranderingen staan op dezelfde plek")
        made += [text[at : splice.start], splice.text]
        at = splice.end
    return "".join([*made, text[at:]])
