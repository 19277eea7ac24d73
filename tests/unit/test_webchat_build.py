"""The chat of the page is built when its sources changed, with one plain sentence when it cannot be."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from wegwijzer.paths import ROOT, VAR
from wegwijzer.product.webchat import CannotBuild, build_chat, install_packages, npm

LOCK = {"name": "small", "version": "1.0.0", "lockfileVersion": 3, "packages": {"": {"name": "small", "version": "1.0.0"}}}


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A project whose chat is one file that is copied."""
    copy = "require('fs').cpSync('src/chat.js', 'dist/chat.js')"
    scripts = {"copy": f'node -e "{copy}"', "build": "npm run copy"}
    package = {"name": "small", "version": "1.0.0", "scripts": scripts}
    web = tmp_path / "web"
    (web / "src").mkdir(parents=True)
    (web / "src" / "chat.js").write_text("1", encoding="utf-8")
    (web / "package.json").write_text(json.dumps(package), encoding="utf-8")
    (web / "package-lock.json").write_text(json.dumps(LOCK), encoding="utf-8")
    for name in ("tsconfig.json", "vite.config.ts", "thema.ts"):
        (web / name).write_text("", encoding="utf-8")
    (tmp_path / "catalogue").mkdir()
    (tmp_path / "catalogue" / "helplines.yml").write_text("", encoding="utf-8")
    (tmp_path / "docs").mkdir()
    (tmp_path / "docs" / "u-vorm.md").write_text("", encoding="utf-8")
    (tmp_path / "domain.yml").write_text("", encoding="utf-8")
    (tmp_path / "console" / "static").mkdir(parents=True)
    (tmp_path / "console" / "static" / "console.css").write_text("", encoding="utf-8")
    return tmp_path


def build(project: Path) -> bool:
    return build_chat(project / "build.log", lambda step: None, project)


def test_it_is_built_once(project: Path) -> None:
    assert build(project)
    assert (project / "web" / "dist" / "chat.js").read_text(encoding="utf-8") == "1"
    assert not build(project)


@pytest.mark.parametrize(
    "name", ["web/src/chat.js", "catalogue/helplines.yml", "domain.yml", "web/thema.ts", "console/static/console.css"]
)
def test_a_changed_source_asks_for_building(project: Path, name: str) -> None:
    build(project)
    (project / name).write_text("2", encoding="utf-8")
    assert build(project)


def test_what_the_build_writes_itself_is_no_source(project: Path) -> None:
    build(project)
    (project / "web" / "src" / "gemaakt").mkdir()
    (project / "web" / "src" / "gemaakt" / "helplines.json").write_text("{}", encoding="utf-8")
    assert not build(project)


def test_a_failing_build_says_why_and_is_tried_again(project: Path) -> None:
    (project / "web" / "src" / "chat.js").unlink()
    with pytest.raises(CannotBuild, match=r"npm run build failed: .*all of it in .*build\.log"):
        build(project)
    (project / "web" / "src" / "chat.js").write_text("3", encoding="utf-8")
    assert build(project)


def test_a_broken_list_of_packages_says_why(project: Path) -> None:
    (project / "web" / "package-lock.json").write_text("{", encoding="utf-8")
    with pytest.raises(CannotBuild, match="npm ci"):
        build(project)


def test_the_own_tests_of_the_chat_pass() -> None:
    log = VAR / "log" / "web_test.log"
    install_packages(log, lambda step: None)
    npm(["test"], log)
    assert " passed" in log.read_text(encoding="utf-8")


def test_the_lock_file_names_no_host() -> None:
    assert "://" not in "".join(
        line for line in (ROOT / "web" / "package-lock.json").read_text(encoding="utf-8").splitlines() if '"resolved"' in line
    )


def test_node_comes_with_the_project(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(Path(shutil.which("sh") or "/bin/sh").parent / "nowhere"))
    npm(["--version"], project / "npm.log", project)
    assert (project / "npm.log").read_text(encoding="utf-8")[0].isdigit()
