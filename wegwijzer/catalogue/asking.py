"""The questions by which an editor makes a new record, and how each answer is read and judged at once.

Every answer is a line of text; from all of them a record can be made again at any time. That makes going back and keeping
a draft easy. Whether an answer is right is said by the models and checks of the catalogue themselves.
Words for editors stand with the questions.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from pydantic import ValidationError

from wegwijzer.catalogue.checking import unkind
from wegwijzer.catalogue.dutch_values import hours_in_dutch, read_date, read_hours
from wegwijzer.catalogue.labels import ACCESS, CERTAINTY, CITY, COSTS, DREMPELS, FOR_WHOM, FORMS, GEMIS, STATUS
from wegwijzer.catalogue.loading import Catalogue
from wegwijzer.catalogue.models import Initiative
from wegwijzer.catalogue.phone_numbers import phone_kind
from wegwijzer.catalogue.remedies import remedy
from wegwijzer.catalogue.report import MALFORMED, PHONE_KINDS
from wegwijzer.catalogue.web_addresses import well_formed
from wegwijzer.catalogue.writing import new_id
from wegwijzer.vocabulary import CITYWIDE, Certainty, Status, VoorWie

Options = Sequence[tuple[str, str]]
"""What can be chosen: the value in the record, and its words."""

Record = Mapping[str, Any]

LONG_SENTENCE = 15
"""From more words than this a sentence is hard to read. The guidance aims at 12 in a chat (``docs/redactie.md``)."""

MOST_SENTENCES = 2
"""So many sentences a summary may have before we ask for less."""

NEEDED = "dit antwoord kan niet leeg blijven"
UNREADABLE = "er staan tekens in die we niet kunnen lezen; typ het nog eens"
NUMBERS = "kies een nummer van 1 tot en met {most}"
MANY_NUMBERS = NUMBERS + ", of meer nummers met een komma ertussen, zoals 1,2"
ONE_ONLY = "kies één nummer"
CITY_ALONE = f"kies {CITY}, of losse wijken; niet allebei"
YES_NO = (("ja", "ja"), ("nee", "nee"))

TIP_LONG = "Tip: de zin '{start} ...' heeft {count} woorden. Korte zinnen lezen makkelijker. Met 'terug' verander je hem."
TIP_SHORTER = "Tip: één of twee zinnen is genoeg."
TIP_JE = "Tip: spreek de bewoner aan met je, niet met u."
TIP_SAME_NAME = "Let op: er is al een aanbod dat zo heet, in {file}. Is dit hetzelfde? Typ dan 'stop' en verander dat."
TIP_HOURS = "Wij lezen dit als: {hours}."
TIP_ADDRESS = "Wij maken ervan: {address}"
TIP_NO_CONTACT = "Let op: zonder contact wordt dit aanbod niet getoond."
TIP_LOW = "Let op: wat onzeker is, wordt niet getoond."


@dataclass(frozen=True)
class Question:
    """One question.

    Attributes:
        path: the field that it fills, with dots between a field and a field in it.
        title: what it is about, in a few words.
        why: what to answer, in plain Dutch.
        example: an answer that is fine.
        options: what can be chosen by number; empty for a free answer.
        many: whether more than one option can be chosen.
        required: whether it must be answered.
        default: the answer that Enter gives, as it would be typed.
        when: whether it must be asked, given the record so far.
        read: makes the value from what was typed; raises ``ValueError`` with a remedy in Dutch.
        tips: what may be better, without refusing it: gets the value, the record so far and the catalogue.
    """

    path: str
    title: str
    why: str
    example: str = ""
    options: Options = ()
    many: bool = False
    required: bool = False
    default: str = ""
    when: Callable[[Record], bool] = lambda record: True
    read: Callable[[str], Any] = str
    tips: Callable[[Any], Iterator[str]] = lambda value: iter(())

    @property
    def group(self) -> str:
        """The field of the record itself."""
        return self.path.partition(".")[0]


@dataclass
class Interview:
    """The answers so far, and what they make.

    Attributes:
        answers: what was typed, by the path of the question; empty is skipped.
    """

    catalogue: Catalogue
    today: date
    answers: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._questions = tuple(_questions(self.catalogue, self.today))
        for path in [path for path in self.answers if not self._usable(path)]:
            del self.answers[path]

    def asked(self) -> list[Question]:
        """The questions that matter, given the answers so far, in their order."""
        record: dict[str, Any] = {}
        asked = []
        for question in self._questions:
            if question.when(record):
                asked.append(question)
                self._put(record, question)
        return asked

    def give(self, question: Question, typed: str) -> list[str]:
        """Take an answer. Returns tips.

        Raises:
            ValueError: it cannot be used, with the remedy in Dutch; the earlier answer stays.
        """
        value = self._read(question, typed)
        self.answers[question.path] = _kept(value)
        return list(question.tips(value)) if value not in ("", (), None) else self._tips_of_nothing(question)

    def shown(self, question: Question) -> str:
        """The answer as an editor reads it back."""
        typed = self.answers.get(question.path, "")
        if not typed:
            return ""
        value = question.read(typed)
        if question.path == "opening_hours":
            return hours_in_dutch(str(value))
        words = dict(question.options)
        values: tuple[str, ...] = value if isinstance(value, tuple) else (_kept(value),)
        return " · ".join(words.get(one, one) for one in values)

    def record(self) -> Initiative:
        """The record that the answers make, with an id of its own.

        Raises:
            pydantic.ValidationError: an answer that is needed is not there yet.
        """
        fields = self._fields()
        return Initiative.model_validate({"id": new_id(fields.get("name", ""), self.catalogue.initiatives), **fields})

    def _fields(self) -> dict[str, Any]:
        record: dict[str, Any] = {}
        for question in self.asked():
            self._put(record, question)
        return record

    def _put(self, record: dict[str, Any], question: Question) -> None:
        typed = self.answers.get(question.path, "")
        if typed:
            _set(record, question.path, question.read(typed))

    def _read(self, question: Question, typed: str) -> Any:
        if not typed.isprintable():
            raise ValueError(UNREADABLE)
        if not typed.strip():
            if question.required:
                raise ValueError(NEEDED)
            return ""
        value = question.read(typed.strip())
        self._judge(question, value)
        return value

    def _judge(self, question: Question, value: Any) -> None:
        """Let the model of the record say what is wrong with this one field; the others are filled in."""
        known = {} if question.path == question.group else self._fields().get(question.group, {})
        record = {**_FILLED, "haltes": [next(iter(self.catalogue.haltes))], **({question.group: dict(known)} if known else {})}
        _set(record, question.path, value)
        try:
            Initiative.model_validate(record)
        except ValidationError as error:
            mistakes = [dict(one) for one in error.errors() if not one["loc"] or str(one["loc"][0]) == question.group]
            if mistakes:
                raise ValueError(_in_words(remedy(mistakes[0]))) from None

    def _tips_of_nothing(self, question: Question) -> list[str]:
        fields = self._fields()
        return [TIP_NO_CONTACT] if question.path == "contact.via" and "contact" not in fields else []

    def _usable(self, path: str) -> bool:
        """Whether a kept answer is still one: the catalogue or the questions may have changed since."""
        question = next((one for one in self._questions if one.path == path), None)
        typed = self.answers[path]
        if question is None or not isinstance(typed, str):
            return False
        try:
            return question.read(typed) is not None if typed else not question.required
        except ValueError:
            return False


_FILLED: Record = {
    "id": "concept",
    "name": "concept",
    "organisation": "concept",
    "summary": "concept",
    "forms": ["groep"],
    "status": "unknown",
    "status_reason": "concept",
    "first_step": "concept",
    "source": "concept",
    "certainty": "low",
}
"""A record that is right, to judge one field of it at a time."""


def _kept(value: Any) -> str:
    """The answer as it is kept and can be read again: what was understood, not what was typed.

    "vandaag" must not become another day tomorrow, nor a number another halte when somebody puts one before it.
    """
    if isinstance(value, bool):
        return "ja" if value else "nee"
    return ", ".join(value) if isinstance(value, tuple) else str(value)


def _set(record: dict[str, Any], path: str, value: Any) -> None:
    group, _, inner = path.partition(".")
    if inner:
        record.setdefault(group, {})[inner] = value
    else:
        record[group] = value


def _in_words(text: str) -> str:
    """A remedy without names of fields, which somebody who answers questions never saw."""
    return text.replace("min_age", "de jongste leeftijd").replace("max_age", "de oudste leeftijd")


# --- reading an answer ------------------------------------------------------------------------------------------------


def _one(options: Options) -> Callable[[str], str]:
    def read(typed: str) -> str:
        chosen = _chosen(typed, options, NUMBERS)
        if len(chosen) != 1:
            raise ValueError(ONE_ONLY)
        return chosen[0]

    return read


def _several(options: Options) -> Callable[[str], tuple[str, ...]]:
    return lambda typed: _chosen(typed, options, MANY_NUMBERS)


def _chosen(typed: str, options: Options, advice: str) -> tuple[str, ...]:
    """What was chosen by number or by name, in the order in which it was typed."""
    names = {name.casefold(): value for value, label in options for name in (value, label)}
    if typed.casefold() in names:
        return (names[typed.casefold()],)
    chosen = []
    for part in re.split(r"\s*[,;]\s*|\s+en\s+|(?<=\d)\s+(?=\d)", typed.strip(" ,;.")):
        number = int(part) if part.isascii() and part.isdigit() and len(part) < 4 else 0
        found = options[number - 1][0] if 1 <= number <= len(options) else names.get(part.casefold())
        if found is None:
            raise ValueError(f"'{part}' staat niet in de lijst; {advice.format(most=len(options))}")
        chosen.append(found)
    return tuple(dict.fromkeys(chosen))


def _area(options: Options) -> Callable[[str], tuple[str, ...]]:
    def read(typed: str) -> tuple[str, ...]:
        chosen = _chosen(typed, options, MANY_NUMBERS)
        if CITYWIDE in chosen and len(chosen) > 1:
            raise ValueError(CITY_ALONE)
        return chosen

    return read


def _yes(typed: str) -> bool:
    return _one(YES_NO)({"j": "ja", "n": "nee"}.get(typed.casefold(), typed)) == "ja"


def _kind_words(typed: str) -> str:
    """A text for residents without the words that hurt."""
    if problem := unkind(typed):
        raise ValueError(problem)
    return typed


def _phone(typed: str) -> str:
    kind = phone_kind(typed)
    if kind.wrong:
        raise ValueError(f"'{typed}': {PHONE_KINDS[kind]}")
    return typed


def _web(typed: str) -> str:
    """A web address; people leave out ``https://``."""
    address = typed if "//" in typed else f"https://{typed}"
    if not well_formed(address):
        raise ValueError(f"'{typed}': {MALFORMED}")
    return address


