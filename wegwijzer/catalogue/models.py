"""What editors keep, as typed records: haltes, wijken, groups, helplines, initiatives and routes.

Every model forbids unknown fields, so that a typing error in a YAML file is a message to the editor and not a fact that
silently disappears. The JSON Schemas that editors' tools use are generated from these models
(``wegwijzer catalogue schema``).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import date
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints, field_validator, model_validator

from wegwijzer.vocabulary import CITYWIDE, Access, Certainty, CostKind, Drempel, Gemis, Kind, Status, VoorWie, Vorm

Identifier = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9_]*$")]
"""Lower-case letters, digits and underscores: stable names that slots, tests and links may use."""

Form = Vorm | Literal["inloop"]
"""How an initiative meets people: the five answers of slot ``vorm``, plus dropping in without an appointment."""

PHONE = re.compile(r"^(?:112|113|14 ?0\d{2}|0[89]00[ -]?\d{4}|0\d{1,3}[ -]?(?:\d[ ]?){6,8}|088[ -]?\d{3}[ ]?\d{4})$")
URL = re.compile(r"^https?://[^\s/]+\.[a-z]{2,}(?:/\S*)?$")
EMAIL = re.compile(r"^[^@\s]+@[^@\s]+\.[a-z]{2,}$")
PARTIAL_DATE = re.compile(r"^\d{4}(?:-(?:0[1-9]|1[0-2])(?:-(?:0[1-9]|[12]\d|3[01]))?)?$")
WHOLE_DATE = re.compile(r"^\d{4}-\d{2}-\d{2}$")


def _check(pattern: re.Pattern[str], value: str, remedy: str) -> str:
    if value and not pattern.match(value):
        raise ValueError(f"'{value}': {remedy}")
    return value


PhoneNumber = Annotated[
    str,
    AfterValidator(
        lambda value: _check(PHONE, value, "dit lijkt geen Nederlands telefoonnummer; schrijf bijvoorbeeld 030-123 45 67")
    ),
]
EmailAddress = Annotated[
    str, AfterValidator(lambda value: _check(EMAIL, value, "dit lijkt geen e-mailadres; schrijf naam@organisatie.nl"))
]
WebAddress = Annotated[str, AfterValidator(lambda value: _check(URL, value, "dit lijkt geen webadres; begin met https://"))]


class Record(BaseModel):
    """Base of all records: strict about field names, values cannot be changed after loading."""

    model_config = ConfigDict(extra="forbid", frozen=True, str_strip_whitespace=True)


class Halte(Record):
    """One theme of the route map.

    Attributes:
        id: the name used everywhere (slots, training data, evaluation).
        label: what a resident sees on a button.
        covers: what it is about, for editors (B1 Dutch).
        reflection: the sentence with which the bot shows that it heard this ("Je mist ...").
        reflection_other: the same about somebody else, used when the person worries about another.
        related: other haltes that a person may have meant, best guess first.
        say_other, do_other: what a worried person can say to the other, and one small thing to do.
        professional: whether talking to a professional is a good first step for this theme.
        grounding: where the source documents name it.
        certainty: whether the theme is official (``high``) or our working list.
    """

    id: Identifier
    label: str
    covers: str
    reflection: str
    reflection_other: str
    related: tuple[Identifier, ...] = ()
    professional: bool = False
    say_other: str = ""
    do_other: str = ""
    grounding: str = ""
    certainty: Certainty = Certainty.MEDIUM


class Wijk(Record):
    """One of the city's districts, with every way residents name it."""

    id: Identifier
    name: str
    buurten: tuple[str, ...]
    main_names: tuple[str, ...] = ()
    aliases: tuple[str, ...] = ()
    postcodes: tuple[str, ...] = ()
    postcodes_unverified: tuple[str, ...] = ()
    neighbours: tuple[Identifier, ...] = ()
    email: str = ""
    address: str = ""
    phone: str = ""
    source: str = ""
    certainty: str = ""
    note: str = ""


class Ambiguity(Record):
    """A word or postcode that may point to more than one wijk; the bot then asks."""

    term: str
    wijken: tuple[Identifier, ...]
    note: str = ""


class Wijken(Record):
    """The whole of ``catalogue/wijken.yml``."""

    city_aliases: tuple[str, ...]
    outside: tuple[str, ...]
    ambiguous: tuple[Ambiguity, ...]
    ambiguous_postcodes: tuple[Ambiguity, ...]
    postcode_sources: tuple[str, ...]
    wijken: tuple[Wijk, ...]


class Groep(Record):
    """A group of people that an initiative may be meant for, and the words by which someone says they belong to it.

    Attributes:
        words: lower-case words or phrases; matched on word boundaries.
        haltes: haltes that by themselves imply the group (``mantelzorg`` implies ``mantelzorgers``).
        min_age, max_age: limits in years that come with the group.
    """

    id: Identifier
    label: str
    words: tuple[str, ...] = ()
    haltes: tuple[Identifier, ...] = ()


