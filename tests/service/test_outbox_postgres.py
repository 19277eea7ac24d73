"""The web chat on a real PostgreSQL: what the outbox promises on SQLite it promises here too, also with many at once."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest

from tests.service.postgres import Postgres
from wegwijzer.evaluation.echo_server import EchoServer
from wegwijzer.evaluation.faults import Report, Visitor
from wegwijzer.privacy.retention import purge_web_chat
from wegwijzer.web.contract import Answer, Refused, Said, Who
from wegwijzer.web.outbox import Outbox, OutboxUnavailable

HOUR = 3600.0


@pytest.fixture
def url(postgres: Postgres) -> str:
    return postgres.new_database()


@pytest.fixture
def box(url: str) -> Iterator[Outbox]:
    box = Outbox(url)
    box.begin("s")
    yield box
    box.close()


def said(number: int, text: str = "hoi 👩‍👧 é") -> Said:
    return Said(f"bericht-{number:04}", text, address="u")


def test_the_same_message_at_the_same_time_is_kept_once(box: Outbox) -> None:
    with ThreadPoolExecutor(8) as pool:
        taken = list(pool.map(lambda _: box.accept("s", said(1)), range(8)))
    assert sorted(taken) == [(1, False)] * 7 + [(1, True)]


def test_everybody_at_once_gets_a_number_of_their_own_and_no_gap(url: str, box: Outbox) -> None:
    others = [Outbox(url) for _ in range(3)]

    def work(number: int) -> None:
        if number % 2:
            others[number % 3].push("s", Who.COLLEAGUE, [{"text": f"collega {number}"}, {"text": f"nog eens {number}"}])
        else:
            box.accept("s", said(number))

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(work, range(30)))
    page = box.after("s")
    assert [entry.seq for entry in page.entries] == list(range(1, 46))
    assert page.last_seq == 45
    for other in others:
        other.close()


def test_an_answer_is_kept_once(box: Outbox) -> None:
    box.accept("s", said(1))
    with ThreadPoolExecutor(4) as pool:
        kept = list(pool.map(lambda _: box.finish("s", 1, Answer(({"text": "dag"},))), range(4)))
    assert sorted(kept) == [False, False, False, True]
    assert [entry.body["text"] for entry in box.after("s").entries] == [said(1).text, "dag"]
    assert box.next_waiting("s") is None


def test_wiping_in_the_talk_and_erasing_leave_nothing(box: Outbox) -> None:
    box.accept("s", said(1))
    box.finish("s", 1, Answer(({"text": "dag"},)))
    box.accept("s", said(2))
    box.finish("s", 3, Answer(({"text": "gewist"},), forget=True))
    assert [entry.body for entry in box.after("s").entries] == [{"cleared_up_to": 3}, {"text": "gewist"}]
    assert box.end("s")
    with pytest.raises(Refused):
        box.after("s")
    assert box.unfinished() == ([], ["s"])
    box.erase("s")
    assert box.unfinished() == ([], [])


def test_old_conversations_go_and_others_stay(url: str) -> None:
    old = Outbox(url, clock=lambda: 1_000.0)
    old.begin("oud")
    new = Outbox(url)
    new.begin("nieuw")
    assert purge_web_chat(url, 24) == 1
    assert (new.knows("oud"), new.knows("nieuw")) == (False, True)
    old.close()
    new.close()


def test_many_start_at_once_on_an_empty_database(url: str) -> None:
    with ThreadPoolExecutor(6) as pool:
        for box in pool.map(lambda _: Outbox(url), range(6)):
            box.close()


def test_a_server_that_is_away_is_said_without_its_password() -> None:
    with pytest.raises(OutboxUnavailable) as caught:
        Outbox("postgresql://chat:geheim@127.0.0.1:1/chat", timeout=2)
    assert "geheim" not in str(caught.value)


def test_conversations_over_http_with_broken_lines_and_a_killed_server(url: str) -> None:
    server = EchoServer(url, "een-heel-lang-geheim-van-deze-test-0123")
    report = Report()

    async def talk() -> None:
        async def one(number: int) -> None:
            async with httpx.AsyncClient(base_url=server.address, timeout=10, trust_env=False) as client:
                chance = random.Random(number)  # noqa: S311 - no secret
                await Visitor(f"gesprek{number:04}", client, chance, report, echo=True).talk()

        async def kill() -> None:
            await asyncio.sleep(0.3)
            await asyncio.to_thread(server.kill)
            await asyncio.to_thread(server.start)

        await asyncio.gather(kill(), *(one(number) for number in range(4)))

    server.start()
    try:
        asyncio.run(talk())
    finally:
        server.kill()
    assert report.problems == []
    assert report.counts["conversations"] == 4
