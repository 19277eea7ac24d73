"""What a map of the conversation is made of: things with a place in a file, what follows what, and panels to show them in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


class Kind(StrEnum):
    """What a thing on the map is."""

    INTENT = "soort"
    RESPONSE = "antwoord"
    ACTION = "actie"
    QUESTION = "vraag"
    RULE = "regel"
    STORY = "verhaal"
    POLICY = "beleid"
    STEP = "stap"
    OUTCOME = "uitkomst"
    HALTE = "halte"
    HELPLINE = "hulplijn"
    SENTENCES = "zinnen"


@dataclass(frozen=True, order=True)
class Place:
    """Where an editor finds it: a file from the project folder, and the line (from 1; 0 when it is the whole file)."""

    file: str
    line: int = 0

    def __str__(self) -> str:
        return f"{self.file}:{self.line}" if self.line else self.file


@dataclass(frozen=True)
class Words:
    """One variant of a text: when it is said (empty: otherwise, or always), the text, and the titles of its buttons."""

    text: str
    when: str = ""
    buttons: tuple[str, ...] = ()


@dataclass(frozen=True)
class Node:
    """One thing on the map.

    Attributes:
        name: its id in the files ("utter_hallo"); unique within its kind.
        label: what an editor reads.
        notes: facts about it, each a short Dutch sentence.
    """

    kind: Kind
    name: str
    label: str
    words: tuple[Words, ...] = ()
    place: Place | None = None
    notes: tuple[str, ...] = ()

    @property
    def id(self) -> str:
        """Unique on the map, and fit for an anchor in a page."""
        return f"{self.kind.value}-{self.name}".replace(" ", "_")


@dataclass(frozen=True)
class Link:
    """What happens after a row: words, and the panel where it goes on (empty: nowhere, the bot waits)."""

    text: str
    panel: str = ""


@dataclass(frozen=True)
class Row:
    """One branch: what starts it, what the bot does then in this order, and how it goes on.

    Attributes:
        title: what it is called where it was written.
        starts: ids of the nodes that start it.
        does: ids of the nodes that follow, in order.
        ends: what comes after that.
        sources: ids of the rules or stories that say so.
        others: whether ``starts`` is long because it is everything that no other row of this panel names.
    """

    title: str
    starts: tuple[str, ...]
    does: tuple[str, ...]
    ends: tuple[Link, ...] = ()
    sources: tuple[str, ...] = ()
    others: bool = False


@dataclass(frozen=True)
class Panel:
    """A part of the conversation.

    Attributes:
        name: unique, fit for an anchor.
        column: where it stands from left to right, from 0.
        home: panels with a lower number show the full text of a node first; the others refer to it.
        cards: ids of nodes shown one below the other, after the rows.
        leads: names of panels that come after this one as a whole.
    """

    name: str
    title: str
    intro: str
    column: int
    home: int
    rows: tuple[Row, ...] = ()
    cards: tuple[str, ...] = ()
    leads: tuple[str, ...] = ()


@dataclass(frozen=True)
class Conversation:
    """The whole map.

    Attributes:
        nodes: by id, in the order of the files.
        inside: what is shown within a node: the responses that an action or a step may say, one of them or several.
        panels: in the order of reading.
    """

    nodes: Mapping[str, Node]
    inside: Mapping[str, tuple[str, ...]]
    panels: tuple[Panel, ...]

    def shown(self) -> dict[str, tuple[str, ...]]:
        """By panel name the ids of the nodes that stand in it, each once, in order."""
        return {panel.name: tuple(dict.fromkeys(_ids(panel, self.inside))) for panel in self.panels}

    def roads(self) -> tuple[tuple[str, str], ...]:
        """Which panel may lead to which: pairs of names, each once, in the order of the panels."""
        found: dict[tuple[str, str], None] = {}
        for panel in self.panels:
            ends = (link.panel for row in panel.rows for link in row.ends if link.panel)
            found |= dict.fromkeys((panel.name, other) for other in (*ends, *panel.leads) if other != panel.name)
        return tuple(found)

    def edges(self) -> tuple[tuple[str, str], ...]:
        """What may follow what: pairs of ids, each once."""
        found: dict[tuple[str, str], None] = {}
        for row in (row for panel in self.panels for row in panel.rows):
            for start in row.starts:
                found |= dict.fromkeys((start, first) for first in row.does[:1])
            found |= dict.fromkeys(zip(row.does, row.does[1:], strict=False))
        for outer, inner in self.inside.items():
            found |= dict.fromkeys((outer, one) for one in inner)
        return tuple(found)


def _ids(panel: Panel, inside: Mapping[str, tuple[str, ...]]) -> list[str]:
    direct = [node for row in panel.rows for node in (*row.starts, *row.does)] + list(panel.cards)
    sources = [node for row in panel.rows for node in row.sources]
    return [one for node in direct for one in (node, *_within(node, inside))] + sources


def _within(node: str, inside: Mapping[str, tuple[str, ...]]) -> list[str]:
    return [one for inner in inside.get(node, ()) for one in (inner, *_within(inner, inside))]
