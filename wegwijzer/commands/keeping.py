"""``wegwijzer purge`` and ``wegwijzer forget``: what who runs it types about what is kept of people."""

from __future__ import annotations

from collections import Counter
from typing import Annotated

import phonenumbers
import typer

from wegwijzer.catalogue.phone_numbers import COUNTRY
from wegwijzer.commands.output import fail, read_settings
from wegwijzer.privacy import retention
from wegwijzer.privacy.forgetting import NotForgotten
from wegwijzer.privacy.forgetting import forget as forget_everywhere
from wegwijzer.web.outbox import OutboxUnavailable
from wegwijzer.whatsapp.kept import names_of

keeping_app = typer.Typer()


@keeping_app.command()
def purge() -> None:
    """Delete conversations that are older than the retention period (``make start`` does this by itself)."""
    settings = read_settings()
    try:
        of_the_bot, of_the_web_chat, of_whatsapp = retention.purge(settings)
    except OutboxUnavailable as error:
        fail(f"Old conversations could not be deleted now ({error}); try again later.")
    print(f"{of_the_bot} conversations deleted, {of_the_web_chat} of the web chat, {of_whatsapp} of WhatsApp")


@keeping_app.command()
def forget(
    sender: Annotated[str, typer.Argument(help="The name of the conversation: Rasa's sender id.")] = "",
    number: Annotated[str, typer.Option(help="Instead: the telephone number of who wrote over WhatsApp.")] = "",
) -> None:
    """Erase everything of one conversation, wherever it is kept, also while it goes on."""
    settings = read_settings()
    if bool(sender) == bool(number):
        fail("Say whom: the name of a conversation, or --number with the telephone number of who wrote over WhatsApp")
    names = names_of(settings, _number(number)) if number else (sender,)
    erased: Counter[str] = Counter()
    for name in names:
        try:
            erased.update(forget_everywhere(settings, name))
        except NotForgotten as error:
            fail(f"Not everything was erased: {error}. Type the same again when that works.")
    for place, count in erased.items():
        print(f"{place}: {count}")


def _number(typed: str) -> str:
    """International, as WhatsApp has it; a number without a country is Dutch."""
    try:
        return phonenumbers.format_number(phonenumbers.parse(typed, COUNTRY), phonenumbers.PhoneNumberFormat.E164)
    except phonenumbers.NumberParseException:
        fail("That is no telephone number")
