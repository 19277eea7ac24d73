"""spaCy for Dutch: the same interface with a trained model and without."""

from __future__ import annotations

from pathlib import Path

import pytest
import spacy

from wegwijzer.understanding.spacy_nl import Name, load_reader

STORY = "Mijn man is vorig jaar overleden. Nu zijn de dagen lang! Ken jij iets in Overvecht?"


@pytest.fixture
def model(tmp_path: Path) -> Path:
    """A real spaCy pipeline on disk: trained on two sentences, to be loaded as any downloaded model is."""
    nlp = spacy.blank("nl")
    nlp.add_pipe("sentencizer")
    recogniser = nlp.add_pipe("ner")
    recogniser.add_label("PER")  # type: ignore[attr-defined]
    text = "Gisteren kwam Jannie langs."
    from spacy.training import Example

    example = Example.from_dict(nlp.make_doc(text), {"entities": [(14, 20, "PER")]})
    optimizer = nlp.initialize(lambda: [example])
    for _ in range(40):
        nlp.update([example], sgd=optimizer)
    nlp.to_disk(tmp_path / "nl_eigen")
    return tmp_path / "nl_eigen"


def test_without_a_model_sentences_and_lemmas_still_work(caplog: pytest.LogCaptureFixture) -> None:
    load_reader.cache_clear()
    reader = load_reader("nl_model_that_is_not_here")
    assert reader.name == "blank"
    assert "nl_model_that_is_not_here" in caplog.text
    assert reader.sentences(STORY) == [
        "Mijn man is vorig jaar overleden.",
        "Nu zijn de dagen lang!",
        "Ken jij iets in Overvecht?",
    ]
    assert reader.lemmas("eenzame vriendinnen") == ["eenzaam", "vriendin"]
    assert reader.names(STORY) == []


def test_a_folder_with_a_trained_model_is_loaded_and_used(model: Path) -> None:
    reader = load_reader(str(model))
    assert reader.name == str(model)
    assert reader.names("Gisteren kwam Jannie langs.") == [Name(14, 20, "PER")]
    assert len(reader.sentences(STORY)) == 3


@pytest.mark.parametrize("trained", [True, False])
def test_known_names_are_recognised_with_and_without_a_model(trained: bool, model: Path) -> None:
    reader = load_reader(str(model) if trained else "nl_model_that_is_not_here", (("LOC", "Overvecht"),))
    found = reader.names("ik woon in overvecht")
    assert Name(11, 20, "LOC") in found


def test_empty_and_strange_text_is_no_trouble() -> None:
    reader = load_reader()
    for text in ("", " \n ", "👍👍", "\x00", "a" * 30_000):
        reader.sentences(text)
        reader.lemmas(text)
        reader.names(text)
