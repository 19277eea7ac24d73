"""``wegwijzer whatsapp ...``: what who runs it types about WhatsApp."""

from __future__ import annotations

import os
from contextlib import nullcontext
from typing import Annotated

import typer

from wegwijzer.commands.output import fail
from wegwijzer.paths import VAR
from wegwijzer.settings import Settings
from wegwijzer.whatsapp.check import given
from wegwijzer.whatsapp.check.cloud import client
from wegwijzer.whatsapp.check.findings import Mark
from wegwijzer.whatsapp.check.looking import Check, Outside

whatsapp_app = typer.Typer(no_args_is_help=True, help="The bot on WhatsApp.")


@whatsapp_app.callback()
def whatsapp() -> None:
    """The bot on WhatsApp."""


@whatsapp_app.command("check")
def whatsapp_check(
    offline: Annotated[bool, typer.Option("--offline", help="Vraag niets aan Meta, Twilio of de webhook.")] = False,
) -> None:
    """Zeg wat er aan de instellingen voor WhatsApp mist of niet klopt. Stuurt niemand een bericht en toont geen geheim."""
    try:
        # Half a setting of WhatsApp stops the product; here it must be said, beside all others.
        settings = Settings.from_environment(given.without(os.environ))
    except (ValueError, OSError) as error:
        fail(str(error))
    # Only this command reads these two: the product learns nothing from them.
    outside = Outside(os.environ.get("WHATSAPP_BUSINESS_ID", "").strip(), os.environ.get("WHATSAPP_WEBHOOK_URL", "").strip())
    counts = dict.fromkeys(Mark, 0)
    with nullcontext() if offline else client() as asking:
        check = Check(os.environ, VAR, settings.whatsapp.hash_key, settings.handover.key, outside, asking)
        for finding in check.findings():
            counts[finding.mark] += 1
            typer.echo(finding.lines())
    if counts[Mark.WRONG]:
        fail(f"{counts[Mark.WRONG]} dingen die zo niet werken. Meer uitleg: docs/whatsapp.md")
