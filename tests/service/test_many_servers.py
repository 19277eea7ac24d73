"""Two servers of the web chat behind nginx, on one PostgreSQL and one Redis, and each of these taken away in turn.

The line, the database, Redis and nginx (with the configuration of ``deploy/nginx/``) are the real ones; the bot only repeats.
"""

from __future__ import annotations

import asyncio
import json
import random
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest

from channels.echo import SLOWLY
from tests.service.machines import WITHIN, Nginx, Redis, nginx_program, until
from tests.service.postgres import Postgres
from wegwijzer.evaluation.echo_server import MODULE, EchoServer
from wegwijzer.evaluation.faults import Report, Visitor

SECRET = "een-heel-lang-geheim-van-deze-test-0123"
NUMBER = "06-12345678"


@dataclass
class House:
    """Everything, with one address in front."""

    servers: tuple[EchoServer, EchoServer]
    nginx: Nginx
    redis: Redis
    heard_file: Path

    def heard(self) -> list[tuple[str, str]]:
        """What the bots heard, in order, with the conversation."""
        lines = self.heard_file.read_text(encoding="utf-8").splitlines() if self.heard_file.exists() else []
        return [tuple(json.loads(line)) for line in lines]

    def talk(self, people: int, meanwhile: Callable[[], None] = lambda: None) -> Report:
        """So many conversations at the same time through nginx, one after the other for as long as something happens."""
        report, over = Report(), threading.Event()

        async def one(number: int) -> None:
            limits = httpx.Limits(max_keepalive_connections=0)
            async with httpx.AsyncClient(base_url=self.nginx.chat, timeout=10, limits=limits, trust_env=False) as client:
                chance = random.Random(number)  # noqa: S311 - no secret
                await Visitor(f"gesprek{number:04}", client, chance, report, echo=True).talk()

        async def one_after_the_other(number: int) -> None:
            await one(number)
            while not over.is_set():
                number += people
                await one(number)

        def happens() -> None:
            try:
                meanwhile()
            finally:
                over.set()

        async def everybody() -> None:
            await asyncio.gather(asyncio.to_thread(happens), *(one_after_the_other(number) for number in range(people)))

        asyncio.run(everybody())
        return report

    def under_way(self, messages: int) -> None:
        """Wait until so much was heard: then it is busy."""
        already = len(self.heard())
        until(lambda: len(self.heard()) >= already + messages, "nothing is heard")


@contextmanager
def house(folder: Path, database: str, redis: Redis, module: str = MODULE, **options: Any) -> Iterator[House]:
    """Two servers that share all there is to share."""
    if nginx_program() is None:
        pytest.skip("nginx is not installed here")
    heard = folder / "heard"
    first, second = (
        EchoServer(database, SECRET, module, redis=redis.url, proxies=1, heard=str(heard), **options) for _ in range(2)
    )
    nginx = Nginx(folder, [server.address.removeprefix("http://") for server in (first, second)])
    with ExitStack() as stack:
        for server in (first, second):
            stack.callback(server.kill)
            server.start()
        stack.callback(nginx.stop)
        nginx.start()
        yield House((first, second), nginx, redis, heard)


@pytest.fixture
def home(postgres: Postgres, redis: Redis, tmp_path: Path) -> Iterator[House]:
    with house(tmp_path, postgres.new_database(), redis) as one:
        yield one


def promised(report: Report, people: int) -> None:
    assert report.problems == []
    assert report.counts["conversations"] >= people
    assert 2 * report.counts["messages"] == report.counts["replies"]


# ---------------------------------------------------------------------- nothing lost, doubled or swapped


def test_of_thirty_people_at_once_each_is_answered_once_and_in_order_and_the_bot_hears_once(home: House) -> None:
    promised(home.talk(30), 30)
    heard = home.heard()
    assert [text for text, times in Counter(heard).items() if times > 1] == []
    by_person: dict[str, list[int]] = {}
    for person, text in heard:
        by_person.setdefault(person, []).append(int(text.split()[2]))
    assert len(by_person) >= 30
    assert all(numbers == sorted(numbers) for numbers in by_person.values())


def test_without_claims_this_would_be_found_out(postgres: Postgres, redis: Redis, tmp_path: Path) -> None:
    module = "tests.service.web_server_without_claims"
    with house(tmp_path, postgres.new_database(), redis, module, slowest=0.2) as home:
        home.talk(4)
        assert max(Counter(home.heard()).values()) > 1


def test_a_server_that_is_killed_in_the_middle_loses_nothing(home: House) -> None:
    def kill() -> None:
        for server in home.servers:
            home.under_way(5)
            server.kill()
            server.start()

    promised(home.talk(3, kill), 3)


def test_a_rolling_restart_loses_nothing_and_the_bot_hears_everything_once(home: House) -> None:
    def restart() -> None:
        for server in home.servers:
            home.under_way(5)
            server.stop()
            server.start()

    promised(home.talk(3, restart), 3)
    assert [text for text, times in Counter(home.heard()).items() if times > 1] == []