# --- tips -------------------------------------------------------------------------------------------------------------


def _language(text: str) -> Iterator[str]:
    for sentence in _sentences(text):
        words = sentence.split()
        if len(words) > LONG_SENTENCE:
            yield TIP_LONG.format(count=len(words), start=" ".join(words[:4]))


def _to_resident(text: str) -> Iterator[str]:
    yield from _language(text)
    if re.search(r"\b(?:u|uw)\b", text, re.IGNORECASE):
        yield TIP_JE


def _summary_tips(text: str) -> Iterator[str]:
    yield from _to_resident(text)
    if len(_sentences(text)) > MOST_SENTENCES:
        yield TIP_SHORTER


def _sentences(text: str) -> list[str]:
    return [part for part in re.split(r"(?<=[.!?])\s+", text.strip()) if part]


def _hours_tips(hours: str) -> Iterator[str]:
    yield TIP_HOURS.format(hours=hours_in_dutch(hours))


def _web_tips(address: str) -> Iterator[str]:
    yield TIP_ADDRESS.format(address=address)


# --- the questions ----------------------------------------------------------------------------------------------------


def _questions(catalogue: Catalogue, today: date) -> Iterator[Question]:
    yield from _what(catalogue)
    yield from _for_whom(catalogue)
    yield from _how(catalogue)
    yield from _step()
    yield from _evidence(today)


