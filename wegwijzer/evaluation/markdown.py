"""Pages that are made from measured figures: a template with names in it, and tables."""

from __future__ import annotations

from collections.abc import Mapping, Sequence


def table(head: Sequence[str], body: Sequence[Sequence[str]]) -> str:
    """A Markdown table."""
    lines = [head, ["---"] * len(head), *body]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in lines)


def fill(template: str, parts: Mapping[str, str]) -> str:
    """The template with every ``{{name}}`` replaced by its part."""
    for name, text in parts.items():
        template = template.replace(f"{{{{{name}}}}}", text)
    return template
