"""The state of one conversation: the slots, as a typed value that cannot change behind your back.

Rasa keeps slots; the core works on :class:`State`. ``from_slots`` and ``changes`` are the only bridge.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any

from wegwijzer.matching.profile import Profile
from wegwijzer.vocabulary import Drempel, Gemis, VoorWie, Vorm

SKIPPABLE = ("situatie", "klopt", "halte_keuze", "gemis", "wijk", "leeftijd", "vorm", "drempel")
"""Everything the form may ask; each may be skipped."""


@dataclass(frozen=True)
class State:
    """One conversation so far. Field names are slot names; see ``docs/slots.md``.

    Attributes:
        voor_wie, haltes, gemis, wijk, leeftijd, vorm, drempel, taal, suggestie, uitkomst: the contract slots.
        fase: ``intake``, ``stap`` (a step was given) or ``crisis``.
        situatie: ``verteld`` once the person told something; never the text itself.
        klopt: ``ja``, ``nee`` or ``aangevuld``: the answer to our reflection.
        halte_keuze: ``gekozen``, ``geen`` or ``overgeslagen``: what came of offering guesses.
        gokken: next-best haltes to offer when the first was wrong.
        wijk_keuze: wijken a word may have meant.
        overgeslagen: questions that were skipped.
        getoond: ids suggested so far.
        groepen, noemt: groups and words the person named that some offers wait for.
        besproken: id of the record the last answer was about.
        verhalen: ids of the routes of residents that were told.
        buiten_utrecht: place outside the municipality, when that is where the person lives.
        pogingen: how often the same question was not understood.
        vragen: how many questions were asked.
    """

    voor_wie: str | None = None
    haltes: tuple[str, ...] = ()
    gemis: str | None = None
    wijk: str | None = None
    leeftijd: int | None = None
    vorm: str | None = None
    drempel: tuple[str, ...] = ()
    taal: str | None = None
    suggestie: str | None = None
    uitkomst: str | None = None
    fase: str | None = None
    situatie: str | None = None
    klopt: str | None = None
    halte_keuze: str | None = None
    gokken: tuple[str, ...] = ()
    wijk_keuze: tuple[str, ...] = ()
    overgeslagen: tuple[str, ...] = ()
    getoond: tuple[str, ...] = ()
    groepen: tuple[str, ...] = ()
    noemt: tuple[str, ...] = ()
    besproken: str | None = None
    verhalen: tuple[str, ...] = ()
    buiten_utrecht: str | None = None
    pogingen: int = 0
    vragen: int = 0

    @classmethod
    def from_slots(cls, slots: Mapping[str, Any]) -> State:
        """Read slots; unknown slots are ignored, lists become tuples, numbers whole."""
        values: dict[str, Any] = {}
        for slot in fields(cls):
            value = slots.get(slot.name)
            if value is None:
                continue
            if isinstance(value, list):
                value = tuple(value)
            elif slot.name in ("leeftijd", "pogingen", "vragen"):
                value = int(value)
            values[slot.name] = value
        return cls(**values)

    def changes(self, before: State) -> dict[str, Any]:
        """The slots that differ from ``before``, as values Rasa can store."""
        changed: dict[str, Any] = {}
        for slot in fields(self):
            value = getattr(self, slot.name)
            if value != getattr(before, slot.name):
                changed[slot.name] = (list(value) or None) if isinstance(value, tuple) else value
        return changed

    def profile(self) -> Profile:
        """What the matching needs of this state."""
        return Profile(
            voor_wie=VoorWie(self.voor_wie or VoorWie.ZELF),
            haltes=self.haltes,
            gemis=Gemis(self.gemis) if self.gemis else None,
            wijk=self.wijk,
            leeftijd=self.leeftijd,
            vorm=Vorm(self.vorm) if self.vorm else None,
            drempels=tuple(Drempel(value) for value in self.drempel),
            taal=self.taal,
            groepen=frozenset(self.groepen),
            mentions=frozenset(self.noemt),
            closed=frozenset(self.overgeslagen),
        )
