"""Starts Rasa's server the way this product needs it: bound to loopback, API behind a token that is in no argument list.

``python -m channels.server``; settings come from the environment (``wegwijzer/settings.py``).
"""

from __future__ import annotations

import asyncio
import logging
import os
import sys
from pathlib import Path
from typing import Any

from channels.absent import needs_tensorflow, stand_in, unused
from channels.guard import guard
from channels.light_packages import light_packages
from channels.logs import only_our_log, through_our_log
from channels.measuring import measure_rasa
from channels.quick_actions import close_lines
from channels.quick_rasa import make_quick
from channels.second_reader import begin_reading, end_reading, read_aside
from channels.tidy_memory import tidy_seldom
from wegwijzer.paths import ROOT
from wegwijzer.privacy.redaction import own_redactor
from wegwijzer.product.kept_model import BrokenModel, keep_model, sound_model
from wegwijzer.settings import Settings
from wegwijzer.understanding.spacy_nl import load_reader
from wegwijzer.watching.beginning import be_seen, log_as
from wegwijzer.watching.parts import RASA
from wegwijzer.whatsapp.door import let_others_go_first

log = logging.getLogger(__name__)

SENTENCE = "Mijn naam is Test en ik wil graag een kopje kofie drinken in Overvecht"
"""Heard by nobody. With a name, a wijk and a mistake in it: each has tables of its own."""

SOON = 0.001
"""Seconds after which the thread that answers lets another one of ours go on."""

ALONE_FOR = 60.0
"""Seconds. On one machine only what erases old conversations writes beside the server, and those are an hour old at least."""

CREDENTIALS, ENDPOINTS = "credentials.yml", "endpoints.yml"

OWNER_ONLY = 0o077
"""What people say is written to files that only the owner can read."""


def main() -> None:
    """Serve until stopped."""
    settings = Settings.from_environment()
    os.umask(OWNER_ONLY)
    log_as(RASA, settings)  # also for what is said while libraries are loaded, which may begin a log of their own
    model = _sound(settings)
    if not needs_tensorflow(model):
        stand_in()
    stand_in(unused(ROOT / CREDENTIALS, ROOT / ENDPOINTS))
    light_packages()
    import rasa.core.run
    from rasa.core.utils import AvailableEndpoints

    from channels.careful import be_careful

    make_quick()
    read_aside()
    be_careful()
    share_the_interpreter(settings)
    guard_rasa(settings.token, settings.proxies)
    warm_rasa(model)
    measure_rasa()
    log_as(RASA, settings)
    through_our_log()
    _quieten()
    be_seen(RASA, settings, model)
    if settings.whatsapp.cloud is not None:
        let_others_go_first()
    rasa.core.run.serve_application(
        str(model),
        interface=settings.host,
        port=settings.rasa_port,
        credentials=CREDENTIALS,
        endpoints=AvailableEndpoints.read_endpoints(ENDPOINTS),
        auth_token=settings.token,
        enable_api=True,
        cors=None,
        server_listeners=[
            (_settle, "after_server_start"),
            (close_lines, "before_server_stop"),
            (end_reading, "before_server_stop"),
        ],
    )


def share_the_interpreter(settings: Settings) -> None:
    """Who writes to a database on a thread gets its turn soon; and a database of our own need not be asked who else wrote."""
    sys.setswitchinterval(SOON)
    if not settings.database:
        from channels.tracker_store import ErasingTrackerStore

        ErasingTrackerStore.alone_for = ALONE_FOR


def guard_rasa(token: str, proxies: int = 0) -> None:
    """Let every app that Rasa makes from now on begin with our guard (``channels/guard.py``).

    Rasa says its version on ``/``, where our own page is (``channels/pages.py``), and its cors answers every preflight request
    before a channel can: who may embed the chat is said by ``channels/web.py``, and nobody gets at the API from another page.
    Setting up cors is also the first thing Rasa does with a new app, so that nothing comes before the guard.
    """
    import rasa.server

    rasa.server.add_root_route = lambda app: None
    rasa.server.configure_cors = lambda app, origins=None: guard(app, token, proxies)


def warm_rasa(model: Path | None = None) -> None:
    """Let Rasa's server listen only once what the first message of somebody needs is loaded: they would wait seconds for it.

    Rasa loads its agent in the last of its listeners before it serves, so that one of ours would come too early.

    Args:
        model: of which a copy is kept once it works.
    """
    import rasa.core.run

    load = rasa.core.run.load_agent_on_start

    async def loaded(*given: Any) -> Any:
        agent = await load(*given)
        await warm_up(agent)
        if model is not None and agent is not None and agent.is_ready():
            try:
                await asyncio.to_thread(keep_model, model)
            except OSError as error:
                log.warning("no copy of the model is kept: %s", error.strerror)
        return agent

    rasa.core.run.load_agent_on_start = loaded


async def warm_up(agent: Any) -> None:
    """Understand one sentence and cross out in it, in no conversation: nothing of it is kept.

    Args:
        agent: of Rasa. One without a model is left alone: the server says by itself that it has none.
    """
    own_redactor().redact(SENTENCE)
    if agent is not None and agent.is_ready():
        await agent.parse_message(SENTENCE)


def _sound(settings: Settings) -> Path:
    """The model, or the copy that worked before when it is damaged."""
    try:
        model, instead = sound_model(settings.model)
    except BrokenModel as error:
        sys.exit(f"The Rasa server cannot start: {error}")
    if instead:
        log.error("%s", instead)
    return model


async def _settle(app: Any, loop: object) -> None:
    """Once the rest is loaded: one log, and what was loaded out of the garbage collector's sight, which took more than answering.
    What only long stories need is loaded beside the first talks."""
    only_our_log()
    tidy_seldom()
    app.add_task(_load_the_rest(app))


async def _load_the_rest(app: Any) -> None:
    """What is loaded before the second reader is made is in memory once."""
    await asyncio.to_thread(load_reader(Settings.from_environment().spacy_model).sentences, SENTENCE)
    if app.ctx.agent is not None and app.ctx.agent.is_ready():
        begin_reading(app.ctx.agent.processor)


def _quieten() -> None:
    """Rasa writes what people say at debug level; never let that through."""
    for name in ("rasa", "sanic.access", "apscheduler", "httpx", "httpcore", "spacy"):
        logging.getLogger(name).setLevel(logging.WARNING)


if __name__ == "__main__":
    main()
