"""What must never be shown to this person, however little there is to choose from.

Every rule names the facts of an offer that it looks at, and sees nothing else of it. That is what lets
``wegwijzer/matching/index.py`` judge ten thousand offers by judging each different set of facts once.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from wegwijzer.catalogue.models import Initiative
from wegwijzer.matching.situation import Situation
from wegwijzer.vocabulary import CITYWIDE, Drempel, VoorWie

GENDER_GROUP = {"vrouw": "vrouwen", "man": "mannen"}
"""An offer for one gender is shown only to who said so ("een groep met vrouwen")."""


@dataclass(frozen=True)
class Rule:
    """One reason to leave an offer out.

    Attributes:
        reads: the facts of an offer that the rule looks at (hashable).
        forbids: whether an offer with these facts must not be shown in this situation.
    """

    reads: Callable[[Initiative], Any]
    forbids: Callable[[Any, Situation], bool]


def broken_rule(initiative: Initiative, situation: Situation) -> str | None:
    """The name of the first rule that forbids this offer, or ``None`` when it may be shown.

    An unknown answer never excludes: it lowers the score instead, so that asking is worth it.
    """
    for name, rule in RULES.items():
        if rule.forbids(rule.reads(initiative), situation):
            return name
    return None


def _for_another(facts: tuple[Iterable[VoorWie], bool], situation: Situation) -> bool:
    for_whom, can_help = facts
    voor_wie = situation.profile.voor_wie
    return voor_wie not in for_whom or (voor_wie is VoorWie.HELPEN and not can_help)


def _too_far(area: tuple[str, ...], situation: Situation) -> bool:
    return bool(situation.profile.wijk) and CITYWIDE not in area and not situation.near & set(area)


def _other_age(ages: tuple[int | None, int | None], situation: Situation) -> bool:
    (youngest, oldest), age = ages, situation.profile.leeftijd
    if age is None:
        return False
    return (youngest is not None and age < youngest) or (oldest is not None and age > oldest)


def _other_group(groups: tuple[str, ...], situation: Situation) -> bool:
    return bool(groups) and situation.profile.voor_wie is VoorWie.ZELF and not situation.groups & set(groups)


def _other_gender(gender: str, situation: Situation) -> bool:
    return bool(gender) and GENDER_GROUP[gender] not in situation.profile.groepen


def _other_language(languages: tuple[str, ...], situation: Situation) -> bool:
    if not languages or Drempel.NEDERLANDS in situation.profile.drempels:
        return False
    return not situation.languages & set(languages)


def _not_brought_up(words: tuple[str, ...], situation: Situation) -> bool:
    return bool(words) and not situation.profile.mentions & set(words)


def _on_foot(only_on_foot: bool, situation: Situation) -> bool:
    return only_on_foot and Drempel.LOPEN in situation.profile.drempels


RULES: Mapping[str, Rule] = {
    "status": Rule(lambda offer: offer.suggestable, lambda suggestable, _: not suggestable),
    "voor_wie": Rule(lambda offer: (offer.for_whom, offer.helpen is not None), _for_another),
    "wijk": Rule(lambda offer: offer.area, _too_far),
    "leeftijd": Rule(lambda offer: (offer.audience.min_age, offer.audience.max_age), _other_age),
    "groep": Rule(lambda offer: offer.audience.groups, _other_group),
    "geslacht": Rule(lambda offer: offer.audience.gender, _other_gender),
    "taal": Rule(lambda offer: offer.audience.languages, _other_language),
    "niet genoemd": Rule(lambda offer: offer.mention_only, _not_brought_up),
    "lopen": Rule(lambda offer: set(offer.forms) == {"eropuit"} and Drempel.LOPEN not in offer.drempels, _on_foot),
}
"""Every rule, in the order in which they are looked at. ``status`` keeps out what ended, is unsure or cannot be reached."""
