"""Which part does not answer is named, without a word more; asking often costs little and never hangs."""

from __future__ import annotations

import asyncio
import json
import sqlite3
import threading
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import httpx
import pytest
import sqlalchemy as sa
from sanic import Sanic, response
from sanic.response import HTTPResponse

from actions.server import probe
from channels.absent import stand_in
from tests.desk import serving
from wegwijzer.product.processes import free_ports
from wegwijzer.storage import Database
from wegwijzer.watching.readiness import NotThere, Readiness, Report, UnknownPart

stand_in()

from channels.health import HealthInput  # noqa: E402

METADATA = sa.MetaData()
SECRET = "een-wachtwoord-in-een-adres"


def fine() -> None:
    return None


def refused() -> None:
    raise NotThere("not loaded")


def broken() -> None:
    raise ConnectionError(f"postgresql://wegwijzer:{SECRET}@10.0.0.7/gesprekken does not answer")


def look(**parts: Callable[[], None]) -> Report:
    return Readiness({name: lambda ask=ask: {"": ask} for name, ask in parts.items()}).look()  # type: ignore[misc]


def test_all_parts_that_answer_make_it_ready() -> None:
    report = look(model=fine, database=fine)
    assert (report.status, report.as_json()) == (200, {"status": "ready", "parts": {"model": "ok", "database": "ok"}})


def test_the_part_that_does_not_answer_is_named_without_its_address_or_its_password() -> None:
    report = look(model=refused, database=broken, actions=fine)
    assert report.status == 503
    assert report.parts == {"model": "not loaded", "database": "no answer", "actions": "ok"}
    assert SECRET not in json.dumps(report.as_json())


def test_of_many_databases_the_one_that_is_away_is_named() -> None:
    databases = {"web": fine, "handover": broken, "conversations": broken}
    assert Readiness({"database": lambda: databases}).look().parts == {"database": "no answer: conversations, handover"}


def test_only_the_parts_that_are_asked_for_count() -> None:
    readiness = Readiness({"model": lambda: {"": fine}, "actions": lambda: {"": broken}})
    assert readiness.look(["model"]).status == 200
    assert readiness.look(["actions"]).status == 503
    with pytest.raises(UnknownPart, match="actions, model"):
        readiness.look(["model", "iets"])


def test_what_hangs_is_said_in_time_and_not_asked_again_until_it_spoke() -> None:
    let_go, asked = threading.Event(), []

    def hangs() -> None:
        asked.append(1)
        let_go.wait(30)

    readiness = Readiness({"database": lambda: {"web": hangs}}, patience=0.05, fresh=0.0)
    for _ in range(5):
        assert readiness.look().parts == {"database": "no answer: web"}
        assert asyncio.run(readiness.look_soon()).parts == {"database": "no answer: web"}
    assert len(asked) == 1
    let_go.set()
    assert any(readiness.look().ready for _ in range(200)), "once it answers, that is seen"


def test_who_knocks_often_makes_it_ask_once_in_a_while() -> None:
    now, asked = [0.0], []
    readiness = Readiness({"database": lambda: {"": lambda: asked.append(1)}}, fresh=1.0, clock=lambda: now[0])
    for _ in range(50):
        readiness.look()
    assert len(asked) == 1
    now[0] = 1.5
    readiness.look()
    assert len(asked) == 2


class Away(Exception):
    """For the database of this test."""


def test_a_database_says_whether_it_works(tmp_path: Path) -> None:
    file = tmp_path / "web.db"
    database = Database(f"sqlite:///{file}", METADATA, setting="WEB_DATABASE_URL", failure=Away, timeout=0.1)
    assert database.name == "web"
    database.answers()
    database.engine.dispose()
    file.write_bytes(b"dit is geen database" * 100)
    with pytest.raises(Away):
        database.answers()
    database.close()


# --------------------------------------------------------------------------- over HTTP


class Agent:
    """As much of Rasa's agent as is asked."""

    def __init__(self, file: Path) -> None:
        self.loaded = True
        engine = sa.create_engine(f"sqlite:///{file}", future=True)
        self.tracker_store = SimpleNamespace(_tracker_store=SimpleNamespace(engine=engine))

    def is_ready(self) -> bool:
        return self.loaded


async def hears(message: object) -> None:
    """Nobody talks through this channel."""


async def alive(request: object) -> HTTPResponse:
    return response.json({})


def served(app: Sanic) -> Any:
    port = free_ports(1)[0]
    return serving(app, port), f"http://127.0.0.1:{port}"


def ask(address: str, path: str = "/ready") -> tuple[int, Any]:
    answer = httpx.get(f"{address}{path}", trust_env=False)
    return answer.status_code, answer.json()


def test_the_server_of_rasa_names_its_parts_one_by_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("wegwijzer.watching.readiness.open_databases", lambda: [])
    file = tmp_path / "tracker.db"
    sqlite3.connect(file).close()
    agent = Agent(file)
    actions = Sanic("actions_that_are_asked", configure_logging=False)
    probe(actions)
    actions.add_route(alive, "/health")
    rasa = Sanic("rasa_that_is_asked", configure_logging=False)
    rasa.blueprint(HealthInput(fresh=0.0).blueprint(hears), url_prefix="/")
    there, webhook = served(actions)
    running, address = served(rasa)
    with running:
        assert ask(address, "/health") == (503, {"status": "starting"})
        rasa.ctx.agent = agent
        monkeypatch.delenv("ACTION_ENDPOINT_URL", raising=False)
        assert ask(address)[1]["parts"] == {"model": "ok", "database": "ok", "actions": "not set"}
        monkeypatch.setenv("ACTION_ENDPOINT_URL", f"{webhook}/webhook")
        assert ask(address)[1]["parts"]["actions"] == "no answer"
        assert ask(address, "/ready?part=model&part=database")[0] == 200, "who shows helplines goes on getting messages"
        with there:
            assert ask(address) == (200, {"status": "ready", "parts": {"model": "ok", "database": "ok", "actions": "ok"}})
            agent.loaded = False
            assert ask(address)[1]["parts"]["model"] == "not loaded"
            assert ask(address, "/health")[0] == 503
            agent.loaded = True
            agent.tracker_store._tracker_store.engine.dispose()
            file.write_bytes(b"stuk" * 1000)
            assert ask(address) == (
                503,
                {"status": "not ready", "parts": {"model": "ok", "database": "no answer: conversations", "actions": "ok"}},
            )
            assert ask(address, "/health")[0] == 200, "a server that waits for its database is not started again"
        assert ask(address, "/ready?part=geheim")[0] == 400
