"""Where everything stands: panels in columns from left to right, in each panel its branches one below the other.

The map has an order of its own (every message, what is said, the questions, the step, after that), so nothing is left to a
graph layout: a column is a moment in the conversation, a row in it is a branch. Nothing can overlap, because every part is
put below the one before it. What goes on in another panel is said in a chip with the number of that panel.

The full text of a response is drawn once, in its home; elsewhere stands only its name.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby, pairwise, zip_longest

from wegwijzer.drawing.measuring import Font, width_of, wrap
from wegwijzer.drawing.model import Conversation, Kind, Link, Node, Panel, Row, Words
from wegwijzer.drawing.shapes import FONTS, Arrow, Box, Choice, Drawn, Line, Shape, Sheet, flat, moved

# --- words for editors ------------------------------------------------------------------------------------------------

TITLE = "De route van een gesprek met Wegwijzer"
SUBTITLE = (
    "Gemaakt uit domain.yml, data/, catalogue/ en de code. Lees van links naar rechts. "
    "Een antwoord staat één keer helemaal; daarna alleen zijn naam."
)
DESCRIPTION = (
    "Een kaart van het hele gesprek: {panels} delen met soorten berichten, antwoorden, vragen, stappen, haltes "
    "en hoe het afloopt. "
    "Alles wat hier staat, staat ook in de tabellen van de pagina."
)
LEGEND = "Wat je ziet"
LEGEND_ITEMS = (
    (Kind.INTENT, "wat iemand zegt"),
    (Kind.RESPONSE, "wat Wegwijzer zegt, met knoppen"),
    (Kind.ACTION, "een actie: de code kiest"),
    (Kind.QUESTION, "een vraag"),
    (Kind.STEP, "een stap"),
    (Kind.OUTCOME, "een uitkomst"),
    (Kind.HALTE, "een halte"),
    (Kind.HELPLINE, "een hulplijn"),
)
CHIP_EXAMPLE = "naar de vragen → 5"
CHIP_LABEL = "zo gaat het verder; het nummer is een deel van de kaart. Staat er niets, dan wacht Wegwijzer op antwoord."
CONTINUED = "{title} (vervolg)"
WHEN = "Als {when}:"
OTHERWISE = "Anders:"
EVERYTHING_ELSE = "al het andere ({count} soorten)"
GOES_ON = "{text} → {number}"
GOES_TO = "→ {number} {title}"

# --- measures, in units of the drawing --------------------------------------------------------------------------------

MARGIN, GUTTER, PAD, GAP = 26.0, 20.0, 9.0, 5.0
COLUMN = 392.0
START = 104.0
ARROW = 13.0
DROP = 8.0
STRIP_BOX = 42.0

COLUMNS = 9
"""Columns of the whole drawing: as many sheets as divide it."""

PER_SHEET = 3
"""Columns on one printed sheet (A3, standing); :func:`sheets` says where to cut."""


@dataclass
class _Pen:
    """What the parts of a drawing share."""

    conversation: Conversation
    numbers: Mapping[str, int]
    homes: Mapping[str, str]
    drawn: set[str] = field(default_factory=set)

    def node(self, node_id: str) -> Node:
        """The node with this id."""
        return self.conversation.nodes[node_id]

    def in_full(self, node_id: str, panel: str) -> bool:
        """Whether the node is to be drawn in full here: the first time in its home, and when there is more than its name."""
        node = self.node(node_id)
        more = bool(node.words or node.notes or self.conversation.inside.get(node_id)) and node.kind is not Kind.INTENT
        return more and self.homes.get(node_id) == panel and node_id not in self.drawn


@dataclass(frozen=True)
class _Block:
    """One row or card, drawn at the corner of its panel, and whether its panel begins with it."""

    panel: Panel
    drawn: Drawn
    first: bool


def lay_out(conversation: Conversation) -> Sheet:
    """The drawing of a conversation."""
    pen = _Pen(conversation, {panel.name: n for n, panel in enumerate(conversation.panels, 1)}, _homes(conversation))
    head = _head(pen)
    blocks = [block for panel in conversation.panels for block in _blocks(panel, pen)]
    columns = _balanced(blocks, pen)
    shapes = list(head.shapes)
    bottom = head.bottom
    for number, column in enumerate(columns):
        drawn = _column(column, _column_at(number), head.bottom, pen)
        shapes += drawn.shapes
        bottom = max(bottom, drawn.bottom)
    description = DESCRIPTION.format(panels=len(conversation.panels))
    return Sheet(TITLE, description, _column_at(COLUMNS) - GUTTER + MARGIN, bottom + MARGIN, tuple(shapes))


def sheets(sheet: Sheet) -> tuple[tuple[float, float], ...]:
    """Where each printed sheet begins and how wide it is, in units of the drawing; cut in the middle of a gutter."""
    cuts = [0.0, *(_column_at(number) - GUTTER / 2 for number in range(PER_SHEET, COLUMNS, PER_SHEET)), sheet.width]
    return tuple((left, right - left) for left, right in pairwise(cuts))


def _column_at(number: int) -> float:
    return MARGIN + number * (COLUMN + GUTTER)


def _balanced(blocks: Sequence[_Block], pen: _Pen) -> list[list[_Block]]:
    """The blocks over the columns, in order, with the lowest height at which they fit."""
    low, high = 0, int(sum(block.drawn.bottom + PANEL_EXTRA for block in blocks)) + 1
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if len(_fill(blocks, middle, pen)) <= COLUMNS else (middle, high)
    return _fill(blocks, high, pen)


PANEL_EXTRA = 120.0
"""More than the head and the edges of a panel are high."""


def _fill(blocks: Sequence[_Block], height: float, pen: _Pen) -> list[list[_Block]]:
    """The blocks in columns of at most this height; one block alone may be higher."""
    columns: list[list[_Block]] = [[]]
    used = 0.0
    for block in blocks:
        new = block.first or not columns[-1]
        extra = _header(block.panel, block.first, 0, 0, pen).bottom + PAD + GUTTER if new else GAP
        if columns[-1] and used + extra + block.drawn.bottom > height:
            columns.append([])
            used, extra = 0.0, _header(block.panel, block.first, 0, 0, pen).bottom + PAD + GUTTER
        columns[-1].append(block)
        used += extra + block.drawn.bottom
    return columns


def _column(blocks: Sequence[_Block], x: float, y: float, pen: _Pen) -> Drawn:
    shapes: list[Shape] = []
    for name, group in groupby(blocks, key=lambda block: block.panel.name):
        part = list(group)
        panel = part[0].panel
        header = _header(panel, part[0].first, x, y, pen)
        inner: list[Shape] = list(header.shapes)
        at = header.bottom
        for block in part:
            inner += [moved(shape, x + PAD, at) for shape in block.drawn.shapes]
            at += block.drawn.bottom + GAP
        bottom = at - GAP + PAD
        shapes += [Choice(f"deel-{name}", panel.title, (Box(x, y, COLUMN, bottom - y, f"panel-{panel.column % 5}", 6),)), *inner]
        y = bottom + GUTTER
    return Drawn(tuple(shapes), y - GUTTER if shapes else y)


def _homes(conversation: Conversation) -> dict[str, str]:
    """By node the panel that shows it in full."""
    homes: dict[str, str] = {}
    shown = conversation.shown()
    for panel in sorted(conversation.panels, key=lambda panel: panel.home):
        for node in shown[panel.name]:
            homes.setdefault(node, panel.name)
    return homes


# --- the head: title, legend, and the route in short ------------------------------------------------------------------


def _head(pen: _Pen) -> Drawn:
    """Title and route on the first sheet, the legend on the next."""
    width = PER_SHEET * (COLUMN + GUTTER) - GUTTER
    y = MARGIN + FONTS["title"].size
    subtitle = _lines(SUBTITLE, "subtitle", MARGIN, y + 8, width)
    route = _route(pen, subtitle.bottom + 6, width)
    legend = _legend(_column_at(PER_SHEET), MARGIN + 4, width)
    shapes = (Line(MARGIN, y, TITLE, "title"), *subtitle.shapes, *route.shapes, *legend.shapes)
    return Drawn(shapes, max(route.bottom, legend.bottom) + 14)


def _legend(x: float, y: float, width: float) -> Drawn:
    heading = Line(x, y + FONTS["heading"].size, LEGEND, "heading")
    items = [(label, kind.value, "") for kind, label in LEGEND_ITEMS]
    boxes = _flow(items, "button", x, y + 26, width)
    chip = _flow([(CHIP_EXAMPLE, "chip", "")], "chip", x, boxes.bottom + 8, width)
    beside = _lines(CHIP_LABEL, "intro", x + width_of(CHIP_EXAMPLE, FONTS["chip"]) + 22, boxes.bottom + 9, width)
    return Drawn((heading, *boxes.shapes, *chip.shapes, *beside.shapes), max(chip.bottom, beside.bottom))


def _radius(style: str) -> float:
    return 9 if style in (Kind.INTENT.value, "chip", "button") else 3


def _route(pen: _Pen, y: float, width: float) -> Drawn:
    """The panels as a row of boxes, with an arrow for every way from one to another: forward above, back below."""
    panels = pen.conversation.panels
    step = (width + SPACE) / len(panels)
    places = {panel.name: MARGIN + number * step for number, panel in enumerate(panels)}
    spans = {(start, end): pen.numbers[end] - pen.numbers[start] for start, end in pen.conversation.roads() if end in places}
    above = max((_bend(span) for span in spans.values() if span > 1), default=0.0)
    below = max((_bend(-span) for span in spans.values() if span < 0), default=0.0)
    top = y + above * 0.75 + 4
    shapes: list[Shape] = [_road(places[one], places[other], span, step - SPACE, top) for (one, other), span in spans.items()]
    for panel in panels:
        shapes += _road_box(panel, pen.numbers[panel.name], places[panel.name], top, step - SPACE)
    return Drawn(tuple(shapes), top + STRIP_BOX + below * 0.75 + 4)


SPACE = 14.0
"""Between two boxes of the route."""


def _bend(span: int) -> float:
    return 12.0 + 6.0 * span


def _road(start: float, end: float, span: int, box: float, top: float) -> Arrow:
    if span == 1:
        return Arrow(((start + box, top + STRIP_BOX / 2), (end - 2, top + STRIP_BOX / 2)))
    middle = box / 2
    if span > 1:
        return Arrow(((start + middle + 3 * span, top), (end + middle - 3 * span, top - 1)), _bend(span))
    bottom = top + STRIP_BOX
    return Arrow(((start + middle + 3 * span, bottom), (end + middle - 3 * span, bottom + 1)), -_bend(-span))


def _road_box(panel: Panel, number: int, x: float, y: float, width: float) -> list[Shape]:
    font = FONTS["road"]
    lines = wrap(f"{number} {panel.title}", font, width - 8)
    begin = y + (STRIP_BOX - font.line * len(lines)) / 2 + font.size
    texts = tuple(Line(x + 5, begin + index * font.line, line, "road") for index, line in enumerate(lines))
    return [Choice(f"deel-{panel.name}", panel.title, (Box(x, y, width, STRIP_BOX, "road"), *texts))]


# --- panels -----------------------------------------------------------------------------------------------------------


def _header(panel: Panel, first: bool, x: float, y: float, pen: _Pen) -> Drawn:
    """The number, the title and what the panel is about; where it goes on in a next column only number and title."""
    number = str(pen.numbers[panel.name])
    radius = 10.0
    title = panel.title if first else CONTINUED.format(title=panel.title)
    shapes: list[Shape] = [
        Box(x + PAD, y + PAD, 2 * radius, 2 * radius, "number", radius),
        Line(x + PAD + radius - width_of(number, FONTS["number"]) / 2, y + PAD + radius + 4.3, number, "number", white=True),
        Line(x + PAD + 2 * radius + 8, y + PAD + radius + 5, title, "heading"),
    ]
    intro = _lines(panel.intro if first else "", "intro", x + PAD, y + PAD + 2 * radius + 4, COLUMN - 2 * PAD)
    return Drawn((*shapes, *intro.shapes), intro.bottom + GAP)


def _blocks(panel: Panel, pen: _Pen) -> Iterator[_Block]:
    """The rows and cards of a panel, each drawn from its own corner."""
    before, first = "", True
    for row in panel.rows:
        yield _Block(panel, _row(row, row.title == before, panel, pen), first)
        before, first = row.title, False
    for card in panel.cards:
        yield _Block(panel, _card(card, 0, 0, COLUMN - 2 * PAD, panel, pen), first)
        first = False
    if first:
        yield _Block(panel, Drawn((), 0), first)


def _row(row: Row, again: bool, panel: Panel, pen: _Pen) -> Drawn:
    """A branch from left to right: what starts it, and what follows; small boxes stand beside each other.

    Args:
        again: whether the row above has the same title, so that it need not be said again.
    """
    left, right = START + ARROW, COLUMN - 2 * PAD
    start = _start(row, again, panel, pen)
    shapes: list[Shape] = [*start.shapes]
    if row.does or row.ends:
        shapes.append(Arrow(((START, 9), (left - 1.5, 9))))
    after, y, bottom = None, 0.0, 0.0
    items: list[str | Link] = [*row.does, *row.ends]
    for item in items:
        whole = isinstance(item, str) and pen.in_full(item, panel.name)
        small = None if whole else _small(item, right - left, pen)
        another = item in row.ends[1:]  # one more way on, not what comes after the way before it
        if small and after is not None and after + ARROW + small.right <= right:
            if not another:
                shapes.append(Arrow(((after, y + 9), (after + ARROW - 1.5, y + 9))))
            shapes += (moved(shape, after + ARROW, y) for shape in small.drawn.shapes)
            bottom, after = max(bottom, y + small.drawn.bottom), after + ARROW + small.right
            continue
        if bottom and not another:
            shapes.append(Arrow(((left + 12, bottom), (left + 12, bottom + DROP - 1))))
        y = bottom + DROP if bottom else 0.0
        if small:
            shapes += (moved(shape, left, y) for shape in small.drawn.shapes)
            bottom, after = y + small.drawn.bottom, left + small.right
        else:
            drawn = _card(str(item), left, y, right - left, panel, pen)
            shapes += drawn.shapes
            bottom, after = drawn.bottom, None
    return Drawn(tuple(shapes), max(start.bottom, bottom))


@dataclass(frozen=True)
class _Small:
    """A small box drawn at the corner, and where it ends on the right."""

    drawn: Drawn
    right: float


def _small(item: str | Link, width: float, pen: _Pen) -> _Small:
    drawn = _chip(item, width, pen) if isinstance(item, Link) else _reference(pen.node(item), 0, 0, width)
    return _Small(drawn, max(shape.width for shape in flat(drawn.shapes) if isinstance(shape, Box)))


def _start(row: Row, again: bool, panel: Panel, pen: _Pen) -> Drawn:
    """The box on the left: what it is called, and below it every kind of message that starts it."""
    shapes: list[Shape] = []
    at = 2.0
    titles = row.title.split(" · ") if row.title and not again else []
    for title, source in zip_longest(titles, row.sources if titles else (), fillvalue=""):
        text = _lines(title, "start", 6, at, START - 11)
        shapes += [Choice(source, title, text.shapes)] if source else text.shapes
        at = text.bottom
    starts: Sequence[str] = row.starts
    if row.others:
        text = _lines(EVERYTHING_ELSE.format(count=len(starts)), "pill", 6, at, START - 11)
        shapes += text.shapes
        at, starts = text.bottom, ()
    for node in (pen.node(start) for start in starts):
        if node.label not in titles:
            text = _lines(node.label, "pill", 6, at, START - 11)
            shapes.append(Choice(node.id, node.label, text.shapes))
            at = text.bottom
    style = pen.node(row.starts[0]).kind.value if row.starts else Kind.RULE.value
    bottom = max(at + 3, 18)
    return Drawn((Box(0, 0, START, bottom, style, 8), *shapes), bottom)


# --- cards ------------------------------------------------------------------------------------------------------------

LABELLED = {Kind.QUESTION, Kind.STEP, Kind.OUTCOME, Kind.HALTE, Kind.HELPLINE, Kind.SENTENCES, Kind.INTENT, Kind.POLICY}
"""Kinds that have a name for people; the others are known by their id."""


IN_PAGE_ONLY = {Kind.HALTE, Kind.ACTION}
"""Kinds whose notes stand in the tables of the page and not in the drawing."""


def _card(node_id: str, x: float, y: float, width: float, panel: Panel, pen: _Pen) -> Drawn:
    node = pen.node(node_id)
    if not pen.in_full(node_id, panel.name):
        return _reference(node, x, y, width)
    pen.drawn.add(node_id)
    inner = width - 14
    head = _lines(node.label, "label" if node.kind in LABELLED else "name", x + 7, y + 2, inner)
    shapes, at = list(head.shapes), head.bottom
    for words in node.words:
        drawn = _words(words, len(node.words) > 1 and node.kind is Kind.RESPONSE, x + 7, at, inner)
        shapes += drawn.shapes
        at = drawn.bottom
    for note in node.notes if node.kind not in IN_PAGE_ONLY else ():
        drawn = _lines(note, "note", x + 7, at, inner)
        shapes += drawn.shapes
        at = drawn.bottom
    inside = _children(pen.conversation.inside.get(node_id, ()), x + 7, at + 2, inner, panel, pen)
    bottom = (inside.bottom + 2 if inside.shapes else at) + 3
    framed = Choice(node_id, node.label, (Box(x, y, width, bottom - y, node.kind.value), *shapes))
    return Drawn((framed, *inside.shapes), bottom)


def _children(children: Iterable[str], x: float, y: float, width: float, panel: Panel, pen: _Pen) -> Drawn:
    """What stands within a card: in full when this is its home, the others as names beside each other."""
    shapes: list[Shape] = []
    names: list[Node] = []
    for child in children:
        if pen.in_full(child, panel.name):
            drawn = _card(child, x, y, width, panel, pen)
            shapes += drawn.shapes
            y = drawn.bottom + 4
        else:
            names.append(pen.node(child))
    if names:
        flow = _flow([(node.label, node.kind.value, node.id) for node in names], "name", x, y, width)
        return Drawn((*shapes, *flow.shapes), flow.bottom)
    return Drawn(tuple(shapes), y - 4 if shapes else y)


def _reference(node: Node, x: float, y: float, width: float) -> Drawn:
    """Only the name of what is drawn elsewhere."""
    style = "label" if node.kind in LABELLED else "name"
    text = _lines(node.label, style, x + 7, y + 2.5, width - 14)
    box = max((width_of(line, FONTS[style]) for line in wrap(node.label, FONTS[style], width - 14)), default=0.0) + 14
    shapes = (Box(x, y, box, text.bottom - y + 3, node.kind.value, _radius(node.kind.value)), *text.shapes)
    return Drawn((Choice(node.id, node.label, shapes),), text.bottom + 3)


def _words(words: Words, several: bool, x: float, y: float, width: float) -> Drawn:
    shapes: list[Shape] = []
    if several or words.when:
        when = _lines(WHEN.format(when=words.when) if words.when else OTHERWISE, "when", x, y + 1, width)
        shapes += when.shapes
        y = when.bottom
    text = _lines(words.text, "text", x, y, width)
    shapes += text.shapes
    if not words.buttons:
        return Drawn(tuple(shapes), text.bottom)
    buttons = _flow([(title, "button", "") for title in words.buttons], "button", x, text.bottom + 3, width)
    return Drawn((*shapes, *buttons.shapes), buttons.bottom + 1)


def _flow(items: Iterable[tuple[str, str, str]], style: str, x: float, y: float, width: float) -> Drawn:
    """Small boxes beside each other, on as many lines as are needed: (text, colours, node or nothing)."""
    font: Font = FONTS[style]
    shapes: list[Shape] = []
    at, height = x, font.line + 4
    for text, colours, node in items:
        lines = wrap(text, font, width - 12)
        box = max(width_of(line, font) for line in lines) + 12
        if at > x and at + box > x + width:
            at, y, height = x, y + height + 3, font.line + 4
        height = max(height, len(lines) * font.line + 4)
        texts = _lines(text, style, at + 6, y + 1.2, width - 12, white=colours == "chip")
        part = (Box(at, y, box, len(lines) * font.line + 4, colours, _radius(colours)), *texts.shapes)
        shapes += [Choice(node, text, part)] if node else part
        at += box + 4
    return Drawn(tuple(shapes), y + height)


def _chip(end: Link, width: float, pen: _Pen) -> Drawn:
    """How it goes on, in a dark box."""
    return _flow([(_goes_on(end, pen), "chip", f"deel-{end.panel}" if end.panel else "")], "chip", 0, 1, width)


def _goes_on(end: Link, pen: _Pen) -> str:
    if end.panel not in pen.numbers:
        return end.text
    if end.text:
        return GOES_ON.format(text=end.text, number=pen.numbers[end.panel])
    title = next(panel.title for panel in pen.conversation.panels if panel.name == end.panel)
    return GOES_TO.format(number=pen.numbers[end.panel], title=title)


def _lines(text: str, style: str, x: float, y: float, width: float, white: bool = False) -> Drawn:
    """Text below ``y``, in lines that fit."""
    font = FONTS[style]
    lines = wrap(text, font, width)
    shapes = tuple(Line(x, y + font.size + n * font.line, line, style, white) for n, line in enumerate(lines))
    return Drawn(shapes, y + font.line * len(lines) + (1 if lines else 0))
