"""The route map as a picture for a phone: the same line as on the page (``web/src/kaart/scene.ts``), from the words on it."""

from __future__ import annotations

import io
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from importlib.util import find_spec
from itertools import pairwise
from pathlib import Path
from typing import Any

from PIL import Image, ImageDraw, ImageFont

PAPER, INK, SOFT, LINE, TINT = "#ffffff", "#1f2328", "#4d5660", "#24578f", "#eaf1f8"
"""The colours of the map on the page; letters have a contrast of at least 4.5 to 1 with what is behind them (WCAG 2.2, 1.4.3)."""

WIDTH = 1080
"""Pixels: as wide as a phone's screen shows."""

SIZE = 46
"""Pixels of a letter: about 15 points on a phone that is six inches high."""

MOST_STOPS, LONGEST = 15, 200
"""More stops than there are haltes, and more letters than a label or way has: whatever comes, the picture stays small enough."""

LEADING = 1.3
SHARPER = 2
"""Lines and dots are drawn so much larger and then made smaller, which makes round things round."""

Font = ImageFont.FreeTypeFont


@dataclass
class _Setter:
    """Sets texts under each other."""

    pen: ImageDraw.ImageDraw
    x: float
    y: float
    room: float
    texts: list[tuple[float, float, str, Font, str]] = field(default_factory=list)

    def text(self, text: str, size: float, bold: bool = False, colour: str = INK) -> float:
        """Set a text with its top at ``y``; returns the middle of its first line."""
        font = _font(round(size), bold)
        middle = self.y + 0.5 * size * LEADING
        for line in _wrapped(text[:LONGEST], font, self.room):
            self.texts.append((self.x, self.y + 0.5 * size * LEADING, line, font, colour))
            self.y += size * LEADING
        return middle


def route_png(picture: Mapping[str, Any]) -> bytes:
    """Draw the map. The same words give the same bytes, with the same libraries.

    Args:
        picture: see :func:`wegwijzer.whatsapp.route_words.picture_of`.

    Returns:
        A PNG of :data:`WIDTH` pixels, as high as it needs to be.
    """
    measure = ImageDraw.Draw(Image.new("RGB", (1, 1)))
    scene = _Scene(measure, picture)
    height = round(scene.height)
    large = Image.new("RGB", (WIDTH * SHARPER, height * SHARPER), PAPER)
    scene.draw_figures(ImageDraw.Draw(large))
    image = large.resize((WIDTH, height), Image.Resampling.LANCZOS)
    scene.draw_texts(ImageDraw.Draw(image))
    kept = io.BytesIO()
    # Few colours make it small; Meta takes no palette, only 8 bits of red, green and blue.
    image.quantize(colors=64, dither=Image.Dither.NONE).convert("RGB").save(kept, "PNG", optimize=True)
    return kept.getvalue()


