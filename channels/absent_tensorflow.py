"""Lets Rasa be imported without TensorFlow, which none of our components use and which takes most of the start and the memory.

Rasa imports all components it ships with, and some of those are built on TensorFlow. In the server process a stand-in takes its
place: everything can be named and derived from, and whatever is built on it refuses to be made. A model with a component that
needs the real one gets it.
"""

from __future__ import annotations

import json
import sys
import tarfile
from abc import ABCMeta
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec
from pathlib import Path
from types import ModuleType
from typing import Any

PACKAGES = frozenset({"tensorflow", "tensorflow_addons", "keras"})

BUILT_ON_IT = (
    "DIETClassifier", "TEDPolicy", "UnexpecTEDIntentPolicy", "ResponseSelector", "LanguageModelFeaturizer", "ConveRTFeaturizer",
)  # fmt: skip
"""Components of Rasa 3.6 that compute with TensorFlow."""

METADATA = "metadata.json"


def needs_tensorflow(model: Path) -> bool:
    """Whether a trained model has a component that computes with TensorFlow.

    A model that cannot be read counts as one that does: Rasa then says itself what is wrong with it.
    """
    try:
        with tarfile.open(model) as archive:
            found = next(member for member in archive if Path(member.name).name == METADATA)
            file = archive.extractfile(found)
            nodes = json.loads(file.read())["predict_schema"]["nodes"].values() if file else ()
            return any(str(node["uses"]).endswith(BUILT_ON_IT) for node in nodes)
    except (OSError, tarfile.TarError, StopIteration, ValueError, KeyError):
        return True


def stand_in() -> None:
    """From now on, importing TensorFlow gives the stand-in. Does nothing when the real one was imported already."""
    if not PACKAGES & set(sys.modules):
        sys.meta_path.insert(0, _Finder())


class TensorFlowIsAbsent(RuntimeError):
    """Something of TensorFlow was used, not only named."""


class _Named(ABCMeta):
    """The class of everything in the stand-in: each name in it is such a class again."""

    def __getattr__(cls, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return _named(name)

    def __call__(cls, *args: Any, **kwargs: Any) -> Any:
        if "named" not in vars(cls):
            raise TensorFlowIsAbsent(f"{cls.__name__} needs TensorFlow, which this server started without")
        # As a decorator: what is decorated stays what it is.
        return args[0] if len(args) == 1 and not kwargs and callable(args[0]) else cls

    def __getitem__(cls, item: Any) -> Any:
        return cls


def _named(name: str) -> Any:
    return _Named(name, (), {"named": True})


class _Module(ModuleType):
    """A module in which everything is there by name."""

    __path__ = []  # noqa: RUF012 - the import system asks for a list
    __version__ = "0"

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        found = _named(name)
        setattr(self, name, found)
        return found


class _Finder(MetaPathFinder, Loader):
    def find_spec(self, fullname: str, path: Any, target: ModuleType | None = None) -> ModuleSpec | None:
        return ModuleSpec(fullname, self, is_package=True) if fullname.partition(".")[0] in PACKAGES else None

    def create_module(self, spec: ModuleSpec) -> ModuleType:
        return _Module(spec.name)

    def exec_module(self, module: ModuleType) -> None:
        """Nothing stands in it until it is named."""