class Helpline(Record):
    """A phone number or place for help that is always there.

    ``show`` says where the bot may use it: ``crisis`` in danger, ``human`` when a person wants a human being,
    ``topic`` when it fits the theme, ``no`` never. ``guide`` says that they know what there is in the city: they are named
    when the catalogue has nothing that fits.
    """

    id: Identifier
    name: str
    use: str
    phone: PhoneNumber = ""
    phone_alt: PhoneNumber = ""
    chat: str = ""
    whatsapp: str = ""
    email: EmailAddress = ""
    website: WebAddress = ""
    address: str = ""
    hours: str = ""
    opening_hours: str = ""
    cost: str = ""
    haltes: tuple[Identifier, ...] = ()
    show: Literal["crisis", "human", "topic", "no"]
    guide: bool = False
    certainty: Certainty
    source: str = ""
    note: str = ""

    @model_validator(mode="after")
    def _crisis_is_certain(self) -> Helpline:
        if self.show == "crisis" and self.phone and self.certainty is Certainty.LOW:
            raise ValueError("een nummer voor nood mag niet onzeker zijn (certainty: low); controleer het of zet show: no")
        return self


class Balie(Record):
    """The whole of ``catalogue/balie.yml``: the people who take over from the bot.

    Attributes:
        opening_hours: OSM syntax; empty while the municipality has not said when somebody is there: then it is closed.
        call_back: whether somebody calls a person back who asks while it is closed.
        line: the helpline that is named when nobody can come.
    """

    opening_hours: str = ""
    call_back: bool = True
    line: Identifier


class EndedLine(Record):
    """A helpline that stopped, kept so that nobody adds it again."""

    name: str
    status: str
    source: str


class Helplines(Record):
    """The whole of ``catalogue/helplines.yml``."""

    crisis: tuple[Helpline, ...]
    talk: tuple[Helpline, ...]
    help: tuple[Helpline, ...]
    ended: tuple[EndedLine, ...]

    def all(self) -> tuple[Helpline, ...]:
        """Every line that is not ended, in file order."""
        return self.crisis + self.talk + self.help


class Audience(Record):
    """Whom an initiative is for. Empty means: everyone of 18 and over.

    Attributes:
        min_age, max_age: inclusive, in years.
        languages: ISO 639-1 codes in which one can take part; empty means Dutch.
        gender: only when it is for one gender.
        groups: ids of ``catalogue/groepen.yml``; the initiative is for these groups only.
        text: as the organisation says it.
    """

    min_age: int | None = Field(default=None, ge=0, le=120)
    max_age: int | None = Field(default=None, ge=0, le=120)
    languages: tuple[str, ...] = ()
    gender: Literal["", "vrouw", "man"] = ""
    groups: tuple[Identifier, ...] = ()
    text: str = ""

    @model_validator(mode="after")
    def _ages_in_order(self) -> Audience:
        if self.min_age is not None and self.max_age is not None and self.min_age > self.max_age:
            raise ValueError("min_age is hoger dan max_age; draai ze om")
        return self


class Contact(Record):
    """How to reach an initiative. ``via`` is the id of a helpline that can lead there when nothing else is known."""

    phone: PhoneNumber = ""
    email: EmailAddress = ""
    url: WebAddress = ""
    address: str = ""
    via: str = ""

    @property
    def direct(self) -> bool:
        """Whether the initiative itself can be reached by phone, mail, site or at an address."""
        return bool(self.phone or self.email or self.url or self.address)


class Cost(Record):
    """What it costs: a kind that code compares and the words a resident reads."""

    kind: CostKind = CostKind.ONBEKEND
    text: str = ""


class Step(Record):
    """What to do first, and a line one could say on the phone or at the door."""

    first_step: str
    first_words: str = ""


