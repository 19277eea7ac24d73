"""``wegwijzer whatsapp demo``: the bot behind a telephone on a page, with a double of Meta in between."""

from __future__ import annotations

import signal
import time
from typing import Annotated, NoReturn

import typer

from wegwijzer.commands.output import fail, say
from wegwijzer.commands.running import own_product
from wegwijzer.graph_double.demo import Demo, DemoClock
from wegwijzer.graph_double.running import running
from wegwijzer.graph_double.server import Double
from wegwijzer.graph_double.settings import environment, webhook
from wegwijzer.graph_double.world import World
from wegwijzer.paths import VAR
from wegwijzer.product.processes import CannotStart

PORT = 5075
"""Where the telephone is."""

STATUSES_AFTER = 0.4
"""Seconds before each status, so that they can be seen to come."""


def whatsapp_demo(port: Annotated[int, typer.Option(min=1, max=65535, help="Poort van de telefoon.")] = PORT) -> None:
    """Praat met de bot zoals op WhatsApp: op een proeftelefoon in de browser, zonder Meta en zonder internet."""
    signal.signal(signal.SIGTERM, _interrupt)
    signal.signal(signal.SIGINT, _interrupt)
    clock = DemoClock()
    double = Double(world=World(clock=clock, templates={TEMPLATE: 0}), port=port, below="/graph", pause=STATUSES_AFTER)
    demo = Demo(double, clock)
    try:
        with running(double, demo.app()):
            say.print("Starting the bot behind the telephone...")
            with own_product("whatsapp_demo", environment(double, TEMPLATE)) as (settings, *_):
                double.connect(webhook(settings))
                demo.console = f"http://{settings.host}:{settings.console.port}/"
                say.print(f"\n[bold]De proeftelefoon:[/bold] http://127.0.0.1:{port}/")
                say.print(
                    f"De console van collega's: {demo.console}\nStop met Ctrl-C. Logboeken: {VAR / 'log' / 'whatsapp_demo'}"
                )
                while True:
                    time.sleep(1)
    except OSError as error:
        fail(f"Poort {port} is niet te gebruiken ({error.strerror}): kies een andere met --port")
    except (CannotStart, ValueError) as error:
        fail(str(error))
    except KeyboardInterrupt:
        say.print("Gestopt.")


TEMPLATE = ("collega_heeft_geantwoord", "nl")
"""Name and language of the template that the double knows; it has no words to fill in."""


def _interrupt(number: int, frame: object) -> NoReturn:
    for each in (signal.SIGTERM, signal.SIGINT):
        signal.signal(each, signal.SIG_IGN)
    raise KeyboardInterrupt
