"""The map as files: one SVG, and one page that needs nothing else and also says everything in tables."""

from __future__ import annotations

import base64
import hashlib
from dataclasses import dataclass
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from wegwijzer.drawing.conversation import read_conversation
from wegwijzer.drawing.layout import EVERYTHING_ELSE, lay_out, sheets
from wegwijzer.drawing.model import Conversation, Kind, Node
from wegwijzer.drawing.svg import DRAWING, to_svg

# --- words for editors ------------------------------------------------------------------------------------------------

KINDS = {
    Kind.QUESTION: "Vragen",
    Kind.RESPONSE: "Wat Wegwijzer zegt",
    Kind.INTENT: "Soorten berichten",
    Kind.ACTION: "Acties",
    Kind.STEP: "Stappen",
    Kind.OUTCOME: "Uitkomsten",
    Kind.HALTE: "Haltes",
    Kind.HELPLINE: "Hulplijnen",
    Kind.RULE: "Regels",
    Kind.STORY: "Verhalen",
    Kind.POLICY: "Wie eerst kijkt",
    Kind.SENTENCES: "Zinnen om in te vullen",
}

SVG, PAGE = "kaart.svg", "kaart.html"
TEMPLATE, SCRIPT = Path(__file__).with_name("map_template.html"), Path(__file__).with_name("map.js")


@dataclass(frozen=True)
class Entry:
    """One row of the tables: a node, what comes before and after it, and in which parts of the map it stands."""

    node: Node
    before: tuple[Node, ...]
    after: tuple[Node, ...]
    parts: tuple[int, ...]


def write_map(root: Path, folder: Path) -> tuple[Path, Path]:
    """Draw the conversation of the checkout in ``root``; the same files give the same bytes.

    Raises:
        CatalogueError: when a file has a mistake; says where and what to do, in Dutch.
        OSError: when the folder cannot be written.
    """
    conversation = read_conversation(root)
    sheet = lay_out(conversation)
    folder.mkdir(parents=True, exist_ok=True)
    drawing, page = folder / SVG, folder / PAGE
    drawing.write_text(to_svg(sheet, PAGE), encoding="utf-8")
    environment = Environment(loader=FileSystemLoader(TEMPLATE.parent), autoescape=True, undefined=StrictUndefined)
    script = SCRIPT.read_text(encoding="utf-8")
    text = environment.get_template(TEMPLATE.name).render(
        title=sheet.title,
        svg=Markup(to_svg(sheet)),  # noqa: S704 - our own SVG, whose texts are escaped
        drawing=DRAWING,
        height=sheet.height,
        sheets=sheets(sheet),
        conversation=conversation,
        sections=[(kind, title, entries(conversation, kind)) for kind, title in KINDS.items()],
        everything_else=EVERYTHING_ELSE,
        numbers={panel.name: number for number, panel in enumerate(conversation.panels, 1)},
        script=Markup(script),  # noqa: S704 - our own file
        script_hash=base64.b64encode(hashlib.sha256(script.encode()).digest()).decode(),
    )
    page.write_text(text, encoding="utf-8")
    return drawing, page


def entries(conversation: Conversation, kind: Kind) -> list[Entry]:
    """The rows of the table for one kind, in the order of the files."""
    before: dict[str, list[str]] = {}
    after: dict[str, list[str]] = {}
    for first, second in conversation.edges():
        after.setdefault(first, []).append(second)
        before.setdefault(second, []).append(first)
    shown = conversation.shown()
    nodes = conversation.nodes
    return [
        Entry(
            node,
            tuple(nodes[one] for one in before.get(node.id, ())),
            tuple(nodes[one] for one in after.get(node.id, ())),
            tuple(number for number, panel in enumerate(conversation.panels, 1) if node.id in shown[panel.name]),
        )
        for node in nodes.values()
        if node.kind is kind
    ]
