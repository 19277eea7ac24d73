"""The columns of the catalogue as a spreadsheet: made from the models, so that no field can be forgotten.

What a column may hold, whether it must be filled and which words one may choose come from :mod:`wegwijzer.catalogue.models`.
Only the Dutch name of a column and the sentence about it stand here.
"""

from __future__ import annotations

import hashlib
import types
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from typing import Any, Literal, Union, get_args, get_origin

from pydantic import BaseModel

from wegwijzer.catalogue.loading import Catalogue
from wegwijzer.catalogue.models import Helpline, Initiative
from wegwijzer.catalogue.sheet_cells import EMPTY_LIST, NO, YES, join_items
from wegwijzer.vocabulary import CITYWIDE

Entry = Initiative | Helpline
"""What stands in one row."""

VERSION, FILE, GROUP = "versie", "bestand", "lijst"
"""The columns that are no field of a record: what it was when it was exported, and where it stands in the catalogue."""

DATES = frozenset({"verified_on", "source_date", "assured_date"})
PHONES = frozenset({"contact.phone", "phone", "phone_alt", "whatsapp"})

LABELS: Mapping[str, tuple[str, str]] = {
    "id": ("Id", "een vaste naam: kleine letters, cijfers en _. Verander hem nooit"),
    "name": ("Naam", "de naam zoals een bewoner die ziet"),
    "kind": ("Soort", "alleen 'offer' (aanbod) wordt ooit getoond"),
    "organisation": ("Organisatie", "wie het doet"),
    "summary": ("Samenvatting", "één zin in gewone woorden: wat doe je daar?"),
    "haltes": ("Haltes", "de thema's; het eerste telt het zwaarst"),
    "gemis": ("Gemis", "wat het vult: meer mensen om je heen (mensen), of iemand dichtbij (iemand)"),
    "for_whom": ("Voor wie", "wie het kan gebruiken: zelf, ander (wie zich zorgen maakt), helpen (wie wil helpen)"),
    "forms": ("Vorm", "hoe je elkaar ontmoet"),
    "professional": ("Hulpverlener", "of je een betaalde hulpverlener spreekt"),
    "audience.min_age": ("Leeftijd vanaf", "in jaren; wie jonger is, krijgt dit niet"),
    "audience.max_age": ("Leeftijd tot en met", "in jaren; wie ouder is, krijgt dit niet"),
    "audience.languages": ("Talen", "taalcodes waarin je mee kunt doen, zoals nl; ar"),
    "audience.gender": ("Geslacht", "alleen als het voor één geslacht is"),
    "audience.groups": ("Groepen", "het is dan alleen voor deze groepen"),
    "audience.text": ("Doelgroep in woorden", "zoals de organisatie het zegt"),
    "area": ("Wijken", "waar het is; stad is heel Utrecht"),
    "place": ("Plek", "de plek in gewone woorden"),
    "contact.phone": ("Telefoon", "zoals 030-123 45 67"),
    "contact.email": ("E-mail", "van de organisatie, niet van een persoon"),
    "contact.url": ("Website", "het hele adres, begint met https://"),
    "contact.address": ("Adres", "straat en nummer"),
    "contact.via": ("Bereikbaar via", "de hulplijn die je erheen kan brengen, als er geen eigen contact is"),
    "opening_hours": ("Openingstijden", "in vaste vorm, zoals Mo-Fr 09:00-17:00; alleen als je ze zeker weet"),
    "opening_note": ("Tijden in woorden", "tijden die je vond maar niet zeker weet"),
    "cost.kind": ("Kosten", "wat meedoen kost"),
    "cost.text": ("Kosten in woorden", "wat de bewoner over de kosten leest"),
    "access": ("Hoe kom je binnen", "zelf (self), door een ander aangemeld (referral), of eerst een gesprek (intake)"),
    "drempels": ("Drempels", "welke drempels het lager maakt"),
    "mention_only": ("Alleen bij deze woorden", "zonder zo'n woord van de bewoner wordt dit nooit getoond"),
    "first_step": ("Eerste stap", "wat iemand als eerste kan doen, heel concreet. Nodig bij alles wat getoond wordt"),
    "first_words": ("Eerste woorden", "wat iemand kan zeggen aan de telefoon of bij de deur"),
    "helpen.first_step": ("Helpen: eerste stap", "wat een vrijwilliger als eerste kan doen"),
    "helpen.first_words": ("Helpen: eerste woorden", "wat een vrijwilliger kan zeggen"),
    "status": ("Status", "of het nog bestaat; alleen active en likely_active worden getoond"),
    "status_reason": ("Reden van de status", "nodig bij unknown en ended: waarom het niet getoond wordt"),
    "verified_on": ("Bevestigd op", "wanneer een bron het bevestigde: 2026, 2026-11 of 2026-11-21"),
    "source": ("Bron", "waar je het vond"),
    "source_date": ("Datum van de bron", "de datum van die bron"),
    "certainty": ("Zekerheid", "hoe zeker je bron is; met low wordt het niet getoond"),
    "certainty_note": ("Toelichting zekerheid", "voor collega's"),
    "named_in": ("Genoemd in", "waar de documenten van de gemeente het noemen"),
    "note": ("Notitie", "wat een collega verder moet weten. Geen namen van mensen"),
    "assured_date": ("Bevestigd: dag", "de dag waarop iemand bevestigde dat dit klopt: 2026-11-21"),
    "assurer_email": ("Bevestigd: mailadres", "van wie dat bevestigde: liefst van de organisatie"),
    "alert": ("Nu belangrijk", "wat je nu moet weten, zoals: in juli gesloten"),
    "capacity": ("Hoeveel plek", "hoeveel plek er is, of er een wachtlijst is"),
    "required_documents": ("Meenemen", "wat je moet meenemen"),
    "accessibility": ("Toegankelijkheid", "voor mensen met een beperking: drempel, lift, ringleiding"),
    "use": ("Waarvoor", "waar de lijn voor is, in één zin; de bewoner leest dit"),
    "phone": ("Telefoon", "zoals 0800-1234"),
    "phone_alt": ("Tweede nummer", "een ander nummer van dezelfde lijn"),
    "chat": ("Chat", "adres van de chat"),
    "whatsapp": ("WhatsApp", "nummer of adres"),
    "email": ("E-mail", "van de organisatie, niet van een persoon"),
    "website": ("Website", "het hele adres, begint met https://"),
    "address": ("Adres", "straat en nummer"),
    "hours": ("Tijden in woorden", "voor collega's"),
    "cost": ("Kosten", "wat bellen kost"),
    "show": ("Tonen", "bij gevaar (crisis), als iemand een mens wil (human), bij het thema (topic), nooit (no)"),
    "guide": ("Wegwijs", "ja als ze daar weten wat er in de stad is; dan noemen we hen als er niets past"),
}
"""Field, Dutch name of its column, and what one fills in."""


