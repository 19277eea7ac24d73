"""``wegwijzer serve`` and ``wegwijzer secrets``: one process of the product, and what all of them must have in common."""

from __future__ import annotations

import os
from typing import Annotated

import typer

from wegwijzer.commands.output import fail
from wegwijzer.product.processes import CannotStart
from wegwijzer.product.serving import PURGE, SERVED, check, keep_deleting, new_secrets, stop_on_signals
from wegwijzer.product.serving import serve as become
from wegwijzer.watching.beginning import log_as

serving_app = typer.Typer()


@serving_app.command()
def serve(part: Annotated[str, typer.Argument(help=f"Which: {', '.join(SERVED)}.")]) -> None:
    """Run one process of the product, as a container does; what is missing is said and not made."""
    if part not in SERVED:
        fail(f"{part!r} is no part; there are: {', '.join(SERVED)}")
    try:
        if part != PURGE:
            become(part)
        settings = check(part, os.environ)
    except (CannotStart, ValueError, OSError) as error:
        fail(str(error))
    log_as(PURGE, settings)
    keep_deleting(settings, stop_on_signals())


@serving_app.command("secrets")
def secrets_command() -> None:
    """Make the secrets that all processes share, as lines for an env file; never the same twice."""
    for name, secret in new_secrets().items():
        print(f"{name}={secret}")
