"""What speaks for an offer: every factor with its weight, its value from 0 to 1, and the reason it gives.

:data:`FACTORS` is the one place with the weights; nothing else in the code base knows them. They were chosen by hand and
are checked on the development personas (``make evaluate``, ``wegwijzer match --personas``).

Every factor names the facts of an offer that it looks at, and sees nothing else of it. That is what lets
``wegwijzer/matching/index.py`` judge ten thousand offers by judging each different set of facts once.

The words of a reason stand in ``catalogue/zinnen.yml``, under ``reasons``.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from wegwijzer.catalogue.freshness import freshness
from wegwijzer.catalogue.models import Initiative
from wegwijzer.matching.opening_hours import Opening, opening
from wegwijzer.matching.situation import Situation
from wegwijzer.vocabulary import CITYWIDE, Certainty, CostKind, Drempel, Gemis, Status, VoorWie, Vorm

NEUTRAL = 0.5
"""Neither for nor against: what an offer gets when the person did not tell, or the catalogue does not know."""

HALTE_DISCOUNT = (1.0, 0.75, 0.5, 0.35)
"""Worth of the person's first, second, ... halte."""

CHEAP = 0.6
"""How far the hurdle of money is lowered by what costs little."""

MOST_LANGUAGES = 3
"""More languages than this in one reason is a list, not a sentence."""


@dataclass(frozen=True)
class Reason:
    """One factor that speaks for an offer: an id of ``catalogue/zinnen.yml`` and what to fill in."""

    id: str
    fill: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Verdict:
    """The value of one factor (0 to 1) and the reason to say aloud, if there is one."""

    value: float
    reason: Reason | None = None


@dataclass(frozen=True)
class Factor:
    """One thing that makes an offer fit better.

    Attributes:
        weight: how heavily it counts next to the others.
        reads: the facts of an offer that it looks at (hashable).
        judge: the verdict on an offer with these facts, in this situation.
    """

    weight: float
    reads: Callable[[Initiative], Any]
    judge: Callable[[Any, Situation], Verdict]


def _halte(haltes: tuple[str, ...], situation: Situation) -> Verdict:
    profile = situation.profile
    if not profile.haltes:
        return Verdict(NEUTRAL)
    if profile.voor_wie is VoorWie.HELPEN:
        # A volunteer can help with any theme; offers about meaning itself go a little before.
        return Verdict(1.0 if set(profile.haltes) & set(haltes) else 0.85)
    worths = dict(zip(profile.haltes, HALTE_DISCOUNT, strict=False))
    covered = [halte for halte in worths if halte in haltes]
    if not covered:
        return Verdict(0.0)
    best = max(covered, key=lambda halte: worths[halte])
    main = worths[best] * (1.0 if haltes[0] == best else 0.85)
    share = sum(worths[halte] for halte in covered) / sum(worths.values())
    label = situation.catalogue.haltes[best].label.lower()
    return Verdict(0.65 * main + 0.35 * share, Reason("halte", {"halte": label}))


def _gemis(filled: tuple[Gemis, ...], situation: Situation) -> Verdict:
    missed = situation.profile.gemis
    if missed is None:
        return Verdict(NEUTRAL if filled else 0.3)
    wanted = {Gemis.MENSEN, Gemis.IEMAND} if missed is Gemis.BEIDE else {missed}
    found = wanted & set(filled)
    if not found:
        return Verdict(0.0)
    return Verdict(len(found) / len(wanted), Reason(f"gemis_{sorted(found)[0].value}"))


NEAR_FORMS: Mapping[Vorm, Mapping[str, float]] = {
    Vorm.GROEP: {"inloop": 0.7, "eropuit": 0.6},
    Vorm.EROPUIT: {"groep": 0.5, "een_op_een": 0.4},
    Vorm.EEN_OP_EEN: {"bellen": 0.5, "online": 0.3},
    Vorm.BELLEN: {"online": 0.5, "een_op_een": 0.4},
    Vorm.ONLINE: {"bellen": 0.6, "een_op_een": 0.3},
}
"""How far another form meets what was asked for. It raises the score but is no reason to give."""


def _vorm(forms: tuple[str, ...], situation: Situation) -> Verdict:
    wanted = situation.profile.vorm
    if wanted is None:
        return Verdict(NEUTRAL)
    if wanted in forms:
        return Verdict(1.0, Reason("groep_vorm" if wanted is Vorm.GROEP else wanted.value))
    return Verdict(max(NEAR_FORMS[wanted].get(form, 0.0) for form in forms))