def _what(catalogue: Catalogue) -> Iterator[Question]:
    def same_name(name: str) -> Iterator[str]:
        for one in catalogue.initiatives.values():
            if one.name.casefold() == name.casefold():
                yield TIP_SAME_NAME.format(file=catalogue.file_of(one))

    haltes = tuple((halte.id, halte.label) for halte in catalogue.haltes.values())
    gemis = _pairs(GEMIS)
    yield Question("name", "Naam", "Hoe heet het? Zo ziet een bewoner het.", "Soep in de straat", required=True, tips=same_name)
    yield Question("organisation", "Organisatie", "Wie doet het?", "Buurthuis Voorbeeld", required=True)
    yield Question(
        "summary",
        "Wat is het",
        "Wat doe je daar? Schrijf één of twee korte zinnen in gewone woorden. Begin met Je of Een.",
        "Je eet samen met buren een kom soep.",
        required=True,
        read=_kind_words,
        tips=_summary_tips,
    )
    yield Question(
        "haltes",
        "Haltes",
        "Waar gaat het over? Kies met nummers. Wat je als eerste kiest, telt het zwaarst.",
        "11, 12",
        haltes,
        many=True,
        required=True,
        read=_several(haltes),
    )
    yield Question("gemis", "Gemis", "Wat vindt iemand hier?", "1", gemis, many=True, read=_several(gemis))


