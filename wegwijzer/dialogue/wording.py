"""From a match to words: the parts that fill the responses of ``domain.yml``. All Dutch comes from the catalogue."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime

from wegwijzer.catalogue.freshness import is_stale
from wegwijzer.catalogue.loading import Catalogue
from wegwijzer.catalogue.models import Helpline, Initiative, Step
from wegwijzer.catalogue.sentences import Sentences
from wegwijzer.dialogue.state import State
from wegwijzer.matching.moment import Moment
from wegwijzer.matching.opening_hours import Opening, describe, opening
from wegwijzer.matching.ranking import Match, Reason
from wegwijzer.vocabulary import Access, Status, VoorWie

MOST_REASONS = 3

ABOUT_ANOTHER = frozenset({"mantelzorg", "signaleren"})
"""Haltes in which a second theme belongs to the person cared for: "mijn man heeft Alzheimer en ik zorg voor hem"."""

WEAK_REASONS = frozenset({"halte", "actueel"})
"""Said only when there is nothing better to say: the person knows what it is about, and expects that it still exists."""


def step_parts(match: Match, voor_wie: str | None, catalogue: Catalogue, moment: Moment) -> dict[str, str]:
    """Everything ``utter_stap`` and ``utter_stap_zin`` need: naam, wat, waarom, hoe, contact, zin."""
    step = first_step(match.initiative, voor_wie, catalogue)
    return {
        "naam": match.initiative.name,
        "wat": match.initiative.summary,
        "waarom": reasons_text(match.reasons, catalogue) or catalogue.sentences.reasons["stad"],
        "hoe": step.first_step,
        "contact": contact_text(match.initiative, catalogue, moment),
        "zin": step.first_words,
    }


def first_step(initiative: Initiative, voor_wie: str | None, catalogue: Catalogue) -> Step:
    """The first step for a participant, for a volunteer, or for someone who worries about another."""
    if voor_wie == VoorWie.ANDER:
        say = catalogue.sentences.contact
        return Step(first_step=say["ander_stap"], first_words=say["ander_zin"])
    if voor_wie == VoorWie.HELPEN and initiative.helpen is not None:
        return initiative.helpen
    return Step(first_step=initiative.first_step, first_words=initiative.first_words)


def reasons_text(reasons: Iterable[Reason], catalogue: Catalogue) -> str:
    """The strongest reasons as one half-sentence ("het is in Overvecht en het kost niets")."""
    given = list(reasons)
    strong = [reason for reason in given if reason.id not in WEAK_REASONS] or given
    texts = dict.fromkeys(_reason_texts(strong, catalogue.sentences))
    return catalogue.sentences.join(list(texts)[:MOST_REASONS])


def _reason_texts(reasons: Sequence[Reason], sentences: Sentences) -> Iterator[str]:
    """The words of each reason in turn. Reasons that an editor wrote one sentence for together are said there, once."""
    waiting = {reason.id: reason for reason in reversed(reasons)}
    for reason in reasons:
        together = next((name for name in sentences.together if _all_in(name, reason.id, waiting)), None)
        if together is not None:
            fill: dict[str, str] = {}
            for one in together.split("+"):
                fill |= waiting.pop(one).fill
            yield sentences.together[together].format(**fill)
        elif waiting.pop(reason.id, None) is not None:
            yield sentences.reasons[reason.id].format(**reason.fill)


def _all_in(together: str, first: str, waiting: Mapping[str, Reason]) -> bool:
    ids = together.split("+")
    return first in ids and all(one in waiting for one in ids)


def contact_text(initiative: Initiative, catalogue: Catalogue, moment: Moment) -> str:
    """How to get there: phone first, one line each, with what it costs, when it is open and what to check."""
    contact, say = initiative.contact, catalogue.sentences.contact
    lines = [
        say[kind].format(**{kind: value})
        for kind, value in (
            ("phone", contact.phone),
            ("email", contact.email),
            ("url", contact.url),
            ("address", contact.address),
        )
        if value
    ]
    if contact.via:
        line = catalogue.helpline(contact.via)
        lines.append(say["via"].format(organisatie=line.name, hoe=helpline_reach(line, catalogue)).strip())
    if initiative.cost.text:
        lines.append(say["cost"].format(kosten=initiative.cost.text))
    doubt = warning(initiative, moment)
    if initiative.opening_hours:
        lines.append(describe(initiative.opening_hours, moment.time, catalogue.sentences))
    elif initiative.opening_note:
        lines.append(say["hours_noted" if doubt else "hours_found"].format(uren=initiative.opening_note.rstrip(".")))
    if initiative.access is Access.REFERRAL:
        lines.append(say["referral"])
    if initiative.required_documents:
        lines.append(say["bring"].format(dingen=catalogue.sentences.join(list(initiative.required_documents))))
    lines.append(initiative.alert)
    if doubt:
        lines.append(say[doubt])
    return "\n".join(line for line in lines if line)


def warning(initiative: Initiative, moment: Moment) -> str:
    """Which sentence of ``zinnen.yml`` asks to check first; empty for none. Never two: the one that says most goes first."""
    if initiative.status is Status.LIKELY_ACTIVE:
        return "check"
    return "stale" if is_stale(initiative, moment.day, moment.months) else ""


def reflection(state: State, catalogue: Catalogue) -> str:
    """What we heard, in one or two plain sentences. After caring or worrying, the second theme is about the other."""
    if not state.haltes:
        return ""
    first, *rest = (catalogue.haltes[halte] for halte in state.haltes[:2])
    other = state.voor_wie == VoorWie.ANDER
    sentences = [first.reflection_other if other else first.reflection]
    about_other = other or first.id in ABOUT_ANOTHER
    sentences += [halte.reflection_other if about_other else halte.reflection for halte in rest]
    return " ".join(dict.fromkeys(sentences))


def helpline_reach(line: Helpline, catalogue: Catalogue) -> str:
    """How to reach a helpline: phone, otherwise its site and the municipality."""
    say = catalogue.sentences.contact
    if line.phone:
        return say["phone"].format(phone=line.phone)
    return say["url"].format(url=line.website) if line.website else ""


def people_text(lines: Iterable[Helpline], catalogue: Catalogue, moment: datetime | None = None) -> str:
    """One line per person or service to call.

    Args:
        moment: timezone-aware; when given, whoever is closed then is said to be, with when they open.
    """
    return "\n".join(_person(line, catalogue, moment) for line in lines)


def _person(line: Helpline, catalogue: Catalogue, moment: datetime | None) -> str:
    say = catalogue.sentences.contact
    if line.phone:
        text = say["line"].format(naam=line.name, phone=line.phone, wat=line.use)
    else:
        text = say["line_site"].format(naam=line.name, url=line.website, wat=line.use)
    if moment is None or opening(line.opening_hours, moment) is Opening.NU:
        return text
    return f"{text} {describe(line.opening_hours, moment, catalogue.sentences)}".strip()


def card(initiative: Initiative) -> dict[str, object]:
    """The suggestion as data, for channels that draw a card."""
    contact = initiative.contact
    return {
        "type": "suggestie",
        "id": initiative.id,
        "naam": initiative.name,
        "wat": initiative.summary,
        "telefoon": contact.phone,
        "email": contact.email,
        "url": contact.url,
        "adres": contact.address,
    }
