"""The linear classifiers: what is stored is what was learned, and confidences mean what they say."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from wegwijzer.understanding.calibration import Calibration
from wegwijzer.understanding.classifier import LinearTextClassifier

ABOUT = {"verlies": "mijn {} is overleden", "geld": "ik heb schulden bij de {}", "ontmoeten": "ik wil samen eten met mijn {}"}
WHO = ("man", "vrouw", "buur", "zus", "bank", "broer", "vriend", "oma", "baas", "neef")
TEXTS = [line.format(who) for line in ABOUT.values() for who in WHO]
LABELS = [(halte,) for halte in ABOUT for _ in WHO]


@pytest.mark.parametrize("several", [True, False])
@pytest.mark.parametrize("labels", [2, 3])
def test_what_is_loaded_says_the_same_as_what_was_trained(several: bool, labels: int, tmp_path: Path) -> None:
    count = labels * len(WHO)
    trained = LinearTextClassifier(None, several)
    trained.train(TEXTS[:count], LABELS[:count])
    trained.save(tmp_path)
    loaded = LinearTextClassifier.load(tmp_path, None)
    for text in ("mijn opa is overleden", "schulden", "xq"):
        assert loaded.predict(text) == pytest.approx(trained.predict(text))
    assert next(iter(loaded.predict("mijn opa is overleden"))) == "verlies"


def test_features_of_another_encoder_are_refused(tmp_path: Path) -> None:
    class Other:
        name = "other"

        def encode(self, texts: object) -> np.ndarray[tuple[int, int], np.dtype[np.float32]]:
            raise AssertionError("is never asked")

    trained = LinearTextClassifier(None, several=False)
    trained.train(TEXTS, LABELS)
    trained.save(tmp_path)
    with pytest.raises(ValueError, match="train again"):
        LinearTextClassifier.load(tmp_path, Other())


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
