"""Which addresses of other servers may stand in a setting: those to which nobody can listen in on the way."""

from __future__ import annotations

from urllib.parse import urlsplit

LOCAL = frozenset({"localhost", "127.0.0.1", "::1"})
"""Hosts that are this machine itself: what goes there does not pass anybody."""


def check_address(name: str, address: str) -> str:
    """Give the address back when it may be used.

    Args:
        name: of the setting, for the message.
        address: what was set.

    Raises:
        ValueError: with one plain sentence, when it is no address of a server or not a safe one.
    """
    try:
        parts = urlsplit(address)
        usable = bool(parts.hostname) and (parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in LOCAL))
        _ = parts.port  # raises for what is no port
    except ValueError:
        usable = False
    if not usable:
        raise ValueError(f"{name} must be an address with https:// (http:// only on this machine)")
    return address
