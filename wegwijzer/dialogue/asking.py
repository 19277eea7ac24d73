"""Answering a question about what there is: which record is meant, what is asked of it, and which response says so.

Nothing here guesses. A record is named only when it has what the question names (:data:`GOOD_ENOUGH`); several that fit
are offered as a choice; otherwise the answer says honestly that it is not known, and who knows more.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from wegwijzer.catalogue.loading import Catalogue
from wegwijzer.catalogue.models import Helpline, Initiative
from wegwijzer.catalogue.search import CatalogueIndex, Found, Hit, usable
from wegwijzer.catalogue.terms import tokens
from wegwijzer.catalogue.zoekwoorden import Vraag
from wegwijzer.dialogue.wording import contact_text, warning
from wegwijzer.matching.moment import Moment
from wegwijzer.matching.opening_hours import describe
from wegwijzer.understanding.phrases import PhraseMatcher, plain
from wegwijzer.understanding.wijk import WijkFinder
from wegwijzer.vocabulary import CITYWIDE, Kind, Status

GOOD_ENOUGH = 0.65
"""This share of what a question names a record must have before it is an answer. Chosen on ``tests/search/questions.yml``."""

NEARLY_AS_GOOD = 0.7
"""Hits with at least this share of the best score are offered next to it."""

ABOUT_AS_GOOD = 0.35
"""The same among records that are about something rather than called so."""

WHOLLY = 0.95
"""A name with this share of what was asked for is what was asked for."""

MOST_CHOICES = 3

MOST_WORDS = 16
"""A longer message is a story, in which a name is not what it is about."""

MOST_THINGS = 2
"""A message out of a story that names more things than this is not answered with "we do not have that"."""

FACTS = frozenset({Vraag.TELEFOON, Vraag.OPENINGSTIJDEN, Vraag.ADRES, Vraag.KOSTEN, Vraag.CONTACT})
"""What has an answer of one line."""


@dataclass(frozen=True)
class Answer:
    """What to say.

    Attributes:
        response: name of the response in ``domain.yml``.
        fill: what it is filled in with.
        choices: names to offer as buttons.
        record: id of the one record it is about, to understand "en hoe laat?" after it.
        sure: whether it says something about what we have, rather than that we do not know.
    """

    response: str
    fill: Mapping[str, str] = field(default_factory=dict)
    choices: tuple[str, ...] = ()
    record: str | None = None
    sure: bool = True


@dataclass(frozen=True)
class _Question:
    """A question as it was read. ``where`` is how the place was named, ``aside`` the words that name it."""

    text: str
    vraag: Vraag | None
    wijken: frozenset[str]
    where: str
    outside: str
    aside: frozenset[str]


@dataclass(frozen=True)
class Answerer:
    """Answers questions from one catalogue."""

    catalogue: Catalogue
    places: WijkFinder
    index: CatalogueIndex
    cues: PhraseMatcher

    @classmethod
    def of(cls, catalogue: Catalogue, places: WijkFinder) -> Answerer:
        """Make the index; do so again when the catalogue changed."""
        cues = PhraseMatcher({vraag.value: phrases for vraag, phrases in catalogue.zoekwoorden.vragen.items()})
        return cls(catalogue, places, CatalogueIndex(catalogue), cues)

    def answer(self, text: str, moment: Moment, about: str | None = None) -> Answer:
        """What to say to a question about a place or organisation.

        Args:
            text: as it was typed.
            moment: for what is open now, and what was confirmed too long ago.
            about: id of the record the conversation is about, for a question that names nothing itself.
        """
        question = self._read(text)
        answer = self._found(question, moment)
        if answer is not None:
            return answer
        shown = self._record(about)
        if shown is not None and (question.vraag is Vraag.TER_PLAATSE or not self._names(question)):
            return self._about(shown, question.vraag, moment)
        if question.vraag is Vraag.IS_ER and self._names(question):
            return Answer("utter_zoek_niets", sure=False)
        return Answer("utter_vraag_later", sure=False)

    def direct(self, text: str, moment: Moment) -> Answer | None:
        """The answer to a wish that was put as a question ("is er een breiclub in Zuilen?"); ``None`` when it is none.

        That we do not have it is said only of one plain thing: of a story the questions find what fits.
        """
        question = self._read(text)
        asks = question.vraag is not None or self.index.called(text) is not None
        if not asks or len(tokens(text)) > MOST_WORDS:
            return None
        answer = self._found(question, moment)
        if answer is None and question.vraag is Vraag.IS_ER and 0 < self._names(question) <= MOST_THINGS:
            return Answer("utter_zoek_niets_verder", sure=False)
        return answer

    def asks_after_a_name(self, text: str) -> bool:
        """Whether a message is only a name we know, or asks a plain fact of one; whatever a classifier makes of it.

        Never for a line for danger: who types "113" is not looking something up.
        """
        if len(tokens(text)) > MOST_WORDS:
            return False
        called = self.index.called(text)
        if called is not None:
            return not _is_for_danger(called)
        question = self._read(text)
        if question.vraag not in FACTS | {Vraag.WAT}:
            return False
        named = [hit for hit in self.index.search(text, question.aside) if hit.named >= GOOD_ENOUGH and hit.usable]
        if any(_is_for_danger(hit.record) for hit in named):
            return False
        return any(hit.exact or question.vraag is not Vraag.WAT for hit in named)

    def _read(self, text: str) -> _Question:
        typed = plain(text)
        asked = self.cues.values(typed)
        place = self.places.find(text)
        wijken = frozenset({place.wijk} if place.wijk else place.candidates)
        where = text[place.start : place.end] if wijken else ""
        elsewhere = next((name for name in self.catalogue.wijken.outside if set(tokens(name)) <= set(tokens(text))), "")
        return _Question(
            text=text,
            vraag=next((vraag for vraag in Vraag if vraag in asked), None),
            wijken=wijken,
            where=self._spelled(where, wijken),
            outside="" if wijken else elsewhere,
            aside=frozenset((*tokens(where), *tokens(elsewhere))),
        )

    def _spelled(self, where: str, wijken: Iterable[str]) -> str:
        """The name of a place as it should be written."""
        typed = "".join(tokens(where))
        found = [self.catalogue.wijk(wijk) for wijk in sorted(wijken)]
        names = [name for wijk in found for name in (wijk.name, *wijk.main_names, *wijk.buurten)]
        return next((name for name in names if "".join(tokens(name)) == typed), found[0].name if found else "")

    def _names(self, question: _Question) -> int:
        return self.index.named_things(question.text, question.aside)

    def _record(self, record_id: str | None) -> Found | None:
        """The record with this id, when it may be shown; an initiative goes before a helpline with the same id."""
        lines = {line.id: line for line in self.catalogue.helplines.all()}
        found = self.catalogue.initiatives.get(record_id or "") or lines.get(record_id or "")
        return found if found is not None and usable(found) else None

    def _found(self, question: _Question, moment: Moment) -> Answer | None:
        """The answer when something we have is meant, or something that we know not to be there."""
        hits = self.index.search(question.text, question.aside)
        fitting = _fitting([hit for hit in hits if hit.usable], question.vraag)
        known = [hit for hit in hits if not hit.usable and hit.named >= GOOD_ENOUGH]
        if known and (not fitting or known[0].exact > fitting[0].exact):
            return _not_shown(known[0].record)
        if not fitting:
            return None
        if question.outside:
            return Answer("utter_buiten_utrecht", {"plaats": question.outside}, sure=False)
        records = _one_of_each([hit.record for hit in fitting], question.vraag)
        near = [record for record in records if not question.wijken or _is_in(record, question.wijken)]
        if not near:
            return Answer("utter_zoek_elders", {"wijk": question.where}, _names_of(records))
        if len(near) > 1:
            return Answer("utter_zoek_keuze", choices=_names_of(near))
        return self._about(near[0], question.vraag, moment)

    def _about(self, record: Found, vraag: Vraag | None, moment: Moment) -> Answer:
        """What was asked of one record, or all of it."""
        reach = self._reach(record, moment)
        if vraag is Vraag.TER_PLAATSE:
            return Answer("utter_info_vraag_daar", {"naam": record.name, "contact": reach}, record=record.id)
        if vraag is not None and vraag in FACTS:
            fact = self._fact(record, vraag, moment)
            lines = (fact, self._warning(record, moment)) if fact else (self._unknown(vraag), reach)
            text = "\n".join(line for line in lines if line)
            return Answer("utter_info_feit", {"naam": record.name, "antwoord": text}, record=record.id)
        what = record.summary if isinstance(record, Initiative) else record.use
        return Answer("utter_info", {"naam": record.name, "wat": what, "contact": reach}, record=record.id)

    def _fact(self, record: Found, vraag: Vraag, moment: Moment) -> str:
        """The one line that was asked for; empty when it is not known."""
        say = self.catalogue.sentences.contact
        if vraag is Vraag.OPENINGSTIJDEN:
            return self._hours(record, moment)
        if vraag is Vraag.KOSTEN:
            cost = record.cost.text if isinstance(record, Initiative) else record.cost
            return say["cost"].format(kosten=cost) if cost else ""
        contact = record.contact if isinstance(record, Initiative) else record
        site = record.contact.url if isinstance(record, Initiative) else record.website
        known = {"phone": contact.phone, "email": contact.email, "url": site, "address": contact.address}
        wanted = {Vraag.TELEFOON: ("phone",), Vraag.ADRES: ("address",)}.get(vraag, ("phone", "email", "url"))
        return "\n".join(say[name].format(**{name: known[name]}) for name in wanted if known[name])

    def _unknown(self, vraag: Vraag) -> str:
        """That the line asked for is not known."""
        return self.catalogue.sentences.contact[f"no_{_FACT_NAMES[vraag]}"]

    def _hours(self, record: Found, moment: Moment) -> str:
        sentences = self.catalogue.sentences
        found = record.opening_note if isinstance(record, Initiative) else record.hours
        lines = [
            describe(record.opening_hours, moment.time, sentences),
            sentences.contact["hours_found"].format(uren=found.rstrip(".")) if found and record.opening_hours != ALWAYS else "",
            sentences.contact["always"] if record.opening_hours == ALWAYS else "",
        ]
        return "\n".join(line for line in lines if line)

    def _reach(self, record: Found, moment: Moment) -> str:
        """How to get there, and whether it has to be checked."""
        if isinstance(record, Initiative):
            return contact_text(record, self.catalogue, moment)
        say = self.catalogue.sentences.contact
        reach = [
            ("phone", record.phone),
            ("email", record.email),
            ("url", record.website or record.chat),
            ("address", record.address),
        ]
        lines = [say[name].format(**{name: value}) for name, value in reach if value]
        if record.cost:
            lines.append(say["cost"].format(kosten=record.cost))
        return "\n".join((*lines, describe(record.opening_hours, moment.time, self.catalogue.sentences))).strip()

    def _warning(self, record: Found, moment: Moment) -> str:
        """That it must be checked first, when a source is unsure or confirmed it too long ago."""
        if isinstance(record, Helpline):
            return ""
        return self.catalogue.sentences.contact.get(warning(record, moment), "")


ALWAYS = "24/7"

_FACT_NAMES = {
    Vraag.TELEFOON: "phone",
    Vraag.OPENINGSTIJDEN: "hours",
    Vraag.ADRES: "address",
    Vraag.KOSTEN: "cost",
    Vraag.CONTACT: "contact",
}


def _fitting(hits: Sequence[Hit], vraag: Vraag | None) -> list[Hit]:
    """The hits that are an answer: what was called by its whole name, else what is called so, else what is about it.

    Who asks whether there is something asks for a kind of thing, and then a name that merely has the word is no better
    than a place where it is done.
    """
    exact = [hit for hit in hits if hit.exact]
    if exact:
        return exact
    good = [hit for hit in hits if hit.coverage >= GOOD_ENOUGH]
    called = [hit for hit in good if hit.named >= (WHOLLY if vraag is Vraag.IS_ER else GOOD_ENOUGH)]
    chosen, share = (called, NEARLY_AS_GOOD) if called else (good, ABOUT_AS_GOOD)
    return [hit for hit in chosen if hit.score >= share * chosen[0].score]


def _not_shown(record: Found) -> Answer | None:
    """What we know but may not send anybody to."""
    if not isinstance(record, Initiative) or record.kind is not Kind.OFFER:
        return None
    ended = record.status is Status.ENDED
    return Answer("utter_info_gestopt" if ended else "utter_info_onzeker", {"naam": record.name}, sure=False)


def _one_of_each(records: Sequence[Found], vraag: Vraag | None) -> list[Found]:
    """Without the helpline that is the same as an initiative; for a number, the one that has it."""
    chosen: dict[frozenset[str], Found] = {}
    for record in records:
        key = frozenset(tokens(record.name.split("(")[0])) - _OF_NO_NAME
        key = frozenset(word.removesuffix("s") for word in key)
        other = chosen.setdefault(key, record)
        if other is not record and _better(record, other, vraag):
            chosen[key] = record
    return list(chosen.values())


_OF_NO_NAME = frozenset({"de", "het", "utrecht"})


def _better(record: Found, other: Found, vraag: Vraag | None) -> bool:
    """Of two records of the same: who asks what it is gets the offer, who asks a fact the line that has a number."""
    wants_line = vraag in FACTS and any(isinstance(one, Helpline) and one.phone for one in (record, other))
    return isinstance(record, Helpline) == wants_line


def _is_in(record: Found, wijken: Iterable[str]) -> bool:
    return isinstance(record, Helpline) or bool({CITYWIDE, *wijken} & set(record.area))


def _is_for_danger(record: Found) -> bool:
    return isinstance(record, Helpline) and record.show == "crisis"


def _names_of(records: Sequence[Found]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(record.name for record in records))[:MOST_CHOICES]