def _for_whom(catalogue: Catalogue) -> Iterator[Question]:
    who = _pairs(FOR_WHOM)
    groups = tuple((groep.id, groep.label) for groep in catalogue.groepen.values())
    wijken = ((CITYWIDE, CITY), *((wijk.id, wijk.name) for wijk in catalogue.wijken.wijken))
    yield Question(
        "for_whom", "Wie het gebruikt", "Wie kan dit gebruiken?", "1,3", who, many=True, default="1", read=_several(who)
    )
    yield Question("audience.text", "Voor wie", "Voor wie is het, zoals de organisatie het zegt?", "iedereen vanaf 18 jaar")
    yield Question(
        "audience.groups",
        "Alleen voor een groep",
        "Is het alleen voor een van deze groepen? Is het voor iedereen, sla dit dan over.",
        "2",
        groups,
        many=True,
        read=_several(groups),
    )
    yield Question("audience.min_age", "Jongste leeftijd", "Vanaf welke leeftijd, in jaren? Zonder grens is het vanaf 18.", "55")
    yield Question("audience.max_age", "Oudste leeftijd", "Tot en met welke leeftijd, in jaren?", "27")
    yield Question(
        "area",
        "Wijk",
        "In welke wijk is het?",
        "2,4",
        wijken,
        many=True,
        required=True,
        read=_area(wijken),
    )
    yield Question("place", "Plek", "Hoe noemen mensen de plek?", "Overvecht-Noord")


def _how(catalogue: Catalogue) -> Iterator[Question]:
    forms, drempels, costs, access = _pairs(FORMS), _pairs(DREMPELS), _pairs(COSTS), _pairs(ACCESS)
    lines = tuple((line.id, line.name) for line in catalogue.helplines.all())
    yield Question("forms", "Vorm", "Hoe ontmoet je elkaar?", "2,6", forms, many=True, required=True, read=_several(forms))
    yield Question("drempels", "Drempels", "Wat maakt dit makkelijker?", "1,2", drempels, many=True, read=_several(drempels))
    yield Question("cost.kind", "Kosten", "Wat kost het?", "1", costs, default="4", read=_one(costs))
    yield Question("cost.text", "Kosten in woorden", "Wat leest de bewoner over de kosten?", "Een kom soep kost 2 euro.")
    yield Question(
        "contact.phone",
        "Telefoon",
        "Welk nummer kan een bewoner bellen? Bel het eerst een keer zelf.",
        "030-123 45 67",
        read=_phone,
    )
    yield Question("contact.email", "E-mail", "Het mailadres van de organisatie, niet van een persoon.", "info@voorbeeld.nl")
    yield Question(
        "contact.url", "Site", "Op welke pagina staat het?", "https://www.voorbeeld.nl/soep", read=_web, tips=_web_tips
    )
    yield Question("contact.address", "Adres", "Straat en nummer.", "Voorbeeldstraat 1")
    yield Question(
        "contact.via",
        "Via",
        "Er is nog geen contact. Welke hulplijn kan iemand de weg wijzen? Zonder dit wordt het aanbod niet getoond.",
        "1",
        lines,
        when=lambda record: "contact" not in record,
        read=_one(lines),
    )
    yield Question(
        "opening_hours",
        "Openingstijden",
        "Wanneer is het open? Vul dit alleen in als je het zeker weet.",
        "ma-vr 9.00-17.00; za 10-12",
        read=read_hours,
        tips=_hours_tips,
    )
    yield Question(
        "opening_note",
        "Openingstijden in woorden",
        "Weet je de tijden niet zeker? Schrijf wat je vond. Wegwijzer zegt erbij: vraag na of dat klopt.",
        "woensdag rond de middag",
        when=lambda record: "opening_hours" not in record,
    )
    yield Question("access", "Binnenkomen", "Hoe kom je binnen?", "1", access, default="1", read=_one(access))
    yield Question(
        "professional", "Hulpverlener", "Spreek je daar een betaalde hulpverlener?", "nee", YES_NO, default="nee", read=_yes
    )