class Initiative(Record):
    """One offer, organisation or role that helps people connect.

    Attributes:
        gemis: which lack it fills: ``mensen`` (social), ``iemand`` (emotional).
        for_whom: who can use it: the person (``zelf``), someone who worries (``ander``), a volunteer (``helpen``).
        forms: how people meet there.
        professional: whether a paid professional is met rather than a neighbour or volunteer.
        area: ids of wijken, or ``[stad]``.
        place: in words, as a resident would say it.
        opening_hours: OSM syntax, empty when not known for sure; ``opening_note`` is what was found in words.
        drempels: hurdles that it lowers.
        mention_only: suggest only when the person brought it up (a word of these in what they wrote), e.g. faith.
        first_step, first_words: for the person; ``helpen`` for a volunteer.
        verified_on: the last date, possibly only a year or month, at which a source confirmed it.
        named_in: where the two source documents name it.
        assured_date, assurer_email: the day on which somebody confirmed these facts, and the address of who did; HSDS names.
        alert: what has to be known now, such as a summer stop.
        capacity: how much room there is, in words.
        required_documents: what one has to bring along.
        accessibility: for people with a disability, in words.
    """

    id: Identifier
    name: str
    kind: Kind = Kind.OFFER
    organisation: str
    summary: str
    haltes: tuple[Identifier, ...] = Field(min_length=1)
    gemis: tuple[Literal[Gemis.MENSEN, Gemis.IEMAND], ...] = ()
    for_whom: tuple[VoorWie, ...] = (VoorWie.ZELF,)
    forms: tuple[Form, ...] = Field(min_length=1)
    professional: bool = False
    audience: Audience = Audience()
    area: tuple[Identifier, ...] = Field(default=(CITYWIDE,), min_length=1)
    place: str = ""
    contact: Contact = Contact()
    opening_hours: str = ""
    opening_note: str = ""
    cost: Cost = Cost()
    access: Access = Access.SELF
    drempels: tuple[Drempel, ...] = ()
    mention_only: tuple[str, ...] = ()
    first_step: str = ""
    first_words: str = ""
    helpen: Step | None = None
    status: Status
    status_reason: str = ""
    verified_on: str = ""
    source: str
    source_date: str = ""
    certainty: Certainty
    certainty_note: str = ""
    named_in: str = ""
    note: str = ""
    assured_date: str = ""
    assurer_email: EmailAddress = ""
    alert: str = ""
    capacity: str = ""
    required_documents: tuple[str, ...] = ()
    accessibility: str = ""

    @field_validator("assured_date")
    @classmethod
    def _whole_date(cls, value: str) -> str:
        _check(WHOLE_DATE, value, "schrijf de hele dag, zoals 2024-05-30")
        return cls._partial_date(value)

    @field_validator("verified_on")
    @classmethod
    def _partial_date(cls, value: str) -> str:
        _check(PARTIAL_DATE, value, "schrijf een jaar (2024), maand (2024-05) of dag (2024-05-30)")
        if value.count("-") == 2:
            try:
                date.fromisoformat(value)
            except ValueError as error:
                raise ValueError(f"'{value}': deze dag bestaat niet; kijk de datum na") from error
        return value

    @model_validator(mode="after")
    def _suggestable_is_complete(self) -> Initiative:
        if self.suggestable and not self.first_step:
            raise ValueError("dit aanbod kan getoond worden maar heeft geen first_step; schrijf wat iemand als eerste kan doen")
        if self.status in (Status.UNKNOWN, Status.ENDED) and not self.status_reason:
            raise ValueError("schrijf bij status_reason waarom dit niet getoond wordt")
        return self

    @property
    def reachable(self) -> bool:
        """Whether there is a way to it: its own contact, or a human contact that can lead there."""
        return self.contact.direct or bool(self.contact.via)

    @property
    def suggestable(self) -> bool:
        """Whether the bot may suggest it at all (design, contract "Initiative record")."""
        return (
            self.kind is Kind.OFFER
            and self.status in (Status.ACTIVE, Status.LIKELY_ACTIVE)
            and self.certainty is not Certainty.LOW
            and self.reachable
        )


class Stop(Record):
    """One stop of a route: the halte, and what happened there."""

    halte: Identifier
    what: str
    initiative: str = ""


class Route(Record):
    """A resident's road from loneliness to connection, retold without names.

    Attributes:
        story: the road in three to five short sentences, as a resident reads it; empty when it is not told.
        haltes: it is told to who has one of these themes; empty means the theme it began with.
        for_whom: to whom it is told.
        min_age, max_age: told only to people of this age (years, inclusive); with a limit, not when the age is not known.
    """

    id: Identifier
    person: str
    stops: tuple[Stop, ...] = Field(min_length=1)
    moved_by: str
    source: str
    certainty: Certainty = Certainty.HIGH
    story: str = ""
    haltes: tuple[Identifier, ...] = ()
    for_whom: tuple[VoorWie, ...] = (VoorWie.ZELF,)
    min_age: int | None = Field(default=None, ge=0, le=120)
    max_age: int | None = Field(default=None, ge=0, le=120)

    @field_validator("story")
    @classmethod
    def _short(cls, value: str) -> str:
        sentences = [part for part in _SENTENCE.split(value.strip()) if part]
        if value and not _FEWEST_SENTENCES <= len(sentences) <= _MOST_SENTENCES:
            raise ValueError(
                f"dit zijn {len(sentences)} zinnen; schrijf er {_FEWEST_SENTENCES} tot {_MOST_SENTENCES}, of laat het veld weg"
            )
        longest = max((len(part.split()) for part in sentences), default=0)
        if longest > _LONGEST_SENTENCE:
            raise ValueError(f"een zin heeft {longest} woorden; schrijf zinnen van hoogstens {_LONGEST_SENTENCE} woorden")
        return value

    @property
    def themes(self) -> tuple[str, ...]:
        """The haltes of the people to whom it is told."""
        return self.haltes or (self.stops[0].halte,)


