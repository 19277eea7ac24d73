"""Lets Rasa be imported without what it brings for others, which takes most of the start and the memory: TensorFlow first.

Rasa imports all components, channels and stores it ships with, and all that those are built on. In the server process a stand-in
takes the place of what is not used here: all of it can be named and derived from, and whatever is built on it refuses to be made.
A model with a component that computes with TensorFlow gets it, and so does a channel or a store that is set what that needs.
"""

from __future__ import annotations

import json
import sys
import tarfile
from abc import ABCMeta
from collections.abc import Mapping
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec
from pathlib import Path
from types import ModuleType
from typing import Any

TENSORFLOW = frozenset({"tensorflow", "tensorflow_addons", "keras"})

ONLY_FOR: Mapping[str, tuple[str, ...]] = {
    "aiogram": ("telegram",),
    "boto3": ("dynamo",),
    "dask": (),
    "prompt_toolkit": (),
    "pymongo": ("mongo",),
    "questionary": (),
    "rasa.utils.plotting": (),
    "scipy.stats": (),
    "slack_sdk": ("slack",),
    "socketio": ("socketio",),
    "webexteamssdk": ("webexteams",),
}
"""What else takes long to import, and the words in ``credentials.yml`` or ``endpoints.yml`` that ask for it. Those without a word
are for ``rasa shell``, ``train`` and ``test``, which are processes of their own, and what dask does is done by
``channels/quick_rasa.py``."""

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


def unused(*settings: Path) -> frozenset[str]:
    """Which of :data:`ONLY_FOR` nothing in these files asks for. A file that cannot be read asks for everything."""
    try:
        asked = " ".join(path.read_text(encoding="utf-8") for path in settings).lower()
    except (OSError, UnicodeDecodeError):
        return frozenset()
    return frozenset(package for package, words in ONLY_FOR.items() if not any(word in asked for word in words))


def stand_in(packages: frozenset[str] = TENSORFLOW) -> None:
    """From now on, importing one of these gives the stand-in; but for those that were imported already."""
    if absent := packages - set(sys.modules):
        sys.meta_path.insert(0, _Finder(absent))


class IsAbsent(RuntimeError):
    """Something that is not there was used, not only named."""


class _Named(ABCMeta):
    """The class of everything in the stand-in: each name in it is such a class again."""

    def __getattr__(cls, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return _named(name)

    def __call__(cls, *args: Any, **kwargs: Any) -> Any:
        if "named" not in vars(cls):
            raise IsAbsent(f"{cls.__name__} needs something that this server started without; see channels/absent.py")
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
    def __init__(self, packages: frozenset[str]) -> None:
        self._packages = packages

    def find_spec(self, fullname: str, path: Any, target: ModuleType | None = None) -> ModuleSpec | None:
        parts = fullname.split(".")
        ours = any(".".join(parts[: count + 1]) in self._packages for count in range(len(parts)))
        return ModuleSpec(fullname, self, is_package=True) if ours else None

    def create_module(self, spec: ModuleSpec) -> ModuleType:
        return _Module(spec.name)

    def exec_module(self, module: ModuleType) -> None:
        """Nothing stands in it until it is named."""
