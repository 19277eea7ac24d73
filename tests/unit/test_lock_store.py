"""Rasa's lock per conversation: in order, without waiting for a next look, and with an end to waiting."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from typing import Any

import pytest
from rasa.core.lock_store import LockError, LockStore
from rasa.utils.endpoints import EndpointConfig

from channels.lock_store import FairLockStore
from wegwijzer.claims import claims_of


@pytest.fixture
def store() -> Iterator[LockStore]:
    claims_of.cache_clear()
    yield LockStore.create(EndpointConfig("sqlite:///x.db", type="channels.lock_store.FairLockStore"))
    claims_of.cache_clear()


def test_rasa_makes_it_from_the_endpoints(store: LockStore) -> None:
    assert isinstance(store, FairLockStore)
    assert isinstance(LockStore.create(EndpointConfig(type="channels.lock_store.FairLockStore")), FairLockStore)


def test_messages_of_one_conversation_go_in_order_and_others_beside_them(store: LockStore) -> None:
    order: list[str] = []
    first = asyncio.Event()

    async def message(conversation: str, name: str, wait: asyncio.Event | None = None) -> None:
        async with store.lock(conversation) as lock:
            assert lock.conversation_id == conversation
            if wait is not None:
                await wait.wait()
            order.append(name)

    async def talk() -> None:
        tasks = [asyncio.create_task(message("anna", "een", first))]
        tasks += [asyncio.create_task(message("anna", name)) for name in ("twee", "drie")]
        await message("bram", "bram")
        first.set()
        await asyncio.gather(*tasks)

    asyncio.run(talk())
    assert order == ["bram", "een", "twee", "drie"]


def test_who_waits_is_woken_and_does_not_look_again_after_a_while(store: LockStore) -> None:
    """No timer is set for who waits: with Rasa's own store there is one of a second."""

    async def talk() -> None:
        loop = asyncio.get_running_loop()
        timers: list[float] = []
        call_at = loop.call_at

        def noted(when: float, *more: Any, **rest: Any) -> asyncio.TimerHandle:
            timers.append(when - loop.time())
            return call_at(when, *more, **rest)

        loop.call_at = noted  # type: ignore[method-assign, assignment]
        async with store.lock("anna"):
            waiting = asyncio.create_task(_pass_through(store))
            await asyncio.sleep(0)
        await waiting
        assert all(seconds > 30 for seconds in timers), "only the end of waiting"

    asyncio.run(talk())


def test_waiting_ends_with_an_error_that_channels_know_and_the_next_goes_on(store: LockStore) -> None:
    async def talk() -> None:
        async with store.lock("anna"):
            with pytest.raises(LockError):
                async with store.lock("anna", lock_lifetime=0.01):
                    pass
        await _pass_through(store)

    asyncio.run(talk())


def test_what_breaks_inside_stays_what_it_is_and_leaves_it_free(store: LockStore) -> None:
    async def talk() -> None:
        with pytest.raises(ZeroDivisionError):
            async with store.lock("anna"):
                raise ZeroDivisionError
        await _pass_through(store)

    asyncio.run(talk())


async def _pass_through(store: LockStore) -> None:
    async with store.lock("anna"):
        return
