"""A small run of ``wegwijzer fuzz`` on every entrance, and proof that it would see what it looks for."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml
from sanic import Sanic, response
from sanic.request import Request

from console.app import PROBES, ROUTES
from tests.desk import serving
from wegwijzer.evaluation.fuzz.http import BELOW, OPENAPI, Target, sings
from wegwijzer.evaluation.fuzz.report import CANARY, Entrance
from wegwijzer.evaluation.fuzz.run import NAMES, run
from wegwijzer.product.processes import free_ports

EXAMPLES, SEED = 1, 20


AT_ONE_SERVER = ("rest", "web", "page")
GROUPS = (AT_ONE_SERVER, *((name,) for name in NAMES if name not in (*AT_ONE_SERVER, "console")))


@pytest.mark.parametrize("names", GROUPS, ids="-".join)
def test_nothing_made_up_breaks_an_entrance(names: tuple[str, ...]) -> None:
    entrances = run(EXAMPLES, SEED, lambda *_: None, names)
    assert tuple(one.name for one in entrances) == names
    for entrance in entrances:
        assert entrance.tried >= EXAMPLES
        assert not entrance.problems


def test_nothing_made_up_breaks_the_console() -> None:
    (entrance,) = run(1, SEED, lambda *_: None, ("console",))
    assert entrance.tried > len(ROUTES)
    assert not entrance.problems


# --------------------------------------------------------------------------- it would see it


@pytest.fixture(scope="module")
def bad() -> Iterator[str]:
    app = Sanic("bad_on_purpose", configure_logging=False)

    async def breaks(request: Request) -> response.HTTPResponse:
        return response.text('Traceback (most recent call last):\n  File "x.py"', 500)

    async def bare(request: Request) -> response.HTTPResponse:
        return response.text("fine")

    app.add_route(breaks, "/breaks")
    app.add_route(bare, "/bare")
    port = free_ports(1)[0]
    with serving(app, port):
        yield f"http://127.0.0.1:{port}"


@pytest.mark.parametrize(
    ("path", "kinds"), [("/breaks", {"error of ours", "inside shown", "headers missing"}), ("/bare", {"headers missing"})]
)
def test_a_server_that_breaks_is_seen(bad: str, path: str, kinds: set[str]) -> None:
    entrance = Entrance("bad")
    target = Target(entrance, bad, lambda request: request)
    target.ask({"method": "GET", "path": path})
    target.close()
    assert {problem.partition(":")[0] for problem in entrance.problems} == kinds


def test_a_server_that_is_not_there_is_seen() -> None:
    entrance = Entrance("gone")
    target = Target(entrance, f"http://127.0.0.1:{free_ports(1)[0]}", lambda request: request)
    target.ask({"method": "GET", "path": "/"})
    target.close()
    assert entrance.wrongs == 1


def test_what_was_said_is_found_in_a_log(tmp_path: Path) -> None:
    (tmp_path / "x.log").write_text(f"ERROR iets met {CANARY} erin\n", encoding="utf-8")
    entrance = Entrance("x")
    sings(entrance, tmp_path)
    assert entrance.wrongs == 1


# --------------------------------------------------------------------------- the description is true


def described() -> set[tuple[str, str]]:
    raw = yaml.safe_load(OPENAPI.read_text(encoding="utf-8"))
    return {(method.upper(), path) for path, item in raw["paths"].items() for method in item}


def test_the_description_has_every_route_of_the_console_and_no_other() -> None:
    real = {(method, BELOW + re.sub(r"<(\w+):\w+>", r"{\1}", path)) for method, path, _, _ in ROUTES}
    real |= {("GET", BELOW + path) for path in PROBES}
    assert {one for one in described() if one[1].startswith(BELOW)} == real