def _step() -> Iterator[Question]:
    def helping(record: Record) -> bool:
        return VoorWie.HELPEN in record.get("for_whom", ())

    yield Question(
        "first_step",
        "Eerste stap",
        "Wat kan iemand als eerste doen? Zeg precies wat, waar en wanneer.",
        "Loop op woensdag om twaalf uur binnen en vraag om een kom soep.",
        required=True,
        read=_kind_words,
        tips=_to_resident,
    )
    yield Question(
        "first_words",
        "Eerste woorden",
        "Wat kan iemand zeggen aan de telefoon of bij de deur? Iemand die verlegen is, kan dit voorlezen.",
        "Hallo, ik ben hier voor het eerst. Mag ik mee-eten?",
        read=_kind_words,
        tips=_language,
    )
    yield Question(
        "helpen.first_step",
        "Eerste stap voor wie wil helpen",
        "Wat kan iemand doen die vrijwilliger wil worden?",
        "Bel het buurthuis en vraag hoe je mee kunt koken.",
        required=True,
        when=helping,
        read=_kind_words,
        tips=_to_resident,
    )
    yield Question(
        "helpen.first_words",
        "Eerste woorden voor wie wil helpen",
        "Wat kan die vrijwilliger zeggen?",
        "Hallo, ik kook graag. Kan ik komen helpen?",
        when=helping,
        read=_kind_words,
        tips=_language,
    )


def _evidence(today: date) -> Iterator[Question]:
    status = tuple((value, label) for value, label in _pairs(STATUS) if value != Status.ENDED)
    certainty = tuple((value, label) for value, label in _pairs(CERTAINTY) if value != Certainty.NONE)

    def sure(value: str) -> Iterator[str]:
        if value == Certainty.LOW:
            yield TIP_LOW

    yield Question("status", "Bestaat het", "Bestaat het nu?", "1", status, required=True, read=_one(status))
    yield Question(
        "status_reason",
        "Waarom niet",
        "Waarom weet je dat niet? Zolang dit zo is, wordt het niet getoond.",
        "Op de site staat niets meer sinds 2024.",
        required=True,
        when=lambda record: record.get("status") == Status.UNKNOWN,
    )
    yield Question("source", "Bron", "Waar heb je dit gevonden?", "https://www.voorbeeld.nl/soep", required=True)
    yield Question(
        "verified_on",
        "Nagekeken op",
        "Wanneer bevestigde die bron het? Enter is vandaag.",
        "21-11-2026",
        default="vandaag",
        read=lambda typed: read_date(typed, today),
    )
    yield Question(
        "certainty", "Zekerheid", "Hoe zeker is je bron?", "1", certainty, required=True, read=_one(certainty), tips=sure
    )


def _pairs(labels: Mapping[Any, str]) -> tuple[tuple[str, str], ...]:
    return tuple((str(value), label) for value, label in labels.items())
