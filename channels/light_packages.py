"""A small ``pkg_resources`` in the place of that of setuptools, which parses the versions of all that is installed to tell one.

What Rasa and its scheduler ask of it is in Python's own library since: where a file of a package is, and which version it has.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from importlib import import_module
from importlib.metadata import EntryPoint, PackageNotFoundError, distribution, entry_points
from pathlib import Path
from types import ModuleType

NAME = "pkg_resources"


def light_packages() -> None:
    """From now on, when that of setuptools was not imported already."""
    if NAME in sys.modules:
        return
    module = ModuleType(NAME, __doc__)
    told = {
        "DistributionNotFound": PackageNotFoundError,
        "get_distribution": distribution,
        "iter_entry_points": iter_entry_points,
        "resource_filename": resource_filename,
    }
    vars(module).update(told)
    sys.modules[NAME] = module


def iter_entry_points(group: str, name: str | None = None) -> Iterator[EntryPoint]:
    """What installed packages offer to others."""
    return (one for one in entry_points(group=group) if name in (None, one.name))


def resource_filename(package: str, resource: str) -> str:
    """Where a file of a package is, or one beside a module."""
    return str(Path(import_module(package).__file__ or "").parent / resource)
