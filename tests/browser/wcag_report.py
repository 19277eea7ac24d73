"""Collects what the browser tests show of each success criterion, and writes the report that follows WCAG-EM.

Method: W3C, Website Accessibility Conformance Evaluation Methodology (WCAG-EM) 1.0: scope, sample, audit, report.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

CRITERIA_FILE = Path(__file__).with_name("wcag22.yml")


@dataclass(frozen=True)
class Criterion:
    """One success criterion, as ``wcag22.yml`` has it."""

    number: str
    naam: str
    niveau: str
    nvt: str = ""
    mens: str = ""


@dataclass
class Evidence:
    """What was seen.

    Attributes:
        tests: per criterion the tests that judge it, with whether they passed.
        states: per state of the chat that axe looked at: rules passed, and violated rules.
    """

    tests: dict[str, dict[str, bool]] = field(default_factory=lambda: defaultdict(dict))
    states: dict[str, tuple[int, tuple[str, ...]]] = field(default_factory=dict)
    axe: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    versions: dict[str, str] = field(default_factory=dict)

    def as_data(self) -> dict[str, Any]:
        """Plain data, to send from one process to another."""
        return {
            "tests": {number: dict(tests) for number, tests in self.tests.items()},
            "states": {name: [passed, list(bad)] for name, (passed, bad) in self.states.items()},
            "axe": {number: sorted(rules) for number, rules in self.axe.items()},
            "versions": dict(self.versions),
        }

    def add(self, data: Mapping[str, Any]) -> None:
        """What another process saw, as :meth:`as_data` gives it."""
        for number, tests in data["tests"].items():
            for test, passed in tests.items():
                self.saw((number,), test, passed)
        self.states.update({name: (passed, tuple(bad)) for name, (passed, bad) in data["states"].items()})
        for number, rules in data["axe"].items():
            self.axe[number].update(rules)
        self.versions.update(data["versions"])

    def saw(self, criteria: tuple[str, ...], test: str, passed: bool) -> None:
        """A test that judges these criteria ended."""
        for number in criteria:
            self.tests[number][test] = passed and self.tests[number].get(test, True)


def criteria(path: Path = CRITERIA_FILE) -> list[Criterion]:
    """All criteria, in the order of the standard."""
    rows = yaml.safe_load(path.read_text(encoding="utf-8"))
    return [Criterion(number, **row) for number, row in rows.items()]


def outcome(criterion: Criterion, evidence: Evidence) -> str:
    """In Dutch: geen fout gevonden, fout gevonden, niet van toepassing or niet beoordeeld. Whether it conforms, a person must say."""
    tests = evidence.tests.get(criterion.number, {})
    if tests and not all(tests.values()):
        return "fout gevonden"
    if tests:
        return "geen fout gevonden"
    if criterion.nvt:
        return "niet van toepassing"
    return "niet beoordeeld"


def report(evidence: Evidence) -> str:
    """The report as Markdown."""
    rows = [(criterion, outcome(criterion, evidence)) for criterion in criteria()]
    counts = {name: sum(found == name for _, found in rows) for name in dict.fromkeys(found for _, found in rows)}
    violations = sum(len(violated) for _, violated in evidence.states.values())
    return "\n".join(
        [
            "# Toegankelijkheid van de chat: verslag van de tests",
            "",
            "Gemaakt door `make test`; elke uitkomst komt uit een test in een echte browser. Methode: WCAG-EM 1.0.",
            "",
            "## 1. Wat is onderzocht",
            "",
            "Het chatvenster van Wegwijzer (`<wegwijzer-chat>`) op de demonstratiepagina. Norm: WCAG 2.2, niveau A en AA.",
            "",
            "## 2. Waarmee",
            "",
            *(f"- {name} {version}" for name, version in sorted(evidence.versions.items())),
            "",
            "## 3. Steekproef: de standen van de chat",
            "",
            "| Stand | Regels van axe goed | Fouten |",
            "| --- | --- | --- |",
            *(f"| {name} | {passed} | {', '.join(bad) or 'geen'} |" for name, (passed, bad) in sorted(evidence.states.items())),
            "",
            f"Samen {violations} fouten in {len(evidence.states)} standen.",
            "",
            "## 4. Uitkomst per criterium",
            "",
            "; ".join(f"{name}: {count}" for name, count in counts.items()) + ".",
            "",
            "| Criterium | Niveau | Uitkomst | Waardoor |",
            "| --- | --- | --- | --- |",
            *(_row(criterion, found, evidence) for criterion, found in rows),
            "",
            "## 5. Wat een mens nog moet doen",
            "",
            "Tests vinden niet alles. Laat mensen die een schermlezer, vergroting of spraak gebruiken een heel gesprek voeren.",
            "",
            *(f"- {criterion.number} {criterion.naam}: {criterion.mens}" for criterion, _ in rows if criterion.mens),
            "",
        ]
    )


def _row(criterion: Criterion, found: str, evidence: Evidence) -> str:
    because = [name if passed else f"**{name}**" for name, passed in sorted(evidence.tests.get(criterion.number, {}).items())]
    axe = sorted(evidence.axe.get(criterion.number, ()))
    reasons = [*because, *([f"axe: {', '.join(axe)}"] if axe else []), *([criterion.nvt] if criterion.nvt else [])]
    if criterion.mens:
        reasons.append("zie 5")
    return f"| {criterion.number} {criterion.naam} | {criterion.niveau} | {found} | {'; '.join(reasons)} |"
