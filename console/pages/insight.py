"""What the city may know of many conversations, and what was asked that the catalogue had not. Only releases, never more."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from markupsafe import Markup
from sanic import response
from sanic.response import HTTPResponse

from console.charts import PER_CENT, Bar, Row, columns_chart, hatching, rows_chart, said
from console.figures import MOST_IN_CHART, Figure, crossing, figure
from console.rendering import day, number, text
from console.visit import FOR_ALL, Visit
from wegwijzer.catalogue.freshness import confirmed_from, is_stale
from wegwijzer.catalogue.models import Initiative
from wegwijzer.insight.naming import Names
from wegwijzer.insight.open_data import as_csv
from wegwijzer.insight.periods import FOUR_WEEKS, WEEK, Kind, days_of, kind_of, weeks_of
from wegwijzer.insight.small_cells import LEAST
from wegwijzer.insight.tables import ANSWERED, SKIPPED, STEP_STATES, TABLES, Table, tables_of
from wegwijzer.matching.opening_hours import AMSTERDAM, MONTHS

TREND = 8
"""Weeks side by side: so many fit a window of 320 pixels."""

MOST_STALE = 15
"""Records that nobody confirmed for long, before the rest is folded away."""

ON_GAPS = ("gat", "gat_reden", "vraag")
"""Tables that stand on the page of gaps and not on that of counts."""


@dataclass(frozen=True)
class Trend:
    """One value of a table, week by week."""

    name: str
    chart: Markup
    numbers: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Share:
    """How often something was not wanted, beside how often it was there; both rounded, so the share is about right."""

    name: str
    of: str
    to: str
    part: float


@dataclass(frozen=True)
class Stale:
    """A record that may no longer be true, with the file in which an editor finds it."""

    name: str
    confirmed: str
    file: str
    shown: str


def page(visit: Visit) -> HTTPResponse:
    """The counts of one period."""
    weeks, blocks = _periods(visit, WEEK), _periods(visit, FOUR_WEEKS)
    chosen = _chosen(visit, [*blocks, *weeks])
    names = Names(visit.parts.catalogue)
    found = {name: _table(visit, name, chosen) for name in (tables_of(kind_of(chosen)) if chosen else ()) if name not in ON_GAPS}
    return visit.html(
        "inzicht.html",
        keuzes=[("vierweken", _named(blocks)), ("week", _named(weeks))], periode=chosen,
        naam=period_name(chosen) if chosen else "", samen=_together(visit, chosen),
        cijfers=[figure(one, names) for one in found.values() if one], verloop=_trends(visit, weeks, names),
        arcering=hatching(), minst=LEAST, weggelaten=[names.table(name) for name, one in found.items() if one is None],
    )  # fmt: skip


def download(visit: Visit, bestand: str) -> HTTPResponse:
    """One table of one period as a file that a spreadsheet opens."""
    name, dot, kind = bestand.rpartition(".")
    period = visit.query("periode", 10)
    if not dot or kind != "csv" or name not in TABLES or period not in _periods(visit, TABLES[name].kind):
        return visit.notice("bestaat_niet", 404)
    table = _table(visit, name, period)
    if table is None:
        return visit.notice("bestaat_niet", 404)
    # A spreadsheet that is set to Dutch wants semicolons, and reads letters with accents only behind a mark of their order.
    content = "\ufeff" + as_csv([table], Names(visit.parts.catalogue), separator=";")
    headers = {**FOR_ALL, "Content-Disposition": f'attachment; filename="wegwijzer-{name}-{period}.csv"'}
    return response.text(content, content_type="text/csv; charset=utf-8", headers=headers)


def gaps(visit: Visit) -> HTTPResponse:
    """What was not there, what is often refused, what is skipped, and what nobody confirmed for long."""
    blocks = _periods(visit, FOUR_WEEKS)
    chosen = _chosen(visit, blocks)
    names = Names(visit.parts.catalogue)
    tables = {name: _table(visit, name, chosen) for name in tables_of(FOUR_WEEKS)} if chosen else {}
    steps, questions = tables.get("stap"), tables.get("vraag")
    stale = _stale(visit, steps, names)
    refused = _shares(steps, STEP_STATES, STEP_STATES[-1], names) if steps else []
    skipped = _shares(questions, (ANSWERED, SKIPPED), SKIPPED, names) if questions else []
    return visit.html(
        "gaten.html",
        keuzes=[("vierweken", _named(blocks))], periode=chosen, naam=period_name(chosen) if chosen else "", arcering=hatching(),
        gat=_shown(tables.get("gat"), names), reden=_shown(tables.get("gat_reden"), names), minst=LEAST,
        geweigerd=refused, geweigerd_grafiek=_chart(refused, "geweigerd"),
        overgeslagen=skipped, overgeslagen_grafiek=_chart(skipped, "overgeslagen"),
        oud=stale[:MOST_STALE], meer_oud=stale[MOST_STALE:], maanden=visit.parts.settings.verified_within_months,
        alles=len(visit.parts.catalogue.suggestable),
    )  # fmt: skip


def period_name(period: str) -> str:
    """``week 47 (16 tot en met 22 november 2026)``."""
    first, last = days_of(period)
    week = first.isocalendar().week
    kind = "naam_week" if kind_of(period) == WEEK else "naam_vierweken"
    begins = str(first.day) if first.month == last.month else f"{first.day} {MONTHS[first.month - 1]}"
    begins = day(first) if first.year != last.year else begins
    return text("inzicht", kind, van=begins, tot=day(last), eerste=week, laatste=last.isocalendar().week)


def _periods(visit: Visit, kind: Kind) -> list[str]:
    """Newest first."""
    return list(visit.parts.insight().periods(kind))[::-1]


def _chosen(visit: Visit, periods: list[str]) -> str:
    """What is asked for when there is such a release, and otherwise the first."""
    asked = visit.query("periode", 10)
    return asked if asked in periods else next(iter(periods), "")


def _named(periods: list[str]) -> list[tuple[str, str]]:
    return [(one, period_name(one)) for one in periods]


def _table(visit: Visit, name: str, period: str) -> Table | None:
    return visit.parts.insight().released(name, period)


def _together(visit: Visit, period: str) -> str:
    """About how many conversations there were: what is shown of the weeks, added up."""
    if not period:
        return ""
    weeks = [period] if kind_of(period) == WEEK else weeks_of(period)
    tables = [one for week in weeks if (one := _table(visit, "gesprekken", week))]
    return number(sum(cell.shown or 0 for table in tables for cell in table.cells)) if tables else ""


def _shown(table: Table | None, names: Names) -> Figure | None:
    return figure(table, names) if table and table.cells else None


def _trends(visit: Visit, weeks: list[str], names: Names) -> list[Trend]:
    """The conversations of the last weeks, by whom they were about."""
    known = [(week, _table(visit, "gesprekken", week)) for week in weeks[:TREND][::-1]]
    values = list(dict.fromkeys(cell.values[0] for _, table in known if table for cell in table.cells))
    found = []
    for at, value in enumerate(values):
        columns = [(week, _of(table, value)) for week, table in known if table]
        if len(columns) > 1 and any(shown is not None for _, shown in columns):
            name = names.value("voor_wie", value)
            title = text("inzicht", "verloop", naam=name)
            chart = columns_chart([(week[-2:], shown) for week, shown in columns], title, f"v-{at}")
            found.append(Trend(name, chart, tuple((period_name(week), said(shown)) for week, shown in columns)))
    return found


def _of(table: Table, value: str) -> int | None:
    return next((cell.shown for cell in table.cells if cell.values == (value,)), None)


def _shares(table: Table, states: tuple[str, ...], state: str, names: Names) -> list[Share]:
    """Of each first value how large a share one second value is, largest first; only where that is shown.

    What is hidden counts as half of the most that it may be.
    """
    found = []
    for value, row in crossing(table, names).items():
        many = row.get(state)
        if many is not None:
            whole = sum(LEAST // 2 if (one := row.get(other)) is None else one for other in states)
            found.append(Share(names.value(table.dimensions[0], value), str(whole), said(many), many / whole))
    return sorted(found, key=lambda one: -one.part)


def _chart(shares: list[Share], key: str) -> Markup:
    rows = [Row(one.name, (Bar(round(one.part * 100), PER_CENT),)) for one in shares[:MOST_IN_CHART]]
    return rows_chart(rows, text("inzicht", key), key, whole=100) if rows else Markup("")


def _stale(visit: Visit, steps: Table | None, names: Names) -> list[Stale]:
    """Records that nobody confirmed within the time that is set: those that most people saw first, and then the oldest."""
    parts = visit.parts
    today = datetime.fromtimestamp(parts.clock(), AMSTERDAM).date()
    seen = (
        {value: [one for one in row.values() if one is not None] for value, row in crossing(steps, names).items()}
        if steps
        else {}
    )
    old = [one for one in parts.catalogue.suggestable if is_stale(one, today, parts.settings.verified_within_months)]
    old.sort(key=lambda one: (-sum(seen.get(one.id, ())), one.verified_on, one.name))
    return [Stale(one.name, _confirmed(one, today), parts.catalogue.file_of(one), _times(seen.get(one.id))) for one in old]


def _times(seen: list[int] | None) -> str:
    return str(sum(seen)) if seen else said(None)


def _confirmed(record: Initiative, today: date) -> str:
    """When somebody last confirmed it, as exact as it was written down."""
    known = confirmed_from(record.verified_on)
    if known is None or known > today:
        return text("inzicht", "nooit")
    exact = {4: str(known.year), 7: f"{MONTHS[known.month - 1]} {known.year}"}
    return exact.get(len(record.verified_on), day(known))
