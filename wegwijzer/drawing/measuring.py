"""How wide a text will be, and where to break it, without a font: the same on every machine.

Widths are those of Helvetica, which Arial and Liberation Sans share: Adobe's font metrics (AFM) of the Core 14 fonts, in
thousandths of the size. Fonts that a reader may have instead are a little wider; ``ROOM`` leaves space for that.
"""

from __future__ import annotations

from dataclasses import dataclass

_REGULAR = {
    222: "'`ijl", 260: "|", 278: " !,./:;I[\\]ft", 333: "()-r", 334: "{}", 350: "•", 355: '"', 389: "*", 469: "^",
    500: "Jcksvxyz", 556: "#$0123456789?L_abdeghnopqu", 584: "+<=>~", 611: "FTZ", 667: "&ABEKPSVXY", 722: "CDHNRUw",
    778: "GOQ", 833: "Mm", 889: "%", 944: "W", 1000: "…→", 1015: "@",
}  # fmt: skip
_BOLD = {
    278: " ',./I\\`ijl", 280: "|", 333: "!()-:;[]ft", 350: "•", 389: "*r{}", 474: '"', 500: "z", 556: "#$0123456789J_aceksvxy",
    584: "+<=>^~", 611: "?FLTZbdghnopqu", 667: "EPSVXY", 722: "&ABCDHKNRU", 778: "GOQw", 833: "M", 889: "%m", 944: "W",
    975: "@", 1000: "…→",
}  # fmt: skip

OTHER = 600
"""What a letter counts for that is in neither table, such as é; wider than almost all of them are."""

ROOM = 1.05
"""Space for fonts that are wider than Helvetica."""


@dataclass(frozen=True)
class Font:
    """A size in units of the drawing, and whether it is bold."""

    size: float
    bold: bool = False

    @property
    def line(self) -> float:
        """From one line to the next."""
        return round(self.size * 1.25, 2)


def _by_letter(table: dict[int, str]) -> dict[str, int]:
    return {letter: width for width, letters in table.items() for letter in letters}


_WIDTHS = {False: _by_letter(_REGULAR), True: _by_letter(_BOLD)}


def width_of(text: str, font: Font) -> float:
    """The width of one line of text in units of the drawing."""
    widths = _WIDTHS[font.bold]
    return sum(widths.get(letter, OTHER) for letter in text) * font.size / 1000 * ROOM


def wrap(text: str, font: Font, width: float) -> list[str]:
    """The text in lines that fit; a word that is too long itself is cut. Line ends stay; empty lines are left out."""
    lines: list[str] = []
    for paragraph in text.splitlines():
        line = ""
        for word in paragraph.split():
            joined = f"{line} {word}" if line else word
            if width_of(joined, font) <= width:
                line = joined
                continue
            if line:
                lines.append(line)
            *whole, line = _pieces(word, font, width)
            lines += whole
        if line:
            lines.append(line)
    return lines


def _pieces(word: str, font: Font, width: float) -> list[str]:
    """A word in pieces that fit, at least one letter each; cut after an underscore or a slash where it can be."""
    pieces, piece = [], ""
    for letter in word:
        if piece and width_of(piece + letter, font) > width:
            cut = max(piece.rfind("_"), piece.rfind("/")) + 1 or len(piece)
            pieces.append(piece[:cut])
            piece = piece[cut:]
        piece += letter
    return [*pieces, piece]
