"""A short soak test of the really running product: residents talk while its servers are killed and stand still."""

from __future__ import annotations

import json
import os
import signal
import sqlite3
import time
from collections.abc import Mapping
from contextlib import ExitStack, closing
from pathlib import Path
from typing import Any

import httpx
import sqlalchemy as sa

from tests.running import settings_in
from tests.service.machines import WITHIN, until
from wegwijzer.domain_texts import response_text
from wegwijzer.evaluation.soak.ledger import Ledger
from wegwijzer.evaluation.soak.product import EMBEDDED, SORRY, House, house
from wegwijzer.evaluation.soak.run import soak
from wegwijzer.product.processes import READY_WITHIN
from wegwijzer.settings import Settings
from wegwijzer.web.cookie import COOKIE, Signer

FAULTS = ("kill -9 Rasa server", "kill -9 action server", "slow action server")


def test_nothing_is_lost_or_doubled_while_servers_are_killed_and_stand_still(model: Path, tmp_path: Path) -> None:
    def settings_of(more: Mapping[str, str]) -> Settings:
        return settings_in(tmp_path, model, **more)

    ledger = soak(settings_of, seconds=0, residents=4, seed=149, database=EMBEDDED, log=tmp_path / "log", only=FAULTS)
    assert ledger.problems == []
    assert sorted(fault.name for fault in ledger.faults) == sorted(FAULTS)
    assert ledger.counts["messages_in"] > 10 and ledger.counts["answers_out"] >= ledger.counts["messages_in"]
    assert ledger.counts["lost"] == ledger.counts["doubled"] == 0


def test_a_message_that_was_heard_just_before_a_kill_is_answered_and_not_heard_again(model: Path, tmp_path: Path) -> None:
    """The turn is in the database of the conversations and cannot get into that of the web chat; then the server is killed."""
    said = {"id": "bericht-0001", "text": "ik voel me alleen"}
    with house(lambda more: settings_in(tmp_path, model, **more), EMBEDDED, tmp_path / "log") as here, ExitStack() as stack:
        actions, rasa = here.parts["action server"].process, here.parts["Rasa server"].process
        assert actions is not None and rasa is not None
        client = stack.enter_context(httpx.Client(base_url=here.address, timeout=WITHIN, trust_env=False))
        assert client.post("/web/session", json={}).status_code == 200
        session = Signer(here.settings.web_secret).session(client.cookies.get(COOKIE))

        os.killpg(actions.pid, signal.SIGSTOP)  # until the message is taken and the way back is closed
        assert client.post("/web/messages", json=said).status_code == 202
        closed = sqlite3.connect(str(sa.engine.make_url(here.settings.web_database).database), isolation_level=None)
        closed.execute("BEGIN IMMEDIATE")
        os.killpg(actions.pid, signal.SIGCONT)
        until(lambda: said["id"] in heard(here, session), "the bot does not hear it")
        os.killpg(rasa.pid, signal.SIGKILL)
        rasa.wait()
        closed.execute("ROLLBACK")
        closed.close()

        wait_until_ready_again(here)
        until(lambda: not history(client)["waiting"], "it is not answered")
        ledger = Ledger()
        ledger.conversation("kill", [said["id"]], history(client)["messages"], events(here, session), response_text(SORRY))
        assert ledger.problems == []
        assert ledger.counts["answers_out"] > 0 and ledger.counts["kind_sentences"] == 0


def events(here: House, session: str | None) -> list[dict[str, Any]]:
    url = f"{here.address}/conversations/{session}/tracker"
    answer = httpx.get(url, params={"include_events": "ALL"}, headers=here.headers, timeout=WITHIN, trust_env=False)
    found: list[dict[str, Any]] = answer.json()["events"]
    return found


def heard(here: House, session: str | None) -> list[str]:
    """The ids of the messages that are in the database of the conversations."""
    with closing(sqlite3.connect(here.settings.tracker_db)) as database:
        rows = database.execute("SELECT data FROM events WHERE sender_id = ? AND type_name = 'user'", (session,))
        return [json.loads(data)["message_id"] for (data,) in rows]


def history(client: httpx.Client) -> dict[str, Any]:
    found: dict[str, Any] = client.get("/web/history").json()
    return found


def wait_until_ready_again(here: House) -> None:
    deadline = time.monotonic() + READY_WITHIN
    while not all(part.ready() for part in here.parts.values()):
        assert time.monotonic() < deadline, "it does not come back"
        time.sleep(0.1)
