"""One conversation that is over becomes one in one cell of each table; that is all that is left of it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from wegwijzer.catalogue.loading import Catalogue
from wegwijzer.insight.facts import Facts, facts_of
from wegwijzer.insight.gaps import reason_of, wish_of
from wegwijzer.insight.marks import Mark
from wegwijzer.insight.tables import NO_OUTCOME, NOT_ASKED, OPINIONS, QUESTIONS, SKIPPED_OPINION, UNKNOWN

Counted = tuple[str, tuple[str, ...]]
"""A table and a cell of it."""


def cells_of(marks: Iterable[Mark], catalogue: Catalogue) -> frozenset[Counted]:
    """Where one conversation is counted.

    Args:
        marks: all of it, oldest first.
        catalogue: what ids are held against; one that is not in it counts as unknown.

    Returns:
        Each cell once. Nothing when nobody said anything, or when a colleague tried the bot.
    """
    facts = facts_of(marks)
    if not facts.heard or facts.of_staff:
        return frozenset()
    return frozenset({*_everybody(facts, catalogue), *_steps(facts, catalogue), *_questions(facts), *_gaps(facts, catalogue)})


def _everybody(facts: Facts, catalogue: Catalogue) -> Iterator[Counted]:
    halte, wijk = _place(facts, catalogue)
    outcome = facts.slots.get("uitkomst") or NO_OUTCOME
    yield "gesprekken", (facts.slots.get("voor_wie") or UNKNOWN,)
    yield "halte", (halte,)
    yield "wijk", (wijk,)
    yield "uitkomst", (outcome,)
    yield "mening", (_opinion(facts) or NOT_ASKED,)
    yield "halte_wijk", (halte, wijk)
    yield "halte_uitkomst", (halte, outcome)
    yield "wijk_uitkomst", (wijk, outcome)


def _steps(facts: Facts, catalogue: Catalogue) -> Iterator[Counted]:
    for record, state in facts.steps.items():
        if record in catalogue.initiatives:
            yield "stap", (record, state)
    if (opinion := _opinion(facts)) in OPINIONS:
        yield "mening_halte", (_place(facts, catalogue)[0], opinion)
        if facts.judged in catalogue.initiatives:
            yield "mening_stap", (facts.judged, opinion)


def _questions(facts: Facts) -> Iterator[Counted]:
    for question, answer in facts.asked.items():
        if question in QUESTIONS and answer:
            yield "vraag", (question, answer)


def _gaps(facts: Facts, catalogue: Catalogue) -> Iterator[Counted]:
    reason = reason_of(facts, catalogue.initiatives)
    if reason is not None:
        yield "gat_reden", (reason,)
        yield "gat", wish_of(facts, *_place(facts, catalogue), catalogue.initiatives.get(facts.suggested))


def _place(facts: Facts, catalogue: Catalogue) -> tuple[str, str]:
    known = {wijk.id for wijk in catalogue.wijken.wijken}
    return facts.halte if facts.halte in catalogue.haltes else UNKNOWN, facts.wijk if facts.wijk in known else UNKNOWN


def _opinion(facts: Facts) -> str:
    opinion = facts.slots.get("mening", "")
    return opinion if opinion in (*OPINIONS, SKIPPED_OPINION) else ""
