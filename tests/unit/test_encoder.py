"""Sentence encoders: the one in the package, and any other from a folder."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import onnx
import pytest
from onnx import TensorProto, helper, numpy_helper
from tokenizers import Tokenizer
from tokenizers.models import WordLevel
from tokenizers.pre_tokenizers import Whitespace

from wegwijzer.understanding.encoder import FolderEncoder, SentenceEncoder, load_encoder

VOCABULARY = {"[UNK]": 0, "weduwe": 1, "verdriet": 2, "schulden": 3, "query": 4}
MEANINGS = np.array([[0, 0, 1], [1, 0.1, 0], [0.9, 0, 0], [0, 1, 0], [0, 0, 5]], dtype=np.float32)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A real ONNX model of three directions, laid out as exported sentence encoders are."""
    tokenizer = Tokenizer(WordLevel(VOCABULARY, unk_token="[UNK]"))
    tokenizer.pre_tokenizer = Whitespace()
    tokenizer.save(str(tmp_path / "tokenizer.json"))
    inputs = [
        helper.make_tensor_value_info(name, TensorProto.INT64, ["texts", "words"]) for name in ("input_ids", "attention_mask")
    ]
    output = helper.make_tensor_value_info("last_hidden_state", TensorProto.FLOAT, ["texts", "words", 3])
    gather = helper.make_node("Gather", ["meanings", "input_ids"], ["last_hidden_state"])
    graph = helper.make_graph([gather], "meanings", inputs, [output], [numpy_helper.from_array(MEANINGS, "meanings")])
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 15)], ir_version=8)
    (tmp_path / "onnx").mkdir()
    onnx.save(model, str(tmp_path / "onnx" / "model.onnx"))
    return tmp_path


def nearness(encoder: SentenceEncoder, one: str, other: str) -> float:
    first, second = encoder.encode([one])[0], encoder.encode([other])[0]
    return float(first @ second / np.linalg.norm(first) / np.linalg.norm(second))


def test_the_encoder_in_the_package_knows_meaning_not_words() -> None:
    encoder = load_encoder()
    near = nearness(encoder, "ik ben weduwe", "my husband has died")
    assert near > nearness(encoder, "ik ben weduwe", "where can I play chess")
    assert (encoder.encode(["ik ben weduwe"]) == encoder.encode(["ik ben weduwe"])).all()


def test_a_model_from_a_folder_takes_its_place(folder: Path) -> None:
    encoder = load_encoder(str(folder))
    assert nearness(encoder, "weduwe", "verdriet") > 0.9 > nearness(encoder, "weduwe", "schulden")
    assert np.linalg.norm(encoder.encode(["weduwe schulden", "verdriet"]), axis=1) == pytest.approx(1.0)


def test_texts_of_different_length_do_not_change_each_other(folder: Path) -> None:
    encoder = FolderEncoder(folder)
    together = encoder.encode(["weduwe", "schulden schulden schulden verdriet"] * 40)
    assert together[0] == pytest.approx(encoder.encode(["weduwe"])[0])
    assert together.shape == (80, 3)


def test_a_prefix_stands_before_each_text(folder: Path) -> None:
    without = FolderEncoder(folder).encode(["weduwe"])
    (folder / "prefix.txt").write_text("query ")
    assert not np.allclose(FolderEncoder(folder).encode(["weduwe"]), without)


def test_its_name_tells_models_apart(folder: Path) -> None:
    assert FolderEncoder(folder).name != load_encoder().name


@pytest.mark.parametrize("name", ["no_such_encoder", "/no/such/folder"])
def test_an_encoder_that_is_not_there_is_said(name: str) -> None:
    with pytest.raises(RuntimeError, match=name):
        load_encoder(name)
