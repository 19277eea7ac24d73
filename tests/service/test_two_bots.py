"""The real bot twice, with two action servers, on one PostgreSQL and one Redis behind nginx: one conversation over both."""

from __future__ import annotations

import asyncio
import os
import signal
import uuid
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.conversation.test_web_chat import Visitor
from tests.running import settings_in
from tests.service.machines import Nginx, Redis, nginx_program, until
from tests.service.postgres import Postgres
from tests.service.test_shared_database import OWN
from wegwijzer.evaluation.bot import PATIENCE, Bot
from wegwijzer.handover.assembly import bringer_of, store_of
from wegwijzer.handover.models import Said, Who
from wegwijzer.handover.runner import Conversations as Api
from wegwijzer.handover.runner import bring_all
from wegwijzer.privacy.conversations import Conversations
from wegwijzer.product.processes import Part, action_server, rasa_server, wait_until_ready
from wegwijzer.settings import Settings


@dataclass
class Bots:
    """Two of each, with what stands before them."""

    settings: tuple[Settings, Settings]
    servers: tuple[Part, Part]
    action_servers: tuple[Part, Part]
    nginx: Nginx

    def kill(self, part: Part) -> None:
        assert part.process is not None
        os.killpg(part.process.pid, signal.SIGKILL)
        part.process.wait()

    def tracker(self, which: int, conversation: str) -> list[dict[str, Any]]:
        bot = self.settings[which]
        answer = httpx.get(
            f"{bot.rasa_url}/conversations/{conversation}/tracker", params={"include_events": "ALL"},
            headers={"Authorization": f"Bearer {bot.token}"}, timeout=PATIENCE, trust_env=False,
        )  # fmt: skip
        found: list[dict[str, Any]] = answer.json()["events"]
        return found


@pytest.fixture(scope="module")
def bots(model: Path, postgres: Postgres, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bots]:
    if nginx_program() is None:
        pytest.skip("nginx is not installed here")
    folder, redis = tmp_path_factory.mktemp("bots"), Redis()
    shared = {**dict.fromkeys(OWN, ""), "DATABASE_URL": postgres.new_database(), "REDIS_URL": redis.url, "PROXIES_COUNT": "1"}
    shared |= {"DESK_HOURS": "24/7"}
    ours = [settings_in(folder, model, **shared) for _ in range(2)]
    nginx = Nginx(
        folder, [f"127.0.0.1:{one.rasa_port}" for one in ours], actions=[f"127.0.0.1:{one.action_port}" for one in ours]
    )
    ours = [Settings.from_environment({**os.environ, **one.as_environment(), "ACTION_URL": nginx.actions}) for one in ours]
    servers, actions = [rasa_server(one) for one in ours], [action_server(one) for one in ours]
    with ExitStack() as stack:
        stack.callback(redis.kill)
        redis.start()
        stack.callback(nginx.stop)
        nginx.start()
        for number, one in enumerate(ours):
            for part in (actions[number], servers[number]):
                stack.callback(part.stop)
                part.start(one, folder / f"log{number}" / f"{part.name.replace(' ', '_').lower()}.log")
        wait_until_ready([*actions, *servers], folder)
        yield Bots((ours[0], ours[1]), (servers[0], servers[1]), (actions[0], actions[1]), nginx)


@pytest.fixture
def visitor(bots: Bots) -> Iterator[Visitor]:
    limits = httpx.Limits(max_keepalive_connections=0)
    with httpx.Client(base_url=bots.nginx.chat, timeout=PATIENCE, limits=limits, trust_env=False) as client:
        assert client.post("/web/session", json={}).status_code == 200
        yield Visitor(Bot(bots.settings[0]), client)


def test_one_conversation_over_both_servers_is_one_conversation(bots: Bots, visitor: Visitor) -> None:
    assert "Klopt dat?" in visitor.says("mijn man is overleden", welcomed=True)[-1]["text"]
    assert visitor.says("ja")
    here, there = (bots.tracker(number, visitor.session) for number in range(2))
    assert here == there
    assert [event["text"] for event in here if event["event"] == "user"] == ["mijn man is overleden", "ja"]


def test_quick_messages_are_heard_in_the_order_in_which_they_were_sent(bots: Bots, visitor: Visitor) -> None:
    said = ["mijn man is overleden", "ja", "sla over", "wie leest dit?", "sla over"]
    for text in said:
        assert visitor.client.post("/web/messages", json={"id": str(uuid.uuid4()), "text": text}).status_code == 202
    until(lambda: not visitor.history()["waiting"], "no answer")
    assert [event["text"] for event in bots.tracker(0, visitor.session) if event["event"] == "user"] == said


def test_what_a_colleague_says_is_brought_once_whichever_server_brings_it(bots: Bots, visitor: Visitor) -> None:
    for text in ("mens", "Ja, dat mag"):
        visitor.says(text)
    store = store_of(bots.settings[0])
    request = store.open_request(visitor.session)
    assert request is not None
    store.take(request.id, "jan")
    for number in range(5):
        store.append(request.id, Said(Who.COLLEAGUE, f"regel {number}", client_id=str(uuid.uuid4()), author="jan"))

    async def both() -> None:
        async with httpx.AsyncClient(timeout=PATIENCE, trust_env=False) as client:
            apis = [Api(one.rasa_url, one.token, client) for one in bots.settings]
            while store.behind("resident", visitor.session):
                await asyncio.gather(*(bring_all(bringer_of(bots.settings[0], store), api) for api in apis))

    asyncio.run(both())
    heard = [entry["text"] for entry in visitor.history()["messages"] if entry["who"] == "colleague"]
    store.close()
    assert heard == [f"regel {number}" for number in range(5)]


def test_a_server_and_an_action_server_that_are_killed_are_not_missed_and_erasing_erases(bots: Bots, visitor: Visitor) -> None:
    session = visitor.session
    visitor.says("mijn man is overleden")
    bots.kill(bots.servers[0])
    bots.kill(bots.action_servers[0])
    said = visitor.says("ja")
    assert said and all("gaat bij mij" not in entry.get("text", "") for entry in said)
    slots = {event["name"]: event["value"] for event in bots.tracker(1, session) if event["event"] == "slot"}
    assert slots["haltes"][:1] == ["verlies"] and slots["klopt"] == "ja", "what the first server heard is known"
    conversations = Conversations(bots.settings[1].tracker_database)
    assert conversations.count(session) > 0
    assert visitor.client.delete("/web/session").status_code == 204
    assert conversations.count(session) == 0
