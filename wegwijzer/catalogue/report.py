"""What editors must look at in the catalogue: on a page of its own (HTML) and as tables in the terminal.

A report is made from the catalogue, the day and, when asked for, the answers of sites; nothing here makes a request.
Terminal and page show the same sections. Words for editors stand together at the top.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from rich.table import Table
from rich.text import Text

from wegwijzer.catalogue.freshness import confirmed_from, is_stale
from wegwijzer.catalogue.loading import Catalogue
from wegwijzer.catalogue.models import Form, Halte, Helpline, Initiative, Wijk
from wegwijzer.catalogue.phone_numbers import PhoneKind, phone_kind
from wegwijzer.catalogue.web_addresses import Answer, Outcome, well_formed
from wegwijzer.vocabulary import CITYWIDE, Certainty, Kind, Status, Vorm

# --- words for editors ------------------------------------------------------------------------------------------------

TITLE = "Catalogus: wat je moet nakijken"
INTRO = "Gemaakt op {today}. In de catalogus staan {all} initiatieven. Wegwijzer kan er {shown} tonen."

STALE = "Te lang niet bevestigd"
STALE_INTRO = (
    "Dit aanbod is langer dan {months} maanden niet bevestigd, of er staat geen goede datum bij. Het oudste staat bovenaan. "
    "Bel of mail, en zet de nieuwe datum bij verified_on. Is het gestopt? Zet dan status op ended."
)
STALE_COLUMNS = ("Aanbod", "Laatst bevestigd", "Getoond", "Contact", "Bestand")
STALE_EMPTY = "Alles is kort geleden bevestigd."
NEVER = "nooit"
TO_COME = "{date} (die dag komt nog)"

NO_CONTACT = "Zonder contact"
NO_CONTACT_INTRO = (
    "Bij dit aanbod staat geen telefoon, mail, site of adres. Zoek het op. Zonder contact en zonder via tonen we het niet."
)
NO_CONTACT_COLUMNS = ("Aanbod", "Organisatie", "Via", "Getoond", "Bestand")
NO_CONTACT_EMPTY = "Bij al het aanbod staat een contact."

UNSURE = "Onzeker"
UNSURE_INTRO = "Hier zijn we niet zeker van. Zoek een goede bron en verander certainty, of zet status op ended."
UNSURE_COLUMNS = ("Naam", "Waarom", "Contact", "Bestand")
UNSURE_EMPTY = "Nergens staat dat het onzeker is."

PHONES = "Telefoonnummers die niet kloppen"
PHONES_INTRO = "Wij keken naar {count} nummers, zonder te bellen. Wat kan bestaan: {kinds}."
PHONES_COLUMNS = ("Nummer", "Wat er mis is", "Waar het staat")
PHONES_EMPTY = "Alle nummers kunnen bestaan. Of er iemand opneemt, weet je pas als je belt."
PHONE_KINDS = {
    PhoneKind.SHORT: "kort nummer",
    PhoneKind.MUNICIPAL: "nummer van een gemeente (14)",
    PhoneKind.FREE: "gratis nummer (0800)",
    PhoneKind.PAID: "betaald nummer (0900)",
    PhoneKind.LANDLINE: "vast nummer",
    PhoneKind.MOBILE: "mobiel nummer",
    PhoneKind.OTHER: "ander nummer (zoals 088)",
    PhoneKind.UNREADABLE: "dit is geen telefoonnummer",
    PhoneKind.FOREIGN: "dit is geen Nederlands nummer",
    PhoneKind.NO_NUMBER: "dit nummer kan niet bestaan; tel de cijfers na",
}

WEB = "Webadressen die niet kloppen"
WEB_OFFLINE = (
    "Wij keken naar {count} adressen, alleen of ze goed geschreven zijn. Met --online kijken we ook of de pagina er nog is."
)
WEB_ONLINE = "Wij keken op internet naar {count} adressen. {found}."
WEB_NO_INTERNET = " Geen enkele site gaf antwoord. Heeft deze computer internet?"
WEB_COLUMNS = ("Adres", "Wat er mis is", "Waar het staat")
WEB_EMPTY = "Niets gevonden dat niet klopt."
MALFORMED = "dit adres is niet goed geschreven; schrijf bijvoorbeeld https://www.organisatie.nl"
MOVED = "verhuisd; kijk of dit het goede nieuwe adres is: {new}"
GONE = "deze pagina is er niet meer"
REFUSED = "niet te bereiken: de site geeft fout {status}; kijk zelf of hij werkt"
SILENT = "niet te bereiken: de site geeft geen antwoord; kijk zelf of hij werkt"
OUTCOMES = {
    Outcome.FINE: "Goed",
    Outcome.MOVED: "Verhuisd",
    Outcome.GONE: "Weg",
    Outcome.UNREACHABLE: "Niet te bereiken",
}

SUPPLY = "Hoeveel aanbod er is"
SUPPLY_INTRO = (
    "Hoeveel Wegwijzer per halte en wijk kan tonen. Aanbod voor de hele stad telt in elke wijk mee. 'Hier' is wat alleen voor "
    "deze wijk of een paar wijken is. Eén aanbod kan meer vormen hebben. Rood is niets, geel is dun."
)
SUPPLY_LEGEND = "Letters: {letters}."
SUPPLY_CORNER = "Halte"
HERE = "hier {count}"

HOLES = "Waar te weinig is"
HOLES_INTRO = "De gaten in de tabel hierboven. Dun is: één of twee."
HOLES_COLUMNS = ("Halte", "Niets in", "Dun in", "Niets van de wijk zelf in", "Vormen die nergens zijn")
HOLES_EMPTY = "Er zijn geen gaten."
WHOLE_CITY = "heel de stad"

FORMS: Mapping[Form, tuple[str, str]] = {
    Vorm.EEN_OP_EEN: ("één op één", "e"),
    Vorm.GROEP: ("groep", "g"),
    Vorm.BELLEN: ("bellen", "b"),
    Vorm.ONLINE: ("online", "o"),
    Vorm.EROPUIT: ("eropuit", "u"),
    "inloop": ("inloop", "i"),
}
"""Each form with its word and the letter that stands for it in the terminal."""

YES, NO, NOTHING = "ja", "nee", "-"
LOW_HELPLINE = "hulplijn die we tonen"
VIA = "via {name}"
HELPLINES_FILE, WIJKEN_FILE = "helplines.yml", "wijken.yml"

# --- what a report is -------------------------------------------------------------------------------------------------

TEMPLATE = Path(__file__).with_name("report_template.html")

THIN = 2
"""Up to so many offers is thin."""

ENOUGH = 5
"""More than this is plenty; between thin and this it is fair."""

HEAT_STYLES = ("bold white on red", "black on yellow", "black on bright_green", "black on green")
"""How the terminal shows nothing, thin, fair and plenty."""


@dataclass(frozen=True)
class Cell:
    """One cell: its text, what it links to, a second line (``short`` is the same in letters), and how warm it is."""

    text: str
    link: str = ""
    note: str = ""
    short: str = ""
    heat: int | None = None


Row = tuple[Cell, ...]


@dataclass(frozen=True)
class Section:
    """One table with its explanation.

    Attributes:
        empty: what is said instead of a table without rows.
        to_check: whether every row is something that somebody must look at.
        legend: explains what is shortened in the terminal; the page shortens nothing.
    """

    name: str
    title: str
    intro: str
    columns: tuple[str, ...]
    rows: tuple[Row, ...]
    empty: str
    to_check: bool = True
    legend: str = ""


@dataclass(frozen=True)
class Report:
    """Everything for editors, in the order in which it is shown."""

    title: str
    intro: str
    sections: tuple[Section, ...]

    @property
    def to_check(self) -> int:
        """How many rows ask for somebody to look."""
        return sum(len(section.rows) for section in self.sections if section.to_check)


def build_report(catalogue: Catalogue, today: date, months: int, answers: Mapping[str, Answer] | None = None) -> Report:
    """Everything that editors must look at.

    Args:
        catalogue: the catalogue, without mistakes.
        today: the day of the report.
        months: after how many months a confirmation is too old.
        answers: what sites said, by address (``check_online(addresses_to_visit(catalogue))``); ``None`` when not asked.
    """
    intro = INTRO.format(today=f"{today:%d-%m-%Y}", all=len(catalogue.initiatives), shown=len(catalogue.suggestable))
    sections = (
        _stale(catalogue, today, months),
        _without_contact(catalogue),
        _unsure(catalogue),
        _phones(catalogue),
        _web(catalogue, answers),
        _supply(catalogue),
        _holes(catalogue),
    )
    return Report(TITLE, intro, sections)


def addresses_to_visit(catalogue: Catalogue) -> tuple[str, ...]:
    """Every web address of the catalogue that is well formed, once, in catalogue order."""
    return tuple(address for address in _web_addresses(catalogue) if well_formed(address))


def page(report: Report) -> str:
    """The report as one HTML page that needs nothing else: no script, no picture, no request."""
    environment = Environment(loader=FileSystemLoader(TEMPLATE.parent), autoescape=True, undefined=StrictUndefined)
    return environment.get_template(TEMPLATE.name).render(report=report)


def tables(report: Report) -> Iterator[Table | Text]:
    """The report for the terminal: of every section its table, or one line when there is nothing."""
    yield Text(f"{report.title}. {report.intro}\n")
    for section in report.sections:
        if not section.rows:
            yield Text(f"{section.title}: {section.empty} {section.intro}\n")
            continue
        count = f" ({len(section.rows)})" if section.to_check else ""
        table = Table(title=Text(section.title + count), caption=Text(f"{section.intro} {section.legend}"), show_lines=True)
        for column in section.columns:
            table.add_column(Text(column), overflow="fold")
        for row in section.rows:
            table.add_row(*(_terminal(cell) for cell in row))
        yield table


def _terminal(cell: Cell) -> Text:
    text = "\n".join(part for part in (cell.text, cell.short or cell.note) if part)
    return Text(text, style="" if cell.heat is None else HEAT_STYLES[cell.heat])


# --- what must be confirmed again -------------------------------------------------------------------------------------


def _current(catalogue: Catalogue) -> list[Initiative]:
    """The offers that may still be there; ended ones and what is no offer are never shown and need no care."""
    return [one for one in catalogue.initiatives.values() if one.kind is Kind.OFFER and one.status is not Status.ENDED]


def _stale(catalogue: Catalogue, today: date, months: int) -> Section:
    found = [one for one in _current(catalogue) if is_stale(one, today, months)]
    found.sort(key=lambda one: (confirmed_from(one.verified_on) or date.min, not one.suggestable, one.name))
    rows = tuple(
        _row(one.name, _confirmed(one, today), _yes(one.suggestable), _contact(one, catalogue), _file(one, catalogue))
        for one in found
    )
    return Section("oud", STALE, STALE_INTRO.format(months=months), STALE_COLUMNS, rows, STALE_EMPTY)


def _confirmed(one: Initiative, today: date) -> str:
    confirmed = confirmed_from(one.verified_on)
    if confirmed is None:
        return NEVER
    return TO_COME.format(date=one.verified_on) if confirmed > today else one.verified_on


def _without_contact(catalogue: Catalogue) -> Section:
    rows = tuple(
        _row(one.name, one.organisation, _via(one, catalogue) or NOTHING, _yes(one.suggestable), _file(one, catalogue))
        for one in _current(catalogue)
        if not one.contact.direct
    )
    return Section("contact", NO_CONTACT, NO_CONTACT_INTRO, NO_CONTACT_COLUMNS, rows, NO_CONTACT_EMPTY)


def _unsure(catalogue: Catalogue) -> Section:
    """Offers without a good source, and helplines without one that are shown all the same."""
    unsure = (Certainty.LOW, Certainty.NONE)
    rows = [
        _row(one.name, one.certainty_note or one.status_reason or NOTHING, _contact(one, catalogue), _file(one, catalogue))
        for one in _current(catalogue)
        if one.certainty in unsure
    ]
    rows += [
        _row(line.name, line.note or LOW_HELPLINE, _line_contact(line) or NOTHING, f"{HELPLINES_FILE} · {line.id}")
        for line in catalogue.helplines.all()
        if line.certainty in unsure and line.show != "no"
    ]
    return Section("onzeker", UNSURE, UNSURE_INTRO, UNSURE_COLUMNS, tuple(rows), UNSURE_EMPTY)


def _row(*texts: str) -> Row:
    return tuple(Cell(text) for text in texts)


def _yes(value: bool) -> str:
    return YES if value else NO


def _file(one: Initiative, catalogue: Catalogue) -> str:
    return f"{catalogue.file_of(one)} · {one.id}"


def _contact(one: Initiative, catalogue: Catalogue) -> str:
    """Every way to reach it, the quickest first; else who can lead there."""
    own = (one.contact.phone, one.contact.email, one.contact.url, one.contact.address)
    return " · ".join(way for way in own if way) or _via(one, catalogue) or NOTHING


def _via(one: Initiative, catalogue: Catalogue) -> str:
    if not one.contact.via:
        return ""
    line = catalogue.helpline(one.contact.via)
    return " · ".join(part for part in (VIA.format(name=line.name), _line_contact(line)) if part)


def _line_contact(line: Helpline) -> str:
    return line.phone or line.email or line.website


# --- numbers and addresses --------------------------------------------------------------------------------------------


def _phones(catalogue: Catalogue) -> Section:
    places = _phone_numbers(catalogue)
    kinds = {number: phone_kind(number) for number in places}
    good = Counter(PHONE_KINDS[kind] for kind in kinds.values() if not kind.wrong)
    counted = ", ".join(f"{kind} {count}" for kind, count in good.most_common()) or NOTHING
    rows = tuple(_row(number, PHONE_KINDS[kind], ", ".join(places[number])) for number, kind in kinds.items() if kind.wrong)
    intro = PHONES_INTRO.format(count=len(kinds), kinds=counted)
    return Section("telefoon", PHONES, intro, PHONES_COLUMNS, rows, PHONES_EMPTY)


def _web(catalogue: Catalogue, answers: Mapping[str, Answer] | None) -> Section:
    places = _web_addresses(catalogue)
    rows = []
    for address, where in places.items():
        good_form = well_formed(address)
        problem = _web_problem((answers or {}).get(address)) if good_form else MALFORMED
        if problem:
            rows.append((Cell(address, link=address if good_form else ""), Cell(problem), Cell(", ".join(where))))
    return Section("web", WEB, _web_intro(len(places), answers), WEB_COLUMNS, tuple(rows), WEB_EMPTY)


def _web_intro(count: int, answers: Mapping[str, Answer] | None) -> str:
    if answers is None:
        return WEB_OFFLINE.format(count=count)
    found = Counter(answer.outcome for answer in answers.values())
    counted = ", ".join(f"{OUTCOMES[outcome]}: {found[outcome]}" for outcome in Outcome)
    nobody = bool(answers) and not any(answer.status for answer in answers.values())
    return WEB_ONLINE.format(count=len(answers), found=counted) + (WEB_NO_INTERNET if nobody else "")


def _web_problem(answer: Answer | None) -> str:
    """What an editor must know about it; empty when it is fine or was not asked."""
    if answer is None or answer.outcome is Outcome.FINE:
        return ""
    if answer.outcome is Outcome.MOVED:
        return MOVED.format(new=answer.new_address)
    if answer.outcome is Outcome.GONE:
        return GONE
    return REFUSED.format(status=answer.status) if answer.status else SILENT


def _phone_numbers(catalogue: Catalogue) -> dict[str, list[str]]:
    """Every number, and the records in which it stands."""
    return _collected(
        catalogue,
        lambda one: (one.contact.phone,),
        lambda line: (line.phone, line.phone_alt, line.whatsapp),
        lambda wijk: (wijk.phone,),
    )


def _web_addresses(catalogue: Catalogue) -> dict[str, list[str]]:
    """Every web address, and the records in which it stands."""
    return _collected(catalogue, lambda one: (one.contact.url,), lambda line: (line.website, line.chat), lambda wijk: ())


def _collected(
    catalogue: Catalogue,
    of_offer: Callable[[Initiative], Iterable[str]],
    of_line: Callable[[Helpline], Iterable[str]],
    of_wijk: Callable[[Wijk], Iterable[str]],
) -> dict[str, list[str]]:
    """What stands in records that are not ended, each value once with its places."""
    found = [(value, _file(one, catalogue)) for one in _not_ended(catalogue) for value in of_offer(one)]
    found += [(value, f"{HELPLINES_FILE} · {line.id}") for line in catalogue.helplines.all() for value in of_line(line)]
    found += [(value, f"{WIJKEN_FILE} · {wijk.id}") for wijk in catalogue.wijken.wijken for value in of_wijk(wijk)]
    places: dict[str, list[str]] = defaultdict(list)
    for value, place in found:
        if value and place not in places[value]:
            places[value].append(place)
    return dict(places)


def _not_ended(catalogue: Catalogue) -> list[Initiative]:
    return [one for one in catalogue.initiatives.values() if one.status is not Status.ENDED]


# --- where there is little --------------------------------------------------------------------------------------------


def _supply(catalogue: Catalogue) -> Section:
    wijken = catalogue.wijken.wijken
    rows = tuple(
        (Cell(halte.label), *(_supply_cell(_shown(catalogue, halte, wijk)) for wijk in wijken))
        for halte in catalogue.haltes.values()
    )
    legend = SUPPLY_LEGEND.format(letters=", ".join(f"{letter} = {word}" for word, letter in FORMS.values()))
    columns = (SUPPLY_CORNER, *(wijk.name for wijk in wijken))
    return Section("aanbod", SUPPLY, SUPPLY_INTRO, columns, rows, HOLES_EMPTY, to_check=False, legend=legend)


def _shown(catalogue: Catalogue, halte: Halte, wijk: Wijk) -> list[Initiative]:
    """What the bot may suggest on this halte to somebody in this wijk."""
    return [one for one in catalogue.suggestable if halte.id in one.haltes and {CITYWIDE, wijk.id} & set(one.area)]


def _own(offers: Iterable[Initiative]) -> list[Initiative]:
    """Those that are not for the whole city."""
    return [one for one in offers if CITYWIDE not in one.area]


def _supply_cell(offers: Sequence[Initiative]) -> Cell:
    forms = Counter(form for one in offers for form in one.forms)
    here = HERE.format(count=len(_own(offers)))
    words = [f"{word} {forms[form]}" for form, (word, _) in FORMS.items() if forms[form]]
    letters = [f"{letter}{forms[form]}" for form, (_, letter) in FORMS.items() if forms[form]]
    return Cell(str(len(offers)), note=", ".join([here, *words]), short=f"{here}\n{' '.join(letters)}", heat=_heat(len(offers)))


def _heat(count: int) -> int:
    """0 nothing, 1 thin, 2 fair, 3 plenty."""
    return (count > 0) + (count > THIN) + (count > ENOUGH)


def _holes(catalogue: Catalogue) -> Section:
    rows = tuple(_gaps(catalogue, halte) for halte in catalogue.haltes.values())
    rows = tuple(row for row in rows if any(cell.text != NOTHING for cell in row[1:]))
    return Section("gaten", HOLES, HOLES_INTRO, HOLES_COLUMNS, rows, HOLES_EMPTY, to_check=False)


def _gaps(catalogue: Catalogue, halte: Halte) -> Row:
    """One row: the wijken in which there is nothing, little, or nothing of their own, and the forms that are nowhere."""
    offers = {wijk.name: _shown(catalogue, halte, wijk) for wijk in catalogue.wijken.wijken}
    forms = {form for found in offers.values() for one in found for form in one.forms}
    return _row(
        halte.label,
        _named(offers, lambda found: not found),
        _named(offers, lambda found: 0 < len(found) <= THIN),
        _named(offers, lambda found: bool(found) and not _own(found)),
        ", ".join(word for form, (word, _) in FORMS.items() if form not in forms) or NOTHING,
    )


def _named(offers: Mapping[str, Sequence[Initiative]], fits: Callable[[Sequence[Initiative]], bool]) -> str:
    """The wijken that fit, by name; all of them are the whole city."""
    names = [name for name, found in offers.items() if fits(found)]
    if names and len(names) == len(offers):
        return WHOLE_CITY
    return ", ".join(names) or NOTHING