class Filling(StrEnum):
    """What a cell of a column holds, in words for the page that explains the columns."""

    TEXT = "tekst"
    NUMBER = "heel getal"
    YES_NO = f"{YES} of {NO}"
    DATE = "datum, zoals 2026-11-21"
    CHOICE = "één van de keuzes"
    LIST = "een of meer teksten, met ; ertussen"
    CHOICES = "een of meer van de keuzes, met ; ertussen"


@dataclass(frozen=True)
class Column:
    """One column.

    Attributes:
        path: the field, with a dot for a field of a block: ``contact.phone``.
        label: its name in Dutch.
        about: what one fills in, in a sentence.
        filling: what a cell holds.
        choices: the words that the model allows; empty when there is no such list.
        required: whether a record cannot do without.
        block: the block that may be absent as a whole (``helpen``) in which this field is required; empty otherwise.
        default: the text of the cell when the field has not been set.
    """

    path: str
    label: str
    about: str
    filling: Filling
    choices: tuple[str, ...] = ()
    required: bool = False
    block: str = ""
    default: str = ""

    @property
    def header(self) -> str:
        """What stands above the column: a name for people and one that never changes."""
        return f"{self.label} [{self.path}]"

    @property
    def many(self) -> bool:
        """Whether a cell holds a list."""
        return self.filling in (Filling.LIST, Filling.CHOICES)


@dataclass(frozen=True)
class Kind:
    """One sheet: the records of one kind.

    Attributes:
        name: the name of the sheet.
        csv: its file among CSV files.
        model: what a row becomes.
        place: the column that says where in the catalogue a record stands.
        columns: every column, in order.
    """

    name: str
    csv: str
    model: type[Initiative] | type[Helpline]
    place: Column
    columns: tuple[Column, ...]

    @property
    def fields(self) -> tuple[Column, ...]:
        """The columns that are fields of the record."""
        return tuple(column for column in self.columns if column.path not in (VERSION, self.place.path))


def version_column() -> Column:
    """The column by which import sees that a record changed since the export."""
    about = "hieraan zien we of de catalogus intussen veranderd is. Niet veranderen; leeg bij een nieuwe rij"
    return Column(VERSION, "Versie", about, Filling.TEXT)


@lru_cache(maxsize=1)
def kinds() -> tuple[Kind, ...]:
    """The sheets: initiatives and helplines."""
    file = Column(FILE, "Bestand", "in welk bestand het staat; mag leeg zijn bij een nieuwe rij", Filling.TEXT)
    groups = ("crisis", "talk", "help")
    about = "bij gevaar (crisis), om te praten (talk), hulp bij een thema (help)"
    group = Column(GROUP, "Lijst", about, Filling.CHOICE, groups, required=True)
    return (
        Kind("Initiatieven", "initiatieven.csv", Initiative, file, (*_columns(Initiative), file, version_column())),
        Kind("Hulplijnen", "hulplijnen.csv", Helpline, group, (*_columns(Helpline), group, version_column())),
    )