def test_redis_that_is_killed_makes_nothing_get_lost(home: House) -> None:
    def kill() -> None:
        home.under_way(5)
        home.redis.kill()
        home.under_way(5)
        home.redis.start()

    promised(home.talk(3, kill), 3)


def test_postgresql_that_starts_again_makes_nothing_get_lost(home: House, postgres: Postgres) -> None:
    def restart() -> None:
        home.under_way(5)
        postgres.stop()
        postgres.start()

    promised(home.talk(3, restart), 3)


# ---------------------------------------------------------------------- one person, two servers


class Browser:
    """One browser that talks to one server and then to another."""

    def __init__(self, home: House) -> None:
        self._servers = home.servers
        self.client = httpx.Client(timeout=WITHIN, trust_env=False)
        assert self.client.post(f"{home.servers[0].address}/web/session", json={}).status_code == 200
        self.sent = 0

    def says(self, server: int, text: str) -> None:
        self.sent += 1
        body = {"id": f"bericht-{self.sent:04}", "text": text}
        assert self.client.post(f"{self._servers[server].address}/web/messages", json=body).status_code == 202

    def history(self, server: int) -> dict[str, Any]:
        found: dict[str, Any] = self.client.get(f"{self._servers[server].address}/web/history").json()
        return found

    def answers(self, server: int) -> list[str]:
        """What the bot said, once nothing waits any more."""
        until(lambda: not self.history(server)["waiting"], "there is no answer")
        return [entry["text"] for entry in self.history(server)["messages"] if entry["who"] == "bot"]


@pytest.fixture
def browser(home: House) -> Iterator[Browser]:
    browser = Browser(home)
    yield browser
    browser.client.close()


def echoes(*texts: str) -> list[str]:
    return [f"{when} {text}" for text in texts for when in ("eerst", "dan")]


def test_what_is_said_to_one_server_is_heard_on_a_line_to_the_other(home: House, browser: Browser) -> None:
    heard: list[str] = []
    there = threading.Event()

    def listen() -> None:
        with browser.client.stream("GET", f"{home.servers[1].address}/web/events") as line:
            for text in line.iter_lines():
                if text.startswith("retry:"):
                    there.set()
                elif text.startswith("data: ") and '"text"' in text:
                    heard.append(json.loads(text.removeprefix("data: "))["text"])
                if len(heard) == 3:
                    return

    listening = threading.Thread(target=listen)
    listening.start()
    assert there.wait(WITHIN)
    browser.says(0, "een")
    listening.join(WITHIN)
    assert heard == ["een", *echoes("een")]


def test_quick_messages_to_both_servers_in_turn_are_answered_in_order_with_the_words_as_they_were_typed(browser: Browser) -> None:
    said = [f"{number} mijn nummer is {NUMBER}" for number in range(8)]
    for number, text in enumerate(said):
        browser.says(number % 2, text)
    assert browser.answers(0) == echoes(*said)
    kept = [entry["text"] for entry in browser.history(1)["messages"] if entry["who"] == "you"]
    assert not any(NUMBER in text for text in kept), "nobody else has those words"


def test_what_a_killed_server_took_is_answered_by_the_other_with_the_words_that_were_kept(home: House, browser: Browser) -> None:
    browser.says(0, f"{SLOWLY} een")
    browser.says(0, f"mijn nummer is {NUMBER}")
    until(lambda: bool(home.heard()), "it is not heard")
    home.servers[0].kill()
    first, _, then, _ = browser.answers(1)
    assert first == f"eerst {SLOWLY} een"
    assert then.startswith("eerst mijn nummer is") and NUMBER not in then


def test_erasing_on_one_server_waits_for_what_the_other_says_and_leaves_nothing(home: House, browser: Browser) -> None:
    browser.says(0, f"{SLOWLY} een")
    until(lambda: bool(home.heard()), "it is not heard")
    assert browser.client.delete(f"{home.servers[1].address}/web/session").status_code == 204
    for server in home.servers:
        assert browser.client.get(f"{server.address}/web/history").status_code == 401


# ---------------------------------------------------------------------- nginx


def test_only_what_is_for_everybody_goes_through_nginx(home: House) -> None:
    with httpx.Client(base_url=home.nginx.chat, trust_env=False) as client:
        assert client.get("/web/history").status_code == 401
        for path in ("/status", "/conversations/x/tracker", "/webhooks/rest/webhook", "/model", "/health"):
            assert client.get(path).status_code == 404, path


def test_the_address_that_nginx_saw_counts_and_not_one_that_is_made_up(postgres: Postgres, redis: Redis, tmp_path: Path) -> None:
    with house(tmp_path, postgres.new_database(), redis, begin=(4, 3600.0)) as home:
        statuses = [
            httpx.post(f"{home.nginx.chat}/web/session", json={}, headers={"X-Forwarded-For": f"10.0.0.{n}"}, trust_env=False)
            for n in range(6)
        ]
        assert [answer.status_code for answer in statuses] == [200] * 4 + [429] * 2, "counted for both servers together"
