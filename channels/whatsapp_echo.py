"""WhatsApp with somebody behind it who only repeats: for trying what becomes of messages when things break.

The door, the database and the sending are the real ones. It says each text back twice, first ``eerst`` and then ``dan``, so
that a lost, doubled or swapped half is seen.
"""

from __future__ import annotations

import asyncio
import logging
import os
import random
from dataclasses import replace
from pathlib import Path

from channels.absent import stand_in

stand_in()

from rasa.core.channels.channel import UserMessage  # noqa: E402
from sanic import Sanic, response  # noqa: E402
from sanic.request import Request  # noqa: E402
from sanic.response import HTTPResponse  # noqa: E402

from channels.guard import guard  # noqa: E402
from channels.whatsapp import WhatsAppInput  # noqa: E402
from wegwijzer.guarding.traces import begin_log  # noqa: E402
from wegwijzer.handover.phone_vault import read_keys  # noqa: E402
from wegwijzer.product.processes import free_ports  # noqa: E402
from wegwijzer.whatsapp.config import CloudSettings, WhatsAppSettings  # noqa: E402

OWNER_ONLY = 0o077


def serve(
    port: int,
    secret: str,
    database: str,
    cloud: CloudSettings,
    proof: float = 5.0,
    slowest: float = 0.02,
    log: str = "",
    proxies: int = 0,
) -> None:
    """Serve on loopback until stopped.

    Args:
        port: of the door; the server beside it, which nobody asks anything, is on any other.
        secret: makes the names of people.
        database: URL of the database.
        cloud: the settings of Meta.
        proof: seconds to wait for Meta's word about what was broken off, see :mod:`wegwijzer.whatsapp.outgoing`.
        slowest: seconds an answer takes at most; each takes a random part of it.
        log: file for everything that is logged, at every level.
        proxies: see :func:`channels.guard.guard`.
    """
    os.umask(OWNER_ONLY)
    if log:
        begin_log(logging.DEBUG, Path(log))

    async def echo(message: UserMessage) -> None:
        await asyncio.sleep(random.uniform(0, slowest))  # noqa: S311 - no secret
        for when in ("eerst", "dan"):
            await message.output_channel.send_response(message.sender_id, {"text": f"{when} {message.text}"})

    app = Sanic("wegwijzer_whatsapp_echo", configure_logging=False)
    guard(app, secret, proxies)
    channel = WhatsAppInput(WhatsAppSettings(database, secret, replace(cloud, port=port)), read_keys("A" * 43), str, proof=proof)
    app.blueprint(channel.blueprint(echo), url_prefix=f"/webhooks/{channel.name()}")
    app.add_route(_nothing, "/")  # Sanic does not start without any route
    app.run(host="127.0.0.1", port=free_ports(1)[0], access_log=False)


async def _nothing(request: Request) -> HTTPResponse:
    return response.empty()
