"""The linear classifiers: what is stored is what was learned, and confidences mean what they say."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from wegwijzer.understanding.calibration import Calibration
from wegwijzer.understanding.classifier import LinearTextClassifier, Recipe
from wegwijzer.understanding.danger_classifier import DangerClassifier
from wegwijzer.understanding.encoder import Matrix, StoredEncoder
from wegwijzer.understanding.features import LETTERS, MEANING, WORDS, TextFeatures

ABOUT = {"verlies": "mijn {} is overleden", "geld": "ik heb schulden bij de {}", "ontmoeten": "ik wil samen eten met mijn {}"}
WHO = ("man", "vrouw", "buur", "zus", "bank", "broer", "vriend", "oma", "baas", "neef")
TEXTS = [line.format(who) for line in ABOUT.values() for who in WHO]
LABELS = [(halte,) for halte in ABOUT for _ in WHO]


class Lengths:
    """An encoder that is quick to ask and counts how many texts it had to encode."""

    name = "lengths"

    def __init__(self) -> None:
        self.encoded = 0

    def encode(self, texts: Sequence[str]) -> Matrix:
        self.encoded += len(texts)
        return np.array([[len(text), text.count(" ")] for text in texts], dtype=np.float32)


@pytest.mark.parametrize("several", [True, False])
@pytest.mark.parametrize("labels", [2, 3])
def test_what_is_loaded_says_the_same_as_what_was_trained(several: bool, labels: int, tmp_path: Path) -> None:
    count = labels * len(WHO)
    features = TextFeatures(Lengths())
    trained = LinearTextClassifier(several, Recipe(meaning=0.01))
    trained.train(features.fit(TEXTS[:count]), features.parts, LABELS[:count])
    features.save(tmp_path)
    trained.save(tmp_path)
    loaded, read = LinearTextClassifier.load(tmp_path), TextFeatures.load(tmp_path, Lengths())
    assert read.parts == features.parts
    for text in ("mijn opa is overleden", "schulden", "xq"):
        assert loaded.predict(read.transform([text])) == pytest.approx(trained.predict(features.transform([text])))
    assert next(iter(loaded.predict(read.transform(["mijn opa is overleden"])))) == "verlies"


def test_one_message_gets_what_it_gets_among_others() -> None:
    features = TextFeatures(None)
    classifier = LinearTextClassifier(several=True)
    classifier.train(features.fit(TEXTS), features.parts, LABELS)
    together = features.transform(["mijn opa is overleden", "schulden"])
    alone = features.transform(["mijn opa is overleden"])
    assert (together[0] != alone).nnz == 0
    assert classifier.predict(together[0]) == pytest.approx(classifier.predict(alone))


@settings(deadline=None, max_examples=60)
@given(st.one_of(st.text(max_size=40), st.lists(st.sampled_from([*WHO, "mijn", "schulden", "👋", "Overleden"])).map(" ".join)))
def test_one_message_is_counted_as_among_others_to_the_last_digit(text: str) -> None:
    features = TextFeatures(Lengths())
    features.fit(TEXTS)
    together, alone = features.transform([text, "iets anders"])[0], features.transform([text])
    assert together.shape == alone.shape and together.dtype == alone.dtype
    assert together.indices.tolist() == alone.indices.tolist() and together.data.tolist() == alone.data.tolist()


def test_danger_is_judged_alone_as_among_others() -> None:
    features = TextFeatures(Lengths())
    rows = features.fit(TEXTS)
    judge = DangerClassifier(Recipe(meaning=0.01))
    kinds = {"verlies": "zelfdoding", "geld": "geweld", "ontmoeten": "geen"}
    judge.train(rows, features.parts, [(kinds[halte],) for (halte,) in LABELS])
    assert np.array_equal(judge._meanings(rows), np.vstack([judge._meanings(row) for row in rows]))
    assert judge._decide(rows) == pytest.approx(np.concatenate([judge._decide(row) for row in rows]), rel=1e-5)


def test_a_part_that_weighs_nothing_changes_nothing() -> None:
    """The whole way of leaving out a part: no other numbers than without it."""
    letters, both = TextFeatures(None, counted=(LETTERS,)), TextFeatures(None, counted=(LETTERS, WORDS))
    without, weightless = LinearTextClassifier(several=False), LinearTextClassifier(several=False, recipe=Recipe(words=0.0))
    without.train(letters.fit(TEXTS), letters.parts, LABELS)
    weightless.train(both.fit(TEXTS), both.parts, LABELS)
    for text in TEXTS[::7]:
        expected = without.predict(letters.transform([text]))
        assert weightless.predict(both.transform([text])) == pytest.approx(expected, abs=1e-3)


def test_features_look_at_what_was_meant() -> None:
    features = TextFeatures(Lengths(), normalise=lambda text: text.replace("ovrleden", "overleden"))
    features.fit(TEXTS)
    assert (features.transform(["mijn opa is ovrleden"]) != features.transform(["mijn opa is overleden"])).nnz == 0
    assert set(features.parts) == {MEANING, LETTERS, WORDS}


def test_features_of_another_encoder_are_refused(tmp_path: Path) -> None:
    features = TextFeatures(None)
    features.fit(TEXTS)
    features.save(tmp_path)
    with pytest.raises(ValueError, match="train again"):
        TextFeatures.load(tmp_path, Lengths())


def test_training_again_encodes_only_what_is_new_also_after_a_broken_store(tmp_path: Path) -> None:
    store = tmp_path / "cache" / "vectors.npz"
    first = Lengths()
    vectors = StoredEncoder(first, store).encode(TEXTS)
    assert first.encoded == len(TEXTS)
    again = Lengths()
    assert (StoredEncoder(again, store).encode([*TEXTS, "iets nieuws", "iets nieuws"])[: len(TEXTS)] == vectors).all()
    assert again.encoded == 1
    store.write_bytes(store.read_bytes()[:100])
    broken = Lengths()
    assert (StoredEncoder(broken, store).encode(TEXTS) == vectors).all()
    assert broken.encoded == len(TEXTS)


@pytest.mark.parametrize("several", [True, False])
def test_confidences_that_are_too_sure_are_brought_back_and_keep_their_order(several: bool) -> None:
    chance = np.random.default_rng(1)
    honest = chance.normal(0, 1, (4000, 3))
    shares = 1 / (1 + np.exp(-honest)) if several else np.exp(honest) / np.exp(honest).sum(axis=1, keepdims=True)
    if several:
        target = chance.random(honest.shape) < shares
    else:
        target = np.eye(3, dtype=bool)[[chance.choice(3, p=row) for row in shares]]
    boasting = honest * 5
    found = Calibration.fit(boasting, target, several)
    assert found.slope == pytest.approx(0.2, rel=0.2)
    assert (found.apply(boasting, several).argsort(axis=1) == boasting.argsort(axis=1)).all()
    if not several:
        assert found.apply(boasting, several).sum(axis=1) == pytest.approx(1.0)
