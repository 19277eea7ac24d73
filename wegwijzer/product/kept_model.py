"""A trained model that got damaged on disk is noticed before Rasa reads it, and the copy that worked before goes on in its place.

Rasa itself starts without a model then, and answers nobody.
"""

from __future__ import annotations

import filecmp
import gzip
import os
import shutil
import tarfile
import tempfile
import zlib
from pathlib import Path

from wegwijzer.paths import VAR

KEPT = VAR / "last_model"
"""Here is the copy of the model that worked last; readable by the owner only."""

PIECE = 1024 * 1024


class BrokenModel(Exception):
    """The model cannot be used. The message is one plain sentence that names the file."""


def check_model(model: Path) -> None:
    """Read the whole of a model: gzip holds a checksum (RFC 1952), which only the end of the file tells.

    Raises:
        BrokenModel: it is damaged, or no model.
    """
    try:
        with gzip.open(model) as packed, tarfile.open(fileobj=packed, mode="r|") as archive:
            names = archive.getnames()
            while packed.read(PIECE):
                pass
        if not names:
            raise BrokenModel(f"The model {model} is empty; train again with: make train")
    except (OSError, EOFError, zlib.error, tarfile.TarError) as error:
        raise BrokenModel(f"The model {model} is damaged ({type(error).__name__}); train again with: make train") from error


def sound_model(model: Path, folder: Path = KEPT) -> tuple[Path, str]:
    """The model to start with.

    Only a copy of the same name takes its place: another model would understand things that the rest does not know, or not know
    what the rest asks for.

    Returns:
        That model or the copy of it, and a sentence for the log when it is the copy.

    Raises:
        BrokenModel: it is damaged and there is no copy that is not.
    """
    if not model.is_file():  # Rasa takes a folder too, and says by itself when there is nothing
        return model, ""
    try:
        check_model(model)
    except BrokenModel as broken:
        copy = folder / model.name
        if not copy.is_file() or copy.samefile(model):
            raise
        check_model(copy)
        return copy, f"{broken}; going on with the copy that worked before"
    return model, ""


def keep_model(model: Path, folder: Path = KEPT) -> None:
    """Keep a copy of a model that works, of which there is one at a time. Does nothing when that is there already.

    Raises:
        OSError: there is no room.
    """
    copy = folder / model.name
    if not model.is_file() or (copy.is_file() and (copy.samefile(model) or filecmp.cmp(copy, model, shallow=False))):
        return
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    number, name = tempfile.mkstemp(dir=folder, prefix=".", suffix=".part")
    try:
        with os.fdopen(number, "wb") as written, model.open("rb") as read:
            shutil.copyfileobj(read, written)
        Path(name).replace(copy)
    except OSError:
        Path(name).unlink(missing_ok=True)
        raise
    for other in folder.glob("*.tar.gz"):
        if other.name != copy.name:
            other.unlink(missing_ok=True)
