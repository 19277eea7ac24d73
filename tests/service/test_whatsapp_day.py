"""A whole day on WhatsApp, played against the real channel: nobody is forgotten, nobody is answered twice, nobody out of turn.

The bot behind the channel only repeats, and is killed twice and stopped once; Meta brings things twice and in a wrong order, and
refuses, hangs up and dawdles.
"""

from __future__ import annotations

import asyncio
import base64
import json
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from tests.service.whatsapp_day import PLAN, Brought, Plan, Played, Written, load, make, person, play, until
from wegwijzer.evaluation.echo_server import WHATSAPP, EchoServer
from wegwijzer.graph_double.faults import Fault, Faults
from wegwijzer.graph_double.sending import TextMessage, read
from wegwijzer.graph_double.server import Double
from wegwijzer.graph_double.webhooks import Account, Person, envelope, incoming, signed, value
from wegwijzer.graph_double.world import World
from wegwijzer.whatsapp.config import CloudSettings

ACCOUNT = Account()
WEBHOOK = "/webhooks/whatsapp/webhook"
SECRET = "only-for-the-service-tests-1234567890"

TROUBLE = {Fault.TOO_FAST: 0.07, Fault.DOWN: 0.06, Fault.SLOW: 0.04, Fault.PAIR: 0.02}

PROOF = 12.0
"""Seconds in which Meta's word about what was broken off is waited for: longer than the bot is away, on a slow machine too."""


def row_of_dutch(number: int) -> str:
    """A word without digits."""
    return ("een", "twee", "drie", "vier")[number]


def server(folder: Path, double: Double, **options: object) -> EchoServer:
    """The real channel with an echo behind it, in a process of its own that can be killed."""
    cloud = CloudSettings(ACCOUNT.phone_id, ACCOUNT.token, ACCOUNT.app_secret, ACCOUNT.verify_token, double.url)
    return EchoServer(
        f"sqlite:///{folder / 'whatsapp.db'}",
        SECRET,
        WHATSAPP,
        (WEBHOOK, 403),
        cloud=cloud,
        log=str(folder / "log.txt"),
        **options,
    )


@asynccontextmanager
async def playing(folder: Path, double: Double, **options: object) -> AsyncIterator[EchoServer]:
    """The bot runs, and Meta knows where."""
    async with double.serving():
        bot = server(folder, double, **options)
        await asyncio.to_thread(bot.start)
        double.connect(bot.address + WEBHOOK)
        try:
            yield bot
        finally:
            await asyncio.to_thread(bot.stop)


def test_the_plan_is_what_the_generator_makes() -> None:
    assert load() == make(), f"write {PLAN.name} again: python -m tests.service.whatsapp_day"
    assert load().people >= 30 and len(load().downs) == 3


@pytest.mark.parametrize(
    ("said", "problem"),
    [
        (["eerst a", "dan a", "eerst b", "dan b"], ""),
        (["eerst a", "dan a", "eerst b"], "missing"),
        (["eerst a", "dan a", "eerst a", "dan a", "eerst b", "dan b"], "double"),
        (["eerst a", "eerst b", "dan a", "dan b"], "mixed"),
        (["eerst b", "dan b", "eerst a", "dan a"], "answered before"),
        (["eerst a", "dan a", "eerst b", "dan b", "eerst c"], "strange"),
    ],
)
def test_a_day_that_went_wrong_is_seen(said: list[str], problem: str) -> None:
    double, plan = (
        Double(),
        Plan(1, (Written("a", 0, 100, "text", "a"), Written("b", 0, 200, "text", "b")), (Brought(0.0, ("a", "b")),), ()),
    )
    played = Played(plan, double, {"a": "wamid.a", "b": "wamid.b"})
    phone = double.world.phone(person(0))
    for text in said:
        message = read({"messaging_product": "whatsapp", "to": person(0).number, "text": {"body": text}})
        assert isinstance(message, TextMessage)
        double.world.deliver(phone, double.world.accept(phone, message))
    found = played.problems()
    assert bool(found) == bool(problem) and all(problem in line for line in found)


def test_every_message_of_a_bad_day_is_answered_once_and_in_order(tmp_path: Path) -> None:
    # Faults long enough apart and short enough to be over within the test; the limit per person would stretch it to minutes.
    faults = Faults(seed=3, shares=TROUBLE, slowness=0.6)
    double = Double(world=World(pair_limit=False), faults=faults, pause=0.05)

    async def whole() -> Played:
        async with playing(tmp_path, double, proof=PROOF) as bot:

            async def down(how: str) -> None:
                await asyncio.to_thread(bot.kill if how == "kill" else bot.stop)
                await asyncio.sleep(0.2)
                await asyncio.to_thread(bot.start)

            return await play(load(), double, down)

    played = asyncio.run(whole())
    assert played.problems() == []
    assert played.twice > 20 and set(faults.happened) >= {Fault.TOO_FAST, Fault.DOWN, Fault.SLOW}
    assert 0 in double.postman.refused, "the bot was away for a while"
    assert double.refusals and {error.code for error in double.refusals} <= {130429, 131000, 131056}, "nothing wrong was sent"
    check_secrecy(tmp_path, played.plan)


