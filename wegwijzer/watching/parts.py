"""The processes of ours, by the names that figures and logs have for them."""

from __future__ import annotations

RASA, ACTIONS, HANDOVER, CONSOLE = "rasa", "actions", "handover", "console"

PARTS = (RASA, ACTIONS, HANDOVER, CONSOLE)
"""In the order of their ports with figures."""
