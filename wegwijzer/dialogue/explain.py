"""Why Wegwijzer would name what it names: for staff who want to see the ranking of given answers."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeVar

from rich.table import Table

from wegwijzer.catalogue.loading import Catalogue
from wegwijzer.catalogue.models import Initiative
from wegwijzer.dialogue.wording import reasons_text
from wegwijzer.matching.factors import WEIGHTS
from wegwijzer.matching.moment import Moment
from wegwijzer.matching.profile import Profile
from wegwijzer.matching.ranking import GOOD_ENOUGH, Match, rank, unsuitable
from wegwijzer.matching.variety import choose
from wegwijzer.vocabulary import Drempel, Gemis, VoorWie, Vorm

Choice = TypeVar("Choice", bound=StrEnum)


@dataclass(frozen=True)
class Explanation:
    """The ranking of one profile, and what was left out of it.

    Attributes:
        ranked: suitable offers, best first.
        named: ids in the order in which they would be named when someone keeps asking for something else.
        left_out: how many offers each rule kept out.
    """

    ranked: tuple[Match, ...]
    named: tuple[str, ...]
    left_out: Mapping[str, int]


def profile_of(
    catalogue: Catalogue,
    *,
    voor_wie: str = VoorWie.ZELF.value,
    haltes: Iterable[str] = (),
    gemis: str | None = None,
    wijk: str | None = None,
    leeftijd: int | None = None,
    vorm: str | None = None,
    drempels: Iterable[str] = (),
    taal: str | None = None,
    groepen: Iterable[str] = (),
    noemt: Iterable[str] = (),
) -> Profile:
    """A profile from answers as someone types them. Raises ``ValueError`` in Dutch for an answer that does not exist."""
    if taal is not None:
        _known("taal", taal, catalogue.sentences.languages)
    return Profile(
        voor_wie=_choice("voor-wie", voor_wie, VoorWie),
        haltes=tuple(_known("halte", halte, catalogue.haltes) for halte in haltes),
        gemis=_choice("gemis", gemis, Gemis) if gemis else None,
        wijk=_known("wijk", wijk, [one.id for one in catalogue.wijken.wijken]) if wijk else None,
        leeftijd=leeftijd,
        vorm=_choice("vorm", vorm, Vorm) if vorm else None,
        drempels=tuple(_choice("drempel", drempel, Drempel) for drempel in drempels),
        taal=taal,
        groepen=frozenset(_known("groep", groep, catalogue.groepen) for groep in groepen),
        mentions=frozenset(word.lower() for word in noemt),
    )


def explain(profile: Profile, catalogue: Catalogue, moment: Moment, most: int) -> Explanation:
    """Rank everything there is; say in which order the first ``most`` would be named, and what was left out."""
    offers = catalogue.suggestable
    ranked = rank(profile, catalogue, offers, moment=moment)
    broken = Counter(rule for offer in offers if (rule := unsuitable(offer, profile, catalogue)))
    return Explanation(tuple(ranked), _in_turn(ranked, catalogue, most), dict(broken.most_common()))


def tables(explanation: Explanation, catalogue: Catalogue, most: int) -> list[Table]:
    """The best offers with their reasons, and the value of every factor behind them."""
    best = explanation.ranked[:most]
    suggestions = Table(title="Wat het best past", show_lines=True)
    for heading in ("", "aanbod", "score", "genoemd als", "dit past, want"):
        suggestions.add_column(heading)
    for place, match in enumerate(best, 1):
        suggestions.add_row(
            str(place), match.initiative.name, f"{match.score:.3f}", _turn(match.initiative, explanation), why(match, catalogue)
        )
    factors = Table(title="Waarom: elke factor van 0 tot 1, en hoe zwaar hij telt")
    factors.add_column("factor")
    factors.add_column("telt", justify="right")
    for place in range(1, len(best) + 1):
        factors.add_column(str(place), justify="right")
    for name, weight in WEIGHTS.items():
        factors.add_row(name, f"{weight:g}", *(f"{match.factors[name]:.2f}" for match in best))
    return [suggestions, factors]


def why(match: Match, catalogue: Catalogue) -> str:
    """The reasons as the bot says them."""
    return reasons_text(match.reasons, catalogue) or catalogue.sentences.reasons["stad"]


def verdict(explanation: Explanation) -> str:
    """In Dutch: what is named, or that nothing fits well enough, and what was left out."""
    left = ", ".join(f"{rule} {count}" for rule, count in explanation.left_out.items())
    out = f" Valt af: {left}." if left else ""
    if not explanation.named:
        return f"Niets past goed genoeg (minstens {GOOD_ENOUGH:g}): Wegwijzer noemt dan mensen die meer weten.{out}"
    return f"{len(explanation.ranked)} past hierbij.{out}"


def _in_turn(ranked: Iterable[Match], catalogue: Catalogue, most: int) -> tuple[str, ...]:
    left, shown = list(ranked), list[Initiative]()
    while len(shown) < most and (following := choose(left, shown)) is not None:
        shown.append(following.initiative)
        left.remove(following)
    return tuple(one.id for one in shown)


def _turn(initiative: Initiative, explanation: Explanation) -> str:
    return f"{explanation.named.index(initiative.id) + 1}e" if initiative.id in explanation.named else "-"


def _known(name: str, value: str, known: Collection[str]) -> str:
    if value not in known:
        raise ValueError(f"--{name} '{value}' kennen we niet; kies uit: {', '.join(sorted(known))}")
    return value


def _choice(name: str, value: str, kind: type[Choice]) -> Choice:
    return kind(_known(name, value, [str(one) for one in kind]))
