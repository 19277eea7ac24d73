"""The test stories hold for the trained model: ``rasa test core``, offline."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import yaml

from wegwijzer.paths import ROOT
from wegwijzer.settings import Settings

STORIES = ROOT / "tests" / "stories"


def test_every_story_goes_as_told(model: Path, settings: Settings, tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "rasa", "test", "core", "--stories", str(STORIES), "--model", str(model), "--out", str(tmp_path)],
        cwd=ROOT,
        env={**os.environ, **settings.as_environment()},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, (done.stdout + done.stderr)[-3000:]
    told = [story["story"] for path in sorted(STORIES.glob("test_*.yml")) for story in _stories(path)]
    report = json.loads((tmp_path / "story_report.json").read_text(encoding="utf-8"))
    assert report["conversation_accuracy"]["total"] == len(told) > 0
    failed = tmp_path / "failed_test_stories.yml"
    assert not _stories(failed), failed.read_text(encoding="utf-8")
    assert report["conversation_accuracy"]["accuracy"] == 1.0


def _stories(path: Path) -> list[dict[str, object]]:
    """The stories of a file; Rasa writes a file with only a comment when none failed."""
    loaded = yaml.safe_load(path.read_text(encoding="utf-8")) or {}
    return list(loaded.get("stories", []))
