"""The whole measurement of our questions (``wegwijzer simulate``), and the page it makes: ``docs/questions.md``."""

from __future__ import annotations

import random
import statistics
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict
from typing import Any

from wegwijzer.catalogue.loading import Catalogue
from wegwijzer.evaluation.asking import FIXED, Asked, Case, as_many, best_order, by_rule, curve, difference, measure, ways
from wegwijzer.evaluation.markdown import fill, table
from wegwijzer.evaluation.residents import POPULATIONS, Population, draw_residents
from wegwijzer.matching.questions import MOST_QUESTIONS, PRICE, Rule
from wegwijzer.paths import ROOT

Progress = Callable[[str, int, int], None]

RESIDENTS = 400
"""How many are drawn for each population and seed."""

TUNED_ON = 1
"""The seed of the residents that were in view while the price was chosen."""

UNSEEN = (2, 3)
"""Seeds of the residents that were not."""

LEARNED_ON = 1001
"""The seed of the residents with whom the best fixed order is found."""

LEARNERS = 4
"""One in so many: all orders are tried on them, which takes long, and the orders differ much."""

PRICES = (0.0, 0.0005, PRICE, 0.002, 0.003, 0.005, 0.01, 0.02, 0.04)
"""What else a question could be made to cost."""

QUESTIONS = "questions"
"""The name of the figures in ``docs/figures``."""

PAGE = ROOT / "docs" / "questions.md"
TEMPLATE = ROOT / "wegwijzer" / "evaluation" / "questions_template.md"

WAYS = {
    "ours": "our rule",
    "ours_here_only": "our rule, were there no other door to find",
    "best_fixed": "the best fixed order, as many questions of each resident as our rule",
    "fixed": "the order of the design, as many questions of each resident",
    "random": "any order, as many questions of each resident",
    "everything": "everything",
    "nothing": "nothing",
    "fewest": "fewest that reach it, knowing all answers beforehand",
}
COLUMNS = {
    "asked": "questions asked",
    "first": "best record suggested",
    "among_three": "best record among the first three",
    "regret": "regret",
    "unsuitable": "unsuitable",
    "elsewhere": "other door found",
}
CURVES = ("ours", "best_fixed", "fixed", "random")


def simulate(catalogue: Catalogue, residents: int, progress: Progress) -> dict[str, Any]:
    """All figures of the page: every population on unseen seeds, our rule seed by seed, and other prices of a question.

    Args:
        residents: how many to draw for each population and seed.
        progress: told what is going on.

    Raises:
        ValueError: when there are too few residents to measure anything.
    """
    tuned = _cases(catalogue, POPULATIONS["expected"], residents, TUNED_ON)
    seconds: list[float] = []
    measured = {
        name: _population(catalogue, population, residents, seconds, lambda done, total, name=name: progress(name, done, total))  # type: ignore[misc]
        for name, population in POPULATIONS.items()
    }
    return {
        "residents": residents,
        "catalogue": len(catalogue.suggestable),
        "populations": measured,
        "seeds": _seeds(catalogue, residents, lambda done, total: progress("seeds", done, total)),
        "prices": _prices(tuned, lambda done, total: progress("prices", done, total)),
        "choice_ms": _milliseconds(seconds),
    }


def _cases(catalogue: Catalogue, population: Population, residents: int, seed: int) -> list[Case]:
    offers = catalogue.suggestable
    return [Case(resident, catalogue, offers) for resident in draw_residents(catalogue, population, residents, seed)]


