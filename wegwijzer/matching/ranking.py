"""Which initiative fits this person best, and why.

Two steps. ``unsuitable`` removes what must never be shown to this person (wrong district, age, group, language). Then
every factor gives a value from 0 to 1; the score is the weighted mean. All weights stand in :data:`WEIGHTS`; nothing
else in the code base knows them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field

from wegwijzer.catalogue.loading import Catalogue
from wegwijzer.catalogue.models import Initiative
from wegwijzer.matching.profile import Profile
from wegwijzer.vocabulary import CITYWIDE, Certainty, CostKind, Drempel, Gemis, Status, VoorWie, Vorm

WEIGHTS: Mapping[str, float] = {
    "halte": 6.0,
    "gemis": 3.0,
    "vorm": 3.0,
    "wijk": 3.0,
    "soort_hulp": 3.0,
    "drempel": 2.5,
    "groep": 3.0,
    "leeftijd": 1.5,
    "kosten": 0.5,
    "contact": 1.5,
    "zekerheid": 1.0,
}
"""How heavily each factor counts. Halte leads because an offer on another theme does not help, however near it is.

Chosen by hand and checked on the development personas (``make evaluate``)."""

HALTE_DISCOUNT = (1.0, 0.75, 0.5, 0.35)
"""Worth of the person's first, second, ... halte."""

GOOD_ENOUGH = 0.5
"""Below this score the bot names no initiative but a human who knows more."""


GENDER_GROUP = {"vrouw": "vrouwen", "man": "mannen"}
"""An offer for one gender is shown only to who said so ("een groep met vrouwen")."""


@dataclass(frozen=True)
class Reason:
    """One factor that speaks for an offer: an id of ``catalogue/zinnen.yml`` and what to fill in."""

    id: str
    fill: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Match:
    """One offer with its score (0 to 1), the value of every factor, and the reasons, strongest first."""

    initiative: Initiative
    score: float
    factors: Mapping[str, float]
    reasons: tuple[Reason, ...]


@dataclass(frozen=True)
class _Verdict:
    """The value of one factor (0 to 1) and the reason to say aloud, if there is one."""

    value: float
    reason: Reason | None = None


def unsuitable(initiative: Initiative, profile: Profile, catalogue: Catalogue) -> str | None:
    """Why this must not be shown to this person, or ``None`` when it may be.

    An unknown answer never excludes: it lowers the score instead, so that asking is worth it.
    """
    audience = initiative.audience
    if not initiative.suggestable:
        return "status"
    if profile.voor_wie not in initiative.for_whom or (profile.voor_wie is VoorWie.HELPEN and initiative.helpen is None):
        return "voor_wie"
    if profile.wijk and CITYWIDE not in initiative.area and profile.wijk not in _reachable_wijken(initiative, catalogue):
        return "wijk"
    if profile.leeftijd is not None:
        if audience.min_age is not None and profile.leeftijd < audience.min_age:
            return "leeftijd"
        if audience.max_age is not None and profile.leeftijd > audience.max_age:
            return "leeftijd"
    if audience.groups and profile.voor_wie is VoorWie.ZELF and not _groups_of(profile, catalogue) & set(audience.groups):
        return "groep"
    if audience.gender and GENDER_GROUP[audience.gender] not in profile.groepen:
        return "geslacht"
    if audience.languages and not _speaks(audience.languages, profile):
        return "taal"
    if initiative.mention_only and not profile.mentions & set(initiative.mention_only):
        return "niet genoemd"
    if Drempel.LOPEN in profile.drempels and Drempel.LOPEN not in initiative.drempels and set(initiative.forms) == {"eropuit"}:
        return "lopen"
    return None


def score(initiative: Initiative, profile: Profile, catalogue: Catalogue) -> Match:
    """Score one offer for one profile, whatever :func:`unsuitable` says about it."""
    verdicts = {name: factor(initiative, profile, catalogue) for name, factor in _FACTORS.items()}
    total = sum(WEIGHTS[name] * verdict.value for name, verdict in verdicts.items()) / sum(WEIGHTS.values())
    ordered = sorted(
        (name for name, verdict in verdicts.items() if verdict.reason),
        key=lambda name: -WEIGHTS[name] * verdicts[name].value,
    )
    reasons = tuple(reason for name in ordered if (reason := verdicts[name].reason))
    return Match(initiative, total, {name: verdict.value for name, verdict in verdicts.items()}, reasons)