def _wijk(facts: tuple[tuple[str, ...], bool], situation: Situation) -> Verdict:
    """In the own wijk, then anywhere in the city, then next door: somebody from another wijk must be able to go there."""
    area, comes_to_you = facts
    wijk = situation.profile.wijk
    if CITYWIDE in area:
        return Verdict(NEUTRAL)
    if wijk is None:
        return Verdict(0.3)
    if wijk in area:
        return Verdict(1.0, Reason("wijk", {"wijk": situation.catalogue.wijk(wijk).name}))
    near = [other for other in area if other in situation.near]
    if not near or (Drempel.LOPEN in situation.profile.drempels and not comes_to_you):
        return Verdict(0.0)
    return Verdict(0.3, Reason("buurwijk", {"wijk": situation.catalogue.wijk(near[0]).name}))


def _drempel(facts: tuple[tuple[Drempel, ...], CostKind], situation: Situation) -> Verdict:
    named = situation.profile.drempels
    if not named:
        return Verdict(NEUTRAL)
    lowered = {drempel: value for drempel in named if (value := _lowered(drempel, *facts))}
    if not lowered:
        return Verdict(0.0)
    first = next(iter(lowered))
    reason = first.value if first is not Drempel.GELD else "gratis" if lowered[first] == 1 else "goedkoop"
    return Verdict(sum(lowered.values()) / len(named), Reason(reason))


def _lowered(drempel: Drempel, drempels: tuple[Drempel, ...], cost: CostKind) -> float:
    """How far a hurdle is lowered. "Het mag niets kosten" is not quite met by what costs little."""
    if drempel is Drempel.GELD and cost is CostKind.GRATIS:
        return 1.0
    return (CHEAP if drempel is Drempel.GELD else 1.0) if drempel in drempels else 0.0


def _groep(groups: tuple[str, ...], situation: Situation) -> Verdict:
    if not groups:
        return Verdict(0.4)
    shared = sorted(set(groups) & situation.groups)
    if not shared:
        return Verdict(0.0)
    # Only a group the person named is said aloud; one we inferred from a theme would sound like a verdict.
    named = [group for group in shared if group in situation.profile.groepen]
    return Verdict(1.0, Reason("groep", {"groep": situation.catalogue.groepen[named[0]].label}) if named else None)


def _leeftijd(bounded: bool, situation: Situation) -> Verdict:
    if not bounded:
        return Verdict(NEUTRAL)
    if situation.profile.leeftijd is None:
        return Verdict(0.2)
    return Verdict(1.0, Reason("leeftijd"))


def _soort_hulp(facts: tuple[bool, bool], situation: Situation) -> Verdict:
    """Meeting people beats being advised, unless the theme asks for a professional; a page to read comes last."""
    only_to_read, professional = facts
    if only_to_read:
        return Verdict(0.1)
    if not professional or situation.profile.voor_wie is not VoorWie.ZELF:
        return Verdict(1.0)
    haltes = situation.profile.haltes
    main = situation.catalogue.haltes.get(haltes[0]) if haltes else None
    return Verdict(0.9 if main is not None and main.professional else 0.2)


COST = {CostKind.GRATIS: 1.0, CostKind.KLEIN_BEDRAG: 0.6, CostKind.ONBEKEND: NEUTRAL, CostKind.BETAALD: 0.2}


def _kosten(cost: CostKind, situation: Situation) -> Verdict:
    said_as_hurdle = Drempel.GELD in situation.profile.drempels
    return Verdict(COST[cost], Reason("gratis") if cost is CostKind.GRATIS and not said_as_hurdle else None)


def _taal(languages: tuple[str, ...], situation: Situation) -> Verdict:
    """Whether one can take part in the own language; a Dutch speaker, and who told nothing, is indifferent."""
    own = sorted((situation.languages - {"nl"}) & set(languages))
    if own:
        return Verdict(1.0, _language_reason(own, situation))
    others = [language for language in languages if language != "nl"]
    if others and Drempel.NEDERLANDS in situation.profile.drempels:
        return Verdict(0.8, _language_reason(others, situation))
    return Verdict(0.3 if situation.languages - {"nl"} else NEUTRAL)


def _language_reason(languages: list[str], situation: Situation) -> Reason | None:
    sentences = situation.catalogue.sentences
    names = [sentences.languages[code] for code in languages if code in sentences.languages]
    return Reason("taal", {"talen": sentences.join(names[:MOST_LANGUAGES])}) if names else None


