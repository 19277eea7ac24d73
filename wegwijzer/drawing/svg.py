"""A drawing as SVG: text stays text, every node is a link to its row in the tables, and nothing is fetched."""

from __future__ import annotations

from xml.etree import ElementTree

from wegwijzer.drawing.model import Kind
from wegwijzer.drawing.shapes import FONTS, Arrow, Box, Choice, Line, Shape, Sheet

NAMESPACE = "http://www.w3.org/2000/svg"

FAMILY = "Arial, Helvetica, 'Liberation Sans', Arimo, 'DejaVu Sans Condensed', sans-serif"
"""Fonts with about the widths that the drawing was measured with; the first that a reader has."""

INK, GREY = "#1a1a1a", "#4a4a4a"

COLOURS = {
    Kind.INTENT.value: ("#dcebfa", "#1f5c99"),
    Kind.RULE.value: ("#f2f2f2", GREY),
    Kind.POLICY.value: ("#e9e4f5", "#553c9a"),
    Kind.RESPONSE.value: ("#ffffff", "#3d3d3d"),
    Kind.ACTION.value: ("#e8e8e8", "#3d3d3d"),
    Kind.QUESTION.value: ("#fff3cc", "#8a6300"),
    Kind.STEP.value: ("#dff0d8", "#2f6b1f"),
    Kind.OUTCOME.value: ("#d3ecea", "#0b6660"),
    Kind.HALTE.value: ("#f7e3ee", "#8c2f63"),
    Kind.HELPLINE.value: ("#fbdcd8", "#9c1c10"),
    Kind.SENTENCES.value: ("#ffffff", GREY),
    Kind.STORY.value: ("#f2f2f2", GREY),
    "button": ("#eef4fb", "#1f5c99"),
    "chip": ("#2b2b2b", "#2b2b2b"),
    "number": ("#2b2b2b", "#2b2b2b"),
    "road": ("#f7f7f5", "#2b2b2b"),
    "panel-0": ("#fdf6f5", "#b9908b"),
    "panel-1": ("#f5f9fd", "#8aa7c4"),
    "panel-2": ("#fdfaf0", "#bfa65f"),
    "panel-3": ("#f6faf4", "#8db37f"),
    "panel-4": ("#faf6f9", "#b691a7"),
}
"""Filling and border of every box, by its style. Text on all of them is dark, on ``chip`` and ``number`` white."""


DRAWING = "tekening"
"""The id of the group with all shapes, so that a page can show a part of it on a printed sheet."""


def to_svg(sheet: Sheet, page: str = "") -> str:
    """The drawing as the text of one SVG file.

    Args:
        page: the page with the tables that nodes link to; empty when the drawing stands in that page.
    """
    root = ElementTree.Element(
        "svg",
        {
            "xmlns": NAMESPACE,
            "viewBox": f"0 0 {_number(sheet.width)} {_number(sheet.height)}",
            "role": "group",
            "aria-labelledby": "kaart-titel kaart-uitleg",
            "lang": "nl",
        },
    )
    _text(root, "title", sheet.title, id="kaart-titel")
    _text(root, "desc", sheet.description, id="kaart-uitleg")
    _text(root, "style", _styles())
    defs = ElementTree.SubElement(root, "defs")
    marker = {"id": "punt", "viewBox": "0 0 8 8", "refX": "7", "refY": "4", "markerWidth": "6", "markerHeight": "6"}
    head = ElementTree.SubElement(defs, "marker", {**marker, "orient": "auto"})
    ElementTree.SubElement(head, "path", {"d": "M0 0 L8 4 L0 8 z", "class": "punt"})
    size = {"width": _number(sheet.width), "height": _number(sheet.height)}
    ElementTree.SubElement(root, "rect", {**size, "class": "papier"})
    drawing = ElementTree.SubElement(root, "g", {"id": DRAWING})
    for shape in sheet.shapes:
        _draw(drawing, shape, page)
    return ElementTree.tostring(root, encoding="unicode") + "\n"


def _styles() -> str:
    fonts = [f".t-{name}{{font-size:{font.size}px;{'font-weight:bold;' if font.bold else ''}}}" for name, font in FONTS.items()]
    boxes = [f".b-{name}{{fill:{fill};stroke:{border}}}" for name, (fill, border) in COLOURS.items()]
    return (
        f"text{{font-family:{FAMILY};fill:{INK}}} .wit{{fill:#fff}} .papier{{fill:#fff}} rect{{stroke-width:1}} "
        f".b-{Kind.ACTION.value}{{stroke-dasharray:4 2}} .b-road{{stroke-width:1.5}} "
        f".pijl{{fill:none;stroke:{GREY};stroke-width:1.3;marker-end:url(#punt)}} .punt{{fill:{GREY}}} "
        "a:hover rect,a:focus rect{stroke-width:2.5} a.gevonden rect{stroke:#b00000;stroke-width:3.5} "
        "a.gevonden text{fill:#8a0000;font-weight:bold} a:focus{outline:2px solid #0b4f9e} " + " ".join(fonts + boxes)
    )


def _draw(parent: ElementTree.Element, shape: Shape, page: str) -> None:
    match shape:
        case Choice():
            link = ElementTree.SubElement(parent, "a", {"href": f"{page}#{shape.node}", "aria-label": shape.label})
            for inner in shape.shapes:
                _draw(link, inner, page)
        case Box():
            place = {"x": shape.x, "y": shape.y, "width": shape.width, "height": shape.height, "rx": shape.radius}
            attributes = {name: _number(value) for name, value in place.items()}
            ElementTree.SubElement(parent, "rect", {**attributes, "class": f"b-{shape.style}"})
        case Line():
            kind = f"t-{shape.style} wit" if shape.white else f"t-{shape.style}"
            _text(parent, "text", shape.text, **{"x": _number(shape.x), "y": _number(shape.y), "class": kind})
        case Arrow():
            ElementTree.SubElement(parent, "path", {"d": _path(shape), "class": "pijl"})


def _path(arrow: Arrow) -> str:
    (x, y), *others = arrow.points
    start = f"M{_number(x)} {_number(y)}"
    if not arrow.bend:
        return " ".join((start, *(f"L{_number(a)} {_number(b)}" for a, b in others)))
    to_x, to_y = others[-1]
    curve = ((x, y - arrow.bend), (to_x, to_y - arrow.bend), (to_x, to_y))
    return f"{start} C" + " ".join(f"{_number(a)} {_number(b)}" for a, b in curve)


def _text(parent: ElementTree.Element, tag: str, text: str, **attributes: str) -> None:
    ElementTree.SubElement(parent, tag, attributes).text = text


def _number(value: float) -> str:
    return f"{value:.1f}".removesuffix(".0")
