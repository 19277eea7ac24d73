"""From a match to words: the parts that fill the responses of ``domain.yml``. All Dutch comes from the catalogue."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Literal

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
    lines.append(via_text(initiative, catalogue))
    if initiative.cost.text:
        lines.append(say["cost"].format(kosten=initiative.cost.text))
    lines.append(opening_text(initiative, catalogue, moment))
    lines += notices(initiative, catalogue, moment)
    return "\n".join(line for line in lines if line)


def via_text(initiative: Initiative, catalogue: Catalogue) -> str:
    """Who can lead there and how to reach them; empty when one goes there oneself."""
    if not initiative.contact.via:
        return ""
    line = catalogue.helpline(initiative.contact.via)
    return catalogue.sentences.contact["via"].format(organisatie=line.name, hoe=helpline_reach(line, catalogue)).strip()


def opening_text(initiative: Initiative, catalogue: Catalogue, moment: Moment) -> str:
    """Whether it is open at ``moment`` or when it opens, else the hours that were found; empty when not known."""
    say = catalogue.sentences.contact
    if initiative.opening_hours:
        return describe(initiative.opening_hours, moment.time, catalogue.sentences)
    if initiative.opening_note:
        # To ask first is said once: by the warning when there is one.
        kind = "hours_noted" if warning(initiative, moment) else "hours_found"
        return say[kind].format(uren=initiative.opening_note.rstrip("."))
    return ""


def notices(initiative: Initiative, catalogue: Catalogue, moment: Moment) -> list[str]:
    """What to know before going, one sentence each: who has to refer, what to bring, what is special now, what to check."""
    say = catalogue.sentences.contact
    lines = []
    if initiative.access is Access.REFERRAL:
        lines.append(say["referral"])
    if initiative.required_documents:
        lines.append(say["bring"].format(dingen=catalogue.sentences.join(list(initiative.required_documents))))
    if initiative.alert:
        lines.append(initiative.alert)
    if doubt := warning(initiative, moment):
        lines.append(say[doubt])
    return lines


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


def card(
    match: Match, state: State, catalogue: Catalogue, moment: Moment, kind: Literal["suggestie", "bewaar"] = "suggestie"
) -> dict[str, object]:
    """The suggestion as data, so that a page can draw all of it without reading the text.

    Every word comes from the catalogue; what is not known is an empty string.

    Args:
        match: the offer with its reasons. For ``bewaar`` score it without a moment: "je kunt er nu terecht" is not true
            any more when somebody reads the paper next week.
        moment: when ``open`` is said. It comes along as ``op`` when ``open`` is true at that moment only, because a kept card
            is read later.
        kind: ``suggestie`` for a step, ``bewaar`` for what is kept or printed.
    """
    initiative, contact = match.initiative, match.initiative.contact
    parts = step_parts(match, state.voor_wie, catalogue, moment)
    return {
        "type": kind,
        "id": initiative.id,
        "naam": parts["naam"],
        "wat": parts["wat"],
        # The reasons are about the person who takes part; about somebody else the text gives none either.
        "waarom": "" if state.voor_wie == VoorWie.ANDER else parts["waarom"],
        "hoe": parts["hoe"],
        "telefoon": contact.phone,
        "email": contact.email,
        "url": contact.url,
        "adres": contact.address,
        "via": via_text(initiative, catalogue),
        "kosten": initiative.cost.text,
        "open": opening_text(initiative, catalogue, moment),
        "op": moment.time.isoformat(timespec="minutes") if initiative.opening_hours else "",
        "zin": parts["zin"],
        "let_op": " ".join(notices(initiative, catalogue, moment)),
        "haltes": [{"id": halte, "label": catalogue.haltes[halte].label} for halte in own_haltes(state)],
    }


def own_haltes(state: State) -> tuple[str, ...]:
    """The haltes that are about the person who writes, in the order in which we heard them.

    None for who worries about another (they are the other's, and the paper may lie about where that person lives) and for
    a volunteer (they may be about whom one wants to help). Who cares for somebody keeps that halte; what was heard after
    it may be about the person cared for, see :data:`ABOUT_ANOTHER`.
    """
    if state.voor_wie not in (None, VoorWie.ZELF):
        return ()
    caring = next((place for place, halte in enumerate(state.haltes) if halte in ABOUT_ANOTHER), len(state.haltes))
    return state.haltes[: caring + 1]
