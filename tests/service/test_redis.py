"""Rings and limits that servers share, through a real Redis that may go away; and what Redis gets to see of a conversation."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

import redis as client

from tests.service.machines import WITHIN, Redis
from wegwijzer.web.limits import RateLimit
from wegwijzer.web.ringing import LOOK_EVERY_WITH_REDIS, SharedBell
from wegwijzer.web.shared_limits import SharedLimit, limit_of
from wegwijzer.web.turns import Bell

SECRET = "een-heel-lang-geheim-van-deze-test-0123"
SESSION = "anna-met-haar-eigen-naam"


def run(work: Callable[[], Awaitable[None]]) -> None:
    async def bounded() -> None:
        async with asyncio.timeout(WITHIN):
            await work()

    asyncio.run(bounded())


@asynccontextmanager
async def counting(*limits: SharedLimit) -> AsyncIterator[None]:
    try:
        yield
    finally:
        for limit in limits:
            await limit.close()


@asynccontextmanager
async def ringing(*bells: SharedBell) -> AsyncIterator[None]:
    tasks = [asyncio.create_task(bell.run()) for bell in bells]
    try:
        for bell in bells:
            await connected(bell)
        yield
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def connected(bell: SharedBell, really: bool = True) -> None:
    """Wait until it is, or until it is not: somebody who listens is rung for both."""
    heard = bell.listen("who looks")
    while bell.connected is not really:
        await heard.wait()
        heard.clear()
    bell.stop("who looks", heard)


def test_what_rings_on_one_server_is_heard_on_another_and_nowhere_else(redis: Redis) -> None:
    here, there = SharedBell(redis.url, SECRET), SharedBell(redis.url, SECRET)

    async def work() -> None:
        async with ringing(here, there):
            mine, other = there.listen(SESSION), there.listen("bram")
            here.ring(SESSION)
            await mine.wait()
            assert not other.is_set()

    run(work)


def test_redis_sees_no_name_of_a_conversation_and_no_address(redis: Redis) -> None:
    bell, limit = SharedBell(redis.url, SECRET), SharedLimit(redis.url, SECRET, "say", 5, 60.0)
    watching = client.from_url(redis.url)
    seen = []

    async def work() -> None:
        async with ringing(bell), counting(limit):
            with watching.monitor() as monitor:
                bell.ring(SESSION)
                assert await limit.admits("192.0.2.17")
                wanted = {"PUBLISH", "HSET"}
                for command in monitor.listen():
                    seen.append(command["command"])
                    wanted -= {word for word in wanted if word in command["command"].upper()}
                    if not wanted:
                        return

    run(work)
    watching.close()
    assert not any(SESSION in command or "192.0.2.17" in command or SECRET in command for command in seen)


def test_a_redis_that_dies_makes_everybody_look_by_themselves_until_it_is_back(redis: Redis) -> None:
    here, there = SharedBell(redis.url, SECRET), SharedBell(redis.url, SECRET)

    async def work() -> None:
        async with ringing(here, there):
            assert here.look_every == LOOK_EVERY_WITH_REDIS > Bell.look_every
            mine = there.listen(SESSION)
            await asyncio.to_thread(redis.kill)
            await mine.wait()
            await connected(there, really=False)
            assert there.look_every == Bell.look_every
            here.ring(SESSION)  # into the void, and no harm done
            await asyncio.to_thread(redis.start)
            await asyncio.gather(connected(here), connected(there))
            mine.clear()
            here.ring(SESSION)
            await mine.wait()

    run(work)


def test_a_limit_counts_for_all_servers_together(redis: Redis) -> None:
    servers = [SharedLimit(redis.url, SECRET, "say", 4, 3600.0) for _ in range(2)]

    async def work() -> None:
        async with counting(*servers):
            admitted = [await servers[number % 2].admits("a") for number in range(6)]
            assert admitted == [True] * 4 + [False] * 2
            assert await servers[0].admits("b")

    run(work)
    with client.from_url(redis.url) as looking:
        keys = looking.keys()
        assert len(keys) == 2 and all(looking.ttl(key) > 0 for key in keys), "they go by themselves"


def test_a_bucket_is_whole_again_after_its_time(redis: Redis) -> None:
    limit = SharedLimit(redis.url, SECRET, "say", 2, 0.2)

    async def work() -> None:
        async with counting(limit):
            assert any([not await limit.admits("a") for _ in range(20)])
            assert any([await limit.admits("a") for _ in range(2000)])

    run(work)


def test_without_redis_a_limit_counts_here_and_asks_again_later(redis: Redis) -> None:
    now = [0.0]
    limit = SharedLimit(redis.url, SECRET, "say", 2, 3600.0, clock=lambda: now[0])
    redis.kill()

    async def work() -> None:
        async with counting(limit):
            assert [await limit.admits("a") for _ in range(3)] == [True, True, False]
            await asyncio.to_thread(redis.start)
            assert not await limit.admits("a"), "it is left alone for a while"
            now[0] += 60
            assert await limit.admits("a"), "another count, in Redis"

    run(work)


def test_without_a_setting_nothing_is_shared() -> None:
    assert isinstance(limit_of("", SECRET, "say", 1, 1.0), RateLimit)
