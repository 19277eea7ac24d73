"""How long it takes to find a suggestion in a large catalogue, by the same way as the conversation goes."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from wegwijzer.catalogue.loading import Catalogue
from wegwijzer.catalogue.store import CatalogueStore
from wegwijzer.dialogue.planning import ask_next, plan
from wegwijzer.dialogue.state import State
from wegwijzer.evaluation.generated import generated_catalogue, generated_states
from wegwijzer.matching.moment import Moment
from wegwijzer.matching.offers import Offers

SEED = 2026
OFFERS = 10_000

MOMENTS = 60
"""So many different minutes the suggestions are spread over, as in a day with a few conversations at a time."""


def benchmark_catalogue(
    catalogue: Catalogue,
    database: Path,
    moment: Moment,
    suggestions: int,
    progress: Callable[[str, int, int], None],
    offers: int = OFFERS,
) -> dict[str, float]:
    """Times of a suggestion in a generated catalogue: asking the store, narrowing, ranking and choosing.

    Args:
        catalogue: the real one, whose make-up the generated one has.
        database: a file for the store, made and used here.
        moment: when the suggestions begin.
        suggestions: how many are timed.
        offers: how many offers are generated.

    Returns:
        ``catalogue_offers``, ``catalogue_suggestable``; ``catalogue_index_ms``: reading all from the store and indexing it,
        once for each change of the catalogue; ``suggestion_ms_median``, ``suggestion_ms_p95``, ``suggestions_per_s`` (one
        after another, in one process); ``question_ms_median``: choosing the next question in the same catalogue.
    """
    large = generated_catalogue(catalogue, offers, SEED)
    store = CatalogueStore(f"sqlite:///{database}")
    try:
        store.sync(large)
        found = Offers(large, store)
        states = generated_states(large, suggestions, SEED)
        begin = time.perf_counter()
        _suggest(found, large, states[0], moment)
        index = _since(begin)
        times = []
        for number, state in enumerate(states):
            when = replace(moment, time=moment.time + timedelta(minutes=number * MOMENTS // len(states)))
            begin = time.perf_counter()
            _suggest(found, large, state, when)
            times.append(_since(begin))
            progress(f"suggestions from {offers} offers", number + 1, suggestions)
        questions = []
        for number, state in enumerate(asked := states[: max(1, suggestions // 20)]):
            begin = time.perf_counter()
            ask_next(state, large, found.to_ask(state.profile(), moment), moment)
            questions.append(_since(begin))
            progress(f"questions from {offers} offers", number + 1, len(asked))
    finally:
        store.close()
    return {
        "catalogue_offers": float(offers),
        "catalogue_suggestable": float(len(large.suggestable)),
        "catalogue_index_ms": index,
        "suggestion_ms_median": statistics.median(times),
        "suggestion_ms_p95": statistics.quantiles(times, n=20)[-1],
        "suggestions_per_s": 1000 * len(times) / sum(times),
        "question_ms_median": statistics.median(questions),
    }


def _suggest(offers: Offers, catalogue: Catalogue, state: State, moment: Moment) -> None:
    plan(state, catalogue, offers.to_name(state.profile(), moment, state.getoond), moment)


def _since(begin: float) -> float:
    """Milliseconds."""
    return (time.perf_counter() - begin) * 1000
