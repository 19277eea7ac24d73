"""The whole catalogue as one HTML page to read, search and print. It needs no server and asks nothing of the network.

The page is complete without its script; the script only hides what somebody did not ask for. All content is escaped, and
the page's own policy lets no script run but ours, so that a mistake in the catalogue can never become code.
Words for editors stand together at the top.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from wegwijzer.catalogue.freshness import confirmed_from, is_stale
from wegwijzer.catalogue.labels import ACCESS, CERTAINTY, CITY, COSTS, DREMPELS, FOR_WHOM, FORMS, GEMIS, KINDS, STATUS
from wegwijzer.catalogue.loading import Catalogue
from wegwijzer.catalogue.models import Audience, Contact, Helpline, Initiative
from wegwijzer.catalogue.web_addresses import well_formed
from wegwijzer.vocabulary import CITYWIDE, CostKind, Kind, Status, VoorWie

# --- words for editors ------------------------------------------------------------------------------------------------

TITLE = "De catalogus van Wegwijzer"
INTRO = "Gemaakt op {today}. Er staan {all} initiatieven in. Wegwijzer kan er {shown} tonen."
SHOWN, CHECK_FIRST, NOT_SHOWN, ENDED = "getoond", "bellen", "niet", "gestopt"
STATES = {
    SHOWN: "Wordt getoond",
    CHECK_FIRST: "Wordt getoond; Wegwijzer zegt erbij: bel of mail even",
    NOT_SHOWN: "Wordt niet getoond",
    ENDED: "Gestopt; wordt niet getoond",
}
CONFIRMED = "Laatst bevestigd: {date}."
NEVER_CONFIRMED = "Nooit bevestigd."
STALE = "Dat is langer dan {months} maanden geleden. Kijk het na."
STALE_NEVER = "Kijk het na."
STALE_TO_COME = "Die dag komt nog. Kijk het na."
AGES = ("van {low} tot en met {high} jaar", "vanaf {low} jaar", "tot en met {high} jaar")
GENDERS = {"vrouw": "alleen voor vrouwen", "man": "alleen voor mannen"}
LANGUAGES = "talen: {codes}"
ONLY = "alleen voor: {groups}"
VIA = "via {name}"
PROFESSIONAL = "Je spreekt een betaalde hulpverlener."
MENTION_ONLY = "Alleen als iemand zelf een van deze woorden zegt: {words}"
MONTHS_NL = ("jan", "feb", "mrt", "apr", "mei", "juni", "juli", "aug", "sep", "okt", "nov", "dec")

# --- what a page is ---------------------------------------------------------------------------------------------------

TEMPLATE = Path(__file__).with_name("page_template.html")
SCRIPT = Path(__file__).with_name("page_script.js")


@dataclass(frozen=True)
class Fact:
    """One fact of a record: its name, its text and, when it can be followed, where it leads."""

    name: str
    text: str
    link: str = ""


@dataclass(frozen=True)
class Card:
    """One record as it stands on the page.

    Attributes:
        haltes, wijken, forms: the values that a reader can choose by, separated by spaces.
        state: one of ``STATES``.
        stale: whether it was confirmed too long ago, or never.
        shown: what a resident reads of it; ``background`` is for editors only.
    """

    id: str
    name: str
    organisation: str
    summary: str
    haltes: str
    wijken: str
    forms: str
    state: str
    confirmed: str
    stale: bool
    shown: tuple[Fact, ...]
    background: tuple[Fact, ...]


@dataclass(frozen=True)
class Chapter:
    """One halte: the records that stand there, and those that stand elsewhere but fit here too."""

    id: str
    label: str
    covers: str
    cards: tuple[Card, ...]
    also: tuple[Card, ...]


@dataclass(frozen=True)
class Line:
    """A helpline with its facts."""

    name: str
    use: str
    facts: tuple[Fact, ...]


@dataclass(frozen=True)
class Choice:
    """One thing to choose by: its name in the address of the page, its label, and its values with their words."""

    name: str
    label: str
    options: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Page:
    """Everything on the page, in the order in which it stands there."""

    title: str
    intro: str
    danger_lines: tuple[Line, ...]
    other_lines: tuple[Line, ...]
    choices: tuple[Choice, ...]
    chapters: tuple[Chapter, ...]
    states: dict[str, str]


def catalogue_page(catalogue: Catalogue, today: date, months: int) -> str:
    """The catalogue as one HTML page.

    Args:
        catalogue: the catalogue, without mistakes.
        today: the day on which the page is made.
        months: after how many months a confirmation is too old (setting ``VERIFIED_WITHIN_MONTHS``).
    """
    environment = Environment(
        loader=FileSystemLoader(TEMPLATE.parent), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    script = SCRIPT.read_text(encoding="utf-8")
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    # The script is ours and holds nothing of the catalogue; its hash in the page's policy must be of these very bytes.
    code = Markup(script)  # noqa: S704
    return environment.get_template(TEMPLATE.name).render(page=build_page(catalogue, today, months), script=code, digest=digest)


def build_page(catalogue: Catalogue, today: date, months: int) -> Page:
    """What stands on the page; every record once, under its first halte. See :func:`catalogue_page`."""
    ordered = sorted(catalogue.initiatives.values(), key=lambda one: (not one.suggestable, one.name.casefold()))
    cards = [(one, _card(one, catalogue, today, months)) for one in ordered]
    chapters = tuple(
        Chapter(
            halte.id,
            halte.label,
            halte.covers,
            tuple(card for one, card in cards if one.haltes[0] == halte.id),
            tuple(card for one, card in cards if halte.id in one.haltes[1:]),
        )
        for halte in catalogue.haltes.values()
    )
    intro = INTRO.format(today=_day(today), all=len(ordered), shown=len(catalogue.suggestable))
    lines = [line for line in catalogue.helplines.all() if line.show != "no"]
    danger = tuple(_line(line) for line in lines if line.show == "crisis")
    other = tuple(_line(line) for line in lines if line.show != "crisis")
    return Page(TITLE, intro, danger, other, _choices(catalogue), chapters, STATES)


def _choices(catalogue: Catalogue) -> tuple[Choice, ...]:
    return (
        Choice("halte", "Halte", tuple((halte.id, halte.label) for halte in catalogue.haltes.values())),
        Choice("wijk", "Wijk", tuple((wijk.id, wijk.name) for wijk in catalogue.wijken.wijken)),
        Choice("vorm", "Vorm", tuple((str(form), label) for form, label in FORMS.items())),
        Choice("status", "Status", (*STATES.items(), ("oud", "Te lang niet bevestigd"))),
    )


# --- one record -------------------------------------------------------------------------------------------------------


def _card(one: Initiative, catalogue: Catalogue, today: date, months: int) -> Card:
    stale = is_stale(one, today, months)
    # What is for the whole city is there for every wijk.
    wijken = [wijk.id for wijk in catalogue.wijken.wijken] if CITYWIDE in one.area else one.area
    return Card(
        id=one.id,
        name=one.name,
        organisation=one.organisation,
        summary=one.summary,
        haltes=" ".join(one.haltes),
        wijken=" ".join(wijken),
        forms=" ".join(one.forms),
        state=state_of(one),
        confirmed=_confirmed(one, stale, today, months),
        stale=stale,
        shown=_filled(_shown(one, catalogue)),
        background=_filled(_background(one, catalogue)),
    )


def state_of(one: Initiative) -> str:
    """Whether and how a resident may see it: a key of ``STATES``."""
    if one.suggestable:
        return SHOWN if one.status is Status.ACTIVE else CHECK_FIRST
    return ENDED if one.status is Status.ENDED else NOT_SHOWN


def _confirmed(one: Initiative, stale: bool, today: date, months: int) -> str:
    day = confirmed_from(one.verified_on)
    if day is None:
        return f"{NEVER_CONFIRMED} {STALE_NEVER}"
    said = CONFIRMED.format(date=_partial_day(one.verified_on))
    if not stale:
        return said
    return f"{said} {STALE_TO_COME if day > today else STALE.format(months=months)}"


def _partial_day(text: str) -> str:
    """``2026-11-21`` as ``21 nov 2026``, ``2026-11`` as ``nov 2026``."""
    year, *rest = text.split("-")
    words = [MONTHS_NL[int(rest[0]) - 1]] if rest else []
    days = [str(int(rest[1]))] if len(rest) > 1 else []
    return " ".join([*days, *words, year])


def _day(day: date) -> str:
    return _partial_day(day.isoformat())


def _shown(one: Initiative, catalogue: Catalogue) -> Iterator[Fact]:
    yield Fact("Voor wie", _joined([one.audience.text, *_limits(one.audience, catalogue)]))
    yield Fact("Waar", _joined([_area(one, catalogue), one.place]))
    yield Fact("Vorm", _joined(FORMS[form] for form in one.forms))
    yield from _contact(one.contact, catalogue)
    yield Fact("Open", _joined([one.opening_hours, one.opening_note]))
    yield Fact("Kosten", one.cost.text or ("" if one.cost.kind is CostKind.ONBEKEND else COSTS[one.cost.kind]))
    yield Fact("Binnenkomen", ACCESS[one.access])
    yield Fact("Maakt makkelijker", _joined(DREMPELS[drempel] for drempel in one.drempels))
    yield Fact("Let op", one.alert)
    yield Fact("Plek", one.capacity)
    yield Fact("Meenemen", _joined(one.required_documents))
    yield Fact("Toegankelijk", one.accessibility)
    yield Fact("Eerste stap", one.first_step)
    yield Fact("Eerste woorden", one.first_words)
    if one.helpen is not None:
        yield Fact("Helpen: eerste stap", one.helpen.first_step)
        yield Fact("Helpen: eerste woorden", one.helpen.first_words)


def _background(one: Initiative, catalogue: Catalogue) -> Iterator[Fact]:
    yield Fact("Haltes", _joined(catalogue.haltes[halte].label for halte in one.haltes))
    yield Fact("Gemis", _joined(GEMIS[gemis] for gemis in one.gemis))
    if one.for_whom != (VoorWie.ZELF,):
        yield Fact("Te gebruiken door", _joined(FOR_WHOM[who] for who in one.for_whom))
    yield Fact("Soort", "" if one.kind is Kind.OFFER else KINDS[one.kind])
    yield Fact("Hulpverlener", PROFESSIONAL if one.professional else "")
    yield Fact("Alleen na", MENTION_ONLY.format(words=_joined(one.mention_only)) if one.mention_only else "")
    yield Fact("Bestaat het", _joined([STATUS[one.status], one.status_reason]))
    yield Fact("Zekerheid", _joined([CERTAINTY[one.certainty], one.certainty_note]))
    yield Fact("Bron", _joined([one.source, one.source_date]))
    yield Fact("Bevestigd door", _joined([one.assurer_email, one.assured_date]))
    yield Fact("Genoemd in", one.named_in)
    yield Fact("Notitie", one.note)
    yield Fact("Bestand", f"{catalogue.file_of(one)} · {one.id}")


def _limits(audience: Audience, catalogue: Catalogue) -> Iterator[str]:
    both, low, high = AGES
    ages = {"low": audience.min_age, "high": audience.max_age}
    if audience.min_age is not None:
        yield (low if audience.max_age is None else both).format(**ages)
    elif audience.max_age is not None:
        yield high.format(**ages)
    if audience.gender:
        yield GENDERS[audience.gender]
    if audience.languages:
        yield LANGUAGES.format(codes=_joined(audience.languages))
    if audience.groups:
        yield ONLY.format(groups=_joined(catalogue.groepen[group].label for group in audience.groups))


def _area(one: Initiative, catalogue: Catalogue) -> str:
    return _joined(CITY if area == CITYWIDE else catalogue.wijk(area).name for area in one.area)


def _contact(contact: Contact, catalogue: Catalogue) -> Iterator[Fact]:
    yield _phone("Telefoon", contact.phone)
    yield Fact("E-mail", contact.email, f"mailto:{contact.email}")
    yield _web("Site", contact.url)
    yield Fact("Adres", contact.address)
    if contact.via:
        line = catalogue.helpline(contact.via)
        yield Fact("Contact", VIA.format(name=_joined([line.name, line.phone or line.email or line.website])))


# --- helplines --------------------------------------------------------------------------------------------------------


def _line(line: Helpline) -> Line:
    return Line(line.name, line.use, _filled(_line_facts(line)))


def _line_facts(line: Helpline) -> Iterator[Fact]:
    yield _phone("Telefoon", line.phone)
    yield _phone("Ook", line.phone_alt)
    yield Fact("WhatsApp", line.whatsapp)
    yield _web("Chat", line.chat)
    yield Fact("E-mail", line.email, f"mailto:{line.email}")
    yield _web("Site", line.website)
    yield Fact("Adres", line.address)
    yield Fact("Open", line.hours or line.opening_hours)
    yield Fact("Kosten", line.cost)


def _phone(name: str, number: str) -> Fact:
    return Fact(name, number, "tel:" + "".join(sign for sign in number if sign.isdigit()))


def _web(name: str, address: str) -> Fact:
    """A link only for what is a page on the web: an address that is something else must not run when it is clicked."""
    return Fact(name, address, address if well_formed(address) else "")


def _filled(facts: Iterable[Fact]) -> tuple[Fact, ...]:
    return tuple(fact for fact in facts if fact.text)


def _joined(parts: Iterable[str]) -> str:
    return " · ".join(part for part in parts if part)
