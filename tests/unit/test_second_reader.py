"""A copy of the process reads what it is sent; whatever becomes of it, the message is read."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import time
from collections.abc import Awaitable, Callable, Iterator
from contextlib import suppress
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from rasa.core.channels.channel import UserMessage
from rasa.core.processor import MessageProcessor

from channels import second_reader
from channels.redacted import CROSSED_OUT
from channels.second_reader import MOST_WAITING, SecondReader, begin_reading, end_reading, read_aside
from channels.written import written
from tests.unit.as_rasa_made_it import slow


async def until(true: Callable[[], object]) -> None:
    async with asyncio.timeout(20):
        while not true():  # noqa: ASYNC110 - nobody tells
            await asyncio.sleep(0.01)


def with_reader(read: Callable[[Any], bytes], scenario: Callable[[SecondReader], Awaitable[Any]]) -> Any:
    async def played() -> Any:
        reader = SecondReader(read)
        reader.begin()
        await until(lambda: reader.pid)
        try:
            return await scenario(reader)
        finally:
            await reader.end()
            assert reader.pid == 0

    return asyncio.run(played())


def who(_: Any) -> bytes:
    return json.dumps([os.getpid(), os.getppid(), len(list(Path("/proc/self/fd").iterdir()))]).encode()


def alive(pid: int) -> bool:
    with suppress(ProcessLookupError):
        os.kill(pid, 0)
        return True
    return False


def test_it_is_a_process_of_its_own_with_nothing_of_this_one_open(tmp_path: Path) -> None:
    with (tmp_path / "of a resident").open("w"):
        pid, parent, files = with_reader(who, lambda reader: reader.ask("?"))
    assert pid != os.getpid() == parent
    assert files <= 5, "the three that every process has, the line, and the folder that is being looked at"
    assert not alive(pid)


def test_answers_come_to_who_asked_however_large() -> None:
    said = ["é" * size for size in (0, 1, 70_000, 3, 200_000)]

    async def scenario(reader: SecondReader) -> list[Any]:
        return list(await asyncio.gather(*(reader.ask(text) for text in said)))

    assert with_reader(lambda asked: json.dumps(asked[::-1]).encode(), scenario) == [text[::-1] for text in said]


def test_it_has_time_for_so_many() -> None:
    async def scenario(reader: SecondReader) -> tuple[bool, bool, bool]:
        before = reader.has_time
        asked = [asyncio.create_task(reader.ask(number)) for number in range(MOST_WAITING)]
        await asyncio.sleep(0)
        during = reader.has_time
        await asyncio.gather(*asked)
        return before, during, reader.has_time

    assert with_reader(lambda asked: json.dumps(asked).encode(), scenario) == (True, False, True)


def test_what_it_cannot_read_is_no_answer_and_it_goes_on() -> None:
    async def scenario(reader: SecondReader) -> tuple[Any, Any]:
        return await reader.ask("stuk"), await reader.ask("heel")

    def read(asked: str) -> bytes:
        if asked == "stuk":
            raise ValueError("what was said")
        return json.dumps(asked).encode()

    assert with_reader(read, scenario) == (None, "heel")


def test_killed_it_answers_nobody_and_another_is_made(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(second_reader, "FIRST_PAUSE", 0.01)

    async def scenario(reader: SecondReader) -> None:
        first = reader.pid
        waiting = asyncio.create_task(reader.ask("wacht"))
        await asyncio.sleep(0.05)
        os.kill(first, signal.SIGKILL)
        assert await waiting is None
        assert await reader.ask("meteen daarna") in (None, "meteen daarna")
        await until(lambda: reader.pid not in (0, first))
        assert await reader.ask("en weer") == "en weer"
        assert not alive(first)

    def read(asked: str) -> bytes:
        if asked == "wacht":
            time.sleep(60)
        return json.dumps(asked).encode()

    with_reader(read, scenario)


def test_who_hangs_is_not_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(second_reader, "WITHIN", 0.1)
    monkeypatch.setattr(second_reader, "FIRST_PAUSE", 0.01)

    async def scenario(reader: SecondReader) -> None:
        first = reader.pid
        assert await reader.ask("hangt") is None
        await until(lambda: reader.pid not in (0, first))
        assert not alive(first)

    with_reader(lambda _: time.sleep(60) or b"", scenario)  # type: ignore[func-returns-value]


def test_it_ends_with_the_process_that_it_is_a_copy_of() -> None:
    came, goes = os.pipe()
    if (between := os.fork()) == 0:

        async def dies() -> None:
            reader = SecondReader(who)
            reader.begin()
            await until(lambda: reader.pid)
            os.write(goes, f"{reader.pid}\n".encode())
            os.kill(os.getpid(), signal.SIGKILL)

        asyncio.run(dies())
    os.waitpid(between, 0)
    pid = int(os.read(came, 20))
    os.close(came)
    os.close(goes)
    asyncio.run(until(lambda: not _runs(pid)))


def _runs(pid: int) -> bool:
    """Whether it is there and no zombie that nobody buries."""
    try:
        return Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rsplit(")", 1)[1].split()[0] != "Z"
    except OSError:
        return False


# ---------------------------------------------------------------------- Rasa's processor


class Understands:
    """What a processor of Rasa's is made of, as far as understanding goes."""

    domain = None
    http_interpreter = None

    def _parse_message_with_graph(self, message: UserMessage, _: Any, __: bool = True) -> dict[str, Any]:
        if message.text == "overal stuk":
            raise ValueError
        return {"text": message.text, "intent": {"name": "groet"}, "entities": [], "where": os.getpid(), "id": message.message_id}

    _update_full_retrieval_intent = _check_for_unseen_features = lambda *_: None