def choices(column: Column, catalogue: Catalogue) -> tuple[str, ...]:
    """The words one may choose in a column: those of the model, or ids that the catalogue has."""
    match column.path:
        case "haltes":
            return tuple(catalogue.haltes)
        case "area":
            return (CITYWIDE, *(wijk.id for wijk in catalogue.wijken.wijken))
        case "audience.groups":
            return tuple(catalogue.groepen)
        case "contact.via":
            return tuple(line.id for line in catalogue.helplines.all())
        case _:
            return column.choices


def value_text(value: object, column: Column) -> str:
    """A value of a field as the text of its cell."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return YES if value else NO
    if isinstance(value, list):
        return EMPTY_LIST if not value and column.default else join_items(map(str, value))
    return str(value)


def texts(entry: Entry, kind: Kind) -> dict[str, str]:
    """The cells of a record by field, without the columns that are no field of it."""
    block = entry.model_dump(mode="json")
    return {column.path: value_text(_at(block, column.path), column) for column in kind.fields}


def version_of(cells: Mapping[str, str], kind: Kind) -> str:
    """A short text that differs when a cell differs. It begins with a letter, or Excel would make a number of some."""
    joined = "\n".join(f"{column.path}={cells.get(column.path, '')}" for column in kind.fields)
    return "v" + hashlib.sha256(joined.encode()).hexdigest()[:12]


def places(catalogue: Catalogue, kind: Kind) -> dict[str, str]:
    """Where each record stands, as its cell says it: the file of an initiative, the list of a helpline. In their order."""
    if kind.model is Initiative:
        return {one.id: catalogue.file_of(one).rpartition("/")[2] for one in catalogue.initiatives.values()}
    lists = {name: getattr(catalogue.helplines, name) for name in kind.place.choices}
    return {line.id: name for name, lines in lists.items() for line in lines}


def entries(catalogue: Catalogue, kind: Kind) -> dict[str, Entry]:
    """The records of one kind by id, in the order of the catalogue."""
    found: Iterable[Entry] = catalogue.initiatives.values() if kind.model is Initiative else catalogue.helplines.all()
    return {one.id: one for one in found}


def _at(block: Mapping[str, Any], path: str) -> object:
    inside: Any = block
    for name in path.split("."):
        inside = inside.get(name) if isinstance(inside, Mapping) else None
    return inside


def _columns(model: type[BaseModel], path: str = "", block: str = "", *, optional: bool = False) -> Iterator[Column]:
    for name, field in model.model_fields.items():
        here = f"{path}{name}"
        annotation, may_be_absent = _without_none(field.annotation)
        if isinstance(annotation, type) and issubclass(annotation, BaseModel):
            yield from _columns(annotation, f"{here}.", name if may_be_absent else "", optional=may_be_absent)
            continue
        filling, words = _filling(here, annotation)
        label, about = LABELS.get(here, (here, ""))
        required = field.is_required() and not optional
        needed_in = block if field.is_required() else ""
        default = "" if field.is_required() else _default(field.get_default(call_default_factory=True))
        yield Column(here, label, about, filling, words, required, needed_in, default)


def _default(value: object) -> str:
    if isinstance(value, tuple):
        return join_items(str(item) for item in value)
    return value_text(value, version_column())


def _filling(path: str, annotation: Any) -> tuple[Filling, tuple[str, ...]]:
    if get_origin(annotation) is tuple:
        words = tuple(_words(get_args(annotation)[0]))
        # The ids of haltes, wijken and groups are no words of the model: the catalogue has them.
        known = words or path in ("haltes", "area", "audience.groups")
        return (Filling.CHOICES if known else Filling.LIST), words
    if annotation is bool:
        return Filling.YES_NO, (YES, NO)
    if annotation is int:
        return Filling.NUMBER, ()
    words = tuple(_words(annotation))
    if words or path == "contact.via":
        return Filling.CHOICE, words
    return (Filling.DATE if path in DATES else Filling.TEXT), ()


def _words(annotation: Any) -> Iterator[str]:
    """The words of an enumeration, a literal or a union of these."""
    if isinstance(annotation, type) and issubclass(annotation, StrEnum):
        yield from (str(word.value) for word in annotation)
    elif get_origin(annotation) is Literal:
        yield from (str(word) for word in get_args(annotation) if word)
    elif get_origin(annotation) in (Union, types.UnionType):
        for part in get_args(annotation):
            yield from _words(part)


def _without_none(annotation: Any) -> tuple[Any, bool]:
    """What a field holds when it is not ``None``, and whether it may be that."""
    parts: Sequence[Any] = get_args(annotation) if get_origin(annotation) in (Union, types.UnionType) else ()
    if type(None) not in parts:
        return annotation, False
    return next(part for part in parts if part is not type(None)), True