def _population(
    catalogue: Catalogue, population: Population, residents: int, seconds: list[float], tell: Callable[[int, int], None]
) -> dict[str, Any]:
    tell(0, len(UNSEEN) * residents)
    learned = best_order(_cases(catalogue, population, max(residents // LEARNERS, 1), LEARNED_ON))
    cases = [case for seed in UNSEEN for case in _cases(catalogue, population, residents, seed)]
    ours, here_only, fewest = list[Asked](), list[Asked](), list[Asked]()
    for number, case in enumerate(cases, start=1):
        ours.append(by_rule(case, Rule(), seconds))
        here_only.append(by_rule(case, Rule(elsewhere={})))
        fewest.append(case.fewest())
        tell(number, len(cases))
    others = ways(cases, learned, random.Random(UNSEEN[0]))  # noqa: S311 - the same order every time
    asked: dict[str, Sequence[Asked]] = {"ours": ours, "ours_here_only": here_only, "fewest": fewest}
    asked |= {name: as_many(others[name], ours) for name in ("best_fixed", "fixed", "random")}
    asked |= {"everything": others["fixed"], "nothing": [[] for _ in cases]}
    whole: dict[str, Sequence[Asked]] = {**others, "ours": ours}
    return {
        "title": population.title,
        "best_order": learned,
        "ways": {name: _plain(measure(cases, asked[name], TUNED_ON)) for name in WAYS},
        "against": {name: _against(cases, mine, others) for name, mine in (("ours", ours), ("ours_here_only", here_only))},
        "curves": {name: curve(cases, whole[name], "first") for name in CURVES},
    }


def _against(cases: Sequence[Case], mine: Sequence[Asked], others: Mapping[str, Sequence[Asked]]) -> dict[str, Any]:
    """How much more often this rule suggests the best record than the others do with as many questions, or with all."""
    less = {name: difference(cases, mine, as_many(some, mine), "first", TUNED_ON) for name, some in others.items()}
    return _plain(less | {"everything": difference(cases, mine, others["fixed"], "first", TUNED_ON)})


def _seeds(catalogue: Catalogue, residents: int, tell: Callable[[int, int], None]) -> dict[str, Any]:
    measured, seeds = {}, (TUNED_ON, *UNSEEN)
    for number, seed in enumerate(seeds, start=1):
        cases = _cases(catalogue, POPULATIONS["expected"], residents, seed)
        measured[str(seed)] = _plain(measure(cases, [by_rule(case, Rule()) for case in cases], seed))
        tell(number, len(seeds))
    return measured


def _prices(cases: Sequence[Case], tell: Callable[[int, int], None]) -> dict[str, Any]:
    measured = {}
    for number, price in enumerate(PRICES, start=1):
        measured[f"{price:g}"] = _plain(measure(cases, [by_rule(case, Rule(price, {})) for case in cases], TUNED_ON))
        tell(number, len(PRICES))
    return measured


def _plain(figures: Mapping[str, Any]) -> dict[str, Any]:
    return {name: asdict(figure) for name, figure in figures.items()}


def _milliseconds(seconds: Sequence[float]) -> dict[str, float]:
    return {"median": statistics.median(seconds) * 1000, "p95": statistics.quantiles(seconds, n=20)[-1] * 1000}


def headline(figures: Mapping[str, Any]) -> dict[str, float]:
    """The figures that matter most, for the last line of the command."""
    measured = figures["populations"]["expected"]
    names, columns = ("ours", "best_fixed", "fixed", "everything"), ("asked", "first", "among_three", "regret")
    means = {f"{name}_{column}": measured["ways"][name][column]["mean"] for name in names for column in columns}
    return means | {"residents": figures["residents"], "choice_ms_p95": figures["choice_ms"]["p95"]}


def render_page(figures: Mapping[str, Any], template: str) -> str:
    """The page: the template with every ``{{name}}`` replaced by what the figures say."""
    populations = figures["populations"]
    expected = populations["expected"]
    return fill(
        template,
        {
            "residents": str(figures["residents"]),
            "unseen": str(len(UNSEEN) * figures["residents"]),
            "offers": str(figures["catalogue"]),
            **{f"table_{name}": ways_table(one) for name, one in populations.items()},
            "curve": curve_table(expected),
            "against": _against_table(populations),
            "orders": _orders(populations),
            "seeds": _seed_table(figures["seeds"]),
            "prices": _price_table(figures["prices"]),
            "choice": ", ".join(f"{name} {value:.1f} ms" for name, value in figures["choice_ms"].items()),
        },
    )


def ways_table(measured: Mapping[str, Any]) -> str:
    """Every way of asking, with intervals."""
    body = [[title, *(_cell(measured["ways"][name], column) for column in COLUMNS)] for name, title in WAYS.items()]
    return table(["", *COLUMNS.values()], body)


def curve_table(measured: Mapping[str, Any]) -> str:
    """How often the best record is suggested when nobody is asked more than so many questions."""
    body = [[WAYS[name].partition(",")[0], *(f"{share:.2f}" for share in measured["curves"][name])] for name in CURVES]
    return table(["at most", *(str(most) for most in range(MOST_QUESTIONS + 1))], body)


def _cell(figures: Mapping[str, Mapping[str, float]], column: str) -> str:
    if column not in figures:
        return ""
    found, digits = figures[column], 4 if column == "regret" else 2 if column == "asked" else 3
    return f"{found['mean']:.{digits}f} ({found['low']:.{digits}f} to {found['high']:.{digits}f})"


def _against_table(populations: Mapping[str, Any]) -> str:
    body = [
        [one["title"], WAYS[rule], *(_signed(less) for less in differences.values())]
        for one in populations.values()
        for rule, differences in one["against"].items()
    ]
    others = next(iter(populations.values()))["against"]["ours"]
    return table(["", "", *(f"less {WAYS[name].partition(',')[0]}" for name in others)], body)


def _signed(found: Mapping[str, float]) -> str:
    return f"{found['mean']:+.3f} ({found['low']:+.3f} to {found['high']:+.3f})"


def _orders(populations: Mapping[str, Any]) -> str:
    body = [[one["title"], ", ".join(f"`{slot}`" for slot in one["best_order"])] for one in populations.values()]
    return table(["", "best fixed order"], [["the order of the design", ", ".join(f"`{slot}`" for slot in FIXED)], *body])


def _seed_table(seeds: Mapping[Any, Any]) -> str:
    body = [
        [f"{seed}{' (in view while choosing)' if int(seed) == TUNED_ON else ''}", *(_cell(figures, column) for column in COLUMNS)]
        for seed, figures in seeds.items()
    ]
    return table(["seed", *COLUMNS.values()], body)


def _price_table(prices: Mapping[str, Any]) -> str:
    columns = [column for column in COLUMNS if column != "elsewhere"]
    body = [
        [f"{price}{' (ours)' if float(price) == PRICE else ''}", *(_cell(figures, column) for column in columns)]
        for price, figures in prices.items()
    ]
    return table(["price", *(COLUMNS[column] for column in columns)], body)
