"""``make check``: every gate that needs no running bot, each with one line of result."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Callable
from functools import lru_cache
from pathlib import Path

from wegwijzer.catalogue.checking import check_all
from wegwijzer.paths import CATALOGUE, ROOT
from wegwijzer.settings import Settings

PACKAGES = ("wegwijzer", "nlu", "actions", "channels", "console")
UNUSED = re.compile(r"UserWarning: The utterance '(\w+)' is not used in any story or rule")
UNTRAINED = re.compile(r"UserWarning: The intent '(\w+)' is (?:listed in the domain file, but is not found|not used in any)")
BUILT_NAME = re.compile(r"_(?:zelfdoding|geweld|spoed|andere_taal)(?:_ander)?$")
WARNING = re.compile(r"UserWarning: (.*)|(?:WARNING|ERROR)\s+rasa\S*\s+- (.*)")

Say = Callable[[str], None]


def run_checks(say: Say) -> bool:
    """Run all; returns whether all passed."""
    results = [
        _command("ruff check", ["ruff", "check", "."], say),
        _command("ruff format", ["ruff", "format", "--check", "."], say),
        _command("mypy --strict", ["mypy", "--strict", *(f"{name}/" for name in PACKAGES), "tests/"], say),
        _report("catalogue", [str(problem) for problem in check_all(CATALOGUE)], say),
        _report("rasa data validate", validate_rasa_data(), say),
    ]
    if not Settings.from_environment().security_contacts:
        say("note security.txt: there is none until SECURITY_CONTACT says whom to tell of a weak spot")
    return all(results)


def validate_rasa_data() -> list[str]:
    """Rasa's own validation; every warning is a problem.

    Rasa warns about a response that no story or rule names, and about an intent without examples. Ours may be said by an
    action or a policy, or seen by a component, instead: such a warning counts only when the name stands nowhere in our code.
    """
    environment = {**os.environ, **Settings.from_environment().as_environment()}
    environment.pop("PYTHONWARNINGS", None)
    done = subprocess.run(
        [sys.executable, "-m", "rasa", "data", "validate"], cwd=ROOT, env=environment, capture_output=True, text=True, check=False
    )
    output = done.stdout + done.stderr
    problems = [f"response {name} is said nowhere" for name in UNUSED.findall(output) if not _in_code(name)]
    problems += [f"intent {name} is used nowhere" for name in sorted(set(UNTRAINED.findall(output))) if not _in_code(name)]
    for line in output.splitlines():
        found = WARNING.search(line)
        if found and not UNUSED.search(line) and not UNTRAINED.search(line) and _ours(line):
            problems.append(next(group for group in found.groups() if group))
    if done.returncode:
        problems.append(f"rasa data validate ended with {done.returncode}")
    return problems


def _ours(line: str) -> bool:
    """Whether a warning is about our data and not about a library's own age."""
    return "Deprecat" not in line and "pkg_resources" not in line


def _in_code(name: str) -> bool:
    """Whether an action, a policy, a component or the safety protocol names this; some names are built from a kind."""
    stem = BUILT_NAME.sub("_", name)
    asked = re.sub(r"^utter_ask_", "", name)
    code = _our_code()
    return name in code or (stem != name and stem in code) or (asked != name and f'"{asked}"' in code)


@lru_cache(maxsize=1)
def _our_code() -> str:
    """All Python of our packages as one text: dozens of names are looked up in it."""
    return "".join(path.read_text(encoding="utf-8") for package in PACKAGES for path in sorted((ROOT / package).rglob("*.py")))


def _command(name: str, command: list[str], say: Say) -> bool:
    done = subprocess.run(
        [str(Path(sys.executable).parent / command[0]), *command[1:]], cwd=ROOT, capture_output=True, text=True, check=False
    )
    return _report(name, (done.stdout + done.stderr).strip().splitlines() if done.returncode else [], say)


def _report(name: str, problems: list[str], say: Say) -> bool:
    say(f"{'ok  ' if not problems else 'FOUT'} {name}")
    for problem in problems:
        say(f"     {problem}")
    return not problems
