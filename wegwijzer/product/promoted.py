"""Which model is used in the place of the one made of our own data alone: a candidate that somebody promoted.

One small file beside the models says it, replaced as a whole: who starts a server reads the one or the other, never half of it.
"""

from __future__ import annotations

import hashlib
import json
import os
import tempfile
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from wegwijzer.paths import MODELS

POINTER = MODELS / "promoted.json"
CANDIDATES = MODELS / "candidates"

PIECE = 1024 * 1024


class NothingPromoted(Exception):
    """There is no promotion to go back from."""


@dataclass(frozen=True)
class Promotion:
    """One switch to another model.

    Attributes:
        base: name of the model of our own data and code that the candidate was made beside; it is used with no other.
        model: name of the candidate's file in :data:`CANDIDATES`.
        sha256: of that file.
        at: seconds since 1970.
        although: why it was promoted although a guarded figure is worse; empty when none is.
    """

    base: str
    model: str
    sha256: str
    at: float
    although: str = ""


@dataclass(frozen=True)
class Choice:
    """The model to use.

    Attributes:
        model: the promoted one, or ``None`` for the one of our own data.
        said: a sentence for who starts a server, when a promoted model is not used.
    """

    model: Path | None
    said: str = ""


def read_history(pointer: Path = POINTER) -> list[Promotion]:
    """Every promotion, the one in force last. Raises ``ValueError`` naming the file when it cannot be read."""
    try:
        return [Promotion(**one) for one in json.loads(pointer.read_text(encoding="utf-8"))["history"]]
    except FileNotFoundError:
        return []
    except (OSError, ValueError, KeyError, TypeError):
        raise ValueError(f"{pointer} cannot be read; promote again, or remove it") from None


def chosen(base: Path, pointer: Path = POINTER, candidates: Path = CANDIDATES) -> Choice:
    """The model to use beside this one of our own data. Never raises: without a promotion that fits the own one is used."""
    try:
        history = read_history(pointer)
    except ValueError as error:
        return Choice(None, str(error))
    if not history:
        return Choice(None)
    last = history[-1]
    model = candidates / last.model
    if last.base != base.name:
        return Choice(
            None,
            f"The promoted model {last.model} was made beside other data or code than there are now and is not used. "
            "Make a new one with: wegwijzer train --candidate",
        )
    if not model.is_file():
        return Choice(None, f"The promoted model {model} is gone and is not used. Go back with: wegwijzer rollback")
    return Choice(model)


def promote(promotion: Promotion, pointer: Path = POINTER) -> None:
    """Use another model from the next start on. A pointer that cannot be read is replaced.

    Raises:
        OSError: it cannot be written; then the model that was used stays.
    """
    try:
        history = read_history(pointer)
    except ValueError:
        history = []
    _write([*history, promotion], pointer)


def roll_back(pointer: Path = POINTER) -> Promotion:
    """Use the model of before. Returns what is undone.

    Raises:
        NothingPromoted: there is nothing to go back from.
        ValueError: the pointer cannot be read.
        OSError: it cannot be written.
    """
    history = read_history(pointer)
    if not history:
        raise NothingPromoted
    _write(history[:-1], pointer)
    return history[-1]


def digest_of(model: Path) -> str:
    """SHA-256 of a file, in hexadecimal. Raises ``OSError`` when it cannot be read."""
    digest = hashlib.sha256()
    with model.open("rb") as file:
        while piece := file.read(PIECE):
            digest.update(piece)
    return digest.hexdigest()


def _write(history: Sequence[Promotion], pointer: Path) -> None:
    pointer.parent.mkdir(parents=True, exist_ok=True)
    number, name = tempfile.mkstemp(dir=pointer.parent, prefix=".", suffix=".part")
    try:
        with os.fdopen(number, "w", encoding="utf-8") as file:
            json.dump({"history": [asdict(one) for one in history]}, file, indent=1)
            file.flush()
            os.fsync(file.fileno())
        Path(name).chmod(0o644)  # another user may serve what this one promotes
        Path(name).replace(pointer)
    except OSError:
        Path(name).unlink(missing_ok=True)
        raise
