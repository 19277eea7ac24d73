"""Sending through Twilio, over a real line to a strict double."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import replace
from functools import partial
from typing import Any

import aiohttp
import pytest

from tests.service.twilio_double import ACCOUNT, CONTENT, SENDER, TOKEN, WEBHOOK, Twilio, running_twilio
from wegwijzer.whatsapp import exchange
from wegwijzer.whatsapp.exchange import GaveUp, TryLater
from wegwijzer.whatsapp.twilio.client import TwilioClient
from wegwijzer.whatsapp.twilio.config import TwilioSettings

PERSON = "31687654321"
HELLO = {"text": "Hoi, ik ben Wegwijzer. Ik ben een computer, geen mens."}


@pytest.fixture
def twilio() -> Iterator[Twilio]:
    with running_twilio() as double:
        yield double


def settings(url: str, **other: str) -> TwilioSettings:
    return replace(TwilioSettings(ACCOUNT, TOKEN, SENDER, WEBHOOK + "#rc=5", api_url=url), **other)


def using(given: TwilioSettings, work: Callable[[TwilioClient], Awaitable[Any]]) -> Any:
    async def run() -> Any:
        async with aiohttp.ClientSession() as session:
            return await work(TwilioClient(given, session))

    return asyncio.run(run())


def test_a_text_arrives_whole_and_says_where_to_tell_what_became_of_it(twilio: Twilio) -> None:
    sid = using(settings(twilio.url), lambda client: client.send(PERSON, HELLO, "rij-1"))
    (message,) = twilio.messages
    assert (message["sid"], message["body"], message["to"]) == (sid, HELLO["text"], "whatsapp:+31687654321")
    assert message["status_callback"] == f"{WEBHOOK}?row=rij-1#rc=5"


def test_somebody_who_hides_the_number_is_answered_too(twilio: Twilio) -> None:
    using(settings(twilio.url), lambda client: client.send("NL.13491208655302741918", HELLO))
    assert twilio.messages[0]["to"] == "whatsapp:NL.13491208655302741918"


def test_a_content_goes_without_a_text(twilio: Twilio) -> None:
    using(settings(twilio.url), lambda client: client.send(PERSON, {"content": CONTENT}))
    assert twilio.messages[0]["content_sid"] == CONTENT and not twilio.messages[0]["body"]


@pytest.mark.parametrize(("status", "code", "perhaps"), [(429, 20429, False), (500, 20500, True), (503, 20500, True)])
def test_what_passes_is_tried_later(twilio: Twilio, status: int, code: int, perhaps: bool) -> None:
    twilio.fail_next = [status]
    with pytest.raises(TryLater) as caught:
        using(settings(twilio.url), lambda client: client.send(PERSON, HELLO, "rij-1"))
    assert (caught.value.code, caught.value.perhaps_done) == (code, perhaps)
    assert caught.value.after_seconds == (1.0 if status == 429 else None)


def test_what_will_never_work_is_given_up_with_the_code(twilio: Twilio) -> None:
    for payload, person, code in (
        ({"text": "x" * 1601}, PERSON, 21617),
        ({"text": " "}, PERSON, 21602),
        (HELLO, "0", 21211),
        ({"content": "HX" + "0" * 32}, PERSON, 20404),
    ):
        with pytest.raises(GaveUp) as caught:
            using(settings(twilio.url), partial(TwilioClient.send, to=person, payload=payload))
        assert caught.value.code == code
    assert not twilio.messages


def test_a_wrong_token_is_given_up(twilio: Twilio) -> None:
    with pytest.raises(GaveUp) as caught:
        using(settings(twilio.url, token="0" * 32), lambda client: client.send(PERSON, HELLO))
    assert caught.value.code == 20003


def test_nobody_there_is_tried_later_and_nothing_was_done() -> None:
    with pytest.raises(TryLater) as caught:
        using(settings("http://127.0.0.1:9"), lambda client: client.send(PERSON, HELLO, "rij-1"))
    assert not caught.value.perhaps_done


def test_a_lost_answer_does_not_say_the_same_twice(twilio: Twilio) -> None:
    async def twice(client: TwilioClient) -> str:
        twilio.lose_next = 1
        with pytest.raises(TryLater) as caught:
            await client.send(PERSON, HELLO, "rij-1")
        assert caught.value.perhaps_done
        return await client.send(PERSON, HELLO, "rij-1")

    sid = using(settings(twilio.url), twice)
    assert [one["sid"] for one in twilio.messages] == [sid]


def test_what_was_really_not_taken_is_sent_after_all(twilio: Twilio) -> None:
    async def twice(client: TwilioClient) -> None:
        await client.send(PERSON, {"text": "Iets anders."}, "rij-0")
        twilio.fail_next = [502]
        with pytest.raises(TryLater):
            await client.send(PERSON, HELLO, "rij-1")
        await client.send(PERSON, HELLO, "rij-1")

    using(settings(twilio.url), twice)
    assert twilio.said() == ["Iets anders.", HELLO["text"]]


def test_the_same_words_of_a_while_ago_are_not_taken_for_these(twilio: Twilio) -> None:
    async def later(client: TwilioClient) -> None:
        await client.send(PERSON, HELLO, "rij-1")
        twilio.messages[0]["date_created"] = "Sun, 22 Nov 2020 09:00:00 +0000"
        twilio.fail_next = [502]
        with pytest.raises(TryLater):
            await client.send(PERSON, HELLO, "rij-2")
        await client.send(PERSON, HELLO, "rij-2")

    using(settings(twilio.url), later)
    assert len(twilio.messages) == 2


def test_the_same_words_of_this_moment_that_we_are_sure_of_are_not_taken_for_these(twilio: Twilio) -> None:
    async def again(client: TwilioClient) -> None:
        await client.send(PERSON, HELLO, "rij-1")
        twilio.fail_next = [502]
        with pytest.raises(TryLater):
            await client.send(PERSON, HELLO, "rij-2")
        await client.send(PERSON, HELLO, "rij-2")

    using(settings(twilio.url), again)
    assert len(twilio.messages) == 2


def test_the_same_words_said_on_purpose_go_twice(twilio: Twilio) -> None:
    async def twice(client: TwilioClient) -> None:
        await client.send(PERSON, HELLO, "rij-1")
        await client.send(PERSON, HELLO, "rij-2")

    using(settings(twilio.url), twice)
    assert len(twilio.messages) == 2


def test_typing_is_shown_for_the_message_that_came(twilio: Twilio) -> None:
    sid = "SM" + "a" * 32
    using(settings(twilio.url), lambda client: client.seen(sid))
    using(settings(twilio.url), lambda client: client.seen(sid, typing=False))
    assert twilio.typing == [sid]


def test_slow_is_tried_later(twilio: Twilio, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(exchange, "TIMEOUT", aiohttp.ClientTimeout(total=0.1))
    twilio.slow = 0.5
    with pytest.raises(TryLater) as caught:
        using(settings(twilio.url), lambda client: client.send(PERSON, HELLO))
    assert caught.value.perhaps_done


def test_no_fault_tells_words_number_or_token(twilio: Twilio, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    faults = []
    for status in (429, 500, 404):
        twilio.fail_next = [status]
        with pytest.raises((TryLater, GaveUp)) as caught:
            using(settings(twilio.url), lambda client: client.send(PERSON, HELLO, "rij-1"))
        faults.append(repr(caught.value) + str(caught.value.__cause__))
    said = "".join(faults) + caplog.text
    assert not any(secret in said for secret in (PERSON, "Wegwijzer. Ik", TOKEN))
