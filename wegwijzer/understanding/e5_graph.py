"""multilingual-e5-small as an ONNX graph, made from the 4-bit weights without unpacking them.

The matrices keep their 4 bits (``MatMulNBits`` reads the same blocks, with the two halves of a byte next to each other
instead of 16 apart) and the numbers they meet are brought to 8 bits, as the engine in the package does. Architecture:
BERT with 12 layers and absolute positions (Wang et al. 2024, "Multilingual E5 Text Embeddings").
"""

from __future__ import annotations

from typing import Any

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper

from wegwijzer.understanding.e5_weights import BLOCK, E5Weights

INPUT, OUTPUT = "words", "meaning"
MICROSOFT = "com.microsoft"
EIGHT_BITS = 4
"""``accuracy_level`` of MatMulNBits for numbers of 8 bits."""


def e5_model(weights: E5Weights) -> bytes:
    """The model: vectors of words with their places, of shape (1, words, hidden), to their mean meaning, (1, hidden)."""
    return bytes(_Builder(weights).model().SerializeToString())


class _Builder:
    def __init__(self, weights: E5Weights) -> None:
        self._weights = weights
        self._nodes: list[onnx.NodeProto] = []
        self._constants: list[onnx.TensorProto] = []

    def model(self) -> onnx.ModelProto:
        hidden = self._weights.size["hidden"]
        now = self._normalised(INPUT, "emb.ln", "embedded")
        for layer in range(self._weights.size["layers"]):
            now = self._layer(now, f"l{layer}.")
        self._nodes.append(helper.make_node("ReduceMean", [now], [OUTPUT], axes=[1], keepdims=0))
        graph = helper.make_graph(
            self._nodes,
            "multilingual-e5-small",
            [helper.make_tensor_value_info(INPUT, TensorProto.FLOAT, [1, "words", hidden])],
            [helper.make_tensor_value_info(OUTPUT, TensorProto.FLOAT, [1, hidden])],
            self._constants,
        )
        opsets = [helper.make_opsetid("", 17), helper.make_opsetid(MICROSOFT, 1)]
        return helper.make_model(graph, opset_imports=opsets, ir_version=8)

    def _layer(self, now: str, name: str) -> str:
        hidden, inner = self._weights.size["hidden"], self._weights.size["inner"]
        seen = [self._times(now, f"{name}{part}", hidden, hidden) for part in "qkv"]
        heads = self._weights.size["heads"]
        self._add("MultiHeadAttention", seen, f"{name}attended", num_heads=heads)
        attended = self._times(f"{name}attended", f"{name}ao", hidden, hidden)
        middle = self._normalised(now, f"{name}aln", f"{name}middle", attended)
        self._add("Gelu", [self._times(middle, f"{name}fi", hidden, inner)], f"{name}active")
        return self._normalised(middle, f"{name}oln", f"{name}out", self._times(f"{name}active", f"{name}fo", inner, hidden))

    def _normalised(self, now: str, name: str, out: str, added: str | None = None) -> str:
        scale, shift = (self._floats(f"{name}.{end}") for end in "wb")
        if added is None:
            self._nodes.append(
                helper.make_node("LayerNormalization", [now, scale, shift], [out], axis=-1, epsilon=self._weights.epsilon)
            )
        else:
            self._add("SkipLayerNormalization", [now, added, scale, shift], out, epsilon=self._weights.epsilon)
        return out

    def _times(self, now: str, name: str, inputs: int, outputs: int) -> str:
        scales, values = self._weights.blocks(f"{name}.w")
        packed = (values[:, 0::2] | (values[:, 1::2] << 4)).reshape(outputs, inputs // BLOCK, BLOCK // 2)
        taken = [now, self._constant(f"{name}.w", packed), self._constant(f"{name}.s", scales), "", ""]
        taken.append(self._floats(f"{name}.b"))
        sizes = {"K": inputs, "N": outputs, "bits": 4, "block_size": BLOCK, "accuracy_level": EIGHT_BITS}
        return self._add("MatMulNBits", taken, f"{name}.y", **sizes)

    def _add(self, kind: str, taken: list[str], out: str, **settings: float) -> str:
        self._nodes.append(helper.make_node(kind, taken, [out], domain=MICROSOFT, **settings))
        return out

    def _floats(self, name: str) -> str:
        return self._constant(name, self._weights.floats(name))

    def _constant(self, name: str, values: NDArray[Any]) -> str:
        self._constants.append(numpy_helper.from_array(np.ascontiguousarray(values), name))
        return name
