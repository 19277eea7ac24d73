"""Settings for a really running product that tests start: free ports, databases in a folder of their own."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from wegwijzer.product.processes import free_ports
from wegwijzer.settings import Settings

TOKEN = "only-for-the-conversation-tests"

IN_MEMORY, ENOUGH = Path("/dev/shm"), 2 * 1024**3  # noqa: S108 - the folder in it is new and of its owner only
"""A disk in memory, as Linux has it, and the bytes that must be free on it."""


@contextmanager
def quick_folder() -> Iterator[Path]:
    """A new folder where nothing waits for a disk, when this machine has one: of a test with many small transactions most is
    waiting. What is written is the same, and survives a killed process as well."""
    there = IN_MEMORY.is_dir() and os.access(IN_MEMORY, os.W_OK) and shutil.disk_usage(IN_MEMORY).free > ENOUGH
    folder = Path(tempfile.mkdtemp(prefix="wegwijzer-test-", dir=IN_MEMORY if there else None))
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def settings_in(folder: Path, model: Path, **more: str) -> Settings:
    """Free ports, databases in ``folder``, and what else is given."""
    rasa_port, action_port, console_port, door_port = free_ports(4)
    environment = {
        "RASA_PORT": str(rasa_port),
        "ACTION_PORT": str(action_port),
        "CONSOLE_PORT": str(console_port),
        "WHATSAPP_PORT": str(door_port),
        "RASA_TOKEN": TOKEN,
        "ACTION_SECRET": "only-between-the-parts-of-a-run-0987654321",
        "WEGWIJZER_HOST": "127.0.0.1",
        "WEGWIJZER_TRACKER_DB": str(folder / "tracker.db"),
        "WEB_SECRET": "only-for-the-conversation-tests-1234567890",
        "WEB_DATABASE_URL": f"sqlite:///{folder / 'web.db'}",
        "WHATSAPP_DATABASE_URL": f"sqlite:///{folder / 'whatsapp.db'}",
        "TWILIO_DATABASE_URL": f"sqlite:///{folder / 'twilio.db'}",
        "HANDOVER_DATABASE_URL": f"sqlite:///{folder / 'handover.db'}",
        "AFTERCARE_DATABASE_URL": f"sqlite:///{folder / 'aftercare.db'}",
        "INSIGHT_DATABASE_URL": f"sqlite:///{folder / 'insight.db'}",
        "HANDOVER_KEY": "88hhusDdDMDbNcwNGfs5Rd1y_V0otipeLB6anTWgj2o",
        "WEGWIJZER_MODEL": str(model),
    }
    return Settings.from_environment({**os.environ, **environment, **more})
