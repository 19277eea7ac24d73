"""Rasa's own server with every route of its API and of our channels, as ``channels/server.py`` makes it, without a model."""

from __future__ import annotations

import json
import logging
import os
from pathlib import Path

from channels.absent import stand_in

stand_in()

import rasa.core.run  # noqa: E402
from rasa.core.utils import AvailableEndpoints  # noqa: E402
from sanic import Sanic  # noqa: E402

from channels.server import guard_rasa  # noqa: E402
from wegwijzer.guarding.traces import begin_log  # noqa: E402
from wegwijzer.paths import ROOT  # noqa: E402
from wegwijzer.product.processes import free_ports  # noqa: E402


def make(secret: str, database: str, proxies: int = 0, contact: str = "", origins: str = "") -> Sanic:
    """The app; the token of the API is ``secret``."""
    os.environ |= _whatsapp(database)
    os.environ |= {
        "RASA_TOKEN": secret, "WEB_SECRET": secret, "WEB_DATABASE_URL": database, "WEB_ORIGINS": origins, "SECURITY_CONTACT": contact,
    }  # fmt: skip
    guard_rasa(secret, proxies)
    channels = rasa.core.run.create_http_input_channels(None, str(ROOT / "credentials.yml"))
    return rasa.core.run.configure_app(
        channels, cors=None, auth_token=secret, enable_api=True, endpoints=AvailableEndpoints(), use_uvloop=False
    )


def _whatsapp(database: str) -> dict[str, str]:
    """Settings of Meta and of Twilio, neither of which can be reached."""
    return {
        "WHATSAPP_PHONE_ID": "106540352242922", "WHATSAPP_TOKEN": "EAAG-only-in-tests-7Hq2", "WHATSAPP_APP_SECRET": "5f0c" * 8,
        "WHATSAPP_VERIFY_TOKEN": "only-in-tests-verify-5rX", "WHATSAPP_GRAPH_URL": "http://127.0.0.1:9/v24.0",
        "WHATSAPP_PORT": str(free_ports(1)[0]), "WHATSAPP_DATABASE_URL": database.replace("web.db", "whatsapp.db"),
        "WHATSAPP_HASH_KEY": "7Hq2-rX9vLmZ0tBw4KcYs1NfPe6JdUoAg8Ti",
        "TWILIO_ACCOUNT_SID": "AC" + "5f" * 16, "TWILIO_AUTH_TOKEN": "84c1" * 8, "TWILIO_FROM": "+31612345600",
        "TWILIO_WEBHOOK_URL": "https://bot.example.org/webhooks/twilio/webhook", "TWILIO_API_URL": "http://127.0.0.1:9",
        "TWILIO_DATABASE_URL": database.replace("web.db", "twilio.db"),
    }  # fmt: skip


def serve(port: int, secret: str, database: str, routes: str, log: str = "", **options: object) -> None:
    """Serve until stopped, and write down which routes there are.

    Args:
        routes: file for the list of ``[method, path]``, as the router knows them.
        log: file for everything that is logged, at debug level.
        options: of :func:`make`.
    """
    if log:
        begin_log(logging.DEBUG, Path(log))
    app = make(secret, database, **options)  # type: ignore[arg-type]

    @app.listener("before_server_start")
    def write_down(app: Sanic, loop: object) -> None:
        found = sorted((method, route.path) for route in app.router.routes for method in route.methods)
        Path(routes).write_text(json.dumps(found), encoding="utf-8")

    app.run(host="127.0.0.1", port=port, access_log=False)
