"""When a person may be asked whether it worked, kept by editors in ``catalogue/nazorg.yml``."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import time

from wegwijzer.catalogue.models import Identifier, Record

LONGEST_LABEL = 20
"""Characters of a button on WhatsApp; longer ones would become a list."""

MOST_CHOICES = 4

_TIME = re.compile(r"(?:[01]\d|2[0-3]):[0-5]\d")


class NazorgKeuze(Record):
    """One moment to choose.

    Attributes:
        id: its name in slot ``nazorg`` and in the figures.
        label: the button.
        wanneer: ends the sentence that says when.
        uren: hours after the yes.
        woorden: words that mean this choice when somebody types them.
    """

    id: Identifier
    label: str
    wanneer: str
    uren: int
    woorden: tuple[str, ...]


class Nazorg(Record):
    """The whole of ``catalogue/nazorg.yml``.

    Attributes:
        vanaf, tot: between these times of day something is asked.
        nee: the button that says no.
        keuzes: when, soonest first.
    """

    vanaf: str
    tot: str
    nee: str
    keuzes: tuple[NazorgKeuze, ...]

    @property
    def day(self) -> tuple[time, time]:
        """From when until when something is asked."""
        return time.fromisoformat(self.vanaf), time.fromisoformat(self.tot)

    def choice(self, choice_id: str) -> NazorgKeuze:
        """The choice with this id; raises ``KeyError`` when there is none."""
        return {one.id: one for one in self.keuzes}[choice_id]

    def mistakes(self) -> Iterator[tuple[str, str]]:
        """What is wrong, as the field and a remedy in Dutch."""
        wrong = [name for name, text in (("vanaf", self.vanaf), ("tot", self.tot)) if not _TIME.fullmatch(text)]
        for name in wrong:
            yield name, "schrijf een tijd tussen aanhalingstekens, zoals '09:00'"
        if not wrong and self.day[0] >= self.day[1]:
            yield "tot", "moet later zijn dan vanaf"
        for name, label in (("nee", self.nee), *((f"keuzes.{one.id}.label", one.label) for one in self.keuzes)):
            if not 0 < len(label) <= LONGEST_LABEL:
                yield name, f"een knop heeft minstens 1 en hoogstens {LONGEST_LABEL} tekens"
        if not 0 < len(self.keuzes) <= MOST_CHOICES:
            yield "keuzes", f"geef minstens 1 en hoogstens {MOST_CHOICES} keuzes"
        for one in self.keuzes:
            if one.uren < 1:
                yield f"keuzes.{one.id}.uren", "moet minstens 1 zijn"
            if not one.woorden or any(not word.isalpha() or not word.islower() for word in one.woorden):
                yield f"keuzes.{one.id}.woorden", "geef minstens één los woord in kleine letters"
