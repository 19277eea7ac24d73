"""Pages that are made from measured figures: a template with names in it, tables, and blocks of a page that a command writes."""

from __future__ import annotations

import re
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


def block_of(page: str, name: str) -> str:
    """What stands between ``<!-- name: begin -->`` and ``<!-- name: end -->``. Raises ``ValueError`` without one."""
    found = _block(name).search(page)
    if found is None:
        raise ValueError(f"there is no block {name!r}")
    return found[2].strip("\n")


def with_block(page: str, name: str, block: str) -> str:
    """The page with something else in a block, see :func:`block_of`."""
    block_of(page, name)
    return _block(name).sub(lambda found: f"{found[1]}\n{block}\n{found[3]}", page)


def _block(name: str) -> re.Pattern[str]:
    return re.compile(rf"(<!-- {re.escape(name)}: begin -->\n)(.*?)(<!-- {re.escape(name)}: end -->)", re.DOTALL)