def rank(profile: Profile, catalogue: Catalogue, candidates: Iterable[Initiative], shown: Iterable[str] = ()) -> list[Match]:
    """All suitable offers, best first; ``shown`` ids are left out. Equal scores keep a stable order by id."""
    seen = set(shown)
    matches = [
        score(initiative, profile, catalogue)
        for initiative in candidates
        if initiative.id not in seen and unsuitable(initiative, profile, catalogue) is None
    ]
    return sorted(matches, key=lambda match: (-match.score, match.initiative.id))


def _speaks(languages: Iterable[str], profile: Profile) -> bool:
    """Whether this person can take part in one of these languages, as far as they told us."""
    spoken = {profile.taal or "nl"} | ({"en"} if "internationals" in profile.groepen else set())
    return bool(spoken & set(languages)) or Drempel.NEDERLANDS in profile.drempels


def _groups_of(profile: Profile, catalogue: Catalogue) -> set[str]:
    implied = {groep.id for groep in catalogue.groepen.values() if set(groep.haltes) & set(profile.haltes)}
    return implied | profile.groepen


def _reachable_wijken(initiative: Initiative, catalogue: Catalogue) -> set[str]:
    """The wijken an offer is in, plus the neighbouring ones."""
    near = {neighbour for wijk in initiative.area for neighbour in catalogue.wijk(wijk).neighbours}
    return near | set(initiative.area)


def _halte(initiative: Initiative, profile: Profile, catalogue: Catalogue) -> _Verdict:
    if not profile.haltes:
        return _Verdict(0.5)
    if profile.voor_wie is VoorWie.HELPEN:
        # A volunteer can help with any theme; offers about meaning itself go a little before.
        return _Verdict(1.0 if set(profile.haltes) & set(initiative.haltes) else 0.85)
    worths = dict(zip(profile.haltes, HALTE_DISCOUNT, strict=False))
    covered = [halte for halte in worths if halte in initiative.haltes]
    if not covered:
        return _Verdict(0.0)
    best = max(covered, key=lambda halte: worths[halte])
    main = worths[best] * (1.0 if initiative.haltes[0] == best else 0.85)
    share = sum(worths[halte] for halte in covered) / sum(worths.values())
    return _Verdict(0.65 * main + 0.35 * share, Reason("halte", {"halte": catalogue.haltes[best].label.lower()}))


def _gemis(initiative: Initiative, profile: Profile, catalogue: Catalogue) -> _Verdict:
    if profile.gemis is None:
        return _Verdict(0.5 if initiative.gemis else 0.3)
    wanted = {Gemis.MENSEN, Gemis.IEMAND} if profile.gemis is Gemis.BEIDE else {profile.gemis}
    found = wanted & set(initiative.gemis)
    if not found:
        return _Verdict(0.0)
    return _Verdict(len(found) / len(wanted), Reason(f"gemis_{sorted(found)[0].value}"))


def _vorm(initiative: Initiative, profile: Profile, catalogue: Catalogue) -> _Verdict:
    if profile.vorm is None:
        return _Verdict(0.5)
    forms = {str(form) for form in initiative.forms}
    if profile.vorm.value in forms:
        return _Verdict(1.0, Reason("groep_vorm" if profile.vorm is Vorm.GROEP else profile.vorm.value))
    near = {
        Vorm.GROEP: {"inloop": 0.7, "eropuit": 0.6},
        Vorm.EROPUIT: {"groep": 0.5, "een_op_een": 0.4},
        Vorm.EEN_OP_EEN: {"bellen": 0.5, "online": 0.3},
        Vorm.BELLEN: {"online": 0.5, "een_op_een": 0.4},
        Vorm.ONLINE: {"bellen": 0.6, "een_op_een": 0.3},
    }[profile.vorm]
    return _Verdict(max((near.get(form, 0.0) for form in forms), default=0.0))


def _wijk(initiative: Initiative, profile: Profile, catalogue: Catalogue) -> _Verdict:
    if CITYWIDE in initiative.area:
        return _Verdict(0.5)
    if profile.wijk is None:
        return _Verdict(0.3)
    if profile.wijk in initiative.area:
        return _Verdict(1.0, Reason("wijk", {"wijk": catalogue.wijk(profile.wijk).name}))
    near = [wijk for wijk in initiative.area if profile.wijk in catalogue.wijk(wijk).neighbours]
    if not near:
        return _Verdict(0.0)
    hard_to_travel = Drempel.LOPEN in profile.drempels
    return _Verdict(0.0 if hard_to_travel else 0.3, Reason("buurwijk", {"wijk": catalogue.wijk(near[0]).name}))


