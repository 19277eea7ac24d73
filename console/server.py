"""``python -m console.server``: the console as its own process."""

from __future__ import annotations

import logging
import os
import sys

from console.app import make_app
from console.parts import Parts
from wegwijzer.catalogue.loading import CatalogueError
from wegwijzer.handover.models import HandoverUnavailable
from wegwijzer.settings import Settings
from wegwijzer.staff.models import StaffUnavailable
from wegwijzer.watching.beginning import be_seen, log_as
from wegwijzer.watching.parts import CONSOLE

OWNER_ONLY = 0o077


def main() -> None:
    """Serve until stopped."""
    os.umask(OWNER_ONLY)
    try:
        settings = Settings.from_environment()
        log_as(CONSOLE, settings)
        # These say at lower levels which address was asked for, and the sign-in's addresses have secrets in them.
        for name in ("sanic.access", "httpx", "httpcore", "authlib"):
            logging.getLogger(name).setLevel(logging.WARNING)
        parts = Parts.from_settings(settings)
        be_seen(CONSOLE, settings)
    except (ValueError, OSError, HandoverUnavailable, StaffUnavailable, CatalogueError) as error:
        sys.exit(f"The console cannot start: {error}")
    app = make_app(parts)
    try:
        app.run(host=settings.host, port=settings.console.port, access_log=False, motd=False)
    finally:
        parts.close()


if __name__ == "__main__":
    main()
