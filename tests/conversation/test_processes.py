"""``wegwijzer start``: what stands in the way is said in one sentence, and Ctrl-C leaves nothing behind."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import pytest

from wegwijzer.paths import ROOT
from wegwijzer.product.processes import READY_WITHIN, free_ports

NOT_COPIED = shutil.ignore_patterns(
    ".git",
    ".venv",
    ".mypy_cache",
    ".ruff_cache",
    ".pytest_cache",
    ".hypothesis",
    ".rasa",
    "__pycache__",
    "models",
    "var",
    "node_modules",
    "tests",
)
PATIENCE = 300
"""Seconds for a start that is going to fail; only so that a hanging one ends."""


@pytest.fixture
def home(tmp_path: Path, model: Path, built_chat: None) -> Path:
    """A copy of the project with its model, to break."""
    home = tmp_path / "wegwijzer"
    shutil.copytree(ROOT, home, ignore=NOT_COPIED)
    (home / "models").mkdir()
    shutil.copyfile(model, home / "models" / model.name)
    return home


def environment(home: Path) -> dict[str, str]:
    ports = free_ports(3)
    known = {name: value for name, value in os.environ.items() if name not in ("WEGWIJZER_MODEL", "DATABASE_URL", "REDIS_URL")}
    own = {
        "WEGWIJZER_HOME": str(home),
        "PYTHONPATH": str(home),
        "RASA_PORT": str(ports[0]),
        "ACTION_PORT": str(ports[1]),
        "CONSOLE_PORT": str(ports[2]),
        "RASA_TOKEN": "only-for-the-process-tests",
        "WEGWIJZER_TRACKER_DB": str(home / "var" / "tracker.db"),
    }
    return known | own


def start(home: Path, env: dict[str, str]) -> subprocess.CompletedProcess[str]:
    """Run ``wegwijzer start`` until it gives up."""
    return subprocess.run(
        [sys.executable, "-m", "wegwijzer.cli", "start"],
        cwd=home,
        env=env,
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
    )


def one_sentence(done: subprocess.CompletedProcess[str]) -> str:
    """The one line it said; fails when there were more, when it was a traceback, or when it did not fail."""
    said = [line for line in (done.stdout + done.stderr).splitlines() if line.strip()]
    assert "Traceback" not in done.stderr, done.stderr[-1500:]
    assert done.returncode == 1, said
    assert len(said) == 1, "\n".join(said)
    return said[0]


@pytest.mark.parametrize("setting", ["RASA_PORT", "ACTION_PORT"])
def test_a_port_that_is_taken_is_named(home: Path, setting: str) -> None:
    env = environment(home)
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", int(env[setting])))
        taken.listen()
        sentence = one_sentence(start(home, env))
    assert env[setting] in sentence
    assert setting in sentence


def test_a_port_that_is_no_number_is_named(home: Path) -> None:
    sentence = one_sentence(start(home, environment(home) | {"RASA_PORT": "vijfduizend"}))
    assert "RASA_PORT" in sentence


@pytest.mark.parametrize(
    ("file", "text"),
    [
        ("haltes.yml", "haltes: [\n  - {"),
        ("helplines.yml", ""),
        ("initiatives/geld.yml", "initiatives:\n  - id: zonder_de_rest\n"),
        ("herkennen.yml", "vorm: [\n"),
        ("wijken.yml", None),
    ],
    ids=["not YAML", "empty", "incomplete", "words not YAML", "gone"],
)
def test_a_broken_catalogue_file_is_named(home: Path, file: str, text: str | None) -> None:
    path = home / "catalogue" / file
    path.unlink() if text is None else path.write_text(text, encoding="utf-8")
    assert path.name in one_sentence(start(home, environment(home)))


@pytest.mark.parametrize("text", ["responses: [\n", "", "- a list\n"], ids=["not YAML", "empty", "a list"])
def test_a_broken_domain_is_named(home: Path, text: str) -> None:
    (home / "domain.yml").write_text(text, encoding="utf-8")
    assert "domain" in one_sentence(start(home, environment(home)))


@pytest.fixture
def started(home: Path) -> Iterator[tuple[subprocess.Popen[bytes], dict[str, str]]]:
    """``wegwijzer start``, with both servers under way; whatever a test leaves is ended."""
    env = environment(home)
    process = subprocess.Popen(
        [sys.executable, "-m", "wegwijzer.cli", "start"],
        cwd=home,
        env=env,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    family: list[int] = []
    try:
        wait_for(lambda: len(descendants(process.pid)) >= 2, process)
        family = descendants(process.pid)
        yield process, env
    finally:
        for pid in [process.pid, *family]:
            if alive(pid):
                os.kill(pid, signal.SIGKILL)
        process.wait()


@pytest.mark.parametrize("sent", [signal.SIGINT, signal.SIGTERM], ids=["Ctrl-C", "terminate"])
def test_stopping_while_it_starts_leaves_no_process(
    started: tuple[subprocess.Popen[bytes], dict[str, str]], sent: signal.Signals
) -> None:
    """SIGTERM is what systemd, docker and Kubernetes send."""
    process, _ = started
    family = descendants(process.pid)
    process.send_signal(sent)
    process.wait(timeout=PATIENCE)
    assert not [pid for pid in family if alive(pid)]


def test_ctrl_c_stops_both_servers_and_frees_the_ports(started: tuple[subprocess.Popen[bytes], dict[str, str]]) -> None:
    process, env = started
    ports = [int(env["RASA_PORT"]), int(env["ACTION_PORT"])]
    wait_for(lambda: all(answers(port) for port in ports), process)
    family = descendants(process.pid)
    process.send_signal(signal.SIGINT)
    process.wait(timeout=PATIENCE)
    assert not [pid for pid in family if alive(pid)]
    assert not any(answers(port) for port in ports)


def wait_for(condition: Callable[[], bool], process: subprocess.Popen[bytes]) -> None:
    """Until it holds; fails when the process ends first or it takes too long."""
    deadline = time.monotonic() + READY_WITHIN
    while not condition():
        assert process.poll() is None, f"start ended with {process.returncode}"
        assert time.monotonic() < deadline, "not ready"
        time.sleep(0.2)


def answers(port: int) -> bool:
    """Whether a server says at this port that it is ready."""
    try:
        return httpx.get(f"http://127.0.0.1:{port}/health", timeout=5, trust_env=False).status_code == 200
    except httpx.HTTPError:
        return False


def descendants(pid: int) -> list[int]:
    """Children, their children, and so on."""
    table = subprocess.run(["ps", "-A", "-o", "pid=,ppid="], capture_output=True, text=True, check=True).stdout
    pairs = [tuple(map(int, line.split())) for line in table.splitlines()]
    found: list[int] = []
    parents = [pid]
    while parents:
        parents = [child for child, parent in pairs if parent in parents]
        found += parents
    return found


def alive(pid: int) -> bool:
    """Whether a process runs; one that ended and was not yet reaped does not."""
    state = subprocess.run(["ps", "-o", "state=", "-p", str(pid)], capture_output=True, text=True, check=False).stdout.strip()
    return bool(state) and not state.startswith("Z")
