"""Asks one process of this machine how it is: ``python -m wegwijzer.product.probe PART [PATH]``. Exit code 0 when it is well.

For health checks of containers, in which there is no curl. Imports as little as it can: it is asked again and again.
"""

from __future__ import annotations

import os
import sys
import urllib.error
import urllib.request

ADDRESSES = {
    "rasa": ("RASA_PORT", 5005, 0),
    "actions": ("ACTION_PORT", 5055, 0),
    "handover": ("METRICS_PORT", 0, 2),
    "console": ("CONSOLE_PORT", 5065, 0),
}
"""Per part the setting of its port, the default, and what is added: the hand-over answers on its door with figures only."""

PATIENCE = 5.0
"""Seconds."""


def well(part: str, path: str = "/health") -> bool:
    """Whether it answers with 200.

    Args:
        part: see :data:`ADDRESSES`.
        path: ``/health`` or ``/ready``.
    """
    setting, default, more = ADDRESSES[part]
    port = int(os.environ.get(setting) or default)
    if not port:
        return True  # it has no door to knock at
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port + more}{path}", timeout=PATIENCE) as answer:
            return bool(answer.status == 200)
    except (urllib.error.URLError, OSError):
        return False


if __name__ == "__main__":
    sys.exit(0 if well(*sys.argv[1:3]) else 1)