def test_what_meta_accepted_is_never_sent_again_when_the_line_breaks(tmp_path: Path) -> None:
    anna, faults = Person("31612345678"), Faults(slowness=0)
    double = Double(world=World(pair_limit=False), faults=faults, pause=0.05)

    async def whole() -> list[str]:
        async with playing(tmp_path, double, proof=3.0):
            # Accepted but not heard of; not accepted and not heard of; somebody in between answers; Meta says no.
            faults.then([Fault.LOST, None, Fault.HUNG_UP, None, Fault.GATEWAY, None, Fault.DOWN, None])
            for number in range(4):
                await double.say(anna, f"bericht {row_of_dutch(number)}")
            await until(lambda: len(double.world.phone(anna).got) >= 8, double, 60)
            # One message more: what would still be said twice comes before its answer.
            await double.say(anna, "klaar")
            await until(lambda: texts(double, anna)[-1:] == ["dan klaar"], double, 60)
            return texts(double, anna)

    said = [
        f"{when} {text}"
        for text in (*(f"bericht {row_of_dutch(number)}" for number in range(4)), "klaar")
        for when in ("eerst", "dan")
    ]
    assert asyncio.run(whole()) == said
    assert {Fault.LOST, Fault.HUNG_UP, Fault.GATEWAY, Fault.DOWN} == set(faults.happened)


def texts(double: Double, somebody: Person) -> list[str]:
    """What stands on somebody's telephone in plain words."""
    return [sent.body["text"]["body"] for sent in double.world.phone(somebody).got if "text" in sent.body]


class TestRefused:
    """What is not from Meta, or is nothing, is refused; and the log tells so without a word or a number of it."""

    WORDS, NUMBER = "Mijn geheim over gisteren", "31612349876"

    def body(self, at: int | None = None) -> bytes:
        somebody = Person(self.NUMBER, "Naam Die Nergens Mag Staan")
        message = incoming(somebody, "text", {"body": self.WORDS}, int(time.time()) if at is None else at)
        return envelope(ACCOUNT, [value(ACCOUNT, [message], [somebody])])

    def test_forged_replayed_huge_unreadable_and_a_wrong_handshake(self, tmp_path: Path) -> None:
        double = Double()
        good, old = self.body(), self.body(at=int(time.time()) - 8 * 24 * 3600)
        forged = signed(good, "f" * 32)
        huge = b'{"object":"' + self.WORDS.encode() + b"x" * (7 * 512 * 1024) + b'"}'
        # More than the channel takes, less than the guard reads to its end: after more than that the line is closed.
        broken = self.WORDS.encode() + b"{"
        other = signed(old, ACCOUNT.app_secret)

        async def whole() -> None:
            async with playing(tmp_path, double):
                post = double.postman.post
                assert await post(good, forged) == 401
                assert await post(good, {"Content-Type": "application/json"}) == 401
                assert await post(good, other) == 401, "a good signature of another body"
                assert await post(good.replace(b"geheim", b"gehelm"), signed(good, ACCOUNT.app_secret)) == 401
                assert await post(huge) in (413, 0), "the line may be closed before all of it is sent"
                assert await post(broken) == 200, "it is signed, so it would be brought for days"
                assert await post(b"[" * 100_000) == 200
                assert await post(old) == 200
                assert await double.postman.handshake(token="not-the-right-verify-token") == (403, "")
                assert (await double.postman.handshake())[0] == 200
                # An old body once more, now of a message that was answered.
                assert await post(good) == 200
                anna = Person(self.NUMBER)
                double.world.wrote(anna, json.loads(good)["entry"][0]["changes"][0]["value"]["messages"][0])
                await until(lambda: len(texts(double, anna)) == 2, double, 30)
                assert await post(good) == 200
                await double.say(anna, "klaar")
                await until(lambda: texts(double, anna)[-1:] == ["dan klaar"], double, 30)
                assert texts(double, anna) == [f"eerst {self.WORDS}", f"dan {self.WORDS}", "eerst klaar", "dan klaar"]

        asyncio.run(whole())
        log = (tmp_path / "log.txt").read_text(encoding="utf-8")
        for told in ("signature is wrong", "too large", "cannot be read", "came too late", "verification was refused"):
            assert told in log
        for secret in (*self.WORDS.split()[1:2], self.NUMBER, self.NUMBER[2:], "Nergens", ACCOUNT.token, ACCOUNT.app_secret):
            assert secret not in log


def check_secrecy(folder: Path, plan: Plan) -> None:
    """No number stands in the database or the log, in any form, and no words stand in the log."""
    everything = b"".join(path.read_bytes() for path in folder.iterdir() if path.is_file())
    for who in range(plan.people):
        number = person(who).number
        for form in (number, number[2:], f"0{number[2:]}", base64.b64encode(number.encode()).decode()[:12]):
            assert form.encode() not in everything
    log = (folder / "log.txt").read_text(encoding="utf-8")
    assert log and not [one.text for one in plan.messages if one.kind == "text" and one.text in log]