@pytest.fixture
def aside() -> Iterator[None]:
    with slow():
        read_aside()
        yield


def understood(message: str, prepared: Callable[[Any], Awaitable[Any]]) -> dict[str, Any]:
    async def played() -> dict[str, Any]:
        processor: Any = Understands()
        try:
            await prepared(processor)
            known: dict[str, Any] = await MessageProcessor.parse_message(processor, UserMessage(message, message_id="m1"))
            return known
        finally:
            await end_reading()

    return asyncio.run(played())


async def reads(processor: Any) -> None:
    reader = begin_reading(processor)
    assert reader is not None
    await until(lambda: reader.pid)


async def alone(_: Any) -> None:
    return


@pytest.mark.usefixtures("aside")
def test_a_message_is_understood_aside_with_what_must_be_crossed_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: {0, 1})
    here, there = understood("ik ben er 👋", alone), understood("ik ben er 👋", reads)
    assert here["where"] == os.getpid() != there["where"]
    assert there.pop(CROSSED_OUT) == "ik ben er 👋"
    assert {**there, "where": 0} == {**here, "where": 0}


@pytest.mark.usefixtures("aside")
@pytest.mark.parametrize("cores", [{0}, {0, 1}])
def test_where_there_is_one_core_there_is_one_reader(monkeypatch: pytest.MonkeyPatch, cores: set[int]) -> None:
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: cores)

    async def perhaps(processor: Any) -> None:
        reader = begin_reading(processor)
        assert (reader is None) == (len(cores) == 1)

    # With two the copy is not there yet: whoever comes then is understood here.
    assert understood("hallo", perhaps)["where"] == os.getpid()


@pytest.mark.usefixtures("aside")
def test_what_fails_there_is_tried_here_and_fails_as_before(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: {0, 1})
    with pytest.raises(ValueError):
        understood("overal stuk", reads)


def test_what_is_crossed_out_aside_is_stored_and_forgotten() -> None:
    from rasa.shared.core.events import UserUttered

    from channels.redacted import redact_words

    event = UserUttered("ik heet Anna", parse_data={"text": "ik heet Anna", CROSSED_OUT: "ik heet [naam]"})
    redact_words(SimpleNamespace(events=[event]), lambda text: "nooit gevraagd")
    assert event.text == "ik heet [naam]" == event.parse_data["text"]
    assert b"Anna" not in written(event.as_dict()) and CROSSED_OUT not in event.parse_data
