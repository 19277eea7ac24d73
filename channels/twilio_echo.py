"""WhatsApp through Twilio with somebody behind it who only repeats: for trying what becomes of messages when things break.

The routes, the database and the sending are the real ones. It says each text back twice, first ``eerst`` and then ``dan``.
Words of its own: :data:`SLOWLY`, :data:`BROKEN`, :data:`WIPE`, :data:`CHOOSE` and :data:`COLLEAGUE`.
"""

from __future__ import annotations

import asyncio
import logging
import os
from pathlib import Path
from typing import Any

from channels.absent import stand_in

stand_in()

from rasa.core.channels.channel import UserMessage  # noqa: E402
from sanic import Sanic  # noqa: E402

from channels.guard import guard  # noqa: E402
from channels.twilio import TwilioInput  # noqa: E402
from wegwijzer.guarding.traces import begin_log  # noqa: E402
from wegwijzer.handover.phone_vault import read_keys  # noqa: E402
from wegwijzer.paths import VAR  # noqa: E402
from wegwijzer.whatsapp.config import WhatsAppSettings  # noqa: E402

OWNER_ONLY = 0o077

SLOWLY, BROKEN, WIPE, CHOOSE, COLLEAGUE = "langzaam", "stuk", "wis", "kies", "collega"
"""What a text begins with that is answered after a while, cannot be answered, wipes the conversation, is answered with buttons,
or with which a colleague says something twice under the same id."""

A_WHILE = 1.0
"""Seconds."""

BUTTONS = [
    {"title": "Ja, dat klopt", "payload": "het klopt"},
    {"title": "Nee", "payload": "het klopt niet"},
    {"title": "Vraag over een wijk", "payload": "/wijk"},
]


def serve(port: int, secret: str, database: str, environment: dict[str, str], log: str = "", proxies: int = 0) -> None:
    """Serve on loopback until stopped.

    Args:
        port: where.
        secret: makes the names of people.
        database: URL of the database of the conversations.
        environment: settings of Twilio.
        log: file for everything that is logged, at every level.
        proxies: see :func:`channels.guard.guard`.
    """
    os.umask(OWNER_ONLY)
    if log:
        begin_log(logging.DEBUG, Path(log))
    settings = WhatsAppSettings.from_environment(environment | {"TWILIO_DATABASE_URL": database}, VAR, lambda: secret)
    channel = TwilioInput(settings, read_keys("A" * 43), str, settle=0.02, proof=1.0)

    async def echo(message: UserMessage) -> None:
        text, person = str(message.text), message.sender_id
        if message.input_channel != channel.name():
            raise RuntimeError("it came in by another channel")
        if text.startswith(SLOWLY):
            await asyncio.sleep(A_WHILE)
        if text.startswith(BROKEN):
            raise RuntimeError(text)
        pushed = channel.get_output_channel()
        if text.startswith(COLLEAGUE) and pushed is not None:
            for _ in range(2):
                await pushed.send_response(person, {"text": "Dag, met een collega.", "who": "colleague", "line": "verzoek.1"})
        more: dict[str, Any] = {"buttons": BUTTONS} if text.startswith(CHOOSE) else {}
        said = {"utter_action": "utter_gewist"} if text.startswith(WIPE) else {}
        await message.output_channel.send_response(person, {"text": f"eerst {text}", **said})
        await message.output_channel.send_response(person, {"text": f"dan {text}", **more, **said})

    app = Sanic("wegwijzer_twilio_echo", configure_logging=False)
    guard(app, secret, proxies)
    app.blueprint(channel.blueprint(echo), url_prefix=f"/webhooks/{channel.url_prefix()}")
    app.run(host="127.0.0.1", port=port, access_log=False)
