"""The server starts without TensorFlow when the model does not need it, and only then."""

from __future__ import annotations

import io
import json
import subprocess
import sys
import tarfile
from pathlib import Path

import pytest

from channels.absent_tensorflow import needs_tensorflow


def model(path: Path, *uses: str) -> Path:
    """A model file with these components, as Rasa packs one."""
    nodes = {f"node{number}": {"uses": name} for number, name in enumerate(uses)}
    text = json.dumps({"predict_schema": {"nodes": nodes}}).encode()
    with tarfile.open(path, "w:gz") as archive:
        entry = tarfile.TarInfo("metadata.json")
        entry.size = len(text)
        archive.addfile(entry, io.BytesIO(text))
    return path


@pytest.mark.parametrize(
    ("uses", "needed"),
    [
        (("nlu.soort_classifier.SoortClassifier", "rasa.core.policies.rule_policy.RulePolicy"), False),
        (("nlu.soort_classifier.SoortClassifier", "rasa.nlu.classifiers.diet_classifier.DIETClassifier"), True),
        (("rasa.core.policies.ted_policy.TEDPolicy",), True),
        (("rasa.core.policies.unexpected_intent_policy.UnexpecTEDIntentPolicy",), True),
    ],
)
def test_a_model_says_whether_it_needs_it(tmp_path: Path, uses: tuple[str, ...], needed: bool) -> None:
    assert needs_tensorflow(model(tmp_path / "model.tar.gz", *uses)) is needed


@pytest.mark.parametrize("content", [b"", b"not a model", None])
def test_a_model_that_cannot_be_read_is_left_to_rasa(tmp_path: Path, content: bytes | None) -> None:
    path = tmp_path / "model.tar.gz"
    if content is not None:
        path.write_bytes(content)
    assert needs_tensorflow(path)


ABSENT = """
from channels.absent_tensorflow import TensorFlowIsAbsent, stand_in
stand_in()
import sys
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.utils.tensorflow.layers import Embed
assert not any(name.startswith("tensorflow.python.pywrap") for name in sys.modules)
try:
    Embed(1, 0.1, "x")
except TensorFlowIsAbsent as error:
    print(error)
"""


def test_rasa_is_imported_without_it_and_what_is_built_on_it_refuses_to_be_made() -> None:
    done = subprocess.run([sys.executable, "-c", ABSENT], capture_output=True, text=True, check=True)
    assert "Embed needs TensorFlow" in done.stdout
