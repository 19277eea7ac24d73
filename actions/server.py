"""Starts the action server on loopback only (Rasa's own binds every interface). ``python -m actions.server``."""

from __future__ import annotations

import logging

from wegwijzer.settings import Settings


def main() -> None:
    """Load the catalogue first, so that a broken one is reported at start and not to a resident; then serve."""
    settings = Settings.from_environment()
    logging.basicConfig(level=settings.log_level, format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    from rasa_sdk.endpoint import create_app

    from actions.adapter import core

    core()
    app = create_app("actions", cors_origins=[])
    app.run(host=settings.host, port=settings.action_port)


if __name__ == "__main__":
    main()