@dataclass(frozen=True)
class _WaysIn:
    """Which ways in there are; what the numbers and addresses are makes no difference."""

    phone: bool
    email: bool
    url: bool
    address: bool
    via: bool
    without_internet: bool

    @classmethod
    def of(cls, offer: Initiative) -> _WaysIn:
        known = offer.contact
        ways = (known.phone, known.email, known.url, known.address, known.via, Drempel.INTERNET in offer.drempels)
        return cls(*(bool(way) for way in ways))


def _contact(ways: _WaysIn, situation: Situation) -> Verdict:
    if ways.phone:
        return Verdict(1.0)
    if Drempel.INTERNET in situation.profile.drempels and not ways.without_internet:
        return Verdict(0.6 if ways.address else 0.4 if ways.via else 0.0)
    if ways.email or ways.address:
        return Verdict(0.8)
    return Verdict(0.6 if ways.url else 0.4)


OPENING: Mapping[Opening, Verdict] = {
    Opening.NU: Verdict(1.0, Reason("open_nu")),
    Opening.VANDAAG: Verdict(0.9, Reason("open_vandaag")),
    Opening.MORGEN: Verdict(0.8, Reason("open_morgen")),
    Opening.WEEK: Verdict(0.6),
    Opening.ONBEKEND: Verdict(NEUTRAL),
    Opening.LATER: Verdict(0.2),
}


def _open(hours: str, situation: Situation) -> Verdict:
    """How soon one can go: who takes a first step does it rather today than next week."""
    return OPENING[opening(hours, situation.moment.time)] if situation.moment else Verdict(NEUTRAL)


def _zekerheid(facts: tuple[Status, Certainty], situation: Situation) -> Verdict:
    status, certainty = facts
    known = 1.0 if status is Status.ACTIVE else 0.5
    sure = {Certainty.HIGH: 1.0, Certainty.MEDIUM: 0.6}.get(certainty, 0.0)
    return Verdict(known * 0.5 + sure * 0.5)


def _actueel(verified_on: str, situation: Situation) -> Verdict:
    """How recently a source confirmed it; the older, the less."""
    if situation.moment is None:
        return Verdict(NEUTRAL)
    value = freshness(verified_on, situation.moment.day, situation.moment.months)
    return Verdict(value, Reason("actueel") if value == 1 else None)


FACTORS: Mapping[str, Factor] = {
    # An offer on another theme does not help, however near it is: this weighs as much as any two others.
    "halte": Factor(6.0, lambda offer: offer.haltes, _halte),
    # More people around you does not fill the lack of someone close, nor the other way round.
    "gemis": Factor(3.0, lambda offer: offer.gemis, _gemis),
    # A good offer in a form that someone dreads is not gone to.
    "vorm": Factor(3.0, lambda offer: offer.forms, _vorm),
    # Near is gone to more often, and next week again.
    "wijk": Factor(3.0, lambda offer: (offer.area, Drempel.LOPEN in offer.drempels), _wijk),
    # People before advice.
    "soort_hulp": Factor(3.0, lambda offer: (offer.forms == ("online",) and not offer.gemis, offer.professional), _soort_hulp),
    # Being among people who know what it is like.
    "groep": Factor(3.0, lambda offer: offer.audience.groups, _groep),
    # What the person said to stand in the way.
    "drempel": Factor(2.5, lambda offer: (offer.drempels, offer.cost.kind), _drempel),
    # Limits keep out already; within them, an offer for the own age is a little better than one for all.
    "leeftijd": Factor(1.5, lambda offer: offer.audience.min_age is not None or offer.audience.max_age is not None, _leeftijd),
    # A number to call is the smallest first step there is.
    "contact": Factor(1.5, _WaysIn.of, _contact),
    # Speaking the own language matters to few, and to them much.
    "taal": Factor(1.5, lambda offer: offer.audience.languages, _taal),
    # The three below are about the record, not about the person: together they break ties, and never outweigh a theme.
    "zekerheid": Factor(1.0, lambda offer: (offer.status, offer.certainty), _zekerheid),
    "actueel": Factor(1.0, lambda offer: offer.verified_on, _actueel),
    "open": Factor(0.5, lambda offer: offer.opening_hours, _open),
    # Who has little money says so, and then it counts as a hurdle.
    "kosten": Factor(0.5, lambda offer: offer.cost.kind, _kosten),
}
"""Every factor. The score of an offer is the mean of the values, weighted like this."""

WEIGHTS: Mapping[str, float] = {name: factor.weight for name, factor in FACTORS.items()}
TOTAL_WEIGHT = sum(WEIGHTS.values())
