"""Reading the catalogue folder: YAML in, checked records out, or a list of problems an editor can act on.

Nothing here raises on an editor's mistake: every mistake becomes a :class:`Problem` that names the file, the line, the
record, the field and the remedy, and all of them are reported at once.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from wegwijzer.catalogue.aanspreken import Aanspreken
from wegwijzer.catalogue.antwoorden import Antwoord, AntwoordenBalie
from wegwijzer.catalogue.models import Balie, Groep, Halte, Helpline, Helplines, Initiative, Route, Spelling, Wijk, Wijken
from wegwijzer.catalogue.nazorg import Nazorg, NazorgKeuze
from wegwijzer.catalogue.reading import Reader
from wegwijzer.catalogue.remedies import CatalogueError, Problem
from wegwijzer.catalogue.sentences import Sentences
from wegwijzer.catalogue.wegstrepen import Wegstrepen
from wegwijzer.catalogue.zoekwoorden import Zoekwoorden
from wegwijzer.vocabulary import CITYWIDE, Certainty

__all__ = ["Catalogue", "CatalogueError", "Problem", "load_catalogue", "read_catalogue"]


@dataclass(frozen=True)
class Catalogue:
    """Everything editors keep, loaded and cross-checked.

    ``fingerprint`` changes whenever a byte of any file changes; the store and the NLU use it to know whether they are
    up to date. ``files`` says in which file each initiative stands.
    """

    haltes: Mapping[str, Halte]
    wijken: Wijken
    groepen: Mapping[str, Groep]
    helplines: Helplines
    initiatives: Mapping[str, Initiative]
    routes: Mapping[str, Route]
    sentences: Sentences
    fingerprint: str
    files: Mapping[str, str] = field(default_factory=dict)
    spelling: Spelling = field(default_factory=Spelling)
    zoekwoorden: Zoekwoorden = field(default_factory=lambda: Zoekwoorden(vragen={}))
    aanspreken: Aanspreken | None = None
    balie: Balie = field(default_factory=lambda: Balie(line="gemeente"))
    antwoorden: AntwoordenBalie = field(default_factory=lambda: AntwoordenBalie(antwoorden=()))
    wegstrepen: Wegstrepen | None = None
    nazorg: Nazorg | None = None

    def wijk(self, wijk_id: str) -> Wijk:
        """The wijk with this id; raises ``KeyError`` when there is none."""
        for wijk in self.wijken.wijken:
            if wijk.id == wijk_id:
                return wijk
        raise KeyError(wijk_id)

    def helpline(self, line_id: str) -> Helpline:
        """The helpline with this id; raises ``KeyError`` when there is none."""
        for line in self.helplines.all():
            if line.id == line_id:
                return line
        raise KeyError(line_id)

    def file_of(self, initiative: Initiative) -> str:
        """The file in which an editor finds this initiative."""
        return self.files.get(initiative.id, "initiatives/")

    @property
    def suggestable(self) -> tuple[Initiative, ...]:
        """The initiatives the bot may suggest, in file order."""
        return tuple(initiative for initiative in self.initiatives.values() if initiative.suggestable)


def read_catalogue(folder: Path) -> tuple[Catalogue | None, list[Problem]]:
    """Read and check a catalogue folder.

    Returns the catalogue and the problems found. The catalogue is ``None`` when any file could not be used in full.
    """
    reader = Reader(folder)
    haltes = reader.records("haltes.yml", "haltes", Halte)
    groepen = reader.records("groepen.yml", "groepen", Groep)
    routes = reader.records("routes.yml", "routes", Route)
    wijken = reader.whole("wijken.yml", "wijken", Wijken, Wijk, ("wijken",))
    helplines = reader.whole("helplines.yml", "helplines", Helplines, Helpline, ("crisis", "talk", "help"))
    sentences = reader.whole("zinnen.yml", "zinnen", Sentences, Sentences, ())
    spelling = reader.whole("spelling.yml", "spelling", Spelling, Spelling, ())
    zoekwoorden = reader.whole("zoekwoorden.yml", "zoekwoorden", Zoekwoorden, Zoekwoorden, ())
    aanspreken = reader.whole("aanspreken.yml", "aanspreken", Aanspreken, Aanspreken, ())
    balie = reader.whole("balie.yml", "balie", Balie, Balie, ())
    antwoorden = reader.whole("antwoorden_balie.yml", "antwoorden_balie", AntwoordenBalie, Antwoord, ("antwoorden",))
    wegstrepen = reader.whole("wegstrepen.yml", "wegstrepen", Wegstrepen, Wegstrepen, ())
    nazorg = reader.whole("nazorg.yml", "nazorg", Nazorg, NazorgKeuze, ("keuzes",))
    initiatives = _read_initiatives(reader)
    check = _CrossCheck(reader)
    check.haltes(haltes.values(), groepen.values(), routes.values())
    check.initiatives(initiatives.values())
    if wijken is not None:
        check.wijken(wijken)
    if helplines is not None:
        check.helplines(helplines)
    if sentences is not None:
        check.sentences(sentences)
        check.languages(initiatives.values(), sentences)
    if spelling is not None:
        check.spelling(spelling)
    if zoekwoorden is not None:
        check.zoekwoorden(zoekwoorden)
    if aanspreken is not None:
        check.aanspreken(aanspreken)
    if antwoorden is not None:
        check.antwoorden(antwoorden)
    if wegstrepen is not None:
        check.wegstrepen(wegstrepen)
    if nazorg is not None:
        check.nazorg(nazorg)
    if balie is not None and helplines is not None:
        check.balie(balie, helplines)
    if wijken is None or helplines is None or sentences is None or spelling is None or zoekwoorden is None or balie is None:
        return None, reader.problems
    if reader.problems or antwoorden is None:
        return None, reader.problems
    files = reader.where.get("initiatives", {})
    fingerprint = fingerprint_of(folder)
    return Catalogue(
        haltes,
        wijken,
        groepen,
        helplines,
        initiatives,
        routes,
        sentences,
        fingerprint,
        files,
        spelling,
        zoekwoorden,
        aanspreken,
        balie,
        antwoorden,
        wegstrepen,
        nazorg,
    ), []


def load_catalogue(folder: Path) -> Catalogue:
    """Read a catalogue folder that must be right. Raises :class:`CatalogueError` with every problem otherwise."""
    catalogue, problems = read_catalogue(folder)
    if catalogue is None:
        raise CatalogueError(problems)
    return catalogue


def _read_initiatives(reader: Reader) -> dict[str, Initiative]:
    initiatives: dict[str, Initiative] = {}
    paths = sorted((reader.folder / "initiatives").glob("*.yml"))
    if not paths:
        reader.incomplete.add("initiatives")
        reader.add("initiatives/", "", "", "deze map is leeg; zet de bestanden terug uit git")
    for path in paths:
        initiatives |= reader.records(f"initiatives/{path.name}", "initiatives", Initiative)
    return initiatives


@dataclass(frozen=True)
class _CrossCheck:
    """Every id that one record uses of another must exist, and every sentence that is used must be there."""

    reader: Reader

    def haltes(self, haltes: Iterable[Halte], groepen: Iterable[Groep], routes: Iterable[Route]) -> None:
        """Haltes, groups and routes name haltes; a stop may name an initiative."""
        for halte in haltes:
            self._exist("haltes.yml", halte.id, "related", halte.related, "haltes")
        for groep in groepen:
            self._exist("groepen.yml", groep.id, "haltes", groep.haltes, "haltes")
        for route in routes:
            self._exist("routes.yml", route.id, "haltes", route.haltes, "haltes")
            self._exist("routes.yml", route.id, "stops.halte", (stop.halte for stop in route.stops), "haltes")
            self._exist("routes.yml", route.id, "stops.initiative", (stop.initiative for stop in route.stops), "initiatives")

    def wijken(self, wijken: Wijken) -> None:
        """Neighbours, and the wijken that an ambiguous word may mean."""
        for wijk in wijken.wijken:
            self._exist("wijken.yml", wijk.id, "neighbours", wijk.neighbours, "wijken")
        for term in wijken.ambiguous + wijken.ambiguous_postcodes:
            self._exist("wijken.yml", term.term, "wijken", term.wijken, "wijken")

    def helplines(self, helplines: Helplines) -> None:
        """The haltes that a helpline is for."""
        for line in helplines.all():
            self._exist("helplines.yml", line.id, "haltes", line.haltes, "haltes")

    def initiatives(self, initiatives: Iterable[Initiative]) -> None:
        """Haltes, wijken, groups and the helpline that leads there."""
        for one in initiatives:
            file = self.reader.where["initiatives"][one.id]
            self._exist(file, one.id, "haltes", one.haltes, "haltes")
            self._exist(file, one.id, "area", one.area, "wijken", also={CITYWIDE})
            self._exist(file, one.id, "audience.groups", one.audience.groups, "groepen")
            self._exist(file, one.id, "contact.via", (one.contact.via,), "helplines")

    def sentences(self, sentences: Sentences) -> None:
        """The short sentences that the conversation puts together."""
        for name, text in sentences.mistakes():
            self.reader.add("zinnen.yml", "", name, text)

    def languages(self, initiatives: Iterable[Initiative], sentences: Sentences) -> None:
        """The languages in which one can take part must have a name to say."""
        for one in initiatives:
            for code in one.audience.languages:
                if code not in sentences.languages:
                    known = ", ".join(sorted(sentences.languages))
                    remedy = f"'{code}' is geen taalcode die we kennen; kies uit: {known}, of zet hem bij languages in zinnen.yml"
                    self.reader.add(self.reader.where["initiatives"][one.id], one.id, "audience.languages", remedy)

    def spelling(self, spelling: Spelling) -> None:
        """The words that are mended, and those that stay."""
        for name, text in spelling.mistakes():
            self.reader.add("spelling.yml", "", name, text)

    def zoekwoorden(self, words: Zoekwoorden) -> None:
        """The words by which something is looked up."""
        for name, text in words.mistakes():
            self.reader.add("zoekwoorden.yml", "", name, text)

    def aanspreken(self, words: Aanspreken) -> None:
        """The words by which "je" becomes "u"."""
        for name, text in words.mistakes():
            self.reader.add("aanspreken.yml", "", name, text)

    def wegstrepen(self, words: Wegstrepen) -> None:
        """The words by which personal data are crossed out."""
        for name, text in words.mistakes():
            self.reader.add("wegstrepen.yml", "", name, text)

    def antwoorden(self, antwoorden: AntwoordenBalie) -> None:
        """The answers ready for colleagues."""
        for name, text in antwoorden.mistakes():
            self.reader.add("antwoorden_balie.yml", "", name, text)

    def nazorg(self, nazorg: Nazorg) -> None:
        """When it may be asked whether it worked."""
        for name, text in nazorg.mistakes():
            self.reader.add("nazorg.yml", "", name, text)

    def balie(self, balie: Balie, helplines: Helplines) -> None:
        """The helpline that is named when nobody can come must have a number that can be relied on."""
        self._exist("balie.yml", "", "line", (balie.line,), "helplines")
        for line in helplines.all():
            if line.id == balie.line and (not line.phone or line.certainty is Certainty.LOW):
                remedy = f"'{line.id}' heeft geen zeker telefoonnummer; kies een hulplijn met phone en certainty: high"
                self.reader.add("balie.yml", "", "line", remedy)

    def _exist(
        self, file: str, record: str, name: str, used: Iterable[str], kind: str, also: frozenset[str] | set[str] = frozenset()
    ) -> None:
        known = self.reader.ids(kind)
        if known is None:
            return
        for value in used:
            if value and value not in known | also:
                self.reader.add(file, record, name, f"'{value}' bestaat niet; kies uit: {', '.join(sorted(known | also))}")


def fingerprint_of(folder: Path) -> str:
    """What the ``fingerprint`` of the catalogue in a folder would be now."""
    digest = hashlib.sha256()
    for path in sorted(path for path in folder.rglob("*.yml") if path.is_file()):
        digest.update(str(path.relative_to(folder)).encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()