def _drempel(initiative: Initiative, profile: Profile, catalogue: Catalogue) -> _Verdict:
    if not profile.drempels:
        return _Verdict(0.5)
    lowered = [drempel for drempel in profile.drempels if _lowers(initiative, drempel)]
    if not lowered:
        return _Verdict(0.0)
    return _Verdict(len(lowered) / len(profile.drempels), Reason(_drempel_reason(initiative, lowered[0])))


def _lowers(initiative: Initiative, drempel: Drempel) -> bool:
    if drempel is Drempel.GELD:
        return initiative.cost.kind is CostKind.GRATIS or drempel in initiative.drempels
    return drempel in initiative.drempels


def _drempel_reason(initiative: Initiative, drempel: Drempel) -> str:
    if drempel is Drempel.GELD:
        return "gratis" if initiative.cost.kind is CostKind.GRATIS else "goedkoop"
    return drempel.value


def _groep(initiative: Initiative, profile: Profile, catalogue: Catalogue) -> _Verdict:
    groups = set(initiative.audience.groups)
    if not groups:
        return _Verdict(0.4)
    shared = sorted(groups & _groups_of(profile, catalogue))
    if not shared:
        return _Verdict(0.0)
    # Only a group the person named is said aloud; one we inferred from a theme would sound like a verdict.
    named = [group for group in shared if group in profile.groepen]
    return _Verdict(1.0, Reason("groep", {"groep": catalogue.groepen[named[0]].label}) if named else None)


def _leeftijd(initiative: Initiative, profile: Profile, catalogue: Catalogue) -> _Verdict:
    bounded = initiative.audience.min_age is not None or initiative.audience.max_age is not None
    if not bounded:
        return _Verdict(0.5)
    if profile.leeftijd is None:
        return _Verdict(0.2)
    return _Verdict(1.0, Reason("leeftijd"))


def _soort_hulp(initiative: Initiative, profile: Profile, catalogue: Catalogue) -> _Verdict:
    """Meeting people beats being advised, unless the theme asks for a professional; a page to read comes last."""
    if initiative.forms == ("online",) and not initiative.gemis:
        return _Verdict(0.1)
    if not initiative.professional or profile.voor_wie is not VoorWie.ZELF:
        return _Verdict(1.0)
    main = catalogue.haltes.get(profile.haltes[0]) if profile.haltes else None
    return _Verdict(0.9 if main is not None and main.professional else 0.2)


def _kosten(initiative: Initiative, profile: Profile, catalogue: Catalogue) -> _Verdict:
    value = {CostKind.GRATIS: 1.0, CostKind.KLEIN_BEDRAG: 0.6, CostKind.ONBEKEND: 0.5, CostKind.BETAALD: 0.2}
    reason = Reason("gratis") if initiative.cost.kind is CostKind.GRATIS and Drempel.GELD not in profile.drempels else None
    return _Verdict(value[initiative.cost.kind], reason)


def _contact(initiative: Initiative, profile: Profile, catalogue: Catalogue) -> _Verdict:
    contact = initiative.contact
    if contact.phone:
        return _Verdict(1.0)
    if Drempel.INTERNET in profile.drempels:
        return _Verdict(0.6 if contact.address else 0.4 if contact.via else 0.0)
    if contact.email or contact.address:
        return _Verdict(0.8)
    return _Verdict(0.6 if contact.url else 0.4)


def _zekerheid(initiative: Initiative, profile: Profile, catalogue: Catalogue) -> _Verdict:
    status = 1.0 if initiative.status is Status.ACTIVE else 0.5
    certainty = {Certainty.HIGH: 1.0, Certainty.MEDIUM: 0.6}.get(initiative.certainty, 0.0)
    return _Verdict(status * 0.5 + certainty * 0.5)


_FACTORS: Mapping[str, Callable[[Initiative, Profile, Catalogue], _Verdict]] = {
    "halte": _halte,
    "gemis": _gemis,
    "vorm": _vorm,
    "wijk": _wijk,
    "drempel": _drempel,
    "groep": _groep,
    "leeftijd": _leeftijd,
    "soort_hulp": _soort_hulp,
    "kosten": _kosten,
    "contact": _contact,
    "zekerheid": _zekerheid,
}
