"""The framework's own starter bot, as ``rasa init`` makes it, to compare ours with on the same machine in the same run."""

from __future__ import annotations

import importlib.util
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

import httpx

from wegwijzer.paths import VAR
from wegwijzer.product.processes import STOP_WITHIN, CannotStart, free_ports

SCRIPT = ("hello", "i am sad", "no", "are you a bot?", "hi there", "i am great", "bye")
"""A conversation from its own examples."""

BARE = """\
recipe: default.v1
assistant_id: bare
language: en
pipeline:
  - name: KeywordIntentClassifier
policies:
  - name: MemoizationPolicy
  - name: RulePolicy
"""
"""The same bot with nothing that understands or chooses: what is left is Rasa itself, and no bot in Rasa is faster."""

BARE_SCRIPT = ("hello", "i am sad", "no", "are you a bot?", "bye")
"""What it answers of that."""

READY_WITHIN = 300.0


@dataclass(frozen=True)
class Starter:
    """It runs.

    Attributes:
        address: where.
        ready_s: seconds until it could talk.
        pid: of its process.
    """

    address: str
    ready_s: float
    pid: int


@contextmanager
def running_starter(*, bare: bool = False) -> Iterator[Starter]:
    """Train it (once, it is kept in ``var/cache``) and run it as its makers do: one process, conversations in memory.

    Args:
        bare: with :data:`BARE` for its pipeline and policies.

    Raises:
        CannotStart: it could not be trained or started.
    """
    folder = _project(bare)
    port = free_ports(1)[0]
    address, begin = f"http://127.0.0.1:{port}", time.monotonic()
    with (folder / "server.log").open("wb") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "rasa", "run", "-i", "127.0.0.1", "-p", str(port)],
            cwd=folder,
            env=_environment(),
            stdout=log,
            stderr=log,
        )
        try:
            _wait(process, address, folder)
            yield Starter(address, time.monotonic() - begin, process.pid)
        finally:
            process.terminate()
            try:
                process.wait(STOP_WITHIN)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def _project(bare: bool) -> Path:
    """Rasa's own template with a model; trained when it is not there yet."""
    folder = VAR / "cache" / f"{'bare' if bare else 'starter'}-{version('rasa')}"
    if not any(folder.glob("models/*.tar.gz")):
        found = importlib.util.find_spec("rasa")
        if found is None or found.origin is None:
            raise CannotStart("Rasa is not installed")
        shutil.rmtree(folder, ignore_errors=True)
        shutil.copytree(Path(found.origin).parent / "cli" / "initial_project", folder)
        if bare:
            (folder / "config.yml").write_text(BARE, encoding="utf-8")
        done = subprocess.run(
            [sys.executable, "-m", "rasa", "train"], cwd=folder, env=_environment(), capture_output=True, text=True, check=False
        )
        if done.returncode:
            raise CannotStart(f"The starter bot cannot be trained: {(done.stderr.strip().splitlines() or ['no output'])[-1]}")
    return folder


def _environment() -> dict[str, str]:
    quiet = {"RASA_TELEMETRY_ENABLED": "false", "PYTHONWARNINGS": "ignore", "SQLALCHEMY_SILENCE_UBER_WARNING": "1"}
    return {**os.environ, **quiet, "TF_CPP_MIN_LOG_LEVEL": "3"}


def _wait(process: subprocess.Popen[bytes], address: str, folder: Path) -> None:
    deadline = time.monotonic() + READY_WITHIN
    while time.monotonic() < deadline:
        if process.poll() is not None:
            break
        with suppress(httpx.HTTPError):
            # It says that it runs before it has its model; then it answers nothing.
            answer = httpx.post(
                f"{address}/webhooks/rest/webhook", json={"sender": "ready", "message": "hello"}, timeout=60, trust_env=False
            )
            if answer.status_code == httpx.codes.OK and answer.json():
                return
        time.sleep(0.1)
    raise CannotStart(f"The starter bot does not start; see {folder / 'server.log'}")
