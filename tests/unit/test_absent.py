"""The server starts without TensorFlow when the model does not need it, and only then."""

from __future__ import annotations

import io
import json
import subprocess
import sys
import tarfile
from pathlib import Path

import pytest

from channels.absent import ONLY_FOR, needs_tensorflow, unused
from wegwijzer.paths import ROOT


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
from channels.absent import IsAbsent, stand_in
stand_in()
import sys
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.utils.tensorflow.layers import Embed
assert not any(name.startswith("tensorflow.python.pywrap") for name in sys.modules)
try:
    Embed(1, 0.1, "x")
except IsAbsent as error:
    print(error)
"""


def test_rasa_is_imported_without_it_and_what_is_built_on_it_refuses_to_be_made() -> None:
    done = subprocess.run([sys.executable, "-c", ABSENT], capture_output=True, text=True, check=True)
    assert "Embed needs something that this server started without" in done.stdout


def test_the_server_decides_before_it_imports_anything_of_rasa() -> None:
    told = "import sys, channels.server; print(sorted({'rasa', 'tensorflow', 'nlu'} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", told], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


@pytest.mark.parametrize(
    ("credentials", "there"),
    [
        ("rest: {}", set()),
        ("telegram:\n  access_token: x", {"aiogram"}),
        ("rasa.core.channels.socketio.SocketIOInput: {}\nslack: {}", {"socketio", "slack_sdk"}),
    ],
)
def test_who_sets_a_channel_gets_what_it_needs(tmp_path: Path, credentials: str, there: set[str]) -> None:
    (tmp_path / "credentials.yml").write_text(credentials, encoding="utf-8")
    (tmp_path / "endpoints.yml").write_text("tracker_store:\n  type: SQL", encoding="utf-8")
    found = unused(tmp_path / "credentials.yml", tmp_path / "endpoints.yml")
    assert ONLY_FOR.keys() - found == there


def test_settings_that_cannot_be_read_ask_for_everything(tmp_path: Path) -> None:
    assert unused(tmp_path / "credentials.yml") == frozenset()


UNUSED = """
import sys
from pathlib import Path
from channels.absent import ONLY_FOR, IsAbsent, _Module, stand_in, unused
stand_in()
stand_in(unused(Path("credentials.yml"), Path("endpoints.yml")))
import rasa.core.run, rasa.server
from rasa.core.channels.telegram import TelegramOutput
print([name for name in ONLY_FOR if name in sys.modules and not isinstance(sys.modules[name], _Module)])
try:
    TelegramOutput("x")
except IsAbsent as error:
    print(error)
"""


def test_with_our_settings_rasa_is_imported_without_the_rest() -> None:
    done = subprocess.run([sys.executable, "-c", UNUSED], capture_output=True, text=True, check=True, cwd=ROOT)
    assert done.stdout.splitlines()[0] == "[]" and "TelegramOutput needs" in done.stdout, done.stdout


LIGHT = """
from channels.absent import stand_in
stand_in()
import sys
from channels.light_packages import light_packages
light_packages()
import apscheduler, rasa.core.run
from apscheduler.schedulers.asyncio import AsyncIOScheduler
from rasa.shared.utils.validation import validate_yaml_schema, RESPONSES_SCHEMA_FILE, PACKAGE_NAME
import pkg_resources
light = [pkg_resources.get_distribution("APScheduler").version, pkg_resources.resource_filename(PACKAGE_NAME, RESPONSES_SCHEMA_FILE)]
light += [sorted(AsyncIOScheduler._trigger_plugins), sorted(AsyncIOScheduler._jobstore_plugins)]
del sys.modules["pkg_resources"]
import pkg_resources
heavy = [pkg_resources.get_distribution("APScheduler").version]
heavy += [pkg_resources.resource_filename(PACKAGE_NAME, RESPONSES_SCHEMA_FILE)]
heavy += [sorted(one.name for one in pkg_resources.iter_entry_points(f"apscheduler.{kind}")) for kind in ("triggers", "jobstores")]
light_packages()
assert sys.modules["pkg_resources"] is pkg_resources, "what was imported stays"
print(light == heavy, len(heavy[2]) > 1)
"""


def test_what_is_asked_of_packages_is_answered_the_same() -> None:
    done = subprocess.run([sys.executable, "-W", "ignore", "-c", LIGHT], capture_output=True, text=True, check=True, cwd=ROOT)
    assert done.stdout.strip() == "True True", done.stdout
