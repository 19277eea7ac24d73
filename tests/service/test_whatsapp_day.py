"""A whole day on WhatsApp, played against the real channel: nobody is forgotten, nobody is answered twice, nobody out of turn.

The bot behind the channel only repeats, and is killed twice and stopped once; Meta brings things twice and in a wrong order, and
refuses, hangs up and dawdles.
"""

from __future__ import annotations

import asyncio
import base64
import json
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, closing
from pathlib import Path

import pytest
import sqlalchemy as sa

from tests.service.whatsapp_day import PLAN, Played, Plan, load, make, person, play
from wegwijzer.evaluation.echo_server import WHATSAPP, EchoServer
from wegwijzer.graph_double.faults import Fault, Faults
from wegwijzer.graph_double.server import Double
from wegwijzer.graph_double.webhooks import Account, Person, envelope, incoming, signed, value
from wegwijzer.graph_double.world import World
from wegwijzer.whatsapp.config import CloudSettings

ACCOUNT = Account()
WEBHOOK = "/webhooks/whatsapp/webhook"
SECRET = "only-for-the-service-tests-1234567890"

TROUBLE = {
    Fault.TOO_FAST: 0.06,
    Fault.DOWN: 0.05,
    Fault.GATEWAY: 0.02,
    Fault.SLOW: 0.03,
    Fault.HUNG_UP: 0.01,
    Fault.LOST: 0.01,
    Fault.PAIR: 0.02,
}


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


def test_every_message_of_a_bad_day_is_answered_once_and_in_order(tmp_path: Path) -> None:
    # Faults long enough apart and short enough to be over within the test; the limit per person would stretch it to minutes.
    faults = Faults(seed=3, shares=TROUBLE, slowness=0.6)
    double = Double(world=World(pair_limit=False), faults=faults, pause=0.05)

    async def whole() -> Played:
        async with playing(tmp_path, double) as bot:

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


def check_secrecy(folder: Path, plan: Plan) -> None:
    """No number stands in the database or the log, in any form, and no words stand in the log."""
    everything = b"".join(path.read_bytes() for path in folder.iterdir() if path.is_file())
    for who in range(plan.people):
        number = person(who).number
        for form in (number, number[2:], f"0{number[2:]}", base64.b64encode(number.encode()).decode()[:12]):
            assert form.encode() not in everything
    log = (folder / "log.txt").read_text(encoding="utf-8")
    assert log and not [one.text for one in plan.messages if one.kind == "text" and one.text in log]
