"""Known weak spots of the pinned libraries, asked of OSV (https://google.github.io/osv.dev/api/) or a mirror of it.

OSV holds what PyPI, GitHub and npm publish, for Python and npm alike, with one question for all. What somebody judged is kept in
``docs/weak_spots.yml`` with the reason, and is shown all the same.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import yaml

from wegwijzer.guarding.inside import Package
from wegwijzer.paths import ROOT

OSV = "https://api.osv.dev"
JUDGED = ROOT / "docs" / "weak_spots.yml"

AT_ONCE = 500
"""Libraries in one question; OSV takes a thousand."""

PATIENCE = 30.0


class CannotAsk(Exception):
    """Nobody could be asked. The message says in one sentence why, and is no reason to think that all is well."""


@dataclass(frozen=True)
class Finding:
    """A weak spot of a library.

    Attributes:
        names: what it is called, such as CVE and GHSA numbers.
        mended: versions in which it is mended, when that is known.
        judged: what somebody wrote about it here; empty when nobody looked yet.
    """

    package: Package
    names: tuple[str, ...]
    mended: tuple[str, ...]
    judged: str


def read_accepted(path: Path = JUDGED) -> Mapping[str, str]:
    """What was judged: from a name of a weak spot to the reason."""
    entries = yaml.safe_load(path.read_text(encoding="utf-8")) or []
    return {str(entry["id"]): str(entry["judgement"]) for entry in entries}


def look_up(packages: Sequence[Package], source: str, judged: Mapping[str, str]) -> list[Finding]:
    """What is known about these libraries.

    Args:
        source: address of a service that speaks OSV.
        judged: see :func:`read_accepted`.

    Raises:
        CannotAsk: it cannot be reached, or answers with something else.
    """
    findings: list[Finding] = []
    try:
        with httpx.Client(base_url=source, timeout=PATIENCE) as client:
            details: dict[str, Mapping[str, Any]] = {}
            for package, name in _known(client, packages):
                if name not in details:
                    details[name] = _answer(client.get(f"/v1/vulns/{name}"))
                findings.append(_finding(package, details[name], judged))
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        raise CannotAsk(f"{source} cannot be reached ({type(error).__name__}); try again where the internet is open") from None
    except (KeyError, TypeError, ValueError) as error:
        raise CannotAsk(f"{source} answers with something that is no OSV ({type(error).__name__})") from None
    return findings


def _known(client: httpx.Client, packages: Sequence[Package]) -> Iterator[tuple[Package, str]]:
    for start in range(0, len(packages), AT_ONCE):
        part = packages[start : start + AT_ONCE]
        asked: list[tuple[Package, dict[str, Any]]] = [(one, _question(one)) for one in part]
        while asked:
            answer = _answer(client.post("/v1/querybatch", json={"queries": [question for _, question in asked]}))
            further = []
            for (package, question), result in zip(asked, answer["results"], strict=True):
                for spot in result.get("vulns") or ():
                    yield package, str(spot["id"])
                if result.get("next_page_token"):
                    further.append((package, {**question, "page_token": result["next_page_token"]}))
            asked = further


def _question(package: Package) -> dict[str, Any]:
    return {"package": {"name": package.name, "ecosystem": package.ecosystem}, "version": package.version}


def _answer(answer: httpx.Response) -> Mapping[str, Any]:
    answer.raise_for_status()
    found = answer.json()
    if not isinstance(found, dict):
        raise ValueError("no object")
    return found


def _finding(package: Package, spot: Mapping[str, Any], judged: Mapping[str, str]) -> Finding:
    names = tuple(dict.fromkeys([str(spot["id"]), *map(str, spot.get("aliases") or ())]))
    affected = ((one, str(one.get("package", {}).get("name", ""))) for one in spot.get("affected") or ())
    ours = (one for one, name in affected if name.lower() == package.name.lower())
    events = (event for one in ours for span in one.get("ranges") or () for event in span.get("events") or ())
    mended = tuple(dict.fromkeys(str(event["fixed"]) for event in events if "fixed" in event))
    return Finding(package, names, mended, next((judged[name] for name in names if name in judged), ""))
