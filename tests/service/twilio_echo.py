"""Twilio's channel on a really running server with somebody behind it who only repeats, to break and to start again.

It says each text back twice, first ``eerst`` and then ``dan``. Words of its own: :data:`SLOWLY`, :data:`BROKEN`, :data:`WIPE`,
:data:`CHOOSE` and :data:`COLLEAGUE`.
"""

from __future__ import annotations

import asyncio
import logging
import os
from contextlib import suppress
from typing import Any

import httpx

from wegwijzer.evaluation import echo_server
from wegwijzer.evaluation.echo_server import EchoServer

echo_server._CONTEXT.set_forkserver_preload([echo_server.MODULE, "channels.twilio"])
# So that a start is a fork, and not reading all libraries again.

SLOWLY, BROKEN, WIPE, CHOOSE, COLLEAGUE = "langzaam", "stuk", "wis", "kies", "collega"
"""What a text begins with that is answered after a while, cannot be answered, wipes the conversation, is answered with buttons, or
with which a colleague says something twice under the same id."""

BUTTONS = [
    {"title": "Ja, dat klopt", "payload": "het klopt"},
    {"title": "Nee", "payload": "het klopt niet"},
    {"title": "Vraag over een wijk", "payload": "/wijk"},
]


def serve(port: int, secret: str, database: str, environment: dict[str, str], log: str) -> None:
    """Serve on loopback until stopped.

    Args:
        port: where.
        secret: not used.
        database: of the conversations.
        environment: settings of Twilio.
        log: file for everything that is logged.
    """
    from channels.absent_tensorflow import stand_in

    stand_in()
    from rasa.core.channels.channel import UserMessage
    from sanic import Sanic

    from channels.twilio import TwilioInput
    from wegwijzer.paths import VAR
    from wegwijzer.whatsapp.config import WhatsAppSettings

    os.umask(0o077)
    logging.basicConfig(filename=log, level=logging.DEBUG, format="%(name)s %(levelname)s %(message)s")
    settings = WhatsAppSettings.from_environment(environment | {"TWILIO_DATABASE_URL": database}, VAR, lambda: "k" * 43)
    channel = TwilioInput(settings, (b"A" * 43 + b"=",), settle=0.02, proof=1.0)

    async def echo(message: UserMessage) -> None:
        text, person = str(message.text), message.sender_id
        assert message.input_channel == "twilio"
        if text.startswith(SLOWLY):
            await asyncio.sleep(1.0)
        if text.startswith(BROKEN):
            raise RuntimeError(text)
        if text.startswith(COLLEAGUE):
            pushed = channel.get_output_channel()
            assert pushed is not None
            for _ in range(2):
                await pushed.send_response(person, {"text": "Dag, met een collega.", "who": "colleague", "line": "verzoek.1"})
        more: dict[str, Any] = {"buttons": BUTTONS} if text.startswith(CHOOSE) else {}
        said = {"utter_action": "utter_gewist"} if text.startswith(WIPE) else {}
        await message.output_channel.send_response(person, {"text": f"eerst {text}", **said})
        await message.output_channel.send_response(person, {"text": f"dan {text}", **more, **said})

    app = Sanic("wegwijzer_twilio_echo", configure_logging=False)
    app.blueprint(channel.blueprint(echo), url_prefix=f"/webhooks/{channel.url_prefix()}")
    # A second one without settings: it must have nothing, see the test.
    off = TwilioInput(WhatsAppSettings("sqlite://", "k" * 43), ())
    logging.info("without settings: %s routes, output %s", len(off.blueprint(echo)._future_routes), off.get_output_channel())
    app.run(host="127.0.0.1", port=port, access_log=False)


class TwilioServer(EchoServer):
    """One server process at a time, on a port of its own.

    Args:
        database: URL of the database.
        environment: settings of Twilio.
        log: file for everything that is logged.
    """

    def __init__(self, database: str, environment: dict[str, str], log: str) -> None:
        super().__init__(database, "", module=__name__, environment=environment, log=log)

    def _answers(self) -> bool:
        with suppress(httpx.HTTPError):
            return httpx.post(f"{self.address}/webhooks/twilio/webhook", timeout=2, trust_env=False).status_code == 401
        return False
