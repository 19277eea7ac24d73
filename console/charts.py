"""Charts as SVG, made here, so that they need no script. Text stays text, and nothing is fetched.

Places along the width are percentages and heights are ``em``: a chart fits a window of any width, and grows with the text.
Colours stand in ``console.css``, for light and dark. A number that is hidden is a hatched piece as wide as all that it may be,
with words. Beside every chart its page has a table with the same.
"""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from dataclasses import dataclass
from xml.etree import ElementTree

from markupsafe import Markup

from console.rendering import number, text
from wegwijzer.insight.small_cells import LEAST

LONGEST_LINE = 29
"""Characters that fit a window of 320 pixels, in a wide letter too."""

LINE, THICK, GAP = 1.35, 1.15, 0.55
"""Heights in em: a line of text, a bar, and the room under a row."""

WIDEST = 62.0
"""Per cent of the width for the longest bar; the rest is for its number."""

TALLEST = 6.0
"""Height in em of the tallest column."""


PER_CENT = "%"


@dataclass(frozen=True)
class Bar:
    """One bar.

    Attributes:
        shown: how many; ``None`` when that is hidden.
        word: what these are, when a row has more than one bar.
    """

    shown: int | None
    word: str = ""


@dataclass(frozen=True)
class Row:
    """What belongs to one name.

    Attributes:
        name: whose numbers these are.
        bars: one or more.
    """

    name: str
    bars: tuple[Bar, ...]


def said(shown: int | None) -> str:
    """A number in words: what is hidden is never a zero."""
    return text("inzicht", "minder") if shown is None else number(shown)


def rows_chart(rows: Sequence[Row], title: str, key: str, whole: int = 0) -> Markup:
    """Bars that lie, each row under its name.

    Args:
        title: what the chart is about, for who hears it.
        key: unlike that of any other chart on the page.
        whole: what a bar of the full width stands for; otherwise that is the longest.
    """
    longest = whole or _longest([bar.shown for row in rows for bar in row.bars])
    lines = [textwrap.wrap(row.name, LONGEST_LINE) or [""] for row in rows]
    height = sum(len(names) * LINE + GAP for names in lines)
    height += sum(len(_above(bar)) * LINE + THICK + 0.2 for row in rows for bar in row.bars)
    root = _root(height, title, _in_short([(row.name, bar) for row in rows for bar in row.bars]), key)
    top = 0.0
    for row, names in zip(rows, lines, strict=True):
        top = _lines(root, names, top, "grafiek__naam")
        for at, bar in enumerate(row.bars):
            top = _lines(root, _above(bar), top, "grafiek__getal")
            _lying(root, bar, at, top, WIDEST / longest)
            top += THICK + 0.2
        top += GAP
    return _markup(root)


def columns_chart(columns: Sequence[tuple[str, int | None]], title: str, key: str) -> Markup:
    """Columns that stand side by side, each above its name: weeks, of which the last is on the right."""
    tallest = _longest([shown for _, shown in columns])
    root = _root(TALLEST + 3.2, title, _in_short([(name, Bar(shown)) for name, shown in columns]), key)
    room = 100 / max(len(columns), 1)
    for at, (name, shown) in enumerate(columns):
        middle, height = (at + 0.5) * room, max((LEAST if shown is None else shown) / tallest * TALLEST, 0.1)
        top, style = TALLEST + 1.4 - height, "grafiek__staaf" if shown is not None else "grafiek__verborgen"
        place = {
            "x": f"{middle - room * 0.36:.2f}%",
            "y": f"{top:.2f}em",
            "width": f"{room * 0.72:.2f}%",
            "height": f"{height:.2f}em",
        }
        _add(root, "rect", **place, **{"class": style})
        label = f"<{LEAST}" if shown is None else number(shown)
        _add(root, "text", label, x=f"{middle:.2f}%", y=f"{top - 0.3:.2f}em", **{"class": "grafiek__getal grafiek__midden"})
        _add(root, "text", name, x=f"{middle:.2f}%", y=f"{TALLEST + 2.6:.2f}em", **{"class": "grafiek__naam grafiek__midden"})
    _add(root, "line", x1="0", x2="100%", y1=f"{TALLEST + 1.4:.2f}em", y2=f"{TALLEST + 1.4:.2f}em", **{"class": "grafiek__as"})
    return _markup(root)


