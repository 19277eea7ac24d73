"""Who works on a conversation has it alone, among processes that share a real PostgreSQL, and leaves nothing stuck."""

from __future__ import annotations

import asyncio
import multiprocessing
import os
import signal
import threading
import time
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from multiprocessing.connection import Connection

import pytest

from tests.service.postgres import Postgres
from wegwijzer.claims import Busy, Claims, ClaimsUnavailable, PostgresClaims, alone, claims_of, number_of

PATIENCE = 20.0
"""Seconds after which what does not happen will not happen."""


@pytest.fixture
def url(postgres: Postgres) -> str:
    return postgres.new_database()


def run(work: Callable[[], Awaitable[None]]) -> None:
    async def bounded() -> None:
        async with asyncio.timeout(PATIENCE):
            await work()

    asyncio.run(bounded())


def _have(url: str, key: str, tell: Connection) -> None:
    """A process that has a key until it is killed."""

    async def forever() -> None:
        async with PostgresClaims(url).hold(key):
            tell.send("have it")
            await asyncio.Event().wait()

    asyncio.run(forever())


@pytest.fixture(params=["within a process", "on PostgreSQL"])
def claims(request: pytest.FixtureRequest, url: str) -> Claims:
    return Claims() if request.param == "within a process" else PostgresClaims(url)


def test_of_many_one_has_it_and_they_go_in_the_order_in_which_they_asked(claims: Claims) -> None:
    inside, most, order = 0, 0, []

    async def one(number: int) -> None:
        nonlocal inside, most
        async with claims.hold("k"):
            inside += 1
            most = max(most, inside)
            order.append(number)
            await asyncio.sleep(0)
            inside -= 1

    run(lambda: asyncio.gather(*(one(number) for number in range(40))))  # type: ignore[arg-type, return-value]
    assert (most, order) == (1, list(range(40)))


def test_two_servers_take_turns_and_never_both(url: str) -> None:
    servers, inside, most, counts = (PostgresClaims(url), PostgresClaims(url)), 0, 0, [0, 0]

    async def one(which: int) -> None:
        nonlocal inside, most
        for _ in range(15):
            async with servers[which].hold("k"):
                inside += 1
                most = max(most, inside)
                await asyncio.sleep(0)
                inside -= 1
                counts[which] += 1

    run(lambda: asyncio.gather(one(0), one(1)))  # type: ignore[arg-type, return-value]
    assert (most, counts) == (1, [15, 15])


def test_other_keys_are_free(claims: Claims) -> None:
    async def work() -> None:
        async with claims.hold("a"), claims.hold("b"):
            return

    run(work)


def test_who_waits_too_long_hears_so_and_leaves_nothing_behind(url: str) -> None:
    here, there = PostgresClaims(url), PostgresClaims(url)

    async def work() -> None:
        async with here.hold("k"):
            with pytest.raises(Busy):
                async with there.hold("k", within=0.2):
                    pass
            with pytest.raises(Busy):
                async with here.hold("k", within=0.05):
                    pass
        async with there.hold("k", within=5):
            pass
        async with here.hold("k", within=5):
            pass

    run(work)


def test_who_is_cancelled_while_waiting_leaves_nothing_behind(url: str) -> None:
    here, there = PostgresClaims(url), PostgresClaims(url)

    async def wants() -> None:
        async with there.hold("k"):
            raise AssertionError("it is not free")

    async def work() -> None:
        async with here.hold("k"):
            waiting = asyncio.create_task(wants())
            await _until_somebody_waits(url, "k")
            waiting.cancel()
            with suppress(asyncio.CancelledError):
                await waiting
        async with here.hold("k", within=5), there.hold("other", within=5):
            pass

    run(work)


def test_a_process_that_is_killed_frees_what_it_had(url: str) -> None:
    context = multiprocessing.get_context("spawn")
    mine, theirs = context.Pipe()
    other = context.Process(target=_have, args=(url, "k", theirs))
    other.start()
    assert mine.poll(PATIENCE) and mine.recv() == "have it"
    claims = PostgresClaims(url)

    async def work() -> None:
        async def get() -> None:
            async with claims.hold("k"):
                return

        waiting = asyncio.create_task(get())
        await _until_somebody_waits(url, "k")
        assert not waiting.done()
        os.kill(int(other.pid or 0), signal.SIGKILL)
        await waiting

    try:
        run(work)
    finally:
        other.kill()
        other.join()


def test_a_database_that_is_away_is_waited_for_and_not_for_ever(postgres: Postgres, url: str) -> None:
    claims = PostgresClaims(url)

    async def work() -> None:
        async with claims.hold("before"):
            postgres.stop()
        with pytest.raises(ClaimsUnavailable):
            async with claims.hold("k", within=0.3):
                pass
        starting = asyncio.create_task(asyncio.to_thread(postgres.start))
        async with claims.hold("k"):
            pass
        await starting

    try:
        run(work)
    finally:
        if not _answers(url):
            postgres.start()


def test_what_one_has_to_do_is_done_by_one(url: str) -> None:
    inside, release = threading.Barrier(4), threading.Barrier(4)

    def one(_: int) -> bool:
        with alone(url, "purge") as mine:
            inside.wait(PATIENCE)
            release.wait(PATIENCE)
            return mine

    with ThreadPoolExecutor(4) as pool:
        assert sorted(pool.map(one, range(4))) == [False, False, False, True]
    with alone(url, "purge") as mine:
        assert mine, "it was given back"
    with alone("sqlite:///x.db", "purge") as mine:
        assert mine, "with a file there is nobody else"


def test_a_process_has_one_set_of_claims_per_database(url: str) -> None:
    assert claims_of(url) is claims_of(url)
    assert claims_of(url).shared and not claims_of("sqlite://").shared


async def _until_somebody_waits(url: str, key: str) -> None:
    """Look until PostgreSQL says that somebody waits for this key."""
    number = number_of(key) & 0xFFFFFFFFFFFFFFFF
    query = (
        "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted"
        f" AND classid = {number >> 32} AND objid = {number & 0xFFFFFFFF}"
    )
    await asyncio.to_thread(_look_until, lambda: bool(_ask(url, query)))


def _look_until(there: Callable[[], bool]) -> None:
    until = time.monotonic() + PATIENCE
    while not there():
        assert time.monotonic() < until, "it does not happen"
        time.sleep(0.02)


def _ask(url: str, query: str) -> int:
    import sqlalchemy as sa

    engine = sa.create_engine(url, future=True, poolclass=sa.pool.NullPool)
    with engine.connect() as connection:
        return int(connection.exec_driver_sql(query).scalar() or 0)


def _answers(url: str) -> bool:
    import sqlalchemy as sa

    with suppress(sa.exc.OperationalError):
        return bool(_ask(url, "SELECT 1"))
    return False
