"""A model is numbers and text: loading one runs no code that somebody put into it."""

from __future__ import annotations

import json
import os
import pickletools
import subprocess
import sys
import tarfile
import zipfile
from io import BytesIO
from pathlib import Path

from tests.running import settings_in
from wegwijzer.paths import ROOT

PLAIN = {".json", ".yml", ".npz"}
LOADING = '''
import pickle, sys

class Refused(Exception):
    pass

def refuse(*arguments, **named):
    raise Refused("something was about to be unpickled")

{more}
import numpy
load = numpy.load
def load_numbers(*arguments, allow_pickle=False, **named):
    assert not allow_pickle, "numbers with pickle allowed"
    return load(*arguments, allow_pickle=False, **named)
numpy.load = load_numbers

for module, names in (("pickle", ("loads", "load", "_loads", "_load")), ("_pickle", ("loads", "load")), ("joblib", ("load",)),
                      ("dill", ("loads", "load")), ("cloudpickle", ("loads", "load")), ("jsonpickle", ("decode", "loads")),
                      ("shelve", ("open",))):
    try:
        found = __import__(module)
    except ImportError:
        continue
    for name in names:
        if hasattr(found, name):
            setattr(found, name, refuse)

class NoUnpickler(pickle._Unpickler):
    """Others may derive from it, as libraries do while they are imported; using it is refused."""
    load = refuse

pickle._Unpickler.load = refuse
pickle.Unpickler = NoUnpickler

import asyncio
from channels.absent import stand_in
stand_in()
import rasa.core.agent
agent = rasa.core.agent.load_agent
agent = asyncio.run(agent(model_path=sys.argv[1]))
assert agent.is_ready()
print(asyncio.run(agent.parse_message("mijn man is overleden"))["intent"]["name"])
'''


def archive(model: Path) -> dict[str, bytes]:
    with tarfile.open(model) as tar:
        return {member.name: tar.extractfile(member).read() for member in tar.getmembers() if member.isfile()}  # type: ignore[union-attr]


def test_the_archive_has_only_text_and_numbers(model: Path) -> None:
    files = archive(model)
    assert files
    for name, content in files.items():
        assert Path(name).suffix in PLAIN, name
        if name.endswith(".json"):
            assert b'"py/' not in content, f"{name} names Python objects to make"
            json.loads(content)
        elif name.endswith(".npz"):
            with zipfile.ZipFile(BytesIO(content)) as arrays:
                for array in arrays.namelist():
                    head = arrays.read(array)[:200]
                    assert head.startswith(b"\x93NUMPY"), (name, array)
                    assert b"'descr': '|O'" not in head, f"{array} in {name} holds objects"
        else:
            assert b"!!python" not in content, name
        assert not is_pickle(content), name


def is_pickle(content: bytes) -> bool:
    """Whether these bytes are a pickle from the first to the last."""
    try:
        return sum(1 for _ in pickletools.genops(content)) > 1
    except Exception:
        return False


def test_what_is_a_pickle_would_be_seen() -> None:
    import pickle

    assert is_pickle(pickle.dumps({"a": 1}))


def load(model: Path, tmp_path: Path, more: str = "") -> subprocess.CompletedProcess[str]:
    settings = settings_in(tmp_path, model)
    environment = {**os.environ, **settings.as_environment(), "PYTHONPATH": str(ROOT)}
    script = LOADING.replace("{more}", more)
    return subprocess.run(
        [sys.executable, "-W", "ignore", "-c", script, str(model)],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )


def test_the_model_loads_and_understands_with_every_unpickler_taken_away(model: Path, tmp_path: Path) -> None:
    done = load(model, tmp_path)
    assert done.returncode == 0, done.stderr[-2000:]
    assert done.stdout.strip().splitlines()[-1]


def test_a_component_that_would_unpickle_is_caught_by_that(model: Path, tmp_path: Path) -> None:
    """The test above can fail: with a component that unpickles, the same loading does not succeed."""
    more = "import wegwijzer.understanding.classifier as ours\nown = ours.json.loads\ndef bad(text, **named):\n    pickle.loads(pickle.dumps(text))\n    return own(text, **named)\nours.json.loads = bad\n"
    done = load(model, tmp_path, more)
    assert done.returncode != 0
    assert "about to be unpickled" in done.stderr
