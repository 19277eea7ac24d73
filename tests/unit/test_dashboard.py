"""The dashboard and the alerts ask for figures that there are, by labels that these have: what is misspelt shows nothing, for ever."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

import promql_parser
import pytest
import yaml

from wegwijzer.cli import app as program
from wegwijzer.paths import ROOT
from wegwijzer.watching import metrics
from wegwijzer.watching.door import port_of
from wegwijzer.watching.parts import PARTS

ALERTS = yaml.safe_load((ROOT / "deploy" / "prometheus" / "alerts.yml").read_text(encoding="utf-8"))
SCRAPING = yaml.safe_load((ROOT / "deploy" / "prometheus" / "prometheus.yml").read_text(encoding="utf-8"))
DASHBOARD = json.loads((ROOT / "deploy" / "grafana" / "wegwijzer.json").read_text(encoding="utf-8"))

RULES: list[dict[str, Any]] = [rule for group in ALERTS["groups"] for rule in group["rules"]]
PANELS: list[dict[str, Any]] = [panel for panel in DASHBOARD["panels"] if panel["type"] != "row"]

OF_PROMETHEUS = {"up"}
"""Figures that Prometheus makes itself."""

LABELS_OF_PROMETHEUS = {"job", "instance", "le"}
"""Labels that Prometheus adds, and ``le`` of every histogram."""

RANGES = {"$__rate_interval": "5m", "$__interval": "1m", "$__range": "1h"}
"""What Grafana fills in."""


def read(query: str) -> list[promql_parser.VectorSelector]:
    """Every figure that a query asks for. Raises when Prometheus would not understand it."""
    for name, value in RANGES.items():
        query = query.replace(name, value)
    found: list[promql_parser.VectorSelector] = []
    _collect(promql_parser.parse(query), found)
    return found


def _collect(part: Any, found: list[promql_parser.VectorSelector]) -> None:
    if isinstance(part, promql_parser.VectorSelector):
        found.append(part)
    for name in ("lhs", "rhs", "expr", "param", "vector_selector"):
        if (below := getattr(part, name, None)) is not None:
            _collect(below, found)
    for below in getattr(part, "args", None) or ():
        _collect(below, found)


QUERIES = {
    **{rule["alert"]: rule["expr"] for rule in RULES},
    **{f"{panel['title']} {target['refId']}": target["expr"] for panel in PANELS for target in panel["targets"]},
}


def problems(query: str) -> Iterator[str]:
    """What is wrong with a query, figure by figure and label by label."""
    for selector in read(query):
        if selector.name not in metrics.names() | OF_PROMETHEUS:
            yield f"there is no {selector.name}"
        for matcher in selector.matchers.matchers:
            if matcher.name in LABELS_OF_PROMETHEUS and matcher.value == "wegwijzer":
                continue
            if matcher.value not in metrics.LABELS.get(matcher.name, ()):
                yield f"no {matcher.name} is {matcher.value}"
    for words in re.findall(r"\b(?:by|without|on|ignoring) \(([^)]*)\)", query):
        for name in words.replace(" ", "").split(","):
            if name not in metrics.LABELS and name not in LABELS_OF_PROMETHEUS:
                yield f"there is no label {name}"


@pytest.mark.parametrize("name", QUERIES)
def test_a_query_asks_for_what_there_is(name: str) -> None:
    assert read(QUERIES[name]), "it asks for something"
    assert list(problems(QUERIES[name])) == []


@pytest.mark.parametrize(
    "wrong",
    ["wegwijzer_turn_seconds", "sum(rate(wegwijzer_message_total[5m]))", 'wegwijzer_handovers_open{state="wachtend"}',
     "sum by (wijk) (wegwijzer_messages_waiting)", 'max(wegwijzer_messages_waiting{session="x"})'],
)  # fmt: skip
def test_a_mistake_in_a_query_is_seen(wrong: str) -> None:
    assert list(problems(wrong))


def test_a_query_that_prometheus_cannot_read_is_seen() -> None:
    with pytest.raises(ValueError):
        read("sum(rate(wegwijzer_messages_total[5m])")


def test_every_figure_of_ours_is_on_the_dashboard_or_in_an_alert() -> None:
    asked = {selector.name for query in QUERIES.values() for selector in read(query)}
    ours = {re.sub(r"_(bucket|sum|count)$", "", name) for name in metrics.names() if name.startswith("wegwijzer_")}
    assert ours - {re.sub(r"_(bucket|sum|count)$", "", str(name)) for name in asked} == {"wegwijzer_rounds_total"}


def test_an_alert_says_how_bad_it_is_what_it_is_and_what_to_do() -> None:
    for rule in RULES:
        assert rule["labels"]["severity"] in {"page", "ticket"}, rule["alert"]
        assert set(rule["annotations"]) == {"summary", "do"}, rule["alert"]
        if "for" in rule:
            assert promql_parser.parse_duration(rule["for"]).total_seconds() >= 60
        for label in re.findall(r"\$labels\.(\w+)", json.dumps(rule["annotations"])):
            assert label in metrics.LABELS or label in LABELS_OF_PROMETHEUS
    assert len({rule["alert"] for rule in RULES}) == len(RULES)


def test_a_command_that_an_alert_names_is_there() -> None:
    known = {command.name or command.callback.__name__ for command in program.registered_commands if command.callback}
    known |= {str(group.name) for group in program.registered_groups} | {"evaluate"}
    named = {word for rule in RULES for word in re.findall(r"\bwegwijzer ([a-z]+)", rule["annotations"]["do"])}
    assert named and named <= known


def test_no_two_panels_lie_on_each_other() -> None:
    places = [(x, y) for panel in DASHBOARD["panels"] for x in range(panel["gridPos"]["x"], panel["gridPos"]["x"] + panel["gridPos"]["w"])
              for y in range(panel["gridPos"]["y"], panel["gridPos"]["y"] + panel["gridPos"]["h"])]  # fmt: skip
    assert len(places) == len(set(places)) and max(x for x, _ in places) < 24
    assert len({panel["id"] for panel in DASHBOARD["panels"]}) == len(DASHBOARD["panels"])
    assert all(panel["description"] and panel["targets"] for panel in PANELS)


def test_prometheus_is_told_the_ports_that_the_processes_have_and_no_token() -> None:
    (job,) = SCRAPING["scrape_configs"]
    assert job["job_name"] == "wegwijzer" and set(job["authorization"]) == {"type", "credentials_file"}
    targets = [target for one in job["static_configs"] for target in one["targets"]]
    assert {re.split(r"[-:]", target)[0] for target in targets} == set(PARTS)
    for target in targets:
        part, _, port = target.partition(":")
        assert int(port) == port_of(9300, part.split("-")[0]), target