class _Scene:
    """Where everything stands; in pixels of the picture."""

    def __init__(self, pen: ImageDraw.ImageDraw, picture: Mapping[str, Any]) -> None:
        edge = SIZE
        self.line_x = edge + 0.8 * SIZE
        self.turn_x = self.line_x + 0.9 * SIZE
        setter = _Setter(pen, edge, edge, WIDTH - 2 * edge)
        setter.text(str(picture["title"]), 1.25 * SIZE, bold=True)
        setter.x = self.line_x + 1.7 * SIZE
        setter.room = WIDTH - edge - setter.x
        setter.y += 0.7 * SIZE
        self.stops = self._stops(setter, [str(stop) for stop in picture["stops"][:MOST_STOPS]])
        self.top = setter.y + 2.2 * SIZE
        setter.x = self.turn_x + 1.8 * SIZE
        setter.room = WIDTH - 1.5 * edge - setter.x
        setter.y = self.top + 0.7 * SIZE
        self.end = setter.text(str(picture["step"]), 0.85 * SIZE, colour=SOFT)
        setter.text(str(picture["name"]), 1.12 * SIZE, bold=True)
        for way in picture["ways"]:
            setter.y += 0.35 * SIZE
            setter.text(str(way), SIZE)
        self.bottom = setter.y + 0.7 * SIZE
        self.height = self.bottom + edge
        self._texts = setter.texts

    @staticmethod
    def _stops(setter: _Setter, stops: Sequence[str]) -> list[float]:
        places = []
        for at, stop in enumerate(stops):
            setter.y += 0.7 * SIZE if at else 0
            places.append(setter.text(stop, SIZE, bold=at == 0))
        return places

    def draw_figures(self, pen: ImageDraw.ImageDraw) -> None:
        """The box, the line and the dots."""
        edge, first, last = SIZE / 2, self.stops[0], self.stops[-1]
        pen.rounded_rectangle(_scaled(edge, self.top, WIDTH - edge, self.bottom), 0.6 * SIZE * SHARPER, TINT)
        pen.line(_scaled(self.line_x, first, self.line_x, last), LINE, round(0.45 * SIZE * SHARPER))
        for x, y in self._dotted(last):
            _dot(pen, x, y, 0.15 * SIZE, LINE)
        for at, y in enumerate(self.stops):
            radius = (0.62 if at == 0 else 0.48) * SIZE
            _dot(pen, self.line_x, y, radius, LINE)
            _dot(pen, self.line_x, y, radius - 0.2 * SIZE, PAPER)
        _dot(pen, self.turn_x, self.end, 0.8 * SIZE, TINT)
        _dot(pen, self.turn_x, self.end, 0.62 * SIZE, LINE)
        _dot(pen, self.turn_x, self.end, 0.24 * SIZE, PAPER)

    def draw_texts(self, pen: ImageDraw.ImageDraw) -> None:
        """All words."""
        for x, y, text, font, colour in self._texts:
            pen.text((x, y), text, colour, font, anchor="lm")

    def _dotted(self, last: float) -> list[tuple[float, float]]:
        """What is still to come: down from the last stop, round to the step."""
        turn = self.top - 0.45 * SIZE
        corners = [
            (self.line_x, last + 0.95 * SIZE),
            (self.line_x, turn - (self.turn_x - self.line_x)),
            (self.turn_x, turn),
            (self.turn_x, self.end - SIZE),
        ]
        points = []
        for (x, y), (to_x, to_y) in pairwise(corners):
            length = ((to_x - x) ** 2 + (to_y - y) ** 2) ** 0.5
            count = max(1, round(length / (0.5 * SIZE)))
            points += [(x + (to_x - x) * at / count, y + (to_y - y) * at / count) for at in range(count)]
        return [*points, corners[-1]]


def _dot(pen: ImageDraw.ImageDraw, x: float, y: float, radius: float, colour: str) -> None:
    pen.ellipse(_scaled(x - radius, y - radius, x + radius, y + radius), colour)


def _scaled(*numbers: float) -> tuple[float, float, float, float]:
    left, top, right, bottom = (number * SHARPER for number in numbers)
    return left, top, right, bottom


def _wrapped(text: str, font: Font, room: float) -> list[str]:
    """Lines that fit. A telephone number stays in one piece; a word that is too long by itself is broken."""
    lines: list[str] = []
    line = ""
    for word in re.split(r"\s+(?!\d)|(?<!\d)\s+", text.strip()):
        longer = f"{line} {word}".strip()
        if font.getlength(longer) <= room:
            line = longer
            continue
        if line:
            lines.append(line)
        line = word
        while font.getlength(line) > room and len(line) > 1:
            fits = next(end for end in range(len(line) - 1, 0, -1) if end == 1 or font.getlength(line[:end]) <= room)
            lines.append(line[:fits])
            line = line[fits:]
    return [*lines, line] if line else lines


@lru_cache(maxsize=16)
def _font(size: int, bold: bool) -> Font:
    """DejaVu Sans, which comes with matplotlib (which comes with Rasa): a free font with the letters of most languages."""
    found = find_spec("matplotlib")
    if found is None or found.origin is None:
        raise FileNotFoundError("matplotlib, which brings the font DejaVu Sans, is not installed")
    name = "DejaVuSans-Bold.ttf" if bold else "DejaVuSans.ttf"
    # The basic layout is the same on every machine; the other one asks for a library of the system.
    return ImageFont.truetype(
        str(Path(found.origin).parent / "mpl-data" / "fonts" / "ttf" / name), size, layout_engine=ImageFont.Layout.BASIC
    )