def hatching() -> Markup:
    """What hidden pieces are filled with; once on a page that has charts."""
    root = ElementTree.Element(
        "svg", {"class": "grafiek__arcering", "width": "0", "height": "0", "aria-hidden": "true", "focusable": "false"}
    )
    size = {"width": "6", "height": "6", "patternUnits": "userSpaceOnUse", "patternTransform": "rotate(45)"}
    pattern = _add(_add(root, "defs"), "pattern", id="arcering", **size)
    _add(pattern, "line", x1="0", y1="0", x2="0", y2="6", **{"class": "grafiek__streep"})
    return _markup(root)


def _lying(root: ElementTree.Element, bar: Bar, at: int, top: float, per_one: float) -> None:
    hidden = bar.shown is None
    wide = max((LEAST if bar.shown is None else bar.shown) * per_one, 0.5)
    style = "grafiek__verborgen" if hidden else f"grafiek__staaf grafiek__staaf--{at}"
    _add(root, "rect", x="0", y=f"{top:.2f}em", width=f"{wide:.2f}%", height=f"{THICK}em", **{"class": style})
    if not _above(bar):
        _add(root, "text", _label(bar), x=f"{wide:.2f}%", dx="0.4em", y=f"{top + 0.95:.2f}em", **{"class": "grafiek__getal"})


def _lines(root: ElementTree.Element, words: Sequence[str], top: float, style: str) -> float:
    """Lines of text, each under the other. Returns where the next thing begins."""
    for line in words:
        _add(root, "text", line, x="0", y=f"{top + 1:.2f}em", **{"class": style})
        top += LINE
    return top


def _above(bar: Bar) -> list[str]:
    """The lines over a bar: its number with the word for it, which do not fit behind it in every letter."""
    return textwrap.wrap(_label(bar), LONGEST_LINE) if bar.word and bar.word != PER_CENT else []


def _label(bar: Bar) -> str:
    if bar.word == PER_CENT:
        return f"{said(bar.shown)}{PER_CENT}"
    return f"{bar.word}: {said(bar.shown)}" if bar.word else said(bar.shown)


def _in_short(bars: Sequence[tuple[str, Bar]]) -> str:
    """What somebody hears who does not see the chart; all numbers are in the table."""
    known = [(bar.shown, name, bar) for name, bar in bars if bar.shown is not None]
    _, name, most = max(known, key=lambda one: one[0], default=(0, "", Bar(None)))
    hidden = text("inzicht", "verborgen", aantal=len(bars) - len(known), alle=len(bars)) if len(known) < len(bars) else ""
    first = text("inzicht", "meest", naam=name, aantal=_label(most)) if known else ""
    return " ".join(part for part in (first, hidden, text("inzicht", "zie_tabel")) if part)


def _longest(shown: Sequence[int | None]) -> int:
    """What the longest bar stands for; never so little that a hidden one looks like much."""
    return max((one for one in shown if one is not None), default=0) or LEAST * 4


def _root(height: float, title: str, description: str, key: str) -> ElementTree.Element:
    root = ElementTree.Element(
        "svg",
        {"class": "grafiek", "width": "100%", "height": f"{height:.2f}em", "role": "img",
         "aria-labelledby": f"{key}-titel", "aria-describedby": f"{key}-tekst"},
    )  # fmt: skip
    _add(root, "title", title, id=f"{key}-titel")
    _add(root, "desc", description, id=f"{key}-tekst")
    return root


def _add(parent: ElementTree.Element, tag: str, words: str | None = None, **attributes: str) -> ElementTree.Element:
    child = ElementTree.SubElement(parent, tag, attributes)
    child.text = words
    return child


def _markup(root: ElementTree.Element) -> Markup:
    return Markup(ElementTree.tostring(root, encoding="unicode"))  # noqa: S704 - our own SVG, whose texts are escaped
