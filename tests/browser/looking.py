"""What the tests look at in a page: axe, the accessibility tree, boxes, colours and styles, through the shadow root."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from playwright.sync_api import Page

from wegwijzer.paths import ROOT, VAR

from .wcag_report import Evidence

AXE = ROOT / "web" / "node_modules" / "axe-core" / "axe.min.js"
AXE_RESULTS = VAR / "browser" / "axe"
"""A file per state."""

LEVELS = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice")

WALK = """
const all = (root) => [...root.querySelectorAll('*')].flatMap((one) => [one, ...(one.shadowRoot ? all(one.shadowRoot) : [])]);
const seen = (one) => one.checkVisibility({checkOpacity: true, checkVisibilityCSS: true}) && one.getClientRects().length > 0;
const named = (one) => `${one.localName}.${one.className} "${(one.textContent || '').trim().slice(0, 40)}"`;
const active = () => { let one = document.activeElement; while (one?.shadowRoot?.activeElement) one = one.shadowRoot.activeElement; return one; };
"""
"""Shared by the scripts below: every element, shadow roots included; whether it is seen; a name for a failing test."""


def axe(page: Page, state: str, evidence: Evidence) -> list[str]:
    """Run axe-core on the whole page as it is now.

    Returns:
        One line per violation: rule, and the elements.
    """
    page.evaluate(AXE.read_text(encoding="utf-8"))
    result: dict[str, Any] = page.evaluate(
        "(tags) => axe.run(document, {runOnly: {type: 'tag', values: tags}, resultTypes: ['violations', 'passes']})", list(LEVELS)
    )
    violated = [rule["id"] for rule in result["violations"]]
    evidence.states[state] = (len(result["passes"]), tuple(violated))
    evidence.versions[result["testEngine"]["name"]] = result["testEngine"]["version"]
    for rule in result["passes"]:
        for number in _criteria(rule["tags"]):
            evidence.axe[number].add(rule["id"])
    _keep(state, result)
    return [f"{rule['id']}: {[node['target'] for node in rule['nodes']]} {rule['help']}" for rule in result["violations"]]


def _criteria(tags: Sequence[str]) -> Iterator[str]:
    """``wcag1410`` is criterion 1.4.10."""
    for tag in tags:
        digits = tag.removeprefix("wcag")
        if tag.startswith("wcag") and digits.isdigit() and len(digits) >= 3:
            yield f"{digits[0]}.{digits[1]}.{digits[2:]}"


def _keep(state: str, result: dict[str, Any]) -> None:
    kept = {
        "violations": [{"id": rule["id"], "nodes": [node["html"] for node in rule["nodes"]]} for rule in result["violations"]],
        "passes": [rule["id"] for rule in result["passes"]],
    }
    save(AXE_RESULTS / f"{state.replace(' ', '-')}.json", json.dumps(kept, indent=1, ensure_ascii=False).encode())


@dataclass(frozen=True)
class Node:
    """One node of the tree that a screen reader gets."""

    role: str
    name: str
    properties: dict[str, Any]


def accessibility_tree(page: Page) -> list[Node]:
    """What Chromium gives to a screen reader, in reading order, ignored nodes left out."""
    session = page.context.new_cdp_session(page)
    nodes = session.send("Accessibility.getFullAXTree")["nodes"]
    session.detach()
    return [
        Node(
            role=node.get("role", {}).get("value", ""),
            name=node.get("name", {}).get("value", ""),
            properties={one["name"]: one["value"].get("value") for one in node.get("properties", [])},
        )
        for node in nodes
        if not node.get("ignored")
    ]


def sideways(page: Page) -> list[str]:
    """What makes the page scroll in two directions: wider than the window, seen, and not inside something that is shorter."""
    found: list[str] = page.evaluate(
        f"""() => {{ {WALK}
        const width = document.documentElement.clientWidth;
        if (document.documentElement.scrollWidth <= width + 1)
          return all(document).filter((one) => seen(one) && one.scrollWidth > one.clientWidth + 1
            && ['auto', 'scroll'].includes(getComputedStyle(one).overflowX) && one.localName !== 'textarea').map(named);
        return all(document).filter((one) => seen(one) && one.getBoundingClientRect().right > width + 1).map(named);
        }}"""
    )
    return found


def too_small(page: Page, least: int = 24) -> list[str]:
    """Buttons, links and fields smaller than ``least`` CSS pixels a side; a link inside a sentence is excepted (WCAG 2.5.8)."""
    found: list[str] = page.evaluate(
        f"""(least) => {{ {WALK}
        const inline = (one) => one.localName === 'a' && getComputedStyle(one).display === 'inline';
        return all(document).filter((one) => one.matches('button, a[href], input, select, textarea, summary, [role=button]')
          && seen(one) && !inline(one)).filter((one) => {{ const box = one.getBoundingClientRect();
          return box.width < least - 0.5 || box.height < least - 0.5; }}).map(named); }}""",
        least,
    )
    return found


def clipped(page: Page) -> list[str]:
    """Text that is cut off by its own box."""
    found: list[str] = page.evaluate(
        f"""() => {{ {WALK}
        const cuts = (one, way) => ['hidden', 'clip'].includes(getComputedStyle(one)[way]);
        const scrolls = (one) => ['auto', 'scroll'].includes(getComputedStyle(one).overflowY);
        return all(document).filter((one) => seen(one) && one.textContent.trim() && one.clientHeight > 1 && !scrolls(one)
          && ((cuts(one, 'overflowX') && one.scrollWidth > one.clientWidth + 1)
            || (cuts(one, 'overflowY') && one.scrollHeight > one.clientHeight + 1))).map(named); }}"""
    )
    return found


@dataclass(frozen=True)
class Focus:
    """Where the keyboard is."""

    name: str
    visible: bool
    uncovered: bool
    inside: bool


def focus(page: Page) -> Focus:
    """The element with the keyboard: what it is, whether that shows, and whether it can be seen at all."""
    found = page.evaluate(
        f"""() => {{ {WALK}
        const one = active(), style = getComputedStyle(one), box = one.getBoundingClientRect();
        const ring = (style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2) || style.boxShadow !== 'none';
        const at = (x, y) => {{ let hit = document.elementFromPoint(x, y);
          while (hit?.shadowRoot?.elementFromPoint(x, y) && hit.shadowRoot.elementFromPoint(x, y) !== hit) hit = hit.shadowRoot.elementFromPoint(x, y);
          return hit; }};
        const points = [[0.5, 0.5], [0.1, 0.5], [0.9, 0.5], [0.5, 0.15], [0.5, 0.85]];
        const open = points.some(([x, y]) => {{ const hit = at(box.left + box.width * x, box.top + box.height * y);
          return hit && (one.contains(hit) || hit.contains(one)); }});
        return {{name: (one.getAttribute('aria-label') || one.innerText || one.id || one.localName).trim(), visible: ring, uncovered: open,
          inside: !!one.getRootNode().host}}; }}"""
    )
    return Focus(**found)


def save(path: Path, content: bytes) -> Path:
    """Write an artefact."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    return path
