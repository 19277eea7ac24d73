"""What a drawing is made of, before it is SVG: boxes, lines of text, arrows, and what a reader can choose."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from wegwijzer.drawing.measuring import Font, width_of

FONTS = {
    "title": Font(24, bold=True),
    "subtitle": Font(11),
    "heading": Font(14.5, bold=True),
    "number": Font(12, bold=True),
    "intro": Font(10),
    "start": Font(10, bold=True),
    "pill": Font(9.5),
    "name": Font(9, bold=True),
    "label": Font(10, bold=True),
    "text": Font(10.5),
    "when": Font(9.5, bold=True),
    "note": Font(9),
    "button": Font(9.5),
    "chip": Font(9.5, bold=True),
    "road": Font(11, bold=True),
}
"""The style of every line of text, by its name."""


@dataclass(frozen=True)
class Box:
    """A rectangle; ``style`` names its colours."""

    x: float
    y: float
    width: float
    height: float
    style: str
    radius: float = 3


@dataclass(frozen=True)
class Line:
    """One line of text; ``y`` is the line on which its letters stand, ``style`` a name in :data:`FONTS`."""

    x: float
    y: float
    text: str
    style: str
    white: bool = False

    @property
    def width(self) -> float:
        """As measured."""
        return width_of(self.text, FONTS[self.style])


@dataclass(frozen=True)
class Arrow:
    """An arrow along points; with ``bend`` a curve whose middle is so much higher (or lower, when negative)."""

    points: tuple[tuple[float, float], ...]
    bend: float = 0.0


@dataclass(frozen=True)
class Choice:
    """Shapes that stand for one node, and can be chosen."""

    node: str
    label: str
    shapes: tuple[Shape, ...]


Shape = Box | Line | Arrow | Choice


@dataclass(frozen=True)
class Drawn:
    """Shapes, and the height at which they end."""

    shapes: tuple[Shape, ...]
    bottom: float


@dataclass(frozen=True)
class Sheet:
    """The whole drawing."""

    title: str
    description: str
    width: float
    height: float
    shapes: tuple[Shape, ...]


def moved(shape: Shape, x: float, y: float) -> Shape:
    """The same shape, so much further to the right and down."""
    match shape:
        case Choice():
            return replace(shape, shapes=tuple(moved(one, x, y) for one in shape.shapes))
        case Arrow():
            return replace(shape, points=tuple((at + x, height + y) for at, height in shape.points))
    return replace(shape, x=shape.x + x, y=shape.y + y)


def flat(shapes: tuple[Shape, ...]) -> Iterator[Box | Line | Arrow]:
    """All shapes, also those within a choice."""
    for shape in shapes:
        if isinstance(shape, Choice):
            yield from flat(shape.shapes)
        else:
            yield shape