_SENTENCE = re.compile(r"(?<=[.!?])\s+")
_FEWEST_SENTENCES, _MOST_SENTENCES, _LONGEST_SENTENCE = 3, 5, 20


class Spelling(Record):
    """The whole of ``catalogue/spelling.yml``: what the word list cannot know about how residents type.

    Attributes:
        afkortingen: short forms of chat ("ff") and what they stand for; a digit may be in them ("w8").
        verschrijvingen: misspelled words, or up to three words together, and the right spelling.
        samen: words that are typed as one ("ikben"), as they should be: "ik ben".
        plakwoorden: small words that stick to any common word before or after them.
        los: one word that is typed as two ("mantel zorg"); ``*`` at the end: more letters may follow.
        laten_staan: words that stay as they are, although the word list does not know them.
        voor_naam: words after which a name comes, which is never corrected.
    """

    afkortingen: Mapping[str, str] = Field(default_factory=dict)
    verschrijvingen: Mapping[str, str] = Field(default_factory=dict)
    samen: tuple[str, ...] = ()
    plakwoorden: tuple[str, ...] = ()
    los: tuple[str, ...] = ()
    laten_staan: tuple[str, ...] = ()
    voor_naam: tuple[str, ...] = ()

    def written(self) -> dict[str, str]:
        """Everything that is replaced as a whole: what is typed, and what is meant."""
        glued = {phrase.replace(" ", ""): phrase for phrase in self.samen}
        return {**glued, **self.verschrijvingen, **self.afkortingen}

    def mistakes(self) -> Iterator[tuple[str, str]]:
        """What cannot be used, as field and remedy."""
        yield from self._malformed()
        yield from self._double()
        yield from self._chained()

    def _malformed(self) -> Iterator[tuple[str, str]]:
        for name, words, most in self._phrases():
            for phrase in words:
                plain = phrase.removesuffix("*") if name == "los" else phrase
                if not _SPELLED.match(plain) or len(plain.split()) > most:
                    yield name, f"'{phrase}': schrijf kleine letters en hoogstens {most} woorden, zonder leestekens"
        for name, phrases in (("samen", self.samen), ("los", self.los)):
            for phrase in phrases:
                if " " not in phrase:
                    yield name, f"'{phrase}': schrijf het hier als losse woorden, met een spatie"

    def _phrases(self) -> Iterator[tuple[str, tuple[str, ...], int]]:
        """Every list, and how many words one entry may have."""
        yield "afkortingen", (*self.afkortingen, *self.afkortingen.values()), _MOST_WORDS
        yield "verschrijvingen", (*self.verschrijvingen, *self.verschrijvingen.values()), _MOST_WORDS
        yield "samen", self.samen, _MOST_WORDS
        yield "los", self.los, _MOST_WORDS
        for name in ("plakwoorden", "laten_staan", "voor_naam"):
            yield name, getattr(self, name), 1

    def _double(self) -> Iterator[tuple[str, str]]:
        """What is typed may stand in one list only."""
        glued = (phrase.replace(" ", "") for phrase in self.samen)
        seen: dict[str, str] = {}
        for name, typed in (
            ("afkortingen", self.afkortingen),
            ("verschrijvingen", self.verschrijvingen),
            ("samen", glued),
            ("laten_staan", self.laten_staan),
        ):
            for phrase in typed:
                if phrase in seen:
                    yield name, f"'{phrase}' staat bij {seen[phrase]} en bij {name}; laat het op één plek staan"
                seen[phrase] = name

    def _chained(self) -> Iterator[tuple[str, str]]:
        """What is meant may not be something that is itself replaced: the right word at once."""
        written = self.written()
        for name in ("afkortingen", "verschrijvingen"):
            for typed, meant in getattr(self, name).items():
                wrong = next((word for word in (meant, *meant.split()) if word in written), None)
                if wrong is not None:
                    yield (
                        name,
                        f"'{typed}': '{wrong}' wordt zelf ook verbeterd, naar '{written[wrong]}'; schrijf meteen het goede",
                    )


_SPELLED = re.compile(r"^'?[^\W_A-Z]+(?:['-][^\W_]+)*(?: '?[^\W_A-Z]+(?:['-][^\W_]+)*)*$")
_MOST_WORDS = 4
"""So many words one entry of ``spelling.yml`` may have."""
