"""What the classifiers see can fail; danger is found all the same."""

from __future__ import annotations

import logging
from typing import Any

import pytest
from rasa.engine.storage.resource import Resource
from rasa.shared.nlu.constants import INTENT, TEXT
from rasa.shared.nlu.training_data.message import Message

from nlu.crisis_detector import DANGER, CrisisDetector
from nlu.halte_classifier import HALTES, HalteClassifier
from nlu.soort_classifier import FALLBACK, SoortClassifier
from nlu.text_featurizer import MEANT, PIECES, TextFeaturizer, row_of
from wegwijzer.understanding.features import TextFeatures
from wegwijzer.understanding.windows import WHOLE

NOWHERE: Any = None


class Broken(TextFeatures):
    def transform_meant(self, meant: str) -> Any:
        raise MemoryError("no room")


def features() -> TextFeatures:
    learned = TextFeatures(None)
    learned.fit(["ik ben alleen", "ik ben alleen thuis", "mijn man is overleden", "mijn vrouw is overleden"])
    return learned


def featurizer(seen: TextFeatures | None) -> TextFeaturizer:
    return TextFeaturizer({"encoder": None}, NOWHERE, Resource("text"), seen)


def understood(text: str, seen: TextFeatures | None) -> Message:
    message = Message({TEXT: text})
    featurizer(seen).process([message])
    for component in (SoortClassifier, HalteClassifier, CrisisDetector):
        component({}, NOWHERE, Resource("x")).process([message])
    return message


@pytest.mark.parametrize("seen", [None, Broken(None)], ids=["cannot be loaded", "fails on this message"])
def test_without_features_danger_is_found_and_the_rest_is_not_guessed(
    seen: TextFeatures | None, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.DEBUG):
        danger, plain = understood("ik wil niet meer leven", seen), understood("ik zoek een wandelclub", seen)
    assert danger.get(DANGER)["trap"] == "alert"
    assert plain.get(DANGER) is None
    assert plain.get(INTENT)["name"] == FALLBACK
    assert plain.get(HALTES) == []
    assert "wandelclub" not in caplog.text


def test_a_message_gets_features_and_its_meant_text() -> None:
    message = Message({TEXT: "mijn man is ovrleden"})
    featurizer(features()).process([message])
    assert row_of(message) is not None
    assert message.get(MEANT) == "mijn man is overleden"
    assert message.get(PIECES) is None


def test_a_long_story_is_also_looked_at_in_pieces() -> None:
    message = Message({TEXT: "Mijn man is overleden en ik ben alleen thuis. " * (WHOLE // 40)})
    featurizer(features()).process([message])
    assert len(message.get(PIECES)) > 1


def test_danger_that_is_spelled_badly_is_found_in_what_was_meant() -> None:
    """The pattern finds it in the mended text, without any classifier."""
    typed = Message({TEXT: "ik wil nie meer lefeeeen"})
    featurizer(features()).process([typed])
    CrisisDetector({}, NOWHERE, Resource("x")).process([typed])
    assert typed.get(DANGER)["soort"] == "zelfdoding"


def test_nothing_of_this_is_in_what_the_bot_says_it_understood() -> None:
    """Features are for the classifiers; what Rasa stores and sends stays small."""
    message = understood("mijn man is overleden", features())
    stored = message.as_dict(only_output_properties=True)
    assert not {MEANT, PIECES} & set(stored)
