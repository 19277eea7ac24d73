"""The web chat with somebody behind it who only repeats: for trying what the line does when things break.

The routes, the sessions and the database are the real ones. It says each text back twice, first ``eerst`` and then ``dan``, so
that a lost, doubled or swapped half is seen; to who wants to be called ``u`` in capitals. Words of its own: :data:`SLOWLY`,
:data:`BROKEN` and :data:`WIPE`.
"""

from __future__ import annotations

import asyncio
import json
import logging
import os
import random
from pathlib import Path

from channels.absent import stand_in

stand_in()

from rasa.core.channels.channel import UserMessage  # noqa: E402
from sanic import Sanic  # noqa: E402

from channels.guard import guard  # noqa: E402
from channels.pages import PagesInput  # noqa: E402
from channels.safe_rest import SafeRestInput  # noqa: E402
from channels.web import WebInput  # noqa: E402
from wegwijzer.guarding.traces import begin_log  # noqa: E402

OWNER_ONLY = 0o077

SLOWLY, BROKEN, WIPE = "langzaam", "stuk", "wis"
"""What a text begins with that is answered after a while, that cannot be answered, and that wipes the conversation."""

A_WHILE = 2.0
"""Seconds."""

FREELY = (1_000_000, 1.0)
"""A limit that is none: breaking things on purpose asks for more than a person does."""


def serve(
    port: int,
    secret: str,
    database: str,
    slowest: float = 0.02,
    origins: tuple[str, ...] = (),
    say: tuple[int, float] = FREELY,
    begin: tuple[int, float] = FREELY,
    pages: str = "",
    rest: bool = False,
    log: str = "",
    redis: str = "",
    proxies: int = 0,
    heard: str = "",
) -> None:
    """Serve on loopback until stopped.

    Args:
        port: where.
        secret: signs the sessions.
        database: URL of the database of the conversations.
        slowest: seconds an answer takes at most; each takes a random part of it.
        origins: pages of other hosts that may talk.
        say: how many messages of one conversation, with the seconds in which that is whole again.
        begin: the same for conversations of one address.
        pages: folder with a built page to give as well.
        rest: whether to talk over REST too.
        log: file for everything that is logged, at debug level.
        redis: URL of Redis, when servers share one.
        proxies: how many proxies stand in front.
        heard: file in which a line is written for everything that the bot hears: the conversation and the text, as JSON.
    """
    os.umask(OWNER_ONLY)
    if log:
        begin_log(logging.DEBUG, Path(log))

    async def echo(message: UserMessage) -> None:
        text = str(message.text)
        if heard:
            _write_down(Path(heard), message.sender_id, text)
        await asyncio.sleep(A_WHILE if text.startswith(SLOWLY) else random.uniform(0, slowest))  # noqa: S311 - no secret
        if text.startswith(BROKEN):
            raise RuntimeError(text)
        said = {"utter_action": "utter_gewist"} if text.startswith(WIPE) else {}
        for when in ("eerst", "dan"):
            await message.output_channel.send_response(message.sender_id, {"text": f"{when} {text}", **said})

    app = Sanic("wegwijzer_echo", configure_logging=False)
    guard(app, secret, proxies=proxies or (1 if rest else 0))
    channel = WebInput(secret, database, origins, begin=begin, say=say, say_address=FREELY, formal=str.upper, redis=redis)
    app.blueprint(channel.blueprint(echo), url_prefix=channel.url_prefix())
    if pages:
        app.blueprint(PagesInput(Path(pages), origins).blueprint(echo), url_prefix="/")
    if rest:
        app.blueprint(SafeRestInput(per_sender=FREELY, per_address=FREELY).blueprint(echo), url_prefix="/webhooks/rest")
    app.run(host="127.0.0.1", port=port, access_log=False)


def _write_down(file: Path, conversation: str, text: str) -> None:
    """At once, and in one piece: several servers write in it."""
    with file.open("a", encoding="utf-8") as out:
        out.write(json.dumps([conversation, text]) + "\n")
