"""What comes next: one more question, or the step that ends the questions."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from wegwijzer.catalogue.loading import Catalogue
from wegwijzer.catalogue.models import Initiative
from wegwijzer.dialogue.state import State
from wegwijzer.matching.moment import Moment
from wegwijzer.matching.questions import next_question
from wegwijzer.matching.ranking import Match, rank
from wegwijzer.matching.variety import choose
from wegwijzer.vocabulary import VoorWie

MOST_REFUSALS = 3
"""Whoever skips this many questions does not want questions: a step comes, or a human."""

ADULT = 18
"""Wegwijzer is for adults; younger people are led to the Kindertelefoon."""


class Step(StrEnum):
    """How the questions end. Each has its own response in ``domain.yml``."""

    INITIATIEF = "initiatief"
    VRIJWILLIGER = "vrijwilliger"
    SIGNALEREN = "signaleren"
    MENS = "mens"
    GEEN_MATCH = "geen_match"
    KINDERTELEFOON = "kindertelefoon"
    BUITEN_UTRECHT = "buiten_utrecht"


@dataclass(frozen=True)
class Plan:
    """The step, and the offer that goes with it when there is one."""

    step: Step
    match: Match | None = None


def ask_next(state: State, catalogue: Catalogue, candidates: Iterable[Initiative], moment: Moment | None = None) -> str | None:
    """The slot to ask for, or ``None`` when it is time for the step. ``moment`` as for ``rank``."""
    if _elsewhere(state) or state.halte_keuze == "geen":
        return None
    if _unclear(state):
        return "halte_keuze"
    if not state.haltes and state.gemis is None:
        if state.voor_wie is None and state.situatie is not None and "voor_wie" not in state.overgeslagen:
            return "voor_wie"
        if state.situatie is None and "situatie" not in state.overgeslagen and state.voor_wie != VoorWie.HELPEN:
            return "situatie"
    skipped = state.overgeslagen
    if state.voor_wie is None and "voor_wie" not in skipped:
        return "voor_wie"
    if state.haltes and state.klopt is None and state.voor_wie != VoorWie.HELPEN and "klopt" not in skipped:
        return "klopt"
    if state.klopt == "nee" and state.halte_keuze is None and "halte_keuze" not in skipped:
        return "halte_keuze"
    if state.wijk_keuze:
        return "wijk"
    if len(state.overgeslagen) >= MOST_REFUSALS:
        return None
    question = next_question(state.profile(), catalogue, candidates, asked=state.vragen, shown=state.getoond, moment=moment)
    return question.slot if question else None


def plan(state: State, catalogue: Catalogue, candidates: Iterable[Initiative], moment: Moment | None = None) -> Plan:
    """The step for what we know now. ``moment`` as for ``rank``."""
    if state.leeftijd is not None and state.leeftijd < ADULT and state.voor_wie != VoorWie.ANDER:
        return Plan(Step.KINDERTELEFOON)
    if state.buiten_utrecht:
        return Plan(Step.BUITEN_UTRECHT)
    if state.halte_keuze == "geen":
        return Plan(Step.MENS)
    ranked = rank(state.profile(), catalogue, candidates, shown=state.getoond, moment=moment)
    best = choose(ranked, [catalogue.initiatives[one] for one in state.getoond if one in catalogue.initiatives])
    if state.voor_wie == VoorWie.ANDER:
        return Plan(Step.SIGNALEREN, best)
    if best is None:
        return Plan(Step.GEEN_MATCH)
    return Plan(Step.VRIJWILLIGER if state.voor_wie == VoorWie.HELPEN else Step.INITIATIEF, best)


def _unclear(state: State) -> bool:
    """Whether a story was told whose theme we can only guess: we offer the guesses before anything else."""
    return bool(state.gokken) and not state.haltes and state.halte_keuze is None and state.voor_wie != VoorWie.HELPEN


def _elsewhere(state: State) -> bool:
    minor = state.leeftijd is not None and state.leeftijd < ADULT and state.voor_wie != VoorWie.ANDER
    return minor or bool(state.buiten_utrecht)
