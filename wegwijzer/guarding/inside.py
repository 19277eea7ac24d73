"""Which libraries are inside, exactly: read from ``uv.lock`` and ``web/package-lock.json``, the files that pin them."""

from __future__ import annotations

import base64
import json
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from wegwijzer.paths import ROOT

OURSELVES = "wegwijzer"


@dataclass(frozen=True)
class Package:
    """One library.

    Attributes:
        ecosystem: ``PyPI`` or ``npm``, as OSV calls them.
        name, version: which.
        hashes: SHA-2 digests of the files that may be installed, in hexadecimal, with their algorithm before a colon.
        needs: names of the libraries that it needs, of the same ecosystem.
        development: whether only who develops needs it.
    """

    ecosystem: str
    name: str
    version: str
    hashes: tuple[str, ...] = ()
    needs: tuple[str, ...] = ()
    development: bool = field(default=False, compare=False)


def all_packages(root: Path = ROOT) -> list[Package]:
    """Everything that is pinned, Python first. Raises ``OSError`` or ``ValueError`` when a file cannot be read."""
    return [*python_packages(root / "uv.lock"), *npm_packages(root / "web" / "package-lock.json")]


def python_packages(lock: Path) -> list[Package]:
    """The libraries of a ``uv.lock``."""
    entries = tomllib.loads(lock.read_text(encoding="utf-8"))["package"]
    needed = _needed(entries)
    found = [
        Package(
            "PyPI", entry["name"], entry["version"], tuple(sorted(_python_hashes(entry))),
            tuple(sorted({one["name"] for one in entry.get("dependencies", ())})), entry["name"] not in needed,
        )
        for entry in entries if entry["name"] != OURSELVES
    ]  # fmt: skip
    return sorted(found, key=lambda one: (one.name, one.version))


def npm_packages(lock: Path) -> list[Package]:
    """The libraries of a ``package-lock.json`` (version 2 or 3)."""
    entries = json.loads(lock.read_text(encoding="utf-8"))["packages"]
    found = {}
    for path, entry in entries.items():
        name = path.rpartition("node_modules/")[2]
        if not name or entry.get("link"):
            continue
        needs = tuple(sorted(entry.get("dependencies", {})))
        one = Package("npm", name, entry["version"], tuple(_npm_hashes(entry)), needs, bool(entry.get("dev")))
        found[(one.name, one.version)] = one
    return [found[key] for key in sorted(found)]


def _needed(entries: list[dict[str, Any]]) -> set[str]:
    """Names of what running needs, found by following what ourselves need."""
    needs = {entry["name"]: {one["name"] for one in entry.get("dependencies", ())} for entry in entries}
    seen, ahead = set(), [OURSELVES]
    while ahead:
        name = ahead.pop()
        if name not in seen:
            seen.add(name)
            ahead.extend(needs.get(name, ()))
    return seen


def _python_hashes(entry: Mapping[str, Any]) -> Iterator[str]:
    for file in (*entry.get("wheels", ()), *([entry["sdist"]] if "sdist" in entry else [])):
        if "hash" in file:
            yield file["hash"]


def _npm_hashes(entry: Mapping[str, Any]) -> Iterator[str]:
    for part in str(entry.get("integrity", "")).split():
        algorithm, _, value = part.partition("-")
        yield f"{algorithm}:{base64.b64decode(value).hex()}"
